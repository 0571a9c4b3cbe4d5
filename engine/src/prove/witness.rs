//! Witnesses: requests that the solver finds, made small and plain, and decided by the evaluator.

mod case;
mod minimize;
mod plain;
mod sentence;

use std::sync::Arc;

use crate::eval::{Decision, Explanation, PolicySet};
use crate::formula::{Evaluator, FormulaId, Formulas};
use crate::lower::AttachedPolicy;
use crate::network::uncertain::Uncertainty;
use crate::request::Request;
use minimize::Draft;

/// A request that shows that a property holds or does not.
///
/// A witness exists only after the evaluator has decided the request as the property says, and the
/// case made of it gives the same decision again.
///
/// ```
/// # use polsim::prove::{Claim, Limits, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?;
/// let properties = [Property::new("open", Claim::Always, shape, Vec::new())];
/// let verifier = Verifier::new(&properties, None)?;
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// let witness = report.verdict.witness().expect("nothing is allowed");
/// assert!(witness.sentence().contains("is not allowed to call s3:GetObject"));
/// assert!(witness.case().contains(r#""expect":"implicitDeny""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Witness {
    request: Request,
    set: Arc<PolicySet>,
    decision: Decision,
    explanation: Explanation,
    case: String,
    sentence: String,
    only_if: Vec<&'static Uncertainty>,
}

impl Witness {
    /// The witness of a request for which all of `wanted` hold, made as small as possible; `None` if
    /// the policies do not decide it as `decides` says, or its case would be decided otherwise.
    pub(super) fn minimized(
        found: &Request,
        formulas: &Formulas,
        wanted: &[FormulaId],
        policies: &[AttachedPolicy],
        decides: impl Fn(Decision) -> bool,
    ) -> Option<Self> {
        Self::decided(smallest(found, formulas, wanted)?, policies, decides)
    }

    /// The witness that is this request, under the same conditions.
    pub(super) fn decided(
        request: Request,
        policies: &[AttachedPolicy],
        decides: impl Fn(Decision) -> bool,
    ) -> Option<Self> {
        let set = Arc::new(PolicySet::new(policies.iter().cloned()));
        let explanation = set.explain(&request);
        let decision = explanation.decision;
        let sentence = sentence::sentence(&request, decision);
        let case = case::json(&request, policies, decision, &sentence)?;
        decides(decision).then_some(Self {
            request,
            set,
            decision,
            explanation,
            case,
            sentence,
            only_if: Vec::new(),
        })
    }

    /// The same witness of a request that exists only if these undocumented facts are so.
    pub(super) fn only_if(self, facts: Vec<&'static Uncertainty>) -> Self {
        Self { only_if: facts, ..self }
    }

    /// The undocumented facts without which the request does not exist.
    pub fn depends_on(&self) -> &[&'static Uncertainty] {
        &self.only_if
    }

    /// The request, complete: keys that it does not have are absent.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The policies that decided the request, with those that strangers are assumed to write.
    pub fn set(&self) -> &PolicySet {
        &self.set
    }

    /// The decision on the request.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// The explanation of the decision.
    pub fn explanation(&self) -> &Explanation {
        &self.explanation
    }

    /// The policies and the request as one line of JSON that `polsim eval --cases` decides again.
    pub fn case(&self) -> &str {
        &self.case
    }

    /// A sentence that tells caller, place, action, resource and decision.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }
}

/// The smallest request that can be reached from `found` for which all of `wanted` hold, complete.
pub(super) fn smallest(
    found: &Request,
    formulas: &Formulas,
    wanted: &[FormulaId],
) -> Option<Request> {
    let holds = |request: &Request| {
        let mut reader = Evaluator::new(formulas, request);
        wanted.iter().all(|id| reader.holds(*id))
    };
    let request = Draft::of(found).minimized(&holds).complete()?;
    holds(&request).then_some(request)
}
