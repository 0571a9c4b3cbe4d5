//! Witnesses in a sentence.

use crate::catalog::keys;
use crate::eval::Decision;
use crate::request::{PrincipalKind, Request};

/// A sentence that tells caller, place, action, resource and decision.
pub(super) fn sentence(request: &Request, decision: Decision) -> String {
    let verb = match decision {
        Decision::Allowed => "is allowed to call",
        Decision::ExplicitDeny => "is explicitly denied",
        Decision::ImplicitDeny => "is not allowed to call",
    };
    let action = request.action();
    let on = match request.resource().components() {
        Some(_) => format!(" on {}", request.resource()),
        None => String::new(),
    };
    let from = from_where(request).map(|place| format!(", {place},")).unwrap_or_default();
    format!("{}{from} {verb} {action}{on}", who(request))
}

fn who(request: &Request) -> String {
    let principal = request.principal();
    match principal.kind() {
        PrincipalKind::Anonymous => "anybody without credentials".to_owned(),
        PrincipalKind::FederatedUser => format!("the federated user {principal}"),
        PrincipalKind::Provider => format!("somebody signed in at {principal}"),
        PrincipalKind::RoleSession => {
            let role = request.context().one(keys::PRINCIPAL_ARN).unwrap_or(principal.id());
            format!("a session of the role {role}")
        }
        PrincipalKind::Root => {
            format!("the root user of {}", principal.account().unwrap_or_default())
        }
        PrincipalKind::Service => format!("the service {principal}"),
        PrincipalKind::User => format!("the user {principal}"),
    }
}

/// The place of the caller, as far as the context tells.
fn from_where(request: &Request) -> Option<String> {
    let one = |key: &str| request.context().one(key);
    if one(keys::VIA_AWS_SERVICE).is_some_and(|it| it.eq_ignore_ascii_case("true")) {
        let by = one(keys::CALLED_VIA_LAST).unwrap_or("an AWS service");
        return Some(format!("forwarded by {by}"));
    }
    let vpc = one(keys::SOURCE_VPC);
    match (one(keys::SOURCE_VPCE), vpc, one(keys::SOURCE_IP)) {
        (Some(endpoint), Some(vpc), _) => Some(format!("through the endpoint {endpoint} of {vpc}")),
        (Some(endpoint), None, _) => Some(format!("through the endpoint {endpoint}")),
        (None, Some(vpc), _) => Some(format!("from {vpc}")),
        (None, None, Some(address)) => Some(format!("from the address {address}")),
        (None, None, None) => None,
    }
}
