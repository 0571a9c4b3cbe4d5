//! The vectors of the request notes: what a request carries, and how it is decided.
//!
//! `open.txt` lists the vectors that polsim does not answer yet. The test fails if one that is not
//! listed comes out wrong, and if one that is listed comes out right: the list only gets shorter.

use std::collections::BTreeSet;

use polsim::case::{Case, CaseReader, NoFiles};
use polsim::eval::{Expectation, Scratch};
use polsim::request::Possible;
use polsim::text::KeyName;
use polsim_tests::root;
use serde_json::{Value as Json, json};

/// Members of a vector that say nothing more than the decision or the keys.
const UNDERSTOOD: [&str; 13] = [
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
];

/// The case of a vector, read as the command reads it; its complaints.
fn read(vector: &Json) -> Result<Case, String> {
    let policies = vector.get("policies").cloned().unwrap_or_else(|| json!([]));
    let text = json!({"policies": policies, "request": vector["request"]}).to_string();
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
    if vector["kind"] == "error" {
        return refusal(vector);
    }
    let case = case(vector)?;
    match vector["kind"].as_str() {
        Some("derive") => keys(vector, &case),
        Some("case") => {
            let expect = vector["expect"].as_str().unwrap_or_default();
            let expect: Expectation = expect.parse().map_err(|_| format!("expects {expect}"))?;
            let answer = case.set.answer_partial(&case.request, &mut Scratch::default());
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
            let is = |it: &Possible| match it {
                Possible::Like(patterns) => patterns.iter().any(|it| it.to_string() == pattern),
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
