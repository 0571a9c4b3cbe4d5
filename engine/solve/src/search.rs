//! The boolean search: conflict-driven clause learning over a justified formula.
//!
//! A formula is walked from its root ([`agenda`]); only where a disjunction needs a true part is
//! something decided, and only the atoms met on that walk are shown to the theories. What the
//! theories refuse becomes a clause, and every conflict is learnt from. Everything is deterministic:
//! the same formula gives the same answer with the same steps.
//!
//! | module | does |
//! | --- | --- |
//! | [`literal`] | variables, literals, tables over them |
//! | [`gates`] | variables and clauses of a formula |
//! | [`clauses`] | unit propagation |
//! | [`learn`] | the clause that a conflict teaches |
//! | [`agenda`] | what is still to be justified |
//! | [`log`] | the steps of the proof |

mod agenda;
mod assignment;
mod clauses;
mod gates;
mod learn;
pub(crate) mod literal;
pub(crate) mod log;

use self::agenda::{Agenda, Step};
use self::assignment::{Assignment, Reason};
use self::clauses::{Clauses, Origin};
pub(crate) use self::gates::AtomCosts;
use self::gates::{Demand, Gates};
use self::learn::Learner;
use self::literal::{Lit, Var};
use self::log::{Entry, Log};
use polsim_check::Raw;
use polsim_check::budget::{Limits, Stop};
use polsim_check::table::Table;
use polsim_decide::formula::{AtomId, FormulaId, Formulas, Node};

/// An atom and the value that it has.
pub(crate) type AtomValue = (AtomId, bool);

/// What stands behind the atoms.
pub(crate) trait Theory: AtomCosts {
    /// What satisfies a set of atoms.
    type Model;

    /// Makes a new atom known.
    fn meet(&mut self, atom: AtomId, formulas: &Formulas);

    /// What follows at once when an atom gets its value. `values` tells the values of the others.
    fn consequences(
        &mut self,
        atom: AtomValue,
        formulas: &Formulas,
        values: &dyn Fn(AtomId) -> Option<bool>,
        out: &mut Consequences,
    );

    /// Whether a request can have all of these atoms at once.
    fn check(
        &mut self,
        atoms: &[AtomValue],
        formulas: &mut Formulas,
        limits: &mut Limits<'_>,
    ) -> Check<Self::Model>;
}

/// What follows from one atom.
#[derive(Debug, Default)]
pub(crate) struct Consequences {
    /// Atoms that the new one alone implies.
    pub(crate) implied: Vec<AtomValue>,
    /// Atoms that contradict each other, the new one among them; all have the given values now.
    pub(crate) contradiction: Option<Vec<AtomValue>>,
}

/// What the theories say about a justified set of atoms.
#[derive(Debug)]
pub(crate) enum Check<Model> {
    /// These of them contradict each other.
    Contradiction(Vec<AtomValue>),
    /// These hold for every request, and are to be regarded from now on.
    Lemmas(Vec<FormulaId>),
    /// A request that has all of them.
    Model(Model),
    /// Nobody knows: other sets should be tried, but no proof can come of it.
    Undecided,
}

/// What came of a search.
#[derive(Debug)]
pub(crate) enum Outcome<Model> {
    /// The formula is true of this.
    Model(Model),
    /// No request makes the formula true, as long as these of the assumptions hold.
    Never(Vec<usize>),
    /// The search was stopped.
    Stopped(Stop),
    /// No request was found, and sets of atoms had to be passed over undecided.
    Undecided,
}

/// A search over formulas of one store. Clauses that it learns serve later questions too.
#[derive(Debug)]
pub(crate) struct Search {
    gates: Gates,
    clauses: Clauses,
    values: Assignment,
    learner: Learner,
    agenda: Agenda,
    log: Log,
    /// By atom.
    vars: Table<Option<Var>>,
    /// How much of the trail has been propagated by the clauses, and by the theories.
    propagated: usize,
    related: usize,
    /// What holds in every question.
    facts: Vec<Lit>,
    /// What is assumed in every question: the variable that says so, and what it says.
    assumptions: Vec<(Lit, Lit)>,
    /// The variable of the last question.
    asking: Option<Lit>,
    conflicts: u64,
    /// The clauses themselves contradict each other.
    broken: bool,
    /// Room for the literals of a clause that is being added.
    scratch: Vec<Lit>,
    /// Room for clauses to be added, one after the other, and where each ends.
    pending: (Vec<Lit>, Vec<usize>),
}

