//! What would have to be different for a denied request to go through.

use serde::Serialize;

use crate::lower::Layer;
use crate::policy::Effect;
use crate::request::Request;

use super::{ConditionTrace, Decision, LayerOutcome, LayerTrace, StatementRef, StatementTrace};

/// One way in which the request falls short. All remedies together are needed; within one, any of
/// its ways is enough.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Remedy {
    /// A Deny statement matches; it would not if one of these conditions did not hold.
    #[serde(rename_all = "camelCase")]
    AvoidDeny {
        /// The statement.
        statement: StatementRef,
        /// Its conditions, all of which hold; none if the statement has no condition, so that only
        /// another action, resource or principal escapes it.
        unless: Vec<ConditionTrace>,
    },
    /// No Allow of the layer matches.
    #[serde(rename_all = "camelCase")]
    NeedAllow {
        /// The layer.
        layer: Layer,
        /// The Allow statements that come nearest: all their elements match, and these conditions
        /// fail.
        nearest: Vec<NearMiss>,
        /// What an Allow would have to cover.
        action: Box<str>,
        /// On which resource.
        resource: Box<str>,
    },
}

/// An Allow statement that matches but for conditions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearMiss {
    /// The statement.
    pub statement: StatementRef,
    /// The conditions that fail.
    pub failing: Vec<ConditionTrace>,
}

/// The remedies for a decision; none for an allowed request.
pub(super) fn remedies(
    decision: Decision,
    missing: &[Layer],
    layers: &[LayerTrace],
    request: &Request,
) -> Vec<Remedy> {
    match decision {
        Decision::Allowed => Vec::new(),
        Decision::ExplicitDeny => layers
            .iter()
            .filter(|layer| layer.outcome == LayerOutcome::Denies)
            .flat_map(|layer| &layer.statements)
            .filter(|it| it.matches && it.statement.effect == Effect::Deny)
            .map(|it| Remedy::AvoidDeny {
                statement: it.statement.clone(),
                unless: it.conditions.clone(),
            })
            .collect(),
        Decision::ImplicitDeny => missing
            .iter()
            .map(|layer| Remedy::NeedAllow {
                layer: *layer,
                nearest: layers
                    .iter()
                    .filter(|it| it.layer == *layer && it.outcome == LayerOutcome::Silent)
                    .flat_map(|it| &it.statements)
                    .filter_map(near_miss)
                    .collect(),
                action: request.action().as_str().into(),
                resource: request.resource().as_str().into(),
            })
            .collect(),
    }
}

/// The statement, if it is an Allow whose elements all match and whose conditions do not.
fn near_miss(it: &StatementTrace) -> Option<NearMiss> {
    let elements_match = it.elements.iter().all(|element| element.matches);
    (it.statement.effect == Effect::Allow && elements_match && !it.matches).then(|| NearMiss {
        statement: it.statement.clone(),
        failing: it.conditions.iter().filter(|condition| !condition.matches).cloned().collect(),
    })
}
