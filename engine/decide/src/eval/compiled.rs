//! Policy sets compiled for asking.
//!
//! The disjunctions over statements (an Allow of a layer, a Deny of a layer, …) are what grows with
//! the policies. Each of their parts starts with its statement's action element, so they become
//! *guarded*: for a request only the parts whose guard holds are looked at. Everything else is read
//! as it stands, formulas with several uses once for each request; where a context key has its
//! values is looked up once for all atoms that ask for it.

use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use crate::catalog::Stage;
use crate::formula::{Atom, ChoiceId, FormulaId, Formulas, World};
use crate::lower::{AttachedPolicy, Lowered, Readings};
use crate::request::Request;
use crate::text::KeyName;

use super::Decision;
use super::answer::Touched;
use super::code::{self, Codes};
use super::index::ActionIndex;
use super::program::{self, Parts, Program, Step};
use super::read_keys::ReadKeys;
use super::statement_names::StatementNames;
use super::truth::Truth;

/// A policy set, lowered once and asked many times.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet};
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// let source = Source::new("identity.json", r#"{"Version": "2012-10-17",
///   "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#);
/// let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// }).expect("a valid request");
/// assert_eq!(set.decide(&request), Decision::Allowed);
/// ```
#[derive(Clone, Debug)]
pub struct PolicySet {
    lowered: Lowered,
    index: ActionIndex,
    program: Program,
    codes: Codes,
    touched: Touched,
    names: OnceLock<StatementNames>,
    /// The same policies with every reading open; made when a request is the first to need it.
    open: OnceLock<Arc<Self>>,
    /// The keys that they read; worked out for the first request of which not everything is known.
    pub(super) reads: OnceLock<ReadKeys>,
}

/// Working memory for one decision at a time; used again, it allocates nothing.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet, Scratch};
/// # use polsim::request::{Request, RequestParts};
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// let set = PolicySet::new([]);
/// let mut scratch = Scratch::default();
/// for _ in 0..2 {
///     assert_eq!(set.decide_with(&request, &mut scratch), Decision::ImplicitDeny);
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// For each formula: twice the generation in which it was read, plus its truth.
    pub(super) known: Vec<u64>,
    pub(super) generation: u64,
    /// For each formula that is read in many worlds: the worlds in which it holds.
    pub(super) tables: Vec<u64>,
    /// For each choice: the worlds in which it is true.
    pub(super) columns: Vec<u64>,
    /// For each guarded disjunction: its parts whose guard holds.
    open: Vec<Vec<FormulaId>>,
    hits: Vec<u64>,
    code: code::Memory,
    /// For each context key: the generation in which it was looked up, and where it was found.
    keys: Vec<(u64, Option<usize>)>,
}

/// An evaluation of the formulas of a set for one request, in one world (`bool`) or in many.
pub(super) struct Evaluation<'a, T = bool> {
    set: &'a PolicySet,
    request: &'a Request,
    scratch: &'a mut Scratch,
    truth: PhantomData<T>,
}

impl PolicySet {
    /// The compiled set of these policies.
    pub fn new(policies: impl IntoIterator<Item = AttachedPolicy>) -> Self {
        Self::of(Lowered::new(policies))
    }

    /// The compiled set of these policies under these readings, none of which is open.
    pub fn with_readings(
        policies: impl IntoIterator<Item = AttachedPolicy>,
        readings: &Readings,
    ) -> Self {
        let readings = readings.clone().closed();
        Self::of(Lowered::read(Formulas::new(), policies, None, &readings))
    }

    /// The compiled set of a lowered one.
    pub fn of(lowered: Lowered) -> Self {
        let actions = lowered.statements.iter().map(|it| it.action);
        let index = ActionIndex::new(&lowered.formulas, actions);
        let program = Program::new(&lowered, &index);
        let touched = Touched::of(&lowered.reads);
        Self {
            lowered,
            index,
            program,
            touched,
            codes: Codes::default(),
            names: OnceLock::new(),
            open: OnceLock::new(),
            reads: OnceLock::new(),
        }
    }

    /// The formulas of the set.
    pub fn lowered(&self) -> &Lowered {
        &self.lowered
    }

    /// The decision on a request.
    pub fn decide(&self, request: &Request) -> Decision {
        self.decide_plainly(request, &mut Scratch::default())
    }

