//! The requester taken apart: which fields it is made of, by kind, and what AWS derives from them.
//!
//! The catalogue's facts, read the other way: a request's keys are filled in from its principal, and
//! here a test of such a key becomes a test of the principal. A key that AWS derives has the derived
//! value in every request that a question ranges over.

use std::borrow::Cow;

use super::field::Field;
use super::template::{Part, Template};
use polsim_decide::catalog::{ContextKey, Derivation, Derived, FilledFrom, PrincipalKind};
use polsim_decide::text::KeyName;

use PrincipalKind::{FederatedUser, RoleSession, User};

/// The template of an ARN in the requester's partition and account.
macro_rules! arn_of {
    ($service:literal, $($rest:expr),*) => {{
        const PARTS: &[Part] =
            &[text("arn:"), field(Field::Partition), text($service), field(Field::Account), $($rest),*];
        Template::of(PARTS)
    }};
}

/// The value of a derived key, by kind of requester; absent where it has none.
pub(super) type ByKind = Vec<(Vec<PrincipalKind>, Option<Template>)>;

/// The ways in which AWS derives the key from principal or resource; `None` for other keys.
fn ways(key: &KeyName) -> Option<&'static [Derivation]> {
    match ContextKey::derived().iter().find(|row| row.key() == key)?.from {
        FilledFrom::Derived(ways) => Some(ways),
        _ => None,
    }
}

/// Tests that AWS derives the key from principal or resource.
pub(super) fn is_derived(key: &KeyName) -> bool {
    ways(key).is_some()
}

/// The value of a key that AWS derives, by kind of requester; `None` for other keys.
pub(super) fn derived(key: &KeyName) -> Option<ByKind> {
    let ways = ways(key)?;
    let known: Vec<PrincipalKind> = ways.iter().flat_map(|way| way.kinds).copied().collect();
    let others: Vec<PrincipalKind> =
        PrincipalKind::ALL.into_iter().filter(|kind| !known.contains(kind)).collect();
    let absent = (!others.is_empty()).then_some((others, None));
    Some(ways.iter().flat_map(values).chain(absent).collect())
}

/// The value of a derived key as a template over the request's fields.
fn values(way: &Derivation) -> ByKind {
    let joined = |one, other| Template::new([field(one), text(":"), field(other)]);
    let value = match way.value {
        Derived::Account => Template::field(Field::Account),
        Derived::AccountAndName => joined(Field::Account, Field::FederatedName),
        Derived::Arn => return each_kind(way, |kind| Some(arn(kind))),
        Derived::Literal(text) => Template::text(text),
        Derived::PrincipalType => {
            return each_kind(way, |kind| kind.principal_type().map(Template::text));
        }
        Derived::ResourceAccount => Template::field(Field::ResourceAccount),
        Derived::RoleIdAndSession => joined(Field::RoleId, Field::SessionName),
        Derived::ServiceName => Template::field(Field::Service),
        Derived::UserId => Template::field(Field::UserId),
        Derived::UserName => Template::field(Field::UserName),
    };
    vec![(way.kinds.to_vec(), Some(value))]
}

fn each_kind(way: &Derivation, value: impl Fn(PrincipalKind) -> Option<Template>) -> ByKind {
    way.kinds.iter().map(|kind| (vec![*kind], value(*kind))).collect()
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

const fn text(text: &'static str) -> Part {
    Part::Text(Cow::Borrowed(text))
}

const fn field(field: Field) -> Part {
    Part::Field(field)
}
