//! The checks of a call, and what could not be derived.

use crate::request::ContextValue;
use crate::text::{KeyName, Pattern};

/// A check of a call: an action on a resource, with the context keys that the parameters tell.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Caller, Calls, Check, Parameters};
/// # #[cfg(feature = "catalog")] {
/// let call = Calls::embedded().find("kms:DescribeKey").expect("a call of the table");
/// let parameters = Parameters::read(r#"{"KeyId": "0a1b2c3d-0000-4000-8000-000000000001"}"#).unwrap();
/// let caller = Caller { partition: "aws", account: Some("111122223333"), region: Some("eu-west-1") };
/// let check: &Check = &call.derive(&parameters, &caller, None).checks[0];
/// assert_eq!(&*check.action, "kms:DescribeKey");
/// let key = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001";
/// assert_eq!(check.target.shown(), key);
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The name of the check, unique in its line of the table; a check on several resources has it
    /// once for each.
    pub id: Box<str>,
    /// The action that is asked for.
    pub action: Box<str>,
    /// The resource that it is asked on.
    pub target: Target,
    /// The context keys that the parameters tell.
    pub context: Vec<(KeyName, ContextValue)>,
    /// The context keys that are there with a value that the parameters do not tell.
    pub unknown: Vec<KeyName>,
    /// The services that forward the check with the caller's credentials, in order.
    pub via: Vec<Box<str>>,
    /// The region that is called, where it is not that of the call.
    pub region: Option<Box<str>>,
    /// True where the parameters do not tell whether the check is made.
    pub perhaps: bool,
    /// The circumstances in which its denial fails the call.
    pub need: Need,
    /// The one whose permissions are asked.
    pub actor: Actor,
}

/// The resource of a check.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::Target;
/// let key = Target::One("arn:aws:kms:eu-west-1:111122223333:key/0a1b".into());
/// assert!(key.shown().ends_with("key/0a1b"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A resource that is known.
    One(Box<str>),
    /// A resource that the call makes: its id is new, so patterns match it and no written id does.
    Fresh {
        /// The ARN with `*` in the place of the id.
        shown: Box<str>,
        /// An ARN that it could have.
        sample: Box<str>,
    },
    /// A resource that is there already, unknown which.
    Some {
        /// The pattern as one text.
        shown: Box<str>,
        /// The patterns of its ARN, one of which holds.
        patterns: Vec<Pattern>,
    },
}

/// The circumstances in which the denial of a check fails the call.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::Need;
/// assert_eq!(Need::default(), Need::Always);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Need {
    /// Whatever else holds.
    #[default]
    Always,
    /// Where the role of this ARN, which the call passes, may not do it either.
    OrRole(Option<Box<str>>),
    /// Never: the call needs no permission.
    Never,
}

/// The one whose permissions a check asks for.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::Actor;
/// assert_eq!(Actor::Role("arn:aws:iam::111122223333:role/R".into()).to_string(), "role R");
/// assert_eq!(Actor::Service("ecr".into()).to_string(), "ecr");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Actor {
    /// The caller.
    Caller,
    /// A role that the call passes, later.
    Role(Box<str>),
    /// A service by itself, later.
    Service(Box<str>),
}

/// The checks of a call, and what its parameters leave open.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Caller, Calls, Derived, Parameters};
/// # #[cfg(feature = "catalog")] {
/// let call = Calls::embedded().find("s3:GetObject").expect("a call of the table");
/// let parameters = Parameters::read(r#"{"Bucket": "lake", "Key": "a"}"#).unwrap();
/// let caller = Caller { partition: "aws", account: Some("111122223333"), region: None };
/// let derived: Derived = call.derive(&parameters, &caller, None);
/// assert_eq!(derived.checks[0].target.shown(), "arn:aws:s3:::lake/a");
/// assert!(derived.open[0].starts_with("kms:Decrypt on the object's key"));
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Derived {
    /// The checks that decide the call, in the order of the table.
    pub checks: Vec<Check>,
    /// What AWS does afterwards with the passed role or as itself.
    pub later: Vec<Check>,
    /// What the parameters do not tell, in sentences.
    pub open: Vec<Box<str>>,
    /// What was taken for granted, in sentences.
    pub notes: Vec<String>,
}

impl Check {
    /// The check of an action on a resource, named by the action.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::call::Check;
    /// assert_eq!(&*Check::of("s3:GetObject", "arn:aws:s3:::lake/a").id, "s3:GetObject");
    /// ```
    pub fn of(action: &str, resource: &str) -> Self {
        Self {
            id: action.into(),
            action: action.into(),
            target: Target::One(resource.into()),
            context: Vec::new(),
            unknown: Vec::new(),
            via: Vec::new(),
            region: None,
            perhaps: false,
            need: Need::Always,
            actor: Actor::Caller,
        }
    }
}

impl Target {
    /// The text that names the resource: an ARN, `*`, or a pattern.
    pub fn shown(&self) -> &str {
        match self {
            Self::One(shown) | Self::Fresh { shown, .. } | Self::Some { shown, .. } => shown,
        }
    }

    /// True where some existing resource is meant, unknown which.
    pub fn is_pattern(&self) -> bool {
        matches!(self, Self::Some { .. })
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Caller => f.write_str("the caller"),
            Self::Role(arn) => {
                write!(f, "role {}", arn.rsplit('/').next().unwrap_or(arn))
            }
            Self::Service(name) => f.write_str(name),
        }
    }
}
