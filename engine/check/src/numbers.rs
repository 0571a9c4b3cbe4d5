//! The numbers by which a certificate speaks of formulas.
//!
//! The formulas of a question are numbered from 1 as a walk from its roots meets them, parts in
//! their order; a negation is the negative number. Lowering the same documents again gives the same
//! formulas in the same order, so nothing but numbers has to be written down. A fingerprint tells
//! whether they are the same.

use std::collections::HashMap;

use super::rup::Lit;
use polsim_decide::formula::{Atom, FormulaId, Formulas, Node};
use polsim_decide::text::Fnv1a;

/// Numbered formulas.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    formulas: Vec<FormulaId>,
    by_formula: HashMap<FormulaId, Lit>,
}

impl Numbers {
    /// Numbers for everything that the roots are made of.
    pub fn new(formulas: &Formulas, roots: &[FormulaId]) -> Self {
        let mut numbers = Self::default();
        numbers.extend(formulas, roots);
        numbers
    }

    /// Gives everything a number that the roots are made of and that has none.
    pub fn extend(&mut self, formulas: &Formulas, roots: &[FormulaId]) {
        let mut open: Vec<FormulaId> = roots.iter().rev().copied().collect();
        while let Some(id) = open.pop() {
            match formulas.node(id) {
                Node::Not(inner) => open.push(*inner),
                node => {
                    if self.add(id) {
                        open.extend(node.parts().iter().rev());
                    }
                }
            }
        }
    }

    /// How many formulas have a number.
    pub fn count(&self) -> usize {
        self.formulas.len()
    }

    /// Gives a formula that is no negation a number, unless it has one.
    pub fn add(&mut self, id: FormulaId) -> bool {
        let next = Lit::try_from(self.formulas.len().saturating_add(1)).unwrap_or(Lit::MAX);
        let new = !self.by_formula.contains_key(&id);
        if new {
            self.formulas.push(id);
            self.by_formula.insert(id, next);
        }
        new
    }

    /// The literal of a formula.
    pub fn literal(&self, formulas: &Formulas, id: FormulaId) -> Option<Lit> {
        match formulas.node(id) {
            Node::Not(inner) => self.by_formula.get(inner).map(|lit| lit.wrapping_neg()),
            _ => self.by_formula.get(&id).copied(),
        }
    }

    /// The formula of a literal's number.
    pub fn formula(&self, lit: Lit) -> Option<FormulaId> {
        let at = usize::try_from(lit.unsigned_abs()).ok()?.checked_sub(1)?;
        self.formulas.get(at).copied()
    }

    /// The atom of a literal's number, if it is one.
    pub fn atom<'f>(&self, formulas: &'f Formulas, lit: Lit) -> Option<&'f Atom> {
        match formulas.node(self.formula(lit)?) {
            Node::Atom(atom) => formulas.atom_of(*atom),
            _ => None,
        }
    }

    /// A number that is another for another question, as far as 64 bits go.
    pub fn fingerprint(&self, formulas: &Formulas) -> u64 {
        let mut hash = Fnv1a::new();
        for id in &self.formulas {
            match formulas.node(*id) {
                Node::Atom(atom) => {
                    hash = hash.text(&format!("{:?}", formulas.atom_of(*atom)));
                }
                node => {
                    hash = hash.text(match node {
                        Node::All(_) => "all",
                        Node::Any(_) => "any",
                        _ => "truth",
                    });
                    for part in node.parts() {
                        hash = hash.text(&self.literal(formulas, *part).unwrap_or(0).to_string());
                    }
                }
            }
        }
        hash.value()
    }

    /// The clauses that say what `lit` asks for, and what its parts ask for: a conjunction has all
    /// of its parts, a disjunction one.
    pub fn clauses(
        &self,
        formulas: &Formulas,
        lit: Lit,
        asked: &mut std::collections::HashSet<Lit>,
        mut clause: impl FnMut(&[Lit]),
    ) {
        let mut open = vec![lit];
        while let Some(lit) = open.pop() {
            let Some(id) = self.formula(lit) else { continue };
            if !asked.insert(lit) {
                continue;
            }
            let not_lit = lit.wrapping_neg();
            let own = |part: &FormulaId| {
                let part = self.literal(formulas, *part)?;
                Some(if lit > 0 { part } else { part.wrapping_neg() })
            };
            let node = formulas.node(id);
            let list: Vec<Lit> = node.parts().iter().filter_map(own).collect();
            match (node, lit > 0) {
                (Node::All(_), true) | (Node::Any(_), false) => {
                    for part in &list {
                        clause(&[not_lit, *part]);
                    }
                }
                (Node::All(_), false) | (Node::Any(_), true) => {
                    let whole: Vec<Lit> = std::iter::once(not_lit).chain(list.clone()).collect();
                    clause(&whole);
                }
                (Node::Truth(value), positive) if *value != positive => clause(&[not_lit]),
                (Node::Atom(_) | Node::Not(_) | Node::Truth(_), _) => (),
            }
            open.extend(list);
        }
    }
}
