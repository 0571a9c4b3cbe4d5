//! The elements that list values: Action, Resource, Principal and their negations.

use super::Spanned;
use crate::text::Span;

/// The polarity of an element: a list of what it covers, or of what it leaves out.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType, Polarity};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Deny", "NotAction": "sts:*", "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Scp)?.policy;
/// assert_eq!(policy.statements[0].action.polarity, Polarity::AllBut);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Polarity {
    /// `NotAction`, `NotResource`, `NotPrincipal`: everything but the listed.
    AllBut,
    /// `Action`, `Resource`, `Principal`: the listed.
    Listed,
}

/// An element of a statement and its values: Action, Resource, Principal or a negation of them.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// # let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*",
/// #     "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#;
/// # let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?.policy;
/// # let statement = &policy.statements[0];
/// let action = &statement.action;
/// assert_eq!(policy.source.slice(action.span), r#""Action": "s3:*""#);
/// assert_eq!(action.values[0].value.to_string(), "s3:*");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Element<T> {
    /// The form of the element: `Action` or `NotAction`, and so on.
    pub polarity: Polarity,
    /// From the element's name to the end of its value.
    pub span: Span,
    /// The values, in the order of the text.
    pub values: Vec<Spanned<T>>,
}
