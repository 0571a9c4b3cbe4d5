//! Formulas with the atoms that a class settles as constants, and what is left of them counted.

use crate::formula::{FormulaId, Formulas, Node};

use super::class::Class;

/// The formulas of a set as far as a class and the questions before settle them.
pub(super) struct Folded<'a> {
    pub(super) formulas: &'a Formulas,
    /// The constant of each formula that has one.
    constants: Vec<Option<bool>>,
    /// The number of open formulas that each is a part of.
    uses: Vec<u32>,
    /// The cost of reading each.
    costs: Vec<u32>,
}

impl<'a> Folded<'a> {
    /// The formulas for a class, these known to be false; `cost` is that of an atom or guarded
    /// disjunction, none for anything else.
    pub(super) fn new(
        formulas: &'a Formulas,
        (class, known_false): (Class, &[FormulaId]),
        root: FormulaId,
        cost: impl Fn(FormulaId) -> Option<u32>,
    ) -> Self {
        let mut folded = Self {
            formulas,
            constants: Vec::with_capacity(formulas.len()),
            uses: vec![0; formulas.len()],
            costs: Vec::with_capacity(formulas.len()),
        };
        // Parts have smaller ids than what they are parts of.
        for id in formulas.ids() {
            let constant = if known_false.contains(&id) {
                Some(false)
            } else {
                folded.constant_of(class, formulas.node(id))
            };
            folded.constants.push(constant);
            let cost = cost(id).unwrap_or_else(|| folded.cost_of(formulas.node(id)));
            folded.costs.push(cost);
        }
        folded.count_uses(root);
        folded
    }

    fn constant_of(&self, class: Class, node: &Node) -> Option<bool> {
        match node {
            Node::All(parts) => self.combined(parts, true),
            Node::Any(parts) => self.combined(parts, false),
            Node::Atom(atom) => class.settles(self.formulas.atom_of(*atom)?),
            Node::Not(inner) => self.constant(*inner).map(|it| !it),
            Node::Truth(value) => Some(*value),
        }
    }

    /// The constant of a conjunction (`neutral` true) or disjunction.
    fn combined(&self, parts: &[FormulaId], neutral: bool) -> Option<bool> {
        let mut all_neutral = true;
        for part in parts {
            match self.constant(*part) {
                Some(constant) if constant == neutral => (),
                Some(constant) => return Some(constant),
                None => all_neutral = false,
            }
        }
        all_neutral.then_some(neutral)
    }

    /// What reading costs: the cheapest part, and half of the others, as the first often decides.
    fn cost_of(&self, node: &Node) -> u32 {
        let costs = node.parts().iter().filter(|it| self.constant(**it).is_none());
        let costs = costs.map(|it| self.cost(*it));
        let (mut cheapest, mut sum) = (u32::MAX, 0_u32);
        for cost in costs {
            cheapest = cheapest.min(cost);
            sum = sum.saturating_add(cost);
        }
        let cheapest = cheapest.min(sum);
        cheapest.saturating_add(sum.saturating_sub(cheapest) >> 1)
    }

    fn count_uses(&mut self, root: FormulaId) {
        let formulas = self.formulas;
        let mut counted = vec![false; formulas.len()];
        let mut left = vec![root];
        while let Some(id) = left.pop() {
            if self.constant(id).is_some() {
                continue;
            }
            match counted.get_mut(id.index()) {
                Some(counted) if !*counted => *counted = true,
                _ => continue,
            }
            for part in formulas.node(id).parts() {
                if let Some(uses) = self.uses.get_mut(part.index()) {
                    *uses = uses.saturating_add(1);
                }
                left.push(*part);
            }
        }
    }

    /// The constant that a formula is, if it is one.
    pub(super) fn constant(&self, id: FormulaId) -> Option<bool> {
        self.constants.get(id.index()).copied().flatten()
    }

    /// The cost of reading a formula.
    pub(super) fn cost(&self, id: FormulaId) -> u32 {
        self.costs.get(id.index()).copied().unwrap_or_default()
    }

    /// True for a formula that several others ask for.
    pub(super) fn is_shared(&self, id: FormulaId) -> bool {
        self.uses.get(id.index()).is_some_and(|it| *it > 1)
    }

    /// The parts of a formula that are no constants, the cheapest first.
    pub(super) fn open_parts(&self, parts: &[FormulaId]) -> Vec<FormulaId> {
        let mut open: Vec<FormulaId> =
            parts.iter().copied().filter(|it| self.constant(*it).is_none()).collect();
        open.sort_by_key(|it| self.cost(*it));
        open
    }
}
