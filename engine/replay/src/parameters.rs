//! The request parameters of a record, with what was cut off or hidden kept apart from what is
//! missing.

use serde_json::Value;
use serde_json::value::RawValue;

/// The size from which parameters may have been cut off: CloudTrail keeps 100 KB of them.
const LIMIT: usize = 98_000;

/// The values that CloudTrail writes in the place of what it does not show.
const HIDDEN: [&str; 3] = ["HIDDEN_DUE_TO_SECURITY_REASONS", "***", "sensitiveDataRemoved"];

/// The request parameters of a record.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    value: Value,
    /// True if something may be missing that was in the request.
    pub(crate) is_cut: bool,
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

impl Parameters {
    /// The parameters of a record; of a network event none are told.
    pub(crate) fn read(raw: Option<&RawValue>, is_network_event: bool) -> Self {
        let value: Value =
            raw.and_then(|it| serde_json::from_str(it.get()).ok()).unwrap_or_default();
        let says_cut = |name: &str| value.get(name).is_some_and(|it| *it == Value::Bool(true));
        let is_cut = is_network_event
            || raw.is_some_and(|it| it.get().len() >= LIMIT)
            || says_cut("omitted")
            || says_cut("sensitiveDataRemoved");
        Self { value, is_cut }
    }

    /// The parameter at a path of names.
    pub(crate) fn at(&self, path: &[&str]) -> Parameter<'_> {
        let mut value = &self.value;
        for name in path {
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
        // A set of parameters that is hidden as a whole is no object.
        if self.is_cut || is_hidden(&self.value) { Parameter::Hidden } else { Parameter::Missing }
    }

    /// The parameter of this name.
    pub(crate) fn get(&self, name: &str) -> Parameter<'_> {
        self.at(&[name])
    }

    /// The text of a parameter, if it is told.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).text()
    }

    /// The texts among the members of the parameters, with their names.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let members = self.value.as_object().into_iter().flatten();
        members.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// The members of the parameters, with their names.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
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
