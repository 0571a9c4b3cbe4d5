//! The checker of certificates: a proof once more, by somebody who does not trust the search.
//!
//! A certificate says in steps why no request answers a question. The checker lowers the question by
//! itself, writes its atoms out over the fields ([`Universe`]), makes the clauses of the formula
//! ([`numbers`]) and takes the steps one by one: a learnt clause has to follow from the earlier ones
//! by unit propagation ([`rup`]), and a lemma of the theories is decided again ([`lemma`]). The
//! last step is the clause that nothing satisfies. One step that is not right refuses the whole.
//!
//! With the prover it shares the lowering, the formulas with their concrete reading
//! ([`Predicate::test`](polsim_decide::formula::Predicate::test), patterns), what is documented about keys,
//! and nothing else: neither the search nor the theories.
//!
//! | question | here | in the theories |
//! | --- | --- | --- |
//! | text | nondeterministic automata, subsets of their states, breadth first ([`nfa`]) | position sets with domination, guided search |
//! | addresses, numbers, dates | each end of each range is tried ([`breakpoints`]), each way to write one ([`lexical`]) | sorted intervals, sets of bounds |
//! | values of a key | each number of values, each kind of hit ([`value`]) | the same question asked with witnesses |
//! | fields | what they look like is said a second time ([`value_format`]) | languages |
//! | variables | classes of equal places, patterns with letters for variables, readings of a slot ([`linked`]) | union and find, pieces of patterns |
//!
//! A lemma that the means here do not suffice for is refused: never accepted.
//!
//! Where a search is asked one question after another, a [`IncrementalChecker`] goes along instead.

#[cfg(test)]
extern crate self as polsim_check;

mod breakpoints;
pub mod budget;
pub mod fields;
mod incremental;
pub mod key_facts;
pub mod key_shape;
#[doc(hidden)]
pub mod lemma;
#[doc(hidden)]
pub mod lexical;
mod linked;
#[doc(hidden)]
pub mod nfa;
#[doc(hidden)]
pub mod numbers;
mod proof;
#[doc(hidden)]
pub mod rup;
mod slot;
mod step;
pub mod table;
mod value;
#[doc(hidden)]
pub mod value_format;
pub mod visited;

use std::collections::HashSet;
use std::fmt;

pub use self::incremental::IncrementalChecker;
use self::numbers::Numbers;
pub use self::proof::{Clause, ProofStep};
use self::rup::{ClauseDb, Lit, Source};
pub use self::step::Step;
use crate::budget::Steps;
use crate::fields::Universe;
use crate::key_facts::KeyFacts;
use polsim_decide::formula::{Atom, FormulaId, Formulas, Node};

/// So many steps of work may a lemma cost: some ten to a hundred nanoseconds each.
const PATIENCE: u64 = 200_000_000;

/// A question, lowered: is there a request for which all of the roots hold?
#[derive(Debug)]
pub struct Question<'a> {
    #[doc(hidden)]
    pub formulas: &'a mut Formulas,
    key_facts: &'a KeyFacts,
    /// Written out over the fields.
    #[doc(hidden)]
    pub roots: Vec<FormulaId>,
    #[doc(hidden)]
    pub numbers: Numbers,
}

/// Why a certificate is refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// It is about other formulas than the question's.
    OtherQuestion,
    /// The clause of this step, counted from 1, does not follow from the earlier ones.
    DoesNotFollow(usize),
    /// The lemma of this step is not confirmed: the atoms that are said to contradict each other.
    NotConfirmed(usize, String),
    /// This step speaks of a number that stands for nothing, or for nothing that it may speak of.
    NoSuchNumber(usize),
    /// The last step is not the empty clause.
    Unfinished,
    /// The request that it shows is not one that the property is about.
    WrongWitness,
}

impl<'a> Question<'a> {
    /// The question whether a request makes all of `asked` hold.
    pub fn new(
        formulas: &'a mut Formulas,
        key_facts: &'a KeyFacts,
        asked: impl IntoIterator<Item = FormulaId>,
    ) -> Self {
        let mut universe = Universe::new();
        let mut roots = Universe::facts(formulas);
        for formula in asked {
            roots.push(universe.expand(formulas, formula));
        }
        let numbers = Numbers::new(formulas, &roots);
        Self { formulas, key_facts, roots, numbers }
    }

    /// A number that is another for another question, as far as 64 bits go.
    pub fn fingerprint(&self) -> u64 {
        self.numbers.fingerprint(self.formulas)
    }

    /// The clauses of the question.
    fn clauses(&self) -> ClauseDb {
        let mut db = ClauseDb::default();
        let mut asked = HashSet::new();
        for root in &self.roots {
            // A constant root is as good as no root, or the end.
            match self.numbers.literal(self.formulas, *root) {
                Some(lit) => {
                    self.numbers.clauses(self.formulas, lit, &mut asked, |clause| {
                        db.add(clause, GIVEN);
                    });
                    db.add(&[lit], GIVEN);
                }
                None => db.add(&[], GIVEN),
            }
        }
        db
    }

    /// Takes the steps.
    pub fn check(mut self, steps: &[Step]) -> Result<(), Refusal> {
        let mut db = self.clauses();
        for (at, step) in steps.iter().enumerate() {
            let number = at.saturating_add(1);
            match step {
                Step::Atom(key, pattern) => {
                    let id = self.formulas.atom(Step::atom(key, pattern));
                    if !self.numbers.add(id) {
                        return Err(Refusal::NoSuchNumber(number));
                    }
                }
                Step::Clause(clause) => {
                    if clause.iter().any(|lit| self.numbers.formula(*lit).is_none()) {
                        return Err(Refusal::NoSuchNumber(number));
                    }
                    if db.implies(clause).is_none() {
                        return Err(Refusal::DoesNotFollow(number));
                    }
                    db.add(clause, number);
                }
                Step::Lemma(clause) => {
                    self.confirm(clause, number)?;
                    db.add(clause, number);
                }
            }
        }
        match steps.last() {
            Some(Step::Clause(clause)) if clause.is_empty() => Ok(()),
            _ => Err(Refusal::Unfinished),
        }
    }

