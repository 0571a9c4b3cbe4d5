//! The boolean search: conflict-driven clause learning over a justified formula.
//!
//! The search walks a formula from its root ([`frontier`]), decides only where a disjunction needs a
//! true part, and shows only the atoms met on that walk to the theories. A conflict of the theories
//! becomes a clause, and every conflict is learnt from. The search is deterministic: the same
//! formula gives the same answer with the same steps.
//!
//! | module | does |
//! | --- | --- |
//! | [`literal`] | variables, literals, clause ids |
//! | [`encoder`] | variables and clauses of a formula |
//! | [`clauses`] | clause database with watched literals |
//! | [`propagation`] | unit and theory propagation to a fixpoint |
//! | [`assignment`] | trail, decision levels, reasons |
//! | [`frontier`] | the literals still to be justified |
//! | [`learn`] | conflict analysis: the learnt clause |
//! | [`conflict`] | what the search does with a conflict and with a learnt clause |
//! | [`query`] | the state of one query, restarts |
//! | [`theory`] | the interface to the theories |
//! | [`log`] | the steps of the proof |

mod assignment;
mod clauses;
mod conflict;
mod encoder;
mod frontier;
mod learn;
pub(crate) mod literal;
pub(crate) mod log;
mod propagation;
mod query;
mod theory;

use self::assignment::{Assignment, Reason};
use self::clauses::{Clauses, Origin};
use self::encoder::Encoder;
use self::frontier::{Advance, Frontier};
use self::learn::Learner;
use self::literal::{Lit, Var};
use self::log::Log;
use self::query::Query;
pub(crate) use self::theory::{AtomCosts, AtomValue, Propagations, Theory, TheoryResult};
use crate::result::SolveResult;
use polsim_check::budget::{Interrupt, Meter};
use polsim_check::table::Table;
use polsim_decide::formula::{AtomId, FormulaId, Formulas};

/// The approximate number of bytes that a variable of the encoder takes.
const BYTES_PER_VARIABLE: usize = 200;

/// A search over the formulas of one store, for one query after another. Clauses that it learns
/// serve later queries too.
#[derive(Debug)]
pub(crate) struct Search {
    encoder: Encoder,
    clauses: Clauses,
    values: Assignment,
    learner: Learner,
    frontier: Frontier,
    log: Log,
    /// The variable of each atom.
    vars: Table<Option<Var>>,
    /// The length of the trail that unit propagation has worked off.
    clause_head: usize,
    /// The length of the trail that theory propagation has worked off.
    theory_head: usize,
    /// The literals that hold in every query.
    facts: Vec<Lit>,
    /// The assumptions of every query: an activation literal each, and the literal that it implies.
    assumptions: Vec<(Lit, Lit)>,
    /// The activation literal of the last query.
    activation: Option<Lit>,
    conflicts: u64,
    /// Unsatisfiability at the top level, whatever is asked.
    is_unsat: bool,
    /// Buffer for the open literals of a clause that is being added.
    scratch: Vec<Lit>,
    /// Buffer for clauses that are to be added, one after the other, and the end of each.
    pending: (Vec<Lit>, Vec<usize>),
}

/// A clause whose literals are all false.
type Conflict = Vec<Lit>;

impl Search {
    /// A search without facts or assumptions.
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

    /// The proof log of all queries so far.
    #[cfg(test)]
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// The formula that a variable stands for.
    #[cfg(test)]
    pub(crate) fn formula(&self, var: Var) -> Option<FormulaId> {
        self.encoder.formula(var)
    }

    /// Adds a fact: held in every query from now on.
    pub(crate) fn add_fact(
        &mut self,
        fact: FormulaId,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) {
        self.backtrack(0);
        if let Some(lit) = self.literal(fact, formulas, theory) {
            self.add_fact_literal(lit);
        }
    }

    fn add_fact_literal(&mut self, lit: Lit) {
        self.facts.push(lit);
        self.add_at_root(&[lit]);
        self.encode(lit);
    }

    /// Adds an assumption: held in every query, and reported among the failed assumptions of
    /// answers that need it. Assumptions are numbered in the order in which they are added.
    pub(crate) fn assume(
        &mut self,
        assumption: FormulaId,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) {
        self.backtrack(0);
        if let Some(lit) = self.literal(assumption, formulas, theory) {
            let activation = self.encoder.new_activation(assumption).positive();
            self.encode(lit);
            self.add_at_root(&[!activation, lit]);
            self.assumptions.push((activation, lit));
        }
    }

