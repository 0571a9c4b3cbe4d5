//! Properties lowered to formulas, and the queries that decide them.

use std::collections::BTreeMap;

use super::caller::{Callers, OurAccounts};
use super::formula_names;
use super::goal::Goal;
use super::limits::Limits;
use super::property::{Claim, Property};
use super::queries::{Part, Queries};
use super::request_shape::Lowering;
use super::verdict::{Outcome, Proof, UnknownReason, Verdict};
use super::witness::{Wanted, Witness};
use crate::eval::{Decision, PolicySet, Scratch};
use crate::formula::{Atom, ChoiceId, Evaluator, FormulaId, Formulas};
use crate::lower::{AttachedPolicy, Lowered, Readings, at_most_one_alternative};
use crate::network::uncertain::UNLISTED_KEY;
use crate::network::{Assumption, Network, without_unlisted_keys};
use crate::policy::{Effect, PolicyType};
use crate::request::Request;
use polsim_solve::result::{Model, SolveResult};
use polsim_solve::smt::{Assertion, Script};

/// The formulas of a property, in a store of their own.
pub(super) struct PropertyFormulas {
    /// Requests that the property is about.
    pub(super) shape: FormulaId,
    /// Worlds that can be: at most one alternative of each reading.
    pub(super) possible: FormulaId,
    /// Kinds of callers whose requests the property is about.
    pub(super) kinds: Vec<KindFormulas>,
    /// Origins that the shape names, with the names that certificates give them.
    origins: Vec<(String, FormulaId)>,
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
    pub(super) readings: &'v Readings,
}

impl PropertyFormulas {
    /// Lowers a property into a store of its own.
    pub(super) fn new(
        property: &Property,
        network: Option<&Network>,
        readings: &Readings,
    ) -> (Self, Formulas) {
        let ours = OurAccounts::of(network, &property.policies);
        let callers = Callers::of(property.by, &property.policies, &ours);
        Self::of_callers(property, callers, network, readings)
    }

    /// Lowers a property about the requests of these callers.
    fn of_callers(
        property: &Property,
        callers: Vec<Callers>,
        network: Option<&Network>,
        readings: &Readings,
    ) -> (Self, Formulas) {
        let ours = OurAccounts::of(network, &property.policies);
        let mut formulas = Formulas::for_many();
        let mut kinds: Vec<KindFormulas> = callers
            .into_iter()
            .map(|callers| KindFormulas::new(property, callers, &mut formulas, readings))
            .collect();
        let ways = property.ways.unwrap_or_else(|| property.claim.ways());
        let known = ours.known(network);
        let mut to = Lowering {
            formulas: &mut formulas,
            network,
            known,
            readings,
            ways,
            pinned: property.ways.is_some(),
            origins: Vec::new(),
            excluding: false,
        };
        let mut shape = property.shape.lower(&mut to);
        if let Some(without) = without_unlisted_keys(to.formulas) {
            let is_so = to.is_so(&UNLISTED_KEY);
            shape = to.formulas.add(shape & (without | is_so));
        }
        let origins = std::mem::take(&mut to.origins);
        for kind in &mut kinds {
            kind.lower_requests(&mut formulas);
        }
        let requests: Vec<FormulaId> = kinds.iter().map(|it| it.requests).collect();
        let callers = formulas.any(requests);
        let owners = ours.own_attached(&property.policies, &mut formulas);
        let callers = formulas.all([callers, owners]);
        let shape = formulas.all([shape, callers]);
        let possible = formulas.truth(true);
        let mut it = Self { shape, possible, kinds, origins };
        let shows = it.shows(property.claim, &mut formulas);
        let whole = formulas.all([shape, shows]);
        let choices = formulas.choices(whole);
        it.possible = at_most_one_alternative(&mut formulas, &choices);
        (it, formulas)
    }

