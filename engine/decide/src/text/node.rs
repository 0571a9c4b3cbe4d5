//! The spanned tree that every reader of JSON and YAML works on.

use super::Span;

/// A value of a document and its place.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Source, json};
/// let source = Source::new("p.json", r#"{"Action": ["s3:Get*", "s3:List*"]}"#);
/// let tree = json::parse(&source)?;
/// let actions = &tree.member("Action").expect("it stands there").value;
/// assert_eq!(actions.items()[1].as_str(), Some("s3:List*"));
/// assert_eq!(source.slice(actions.items()[1].span), r#""s3:List*""#);
/// # Ok::<(), polsim::text::Diagnostic>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Node {
    /// From the first to past the last byte of the value (a string's quotes included).
    pub span: Span,
    /// The value that stands there.
    pub value: Value,
}

/// A JSON value, or the YAML value that means the same.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Source, Value, yaml};
/// let tree = yaml::parse(&Source::new("n.yaml", "[1.50, yes]"))?;
/// let values: Vec<_> = tree.items().iter().map(|item| &item.value).collect();
/// // Numbers stay as they were written, and `yes` is no boolean in YAML 1.2.
/// assert_eq!(values, [&Value::Number("1.50".into()), &Value::String("yes".into())]);
/// # Ok::<(), polsim::text::Diagnostic>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// The value `null`, or an empty value of YAML.
    Null,
    /// The value `true` or `false`.
    Bool(bool),
    /// A number, as it was written: `1e400` and 30 digits survive.
    Number(Box<str>),
    /// A string, its escapes resolved.
    String(Box<str>),
    /// A list, in the order of the text.
    Array(Vec<Node>),
    /// An object, members in the order of the text. Keys are distinct after unescaping: the
    /// readers refuse duplicates.
    Object(Vec<Member>),
}

/// A member of an object: a key and its value.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Source, json};
/// let source = Source::new("p.json", r#"{"Sid": "Read"}"#);
/// let tree = json::parse(&source)?;
/// let [member] = tree.members() else { panic!("one member") };
/// assert_eq!((&*member.key, member.value.as_str()), ("Sid", Some("Read")));
/// assert_eq!(source.slice(member.key_span), r#""Sid""#);
/// # Ok::<(), polsim::text::Diagnostic>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// The key, its escapes resolved.
    pub key: Box<str>,
    /// The place of the key, quotes included.
    pub key_span: Span,
    /// The value under the key.
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

    /// The kind of the value with its article, for messages: `a string`, `a list`, …
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
