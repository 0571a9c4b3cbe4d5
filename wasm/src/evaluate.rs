//! One request, one decision, and why.

use polsim::case::{self, CaseReader, NoFiles};
use polsim::eval::{PolicySet, Scratch};
use polsim::request::Request;
use polsim::text::{self, Source, json};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{Answer, Explanation, PolicyText};

/// Policies and a request, each in its own text.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// The policies.
    pub policies: Vec<PolicyText>,
    /// The request, as the `request` member of a case is written.
    pub request: String,
}

/// What a question is answered with.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The decision and everything that led to it. Places are those in each policy's own text.
    pub explanation: Explanation,
    /// The context of the request as it was decided.
    pub context: Vec<ContextEntry>,
}

/// A context key of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct ContextEntry {
    /// Its name.
    pub key: String,
    /// Its values; a key without values is absent from the request.
    pub values: Vec<String>,
    /// Where it comes from.
    pub origin: KeyOrigin,
}

/// Where a context key of a request comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum KeyOrigin {
    /// From principal, action and resource, as AWS derives it.
    Derived,
    /// From the request as it was given.
    Given,
}

/// The answer to a question.
pub fn evaluate(question: &Question) -> Answer<Evaluation> {
    answer(question).into()
}

fn answer(question: &Question) -> Result<Evaluation, Vec<text::Diagnostic>> {
    let mut refused = Vec::new();
    let request = read_request(&question.request).map_err(|errors| refused.extend(errors)).ok();
    let target = request.as_ref().map(|(request, _)| {
        let (action, resource) = (request.action().as_str(), request.resource().as_str());
        move |policy_type| case::type_for_target(policy_type, action, resource)
    });
    let mut policies = Vec::new();
    for policy in &question.policies {
        let written = policy.policy_type.into();
        match policy.read(target.as_ref().map_or(written, |target| target(written))) {
            Ok((policy, _)) => policies.push(policy),
            Err(errors) => refused.extend(errors),
        }
    }
    let (Some((mut request, given)), true) = (request, refused.is_empty()) else {
        return Err(refused);
    };
    if let (Some(endpoint), false) = (case::endpoint_crossed(&policies), given.complete) {
        request = request.through_endpoint(endpoint);
    }
    let explanation = PolicySet::new(policies).explain(&request, &mut Scratch::default());
    let context = request.context().entries().iter().map(|(key, value)| ContextEntry {
        key: key.as_str().to_owned(),
        values: value.as_slice().iter().map(|value| String::from(&**value)).collect(),
        origin: if given.keys.iter().any(|name| key.is(name)) {
            KeyOrigin::Given
        } else {
            KeyOrigin::Derived
        },
    });
    Ok(Evaluation { context: context.collect(), explanation: explanation.into() })
}

/// What the text of a request says beyond the request itself.
struct Given {
    keys: Vec<String>,
    complete: bool,
}

fn read_request(text: &str) -> Result<(Request, Given), Vec<text::Diagnostic>> {
    let source = Source::new("request", text);
    let node = json::parse(&source).map_err(|refused| vec![refused])?;
    let request = case::request_member(&source, &node)?;
    let complete = node.member("complete").map(|member| &member.value.value);
    let context = node.member("context").map(|member| member.value.members());
    let keys = context.unwrap_or_default().iter().map(|member| member.key.to_string()).collect();
    Ok((request, Given { keys, complete: complete == Some(&text::Value::Bool(true)) }))
}

/// The explanation of a case: one JSON object with policies, request and perhaps an expectation.
pub fn evaluate_case(text: &str) -> Answer<Explanation> {
    match CaseReader::new("case", NoFiles).read(text, 1) {
        Ok(case) => {
            let explanation = case.set.explain(&case.request, &mut Scratch::default());
            Answer::Answered { value: explanation.into() }
        }
        Err((_, refused)) => Answer::refused(&refused),
    }
}
