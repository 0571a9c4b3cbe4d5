//! Reading any formula with a concrete request.

use super::{FormulaId, Formulas, Node};
use crate::request::Request;

/// What is known of formulas for one request. The evaluator of policy sets is compiled and does not
/// read so; everybody else who has a formula and a request does.
#[derive(Debug)]
pub struct Reader<'a> {
    formulas: &'a Formulas,
    request: &'a Request,
    /// By formula.
    known: Vec<Option<bool>>,
}

impl<'a> Reader<'a> {
    /// A reader of these formulas about one request.
    pub fn new(formulas: &'a Formulas, request: &'a Request) -> Self {
        Self { formulas, request, known: Vec::new() }
    }

    /// Whether the formula holds for the request. Each formula is read once.
    pub fn holds(&mut self, id: FormulaId) -> bool {
        if let Some(Some(known)) = self.known.get(id.index()) {
            return *known;
        }
        let formulas = self.formulas;
        let holds = match formulas.node(id) {
            Node::All(parts) => parts.iter().all(|part| self.holds(*part)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(*part)),
            Node::Atom(atom) => formulas.atom_of(*atom).is_some_and(|atom| atom.test(self.request)),
            Node::Not(inner) => !self.holds(*inner),
            Node::Truth(value) => *value,
        };
        if self.known.len() <= id.index() {
            self.known.resize(formulas.len(), None);
        }
        if let Some(slot) = self.known.get_mut(id.index()) {
            *slot = Some(holds);
        }
        holds
    }
}
