//! The AWS policy language as types (policy language §1).
//!
//! [`Policy::parse`] turns a text into these types or refuses it as AWS would; after that nobody
//! looks at text. Everything keeps its [`Span`], because a decision is explained with the place in
//! the file. What the statements *mean* is not decided here but in the lowering.
//!
//! ```
//! # use polsim_decide as polsim;
//! # use polsim::policy::{Policy, PolicyType};
//! # use polsim::text::Source;
//! let text = r#"{"Version": "2012-10-17", "Statement": {
//!     "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}}"#;
//! let parsed = Policy::parse(&Source::new("alice.json", text), PolicyType::Identity)?;
//! assert!(parsed.warnings.is_empty());
//! assert_eq!(parsed.policy.statements.len(), 1);
//! # Ok::<(), polsim::text::Diagnostics>(())
//! ```

pub mod code;

mod condition;
mod element;
mod meaning;
mod parse;
mod policy_type;
mod principal;
mod printed;
mod resource;
mod size;
mod unknown_keys;
mod write;

pub use condition::{
    BaseOperator, Condition, ConditionOperator, ConditionValue, Operand, SetOperator,
};
pub use element::{Element, Polarity};
pub use parse::Parsed;
pub use parse::condition_block;
pub use policy_type::PolicyType;
pub use principal::PrincipalValue;
pub use printed::Document;
pub use resource::ResourcePattern;
pub use size::{SizeLimit, SizeUnit};
pub use unknown_keys::{UNLISTED_KEY, unlisted_keys};

pub use crate::text::ActionPattern;

use crate::text::{Source, Span};

/// A value and its place in the policy's text.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::Spanned;
/// # use polsim::text::{Source, Span};
/// let source = Source::new("p.json", r#"{"Sid": "Read"}"#);
/// let sid = Spanned { span: Span::new(8, 14), value: "Read" };
/// assert_eq!(source.slice(sid.span), r#""Read""#);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Spanned<T> {
    /// The place in the policy's text.
    pub span: Span,
    /// The value that was read there.
    pub value: T,
}

/// A policy document of one type, accepted as AWS accepts it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": [
///     {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}"#;
/// let parsed = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?;
/// let [statement] = &*parsed.policy.statements else { panic!("one statement") };
/// assert_eq!(statement.sid.as_ref().map(|sid| &*sid.value), Some("Read"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The type: what the policy is attached to, hence which elements it has and what they mean.
    pub policy_type: PolicyType,
    /// The version of the language that the policy is written in.
    pub version: Version,
    /// The element `Id`, a free text.
    pub id: Option<Spanned<Box<str>>>,
    /// The statements, in the order of the text; never empty.
    pub statements: Vec<Statement>,
    /// The text that it was read from.
    pub source: Source,
    /// The place of the document in [`source`](Self::source).
    pub span: Span,
}

/// The version of the policy language (policy language §1.6).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType, Version};
/// # use polsim::text::Source;
/// let text = r#"{"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#;
/// let parsed = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?;
/// assert_eq!(parsed.policy.version, Version::V2008);
/// assert_eq!(parsed.warnings[0].code, "W0101");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Version {
    /// `2008-10-17`, or no Version element: `${…}` is literal text.
    V2008,
    /// `2012-10-17`, the version with policy variables.
    V2012,
}

/// A statement: it allows or denies what its elements and conditions cover.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Effect, Policy, PolicyType};
/// # use polsim::text::Source;
/// # let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*",
/// #     "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#;
/// # let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?.policy;
/// # let statement = &policy.statements[0];
/// assert_eq!(statement.effect.value, Effect::Deny);
/// assert_eq!(statement.conditions.len(), 1);
/// assert!(statement.principal.is_none(), "an identity policy names no principal");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The place of the whole object.
    pub span: Span,
    /// The element `Sid`, the statement's own name.
    pub sid: Option<Spanned<Box<str>>>,
    /// The element `Effect`, allow or deny.
    pub effect: Spanned<Effect>,
    /// `Principal` or `NotPrincipal`, for the types that have it.
    pub principal: Option<Element<PrincipalValue>>,
    /// The element `Action` or `NotAction`.
    pub action: Element<ActionPattern>,
    /// `Resource` or `NotResource`; none in a trust policy, where the role is meant.
    pub resource: Option<Element<ResourcePattern>>,
    /// `Condition`, one entry for each operator and key, in the order of the text.
    pub conditions: Vec<Condition>,
}

/// The effect of a statement on the requests that it covers.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::Effect;
/// assert_ne!(Effect::Allow, Effect::Deny);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Serialize)]
pub enum Effect {
    /// The statement grants the request, unless another denies it.
    Allow,
    /// The statement forbids, whatever others grant.
    Deny,
}
