//! Decisions on concrete requests, and their explanation.
//!
//! A [`PolicySet`] is lowered and compiled once and asked about many requests.
//! [`PolicySet::decide`] answers without allocating; [`PolicySet::explain`] tells what every layer
//! and statement said. Both only read the formula.

mod compiled;
mod decision;
mod explain;
mod index;
mod matched_statements;
mod program;
mod remedy;
mod statement_names;
mod trace;
mod value;
mod wording;

pub use compiled::{PolicySet, Scratch};
pub use decision::{Decision, Expectation, Place, StatementRef};
pub use explain::Explanation;
pub use remedy::{NearMiss, Remedy};
pub use trace::{ConditionTrace, ElementTrace, LayerOutcome, LayerTrace, StatementTrace};
pub use value::ValueTrace;
