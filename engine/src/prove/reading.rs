//! Reading any formula with a concrete request.

use super::search::literal::Table;
use crate::formula::{FormulaId, Formulas, Node};
use crate::request::Request;

/// What is known of formulas for one request.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    formulas: &'a Formulas,
    request: &'a Request,
    known: Table<Option<bool>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(formulas: &'a Formulas, request: &'a Request) -> Self {
        Self { formulas, request, known: Table::new(None) }
    }

    /// Whether the formula holds for the request. Each formula is read once.
    pub(crate) fn holds(&mut self, id: FormulaId) -> bool {
        if let Some(known) = *self.known.get(id.index()) {
            return known;
        }
        let formulas = self.formulas;
        let holds = match formulas.node(id) {
            Node::All(parts) => parts.iter().all(|part| self.holds(*part)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(*part)),
            Node::Atom(atom) => formulas.atom_of(*atom).is_some_and(|atom| atom.test(self.request)),
            Node::Not(inner) => !self.holds(*inner),
            Node::Truth(value) => *value,
        };
        self.known.set(id.index(), Some(holds));
        holds
    }
}
