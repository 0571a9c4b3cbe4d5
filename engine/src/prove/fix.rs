//! Fixes: single changes of a policy with which a violated property holds.
//!
//! The standard conditions of network perimeters (perimeter §5) are tried as one more Deny statement
//! and as one more condition of the Allow statement that lets the request through, with the values of
//! the scenario's network. Each fix that is offered has been proved: with it the property holds,
//! requests that were proved to be allowed still are, and some request for the property's actions is
//! still allowed.

mod candidate;
mod editable;

use std::sync::Arc;

use super::limits::Limits;
use super::lowered_property::LoweredProperty;
use super::property::{Claim, Expected, Property};
use super::verdict::Verdict;
use super::verify::{Report, Verifier};
use super::witness::Witness;
use crate::eval::{Decision, PolicySet};
use crate::lower::AttachedPolicy;
use crate::policy::{Effect, Policy, PolicyType};
use crate::request::PrincipalKind;
use crate::text::{Source, Span};
use candidate::{Block, Values};
use editable::{is_editable, is_same_document};
use polsim_solve::result::SolveResult;

/// Upper bound on the fixes of each kind that are offered.
const MAX_OFFERED: usize = 2;

/// Upper bound on the policies in which a Deny is tried, those that let the request through first.
const MAX_TARGETS: usize = 3;

/// A change with which a violated property holds.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::prove::{Claim, FixKind, Limits, Property, RequestShape, Verifier};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity);
/// let network = Network::parse(&Source::new(
///     "n.yaml",
///     "{region: eu-west-1, account: '111122223333', sites: [{name: office, egress: 203.0.113.0/24}]}",
/// ));
/// let (network, policy) = (network.expect("a network"), policy.expect("a policy").policy);
/// let shape = RequestShape::default().coming_from(["off-network"]).for_actions(["s3:*"])?;
/// let policies = vec![AttachedPolicy::new(policy)];
/// let properties = [Property::new("closed", Claim::Deny, shape, policies)];
/// let verifier = Verifier::new(&properties, Some(&network))?;
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// let fixes = verifier.fixes(0, &report, Limits::default());
/// assert_eq!(fixes[0].kind, FixKind::Condition);
/// assert!(fixes[0].text.contains("203.0.113.0/24"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fix {
    /// Kind of the change.
    pub kind: FixKind,
    /// Name of the policy that is changed.
    pub policy: Box<str>,
    /// Text of that policy.
    pub source: Source,
    /// Location of the statement that gets the condition; for a new statement, of the policy.
    pub span: Span,
    /// New statement or condition block, as JSON.
    pub text: String,
    /// Number of properties that something is allowed which were proved again with the change.
    pub kept: usize,
}

/// The kind of change that a [`Fix`] is.
///
/// ```
/// # use polsim::prove::FixKind;
/// assert_eq!(serde_json::to_string(&FixKind::Deny)?, r#""deny""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FixKind {
    /// A statement gets one more condition.
    Condition,
    /// The policy gets one more Deny statement.
    Deny,
}

/// A change to try.
struct Change {
    kind: FixKind,
    old: Arc<Policy>,
    new: Arc<Policy>,
    policy: Box<str>,
    /// Index of the statement that gets the condition.
    statement: Option<usize>,
    span: Span,
    text: String,
}

