//! Resource limits of the prover.

use std::fmt;

use polsim_check::budget::{Budget, Meter};

/// Resource limits of a call: a budget for each question, and an interrupt for all of them.
///
/// ```
/// # use polsim::prove::{Budget, Limits};
/// let deadline_passed = || false;
/// let limits = Limits { budget: Budget::default(), interrupted: &deadline_passed };
/// assert!(!(limits.interrupted)());
/// ```
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Budget of each question.
    pub budget: Budget,
    /// Request to stop: a deadline has passed, or the caller has lost interest.
    pub interrupted: &'a dyn Fn() -> bool,
}

impl Limits<'_> {
    /// A fresh meter for one question.
    pub(super) fn meter(&self) -> Meter<'_> {
        Meter::new(self.budget, self.interrupted)
    }
}

impl Default for Limits<'static> {
    /// The default budget, never interrupted.
    fn default() -> Self {
        Self { budget: Budget::default(), interrupted: &|| false }
    }
}

impl fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").field("budget", &self.budget).finish_non_exhaustive()
    }
}
