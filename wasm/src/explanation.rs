//! The engine's explanation as JavaScript has it: the same members in the same order.
//!
//! The engine's types are taken apart member by member, so a new member there does not compile here
//! until it is passed on; a test compares the two as JSON over the whole corpus.

use polsim::{eval, lower, policy};
use serde::Serialize;
use tsify::Tsify;

use crate::RefusedCall;

/// A decision and everything that led to it.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Decision on the request.
    pub decision: Decision,
    /// The statements that decided it: for an explicit deny the Deny statements that match, for an
    /// allowed request the Allow statements that match; none for an implicit deny.
    pub by: Vec<StatementRef>,
    /// For an implicit deny: the layers in which an Allow is missing, the headline first.
    pub missing: Vec<Layer>,
    /// Refusal by AWS itself; not there if AWS asks the policies and goes by them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub refusal: Option<RefusedCall>,
    /// The call needs no permission.
    pub needs_no_permission: bool,
    /// Every layer that has a policy.
    pub layers: Vec<LayerTrace>,
    /// For a denied request: what would have to be different.
    pub remedies: Vec<Remedy>,
    /// Context keys that the policies read and the request does not have.
    pub absent_keys: Vec<String>,
    /// Assumptions about the request.
    pub notes: Vec<String>,
    /// Readings that the decision rests on: AWS leaves them open. Not there if it rests on none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[tsify(optional)]
    pub rests_on: Vec<RestsOn>,
}

/// A reading that a decision rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct RestsOn {
    /// Name of the choice, `reading:` before that of the reading.
    pub choice: String,
    /// Word of the side that the decision takes.
    pub value: String,
    /// Sentence about AWS that the decision takes.
    pub says: String,
    /// Sentence of the other side.
    pub other: String,
    /// Decision on the other side.
    pub otherwise: Decision,
    /// Entry of the register of readings.
    pub entry: String,
    /// Words of AWS's pages.
    pub source: String,
    /// Confidence in the side that the decision takes.
    pub sure: String,
}

/// Answer of AWS, spelt as its simulator does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Decision {
    /// The request goes through.
    Allowed,
    /// A Deny statement matches.
    ExplicitDeny,
    /// No Deny matches, and an Allow that is needed is missing.
    ImplicitDeny,
}

/// The effect of a statement.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
pub enum Effect {
    /// The statement grants requests.
    Allow,
    /// The statement forbids requests.
    Deny,
}

/// A layer of policies that takes part in the decision.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Service control policies (SCPs).
    Scp,
    /// Resource control policies (RCPs).
    Rcp,
    /// The policy of the VPC endpoint that the request crosses.
    Endpoint,
    /// The policy of the resource.
    Resource,
    /// Policies of the principal.
    Identity,
    /// Permissions boundary of the principal.
    Boundary,
    /// Session policies of the principal.
    Session,
}

/// A statement, as results name it.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct StatementRef {
    /// Name of the policy.
    pub policy: String,
    /// The statement's Sid, or its index from 0 in brackets: `[2]`.
    pub statement: String,
    /// Effect of the statement.
    pub effect: Effect,
    /// Place in its text.
    pub span: Place,
}

/// A place in a text: bytes of UTF-8 from 0, lines and columns (in characters) from 1.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Offset of the first byte.
    pub start: u32,
    /// End offset in bytes, exclusive.
    pub end: u32,
    /// The line of the first byte.
    pub line: u32,
    /// Column, counted in characters from 1.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column just past the last character.
    pub end_column: u32,
}

/// The answer of one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerTrace {
    /// Layer that gives the answer.
    pub layer: Layer,
    /// The level of an SCP or RCP layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// Outcome of the layer.
    pub outcome: LayerOutcome,
    /// Reason why it is not asked, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub because: Option<String>,
    /// Names of its policies, each with its file where that is another.
    pub policies: Vec<String>,
    /// Each statement of the layer's policies.
    pub statements: Vec<StatementTrace>,
}

/// The outcome of one layer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum LayerOutcome {
    /// An Allow matches and no Deny.
    Allows,
    /// A Deny statement matches.
    Denies,
    /// The layer is not asked about this requester or resource.
    NotAsked,
    /// No statement of the layer matches.
    Silent,
}