impl Verifier<'_> {
    /// Fixes of the property of this number, which is violated; those with the fewest conditions
    /// come first.
    pub fn fixes(&self, number: usize, report: &Report, limits: Limits<'_>) -> Vec<Fix> {
        let (Some(property), Verdict::Violated(_)) = (self.properties.get(number), &report.verdict)
        else {
            return Vec::new();
        };
        let Some(witness) = report.verdict.witness() else { return Vec::new() };
        if !matches!(property.claim, Claim::Deny | Claim::ExplicitDeny) {
            return Vec::new();
        }
        let values = Values::of(self.network, &property.policies);
        let kept = self.proved_to_be_allowed(number, limits);
        let mut found: Vec<Fix> = Vec::new();
        for change in changes(property, witness, &values) {
            let offered = found.iter().filter(|it| it.kind == change.kind).count();
            if (limits.interrupted)() {
                break;
            }
            if offered < MAX_OFFERED && self.closes(property, witness, &change, &kept, limits) {
                found.push(Fix {
                    kind: change.kind,
                    policy: change.policy,
                    source: change.old.source.clone(),
                    span: change.span,
                    text: change.text,
                    kept: kept.len(),
                });
            }
        }
        found
    }

    /// The other properties that say that something is allowed, and which hold.
    fn proved_to_be_allowed(&self, number: usize, limits: Limits<'_>) -> Vec<&Property> {
        let others = self.properties.iter().enumerate().filter(|(at, _)| *at != number);
        others
            .map(|(_, property)| property)
            .filter(|it| matches!(it.claim, Claim::Allow | Claim::Always))
            .filter(|it| it.expected == Expected::Proved)
            .filter(|it| self.is_proved(it, limits))
            .collect()
    }

    fn is_proved(&self, property: &Property, limits: Limits<'_>) -> bool {
        let mut lowered =
            LoweredProperty::new(property, &self.assumptions, self.network, &self.readings);
        matches!(lowered.decide(limits), Verdict::Proved(_))
    }

    /// Tests whether the property holds with the change, and all others that should still do.
    fn closes(
        &self,
        property: &Property,
        witness: &Witness,
        change: &Change,
        kept: &[&Property],
        limits: Limits<'_>,
    ) -> bool {
        let fixed = changed(property, change);
        // Most changes leave the known request as it is.
        let closed = |decision| match property.claim {
            Claim::ExplicitDeny => decision == Decision::ExplicitDeny,
            _ => decision != Decision::Allowed,
        };
        let set = PolicySet::new(witness.policies().iter().map(|it| with_change(it, change)));
        closed(set.decide(witness.request()))
            && self.is_proved(&fixed, limits)
            && self.leaves_something(fixed, change, limits)
            && kept.iter().all(|it| self.is_proved(&changed(it, change), limits))
    }

    /// Tests whether some request for the property's actions is still allowed, and if a statement was
    /// changed, by that statement: a statement that nothing matches any more is no repair.
    fn leaves_something(&self, fixed: Property, change: &Change, limits: Limits<'_>) -> bool {
        let shape = fixed.shape.only_actions();
        let anything = Property { claim: Claim::Allow, shape, ..fixed };
        let mut lowered =
            LoweredProperty::new(&anything, &self.assumptions, self.network, &self.readings);
        let store = &mut lowered.queries.formulas;
        let mut ways = Vec::new();
        for kind in &lowered.formulas.kinds {
            let mut parts = vec![kind.shows(Claim::Allow, store)];
            if let Some(index) = change.statement {
                let policies = &kind.lowered.policies;
                let number = policies.iter().position(|it| Arc::ptr_eq(&it.policy, &change.new));
                let mut statements = kind.lowered.statements.iter();
                let changed = statements.find(|it| Some(it.policy) == number && it.index == index);
                parts.extend(changed.map(|it| it.matches));
            }
            ways.push(store.all(parts));
        }
        let allowed = store.any(ways);
        let asked = store.all([lowered.formulas.shape, lowered.formulas.possible, allowed]);
        matches!(lowered.queries.ask(asked, limits), SolveResult::Sat(_))
    }
}

/// The property about the changed policies.
fn changed(property: &Property, change: &Change) -> Property {
    let policies = property.policies.iter().map(|it| with_change(it, change)).collect();
    Property { policies, ..property.clone() }
}

/// The policy, or its replacement if it is the one that is changed.
fn with_change(attached: &AttachedPolicy, change: &Change) -> AttachedPolicy {
    let is_changed = is_same_document(&attached.policy, &change.old);
    let policy = if is_changed { &change.new } else { &attached.policy };
    AttachedPolicy { policy: Arc::clone(policy), ..attached.clone() }
}

/// The changes to try.
fn changes(property: &Property, witness: &Witness, values: &Values) -> Vec<Change> {
    let mut changes = Vec::new();
    let path = on_the_path(property, witness);
    let by_service = witness.request().principal().kind() == PrincipalKind::Service;
    let of_sagemaker = witness.request().action().service().eq_ignore_ascii_case("sagemaker");
    if property.claim == Claim::Deny {
        for block in about(property, values.allowing(of_sagemaker, by_service)) {
            changes.extend(
                path.iter()
                    .filter_map(|(policy, statement)| with_condition(policy, *statement, &block)),
            );
        }
    }
    let mut targets: Vec<&AttachedPolicy> = path.iter().map(|(policy, _)| *policy).collect();
    targets.extend(given(property, witness));
    let mut tried: Vec<&Arc<Policy>> = Vec::new();
    targets.retain(|it| {
        let new = !tried.iter().any(|known| is_same_document(known, &it.policy));
        tried.push(&it.policy);
        new && is_editable(it)
    });
    targets.truncate(MAX_TARGETS);
    let actions = property.shape.action_texts().unwrap_or_else(|| vec!["*".to_owned()]);
    for block in about(property, values.denying(of_sagemaker, by_service)) {
        let with = |policy: &&AttachedPolicy| with_deny(policy, &actions, &block);
        changes.extend(targets.iter().filter_map(with));
    }
    changes
}

