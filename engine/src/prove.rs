//! Questions about all requests: properties, comparisons and redundant parts of policy sets.
//!
//! A question is a formula of the store that policies and shapes lower to: is there a request for
//! which it holds? The answer is a request, which the evaluator has decided again, or a proof that
//! there is none, which the checker has taken step by step, or a reason why it is unknown.
//!
//! | question | asked by | answer |
//! | --- | --- | --- |
//! | does a [`Property`] hold? | [`Verifier`] | [`Verdict`] |
//! | which requests do two policy sets decide differently? | [`Comparison`] | [`Diff`] |
//! | which parts of a policy set change no decision? | [`Redundancy`] | [`Redundancies`] |
//!
//! | module | holds |
//! | --- | --- |
//! | `property`, `request_shape` | the claim of a property, and the requests that it is about |
//! | `caller`, `lowered_property` | both as formulas, for each kind of caller |
//! | `queries` | the solver, with the facts assumed of every request |
//! | `verify`, `verdict` | verdicts on properties, and their evidence |
//! | `witness` | a request that the solver found, made plain and decided by the evaluator |
//! | `certificate`, `recheck` | proofs as files, and their check against a property lowered again |
//! | `fix` | changes of a policy with which a violated property holds |
//! | `compare`, `redundant` | the questions about two sets, and about a set without a part |
//! | `limits` | budgets and interrupts |
//! | `atom_source`, `formula_names` | places and names, for reasons and for SMT-LIB scripts |
//!
//! The solver is the crate `polsim-solve`, the checker of its proofs `polsim-check`.

mod asked_about;
mod atom_source;
mod caller;
mod certificate;
mod compare;
mod fix;
mod formula_names;
mod goal;
mod limits;
mod lowered_property;
mod nearest;
mod property;
mod queries;
mod recheck;
mod redundant;
mod regions;
mod request_shape;
mod vacuous;
mod verdict;
mod verify;
mod witness;

pub use asked_about::AskedAbout;
pub use certificate::{Certificate, MalformedCertificate};
pub use compare::{
    Actions, Changes, Comparison, Diff, DiffVerdict, Difference, Directions, Premise, Rest,
};
pub use fix::{Fix, FixKind};
pub use goal::Goal;
pub use limits::Limits;
pub use lowered_property::LoweredProperty;
pub use polsim_check::Refusal;
pub use polsim_check::budget::{Budget, Interrupt};
pub use polsim_solve::smt::Script;
pub use property::{Asker, Claim, Expected, Property};
pub use redundant::{Cover, Redundancies, Redundancy, Redundant, RedundantKind};
pub use request_shape::{OriginError, PatternError, PrincipalPattern, RequestShape};
pub(crate) use request_shape::{action_pattern, resource_pattern};
pub use verdict::{Depends, Evidence, Outcome, Proof, Side, SourceRef, UnknownReason, Verdict};
pub use verify::{Report, Verifier};
pub use witness::Witness;
