//! The answer to a call: that of each check, and of all.

use std::sync::Arc;

use serde::Serialize;

use super::check::Check;
use crate::eval::{
    Decision, Dependency, Depends, Explanation, PartialAnswer, PartialDecision, PolicySet,
};
use crate::request::{PartialRequest, Request};

/// The decision on a call.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::CallDecision;
/// assert_eq!(CallDecision::Depends.to_string(), "depends");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallDecision {
    /// Every check is allowed.
    Allowed,
    /// A check is denied.
    Denied,
    /// No check is denied for certain, and one may be.
    Depends,
}

/// The answer to a check.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Asked, CallDecision, Check, CheckAnswer};
/// # use polsim::request::RequestParts;
/// let check = Check::of("s3:GetObject", "arn:aws:s3:::lake/a");
/// let parts = RequestParts { principal: "arn:aws:iam::111122223333:user/alice", ..RequestParts::default() };
/// let answers: Vec<CheckAnswer> = Asked::new(&[], parts).check(&check)?;
/// assert_eq!(answers[0].decision, CallDecision::Denied);
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CheckAnswer {
    /// The check.
    pub check: Check,
    /// The decision on it.
    pub decision: CallDecision,
    /// The decision of the policies on the request below.
    pub policies: PartialDecision,
    /// The whole answer of the policies.
    pub answer: PartialAnswer,
    /// The request that was decided: for a pattern, one of those that are denied if there is one.
    pub request: PartialRequest,
    /// The policies that were asked.
    pub set: Arc<PolicySet>,
    /// The names of what the decision depends on.
    pub depends_on: Vec<String>,
    /// What else is to be said, in sentences.
    pub notes: Vec<String>,
}

/// The answer to a call.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Asked, CallAnswer, CallDecision, Caller, Calls, Parameters};
/// # use polsim::request::RequestParts;
/// # #[cfg(feature = "catalog")] {
/// let call = Calls::embedded().find("sts:GetCallerIdentity").expect("a call of the table");
/// let caller = Caller { partition: "aws", account: Some("111122223333"), region: None };
/// let derived = call.derive(&Parameters::read("{}").unwrap(), &caller, None);
/// let parts = RequestParts { principal: "arn:aws:iam::111122223333:user/alice", ..RequestParts::default() };
/// let answer: CallAnswer = Asked::new(&[], parts).decide(&derived).expect("a request");
/// assert_eq!(answer.decision, CallDecision::Allowed, "it needs no permission");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CallAnswer {
    /// The decision on the whole.
    pub decision: CallDecision,
    /// The answers to its checks, in the order of the table.
    pub checks: Vec<CheckAnswer>,
    /// The answers to what follows, where the policies of the one who does it are there.
    pub later: Vec<CheckAnswer>,
}

impl CallAnswer {
    /// The answer of these parts.
    pub(super) fn of(checks: Vec<CheckAnswer>, later: Vec<CheckAnswer>) -> Self {
        let decision = whole(checks.iter().map(|it| it.decision));
        Self { decision, checks, later }
    }

    /// The names of the checks that fail, each once, in order.
    pub fn failed(&self) -> Vec<&str> {
        let mut failed: Vec<&str> = Vec::new();
        for it in self.checks.iter().filter(|it| it.decision == CallDecision::Denied) {
            if !failed.contains(&&*it.check.id) {
                failed.push(&it.check.id);
            }
        }
        failed
    }

    /// The names of what the decision depends on, each once.
    pub fn depends_on(&self) -> Vec<&str> {
        if self.decision != CallDecision::Depends {
            return Vec::new();
        }
        let mut all: Vec<&str> = Vec::new();
        for name in self.checks.iter().flat_map(|it| &it.depends_on) {
            if !all.contains(&&**name) {
                all.push(name);
            }
        }
        all
    }
}

impl CheckAnswer {
    /// What every layer and statement said about the request.
    pub fn explain(&self) -> Explanation {
        self.set.explain_partial(&self.request, &self.answer)
    }

    /// The answer of the policies, or that it depends on which resource it is.
    pub fn into_answer(self) -> PartialAnswer {
        match (self.decision, self.policies) {
            (CallDecision::Depends, PartialDecision::Decided(decision)) => PartialAnswer {
                possible: vec![Decision::Allowed, decision],
                depends: Some(Depends {
                    on: self.depends_on.iter().map(|it| Dependency::of(it)).collect(),
                    cases: Vec::new(),
                    complete: false,
                }),
                ..self.answer
            },
            _ => self.answer,
        }
    }

    /// The request as it is shown: where its decision is the same whatever is not known, one of those
    /// that it may be.
    pub fn shown(&self) -> &Request {
        let completion = self.answer.completion.as_ref();
        let decided = completion.filter(|_| self.answer.depends.is_none());
        decided.unwrap_or_else(|| self.request.known())
    }
}

impl CallDecision {
    /// The word of the decision.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Depends => "depends",
        }
    }
}

/// The decision on the whole: denied by one, allowed by all.
pub(super) fn whole(parts: impl Iterator<Item = CallDecision>) -> CallDecision {
    let mut whole = CallDecision::Allowed;
    for part in parts {
        match part {
            CallDecision::Denied => return part,
            CallDecision::Depends => whole = part,
            CallDecision::Allowed => (),
        }
    }
    whole
}

impl std::fmt::Display for CallDecision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