    /// The decision on a request, for callers that ask many times. The set is compiled for each
    /// class of requests when the first of the class is asked about; after that a decision allocates
    /// only where `scratch` has not grown to the set yet.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::eval::{Decision, PolicySet, Scratch};
    /// # use polsim::request::{Request, RequestParts};
    /// let (set, mut scratch) = (PolicySet::new([]), Scratch::default());
    /// for action in ["s3:GetObject", "s3:PutObject"] {
    ///     let request = Request::new(RequestParts {
    ///         principal: "arn:aws:iam::111122223333:user/alice",
    ///         action,
    ///         resource: "arn:aws:s3:::bucket/key",
    ///         ..RequestParts::default()
    ///     })?;
    ///     assert_eq!(set.decide_with(&request, &mut scratch), Decision::ImplicitDeny);
    /// }
    /// # Ok::<(), polsim::request::RequestError>(())
    /// ```
    pub fn decide_with(&self, request: &Request, scratch: &mut Scratch) -> Decision {
        if request.refusal().is_some() {
            return self.decide_plainly(request, scratch);
        }
        let mut evaluation: Evaluation<'_> = self.evaluation(request, scratch);
        evaluation.open_guards();
        let Scratch { code, generation, open, hits, .. } = scratch;
        code::decide(self, request, code::Run { memory: code, generation: *generation, open, hits })
    }

    /// The decision on a request, read from the formulas as they stand: for a set that is asked
    /// once, which is not worth compiling.
    pub(super) fn decide_plainly(&self, request: &Request, scratch: &mut Scratch) -> Decision {
        let mut evaluation: Evaluation<'_> = self.evaluation(request, scratch);
        evaluation.open_guards();
        evaluation.decide()
    }

    /// Tells whether a formula of the set holds for the request.
    pub fn holds(&self, formula: FormulaId, request: &Request, scratch: &mut Scratch) -> bool {
        let mut evaluation: Evaluation<'_> = self.evaluation(request, scratch);
        evaluation.open_guards();
        evaluation.holds(formula)
    }

    /// The code for each class of requests.
    pub(super) fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The features of requests that its readings matter to.
    pub(super) fn touched(&self) -> Touched {
        self.touched
    }

    /// The readings of its formulas.
    pub(super) fn program(&self) -> &Program {
        &self.program
    }

    /// The number of a guard that the index tells about, and what a hit means.
    pub(super) fn guard_of(&self, id: FormulaId) -> Option<(u32, bool)> {
        let number = self.program.guard_of(id)?;
        let guard = self.index.guards().get(program::at(number))?;
        Some((number, guard.when_hit))
    }

    /// The names of its statements.
    pub(super) fn names(&self) -> &StatementNames {
        self.names.get_or_init(|| StatementNames::new(&self.lowered))
    }

    /// The same policies with every reading open.
    pub(super) fn open(&self) -> &Self {
        self.open.get_or_init(|| Arc::new(Self::of(self.lowered.open())))
    }

    /// The same policies as this world reads them.
    #[must_use]
    pub fn in_world(&self, world: World) -> Self {
        Self::of(self.lowered.in_world(world))
    }

    /// The choices of the set, in the order of their numbers.
    pub(super) fn choices(&self) -> &[ChoiceId] {
        &self.program.choices
    }

    /// An evaluation of formulas of the set for one request.
    pub(super) fn evaluation<'a, T: Truth>(
        &'a self,
        request: &'a Request,
        scratch: &'a mut Scratch,
    ) -> Evaluation<'a, T> {
        scratch.prepare(self);
        Evaluation { set: self, request, scratch, truth: PhantomData }
    }
}

impl Scratch {
    /// Forgets the last request and makes room for the set.
    fn prepare(&mut self, set: &PolicySet) {
        let formulas = set.program.len();
        let guards = set.index.guards().len();
        if self.known.len() < formulas {
            self.known.resize(formulas, 0);
        }
        if self.hits.len() < guards {
            self.hits.resize(guards, 0);
        }
        if self.open.len() < set.program.groups {
            self.open.resize_with(set.program.groups, Vec::new);
        }
        if self.keys.len() < set.program.keys {
            self.keys.resize(set.program.keys, (0, None));
        }
        // Generations only grow, so what another set left behind is never taken for known.
        self.generation = self.generation.saturating_add(1);
    }
}

impl Evaluation<'_> {
    /// The decision of AWS: it refuses some calls whatever policies say (request notes §3).
    pub(super) fn decide(&mut self) -> Decision {
        let Some(refusal) = self.request.refusal() else { return self.decide_by_policies() };
        let asked = refusal.stage == Stage::Service;
        if asked && self.decide_by_policies() == Decision::ExplicitDeny {
            return Decision::ExplicitDeny;
        }
        Decision::ImplicitDeny
    }

    /// The decision of the policies alone.
    pub(super) fn decide_by_policies(&mut self) -> Decision {
        let lowered = &self.set.lowered;
        if self.holds(lowered.always_allowed) {
            Decision::Allowed
        } else if self.holds(lowered.explicit_deny) {
            Decision::ExplicitDeny
        } else if self.holds(lowered.allowed) {
            Decision::Allowed
        } else {
            Decision::ImplicitDeny
        }
    }
}

