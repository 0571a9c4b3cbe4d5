//! The boolean search: conflict-driven clause learning over a justified formula.
//!
//! A formula is walked from its root ([`frontier`]); only where a disjunction needs a true part is
//! something decided, and only the atoms met on that walk are shown to the theories. What the
//! theories refuse becomes a clause, and every conflict is learnt from. Everything is deterministic:
//! the same formula gives the same answer with the same steps.
//!
//! | module | does |
//! | --- | --- |
//! | [`literal`] | variables, literals, tables over them |
//! | [`encoder`] | variables and clauses of a formula |
//! | [`clauses`] | unit propagation |
//! | [`learn`] | the clause that a conflict teaches |
//! | [`frontier`] | what is still to be justified |
//! | [`log`] | the steps of the proof |

mod assignment;
mod clauses;
mod encoder;
mod frontier;
mod learn;
pub(crate) mod literal;
pub(crate) mod log;

use self::assignment::{Assignment, Reason};
use self::clauses::{Clauses, Origin};
pub(crate) use self::encoder::AtomCosts;
use self::encoder::{Encoder, NodeKind};
use self::frontier::{Advance, Frontier};
use self::learn::Learner;
use self::literal::{Lit, Var};
use self::log::{Entry, Log};
use crate::result::{SolveResult, UnknownReason};
use polsim_check::ProofStep;
use polsim_check::budget::{Interrupt, Meter};
use polsim_check::table::Table;
use polsim_decide::formula::{AtomId, FormulaId, Formulas, Node};

/// An atom and the value that it has.
pub(crate) type AtomValue = (AtomId, bool);

/// What stands behind the atoms.
pub(crate) trait Theory: AtomCosts {
    /// What satisfies a set of atoms.
    type Model;

    /// Makes a new atom known.
    fn register(&mut self, atom: AtomId, formulas: &Formulas);

    /// What follows at once when an atom gets its value. `values` tells the values of the others.
    fn propagate(
        &mut self,
        atom: AtomValue,
        formulas: &Formulas,
        values: &dyn Fn(AtomId) -> Option<bool>,
        out: &mut Propagations,
    );

    /// Whether a request can have all of these atoms at once.
    fn final_check(
        &mut self,
        atoms: &[AtomValue],
        formulas: &mut Formulas,
        limits: &mut Meter<'_>,
    ) -> TheoryResult<Self::Model>;
}

/// What follows from one atom.
#[derive(Debug, Default)]
pub(crate) struct Propagations {
    /// Atoms that the new one alone implies.
    pub(crate) implied: Vec<AtomValue>,
    /// Atoms that contradict each other, the new one among them; all have the given values now.
    pub(crate) conflict: Option<Vec<AtomValue>>,
}

/// What the theories say about a justified set of atoms.
#[derive(Debug)]
pub(crate) enum TheoryResult<Model> {
    /// Conflicting atoms among those asserted.
    Conflict(Vec<AtomValue>),
    /// These hold for every request, and are to be regarded from now on.
    Lemmas(Vec<FormulaId>),
    /// A model of all atoms.
    Sat(Model),
    /// Inconclusive, for these reasons. The search blocks this assignment and continues, but may no
    /// longer answer unsat.
    Unknown(Vec<UnknownReason>),
}

