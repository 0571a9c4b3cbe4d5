//! Facts about AWS, as data.
//!
//! Tables only, on the ground floor: the rules that read them live above. A fact stands in one row.
//!
//! | table | has |
//! | --- | --- |
//! | [`ContextKey`] | one row a context key: its type, when requests have it, what fills it in; [`keys`] are their names |
//! | [`Service`] | one row a service: RCPs, endpoint policies, trust actions, its region |
//! | [`EndpointService`] | one row a VPC endpoint service, and the actions that travel through it |
//! | [`PrincipalKind`] | the kinds of callers |
//! | [`network_keys`] | the services that fill in the newer network keys |
//! | [`sagemaker`] | the sets of SageMaker's actions that guards speak of |
//! | [`readings`] | what AWS's pages leave open |
//! | [`examples`] | words for examples that people read |

mod context_key;
mod endpoint_service;
mod principal_kind;
mod resource;
mod service;

pub mod examples;
pub mod network_keys;
pub mod readings;
pub mod sagemaker;

pub use context_key::{
    Actions, ContextKey, Derivation, Derived, FilledFrom, Presence, ValueType, keys,
};
pub use endpoint_service::{EndpointPolicySupport, EndpointService};
pub use principal_kind::PrincipalKind;
pub use resource::{IAM_PATHS, REGIONAL_S3_PATHS, is_partition};
pub use service::Service;
