//! The truth of any formula for one concrete request in one world.

use super::{Atom, FormulaId, Formulas, Node, World};
use crate::request::Request;

/// An evaluation of formulas for one request, each formula read once. Policy sets are compiled and
/// decided by [`PolicySet`](crate::eval::PolicySet); everybody else who has a formula and a request
/// uses this.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{Atom, Evaluator, Formulas};
/// # use polsim::request::{Request, RequestParts};
/// let mut formulas = Formulas::new();
/// let same_account = formulas.atom(Atom::SameAccount);
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "sqs:SendMessage",
///     resource: "arn:aws:sqs:eu-west-1:444455556666:queue",
///     ..RequestParts::default()
/// }).expect("a valid request");
/// assert!(!Evaluator::new(&formulas, &request).holds(same_account));
/// ```
#[derive(Debug)]
pub struct Evaluator<'a> {
    formulas: &'a Formulas,
    request: &'a Request,
    world: World,
    /// The truth of each formula, where it is known.
    known: Vec<Option<bool>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluation of these formulas for one request, in the default world.
    pub fn new(formulas: &'a Formulas, request: &'a Request) -> Self {
        Self::in_world(formulas, request, World::default())
    }

    /// An evaluation of these formulas for one request in this world.
    pub fn in_world(formulas: &'a Formulas, request: &'a Request, world: World) -> Self {
        Self { formulas, request, world, known: Vec::new() }
    }

    /// Tells whether the formula holds for the request.
    pub fn holds(&mut self, id: FormulaId) -> bool {
        if let Some(Some(known)) = self.known.get(id.index()) {
            return *known;
        }
        let formulas = self.formulas;
        let holds = match formulas.node(id) {
            Node::All(parts) => parts.iter().all(|part| self.holds(*part)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(*part)),
            Node::Atom(atom) => {
                let test = |atom: &Atom| atom.test(self.request, &self.world);
                formulas.atom_of(*atom).is_some_and(test)
            }
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
