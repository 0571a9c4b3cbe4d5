//! Properties lowered to formulas, and the queries that decide them.

use super::caller::{CallerPolicies, requests_of};
use super::formula_names;
use super::limits::Limits;
use super::property::{Claim, Property};
use super::queries::Queries;
use super::request_shape::{LoweredOrigin, Lowering, Requests};
use super::verdict::{Evidence, Proof, UnknownReason, Verdict};
use super::witness::Witness;
use crate::eval::Decision;
use crate::formula::{Evaluator, FormulaId, Formulas};
use crate::lower::Lowered;
use crate::network::uncertain::{UNLISTED_KEY, Uncertainty};
use crate::network::{Assumption, Network, without_unlisted_keys};
use crate::request::Request;
use polsim_solve::result::SolveResult;
use polsim_solve::smt::{Assertion, Script};

/// A query that helps to decide a property.
///
/// ```
/// # use polsim::prove::{Claim, Goal, Limits, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?;
/// let properties = [Property::new("open", Claim::Allow, shape, Vec::new())];
/// let verifier = Verifier::new(&properties, None)?;
/// let mut lowered = verifier.lower(0).expect("the first property");
/// assert_eq!(lowered.answer(Goal::Shape, Limits::default()), Some(true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Goal {
    /// A request of the property's shape: without one the property is vacuous.
    Shape,
    /// A request that shows that the property holds ([`Claim::Allow`]) or does not (all others).
    Witness,
}

/// The formulas of a property, in a store of their own.
pub(super) struct PropertyFormulas {
    /// Policies, with their formulas taken out.
    pub(super) lowered: Lowered,
    /// Requests that the property is about.
    pub(super) shape: Requests,
    /// Requests of the shape that exist only if something undocumented is so.
    uncertain: Vec<(&'static Uncertainty, FormulaId)>,
    /// Origins that the shape names.
    origins: Vec<LoweredOrigin>,
    /// For [`Claim::NoMoreThan`]: the requests that the bound allows.
    bound: Option<FormulaId>,
}

/// A property lowered to formulas, with the solver that answers its queries.
///
/// ```
/// # use polsim::prove::{Claim, Goal, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?;
/// let properties = [Property::new("closed", Claim::Deny, shape, Vec::new())];
/// let verifier = Verifier::new(&properties, None)?;
/// let script = verifier.lower(0).expect("the first property").script(Goal::Witness, None);
/// assert!(script.text().contains("(check-sat)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LoweredProperty<'v> {
    property: &'v Property,
    pub(super) policies: CallerPolicies,
    pub(super) formulas: PropertyFormulas,
    pub(super) queries: Queries,
}

impl PropertyFormulas {
    /// Lowers a property whose callers have these policies.
    pub(super) fn new(
        property: &Property,
        policies: &CallerPolicies,
        network: Option<&Network>,
    ) -> (Self, Formulas) {
        let bound = (property.claim == Claim::NoMoreThan).then(|| {
            let policies = CallerPolicies::new(property.by, &property.bound);
            Lowered::on(Formulas::for_many(), policies.all().iter().cloned())
        });
        let allowed_by_bound = bound.as_ref().map(|it| it.allowed);
        let formulas = bound.map_or_else(Formulas::for_many, |it| it.formulas);
        let mut lowered = Lowered::on(formulas, policies.all().iter().cloned());
        let mut formulas = std::mem::take(&mut lowered.formulas);
        let ways = property.claim.ways();
        let mut to = Lowering {
            formulas: &mut formulas,
            network,
            ways,
            uncertain: Vec::new(),
            origins: Vec::new(),
            excluding: false,
        };
        let Requests { possible, mut certain } = property.shape.lower(&mut to);
        let (mut uncertain, origins) = (to.uncertain, to.origins);
        if let Some(without) = without_unlisted_keys(&mut formulas) {
            certain = formulas.all([certain, without]);
            uncertain.push((&UNLISTED_KEY, formulas.not(without)));
        }
        let asker = requests_of(property.by, policies.all(), &mut formulas);
        // Calls that need no permission are allowed whatever the policies say: no property is about
        // them.
        let needs_permission = formulas.not(lowered.always_allowed);
        let shape = Requests {
            possible: formulas.all([possible, asker, needs_permission]),
            certain: formulas.all([certain, asker, needs_permission]),
        };
        (Self { lowered, shape, uncertain, origins, bound: allowed_by_bound }, formulas)
    }

