//! The patterns and pitfalls of the corpus: their tests pass, and they cover what the perimeter
//! notes say.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use polsim::scenario::{Coverage, run_tests};
use polsim::text::Node;
use polsim_tests::{Written, check_table, root, scenarios, tables, texts};

/// Origins off the network, of the kinds that the patterns speak of.
const OFF: &[&str] =
    &["internet", "nat", "foreign-endpoint", "service-network", "service-side", "off-network"];

static PATTERNS: LazyLock<Vec<Written>> = LazyLock::new(|| scenarios("corpus/patterns", "tests"));
static PITFALLS: LazyLock<Vec<Written>> = LazyLock::new(|| scenarios("corpus/pitfalls", "tests"));

fn all() -> impl Iterator<Item = &'static Written> {
    PATTERNS.iter().chain(PITFALLS.iter())
}

/// Fails with every complaint, if there is one.
fn report(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_test_passes() {
    let mut complaints = Vec::new();
    let mut count = 0_usize;
    for written in all() {
        for outcome in run_tests(&written.scenario, |_| true) {
            count += 1;
            let name = &outcome.test.name;
            for failure in outcome.runs.iter().flat_map(|run| &run.failures) {
                complaints.push(format!("{}: {name}: {failure}", written.path));
            }
            if outcome.test.why.is_none() {
                complaints.push(format!("{}: {name}: nobody says why", written.path));
            }
        }
    }
    assert!(count > 550, "only {count} tests were found");
    report(&complaints);
}

/// The rows of the decision tables in the perimeter notes, with the decision.
fn table_rows() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join("corpus/spec/perimeter.md")).unwrap_or_default();
    let decisions = ["allowed", "explicitDeny", "implicitDeny"];
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let (id, decision) = (*cells.first()?, *cells.get(5)?);
            decisions.contains(&decision).then(|| (id.to_owned(), decision.to_owned()))
        })
        .collect()
}

#[test]
fn every_row_of_the_decision_tables_is_a_test() {
    let rows = table_rows();
    assert!(rows.len() > 250, "only {} rows were found", rows.len());
    let mut tested: BTreeMap<String, String> = BTreeMap::new();
    let mut complaints = Vec::new();
    for written in all() {
        for test in &written.scenario.tests {
            let Some((id, _)) = test.name.split_once(": ") else { continue };
            let Some(decision) = rows.get(id) else { continue };
            if test.expect.as_str() != decision {
                complaints.push(format!("{}: {id} is {decision} in the table", written.path));
            }
            tested.insert(id.to_owned(), written.path.clone());
        }
    }
    let missing = rows.keys().filter(|id| !tested.contains_key(*id));
    complaints.extend(missing.map(|id| format!("no test is called {id}")));
    report(&complaints);
}

#[test]
fn each_pattern_has_both_faces() {
    let mut complaints = Vec::new();
    for written in PATTERNS.iter() {
        let off = |node: &Node| texts(node, "from").iter().any(|from| OFF.contains(from));
        let has = |set: &str, decisions: &[&str], wanted: &dyn Fn(&Node) -> bool| {
            written.test_nodes().iter().any(|test| {
                texts(test, "policies") == [set]
                    && texts(test, "expect").iter().all(|it| decisions.contains(it))
                    && wanted(test)
            })
        };
        let denied = ["explicitDeny", "implicitDeny", "denied"];
        let any = |_: &Node| true;
        let faces = [
            (
                "lets a request off the network through by default",
                has("default", &["allowed"], &off),
            ),
            ("recommends what denies one", has("recommended", &denied, &off)),
            ("recommends what lets one through", has("recommended", &["allowed"], &any)),
        ];
        // The perimeter of the organization is a part of a pattern.
        if written.path.ends_with("/scenario.yaml") {
            let lacking = faces.iter().filter(|(_, there)| !there);
            complaints.extend(lacking.map(|(face, _)| format!("{}: no test {face}", written.path)));
        }
    }
    report(&complaints);
}

#[test]
fn each_pitfall_is_shown_and_its_repair_lets_the_right_ones_in() {
    let mut complaints = Vec::new();
    let mut count = 0_usize;
    for written in PITFALLS.iter() {
        count += 1;
        let of = |kind: &str, allowed: bool| {
            written.test_nodes().iter().any(|test| {
                texts(test, "policies").iter().any(|set| set.starts_with(kind))
                    && (texts(test, "expect") == ["allowed"]) == allowed
            })
        };
        if !of("plausible", true) && !of("plausible", false) {
            complaints.push(format!("{}: no test of the plausible policy", written.path));
        }
        for (allowed, what) in [(true, "allows"), (false, "denies")] {
            if !of("repaired", allowed) {
                complaints.push(format!("{}: no test of what the repair {what}", written.path));
            }
        }
    }
    assert!(count >= 70, "only {count} pitfalls were found");
    report(&complaints);
}

#[test]
fn tables_are_made_from_the_files() {
    check_table("corpus/pitfalls/README.md", "pitfalls", &tables::pitfalls(&PITFALLS));
    check_table("corpus/patterns/README.md", "patterns", &tables::patterns(&PATTERNS));
    check_table("corpus/patterns/README.md", "policies", &tables::policies(&PATTERNS));
}

#[test]
fn every_recommended_statement_and_value_is_made_to_decide() {
    let outcomes: Vec<_> =
        PATTERNS.iter().flat_map(|written| run_tests(&written.scenario, |_| true)).collect();
    let mut coverage = Coverage::default();
    coverage.add(&outcomes);
    let files = coverage.files();
    let recommended = files.iter().filter(|it| it.file.contains("/policies/r"));
    let mut count = 0;
    let mut complaints = Vec::new();
    for file in recommended {
        count += 1;
        for missing in &file.uncovered {
            // `sts:GetCallerIdentity` needs no permission, so no statement is what decides.
            if missing.what != "WhoAmI" {
                complaints.push(format!("{}: {}", file.file, missing.what));
            }
        }
    }
    assert!(count > 20, "only {count} recommended policies were found");
    report(&complaints);
}
