//! Proof steps as the solver logs them, before they are numbered for a certificate.

use polsim_decide::formula::FormulaId;

/// A step of the search: a lemma or a learnt clause, of formulas and the values that they have in it.
#[derive(Clone, Debug)]
pub struct Raw {
    /// True for a lemma of a theory, false for a learnt clause.
    pub is_lemma: bool,
    /// The literals of the clause: formulas with the values that make it true.
    pub clause: Vec<(FormulaId, bool)>,
}
