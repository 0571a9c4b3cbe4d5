//! Facts about AWS, as data.
//!
//! Tables and data only: the rules that read them stand in the modules above. A fact stands in one row.
//!
//! | table | has |
//! | --- | --- |
//! | [`ContextKey`] | one row a context key: its type, when requests have it, what fills it in; [`keys`] are their names |
//! | [`AwsOwned`] | one row a form of resources that belong to AWS |
//! | [`Service`] | one row a service: RCPs, endpoint policies, trust actions, its region |
//! | [`EndpointService`] | one row a VPC endpoint service, and the actions that travel through it |
//! | [`Catalog`] | every service's actions, resource types and condition keys, generated from AWS's reference |
//! | [`Host`] | one row a host that no endpoint of its action prefix answers for |
//! | [`Refusal`] | one row a fact about calls that AWS refuses whatever policies say |
//! | [`Regions`] | the partitions and their regions |
//! | [`PrincipalKind`] | the kinds of callers |
//! | [`Twin`] | one row a key that repeats a global key |
//! | [`escalation`] | known paths from some permissions to more |
//! | [`oidc`] | shared identity providers, and the claims that tell their customers apart |
//! | [`network_keys`] | the services that fill in the newer network keys |
//! | [`sagemaker`] | the sets of SageMaker's actions that guards speak of |
//! | [`special_role`] | the roles whose names tell their paths |
//! | [`own_service`] | the resources and keys that belong to a service |
//! | [`readings`] | what AWS's pages leave open |
//! | [`examples`] | words for examples that people read |

mod aws_owned;
mod context_key;
mod endpoint_service;
mod hosts;
mod not_actions;
mod principal_kind;
mod reference;
mod refusal;
mod region;
mod resource;
mod service;
mod twin;

pub mod escalation;
pub mod examples;
pub mod network_keys;
pub mod oidc;
pub mod own_service;
pub mod readings;
pub mod sagemaker;
pub mod special_role;

pub use aws_owned::AwsOwned;
pub use context_key::{
    Actions, ContextKey, Derivation, Derived, FilledFrom, Presence, ValueType, keys,
};
pub use endpoint_service::{EndpointPolicySupport, EndpointService};
pub use hosts::{Host, Reach};
pub use principal_kind::PrincipalKind;
pub use reference::{
    AccessLevel, Catalog, CatalogError, CatalogSource, Fit, ListedAction, ListedKey, ListedService,
    ResourceType, Support,
};
pub use refusal::{Refusal, RefusedOn, RefusedWhen, Stage};
pub use region::Regions;
pub use resource::{IAM_PATHS, REGIONAL_S3_PATHS, is_partition};
pub use service::Service;
pub(crate) use service::TRUST_DECIDED;
pub use twin::Twin;