/// The blocks, those about the keys of the property first: whoever asks about the owners of resources
/// wants no change of who comes from where.
fn about(property: &Property, mut blocks: Vec<Block>) -> Vec<Block> {
    let is_asked = |key: &str| property.shape.when.iter().any(|it| it.key.value.is(key));
    blocks.sort_by_key(|block| !block.keys().any(is_asked));
    blocks
}

/// The policies of the input that are asked about the caller of the witness.
fn given<'p>(
    property: &'p Property,
    witness: &'p Witness,
) -> impl Iterator<Item = &'p AttachedPolicy> {
    let is_given = |it: &&AttachedPolicy| {
        property.policies.iter().any(|own| Arc::ptr_eq(&own.policy, &it.policy))
    };
    witness.policies().iter().filter(is_given)
}

/// The Allow statements of the input that let the request through.
fn on_the_path<'p>(
    property: &'p Property,
    witness: &'p Witness,
) -> Vec<(&'p AttachedPolicy, usize)> {
    let mut path = Vec::new();
    for trace in witness.explanation().layers.iter().flat_map(|it| &it.statements) {
        let Some(policy) = witness.policies().get(trace.policy_index) else { continue };
        if !given(property, witness).any(|it| Arc::ptr_eq(&it.policy, &policy.policy)) {
            continue;
        }
        let start = trace.statement.span.start;
        let mut statements = policy.policy.statements.iter();
        let index = statements.position(|it| it.span.start == start);
        let known = |(other, at): &(&AttachedPolicy, usize)| {
            Some(*at) == index && is_same_document(&other.policy, &policy.policy)
        };
        if let Some(index) = index
            && is_editable(policy)
            && !path.iter().any(known)
            && trace.matches
            && trace.statement.effect == Effect::Allow
        {
            path.push((policy, index));
        }
    }
    path
}

/// A statement with one more condition block.
fn with_condition(attached: &AttachedPolicy, index: usize, block: &Block) -> Option<Change> {
    // A trust policy takes no other actions than those on its role.
    let action = match attached.policy.policy_type {
        PolicyType::Trust => "sts:AssumeRole",
        _ => "*",
    };
    let parsed = block.parsed(attached.policy.policy_type, Effect::Allow, &[action.to_owned()])?;
    let mut policy = (*attached.policy).clone();
    let statement = policy.statements.get_mut(index)?;
    let is_there = statement.conditions.iter().any(|known| {
        parsed.conditions.iter().any(|new| {
            new.operator.value == known.operator.value && new.key.value == known.key.value
        })
    });
    if is_there {
        return None;
    }
    statement.conditions.extend(parsed.conditions);
    let span = statement.span;
    Some(Change {
        kind: FixKind::Condition,
        old: Arc::clone(&attached.policy),
        new: Arc::new(policy),
        policy: (&*attached.name).into(),
        statement: Some(index),
        span,
        text: block.json().to_string(),
    })
}

/// A policy with one more Deny statement.
fn with_deny(attached: &AttachedPolicy, actions: &[String], block: &Block) -> Option<Change> {
    let policy_type = attached.policy.policy_type;
    // A Deny stands better where the grant is than in a boundary or a session policy.
    if matches!(policy_type, PolicyType::Boundary | PolicyType::Session) {
        return None;
    }
    let statement = block.parsed(policy_type, Effect::Deny, actions)?;
    let mut policy = (*attached.policy).clone();
    policy.statements.push(statement);
    Some(Change {
        kind: FixKind::Deny,
        old: Arc::clone(&attached.policy),
        new: Arc::new(policy),
        policy: (&*attached.name).into(),
        statement: None,
        span: attached.policy.span,
        text: block.statement(policy_type, Effect::Deny, actions),
    })
}
