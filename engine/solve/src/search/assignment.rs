//! What the search holds true at the moment, in which order, and why.

use super::clauses::ClauseId;
use super::literal::{Lit, Var};
use polsim_check::table::Table;

/// The values of the variables, the order in which they came, and the decision levels.
#[derive(Debug)]
pub(super) struct Assignment {
    values: Table<Option<bool>>,
    levels: Table<u32>,
    reasons: Table<Reason>,
    trail: Vec<Lit>,
    /// Where each decision level begins on the trail.
    marks: Vec<usize>,
}

/// Why a literal is true.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reason {
    /// It is the only literal of the clause that is not false.
    Clause(ClauseId),
    /// It was tried.
    Decision,
    /// The theories say that this literal implies it.
    Theory(Lit),
}

impl Assignment {
    pub(super) fn new() -> Self {
        Self {
            values: Table::new(None),
            levels: Table::new(0),
            reasons: Table::new(Reason::Decision),
            trail: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Makes room for about so many variables.
    pub(super) fn reserve(&mut self, vars: usize) {
        self.values.reserve(vars);
        self.levels.reserve(vars);
        self.reasons.reserve(vars);
        self.trail.reserve(vars.saturating_sub(self.trail.len()));
    }

    /// The value of a literal, if it has one.
    pub(super) fn value(&self, lit: Lit) -> Option<bool> {
        self.values.get(lit.var().index()).map(|value| value == lit.is_positive())
    }

    pub(super) fn is_true(&self, lit: Lit) -> bool {
        self.value(lit) == Some(true)
    }

    pub(super) fn is_false(&self, lit: Lit) -> bool {
        self.value(lit) == Some(false)
    }

    /// The decision level at which the variable got its value.
    pub(super) fn level_of(&self, var: Var) -> u32 {
        *self.levels.get(var.index())
    }

    pub(super) fn reason(&self, var: Var) -> Reason {
        *self.reasons.get(var.index())
    }

    /// How many decisions stand.
    pub(super) fn level(&self) -> u32 {
        u32::try_from(self.marks.len()).unwrap_or(u32::MAX)
    }

    /// All true literals, oldest first.
    pub(super) fn trail(&self) -> &[Lit] {
        &self.trail
    }

    /// Opens a decision level.
    pub(super) fn open_level(&mut self) {
        self.marks.push(self.trail.len());
    }

    /// Makes a literal without value true.
    pub(super) fn assign(&mut self, lit: Lit, reason: Reason) {
        let index = lit.var().index();
        self.values.set(index, Some(lit.is_positive()));
        self.levels.set(index, self.level());
        self.reasons.set(index, reason);
        self.trail.push(lit);
    }

    /// Takes back every level above `level`.
    pub(super) fn backtrack(&mut self, level: u32) {
        let keep = usize::try_from(level).unwrap_or(usize::MAX);
        let Some(mark) = self.marks.get(keep).copied() else { return };
        for lit in self.trail.drain(mark..) {
            self.values.set(lit.var().index(), None);
        }
        self.marks.truncate(keep);
    }

    /// Forgets the reasons of level 0, so that no clause is kept for their sake.
    pub(super) fn forget_reasons(&mut self) {
        for lit in &self.trail {
            self.reasons.set(lit.var().index(), Reason::Decision);
        }
    }
}
