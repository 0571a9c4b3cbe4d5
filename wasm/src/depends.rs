//! Answers about requests of which a part is not known.

use polsim::eval;
use serde::Serialize;
use tsify::Tsify;

use crate::{Decision, StatementRef};

/// The word for an answer: a decision, or one that is not told.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum PartialDecision {
    /// The request goes through.
    Allowed,
    /// The request is denied, explicitly or not.
    Denied,
    /// The request goes through or not: it depends on what is not known.
    Depends,
    /// A Deny statement matches.
    ExplicitDeny,
    /// No Deny matches, and an Allow that is needed is missing.
    ImplicitDeny,
}

/// The keys that an answer depends on, and a request for each decision.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Depends {
    /// Flag that every class of values was tried.
    pub complete: bool,
    /// The smallest set of keys whose values tell the decision.
    pub depends_on: Vec<KeyDependency>,
    /// A case for each decision.
    pub cases: Vec<DecisionCase>,
}

/// A key that an answer depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct KeyDependency {
    /// Name of the key.
    pub key: String,
    /// The flag of the command that says its value.
    pub settle: String,
}

/// Values of unknown keys with the decision that they lead to.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct DecisionCase {
    /// The keys that make the decision.
    pub keys: Vec<KeyValues>,
    /// Decision on the request.
    pub decision: Decision,
    /// The statements that made it.
    pub by: Vec<StatementRef>,
}

/// A key with its values; none is an absent key.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct KeyValues {
    /// Name of the key.
    pub key: String,
    /// Values of the key.
    pub values: Vec<String>,
}

impl From<eval::PartialDecision> for PartialDecision {
    fn from(decision: eval::PartialDecision) -> Self {
        match decision {
            eval::PartialDecision::Decided(eval::Decision::Allowed) => Self::Allowed,
            eval::PartialDecision::Decided(eval::Decision::ExplicitDeny) => Self::ExplicitDeny,
            eval::PartialDecision::Decided(eval::Decision::ImplicitDeny) => Self::ImplicitDeny,
            eval::PartialDecision::Denied => Self::Denied,
            eval::PartialDecision::Depends => Self::Depends,
        }
    }
}

impl From<Decision> for PartialDecision {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Allowed => Self::Allowed,
            Decision::ExplicitDeny => Self::ExplicitDeny,
            Decision::ImplicitDeny => Self::ImplicitDeny,
        }
    }
}

impl From<&eval::Depends> for Depends {
    fn from(depends: &eval::Depends) -> Self {
        let on = depends.on.iter();
        let cases = depends.cases.iter();
        Self {
            complete: depends.complete,
            depends_on: on
                .map(|it| KeyDependency { key: it.key.to_string(), settle: it.settle.to_string() })
                .collect(),
            cases: cases.map(DecisionCase::from).collect(),
        }
    }
}

impl From<&eval::Completion> for DecisionCase {
    fn from(case: &eval::Completion) -> Self {
        let keys = case.keys.iter().map(|(key, values)| KeyValues {
            key: key.as_str().to_owned(),
            values: values.iter().map(ToString::to_string).collect(),
        });
        Self {
            keys: keys.collect(),
            decision: case.decision.into(),
            by: case.by.iter().cloned().map(StatementRef::from).collect(),
        }
    }
}
