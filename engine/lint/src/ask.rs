//! Questions to the prover about a part of a document.

use std::collections::BTreeMap;

use polsim::lower::{AttachedPolicy, Readings};
use polsim::policy::{Condition, Effect, Policy, PolicyType, Statement, condition_block};
use polsim::prove::{Claim, Limits, Property, RequestShape, Verdict, Verifier};
use polsim::text::{Source, json};

use crate::finding::Shown;

/// The answer to a question.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// No request shows it, and that is proved with these facts.
    Holds(Vec<&'static str>),
    /// This request does.
    Fails(Shown),
    /// The prover gave up.
    Undecided,
}

/// Conditions in the making: operator, key, values.
#[derive(Clone, Debug, Default)]
pub(crate) struct When(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl When {
    /// Adds a value.
    pub(crate) fn add(&mut self, operator: &str, key: &str, value: impl Into<String>) {
        let keys = self.0.entry(operator.to_owned()).or_default();
        let values = keys.entry(key.to_owned()).or_default();
        let value = value.into();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    /// The conditions, as a policy has them.
    pub(crate) fn conditions(&self) -> Vec<Condition> {
        let text = serde_json::to_string(&self.0).unwrap_or_default();
        let source = Source::new("the question", text);
        let read = json::parse(&source).ok();
        let block = read.and_then(|node| condition_block(&source, &node).ok());
        block.unwrap_or_default()
    }
}

/// The document with no other statements than these.
pub(crate) fn only(policy: &Policy, keeps: impl Fn(&Statement) -> bool) -> Policy {
    let mut less = policy.clone();
    less.statements.retain(keeps);
    less
}

/// The document without grants, or with only one.
pub(crate) fn denies_and(policy: &Policy, allow: Option<&Statement>) -> Policy {
    only(policy, |it| {
        it.effect.value == Effect::Deny || allow.is_some_and(|one| one.span == it.span)
    })
}

/// A policy of a type that allows everything to everyone.
pub(crate) fn allow_all(policy_type: PolicyType) -> Option<AttachedPolicy> {
    let principal = if policy_type.has_principal() { r#""Principal":"*","# } else { "" };
    let resource = if policy_type == PolicyType::Trust { "" } else { r#","Resource":"*""# };
    let action = if policy_type == PolicyType::Trust { "sts:*" } else { "*" };
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Everything","Effect":"Allow",{principal}"Action":"{action}"{resource}}}]}}"#
    );
    let source = Source::new("everything", text);
    Policy::parse(&source, policy_type).ok().map(|it| AttachedPolicy::new(it.policy))
}

/// Asks whether the claim holds of every request of the shape, AWS doing by default what it leaves
/// open: the evaluator decides the request that it shows in the same way.
pub(crate) fn ask(
    claim: Claim,
    shape: RequestShape,
    policies: Vec<AttachedPolicy>,
    limits: Limits<'_>,
) -> Answer {
    let properties = [Property::new("lint", claim, shape, policies)];
    let Ok(verifier) = Verifier::new(&properties, None) else { return Answer::Undecided };
    let verifier = verifier.reading(Readings::default());
    let Some(report) = verifier.decide(0, limits) else { return Answer::Undecided };
    match &report.verdict {
        Verdict::Proved(_) | Verdict::Vacuous(_) => {
            let proof = report.verdict.proof();
            Answer::Holds(proof.map_or(Vec::new(), |it| it.assumptions().to_vec()))
        }
        Verdict::Violated(_) => match report.verdict.witness() {
            Some(witness) => Answer::Fails(Shown {
                sentence: witness.sentence().into(),
                case: witness.case().into(),
            }),
            None => Answer::Undecided,
        },
        _ => Answer::Undecided,
    }
}
