//! Budgets: bounds on the work of a question.

use std::fmt;

/// Bounds on the work of a question. Steps are counted, not seconds: the engine has no clock, and
/// the same question has the same answer on every machine.
///
/// ```
/// # use polsim_check::budget::Budget;
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

/// Reason why a search was interrupted before it had an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Interrupt {
    /// The caller interrupted it: a time limit, or the user.
    Interrupted,
    /// The memory bound was reached.
    Memory,
    /// The steps were used up.
    Steps,
}

/// Meter of a running search: what is left of its budget.
pub struct Meter<'a> {
    steps: u64,
    memory: usize,
    interrupted: &'a dyn Fn() -> bool,
    turns: u32,
}

impl Default for Budget {
    /// The default budget: about a minute, and 400 MB.
    fn default() -> Self {
        Self { steps: 1_000_000_000, memory: 400_000_000 }
    }
}

impl<'a> Meter<'a> {
    /// The meter of a whole budget; `interrupted` tells if the caller wants no answer any more.
    pub fn new(budget: Budget, interrupted: &'a dyn Fn() -> bool) -> Self {
        Self { steps: budget.steps, memory: budget.memory, interrupted, turns: 0 }
    }

    /// Takes `steps` off.
    pub fn spend(&mut self, steps: u64) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// Lends the remaining steps to a theory.
    pub fn lend<T>(&mut self, work: impl FnOnce(&mut Steps) -> T) -> T {
        let mut lent = Steps::new(self.steps);
        let result = work(&mut lent);
        self.steps = lent.left();
        result
    }

    /// The interrupt that is due, if any. Memory and the caller are asked every 64 times.
    pub fn interrupt(&mut self, memory: impl FnOnce() -> usize) -> Option<Interrupt> {
        if self.steps == 0 {
            return Some(Interrupt::Steps);
        }
        self.turns = self.turns.wrapping_add(1);
        if self.turns % 64 != 1 {
            return None;
        }
        if (self.interrupted)() {
            return Some(Interrupt::Interrupted);
        }
        (memory() > self.memory).then_some(Interrupt::Memory)
    }
}

impl fmt::Debug for Meter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("steps", &self.steps).field("memory", &self.memory).finish()
    }
}

impl fmt::Display for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupted => "stopped before it was decided",
            Self::Memory => "the memory bound was reached",
            Self::Steps => "the step budget was used up",
        })
    }
}

/// A counter of remaining steps. A step is about one visit of one automaton state, one comparison of one
/// bound: some ten to a hundred nanoseconds.
#[derive(Clone, Debug)]
pub struct Steps {
    left: u64,
}

/// The error of a budget that has run out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Exhausted;

impl Steps {
    /// A counter of `steps` steps.
    pub fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// The number of steps left.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Takes `steps` off, which were spent elsewhere; never below none.
    pub fn take(&mut self, steps: u64) {
        self.left = self.left.saturating_sub(steps);
    }

    /// Takes `steps` off.
    pub fn spend(&mut self, steps: usize) -> Result<(), Exhausted> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let left = self.left.checked_sub(steps);
        self.left = left.unwrap_or(0);
        left.map(drop).ok_or(Exhausted)
    }
}