    /// Decides a lemma again.
    fn confirm(&self, clause: &[Lit], number: usize) -> Result<(), Refusal> {
        let atom = |lit: &Lit| Some((self.numbers.atom(self.formulas, *lit)?, *lit < 0));
        let atoms: Option<Vec<(&Atom, bool)>> = clause.iter().map(atom).collect();
        let atoms = atoms.ok_or(Refusal::NoSuchNumber(number))?;
        let mut budget = Steps::new(PATIENCE);
        match lemma::contradict(&atoms, self.key_facts, &mut budget) {
            Ok(true) => Ok(()),
            _ => Err(Refusal::NotConfirmed(number, said(&atoms))),
        }
    }

    /// The steps of the search that matter, in numbers; `None` if they do not come to an end.
    pub fn steps(mut self, logged: &[ProofStep]) -> Option<Vec<Step>> {
        let mut db = self.clauses();
        let mut steps: Vec<(Step, Vec<Source>)> = Vec::new();
        let mut end = db.implies(&[]);
        for logged in logged {
            if end.is_some() {
                break;
            }
            let Some(clause) = self.clause(logged, &mut steps) else { continue };
            let name = steps.len();
            if logged.is_lemma() {
                db.add(&clause, name);
                steps.push((Step::Lemma(clause.into()), Vec::new()));
            } else if let Some(because) = db.implies(&clause) {
                db.add(&clause, name);
                steps.push((Step::Clause(clause.into()), because));
            }
            end = db.implies(&[]);
        }
        let mut needed = vec![false; steps.len()];
        let mut grounds: HashSet<usize> = HashSet::new();
        let mut open = end?;
        while let Some(source) = open.pop() {
            match source {
                Source::Clause(name) => {
                    if let Some(needed) = needed.get_mut(name)
                        && !std::mem::replace(needed, true)
                    {
                        open.extend(steps.get(name).into_iter().flat_map(|(_, because)| because));
                    }
                }
                Source::Ground(variable) => {
                    if grounds.insert(variable) {
                        open.extend(db.ground(variable));
                    }
                }
            }
        }
        // Atoms keep their numbers, so they all stay.
        let stays = |(step, needed): &(Step, bool)| *needed || matches!(step, Step::Atom(..));
        let mut kept: Vec<Step> = steps
            .into_iter()
            .map(|(step, _)| step)
            .zip(needed)
            .filter(stays)
            .map(|(step, _)| step)
            .collect();
        if kept.last() != Some(&Step::Clause(Box::default())) {
            kept.push(Step::Clause(Box::default()));
        }
        Some(kept)
    }

    /// The clause in numbers; new atoms of a lemma get one. `None` if it is about something else
    /// than the question.
    fn clause(
        &mut self,
        logged: &ProofStep,
        steps: &mut Vec<(Step, Vec<Source>)>,
    ) -> Option<Vec<Lit>> {
        let mut clause = Vec::new();
        for (id, value) in literals(self.formulas, logged)? {
            if let Node::Atom(atom) = self.formulas.node(id)
                && logged.is_lemma()
                && self.numbers.literal(self.formulas, id).is_none()
            {
                let atom = self.formulas.atom_of(*atom)?;
                steps.push((Step::of_atom(atom)?, Vec::new()));
                self.numbers.add(id);
            }
            let lit = self.numbers.literal(self.formulas, id)?;
            clause.push(if value { lit } else { lit.wrapping_neg() });
        }
        Some(clause)
    }
}

/// The formulas of a step's clause, none a negation or a constant, and their values in it; a lemma
/// is about atoms. `None` if the clause says nothing.
fn literals(formulas: &Formulas, logged: &ProofStep) -> Option<Vec<(FormulaId, bool)>> {
    let mut found = Vec::new();
    let mut open = logged.clause().clone();
    while let Some((id, value)) = open.pop() {
        match formulas.node(id) {
            Node::Not(inner) => open.push((*inner, !value)),
            Node::Truth(truth) if *truth == value => return None,
            Node::Truth(_) => (),
            Node::Any(parts) if logged.is_lemma() && value => {
                open.extend(parts.iter().map(|part| (*part, true)));
            }
            Node::All(parts) if logged.is_lemma() && !value => {
                open.extend(parts.iter().map(|part| (*part, false)));
            }
            _ => found.push((id, value)),
        }
    }
    Some(found)
}

/// The name of the clauses of the question.
const GIVEN: usize = usize::MAX;

fn said(atoms: &[(&Atom, bool)]) -> String {
    let one =
        |(atom, value): &(&Atom, bool)| format!("{}{atom:?}", if *value { "" } else { "not " });
    atoms.iter().map(one).collect::<Vec<_>>().join(" and ")
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherQuestion => {
                f.write_str("the certificate is about another question, or of another version")
            }
            Self::DoesNotFollow(step) => {
                write!(f, "step {step}: the clause does not follow from the steps before")
            }
            Self::NotConfirmed(step, atoms) => {
                write!(f, "step {step}: the lemma is not confirmed: {atoms}")
            }
            Self::NoSuchNumber(step) => {
                write!(f, "step {step}: a number stands for nothing that the step may speak of")
            }
            Self::Unfinished => f.write_str("the last step is not the empty clause"),
            Self::WrongWitness => {
                f.write_str("the request in it is not one that the property is about")
            }
        }
    }
}

impl std::error::Error for Refusal {}
