//! Questions about formulas: is there a request for which this holds?

use super::search::{Outcome, Search};
use crate::combine::{Doubt, Judge};
use polsim_check::budget::{Limits, Stop};
use polsim_check::fields::Universe;
use polsim_check::key_facts::Documented;
use polsim_check::{Follower, Raw};
use polsim_decide::formula::{AtomId, FormulaId, Formulas};
use polsim_decide::request::Request;

/// Everything that is kept from one question to the next on the same formulas.
#[derive(Debug)]
pub struct Core {
    universe: Universe,
    search: Search,
    judge: Judge,
    /// What every request is taken to make true, as it was given.
    assumed: Vec<FormulaId>,
    /// Whether the search knows what every request makes true.
    has_begun: bool,
}

/// The answer to a question.
#[derive(Debug)]
pub enum Finding {
    /// There is no such request, as long as these of the assumptions hold.
    Never(Vec<usize>),
    /// This one.
    Request(Box<Request>),
    /// The search was stopped.
    Stopped(Stop),
    /// Nobody knows, for these reasons.
    Undecided(Vec<Doubt>),
}

impl Core {
    /// A core for questions about requests of which these facts are documented and for which all of `assumed` hold.
    pub fn new(documented: Documented, assumed: Vec<FormulaId>) -> Self {
        Self {
            universe: Universe::new(),
            search: Search::new(),
            judge: Judge::new(documented),
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
            self.search.assume(fact, formulas, &mut self.judge);
        }
        for fact in assumed {
            self.search.suppose(fact, formulas, &mut self.judge);
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
        limits: &mut Limits<'_>,
    ) -> Finding {
        let expanded = self.written_out(formulas, question);
        let all = self.assumed.iter().copied().chain([question]).collect();
        self.judge.ask_about(all);
        match self.search.solve(expanded, formulas, &mut self.judge, limits) {
            Outcome::Never(used) => Finding::Never(used),
            Outcome::Model(request) => Finding::Request(Box::new(request)),
            Outcome::Stopped(stop) => Finding::Stopped(stop),
            Outcome::Undecided => Finding::Undecided(self.judge.doubts().to_vec()),
        }
    }
}

impl Core {
    /// The steps that led to the last answer, which was that there is no such request as long as
    /// these of the assumptions hold.
    pub fn proof(&self, used: &[usize], formulas: &Formulas) -> Vec<Raw> {
        self.search.proof(used, formulas)
    }

    /// Lets a checker take the steps that it has not taken, and tells whether they show that no
    /// request answers `question` as long as these of the assumptions hold.
    ///
    /// # Errors
    /// Why it stopped before it knew.
    pub fn confirms(
        &mut self,
        follower: &mut Follower,
        (question, used): (FormulaId, &[usize]),
        formulas: &mut Formulas,
        limits: &mut Limits<'_>,
    ) -> Result<bool, Stop> {
        follower.take(self.search.steps(follower.taken(), formulas), formulas, limits)?;
        let used = used.iter().filter_map(|number| self.assumed.get(*number).copied());
        let asked: Vec<FormulaId> = used.chain([question]).collect();
        let asked: Vec<FormulaId> =
            asked.into_iter().map(|it| self.universe.expand(formulas, it)).collect();
        Ok(follower.refutes(&asked, formulas))
    }
}

#[cfg(test)]
impl Core {
    /// The steps of all questions so far.
    pub fn steps(&self, formulas: &Formulas) -> Vec<Raw> {
        self.search.steps(0, formulas).collect()
    }
}

#[cfg(test)]
pub mod tests;
