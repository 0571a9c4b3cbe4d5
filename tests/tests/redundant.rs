//! Policies that say something in vain: each part is found, with what covers it, and no other.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail in its helpers too")]

use std::fs;

use polsim::prove::{Cover, Limits, Redundancies, Redundancy, Redundant, RedundantKind};
use polsim::scenario::ScenarioSets;
use polsim::text::{Node, Source, read};
use polsim_tests::{Disk, as_json, root};
use serde_json::json;

fn sets(node: &Node, name: &str) -> ScenarioSets {
    let policies = if let Some(member) = node.member("policies") {
        as_json(&member.value)
    } else {
        let policy_type = node.member("type").and_then(|it| it.value.as_text());
        let statements = as_json(&node.member("policy").expect("a policy").value);
        json!([{
            "type": policy_type.unwrap_or("identity"),
            "document": {"Version": "2012-10-17", "Statement": statements},
        }])
    };
    let source = Source::new(name, json!({"policies": policies}).to_string());
    match ScenarioSets::load(&source, &Disk, None) {
        Ok(sets) => sets,
        Err(found) => {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            panic!("{}", found.join("\n"));
        }
    }
}

fn answer(sets: &ScenarioSets) -> Redundancies {
    let policies = sets.attached("policies").expect("the only set");
    let limits = Limits::default();
    Redundancy::new(&policies).find(limits)
}

/// A text of the policy as the corpus writes it.
fn plain(text: &str) -> String {
    text.replace("\":\"", "\": \"").trim_matches('"').to_owned()
}

fn cover(it: &Cover) -> String {
    if it.span.start == it.statement.span.start {
        return it.statement.statement.to_string();
    }
    let text = it.source.slice(it.span);
    // A condition is its key and its values.
    if text.contains("\":\"") { text.replace("\":\"", "\": \"") } else { plain(text) }
}

fn told(it: &Redundant) -> String {
    let covers: Vec<String> = it.covered_by.iter().map(cover).collect();
    let covers = covers.join(", ");
    let statement = &it.statement.statement;
    match it.kind {
        RedundantKind::NeverMatches => format!("never: {statement} [{covers}]"),
        RedundantKind::Statement => format!("{statement} [{covers}]"),
        RedundantKind::Condition => {
            format!("{statement}: {} [{covers}]", it.text().replace("\":\"", "\": \""))
        }
        _ => format!("{statement}: {} [{covers}]", plain(it.text())),
    }
}

#[test]
fn what_is_said_in_vain_is_found() {
    let folder = root().join("corpus/redundant");
    let text = fs::read_to_string(folder.join("parts.yaml")).expect("the file can be read");
    let node = read(&Source::new("parts.yaml", text)).expect("YAML");
    let (mut count, mut wrong) = (0, Vec::new());
    for item in node.member("sets").expect("sets").value.items() {
        count += 1;
        let text = |name: &str| item.member(name).and_then(|it| it.value.as_text());
        let name = text("name").expect("a name");
        assert!(text("why").is_some(), "{name}: no reason");
        let mut wanted: Vec<String> = item
            .member("found")
            .map(|it| it.value.items())
            .unwrap_or_default()
            .iter()
            .map(|it| it.as_text().expect("text").to_owned())
            .collect();
        let answer = answer(&sets(item, name));
        let mut got: Vec<String> = answer.found.iter().map(told).collect();
        wanted.sort();
        got.sort();
        if got != wanted || !answer.unknown.is_empty() {
            let unknown = answer.unknown.len();
            wrong.push(format!("{name}: {got:?}, not {wanted:?} ({unknown} unknown)"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 15, "only {count} sets");
}
