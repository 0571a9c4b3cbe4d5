//! Properties lowered to formulas, and the queries that decide them.

use std::collections::BTreeMap;

use super::caller::{Callers, OurAccounts};
use super::formula_names;
use super::limits::Limits;
use super::property::{Claim, Property};
use super::queries::Queries;
use super::request_shape::{Lowering, Requests};
use super::verdict::{Evidence, Proof, UnknownReason, Verdict};
use super::witness::Witness;
use crate::eval::Decision;
use crate::formula::{Evaluator, FormulaId, Formulas};
use crate::lower::{AttachedPolicy, Lowered};
use crate::network::uncertain::{UNLISTED_KEY, Uncertainty};
use crate::network::{Assumption, Network, without_unlisted_keys};
use crate::policy::{Effect, PolicyType};
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
    /// Requests that the property is about.
    pub(super) shape: Requests,
    /// Requests of the shape that exist only if something undocumented is so.
    uncertain: Vec<(&'static Uncertainty, FormulaId)>,
    /// Kinds of callers whose requests the property is about.
    pub(super) kinds: Vec<KindFormulas>,
}

/// The formulas of a kind of caller.
pub(super) struct KindFormulas {
    pub(super) callers: Callers,
    /// Policies that decide, with their formulas taken out.
    pub(super) lowered: Lowered,
    /// Requests of such callers that need permission.
    requests: FormulaId,
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
    pub(super) formulas: PropertyFormulas,
    pub(super) queries: Queries,
}

impl PropertyFormulas {
    /// Lowers a property into a store of its own.
    pub(super) fn new(property: &Property, network: Option<&Network>) -> (Self, Formulas) {
        let ours = OurAccounts::of(network, &property.policies);
        let callers = Callers::of(property.by, &property.policies, &ours);
        Self::of_callers(property, callers, network)
    }

    /// Lowers a property about the requests of these callers.
    fn of_callers(
        property: &Property,
        callers: Vec<Callers>,
        network: Option<&Network>,
    ) -> (Self, Formulas) {
        let ours = OurAccounts::of(network, &property.policies);
        let mut formulas = Formulas::for_many();
        let mut kinds: Vec<KindFormulas> = callers
            .into_iter()
            .map(|callers| KindFormulas::new(property, callers, &mut formulas))
            .collect();
        let ways = property.claim.ways();
        let known = ours.known(network);
        let uncertain = Vec::new();
        let mut to = Lowering { formulas: &mut formulas, network, known, ways, uncertain };
        let Requests { possible, mut certain } = property.shape.lower(&mut to);
        let mut uncertain = to.uncertain;
        if let Some(without) = without_unlisted_keys(&mut formulas) {
            certain = formulas.all([certain, without]);
            uncertain.push((&UNLISTED_KEY, formulas.not(without)));
        }
        for kind in &mut kinds {
            kind.lower_requests(&mut formulas);
        }
        let requests: Vec<FormulaId> = kinds.iter().map(|it| it.requests).collect();
        let callers = formulas.any(requests);
        let owners = ours.own_attached(&property.policies, &mut formulas);
        let callers = formulas.all([callers, owners]);
        let shape = Requests {
            possible: formulas.all([possible, callers]),
            certain: formulas.all([certain, callers]),
        };
        (Self { shape, uncertain, kinds }, formulas)
    }

    /// The requests that show that a claim holds ([`Claim::Allow`]) or does not.
    pub(super) fn shows(&self, claim: Claim, formulas: &mut Formulas) -> FormulaId {
        let each: Vec<FormulaId> = match &self.kinds[..] {
            [kind] => vec![kind.decides(claim, formulas)],
            kinds => kinds.iter().map(|kind| kind.shows(claim, formulas)).collect(),
        };
        formulas.any(each)
    }
}

impl KindFormulas {
    /// Lowers the policies of a kind of caller into the store.
    fn new(property: &Property, callers: Callers, formulas: &mut Formulas) -> Self {
        let bound = (property.claim == Claim::NoMoreThan).then(|| {
            let bound = callers.with_policies_of(&property.bound);
            lower_set(bound.policies(), formulas).allowed
        });
        let lowered = lower_set(callers.policies(), formulas);
        let requests = formulas.truth(true);
        Self { callers, lowered, requests, bound }
    }

