//! The symbolic reader of the formula: for every request, not for a sample.
//!
//! A question is a formula of the store that policies and properties lower to: is there a request
//! for which it holds? The answer is a request for which the concrete reader says that it does, or a
//! proof that there is none, or that nobody knows and why.
//!
//! | module | does |
//! | --- | --- |
//! | `fields` | writes atoms out over the independent fields of a request |
//! | `search` | finds which atoms have to hold: clause learning over a justified formula |
//! | `judge` | asks the theories about them, and makes a request of the answers |
//! | `theory` | decides one field at a time |
//! | `core` | puts these together |
//! | `check` | decides the theories' lemmas once more, by plainer means |
//! | `smt` | writes questions as SMT-LIB, for a second opinion |

mod certificate;
mod compare;
mod construct;
mod example;
mod formula_names;
mod property;
mod question;
mod redundant;
mod set;
mod shape;
mod verdict;
mod verify;

pub use certificate::Certificate;
pub use compare::{
    Actions, Changes, Comparison, Diff, DiffVerdict, Difference, Directions, Premise, Rest,
};
pub use example::Example;
pub use polsim_check::Refusal;
pub use polsim_check::budget::{Budget, Interrupt};
pub use polsim_solve::smt::Script;
pub use property::{Asker, Claim, Expected};
pub use redundant::{Cover, Redundancies, Redundancy, Redundant, RedundantKind};
pub use verdict::{Construct, Evidence, Obstacle, Proof, Reason, Verdict};
pub(crate) use verify::assumptions;
pub use verify::{
    Asked, Fix, FixKind, Patience, Prepared, Report, Verifier, Written, WrittenProperty,
};
