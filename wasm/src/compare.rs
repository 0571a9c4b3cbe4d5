//! Two versions of the policies: what does one allow that the other does not?

use polsim::lower::AttachedPolicy;
use polsim::prove::{self, Comparison, Directions, Limits};
use polsim::scenario::Scenario;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{Answer, AssumptionText, Diagnostic, Example, PolicyText, Reason, Workspace};

/// Upper bound on the groups of actions searched in each direction.
const MOST: usize = 40;

/// Two versions of the policies.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Versions {
    /// The old policies. Complaints about them name their files with `old/` in front.
    pub old: Vec<PolicyText>,
    /// New policies of the comparison.
    pub new: Vec<PolicyText>,
    /// The network, whose endpoints and accounts are known facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct VersionsReport {
    /// The comparison in a word.
    pub verdict: DiffVerdict,
    /// Requests that the new policies allow and the old ones do not.
    pub new_access: Changes,
    /// Requests that the old policies allow and the new ones do not.
    pub removed_access: Changes,
    /// Assumptions about policies that neither version has.
    pub premises: Vec<String>,
    /// Facts that the proofs rest on beside the policies.
    pub assumptions: Vec<AssumptionText>,
}

/// A comparison in a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum DiffVerdict {
    /// At least one difference was found.
    Different,
    /// There is none, and that is proved.
    Equal,
    /// None was found, but there may be some.
    Unknown,
    /// There is none because neither version allows anything.
    Vacuous,
}

/// The differences in one direction.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// Differences that were found.
    pub differences: Vec<Difference>,
    /// Answer to whether there are others.
    pub more: More,
    /// Reason why that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Names of readings under whose alternatives there are others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
}

/// The answer to whether there are differences beside those that are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum More {
    /// Perhaps: so many had been found that the search was ended.
    Maybe,
    /// No, and that is proved.
    None,
    /// Unknown, for the reason given.
    Unknown,
}

/// Requests that one version allows and the other does not, shown by one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Difference {
    /// Groups of actions that differ.
    pub actions: Vec<String>,
    /// Sentence about the request, by the version that allows it.
    pub sentence: String,
    /// The request with the old policies.
    pub old: Example,
    /// The request with the new policies.
    pub new: Example,
}

/// The requests that the new policies allow and the old ones do not, and the reverse.
pub fn compare(versions: &Versions) -> Answer<VersionsReport> {
    let workspace = |policies: &[PolicyText]| Workspace {
        policies: policies.to_vec(),
        network: versions.network.clone(),
        scenario: String::new(),
    };
    let (old, new) = (workspace(&versions.old), workspace(&versions.new));
    match (old.load(), new.load()) {
        (Ok(before), Ok(after)) => {
            Answer::Answered { value: report(&before, &after, [&old, &new]) }
        }
        (before, after) => {
            let complaints = |refused: Vec<polsim::text::Diagnostic>| {
                refused.iter().map(Diagnostic::from).collect::<Vec<_>>()
            };
            let mut diagnostics = complaints(before.err().map(Vec::from).unwrap_or_default());
            // The network is that of both.
            for diagnostic in &mut diagnostics {
                let of_policy = versions.old.iter().any(|it| it.name == diagnostic.file);
                if of_policy {
                    diagnostic.file.insert_str(0, "old/");
                }
            }
            let new = complaints(after.err().map(Vec::from).unwrap_or_default());
            diagnostics.retain(|it| !new.contains(it));
            diagnostics.extend(new);
            Answer::Refused { diagnostics }
        }
    }
}

fn report(before: &Scenario, after: &Scenario, [old, new]: [&Workspace; 2]) -> VersionsReport {
    let attached = |scenario: &Scenario| -> Vec<AttachedPolicy> {
        scenario.policies.iter().map(|entry| entry.attached()).collect()
    };
    let (first, second) = (attached(before), attached(after));
    let limits = Limits::default();
    let diff = Comparison::new(&first, &second).in_network(after.network.as_deref()).compare(
        Directions::Both,
        limits,
        MOST,
    );
    let changes = |found: Option<&prove::Changes>| Changes::new(found, old, new);
    VersionsReport {
        verdict: match diff.verdict() {
            prove::DiffVerdict::Different => DiffVerdict::Different,
            prove::DiffVerdict::Equal => DiffVerdict::Equal,
            prove::DiffVerdict::Unknown => DiffVerdict::Unknown,
            prove::DiffVerdict::Vacuous => DiffVerdict::Vacuous,
        },
        new_access: changes(diff.new_access.as_ref()),
        removed_access: changes(diff.removed_access.as_ref()),
        premises: diff.premises.iter().map(ToString::to_string).collect(),
        assumptions: diff.assumptions().iter().map(AssumptionText::of).collect(),
    }
}

