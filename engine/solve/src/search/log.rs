//! What the search learnt, in order: the raw material of a certificate.

use super::literal::Lit;
use polsim_check::{Clause, ProofStep};

/// The steps of a proof.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    entries: Vec<Entry>,
    literals: usize,
}

/// One step.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Entry {
    /// A clause that the theories vouch for.
    TheoryLemma(Box<[Lit]>),
    /// A clause that follows from the earlier ones by unit propagation.
    Rup(Box<[Lit]>),
}

impl Entry {
    /// The step of this kind with its clause in formulas.
    pub(super) fn proof_step(&self, clause: Clause) -> ProofStep {
        match self {
            Self::TheoryLemma(_) => ProofStep::TheoryLemma(clause),
            Self::Rup(_) => ProofStep::Rup(clause),
        }
    }
}

impl Log {
    /// Adds a step.
    pub(crate) fn push(&mut self, entry: Entry) {
        let (Entry::TheoryLemma(clause) | Entry::Rup(clause)) = &entry;
        self.literals = self.literals.saturating_add(clause.len());
        self.entries.push(entry);
    }

    /// The steps so far.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// About how many bytes it takes.
    pub(crate) fn memory(&self) -> usize {
        let entries = self.entries.len().saturating_mul(size_of::<Entry>());
        entries.saturating_add(self.literals.saturating_mul(size_of::<Lit>()))
    }
}
