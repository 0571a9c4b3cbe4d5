//! Policy variables that have no value in a request (policy language §4, U-14).

use crate::catalog::readings;
use crate::formula::{Atom, FormulaId, Formulas, KeyTest};
use crate::text::{Pattern, Variable};

use super::readings::Lowering;

/// `holds`, which is the negation of a match of these patterns, where AWS takes a variable without
/// value for text that matches nothing; never where it is not resolved and AWS lets it fail (U-14).
pub(super) fn unresolved_fails<'p>(
    to: &mut Lowering<'_>,
    holds: FormulaId,
    patterns: impl Iterator<Item = &'p Pattern>,
) -> FormulaId {
    let mut variables: Vec<&Variable> = patterns.flat_map(Pattern::variables).collect();
    variables.dedup();
    if variables.is_empty() {
        return holds;
    }
    let Some(choice) = to.choice(&readings::UNRESOLVED_VARIABLE, "fails") else { return holds };
    let resolved: Vec<FormulaId> =
        variables.into_iter().map(|it| is_resolved(to.formulas, it)).collect();
    let resolved = to.formulas.all(resolved);
    to.formulas.add(holds & (resolved | !choice))
}

/// The variable has a value: its key has exactly one, or none and the variable has a default.
fn is_resolved(formulas: &mut Formulas, variable: &Variable) -> FormulaId {
    let mut test = |test| formulas.atom(Atom::Key(variable.key.clone(), test));
    let (absent, several) = (test(KeyTest::Absent), test(KeyTest::Several));
    match variable.default {
        Some(_) => formulas.not(several),
        None => formulas.add(!absent & !several),
    }
}
