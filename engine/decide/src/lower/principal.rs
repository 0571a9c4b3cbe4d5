//! Principal and NotPrincipal to formulas (policy language §2.4).

use crate::catalog::{keys, readings};
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use crate::policy::{Effect, Element, Polarity, PolicyType, PrincipalValue, Spanned};
use crate::request::PrincipalKind;
use crate::text::{Arn, CaseRule, KeyName, Pattern, Span};

use super::readings::Lowering;
use super::{GrantKinds, Readings};

/// The requesters that a Principal or NotPrincipal element of a statement matches, by kind of grant.
/// `bounded` holds for requesters with a permissions boundary, whom NotPrincipal never exempts.
pub(super) fn lower(
    to: &mut Lowering<'_>,
    element: &Element<PrincipalValue>,
    (policy_type, effect): (PolicyType, Effect),
    bounded: FormulaId,
) -> GrantKinds {
    if element.polarity == Polarity::Listed {
        return listed(to, element, policy_type);
    }
    // A boundary loses its holder the exemption from a Deny (§2.4); it never widens an Allow.
    let bounded = if effect == Effect::Deny { bounded } else { to.formulas.truth(false) };
    let exempt = exempt(to, element, bounded);
    let never = to.formulas.truth(false);
    let mut wildcard = to.formulas.not(exempt);
    // U-04: an Allow with NotPrincipal means everybody else, or nothing.
    if effect == Effect::Allow
        && let Some(choice) = to.choice(&readings::ALLOW_NOT_PRINCIPAL, "nobody")
    {
        wildcard = to.formulas.add(wildcard & !choice);
    }
    GrantKinds { direct: never, wildcard, role: never, account: never }
}

/// The requesters that one listed value matches in any way, in a store of its own: for the
/// explanation, which shows each value.
pub(crate) fn value(value: &PrincipalValue) -> (Formulas, FormulaId) {
    let mut formulas = Formulas::new();
    let value = Spanned { span: Span::default(), value: value.clone() };
    let element =
        Element { polarity: Polarity::Listed, span: Span::default(), values: vec![value] };
    let (readings, mut reads) = (Readings::default(), Vec::new());
    let mut to = Lowering { formulas: &mut formulas, readings: &readings, reads: &mut reads };
    let grants = listed(&mut to, &element, PolicyType::Resource);
    let matched = grants.of_any_kind(&mut formulas);
    (formulas, matched)
}

fn listed(
    to: &mut Lowering<'_>,
    element: &Element<PrincipalValue>,
    policy_type: PolicyType,
) -> GrantKinds {
    let [mut direct, mut wildcard, mut role, mut account] = [const { Vec::new() }; 4];
    for value in &element.values {
        if matches!(value.value, PrincipalValue::Everyone | PrincipalValue::EveryAws) {
            wildcard.push(everyone(to, &value.value, policy_type));
            continue;
        }
        let formulas = &mut *to.formulas;
        match &value.value {
            PrincipalValue::Account { partition, account: id } => {
                let in_account = in_account(formulas, partition.as_deref(), id);
                let root = kind(formulas, PrincipalKind::Root);
                direct.push(formulas.all([root, in_account]));
                account.push(in_account);
            }
            PrincipalValue::User(arn) => {
                direct.push(id(formulas, arn.as_str()));
                role.push(formulas.atom(Atom::Principal(PrincipalTest::IssuedBy(arn.clone()))));
            }
            PrincipalValue::Role(arn) => {
                role.push(formulas.atom(Atom::Principal(PrincipalTest::SessionOf(arn.clone()))));
            }
            PrincipalValue::RoleSession(arn) | PrincipalValue::FederatedUser(arn) => {
                direct.push(id(formulas, arn.as_str()));
            }
            PrincipalValue::UniqueId(unique) => {
                let same = formulas.atom(Atom::Principal(PrincipalTest::UniqueId(unique.clone())));
                let [user, session] =
                    [PrincipalKind::User, PrincipalKind::RoleSession].map(|it| kind(formulas, it));
                direct.push(formulas.all([user, same]));
                role.push(formulas.all([session, same]));
            }
            PrincipalValue::Provider(name) => direct.push(provider(formulas, name)),
            PrincipalValue::Service(name) => direct.push(service(formulas, name)),
            PrincipalValue::CanonicalUser(_)
            | PrincipalValue::EveryAws
            | PrincipalValue::Everyone
            | PrincipalValue::Nobody(_) => (),
        }
    }
    let formulas = &mut *to.formulas;
    GrantKinds {
        direct: formulas.any(direct),
        wildcard: formulas.any(wildcard),
        role: formulas.any(role),
        account: formulas.any(account),
    }
}

