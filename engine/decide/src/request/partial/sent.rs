//! Keys that AWS puts into requests whatever the caller says, and whose values nobody can tell from
//! principal and resource (request notes §1.2 to §1.4).

use super::{Constraint, Possible, Presence};
use crate::catalog::{PrincipalKind, Regions, keys, special_role};
use crate::request::{OwnerBasis, Request, RequestParts};
use crate::text::{KeyName, Pattern};

/// The facts that tell which keys AWS sends.
/// An account that is nobody's here: in place of one of AWS's own, whose id nobody tells.
const AN_ACCOUNT_OF_AWS: &str = "000000000000";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Sent {
    /// The credentials of a user or of root are temporary.
    temporary: bool,
}

impl Sent {
    pub(super) fn of(parts: &RequestParts<'_>) -> Self {
        let temporary = matches!(
            parts.call.credentials,
            Some(
                "session" | "mfa" | "console" | "assumeRoot" | "webIdentity" | "saml" | "instance"
            )
        );
        Self { temporary }
    }

    /// The knowledge of a key that AWS sends and that nobody gave; none for any other key.
    pub(super) fn constraint(self, key: &KeyName, request: &Request) -> Option<Constraint> {
        let kind = request.principal().kind();
        if [keys::CURRENT_TIME, keys::EPOCH_TIME].iter().any(|it| key.is(it)) {
            let context = request.context();
            let told = context.has(keys::CURRENT_TIME) || context.has(keys::EPOCH_TIME);
            return (!told).then(Constraint::present);
        }
        if key.is(keys::PRINCIPAL_ARN) {
            return role_paths(request);
        }
        if key.is(keys::RESOURCE_ACCOUNT) && request.owner().basis == OwnerBasis::Aws {
            let values = Possible::Among([AN_ACCOUNT_OF_AWS.into()].into());
            return Some(Constraint { presence: Presence::Present, values });
        }
        if key.is(keys::USER_AGENT) {
            return Some(Constraint::present());
        }
        if key.is(keys::REQUESTED_REGION) {
            return Some(regions(request));
        }
        if key.is(keys::TOKEN_ISSUE_TIME) {
            use PrincipalKind::{FederatedUser, RoleSession};
            let temporary = self.temporary || matches!(kind, FederatedUser | RoleSession);
            return temporary.then(Constraint::present);
        }
        if key.is(keys::USER_ID) { user_id(request) } else { None }
    }
}

/// A region of the partition that is called.
/// The ARNs that the role of a session may have whose path nobody tells: without path or with one; the
/// role of a permission set has one of two segments (request notes §4.1).
fn role_paths(request: &Request) -> Option<Constraint> {
    let principal = request.principal();
    let role = principal.role_arn().filter(|_| !principal.is_path_known())?;
    let name = principal.name();
    let start = format!("arn:{}:iam::{}:", role.partition(), role.account());
    let paths = if special_role::is_reserved(name) {
        vec![format!("{start}{}*/{name}", special_role::RESERVED_PATH)]
    } else {
        vec![format!("{start}role/{name}"), format!("{start}role/*/{name}")]
    };
    let patterns = paths.iter().map(|it| Pattern::wildcard(it)).collect();
    Some(Constraint { presence: Presence::Present, values: Possible::Like(patterns) })
}

fn regions(request: &Request) -> Constraint {
    let partition = request.resource().partition().unwrap_or(request.principal().partition());
    let values = match Regions::of(partition) {
        Some(regions) => Possible::Among(regions.names.iter().map(|it| (*it).into()).collect()),
        None => Possible::Any,
    };
    Constraint { presence: Presence::Present, values }
}

/// The unique id of a user, or of a role with the session's name behind it (policy language §4).
fn user_id(request: &Request) -> Option<Constraint> {
    let principal = request.principal();
    let pieces = |before: &str, name: &str| {
        let mut pieces = Pattern::wildcard(before).pieces().to_vec();
        pieces.extend(Pattern::literal(name).pieces().iter().cloned());
        Pattern::from_pieces(pieces)
    };
    let pattern = match principal.kind() {
        PrincipalKind::User => Pattern::wildcard("AIDA*"),
        PrincipalKind::RoleSession => match principal.id().split_once(":assumed-role/") {
            Some((_, names)) => pieces("AROA*:", names.rsplit('/').next().unwrap_or_default()),
            // A role asks by its own ARN: some session of it.
            None => Pattern::wildcard("AROA*:*"),
        },
        PrincipalKind::Service => return Some(Constraint::present()),
        _ => return None,
    };
    let values = Possible::Like([pattern].into());
    Some(Constraint { presence: Presence::Present, values })
}
