//! Every policy of the conformance vectors parses, and says the same after it was written back.
#![expect(clippy::disallowed_methods, reason = "a test reads files")]

use std::path::Path;

use polsim_decide::policy::{Policy, PolicyType};
use polsim_decide::text::{Source, json};

#[test]
fn every_policy_of_the_vectors_survives_writing() {
    let mut policies = 0;
    for file in ["language.jsonl", "perimeter.jsonl"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/cases").join(file);
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let source = Source::new(file, line);
            let case = json::parse(&source).unwrap();
            for entry in case.member("policies").unwrap().value.items() {
                let text = |key| entry.member(key).unwrap().value.as_str().unwrap();
                let policy_type: PolicyType = text("type").parse().unwrap();
                let document = &entry.member("document").unwrap().value;
                let policy = match Policy::from_node(&source, document, policy_type) {
                    Ok(parsed) => parsed.policy,
                    Err(refused) => panic!("{line}\n{refused:#?}"),
                };
                let written = Source::new("written", policy.to_json());
                let again = Policy::parse(&written, policy_type).unwrap().policy;
                assert!(policy.same_meaning(&again), "{line}\nwritten as {}", written.text());
                assert_eq!(again.to_json(), written.text(), "writing is stable");
                policies += 1;
            }
        }
    }
    assert!(policies > 700, "only {policies} policies were found");
}
