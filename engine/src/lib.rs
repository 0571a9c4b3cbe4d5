//! polsim: policy-as-code for AWS IAM and VPC endpoint policies.
//!
//! One idea carries everything: policies, networks and properties lower to **one formula over atoms
//! of the request**, and every feature is a reader of that formula.
//!
//! | module | is |
//! | --- | --- |
//! | [`text`] | places in text, the spanned tree of JSON and YAML, and the small grammars inside |
//! | [`request`] | principal, action, resource and context, and what AWS fills in by itself |
//! | [`policy`] | the AWS policy language as types |
//! | [`formula`] | atoms, predicates and the hash-consed formula |
//! | [`lower`] | policies and accounts to the decision formula: the one place of AWS's semantics |
//! | [`eval`] | the concrete reader: decisions and explanations |
//! | [`case`](mod@case) | policies and one request in one JSON text |
//!
//! The rules are those of the policy-language notes in `corpus/spec/`, cited as
//! *(policy language §5.3)* and *(perimeter §1.4)* where they are implemented.
//!
//! The engine does no I/O, has no clock and no threads, never panics, and builds for wasm32.
//!
//! # Untrusted input
//!
//! Policies, cases and scenarios may come from strangers. Nesting is bounded by
//! [`text::json::MAX_DEPTH`]; matching a pattern costs at most its length times the length of the
//! text; nothing else here is worse than linear in the input, but for sorting.

pub use polsim_decide::{case, catalog, eval, formula, lower, policy, request, text};

pub mod network;
pub mod prove;
pub mod scenario;
