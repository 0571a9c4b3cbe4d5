//! Conflicts of a search: learning a clause, backjumping and asserting it.

use super::assignment::Reason;
use super::clauses::Origin;
use super::literal::Lit;
use super::theory::AtomValue;
use super::{Conflict, Search};

/// The number of learnt clauses that are kept however few variables there are.
const MIN_LEARNT_CLAUSES: usize = 4_000;

impl Search {
    /// The clause that blocks the present assignment by its decisions.
    pub(super) fn blocking_clause(&self) -> Conflict {
        let is_decision = |lit: &&Lit| {
            self.values.level_of(lit.var()) > 0 && self.values.reason(lit.var()) == Reason::Decision
        };
        self.values.trail().iter().filter(is_decision).map(|lit| !*lit).collect()
    }

    /// The conflict clause of contradicting atoms: the negation of their conjunction.
    pub(super) fn conflict_clause(&self, core: &[AtomValue]) -> Conflict {
        core.iter()
            .filter_map(|(atom, value)| self.vars.get(atom.index()).map(|var| var.is(!*value)))
            .collect()
    }

    /// Resolves a conflict that may lie below the present decision level.
    pub(super) fn resolve_at_its_level(&mut self, clause: &[Lit]) {
        let highest = clause.iter().map(|lit| self.values.level_of(lit.var())).max();
        self.backtrack(highest.unwrap_or(0));
        self.resolve(clause);
    }

    /// Learns a clause from a conflict of the present level, jumps back and asserts its first
    /// literal.
    pub(super) fn resolve(&mut self, conflict: &[Lit]) {
        self.conflicts = self.conflicts.saturating_add(1);
        if self.values.level() == 0 {
            self.is_unsat = true;
            self.log.rup([]);
            return;
        }
        let learnt = self.learner.analyze(conflict, &self.values, &mut self.clauses);
        self.log.implications(&learnt.implications);
        self.log.rup(learnt.clause.clone());
        self.backtrack(learnt.level);
        match *learnt.clause {
            [] => self.is_unsat = true,
            [unit] => self.values.assign(unit, Reason::Decision),
            [first, ..] => {
                let id = self.clauses.add(&learnt.clause, Origin::Learnt);
                self.values.assign(first, Reason::Clause(id));
            }
        }
    }

    /// The failed assumptions: those on which the falsity of `premise` rests, by number.
    pub(super) fn failed_assumptions(&mut self, premise: Lit) -> Vec<usize> {
        let (decisions, implications) =
            self.learner.analyze_final(premise, &self.values, &self.clauses);
        self.log.implications(&implications);
        let clause: Vec<Lit> = decisions.iter().chain([&premise]).map(|lit| !*lit).collect();
        self.log.rup(clause);
        let number = |lit: Lit| self.assumptions.iter().position(|(it, _)| *it == lit);
        let mut failed: Vec<usize> =
            decisions.into_iter().chain([premise]).filter_map(number).collect();
        failed.sort_unstable();
        failed.dedup();
        failed
    }

    /// Clause database reduction, at level 0, once there are many learnt clauses.
    pub(super) fn reduce_clauses(&mut self) {
        let limit = self.encoder.len().saturating_div(2).saturating_add(MIN_LEARNT_CLAUSES);
        if self.clauses.learnt() > limit {
            self.values.forget_reasons();
            self.clauses.reduce(&self.values);
        }
    }
}
