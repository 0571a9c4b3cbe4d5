//! Calls: the table against the catalogue, and the vectors of the request notes about calls.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail in its helpers too"
)]

use polsim::call::{
    Asked, Call, CallAnswer, Caller, Calls, Check, Derived, Parameters, also_needed, signer,
};
use polsim::case::KnownResources;
use polsim::catalog::Catalog;
use polsim::lower::{AttachedPolicy, Scope};
use polsim::policy::{Policy, PolicyType};
use polsim::request::{ContextValue, Request, RequestParts};
use polsim::text::{self, KeyName, Source};
use polsim_tests::root;
use serde_json::{Value as Json, json};

#[test]
fn the_table_fits_the_catalogue() {
    let catalog = Catalog::embedded().unwrap();
    let faults: Vec<String> =
        Calls::embedded().check(&catalog).iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let calls = Calls::embedded();
    let rows: usize = calls.names().map(|api| calls.find(api).unwrap().checks.len()).sum();
    assert_eq!((calls.names().count(), rows), (328, 687));
    let listed = calls.names().filter(|api| calls.parameters(api).is_some()).count();
    assert_eq!(listed, 326, "every call of an SDK has its parameters");
}

/// The policies of a vector, each for what it is attached to.
fn policies(vector: &Json) -> Vec<AttachedPolicy> {
    let written = vector["policies"].as_array();
    let one = |it: &Json| {
        let kind: PolicyType = it["type"].as_str().unwrap().parse().unwrap();
        let source = Source::new("policy", it["document"].to_string());
        let policy = AttachedPolicy::new(Policy::parse(&source, kind).unwrap().policy);
        let scope = it["of"].as_str().and_then(Scope::of_resource).unwrap_or_default();
        AttachedPolicy { scope, ..policy }
    };
    written.into_iter().flatten().map(one).collect()
}

/// The resources that a vector describes.
fn resources(vector: &Json) -> KnownResources {
    let source =
        Source::new("resources", vector.get("resources").unwrap_or(&json!([])).to_string());
    KnownResources::read(&source, &text::json::parse(&source).unwrap()).unwrap()
}

/// What a vector asks, derived and decided.
#[derive(Debug)]
struct Answered {
    call: Call,
    derived: Derived,
    answer: CallAnswer,
}

fn answered(vector: &Json, catalog: &Catalog) -> Result<Answered, String> {
    let calls = Calls::embedded();
    let api = vector["call"]["api"].as_str().unwrap();
    let call = calls.get(api, Some(catalog)).map_err(|it| it.to_string())?;
    let parameters = Parameters::of(vector["call"]["parameters"].clone());
    let parameters = parameters.map_err(|it| it.to_string())?;
    parameters.check(&calls, &call).map_err(|it| it.to_string())?;
    let request = &vector["request"];
    let principal = request["principal"].as_str().unwrap();
    let mut parts = RequestParts { principal, ..RequestParts::default() };
    parts.call.region = request["region"].as_str();
    let caller = Caller {
        partition: "aws",
        account: principal.split(':').nth(4),
        region: request["region"].as_str(),
    };
    let derived = call.derive(&parameters, &caller, Some(catalog));
    let policies = policies(vector);
    let known = resources(vector);
    let asked = Asked::new(&policies, parts).knowing(&known);
    let answer = asked.decide(&derived).map_err(|it| it.to_string())?;
    Ok(Answered { call, derived, answer })
}

/// The keys of a check that a vector asserts.
fn keys(expected: &Json, check: &Check, answer: &CallAnswer) -> Result<(), String> {
    let decided = answer.checks.iter().find(|it| it.check == *check).ok_or("not decided")?;
    for (key, value) in expected["context"].as_object().into_iter().flatten() {
        let expected: Vec<&str> = match value {
            Json::String(text) => vec![text],
            Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
            other => return Err(format!("{key} is {other}")),
        };
        let values = decided.request.known().context().values(&KeyName::new(key));
        let values: Vec<&str> = values.iter().map(|it| &**it).collect();
        if values != expected {
            return Err(format!("{}: {key} is {values:?}, not {expected:?}", check.id));
        }
    }
    Ok(())
}