    /// The requests that show that a claim holds ([`Claim::Allow`]) or does not.
    pub(super) fn shows(&self, claim: Claim, formulas: &mut Formulas) -> FormulaId {
        let each: Vec<FormulaId> = match &self.kinds[..] {
            [kind] => vec![kind.decides(claim, formulas)],
            kinds => kinds.iter().map(|kind| kind.shows(claim, formulas)).collect(),
        };
        formulas.any(each)
    }

    /// The requests of the shape that show it, in the worlds that can be.
    pub(super) fn question(&self, claim: Claim, formulas: &mut Formulas) -> FormulaId {
        let shows = self.shows(claim, formulas);
        formulas.all([self.shape, shows, self.possible])
    }

    /// The formulas of the origins that the property names, as certificates write them.
    pub(super) fn origins_json(&self, formulas: &Formulas) -> serde_json::Value {
        let named = self.origins.iter().map(|(name, id)| (&**name, *id));
        polsim_check::named_formulas(formulas, named)
    }

    /// The parts of a goal's question in the worlds in which `under` holds, for certificates.
    pub(super) fn parts(
        &self,
        (claim, goal): (Claim, Goal),
        under: FormulaId,
        formulas: &mut Formulas,
    ) -> Vec<Part> {
        let mut parts: Vec<Part> = vec![("shape", self.shape)];
        if goal == Goal::Witness {
            parts.push(("wanted", self.shows(claim, formulas)));
        }
        parts.extend([("worlds", self.possible), ("under", under)]);
        parts
    }

    /// The requests of the shape, in the worlds that can be.
    pub(super) fn of_shape(&self, formulas: &mut Formulas) -> FormulaId {
        formulas.all([self.shape, self.possible])
    }
}

