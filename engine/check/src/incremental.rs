//! Incremental proof checking for a solver that is queried repeatedly.
//!
//! Such a solver keeps what it learns. A clause learnt for one question may rest on what the
//! formulas of that question are, which the next question does not have, and what is learnt from it
//! later need not speak of them any more: taken alone, the later question's steps do not follow from
//! its own clauses. So a certificate for one question is too little here. An [`IncrementalChecker`]
//! takes every step of the search, each once, over all formulas that the steps speak of:
//!
//! * a formula comes with its definition, clauses in both directions. They say nothing about
//!   requests: whatever a request is, the formula has a value in it;
//! * an activation literal of the search (a question, an assumption) is the formula that it stands
//!   for, so nothing rests on what the search takes to be asked;
//! * a step that is not right is left out, and so is what follows from it. What a search gives up as
//!   undecided makes such steps.
//!
//! A proof is right if after its steps the formulas that were asked about cannot all hold, by unit
//! propagation.

use std::collections::HashSet;

use crate::budget::{Interrupt, Meter};
use crate::fields::Universe;
use crate::key_facts::KeyFacts;
use crate::lemma;
use crate::numbering::Numbering;
use crate::proof::ProofStep;
use crate::question::GIVEN;
use crate::rup::{ClauseDb, Lit};
use crate::trim::literals;
use polsim_decide::formula::{Atom, FormulaId, Formulas, Node};

/// A checker that takes the steps of a search from question to question.
#[derive(Debug)]
pub struct IncrementalChecker {
    numbering: Numbering,
    db: ClauseDb,
    /// The literals whose defining clauses have been added.
    defined: HashSet<Lit>,
    key_facts: KeyFacts,
    /// The number of steps of the search that have been taken.
    taken: usize,
}

impl IncrementalChecker {
    /// A checker of a search that has not been asked anything yet.
    pub fn new(formulas: &mut Formulas, key_facts: KeyFacts) -> Self {
        let mut checker = Self {
            numbering: Numbering::default(),
            db: ClauseDb::default(),
            defined: HashSet::new(),
            key_facts,
            taken: 0,
        };
        for fact in Universe::facts(formulas) {
            if let Some(clause) = checker.clause(&[(fact, true)], formulas) {
                checker.db.add(&clause, GIVEN);
            }
        }
        checker
    }

    /// The number of steps of the search that have been taken.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// Takes the next steps of the search, as far as they are right.
    ///
    /// # Errors
    /// The interrupt that stopped it before the last step.
    pub fn take(
        &mut self,
        steps: impl IntoIterator<Item = ProofStep>,
        formulas: &Formulas,
        meter: &mut Meter<'_>,
    ) -> Result<(), Interrupt> {
        for step in steps {
            let clauses = self.numbering.count().saturating_mul(200);
            if let Some(interrupt) = meter.interrupt(|| clauses) {
                return Err(interrupt);
            }
            self.taken = self.taken.saturating_add(1);
            let Some(parts) = literals(formulas, &step) else { continue };
            if step.is_lemma() {
                let atoms: Option<Vec<(&Atom, bool)>> =
                    parts.iter().map(|(id, value)| Some((atom(formulas, *id)?, !value))).collect();
                let Some(atoms) = atoms else { continue };
                let right = meter.lend(|it| lemma::contradict(&atoms, &self.key_facts, it));
                match right {
                    Ok(true) => (),
                    Ok(false) => continue,
                    Err(_) => return Err(Interrupt::Steps),
                }
            }
            let Some(clause) = self.clause(&parts, formulas) else { continue };
            if step.is_lemma() || self.db.implies(&clause).is_some() {
                self.db.add(&clause, GIVEN);
            }
        }
        Ok(())
    }

    /// Tests that the steps that were taken show that not all of these can hold.
    pub fn refutes(&mut self, asked: &[FormulaId], formulas: &Formulas) -> bool {
        let clause = asked.iter().map(|id| (*id, false)).collect();
        let Some(parts) = literals(formulas, &ProofStep::Rup(clause)) else {
            // One of the formulas is constantly false.
            return true;
        };
        let clause = self.clause(&parts, formulas);
        clause.is_some_and(|clause| self.db.implies(&clause).is_some())
    }

    /// The clause in numbers; the definitions of its formulas are added.
    fn clause(&mut self, parts: &[(FormulaId, bool)], formulas: &Formulas) -> Option<Vec<Lit>> {
        let mut clause = Vec::new();
        for (id, value) in parts {
            self.numbering.extend(formulas, &[*id]);
            let lit = self.numbering.literal(formulas, *id)?;
            for side in [lit, lit.wrapping_neg()] {
                self.numbering.clauses(formulas, side, &mut self.defined, |clause| {
                    self.db.add(clause, GIVEN);
                });
            }
            clause.push(if *value { lit } else { lit.wrapping_neg() });
        }
        Some(clause)
    }
}

fn atom(formulas: &Formulas, id: FormulaId) -> Option<&Atom> {
    match formulas.node(id) {
        Node::Atom(atom) => formulas.atom_of(*atom),
        _ => None,
    }
}
