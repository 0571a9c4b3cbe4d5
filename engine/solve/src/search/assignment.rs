//! The assignment: values of variables, the trail, decision levels and reasons.

use super::literal::{ClauseId, Lit, Var};
use polsim_check::table::Table;

/// A partial assignment with its trail, decision levels and reasons.
#[derive(Debug)]
pub(super) struct Assignment {
    values: Table<Option<bool>>,
    levels: Table<u32>,
    reasons: Table<Reason>,
    trail: Vec<Lit>,
    /// The start of each decision level on the trail.
    marks: Vec<usize>,
}

/// The reason of an assigned literal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reason {
    /// Unit propagation: the other literals of the clause are false.
    Clause(ClauseId),
    /// Decision, or fact of level 0.
    Decision,
    /// Theory propagation: this literal implies it.
    Theory(Lit),
}

impl Assignment {
    /// An assignment without any values.
    pub(super) fn new() -> Self {
        Self {
            values: Table::new(None),
            levels: Table::new(0),
            reasons: Table::new(Reason::Decision),
            trail: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Reserves room for about so many variables.
    pub(super) fn reserve(&mut self, vars: usize) {
        self.values.reserve(vars);
        self.levels.reserve(vars);
        self.reasons.reserve(vars);
        self.trail.reserve(vars.saturating_sub(self.trail.len()));
    }

    /// The value of a literal, if its variable is assigned.
    pub(super) fn value(&self, lit: Lit) -> Option<bool> {
        self.values.get(lit.var().index()).map(|value| value == lit.is_positive())
    }

    /// Tests for a true literal.
    pub(super) fn is_true(&self, lit: Lit) -> bool {
        self.value(lit) == Some(true)
    }

    /// Tests for a false literal.
    pub(super) fn is_false(&self, lit: Lit) -> bool {
        self.value(lit) == Some(false)
    }

    /// The decision level at which a variable was assigned.
    pub(super) fn level_of(&self, var: Var) -> u32 {
        *self.levels.get(var.index())
    }

    /// The reason of an assigned variable.
    pub(super) fn reason(&self, var: Var) -> Reason {
        *self.reasons.get(var.index())
    }

    /// The present decision level.
    pub(super) fn level(&self) -> u32 {
        u32::try_from(self.marks.len()).unwrap_or(u32::MAX)
    }

    /// The trail: true literals, oldest first.
    pub(super) fn trail(&self) -> &[Lit] {
        &self.trail
    }

    /// Opens a decision level.
    pub(super) fn open_level(&mut self) {
        self.marks.push(self.trail.len());
    }

    /// Assigns a literal whose variable has no value.
    pub(super) fn assign(&mut self, lit: Lit, reason: Reason) {
        let index = lit.var().index();
        self.values.set(index, Some(lit.is_positive()));
        self.levels.set(index, self.level());
        self.reasons.set(index, reason);
        self.trail.push(lit);
    }

    /// Undoes every decision level above `level`.
    pub(super) fn backtrack(&mut self, level: u32) {
        let keep = usize::try_from(level).unwrap_or(usize::MAX);
        let Some(mark) = self.marks.get(keep).copied() else { return };
        for lit in self.trail.drain(mark..) {
            self.values.set(lit.var().index(), None);
        }
        self.marks.truncate(keep);
    }

    /// Drops the reasons of level 0, so that the clauses behind them may be deleted.
    pub(super) fn forget_reasons(&mut self) {
        for lit in &self.trail {
            self.reasons.set(lit.var().index(), Reason::Decision);
        }
    }
}