    /// Lowers the requests of the callers: after the shape, whose keys the policies read.
    fn lower_requests(&mut self, formulas: &mut Formulas) {
        let callers = self.callers.requests(formulas);
        // Calls that need no permission are allowed whatever the policies say: no property is about
        // them.
        let needs_permission = formulas.not(self.lowered.always_allowed);
        self.requests = formulas.all([callers, needs_permission]);
    }

    /// The requests of such callers whose decision shows that a claim holds ([`Claim::Allow`]) or
    /// does not.
    pub(super) fn shows(&self, claim: Claim, formulas: &mut Formulas) -> FormulaId {
        let decides = self.decides(claim, formulas);
        formulas.all([self.requests, decides])
    }

    /// The decisions that show that a claim holds ([`Claim::Allow`]) or does not.
    fn decides(&self, claim: Claim, formulas: &mut Formulas) -> FormulaId {
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

/// Lowers a policy set into the store.
fn lower_set(policies: &[AttachedPolicy], formulas: &mut Formulas) -> Lowered {
    let store = std::mem::take(formulas);
    let mut lowered = Lowered::on(store, policies.iter().cloned());
    *formulas = std::mem::take(&mut lowered.formulas);
    lowered
}

/// Tests whether a policy grants anything to the principals that it names: that of a resource.
pub(super) fn grants_to_principals(policy: &AttachedPolicy) -> bool {
    (0..policy.policy.statements.len()).any(|index| is_grant_of_resource(policy, index))
}

/// Tests whether a statement is an Allow in the policy of a resource, a key or a role.
fn is_grant_of_resource(policy: &AttachedPolicy, index: usize) -> bool {
    let of_resource = matches!(
        policy.policy.policy_type,
        PolicyType::Resource | PolicyType::Key | PolicyType::Trust
    );
    let statement = policy.policy.statements.get(index);
    of_resource && statement.is_some_and(|it| it.effect.value == Effect::Allow)
}

impl<'v> LoweredProperty<'v> {
    pub(super) fn new(
        property: &'v Property,
        assumptions: &[&'static Assumption],
        network: Option<&Network>,
    ) -> Self {
        let (formulas, store) = PropertyFormulas::new(property, network);
        let queries = Queries::new(store, assumptions, network);
        Self { property, formulas, queries }
    }

    /// The property about the callers that it leaves out; `None` if it leaves nobody out.
    pub(super) fn of_left_out(
        property: &'v Property,
        assumptions: &[&'static Assumption],
        network: Option<&Network>,
    ) -> Option<Self> {
        let ours = OurAccounts::of(network, &property.policies);
        let callers = Callers::left_out(property.by, &property.policies, &ours);
        if callers.is_empty() {
            return None;
        }
        let (formulas, store) = PropertyFormulas::of_callers(property, callers, network);
        let queries = Queries::new(store, assumptions, network);
        Some(Self { property, formulas, queries })
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
            SolveResult::Unsat(used) => match self.queries.proof(question, &used, limits) {
                Ok(proof) => self.proved(proof, limits),
                Err(reason) => Verdict::Unknown(reason),
            },
            other => self.unknown(&other),
        }
    }

    /// The verdict that a proof leads to, which must not be about no request at all.
    fn proved(&mut self, proof: Proof, limits: Limits<'_>) -> Verdict {
        let shape = self.formulas.shape.possible;
        match self.queries.ask(shape, limits) {
            SolveResult::Sat(request) => {
                let proof = proof.with_witness(|| self.request_of_shape(&request));
                let evidence = Evidence::Proof(proof);
                match self.property.claim {
                    Claim::Allow => Verdict::Violated(evidence),
                    _ => Verdict::Proved(evidence),
                }
            }
            SolveResult::Unsat(used) => match self.queries.proof(shape, &used, limits) {
                Ok(proof) => Verdict::Vacuous(proof),
                Err(reason) => Verdict::Unknown(reason),
            },
            other => self.unknown(&other),
        }
    }

    /// The verdict where neither a request nor a proof was found.
    fn unknown(&self, answer: &SolveResult) -> Verdict {
        Verdict::Unknown(match answer {
            SolveResult::Interrupted(stop) => UnknownReason::Stopped(*stop),
            SolveResult::Unknown(doubts) => {
                let sets: Vec<&Lowered> =
                    self.formulas.kinds.iter().map(|it| &it.lowered).collect();
                self.queries.reason(doubts, &sets)
            }
            SolveResult::Unsat(_) | SolveResult::Sat(_) => UnknownReason::Disagreement,
        })
    }

    /// A request of the shape, made small, as a case writes it.
    fn request_of_shape(&self, found: &Request) -> Option<serde_json::Value> {
        let kind = self.kind_of(found)?;
        let shape = [self.formulas.shape.possible, kind.requests];
        let wanted = self.queries.with_assumptions(shape);
        let (formulas, policies) = (&self.queries.formulas, kind.callers.policies());
        let witness = Witness::minimized(found, formulas, &wanted, policies, |_| true)?;
        let case: serde_json::Value = serde_json::from_str(witness.case()).ok()?;
        case.get("request").cloned()
    }

    /// The first kind of caller that makes the request.
    fn kind_of(&self, request: &Request) -> Option<&KindFormulas> {
        self.formulas.kinds.iter().find(|kind| self.holds(kind.requests, request))
    }

    fn holds(&self, formula: FormulaId, request: &Request) -> bool {
        Evaluator::new(&self.queries.formulas, request).holds(formula)
    }

    /// The verdict that a request for which `shown` holds leads to.
    fn shown(&mut self, shown: FormulaId, request: &Request) -> Verdict {
        let claim = self.property.claim;
        let Some(witness) = self.witness(shown, request) else {
            return Verdict::Unknown(UnknownReason::Disagreement);
        };
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

    /// The witness that a request for which `shown` holds leads to, by the first kind of caller whose
    /// policies decide it as the claim is shown.
    fn witness(&mut self, shown: FormulaId, request: &Request) -> Option<Witness> {
        let claim = self.property.claim;
        let decides = |decision: Decision| match claim {
            Claim::Allow | Claim::Deny | Claim::NoMoreThan => decision == Decision::Allowed,
            Claim::Always => decision != Decision::Allowed,
            Claim::ExplicitDeny => decision != Decision::ExplicitDeny,
        };
        let store = &mut self.queries.formulas;
        let kinds = self.formulas.kinds.iter();
        let shows: Vec<FormulaId> = kinds.map(|kind| kind.shows(claim, store)).collect();
        let at = shows.iter().position(|it| self.holds(*it, request))?;
        let (kind, shows) = (self.formulas.kinds.get(at)?, *shows.get(at)?);
        let wanted = self.queries.with_assumptions([shown, shows]);
        let (formulas, policies) = (&self.queries.formulas, kind.callers.policies());
        Witness::minimized(request, formulas, &wanted, policies, decides)
    }

    /// Tests whether requests of principals of ours that carry no policy here are among those asked
    /// about.
    pub(super) fn asks_those_without_policies(&mut self, limits: Limits<'_>) -> bool {
        let store = &mut self.queries.formulas;
        let kinds = self.formulas.kinds.iter().filter(|it| it.callers.have_no_policies());
        let requests: Vec<FormulaId> = kinds.map(|it| it.requests).collect();
        let requests = store.any(requests);
        let question = store.all([self.formulas.shape.possible, requests]);
        !matches!(self.queries.ask(question, limits), SolveResult::Unsat(_))
    }

    /// A request that is allowed because the policy of a resource grants it.
    pub(super) fn granted_by_resources(&mut self, limits: Limits<'_>) -> Option<Witness> {
        let store = &mut self.queries.formulas;
        let mut ways = Vec::new();
        for kind in &self.formulas.kinds {
            let grants = kind.lowered.statements.iter().filter(|it| {
                let policy = kind.lowered.policies.get(it.policy);
                policy.is_some_and(|policy| is_grant_of_resource(policy, it.index))
            });
            let grants: Vec<FormulaId> = grants.map(|it| it.matches).collect();
            let parts = [kind.shows(Claim::Allow, store), store.any(grants)];
            ways.push(store.all(parts));
        }
        let granted = store.any(ways);
        let question = store.all([self.formulas.shape.certain, granted]);
        match self.queries.ask(question, limits) {
            SolveResult::Sat(request) => self.witness(question, &request),
            _ => None,
        }
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
        let mut names = BTreeMap::new();
        for kind in &self.formulas.kinds {
            for (id, name) in formula_names::names_of(formulas, &kind.lowered) {
                names.entry(id).or_insert(name);
            }
        }
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
