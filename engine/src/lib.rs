//! polsim: policy-as-code for AWS IAM and VPC endpoint policies.
//!
//! One idea carries everything: policies, networks and properties lower to one formula over atoms of
//! the request, and every feature is a reader of that formula.

pub mod case;
pub mod eval;
pub mod formula;
pub mod lower;
pub mod policy;
pub mod request;
pub mod text;
