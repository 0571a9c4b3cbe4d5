//! Opt-in: real policies from a folder that `POLSIM_CORPORA` names, one JSON object with `name`,
//! `type` and `document` a line. AWS accepted all of them, so each must parse.
#![expect(clippy::disallowed_methods, reason = "a test reads files and its environment")]
#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fmt::Write as _;
use std::path::Path;

use polsim_decide::policy::{Policy, PolicyType};
use polsim_decide::text::{Source, json};

/// Replacements for the placeholders of the published data-perimeter policies.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("<my-corporate-cidr>", "203.0.113.0/24"),
    ("<action>", "s3:GetObject"),
    ("<third-party-resource-arn>", "arn:aws:s3:::third-party/*"),
    ("<third-party-resource>", "arn:aws:s3:::third-party/*"),
    ("<my-account-id>", "111122223333"),
    ("<ecr-account-id>", "111122223333"),
    ("<service-account-id>", "111122223333"),
    ("<glue-account-id>", "111122223333"),
    ("<CodeArtifact-Region-Account>", "111122223333"),
];

/// Policies of an API and a topic, which are published beside the RCPs because no RCP covers their
/// services.
const RESOURCE_POLICIES: &[&str] = &["/api_gateway_policy.json", "/sns_topic_policy.json"];

#[test]
fn every_published_policy_parses() {
    let Ok(folder) = std::env::var("POLSIM_CORPORA") else {
        println!("skipped: POLSIM_CORPORA names no folder");
        return;
    };
    let mut refusals = String::new();
    let mut count = 0_usize;
    for file in ["aws-managed.jsonl", "data-perimeter.jsonl"] {
        let path = Path::new(&folder).join(file);
        let text = std::fs::read_to_string(&path).expect("the corpus can be read");
        for line in text.lines() {
            count += 1;
            if let Err(refused) = read_back(line) {
                writeln!(refusals, "{file}: {refused}").unwrap();
            }
        }
    }
    println!("{count} policies read");
    assert!(count > 0, "no policies in {folder}");
    assert!(refusals.is_empty(), "refused:\n{refusals}");
}

/// Parses the policy of a line, writes it and parses what was written.
fn read_back(line: &str) -> Result<(), String> {
    let mut line = line.to_owned();
    for (placeholder, value) in PLACEHOLDERS {
        line = line.replace(placeholder, value);
    }
    let source = Source::new("corpus", line);
    let node = json::parse(&source).map_err(|refused| refused.to_string())?;
    let text = |key| node.member(key).and_then(|member| member.value.as_str()).unwrap_or_default();
    let mut policy_type: PolicyType = text("type").parse().expect("a policy type");
    if policy_type == PolicyType::Rcp && RESOURCE_POLICIES.iter().any(|f| text("name").ends_with(f))
    {
        policy_type = PolicyType::Resource;
    }
    let document = &node.member("document").expect("a document").value;
    let parsed = Policy::from_node(&source, document, policy_type).map_err(|refused| {
        let said: Vec<_> = refused.iter().map(ToString::to_string).collect();
        format!("{}: {}", text("name"), said.join("; "))
    })?;
    let written = Source::new("written", parsed.policy.to_json());
    let again = Policy::parse(&written, policy_type).map_err(|refused| {
        format!("{} was written as {}: {refused:?}", text("name"), written.text())
    })?;
    let same = parsed.policy.same_meaning(&again.policy);
    same.then_some(()).ok_or_else(|| format!("{}: written differently", text("name")))
}
