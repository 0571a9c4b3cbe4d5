//! Text: where it is, what it says, and the small grammars inside it.
//!
//! Knows nothing of policies. A policy, a case, a scenario or a topology is first read into one
//! spanned tree ([`Node`]), from JSON ([`json`]); every later complaint is a
//! [`Diagnostic`] that points at a [`Span`] of a [`Source`]. The small grammars are types that
//! cannot hold a wrong value: [`Arn`], [`Pattern`] (wildcards and policy variables), [`KeyName`],
//! [`Decimal`], [`Instant`] and [`AddressRange`].

mod address;
mod arn;
mod base64;
mod decimal;
mod diagnostic;
mod instant;
mod key_name;
mod node;
mod pattern;
mod source;

pub mod json;

pub use address::{AddressRange, AddressRangeError, parse_address};
pub use arn::{Arn, ArnError};
pub use base64::decode_base64;
pub use decimal::{Decimal, DecimalError};
pub use diagnostic::{Code, Diagnostic, Label, Severity, nearest};
pub use instant::{Instant, InstantError};
pub use key_name::KeyName;
pub use node::{Member, Node, Value};
pub use pattern::{
    CaseRule, NoVariables, Pattern, PatternError, Piece, Variable, Variables, fold_char,
};
pub use source::{Position, Source, Span};
