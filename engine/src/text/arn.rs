//! Amazon Resource Names.

use std::fmt;
use std::str::FromStr;

/// An ARN, `arn:partition:service:region:account:resource`, kept as its text. The sixth component
/// is everything after the fifth colon and may hold further colons (policy language §2.3).
///
/// ```
/// # use polsim::text::Arn;
/// let arn: Arn = "arn:aws:lambda:eu-west-1:111122223333:function:f:PROD".parse()?;
/// assert_eq!(arn.service(), "lambda");
/// assert_eq!(arn.resource(), "function:f:PROD");
/// # Ok::<(), polsim::text::ArnError>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Arn {
    // INVARIANT: starts with `arn:` and has at least five colons; partition and service not empty.
    text: Box<str>,
}

/// Why some text is not an [`Arn`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ArnError {
    /// It does not start with `arn:`.
    Prefix,
    /// It has fewer than six components.
    Components,
    /// The named component is empty.
    Empty(&'static str),
}

impl Arn {
    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// All six components in order.
    pub fn components(&self) -> [&str; 6] {
        let mut parts = self.text.splitn(6, ':');
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }

    /// Such as `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        self.component(1)
    }

    /// The service's prefix, such as `s3`.
    pub fn service(&self) -> &str {
        self.component(2)
    }

    /// The region, empty for global services.
    pub fn region(&self) -> &str {
        self.component(3)
    }

    /// The account id, empty where the service's ARNs have none.
    pub fn account(&self) -> &str {
        self.component(4)
    }

    /// What the service names: everything after the fifth colon.
    pub fn resource(&self) -> &str {
        self.component(5)
    }

    fn component(&self, index: usize) -> &str {
        self.text.splitn(6, ':').nth(index).unwrap_or_default()
    }
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return Err(ArnError::Prefix);
        }
        let parts: Vec<&str> = parts.collect();
        match parts[..] {
            ["", ..] => Err(ArnError::Empty("partition")),
            [_, "", ..] => Err(ArnError::Empty("service")),
            [_, _, _, _, ""] => Err(ArnError::Empty("resource")),
            [_, _, _, _, _] => Ok(Self { text: text.into() }),
            _ => Err(ArnError::Components),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.text)
    }
}

impl fmt::Display for ArnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix => f.write_str("an ARN starts with `arn:`"),
            Self::Components => f.write_str(
                "an ARN has six components: `arn:partition:service:region:account:resource`",
            ),
            Self::Empty(component) => write!(f, "the {component} of an ARN cannot be empty"),
        }
    }
}

impl std::error::Error for ArnError {}

#[cfg(test)]
mod tests {
    use super::{Arn, ArnError};

    #[test]
    fn the_sixth_component_keeps_its_colons() {
        let arn: Arn = "arn:aws:s3:::b/k:1:".parse().unwrap();
        assert_eq!(arn.components(), ["arn", "aws", "s3", "", "", "b/k:1:"]);
        assert_eq!((arn.region(), arn.account(), arn.resource()), ("", "", "b/k:1:"));
    }

    #[test]
    fn what_is_no_arn_is_refused_for_its_reason() {
        let error = |text: &str| text.parse::<Arn>().unwrap_err();
        assert_eq!(error(""), ArnError::Prefix);
        assert_eq!(error("ARN:aws:s3:::b"), ArnError::Prefix);
        assert_eq!(error("arn:aws:s3::b"), ArnError::Components);
        assert_eq!(error("arn::s3:::b"), ArnError::Empty("partition"));
        assert_eq!(error("arn:aws::::b"), ArnError::Empty("service"));
        assert_eq!(error("arn:aws:s3:::"), ArnError::Empty("resource"));
    }
}
