//! Context keys: those that may be there, those that must, and those that agree (conditions 6, 7, 9
//! and 11).

use std::net::IpAddr;

use super::target::Target;
use super::value;
use super::{Condition, Implausible, Shown};
use crate::catalog::network_keys::ServiceKey;
use crate::catalog::{ContextKey, ListedKey, Presence, PrincipalKind, keys};
use crate::request::Principal;
use crate::text::{Instant, KeyName};

/// The account of an unsigned request.
const ANONYMOUS: &str = "anonymous";

/// Keys of the network path through a VPC endpoint.
const THROUGH_ENDPOINT: [&str; 3] = [keys::SOURCE_VPCE, keys::SOURCE_VPC, keys::VPC_SOURCE_IP];

/// Keys that come with direct calls of service principals only.
const OF_SERVICES: [&str; 6] = [
    keys::SOURCE_ARN,
    keys::SOURCE_ACCOUNT,
    keys::SOURCE_ORG_ID,
    keys::SOURCE_ORG_PATHS,
    keys::PRINCIPAL_SERVICE_NAME,
    keys::PRINCIPAL_SERVICE_NAMES_LIST,
];

/// Keys of other services' prefixes that the credentials of a session bring along.
const OF_SESSIONS: [&str; 11] = [
    keys::EC2_SOURCE_INSTANCE_ARN,
    keys::EC2_ROLE_DELIVERY,
    keys::LAMBDA_SOURCE_FUNCTION_ARN,
    keys::SSM_SOURCE_INSTANCE_ARN,
    keys::GLUE_ROLE_ASSUMED_BY,
    keys::GLUE_CREDENTIAL_ISSUING_SERVICE,
    keys::CODEBUILD_BUILD_ARN,
    keys::CODEBUILD_PROJECT_ARN,
    keys::IDENTITYSTORE_USER_ID,
    "iam:ResourceTag",
    "ec2:ResourceTag",
];

/// Checks the keys that the request lists and those that are called absent.
pub(super) fn check(shown: &Shown<'_>, target: Option<&Target<'_>>) -> Result<(), Implausible> {
    for (key, values) in shown.request.context().entries() {
        of_caller(shown, key)?;
        if let Some(target) = target {
            of_action(shown, target, key)?;
        }
        // An unsigned request has the word in place of an account.
        let unsigned = key.is(keys::PRINCIPAL_ACCOUNT) && values.as_slice() == [ANONYMOUS.into()];
        if !unsigned {
            value::form(key, values.as_slice())?;
        }
    }
    for key in shown.absent {
        let always =
            ContextKey::find(key.as_str()).is_some_and(|row| row.presence == Presence::Always);
        if always {
            return Err(Implausible::new(Condition::AlwaysKey, key.as_str()));
        }
    }
    network(shown)?;
    clock(shown)?;
    twins(shown)?;
    principal(shown)
}

/// Checks that such a caller has the key.
fn of_caller(shown: &Shown<'_>, key: &KeyName) -> Result<(), Implausible> {
    let kind = shown.request.principal().kind();
    let is_one = |names: &[&str]| names.iter().any(|name| key.is(name));
    let of_iam = PrincipalKind::WITH_ACCOUNT.contains(&kind);
    let fits = if is_one(&[keys::USER_NAME]) {
        kind == PrincipalKind::User
    } else if is_one(&OF_SERVICES) {
        kind == PrincipalKind::Service
    } else if is_one(&[keys::PRINCIPAL_ARN, keys::PRINCIPAL_ORG_ID, keys::PRINCIPAL_ORG_PATHS])
        || starts_with(key.as_str(), keys::PRINCIPAL_TAG)
    {
        of_iam
    } else if is_one(&[keys::SOURCE_IDENTITY, keys::FEDERATED_PROVIDER]) {
        !matches!(kind, PrincipalKind::User | PrincipalKind::Root | PrincipalKind::Anonymous)
    } else if is_one(&THROUGH_ENDPOINT) {
        kind != PrincipalKind::Service
    } else {
        true
    };
    if fits { Ok(()) } else { Err(Implausible::new(Condition::KeyNotOfCaller, key.as_str())) }
}

/// Checks that AWS documents the key for the action and the resource.
fn of_action(shown: &Shown<'_>, target: &Target<'_>, key: &KeyName) -> Result<(), Implausible> {
    let name = key.as_str();
    let prefix = name.split(':').next().unwrap_or_default();
    if prefix.eq_ignore_ascii_case("aws") || OF_SESSIONS.iter().any(|it| starts_with(name, it)) {
        return Ok(());
    }
    let refused = || Err(Implausible::new(Condition::KeyNotOfAction, name));
    if !prefix.eq_ignore_ascii_case(shown.request.action().service()) {
        return refused();
    }
    let lists = |keys: Vec<&ListedKey>| keys.iter().any(|it| it.is_called(name));
    let by_some = || {
        let all = target.catalog.actions(prefix);
        all.iter().any(|it| lists(it.keys()))
    };
    // Of an action that is known in part, and of a key that no action has, nothing is said.
    let unknown = target.action.level().is_none() || !by_some();
    if unknown || lists(target.action.keys_about(target.resource)) { Ok(()) } else { refused() }
}

