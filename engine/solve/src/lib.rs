//! The solver: formula in, model or proof out.
//!
//! A question is a formula over atoms on the fields of a request; policy types, accounts and networks
//! are unknown here.
//!
//! | module | does |
//! | --- | --- |
//! | [`solver`] | answers one question after another over one formula store |
//! | `search` | finds which atoms have to hold: clause learning over a justified formula |
//! | `combine` | asks each field's theory about them, and makes a request of the answers |
//! | `theory` | decides one field at a time |
//! | `value_language` | the texts that a field can be, as automata |
//! | [`result`] | a model, a proof, or the reasons why the answer is unknown |
//! | [`smt`] | writes questions as SMT-LIB, for a second opinion |
//!
//! The checker of the proofs is the crate `polsim-check`, on which this one stands: cargo refuses an
//! arrow from the checker to what it checks.

mod combine;
pub mod result;
mod search;
pub mod smt;
pub mod solver;
mod theory;
mod value_language;

pub use theory::action::actions_overlap;

#[cfg(test)]
mod agreement;
#[cfg(test)]
#[path = "../../check/tests/support/described.rs"]
mod support;
