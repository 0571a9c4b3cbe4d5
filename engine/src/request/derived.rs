//! The context keys that AWS derives from principal and resource (policy language §4, §6.1, §6.3).
//!
//! Only what is certain is filled in, and only where the request does not say otherwise. Never
//! derived: `aws:SourceIp`, multi-factor, tag and organization keys.

use super::{Context, PrincipalKind, Request};

/// Adds the derived keys of `request` to `context`, and a note for each assumption.
pub(super) fn fill_in(request: &Request, context: &mut Context, notes: &mut Vec<String>) {
    let principal = request.principal();
    if let Some(principal_type) = principal.kind().principal_type() {
        context.fill_in("aws:PrincipalType", principal_type);
    }
    if let Some(account) = principal.account() {
        context.fill_in("aws:PrincipalAccount", account);
    }
    match principal.kind() {
        PrincipalKind::Anonymous => {
            context.fill_in("aws:PrincipalAccount", "anonymous");
            context.fill_in("aws:userid", "anonymous");
        }
        PrincipalKind::FederatedUser => {
            let id = format!("{}:{}", principal.account().unwrap_or_default(), principal.name());
            context.fill_in("aws:userid", &id);
            context.fill_in("aws:PrincipalArn", principal.id());
        }
        PrincipalKind::Provider => (),
        PrincipalKind::RoleSession => role_arn(request, context, notes),
        PrincipalKind::Root => {
            context.fill_in("aws:userid", principal.account().unwrap_or_default());
            context.fill_in("aws:PrincipalArn", principal.id());
        }
        PrincipalKind::Service => {
            context.fill_in("aws:PrincipalIsAWSService", "true");
            context.fill_in("aws:PrincipalServiceName", principal.id());
            context.fill_in("aws:PrincipalServiceNamesList", principal.id());
        }
        PrincipalKind::User => {
            context.fill_in("aws:username", principal.name());
            context.fill_in("aws:PrincipalArn", principal.id());
        }
    }
    if principal.account().is_some() {
        context.fill_in("aws:PrincipalIsAWSService", "false");
    }
    let forwarded = context.has("aws:CalledVia");
    context.fill_in("aws:ViaAWSService", if forwarded { "true" } else { "false" });
    if let Some(account) = request.resource_account() {
        context.fill_in("aws:ResourceAccount", account);
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
    context.fill_in("aws:PrincipalArn", arn.as_str());
}