fn wrong(vector: &Json, catalog: &Catalog) -> Result<(), String> {
    let Answered { call, derived, answer } = answered(vector, catalog)?;
    let shown = |check: &Check| format!("{} {} {}", check.id, check.action, check.target.shown());
    let text = |it: &Json, name: &str| it[name].as_str().unwrap().to_owned();
    if let Some(expected) = vector["checks"].as_array() {
        let line = |it: &Json| {
            format!("{} {} {}", text(it, "id"), text(it, "action"), text(it, "resource"))
        };
        let expected_lines: Vec<String> = expected.iter().map(line).collect();
        let lines: Vec<String> = derived.checks.iter().map(shown).collect();
        if lines != expected_lines {
            return Err(format!("checks are {lines:#?}, not {expected_lines:#?}"));
        }
        for (expected, check) in expected.iter().zip(&derived.checks) {
            keys(expected, check, &answer)?;
        }
    }
    let list = |name: &str| -> Option<Vec<&str>> {
        Some(vector[name].as_array()?.iter().filter_map(Json::as_str).collect())
    };
    if let Some(expected) = vector["expect"].as_str()
        && expected != answer.decision.as_str()
    {
        return Err(format!("decided {}, {:?}", answer.decision, answer.failed()));
    }
    if list("failed").is_some_and(|it| it != answer.failed()) {
        return Err(format!("failed are {:?}", answer.failed()));
    }
    if let Some(expected) = vector.get("refusal") {
        let mut refusals = answer.checks.iter().filter_map(|it| it.request.known().refusal());
        let found = refusals.next().map(|it| it.fact);
        if json!(found) != *expected {
            return Err(format!("its refusal is {found:?}"));
        }
    }
    if list("dependsOn").is_some_and(|it| it != answer.depends_on()) {
        return Err(format!("depends on {:?}", answer.depends_on()));
    }
    let later: Vec<&str> = derived.later.iter().map(|it| &*it.id).collect();
    if list("later").is_some_and(|it| it != later) {
        return Err(format!("later are {later:?}"));
    }
    let open = u64::try_from(call.open.len()).unwrap();
    if vector["open"].as_u64().is_some_and(|it| it > open) {
        return Err(format!("{open} are open"));
    }
    Ok(())
}

/// The vectors of a file that are about a call.
fn vectors(file: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(root().join("corpus/request").join(file)).unwrap();
    let vectors = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    vectors.filter(|it| it.get("call").is_some()).collect()
}

/// What is wrong with the refusal of a call.
fn not_refused(vector: &Json, catalog: &Catalog) -> Result<(), String> {
    let Err(message) = answered(vector, catalog) else { return Err("is not refused".to_owned()) };
    let mut words = vector["message"].as_array().into_iter().flatten().filter_map(Json::as_str);
    match words.find(|word| !message.to_ascii_lowercase().contains(*word)) {
        None => Ok(()),
        Some(word) => Err(format!("{message}: without `{word}`")),
    }
}

fn check(vectors: &[Json]) {
    let catalog = Catalog::embedded().unwrap();
    let fault = |it: &Json| match it["kind"].as_str() {
        Some("error") => not_refused(it, &catalog).err(),
        _ => wrong(it, &catalog).err(),
    };
    let faults = vectors.iter().filter_map(|it| Some(format!("{}: {}", it["id"], fault(it)?)));
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_vectors_about_calls_come_out() {
    let vectors = vectors("vectors.jsonl");
    assert_eq!(vectors.len(), 46);
    check(&vectors);
}

/// Calls of the kinds that people asked about in public.
#[test]
fn further_calls_come_out() {
    let vectors = vectors("calls.jsonl");
    assert!(vectors.len() >= 12, "{}", vectors.len());
    check(&vectors);
}

/// What is said of a request beside its decision.
fn remarks(vector: &Json) -> Vec<String> {
    let request = &vector["request"];
    let text = |name: &str| request[name].as_str().unwrap();
    let value = |it: &Json| ContextValue::from(it.as_str().unwrap());
    let context = request["context"].as_object().into_iter().flatten();
    let parts = RequestParts {
        principal: text("principal"),
        action: text("action"),
        resource: text("resource"),
        context: context.map(|(key, it)| (KeyName::new(key), value(it))).collect(),
        ..RequestParts::default()
    };
    let request = Request::as_sent(parts).unwrap();
    let mut remarks = also_needed(&Calls::embedded(), &request);
    remarks.extend(signer(&request));
    remarks
}

/// The further actions that a request's context shows, and reads that a service signs.
#[test]
fn remarks_come_out() {
    let text = std::fs::read_to_string(root().join("corpus/request/calls.jsonl")).unwrap();
    let vectors = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let vectors: Vec<Json> = vectors.filter(|it| it["kind"] == "remark").collect();
    assert!(vectors.len() >= 12, "{}", vectors.len());
    for vector in vectors {
        let remarks = remarks(&vector);
        let says: Vec<&str> =
            vector["says"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
        let is_said = |it: &&str| remarks.iter().any(|remark| remark.contains(*it));
        let id = &vector["id"];
        assert!(says.iter().all(is_said) && remarks.len() == says.len(), "{id}: {remarks:#?}");
    }
}
