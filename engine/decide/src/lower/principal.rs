//! Principal and NotPrincipal to formulas (policy language §2.4).

use crate::catalog::keys;
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use crate::policy::{Element, Polarity, PrincipalValue, Spanned};
use crate::request::PrincipalKind;
use crate::text::{CaseRule, KeyName, Pattern, Span};

use super::GrantKinds;

/// The requesters that a Principal or NotPrincipal element matches, by kind of grant. `bounded` holds
/// for requesters with a permissions boundary, whom NotPrincipal never exempts.
pub(super) fn lower(
    formulas: &mut Formulas,
    element: &Element<PrincipalValue>,
    bounded: FormulaId,
) -> GrantKinds {
    match element.polarity {
        Polarity::Listed => listed(formulas, element),
        Polarity::AllBut => {
            let exempt = exempt(formulas, element, bounded);
            let never = formulas.truth(false);
            GrantKinds {
                direct: never,
                wildcard: formulas.not(exempt),
                role: never,
                account: never,
            }
        }
    }
}

/// The requesters that one listed value matches in any way, in a store of its own: for the
/// explanation, which shows each value.
pub(crate) fn value(value: &PrincipalValue) -> (Formulas, FormulaId) {
    let mut formulas = Formulas::new();
    let value = Spanned { span: Span::default(), value: value.clone() };
    let element =
        Element { polarity: Polarity::Listed, span: Span::default(), values: vec![value] };
    let matched = listed(&mut formulas, &element).of_any_kind(&mut formulas);
    (formulas, matched)
}

fn listed(formulas: &mut Formulas, element: &Element<PrincipalValue>) -> GrantKinds {
    let [mut direct, mut wildcard, mut role, mut account] = [const { Vec::new() }; 4];
    for value in &element.values {
        match &value.value {
            PrincipalValue::Everyone => wildcard.push(formulas.truth(true)),
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
            PrincipalValue::CanonicalUser(_) | PrincipalValue::Nobody(_) => (),
        }
    }
    GrantKinds {
        direct: formulas.any(direct),
        wildcard: formulas.any(wildcard),
        role: formulas.any(role),
        account: formulas.any(account),
    }
}

/// The requesters that a NotPrincipal element exempts: every identity of the requester must be
/// listed, a partial listing does not count (U-15), and one with a boundary is never exempt.
fn exempt(
    formulas: &mut Formulas,
    element: &Element<PrincipalValue>,
    bounded: FormulaId,
) -> FormulaId {
    let values = || element.values.iter().map(|value| &value.value);
    if values().any(|value| *value == PrincipalValue::Everyone) {
        let anonymous = kind(formulas, PrincipalKind::Anonymous);
        let (known, unbounded) = (formulas.not(anonymous), formulas.not(bounded));
        return formulas.all([known, unbounded]);
    }
    let mut parts = Vec::new();
    for value in values() {
        let part = match value {
            PrincipalValue::User(arn) | PrincipalValue::FederatedUser(arn) => {
                let named = id(formulas, arn.as_str());
                let account = account_listed(formulas, element, arn.account());
                formulas.all([named, account])
            }
            PrincipalValue::RoleSession(arn) => {
                let named = id(formulas, arn.as_str());
                let roles: Vec<FormulaId> = values()
                    .filter_map(|value| match value {
                        PrincipalValue::Role(role) => Some(
                            formulas.atom(Atom::Principal(PrincipalTest::SessionOf(role.clone()))),
                        ),
                        _ => None,
                    })
                    .collect();
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
            | PrincipalValue::Everyone
            | PrincipalValue::Nobody(_)
            | PrincipalValue::Role(_)
            | PrincipalValue::UniqueId(_) => continue,
        };
        parts.push(part);
    }
    let listed = formulas.any(parts);
    let unbounded = formulas.not(bounded);
    formulas.all([unbounded, listed])
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
