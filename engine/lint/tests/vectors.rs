//! The vectors of the lint notes: each document has exactly its findings, at their places.
//!
//! `open.txt` lists the vectors that polsim does not answer yet. The test fails if one that is not
//! listed comes out wrong, and if one that is listed comes out right: the list only gets shorter.
#![expect(
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reads files, and may fail"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use polsim::catalog::Catalog;
use polsim::policy::PolicyType;
use polsim::text::Source;
use polsim_lint::{Linter, Report, Rule};
use serde_json::Value as Json;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/lint")
}

fn vectors(name: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(corpus().join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The report about a vector's document.
fn lint(vector: &Json, catalog: &Catalog) -> Report {
    let policy_type: PolicyType = vector["type"].as_str().unwrap().parse().unwrap();
    let with_catalog = vector["catalog"].as_bool().unwrap_or(true);
    let mut linter = Linter::new(with_catalog.then_some(catalog));
    for code in vector["select"].as_array().into_iter().flatten() {
        linter.select(Rule::find(code.as_str().unwrap()).unwrap().code);
    }
    linter.lint(&Source::new("vector.json", vector["document"].to_string()), policy_type)
}

/// The codes and places that are expected and those that were found, where they differ.
fn wrong(vector: &Json, report: &Report) -> Option<String> {
    let expected: BTreeSet<String> = vector["expect"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| format!("{}@{}", it["code"].as_str().unwrap(), it["path"].as_str().unwrap()))
        .collect();
    let found: BTreeSet<String> =
        report.findings.iter().map(|it| format!("{}@{}", it.code(), it.path)).collect();
    let join = |it: BTreeSet<&String>| it.into_iter().cloned().collect::<Vec<_>>().join(" ");
    let (lacking, more) =
        (join(expected.difference(&found).collect()), join(found.difference(&expected).collect()));
    match (lacking.is_empty(), more.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("lacks {lacking}")),
        (true, false) => Some(format!("has {more}")),
        (false, false) => Some(format!("lacks {lacking}, has {more}")),
    }
}

#[test]
fn every_vector_has_its_findings_or_is_open() {
    let catalog = Catalog::embedded().unwrap();
    let vectors = vectors("vectors.jsonl");
    assert_eq!(vectors.len(), 259);
    let mut open = BTreeSet::new();
    let mut replayed = 0;
    for vector in &vectors {
        let (id, report) = (vector["id"].as_str().unwrap(), lint(vector, &catalog));
        if let Some(reason) = wrong(vector, &report) {
            open.insert(format!("{id}: {reason}"));
        }
        replayed += replay(id, &report);
    }
    assert!(replayed > 20, "only {replayed} requests were shown");
    let path = corpus().join("open.txt");
    if std::env::var_os("POLSIM_UPDATE_OPEN").is_some() {
        let lines: String = open.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(path, lines).unwrap();
        return;
    }
    let listed = std::fs::read_to_string(path).unwrap_or_default();
    let listed: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
    let new: Vec<&String> = open.difference(&listed).collect();
    let answered: Vec<&String> = listed.difference(&open).collect();
    assert!(
        new.is_empty() && answered.is_empty(),
        "not answered: {new:#?}\nno longer open: {answered:#?}"
    );
}

#[test]
fn own_cases_have_their_findings_and_no_others() {
    let catalog = Catalog::embedded().unwrap();
    let cases = vectors("own.jsonl");
    let quiet =
        cases.iter().filter(|it| it["expect"].as_array().is_some_and(Vec::is_empty)).count();
    assert!(quiet * 5 > cases.len() * 2, "{quiet} of {} have no finding", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|it| {
            let report = lint(it, &catalog);
            replay(it["id"].as_str().unwrap(), &report);
            Some(format!("{} {}: {}", it["id"], it["why"], wrong(it, &report)?))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Decides the requests that findings show again; how many there are.
fn replay(id: &str, report: &Report) -> usize {
    let shown = report.findings.iter().filter_map(|it| Some((it.code(), it.witness.as_ref()?)));
    shown
        .map(|(code, shown)| {
            let mut case: Json = serde_json::from_str(&shown.case).unwrap();
            let expect =
                case["expect"].as_str().unwrap_or_else(|| panic!("{id}: {case}")).to_owned();
            case.as_object_mut().unwrap().remove("expect");
            let mut reader = polsim::case::CaseReader::new("shown", polsim::case::NoFiles);
            let read = reader.read(&case.to_string(), 1);
            let case = read.unwrap_or_else(|it| panic!("{id}: {it:?}"));
            let decision = case.set.decide(&case.request);
            let expect: polsim::eval::Expectation = expect.parse().unwrap();
            assert!(expect.is_met_by(decision), "{id} {code}: {decision:?}");
        })
        .count()
}

#[test]
fn the_same_document_has_the_same_findings_twice() {
    let catalog = Catalog::embedded().unwrap();
    for vector in vectors("vectors.jsonl").iter().step_by(17) {
        let text = |report: &Report| format!("{:?}", report.findings);
        assert_eq!(text(&lint(vector, &catalog)), text(&lint(vector, &catalog)));
    }
}