/// The requesters that `*` means: everybody. U-06: under `AWS` perhaps signed principals only; U-12:
/// in a trust policy perhaps nobody.
fn everyone(to: &mut Lowering<'_>, value: &PrincipalValue, policy_type: PolicyType) -> FormulaId {
    let mut everyone = to.formulas.truth(true);
    if *value == PrincipalValue::EveryAws
        && let Some(choice) = to.choice(&readings::AWS_WILDCARD, "signed")
    {
        let signed = [
            PrincipalKind::RoleSession,
            PrincipalKind::User,
            PrincipalKind::Root,
            PrincipalKind::FederatedUser,
        ]
        .map(|it| kind(to.formulas, it));
        let signed = to.formulas.any(signed);
        everyone = to.formulas.add(signed | !choice);
    }
    if policy_type == PolicyType::Trust
        && let Some(choice) = to.choice(&readings::TRUST_WILDCARD, "nobody")
    {
        everyone = to.formulas.add(everyone & !choice);
    }
    everyone
}

/// The requesters that a NotPrincipal element exempts: every identity of the requester must be
/// listed, a partial listing does not count (U-15), and one with a boundary is never exempt.
fn exempt(
    to: &mut Lowering<'_>,
    element: &Element<PrincipalValue>,
    bounded: FormulaId,
) -> FormulaId {
    let formulas = &mut *to.formulas;
    if values(element).any(|it| matches!(it, PrincipalValue::Everyone | PrincipalValue::EveryAws)) {
        let anonymous = kind(formulas, PrincipalKind::Anonymous);
        return formulas.add(!anonymous & !bounded);
    }
    let mut parts = Vec::new();
    for value in values(element) {
        let part = match value {
            PrincipalValue::User(arn) | PrincipalValue::FederatedUser(arn) => {
                let named = id(formulas, arn.as_str());
                let account = account_listed(formulas, element, arn.account());
                formulas.all([named, account])
            }
            PrincipalValue::RoleSession(arn) => {
                let named = id(formulas, arn.as_str());
                let roles: Vec<FormulaId> =
                    listed_roles(element).map(|role| session_of(formulas, role)).collect();
                let role = formulas.any(roles);
                let account = account_listed(formulas, element, arn.account());
                formulas.all([named, role, account])
            }
            PrincipalValue::Account { partition, account } => {
                let root = kind(formulas, PrincipalKind::Root);
                let in_account = in_account(formulas, partition.as_deref(), account);
                formulas.all([root, in_account])
            }
            PrincipalValue::Service(name) => service(formulas, name),
            PrincipalValue::Provider(name) => provider(formulas, name),
            PrincipalValue::CanonicalUser(_)
            | PrincipalValue::EveryAws
            | PrincipalValue::Everyone
            | PrincipalValue::Nobody(_)
            | PrincipalValue::Role(_)
            | PrincipalValue::UniqueId(_) => continue,
        };
        parts.push(part);
    }
    let listed = formulas.any(parts);
    let exempt = exempt_in_part(to, element, listed);
    to.formulas.add(!bounded & exempt)
}

/// U-15: `listed`, and where the reading says so also the requesters of whom the element lists a
/// part: a user or session without its account, a session without its role, the sessions of a role,
/// and everybody in an account of which it lists nobody.
fn exempt_in_part(
    to: &mut Lowering<'_>,
    element: &Element<PrincipalValue>,
    listed: FormulaId,
) -> FormulaId {
    let is_partial = |value: &PrincipalValue| match value {
        PrincipalValue::User(arn) | PrincipalValue::FederatedUser(arn) => {
            !lists_account(element, arn.account())
        }
        PrincipalValue::RoleSession(arn) => {
            !lists_account(element, arn.account())
                || !listed_roles(element).any(|it| is_of(arn, it))
        }
        PrincipalValue::Role(_) => true,
        PrincipalValue::Account { account, .. } => !lists_member(element, account),
        _ => false,
    };
    let partial: Vec<&PrincipalValue> = values(element).filter(|it| is_partial(it)).collect();
    if partial.is_empty() {
        return listed;
    }
    let Some(choice) = to.choice(&readings::NOT_PRINCIPAL_PARTIAL, "exempt") else { return listed };
    let formulas = &mut *to.formulas;
    let mut parts = Vec::new();
    for value in partial {
        parts.push(match value {
            PrincipalValue::Role(role) => session_of(formulas, role),
            PrincipalValue::Account { partition, account } => {
                in_account(formulas, partition.as_deref(), account)
            }
            PrincipalValue::User(arn)
            | PrincipalValue::FederatedUser(arn)
            | PrincipalValue::RoleSession(arn) => id(formulas, arn.as_str()),
            _ => continue,
        });
    }
    let in_part = formulas.any(parts);
    formulas.add(listed | in_part & choice)
}

