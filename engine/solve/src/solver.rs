//! Questions about formulas: is there a request for which this holds?

use super::search::Search;
use crate::combine::Theories;
use crate::result::SolveResult;
use polsim_check::budget::{Interrupt, Meter};
use polsim_check::fields::Universe;
use polsim_check::key_facts::KeyFacts;
use polsim_check::{IncrementalChecker, ProofStep};
use polsim_decide::formula::{AtomId, FormulaId, Formulas};

/// Everything that is kept from one question to the next on the same formulas.
#[derive(Debug)]
pub struct Solver {
    universe: Universe,
    search: Search,
    theories: Theories,
    /// What every request is taken to make true, as it was given.
    assumed: Vec<FormulaId>,
    /// Whether the search knows what every request makes true.
    has_begun: bool,
}

impl Solver {
    /// A core for questions about requests of which these facts are documented and for which all of `assumed` hold.
    pub fn new(documented: KeyFacts, assumed: Vec<FormulaId>) -> Self {
        Self {
            universe: Universe::new(),
            search: Search::new(),
            theories: Theories::new(documented),
            assumed,
            has_begun: false,
        }
    }

    /// The question written out. The first time, the search is told what every request makes true,
    /// when everything has been written out: it makes room for all formulas at once.
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

    /// The atom of the policies that this atom comes from.
    pub fn origin(&self, formulas: &Formulas, atom: AtomId) -> AtomId {
        self.universe.origin(formulas, atom)
    }

    /// Looks for a request for which `question` holds.
    pub fn ask(
        &mut self,
        formulas: &mut Formulas,
        question: FormulaId,
        limits: &mut Meter<'_>,
    ) -> SolveResult {
        let expanded = self.written_out(formulas, question);
        let all = self.assumed.iter().copied().chain([question]).collect();
        self.theories.ask_about(all);
        self.search.solve(expanded, formulas, &mut self.theories, limits)
    }
}

impl Solver {
    /// The steps that led to the last answer, which was that there is no such request as long as
    /// these of the assumptions hold.
    pub fn proof(&self, used: &[usize], formulas: &Formulas) -> Vec<ProofStep> {
        self.search.proof(used, formulas)
    }

    /// Lets a checker take the steps that it has not taken, and tells whether they show that no
    /// request answers `question` as long as these of the assumptions hold.
    ///
    /// # Errors
    /// Why it stopped before it knew.
    pub fn confirms(
        &mut self,
        follower: &mut IncrementalChecker,
        (question, used): (FormulaId, &[usize]),
        formulas: &mut Formulas,
        limits: &mut Meter<'_>,
    ) -> Result<bool, Interrupt> {
        follower.take(self.search.steps(follower.taken(), formulas), formulas, limits)?;
        let used = used.iter().filter_map(|number| self.assumed.get(*number).copied());
        let asked: Vec<FormulaId> = used.chain([question]).collect();
        let asked: Vec<FormulaId> =
            asked.into_iter().map(|it| self.universe.expand(formulas, it)).collect();
        Ok(follower.refutes(&asked, formulas))
    }
}

#[cfg(test)]
impl Solver {
    /// The steps of all questions so far.
    pub fn steps(&self, formulas: &Formulas) -> Vec<ProofStep> {
        self.search.steps(0, formulas).collect()
    }
}

#[cfg(test)]
pub mod tests;
