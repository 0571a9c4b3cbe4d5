//! Sentences for the facts of an explanation, in the words of AWS's own messages
//! (policy language §5.10).
//!
//! Wording only: nothing is decided here.

use crate::catalog::Service;
use crate::lower::Layer;
use crate::policy::{BaseOperator, ConditionOperator, SetOperator};
use crate::request::{PrincipalKind, Request};

use super::{ConditionTrace, Decision, Explanation, LayerOutcome, ValueTrace};

/// Number of values of a condition that a sentence lists.
const LISTED: usize = 5;

impl Explanation {
    /// The reason of the decision, as the end of a sentence: `with an explicit deny in a service
    /// control policy`, `because no identity-based policy allows the s3:GetObject action`.
    pub fn reason(&self, request: &Request) -> String {
        let action = request.action();
        if let (Some(refusal), Decision::ImplicitDeny) = (&self.refusal, self.decision) {
            return refusal.reason(action.service());
        }
        match self.decision {
            Decision::Allowed if self.needs_no_permission => {
                format!("because the {action} action needs no permission")
            }
            Decision::Allowed => match self.granting_layer() {
                Some(layer) => {
                    let layer = with_article(words(layer, request));
                    format!("because {layer} allows the {action} action")
                }
                None => format!("because the root user may perform the {action} action"),
            },
            Decision::ExplicitDeny => {
                let denying = self.by.first().and_then(|by| {
                    self.layers.iter().find(|layer| {
                        layer.statements.iter().any(|it| it.matches && it.statement == *by)
                    })
                });
                let layer = denying.map_or(Layer::Identity, |it| it.layer);
                format!("with an explicit deny in {}", with_article(words(layer, request)))
            }
            Decision::ImplicitDeny => {
                let layer = self.missing.first().copied().unwrap_or(Layer::Identity);
                format!("because no {} allows the {action} action", words(layer, request))
            }
        }
    }

    /// The layer whose Allow grants the request: identity or resource, as opposed to the layers
    /// that only limit. A layer that is not asked about the requester grants nothing, whatever
    /// matches in it: nobody without credentials carries an identity policy.
    fn granting_layer(&self) -> Option<Layer> {
        let allows = |layer: Layer| {
            self.layers.iter().any(|it| it.layer == layer && it.outcome == LayerOutcome::Allows)
        };
        [Layer::Identity, Layer::Resource].into_iter().find(|layer| allows(*layer))
    }
}

/// The reason why a layer is not asked about a request (policy language §5.2); none where the layer's
/// own scope tells it.
pub(super) fn not_asked(layer: Layer, request: &Request) -> Option<String> {
    let principal = request.principal();
    let organization = matches!(layer, Layer::Scp | Layer::Rcp);
    let service = request.action().service().to_ascii_lowercase();
    let is_management = request.in_management_account();
    if organization && principal.is_service_linked() {
        return Some("the principal is a service-linked role".to_owned());
    }
    Some(match (layer, principal.kind()) {
        (Layer::Scp, _) if is_management => "the principal is of the management account".to_owned(),
        (Layer::Scp, PrincipalKind::Service) => "the principal is a service".to_owned(),
        (Layer::Scp, PrincipalKind::Anonymous | PrincipalKind::Provider) => {
            "nobody has signed the request".to_owned()
        }
        (Layer::Rcp, _) if request.action().is("kms:RetireGrant") => {
            "kms:RetireGrant is exempt".to_owned()
        }
        (Layer::Rcp, _) if !Service::with_rcps().any(|it| it == service) => {
            format!("{service} is not in the list of services with resource control policies")
        }
        (Layer::Rcp, _) if is_management => "the resource is of the management account".to_owned(),
        _ => return None,
    })
}

/// The share of a key's values that has to hit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Quantity {
    Every,
    NotAny,
    NotEvery,
    One,
    Some,
}

