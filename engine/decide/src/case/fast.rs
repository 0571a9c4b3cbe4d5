//! The fast reading of a case: borrowed from the text, policies left unparsed.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::type_for_target;
use crate::policy::PolicyType;
use crate::request::ContextValue;
use crate::text::KeyName;

/// The members of a case, borrowed from its text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseLine<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) policies: &'a RawValue,
    #[serde(borrow)]
    pub(super) request: RequestLine<'a>,
    #[serde(borrow, default)]
    pub(super) expect: Option<Cow<'a, str>>,
    // Free text for people, which the format allows.
    #[serde(borrow, default, rename = "why")]
    _why: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "source")]
    _source: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "pattern")]
    _pattern: Option<&'a RawValue>,
}

/// The request of a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RequestLine<'a> {
    #[serde(borrow)]
    pub(super) principal: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) action: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) resource: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) resource_account: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) issuer: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) context: ContextLine<'a>,
    #[serde(default)]
    pub(super) complete: bool,
    #[serde(default)]
    pub(super) management_account: bool,
}

/// A policy of a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyLine<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) policy_type: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) document: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) file: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) level: u32,
}

/// The context of a request: keys as the text has them, and their values.
#[derive(Debug, Default)]
pub(super) struct ContextLine<'a>(pub(super) Vec<(Cow<'a, str>, ContextValue)>);

/// Number of keys that few contexts exceed, the derived ones included.
const KEYS: usize = 16;

impl RequestLine<'_> {
    /// The type as which `resource` documents are read.
    pub(super) fn target(&self) -> PolicyType {
        type_for_target(PolicyType::Resource, &self.action, &self.resource)
    }
}

impl ContextLine<'_> {
    /// The entries with names that `name` makes.
    pub(super) fn entries(
        self,
        mut name: impl FnMut(&str) -> KeyName,
    ) -> Vec<(KeyName, ContextValue)> {
        let mut entries = Vec::with_capacity(self.0.len().max(KEYS));
        entries.extend(self.0.into_iter().map(|(key, value)| (name(&key), value)));
        entries
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ContextLine<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = ContextLine<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of context keys")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries: Vec<(Cow<'_, str>, ContextValue)> = Vec::with_capacity(KEYS);
                while let Some(Name(key)) = map.next_key()? {
                    let Entry(value) = map.next_value()?;
                    entries.push((key, value));
                }
                // The same spelling twice is a duplicate key; another spelling is the request's
                // ambiguity, which the context reports.
                if has_twins(&entries) {
                    return Err(A::Error::custom("duplicate key"));
                }
                Ok(ContextLine(entries))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// Tells whether two entries have the same key.
fn has_twins<T>(entries: &[(Cow<'_, str>, T)]) -> bool {
    if entries.len() <= KEYS {
        let is_twin = |(at, (key, _)): (usize, &(Cow<'_, str>, T))| {
            entries.iter().take(at).any(|(seen, _)| seen == key)
        };
        return entries.iter().enumerate().any(is_twin);
    }
    let mut keys = HashSet::with_capacity(entries.len());
    !entries.iter().all(|(key, _)| keys.insert(key))
}

/// A key, borrowed from the text where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a context key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

struct Entry(ContextValue);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = Entry;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, boolean or a list of them")
            }
            fn visit_str<E>(self, text: &str) -> Result<Entry, E> {
                Ok(Entry(ContextValue::from(text)))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Entry, E> {
                Ok(Entry(ContextValue::from(if value { "true" } else { "false" })))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Entry, A::Error> {
                let mut values = Vec::new();
                while let Some(Entry(value)) = seq.next_element()? {
                    let ContextValue::One(text) = value else {
                        return Err(A::Error::custom("a list inside a list"));
                    };
                    values.push(text);
                }
                Ok(Entry(ContextValue::Many(values)))
            }
            // Numbers lose their spelling here: the strict reading has the text.
        }
        deserializer.deserialize_any(Values)
    }
}
