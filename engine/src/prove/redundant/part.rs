//! Parts of policies that can be left out.

use std::sync::Arc;

use crate::lower::AttachedPolicy;
use crate::policy::{Element, Policy, Spanned, Statement};
use crate::text::Span;

/// A part of a policy that can be left out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// A condition of a statement: an operator on a key.
    Condition(usize, usize),
    /// A value of a condition.
    ConditionValue(usize, usize, usize),
    /// A statement of the policy.
    Statement(usize),
    /// A value of an element.
    Value(usize, ElementName, usize),
}

/// An element that lists values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ElementName {
    Action,
    Principal,
    Resource,
}

impl Part {
    /// The parts of a statement that can be left out: conditions, and values that have siblings.
    pub(super) fn inside(attached: &AttachedPolicy, index: usize) -> Vec<Self> {
        let Some(statement) = attached.policy.statements.get(index) else { return Vec::new() };
        let mut parts = Vec::new();
        for (element, count) in [
            (ElementName::Principal, statement.principal.as_ref().map_or(0, |it| it.values.len())),
            (ElementName::Action, statement.action.values.len()),
            (ElementName::Resource, statement.resource.as_ref().map_or(0, |it| it.values.len())),
        ] {
            if count > 1 {
                parts.extend((0..count).map(|value| Self::Value(index, element, value)));
            }
        }
        for (number, condition) in statement.conditions.iter().enumerate() {
            parts.push(Self::Condition(index, number));
            let count = condition.values.len();
            if count > 1 {
                parts.extend((0..count).map(|at| Self::ConditionValue(index, number, at)));
            }
        }
        parts
    }

    /// The index of the statement that the part is, or is in.
    pub(super) fn statement(self) -> usize {
        match self {
            Self::Condition(index, _)
            | Self::ConditionValue(index, ..)
            | Self::Statement(index)
            | Self::Value(index, ..) => index,
        }
    }

    /// The condition that the part is a value of.
    pub(super) fn list(self) -> Option<Self> {
        match self {
            Self::ConditionValue(index, number, _) => Some(Self::Condition(index, number)),
            _ => None,
        }
    }

    /// The other values in the list of the part.
    pub(super) fn siblings(self, policy: &Policy) -> Vec<Self> {
        let Some(statement) = policy.statements.get(self.statement()) else { return Vec::new() };
        let others = |count: usize, own: usize| (0..count).filter(move |at| *at != own);
        match self {
            Self::Condition(..) | Self::Statement(_) => Vec::new(),
            Self::ConditionValue(index, number, own) => {
                let count = statement.conditions.get(number).map_or(0, |it| it.values.len());
                others(count, own).map(|at| Self::ConditionValue(index, number, at)).collect()
            }
            Self::Value(index, element, own) => {
                let count = match element {
                    ElementName::Action => statement.action.values.len(),
                    ElementName::Principal => {
                        statement.principal.as_ref().map_or(0, |it| it.values.len())
                    }
                    ElementName::Resource => {
                        statement.resource.as_ref().map_or(0, |it| it.values.len())
                    }
                };
                others(count, own).map(|at| Self::Value(index, element, at)).collect()
            }
        }
    }

    /// The location of the part.
    pub(super) fn span(self, policy: &Policy) -> Option<Span> {
        let statement = policy.statements.get(self.statement())?;
        match self {
            Self::Statement(_) => Some(statement.span),
            Self::Condition(_, number) => statement.conditions.get(number).map(|it| it.span),
            Self::ConditionValue(_, number, at) => {
                statement.conditions.get(number)?.values.get(at).map(|it| it.span)
            }
            Self::Value(_, ElementName::Action, at) => span_at(Some(&statement.action), at),
            Self::Value(_, ElementName::Principal, at) => span_at(statement.principal.as_ref(), at),
            Self::Value(_, ElementName::Resource, at) => span_at(statement.resource.as_ref(), at),
        }
    }

    /// The span to point at: of a statement its Sid, or its first line.
    pub(super) fn mark(self, policy: &Policy) -> Option<Span> {
        let span = self.span(policy)?;
        let sid = policy.statements.get(self.statement())?.sid.as_ref();
        if let (Self::Statement(_), Some(sid)) = (self, sid) {
            return Some(sid.span);
        }
        let first = policy.source.slice(span).lines().next().unwrap_or_default();
        let start = span.range().start;
        Some(Span::new(start, start.saturating_add(first.trim_end().len())))
    }

    /// The policy without these parts.
    pub(super) fn left_out(policy: &Policy, parts: &[Self]) -> Arc<Policy> {
        let mut without = policy.clone();
        for (index, statement) in without.statements.iter_mut().enumerate() {
            statement_without(statement, index, parts);
        }
        let mut index: usize = 0;
        without.statements.retain(|_| {
            let gone = parts.contains(&Self::Statement(index));
            index = index.saturating_add(1);
            !gone
        });
        Arc::new(without)
    }
}

fn statement_without(statement: &mut Statement, index: usize, parts: &[Part]) {
    let gone = |part: Part| parts.contains(&part);
    retain(&mut statement.action.values, |at| gone(Part::Value(index, ElementName::Action, at)));
    if let Some(element) = &mut statement.principal {
        retain(&mut element.values, |at| gone(Part::Value(index, ElementName::Principal, at)));
    }
    if let Some(element) = &mut statement.resource {
        retain(&mut element.values, |at| gone(Part::Value(index, ElementName::Resource, at)));
    }
    for (number, condition) in statement.conditions.iter_mut().enumerate() {
        retain(&mut condition.values, |at| gone(Part::ConditionValue(index, number, at)));
    }
    retain(&mut statement.conditions, |at| gone(Part::Condition(index, at)));
}

/// Keeps the items whose number is not `gone`.
fn retain<T>(items: &mut Vec<T>, gone: impl Fn(usize) -> bool) {
    let mut at: usize = 0;
    items.retain(|_| {
        let keep = !gone(at);
        at = at.saturating_add(1);
        keep
    });
}

fn span_at<T>(element: Option<&Element<T>>, at: usize) -> Option<Span> {
    element?.values.get(at).map(|it: &Spanned<T>| it.span)
}
