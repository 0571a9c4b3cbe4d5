//! What single change would close a property that is violated.
//!
//! The standard conditions of network perimeters (perimeter §5) are tried as one more Deny statement
//! and as one more condition of the Allow statement that lets the request through, with the values of
//! the scenario's network. What is offered has been proved: with it the property holds, what was
//! proved to be allowed still is, and something of what the property is about is still allowed.

mod candidate;

use std::sync::Arc;

use super::{Claim, Expected, Patience, Question, Ready, Report, SolveResult, Verdict, Verifier};
use crate::eval::{Decision, PolicySet};
use crate::lower::AttachedPolicy;
use crate::policy::{Effect, Policy, PolicyType};
use crate::prove::{example::Example, set};
use crate::text::{Source, Span};
use candidate::{Block, Values};

/// How many changes of each kind are offered.
const OFFERED: usize = 2;

/// In how many policies a Deny is tried, those that let the request through first.
const TARGETS: usize = 3;

/// A change with which a violated property holds.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What is changed.
    pub kind: FixKind,
    /// The name of the policy that is changed.
    pub policy: Box<str>,
    /// Its text.
    pub source: Source,
    /// The statement that gets the condition; of a new statement, the policy.
    pub span: Span,
    /// The new statement, or the condition block, as JSON.
    pub text: String,
    /// How many properties that something is allowed were proved again with the change.
    pub kept: usize,
}

/// What a [`Fix`] changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FixKind {
    /// A statement gets one more condition.
    Condition,
    /// The policy gets one more Deny statement.
    Deny,
}

/// A change that is tried.
struct Change {
    kind: FixKind,
    old: Arc<Policy>,
    new: Arc<Policy>,
    policy: Box<str>,
    /// The statement that gets the condition.
    statement: Option<usize>,
    span: Span,
    text: String,
}

