//! Atoms: one predicate on one field of the request.

use crate::policy::{ActionPattern, ResourcePattern};
use crate::request::{Principal, PrincipalKind, Request, Resource};
use crate::text::{Arn, CaseRule, KeyName, Variables};

use super::predicate::arn_matches;
use super::{ChoiceId, Predicate, World};

/// A predicate on one field of the request, or a choice that no request decides: the indivisible part
/// of a formula.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{Atom, World};
/// # use polsim::policy::ActionPattern;
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Pattern;
/// let pattern =
///     ActionPattern::Of { service: Pattern::literal("s3"), name: Pattern::wildcard("Get*") };
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// }).expect("a valid request");
/// assert!(Atom::Action(pattern).test(&request, &World::default()));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Atom {
    /// The action is one of the pattern's.
    Action(ActionPattern),
    /// A choice is true.
    Choice(ChoiceId),
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

/// A test on the values of one context key.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::KeyTest;
/// # use polsim::text::NoVariables;
/// let two = ["a".into(), "b".into()];
/// assert!(KeyTest::Several.test(&two, &NoVariables));
/// assert!(!KeyTest::Absent.test(&two, &NoVariables));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum KeyTest {
    /// The key is not in the request, or has no value.
    Absent,
    /// The key is absent, or its only value is the empty text (policy language §3.3).
    Blank,
    /// The key has two values or more.
    Several,
    /// The key has a value that hits one of the predicates, or one that hits none of them.
    Some {
        /// The predicates that a value is held against.
        any_of: Box<[Predicate]>,
        /// True: some value hits one of them. False: some value hits none of them.
        hit: bool,
    },
}

/// A test on the requester (policy language §2.4).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::PrincipalTest;
/// # use polsim::request::PrincipalKind;
/// # use polsim::request::{Request, RequestParts};
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:sts::111122223333:assumed-role/Reader/session",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// }).expect("a valid request");
/// assert!(PrincipalTest::Kind(PrincipalKind::RoleSession).test(request.principal()));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum PrincipalTest {
    /// The requester's account is this one.
    Account(Box<str>),
    /// The requester has this name: the ARN of a user, role session, federated user or root; a
    /// service's name; a provider.
    Id(Box<str>),
    /// The requester is a federated user session made by this user.
    IssuedBy(Arn),
    /// The requester is of this kind.
    Kind(PrincipalKind),
    /// The requester lives in this partition.
    Partition(Box<str>),
    /// The requester is a session of a service-linked role.
    ServiceLinked,
    /// The requester is a session of this role.
    SessionOf(Arn),
    /// The requester's user or role has this unique id.
    UniqueId(Box<str>),
}

impl Atom {
    /// Tells whether every request satisfies the atom.
    pub fn always_holds(&self) -> bool {
        matches!(self, Self::Action(ActionPattern::Any) | Self::Resource(ResourcePattern::Any))
    }

    /// Tells whether the request satisfies the atom in a world.
    pub fn test(&self, request: &Request, world: &World) -> bool {
        match self {
            Self::Choice(choice) => world.is_true(choice),
            other => other.test_of_request(request).unwrap_or_default(),
        }
    }

    /// Tells whether the request satisfies the atom; none for a choice, which no request decides.
    pub(crate) fn test_of_request(&self, request: &Request) -> Option<bool> {
        Some(match self {
            Self::Action(pattern) => pattern.matches(request.action()),
            Self::Choice(_) => return None,
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
        })
    }
}

impl KeyTest {
    /// Tells whether a key with these values passes.
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
    /// Tells whether `principal` passes.
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

impl ResourcePattern {
    /// Tells whether `resource` is one of the pattern's (policy language §2.3). An action without
    /// resource is matched by [`Any`](Self::Any) alone.
    pub fn matches(&self, resource: &Resource, variables: &impl Variables) -> bool {
        match self {
            Self::Any => true,
            Self::Arn { components, crosses_colons: stretch } => {
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
