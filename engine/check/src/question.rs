//! Questions in numbered formulas, and the check of the steps of a certificate against one.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use crate::Refusal;
use crate::budget::Steps;
use crate::fields::Universe;
use crate::format;
use crate::key_facts::KeyFacts;
use crate::lemma;
use crate::numbering::Numbering;
use crate::rup::{ClauseDb, Lit};
use crate::step::Step;
use polsim_decide::formula::{Atom, FormulaId, Formulas};

/// Upper bound on the steps of work of one lemma: some ten to a hundred nanoseconds each.
const MAX_LEMMA_STEPS: u64 = 200_000_000;

/// The name of the clauses that the question itself has.
pub(crate) const GIVEN: usize = usize::MAX;

/// A question, lowered: is there a request for which all of the roots hold?
#[derive(Debug)]
pub struct Question<'a> {
    pub(crate) formulas: &'a mut Formulas,
    key_facts: &'a KeyFacts,
    /// The asked formulas, written out over the fields.
    pub(crate) roots: Vec<FormulaId>,
    /// The names of the roots, for readers of certificates.
    pub(crate) names: Vec<Box<str>>,
    pub(crate) numbering: Numbering,
}

impl<'a> Question<'a> {
    /// The question whether a request makes all of `asked` hold.
    pub fn new(
        formulas: &'a mut Formulas,
        key_facts: &'a KeyFacts,
        asked: impl IntoIterator<Item = FormulaId>,
    ) -> Self {
        Self::named(formulas, key_facts, asked.into_iter().map(|it| ("asked".into(), it)))
    }

    /// The question whether a request makes all of `asked` hold, each with a name for readers of a
    /// certificate.
    pub fn named(
        formulas: &'a mut Formulas,
        key_facts: &'a KeyFacts,
        asked: impl IntoIterator<Item = (Box<str>, FormulaId)>,
    ) -> Self {
        let mut universe = Universe::new();
        let mut roots = Universe::facts(formulas);
        let mut names: Vec<Box<str>> = roots.iter().map(|_| "universe".into()).collect();
        for (name, formula) in asked {
            roots.push(universe.expand(formulas, formula));
            names.push(name);
        }
        let numbering = Numbering::new(formulas, &roots);
        Self { formulas, key_facts, roots, names, numbering }
    }

    /// A 64-bit hash of the question's formulas, by which a certificate knows its question.
    pub fn fingerprint(&self) -> u64 {
        self.numbering.fingerprint(self.formulas)
    }

    /// The question as JSON: its nodes, and its roots, all of which are asked to hold.
    pub fn to_json(&self) -> Json {
        let literal = |id: &FormulaId| self.numbering.literal(self.formulas, *id);
        let named = self.names.iter().zip(&self.roots);
        let roots: Vec<Json> =
            named.map(|(name, id)| json!({"name": name, "literal": literal(id)})).collect();
        json!({"nodes": format::nodes(self.formulas, &self.numbering), "roots": roots})
    }

    /// Hands the clauses of the question to `add`: each root, and the definitions of the formulas
    /// that it is made of.
    pub(crate) fn each_clause(&self, mut add: impl FnMut(&[Lit])) {
        let mut defined = HashSet::new();
        for root in &self.roots {
            // The numbering begins at the roots, so each has a literal; without one it says nothing.
            let literal = self.numbering.literal(self.formulas, *root);
            debug_assert!(literal.is_some(), "a root has no number");
            if let Some(lit) = literal {
                self.numbering.clauses(self.formulas, lit, &mut defined, &mut add);
                add(&[lit]);
            }
        }
    }

    /// The clauses of the question as a database.
    pub(crate) fn clauses(&self) -> ClauseDb {
        let mut db = ClauseDb::default();
        self.each_clause(|clause| db.add(clause, GIVEN));
        db
    }

    /// Checks the steps one after the other, down to the empty clause.
    ///
    /// # Errors
    /// The first step that is not right.
    pub fn check(mut self, steps: &[Step]) -> Result<(), Refusal> {
        let mut db = self.clauses();
        for (at, step) in steps.iter().enumerate() {
            let number = at.saturating_add(1);
            match step {
                Step::Atom(atom) => {
                    let id = self.formulas.atom(atom.clone());
                    if !self.numbering.add(id) {
                        return Err(Refusal::NoSuchNumber(number));
                    }
                }
                Step::Clause(clause) => {
                    if clause.iter().any(|lit| self.numbering.formula(*lit).is_none()) {
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
        let atom = |lit: &Lit| Some((self.numbering.atom(self.formulas, *lit)?, *lit < 0));
        let atoms: Option<Vec<(&Atom, bool)>> = clause.iter().map(atom).collect();
        let atoms = atoms.ok_or(Refusal::NoSuchNumber(number))?;
        let mut budget = Steps::new(MAX_LEMMA_STEPS);
        match lemma::contradict(&atoms, self.key_facts, &mut budget) {
            Ok(true) => Ok(()),
            _ => Err(Refusal::NotConfirmed(number, described(&atoms))),
        }
    }
}

fn described(atoms: &[(&Atom, bool)]) -> String {
    let one =
        |(atom, value): &(&Atom, bool)| format!("{}{atom:?}", if *value { "" } else { "not " });
    atoms.iter().map(one).collect::<Vec<_>>().join(" and ")
}
