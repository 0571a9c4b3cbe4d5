//! API calls, decided by all their authorization checks.

use polsim::call::{self, Asked, Caller, Calls, Parameters};
use polsim::case::{SessionRoles, endpoint_crossed};
use polsim::lower::{AttachedPolicy, Scope};
use polsim::policy;
use polsim::request::{CallFacts, Request, RequestParts};
use polsim::text::{self, Arn, Source, Span};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{Answer, Explanation, PolicyText, PolicyType};

/// A call, who makes it, and the policies that are asked.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallQuestion {
    /// The call: `sagemaker:CreateTrainingJob`.
    pub api: String,
    /// The parameters as the SDK takes them, the text of a JSON object.
    pub parameters: String,
    /// The ARN of the caller.
    pub principal: String,
    /// The region that is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The policies; that of a resource is asked about its carriers only.
    pub policies: Vec<PolicyText>,
    /// The text of the table of calls, `calls.jsonl`: the module does not hold it.
    pub table: String,
    /// The text of the table of parameters, `parameters.tsv`; without it no name is refused.
    #[serde(default)]
    pub names: String,
}

/// The answer to a call.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CallReport {
    /// Decision on the whole.
    pub decision: CallDecision,
    /// Names of the checks that fail.
    pub failed: Vec<String>,
    /// What the decision depends on.
    pub depends_on: Vec<String>,
    /// The checks, in the order in which AWS's pages list them.
    pub checks: Vec<CallCheck>,
    /// What the parameters do not show.
    pub open: Vec<String>,
    /// What was taken for granted.
    pub notes: Vec<String>,
}

/// A check of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CallCheck {
    /// Name of the check.
    pub id: String,
    /// Action that is asked for.
    pub action: String,
    /// Resource, or a pattern of it.
    pub resource: String,
    /// Decision on the check.
    pub decision: CallDecision,
    /// What led to it.
    pub explanation: Explanation,
}

/// The decision on a call or one of its checks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum CallDecision {
    /// It is allowed.
    Allowed,
    /// It is denied.
    Denied,
    /// It depends on what is not known.
    Depends,
}

/// The decision on a call, with that on each of its checks.
pub fn decide_call(question: &CallQuestion) -> Answer<CallReport> {
    report(question).into()
}

fn report(question: &CallQuestion) -> Result<CallReport, text::Diagnostics> {
    let source = Source::new("parameters", question.parameters.as_str());
    let wrong = |error: &dyn std::fmt::Display| {
        text::Diagnostic::error("C0030", &source, Span::new(0, 1), error.to_string())
    };
    let calls = Calls::of(&question.table, &question.names);
    let call = calls.get(&question.api, None).map_err(|error| wrong(&error))?;
    let parameters = Parameters::read(&question.parameters).map_err(|error| wrong(&error))?;
    parameters.check(&calls, &call).map_err(|error| wrong(&error))?;
    let policies = policies(&question.policies)?;
    let parts = RequestParts {
        principal: &question.principal,
        known_role: SessionRoles::of(&policies).of_session(&question.principal),
        call: CallFacts { region: question.region.as_deref(), ..CallFacts::default() },
        ..RequestParts::default()
    };
    let plain = RequestParts { action: "sts:GetCallerIdentity", resource: "*", ..parts.clone() };
    let plain = Request::as_sent(plain).map_err(|error| wrong(&error))?;
    let caller = Caller {
        partition: plain.principal().partition(),
        account: plain.principal().account(),
        region: question.region.as_deref(),
    };
    let derived = call.derive(&parameters, &caller, None);
    let asked = Asked::new(&policies, parts).through(endpoint_crossed(&policies));
    let answer = asked.decide(&derived).map_err(|error| wrong(&error))?;
    let check = |it: &call::CheckAnswer| CallCheck {
        id: it.check.id.to_string(),
        action: it.check.action.to_string(),
        resource: it.check.target.shown().to_owned(),
        decision: it.decision.into(),
        explanation: it.explain().into(),
    };
    Ok(CallReport {
        decision: answer.decision.into(),
        failed: answer.failed().into_iter().map(str::to_owned).collect(),
        depends_on: answer.depends_on().into_iter().map(str::to_owned).collect(),
        checks: answer.checks.iter().map(check).collect(),
        open: derived.open.iter().map(ToString::to_string).collect(),
        notes: derived.notes,
    })
}

