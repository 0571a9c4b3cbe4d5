//! The vectors of the request notes: what a request carries, and how it is decided.
//!
//! `open.txt` lists the vectors that polsim does not answer yet. The test fails if one that is not
//! listed comes out wrong, and if one that is listed comes out right: the list only gets shorter.

use std::collections::BTreeSet;

use polsim::call::signer;
use polsim::case::{Case, CaseReader, NoFiles};
use polsim::catalog::Catalog;
use polsim::eval::{
    ElementTrace, Expectation, Explanation, LayerOutcome, Parting, Remedy, Scratch,
};
use polsim::plausible::Shown;
use polsim::prove::Limits;
use polsim::request::{ContextValue, Possible, Request, RequestParts};
use polsim::scenario::Scenario;
use polsim::text::{KeyName, Source};
use polsim_tests::root;
use serde_json::{Value as Json, json};

/// Members of a vector that say nothing more than the decision or the keys.
const UNDERSTOOD: [&str; 22] = [
    "id",
    "kind",
    "why",
    "source",
    "request",
    "policies",
    "expect",
    "binary",
    "absent",
    "known",
    "message",
    "dependsOn",
    "unknown",
    "refusal",
    "owner",
    "notes",
    "resources",
    "says",
    "scenario",
    "verdicts",
    "plausible",
    "because",
];

/// The case of a vector, read as the command reads it; its complaints.
fn read(vector: &Json) -> Result<Case, String> {
    let policies = vector.get("policies").cloned().unwrap_or_else(|| json!([]));
    let mut line = json!({"policies": policies, "request": vector["request"]});
    if let (Some(resources), Some(line)) = (vector.get("resources"), line.as_object_mut()) {
        line.insert("resources".to_owned(), resources.clone());
    }
    let text = line.to_string();
    let mut reader = CaseReader::new("vector", NoFiles);
    reader.read(&text, 1).map_err(|refused| {
        let found: Vec<String> = refused.diagnostics.iter().map(ToString::to_string).collect();
        found.join("; ")
    })
}

/// The same, with the complaint up to the user's text.
fn case(vector: &Json) -> Result<Case, String> {
    let short =
        |found: String| format!("refused: {}", found.split('(').next().unwrap_or_default().trim());
    read(vector).map_err(short)
}

/// What is wrong with the answer to a vector.
fn wrong(vector: &Json) -> Result<(), String> {
    // The test about calls answers those.
    if vector.get("call").is_some() {
        return Ok(());
    }
    let members = vector.as_object().ok_or("no object")?;
    if let Some(name) = members.keys().find(|name| !UNDERSTOOD.contains(&name.as_str())) {
        return Err(format!("`{name}` is not answered yet"));
    }
    match vector["kind"].as_str() {
        Some("error") => return refusal(vector),
        Some("property") => return verdicts(vector),
        Some("plausible") => return plausible(vector),
        _ => (),
    }
    let case = case(vector)?;
    facts(vector, &case)?;
    match vector["kind"].as_str() {
        Some("derive") => keys(vector, &case),
        Some("case") => {
            let expect = vector["expect"].as_str().unwrap_or_default();
            let expect: Expectation = expect.parse().map_err(|_| format!("expects {expect}"))?;
            let answer = case.answer(&mut Scratch::default());
            let decision = answer.decision();
            if !decision.meets(expect) {
                return Err(format!("decided {decision}"));
            }
            let Json::Array(on) = &vector["dependsOn"] else { return Ok(()) };
            let on: Vec<Box<str>> = on.iter().filter_map(Json::as_str).map(Box::from).collect();
            let is = answer.depends.iter().flat_map(|it| &it.on).map(|it| &*it.key);
            let text = format!("depends on {}", is.collect::<Vec<_>>().join(", "));
            answer.depends_on(&on).then_some(()).ok_or(text)
        }
        _ => Err("its kind is not answered yet".to_owned()),
    }
}

