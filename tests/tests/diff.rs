//! The comparisons of the corpus: each finds its stated differences, and every example replays on
//! both sides.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail in its helpers too"
)]

use std::fs;

use polsim::case::{CaseReader, NoFiles};
use polsim::eval::Decision;
use polsim::prove::{Changes, Comparison, Diff, Difference, Directions, Limits, Witness};
use polsim::scenario::ScenarioSets;
use polsim::text::{Node, Source, read};
use polsim_tests::{Disk, as_json, yaml_files};
use serde_json::{Value as Json, json};

/// A comparison as the corpus writes it.
struct Written {
    name: String,
    sets: ScenarioSets,
    verdict: String,
    new_access: Vec<Vec<String>>,
    removed_access: Vec<Vec<String>>,
    more: String,
    most: usize,
}

fn groups(node: &Node, name: &str) -> Vec<Vec<String>> {
    let Some(member) = node.member(name) else { return Vec::new() };
    let group =
        |it: &Node| it.items().iter().map(|it| it.as_text().expect("text").into()).collect();
    let mut groups: Vec<Vec<String>> = member.value.items().iter().map(group).collect();
    groups.sort();
    groups
}

/// Statements become a policy of the comparison's type; policies stay as they are.
fn set(node: &Node, name: &str, policy_type: &str) -> Json {
    let items = node.member(name).expect("both sets").value.items();
    let items: Vec<Json> = items.iter().map(as_json).collect();
    if items.iter().any(|it| it.get("type").is_some()) {
        return json!(items);
    }
    json!([{"type": policy_type, "document": {"Version": "2012-10-17", "Statement": items}}])
}

fn written(node: &Node) -> Written {
    let text = |name: &str| node.member(name).and_then(|it| it.value.as_text()).map(str::to_owned);
    let name = text("name").expect("a name");
    assert!(text("why").is_some(), "{name}: no reason");
    let policy_type = text("type").unwrap_or_else(|| "identity".to_owned());
    let sets = json!({"sets": {
        "old": set(node, "old", &policy_type),
        "new": set(node, "new", &policy_type),
    }});
    let source = Source::new(name.as_str(), sets.to_string());
    let sets = match ScenarioSets::load(&source, &Disk, None) {
        Ok(sets) => sets,
        Err(found) => {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            panic!("{}", found.join("\n"));
        }
    };
    let (new_access, removed_access) = (groups(node, "new-access"), groups(node, "removed-access"));
    let more = text("more").unwrap_or_else(|| "none".to_owned());
    let differ = !new_access.is_empty() || !removed_access.is_empty() || more == "maybe";
    let usual = if differ { "different" } else { "equal" };
    Written {
        sets,
        verdict: text("verdict").unwrap_or_else(|| usual.to_owned()),
        new_access,
        removed_access,
        more,
        most: text("most").map_or(100, |it| it.parse().expect("a number")),
        name,
    }
}

fn compared(written: &Written) -> Diff {
    let [old, new] = ["old", "new"].map(|name| written.sets.attached(name).expect("both sets"));
    Comparison::new(&old, &new).compare(Directions::Both, Limits::default(), written.most)
}

fn found(changes: &Changes) -> Vec<Vec<String>> {
    let group = |it: &Difference| {
        let mut actions: Vec<String> = it.actions.iter().map(ToString::to_string).collect();
        actions.sort();
        actions
    };
    let mut groups: Vec<Vec<String>> = changes.differences.iter().map(group).collect();
    groups.sort();
    groups
}

/// Whether the case of an example is decided so again.
fn replays(example: &Witness, decision: Decision) -> bool {
    let case = CaseReader::new("example", NoFiles).read(example.case(), 1);
    let again = case.map(|it| it.set.decide(&it.request));
    example.decision() == decision && again.ok() == Some(decision)
}

fn wrong(written: &Written) -> Vec<String> {
    let diff = compared(written);
    let name = &written.name;
    let mut wrong = Vec::new();
    let told = serde_json::to_value(&diff).expect("JSON");
    if told["verdict"] != json!(written.verdict) {
        wrong.push(format!("{name}: {}, not {}", told["verdict"], written.verdict));
    }
    let directions = [
        (&diff.new_access, "newAccess", &written.new_access, true),
        (&diff.removed_access, "removedAccess", &written.removed_access, false),
    ];
    for (changes, member, wanted, new) in directions {
        let changes = changes.as_ref().expect("both were asked for");
        let more = if new { written.more.as_str() } else { "none" };
        if told[member]["more"] != json!(more) {
            wrong.push(format!("{name}: {member}: more: {}", told[member]));
        }
        let got = found(changes);
        if more == "none" && got != *wanted {
            wrong.push(format!("{name}: {member}: {got:?}, not {wanted:?}: {}", told[member]));
        }
        if more == "maybe"
            && changes.differences.iter().map(|it| it.actions.len()).sum::<usize>() != written.most
        {
            wrong.push(format!("{name}: {member}: the bound is {}", written.most));
        }
        for difference in &changes.differences {
            let (yes, no) = if new {
                (difference.new_side(), difference.old())
            } else {
                (difference.old(), difference.new_side())
            };
            if !replays(yes, Decision::Allowed) || !replays(no, no.decision()) {
                wrong.push(format!("{name}: the example does not replay: {}", yes.case()));
            }
            if no.decision() == Decision::Allowed || no.request() != yes.request() {
                wrong.push(format!("{name}: no difference: {}", yes.case()));
            }
        }
    }
    wrong
}

#[test]
fn the_comparisons_find_their_differences() {
    let (mut count, mut all) = (0, Vec::new());
    for file in yaml_files("corpus/diff") {
        let text = fs::read_to_string(&file).expect("the file can be read");
        let node = read(&Source::new(file.display().to_string(), text)).expect("YAML");
        for item in node.member("comparisons").expect("comparisons").value.items() {
            count += 1;
            all.extend(wrong(&written(item)));
        }
    }
    assert!(all.is_empty(), "{} of {count}:\n{}", all.len(), all.join("\n"));
    assert!(count >= 35, "only {count} comparisons");
}