/// Literals that are all false.
type Conflict = Vec<Lit>;

impl Search {
    pub(crate) fn new() -> Self {
        Self {
            gates: Gates::new(),
            clauses: Clauses::new(),
            values: Assignment::new(),
            learner: Learner::new(),
            agenda: Agenda::new(),
            log: Log::default(),
            vars: Table::new(None),
            propagated: 0,
            related: 0,
            facts: Vec::new(),
            assumptions: Vec::new(),
            asking: None,
            conflicts: 0,
            broken: false,
            scratch: Vec::new(),
            pending: (Vec::new(), Vec::new()),
        }
    }

    /// The steps of the proof so far.
    #[cfg(test)]
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// The steps of the proof that the last question has no answer as long as the assumptions of
    /// these numbers hold; those that rest on others, or are about other questions, left out.
    pub(crate) fn proof(&self, used: &[usize], formulas: &Formulas) -> Vec<Raw> {
        let assumed = used.iter().filter_map(|number| self.assumptions.get(*number));
        let given: Vec<Lit> = assumed.map(|(lit, _)| *lit).chain(self.asking).collect();
        let in_formulas = |lit: &Lit| -> Option<Option<(FormulaId, bool)>> {
            if self.gates.is_question(lit.var()) {
                return given.contains(&!*lit).then_some(None);
            }
            let formula = self.gates.formula(lit.var())?;
            // The variable of a constant is true whichever it is.
            let is_constant = matches!(formulas.node(formula), Node::Truth(_));
            let formula = if is_constant { formulas.truth(true) } else { formula };
            Some(Some((formula, lit.is_positive())))
        };
        let raw = |entry: &Entry| {
            let (Entry::Lemma(clause) | Entry::Learnt(clause)) = entry;
            let clause: Option<Vec<_>> = clause.iter().map(in_formulas).collect();
            let clause = clause?.into_iter().flatten().collect();
            Some(Raw { is_lemma: matches!(entry, Entry::Lemma(_)), clause })
        };
        self.log.entries().iter().filter_map(raw).collect()
    }

