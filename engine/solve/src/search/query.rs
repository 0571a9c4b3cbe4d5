//! The state of one query, and its restarts.

use super::literal::Lit;
use crate::result::{SolveResult, UnknownReason};

/// The conflicts of the first interval between restarts.
const RESTART_UNIT: u64 = 64;

/// The state of one query.
#[derive(Debug)]
pub(super) struct Query {
    /// The literal of the asked formula.
    pub(super) root: Lit,
    /// The activation literal of the query, which implies the root.
    pub(super) activation: Lit,
    /// The reasons of assignments that were blocked undecided, each once; none if none was.
    unknown: Option<Vec<UnknownReason>>,
    /// The number of conflicts at which the search restarts.
    restart_at: u64,
    restarts: u64,
}

impl Query {
    /// A query for `root`, begun after so many conflicts.
    pub(super) fn new(root: Lit, activation: Lit, conflicts: u64) -> Self {
        let mut query = Self { root, activation, unknown: None, restart_at: 0, restarts: 0 };
        query.schedule_restart(conflicts);
        query
    }

    /// The result of an exhausted search: unsat, unless an assignment was blocked undecided.
    pub(super) fn exhausted<Model>(&mut self, failed: Vec<usize>) -> SolveResult<Model> {
        self.unknown.take().map_or(SolveResult::Unsat(failed), SolveResult::Unknown)
    }

    /// Records why an assignment was blocked undecided.
    pub(super) fn note_unknown(&mut self, reasons: &[UnknownReason]) {
        let noted = self.unknown.get_or_insert_default();
        for reason in reasons {
            if !noted.contains(reason) {
                noted.push(*reason);
            }
        }
    }

    /// Tests for a restart that is due after so many conflicts.
    pub(super) fn is_restart_due(&self, conflicts: u64) -> bool {
        conflicts >= self.restart_at
    }

    /// Schedules the next restart by Luby's sequence.
    pub(super) fn schedule_restart(&mut self, conflicts: u64) {
        self.restarts = self.restarts.saturating_add(1);
        let interval = luby(self.restarts).saturating_mul(RESTART_UNIT);
        self.restart_at = conflicts.saturating_add(interval);
    }
}

/// Luby's sequence 1 1 2 1 1 2 4 1 1 2 1 1 2 4 8 …, counted from 1.
pub(super) fn luby(mut index: u64) -> u64 {
    loop {
        let full = index.saturating_add(1);
        if full.is_power_of_two() {
            return full / 2;
        }
        // Within the block that the next power of two ends, the sequence repeats from its start.
        let below = full.next_power_of_two() / 2;
        index = index.saturating_sub(below.saturating_sub(1));
    }
}
