//! The checker beside a search that is asked one question after another.
//!
//! Such a search keeps what it learns. A clause learnt for one question may rest on what the
//! formulas of that question are, which the next question does not have, and what is learnt from it
//! later need not speak of them any more: taken alone, the later question's steps do not follow from
//! its own clauses. So a certificate for one question is too little here. A [`IncrementalChecker`] takes every
//! step of the search, each once, over all formulas that the steps speak of:
//!
//! * a formula comes with the clauses that say what it is, in both directions. They say nothing
//!   about requests: whatever a request is, the formula has a value in it;
//! * a premise of the search (a question, an assumption) is the formula that it stands for, so
//!   nothing rests on what the search takes to be asked;
//! * a step that is not right is left out, and so is what follows from it. What a search gives up as
//!   undecided makes such steps.
//!
//! A proof is right if after its steps the formulas that were asked about cannot all hold, by unit
//! propagation.

use std::collections::HashSet;

use super::lemma;
use super::numbers::Numbers;
use super::rup::{ClauseDb, Lit};
use super::{GIVEN, ProofStep, literals};
use crate::budget::{Interrupt, Meter};
use crate::fields::Universe;
use crate::key_facts::KeyFacts;
use polsim_decide::formula::{Atom, FormulaId, Formulas, Node};

/// A checker that goes along with a search from question to question.
#[derive(Debug)]
pub struct IncrementalChecker {
    numbers: Numbers,
    db: ClauseDb,
    /// The literals of which the clauses that say what they are have been added.
    defined: HashSet<Lit>,
    key_facts: KeyFacts,
    /// How many steps of the search have been taken.
    taken: usize,
}

impl IncrementalChecker {
    /// A checker of a search that has not been asked anything yet.
    pub fn new(formulas: &mut Formulas, key_facts: KeyFacts) -> Self {
        let mut checker = Self {
            numbers: Numbers::default(),
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

    /// How many steps of the search have been taken.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// Takes the next steps of the search, as far as they are right.
    ///
    /// # Errors
    /// Why it stopped before the last.
    pub fn take(
        &mut self,
        steps: impl IntoIterator<Item = ProofStep>,
        formulas: &Formulas,
        meter: &mut Meter<'_>,
    ) -> Result<(), Interrupt> {
        for step in steps {
            let clauses = self.numbers.count().saturating_mul(200);
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

    /// Whether the steps that were taken show that not all of these can hold.
    pub fn refutes(&mut self, asked: &[FormulaId], formulas: &Formulas) -> bool {
        let clause = asked.iter().map(|id| (*id, false)).collect();
        let Some(parts) = literals(formulas, &ProofStep::Rup(clause)) else {
            // One of them is never so.
            return true;
        };
        let clause = self.clause(&parts, formulas);
        clause.is_some_and(|clause| self.db.implies(&clause).is_some())
    }

    /// The clause in numbers, with what its formulas are.
    fn clause(&mut self, parts: &[(FormulaId, bool)], formulas: &Formulas) -> Option<Vec<Lit>> {
        let mut clause = Vec::new();
        for (id, value) in parts {
            self.numbers.extend(formulas, &[*id]);
            let lit = self.numbers.literal(formulas, *id)?;
            for side in [lit, lit.wrapping_neg()] {
                self.numbers.clauses(formulas, side, &mut self.defined, |clause| {
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