/// The answer of one statement.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct StatementTrace {
    /// Statement that gives the answer.
    #[serde(flatten)]
    pub statement: StatementRef,
    /// Index of its policy.
    pub policy_index: usize,
    /// Flag that it applies to the request.
    pub matches: bool,
    /// Principal, Action, Resource, in this order, as far as it has them.
    pub elements: Vec<ElementTrace>,
    /// Conditions of the statement.
    pub conditions: Vec<ConditionTrace>,
}

/// The match of an element with the request.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct ElementTrace {
    /// Element name: `Principal`, `NotAction` and so on.
    pub element: String,
    /// Flag that the element covers the request.
    pub matches: bool,
    /// Value of the request in its place.
    pub request: String,
    /// The values in the policy.
    pub values: Vec<ValueTrace>,
    /// Place in its text.
    pub span: Place,
}

/// The outcome of a condition, with the values on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct ConditionTrace {
    /// The operator as it is written.
    pub operator: String,
    /// The key as it is written.
    pub key: String,
    /// Flag that the condition holds.
    pub matches: bool,
    /// The values in the request; none where the key is absent.
    pub request: Vec<String>,
    /// The values in the policy.
    pub values: Vec<ValueTrace>,
    /// Place in its text.
    pub span: Place,
}

/// A value of an element or condition beside the request.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct ValueTrace {
    /// The value as it is written.
    pub text: String,
    /// The value with its policy variables filled in; none where it has no variable, or where one
    /// has no value, so that it hits nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub substituted: Option<String>,
    /// Flag that the request, or some value of its context key, hits it, before a negated operator or
    /// a `Not…` element turns that around.
    pub matches: bool,
    /// Place in its text.
    pub span: Place,
}

/// A way in which the request falls short. All remedies together are needed; within one, any of
/// its ways is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Remedy {
    /// A Deny statement matches; it would not if one of these conditions did not hold.
    #[serde(rename_all = "camelCase")]
    AvoidDeny {
        /// Statement that the entry is about.
        statement: StatementRef,
        /// Conditions to escape by; none if only another action, resource or principal escapes it.
        unless: Vec<ConditionTrace>,
    },
    /// No Allow of the layer matches.
    #[serde(rename_all = "camelCase")]
    NeedAllow {
        /// Layer that the entry is about.
        layer: Layer,
        /// The Allow statements that come nearest.
        nearest: Vec<NearMiss>,
        /// Action that an Allow would have to cover.
        action: String,
        /// Resource that an Allow would have to cover.
        resource: String,
    },
}

/// An Allow statement that matches but for conditions.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct NearMiss {
    /// Statement that the entry is about.
    pub statement: StatementRef,
    /// Layer that it speaks in.
    pub layer: Layer,
    /// The conditions that fail.
    pub failing: Vec<ConditionTrace>,
}

impl Place {
    /// The place of `span` in `source`.
    pub(crate) fn of(source: &polsim::text::Source, span: polsim::text::Span) -> Self {
        eval::Place::of(source, span).into()
    }
}

impl From<eval::Explanation> for Explanation {
    fn from(explanation: eval::Explanation) -> Self {
        let eval::Explanation {
            decision,
            by,
            missing,
            refusal,
            needs_no_permission,
            layers,
            remedies,
            absent_keys,
            notes,
            rests_on,
        } = explanation;
        Self {
            decision: decision.into(),
            by: all(by),
            missing: all(missing),
            refusal: refusal.map(RefusedCall::from),
            needs_no_permission,
            layers: all(layers),
            remedies: all(remedies),
            absent_keys: all(absent_keys),
            notes: notes.into_iter().map(|note| note.text).collect(),
            rests_on: all(rests_on),
        }
    }
}

impl From<eval::RestsOn> for RestsOn {
    fn from(it: eval::RestsOn) -> Self {
        Self {
            choice: it.choice.into(),
            value: it.value.into(),
            says: it.says.to_owned(),
            other: it.other.to_owned(),
            otherwise: it.otherwise.into(),
            entry: it.entry.to_owned(),
            source: it.source.to_owned(),
            sure: it.sure.to_owned(),
        }
    }
}

impl From<eval::Decision> for Decision {
    fn from(decision: eval::Decision) -> Self {
        match decision {
            eval::Decision::Allowed => Self::Allowed,
            eval::Decision::ExplicitDeny => Self::ExplicitDeny,
            eval::Decision::ImplicitDeny => Self::ImplicitDeny,
        }
    }
}

