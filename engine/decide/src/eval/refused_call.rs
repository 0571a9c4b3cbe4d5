//! The fact because of which AWS refuses a call, in an explanation.

use serde::Serialize;

use super::Decision;
use crate::catalog::{Refusal, Stage};
use crate::request::Request;

/// A call that AWS refuses whatever policies say (request notes §3).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::PolicySet;
/// # use polsim::request::{Request, RequestParts};
/// let request = Request::as_sent(RequestParts {
///     principal: "arn:aws:iam::111122223333:root",
///     action: "sts:AssumeRole",
///     resource: "arn:aws:iam::111122223333:role/Ops",
///     ..RequestParts::default()
/// })?;
/// let refused = PolicySet::new([]).explain(&request).refusal.expect("root assumes no role");
/// assert_eq!(refused.fact, "root-assumes-role");
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RefusedCall {
    /// The name of the fact.
    pub fact: &'static str,
    /// The stage at which AWS refuses the call.
    pub stage: Stage,
    /// The reason, as the end of a sentence.
    pub sentence: String,
    /// AWS's pages.
    pub source: &'static str,
    /// The decision of the policies, where the service asks them first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Decision>,
}

impl RefusedCall {
    /// The refusal of the request, on which the policies decide so.
    pub(super) fn of(request: &Request, policies: Decision) -> Option<Self> {
        let Refusal { fact, stage, source, .. } = *request.refusal()?;
        let sentence = request.refusal()?.says(request.action().service());
        let asked = stage == Stage::Service;
        Some(Self { fact, stage, sentence, source, policies: asked.then_some(policies) })
    }

    /// The reason of the decision, as the end of a sentence.
    pub(super) fn reason(&self, service: &str) -> String {
        match self.policies {
            None => format!("because AWS refuses this call before any policy: {}", self.sentence),
            Some(policies) => format!(
                "because, whatever policies say, {service} refuses this call: {}; the policies \
                 say {policies}",
                self.sentence
            ),
        }
    }
}
