//! The types of policies.

use std::fmt;
use std::str::FromStr;

use crate::text::UnknownWord;

/// The type of a policy: the thing that it is attached to (policy language §0). The type decides
/// which elements a document may carry and where it stands in the decision.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::PolicyType;
/// let endpoint: PolicyType = "endpoint".parse()?;
/// assert!(endpoint.has_principal());
/// assert_eq!(PolicyType::ALL.len(), 9);
/// # Ok::<(), polsim::text::UnknownWord>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PolicyType {
    /// Attached to a user, group or role.
    Identity,
    /// A permissions boundary of a user or role.
    Boundary,
    /// Passed when a session was made.
    Session,
    /// A service control policy of an organization's root, unit or account.
    Scp,
    /// A resource control policy of an organization's root, unit or account.
    Rcp,
    /// Attached to a resource: bucket, queue, topic, function, secret, …
    Resource,
    /// The key policy of a KMS key.
    Key,
    /// The trust policy of a role.
    Trust,
    /// Attached to a VPC endpoint.
    Endpoint,
}

impl PolicyType {
    /// The nine types, those of the requester's side first.
    pub const ALL: [Self; 9] = [
        Self::Identity,
        Self::Boundary,
        Self::Session,
        Self::Scp,
        Self::Rcp,
        Self::Resource,
        Self::Key,
        Self::Trust,
        Self::Endpoint,
    ];

    /// The word for it in cases and scenarios.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Resource => "resource",
            Self::Key => "key",
            Self::Trust => "trust",
            Self::Endpoint => "endpoint",
        }
    }

    /// True for the types whose statements name principals.
    pub fn has_principal(self) -> bool {
        matches!(self, Self::Rcp | Self::Resource | Self::Key | Self::Trust | Self::Endpoint)
    }
}

impl fmt::Display for PolicyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PolicyType {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|policy_type| policy_type.as_str() == text);
        known.ok_or_else(|| {
            let words = Self::ALL.map(Self::as_str);
            UnknownWord::new(
                "policy type",
                text,
                words,
                "`identity`, `boundary`, `session`, \
                `scp`, `rcp`, `resource`, `key`, `trust` or `endpoint`",
            )
        })
    }
}