impl ConditionTrace {
    /// The values that the request would need for the condition to hold, or not to hold:
    /// "`aws:SourceVpce` would have to be `vpce-1`".
    pub fn wanted(&self, hold: bool) -> String {
        let key = &self.key;
        let Ok(operator) = self.operator.parse::<ConditionOperator>() else {
            return format!("`{key}` would have to be different");
        };
        if operator.base == BaseOperator::Null {
            let absent = self.values.iter().any(|value| &*value.text == "true");
            let word = if absent == hold { "absent" } else { "in the request" };
            return format!("`{key}` would have to be {word}");
        }
        let hit = hold != operator.base.is_negated();
        let quantity = match (operator.set, hold, hit) {
            (None, _, true) => Quantity::One,
            (Some(SetOperator::ForAllValues), true, true)
            | (Some(SetOperator::ForAnyValue), false, true) => Quantity::Every,
            (None, _, false)
            | (Some(SetOperator::ForAllValues), true, false)
            | (Some(SetOperator::ForAnyValue), false, false) => Quantity::NotAny,
            (Some(_), _, true) => Quantity::Some,
            (Some(_), _, false) => Quantity::NotEvery,
        };
        let values = format!("{} {}", verb(operator.base), self.listed());
        let star = self.values.iter().any(|it| it.text.contains(['*', '?']));
        let like = operator.base.with_wildcards().filter(|_| star);
        let said = match quantity {
            Quantity::Every => format!("every value of `{key}` would have to {values}"),
            Quantity::NotAny if operator.set.is_some() => {
                format!("no value of `{key}` may {values}")
            }
            Quantity::NotAny => format!("`{key}` may not {values}"),
            Quantity::NotEvery => format!("not every value of `{key}` may {values}"),
            Quantity::One => format!("`{key}` would have to {values}"),
            Quantity::Some => format!("some value of `{key}` would have to {values}"),
        };
        let said = match like {
            Some(like) => format!(
                "{said} (`*` and `?` stand for themselves under {}; {} compares with wildcards)",
                operator.base.as_str(),
                like.as_str()
            ),
            None => said,
        };
        match operator.set {
            // An operator without set operator holds for none of several values (§3.4).
            None if hold && self.request.len() > 1 => format!("{said}, and be one value only"),
            None if operator.if_exists && hold && hit => format!("{said}, or be absent"),
            None if operator.if_exists && !hold && !hit => {
                format!("{said}, and would have to be in the request")
            }
            _ => said,
        }
    }

    /// The values in the request, in words.
    pub fn request_in_words(&self) -> String {
        match &*self.request {
            [] => "the request does not have this key".to_owned(),
            [value] if value.is_empty() => "in the request it is empty".to_owned(),
            values => format!("the request has {}", quoted(values.iter().map(|it| &**it), "and")),
        }
    }

    /// The values in the policy, in words.
    pub fn policy_in_words(&self) -> String {
        match &*self.values {
            [] => "the policy lists none".to_owned(),
            values => {
                format!("the policy has {}", quoted(values.iter().map(ValueTrace::read_as), "and"))
            }
        }
    }

    fn listed(&self) -> String {
        quoted(self.values.iter().map(ValueTrace::read_as), "or")
    }
}

impl ValueTrace {
    /// The value with its variables filled in; as it is written where one has no value.
    fn read_as(&self) -> &str {
        self.substituted.as_deref().unwrap_or(&self.text)
    }
}

/// The verb for a value that satisfies the operator, negation left out.
fn verb(base: BaseOperator) -> &'static str {
    match base.positive() {
        BaseOperator::ArnEquals | BaseOperator::ArnLike | BaseOperator::StringLike => "match",
        BaseOperator::DateGreaterThan => "be after",
        BaseOperator::DateGreaterThanEquals => "be at or after",
        BaseOperator::DateLessThan => "be before",
        BaseOperator::DateLessThanEquals => "be at or before",
        BaseOperator::IpAddress => "lie in",
        BaseOperator::NumericGreaterThan => "be greater than",
        BaseOperator::NumericGreaterThanEquals => "be at least",
        BaseOperator::NumericLessThan => "be less than",
        BaseOperator::NumericLessThanEquals => "be at most",
        BaseOperator::StringEqualsIgnoreCase => "be, in any letter case,",
        _ => "be",
    }
}

