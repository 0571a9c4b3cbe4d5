//! The check that a request could be sent: its action exists, its resource is of a type of that
//! action, its keys may be there with values of their forms, its caller can make the call, and its
//! region, partition and accounts agree (request notes §9).
//!
//! A request is checked as it is shown: a key that it does not list is unspecified, and
//! [`Shown::absent`] lists those that are said not to be there. The check reads the catalogue and
//! nothing else: neither the lowering nor the completion of requests, so it can disagree with them.

mod caller;
mod keys;
mod target;
mod value;

use std::fmt;

use crate::catalog::Catalog;
use crate::request::Request;
use crate::text::KeyName;

/// A request as it is shown.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::Catalog;
/// # use polsim::plausible::{Condition, Shown};
/// # use polsim::request::{Request, RequestParts};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # #[cfg(feature = "catalog")] {
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:root",
///     action: "sts:AssumeRole",
///     resource: "arn:aws:iam::111122223333:role/Ops",
///     ..RequestParts::default()
/// })?;
/// let refused = Shown::new(&request).check(&Catalog::embedded()?).expect_err("root cannot");
/// assert_eq!(refused.condition, Condition::Caller("root-assumes-role"));
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Request with the keys that are listed.
    pub request: &'a Request,
    /// Keys that are said not to be there.
    pub absent: &'a [KeyName],
}

/// The reason why a request cannot be sent.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::plausible::{Condition, Implausible};
/// let why = Implausible { condition: Condition::UnknownAction, what: "s3:PutObjetc".into() };
/// assert_eq!(why.to_string(), "unknown-action: s3:PutObjetc");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Implausible {
    /// Condition that is broken.
    pub condition: Condition,
    /// Part of the request that breaks it.
    pub what: String,
}

/// A condition on requests that can be sent.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::plausible::Condition;
/// assert_eq!(Condition::AlwaysKey.as_str(), "always-key");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Condition {
    /// An address fits the path that the request takes.
    Address,
    /// A key that every request has is not called absent.
    AlwaysKey,
    /// The caller can make the call, whatever policies say; with the name of the fact.
    Caller(&'static str),
    /// The two keys of time are one instant.
    Clock,
    /// Each key is one that AWS documents for the action and its resource.
    KeyNotOfAction,
    /// Each key is one that such a caller has.
    KeyNotOfCaller,
    /// Names have the characters and lengths that AWS allows.
    Name,
    /// The keys of the network are those of one path.
    Network,
    /// The account in the resource's ARN owns it.
    Owner,
    /// Principal and resource are of one partition.
    Partition,
    /// The keys of the principal are those of the principal.
    Principal,
    /// The region called is that of the resource.
    Region,
    /// The resource is of a type of the action.
    ResourceType,
    /// Keys that repeat one fact are equal.
    Twin,
    /// The action is one that AWS lists.
    UnknownAction,
    /// Values have the type and form of their key.
    Value,
}

impl<'a> Shown<'a> {
    /// The request, with nothing said of the keys that it does not have.
    pub fn new(request: &'a Request) -> Self {
        Self { request, absent: &[] }
    }

    /// Checks that the request could be sent.
    ///
    /// # Errors
    /// The first condition that it breaks.
    pub fn check(&self, catalog: &Catalog) -> Result<(), Implausible> {
        let target = target::check(self, catalog)?;
        caller::check(self)?;
        keys::check(self, target.as_ref())?;
        value::names(self)
    }

    /// The single value of a key.
    fn one(&self, name: &str) -> Option<&str> {
        self.request.context().one(name)
    }
}

impl Implausible {
    fn new(condition: Condition, what: impl Into<String>) -> Self {
        Self { condition, what: what.into() }
    }
}

impl Condition {
    /// The name of the condition, or of the fact about callers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::AlwaysKey => "always-key",
            Self::Caller(fact) => fact,
            Self::Clock => "clock",
            Self::KeyNotOfAction => "key-not-of-action",
            Self::KeyNotOfCaller => "key-not-of-caller",
            Self::Name => "name",
            Self::Network => "network",
            Self::Owner => "owner",
            Self::Partition => "partition",
            Self::Principal => "principal",
            Self::Region => "region",
            Self::ResourceType => "resource-type",
            Self::Twin => "twin",
            Self::UnknownAction => "unknown-action",
            Self::Value => "value",
        }
    }
}

impl fmt::Display for Implausible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.condition.as_str(), self.what)
    }
}

impl std::error::Error for Implausible {}