/// A search over formulas of one store. Clauses that it learns serve later questions too.
#[derive(Debug)]
pub(crate) struct Search {
    encoder: Encoder,
    clauses: Clauses,
    values: Assignment,
    learner: Learner,
    frontier: Frontier,
    log: Log,
    /// By atom.
    vars: Table<Option<Var>>,
    /// How much of the trail has been propagated by the clauses, and by the theories.
    clause_head: usize,
    theory_head: usize,
    /// What holds in every question.
    facts: Vec<Lit>,
    /// What is assumed in every question: the variable that says so, and what it says.
    assumptions: Vec<(Lit, Lit)>,
    /// The variable of the last question.
    activation: Option<Lit>,
    conflicts: u64,
    /// The clauses themselves contradict each other.
    is_unsat: bool,
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
            encoder: Encoder::new(),
            clauses: Clauses::new(),
            values: Assignment::new(),
            learner: Learner::new(),
            frontier: Frontier::new(),
            log: Log::default(),
            vars: Table::new(None),
            clause_head: 0,
            theory_head: 0,
            facts: Vec::new(),
            assumptions: Vec::new(),
            activation: None,
            conflicts: 0,
            is_unsat: false,
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
    pub(crate) fn proof(&self, used: &[usize], formulas: &Formulas) -> Vec<ProofStep> {
        let assumed = used.iter().filter_map(|number| self.assumptions.get(*number));
        let given: Vec<Lit> = assumed.map(|(lit, _)| *lit).chain(self.activation).collect();
        let in_formulas = |lit: &Lit| -> Option<Option<(FormulaId, bool)>> {
            if self.encoder.is_activation(lit.var()) {
                return given.contains(&!*lit).then_some(None);
            }
            let formula = self.encoder.formula(lit.var())?;
            // The variable of a constant is true whichever it is.
            let is_constant = matches!(formulas.node(formula), Node::Truth(_));
            let formula = if is_constant { formulas.truth(true) } else { formula };
            Some(Some((formula, lit.is_positive())))
        };
        let raw = |entry: &Entry| {
            let (Entry::TheoryLemma(clause) | Entry::Rup(clause)) = entry;
            let clause: Option<Vec<_>> = clause.iter().map(in_formulas).collect();
            let clause = clause?.into_iter().flatten().collect();
            Some(entry.proof_step(clause))
        };
        self.log.entries().iter().filter_map(raw).collect()
    }

