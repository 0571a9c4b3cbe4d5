//! The AWS policy language as types (policy language §1).
//!
//! [`Policy::parse`] turns a spanned tree into these types or refuses it as AWS would; after
//! that nobody looks at text. Everything keeps its [`Span`], because a decision is explained with
//! the place in the file. What the statements *mean* is not decided here but in the lowering.

pub mod code;

mod condition;
mod element;
mod meaning;
mod parse;
mod policy_type;
mod principal;
mod resource;
mod size;
mod write;

pub use condition::{
    BaseOperator, Condition, ConditionOperator, ConditionValue, Operand, SetOperator,
};
pub use element::{ActionPattern, Element, Polarity};
pub use parse::Parsed;
pub use parse::condition_block;
pub use policy_type::PolicyType;
pub use principal::PrincipalValue;
pub use resource::ResourcePattern;
pub use size::{SizeLimit, SizeUnit};

use crate::text::{Source, Span};

/// A value and where it stands in the policy's text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Spanned<T> {
    /// Where.
    pub span: Span,
    /// What.
    pub value: T,
}

/// A policy document of one type, accepted as AWS accepts it.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// What it is attached to, hence which elements it has and what they mean.
    pub policy_type: PolicyType,
    /// Which version of the language it is written in.
    pub version: Version,
    /// `Id`, free text.
    pub id: Option<Spanned<Box<str>>>,
    /// The statements, in the order of the text; never empty.
    pub statements: Vec<Statement>,
    /// The text that it was read from.
    pub source: Source,
    /// Where the document stands in `source`.
    pub span: Span,
}

/// The version of the policy language (policy language §1.6).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Version {
    /// `2008-10-17`, or no Version element: `${…}` is literal text.
    V2008,
    /// `2012-10-17`: policy variables.
    V2012,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The whole object.
    pub span: Span,
    /// `Sid`.
    pub sid: Option<Spanned<Box<str>>>,
    /// `Effect`.
    pub effect: Spanned<Effect>,
    /// `Principal` or `NotPrincipal`, for the types that have it.
    pub principal: Option<Element<PrincipalValue>>,
    /// `Action` or `NotAction`.
    pub action: Element<ActionPattern>,
    /// `Resource` or `NotResource`; none in a trust policy, where the role is meant.
    pub resource: Option<Element<ResourcePattern>>,
    /// `Condition`, one entry for each operator and key, in the order of the text.
    pub conditions: Vec<Condition>,
}

/// `Effect`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Serialize)]
pub enum Effect {
    /// The statement grants.
    Allow,
    /// The statement forbids, whatever others grant.
    Deny,
}
