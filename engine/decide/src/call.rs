//! API calls and the authorization checks that they make (request notes §6, §7).
//!
//! A call is allowed where each of its checks is: a training job asks for the job, for the role that
//! it passes, for its tags and for the key of its volume. [`Calls`] is the table of what AWS asks,
//! with the pages that say so; [`Call::derive`] turns the parameters of a call into [`Check`]s, and
//! [`Asked::decide`] decides them all. What the parameters do not tell is said, never guessed.

mod access_point;
mod answer;
mod ask;
mod check;
mod classes;
mod derive;
mod expression;
mod functions;
mod guard;
mod handed_out;
mod needs;
mod parameters;
mod path;
mod record;
mod table;
mod validate;

pub use access_point::{goes_through_access_point, through_access_point};
pub use answer::{CallAnswer, CallDecision, CheckAnswer};
pub use ask::{Asked, KnownFacts};
pub use check::{Actor, Check, Derived, Need, Target};
pub use derive::Caller;
pub use handed_out::signer;
pub use needs::also_needed;
pub use parameters::{Parameters, ParametersError};
pub use table::{Call, Calls, CheckRow, UnknownCall};
pub use validate::{Fault, fits};
