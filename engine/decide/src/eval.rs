//! Decisions on concrete requests, and their explanation.
//!
//! A [`PolicySet`] is lowered and compiled once and asked about many requests.
//! [`PolicySet::decide`] gives the decision, [`PolicySet::explain`] what every layer and statement
//! said; both only read the formula. Callers that ask many times keep a [`Scratch`]: with it,
//! [`PolicySet::decide_with`] allocates nothing.

mod answer;
mod classes;
mod code;
mod compiled;
mod decision;
mod depends;
mod explain;
mod index;
mod kleene;
mod matched_statements;
mod partial;
mod parting;
mod program;
mod read_keys;
mod refused_call;
mod remarks;
mod remedy;
mod statement_names;
mod trace;
mod truth;
mod value;
mod wording;

pub use answer::{Answer, RestsOn};
pub use compiled::{PolicySet, Scratch};
pub use decision::{Decision, Expectation, Place, StatementRef};
pub use depends::{Completion, Dependency, Depends, PartialAnswer, PartialDecision};
pub use explain::Explanation;
pub use parting::Parting;
pub use refused_call::RefusedCall;
pub use remedy::{NearMiss, Remedy};
pub use trace::{ConditionTrace, ElementTrace, LayerOutcome, LayerTrace, StatementTrace};
pub use value::ValueTrace;
