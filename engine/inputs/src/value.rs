//! Values of an input: JSON in which texts may hold symbols and any part may be unknown.

use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::model::Place;

/// Stretch of a text.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Part {
    /// Characters that the input has.
    Literal(Box<str>),
    /// Value that is not known, by the name of its symbol.
    Symbol(Arc<str>),
}

/// A text, parts of which may be symbols.
///
/// ```
/// # use polsim_inputs::Text;
/// let arn = Text::from("arn:aws:s3:::lake");
/// assert_eq!(arn.as_literal().as_deref(), Some("arn:aws:s3:::lake"));
/// let id = Text::symbol("aws_vpc.main.id");
/// assert_eq!((id.as_literal(), id.to_string()), (None, "«aws_vpc.main.id»".to_owned()));
/// ```
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Text {
    // INVARIANT: no two literals in a row, no empty literal.
    parts: Vec<Part>,
}

/// Object of an input, members in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) members: Vec<(Box<str>, Value)>,
    /// Place where the object is written, if the input tells.
    pub(crate) at: Option<Place>,
}

/// Value that the inputs do not tell.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Unknown {
    /// References that make it unknown, as the input writes them.
    pub(crate) because: Vec<Box<str>>,
    /// Things that the text is about: it is the ARN of one of them, or of something inside.
    pub(crate) about: Vec<Text>,
}

/// Value of an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Box<str>),
    Text(Text),
    List(Vec<Self>),
    Object(Object),
    Unknown(Unknown),
}

impl Text {
    /// The text that is one symbol.
    pub fn symbol(name: impl Into<Arc<str>>) -> Self {
        Self { parts: vec![Part::Symbol(name.into())] }
    }

    /// The text, if no part of it is a symbol.
    pub fn as_literal(&self) -> Option<String> {
        match &self.parts[..] {
            [] => Some(String::new()),
            [Part::Literal(text)] => Some(text.to_string()),
            _ => None,
        }
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The names of its symbols.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = &Arc<str>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Symbol(name) => Some(name),
            Part::Literal(_) => None,
        })
    }

    pub(crate) fn push_str(&mut self, more: &str) {
        if more.is_empty() {
            return;
        }
        if let Some(Part::Literal(last)) = self.parts.last_mut() {
            *last = format!("{last}{more}").into();
        } else {
            self.parts.push(Part::Literal(more.into()));
        }
    }

    pub(crate) fn push(&mut self, more: &Self) {
        for part in &more.parts {
            match part {
                Part::Literal(text) => self.push_str(text),
                Part::Symbol(_) => self.parts.push(part.clone()),
            }
        }
    }

    /// The texts one after the other.
    pub(crate) fn join<'t>(texts: impl IntoIterator<Item = &'t Self>) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push(text));
        all
    }

    /// The text with every literal stretch changed.
    pub(crate) fn map_literals(&self, change: impl Fn(&str) -> String) -> Self {
        let mut all = Self::default();
        for part in &self.parts {
            match part {
                Part::Literal(text) => all.push_str(&change(text)),
                Part::Symbol(_) => all.parts.push(part.clone()),
            }
        }
        all
    }

    /// The text with a word for each symbol.
    pub(crate) fn with(&self, word: impl Fn(&str) -> String) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Symbol(name) => out.push_str(&word(name)),
            }
        }
        out
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut all = Self::default();
        all.push_str(text);
        all
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Literal(text) => f.write_str(text),
            Part::Symbol(name) => write!(f, "«{name}»"),
        })
    }
}

impl Object {
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.members.iter().find(|(name, _)| &**name == key).map(|(_, value)| value)
    }

    pub(crate) fn set(&mut self, key: &str, value: Value) {
        match self.members.iter_mut().find(|(name, _)| &**name == key) {
            Some((_, known)) => *known = value,
            None => self.members.push((key.into(), value)),
        }
    }
}

impl<K: Into<Box<str>>> FromIterator<(K, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(members: I) -> Self {
        let members = members.into_iter().map(|(key, value)| (key.into(), value)).collect();
        Self { members, at: None }
    }
}

impl Unknown {
    pub(crate) fn because(reference: impl Into<Box<str>>) -> Self {
        Self { because: vec![reference.into()], about: Vec::new() }
    }
}

impl Value {
    pub(crate) fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn object<K: Into<Box<str>>>(members: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(members.into_iter().collect())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(object) => object.get(key),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_literal(&self) -> Option<String> {
        match self {
            Self::Text(text) => text.as_literal(),
            Self::Number(text) => Some(text.to_string()),
            Self::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(text) => match text.as_literal()?.as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The items of a list; another value is a list of one, null none.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Null => &[],
            other => std::slice::from_ref(other),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// True if no part of it is unknown; symbols are known.
    pub(crate) fn is_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::List(items) => items.iter().all(Self::is_known),
            Self::Object(object) => object.members.iter().all(|(_, value)| value.is_known()),
            _ => true,
        }
    }

    /// Calls `visit` with every text in it.
    pub(crate) fn each_text(&self, visit: &mut dyn FnMut(&Text)) {
        match self {
            Self::Text(text) => visit(text),
            Self::List(items) => items.iter().for_each(|item| item.each_text(visit)),
            Self::Object(object) => {
                object.members.iter().for_each(|(_, value)| value.each_text(visit));
            }
            _ => (),
        }
    }

    /// The value as JSON, with a word for each symbol and null for what is unknown.
    pub(crate) fn to_json(&self, word: &dyn Fn(&str) -> String) -> Json {
        match self {
            Self::Null | Self::Unknown(_) => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(text) => {
                serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.to_string()))
            }
            Self::Text(text) => Json::String(text.with(word)),
            Self::List(items) => items.iter().map(|item| item.to_json(word)).collect(),
            Self::Object(object) => object
                .members
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_json(word)))
                .collect(),
        }
    }

    /// The value as JSON in which symbols are `«name»`.
    pub(crate) fn shown(&self) -> Json {
        self.to_json(&|name| format!("«{name}»"))
    }

    /// True if both say the same: numbers and booleans equal their texts, as in a policy document.
    pub(crate) fn says(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(left), Self::List(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right).all(|(left, right)| left.says(right))
            }
            (Self::Object(left), Self::Object(right)) => {
                left.members.len() == right.members.len()
                    && left
                        .members
                        .iter()
                        .all(|(key, value)| right.get(key).is_some_and(|other| value.says(other)))
            }
            (Self::Null, Self::Null) => true,
            _ => match (self.as_literal(), other.as_literal()) {
                (Some(left), Some(right)) => left == right,
                _ => self == other,
            },
        }
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => Self::Number(number.to_string().into()),
            Json::String(text) => Self::text(text.as_str()),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(members) => {
                Self::object(members.iter().map(|(key, value)| (key.as_str(), Self::from(value))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, Value};

    #[test]
    fn literals_next_to_each_other_are_one() {
        let mut text = Text::from("a");
        text.push_str("b");
        text.push(&Text::from("c"));
        assert_eq!(text.as_literal().as_deref(), Some("abc"));
        text.push(&Text::symbol("s"));
        assert_eq!(text.to_string(), "abc«s»");
        assert_eq!(text.with(|name| format!("<{name}>")), "abc<s>");
    }

    #[test]
    fn a_value_says_what_its_text_says() {
        let number = Value::Number("443".into());
        assert!(number.says(&Value::text("443")));
        assert!(!number.says(&Value::text("44")));
        assert!(!Value::Null.says(&Value::text("")));
    }
}
