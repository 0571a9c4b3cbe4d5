//! The principal that makes a request.

use std::fmt;

use super::Context;
use crate::catalog::{PrincipalKind, keys, special_role};
use crate::text::{Arn, is_account_id};

/// A requester and the identities it carries (policy language §2.4).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Principal, Request, RequestParts};
/// let text = "arn:aws:sts::111122223333:assumed-role/DataScientist/alice";
/// let request = Request::new(RequestParts {
///     principal: text,
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// })?;
/// let principal: &Principal = request.principal();
/// assert_eq!(principal.account(), Some("111122223333"));
/// let role = principal.role_arn().expect("a session has a role");
/// assert_eq!(role.as_str(), "arn:aws:iam::111122223333:role/DataScientist");
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    kind: PrincipalKind,
    identity: Identity,
    /// The ARN of a session's role with its path; without path where the request does not tell it.
    role: Option<Arn>,
    /// True if the path in `role` is the role's, and no assumption.
    path_known: bool,
    issuer: Option<Arn>,
    unique_id: Option<Box<str>>,
}

/// The identity that names a principal.
#[derive(Clone, Debug, PartialEq)]
enum Identity {
    Arn(Arn),
    /// A service, a provider, or `anonymous`, in a partition.
    Name(Box<str>, &'static str),
}

impl Principal {
    /// The principal written as `text`. The role of a session is the role ARN in
    /// `aws:PrincipalArn`, where the context has it: a session's own ARN leaves the path out.
    pub(super) fn parse(
        text: &str,
        context: &Context,
        issuer: Option<Arn>,
    ) -> Result<Self, String> {
        let unique_id =
            context.one(keys::USER_ID).map(|id| id.split(':').next().unwrap_or(id).into());
        let plain = |kind, name: &str| Self {
            kind,
            identity: Identity::Name(name.into(), partition(kind, name)),
            role: None,
            path_known: true,
            issuer: None,
            unique_id: None,
        };
        if text == "anonymous" {
            return Ok(plain(PrincipalKind::Anonymous, text));
        }
        if let Some(provider) = text.strip_prefix("federated:") {
            return match provider {
                "" => Err("`federated:` is followed by the provider's ARN or host".to_owned()),
                _ => Ok(plain(PrincipalKind::Provider, provider)),
            };
        }
        if !text.starts_with("arn:") {
            return if is_service_name(text) {
                Ok(plain(PrincipalKind::Service, text))
            } else {
                Err("a principal is an ARN, a service such as `sagemaker.amazonaws.com`, \
                     `federated:<provider>` or `anonymous`"
                    .to_owned())
            };
        }
        let arn: Arn = text.parse().map_err(|error| format!("{error}"))?;
        Self::of_arn(arn, context, issuer).map(|principal| Self { unique_id, ..principal })
    }

    fn of_arn(arn: Arn, context: &Context, issuer: Option<Arn>) -> Result<Self, String> {
        let [_, partition, service, region, account, resource] = arn.components();
        if !is_account_id(account) || !region.is_empty() {
            return Err("the ARN of a principal has no region and an account id of twelve digits"
                .to_owned());
        }
        let (word, rest) = resource.split_once('/').unwrap_or((resource, ""));
        let last = rest.rsplit('/').next().unwrap_or(rest);
        let (kind, role) = match (service, word) {
            ("iam", "root") if resource == "root" => (PrincipalKind::Root, None),
            ("iam", "user") if !last.is_empty() => (PrincipalKind::User, None),
            ("iam", "role") if !last.is_empty() => (PrincipalKind::RoleSession, Some(arn.clone())),
            ("sts", "federated-user") if !rest.is_empty() => (PrincipalKind::FederatedUser, None),
            ("sts", "assumed-role") if !last.is_empty() && last.len() < rest.len() => {
                let name = rest.split('/').next().unwrap_or(rest);
                let known =
                    context.one(keys::PRINCIPAL_ARN).and_then(|text| text.parse::<Arn>().ok());
                let known = known.filter(|known| is_role_called(known, account, name));
                // A session's ARN leaves the role's path out: without better knowledge, no path.
                let role = match known {
                    Some(arn) => arn,
                    None => ["arn:", partition, ":iam::", account, ":role/", name]
                        .concat()
                        .parse()
                        .map_err(|error| format!("{error}"))?,
                };
                (PrincipalKind::RoleSession, Some(role))
            }
            _ => {
                return Err("a principal's ARN names a user, role, root, assumed-role session or \
                            federated user"
                    .to_owned());
            }
        };
        let issuer = issuer.filter(|_| kind == PrincipalKind::FederatedUser);
        let identity = Identity::Arn(arn);
        Ok(Self { kind, identity, role, path_known: true, issuer, unique_id: None })
    }

