//! One difference, shown by a request.

use super::{Actions, Direction};
use crate::prove::example::Example;
use crate::request::Request;

/// Requests that one policy set allows and the other does not.
///
/// Both examples are of the same request, and the evaluator has decided both.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The actions: each has such requests, and the same statements decide them. The example is for
    /// one of the first.
    pub actions: Vec<Actions>,
    old: Example,
    new: Example,
    direction: Direction,
    /// Who asks, so that only like is put with like.
    view: usize,
}

impl Difference {
    pub(super) fn new(
        actions: Actions,
        [old, new]: [Example; 2],
        direction: Direction,
        view: usize,
    ) -> Self {
        Self { actions: vec![actions], old, new, direction, view }
    }

    /// The request that shows it.
    pub fn request(&self) -> &Request {
        self.new.request()
    }

    /// The request with the old policies.
    pub fn old(&self) -> &Example {
        &self.old
    }

    /// The request with the new policies.
    pub fn new_side(&self) -> &Example {
        &self.new
    }

    /// Who does what from where, in a sentence of the policies that allow it.
    pub fn sentence(&self) -> &str {
        match self.direction {
            Direction::New => self.new.sentence(),
            Direction::Removed => self.old.sentence(),
        }
    }

    /// Whether the same statements decide it in both sets.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let same = |one: &Example, other: &Example| {
            let (one, other) = (one.explanation(), other.explanation());
            one.decision == other.decision && one.by == other.by && one.missing == other.missing
        };
        self.view == other.view && same(&self.old, &other.old) && same(&self.new, &other.new)
    }
}
