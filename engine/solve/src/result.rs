//! Results of the solver.

use polsim_check::budget::Interrupt;
use polsim_decide::formula::{AtomId, World};
use polsim_decide::request::Request;

/// A request, and a world, in which a formula holds.
#[derive(Clone, Debug)]
pub struct Model {
    /// The request.
    pub request: Request,
    /// The values of the choices on which it rests that the formula holds; any value of the others
    /// will do.
    pub world: World,
}

/// The result of a query for a model of a formula.
#[derive(Clone, Debug)]
pub enum SolveResult<M = Box<Model>> {
    /// Unsatisfiable under the assumptions of these numbers, the failed assumptions.
    Unsat(Vec<usize>),
    /// Satisfiable, by this model.
    Sat(M),
    /// Stopped by a limit before an answer was found.
    Interrupted(Interrupt),
    /// Undecided, for these reasons: some assignments had to be passed over.
    Unknown(Vec<UnknownReason>),
}

/// The reason why an assignment of atoms was passed over undecided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnknownReason {
    /// A request that the theories found and for which the formula does not hold after all.
    Disagreement,
    /// An atom that a theory cannot decide together with others.
    Mixture(AtomId),
    /// An atom whose policy variables are beyond what is decided.
    Variable(AtomId),
}
