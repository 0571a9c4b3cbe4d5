//! Amazon Resource Names (ARNs) of requests: complete and without wildcards.

use std::fmt;
use std::str::FromStr;

/// An ARN, `arn:partition:service:region:account:resource`, kept as its text. The sixth component
/// is everything after the fifth colon and may hold further colons (policy language §2.3).
///
/// ```
/// # use polsim_decide as polsim;
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
    // INVARIANT: the byte offsets of the first five colons of `text`.
    colons: [usize; 5],
}

/// The error of reading an [`Arn`]: the first fault of the text.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Arn, ArnError};
/// assert_eq!("arn:aws:s3".parse::<Arn>(), Err(ArnError::Components));
/// assert_eq!(
///     ArnError::Empty("service").to_string(),
///     "the service of an ARN cannot be empty",
/// );
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ArnError {
    /// The text does not start with `arn:`.
    Prefix,
    /// The text has fewer than six components.
    Components,
    /// The named component is empty.
    Empty(&'static str),
}

impl Arn {
    /// The whole text, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The six components, from `arn` to the resource.
    pub fn components(&self) -> [&str; 6] {
        components(&self.text, self.colons)
    }

    /// The partition, such as `aws`, `aws-cn` or `aws-us-gov`.
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

    /// The resource within the service: everything after the fifth colon, further colons included.
    pub fn resource(&self) -> &str {
        self.component(5)
    }

    fn component(&self, index: usize) -> &str {
        let colon = |index: usize| self.colons.get(index).copied();
        let from = index.checked_sub(1).and_then(colon).map_or(0, |at| at.saturating_add(1));
        let to = colon(index).unwrap_or(self.text.len());
        debug_assert!(self.text.get(from..to).is_some(), "the colons are those of the text");
        self.text.get(from..to).unwrap_or_default()
    }
}

fn components(text: &str, colons: [usize; 5]) -> [&str; 6] {
    let mut from = 0;
    let mut ends = colons.into_iter();
    std::array::from_fn(|_| {
        let end = ends.next().unwrap_or(text.len());
        let part = text.get(from..end).unwrap_or_default();
        from = end.saturating_add(1);
        part
    })
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The first colon of an ARN is its fourth byte.
        let Some(mut rest) = text.strip_prefix("arn:") else { return Err(why_not(text)) };
        let mut colons = [3, 0, 0, 0, 0];
        for (index, colon) in colons.iter_mut().enumerate().skip(1) {
            // Components are short: a plain walk finds the colon sooner than a search does.
            let length = rest.bytes().position(|byte| byte == b':');
            let Some((length, after)) =
                length.and_then(|at| Some((at, rest.get(at.checked_add(1)?..)?)))
            else {
                return Err(why_not(text));
            };
            if length == 0 && index <= 2 {
                return Err(why_not(text));
            }
            rest = after;
            *colon = text.len().saturating_sub(rest.len()).saturating_sub(1);
        }
        if rest.is_empty() {
            return Err(why_not(text));
        }
        Ok(Self { text: text.into(), colons })
    }
}

/// The first fault of a text that is no ARN.
fn why_not(text: &str) -> ArnError {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts[..] {
        ["arn", "", ..] => ArnError::Empty("partition"),
        ["arn", _, "", ..] => ArnError::Empty("service"),
        ["arn", _, _, _, _, ""] => ArnError::Empty("resource"),
        ["arn", ..] => ArnError::Components,
        _ => ArnError::Prefix,
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

/// True for an AWS account id: twelve ASCII digits.
///
/// ```
/// # use polsim_decide as polsim;
/// assert!(polsim::text::is_account_id("111122223333"));
/// assert!(!polsim::text::is_account_id("1111-2222-3333"));
/// ```
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

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