    /// The decisions that show that a claim holds ([`Claim::Allow`]) or does not.
    pub(super) fn shows(&self, claim: Claim, formulas: &mut Formulas) -> FormulaId {
        match claim {
            Claim::Allow | Claim::Deny => self.lowered.allowed,
            Claim::Always => formulas.not(self.lowered.allowed),
            Claim::ExplicitDeny => formulas.not(self.lowered.explicit_deny),
            Claim::NoMoreThan => {
                let bound = self.bound.unwrap_or_else(|| formulas.truth(false));
                let beyond = formulas.not(bound);
                formulas.all([self.lowered.allowed, beyond])
            }
        }
    }
}

impl PropertyFormulas {
    /// The formulas of the origins that the property names, as certificates write them.
    pub(super) fn origins(&self, formulas: &Formulas) -> serde_json::Value {
        let named: Vec<(String, FormulaId)> =
            self.origins.iter().flat_map(LoweredOrigin::named).collect();
        polsim_check::named_formulas(formulas, named.iter().map(|(name, id)| (&**name, *id)))
    }
}

impl<'v> LoweredProperty<'v> {
    pub(super) fn new(
        property: &'v Property,
        assumptions: &[&'static Assumption],
        network: Option<&Network>,
    ) -> Self {
        let policies = CallerPolicies::new(property.by, &property.policies);
        let (formulas, store) = PropertyFormulas::new(property, &policies, network);
        let queries = Queries::new(store, assumptions, network);
        Self { property, policies, formulas, queries }
    }

    /// Searches for a request that meets the goal; `None` if the answer is unknown. Nothing is shown
    /// or certified: see [`Verifier::decide`](super::Verifier::decide).
    pub fn answer(&mut self, goal: Goal, limits: Limits<'_>) -> Option<bool> {
        let question = match goal {
            Goal::Shape => self.formulas.shape.possible,
            Goal::Witness => self.witness_of(self.formulas.shape.possible),
        };
        match self.queries.ask(question, limits) {
            SolveResult::Sat(_) => Some(true),
            SolveResult::Unsat(_) => Some(false),
            SolveResult::Interrupted(_) | SolveResult::Unknown(_) => None,
        }
    }

    /// The requests of `shape` that show that the claim holds ([`Claim::Allow`]) or does not.
    fn witness_of(&mut self, shape: FormulaId) -> FormulaId {
        let store = &mut self.queries.formulas;
        let shows = self.formulas.shows(self.property.claim, store);
        store.all([shape, shows])
    }

    /// Decides the property within these limits.
    pub(super) fn decide(&mut self, limits: Limits<'_>) -> Verdict {
        let Requests { possible, certain } = self.formulas.shape;
        let question = self.witness_of(possible);
        match self.queries.ask(question, limits) {
            SolveResult::Sat(request) => {
                // Requests that exist under every reading say more.
                let certainly = self.witness_of(certain);
                if certainly == question || self.holds(certainly, &request) {
                    return self.shown(certainly, &request);
                }
                match self.queries.ask(certainly, limits) {
                    SolveResult::Sat(sure) => self.shown(certainly, &sure),
                    _ => self.shown(question, &request),
                }
            }
            SolveResult::Unsat(used) => {
                let shows = self.formulas.shows(self.property.claim, &mut self.queries.formulas);
                let parts = [("shape", possible), ("wanted", shows)];
                match self.queries.proof_of_parts(question, &parts, &used, limits) {
                    Ok(proof) => self.proved(proof, limits),
                    Err(reason) => Verdict::Unknown(reason),
                }
            }
            other => self.unknown(&other),
        }
    }

    /// The verdict that a proof leads to, which must not be about no request at all.
    fn proved(&mut self, proof: Proof, limits: Limits<'_>) -> Verdict {
        let shape = self.formulas.shape.possible;
        match self.queries.ask(shape, limits) {
            SolveResult::Sat(request) => {
                let proof = proof
                    .with_witness(|| self.request_of_shape(&request))
                    .with_origins(|| self.formulas.origins(&self.queries.formulas));
                let evidence = Evidence::Proof(proof);
                match self.property.claim {
                    Claim::Allow => Verdict::Violated(evidence),
                    _ => Verdict::Proved(evidence),
                }
            }
            SolveResult::Unsat(used) => {
                let parts = [("shape", shape)];
                match self.queries.proof_of_parts(shape, &parts, &used, limits) {
                    Ok(proof) => {
                        let origins = || self.formulas.origins(&self.queries.formulas);
                        Verdict::Vacuous(proof.with_origins(origins))
                    }
                    Err(reason) => Verdict::Unknown(reason),
                }
            }
            other => self.unknown(&other),
        }
    }

    /// The verdict where neither a request nor a proof was found.
    fn unknown(&self, answer: &SolveResult) -> Verdict {
        Verdict::Unknown(match answer {
            SolveResult::Interrupted(stop) => UnknownReason::Stopped(*stop),
            SolveResult::Unknown(doubts) => self.queries.reason(doubts, &[&self.formulas.lowered]),
            SolveResult::Unsat(_) | SolveResult::Sat(_) => UnknownReason::Disagreement,
        })
    }

    /// A request of the shape, made small, as a case writes it.
    fn request_of_shape(&self, found: &Request) -> Option<serde_json::Value> {
        let wanted = self.queries.with_assumptions(self.formulas.shape.possible);
        let (formulas, policies) = (&self.queries.formulas, self.policies.all());
        let witness = Witness::minimized(found, formulas, &wanted, policies, |_| true)?;
        let case: serde_json::Value = serde_json::from_str(witness.case()).ok()?;
        case.get("request").cloned()
    }

    fn holds(&self, formula: FormulaId, request: &Request) -> bool {
        Evaluator::new(&self.queries.formulas, request).holds(formula)
    }

    /// The verdict that a request for which `shown` holds leads to.
    fn shown(&self, shown: FormulaId, request: &Request) -> Verdict {
        let claim = self.property.claim;
        let decides = |decision: Decision| match claim {
            Claim::Allow | Claim::Deny | Claim::NoMoreThan => decision == Decision::Allowed,
            Claim::Always => decision != Decision::Allowed,
            Claim::ExplicitDeny => decision != Decision::ExplicitDeny,
        };
        let wanted = self.queries.with_assumptions(shown);
        let (formulas, policies) = (&self.queries.formulas, self.policies.all());
        let witness = Witness::minimized(request, formulas, &wanted, policies, decides);
        let Some(witness) = witness else { return Verdict::Unknown(UnknownReason::Disagreement) };
        let mut facts = Vec::new();
        if !self.holds(self.formulas.shape.certain, witness.request()) {
            facts = self.facts_of(witness.request());
        }
        if let (Claim::Allow, Some(fact)) = (claim, facts.first()) {
            return Verdict::Unknown(UnknownReason::Undocumented(fact));
        }
        let evidence = Evidence::Witness(Box::new(witness.only_if(facts)));
        if claim == Claim::Allow { Verdict::Proved(evidence) } else { Verdict::Violated(evidence) }
    }

    /// The undocumented facts without which the request does not exist.
    fn facts_of(&self, request: &Request) -> Vec<&'static Uncertainty> {
        let mut facts: Vec<&'static Uncertainty> = Vec::new();
        for (fact, requests) in &self.formulas.uncertain {
            if !facts.contains(fact) && self.holds(*requests, request) {
                facts.push(fact);
            }
        }
        facts
    }