    /// The steps of all questions, from this number on; a premise stands as what it says.
    pub(crate) fn steps<'a>(
        &'a self,
        from: usize,
        formulas: &'a Formulas,
    ) -> impl Iterator<Item = ProofStep> + 'a {
        let in_formulas = |lit: &Lit| {
            let formula = self.encoder.formula(lit.var())?;
            // The variable of a constant is true whichever it is.
            let is_constant = matches!(formulas.node(formula), Node::Truth(_));
            let is_truth = is_constant && !self.encoder.is_activation(lit.var());
            let formula = if is_truth { formulas.truth(true) } else { formula };
            Some((formula, lit.is_positive()))
        };
        let raw = move |entry: &Entry| {
            let (Entry::TheoryLemma(clause) | Entry::Rup(clause)) = entry;
            let clause: Option<Vec<_>> = clause.iter().map(in_formulas).collect();
            // No variable is without a formula; without its clause, a step says what nobody grants.
            let clause = clause.unwrap_or_default();
            entry.proof_step(clause)
        };
        self.log.entries().iter().skip(from).map(raw)
    }

    /// The formula that a variable stands for.
    #[cfg(test)]
    pub(crate) fn formula(&self, var: Var) -> Option<FormulaId> {
        self.encoder.formula(var)
    }

    /// Holds `fact` true in every question from now on, and tells which answers rest on it. The
    /// assumptions are numbered in the order in which they come.
    pub(crate) fn assume(
        &mut self,
        fact: FormulaId,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) {
        self.backtrack(0);
        if let Some(lit) = self.literal(fact, formulas, theory) {
            let activation = self.encoder.new_activation(fact).positive();
            self.encode(lit);
            self.add_at_root(&[!activation, lit]);
            self.assumptions.push((activation, lit));
        }
    }

    /// Holds `fact` true in every question from now on.
    pub(crate) fn add_fact(
        &mut self,
        fact: FormulaId,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) {
        self.backtrack(0);
        if let Some(lit) = self.literal(fact, formulas, theory) {
            self.facts.push(lit);
            self.add_at_root(&[lit]);
            self.encode(lit);
        }
    }

    /// Looks for a request that makes `question` true together with everything assumed.
    pub(crate) fn solve<T: Theory>(
        &mut self,
        question: FormulaId,
        formulas: &mut Formulas,
        theory: &mut T,
        limits: &mut Meter<'_>,
    ) -> SolveResult<T::Model> {
        self.backtrack(0);
        let Some(root) = self.literal(question, formulas, theory) else {
            return SolveResult::Interrupted(Interrupt::Memory);
        };
        self.encode(root);
        // Clauses that are right for this question only have the asking in them: no other question
        // is answered by them.
        let activation = self.encoder.new_activation(question).positive();
        self.activation = Some(activation);
        self.add_at_root(&[!activation, root]);
        let mut run = Run { root, activation, unknown: None, restart_at: 0, restarts: 0 };
        run.schedule(self.conflicts);
        loop {
            if let Some(stop) = self.stop(limits) {
                return SolveResult::Interrupted(stop);
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
        limits: &mut Meter<'_>,
    ) -> Option<SolveResult<T::Model>> {
        let before = self.clauses.visited();
        let conflict = self.propagate(formulas, theory);
        limits.spend(self.clauses.visited().wrapping_sub(before).wrapping_add(1));
        if self.is_unsat {
            return Some(run.exhausted(Vec::new()));
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
        let walked =
            self.frontier.advance(&self.encoder, &self.values, |var| learner.activity(var));
        limits.spend(self.frontier.take_steps());
        match walked {
            Advance::Decide(lit) => {
                self.open_level();
                self.values.assign(lit, Reason::Decision);
                None
            }
            Advance::Justified => self.ask(run, formulas, theory, limits),
        }
    }

    /// What has to be decided before anything else: the assumptions, a level for each, and then the
    /// question.
    fn next_premise(&self, run: &Run) -> Option<(Lit, Lit)> {
        let level = usize::try_from(self.values.level()).unwrap_or(usize::MAX);
        let question = (run.activation, run.root);
        self.assumptions.iter().chain([&question]).nth(level).copied()
    }

    fn take_premise<Model>(
        &mut self,
        (premise, meant): (Lit, Lit),
        run: &mut Run,
    ) -> Option<SolveResult<Model>> {
        if self.values.is_false(premise) {
            return Some(run.exhausted(self.failed_assumptions(premise)));
        }
        if self.values.level() == 0 {
            self.reduce_clauses();
        }
        let first = self.values.level() == 0;
        self.open_level();
        if first {
            for fact in &self.facts {
                self.frontier.require(*fact);
            }
        }
        if !self.values.is_true(premise) {
            self.values.assign(premise, Reason::Decision);
        }
        self.frontier.require(meant);
        None
    }

    /// The assumptions on which it rests that `premise` is false.
    fn failed_assumptions(&mut self, premise: Lit) -> Vec<usize> {
        let (decisions, implications) =
            self.learner.analyze_final(premise, &self.values, &self.clauses);
        for (cause, implied) in implications {
            self.log.push(Entry::TheoryLemma([!cause, implied].into()));
        }
        let clause: Vec<Lit> = decisions.iter().chain([&premise]).map(|lit| !*lit).collect();
        self.log.push(Entry::Rup(clause.into()));
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
        limits: &mut Meter<'_>,
    ) -> Option<SolveResult<T::Model>> {
        let atoms: Vec<AtomValue> = self.frontier.atoms(&self.encoder).collect();
        match theory.final_check(&atoms, formulas, limits) {
            TheoryResult::Sat(model) => return Some(SolveResult::Sat(model)),
            TheoryResult::Conflict(core) => {
                let clause = self.conflict_clause(&core);
                self.log.push(Entry::TheoryLemma(clause.clone().into()));
                self.conflict_from_outside(&clause);
            }
            TheoryResult::Lemmas(lemmas) => {
                self.backtrack(0);
                for lemma in lemmas {
                    let Some(lit) = self.literal(lemma, formulas, theory) else { continue };
                    self.log.push(Entry::TheoryLemma([lit].into()));
                    self.facts.push(lit);
                    self.add_at_root(&[lit]);
                    self.encode(lit);
                }
            }
            TheoryResult::Unknown(reasons) => {
                run.note_unknown(&reasons);
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
    fn conflict_clause(&self, core: &[AtomValue]) -> Vec<Lit> {
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
            self.is_unsat = true;
            self.log.push(Entry::Rup(Box::default()));
            return;
        }
        let learnt = self.learner.analyze(conflict, &self.values, &mut self.clauses);
        for (cause, implied) in learnt.implications {
            self.log.push(Entry::TheoryLemma([!cause, implied].into()));
        }
        self.log.push(Entry::Rup(learnt.clause.clone().into()));
        self.backtrack(learnt.level);
        match *learnt.clause {
            [] => self.is_unsat = true,
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
                self.is_unsat = true;
                self.log.push(Entry::Rup(Box::default()));
            }
            [unit] => self.values.assign(unit, Reason::Decision),
            _ => {
                self.clauses.add(&open, Origin::Given);
            }
        }
        self.scratch = open;
    }

    /// Makes the clauses of a literal that may be needed, at level 0.
    fn encode(&mut self, lit: Lit) {
        let (mut clauses, mut ends) = std::mem::take(&mut self.pending);
        self.encoder.encode(lit, |clause| {
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
        if let Some(lit) = self.encoder.literal_of(formula) {
            return Some(lit);
        }
        let vars = formulas.len();
        self.values.reserve(vars);
        self.clauses.reserve(vars);
        self.encoder.reserve(vars);
        let mut new = Vec::new();
        let mut report = |atom: AtomId, var: Var| new.push((atom, var));
        let lit = self.encoder.literal(formula, formulas, &*theory, &mut report);
        for (atom, var) in new {
            self.vars.set(atom.index(), Some(var));
            theory.register(atom, formulas);
        }
        lit
    }

    /// Propagates until nothing follows any more.
    fn propagate(&mut self, formulas: &Formulas, theory: &mut impl Theory) -> Option<Conflict> {
        loop {
            while let Some(lit) = self.values.trail().get(self.clause_head).copied() {
                self.clause_head = self.clause_head.saturating_add(1);
                if let Some(id) = self.clauses.propagate(lit, &mut self.values) {
                    return Some(self.clauses.literals_of(id).to_vec());
                }
            }
            let lit = self.values.trail().get(self.theory_head).copied()?;
            self.theory_head = self.theory_head.saturating_add(1);
            let NodeKind::Atom(atom, value) = self.encoder.kind(lit) else { continue };
            // What follows from what follows has followed from the first.
            if matches!(self.values.reason(lit.var()), Reason::Theory(_)) {
                continue;
            }
            if let Some(conflict) = self.propagate_theory(lit, (atom, value), formulas, theory) {
                return Some(conflict);
            }
        }
    }

    /// Lets the theories say what follows from one atom.
    fn propagate_theory(
        &mut self,
        lit: Lit,
        atom: AtomValue,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) -> Option<Conflict> {
        let mut found = Propagations::default();
        let (vars, values) = (&self.vars, &self.values);
        let value_of = |atom: AtomId| values.value((*vars.get(atom.index()))?.positive());
        theory.propagate(atom, formulas, &value_of, &mut found);
        if let Some(core) = found.conflict {
            let clause = self.conflict_clause(&core);
            self.log.push(Entry::TheoryLemma(clause.clone().into()));
            return Some(clause);
        }
        for (implied, value) in found.implied {
            let Some(var) = *self.vars.get(implied.index()) else { continue };
            let implied = var.is(value);
            match self.values.value(implied) {
                Some(true) => (),
                Some(false) => {
                    self.log.push(Entry::TheoryLemma([!lit, implied].into()));
                    return Some(vec![!lit, implied]);
                }
                None => {
                    if self.values.level() == 0 {
                        self.log.push(Entry::TheoryLemma([!lit, implied].into()));
                    }
                    self.values.assign(implied, Reason::Theory(lit));
                }
            }
        }
        None
    }

    fn open_level(&mut self) {
        self.values.open_level();
        self.frontier.open_level();
    }

    fn backtrack(&mut self, level: u32) {
        self.values.backtrack(level);
        self.frontier.backtrack(level);
        let kept = self.values.trail().len();
        self.clause_head = self.clause_head.min(kept);
        self.theory_head = self.theory_head.min(kept);
    }

    /// At level 0: drops clauses when they have become many.
    fn reduce_clauses(&mut self) {
        let limit = self.encoder.len().saturating_div(2).saturating_add(4_000);
        if self.clauses.learnt() > limit {
            self.values.forget_reasons();
            self.clauses.reduce(&self.values);
        }
    }

    fn stop(&self, limits: &mut Meter<'_>) -> Option<Interrupt> {
        limits.interrupt(|| {
            let encoder = self.encoder.len().saturating_mul(200);
            self.clauses.memory().saturating_add(self.log.memory()).saturating_add(encoder)
        })
    }
}

/// One question.
#[derive(Debug)]
struct Run {
    root: Lit,
    activation: Lit,
    /// Why assignments were passed over undecided, each reason once.
    unknown: Option<Vec<UnknownReason>>,
    restart_at: u64,
    restarts: u64,
}

impl Run {
    /// The result of an exhausted search: unsat, unless an assignment was passed over.
    fn exhausted<Model>(&mut self, failed: Vec<usize>) -> SolveResult<Model> {
        self.unknown.take().map_or(SolveResult::Unsat(failed), SolveResult::Unknown)
    }

    fn note_unknown(&mut self, reasons: &[UnknownReason]) {
        let noted = self.unknown.get_or_insert_default();
        for reason in reasons {
            if !noted.contains(reason) {
                noted.push(*reason);
            }
        }
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
