//! Enumeration of differences: each that is found is blocked by its actions, and the query repeated.

use super::difference::Direction;
use super::view::View;
use super::{Actions, Changes, Difference, Rest};
use crate::formula::FormulaId;
use crate::prove::limits::Limits;
use crate::prove::verdict::{Proof, UnknownReason};
use crate::request::Request;
use polsim_solve::result::SolveResult;

/// The differences found so far.
#[derive(Default)]
struct Enumeration {
    differences: Vec<Difference>,
    /// Groups of actions that are blocked.
    blocked: Vec<Actions>,
    /// Proofs that there is no other difference, one for each view that is done.
    proofs: Vec<Proof>,
    /// First reason why there may be others.
    unknown: Option<UnknownReason>,
}

/// The state of an enumeration after one query.
enum Progress {
    /// The upper bound of groups was reached.
    Bound,
    /// The view has no other differences, or it is unknown whether it has.
    Done,
    /// A difference was found.
    Found,
}

/// The differences in one direction, at most in `most` groups of actions.
pub(super) fn differences(
    views: &mut [View],
    direction: Direction,
    limits: Limits<'_>,
    most: usize,
) -> Changes {
    let mut found = Enumeration::default();
    for view in views {
        loop {
            match found.advance(view, direction, limits, most) {
                Progress::Bound => {
                    return Changes { differences: found.differences, rest: Rest::Bound };
                }
                Progress::Done => break,
                Progress::Found => (),
            }
        }
    }
    let Enumeration { differences, proofs, unknown, .. } = found;
    Changes { differences, rest: unknown.map_or(Rest::None(proofs), Rest::Unknown) }
}

impl Enumeration {
    /// Asks for one more difference of a view.
    fn advance(
        &mut self,
        view: &mut View,
        direction: Direction,
        limits: Limits<'_>,
        most: usize,
    ) -> Progress {
        let question = view.difference(direction, &self.blocked);
        match view.queries.ask(question, limits) {
            SolveResult::Sat(_) if self.blocked.len() >= most => Progress::Bound,
            SolveResult::Sat(found) => self.add(view, direction, question, found, limits),
            SolveResult::Unsat(used) => {
                match view.queries.proof(question, &used, limits) {
                    Ok(proof) => self.proofs.push(proof),
                    Err(reason) => self.doubt(reason),
                }
                Progress::Done
            }
            SolveResult::Interrupted(stop) => {
                self.doubt(UnknownReason::Stopped(stop));
                Progress::Done
            }
            SolveResult::Unknown(doubts) => {
                self.doubt(view.reason(&doubts));
                Progress::Done
            }
        }
    }

    /// Adds the difference that a request shows.
    fn add(
        &mut self,
        view: &mut View,
        direction: Direction,
        question: FormulaId,
        found: Box<Request>,
        limits: Limits<'_>,
    ) -> Progress {
        let found = view.plainer(question, found, limits);
        let Some(difference) = view.show(direction, question, &found) else {
            self.doubt(UnknownReason::Disagreement);
            return Progress::Done;
        };
        self.blocked.extend(difference.actions.iter().cloned());
        match self.differences.iter_mut().find(|it| it.is_like(&difference)) {
            Some(like) => like.actions.extend(difference.actions),
            None => self.differences.push(difference),
        }
        Progress::Found
    }

    fn doubt(&mut self, reason: UnknownReason) {
        self.unknown.get_or_insert(reason);
    }
}
