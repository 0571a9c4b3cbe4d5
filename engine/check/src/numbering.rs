//! Numbering: the numbers by which a certificate speaks of formulas, and their defining clauses.
//!
//! The formulas of a question are numbered from 1 as a walk from its roots meets them, parts in
//! their order; a negation is the negative number. Lowering the same documents again gives the same
//! formulas in the same order, so nothing but numbers has to be written down. A fingerprint tells
//! whether they are the same.

use std::collections::{HashMap, HashSet};

use crate::rup::Lit;
use polsim_decide::formula::{Atom, FormulaId, Formulas, Node};
use polsim_decide::text::Fnv1a;

/// Formulas with their numbers, from 1.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbering {
    formulas: Vec<FormulaId>,
    by_formula: HashMap<FormulaId, Lit>,
}

impl Numbering {
    /// The numbering of all formulas that the roots are made of.
    pub(crate) fn new(formulas: &Formulas, roots: &[FormulaId]) -> Self {
        let mut numbering = Self::default();
        numbering.extend(formulas, roots);
        numbering
    }

    /// Gives a number to each formula that the roots are made of and that has none.
    pub(crate) fn extend(&mut self, formulas: &Formulas, roots: &[FormulaId]) {
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

    /// The numbered formulas, in the order of their numbers.
    pub(crate) fn formulas(&self) -> &[FormulaId] {
        &self.formulas
    }

    /// The number of numbered formulas.
    pub(crate) fn count(&self) -> usize {
        self.formulas.len()
    }

    /// Gives a formula that is no negation a number; false if it has one.
    pub(crate) fn add(&mut self, id: FormulaId) -> bool {
        let next = Lit::try_from(self.formulas.len().saturating_add(1)).unwrap_or(Lit::MAX);
        let new = !self.by_formula.contains_key(&id);
        if new {
            self.formulas.push(id);
            self.by_formula.insert(id, next);
        }
        new
    }

    /// The literal of a formula.
    pub(crate) fn literal(&self, formulas: &Formulas, id: FormulaId) -> Option<Lit> {
        match formulas.node(id) {
            Node::Not(inner) => self.by_formula.get(inner).map(|lit| lit.wrapping_neg()),
            _ => self.by_formula.get(&id).copied(),
        }
    }

    /// The formula of a literal's number.
    pub(crate) fn formula(&self, lit: Lit) -> Option<FormulaId> {
        let at = usize::try_from(lit.unsigned_abs()).ok()?.checked_sub(1)?;
        self.formulas.get(at).copied()
    }

    /// The atom of a literal's number, if it is one.
    pub(crate) fn atom<'f>(&self, formulas: &'f Formulas, lit: Lit) -> Option<&'f Atom> {
        match formulas.node(self.formula(lit)?) {
            Node::Atom(atom) => formulas.atom_of(*atom),
            _ => None,
        }
    }

    /// A 64-bit hash of all numbered formulas in their order.
    pub(crate) fn fingerprint(&self, formulas: &Formulas) -> u64 {
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

    /// The defining clauses of `lit` and of the parts that it asks for, in one direction (Plaisted and
    /// Greenbaum): a conjunction implies each of its parts, a disjunction one of them.
    pub(crate) fn clauses(
        &self,
        formulas: &Formulas,
        lit: Lit,
        defined: &mut HashSet<Lit>,
        mut clause: impl FnMut(&[Lit]),
    ) {
        let mut open = vec![lit];
        while let Some(lit) = open.pop() {
            let Some(id) = self.formula(lit) else { continue };
            if !defined.insert(lit) {
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