    /// Looks for a model of `question` under all facts and assumptions.
    pub(crate) fn solve<T: Theory>(
        &mut self,
        question: FormulaId,
        formulas: &mut Formulas,
        theory: &mut T,
        meter: &mut Meter<'_>,
    ) -> SolveResult<T::Model> {
        self.backtrack(0);
        let Some(root) = self.literal(question, formulas, theory) else {
            return SolveResult::Interrupted(Interrupt::Memory);
        };
        self.encode(root);
        // Clauses that hold in this query only contain the negated activation literal: they say
        // nothing in any other query.
        let activation = self.encoder.new_activation(question).positive();
        self.activation = Some(activation);
        self.add_at_root(&[!activation, root]);
        let mut query = Query::new(root, activation, self.conflicts);
        loop {
            if let Some(interrupt) = self.interrupt(meter) {
                return SolveResult::Interrupted(interrupt);
            }
            if let Some(result) = self.step(&mut query, formulas, theory, meter) {
                self.backtrack(0);
                return result;
            }
        }
    }

    /// Takes one step: propagates, then resolves a conflict, restarts, decides, or asks the theories.
    fn step<T: Theory>(
        &mut self,
        query: &mut Query,
        formulas: &mut Formulas,
        theory: &mut T,
        meter: &mut Meter<'_>,
    ) -> Option<SolveResult<T::Model>> {
        let before = self.clauses.visited();
        let conflict = self.propagate(formulas, theory);
        meter.spend(self.clauses.visited().wrapping_sub(before).wrapping_add(1));
        if self.is_unsat {
            return Some(query.exhausted(Vec::new()));
        }
        if let Some(conflict) = conflict {
            self.resolve(&conflict);
            return None;
        }
        if let Some(premise) = self.next_premise(query) {
            return self.decide_premise(premise, query);
        }
        if query.is_restart_due(self.conflicts) {
            query.schedule_restart(self.conflicts);
            self.backtrack(0);
            return None;
        }
        let learner = &self.learner;
        let advance =
            self.frontier.advance(&self.encoder, &self.values, |var| learner.activity(var));
        meter.spend(self.frontier.take_steps());
        match advance {
            Advance::Decide(lit) => {
                self.open_level();
                self.values.assign(lit, Reason::Decision);
                None
            }
            Advance::Justified => self.final_check(query, formulas, theory, meter),
        }
    }

    /// The next premise to decide: the assumptions, a level for each, then the asked formula.
    fn next_premise(&self, query: &Query) -> Option<(Lit, Lit)> {
        let level = usize::try_from(self.values.level()).unwrap_or(usize::MAX);
        let question = (query.activation, query.root);
        self.assumptions.iter().chain([&question]).nth(level).copied()
    }

    /// Decides the activation literal of a premise and puts the literal that it implies on the
    /// frontier; a false one ends the query.
    fn decide_premise<Model>(
        &mut self,
        (activation, lit): (Lit, Lit),
        query: &mut Query,
    ) -> Option<SolveResult<Model>> {
        if self.values.is_false(activation) {
            return Some(query.exhausted(self.failed_assumptions(activation)));
        }
        let is_first = self.values.level() == 0;
        if is_first {
            self.reduce_clauses();
        }
        self.open_level();
        if is_first {
            for fact in &self.facts {
                self.frontier.require(*fact);
            }
        }
        if !self.values.is_true(activation) {
            self.values.assign(activation, Reason::Decision);
        }
        self.frontier.require(lit);
        None
    }

    /// Asks the theories about the atoms of the justified assignment.
    fn final_check<T: Theory>(
        &mut self,
        query: &mut Query,
        formulas: &mut Formulas,
        theory: &mut T,
        meter: &mut Meter<'_>,
    ) -> Option<SolveResult<T::Model>> {
        let atoms: Vec<AtomValue> = self.frontier.atoms(&self.encoder).collect();
        match theory.final_check(&atoms, formulas, meter) {
            TheoryResult::Sat(model) => return Some(SolveResult::Sat(model)),
            TheoryResult::Conflict(core) => {
                let clause = self.conflict_clause(&core);
                self.log.lemma(clause.clone());
                self.resolve_at_its_level(&clause);
            }
            TheoryResult::Lemmas(lemmas) => {
                self.backtrack(0);
                for lemma in lemmas {
                    let Some(lit) = self.literal(lemma, formulas, theory) else { continue };
                    self.log.lemma([lit]);
                    self.add_fact_literal(lit);
                }
            }
            TheoryResult::Unknown(reasons) => {
                query.note_unknown(&reasons);
                let clause = self.blocking_clause();
                self.resolve_at_its_level(&clause);
            }
        }
        None
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
                self.log.rup([]);
            }
            [unit] => self.values.assign(unit, Reason::Decision),
            _ => {
                self.clauses.add(&open, Origin::Given);
            }
        }
        self.scratch = open;
    }

    /// Adds the clauses that encode a literal, at level 0.
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

    /// The literal of a formula, whose new variables and atoms are made known.
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

    fn interrupt(&self, meter: &mut Meter<'_>) -> Option<Interrupt> {
        meter.interrupt(|| {
            let encoder = self.encoder.len().saturating_mul(BYTES_PER_VARIABLE);
            self.clauses.memory().saturating_add(self.log.memory()).saturating_add(encoder)
        })
    }
}

#[cfg(test)]
mod tests;
