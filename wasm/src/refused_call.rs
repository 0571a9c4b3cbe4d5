//! Calls that AWS refuses before any policy, or whatever policies say.

use polsim::catalog;
use polsim::eval;
use serde::Serialize;
use tsify::Tsify;

use crate::Decision;

/// A refusal by AWS itself.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct RefusedCall {
    /// Name of the fact.
    pub fact: String,
    /// Stage at which the call is refused.
    pub stage: Stage,
    /// Fact in a sentence.
    pub sentence: String,
    /// Words of AWS's pages.
    pub source: String,
    /// Decision of the policies, where they are asked all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub policies: Option<Decision>,
}

/// The stage at which AWS refuses a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// No policy is asked.
    Before,
    /// Policies are asked, and the service refuses what they allow.
    Service,
}

impl From<eval::RefusedCall> for RefusedCall {
    fn from(it: eval::RefusedCall) -> Self {
        Self {
            fact: it.fact.to_owned(),
            stage: match it.stage {
                catalog::Stage::Before => Stage::Before,
                catalog::Stage::Service => Stage::Service,
            },
            sentence: it.sentence,
            source: it.source.to_owned(),
            policies: it.policies.map(Decision::from),
        }
    }
}
