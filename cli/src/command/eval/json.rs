//! `polsim eval --format json`: the whole explanation.

use std::collections::BTreeMap;

use polsim::eval::{Decision, Depends, Expectation, Explanation, PartialDecision, RestsOn};
use polsim::policy::PolicyType;
use polsim::request::{ContextValue, Request};
use serde::Serialize;

use super::one::Answer;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnswerJson<'a> {
    schema_version: u32,
    #[serde(flatten)]
    explanation: &'a Explanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<Expectation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<bool>,
    /// In the order that `policyIndex` counts.
    policies: Vec<PolicyJson<'a>>,
    request: RequestJson<'a>,
}

/// The answer where there are several decisions: the members of an explanation that say something
/// about all of them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DependsJson<'a> {
    schema_version: u32,
    decision: PartialDecision,
    possible: &'a [Decision],
    #[serde(flatten)]
    depends: &'a Depends,
    #[serde(skip_serializing_if = "<[RestsOn]>::is_empty")]
    rests_on: &'a [RestsOn],
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<Expectation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<bool>,
    policies: Vec<PolicyJson<'a>>,
    /// The part that is known.
    request: RequestJson<'a>,
}

/// Either kind of answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum EitherJson<'a> {
    Decided(Box<AnswerJson<'a>>),
    Several(Box<DependsJson<'a>>),
}

#[derive(Debug, Serialize)]
struct PolicyJson<'a> {
    #[serde(rename = "type")]
    policy_type: &'static str,
    name: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u32>,
}

/// The request as it was decided, derived keys included: as a case has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestJson<'a> {
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_account: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    management_account: bool,
    context: BTreeMap<&'a str, ValueJson<'a>>,
    complete: bool,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ValueJson<'a> {
    Many(&'a [Box<str>]),
    One(&'a str),
}

/// The answer as JSON.
pub(super) fn answer(answer: &Answer, expect: Option<Expectation>) -> impl Serialize {
    let Answer { set, request, explanation, partial } = answer;
    let policies = set.lowered().policies.iter().map(|it| PolicyJson {
        policy_type: it.policy.policy_type.as_str(),
        name: &it.name,
        file: it.policy.source.name(),
        level: matches!(it.policy.policy_type, PolicyType::Scp | PolicyType::Rcp)
            .then_some(it.level),
    });
    let (policies, schema_version) = (policies.collect(), 1);
    let request = RequestJson::of(request);
    let decision = partial.decision();
    let ok = expect.map(|it| decision.meets(it));
    match &partial.depends {
        None => EitherJson::Decided(Box::new(AnswerJson {
            schema_version,
            explanation,
            expect,
            ok,
            policies,
            request,
        })),
        Some(depends) => EitherJson::Several(Box::new(DependsJson {
            schema_version,
            decision,
            possible: &partial.possible,
            depends,
            rests_on: &partial.rests_on,
            expect,
            ok,
            policies,
            request: RequestJson { complete: false, ..request },
        })),
    }
}

impl<'a> RequestJson<'a> {
    pub(super) fn of(request: &'a Request) -> Self {
        let value = |value: &'a ContextValue| match value {
            ContextValue::Many(values) => ValueJson::Many(values),
            ContextValue::One(value) => ValueJson::One(value),
        };
        let entries = request.context().entries().iter();
        Self {
            principal: request.principal().id(),
            action: request.action().as_str(),
            resource: request.resource().as_str(),
            resource_account: request.resource_account(),
            management_account: request.in_management_account(),
            context: entries.map(|(key, it)| (key.as_str(), value(it))).collect(),
            // Everything derived is listed: as a case, this request is decided the same.
            complete: true,
        }
    }
}
