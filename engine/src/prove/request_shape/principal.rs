//! Principal patterns of request shapes.

use std::fmt;
use std::str::FromStr;

use super::pattern::{PatternError, PatternKind};
use crate::catalog::keys;
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use crate::request::{PrincipalKind, is_account_id};
use crate::text::{CaseRule, KeyName, Pattern, Piece};

/// A pattern of principals, as a shape writes it: the ARN of a user, role, session, federated user
/// or root, an account id, a service principal, `federated:<provider>`, `anonymous`, `strangers`
/// (principals of accounts that are not ours), `organization` (those of its member accounts) or `*`.
///
/// ```
/// # use polsim::prove::PrincipalPattern;
/// assert!("arn:aws:iam::111122223333:role/*".parse::<PrincipalPattern>().is_ok());
/// assert!("sagemaker.amazonaws.com".parse::<PrincipalPattern>().is_ok());
/// assert!("Admin".parse::<PrincipalPattern>().is_err());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PrincipalPattern {
    form: Form,
    text: Box<str>,
}

/// The forms in which principals are written.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Form {
    /// `111122223333` or `account:111122223333`: every principal of the account.
    Account(Box<str>),
    /// `anonymous`: requests without a signature.
    Anonymous,
    /// `organization`: every principal of our accounts that are members of the organization.
    Organization,
    /// `strangers`: every principal of an account that is not ours.
    Strangers,
    /// `arn:aws:iam::…`, compared with `aws:PrincipalArn`: users, roles by the role's ARN, root and
    /// federated users.
    Arn(Box<[Pattern; 6]>),
    /// `*`: every principal, service and unsigned caller.
    Everyone,
    /// `federated:…`: callers that a provider has signed in.
    Provider(Box<str>),
    /// A name under `amazonaws.com`, with wildcards.
    Service(Pattern),
    /// `arn:aws:sts::…:assumed-role/role/session`: the role's name, and its session if one is named.
    Session { partition: Pattern, account: Pattern, role: Pattern, session: Option<Box<str>> },
}

impl FromStr for PrincipalPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || PatternError::new(PatternKind::Principal, text);
        let form = Form::read(text).ok_or_else(refused)?;
        Ok(Self { form, text: text.into() })
    }
}

impl fmt::Display for PrincipalPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Form {
    fn read(text: &str) -> Option<Self> {
        if !text.starts_with("arn:") {
            return Self::read_name(text);
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

    /// The principals written as a text that is no ARN.
    fn read_name(text: &str) -> Option<Self> {
        match text {
            "*" => return Some(Self::Everyone),
            "anonymous" => return Some(Self::Anonymous),
            "organization" => return Some(Self::Organization),
            "strangers" => return Some(Self::Strangers),
            _ if is_account_id(text) => return Some(Self::Account(text.into())),
            _ => (),
        }
        if let Some(account) = text.strip_prefix("account:") {
            return is_account_id(account).then(|| Self::Account(account.into()));
        }
        if let Some(provider) = text.strip_prefix("federated:") {
            return (!provider.is_empty()).then(|| Self::Provider(provider.into()));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-*?".contains(c);
        let service = text.contains(".amazonaws.com") && text.chars().all(plain);
        service.then(|| Self::Service(Pattern::wildcard(text)))
    }
}

impl PrincipalPattern {
    /// The requests that such principals make.
    pub(super) fn lower(&self, formulas: &mut Formulas, known: &KnownAccounts) -> FormulaId {
        let mut principal = |test| formulas.atom(Atom::Principal(test));
        match &self.form {
            Form::Organization => of_accounts(formulas, &known.members),
            Form::Strangers => {
                let kinds: Vec<FormulaId> = PrincipalKind::WITH_ACCOUNT
                    .into_iter()
                    .map(|kind| formulas.atom(Atom::Principal(PrincipalTest::Kind(kind))))
                    .collect();
                let with_account = formulas.any(kinds);
                let ours = of_accounts(formulas, &known.ours);
                let others = formulas.not(ours);
                formulas.all([with_account, others])
            }
            Form::Account(account) => principal(PrincipalTest::Account(account.clone())),
            Form::Anonymous => principal(PrincipalTest::Kind(PrincipalKind::Anonymous)),
            Form::Arn(six) => has_arn(formulas, six.clone()),
            Form::Everyone => formulas.truth(true),
            Form::Provider(name) => {
                let kind = principal(PrincipalTest::Kind(PrincipalKind::Provider));
                let same = principal(PrincipalTest::Id(name.clone()));
                formulas.all([kind, same])
            }
            Form::Service(pattern) => {
                let named = Predicate::Text(pattern.clone(), CaseRule::Exact);
                has(formulas, keys::PRINCIPAL_SERVICE_NAME, named)
            }
            Form::Session { session: Some(id), .. } => principal(PrincipalTest::Id(id.clone())),
            Form::Session { partition, account, role, session: None } => {
                let kind = principal(PrincipalTest::Kind(PrincipalKind::RoleSession));
                let role = of_role(formulas, [partition, account], role);
                formulas.all([kind, role])
            }
        }
    }
}

/// Accounts that the input tells something of.
#[derive(Clone, Debug, Default)]
pub(in crate::prove) struct KnownAccounts {
    /// Accounts that are ours.
    pub(in crate::prove) ours: Vec<Box<str>>,
    /// Accounts of ours that are members of the organization.
    pub(in crate::prove) members: Vec<Box<str>>,
}

/// The requests of principals of these accounts.
fn of_accounts(formulas: &mut Formulas, accounts: &[Box<str>]) -> FormulaId {
    let of = |id: &str| Atom::Principal(PrincipalTest::Account(id.into()));
    let each: Vec<FormulaId> = accounts.iter().map(|id| formulas.atom(of(id))).collect();
    formulas.any(each)
}

/// The requests whose `aws:PrincipalArn` is a role of this name, with any path.
fn of_role(
    formulas: &mut Formulas,
    [partition, account]: [&Pattern; 2],
    role: &Pattern,
) -> FormulaId {
    let mut ways = Vec::new();
    for prefix in ["role/", "role/*/"] {
        let start = Pattern::wildcard(prefix);
        let rest: Vec<Piece> = start.pieces().iter().chain(role.pieces()).cloned().collect();
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
    formulas.any(ways)
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
            assert!(text.parse::<PrincipalPattern>().is_ok(), "{text}");
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
            assert!(text.parse::<PrincipalPattern>().is_err(), "{text}");
        }
    }
}
