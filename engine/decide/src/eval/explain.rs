//! Why: what every layer and every statement said about one request.
//!
//! The explanation holds facts, not prose: a renderer words them, an editor underlines their places.

use serde::Serialize;

use crate::lower::{Layer, LayerFormulas, Lowered, LoweredStatement};
use crate::policy::{Condition, Effect, Element, Policy, Sense, Statement};
use crate::request::Request;
use crate::text::Source;

use super::compiled::{PolicySet, Reader, Scratch};
use super::{Decision, Place, Remedy, StatementRef, ValueTrace, remedy};

/// A decision and everything that led to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The statements that decided it: for an explicit deny the Deny statements that match, for an
    /// allowed request the Allow statements that match; none for an implicit deny.
    pub by: Vec<StatementRef>,
    /// For an implicit deny: the layers in which an Allow is missing, the headline first.
    pub missing: Vec<Layer>,
    /// The call needs no permission (policy language §5.3).
    pub needs_no_permission: bool,
    /// Every layer that has a policy.
    pub layers: Vec<LayerTrace>,
    /// For a denied request: what would have to be different.
    pub remedies: Vec<Remedy>,
    /// Context keys that the policies read and the request does not have, first spelling, in order.
    pub absent_keys: Vec<Box<str>>,
    /// What had to be assumed about the request.
    pub notes: Vec<String>,
}

/// What one layer said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerTrace {
    /// Which layer.
    pub layer: Layer,
    /// The level of an SCP or RCP layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// The outcome.
    pub outcome: LayerOutcome,
    /// Each statement of the layer's policies.
    pub statements: Vec<StatementTrace>,
}

/// The outcome of one layer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LayerOutcome {
    /// An Allow matches and no Deny.
    Allows,
    /// A Deny matches.
    Denies,
    /// The layer is not asked about this requester or resource (policy language §5.2).
    NotAsked,
    /// Neither.
    Silent,
}

/// What one statement said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementTrace {
    /// Which statement.
    #[serde(flatten)]
    pub statement: StatementRef,
    /// Its policy, by index in the set.
    pub policy_index: usize,
    /// Whether it applies to the request.
    pub matches: bool,
    /// Principal, Action, Resource, in this order, as far as it has them.
    pub elements: Vec<ElementTrace>,
    /// Its conditions.
    pub conditions: Vec<ConditionTrace>,
}

/// Whether an element covers the request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ElementTrace {
    /// `Principal`, `NotAction`, …
    pub element: &'static str,
    /// Whether it covers the request.
    pub matches: bool,
    /// What the request has in its place.
    pub request: Box<str>,
    /// The values in the policy.
    pub values: Vec<ValueTrace>,
    /// Where it stands.
    pub span: Place,
}

/// Whether a condition holds, and the values on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConditionTrace {
    /// The operator as it is written.
    pub operator: Box<str>,
    /// The key as it is written.
    pub key: Box<str>,
    /// Whether the condition holds.
    pub matches: bool,
    /// The values in the request; none where the key is absent.
    pub request: Vec<Box<str>>,
    /// The values in the policy.
    pub values: Vec<ValueTrace>,
    /// Where it stands.
    pub span: Place,
}

impl PolicySet {
    /// The decision on a request and everything that led to it.
    pub fn explain(&self, request: &Request, scratch: &mut Scratch) -> Explanation {
        let lowered = self.lowered();
        let mut reader = self.reader(request, scratch);
        reader.open_guards();
        let decision = reader.decide();
        let layers: Vec<LayerTrace> = lowered
            .layers
            .iter()
            .map(|layer| layer_trace(&mut reader, self, request, layer))
            .collect();
        let needs_no_permission = reader.holds(lowered.always_allowed);
        let mut missing = Vec::new();
        if decision == Decision::ImplicitDeny {
            for lack in &lowered.missing {
                if reader.holds(lack.when) && !missing.contains(&lack.layer) {
                    missing.push(lack.layer);
                }
            }
        }
        let remedies = remedy::remedies(decision, &missing, &layers, request);
        let absent_keys = absent_keys(lowered, request);
        let by = if needs_no_permission { Vec::new() } else { deciding(decision, &layers) };
        let notes = request.notes().to_vec();
        Explanation {
            decision,
            by,
            missing,
            needs_no_permission,
            layers,
            remedies,
            absent_keys,
            notes,
        }
    }
}