impl From<policy::Effect> for Effect {
    fn from(effect: policy::Effect) -> Self {
        match effect {
            policy::Effect::Allow => Self::Allow,
            policy::Effect::Deny => Self::Deny,
        }
    }
}

impl From<lower::Layer> for Layer {
    fn from(layer: lower::Layer) -> Self {
        match layer {
            lower::Layer::Scp => Self::Scp,
            lower::Layer::Rcp => Self::Rcp,
            lower::Layer::Endpoint => Self::Endpoint,
            lower::Layer::Resource => Self::Resource,
            lower::Layer::Identity => Self::Identity,
            lower::Layer::Boundary => Self::Boundary,
            lower::Layer::Session => Self::Session,
        }
    }
}

impl From<eval::StatementRef> for StatementRef {
    fn from(reference: eval::StatementRef) -> Self {
        let eval::StatementRef { policy, statement, effect, span } = reference;
        Self {
            policy: policy.into(),
            statement: statement.into(),
            effect: effect.into(),
            span: span.into(),
        }
    }
}

impl From<eval::Place> for Place {
    fn from(place: eval::Place) -> Self {
        let eval::Place { start, end, line, column, end_line, end_column } = place;
        Self { start, end, line, column, end_line, end_column }
    }
}

impl From<eval::LayerTrace> for LayerTrace {
    fn from(trace: eval::LayerTrace) -> Self {
        let eval::LayerTrace { layer, level, outcome, because, policies, statements } = trace;
        Self {
            layer: layer.into(),
            level,
            outcome: outcome.into(),
            because,
            policies: all(policies),
            statements: all(statements),
        }
    }
}

impl From<eval::LayerOutcome> for LayerOutcome {
    fn from(outcome: eval::LayerOutcome) -> Self {
        match outcome {
            eval::LayerOutcome::Allows => Self::Allows,
            eval::LayerOutcome::Denies => Self::Denies,
            eval::LayerOutcome::NotAsked => Self::NotAsked,
            eval::LayerOutcome::Silent => Self::Silent,
        }
    }
}

impl From<eval::StatementTrace> for StatementTrace {
    fn from(trace: eval::StatementTrace) -> Self {
        let eval::StatementTrace { statement, policy_index, matches, elements, conditions } = trace;
        Self {
            statement: statement.into(),
            policy_index,
            matches,
            elements: all(elements),
            conditions: all(conditions),
        }
    }
}

impl From<eval::ElementTrace> for ElementTrace {
    fn from(trace: eval::ElementTrace) -> Self {
        let eval::ElementTrace { element, matches, request, values, span } = trace;
        Self {
            element: element.to_owned(),
            matches,
            request: request.into(),
            values: all(values),
            span: span.into(),
        }
    }
}

impl From<eval::ConditionTrace> for ConditionTrace {
    fn from(trace: eval::ConditionTrace) -> Self {
        let eval::ConditionTrace { operator, key, matches, request, values, span } = trace;
        Self {
            operator: operator.into(),
            key: key.into(),
            matches,
            request: all(request),
            values: all(values),
            span: span.into(),
        }
    }
}

impl From<eval::ValueTrace> for ValueTrace {
    fn from(trace: eval::ValueTrace) -> Self {
        let eval::ValueTrace { text, substituted, matches, span } = trace;
        Self {
            text: text.into(),
            substituted: substituted.map(String::from),
            matches,
            span: span.into(),
        }
    }
}

impl From<eval::Remedy> for Remedy {
    fn from(remedy: eval::Remedy) -> Self {
        match remedy {
            eval::Remedy::AvoidDeny { statement, unless } => {
                Self::AvoidDeny { statement: statement.into(), unless: all(unless) }
            }
            eval::Remedy::NeedAllow { layer, nearest, action, resource } => Self::NeedAllow {
                layer: layer.into(),
                nearest: all(nearest),
                action: action.into(),
                resource: resource.into(),
            },
        }
    }
}

impl From<eval::NearMiss> for NearMiss {
    fn from(near: eval::NearMiss) -> Self {
        let eval::NearMiss { statement, layer, failing } = near;
        Self { statement: statement.into(), layer: layer.into(), failing: all(failing) }
    }
}

fn all<A, B: From<A>>(items: Vec<A>) -> Vec<B> {
    items.into_iter().map(B::from).collect()
}
