//! Witnesses: requests that the solver finds, made small and plain, and decided by the evaluator.

mod case;
mod minimize;
mod plain;
mod sentence;

use std::sync::Arc;
#[cfg(feature = "catalog")]
use std::sync::LazyLock;

use crate::catalog::Catalog;
use crate::eval::{Decision, Explanation, PolicySet};
use crate::formula::{ChoiceId, Evaluator, FormulaId, Formulas, World};
use crate::lower::{AttachedPolicy, Readings};
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
}

impl Witness {
    /// The witness of a request for which all of `wanted` hold in these worlds, made as small as
    /// possible; `None` if the policies do not decide it as `decides` says in the first of them, or
    /// its case would be decided otherwise.
    pub(super) fn minimized(
        found: &Request,
        wanted: &Wanted<'_>,
        policies: &[AttachedPolicy],
        decides: impl Fn(Decision) -> bool,
    ) -> Option<Self> {
        Self::decided(smallest(found, wanted)?, policies, &wanted.first_world(), decides)
    }

    /// The witness that is this request in a world, under the same conditions.
    pub(super) fn decided(
        request: Request,
        policies: &[AttachedPolicy],
        world: &World,
        decides: impl Fn(Decision) -> bool,
    ) -> Option<Self> {
        let readings = Readings::in_world(world.clone());
        let set = Arc::new(PolicySet::with_readings(policies.iter().cloned(), &readings));
        let explanation = set.explain(&request);
        let decision = explanation.decision;
        let sentence = sentence::sentence(&request, decision);
        let case = case::json(&request, policies, world, decision, &sentence)?;
        decides(decision).then_some(Self { request, set, decision, explanation, case, sentence })
    }

    /// The request, complete: keys that it does not have are absent.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The policies that decided the request, with those that strangers are assumed to write.
    pub fn set(&self) -> &PolicySet {
        &self.set
    }

    /// The policies that decided the request, as they are attached.
    pub(super) fn policies(&self) -> &[AttachedPolicy] {
        &self.set.lowered().policies
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

/// Formulas that are to hold for a request in some worlds.
pub(super) struct Wanted<'a> {
    pub(super) formulas: &'a Formulas,
    pub(super) all: Vec<FormulaId>,
    /// The choices, whose values a world's bits are.
    pub(super) choices: &'a [ChoiceId],
    pub(super) worlds: Vec<usize>,
    /// The values of choices that are pinned.
    pub(super) pinned: &'a World,
}

impl Wanted<'_> {
    /// Tells whether the request is wanted.
    pub(super) fn holds(&self, request: &Request) -> bool {
        if self.choices.is_empty() {
            let mut evaluator = Evaluator::new(self.formulas, request);
            return self.all.iter().all(|id| evaluator.holds(*id));
        }
        self.all.iter().all(|id| {
            let holds = self.formulas.worlds(*id, request, self.choices);
            self.worlds.iter().all(|world| holds.contains(*world))
        })
    }

    /// The first of the worlds, with what is pinned.
    fn first_world(&self) -> World {
        let first = self.worlds.first().copied().unwrap_or_default();
        let mut world = self.pinned.clone();
        for (at, choice) in self.choices.iter().enumerate() {
            world.set(choice.clone(), first >> at & 1 == 1);
        }
        world
    }
}

/// AWS's service authorization reference, where it is a part of the program.
pub(super) fn reference() -> Option<&'static Catalog> {
    #[cfg(feature = "catalog")]
    {
        static REFERENCE: LazyLock<Option<Catalog>> = LazyLock::new(|| Catalog::embedded().ok());
        REFERENCE.as_ref()
    }
    #[cfg(not(feature = "catalog"))]
    None
}

/// The smallest wanted request that can be reached from `found`, complete.
pub(super) fn smallest(found: &Request, wanted: &Wanted<'_>) -> Option<Request> {
    let holds = |request: &Request| wanted.holds(request);
    let draft = Draft::of(found).minimized(&holds).made_plausible(&holds);
    let request = draft.complete()?;
    holds(&request).then_some(request)
}
