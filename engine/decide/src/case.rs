//! Cases: policies, one request and perhaps the expected decision, as JSON.
//!
//! ```json
//! {"id": "vpce-1",
//!  "policies": [{"type": "identity", "document": {"Version": "2012-10-17", "Statement": []}},
//!               {"type": "endpoint", "name": "vpce-0a1", "file": "endpoint.json"},
//!               {"type": "scp", "level": 1, "document": {}}],
//!  "request": {"principal": "arn:aws:iam::111122223333:role/DataScientist",
//!              "action": "sagemaker:CreateTrainingJob",
//!              "resource": "arn:aws:sagemaker:eu-west-1:111122223333:training-job/churn",
//!              "context": {"aws:SourceVpce": "vpce-0a1"}},
//!  "expect": "allowed"}
//! ```
//!
//! A [`CaseReader`] reads many cases, one text each. Policies that it has seen before, by their very
//! text, cost a hash and not a parse. A case that cannot be read gives every complaint with its
//! place: the fast reading has no messages, and what it cannot take is read again by the strict one.

mod cache;
mod fast;
mod reader;
mod readings;
mod resources;
mod result;
mod role;
mod strict;

pub use reader::{Case, CaseReader, Files, NoFiles, UnreadableCase, endpoint_crossed, parse_for};
pub use readings::{ReadingError, pin_reading, readings_member};
pub use resources::{KnownResource, KnownResources};
pub use result::{CaseError, CaseResult, ErrorBody};
pub use role::SessionRoles;
pub use strict::{PolicyMember, context_value, policy_member, request_member, unknown_member};

use crate::policy::PolicyType;
use crate::request::{Action, Resource};

/// The type that a `resource` document is read as, by the target of the request: a KMS key has a
/// key policy, a role that is assumed has a trust policy (perimeter §0.2).
pub fn type_for_target(policy_type: PolicyType, action: &str, resource: &str) -> PolicyType {
    let (PolicyType::Resource, Ok(action), Ok(resource)) =
        (policy_type, action.parse::<Action>(), resource.parse::<Resource>())
    else {
        return policy_type;
    };
    let Some([_, _, service, _, _, name]) = resource.components() else { return policy_type };
    let of = |service: &str| action.service().eq_ignore_ascii_case(service);
    match service {
        "kms" if name.starts_with("key/") && of("kms") => PolicyType::Key,
        "iam" if name.starts_with("role/") && of("sts") => PolicyType::Trust,
        _ => policy_type,
    }
}