    /// The same requester, of whose role the path is not known: a session's ARN leaves it out.
    pub(super) fn forget_path(&mut self) {
        self.path_known = !self.id().contains(":assumed-role/");
    }

    /// Says that the unique id is not known.
    pub(super) fn forget_unique_id(&mut self) {
        self.unique_id = None;
    }

    /// Says the role of a session, if the ARN is one of its account and name.
    pub(super) fn tell_role(&mut self, arn: &str) {
        let own =
            |role: &Arn| self.account().is_some_and(|it| is_role_called(role, it, self.name()));
        let told = arn.parse::<Arn>().ok().filter(|role| self.role.is_some() && own(role));
        if let Some(role) = told {
            self.role = Some(role);
        }
    }

    /// The kind of principal, which decides how policies name it.
    pub fn kind(&self) -> PrincipalKind {
        self.kind
    }

    /// The partition it lives in.
    pub fn partition(&self) -> &str {
        match &self.identity {
            Identity::Arn(arn) => arn.partition(),
            Identity::Name(_, partition) => partition,
        }
    }

    /// The account of the principal; none for services, anonymous and unsigned callers.
    pub fn account(&self) -> Option<&str> {
        match &self.identity {
            Identity::Arn(arn) => Some(arn.account()),
            Identity::Name(..) => None,
        }
    }

    /// The identity it is named by: its ARN, the service's name, the provider, or `anonymous`.
    pub fn id(&self) -> &str {
        match &self.identity {
            Identity::Arn(arn) => arn.as_str(),
            Identity::Name(name, _) => name,
        }
    }

    /// The name after the last slash of a user's, role's or federated user's ARN.
    pub fn name(&self) -> &str {
        let whole = self.role.as_ref().map_or_else(|| self.id(), Arn::as_str);
        whole.rsplit('/').next().unwrap_or_default()
    }

    /// The ARN of the role behind a role session: the one in `aws:PrincipalArn`, or, where the
    /// request does not tell, the role of that name without path.
    pub fn role_arn(&self) -> Option<&Arn> {
        self.role.as_ref()
    }

    /// True for a session of the role `arn` (policy language §2.4). A role's name is unique in its
    /// account: where the request does not tell the path, name and account tell the role.
    pub fn is_session_of(&self, arn: &Arn) -> bool {
        let Some(role) = self.role_arn() else { return false };
        if self.path_known {
            return role == arn;
        }
        let name = self.name();
        let region = arn.resource().strip_prefix(special_role::RESERVED_PATH);
        let path_may_be = !special_role::is_reserved(name)
            || region.is_some_and(|rest| rest.matches('/').count() <= 1);
        let same = role.partition() == arn.partition() && is_role_called(arn, role.account(), name);
        same && path_may_be
    }

    /// True if the path of a session's role is known.
    pub fn is_path_known(&self) -> bool {
        self.path_known
    }

    /// The user that made this federated user session, where the request tells it.
    pub fn issuer(&self) -> Option<&Arn> {
        self.issuer.as_ref()
    }

    /// The unique id (`AIDA…`, `AROA…`) of the user or role, where the request tells it.
    pub fn unique_id(&self) -> Option<&str> {
        self.unique_id.as_deref()
    }

    /// True for a session of a service-linked role, known by the role's path (policy language §9), else by
    /// its name.
    pub fn is_service_linked(&self) -> bool {
        self.role_arn().is_some_and(|arn| arn.resource().starts_with(special_role::LINKED_PATH))
            || (!self.path_known && special_role::is_linked(self.name()))
    }
}

/// True if `arn` is a role of this account and name, whatever its path.
fn is_role_called(arn: &Arn, account: &str, name: &str) -> bool {
    arn.service() == "iam"
        && arn.account() == account
        && arn
            .resource()
            .strip_prefix("role/")
            .is_some_and(|path| path.rsplit('/').next() == Some(name))
}

/// True if `text` is shaped like a service principal: dotted, and under one of AWS's suffixes.
fn is_service_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.contains('.')
        && text.chars().all(plain)
        && (text.contains(".amazonaws.com") || text.contains(".aws"))
}

/// The partition of a requester that is not named by an ARN.
fn partition(kind: PrincipalKind, name: &str) -> &'static str {
    if kind == PrincipalKind::Service && name.ends_with(".amazonaws.com.cn") {
        "aws-cn"
    } else {
        "aws"
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
