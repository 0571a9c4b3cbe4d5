//! Context keys that other facts of a request tell (request notes §1.3, §1.4, §2).
//!
//! Only what is certain is filled in: the region in the resource's ARN or of a service's only
//! endpoint, the other key of the clock, and keys that repeat a fact. What cannot be known is left
//! out; a `PartialRequest` tells which of it is there all the same.

use super::{Context, PrincipalKind, Request, is_account_id};
use crate::catalog::{Service, Twin, keys};
use crate::text::{Arn, Instant, KeyName};

static REQUESTED_REGION: KeyName = KeyName::from_static(keys::REQUESTED_REGION);
static TAG_KEYS: KeyName = KeyName::from_static(keys::TAG_KEYS);

/// Adds the keys that are certain and that nobody gave.
pub(super) fn fill_in(request: &Request, context: &mut Context) {
    if !context.has(keys::REQUESTED_REGION)
        && let Some(region) = region(request)
    {
        context.fill_in(&REQUESTED_REGION, region);
    }
    clock(context);
    transport(request, context);
    forwarding(context);
    without_mfa(request, context);
    tag_keys(context);
    source_account(request, context);
    provider(request, context);
    twins(request, context);
    via_service(request, context);
}

/// The region in the ARN, else that of the service's only endpoint.
fn region(request: &Request) -> Option<&str> {
    let own = request.resource().components().map(|[_, _, _, region, ..]| region);
    if let Some(region) = own.filter(|region| !region.is_empty()) {
        return Some(region);
    }
    let partition = request.resource().partition().unwrap_or(request.principal().partition());
    Service::region_of(request.action(), partition)
}

/// `aws:CurrentTime` and `aws:EpochTime` are one instant.
fn clock(context: &mut Context) {
    let instant = |key: &str| context.one(key).and_then(|text| text.parse::<Instant>().ok());
    let (current, epoch) = (instant(keys::CURRENT_TIME), instant(keys::EPOCH_TIME));
    let filled = match (current, epoch) {
        (Some(current), None) => (keys::EPOCH_TIME, current.seconds.to_string()),
        (None, Some(epoch)) => (keys::CURRENT_TIME, epoch.to_string()),
        _ => return,
    };
    context.fill_in(&KeyName::from_static(filled.0), &filled.1);
}

/// `aws:SecureTransport`: taken as sent over TLS. AWS leaves the key out of calls between services.
fn transport(request: &Request, context: &mut Context) {
    if request.principal().kind() != PrincipalKind::Service {
        context.fill_in(&KeyName::from_static(keys::SECURE_TRANSPORT), "true");
    }
}

/// `aws:MultiFactorAuthPresent` of a user's call that a service forwards: it uses temporary credentials
/// without MFA, unless the request says otherwise (request notes §1.2).
fn without_mfa(request: &Request, context: &mut Context) {
    let forwarded = context.one(keys::VIA_AWS_SERVICE) == Some("true");
    if forwarded && request.principal().kind() == PrincipalKind::User {
        context.fill_in(&KeyName::from_static(keys::MULTI_FACTOR_AUTH_PRESENT), "false");
    }
}

/// The ends of `aws:CalledVia`.
fn forwarding(context: &mut Context) {
    let chain = context.values(&KeyName::from_static(keys::CALLED_VIA)).to_vec();
    if let [first, ..] = &chain[..] {
        context.fill_in(&KeyName::from_static(keys::CALLED_VIA_FIRST), first);
    }
    if let [.., last] = &chain[..] {
        context.fill_in(&KeyName::from_static(keys::CALLED_VIA_LAST), last);
    }
}

/// `aws:TagKeys` are the names of the tags that the request passes, in the order given.
fn tag_keys(context: &mut Context) {
    // A key with no value is one that is not there.
    let given = context.entries().iter().filter(|(_, value)| !value.as_slice().is_empty());
    let names = given.filter_map(|(key, _)| {
        let (start, name) = key.as_str().split_at_checked(keys::REQUEST_TAG.len())?;
        start.eq_ignore_ascii_case(keys::REQUEST_TAG).then(|| Box::from(name))
    });
    let names: Vec<Box<str>> = names.collect();
    if !names.is_empty() {
        context.fill_in_all(&TAG_KEYS, names);
    }
}

/// A service that calls for a resource calls for the account in its ARN.
fn source_account(request: &Request, context: &mut Context) {
    if request.principal().kind() != PrincipalKind::Service {
        return;
    }
    let source = context.one(keys::SOURCE_ARN).and_then(|text| text.parse::<Arn>().ok());
    if let Some(account) = source.as_ref().map(Arn::account).filter(|it| is_account_id(it)) {
        context.fill_in(&KeyName::from_static(keys::SOURCE_ACCOUNT), account);
    }
}

/// The provider whose token asks for a role.
fn provider(request: &Request, context: &mut Context) {
    let principal = request.principal();
    if principal.kind() == PrincipalKind::Provider
        && request.action().is("sts:AssumeRoleWithWebIdentity")
    {
        context.fill_in(&KeyName::from_static(keys::FEDERATED_PROVIDER), principal.id());
    }
}

/// Each key that repeats another, from the other.
fn twins(request: &Request, context: &mut Context) {
    let action = request.action();
    let resource = request.resource().components().map(|[.., resource]| resource);
    let of_action = |twin: &&Twin| twin.comes_with(action.service(), action.name(), resource);
    for twin in Twin::all().iter().filter(of_action) {
        let mut filled = Vec::new();
        for (key, value) in context.entries() {
            let other = twin.named(key.as_str()).or_else(|| twin.repeated(key.as_str()));
            filled.extend(other.map(|other| (other, value.as_slice().to_vec())));
        }
        for (key, values) in filled {
            context.fill_in_all(&KeyName::new(&key), values);
        }
    }
}

/// `kms:ViaService` of a forwarded call on a key: the service in the region that is called (AWS KMS
/// Developer Guide, "AWS KMS condition keys").
fn via_service(request: &Request, context: &mut Context) {
    let on_key = request.action().service().eq_ignore_ascii_case("kms")
        && request.resource().components().is_some();
    let (service, region) =
        match (context.one(keys::CALLED_VIA_LAST), context.one(keys::REQUESTED_REGION)) {
            (Some(service), Some(region)) if on_key => (service, region),
            _ => return,
        };
    let ending = match request.principal().partition() {
        "aws-cn" => ".amazonaws.com.cn",
        _ => ".amazonaws.com",
    };
    // Regional names have the region before the domain already.
    let name = service.split('.').next().unwrap_or(service);
    let via = format!("{}.{region}{ending}", Service::via_name(name));
    context.fill_in(&KeyName::from_static(keys::KMS_VIA_SERVICE), &via);
    let grants = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"];
    if grants.iter().any(|it| request.action().is(it)) {
        context.fill_in(&KeyName::from_static(keys::KMS_GRANT_IS_FOR_AWS_RESOURCE), "true");
    }
}
