//! Propagation to a fixpoint: clauses first, then what the theories infer from single atoms.

use super::assignment::Reason;
use super::encoder::NodeKind;
use super::literal::Lit;
use super::theory::{AtomValue, Propagations, Theory};
use super::{Conflict, Search};
use polsim_decide::formula::{AtomId, Formulas};

impl Search {
    /// Propagates to a fixpoint, clauses before theories; returns a conflict.
    pub(super) fn propagate(
        &mut self,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) -> Option<Conflict> {
        loop {
            while let Some(lit) = self.values.trail().get(self.clause_head).copied() {
                self.clause_head = self.clause_head.saturating_add(1);
                if let Some(id) = self.clauses.propagate(lit, &mut self.values) {
                    return Some(self.clauses.literals_of(id).to_vec());
                }
            }
            let lit = self.values.trail().get(self.theory_head).copied()?;
            self.theory_head = self.theory_head.saturating_add(1);
            let NodeKind::Atom(atom, value) = self.encoder.kind(lit) else { continue };
            // The consequences of an implied atom are consequences of the atom that implied it.
            if matches!(self.values.reason(lit.var()), Reason::Theory(_)) {
                continue;
            }
            if let Some(conflict) = self.propagate_theory(lit, (atom, value), formulas, theory) {
                return Some(conflict);
            }
        }
    }

    /// Assigns what the theories infer from one atom; returns a conflict.
    fn propagate_theory(
        &mut self,
        lit: Lit,
        atom: AtomValue,
        formulas: &Formulas,
        theory: &mut impl Theory,
    ) -> Option<Conflict> {
        let mut found = Propagations::default();
        let (vars, values) = (&self.vars, &self.values);
        let value_of = |atom: AtomId| values.value((*vars.get(atom.index()))?.positive());
        theory.propagate(atom, formulas, &value_of, &mut found);
        if let Some(core) = found.conflict {
            let clause = self.conflict_clause(&core);
            self.log.lemma(clause.clone());
            return Some(clause);
        }
        for (implied, value) in found.implied {
            let Some(var) = *self.vars.get(implied.index()) else { continue };
            let implied = var.is(value);
            match self.values.value(implied) {
                Some(true) => (),
                Some(false) => {
                    self.log.lemma([!lit, implied]);
                    return Some(vec![!lit, implied]);
                }
                None => {
                    if self.values.level() == 0 {
                        self.log.lemma([!lit, implied]);
                    }
                    self.values.assign(implied, Reason::Theory(lit));
                }
            }
        }
        None
    }
}
