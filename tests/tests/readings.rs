//! Readings: each stands in the table of the docs, and has cases for both sides.
#![expect(clippy::expect_used, reason = "a test may fail in its helpers too")]

use std::collections::BTreeSet;

use polsim::catalog::readings::{self, Kind};
use polsim_tests::root;
use serde_json::Value as Json;

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("the file can be read")
}

#[test]
fn each_reading_stands_in_the_table_of_the_docs() {
    let page = text("docs/readings.md");
    for reading in readings::all() {
        let name = format!("`{}`", reading.name);
        assert!(page.contains(&name), "docs/readings.md does not name {name}");
        if reading.kind == Kind::Language {
            let row = format!("| {} | reading {name} |", reading.entry);
            assert!(page.contains(&row), "docs/readings.md has no row `{row}`");
        }
    }
}

#[test]
fn each_reading_of_the_language_has_cases_for_every_side() {
    let lines = text("corpus/cases/readings.jsonl");
    let cases: Vec<Json> =
        lines.lines().map(|line| serde_json::from_str(line).expect("a case")).collect();
    let mut sides: BTreeSet<(String, String)> = BTreeSet::new();
    for case in &cases {
        let id = case["id"].as_str().expect("an id");
        for reading in readings::all().filter(|it| id.contains(it.name)) {
            let word = case["readings"][reading.name].as_str().unwrap_or(reading.default.word);
            sides.insert((reading.name.to_owned(), word.to_owned()));
        }
    }
    for reading in readings::all().filter(|it| it.kind == Kind::Language) {
        for side in std::iter::once(&reading.default).chain(reading.alternatives) {
            let side = (reading.name.to_owned(), side.word.to_owned());
            assert!(sides.contains(&side), "no case for {side:?}");
        }
    }
}
