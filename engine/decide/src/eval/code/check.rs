//! Tests of keys and resources, prepared for many requests.

use crate::formula::{KeyTest, Predicate};
use crate::policy::ResourcePattern;
use crate::request::{Request, Resource};
use crate::text::{CaseRule, Pattern};

/// Texts that are looked for one by one; more of them are searched in order.
const FEW: usize = 12;

/// The test of a context key.
#[derive(Clone, Debug)]
pub(super) enum KeyCheck {
    /// The key has no value.
    Absent,
    /// Some value is one of these texts, which are in order, or one is not.
    Texts(Box<[Box<str>]>, bool),
    /// Some value is this Boolean, or one is not.
    Bool(bool, bool),
    /// Any other test.
    Other(Box<KeyTest>),
}

/// The test of the resource.
#[derive(Clone, Debug)]
pub(super) struct ResourceCheck {
    /// The text that every ARN begins with that matches.
    head: Box<str>,
    /// The components that the head does not settle, by their index.
    rest: Box<[(usize, Pattern)]>,
    /// The pattern, where the components alone do not tell.
    whole: Option<ResourcePattern>,
}

impl KeyCheck {
    pub(super) fn of(test: &KeyTest) -> Self {
        match test {
            KeyTest::Absent => Self::Absent,
            KeyTest::Some { any_of, hit } => {
                if let [Predicate::Bool(wanted)] = &**any_of {
                    return Self::Bool(*wanted, *hit);
                }
                let text = |it: &Predicate| match it {
                    Predicate::Text(pattern, CaseRule::Exact) => {
                        pattern.as_literal().map(Box::from)
                    }
                    _ => None,
                };
                match any_of.iter().map(text).collect::<Option<Vec<Box<str>>>>() {
                    Some(mut texts) => {
                        texts.sort_unstable();
                        Self::Texts(texts.into(), *hit)
                    }
                    None => Self::Other(Box::new(test.clone())),
                }
            }
            KeyTest::Blank | KeyTest::Several => Self::Other(Box::new(test.clone())),
        }
    }

    /// Tells whether a key with these values passes.
    #[inline]
    pub(super) fn test(&self, values: &[Box<str>], request: &Request) -> bool {
        match self {
            Self::Absent => values.is_empty(),
            Self::Bool(wanted, hit) => {
                let word = if *wanted { "true" } else { "false" };
                values.iter().any(|it| it.eq_ignore_ascii_case(word) == *hit)
            }
            Self::Texts(texts, hit) => values.iter().any(|it| is_listed(texts, it) == *hit),
            Self::Other(test) => test.test(values, request),
        }
    }
}

fn is_listed(texts: &[Box<str>], value: &str) -> bool {
    if texts.len() <= FEW {
        return texts.iter().any(|it| **it == *value);
    }
    texts.binary_search_by(|it| (**it).cmp(value)).is_ok()
}

impl ResourceCheck {
    pub(super) fn of(pattern: &ResourcePattern) -> Self {
        let ResourcePattern::Arn { components, crosses_colons: None } = pattern else {
            let whole = Some(pattern.clone());
            return Self { head: "".into(), rest: Box::default(), whole };
        };
        let mut head = String::new();
        let mut rest = Vec::new();
        for (index, component) in components.iter().enumerate() {
            let literal = component.as_literal().filter(|it| index == 5 || !it.contains(':'));
            if rest.is_empty() {
                if index > 0 {
                    head.push(':');
                }
                if let Some(literal) = literal.filter(|_| index < 5) {
                    head.push_str(literal);
                    continue;
                }
                head.push_str(component.head());
            }
            rest.push((index, component.clone()));
        }
        rest.retain(|(_, it)| !it.is_any());
        Self { head: head.into(), rest: rest.into(), whole: None }
    }

    /// Tells whether the resource of the request is one of the pattern's.
    #[inline]
    pub(super) fn test(&self, request: &Request) -> bool {
        if let Some(whole) = &self.whole {
            return whole.matches(request.resource(), request);
        }
        let Resource::Arn(arn) = request.resource() else { return false };
        arn.as_str().starts_with(&*self.head) && {
            let components = arn.components();
            self.rest.iter().all(|(index, pattern)| {
                let part = components.get(*index).copied().unwrap_or_default();
                pattern.matches(part, CaseRule::Exact, request)
            })
        }
    }
}
