//! Actions and patterns over actions.

use std::fmt;
use std::str::FromStr;

use super::key_name::short_hash;
use super::{CaseRule, NoVariables, Pattern};

/// An action, `service:Name`, compared without ASCII case (policy language §2.2).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::Action;
/// let action: Action = "s3:GetObject".parse()?;
/// assert_eq!((action.service(), action.name()), ("s3", "GetObject"));
/// assert!(action.is("S3:getobject"));
/// # Ok::<(), polsim::request::ActionError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Action {
    // INVARIANT: exactly one colon, at `colon`; neither part is empty; no white space. Wildcards are
    // ordinary characters on the request's side (policy language §2.1).
    text: Box<str>,
    colon: usize,
    // INVARIANT: the hash of the service without letter case.
    service_hash: u32,
}

impl Action {
    /// The whole text, `service:Name`, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the colon.
    pub fn service(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// The part after the colon.
    pub fn name(&self) -> &str {
        self.text.get(self.colon.saturating_add(1)..).unwrap_or_default()
    }

    /// A hash of the service, equal for services that are equal but for letter case.
    pub(crate) fn service_hash(&self) -> u32 {
        self.service_hash
    }

    /// True for the action `text`, in any letter case.
    pub fn is(&self, text: &str) -> bool {
        self.text.eq_ignore_ascii_case(text)
    }
}

/// The error of reading an [`Action`]: the text is not of the form `service:Name`.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Action, ActionError};
/// assert_eq!("GetObject".parse::<Action>(), Err(ActionError));
/// assert_eq!(ActionError.to_string(), "an action is written `service:Name`");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ActionError;

impl FromStr for Action {
    type Err = ActionError;

    fn from_str(text: &str) -> Result<Self, ActionError> {
        let mut colon = None;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b':' if colon.is_some() => return Err(ActionError),
                b':' => colon = Some(at),
                b'!'..=b'~' | 0x80.. => (),
                _ => return Err(ActionError),
            }
        }
        if !text.is_ascii() && text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(ActionError);
        }
        match colon.and_then(|at| text.split_at_checked(at)) {
            Some((service, name)) if !service.is_empty() && name.len() > 1 => Ok(Self {
                text: text.into(),
                colon: service.len(),
                service_hash: short_hash(service),
            }),
            _ => Err(ActionError),
        }
    }
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an action is written `service:Name`")
    }
}

impl std::error::Error for ActionError {}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A pattern over actions, as Action and NotAction list them. Letters compare without ASCII case
/// (policy language §2.2).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{ActionPattern, Pattern};
/// let reads =
///     ActionPattern::Of { service: Pattern::literal("s3"), name: Pattern::wildcard("Get*") };
/// assert!(reads.matches(&"S3:getobject".parse().unwrap()));
/// assert_eq!(reads.to_string(), "s3:Get*");
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ActionPattern {
    /// `*`: every action of every service.
    Any,
    /// `service:name`, either part with wildcards.
    Of {
        /// The part before the colon.
        service: Pattern,
        /// The part after it.
        name: Pattern,
    },
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Of { service, name } => write!(f, "{service}:{name}"),
        }
    }
}

impl ActionPattern {
    /// True if `action` is one of the pattern's (policy language §2.2).
    pub fn matches(&self, action: &Action) -> bool {
        match self {
            Self::Any => true,
            Self::Of { service, name } => {
                service.matches(action.service(), CaseRule::AsciiFolded, &NoVariables)
                    && name.matches(action.name(), CaseRule::AsciiFolded, &NoVariables)
            }
        }
    }
}
