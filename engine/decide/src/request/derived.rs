//! The context keys that AWS derives from principal and resource (policy language §4, §6.1, §6.3).
//!
//! Only what is certain is filled in, and only where the request does not say otherwise. Never
//! derived: `aws:SourceIp`, multi-factor, tag and organization keys.

use super::{Context, PrincipalKind, Request};
use crate::text::KeyName;

// Static, so that their hashes are not computed for each request.
static PRINCIPAL_ACCOUNT: KeyName = KeyName::from_static("aws:PrincipalAccount");
static PRINCIPAL_ARN: KeyName = KeyName::from_static("aws:PrincipalArn");
static PRINCIPAL_IS_AWS_SERVICE: KeyName = KeyName::from_static("aws:PrincipalIsAWSService");
static PRINCIPAL_SERVICE_NAME: KeyName = KeyName::from_static("aws:PrincipalServiceName");
static PRINCIPAL_SERVICE_NAMES_LIST: KeyName =
    KeyName::from_static("aws:PrincipalServiceNamesList");
static PRINCIPAL_TYPE: KeyName = KeyName::from_static("aws:PrincipalType");
static RESOURCE_ACCOUNT: KeyName = KeyName::from_static("aws:ResourceAccount");
static VIA_AWS_SERVICE: KeyName = KeyName::from_static("aws:ViaAWSService");
static USER_ID: KeyName = KeyName::from_static("aws:userid");
static USER_NAME: KeyName = KeyName::from_static("aws:username");

/// Adds the derived keys of `request` to `context`, and a note for each assumption.
pub(super) fn fill_in(request: &Request, context: &mut Context, notes: &mut Vec<String>) {
    let principal = request.principal();
    if let Some(principal_type) = principal.kind().principal_type() {
        context.fill_in(&PRINCIPAL_TYPE, principal_type);
    }
    if let Some(account) = principal.account() {
        context.fill_in(&PRINCIPAL_ACCOUNT, account);
    }
    match principal.kind() {
        PrincipalKind::Anonymous => {
            context.fill_in(&PRINCIPAL_ACCOUNT, "anonymous");
            context.fill_in(&USER_ID, "anonymous");
        }
        PrincipalKind::FederatedUser => {
            let id = format!("{}:{}", principal.account().unwrap_or_default(), principal.name());
            context.fill_in(&USER_ID, &id);
            context.fill_in(&PRINCIPAL_ARN, principal.id());
        }
        PrincipalKind::Provider => (),
        PrincipalKind::RoleSession => role_arn(request, context, notes),
        PrincipalKind::Root => {
            context.fill_in(&USER_ID, principal.account().unwrap_or_default());
            context.fill_in(&PRINCIPAL_ARN, principal.id());
        }
        PrincipalKind::Service => {
            context.fill_in(&PRINCIPAL_IS_AWS_SERVICE, "true");
            context.fill_in(&PRINCIPAL_SERVICE_NAME, principal.id());
            context.fill_in(&PRINCIPAL_SERVICE_NAMES_LIST, principal.id());
        }
        PrincipalKind::User => {
            context.fill_in(&USER_NAME, principal.name());
            context.fill_in(&PRINCIPAL_ARN, principal.id());
        }
    }
    if principal.account().is_some() {
        context.fill_in(&PRINCIPAL_IS_AWS_SERVICE, "false");
    }
    let forwarded = context.has("aws:CalledVia");
    context.fill_in(&VIA_AWS_SERVICE, if forwarded { "true" } else { "false" });
    if let Some(account) = request.resource_account() {
        context.fill_in(&RESOURCE_ACCOUNT, account);
    }
}

/// `aws:PrincipalArn` of a role session is the role's ARN. A session's ARN leaves the path out, so a
/// role without path is assumed, and said.
fn role_arn(request: &Request, context: &mut Context, notes: &mut Vec<String>) {
    let principal = request.principal();
    if context.has("aws:PrincipalArn") {
        return;
    }
    let Some(arn) = principal.role_arn() else { return };
    if arn.as_str() != principal.id() {
        notes.push(format!(
            "`aws:PrincipalArn` is taken to be `{arn}`: a session's ARN does not tell the role's path"
        ));
    }
    context.fill_in(&PRINCIPAL_ARN, arn.as_str());
}
