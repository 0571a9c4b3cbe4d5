//! Facts about AWS services, as data.
//!
//! Tables only: which VPC endpoint services exist and which actions travel through each
//! ([`EndpointService`]), which services fill in the newer network keys ([`network_keys`]), and which
//! SageMaker actions carry which condition keys ([`sagemaker`]); and what AWS's pages leave open
//! ([`readings`]). Examples choose their
//! words from [`examples`]. They grow with AWS; the rules that
//! read them live elsewhere.

mod endpoint_service;

pub mod examples;
pub mod global_keys;
pub mod network_keys;
pub mod readings;
pub mod sagemaker;
mod unlisted;

pub use endpoint_service::{EndpointPolicySupport, EndpointService};
pub use unlisted::{UNLISTED_KEY, lists, unlisted_keys};
