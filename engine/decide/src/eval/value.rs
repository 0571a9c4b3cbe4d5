//! The single values of elements and conditions, each beside the request.

use serde::Serialize;

use crate::formula::Evaluator;
use crate::lower::{principal_value, value_predicate};
use crate::policy::{
    ActionPattern, BaseOperator, Condition, ConditionValue, Element, Operand, PrincipalValue,
    ResourcePattern, Spanned,
};
use crate::request::Request;
use crate::text::{Pattern, Piece, Source};

use super::Place;

/// A value of an element or condition beside the request.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet};
/// # use polsim::lower::{AttachedPolicy, Layer};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
/// #    "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// // One statement: allows `s3:Get*` if `aws:SecureTransport` is true, which the request leaves out.
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let explanation = set.explain(&request);
/// let action = &explanation.layers[0].statements[0].elements[0].values[0];
/// assert_eq!((&*action.text, action.matches), ("s3:Get*", true));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueTrace {
    /// The value as the policy writes it.
    pub text: Box<str>,
    /// The value with its policy variables filled in; none where it has no variable, or where one
    /// has no value, so that it hits nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub substituted: Option<Box<str>>,
    /// True if the request, or some value of its context key, hits it; negated operators and
    /// `Not…` elements are left out of account.
    pub matches: bool,
    /// The place in the policy.
    pub span: Place,
}

impl ValueTrace {
    pub(super) fn actions(
        element: &Element<ActionPattern>,
        source: &Source,
        request: &Request,
    ) -> Vec<Self> {
        let values = element.values.iter();
        values.map(|it| Self::of(it, source, None, it.value.matches(request.action()))).collect()
    }

    pub(super) fn principals(
        element: &Element<PrincipalValue>,
        source: &Source,
        request: &Request,
    ) -> Vec<Self> {
        let hits = |value| {
            let (formulas, hit) = principal_value(value);
            Evaluator::new(&formulas, request).holds(hit)
        };
        element.values.iter().map(|it| Self::of(it, source, None, hits(&it.value))).collect()
    }

    pub(super) fn resources(
        element: &Element<ResourcePattern>,
        source: &Source,
        request: &Request,
    ) -> Vec<Self> {
        let trace = |it: &Spanned<ResourcePattern>| {
            let substituted = match &it.value {
                ResourcePattern::Arn { components, .. } => {
                    substitute(components.as_slice(), request)
                }
                ResourcePattern::Any | ResourcePattern::Never => None,
            };
            Self::of(it, source, substituted, it.value.matches(request.resource(), request))
        };
        element.values.iter().map(trace).collect()
    }

    pub(super) fn condition(
        condition: &Condition,
        source: &Source,
        request: &Request,
    ) -> Vec<Self> {
        let given = request.context().values(&condition.key.value);
        let trace = |it: &Spanned<ConditionValue>| {
            let ConditionValue { text, operand } = &it.value;
            let matches = if condition.operator.value.base == BaseOperator::Null {
                *operand == Operand::Bool(given.is_empty())
            } else {
                let predicate = value_predicate(condition.operator.value.base, &it.value);
                given.iter().any(|value| predicate.test(value, request))
            };
            let substituted = match operand {
                Operand::Arn(components) => substitute(components.as_slice(), request),
                Operand::String(pattern) => substitute(std::slice::from_ref(pattern), request),
                _ => None,
            };
            Self { text: text.clone(), substituted, matches, span: Place::of(source, it.span) }
        };
        condition.values.iter().map(trace).collect()
    }

    fn of<T>(
        value: &Spanned<T>,
        source: &Source,
        substituted: Option<Box<str>>,
        matches: bool,
    ) -> Self {
        let written = source.slice(value.span);
        let text = serde_json::from_str(written).unwrap_or_else(|_| written.into());
        Self { text, substituted, matches, span: Place::of(source, value.span) }
    }
}

/// The pattern whose components these are, with its variables filled in.
fn substitute(components: &[Pattern], request: &Request) -> Option<Box<str>> {
    components.iter().flat_map(Pattern::variables).next()?;
    let mut text = String::new();
    for (index, component) in components.iter().enumerate() {
        if index != 0 {
            text.push(':');
        }
        for piece in component.pieces() {
            match piece {
                Piece::AnyOne => text.push('?'),
                Piece::AnyRun => text.push('*'),
                Piece::Text(part) => text.push_str(part),
                Piece::Variable(variable) => text.push_str(variable.resolve(request)?),
            }
        }
    }
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use crate::eval::{PolicySet, StatementTrace};
    use crate::lower::AttachedPolicy;
    use crate::policy::{Policy, PolicyType};
    use crate::request::{ContextValue, Request, RequestParts};
    use crate::text::{KeyName, Source};

    fn trace(statement: &str, context: &[(&str, &str)]) -> StatementTrace {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
        let policy = Policy::parse(&Source::new("p", text), PolicyType::Resource).unwrap().policy;
        let request = Request::new(RequestParts {
            principal: "arn:aws:iam::111122223333:user/alice",
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/alice/k",
            context: context
                .iter()
                .map(|(key, value)| (KeyName::new(key), ContextValue::from(*value)))
                .collect(),
            ..RequestParts::default()
        })
        .unwrap();
        let set = PolicySet::new([AttachedPolicy::new(policy)]);
        let explanation = set.explain(&request);
        explanation.layers[0].statements[0].clone()
    }

    #[test]
    fn each_value_of_an_element_says_whether_the_request_hits_it() {
        let statement = trace(
            r#"{"Effect": "Deny", "Principal": {"AWS": ["444455556666", "111122223333"]},
                "NotAction": ["s3:Put*", "s3:Get*"],
                "Resource": ["arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:userid}/*"]}"#,
            &[],
        );
        let values = |index: usize| {
            let element = &statement.elements[index];
            element.values.iter().map(|it| (&*it.text, it.matches)).collect::<Vec<_>>()
        };
        assert_eq!(values(0), [("444455556666", false), ("111122223333", true)]);
        assert_eq!(values(1), [("s3:Put*", false), ("s3:Get*", true)]);
        assert!(!statement.elements[1].matches, "what NotAction lists is left out");
        assert_eq!(
            values(2),
            [("arn:aws:s3:::b/${aws:username}/*", true), ("arn:aws:s3:::b/${aws:userid}/*", false)]
        );
        let substituted = |index: usize| statement.elements[2].values[index].substituted.as_deref();
        assert_eq!(substituted(0), Some("arn:aws:s3:::b/alice/*"));
        assert_eq!(substituted(1), None, "the request has no aws:userid");
    }

    #[test]
    fn each_value_of_a_condition_says_whether_the_request_hits_it() {
        let statement = trace(
            r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
                "Condition": {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]},
                              "Null": {"aws:SourceVpce": ["true", "false"]}}}"#,
            &[("aws:SourceIp", "203.0.113.9")],
        );
        let values = |index: usize| {
            let condition = &statement.conditions[index];
            condition.values.iter().map(|it| it.matches).collect::<Vec<_>>()
        };
        assert_eq!(values(0), [false, true]);
        assert!(!statement.conditions[0].matches, "the operator is negated");
        assert_eq!(values(1), [true, false]);
    }
}
