//! Context keys: what is known of each (policy language §6.1, §6.2; perimeter §1.3, §3.1; the page
//! "AWS global condition context keys", state of September 2026).
//!
//! One row of a table states everything about a key, and makes the constant by which the rest of
//! the engine names it ([`keys`]). To add a key is to add a row.

mod derived;
mod global;
mod sagemaker;
mod service;

use crate::text::{Decimal, Instant, KeyName, is_account_id, parse_address};

use super::PrincipalKind;

/// The names of context keys, as the engine's own code writes them. A name that ends with a slash
/// is a family: `aws:PrincipalTag/` stands before the name of a tag.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::keys;
/// assert_eq!(keys::SOURCE_VPCE, "aws:SourceVpce");
/// assert_eq!(keys::SAGEMAKER_VPC_SUBNETS, "sagemaker:VpcSubnets");
/// ```
pub mod keys {
    pub use super::derived::keys::*;
    pub use super::global::keys::*;
    pub use super::sagemaker::keys::*;
    pub use super::service::keys::*;
}

/// A context key that AWS documents.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{ContextKey, FilledFrom, Presence, ValueType};
/// let endpoint = ContextKey::find("AWS:sourcevpce").unwrap();
/// assert_eq!(endpoint.name(), "aws:SourceVpce");
/// assert_eq!((endpoint.value, endpoint.multivalued), (ValueType::Text, false));
/// assert_eq!((endpoint.presence, endpoint.from), (Presence::Open, FilledFrom::Endpoint));
/// assert!(ContextKey::find("aws:PrincipalTag/team").unwrap().is_family());
/// ```
#[derive(Debug)]
pub struct ContextKey {
    key: KeyName,
    /// The type of each of its values.
    pub value: ValueType,
    /// True if the key may have several values, so that conditions need a set operator.
    pub multivalued: bool,
    /// The requests that have the key.
    pub presence: Presence,
    /// The fact that AWS fills it in from.
    pub from: FilledFrom,
    /// The requests that have it, in words.
    pub when: &'static str,
    /// The page of AWS, or the section of the notes, that says so.
    pub source: &'static str,
}

/// The type of a context key's values.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::ValueType;
/// assert!(ValueType::Boolean.admits("true") && !ValueType::Boolean.admits("yes"));
/// assert!(ValueType::Text.admits("yes"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ValueType {
    /// An account id of twelve digits.
    AccountId,
    /// An IP address of either family.
    Address,
    /// An ARN of six components.
    Arn,
    /// The text `true` or `false`.
    Boolean,
    /// A date-time or epoch seconds.
    Date,
    /// A count of seconds since 1970.
    Epoch,
    /// A decimal number in digits.
    Number,
    /// A text of any form.
    Text,
}

/// The presence of a key in requests (request notes §1.1).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{ContextKey, Presence, keys};
/// let presence = |key| ContextKey::find(key).map(|row| row.presence);
/// assert_eq!(presence(keys::CURRENT_TIME), Some(Presence::Always));
/// assert_eq!(presence(keys::USER_NAME), Some(Presence::ByCaller));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presence {
    /// Every request has it.
    Always,
    /// The kind of caller, or of call, decides.
    ByCaller,
    /// The action decides: only the actions that list it have it.
    ByAction,
    /// Some requests have it, and nothing else in the request decides.
    Open,
}

/// The fact that AWS fills a key in from.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{ContextKey, FilledFrom, keys};
/// let from = |key| ContextKey::find(key).unwrap().from;
/// assert_eq!(from(keys::CALLED_VIA), FilledFrom::Forwarding);
/// assert!(matches!(from(keys::PRINCIPAL_ARN), FilledFrom::Derived(_)));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FilledFrom {
    /// The address that the request comes from, if no VPC endpoint is crossed.
    Address,
    /// The call itself: region, time, transport, headers.
    Call,
    /// The way in which the caller got its credentials.
    Credentials,
    /// Principal or resource, which tell the value.
    Derived(&'static [Derivation]),
    /// The VPC endpoint that the request crosses, whatever the service.
    Endpoint,
    /// The VPC endpoint, for requests to the services of these lists only.
    EndpointOf(&'static [&'static [&'static str]]),
    /// The services that forward the caller's request.
    Forwarding,
    /// The resource for which a service principal calls by itself.
    OnBehalf,
    /// The parameters of the request, for these actions.
    Parameters(Actions),
    /// Facts about the principal: its organization, its tags.
    Principal,
    /// Facts about the resource: its owner's organization, its tags.
    Resource,
}

/// The actions whose requests may carry a key.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{Actions, ContextKey, FilledFrom, keys};
/// let row = ContextKey::find(keys::SAGEMAKER_TARGET_MODEL).unwrap();
/// assert_eq!(row.from, FilledFrom::Parameters(Actions::Only(&["InvokeEndpoint"])));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Actions {
    /// The named services, without the prefix; no other request has the key.
    Only(&'static [&'static str]),
    /// Not listed: the key depends on the resource or the caller and not on the action, or AWS lists
    /// its actions elsewhere.
    Unlisted,
}

/// The value of a derived key for some kinds of principals.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{ContextKey, Derived, FilledFrom, PrincipalKind, keys};
/// let FilledFrom::Derived(ways) = ContextKey::find(keys::USER_NAME).unwrap().from else { panic!() };
/// assert_eq!(ways[0].kinds, [PrincipalKind::User]);
/// assert_eq!(ways[0].value, Derived::UserName);
/// ```
#[derive(Debug, Eq, PartialEq)]
pub struct Derivation {
    /// The kinds of principals whose requests have the key so.
    pub kinds: &'static [PrincipalKind],
    /// The value that AWS derives.
    pub value: Derived,
}

