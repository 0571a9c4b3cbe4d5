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
    /// Readings under whose alternatives there are others.
    depends_on: Vec<Box<str>>,
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
                    let Enumeration { differences, depends_on, .. } = found;
                    return Changes { differences, rest: Rest::Bound, depends_on };
                }
                Progress::Done => break,
                Progress::Found => (),
            }
        }
    }
    let Enumeration { differences, proofs, unknown, depends_on, .. } = found;
    let rest = unknown.map_or(Rest::None(proofs), Rest::Unknown);
    Changes { differences, rest, depends_on }
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
        let difference = view.difference(direction, &self.blocked);
        let question = view.by_default(difference);
        match view.queries.ask(question, limits) {
            SolveResult::Sat(_) if self.blocked.len() >= most => Progress::Bound,
            SolveResult::Sat(found) => self.add(view, direction, question, found.request, limits),
            SolveResult::Unsat(used) => {
                self.prove(view, question, &used, limits);
                if question != difference {
                    self.in_other_worlds(view, difference, limits);
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

    /// Asks whether there is a difference where some reading takes an alternative, and names the
    /// readings of one.
    fn in_other_worlds(&mut self, view: &mut View, difference: FormulaId, limits: Limits<'_>) {
        match view.queries.ask(difference, limits) {
            SolveResult::Sat(found) => {
                for name in view.readings_of(difference, &found) {
                    if !self.depends_on.contains(&name) {
                        self.depends_on.push(name);
                    }
                }
            }
            SolveResult::Unsat(_) => (),
            SolveResult::Interrupted(stop) => self.doubt(UnknownReason::Stopped(stop)),
            SolveResult::Unknown(doubts) => self.doubt(view.reason(&doubts)),
        }
    }

    fn prove(&mut self, view: &mut View, question: FormulaId, used: &[usize], limits: Limits<'_>) {
        match view.queries.proof(question, used, limits) {
            Ok(proof) => self.proofs.push(proof),
            Err(reason) => self.doubt(reason),
        }
    }

    /// Adds the difference that a request shows.
    fn add(
        &mut self,
        view: &mut View,
        direction: Direction,
        question: FormulaId,
        found: Request,
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