impl KindFormulas {
    /// Lowers the policies of a kind of caller into the store.
    fn new(
        property: &Property,
        callers: Callers,
        formulas: &mut Formulas,
        readings: &Readings,
    ) -> Self {
        let bound = (property.claim == Claim::NoMoreThan).then(|| {
            let bound = callers.with_policies_of(&property.bound);
            lower_set(bound.policies(), formulas, readings).allowed
        });
        let lowered = lower_set(callers.policies(), formulas, readings);
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

    /// The requests of such callers.
    pub(super) fn requests(&self, formulas: &mut Formulas) -> FormulaId {
        formulas.all([self.requests])
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
fn lower_set(policies: &[AttachedPolicy], formulas: &mut Formulas, readings: &Readings) -> Lowered {
    let store = std::mem::take(formulas);
    let mut lowered = Lowered::read(store, policies.iter().cloned(), None, readings);
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
        readings: &'v Readings,
    ) -> Self {
        let (formulas, store) = PropertyFormulas::new(property, network, readings);
        let queries = Queries::new(store, assumptions, network);
        Self { property, formulas, queries, readings }
    }

    /// The property about the callers that it leaves out; `None` if it leaves nobody out.
    pub(super) fn of_left_out(
        property: &'v Property,
        assumptions: &[&'static Assumption],
        network: Option<&Network>,
        readings: &'v Readings,
    ) -> Option<Self> {
        let ours = OurAccounts::of(network, &property.policies);
        let callers = Callers::left_out(property.by, &property.policies, &ours);
        if callers.is_empty() {
            return None;
        }
        let (formulas, store) = PropertyFormulas::of_callers(property, callers, network, readings);
        let queries = Queries::new(store, assumptions, network);
        Some(Self { property, formulas, queries, readings })
    }

    /// The property.
    pub(super) fn property(&self) -> &'v Property {
        self.property
    }

    /// Searches for a request that meets the goal in some world; `None` if the answer is unknown.
    /// Nothing is shown or certified: see [`Verifier::decide`](super::Verifier::decide).
    pub fn answer(&mut self, goal: Goal, limits: Limits<'_>) -> Option<bool> {
        let question = match goal {
            Goal::Shape => self.formulas.of_shape(&mut self.queries.formulas),
            Goal::Witness => self.question(),
        };
        match self.queries.ask(question, limits) {
            SolveResult::Sat(_) => Some(true),
            SolveResult::Unsat(_) => Some(false),
            SolveResult::Interrupted(_) | SolveResult::Unknown(_) => None,
        }
    }

    /// The requests that show that the claim holds ([`Claim::Allow`]) or does not.
    pub(super) fn question(&mut self) -> FormulaId {
        self.formulas.question(self.property.claim, &mut self.queries.formulas)
    }

    /// The parts of a goal's question in the worlds in which `under` holds, for certificates.
    pub(super) fn parts(&mut self, goal: Goal, under: FormulaId) -> Vec<Part> {
        let asked = (self.property.claim, goal);
        self.formulas.parts(asked, under, &mut self.queries.formulas)
    }

    /// The question for each kind of caller by itself.
    pub(super) fn questions_by_kind(&mut self) -> Vec<FormulaId> {
        let question = self.question();
        let store = &mut self.queries.formulas;
        let kinds = self.formulas.kinds.iter();
        kinds
            .map(|kind| {
                let shows = kind.shows(self.property.claim, store);
                store.all([question, shows])
            })
            .collect()
    }

    /// A proof about the worlds in which `under` holds, with a request of the shape in them; or the
    /// proof that there is none.
    pub(super) fn proof_of_shape(
        &mut self,
        proof: Proof,
        under: FormulaId,
        limits: Limits<'_>,
    ) -> Outcome {
        let shape = self.formulas.of_shape(&mut self.queries.formulas);
        let shape = self.queries.formulas.all([shape, under]);
        match self.queries.ask(shape, limits) {
            SolveResult::Sat(found) => Outcome::Proof(
                proof
                    .with_witness(|| self.request_of_shape(&found, shape))
                    .with_origins(|| self.formulas.origins_json(&self.queries.formulas)),
            ),
            SolveResult::Unsat(used) => {
                let parts = self.parts(Goal::Shape, under);
                match self.queries.proof_of_parts(shape, &parts, &used, limits) {
                    Ok(proof) => {
                        let origins = || self.formulas.origins_json(&self.queries.formulas);
                        Outcome::Vacuous(proof.with_origins(origins))
                    }
                    Err(reason) => Outcome::Unknown(reason),
                }
            }
            other => Outcome::Unknown(self.unknown(&other)),
        }
    }

    /// The reason where neither a request nor a proof was found.
    pub(super) fn unknown(&self, answer: &SolveResult) -> UnknownReason {
        match answer {
            SolveResult::Interrupted(stop) => UnknownReason::Stopped(*stop),
            SolveResult::Unknown(doubts) => {
                let sets: Vec<&Lowered> =
                    self.formulas.kinds.iter().map(|it| &it.lowered).collect();
                self.queries.reason(doubts, &sets)
            }
            SolveResult::Unsat(_) | SolveResult::Sat(_) => UnknownReason::Disagreement,
        }
    }

    /// A request of the shape, made small, as a case writes it, in the world in which it was found.
    fn request_of_shape(&self, found: &Model, shape: FormulaId) -> Option<serde_json::Value> {
        let formulas = &self.queries.formulas;
        let mut evaluator = Evaluator::in_world(formulas, &found.request, found.world.clone());
        let kind = self.formulas.kinds.iter().find(|kind| evaluator.holds(kind.requests))?;
        let choices = formulas.choices(shape);
        let bits = choices.iter().enumerate();
        let world = bits.filter(|(_, it)| found.world.is_true(it)).map(|(at, _)| 1_usize << at);
        let wanted = Wanted {
            formulas,
            all: self.queries.with_assumptions([shape, kind.requests]),
            choices: &choices,
            worlds: vec![world.fold(0, |sum, bit| sum | bit)],
            pinned: self.readings.pinned(),
        };
        let policies = kind.callers.policies();
        let witness = Witness::minimized(&found.request, &wanted, policies, |_| true)?;
        let case: serde_json::Value = serde_json::from_str(witness.case()).ok()?;
        case.get("request").cloned()
    }

    /// The witness of a request of this kind of caller in these worlds over these choices, if the
    /// evaluator decides it in each of them as the claim says. `question` is that of the kind.
    pub(super) fn witness(
        &self,
        request: &Request,
        (kind, question): (usize, FormulaId),
        choices: &[ChoiceId],
        worlds: &[usize],
    ) -> Option<Witness> {
        let claim = self.property.claim;
        let decides = |decision: Decision| match claim {
            Claim::Allow | Claim::Deny | Claim::NoMoreThan => decision == Decision::Allowed,
            Claim::Always => decision != Decision::Allowed,
            Claim::ExplicitDeny => decision != Decision::ExplicitDeny,
        };
        let wanted = Wanted {
            formulas: &self.queries.formulas,
            all: self.queries.with_assumptions([question]),
            choices,
            worlds: worlds.to_vec(),
            pinned: self.readings.pinned(),
        };
        let policies = self.formulas.kinds.get(kind)?.callers.policies();
        let witness = Witness::minimized(request, &wanted, policies, decides)?;
        let by_default = Readings::in_world(self.readings.pinned().clone());
        let set = PolicySet::with_readings(policies.iter().cloned(), &by_default);
        let answer = set.answer(witness.request(), &mut Scratch::default());
        let decided = |world: usize| answer.in_world(choices, world).is_some_and(decides);
        worlds.iter().all(|world| decided(*world)).then_some(witness)
    }

    /// Tests whether requests of principals of ours that carry no policy here are among those asked
    /// about.
    pub(super) fn asks_those_without_policies(&mut self, limits: Limits<'_>) -> bool {
        let shape = self.formulas.of_shape(&mut self.queries.formulas);
        let store = &mut self.queries.formulas;
        let kinds = self.formulas.kinds.iter().filter(|it| it.callers.have_no_policies());
        let requests: Vec<FormulaId> = kinds.map(|it| it.requests).collect();
        let requests = store.any(requests);
        let question = store.all([shape, requests]);
        !matches!(self.queries.ask(question, limits), SolveResult::Unsat(_))
    }

    /// A request that is allowed because the policy of a resource grants it, under every reading's
    /// default.
    pub(super) fn granted_by_resources(&mut self, limits: Limits<'_>) -> Option<Witness> {
        let by_default = |atom: &Atom| matches!(atom, Atom::Choice(_)).then_some(false);
        let store = &mut self.queries.formulas;
        let mut ways = Vec::new();
        for kind in &self.formulas.kinds {
            let grants = kind.lowered.statements.iter().filter(|it| {
                let policy = kind.lowered.policies.get(it.policy);
                policy.is_some_and(|policy| is_grant_of_resource(policy, it.index))
            });
            let grants: Vec<FormulaId> = grants.map(|it| it.matches).collect();
            let parts = [self.formulas.shape, kind.shows(Claim::Allow, store), store.any(grants)];
            let way = store.all(parts);
            ways.push(store.assign(way, by_default));
        }
        let question = store.any(ways.iter().copied());
        let SolveResult::Sat(model) = self.queries.ask(question, limits) else { return None };
        let mut evaluator = Evaluator::new(&self.queries.formulas, &model.request);
        let kind = ways.iter().position(|way| evaluator.holds(*way))?;
        self.witness(&model.request, (kind, *ways.get(kind)?), &[], &[0])
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
        let shape = self.formulas.of_shape(&mut self.queries.formulas);
        assertions.push(Assertion { what, formula: shape });
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

impl std::fmt::Debug for LoweredProperty<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoweredProperty").field("property", self.property).finish_non_exhaustive()
    }
}