fn values(element: &Element<PrincipalValue>) -> impl Iterator<Item = &PrincipalValue> {
    element.values.iter().map(|value| &value.value)
}

fn listed_roles(element: &Element<PrincipalValue>) -> impl Iterator<Item = &Arn> {
    values(element).filter_map(|value| match value {
        PrincipalValue::Role(role) => Some(role),
        _ => None,
    })
}

/// Tells whether the element lists the account itself, as id or root ARN.
fn lists_account(element: &Element<PrincipalValue>, account: &str) -> bool {
    values(element)
        .any(|it| matches!(it, PrincipalValue::Account { account: own, .. } if &**own == account))
}

/// Tells whether the element lists a user, role or session of the account.
fn lists_member(element: &Element<PrincipalValue>, account: &str) -> bool {
    values(element).any(|it| match it {
        PrincipalValue::User(arn)
        | PrincipalValue::FederatedUser(arn)
        | PrincipalValue::Role(arn)
        | PrincipalValue::RoleSession(arn) => arn.account() == account,
        _ => false,
    })
}

/// Tells whether a role session's ARN is one of the role: of its account and name (§2.4).
fn is_of(session: &Arn, role: &Arn) -> bool {
    let name = |arn: &Arn, at: usize| arn.resource().split('/').nth(at).map(str::to_owned);
    let role_name = role.resource().rsplit('/').next().map(str::to_owned);
    session.account() == role.account() && name(session, 1) == role_name
}

fn session_of(formulas: &mut Formulas, role: &Arn) -> FormulaId {
    formulas.atom(Atom::Principal(PrincipalTest::SessionOf(role.clone())))
}

/// The requesters of the account, if the element lists the account itself, as id or root ARN.
fn account_listed(
    formulas: &mut Formulas,
    element: &Element<PrincipalValue>,
    account: &str,
) -> FormulaId {
    let parts: Vec<FormulaId> = element
        .values
        .iter()
        .filter_map(|value| match &value.value {
            PrincipalValue::Account { partition, account: listed } if &**listed == account => {
                Some(in_account(formulas, partition.as_deref(), listed))
            }
            _ => None,
        })
        .collect();
    formulas.any(parts)
}

fn in_account(formulas: &mut Formulas, partition: Option<&str>, account: &str) -> FormulaId {
    let same = formulas.atom(Atom::Principal(PrincipalTest::Account(account.into())));
    match partition {
        None => same,
        Some(partition) => {
            let there = formulas.atom(Atom::Principal(PrincipalTest::Partition(partition.into())));
            formulas.all([same, there])
        }
    }
}

fn id(formulas: &mut Formulas, name: &str) -> FormulaId {
    formulas.atom(Atom::Principal(PrincipalTest::Id(name.into())))
}

pub(super) fn kind(formulas: &mut Formulas, kind: PrincipalKind) -> FormulaId {
    formulas.atom(Atom::Principal(PrincipalTest::Kind(kind)))
}

fn provider(formulas: &mut Formulas, name: &str) -> FormulaId {
    let (kind, same) = (kind(formulas, PrincipalKind::Provider), id(formulas, name));
    formulas.all([kind, same])
}

/// A service goes by its name and by each name in `aws:PrincipalServiceNamesList`.
fn service(formulas: &mut Formulas, name: &str) -> FormulaId {
    let kind = kind(formulas, PrincipalKind::Service);
    let same = id(formulas, name);
    let text = Predicate::Text(Pattern::literal(name), CaseRule::Exact);
    let listed = KeyTest::Some { any_of: [text].into(), hit: true };
    let listed = formulas.atom(Atom::Key(KeyName::new(keys::PRINCIPAL_SERVICE_NAMES_LIST), listed));
    let named = formulas.any([same, listed]);
    formulas.all([kind, named])
}
