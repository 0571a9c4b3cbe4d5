//! Formulas with some atoms given: pins, residuals, expansions.

use rustc_hash::FxHashMap;

use super::{Atom, FormulaId, Formulas, Node};
use crate::request::Request;

impl Formulas {
    /// The formula with the atoms for which `value` tells one replaced by that constant. Each part
    /// is visited once.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::formula::{Atom, Formulas};
    /// let mut formulas = Formulas::new();
    /// let [same, partition] = [Atom::SameAccount, Atom::SamePartition].map(|it| formulas.atom(it));
    /// let both = formulas.all([same, partition]);
    /// let rest = formulas.assign(both, |atom| (*atom == Atom::SamePartition).then_some(true));
    /// assert_eq!(rest, same);
    /// ```
    pub fn assign(&mut self, root: FormulaId, value: impl Fn(&Atom) -> Option<bool>) -> FormulaId {
        self.assigned(root, &value, &mut FxHashMap::default())
    }

    /// The formula over choices that is left of a formula for one request.
    pub fn for_request(&mut self, root: FormulaId, request: &Request) -> FormulaId {
        self.assign(root, |atom| atom.test_of_request(request))
    }

    fn assigned(
        &mut self,
        id: FormulaId,
        value: &impl Fn(&Atom) -> Option<bool>,
        done: &mut FxHashMap<FormulaId, FormulaId>,
    ) -> FormulaId {
        if let Some(known) = done.get(&id) {
            return *known;
        }
        let assigned = match self.node(id).clone() {
            Node::All(parts) => {
                let parts: Vec<FormulaId> =
                    parts.iter().map(|part| self.assigned(*part, value, done)).collect();
                self.all(parts)
            }
            Node::Any(parts) => {
                let parts: Vec<FormulaId> =
                    parts.iter().map(|part| self.assigned(*part, value, done)).collect();
                self.any(parts)
            }
            Node::Atom(atom) => match self.atom_of(atom).and_then(value) {
                Some(constant) => self.truth(constant),
                None => id,
            },
            Node::Not(inner) => {
                let inner = self.assigned(inner, value, done);
                self.not(inner)
            }
            Node::Truth(_) => id,
        };
        done.insert(id, assigned);
        assigned
    }
}
