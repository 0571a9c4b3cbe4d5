//! The spanned tree that every reader of JSON and YAML works on.

use super::Span;

/// A value and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Node {
    /// From the first to past the last byte of the value (a string's quotes included).
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A JSON value, or the YAML value that means the same.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written: `1e400` and 30 digits survive.
    Number(Box<str>),
    /// A string, unescaped.
    String(Box<str>),
    /// A list.
    Array(Vec<Node>),
    /// An object, members in the order of the text. Keys are distinct after unescaping: the
    /// readers refuse duplicates.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// The key, unescaped.
    pub key: Box<str>,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The text of a string node.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The member called `key` of an object node.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| &*member.key == key)
    }

    /// The members of an object node, none for other nodes.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of a list, or the node itself as a list of one: where a grammar says list, a
    /// single value is equivalent (policy language §1.1, G-5).
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Array(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// What kind of value it is, for messages: `a string`, `a list`, …
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}
