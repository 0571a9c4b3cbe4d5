//! Documents that nobody wrote: statements of all vectors, mixed. Nothing panics, the same document has
//! the same findings twice, what is shown is decided again, and safe repairs change no decision.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reads files, and may fail"
)]

use std::path::Path;

use polsim::case::{CaseReader, NoFiles};
use polsim::catalog::Catalog;
use polsim::eval::Expectation;
use polsim::lower::AttachedPolicy;
use polsim::policy::{Policy, PolicyType};
use polsim::prove::{Comparison, DiffVerdict, Directions, Limits};
use polsim::text::Source;
use polsim_lint::{Finding, Linter};
use serde_json::{Value as Json, json};

/// Number of mixed documents of each type.
const DOCUMENTS: usize = 5;

/// The statements of the vectors of a type.
fn statements(policy_type: PolicyType) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/lint/vectors.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let vectors = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    vectors
        .filter(|it| it["type"] == policy_type.as_str())
        .flat_map(|it| match &it["document"]["Statement"] {
            Json::Array(list) => list.clone(),
            one => vec![one.clone()],
        })
        .map(|mut it| {
            it.as_object_mut().unwrap().remove("Sid");
            it
        })
        .collect()
}

/// A generator of numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

fn replay(finding: &Finding, document: &str) {
    let Some(shown) = &finding.witness else { return };
    let mut case: Json = serde_json::from_str(&shown.case).unwrap();
    let expect: Expectation = case["expect"].as_str().unwrap().parse().unwrap();
    case.as_object_mut().unwrap().remove("expect");
    let mut reader = CaseReader::new("shown", NoFiles);
    let case = reader.read(&case.to_string(), 1).unwrap();
    let decision = case.set.decide(&case.request);
    assert!(expect.is_met_by(decision), "{} of {document}: {decision:?}", finding.code());
}

/// The document after one safe repair decides as before.
fn repair(finding: &Finding, text: &str, policy_type: PolicyType) {
    let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe) else { return };
    let mut after = text.to_owned();
    for (span, new) in fix.edits.iter().rev() {
        after.replace_range(span.range(), new);
    }
    let read = |text: &str| {
        let policy = Policy::parse(&Source::new("repaired.json", text), policy_type);
        [AttachedPolicy::new(policy.unwrap_or_else(|it| panic!("{text}: {it}")).policy)]
    };
    let (old, new) = (read(text), read(&after));
    let diff = Comparison::new(&old, &new).compare(Directions::Both, Limits::default(), 1);
    let equal = matches!(diff.verdict(), DiffVerdict::Equal | DiffVerdict::Vacuous);
    assert!(equal, "{} repairs {text} to {after}: {:?}", finding.code(), diff.verdict());
}

#[test]
fn mixed_statements_are_linted_soundly() {
    let catalog = Catalog::embedded().unwrap();
    let mut linter = Linter::new(Some(&catalog));
    linter.select_all();
    let mut numbers = Numbers(7);
    let (mut shown, mut repaired) = (0, 0);
    for policy_type in
        [PolicyType::Identity, PolicyType::Resource, PolicyType::Scp, PolicyType::Trust]
    {
        let all = statements(policy_type);
        for _ in 0..DOCUMENTS {
            let count = 1 + numbers.below(4);
            let chosen: Vec<&Json> = (0..count).map(|_| &all[numbers.below(all.len())]).collect();
            let text = json!({"Version": "2012-10-17", "Statement": chosen}).to_string();
            let source = Source::new("mixed.json", text.as_str());
            let report = linter.lint(&source, policy_type);
            let again = linter.lint(&source, policy_type);
            assert_eq!(format!("{:?}", report.findings), format!("{:?}", again.findings));
            for finding in &report.findings {
                shown += usize::from(finding.witness.is_some());
                repaired += usize::from(finding.fix.as_ref().is_some_and(|fix| fix.safe));
                replay(finding, &text);
                repair(finding, &text, policy_type);
            }
        }
    }
    assert!(shown > 2 && repaired > 2, "{shown} requests, {repaired} repairs");
}

#[test]
fn broken_texts_are_findings() {
    let linter = Linter::new(None);
    for text in
        ["", "{", "[]", "null", r#"{"Statement": 7}"#, r#"{"Statement": [{}]}"#, "\u{feff}{}"]
    {
        let report = linter.lint(&Source::new("broken.json", text), PolicyType::Identity);
        assert!(report.findings.iter().all(|it| it.code().starts_with('P')), "{text}");
        assert!(!report.findings.is_empty(), "{text}");
    }
}
