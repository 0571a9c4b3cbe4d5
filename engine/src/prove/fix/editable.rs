//! Policies that a fix may change: those that the scenario's owner writes.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::lower::{AttachedPolicy, Scope};
use crate::policy::{Policy, PolicyType};
use crate::prove::caller::named_resources;

/// Tests whether a policy is one that its owner can change: neither AWS's own `FullAWSAccess`, which
/// cannot be edited, nor the policy of a resource that may be anybody's.
pub(super) fn is_editable(attached: &AttachedPolicy) -> bool {
    let anybodys = matches!(attached.scope, Scope::Resources(_))
        && named_resources(&attached.scope).next().is_none();
    !anybodys && !is_full_access(&attached.policy)
}

/// Tests whether two policies are one document, which may be attached several times: a change of its
/// text changes all of them.
pub(super) fn is_same_document(one: &Arc<Policy>, other: &Arc<Policy>) -> bool {
    Arc::ptr_eq(one, other)
        || (one.policy_type == other.policy_type
            && one.source.name() == other.source.name()
            && one.source.text() == other.source.text())
}

/// `FullAWSAccess` and `RCPFullAWSAccess`: everything is allowed and nothing else is said.
fn is_full_access(policy: &Policy) -> bool {
    if !matches!(policy.policy_type, PolicyType::Scp | PolicyType::Rcp) {
        return false;
    }
    let Ok(document) = serde_json::from_str::<Json>(policy.source.text()) else { return false };
    let is_all = |value: &Json| {
        let one =
            value.as_array().and_then(|it| if let [one] = &it[..] { Some(one) } else { None });
        one.unwrap_or(value) == "*"
    };
    let allows_all = |statement: &Json| {
        statement.get("Effect").is_some_and(|it| it == "Allow")
            && statement.get("Action").is_some_and(is_all)
            && statement.get("Resource").is_some_and(is_all)
            && statement.get("Condition").is_none()
    };
    match document.get("Statement") {
        Some(Json::Array(statements)) => statements.iter().all(allows_all),
        Some(statement) => allows_all(statement),
        None => false,
    }
}
