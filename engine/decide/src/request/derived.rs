//! The context keys that AWS derives from principal and resource (policy language §4, §6.1, §6.3).
//!
//! Only what is certain is filled in, and only where the request does not say otherwise. Never
//! derived: `aws:SourceIp`, multi-factor, tag and organization keys. The catalogue has the keys and
//! what each is derived from.

use std::borrow::Cow;

use super::{Context, Note, PrincipalKind, Request};
use crate::catalog::{ContextKey, Derived, FilledFrom, keys};

/// The name of the remark that the path of a session's role is an assumption.
pub(super) const ASSUMED_PATH: &str = "role-path";

/// Adds the derived keys of `request` to `context`, and a note for each assumption.
pub(super) fn fill_in(request: &Request, context: &mut Context, notes: &mut Vec<Note>) {
    let kind = request.principal().kind();
    for row in ContextKey::derived() {
        let FilledFrom::Derived(ways) = row.from else {
            // A request that names forwarding services is forwarded.
            let forwarded = context.has(keys::CALLED_VIA);
            context.fill_in(row.key(), if forwarded { "true" } else { "false" });
            continue;
        };
        let Some(way) = ways.iter().find(|way| way.kinds.contains(&kind)) else { continue };
        if way.value == Derived::Arn && kind == PrincipalKind::RoleSession {
            say_role_arn(request, context, notes);
        }
        if let Some(value) = value(way.value, request) {
            context.fill_in(row.key(), &value);
        }
    }
}

/// The value, where the request tells it.
fn value(value: Derived, request: &Request) -> Option<Cow<'_, str>> {
    let principal = request.principal();
    let known = match value {
        Derived::Account => principal.account(),
        Derived::AccountAndName => {
            let account = principal.account().unwrap_or_default();
            return Some(format!("{account}:{}", principal.name()).into());
        }
        Derived::Arn => Some(principal.role_arn().map_or(principal.id(), |arn| arn.as_str())),
        Derived::Literal(text) => Some(text),
        Derived::PrincipalType => principal.kind().principal_type(),
        Derived::ResourceAccount => request.owner().account,
        Derived::ServiceName => Some(principal.id()),
        Derived::UserName => Some(principal.name()),
        // An ARN does not tell the unique id.
        Derived::RoleIdAndSession | Derived::UserId => None,
    };
    known.map(Cow::Borrowed)
}

/// A note where `aws:PrincipalArn` is not given: a session's ARN leaves the role's path out, so a
/// role without path is assumed.
fn say_role_arn(request: &Request, context: &Context, notes: &mut Vec<Note>) {
    let principal = request.principal();
    if context.has(keys::PRINCIPAL_ARN) {
        return;
    }
    if let Some(arn) = principal.role_arn().filter(|arn| arn.as_str() != principal.id()) {
        let text = format!(
            "`{}` is taken to be `{arn}`: a session's ARN does not tell the role's path",
            keys::PRINCIPAL_ARN
        );
        notes.push(Note::new(ASSUMED_PATH, text));
    }
}