impl<'a, T: Truth> Evaluation<'a, T> {
    /// Finds the guards that hold, and with them the parts of guarded disjunctions to look at.
    pub(super) fn open_guards(&mut self) {
        let Self { set, request, scratch, .. } = self;
        if set.program.groups == 0 {
            return;
        }
        for list in scratch.open.iter_mut().take(set.program.groups) {
            list.clear();
        }
        let generation = scratch.generation;
        let unlock = |scratch: &mut Scratch, number: usize, holds: bool| {
            let Some(guard) = set.index.guards().get(number) else { return };
            T::constant(holds).remember(scratch, guard.formula);
            if !holds {
                return;
            }
            for (group, part) in set.program.opened_by(number) {
                if let Some(list) = scratch.open.get_mut(*group) {
                    list.push(*part);
                }
            }
        };
        set.index.each_hit(request.action(), |number| {
            let Some(seen) = scratch.hits.get_mut(number) else { return };
            if *seen == generation {
                return;
            }
            *seen = generation;
            if let Some(guard) = set.index.guards().get(number) {
                unlock(scratch, number, guard.when_hit);
            }
        });
        for (number, guard) in set.index.guards().iter().enumerate() {
            if !guard.when_hit && scratch.hits.get(number).is_some_and(|seen| *seen != generation) {
                unlock(scratch, number, true);
            }
        }
    }

    /// The truth of the formula. Depth is that of the formula, which its lowering bounds.
    pub(super) fn holds(&mut self, id: FormulaId) -> T {
        let Some(plan) = self.set.program.plan(id) else {
            debug_assert!(false, "a formula of another set");
            return T::constant(false);
        };
        if !plan.remember {
            return self.read(&plan.step);
        }
        if let Some(known) = T::recalled(self.scratch, id) {
            return known;
        }
        let holds = self.read(&plan.step);
        holds.remember(self.scratch, id);
        holds
    }

    #[inline]
    fn read(&mut self, step: &Step) -> T {
        match *step {
            Step::Named(id, wanted) => self.holds(id).is(wanted),
            Step::Kind(kind, wanted) => {
                T::constant((self.request.principal().kind() == kind) == wanted)
            }
            Step::Action(_, service, wanted) if service != self.request.action().service_hash() => {
                T::constant(!wanted)
            }
            Step::Action(..) | Step::Atom(..) | Step::Key(..) => T::constant(self.leaf(step)),
            Step::All(parts) => self.all(parts),
            Step::Any(parts) => self.any(parts),
            Step::Choice(number, wanted) => T::choice(self.scratch, program::at(number)).is(wanted),
            Step::Guarded(group) => self.any_open(program::at(group)),
            Step::Truth(value) => T::constant(value),
        }
    }

    fn all(&mut self, parts: Parts) -> T {
        let set = self.set;
        let mut whole = T::constant(true);
        for part in set.program.parts(parts) {
            whole = whole.and(self.read(part));
            if whole.is_surely(false) {
                break;
            }
        }
        whole
    }

    fn any(&mut self, parts: Parts) -> T {
        let set = self.set;
        let mut whole = T::constant(false);
        for part in set.program.parts(parts) {
            whole = whole.or(self.read(part));
            if whole.is_surely(true) {
                break;
            }
        }
        whole
    }

    /// The truth of an atom of the request, or of its negation.
    fn leaf(&mut self, step: &Step) -> bool {
        let formulas = &self.set.lowered.formulas;
        match *step {
            Step::Action(atom, _, wanted) | Step::Atom(atom, wanted) => {
                // The choices of a set are steps of their own.
                let test = |atom: &Atom| atom.test_of_request(self.request).unwrap_or_default();
                formulas.atom_of(atom).is_some_and(test) == wanted
            }
            Step::Key(atom, number, wanted) => match formulas.atom_of(atom) {
                Some(Atom::Key(key, test)) => {
                    let request = self.request;
                    test.test(self.values(key, program::at(number)), request) == wanted
                }
                _ => !wanted,
            },
            _ => false,
        }
    }

    /// The values of the context key of this number.
    fn values(&mut self, key: &KeyName, number: usize) -> &'a [Box<str>] {
        let context = self.request.context();
        let generation = self.scratch.generation;
        let found = match self.scratch.keys.get_mut(number) {
            Some((seen, found)) => {
                if *seen != generation {
                    (*seen, *found) = (generation, context.position(key));
                }
                *found
            }
            None => context.position(key),
        };
        found.map(|at| context.values_at(at)).unwrap_or_default()
    }

    /// The lowered set that is read.
    pub(super) fn lowered(&self) -> &'a Lowered {
        &self.set.lowered
    }

    /// The parts of a guarded disjunction that may hold; `None` for any other formula.
    pub(super) fn open_parts(&self, id: FormulaId) -> Option<Vec<FormulaId>> {
        match self.set.program.plan(id)?.step {
            Step::Guarded(group) => self.scratch.open.get(program::at(group)).cloned(),
            _ => None,
        }
    }

    fn any_open(&mut self, group: usize) -> T {
        let mut whole = T::constant(false);
        let mut at = 0;
        while let Some(part) = self.scratch.open.get(group).and_then(|list| list.get(at)).copied() {
            whole = whole.or(self.holds(part));
            if whole.is_surely(true) {
                break;
            }
            at = at.saturating_add(1);
        }
        whole
    }
}
