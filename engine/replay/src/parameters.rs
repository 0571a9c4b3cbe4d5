//! The request parameters of a record, with what was cut off or hidden kept apart from what is
//! missing.

use std::cell::OnceCell;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::record::Text;

/// The size from which parameters may have been cut off: CloudTrail keeps 100 KB of them.
const LIMIT: usize = 98_000;

/// The values that CloudTrail writes in the place of what it does not show.
const HIDDEN: [&str; 3] = ["HIDDEN_DUE_TO_SECURITY_REASONS", "***", "sensitiveDataRemoved"];

/// The request parameters of a record: their names, and their values once they are asked for.
#[derive(Debug, Default)]
pub(crate) struct Parameters<'a> {
    members: Members<'a>,
    /// True if the parameters are hidden as a whole.
    is_hidden: bool,
    /// True if something may be missing that was in the request.
    pub(crate) is_cut: bool,
}

/// The members of an object, each with its text.
#[derive(Debug, Default)]
struct Members<'a>(Vec<Member<'a>>);

/// A member of an object.
#[derive(Debug)]
struct Member<'a> {
    name: Text<'a>,
    raw: &'a RawValue,
    value: OnceCell<Value>,
}

/// A parameter of the request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parameter<'a> {
    /// The request did not have it.
    Missing,
    /// The record does not tell.
    Hidden,
    /// The value.
    Given(&'a Value),
}

impl<'a> Parameters<'a> {
    /// The parameters of a record; of a network event none are told.
    pub(crate) fn read(raw: Option<&'a RawValue>, is_network_event: bool) -> Self {
        let text = raw.map(RawValue::get).unwrap_or_default();
        let members: Option<Members<'a>> = serde_json::from_str(text).ok();
        let is_hidden = members.is_none()
            && serde_json::from_str::<String>(text).is_ok_and(|it| HIDDEN.contains(&&*it));
        let mut parameters =
            Self { members: members.unwrap_or_default(), is_hidden, is_cut: false };
        let says_cut =
            |name: &str| parameters.member(name).is_some_and(|it| it.raw.get() == "true");
        parameters.is_cut = is_network_event
            || text.len() >= LIMIT
            || says_cut("omitted")
            || says_cut("sensitiveDataRemoved");
        parameters
    }

    fn member(&self, name: &str) -> Option<&Member<'a>> {
        self.members.0.iter().find(|it| it.name.0 == name)
    }

    /// The parameter at a path of names.
    pub(crate) fn at(&self, path: &[&str]) -> Parameter<'_> {
        let Some((first, rest)) = path.split_first() else { return self.missing() };
        let Some(member) = self.member(first) else { return self.missing() };
        let mut value = member.value();
        if is_hidden(value) {
            return Parameter::Hidden;
        }
        for name in rest {
            match value.get(name) {
                Some(inner) => value = inner,
                None => return self.missing(),
            }
            if is_hidden(value) {
                return Parameter::Hidden;
            }
        }
        if value.is_null() { self.missing() } else { Parameter::Given(value) }
    }

    fn missing(&self) -> Parameter<'_> {
        if self.is_cut || self.is_hidden { Parameter::Hidden } else { Parameter::Missing }
    }

    /// The parameter of this name.
    pub(crate) fn get(&self, name: &str) -> Parameter<'_> {
        self.at(&[name])
    }

    /// The text of a parameter, if it is told.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).text()
    }

    /// The texts among the members of the parameters that begin so, with their names.
    pub(crate) fn texts(&self, start: &str) -> impl Iterator<Item = &str> {
        let begins = move |it: &&Member<'a>| {
            it.raw.get().strip_prefix('"').is_some_and(|it| it.starts_with(start))
        };
        self.members.0.iter().filter(begins).filter_map(|it| it.value().as_str())
    }

    /// The members of the parameters, with their names.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members.0.iter().map(|it| (&*it.name.0, it.value()))
    }

    /// The names of the parameters.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.0.iter().map(|it| &*it.name.0)
    }
}

impl Member<'_> {
    fn value(&self) -> &Value {
        self.value.get_or_init(|| serde_json::from_str(self.raw.get()).unwrap_or_default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(8);
                while let Some((name, raw)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    members.push(Member { name, raw, value: OnceCell::new() });
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

fn is_hidden(value: &Value) -> bool {
    value.as_str().is_some_and(|it| HIDDEN.contains(&it))
}

impl Parameter<'_> {
    /// The text of a text, number or Boolean.
    pub(crate) fn text(self) -> Option<String> {
        match self {
            Self::Given(value) => scalar(value),
            Self::Missing | Self::Hidden => None,
        }
    }

    /// True if the request had it.
    pub(crate) fn is_given(self) -> bool {
        matches!(self, Self::Given(_))
    }
}

/// The text of a text, number or Boolean.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// The texts of a list, or of a list under `items`; a single text is a list of one.
pub(crate) fn list(value: &Value) -> Vec<String> {
    let value = value.get("items").unwrap_or(value);
    match value {
        Value::Array(items) => items.iter().filter_map(scalar).collect(),
        other => scalar(other).into_iter().collect(),
    }
}