/// Checks that the keys of the network are those of one path, with addresses of that path.
fn network(shown: &Shown<'_>) -> Result<(), Implausible> {
    let has = |key: &&str| shown.request.context().has(key);
    let through = THROUGH_ENDPOINT.iter().any(has);
    let refused = |key: &str| Err(Implausible::new(Condition::Network, key));
    if through && has(&keys::SOURCE_IP) {
        return refused(keys::SOURCE_IP);
    }
    for key in ServiceKey::ALL {
        let there = shown.request.context().has(key.name());
        if there && !(through && key.comes_with(shown.request.action())) {
            return refused(key.name());
        }
    }
    let address = |key: &str| shown.one(key).and_then(|it| it.parse::<IpAddr>().ok());
    match (address(keys::SOURCE_IP), address(keys::VPC_SOURCE_IP)) {
        (Some(source), _) if !is_public(source) => {
            Err(Implausible::new(Condition::Address, source.to_string()))
        }
        (_, Some(source)) if source.is_loopback() || source.is_unspecified() => {
            Err(Implausible::new(Condition::Address, source.to_string()))
        }
        _ => Ok(()),
    }
}

/// Tests for an address that the internet sees. The documentation's ranges count as such: examples
/// are made of them.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            let [first, second, ..] = it.octets();
            let shared = first == 100 && (64..128).contains(&second);
            let local = it.is_private() || it.is_loopback() || it.is_link_local();
            !(local || shared || it.is_unspecified() || it.is_multicast())
        }
        IpAddr::V6(it) => {
            let [first, ..] = it.segments();
            !(it.is_loopback() || it.is_unspecified() || it.is_multicast())
                && (first & 0xfe00) != 0xfc00
                && (first & 0xffc0) != 0xfe80
        }
    }
}

/// Checks that the keys of time are one instant, and tokens are not issued after it.
fn clock(shown: &Shown<'_>) -> Result<(), Implausible> {
    let instant = |key: &str| shown.one(key).and_then(|it| it.parse::<Instant>().ok());
    let (current, epoch) = (instant(keys::CURRENT_TIME), instant(keys::EPOCH_TIME));
    let refused = |key: &str| Err(Implausible::new(Condition::Clock, key));
    match (current, epoch, instant(keys::TOKEN_ISSUE_TIME)) {
        (Some(current), Some(epoch), _) if current != epoch => refused(keys::EPOCH_TIME),
        (Some(now), _, Some(issued)) | (None, Some(now), Some(issued)) if issued > now => {
            refused(keys::TOKEN_ISSUE_TIME)
        }
        _ => Ok(()),
    }
}

/// Pairs of keys that are equal wherever both are there (request notes §2.1).
const TWINS: [(&str, &str); 6] = [
    ("s3:ResourceAccount", keys::RESOURCE_ACCOUNT),
    ("s3express:ResourceAccount", keys::RESOURCE_ACCOUNT),
    ("kms:CallerAccount", keys::PRINCIPAL_ACCOUNT),
    ("ec2:Region", keys::REQUESTED_REGION),
    ("kms:CustomerMasterKeySpec", "kms:KeySpec"),
    ("kms:CustomerMasterKeyUsage", "kms:KeyUsage"),
];

/// Checks that keys which repeat a fact are equal.
fn twins(shown: &Shown<'_>) -> Result<(), Implausible> {
    let refused = |key: &str| Err(Implausible::new(Condition::Twin, key));
    for (twin, fact) in TWINS {
        if let (Some(twin_value), Some(value)) = (shown.one(twin), shown.one(fact))
            && twin_value != value
        {
            return refused(twin);
        }
    }
    let tags = shown.request.context().values(&KeyName::new(keys::TAG_KEYS));
    let is_absent = |name: &str| shown.absent.iter().any(|it| it.is(name));
    for tag in tags {
        let of_tag = format!("{}{tag}", keys::REQUEST_TAG);
        if is_absent(&of_tag) {
            return refused(&of_tag);
        }
    }
    for (key, _) in shown.request.context().entries() {
        let Some(tag) = suffix(key.as_str(), keys::REQUEST_TAG) else { continue };
        let listed = tags.iter().any(|it| it.eq_ignore_ascii_case(tag));
        if !tags.is_empty() && !listed {
            return refused(key.as_str());
        }
    }
    Ok(())
}

/// Checks that the keys of the principal are those of the principal.
fn principal(shown: &Shown<'_>) -> Result<(), Implausible> {
    let principal = shown.request.principal();
    let refused = |key: &str| Err(Implausible::new(Condition::Principal, key));
    let differs = |key: &str, wanted: Option<&str>| matches!((shown.one(key), wanted), (Some(value), Some(wanted)) if value != wanted);
    if differs(keys::PRINCIPAL_ACCOUNT, principal.account()) {
        return refused(keys::PRINCIPAL_ACCOUNT);
    }
    if differs(keys::PRINCIPAL_TYPE, principal.kind().principal_type()) {
        return refused(keys::PRINCIPAL_TYPE);
    }
    if let Some(arn) = shown.one(keys::PRINCIPAL_ARN)
        && !is_arn_of(principal, arn)
    {
        return refused(keys::PRINCIPAL_ARN);
    }
    let user = principal.kind() == PrincipalKind::User;
    let name = principal.id().rsplit('/').next();
    if user && differs(keys::USER_NAME, name) {
        return refused(keys::USER_NAME);
    }
    Ok(())
}

/// Tests whether an ARN is that of a principal; of a session, that of a role of its name.
fn is_arn_of(principal: &Principal, arn: &str) -> bool {
    if principal.kind() != PrincipalKind::RoleSession {
        return arn == principal.id();
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "iam", "", account, role] = parts[..] else { return false };
    let session = principal.id().splitn(6, ':').nth(5).unwrap_or_default();
    let name = session.split('/').nth(1);
    principal.account() == Some(account)
        && role.starts_with("role/")
        && role.rsplit('/').next() == name
}

fn starts_with(text: &str, prefix: &str) -> bool {
    suffix(text, prefix).is_some()
}

/// The rest of a text behind a prefix, letter case not counted.
fn suffix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}
