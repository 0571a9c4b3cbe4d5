//! Action and resource patterns of shapes, from their texts.

use std::fmt;

use crate::policy::{ActionPattern, ResourcePattern};
use crate::text::Pattern;

/// A text in a shape that is no pattern of its kind.
///
/// ```
/// # use polsim::prove::RequestShape;
/// let refused = RequestShape::default().for_actions(["GetObject"]).expect_err("no service");
/// assert_eq!(refused.to_string(), "`GetObject` is no action");
/// assert!(refused.help().contains("service:Name"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PatternError {
    kind: PatternKind,
    text: Box<str>,
}

/// The kind of pattern that was expected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum PatternKind {
    Action,
    Principal,
    Resource,
}

/// The actions written as `text`: `service:Name` with wildcards, or `*`.
pub(crate) fn action_pattern(text: &str) -> Result<ActionPattern, PatternError> {
    if text == "*" {
        return Ok(ActionPattern::Any);
    }
    match text.split_once(':') {
        Some((service, name)) if !service.is_empty() && !name.is_empty() && !name.contains(':') => {
            Ok(ActionPattern::Of {
                service: Pattern::wildcard(service),
                name: Pattern::wildcard(name),
            })
        }
        _ => Err(PatternError::new(PatternKind::Action, text)),
    }
}

/// The resources written as `text`: an ARN with wildcards, and policy variables in its last
/// component, or `*`.
pub(crate) fn resource_pattern(text: &str) -> Result<ResourcePattern, PatternError> {
    if text == "*" {
        return Ok(ResourcePattern::Any);
    }
    let read = Pattern::with_variables(text, true);
    let six =
        read.ok().and_then(|pattern| <[Pattern; 6]>::try_from(pattern.split_components(6)).ok());
    let fits = |six: &[Pattern; 6]| {
        let [arn, head @ .., _] = six;
        let plain = head.iter().all(|pattern| pattern.variables().next().is_none());
        arn.as_literal() == Some("arn") && plain
    };
    match six.filter(fits) {
        Some(components) => {
            Ok(ResourcePattern::Arn { components: components.into(), crosses_colons: None })
        }
        None => Err(PatternError::new(PatternKind::Resource, text)),
    }
}

impl PatternError {
    pub(super) fn new(kind: PatternKind, text: &str) -> Self {
        Self { kind, text: text.into() }
    }

    /// The way such a pattern is written.
    pub fn help(&self) -> &'static str {
        match self.kind {
            PatternKind::Action => "an action is written `service:Name`, with wildcards if need be",
            PatternKind::Principal => {
                "a principal is the ARN of a user, role, session, federated user or root, \
                 an account id, a service such as `sagemaker.amazonaws.com`, \
                 `federated:<provider>`, `anonymous`, `strangers`, `organization` or `*`"
            }
            PatternKind::Resource => {
                "a resource is `*` or an ARN of six components, with wildcards if need be; \
                 policy variables stand in the last"
            }
        }
    }

    /// The code of the diagnostic that a scenario with this text gets.
    pub(crate) fn code(&self) -> &'static str {
        match self.kind {
            PatternKind::Action => "V0005",
            PatternKind::Resource => "V0006",
            PatternKind::Principal => "V0007",
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        match self.kind {
            PatternKind::Action => write!(f, "`{text}` is no action"),
            PatternKind::Principal => write!(f, "`{text}` names no principal"),
            PatternKind::Resource => write!(f, "`{text}` is no resource"),
        }
    }
}

impl std::error::Error for PatternError {}
