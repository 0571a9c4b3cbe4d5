//! From text to a [`Policy`], or to everything that is wrong with it.
//!
//! Each file below reads one element. What a policy type allows is data ([`rules`]); a reader
//! complains to the [`DocumentReader`] and goes on, so that one run shows all mistakes.

mod action;
mod condition;
mod document;
mod principal;
mod reader;
mod resource;
mod rules;
mod statement;

use super::{Document, Policy, PolicyType, Version, code};
use crate::text::{Diagnostic, Diagnostics, Member, Node, Source, Span, Value};
use reader::DocumentReader;

/// A policy that was accepted, and what its author should know about it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///     "Action": "s3:Get*", "Resource": "*",
///     "Condition": {"NumericLessThan": {"s3:max-keys": "ten"}}}}"#;
/// let parsed = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?;
/// assert_eq!(parsed.warnings[0].code, "W0116");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The policy, which AWS would store.
    pub policy: Policy,
    /// Warnings about what AWS accepts and its author will regret, in the order of the text.
    pub warnings: Vec<Diagnostic>,
}

impl Policy {
    /// The upper bound on the size of a policy that is read, in bytes. The largest document that
    /// AWS takes anywhere has 131,072 characters (policy language §1.7).
    pub const MAX_BYTES: usize = 1_048_576;

    /// The policy that is the whole text of `source`, or that stands in it as AWS prints it
    /// ([`Document`]).
    ///
    /// # Errors
    /// All that is wrong with it, in the order of the text; not more than a hundred complaints.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::policy::{Policy, PolicyType};
    /// # use polsim::text::Source;
    /// let text = r#"{"Version": "2012-10-17", "Statement": {
    ///     "Efect": "Allow", "Action": "getobject", "Resource": "*"}}"#;
    /// let refused = Policy::parse(&Source::new("p.json", text), PolicyType::Identity).unwrap_err();
    /// assert_eq!(refused.len(), 2);
    /// assert_eq!(refused[0].to_string(), "p.json:2:5: unknown element `Efect` (did you mean `Effect`?)");
    /// ```
    pub fn parse(source: &Source, policy_type: PolicyType) -> Result<Parsed, Diagnostics> {
        let size = source.text().len();
        if size > Self::MAX_BYTES {
            return Err(too_large(source, Span::new(0, size), size).into());
        }
        let Document { source, node, note, .. } = Document::of_json(source)?;
        let mut parsed = Self::from_node(&source, &node, policy_type)?;
        parsed.warnings.splice(0..0, note);
        Ok(parsed)
    }

    /// The policy that stands at `node` of a bigger document, such as a line of cases.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse).
    pub fn from_node(
        source: &Source,
        node: &Node,
        policy_type: PolicyType,
    ) -> Result<Parsed, Diagnostics> {
        let size = node.span.range().len();
        if size > Self::MAX_BYTES {
            return Err(too_large(source, node.span, size).into());
        }
        let mut reader = DocumentReader::new(source, policy_type);
        let policy = reader.policy(node);
        reader.size(node.span, policy.as_ref());
        reader.finish(policy)
    }
}

/// The conditions of a condition block that stands outside of a policy, read as a policy of today's
/// version has them.
///
/// # Errors
/// Every complaint about it, with its place.
pub fn condition_block(
    source: &Source,
    block: &Node,
) -> Result<Vec<super::Condition>, Diagnostics> {
    let mut reader = DocumentReader::new(source, PolicyType::Resource);
    reader.version = Version::V2012;
    let member = Member { key: "Condition".into(), key_span: block.span, value: block.clone() };
    let statement = Node { span: block.span, value: Value::Object(vec![member]) };
    let read = reader.conditions(&statement);
    match read {
        Some(conditions) if reader.errors.listed.is_empty() => Ok(conditions),
        _ => Err(reader.errors.errors(source).into()),
    }
}

fn too_large(source: &Source, span: Span, size: usize) -> Diagnostic {
    let limit = Policy::MAX_BYTES;
    let message = format!("the policy has {size} bytes: more than {limit} are not read");
    let start = Span { end: span.start.saturating_add(1), ..span };
    Diagnostic::error(code::TOO_LARGE, source, start, message)
}
