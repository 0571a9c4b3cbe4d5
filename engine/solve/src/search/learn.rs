//! Conflict analysis: the learnt clause of the first unique implication point.

use super::assignment::{Assignment, Reason};
use super::clauses::Clauses;
use super::literal::{Lit, Var};
use polsim_check::table::Table;

/// The result of a conflict analysis.
#[derive(Debug)]
pub(super) struct Learnt {
    /// The learnt clause, which the others imply. The first literal is asserted after the backjump;
    /// the second, if there is one, is of the highest level among the others.
    pub(super) clause: Vec<Lit>,
    /// The backjump level: there the first literal is the only one that is not false.
    pub(super) level: u32,
    /// The theory implications that the analysis used: each first literal implies its second.
    pub(super) implications: Vec<(Lit, Lit)>,
}

/// The conflict analysis: variable activities and scratch space.
#[derive(Debug)]
pub(super) struct Learner {
    seen: Table<bool>,
    activity: Table<f64>,
    bump: f64,
}

impl Learner {
    /// An analysis without activities.
    pub(super) fn new() -> Self {
        Self { seen: Table::new(false), activity: Table::new(0.0), bump: 1.0 }
    }

    /// The activity of a variable: its part in recent conflicts.
    pub(super) fn activity(&self, var: Var) -> f64 {
        *self.activity.get(var.index())
    }

    /// Analyzes `conflict`, a clause whose literals are all false, at least one of them at the present
    /// level, which is not 0.
    pub(super) fn analyze(
        &mut self,
        conflict: &[Lit],
        values: &Assignment,
        clauses: &mut Clauses,
    ) -> Learnt {
        let mut state = Analysis { rest: Vec::new(), open: 0, touched: Vec::new() };
        let mut implications = Vec::new();
        for lit in conflict {
            self.mark(*lit, values, &mut state);
        }
        let mut asserting = None;
        for lit in values.trail().iter().rev() {
            if !*self.seen.get(lit.var().index()) {
                continue;
            }
            state.open = state.open.saturating_sub(1);
            if state.open == 0 {
                asserting = Some(!*lit);
                break;
            }
            match values.reason(lit.var()) {
                Reason::Decision => (),
                Reason::Theory(cause) => {
                    implications.push((cause, *lit));
                    self.mark(!cause, values, &mut state);
                }
                Reason::Clause(id) => {
                    clauses.bump(id);
                    for other in clauses.literals_of(id) {
                        if other != lit {
                            self.mark(*other, values, &mut state);
                        }
                    }
                }
            }
        }
        let Analysis { mut rest, touched, .. } = state;
        rest.retain(|lit| !self.is_redundant(*lit, values, clauses, &mut implications));
        for var in touched {
            self.seen.set(var.index(), false);
        }
        self.decay();
        clauses.decay();
        rest.sort_by_key(|lit| std::cmp::Reverse(values.level_of(lit.var())));
        let level = rest.first().map_or(0, |lit| values.level_of(lit.var()));
        let clause = asserting.into_iter().chain(rest).collect();
        Learnt { clause, level, implications }
    }

    /// Final conflict analysis: the decisions that together make `lit` false, and the theory
    /// implications that this rests on.
    pub(super) fn analyze_final(
        &mut self,
        lit: Lit,
        values: &Assignment,
        clauses: &Clauses,
    ) -> (Vec<Lit>, Vec<(Lit, Lit)>) {
        let (mut decisions, mut implications) = (Vec::new(), Vec::new());
        let mut state = Analysis { rest: Vec::new(), open: 0, touched: Vec::new() };
        self.mark(lit, values, &mut state);
        for lit in values.trail().iter().rev() {
            if !*self.seen.get(lit.var().index()) {
                continue;
            }
            match values.reason(lit.var()) {
                Reason::Decision => decisions.push(*lit),
                Reason::Theory(cause) => {
                    implications.push((cause, *lit));
                    self.mark(!cause, values, &mut state);
                }
                Reason::Clause(id) => {
                    for other in clauses.literals_of(id) {
                        self.mark(*other, values, &mut state);
                    }
                }
            }
        }
        for var in state.touched {
            self.seen.set(var.index(), false);
        }
        (decisions, implications)
    }

    /// Takes a false literal into the analysis, once.
    fn mark(&mut self, lit: Lit, values: &Assignment, state: &mut Analysis) {
        let var = lit.var();
        let level = values.level_of(var);
        if level == 0 || *self.seen.get(var.index()) {
            return;
        }
        self.seen.set(var.index(), true);
        state.touched.push(var);
        *self.activity.entry(var.index()) += self.bump;
        if level == values.level() {
            state.open = state.open.saturating_add(1);
        } else {
            state.rest.push(lit);
        }
    }

    /// Tests for a redundant literal of the learnt clause: one that is false because others are.
    fn is_redundant(
        &self,
        lit: Lit,
        values: &Assignment,
        clauses: &Clauses,
        implications: &mut Vec<(Lit, Lit)>,
    ) -> bool {
        let known =
            |other: Lit| values.level_of(other.var()) == 0 || *self.seen.get(other.var().index());
        match values.reason(lit.var()) {
            Reason::Decision => false,
            Reason::Theory(cause) => {
                let is_redundant = known(cause);
                if is_redundant {
                    implications.push((cause, !lit));
                }
                is_redundant
            }
            Reason::Clause(id) => {
                clauses.literals_of(id).iter().all(|other| *other == !lit || known(*other))
            }
        }
    }

    fn decay(&mut self) {
        self.bump *= 1.05;
        if self.bump > 1e100 {
            self.bump *= 1e-100;
            for activity in self.activity.rows_mut() {
                *activity *= 1e-100;
            }
        }
    }
}

/// A conflict analysis under way.
struct Analysis {
    /// The literals of the clause from below the present level.
    rest: Vec<Lit>,
    /// The number of literals of the present level that have not been resolved.
    open: usize,
    touched: Vec<Var>,
}
