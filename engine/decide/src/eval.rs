//! The concrete reader: one request, one decision, and why.
//!
//! A [`PolicySet`] is lowered and compiled once and asked about many requests.
//! [`PolicySet::decide`] answers without allocating; [`PolicySet::explain`] tells what every layer
//! and statement said. Both only read the formula.

mod compiled;
mod deciders;
mod decision;
mod explain;
mod index;
mod program;
mod remedy;
mod value;
mod wording;

pub use compiled::{PolicySet, Scratch};
pub use decision::{Decision, Expectation, Place, StatementRef};
pub use explain::{
    ConditionTrace, ElementTrace, Explanation, LayerOutcome, LayerTrace, StatementTrace,
};
pub use remedy::{NearMiss, Remedy};
pub use value::ValueTrace;
