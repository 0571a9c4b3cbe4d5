//! Trimming: the logged steps of a search as the numbered steps of a certificate, without those that
//! the end does not rest on.

use std::collections::HashSet;

use crate::proof::{Clause, ProofStep};
use crate::question::Question;
use crate::rup::{Antecedent, Antecedents, ClauseDb, Lit};
use crate::step::Step;
use polsim_decide::formula::{FormulaId, Formulas, Node};

/// A step that was taken, and the clauses that it follows from.
type Taken = (Step, Antecedents);

impl Question<'_> {
    /// The steps of the search that matter, in numbers; `None` if they do not come to an end.
    pub fn steps(mut self, logged: &[ProofStep]) -> Option<Vec<Step>> {
        let mut db = self.clauses();
        let mut taken: Vec<Taken> = Vec::new();
        let mut end = db.implies(&[]);
        for step in logged {
            if end.is_some() {
                break;
            }
            let Some(clause) = self.numbered(step, &mut taken) else { continue };
            let name = taken.len();
            if step.is_lemma() {
                db.add(&clause, name);
                taken.push((Step::Lemma(clause.into()), Vec::new()));
            } else if let Some(antecedents) = db.implies(&clause) {
                db.add(&clause, name);
                taken.push((Step::Clause(clause.into()), antecedents));
            }
            end = db.implies(&[]);
        }
        let needed = needed(end?, &taken, &db);
        // Atoms keep their numbers, so they all stay.
        let mut kept: Vec<Step> = taken
            .into_iter()
            .zip(needed)
            .filter(|((step, _), needed)| *needed || matches!(step, Step::Atom(..)))
            .map(|((step, _), _)| step)
            .collect();
        if kept.last() != Some(&Step::Clause(Box::default())) {
            kept.push(Step::Clause(Box::default()));
        }
        Some(kept)
    }

    /// The clause of a step in numbers; new atoms of a lemma get one. `None` if the clause is about
    /// something else than the question.
    fn numbered(&mut self, step: &ProofStep, taken: &mut Vec<Taken>) -> Option<Vec<Lit>> {
        let mut clause = Vec::new();
        for (id, value) in literals(self.formulas, step)? {
            if let Node::Atom(atom) = self.formulas.node(id)
                && step.is_lemma()
                && self.numbering.literal(self.formulas, id).is_none()
            {
                let atom = self.formulas.atom_of(*atom)?;
                taken.push((Step::of_atom(atom)?, Vec::new()));
                self.numbering.add(id);
            }
            let lit = self.numbering.literal(self.formulas, id)?;
            clause.push(if value { lit } else { lit.wrapping_neg() });
        }
        Some(clause)
    }
}

/// For each step that was taken: true if the end rests on it.
fn needed(end: Antecedents, taken: &[Taken], db: &ClauseDb) -> Vec<bool> {
    let mut needed = vec![false; taken.len()];
    let mut top_level: HashSet<usize> = HashSet::new();
    let mut open = end;
    while let Some(antecedent) = open.pop() {
        match antecedent {
            Antecedent::Clause(name) => {
                if let Some(needed) = needed.get_mut(name)
                    && !std::mem::replace(needed, true)
                {
                    open.extend(taken.get(name).into_iter().flat_map(|(_, own)| own));
                }
            }
            Antecedent::TopLevel(variable) => {
                if top_level.insert(variable) {
                    open.extend(db.top_level(variable));
                }
            }
        }
    }
    needed
}

/// The literals of a step's clause over formulas that are neither negations nor constants; those of
/// a lemma are atoms. `None` if the clause is a tautology.
pub(crate) fn literals(formulas: &Formulas, step: &ProofStep) -> Option<Clause> {
    let mut found: Vec<(FormulaId, bool)> = Vec::new();
    let mut open = step.clause().clone();
    while let Some((id, value)) = open.pop() {
        match formulas.node(id) {
            Node::Not(inner) => open.push((*inner, !value)),
            Node::Truth(truth) if *truth == value => return None,
            Node::Truth(_) => (),
            Node::Any(parts) if step.is_lemma() && value => {
                open.extend(parts.iter().map(|part| (*part, true)));
            }
            Node::All(parts) if step.is_lemma() && !value => {
                open.extend(parts.iter().map(|part| (*part, false)));
            }
            _ => found.push((id, value)),
        }
    }
    Some(found)
}
