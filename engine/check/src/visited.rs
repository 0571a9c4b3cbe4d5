//! Which formulas of a growing store have been met.

use crate::table::Table;
use polsim_decide::formula::{FormulaId, Formulas};

/// What is mostly enough for a formula that is added to others.
const FEW: usize = 16;

/// The formulas that have been met, with all their parts.
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
    /// An empty set.
    pub fn new() -> Self {
        Self { seen: Table::new(false) }
    }

    /// Makes room for so many formulas.
    pub fn reserve(&mut self, formulas: usize) {
        self.seen.reserve(formulas);
    }

    /// The formula, its parts, their parts and so on, as far as they have not been met before: parts
    /// before wholes.
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
