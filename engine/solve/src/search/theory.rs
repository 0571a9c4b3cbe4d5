//! The interface between the search and the theories behind its atoms.

use crate::result::UnknownReason;
use polsim_check::budget::Meter;
use polsim_decide::formula::{AtomId, FormulaId, Formulas};

/// An atom and the value that it has.
pub(crate) type AtomValue = (AtomId, bool);

/// The estimate of how much an atom binds a request, in both values.
pub(crate) trait AtomCosts {
    /// The cost of making the atom true, and the cost of making it false.
    fn costs(&self, atom: AtomId) -> [u32; 2];
}

/// The theory side of the solver: gives atoms their meaning.
///
/// The search calls `register` once for each atom, `propagate` for an atom that got its value, and
/// `final_check` for the atoms of a justified assignment. A theory keeps no trail: every call names
/// the atoms that it is about, so there is nothing to undo when the search backtracks.
pub(crate) trait Theory: AtomCosts {
    /// The value that satisfies a conjunction of atoms.
    type Model;

    /// Registration of an atom that the formula has and the theory has not seen: called once for
    /// each atom, before any other call names it, at decision level 0.
    fn register(&mut self, atom: AtomId, formulas: &Formulas);

    /// Partial check: reports to `out` what one newly assigned atom implies by itself.
    ///
    /// `values` gives the present value of every atom. An implied atom must follow from `atom`
    /// alone, so its explanation is that single literal, which the search logs as a lemma of two
    /// literals once it is used; a conflict has to name atoms with their present values. Saying
    /// nothing is always right: what is missed here, `final_check` finds.
    fn propagate(
        &mut self,
        atom: AtomValue,
        formulas: &Formulas,
        values: &dyn Fn(AtomId) -> Option<bool>,
        out: &mut Propagations,
    );

    /// Final check: decides the conjunction of `atoms`, which justify the formula.
    ///
    /// The atoms of a [`TheoryResult::Conflict`] are the explanation: they must be among `atoms`,
    /// with these values, and no request may have all of them. Work is charged to `meter`; a check
    /// that runs out of it is unknown.
    fn final_check(
        &mut self,
        atoms: &[AtomValue],
        formulas: &mut Formulas,
        meter: &mut Meter<'_>,
    ) -> TheoryResult<Self::Model>;
}

/// The consequences of one newly assigned atom.
#[derive(Debug, Default)]
pub(crate) struct Propagations {
    /// Atoms that the new one alone implies.
    pub(crate) implied: Vec<AtomValue>,
    /// Conflicting atoms, the new one among them, all with their present values.
    pub(crate) conflict: Option<Vec<AtomValue>>,
}

/// The result of a final check.
#[derive(Debug)]
pub(crate) enum TheoryResult<Model> {
    /// Conflicting atoms among those asserted.
    Conflict(Vec<AtomValue>),
    /// Valid formulas that the search has to take in before it goes on; never empty.
    Lemmas(Vec<FormulaId>),
    /// A model of all atoms.
    Sat(Model),
    /// Inconclusive, for these reasons. The search blocks this assignment and continues, but may no
    /// longer answer unsat.
    Unknown(Vec<UnknownReason>),
}
