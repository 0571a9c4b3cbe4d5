//! The incremental solver: queries for a request that makes a formula hold.

use super::search::Search;
use crate::combine::Theories;
use crate::result::SolveResult;
use polsim_check::budget::{Interrupt, Meter};
use polsim_check::fields::Universe;
use polsim_check::key_facts::KeyFacts;
use polsim_check::{IncrementalChecker, ProofStep};
use polsim_decide::formula::{AtomId, FormulaId, Formulas};

/// An incremental solver over one formula store: clauses, lemmas and values found for one query
/// serve the next.
#[derive(Debug)]
pub struct Solver {
    universe: Universe,
    search: Search,
    theories: Theories,
    /// The assumptions about every request, as they were given.
    assumed: Vec<FormulaId>,
    /// The first query adds facts and assumptions to the search; set once that has happened.
    has_begun: bool,
}

impl Solver {
    /// A solver for requests of which these facts are documented and for which all of `assumed` hold.
    pub fn new(documented: KeyFacts, assumed: Vec<FormulaId>) -> Self {
        Self {
            universe: Universe::new(),
            search: Search::new(),
            theories: Theories::new(documented),
            assumed,
            has_begun: false,
        }
    }

    /// The question written out over the fields. The first time, facts and assumptions are added to
    /// the search, once everything has been written out: it then reserves room for all formulas.
    fn written_out(&mut self, formulas: &mut Formulas, question: FormulaId) -> FormulaId {
        if std::mem::replace(&mut self.has_begun, true) {
            return self.universe.expand(formulas, question);
        }
        let facts = Universe::facts(formulas);
        let mut assumed = Vec::with_capacity(self.assumed.len());
        for fact in &self.assumed {
            assumed.push(self.universe.expand(formulas, *fact));
        }
        let question = self.universe.expand(formulas, question);
        for fact in facts {
            self.search.add_fact(fact, formulas, &mut self.theories);
        }
        for fact in assumed {
            self.search.assume(fact, formulas, &mut self.theories);
        }
        question
    }

    /// The atom of the policies from which this atom was written out.
    pub fn origin(&self, formulas: &Formulas, atom: AtomId) -> AtomId {
        self.universe.origin(formulas, atom)
    }

    /// Looks for a request for which `question` holds under the facts and assumptions.
    pub fn ask(
        &mut self,
        formulas: &mut Formulas,
        question: FormulaId,
        meter: &mut Meter<'_>,
    ) -> SolveResult {
        let expanded = self.written_out(formulas, question);
        let all = self.assumed.iter().copied().chain([question]).collect();
        self.theories.begin(all);
        self.search.solve(expanded, formulas, &mut self.theories, meter)
    }
}

impl Solver {
    /// The proof of the last answer, which was unsat with these failed assumptions.
    pub fn proof(&self, used: &[usize], formulas: &Formulas) -> Vec<ProofStep> {
        self.search.proof(used, formulas)
    }

    /// Lets an incremental checker take the steps that are new to it, and tests whether they refute
    /// `question` under these assumptions.
    ///
    /// # Errors
    /// The interrupt that stopped the checker before it was done.
    pub fn confirms(
        &mut self,
        follower: &mut IncrementalChecker,
        (question, used): (FormulaId, &[usize]),
        formulas: &mut Formulas,
        meter: &mut Meter<'_>,
    ) -> Result<bool, Interrupt> {
        follower.take(self.search.steps(follower.taken(), formulas), formulas, meter)?;
        let used = used.iter().filter_map(|number| self.assumed.get(*number).copied());
        let asked: Vec<FormulaId> = used.chain([question]).collect();
        let asked: Vec<FormulaId> =
            asked.into_iter().map(|it| self.universe.expand(formulas, it)).collect();
        Ok(follower.refutes(&asked, formulas))
    }
}

#[cfg(test)]
impl Solver {
    /// The proof steps of all queries so far.
    pub fn steps(&self, formulas: &Formulas) -> Vec<ProofStep> {
        self.search.steps(0, formulas).collect()
    }
}

#[cfg(test)]
pub mod tests;