impl Verifier<'_> {
    /// Changes with which the property of this number, which is violated, holds. The ones with the
    /// fewest conditions come first.
    pub fn fixes(&self, number: usize, report: &Report, patience: Patience<'_>) -> Vec<Fix> {
        let (Some(ready), Verdict::Violated(_)) = (self.properties.get(number), &report.verdict)
        else {
            return Vec::new();
        };
        let Some(example) = report.verdict.example() else { return Vec::new() };
        if !matches!(ready.property.claim, Claim::Deny | Claim::Guard) {
            return Vec::new();
        }
        let values = Values::of(self.network, &ready.policies);
        let kept = self.proved_to_be_allowed(number, patience);
        let mut found: Vec<Fix> = Vec::new();
        for change in changes(ready, example, &values) {
            let offered = found.iter().filter(|it| it.kind == change.kind).count();
            if (patience.interrupted)() {
                break;
            }
            if offered < OFFERED && self.closes(ready, example, &change, &kept, patience) {
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
    fn proved_to_be_allowed(&self, number: usize, patience: Patience<'_>) -> Vec<&Ready> {
        let others = self.properties.iter().enumerate().filter(|(at, _)| *at != number);
        others
            .map(|(_, ready)| ready)
            .filter(|ready| matches!(ready.property.claim, Claim::Allow | Claim::Always))
            .filter(|ready| ready.property.expected == Expected::Proved)
            .filter(|ready| self.is_proved(ready, patience))
            .collect()
    }

    fn is_proved(&self, ready: &Ready, patience: Patience<'_>) -> bool {
        let mut question = Question::new(ready, &self.assumptions, self.network);
        matches!(question.decide(ready, patience), Verdict::Proved(_))
    }

    /// Whether the property holds with the change, and all that should still does.
    fn closes(
        &self,
        ready: &Ready,
        example: &Example,
        change: &Change,
        kept: &[&Ready],
        patience: Patience<'_>,
    ) -> bool {
        let fixed = ready.changed(change);
        // Most changes leave the known request as it is.
        let set = PolicySet::new(fixed.policies.iter().cloned());
        let decision = set.decide(example.request());
        let closed = match ready.property.claim {
            Claim::Guard => decision == Decision::ExplicitDeny,
            _ => decision != Decision::Allowed,
        };
        if !closed || !self.is_proved(&fixed, patience) {
            return false;
        }
        let mut anything = fixed;
        anything.property.claim = Claim::Allow;
        anything.property.shape = anything.property.shape.only_actions();
        self.leaves_something(&anything, change, patience)
            && kept.iter().all(|it| self.is_proved(&it.changed(change), patience))
    }
}

impl Verifier<'_> {
    /// Whether something of what the property is about is still allowed, and if a statement was
    /// changed, by that statement: one that nothing matches any more is no repair.
    fn leaves_something(&self, ready: &Ready, change: &Change, patience: Patience<'_>) -> bool {
        let mut question = Question::new(ready, &self.assumptions, self.network);
        let mut parts = vec![question.shape.certain, question.lowered.allowed];
        if let Some(index) = change.statement {
            let number = ready.policies.iter().position(|it| Arc::ptr_eq(&it.policy, &change.new));
            let mut statements = question.lowered.statements.iter();
            let changed = statements.find(|it| Some(it.policy) == number && it.index == index);
            parts.extend(changed.map(|it| it.matches));
        }
        let asked = question.questions.formulas.all(parts);
        matches!(question.questions.ask(asked, patience), SolveResult::Sat(_))
    }
}

impl Ready {
    /// The property about the changed policies.
    fn changed(&self, change: &Change) -> Self {
        let policies = self.policies.iter().map(|it| {
            let is_changed = Arc::ptr_eq(&it.policy, &change.old);
            let policy = if is_changed { &change.new } else { &it.policy };
            AttachedPolicy { policy: Arc::clone(policy), ..it.clone() }
        });
        Self {
            name: self.name.clone(),
            span: self.span,
            property: self.property.clone(),
            by: self.by,
            policies: policies.collect(),
            than: self.than.clone(),
            notes: Vec::new(),
        }
    }
}

/// The changes to try.
fn changes(ready: &Ready, example: &Example, values: &Values) -> Vec<Change> {
    let mut changes = Vec::new();
    let path = on_the_path(ready, example);
    let of_sagemaker = example.request().action().service().eq_ignore_ascii_case("sagemaker");
    if ready.property.claim == Claim::Deny {
        for block in values.allowing(of_sagemaker) {
            changes.extend(
                path.iter()
                    .filter_map(|(policy, statement)| with_condition(policy, *statement, &block)),
            );
        }
    }
    let mut targets: Vec<&AttachedPolicy> = path.iter().map(|(policy, _)| *policy).collect();
    targets.extend(ready.policies.iter().filter(|it| !set::is_of_callers(it)));
    let mut tried: Vec<&Arc<Policy>> = Vec::new();
    targets.retain(|it| {
        let new = !tried.iter().any(|known| Arc::ptr_eq(known, &it.policy));
        tried.push(&it.policy);
        new
    });
    targets.truncate(TARGETS);
    let actions = ready.property.shape.action_texts().unwrap_or_else(|| vec!["*".to_owned()]);
    for block in values.denying(of_sagemaker) {
        let with = |policy: &&AttachedPolicy| with_deny(policy, &actions, &block);
        changes.extend(targets.iter().filter_map(with));
    }
    changes
}

/// The Allow statements that let the request through, but for what callers write themselves.
fn on_the_path<'r>(ready: &'r Ready, example: &Example) -> Vec<(&'r AttachedPolicy, usize)> {
    let mut path = Vec::new();
    for trace in example.explanation().layers.iter().flat_map(|it| &it.statements) {
        let Some(policy) = ready.policies.get(trace.policy_index) else { continue };
        let start = trace.statement.span.start;
        let mut statements = policy.policy.statements.iter();
        let index = statements.position(|it| it.span.start == start);
        if let Some(index) = index
            && trace.matches
            && trace.statement.effect == Effect::Allow
            && !set::is_of_callers(policy)
        {
            path.push((policy, index));
        }
    }
    path
}

/// A statement with one more condition block.
fn with_condition(attached: &AttachedPolicy, index: usize, block: &Block) -> Option<Change> {
    let parsed = block.parsed(attached.policy.policy_type, Effect::Allow, &["*".to_owned()])?;
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
    // What a boundary or a session policy denies is better denied where the grant is.
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
