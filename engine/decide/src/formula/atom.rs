//! Atoms: one predicate on one field of the request.

use crate::policy::{ActionPattern, ResourcePattern};
use crate::request::{Principal, PrincipalKind, Request, Resource};
use crate::text::{Arn, CaseRule, KeyName, NoVariables, Variables};

use super::Predicate;
use super::predicate::arn_matches;

/// One predicate on one field of the request.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Atom {
    /// The action is one of the pattern's.
    Action(ActionPattern),
    /// A context key passes the test.
    Key(KeyName, KeyTest),
    /// The requester lives in the organization's management account.
    ManagementAccount,
    /// The requester passes the test.
    Principal(PrincipalTest),
    /// The resource is one of the pattern's.
    Resource(ResourcePattern),
    /// The requester's account owns the resource.
    SameAccount,
    /// Requester and resource are in one partition, or the resource is `*`.
    SamePartition,
}

/// What is asked of a context key.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum KeyTest {
    /// It is not in the request, or has no value.
    Absent,
    /// It is absent, or its only value is the empty text (policy language §3.3).
    Blank,
    /// It has two values or more.
    Several,
    /// It has a value that hits one of the predicates, or one that hits none of them.
    Some {
        /// The predicates.
        any_of: Box<[Predicate]>,
        /// Whether a value that hits is looked for, or a value that does not.
        hit: bool,
    },
}

/// What is asked of the requester (policy language §2.4).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum PrincipalTest {
    /// Its account is this one.
    Account(Box<str>),
    /// It is named so: the ARN of a user, role session, federated user or root; a service's name; a
    /// provider.
    Id(Box<str>),
    /// It is a federated user session made by this user.
    IssuedBy(Arn),
    /// It is of this kind.
    Kind(PrincipalKind),
    /// It lives in this partition.
    Partition(Box<str>),
    /// It is a session of a service-linked role.
    ServiceLinked,
    /// It is a session of this role.
    SessionOf(Arn),
    /// Its user or role has this unique id.
    UniqueId(Box<str>),
}

impl Atom {
    /// Whether every request satisfies the atom.
    pub fn always_holds(&self) -> bool {
        matches!(self, Self::Action(ActionPattern::Any) | Self::Resource(ResourcePattern::Any))
    }

    /// Whether the request satisfies the atom.
    pub fn test(&self, request: &Request) -> bool {
        match self {
            Self::Action(pattern) => pattern.matches(request.action()),
            Self::Key(key, test) => test.test(request.context().values(key), request),
            Self::ManagementAccount => request.in_management_account(),
            Self::Principal(test) => test.test(request.principal()),
            Self::Resource(pattern) => pattern.matches(request.resource(), request),
            Self::SameAccount => {
                let account = request.principal().account();
                account.is_some() && account == request.resource_account()
            }
            Self::SamePartition => request
                .resource()
                .partition()
                .is_none_or(|it| it == request.principal().partition()),
        }
    }
}

impl KeyTest {
    /// Whether a key with these values passes.
    pub fn test(&self, values: &[Box<str>], variables: &impl Variables) -> bool {
        match self {
            Self::Absent => values.is_empty(),
            Self::Blank => {
                matches!(values, [] | [_]) && values.iter().all(|value| value.is_empty())
            }
            Self::Several => values.len() >= 2,
            Self::Some { any_of, hit } => {
                values.iter().any(|value| Predicate::any(any_of, value, variables) == *hit)
            }
        }
    }
}

impl PrincipalTest {
    /// Whether `principal` passes.
    pub fn test(&self, principal: &Principal) -> bool {
        match self {
            Self::Account(account) => principal.account() == Some(account),
            Self::Id(id) => principal.id() == &**id,
            Self::IssuedBy(user) => principal.issuer() == Some(user),
            Self::Kind(kind) => principal.kind() == *kind,
            Self::Partition(partition) => principal.partition() == &**partition,
            Self::ServiceLinked => principal.is_service_linked(),
            Self::SessionOf(role) => principal.is_session_of(role),
            Self::UniqueId(id) => principal.unique_id() == Some(id),
        }
    }
}

impl ActionPattern {
    /// Whether `action` is one of the pattern's (policy language §2.2).
    pub fn matches(&self, action: &crate::request::Action) -> bool {
        match self {
            Self::Any => true,
            Self::Of { service, name } => {
                service.matches(action.service(), CaseRule::AsciiFolded, &NoVariables)
                    && name.matches(action.name(), CaseRule::AsciiFolded, &NoVariables)
            }
        }
    }
}

impl ResourcePattern {
    /// Whether `resource` is one of the pattern's (policy language §2.3). An action without resource
    /// is matched by [`Any`](Self::Any) alone.
    pub fn matches(&self, resource: &Resource, variables: &impl Variables) -> bool {
        match self {
            Self::Any => true,
            Self::Arn { components, stretch } => {
                let Resource::Arn(arn) = resource else { return false };
                let by_component = arn_matches(components, arn.as_str(), variables);
                by_component
                    || stretch.as_ref().is_some_and(|whole| {
                        whole.matches(resource.as_str(), CaseRule::Exact, variables)
                    })
            }
            Self::Never => false,
        }
    }
}
