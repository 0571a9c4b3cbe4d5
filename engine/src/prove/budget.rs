//! How much work a question may cost.

use std::fmt;

use super::theory;

/// How much work a question may cost. Steps are counted, not seconds: the engine has no clock, and
/// the same question has the same answer on every machine.
///
/// ```
/// # use polsim::prove::Budget;
/// let patient = Budget { steps: 10_000_000_000, ..Budget::default() };
/// assert!(patient.steps > Budget::default().steps);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Budget {
    /// Steps: some ten to a hundred nanoseconds each.
    pub steps: u64,
    /// Bytes of clauses and proof, about.
    pub memory: usize,
}

/// Why a search was stopped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
    /// The caller said so: a time limit, or somebody lost interest.
    Interrupted,
    /// The memory bound was reached.
    Memory,
    /// The steps were used up.
    Steps,
}

/// A budget in use.
pub(crate) struct Limits<'a> {
    steps: u64,
    memory: usize,
    interrupted: &'a dyn Fn() -> bool,
    turns: u32,
}

impl Default for Budget {
    /// About a minute, and 400 MB.
    fn default() -> Self {
        Self { steps: 1_000_000_000, memory: 400_000_000 }
    }
}

impl<'a> Limits<'a> {
    /// The whole of `budget`, until `interrupted` says so.
    pub(crate) fn new(budget: Budget, interrupted: &'a dyn Fn() -> bool) -> Self {
        Self { steps: budget.steps, memory: budget.memory, interrupted, turns: 0 }
    }

    /// Takes steps off.
    pub(crate) fn spend(&mut self, steps: u64) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// Lets a theory work with what is left.
    pub(crate) fn lend<T>(&mut self, work: impl FnOnce(&mut theory::Budget) -> T) -> T {
        let mut lent = theory::Budget::new(self.steps);
        let result = work(&mut lent);
        self.steps = lent.left();
        result
    }

    /// Whether to stop. Memory and the caller are asked now and then.
    pub(crate) fn stop(&mut self, memory: impl FnOnce() -> usize) -> Option<Stop> {
        if self.steps == 0 {
            return Some(Stop::Steps);
        }
        self.turns = self.turns.wrapping_add(1);
        if self.turns % 64 != 1 {
            return None;
        }
        if (self.interrupted)() {
            return Some(Stop::Interrupted);
        }
        (memory() > self.memory).then_some(Stop::Memory)
    }
}

impl fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").field("steps", &self.steps).field("memory", &self.memory).finish()
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupted => "stopped before it was decided",
            Self::Memory => "the memory bound was reached",
            Self::Steps => "the step budget was used up",
        })
    }
}
