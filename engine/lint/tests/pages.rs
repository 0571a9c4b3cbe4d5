//! The pages of the rules: made from the table, with documents that have the finding and that do not.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use polsim::catalog::Catalog;
use polsim::policy::PolicyType;
use polsim::text::Source;
use polsim_lint::{Linter, Repair, Rule};

/// The codes of the findings of a document, with one rule switched on besides.
fn codes(catalog: &Catalog, rule: &Rule, text: &str, policy_type: PolicyType) -> BTreeSet<String> {
    let mut linter = Linter::new(Some(catalog));
    linter.select(rule.code);
    // Most rules read the document only; those that prove are asked in full.
    if !rule.code.starts_with("W04") && !rule.code.starts_with("W05") {
        linter.without_proofs();
    }
    let report = linter.lint(&Source::new("example.json", text), policy_type);
    report.findings.iter().map(|it| it.code().to_owned()).collect()
}

#[test]
fn the_first_document_has_the_finding_and_the_second_has_not() {
    let catalog = Catalog::embedded().unwrap();
    for rule in Rule::all() {
        let Some(example) = rule.example() else {
            assert!(rule.code.starts_with("W09"), "{} has no example", rule.code);
            continue;
        };
        let avoid = codes(&catalog, rule, &example.avoid, example.avoid_type);
        assert!(avoid.contains(rule.code), "{}: {avoid:?}", rule.code);
        let prefer = codes(&catalog, rule, &example.prefer, example.prefer_type);
        let refused = prefer.iter().any(|code| code.starts_with('P'));
        assert!(!prefer.contains(rule.code) && !refused, "{}: {prefer:?}", rule.code);
    }
}

#[test]
fn a_code_and_a_name_are_given_once() {
    let mut seen = BTreeSet::new();
    for rule in Rule::all() {
        assert!(seen.insert(rule.code) && seen.insert(rule.name), "{} twice", rule.code);
    }
    let codes: Vec<&str> = Rule::all().map(|rule| rule.code).collect();
    assert!(codes.is_sorted(), "the rules are in the order of their codes");
}

/// The documentation: an index, a page for each rule, and Access Analyzer's checks.
fn documentation() -> String {
    let mut out = String::from(
        "# What `polsim lint` finds\n\nMade from the table of rules in `engine/lint/src/rules`; \
         `polsim lint --explain CODE` prints a rule's page.\n\n| code | name | level | finding | repair |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    for rule in Rule::all() {
        let level = if rule.on { rule.level.to_string() } else { format!("{}, off", rule.level) };
        let repair =
            if rule.repair == Repair::None { "–".to_owned() } else { rule.repair.to_string() };
        let anchor = format!("{}-{}", rule.code.to_lowercase(), rule.name);
        let _ = writeln!(
            out,
            "| [{}](#{anchor}) | {} | {level} | {} | {repair} |",
            rule.code, rule.name, rule.title
        );
    }
    let analyzer = std::fs::read_to_string(docs().join("access-analyzer.md")).unwrap();
    let _ =
        writeln!(out, "\nIAM Access Analyzer's checks and ours: [a table](access-analyzer.md).\n");
    assert!(analyzer.starts_with("# IAM Access Analyzer's checks"));
    for rule in Rule::all() {
        out.push_str(&rule.page());
    }
    out
}

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[test]
fn the_documentation_is_made_from_the_table() {
    let path = docs().join("lint.md");
    let made = documentation();
    if std::env::var_os("POLSIM_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "docs/lint.md is stale: run this test with POLSIM_UPDATE_DOCS=1");
}
