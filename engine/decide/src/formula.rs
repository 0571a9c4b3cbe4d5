//! Formulas over atoms of the request: what policies, networks and properties lower to, and what
//! the evaluator and the prover read.
//!
//! An [`Atom`] is one predicate on one field of the request; a [`Formulas`] store holds boolean
//! combinations of atoms, each distinct one once. The meaning of each predicate is written once, as
//! a type with two faces: `test` against a value of a concrete request, and the plain data of the
//! type itself, which the prover reads as a language (a set of strings, addresses, numbers).

mod assign;
mod atom;
mod choice;
mod evaluator;
mod expression;
mod predicate;
mod store;
mod world_set;
mod world_table;

pub use atom::{Atom, KeyTest, PrincipalTest};
pub use choice::{ChoiceId, ChoiceScope, World};
pub use evaluator::Evaluator;
pub use expression::Expression;
pub use predicate::{Predicate, Relation};
pub use store::{AtomId, FormulaId, Formulas, Node};
pub use world_set::WorldSet;
pub use world_table::{MAX_CHOICES, WorldTable};
