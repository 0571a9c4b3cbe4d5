//! Who a shape is about.

use crate::catalog::keys;
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use crate::request::{PrincipalKind, is_account_id};
use crate::text::{CaseRule, KeyName, Pattern, Piece};

/// Requesters, as a shape writes them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum PrincipalPattern {
    /// `111122223333`: everybody of the account.
    Account(Box<str>),
    /// No signature.
    Anonymous,
    /// `arn:aws:iam::…`, compared with `aws:PrincipalArn`: users, roles by the role's ARN, root and
    /// federated users.
    Arn(Box<[Pattern; 6]>),
    /// `*`
    Everyone,
    /// `federated:…`
    Provider(Box<str>),
    /// A name under `amazonaws.com`, with wildcards.
    Service(Pattern),
    /// `arn:aws:sts::…:assumed-role/role/session`: the role's name, and its session if one is named.
    Session { partition: Pattern, account: Pattern, role: Pattern, session: Option<Box<str>> },
}

impl PrincipalPattern {
    /// The requesters written as `text`.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everyone);
        }
        if text == "anonymous" {
            return Some(Self::Anonymous);
        }
        if is_account_id(text) {
            return Some(Self::Account(text.into()));
        }
        if let Some(provider) = text.strip_prefix("federated:") {
            return (!provider.is_empty()).then(|| Self::Provider(provider.into()));
        }
        if !text.starts_with("arn:") {
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-*?".contains(c);
            let service = text.contains(".amazonaws.com") && text.chars().all(plain);
            return service.then(|| Self::Service(Pattern::wildcard(text)));
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let [_, partition, service, region, account, rest] = parts[..] else { return None };
        if !region.is_empty() || partition.is_empty() {
            return None;
        }
        if let Some(session) = rest.strip_prefix("assumed-role/") {
            let (role, name) = session.split_once('/')?;
            // One session, or all sessions of the role: a pattern of session names is not asked for.
            let literal = !session.contains(['*', '?']);
            if service != "sts" || role.is_empty() || !(literal || name == "*") {
                return None;
            }
            return Some(Self::Session {
                partition: Pattern::wildcard(partition),
                account: Pattern::wildcard(account),
                role: Pattern::wildcard(role),
                session: literal.then(|| text.into()),
            });
        }
        let pattern = Pattern::with_variables(text, true).ok()?;
        let six: [Pattern; 6] = pattern.split_components(6).try_into().ok()?;
        Some(Self::Arn(six.into()))
    }

    /// The requests that come from them.
    pub(super) fn lower(&self, formulas: &mut Formulas) -> FormulaId {
        let mut principal = |test| formulas.atom(Atom::Principal(test));
        match self {
            Self::Account(account) => principal(PrincipalTest::Account(account.clone())),
            Self::Anonymous => principal(PrincipalTest::Kind(PrincipalKind::Anonymous)),
            Self::Arn(six) => has_arn(formulas, six.clone()),
            Self::Everyone => formulas.truth(true),
            Self::Provider(name) => {
                let kind = principal(PrincipalTest::Kind(PrincipalKind::Provider));
                let same = principal(PrincipalTest::Id(name.clone()));
                formulas.all([kind, same])
            }
            Self::Service(pattern) => {
                let named = Predicate::Text(pattern.clone(), CaseRule::Exact);
                has(formulas, keys::PRINCIPAL_SERVICE_NAME, named)
            }
            Self::Session { session: Some(id), .. } => principal(PrincipalTest::Id(id.clone())),
            Self::Session { partition, account, role, session: None } => {
                let kind = principal(PrincipalTest::Kind(PrincipalKind::RoleSession));
                let mut ways = Vec::new();
                for prefix in ["role/", "role/*/"] {
                    let start = Pattern::wildcard(prefix);
                    let rest: Vec<Piece> =
                        start.pieces().iter().chain(role.pieces()).cloned().collect();
                    let six = [
                        Pattern::literal("arn"),
                        partition.clone(),
                        Pattern::literal("iam"),
                        Pattern::literal(""),
                        account.clone(),
                        Pattern::from_pieces(rest),
                    ];
                    ways.push(has_arn(formulas, six.into()));
                }
                let role = formulas.any(ways);
                formulas.all([kind, role])
            }
        }
    }
}

fn has_arn(formulas: &mut Formulas, six: Box<[Pattern; 6]>) -> FormulaId {
    has(formulas, keys::PRINCIPAL_ARN, Predicate::Arn(six))
}

fn has(formulas: &mut Formulas, key: &str, predicate: Predicate) -> FormulaId {
    let test = KeyTest::Some { any_of: [predicate].into(), hit: true };
    formulas.atom(Atom::Key(KeyName::new(key), test))
}

#[cfg(test)]
mod tests {
    use super::PrincipalPattern;

    #[test]
    fn what_names_a_principal() {
        for text in [
            "*",
            "anonymous",
            "111122223333",
            "sagemaker.amazonaws.com",
            "*.amazonaws.com",
            "federated:accounts.google.com",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam::*:user/dev-*",
            "arn:aws:sts::111122223333:assumed-role/Admin/alice",
            "arn:aws:sts::111122223333:assumed-role/Admin/*",
        ] {
            assert!(PrincipalPattern::read(text).is_some(), "{text}");
        }
        for text in [
            "",
            "Admin",
            "11112222333",
            "arn:aws:iam::111122223333",
            "arn:aws:iam:eu-west-1:111122223333:role/x",
            "arn:aws:sts::111122223333:assumed-role/Admin/a*",
            "federated:",
        ] {
            assert!(PrincipalPattern::read(text).is_none(), "{text}");
        }
    }
}
