//! How much work a question may cost.

use std::fmt;

/// How much work a question may cost. Steps are counted, not seconds: the engine has no clock, and
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

/// Why a search was stopped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Interrupt {
    /// The caller said so: a time limit, or somebody lost interest.
    Interrupted,
    /// The memory bound was reached.
    Memory,
    /// The steps were used up.
    Steps,
}

/// A budget in use.
pub struct Meter<'a> {
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

impl<'a> Meter<'a> {
    /// The whole of `budget`, until `interrupted` says so.
    pub fn new(budget: Budget, interrupted: &'a dyn Fn() -> bool) -> Self {
        Self { steps: budget.steps, memory: budget.memory, interrupted, turns: 0 }
    }

    /// Takes steps off.
    pub fn spend(&mut self, steps: u64) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// Lets a theory work with what is left.
    pub fn lend<T>(&mut self, work: impl FnOnce(&mut Steps) -> T) -> T {
        let mut lent = Steps::new(self.steps);
        let result = work(&mut lent);
        self.steps = lent.left();
        result
    }

    /// Whether to stop. Memory and the caller are asked now and then.
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

/// How many steps are left. A step is about one visit of one automaton state, one comparison of one
/// bound: some ten to a hundred nanoseconds.
#[derive(Clone, Debug)]
pub struct Steps {
    left: u64,
}

/// The budget has run out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Exhausted;

impl Steps {
    /// A budget of this many steps.
    pub fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// How many steps are left.
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
