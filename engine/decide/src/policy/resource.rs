//! Values of Resource and NotResource.

use std::fmt;

use crate::text::Pattern;

/// A value of Resource or NotResource (policy language §2.3).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType, ResourcePattern};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:*:queue"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?.policy;
/// let resource = policy.statements[0].resource.as_ref().expect("an identity policy has one");
/// let ResourcePattern::Arn { components, crosses_colons } = &resource.values[0].value else {
///     panic!("an ARN")
/// };
/// assert_eq!(components[3].to_string(), "*");
/// assert!(crosses_colons.is_some(), "the asterisk may also match `eu-west-1:111122223333`");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub enum ResourcePattern {
    /// `*`, or nothing but asterisks: every resource, the `*` of actions without resource included.
    Any,
    /// An ARN pattern, compared component by component. Policy variables stand in the sixth
    /// component only (policy language §4, V-3).
    Arn {
        /// The six components; an incomplete ARN has been completed with `*` where its policy type
        /// allows that.
        components: Box<[Pattern; 6]>,
        /// The whole pattern as it was written, where a component before the last ends in `*`: that
        /// asterisk may then match colons and what follows them (R-LOOSE, U-13).
        crosses_colons: Option<Pattern>,
    },
    /// An incomplete ARN without wildcard in a type that does not complete it: matches nothing.
    Never,
}

/// The names here are part of the fingerprints in certificates, so they stay as they are.
impl fmt::Debug for ResourcePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("Any"),
            Self::Arn { components, crosses_colons } => f
                .debug_struct("Arn")
                .field("components", components)
                .field("stretch", crosses_colons)
                .finish(),
            Self::Never => f.write_str("Never"),
        }
    }
}