impl Changes {
    fn new(found: Option<&prove::Changes>, old: &Workspace, new: &Workspace) -> Self {
        let Some(prove::Changes { differences, rest, depends_on }) = found else {
            let (differences, depends_on) = (Vec::new(), Vec::new());
            return Self { differences, more: More::None, reason: None, depends_on };
        };
        let (more, reason) = match rest {
            prove::Rest::Bound => (More::Maybe, None),
            prove::Rest::None(_) => (More::None, None),
            prove::Rest::Unknown(reason) => (More::Unknown, Some(Reason::from(reason))),
        };
        let differences = differences.iter().map(|difference| Difference {
            actions: difference.actions.iter().map(ToString::to_string).collect(),
            sentence: difference.sentence().to_owned(),
            old: Example::new(difference.old(), old),
            new: Example::new(difference.new_side(), new),
        });
        let depends_on = depends_on.iter().map(ToString::to_string).collect();
        Self { differences: differences.collect(), more, reason, depends_on }
    }
}

#[cfg(test)]
mod tests {
    use super::{DiffVerdict, More, Versions, VersionsReport, compare};
    use crate::{Answer, Decision, Example, PolicyText, PolicyType, Question, evaluate};

    fn policy(policy_type: PolicyType, statement: &str) -> PolicyText {
        PolicyText {
            policy_type,
            name: "policy".to_owned(),
            text: format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#),
            level: None,
            carriers: None,
        }
    }

    fn allow(actions: &str) -> PolicyText {
        let statement = format!(r#"{{"Effect": "Allow", "Action": {actions}, "Resource": "*"}}"#);
        policy(PolicyType::Identity, &statement)
    }

    fn compared(old: &[PolicyText], new: &[PolicyText]) -> VersionsReport {
        let versions = Versions { old: old.to_vec(), new: new.to_vec(), network: None };
        match compare(&versions) {
            Answer::Answered { value } => value,
            other => panic!("{other:?}"),
        }
    }

    /// The decision when the request of an example is put to the policies.
    fn replayed(policies: &[PolicyText], example: &Example) -> Decision {
        let asked = policies.iter().filter(|it| !example.unasked.contains(&it.name));
        let policies = asked.chain(&example.strangers).cloned().collect();
        let question =
            Question { policies, request: example.request.clone(), network: None, from: None };
        match evaluate(&question) {
            Answer::Answered { value } => value.ways[0].explanation.decision,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_gained_and_lost_is_shown_by_requests_that_replay() {
        let (old, new) = ([allow(r#"["s3:Get*", "ec2:Run*"]"#)], [allow(r#""s3:*""#)]);
        let report = compared(&old, &new);
        assert_eq!(report.verdict, DiffVerdict::Different);
        let gained = &report.new_access.differences[0];
        assert_eq!(gained.actions, ["s3:* but not s3:Get*"]);
        assert_eq!(replayed(&old, &gained.old), Decision::ImplicitDeny);
        assert_eq!(replayed(&new, &gained.new), Decision::Allowed);
        let lost = &report.removed_access.differences[0];
        assert_eq!(replayed(&old, &lost.old), Decision::Allowed);
        assert_eq!(replayed(&new, &lost.new), Decision::ImplicitDeny);
        assert_eq!(report.removed_access.more, More::None);
    }

    #[test]
    fn a_resource_policy_is_compared_for_strangers_too() {
        let bucket = |principal: &str| {
            policy(
                PolicyType::Resource,
                &format!(
                    r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::b/*"}}"#
                ),
            )
        };
        let (old, new) = ([bucket(r#"{"AWS": "111122223333"}"#)], [bucket(r#""*""#)]);
        let report = compared(&old, &new);
        let gained = &report.new_access.differences;
        assert!(!gained.is_empty());
        for difference in gained {
            assert_eq!(replayed(&new, &difference.new), Decision::Allowed);
            assert_ne!(replayed(&old, &difference.old), Decision::Allowed);
        }
        assert!(report.removed_access.differences.is_empty());
    }

    #[test]
    fn another_spelling_is_proved_to_change_nothing() {
        let report = compared(&[allow(r#""s3:*""#)], &[allow(r#"["S3:Get*", "s3:*"]"#)]);
        assert_eq!(report.verdict, DiffVerdict::Equal);
    }

    #[test]
    fn complaints_tell_the_versions_apart() {
        let broken = policy(PolicyType::Identity, r#"{"Efect": "Allow"}"#);
        let about = |old: &PolicyText, new: &PolicyText| {
            let versions =
                Versions { old: vec![old.clone()], new: vec![new.clone()], network: None };
            match compare(&versions) {
                Answer::Refused { diagnostics } => diagnostics[0].file.clone(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(about(&broken, &allow(r#""s3:*""#)), "old/policy");
        assert_eq!(about(&allow(r#""s3:*""#), &broken), "policy");
    }
}
