//! Workspaces, which tests, properties and comparisons are about: policies, a network and the text of a scenario.
//!
//! The caller has each in a text of its own. They become one scenario whose policies and network are
//! files; the lines that say so are put *behind* the caller's text, so that places in it stay true.

use polsim::scenario::{Files, Scenario};
use polsim::text::{self, Node, Source, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use tsify::Tsify;

use crate::PolicyText;

/// The name of the caller's scenario in places and messages.
pub(crate) const SCENARIO: &str = "scenario";
/// The name of the caller's network in places and messages.
pub(crate) const NETWORK: &str = "network";

/// Policies, a network and the text of a scenario.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workspace {
    /// The policies. A scenario that has `policies`, `sets` or `extends` itself reads them as files,
    /// by name; any other is about all of them.
    pub policies: Vec<PolicyText>,
    /// The network; none if left out. A scenario may have its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The scenario, as YAML or JSON: tests, properties, and whatever else a scenario has.
    #[serde(default)]
    pub scenario: String,
}

impl Workspace {
    /// The scenario that the texts make.
    pub(crate) fn load(&self) -> Result<Scenario, text::Diagnostics> {
        let written = Source::new(SCENARIO, self.scenario.as_str());
        let node = if is_blank(&self.scenario) { None } else { Some(text::read(&written)?) };
        Scenario::load(&Source::new(SCENARIO, self.composed(node.as_ref())), self)
    }

    /// The caller's text with the policies and the network behind it.
    fn composed(&self, node: Option<&Node>) -> String {
        let has = |name: &str| node.is_some_and(|node| node.member(name).is_some());
        let mut more = serde_json::Map::new();
        if !["policies", "sets", "extends"].into_iter().any(has) {
            more.insert("policies".to_owned(), policy_entries(&self.policies));
        }
        if !has("network") && self.has_network() {
            more.insert("network".to_owned(), Json::from(NETWORK));
        }
        let object = node.is_none_or(|node| matches!(node.value, Value::Object(_)));
        if !object || more.is_empty() {
            return self.scenario.clone();
        }
        if !self.scenario.trim_start().starts_with('{') {
            let line = |(name, value)| format!("\n{name}: {value}");
            return self.scenario.clone() + &more.iter().map(line).collect::<String>();
        }
        // JSON, or YAML written as JSON: the members go in front of the last brace.
        let text = self.scenario.trim_end();
        let text = text.strip_suffix('}').unwrap_or(text).trim_end();
        let comma = if text.ends_with(['{', ',']) { "" } else { "," };
        let more = Json::from(more).to_string();
        format!("{text}{comma}{}", more.strip_prefix('{').unwrap_or(&more))
    }

    pub(crate) fn has_network(&self) -> bool {
        self.network.as_ref().is_some_and(|text| !is_blank(text))
    }
}

/// Tests whether a YAML text is empty but for comments.
pub(crate) fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// The policies as a scenario lists them; each document is the file of its number.
pub(crate) fn policy_entries(policies: &[PolicyText]) -> Json {
    policies.iter().enumerate().map(|(index, policy)| entry(policy, index)).collect()
}

fn entry(policy: &PolicyText, index: usize) -> Json {
    let mut entry = serde_json::Map::new();
    let mut add = |name: &str, value: Json| entry.insert(name.to_owned(), value);
    add("type", json!(policy.policy_type));
    add("name", json!(policy.name));
    add("file", json!(numbered(index)));
    add("level", json!(policy.level.unwrap_or_default()));
    let carriers = policy.carriers.as_deref().unwrap_or_default();
    match (policy.carrier_member(), carriers.first()) {
        (Some(member @ "endpoint"), Some(first)) => drop(add(member, json!(first))),
        (Some(member), Some(_)) => drop(add(member, json!(carriers))),
        _ => (),
    }
    Json::from(entry)
}

fn numbered(index: usize) -> String {
    format!("policy {index} of the workspace")
}

impl Files for Workspace {
    fn read(&self, _from: &str, path: &str) -> Result<Source, String> {
        if path == NETWORK
            && let Some(network) = &self.network
        {
            return Ok(Source::new(NETWORK, network.as_str()));
        }
        let mut policies = self.policies.iter().enumerate();
        let stem = path.rsplit('/').next().unwrap_or(path);
        let stem = stem.strip_suffix(".json").unwrap_or(stem);
        policies
            .find(|(index, policy)| {
                let name = policy.name.strip_suffix(".json").unwrap_or(&policy.name);
                numbered(*index) == path || policy.name == path || name == stem
            })
            .map(|(_, policy)| Source::new(policy.name.as_str(), policy.text.as_str()))
            .ok_or_else(|| format!("no policy here is called `{path}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Workspace, is_blank};
    use crate::{PolicyText, PolicyType};

    fn workspace(scenario: &str) -> Workspace {
        let text = r#"{"Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
        let policy = PolicyText {
            policy_type: PolicyType::Identity,
            name: "alice.json".to_owned(),
            text: text.to_owned(),
            level: None,
            carriers: None,
        };
        Workspace { policies: vec![policy], network: None, scenario: scenario.to_owned() }
    }

    const TESTS: &str = "tests:
  - name: alice reads
    request: {principal: 'arn:aws:iam::111122223333:user/alice', action: s3:GetObject, resource: 'arn:aws:s3:::b/k'}
    expect: allowed";

    #[test]
    fn a_scenario_is_about_the_policies_beside_it() {
        let as_json = r#"{"tests": [{"name": "alice reads", "expect": "allowed", "request":
            {"principal": "arn:aws:iam::111122223333:user/alice", "action": "s3:GetObject",
             "resource": "arn:aws:s3:::b/k"}}]}"#;
        for scenario in
            [TESTS, as_json, &format!("{TESTS}\n"), &format!("# why\n{TESTS} # because")]
        {
            let loaded = workspace(scenario).load().expect("a good scenario");
            assert_eq!(loaded.policies.len(), 1, "{scenario}");
            assert_eq!(loaded.tests.len(), 1, "{scenario}");
        }
    }

    #[test]
    fn a_scenario_may_name_the_policies_as_files() {
        for file in ["alice.json", "alice", "policies/alice.json"] {
            let scenario = format!("policies: [{{type: identity, file: {file}}}]\n{TESTS}");
            let loaded = workspace(&scenario).load().expect("a good scenario");
            assert_eq!(loaded.policies.len(), 1, "{file}");
        }
        let refused = workspace(&format!("policies: [{{type: identity, file: bob}}]\n{TESTS}"))
            .load()
            .expect_err("no such policy");
        assert_eq!(refused[0].message, "no policy here is called `bob`");
    }

    #[test]
    fn nothing_but_comments_is_blank() {
        assert!(is_blank("\n  # tests come here\n"));
        assert!(!is_blank("tests: []"));
        assert!(workspace("# nothing yet").load().is_ok_and(|loaded| loaded.tests.is_empty()));
    }
}
