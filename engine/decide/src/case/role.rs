//! The roles that the policies of an input name: they tell the paths of sessions' roles (request
//! notes §4.1).

use crate::catalog::keys;
use crate::lower::{AttachedPolicy, Scope};
use crate::policy::PrincipalValue;
use crate::request::KnownRole;
use crate::text::{Arn, Pattern};

/// The roles that the policies of an input name. A role's name is unique in its account, whatever its
/// path, and a session's ARN leaves the path out.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::SessionRoles;
/// # use polsim::lower::{AttachedPolicy, Scope};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// let source = Source::new("own.json", r#"{"Version": "2012-10-17",
///   "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#);
/// let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// let role = "arn:aws:iam::111122223333:role/teams/Trainer".parse().expect("an ARN");
/// let own = AttachedPolicy { scope: Scope::Principals(vec![role]), ..AttachedPolicy::new(policy) };
/// let roles = SessionRoles::of(&[own]);
/// let role = roles.of_session("arn:aws:sts::111122223333:assumed-role/Trainer/s1").unwrap();
/// assert_eq!(role.arn, "arn:aws:iam::111122223333:role/teams/Trainer");
/// ```
#[derive(Clone, Debug, Default)]
pub struct SessionRoles {
    /// The carriers of policies.
    carriers: Vec<Named>,
    /// The principals that policies name: AWS stores no role that is not there.
    principals: Vec<Named>,
    /// Those in conditions, which AWS does not check.
    conditions: Vec<Named>,
}

/// A role that is named: its account, or `*`, its path and name.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Named {
    account: Box<str>,
    path: Box<str>,
}

impl SessionRoles {
    /// The roles that these policies name.
    pub fn of(policies: &[AttachedPolicy]) -> Self {
        let mut roles = Self::default();
        for policy in policies {
            if let Scope::Principals(arns) = &policy.scope {
                roles.carriers.extend(arns.iter().filter_map(Named::of));
            }
            for statement in &policy.policy.statements {
                let values = statement.principal.iter().flat_map(|element| &element.values);
                for value in values {
                    if let PrincipalValue::Role(arn) = &value.value {
                        roles.principals.extend(Named::of(arn));
                    }
                }
                for condition in &statement.conditions {
                    if condition.key.value.is(keys::PRINCIPAL_ARN) {
                        let texts = condition.values.iter().filter_map(|it| exact(&it.value.text));
                        roles.conditions.extend(texts);
                    }
                }
            }
        }
        roles
    }

    /// The ARN of the role of this session, where the policies tell its path; and whether only a
    /// condition does. None where they tell two.
    pub fn of_session(&self, session: &str) -> Option<KnownRole> {
        let parts: Vec<&str> = session.splitn(6, ':').collect();
        let [_, partition, "sts", "", account, rest] = parts[..] else { return None };
        let name = rest.strip_prefix("assumed-role/")?.split('/').next()?;
        let found = |roles: &[Named]| -> Result<Option<Box<str>>, ()> {
            let own = |it: &&Named| {
                (*it.account == *account || &*it.account == "*")
                    && it.path.rsplit('/').next() == Some(name)
            };
            let mut own = roles.iter().filter(own).map(|it| it.path.clone());
            let Some(first) = own.next() else { return Ok(None) };
            if own.all(|it| it == first) { Ok(Some(first)) } else { Err(()) }
        };
        let arn = |path: &str| format!("arn:{partition}:iam::{account}:role/{path}");
        for (roles, by_condition) in
            [(&self.carriers, false), (&self.principals, false), (&self.conditions, true)]
        {
            match found(roles) {
                Ok(Some(path)) => return Some(KnownRole { arn: arn(&path), by_condition }),
                Ok(None) => (),
                Err(()) => return None,
            }
        }
        None
    }
}

impl Named {
    fn of(arn: &Arn) -> Option<Self> {
        let path = arn.resource().strip_prefix("role/")?;
        Some(Self { account: arn.account().into(), path: path.into() })
    }
}

/// The role in a value of a condition, if its path and name are written out.
fn exact(text: &str) -> Option<Named> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [_, _, "iam", _, account, rest] = parts[..] else { return None };
    let path = rest.strip_prefix("role/")?;
    let literal = Pattern::wildcard(path).as_literal().is_some() && !path.contains("${");
    let one_account = account == "*" || Pattern::wildcard(account).as_literal().is_some();
    (literal && one_account).then(|| Named { account: account.into(), path: path.into() })
}
