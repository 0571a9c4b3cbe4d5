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
//! The solver is the crate `polsim-solve`, the checker of its proofs `polsim-check`.

mod atom_source;
mod caller;
mod certificate;
mod compare;
mod fix;
mod formula_names;
mod limits;
mod lowered_property;
mod property;
mod queries;
mod recheck;
mod redundant;
mod request_shape;
mod verdict;
mod verify;
mod witness;

pub use certificate::Certificate;
pub use compare::{
    Actions, Changes, Comparison, Diff, DiffVerdict, Difference, Directions, Premise, Rest,
};
pub use fix::{Fix, FixKind};
pub use limits::Limits;
pub use lowered_property::{Goal, LoweredProperty};
pub use polsim_check::Refusal;
pub use polsim_check::budget::{Budget, Interrupt};
pub use polsim_solve::smt::Script;
pub use property::{Asker, Claim, Expected, Property};
pub use redundant::{Cover, Redundancies, Redundancy, Redundant, RedundantKind};
pub use request_shape::{OriginError, PatternError, PrincipalPattern, RequestShape};
pub(crate) use request_shape::{action_pattern, resource_pattern};
pub use verdict::{Evidence, Proof, SourceRef, UnknownReason, Verdict};
pub use verify::{Report, Verifier};
pub use witness::Witness;
