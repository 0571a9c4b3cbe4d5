//! The meaning of a policy, apart from how and where it is written.

use std::hash::Hash;

use rustc_hash::FxHashSet;

use super::{Condition, Element, Operand, Policy, ResourcePattern, Spanned, Statement};
use crate::text::{KeyName, Pattern, Span};

impl Policy {
    /// True if both documents say the same in the same statements. Places do not count, nor does
    /// the order or repetition of values inside an element; Sids and the Id do, because decisions
    /// are explained with them.
    pub fn same_meaning(&self, other: &Self) -> bool {
        self.policy_type == other.policy_type
            && self.version == other.version
            && text(self.id.as_ref()) == text(other.id.as_ref())
            && self.statements.len() == other.statements.len()
            && self.statements.iter().zip(&other.statements).all(|(a, b)| a.same_meaning(b))
    }

    /// The context keys that the policy reads, in conditions and as policy variables, in the order
    /// of the text. A key in several spellings is given in the first (policy language §7.3).
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::policy::{Policy, PolicyType};
    /// # use polsim::text::Source;
    /// let text = r#"{"Version": "2012-10-17", "Statement": {
    ///     "Effect": "Allow", "Action": "s3:GetObject",
    ///     "Resource": "arn:aws:s3:::b/${aws:username}/*",
    ///     "Condition": {"StringEquals": {"aws:UserName": "alice", "aws:SourceVpce": "vpce-1"}}}}"#;
    /// let parsed = Policy::parse(&Source::new("p.json", text), PolicyType::Identity).unwrap();
    /// let keys: Vec<_> = parsed.policy.context_keys().iter().map(|key| key.as_str()).collect();
    /// assert_eq!(keys, ["aws:username", "aws:SourceVpce"]);
    /// ```
    pub fn context_keys(&self) -> Vec<&KeyName> {
        let mut seen = FxHashSet::default();
        self.keys().into_iter().map(|(_, key)| key).filter(|key| seen.insert(*key)).collect()
    }

    /// The context keys as often as they are read, each with its place, in the order of the text.
    pub fn keys(&self) -> Vec<(Span, &KeyName)> {
        let mut keys: Vec<(Span, &KeyName)> =
            self.statements.iter().flat_map(Statement::keys).collect();
        keys.sort_by_key(|(span, _)| span.start);
        keys
    }
}

impl Statement {
    fn same_meaning(&self, other: &Self) -> bool {
        text(self.sid.as_ref()) == text(other.sid.as_ref())
            && self.effect.value == other.effect.value
            && same_elements(self.principal.as_ref(), other.principal.as_ref())
            && same_elements(Some(&self.action), Some(&other.action))
            && same_elements(self.resource.as_ref(), other.resource.as_ref())
            && self.conditions.len() == other.conditions.len()
            && self.conditions.iter().zip(&other.conditions).all(|(a, b)| a.same_meaning(b))
    }

    fn keys(&self) -> impl Iterator<Item = (Span, &KeyName)> {
        let resources =
            self.resource.iter().flat_map(|element| &element.values).flat_map(|value| {
                let pattern = match &value.value {
                    ResourcePattern::Arn { components, .. } => components.last(),
                    ResourcePattern::Any | ResourcePattern::Never => None,
                };
                pattern.into_iter().flat_map(variables).map(|key| (value.span, key))
            });
        self.conditions.iter().flat_map(Condition::keys).chain(resources)
    }
}

impl Condition {
    fn same_meaning(&self, other: &Self) -> bool {
        self.operator.value == other.operator.value
            && self.key.value == other.key.value
            && same_values(&self.values, &other.values)
    }

    fn keys(&self) -> impl Iterator<Item = (Span, &KeyName)> {
        let used = self.values.iter().flat_map(|value| {
            let patterns = match &value.value.operand {
                Operand::String(pattern) => std::slice::from_ref(pattern),
                Operand::Arn(components) => &components[..],
                _ => &[],
            };
            patterns.iter().flat_map(variables).map(|key| (value.span, key))
        });
        std::iter::once((self.key.span, &self.key.value)).chain(used)
    }
}

fn variables(pattern: &Pattern) -> impl Iterator<Item = &KeyName> {
    pattern.variables().map(|variable| &variable.key)
}

fn text(spanned: Option<&Spanned<Box<str>>>) -> Option<&str> {
    spanned.map(|spanned| &*spanned.value)
}

fn same_elements<T: Eq + Hash>(left: Option<&Element<T>>, right: Option<&Element<T>>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => {
            left.polarity == right.polarity && same_values(&left.values, &right.values)
        }
        (left, right) => left.is_none() && right.is_none(),
    }
}

fn same_values<T: Eq + Hash>(left: &[Spanned<T>], right: &[Spanned<T>]) -> bool {
    set(left) == set(right)
}

fn set<T: Eq + Hash>(values: &[Spanned<T>]) -> FxHashSet<&T> {
    values.iter().map(|spanned| &spanned.value).collect()
}
