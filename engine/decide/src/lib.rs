//! Policies to decisions: everything of polsim from text to the evaluator.
//!
//! The crate `polsim` re-exports these modules and is what a program depends on. They are a crate of
//! their own so that cargo itself refuses an arrow that goes up: no module here knows of networks,
//! proofs or scenarios. From the ground up:
//!
//! | module | holds |
//! | --- | --- |
//! | [`text`] | places in text, the spanned tree of JSON and YAML, and the small grammars inside |
//! | [`catalog`] | facts about AWS's services and condition keys, as data |
//! | [`request`] | principal, action, resource and context, and the keys that AWS derives |
//! | [`plausible`] | the check that a request could be sent |
//! | [`policy`] | the AWS policy language as types |
//! | [`formula`] | atoms, predicates and the hash-consed formula |
//! | [`lower`] | policies and accounts to the decision formula: the one place of AWS's semantics |
//! | [`eval`] | the concrete reader: decisions and explanations |
//! | [`call`] | API calls, and the checks that each of them makes |
//! | [`case`](mod@case) | policies and one request in one JSON text |

pub mod call;
pub mod case;
pub mod catalog;
pub mod eval;
pub mod formula;
pub mod lower;
pub mod plausible;
pub mod policy;
pub mod request;
pub mod text;