fn written<'a>(lowered: &'a Lowered, it: &LoweredStatement) -> Option<(&'a Policy, &'a Statement)> {
    let policy = &lowered.policies.get(it.policy)?.policy;
    Some((policy, policy.statements.get(it.index)?))
}

fn deciding(decision: Decision, layers: &[LayerTrace]) -> Vec<StatementRef> {
    let wanted = match decision {
        Decision::Allowed => Effect::Allow,
        Decision::ExplicitDeny => Effect::Deny,
        Decision::ImplicitDeny => return Vec::new(),
    };
    layers
        .iter()
        .filter(|layer| layer.outcome != LayerOutcome::NotAsked)
        .flat_map(|layer| &layer.statements)
        .filter(|it| it.matches && it.statement.effect == wanted)
        .map(|it| it.statement.clone())
        .collect()
}

fn layer_trace(
    reader: &mut Reader<'_>,
    set: &PolicySet,
    request: &Request,
    layer: &LayerFormulas,
) -> LayerTrace {
    let outcome = if !reader.holds(layer.applies) {
        LayerOutcome::NotAsked
    } else if reader.holds(layer.denies) {
        LayerOutcome::Denies
    } else if reader.holds(layer.allows) {
        LayerOutcome::Allows
    } else {
        LayerOutcome::Silent
    };
    let statements = set.lowered().statements.iter().zip(set.statement_names());
    let statements = statements
        .filter(|(it, _)| layer.policies.contains(&it.policy))
        .filter_map(|(it, name)| statement_trace(reader, (it, name), set.lowered(), request))
        .collect();
    LayerTrace { layer: layer.layer, level: layer.level, outcome, statements }
}

fn statement_trace(
    reader: &mut Reader<'_>,
    (it, name): (&LoweredStatement, &StatementRef),
    lowered: &Lowered,
    request: &Request,
) -> Option<StatementTrace> {
    let (policy, statement) = written(lowered, it)?;
    let source = &policy.source;
    let mut elements = Vec::new();
    if let Some(element) = &statement.principal {
        let names = ["Principal", "NotPrincipal"];
        let values = ValueTrace::principals(element, source, request);
        let whole = (names, reader.holds(it.principal), request.principal().id());
        elements.push(element_trace(element, source, whole, values));
    }
    let values = ValueTrace::actions(&statement.action, source, request);
    let whole = (["Action", "NotAction"], reader.holds(it.action), request.action().as_str());
    elements.push(element_trace(&statement.action, source, whole, values));
    if let Some(element) = &statement.resource {
        let names = ["Resource", "NotResource"];
        let values = ValueTrace::resources(element, source, request);
        let whole = (names, reader.holds(it.resource), request.resource().as_str());
        elements.push(element_trace(element, source, whole, values));
    }
    let conditions = statement.conditions.iter().zip(&it.conditions);
    let conditions = conditions
        .map(|(condition, formula)| {
            condition_trace(reader.holds(*formula), condition, request, source)
        })
        .collect();
    Some(StatementTrace {
        statement: name.clone(),
        policy_index: it.policy,
        matches: reader.holds(it.matches),
        elements,
        conditions,
    })
}

fn element_trace<T>(
    element: &Element<T>,
    source: &Source,
    ([listed, all_but], matches, request): ([&'static str; 2], bool, &str),
    values: Vec<ValueTrace>,
) -> ElementTrace {
    let name = match element.sense {
        Sense::AllBut => all_but,
        Sense::Listed => listed,
    };
    let span = Place::of(source, element.span);
    ElementTrace { element: name, matches, request: request.into(), values, span }
}

fn condition_trace(
    matches: bool,
    condition: &Condition,
    request: &Request,
    source: &Source,
) -> ConditionTrace {
    ConditionTrace {
        operator: condition.operator.value.to_string().into(),
        key: condition.key.value.as_str().into(),
        matches,
        request: request.context().values(&condition.key.value).to_vec(),
        values: ValueTrace::condition(condition, source, request),
        span: Place::of(source, condition.span),
    }
}

fn absent_keys(lowered: &Lowered, request: &Request) -> Vec<Box<str>> {
    let mut absent: Vec<Box<str>> = Vec::new();
    for policy in &lowered.policies {
        for key in policy.policy.context_keys() {
            let known = absent.iter().any(|it| it.eq_ignore_ascii_case(key.as_str()));
            if !known && request.context().values(key).is_empty() {
                absent.push(key.as_str().into());
            }
        }
    }
    absent
}