/// The request could be sent, or breaks the condition of the vector.
fn plausible(vector: &Json) -> Result<(), String> {
    let written = &vector["request"];
    let text = |name: &str| written[name].as_str().unwrap_or_default();
    let value = |value: &Json| match value {
        Json::Array(all) => {
            ContextValue::Many(all.iter().filter_map(Json::as_str).map(Box::from).collect())
        }
        value => ContextValue::from(value.as_str().unwrap_or_default()),
    };
    let context = written["context"].as_object().into_iter().flatten();
    let request = Request::new(RequestParts {
        principal: text("principal"),
        action: text("action"),
        resource: text("resource"),
        context: context.map(|(key, it)| (KeyName::new(key), value(it))).collect(),
        complete: true,
        ..RequestParts::default()
    })
    .map_err(|it| it.to_string())?;
    let absent = written["absent"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let absent: Vec<KeyName> = absent.map(KeyName::new).collect();
    let catalog = Catalog::embedded().map_err(|it| it.to_string())?;
    let checked = Shown { request: &request, absent: &absent }.check(&catalog);
    let found = checked.err().map(|it| it.condition.as_str());
    let agrees = vector["plausible"] == found.is_none() && vector["because"].as_str() == found;
    agrees.then_some(()).ok_or(format!("breaks {found:?}"))
}

/// The verdicts on the properties of a scenario, and what they say.
fn verdicts(vector: &Json) -> Result<(), String> {
    let source = Source::new("vector", vector["scenario"].to_string());
    let scenario = Scenario::load(&source, &NoFiles).map_err(|it| it.to_string())?;
    let verifier = scenario.verifier().map_err(|it| it.to_string())?;
    let mut words = String::new();
    for report in verifier.reports(Limits::default()) {
        let expected = vector["verdicts"][&*report.name].as_str().unwrap_or_default();
        let found = report.verdict.as_str();
        if found != expected {
            let shown = report.verdict.witness().map(|it| it.sentence().to_owned());
            return Err(format!("{} is {found}: {}", report.name, shown.unwrap_or_default()));
        }
        words.push_str(&report.asked_about.to_string());
        words.push_str(report.missing.as_deref().unwrap_or_default());
    }
    let words = words.to_lowercase();
    let says = vector["says"].as_array().into_iter().flatten().filter_map(Json::as_str);
    match says.into_iter().find(|it| !words.contains(*it)) {
        None => Ok(()),
        Some(missing) => Err(format!("does not say `{missing}`, but: {words}")),
    }
}

/// The refusal, the owner and the remarks are those of the vector.
fn facts(vector: &Json, case: &Case) -> Result<(), String> {
    if let Some(expected) = vector.get("refusal") {
        let found = case.request.refusal().map(|it| it.fact);
        if json!(found) != *expected {
            return Err(format!("its refusal is {found:?}"));
        }
    }
    if let Some(expected) = vector.get("owner") {
        let found = json!(case.request.owner());
        if found != *expected {
            return Err(format!("its owner is {found}"));
        }
    }
    let explanation = case.set.explain(&case.request);
    let names = vector["notes"].as_array().into_iter().flatten().filter_map(Json::as_str);
    for name in names {
        let is_signed = name == "presigned" && signer(&case.request).is_some();
        if !is_signed && !explanation.notes.iter().any(|note| note.name == name) {
            return Err(format!("has no note `{name}`"));
        }
    }
    let words = words(case, &explanation);
    let says = vector["says"].as_array().into_iter().flatten().filter_map(Json::as_str);
    match says.into_iter().find(|it| !words.contains(*it)) {
        None => Ok(()),
        Some(missing) => Err(format!("does not say `{missing}`, but: {words}")),
    }
}

/// What the explanation of a decision says, in the words of its parts.
fn words(case: &Case, explanation: &Explanation) -> String {
    let mut words = vec![explanation.reason(&case.request)];
    words.extend(explanation.notes.iter().map(ToString::to_string));
    words.extend(signer(&case.request));
    for remedy in &explanation.remedies {
        match remedy {
            Remedy::AvoidDeny { unless, .. } => {
                words.extend(unless.iter().map(|it| it.wanted(false)));
            }
            Remedy::NeedAllow { nearest, .. } => {
                for miss in nearest {
                    words.push(miss.statement.statement.to_string());
                    words.extend(miss.failing.iter().map(|it| it.wanted(true)));
                }
            }
        }
    }
    for layer in explanation.layers.iter().filter(|it| it.outcome == LayerOutcome::Silent) {
        words.extend(layer.policies.iter().map(ToString::to_string));
        let elements = layer.statements.iter().flat_map(|it| &it.elements);
        for Parting { part, pattern, arn, .. } in elements.filter_map(ElementTrace::parting) {
            words.push(format!("{part}: pattern `{pattern}`, ARN `{arn}`"));
        }
    }
    words.join("\n")
}

/// A request that is wrong is refused with all the words of the vector.
fn refusal(vector: &Json) -> Result<(), String> {
    let Err(message) = read(vector) else { return Err("is not refused".to_owned()) };
    let words = vector["message"].as_array().into_iter().flatten().filter_map(Json::as_str);
    match words.into_iter().find(|word| !message.to_ascii_lowercase().contains(*word)) {
        None => Ok(()),
        Some(word) => Err(format!("is refused without `{word}`")),
    }
}

fn keys(vector: &Json, case: &Case) -> Result<(), String> {
    let context = case.request.context();
    for (key, expected) in vector["known"].as_object().into_iter().flatten() {
        if let Some(pattern) = expected["pattern"].as_str() {
            let known = case.request.unknown(&KeyName::new(key)).map(|it| it.values);
            // In the ARN of a role `role/*NAME` is the role of that name, whatever its path.
            let name = pattern.split_once(":role/*").filter(|(_, name)| !name.contains('/'));
            let both = name.map(|(start, name)| {
                [format!("{start}:role/{name}"), format!("{start}:role/*/{name}")]
            });
            let is = |it: &Possible| match it {
                Possible::Like(patterns) => {
                    let texts: Vec<String> = patterns.iter().map(ToString::to_string).collect();
                    texts.iter().any(|it| it == pattern)
                        || both.as_ref().is_some_and(|both| texts == both[..])
                }
                _ => false,
            };
            if !known.as_ref().is_some_and(is) {
                return Err(format!("{key} is {expected}"));
            }
            continue;
        }
        let values: Vec<&str> =
            context.values(&KeyName::new(key)).iter().map(|value| &**value).collect();
        let expected: Vec<&str> = match expected {
            Json::String(text) => vec![text],
            Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
            other => return Err(format!("{key} is {other}")),
        };
        if values != expected {
            return Err(format!("{key} is {values:?}"));
        }
    }
    for key in vector["absent"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        let name = KeyName::new(key);
        if !context.values(&name).is_empty() || case.request.unknown(&name).is_some() {
            return Err(format!("{key} is there"));
        }
    }
    for key in vector["unknown"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if case.request.unknown(&KeyName::new(key)).is_none() {
            return Err(format!("{key} is known"));
        }
    }
    Ok(())
}

#[test]
fn every_vector_is_answered_or_open() {
    let folder = root().join("corpus/request");
    let text = std::fs::read_to_string(folder.join("vectors.jsonl")).unwrap();
    let vectors: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(vectors.len(), 281);
    let mut open = BTreeSet::new();
    for vector in &vectors {
        if let Err(reason) = wrong(vector) {
            open.insert(format!("{}: {reason}", vector["id"].as_str().unwrap()));
        }
    }
    let listed = std::fs::read_to_string(folder.join("open.txt")).unwrap_or_default();
    if std::env::var_os("POLSIM_UPDATE_OPEN").is_some() {
        let lines: Vec<&str> = open.iter().map(String::as_str).collect();
        std::fs::write(folder.join("open.txt"), lines.join("\n") + "\n").unwrap();
        return;
    }
    let listed: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
    let new: Vec<&String> = open.difference(&listed).collect();
    let answered: Vec<&String> = listed.difference(&open).collect();
    assert!(
        new.is_empty() && answered.is_empty(),
        "not answered: {new:#?}\nno longer open: {answered:#?}"
    );
}

/// Questions that people asked, with others of their kinds.
#[test]
fn every_trial_is_answered() {
    let text = std::fs::read_to_string(root().join("corpus/request/field.jsonl")).unwrap();
    let mut complaints = Vec::new();
    let mut count = 0_usize;
    for line in text.lines() {
        let vector: Json = serde_json::from_str(line).unwrap();
        count += 1;
        if let Err(reason) = wrong(&vector) {
            complaints.push(format!("{}: {reason}", vector["id"]));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(count >= 70, "only {count} trials");
}