/// `a`, `b` or `c`; long lists are cut.
fn quoted<'a>(values: impl ExactSizeIterator<Item = &'a str>, last: &str) -> String {
    let more = values.len().saturating_sub(LISTED);
    let mut words: Vec<String> =
        values.take(LISTED).map(|value| format!("`{}`", shortened(value))).collect();
    if more > 0 {
        words.push(format!("{more} more"));
    }
    match words.pop() {
        None => "nothing".to_owned(),
        Some(only) if words.is_empty() => only,
        Some(end) => format!("{} {last} {end}", words.join(", ")),
    }
}

/// The start of a value that is too long to be read.
fn shortened(value: &str) -> String {
    const READABLE: usize = 120;
    if value.chars().count() <= READABLE {
        return value.to_owned();
    }
    value.chars().take(READABLE).chain(['…']).collect()
}

/// The words for the layer; the resource-based policy of a role is its trust policy.
fn words(layer: Layer, request: &Request) -> &'static str {
    let role = request.resource().components().is_some_and(|[.., name]| name.starts_with("role/"));
    let assumes = request.action().service().eq_ignore_ascii_case("sts");
    if layer == Layer::Resource && role && assumes { "role trust policy" } else { layer.in_words() }
}

fn with_article(words: &str) -> String {
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {words}")
}

#[cfg(test)]
mod tests {
    use super::super::{ConditionTrace, Place, ValueTrace};
    use crate::text::{Source, Span};

    fn wanted(operator: &str, values: &[&str], hold: bool) -> String {
        let span = Place::of(&Source::new("", ""), Span::default());
        let values = values.iter().map(|text| ValueTrace {
            text: (*text).into(),
            substituted: None,
            matches: !hold,
            span: span.clone(),
        });
        let condition = ConditionTrace {
            operator: operator.into(),
            key: "k:k".into(),
            matches: !hold,
            request: Vec::new(),
            values: values.collect(),
            span: span.clone(),
        };
        condition.wanted(hold)
    }

    #[test]
    fn a_positive_operator_holds_when_a_value_hits() {
        assert_eq!(wanted("StringEquals", &["a", "b"], true), "`k:k` would have to be `a` or `b`");
        assert_eq!(wanted("StringEquals", &["a"], false), "`k:k` may not be `a`");
        assert_eq!(
            wanted("StringLikeIfExists", &["a*"], true),
            "`k:k` would have to match `a*`, or be absent"
        );
    }

    #[test]
    fn a_negated_operator_fails_when_a_value_hits() {
        assert_eq!(wanted("StringNotEquals", &["a"], false), "`k:k` would have to be `a`");
        assert_eq!(
            wanted("NotIpAddress", &["10.0.0.0/8"], true),
            "`k:k` may not lie in `10.0.0.0/8`"
        );
        assert_eq!(wanted("StringNotEqualsIfExists", &["a"], false), "`k:k` would have to be `a`");
    }

    #[test]
    fn set_operators_speak_of_every_or_some_value() {
        let of = |operator, hold| wanted(operator, &["a"], hold);
        assert_eq!(
            of("ForAllValues:StringEquals", true),
            "every value of `k:k` would have to be `a`"
        );
        assert_eq!(of("ForAllValues:StringEquals", false), "not every value of `k:k` may be `a`");
        assert_eq!(of("ForAllValues:StringNotEquals", true), "no value of `k:k` may be `a`");
        assert_eq!(
            of("ForAllValues:StringNotEquals", false),
            "some value of `k:k` would have to be `a`"
        );
        assert_eq!(
            of("ForAnyValue:StringEquals", true),
            "some value of `k:k` would have to be `a`"
        );
        assert_eq!(of("ForAnyValue:StringEquals", false), "no value of `k:k` may be `a`");
        assert_eq!(of("ForAnyValue:StringNotEquals", true), "not every value of `k:k` may be `a`");
        assert_eq!(
            of("ForAnyValue:StringNotEquals", false),
            "every value of `k:k` would have to be `a`"
        );
    }

    #[test]
    fn null_speaks_of_presence() {
        assert_eq!(wanted("Null", &["true"], true), "`k:k` would have to be absent");
        assert_eq!(wanted("Null", &["true"], false), "`k:k` would have to be in the request");
        assert_eq!(wanted("Null", &["false"], true), "`k:k` would have to be in the request");
    }
}
