//! The resource of a request.

use std::fmt;
use std::str::FromStr;

use crate::text::{Arn, ArnError};

/// The resource that a request is about: an ARN, or `*` for actions that have none
/// (policy language §2.3).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::Resource;
/// let bucket: Resource = "arn:aws:s3:::bucket".parse()?;
/// assert_eq!((bucket.partition(), bucket.account()), (Some("aws"), None));
/// assert_eq!("*".parse::<Resource>()?, Resource::Any);
/// # Ok::<(), polsim::text::ArnError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Resource {
    /// The pseudo-resource of actions without resource types.
    Any,
    /// A resource with an ARN of its own.
    Arn(Arn),
}

impl Resource {
    /// The whole text: the ARN, or `*`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Any => "*",
            Self::Arn(arn) => arn.as_str(),
        }
    }

    /// The six components of the ARN; none for `*`.
    pub fn components(&self) -> Option<[&str; 6]> {
        match self {
            Self::Any => None,
            Self::Arn(arn) => Some(arn.components()),
        }
    }

    /// The account in the ARN, if it has one.
    pub fn account(&self) -> Option<&str> {
        self.components()
            .map(|[_, _, _, _, account, _]| account)
            .filter(|account| !account.is_empty())
    }

    /// The partition of the ARN.
    pub fn partition(&self) -> Option<&str> {
        self.components().map(|[_, partition, ..]| partition)
    }
}

impl FromStr for Resource {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        if text == "*" {
            return Ok(Self::Any);
        }
        text.parse().map(Self::Arn)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