/// A value that principal or resource tell (policy language §4, §6.1).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::catalog::keys;
/// // `Derived::Literal` and `Derived::UserName` at work:
/// let alice = RequestParts {
///     principal: "arn:aws:iam::111122223333:user/team/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// };
/// let request = Request::new(alice).unwrap();
/// assert_eq!(request.context().one(keys::PRINCIPAL_IS_AWS_SERVICE), Some("false"));
/// assert_eq!(request.context().one(keys::USER_NAME), Some("alice"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Derived {
    /// The account of the principal.
    Account,
    /// The principal's account and name, with a colon between.
    AccountAndName,
    /// The principal's ARN; of a role session the role's.
    Arn,
    /// The same text for all these principals.
    Literal(&'static str),
    /// The name of the principal's kind, [`PrincipalKind::principal_type`].
    PrincipalType,
    /// The account that owns the resource.
    ResourceAccount,
    /// The role's unique id and the session's name, with a colon between.
    RoleIdAndSession,
    /// The service principal's name.
    ServiceName,
    /// The user's unique id.
    UserId,
    /// The user's name without path.
    UserName,
}

impl ContextKey {
    /// The known keys, those that AWS derives first.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        [derived::ROWS, global::ROWS, service::ROWS, sagemaker::ROWS].into_iter().flatten()
    }

    /// The keys that AWS derives from principal and resource, in the order in which a request lists
    /// them behind those that it was given.
    pub fn derived() -> &'static [Self] {
        derived::ROWS
    }

    /// The keys of this service, or of `aws`, in the order of their names.
    pub fn of_prefix(prefix: &str) -> Vec<&'static Self> {
        let mut rows: Vec<_> = Self::all().filter(|row| row.prefix() == prefix).collect();
        rows.sort_by_key(|row| row.name());
        rows
    }

    /// The key called `name`, letter case not counted; the family for a name within one.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().find(|row| row.is_called(name))
    }

    /// True if AWS lists a key of this name; `None` for services whose list is not closed. A key
    /// that is not listed is in no request (policy language §6.1; perimeter §3.1).
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::catalog::ContextKey;
    /// assert_eq!(ContextKey::is_listed("aws:SourceVpce"), Some(true));
    /// assert_eq!(ContextKey::is_listed("aws:SourceVcpe"), Some(false));
    /// assert_eq!(ContextKey::is_listed("s3:prefix"), None);
    /// ```
    pub fn is_listed(name: &str) -> Option<bool> {
        let prefix = name.split(':').next().unwrap_or_default().to_ascii_lowercase();
        match prefix.as_str() {
            // A tag has a name.
            "aws" => {
                Some(Self::find(name).is_some_and(|row| !row.key.is(name) || !row.is_family()))
            }
            "sagemaker" => Some(Self::find(name).is_some()),
            _ => None,
        }
    }

    /// The name as AWS spells it; that of a family ends with a slash.
    pub fn name(&self) -> &str {
        self.key.as_str()
    }

    /// The name of the key, with its hash.
    pub fn key(&self) -> &KeyName {
        &self.key
    }

    /// The part of its name before the colon.
    pub fn prefix(&self) -> &str {
        self.name().split(':').next().unwrap_or_default()
    }

    /// True if the row stands for all keys whose names begin so: one for each tag.
    pub fn is_family(&self) -> bool {
        self.name().ends_with('/')
    }

    /// True for keys that the reference lists action by action: keys about tags.
    pub(super) fn is_read_by_action(&self) -> bool {
        matches!(self.from, FilledFrom::Parameters(_)) || self.name() == keys::RESOURCE_TAG
    }

    /// The key to use in place of this deprecated one (perimeter §3.1).
    pub fn replaced_by(&self) -> Option<&'static str> {
        let names = |row: &&(&str, &'static str)| row.0 == self.name();
        sagemaker::REPLACED.iter().find(names).map(|row| row.1)
    }

    fn is_called(&self, name: &str) -> bool {
        if !self.is_family() {
            return self.key.is(name);
        }
        let start = name.as_bytes().get(..self.name().len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(self.name().as_bytes()))
    }
}

impl ValueType {
    /// True if a value may look so.
    pub fn admits(self, value: &str) -> bool {
        match self {
            Self::AccountId => is_account_id(value),
            Self::Address => parse_address(value).is_some(),
            Self::Arn => value.parse::<crate::text::Arn>().is_ok(),
            Self::Boolean => matches!(value, "true" | "false"),
            Self::Date => value.parse::<Instant>().is_ok(),
            Self::Epoch => {
                value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<Instant>().is_ok()
            }
            Self::Number => value.parse::<Decimal>().is_ok(),
            Self::Text => true,
        }
    }
}

/// The rows of a table of context keys, and the constants of their names.
macro_rules! context_keys {
    (source $source:literal; $($handle:ident = $name:literal, $count:ident $value:ident, $presence:ident, $from:expr, $when:literal;)*) => {
        pub(super) mod keys {
            $(
                #[doc = concat!("The context key `", $name, "`.")]
                pub const $handle: &str = $name;
            )*
        }

        pub(super) static ROWS: &[$crate::catalog::ContextKey] = &[$(
            $crate::catalog::ContextKey {
                key: $crate::text::KeyName::from_static($name),
                value: $crate::catalog::ValueType::$value,
                multivalued: context_keys!(@ $count),
                presence: $crate::catalog::Presence::$presence,
                from: $from,
                when: $when,
                source: $source,
            }
        ),*];
    };
    (@ one) => { false };
    (@ many) => { true };
}
use context_keys;

#[cfg(test)]
mod tests;
