//! The requester taken apart: which fields it is made of, by kind, and what AWS derives from them.
//!
//! These are the facts of [`derived`](polsim_decide::request), read the other way: there a request's keys are
//! filled in from its principal, here a test of such a key becomes a test of the principal. A key
//! that AWS derives has the derived value in every request that a question ranges over.

use std::borrow::Cow;

use super::field::Field;
use super::template::{Part, Template};
use polsim_decide::request::PrincipalKind;
use polsim_decide::text::KeyName;

use PrincipalKind::{Anonymous, FederatedUser, Provider, RoleSession, Root, Service, User};

/// The template of an ARN in the requester's partition and account.
macro_rules! arn_of {
    ($service:literal, $($rest:expr),*) => {{
        const PARTS: &[Part] =
            &[text("arn:"), field(Field::Partition), text($service), field(Field::Account), $($rest),*];
        Template::of(PARTS)
    }};
}

/// The kinds of requesters.
pub(super) const KINDS: [PrincipalKind; 7] =
    [Anonymous, FederatedUser, Provider, RoleSession, Root, Service, User];

/// The kinds that belong to an account; the same that have an ARN.
pub(super) const WITH_ACCOUNT: [PrincipalKind; 4] = [FederatedUser, RoleSession, Root, User];

/// The value of a derived key, by kind of requester; absent where it has none.
pub(super) type ByKind = Vec<(Vec<PrincipalKind>, Option<Template>)>;

/// The keys that AWS derives from principal and resource (policy language §4, §6.1), and what makes
/// their values: by kind of requester, where they have one.
const DERIVED: [Derived; 9] = [
    ("aws:PrincipalAccount", || {
        let account = (WITH_ACCOUNT.to_vec(), Template::field(Field::Account));
        vec![account, (vec![Anonymous], Template::text("anonymous"))]
    }),
    ("aws:PrincipalArn", || WITH_ACCOUNT.map(|kind| (vec![kind], arn(kind))).into()),
    ("aws:PrincipalIsAWSService", || {
        let accounts = (WITH_ACCOUNT.to_vec(), Template::text("false"));
        vec![(vec![Service], Template::text("true")), accounts]
    }),
    ("aws:PrincipalServiceName", service),
    ("aws:PrincipalServiceNamesList", service),
    ("aws:PrincipalType", || {
        let typed =
            |kind: PrincipalKind| Some((vec![kind], Template::text(kind.principal_type()?)));
        KINDS.into_iter().filter_map(typed).collect()
    }),
    ("aws:ResourceAccount", || vec![(KINDS.to_vec(), Template::field(Field::ResourceAccount))]),
    ("aws:userid", user_id),
    ("aws:username", || vec![(vec![User], Template::field(Field::UserName))]),
];

/// A key, and what makes its values.
type Derived = (&'static str, fn() -> Present);

/// The kinds of requesters for which a key has a value, and the value.
type Present = Vec<(Vec<PrincipalKind>, Template)>;

/// Tests that AWS derives the key from principal or resource.
pub(super) fn is_derived(key: &KeyName) -> bool {
    DERIVED.iter().any(|(name, _)| key.is(name))
}

/// The value of a key that AWS derives; `None` for other keys.
pub(super) fn derived(key: &KeyName) -> Option<ByKind> {
    let (_, present) = DERIVED.iter().find(|(name, _)| key.is(name))?;
    let present = present();
    let known: Vec<PrincipalKind> = present.iter().flat_map(|(kinds, _)| kinds.clone()).collect();
    let others: Vec<PrincipalKind> =
        KINDS.into_iter().filter(|kind| !known.contains(kind)).collect();
    let absent = (!others.is_empty()).then_some((others, None));
    Some(present.into_iter().map(|(kinds, value)| (kinds, Some(value))).chain(absent).collect())
}

fn service() -> Present {
    vec![(vec![Service], Template::field(Field::Service))]
}

/// `aws:PrincipalArn` of a requester with an account: a role session's is that of the role.
pub(super) fn arn(kind: PrincipalKind) -> Template {
    match kind {
        FederatedUser => arn_of!(":sts::", text(":federated-user/"), field(Field::FederatedName)),
        RoleSession => arn_of!(":iam::", text(":role/"), field(Field::RoleTail)),
        User => arn_of!(":iam::", text(":user/"), field(Field::UserPath), field(Field::UserName)),
        _ => arn_of!(":iam::", text(":root")),
    }
}

/// The ARN of the user that made a federated session: of the same account.
pub(super) fn issuer() -> Template {
    arn_of!(":iam::", text(":user/"), field(Field::IssuerTail))
}

fn user_id() -> Present {
    let joined = |one, other| Template::new([field(one), text(":"), field(other)]);
    vec![
        (vec![User], Template::field(Field::UserId)),
        (vec![RoleSession], joined(Field::RoleId, Field::SessionName)),
        (vec![FederatedUser], joined(Field::Account, Field::FederatedName)),
        (vec![Root], Template::field(Field::Account)),
        (vec![Anonymous], Template::text("anonymous")),
    ]
}

const fn text(text: &'static str) -> Part {
    Part::Text(Cow::Borrowed(text))
}

const fn field(field: Field) -> Part {
    Part::Field(field)
}