    /// The steps of all questions, from this number on; a premise stands as what it says.
    pub(crate) fn steps<'a>(
        &'a self,
        from: usize,
        formulas: &'a Formulas,
    ) -> impl Iterator<Item = Raw> + 'a {
        let in_formulas = |lit: &Lit| {
            let formula = self.gates.formula(lit.var())?;
            // The variable of a constant is true whichever it is.
            let is_constant = matches!(formulas.node(formula), Node::Truth(_));
            let is_truth = is_constant && !self.gates.is_question(lit.var());
            let formula = if is_truth { formulas.truth(true) } else { formula };
            Some((formula, lit.is_positive()))
        };
        let raw = move |entry: &Entry| {
            let (Entry::Lemma(clause) | Entry::Learnt(clause)) = entry;
            let clause: Option<Vec<_>> = clause.iter().map(in_formulas).collect();
            // No variable is without a formula; without its clause, a step says what nobody grants.
            let clause = clause.unwrap_or_default();
            Raw { is_lemma: matches!(entry, Entry::Lemma(_)), clause }
        };
        self.log.entries().iter().skip(from).map(raw)
    }

    /// The formula that a variable stands for.
    #[cfg(test)]
    pub(crate) fn formula(&self, var: Var) -> Option<FormulaId> {
        self.gates.formula(var)
    }

    /// Holds `fact` true in every question from now on, and tells which answers rest on it. The
    /// assumptions are numbered in the order in which they come.
    pub(crate) fn suppose(
        &mut self,
        fact: FormulaId,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) {
        self.backtrack(0);
        if let Some(lit) = self.literal(fact, formulas, theory) {
            let supposed = self.gates.question(fact).positive();
            self.require(lit);
            self.add_at_root(&[!supposed, lit]);
            self.assumptions.push((supposed, lit));
        }
    }

    /// Holds `fact` true in every question from now on.
    pub(crate) fn assume(
        &mut self,
        fact: FormulaId,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) {
        self.backtrack(0);
        if let Some(lit) = self.literal(fact, formulas, theory) {
            self.facts.push(lit);
            self.add_at_root(&[lit]);
            self.require(lit);
        }
    }

    /// Looks for a request that makes `question` true together with everything assumed.
    pub(crate) fn solve<T: Theory>(
        &mut self,
        question: FormulaId,
        formulas: &mut Formulas,
        theory: &mut T,
        limits: &mut Limits<'_>,
    ) -> Outcome<T::Model> {
        self.backtrack(0);
        let Some(root) = self.literal(question, formulas, theory) else {
            return Outcome::Stopped(Stop::Memory);
        };
        self.require(root);
        // Clauses that are right for this question only have the asking in them: no other question
        // is answered by them.
        let asking = self.gates.question(question).positive();
        self.asking = Some(asking);
        self.add_at_root(&[!asking, root]);
        let mut run = Run { root, asking, undecided: false, restart_at: 0, restarts: 0 };
        run.schedule(self.conflicts);
        loop {
            if let Some(stop) = self.stop(limits) {
                return Outcome::Stopped(stop);
            }
            if let Some(outcome) = self.turn(&mut run, formulas, theory, limits) {
                self.backtrack(0);
                return outcome;
            }
        }
    }

    /// One turn: propagate, then learn, decide or ask the theories.
    fn turn<T: Theory>(
        &mut self,
        run: &mut Run,
        formulas: &mut Formulas,
        theory: &mut T,
        limits: &mut Limits<'_>,
    ) -> Option<Outcome<T::Model>> {
        let before = self.clauses.visited();
        let conflict = self.propagate(formulas, theory);
        limits.spend(self.clauses.visited().wrapping_sub(before).wrapping_add(1));
        if self.broken {
            return Some(run.never(Vec::new()));
        }
        if let Some(conflict) = conflict {
            self.resolve(&conflict);
            return None;
        }
        if let Some(next) = self.next_premise(run) {
            return self.take_premise(next, run);
        }
        if self.conflicts >= run.restart_at {
            run.schedule(self.conflicts);
            self.backtrack(0);
            return None;
        }
        let learner = &self.learner;
        let walked = self.agenda.walk(&self.gates, &self.values, |var| learner.activity(var));
        limits.spend(self.agenda.take_steps());
        match walked {
            Step::Decide(lit) => {
                self.open_level();
                self.values.assign(lit, Reason::Decision);
                None
            }
            Step::Justified => self.ask(run, formulas, theory, limits),
        }
    }

    /// What has to be decided before anything else: the assumptions, a level for each, and then the
    /// question.
    fn next_premise(&self, run: &Run) -> Option<(Lit, Lit)> {
        let level = usize::try_from(self.values.level()).unwrap_or(usize::MAX);
        let question = (run.asking, run.root);
        self.assumptions.iter().chain([&question]).nth(level).copied()
    }

    fn take_premise<Model>(
        &mut self,
        (premise, meant): (Lit, Lit),
        run: &Run,
    ) -> Option<Outcome<Model>> {
        if self.values.is_false(premise) {
            return Some(run.never(self.used(premise)));
        }
        if self.values.level() == 0 {
            self.tidy();
        }
        let first = self.values.level() == 0;
        self.open_level();
        if first {
            for fact in &self.facts {
                self.agenda.list(*fact);
            }
        }
        if !self.values.is_true(premise) {
            self.values.assign(premise, Reason::Decision);
        }
        self.agenda.list(meant);
        None
    }

    /// The assumptions on which it rests that `premise` is false.
    fn used(&mut self, premise: Lit) -> Vec<usize> {
        let (decisions, relations) = self.learner.blame(premise, &self.values, &self.clauses);
        for (cause, implied) in relations {
            self.log.push(Entry::Lemma([!cause, implied].into()));
        }
        let clause: Vec<Lit> = decisions.iter().chain([&premise]).map(|lit| !*lit).collect();
        self.log.push(Entry::Learnt(clause.into()));
        let number = |lit: Lit| self.assumptions.iter().position(|(it, _)| *it == lit);
        let mut used: Vec<usize> =
            decisions.into_iter().chain([premise]).filter_map(number).collect();
        used.sort_unstable();
        used.dedup();
        used
    }

    /// Asks the theories about the atoms on the agenda.
    fn ask<T: Theory>(
        &mut self,
        run: &mut Run,
        formulas: &mut Formulas,
        theory: &mut T,
        limits: &mut Limits<'_>,
    ) -> Option<Outcome<T::Model>> {
        let atoms: Vec<AtomValue> = self.agenda.atoms(&self.gates).collect();
        match theory.check(&atoms, formulas, limits) {
            Check::Model(model) => return Some(Outcome::Model(model)),
            Check::Contradiction(core) => {
                let clause = self.refutation(&core);
                self.log.push(Entry::Lemma(clause.clone().into()));
                self.conflict_from_outside(&clause);
            }
            Check::Lemmas(lemmas) => {
                self.backtrack(0);
                for lemma in lemmas {
                    let Some(lit) = self.literal(lemma, formulas, theory) else { continue };
                    self.log.push(Entry::Lemma([lit].into()));
                    self.facts.push(lit);
                    self.add_at_root(&[lit]);
                    self.require(lit);
                }
            }
            Check::Undecided => {
                run.undecided = true;
                let clause = self.decisions();
                self.conflict_from_outside(&clause);
            }
        }
        None
    }

    /// The clause that says that not all decisions can stand.
    fn decisions(&self) -> Vec<Lit> {
        let is_decision = |lit: &&Lit| {
            self.values.level_of(lit.var()) > 0 && self.values.reason(lit.var()) == Reason::Decision
        };
        self.values.trail().iter().filter(is_decision).map(|lit| !*lit).collect()
    }

    /// The clause that says that these atoms do not go together.
    fn refutation(&self, core: &[AtomValue]) -> Vec<Lit> {
        core.iter()
            .filter_map(|(atom, value)| self.vars.get(atom.index()).map(|var| var.is(!*value)))
            .collect()
    }

    /// Goes on from a clause whose literals are all false, wherever they became so.
    fn conflict_from_outside(&mut self, clause: &[Lit]) {
        let highest = clause.iter().map(|lit| self.values.level_of(lit.var())).max();
        self.backtrack(highest.unwrap_or(0));
        self.resolve(clause);
    }

    /// Learns from a conflict, goes back and turns around.
    fn resolve(&mut self, conflict: &[Lit]) {
        self.conflicts = self.conflicts.saturating_add(1);
        if self.values.level() == 0 {
            self.broken = true;
            self.log.push(Entry::Learnt(Box::default()));
            return;
        }
        let learnt = self.learner.learn(conflict, &self.values, &mut self.clauses);
        for (cause, implied) in learnt.relations {
            self.log.push(Entry::Lemma([!cause, implied].into()));
        }
        self.log.push(Entry::Learnt(learnt.clause.clone().into()));
        self.backtrack(learnt.level);
        match *learnt.clause {
            [] => self.broken = true,
            [unit] => self.values.assign(unit, Reason::Decision),
            [first, ..] => {
                let id = self.clauses.add(&learnt.clause, Origin::Learnt);
                self.values.assign(first, Reason::Clause(id));
            }
        }
    }

    /// Adds a clause at level 0.
    fn add_at_root(&mut self, clause: &[Lit]) {
        if clause.iter().any(|lit| self.values.is_true(*lit)) {
            return;
        }
        let mut open = std::mem::take(&mut self.scratch);
        open.clear();
        open.extend(clause.iter().copied().filter(|lit| !self.values.is_false(*lit)));
        match *open {
            [] => {
                self.broken = true;
                self.log.push(Entry::Learnt(Box::default()));
            }
            [unit] => self.values.assign(unit, Reason::Decision),
            _ => {
                self.clauses.add(&open, Origin::Given);
            }
        }
        self.scratch = open;
    }

    /// Makes the clauses of a literal that may be needed, at level 0.
    fn require(&mut self, lit: Lit) {
        let (mut clauses, mut ends) = std::mem::take(&mut self.pending);
        self.gates.require(lit, |clause| {
            clauses.extend_from_slice(clause);
            ends.push(clauses.len());
        });
        let mut from = 0;
        for end in ends.drain(..) {
            if let Some(clause) = clauses.get(from..end) {
                self.add_at_root(clause);
            }
            from = end;
        }
        clauses.clear();
        self.pending = (clauses, ends);
    }

    fn literal(
        &mut self,
        formula: FormulaId,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) -> Option<Lit> {
        if let Some(lit) = self.gates.literal_of(formula) {
            return Some(lit);
        }
        let vars = formulas.len();
        self.values.reserve(vars);
        self.clauses.reserve(vars);
        self.gates.reserve(vars);
        let mut new = Vec::new();
        let mut meet = |atom: AtomId, var: Var| new.push((atom, var));
        let lit = self.gates.literal(formula, formulas, &*theory, &mut meet);
        for (atom, var) in new {
            self.vars.set(atom.index(), Some(var));
            theory.meet(atom, formulas);
        }
        lit
    }

    /// Propagates until nothing follows any more.
    fn propagate(&mut self, formulas: &Formulas, theory: &mut impl Theory) -> Option<Conflict> {
        loop {
            while let Some(lit) = self.values.trail().get(self.propagated).copied() {
                self.propagated = self.propagated.saturating_add(1);
                if let Some(id) = self.clauses.propagate(lit, &mut self.values) {
                    return Some(self.clauses.literals_of(id).to_vec());
                }
            }
            let lit = self.values.trail().get(self.related).copied()?;
            self.related = self.related.saturating_add(1);
            let Demand::Atom(atom, value) = self.gates.demand(lit) else { continue };
            // What follows from what follows has followed from the first.
            if matches!(self.values.reason(lit.var()), Reason::Relation(_)) {
                continue;
            }
            if let Some(conflict) = self.relate(lit, (atom, value), formulas, theory) {
                return Some(conflict);
            }
        }
    }

    /// Lets the theories say what follows from one atom.
    fn relate(
        &mut self,
        lit: Lit,
        atom: AtomValue,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) -> Option<Conflict> {
        let mut found = Consequences::default();
        let (vars, values) = (&self.vars, &self.values);
        let value_of = |atom: AtomId| values.value((*vars.get(atom.index()))?.positive());
        theory.consequences(atom, formulas, &value_of, &mut found);
        if let Some(core) = found.contradiction {
            let clause = self.refutation(&core);
            self.log.push(Entry::Lemma(clause.clone().into()));
            return Some(clause);
        }
        for (implied, value) in found.implied {
            let Some(var) = *self.vars.get(implied.index()) else { continue };
            let implied = var.is(value);
            match self.values.value(implied) {
                Some(true) => (),
                Some(false) => {
                    self.log.push(Entry::Lemma([!lit, implied].into()));
                    return Some(vec![!lit, implied]);
                }
                None => {
                    if self.values.level() == 0 {
                        self.log.push(Entry::Lemma([!lit, implied].into()));
                    }
                    self.values.assign(implied, Reason::Relation(lit));
                }
            }
        }
        None
    }

    fn open_level(&mut self) {
        self.values.open_level();
        self.agenda.open_level();
    }

    fn backtrack(&mut self, level: u32) {
        self.values.backtrack(level);
        self.agenda.backtrack(level);
        let kept = self.values.trail().len();
        self.propagated = self.propagated.min(kept);
        self.related = self.related.min(kept);
    }

    /// At level 0: drops clauses when they have become many.
    fn tidy(&mut self) {
        let limit = self.gates.len().saturating_div(2).saturating_add(4_000);
        if self.clauses.learnt() > limit {
            self.values.forget_reasons();
            self.clauses.reduce(&self.values);
        }
    }

    fn stop(&self, limits: &mut Limits<'_>) -> Option<Stop> {
        limits.stop(|| {
            let gates = self.gates.len().saturating_mul(200);
            self.clauses.memory().saturating_add(self.log.memory()).saturating_add(gates)
        })
    }
}

/// One question.
#[derive(Debug)]
struct Run {
    root: Lit,
    asking: Lit,
    undecided: bool,
    restart_at: u64,
    restarts: u64,
}

impl Run {
    fn never<Model>(&self, used: Vec<usize>) -> Outcome<Model> {
        if self.undecided { Outcome::Undecided } else { Outcome::Never(used) }
    }

    /// Sets the conflict at which to start over, by Luby's sequence.
    fn schedule(&mut self, conflicts: u64) {
        self.restarts = self.restarts.saturating_add(1);
        self.restart_at = conflicts.saturating_add(luby(self.restarts).saturating_mul(64));
    }
}

/// The sequence 1 1 2 1 1 2 4 1 1 2 1 1 2 4 8 …, counted from 1.
fn luby(mut index: u64) -> u64 {
    loop {
        let full = index.saturating_add(1);
        if full.is_power_of_two() {
            return full / 2;
        }
        // Within the block that the next power of two ends, the sequence repeats from its start.
        let below = full.next_power_of_two() / 2;
        index = index.saturating_sub(below.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests;
