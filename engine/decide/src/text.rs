//! Texts: sources and places in them, diagnostics, the spanned tree, and the small grammars inside.
//!
//! The ground floor, which knows nothing of policies. A policy, a case, a scenario or a topology is
//! first read into one spanned tree ([`Node`]), from JSON ([`json`]) or YAML ([`yaml`]); every later
//! complaint is a [`Diagnostic`] that points at a [`Span`] of a [`Source`], and a reading fails with
//! all of them ([`Diagnostics`]). The small grammars are types that cannot hold a wrong value:
//! [`Arn`], [`Action`], [`Pattern`] (wildcards and policy variables), [`KeyName`], [`Decimal`],
//! [`Instant`] and [`AddressRange`].
//!
//! ```
//! # use polsim_decide as polsim;
//! # use polsim::text::{Source, read};
//! let source = Source::new("topology.yaml", "vpcs:\n  - {id: vpc-1, cidrs: 10.0.0.0/8}\n");
//! let tree = read(&source)?;
//! let vpc = &tree.member("vpcs").expect("it is written").value.items()[0];
//! let at = source.position(vpc.span.start);
//! assert_eq!((at.line, at.column), (2, 5));
//! # Ok::<(), polsim::text::Diagnostic>(())
//! ```

mod action;
mod address;
mod arn;
mod base64;
mod decimal;
mod diagnostic;
mod hash;
mod instant;
mod key_name;
mod nearest;
mod node;
mod pattern;
mod source;
mod unknown_word;

pub mod json;
pub mod shape;
pub mod yaml;

pub use action::{Action, ActionError, ActionPattern};
pub use address::{AddressRange, AddressRangeError, parse_address};
pub use arn::{Arn, ArnError, is_account_id};
pub use base64::{Base64Texts, decode_base64};
pub use decimal::{Decimal, DecimalError};
pub use diagnostic::{Code, Diagnostic, Diagnostics, Label, Severity};
pub use hash::Fnv1a;
pub use instant::{Instant, InstantError};
pub use key_name::KeyName;
pub(crate) use key_name::short_hash;
pub use nearest::nearest;
pub(crate) use nearest::quoted;
pub use node::{Member, Node, Value};
pub use pattern::{
    CaseRule, NoVariables, Pattern, PatternError, Piece, TextSet, Token, Variable, Variables,
    fold_char,
};
pub use source::{Position, Source, Span};
pub use unknown_word::UnknownWord;

/// The tree of a text that is JSON or YAML: JSON if the name ends in `.json`, YAML if it ends in
/// `.yaml` or `.yml`, and otherwise JSON if the first character is `{` or `[`.
///
/// # Errors
/// One diagnostic that says where and why the text is not accepted.
pub fn read(source: &Source) -> Result<Node, Diagnostic> {
    let ends_with = |ending: &str| {
        let (name, ending) = (source.name().as_bytes(), ending.as_bytes());
        name.len()
            .checked_sub(ending.len())
            .and_then(|at| name.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
    };
    let bracket = source.text().trim_start().starts_with(['{', '[']);
    let is_yaml = ends_with(".yaml") || ends_with(".yml");
    if ends_with(".json") || (bracket && !is_yaml) {
        json::parse(source)
    } else {
        yaml::parse(source)
    }
}