/// The policies, each for what carries it.
fn policies(texts: &[PolicyText]) -> Result<Vec<AttachedPolicy>, text::Diagnostics> {
    let mut attached = Vec::new();
    let mut refused = Vec::new();
    for it in texts {
        match it.read(policy::PolicyType::Resource) {
            Ok(policy) => attached.push(AttachedPolicy { scope: scope(it), ..policy }),
            Err(errors) => refused.extend(errors),
        }
    }
    text::Diagnostics::check(refused)?;
    Ok(attached)
}

fn scope(policy: &PolicyText) -> Scope {
    let carriers = policy.carriers.as_deref().unwrap_or_default();
    match (policy.policy_type, carriers) {
        (_, []) => Scope::EveryRequest,
        (PolicyType::Resource | PolicyType::Key | PolicyType::Trust, carriers) => {
            let patterns = carriers.iter().filter_map(|it| match Scope::of_resource(it) {
                Some(Scope::Resources(patterns)) => Some(patterns),
                _ => None,
            });
            Scope::Resources(patterns.flatten().collect())
        }
        (PolicyType::Endpoint, [id, ..]) => Scope::Endpoint(id.as_str().into()),
        (PolicyType::Scp | PolicyType::Rcp, _) => Scope::EveryRequest,
        (_, carriers) => {
            let arns = carriers.iter().filter_map(|it| it.parse::<Arn>().ok());
            Scope::Principals(arns.collect())
        }
    }
}

impl From<call::CallDecision> for CallDecision {
    fn from(decision: call::CallDecision) -> Self {
        match decision {
            call::CallDecision::Allowed => Self::Allowed,
            call::CallDecision::Denied => Self::Denied,
            call::CallDecision::Depends => Self::Depends,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = include_str!("../../engine/decide/data/calls.jsonl");
    const NAMES: &str = include_str!("../../engine/decide/data/parameters.tsv");

    fn question(parameters: &str, allowed: &str) -> CallQuestion {
        CallQuestion {
            api: "lambda:CreateFunction".to_owned(),
            parameters: parameters.to_owned(),
            principal: "arn:aws:iam::111122223333:role/Dev".to_owned(),
            region: Some("eu-west-1".to_owned()),
            policies: vec![PolicyText {
                policy_type: PolicyType::Identity,
                name: "dev.json".to_owned(),
                text: format!(
                    r#"{{"Version": "2012-10-17", "Statement": [
                        {{"Effect": "Allow", "Action": "{allowed}", "Resource": "*"}}]}}"#
                ),
                level: None,
                carriers: None,
            }],
            table: TABLE.to_owned(),
            names: NAMES.to_owned(),
        }
    }

    #[test]
    fn a_call_names_the_check_that_fails() {
        let parameters =
            r#"{"FunctionName": "f", "Role": "arn:aws:iam::111122223333:role/Fn", "Code": {}}"#;
        let failed = |allowed| match decide_call(&question(parameters, allowed)) {
            Answer::Answered { value } => value.failed,
            other => panic!("{other:?}"),
        };
        assert_eq!(failed("lambda:*"), ["pass"]);
        assert!(failed("*").is_empty());
    }

    #[test]
    fn a_misspelt_parameter_is_refused() {
        let refused = decide_call(&question(r#"{"FunctionNam": "f"}"#, "*"));
        let Answer::Refused { diagnostics } = refused else { panic!("it is a misspelling") };
        assert!(diagnostics[0].message.contains("did you mean FunctionName?"));
    }
}
