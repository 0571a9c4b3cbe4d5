//! Visited set over a formula store.

use crate::table::Table;
use polsim_decide::formula::{FormulaId, Formulas};

/// Capacity that mostly suffices for the new parts of one more formula.
const FEW: usize = 16;

/// A set of visited formulas, closed under parts.
#[derive(Debug)]
pub struct Visited {
    seen: Table<bool>,
}

impl Default for Visited {
    fn default() -> Self {
        Self::new()
    }
}

impl Visited {
    /// A set without formulas.
    pub fn new() -> Self {
        Self { seen: Table::new(false) }
    }

    /// Reserves room for `formulas` formulas.
    pub fn reserve(&mut self, formulas: usize) {
        self.seen.reserve(formulas);
    }

    /// Visits the formula with its parts, their parts and so on: those not visited before, parts before
    /// wholes.
    pub fn newly(&mut self, formula: FormulaId, formulas: &Formulas) -> Vec<FormulaId> {
        let mut found = Vec::with_capacity(FEW);
        self.meet(formula, &mut found);
        let mut walked: usize = 0;
        while let Some(id) = found.get(walked).copied() {
            walked = walked.saturating_add(1);
            for part in formulas.node(id).parts() {
                self.meet(*part, &mut found);
            }
        }
        // Parts have smaller ids than wholes.
        found.sort_unstable();
        found
    }

    fn meet(&mut self, id: FormulaId, found: &mut Vec<FormulaId>) {
        if !std::mem::replace(self.seen.entry(id.index()), true) {
            found.push(id);
        }
    }
}
