//! The proof log: learnt clauses and theory lemmas in the order in which the search made them.

use super::Search;
use super::literal::Lit;
use polsim_check::{Clause, ProofStep};
use polsim_decide::formula::{FormulaId, Formulas, Node};

/// The proof log of a search.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    entries: Vec<Entry>,
    literals: usize,
}

/// A logged clause with its justification.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Entry {
    /// A clause that a theory justifies.
    TheoryLemma(Box<[Lit]>),
    /// A clause that follows from the earlier ones by reverse unit propagation.
    Rup(Box<[Lit]>),
}

impl Entry {
    /// The clause that was logged.
    pub(crate) fn clause(&self) -> &[Lit] {
        let (Self::TheoryLemma(clause) | Self::Rup(clause)) = self;
        clause
    }

    /// The proof step of the same kind, its clause in formulas.
    fn proof_step(&self, clause: Clause) -> ProofStep {
        match self {
            Self::TheoryLemma(_) => ProofStep::TheoryLemma(clause),
            Self::Rup(_) => ProofStep::Rup(clause),
        }
    }
}

impl Log {
    /// Appends a theory lemma.
    pub(super) fn lemma(&mut self, clause: impl Into<Box<[Lit]>>) {
        self.push(Entry::TheoryLemma(clause.into()));
    }

    /// Appends theory implications: the first literal of each implies the second.
    pub(super) fn implications(&mut self, implications: &[(Lit, Lit)]) {
        for (cause, implied) in implications {
            self.lemma([!*cause, *implied]);
        }
    }

    /// Appends a clause that follows by reverse unit propagation.
    pub(super) fn rup(&mut self, clause: impl Into<Box<[Lit]>>) {
        self.push(Entry::Rup(clause.into()));
    }

    fn push(&mut self, entry: Entry) {
        self.literals = self.literals.saturating_add(entry.clause().len());
        self.entries.push(entry);
    }

    /// The steps that were logged so far.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The approximate number of bytes that the log takes.
    pub(super) fn memory(&self) -> usize {
        let entries = self.entries.len().saturating_mul(size_of::<Entry>());
        entries.saturating_add(self.literals.saturating_mul(size_of::<Lit>()))
    }
}

impl Search {
    /// The proof that the last query is unsatisfiable under the assumptions of these numbers.
    /// Steps that rest on other assumptions or belong to other queries are left out.
    pub(crate) fn proof(&self, used: &[usize], formulas: &Formulas) -> Vec<ProofStep> {
        let assumed = used.iter().filter_map(|number| self.assumptions.get(*number));
        let given: Vec<Lit> = assumed.map(|(lit, _)| *lit).chain(self.activation).collect();
        let in_formulas = |lit: &Lit| -> Option<Option<(FormulaId, bool)>> {
            if self.encoder.is_activation(lit.var()) {
                return given.contains(&!*lit).then_some(None);
            }
            self.in_formulas(*lit, formulas).map(Some)
        };
        let step = |entry: &Entry| {
            let clause: Option<Vec<_>> = entry.clause().iter().map(in_formulas).collect();
            Some(entry.proof_step(clause?.into_iter().flatten().collect()))
        };
        self.log.entries().iter().filter_map(step).collect()
    }

    /// The steps of all queries from number `from` on, each activation literal as the formula that
    /// it activates.
    pub(crate) fn steps<'a>(
        &'a self,
        from: usize,
        formulas: &'a Formulas,
    ) -> impl Iterator<Item = ProofStep> + 'a {
        let step = move |entry: &Entry| {
            let literals = entry.clause().iter();
            let clause: Option<Vec<_>> =
                literals.map(|lit| self.in_formulas(*lit, formulas)).collect();
            debug_assert!(clause.is_some(), "a logged variable has no formula");
            // The empty clause, which no checker grants.
            entry.proof_step(clause.unwrap_or_default())
        };
        self.log.entries().iter().skip(from).map(step)
    }

    /// The formula of a literal and its value. The variable of a constant is true whichever the
    /// constant is.
    fn in_formulas(&self, lit: Lit, formulas: &Formulas) -> Option<(FormulaId, bool)> {
        let formula = self.encoder.formula(lit.var())?;
        let is_constant = matches!(formulas.node(formula), Node::Truth(_))
            && !self.encoder.is_activation(lit.var());
        let formula = if is_constant { formulas.truth(true) } else { formula };
        Some((formula, lit.is_positive()))
    }
}