    /// The query for a goal as SMT-LIB. The verdict, where it is known, says what the answer has to
    /// be.
    pub fn script(mut self, goal: Goal, verdict: Option<&Verdict>) -> Script {
        let claim = self.property.claim;
        let mut assertions = Vec::new();
        for it in self.queries.assumptions() {
            let what = format!("Assumed: {}.", it.assumption.name);
            assertions.push(Assertion { what, formula: it.formula });
        }
        let what = "The request is one that the property is about.".to_owned();
        assertions.push(Assertion { what, formula: self.formulas.shape.possible });
        if goal == Goal::Witness {
            let what = match claim {
                Claim::Allow | Claim::Deny => "It is allowed.",
                Claim::Always => "It is not allowed.",
                Claim::ExplicitDeny => "It is not explicitly denied.",
                Claim::NoMoreThan => "It is allowed, and the other policies do not allow it.",
            };
            let formula = self.formulas.shows(claim, &mut self.queries.formulas);
            assertions.push(Assertion { what: what.to_owned(), formula });
        }
        let title = format!("{} ({})", self.property.name, claim.as_str());
        let formulas = &self.queries.formulas;
        let names = formula_names::names_of(formulas, &self.formulas.lowered);
        let satisfiable = verdict.and_then(|verdict| goal.is_met(verdict));
        let key_facts = self.queries.key_facts();
        Script::new(formulas, key_facts, &assertions, &names, &title, satisfiable)
    }
}

impl Goal {
    /// Tells whether some request meets the goal, as far as the verdict tells.
    pub fn is_met(self, verdict: &Verdict) -> Option<bool> {
        match (self, verdict) {
            (_, Verdict::Unknown(_)) => None,
            (_, Verdict::Vacuous(_)) => Some(false),
            (Self::Witness, verdict) => Some(verdict.witness().is_some()),
            (Self::Shape, _) => Some(true),
        }
    }
}

impl std::fmt::Debug for LoweredProperty<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoweredProperty").field("property", self.property).finish_non_exhaustive()
    }
}
