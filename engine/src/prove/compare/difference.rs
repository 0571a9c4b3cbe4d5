//! A difference between two policy sets, shown by a request.

use super::Actions;
use crate::prove::witness::Witness;
use crate::request::Request;

/// The direction of a difference.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Direction {
    /// The new policies allow the requests.
    New,
    /// The old policies allow the requests.
    Removed,
}

/// Requests that one policy set allows and the other does not.
///
/// Both witnesses are of the same request, and the evaluator has decided both.
///
/// ```
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::prove::{Comparison, Directions, Limits};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity);
/// let new = [AttachedPolicy::new(policy.expect("a policy").policy)];
/// let diff = Comparison::new(&[], &new).compare(Directions::New, Limits::default(), 10);
/// let difference = &diff.new_access.expect("asked for").differences[0];
/// assert!(difference.sentence().contains("is allowed to call s3:Get"));
/// ```
#[derive(Clone, Debug)]
pub struct Difference {
    /// Groups of actions: each has such requests, and the same statements decide them. The witness is
    /// for an action of the first.
    pub actions: Vec<Actions>,
    old: Witness,
    new: Witness,
    direction: Direction,
    /// Number of the view, so that only differences of one kind of caller are put together.
    view: usize,
}

impl Difference {
    pub(super) fn new(
        actions: Actions,
        [old, new]: [Witness; 2],
        direction: Direction,
        view: usize,
    ) -> Self {
        Self { actions: vec![actions], old, new, direction, view }
    }

    /// The request that shows the difference.
    pub fn request(&self) -> &Request {
        self.new.request()
    }

    /// The request with the old policies.
    pub fn old(&self) -> &Witness {
        &self.old
    }

    /// The request with the new policies.
    pub fn new_side(&self) -> &Witness {
        &self.new
    }

    /// A sentence about the request, by the policies that allow it.
    pub fn sentence(&self) -> &str {
        match self.direction {
            Direction::New => self.new.sentence(),
            Direction::Removed => self.old.sentence(),
        }
    }

    /// Tests whether the same statements decide this difference and the other.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let same = |one: &Witness, other: &Witness| {
            let (one, other) = (one.explanation(), other.explanation());
            one.decision == other.decision && one.by == other.by && one.missing == other.missing
        };
        self.view == other.view && same(&self.old, &other.old) && same(&self.new, &other.new)
    }
}
