//! The formula that everything lowers to and every reader reads.
//!
//! An [`Atom`] is one predicate on one field of the request; a [`Formulas`] store holds boolean
//! combinations of atoms, each distinct one once. The meaning of each predicate is written once, as
//! a type with two faces: `test` against a value of a concrete request, and the plain data of the
//! type itself, which the prover reads as a language (a set of strings, addresses, numbers).

mod atom;
mod predicate;
mod reader;
mod store;

pub use atom::{Atom, KeyTest, PrincipalTest};
pub use predicate::{Predicate, Relation};
pub use reader::Reader;
pub use store::{AtomId, FormulaId, Formulas, Node};
