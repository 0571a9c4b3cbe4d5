//! Proof steps as the solver logs them, before a certificate numbers their formulas.

use polsim_decide::formula::FormulaId;

/// A step of a proof: a clause, and on what ground it holds.
#[derive(Clone, Debug)]
pub enum ProofStep {
    /// A learnt clause: it follows from the earlier ones by reverse unit propagation.
    Rup(Clause),
    /// A clause of atoms that holds for every request, by the meaning of the atoms.
    TheoryLemma(Clause),
}

/// The literals of a clause: formulas, and the values that make the clause true.
pub type Clause = Vec<(FormulaId, bool)>;

impl ProofStep {
    /// The clause of the step.
    pub fn clause(&self) -> &Clause {
        match self {
            Self::Rup(clause) | Self::TheoryLemma(clause) => clause,
        }
    }

    /// The clause of the step, to be changed.
    pub fn clause_mut(&mut self) -> &mut Clause {
        match self {
            Self::Rup(clause) | Self::TheoryLemma(clause) => clause,
        }
    }

    /// Tests for a lemma of a theory.
    pub fn is_lemma(&self) -> bool {
        matches!(self, Self::TheoryLemma(_))
    }
}
