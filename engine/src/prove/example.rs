//! Requests that show something: found by the search, made small, and decided by the evaluator.

mod case;
mod draft;
mod plain;
mod words;

use std::sync::Arc;

use crate::eval::{Decision, Explanation, PolicySet, Scratch};
use crate::formula::Evaluator;
use crate::formula::{FormulaId, Formulas};
use crate::lower::AttachedPolicy;
use crate::network::uncertain::Uncertainty;
use crate::request::Request;
use draft::Draft;

/// A request that shows that a property holds or does not.
///
/// It exists only after the evaluator has decided it as the property says, and a case made of it
/// gives the same decision again.
#[derive(Clone, Debug)]
pub struct Example {
    request: Request,
    set: Arc<PolicySet>,
    decision: Decision,
    explanation: Explanation,
    case: String,
    sentence: String,
    only_if: Vec<&'static Uncertainty>,
}

impl Example {
    /// The example of a request for which all of `wanted` hold, made as small as it goes; `None` if
    /// the policies do not decide it as `decides` says, or its case would be decided otherwise.
    pub(super) fn new(
        found: &Request,
        formulas: &Formulas,
        wanted: &[FormulaId],
        policies: &[AttachedPolicy],
        decides: impl Fn(Decision) -> bool,
    ) -> Option<Self> {
        Self::of(smallest(found, formulas, wanted)?, policies, decides)
    }

    /// The example that is this request, under the same conditions.
    pub(super) fn of(
        request: Request,
        policies: &[AttachedPolicy],
        decides: impl Fn(Decision) -> bool,
    ) -> Option<Self> {
        let set = Arc::new(PolicySet::new(policies.iter().cloned()));
        let mut scratch = Scratch::default();
        let explanation = set.explain_with(&request, &mut scratch);
        let decision = explanation.decision;
        let sentence = words::sentence(&request, decision);
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

    /// The same, of a request that there is only if these undocumented facts are so.
    pub(super) fn only_if(self, facts: Vec<&'static Uncertainty>) -> Self {
        Self { only_if: facts, ..self }
    }

    /// The undocumented facts without which there is no such request.
    pub fn depends_on(&self) -> &[&'static Uncertainty] {
        &self.only_if
    }

    /// The request, complete: what it does not have is absent.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The policies that decided it, with those that stand for what strangers may write.
    pub fn set(&self) -> &PolicySet {
        &self.set
    }

    /// The decision on it.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Why it is decided so.
    pub fn explanation(&self) -> &Explanation {
        &self.explanation
    }

    /// The policies and the request as one line of JSON that `polsim eval --cases` decides again.
    pub fn case(&self) -> &str {
        &self.case
    }

    /// Who does what from where, in a sentence.
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
    let request = Draft::of(found).smaller(&holds).complete()?;
    holds(&request).then_some(request)
}
