//! Shapes: what the objects of a file may hold, written once as data.
//!
//! A file format is a set of [`Shape`]s. [`Shape::check`] compares a tree with them and reports every
//! unknown, missing or wrongly typed member; [`Shape::json_schema`] writes the same as JSON Schema
//! for editors. Readers run after the check and need not complain about structure again.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::{Code, Diagnostic, Member, Node, Source, Value, nearest};

/// The shape of an object of a file: the members that it may and must have.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::shape::{Field, Kind, Shape, ShapeCodes};
/// # use polsim::text::{Source, yaml};
/// static SITE: Shape = Shape {
///     name: "site",
///     doc: "A place outside of AWS.",
///     members: &[
///         Field::required("name", Kind::Text, "its name"),
///         Field::optional("egress", Kind::Texts, "the addresses it calls from"),
///     ],
/// };
/// let codes = ShapeCodes { unknown: "X1", missing: "X2", kind: "X3" };
/// let source = Source::new("site.yaml", "egres: 203.0.113.0/24");
/// let mut found = Vec::new();
/// SITE.check(&yaml::parse(&source)?, &source, codes, &mut found);
/// let messages: Vec<_> = found.iter().map(|it| &*it.message).collect();
/// assert_eq!(messages, ["a site has no member `egres`", "a site without `name`"]);
/// # Ok::<(), polsim::text::Diagnostic>(())
/// ```
#[derive(Debug)]
pub struct Shape {
    /// The name of the definition, one word.
    pub name: &'static str,
    /// The meaning of such an object in one sentence, for the schema.
    pub doc: &'static str,
    /// The members, in the order in which help lists them.
    pub members: &'static [Field],
}

/// A member of an object: its name and the values that it may have.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::shape::{Field, Kind};
/// const ID: Field = Field::required("id", Kind::Text, "the VPC's id");
/// assert!(ID.required);
/// ```
#[derive(Debug)]
pub struct Field {
    /// The name of the member, in its only spelling.
    pub name: &'static str,
    /// The values that the member may have.
    pub kind: Kind,
    /// True if the object must have the member.
    pub required: bool,
    /// The meaning of the member in one sentence, for help and schema.
    pub doc: &'static str,
}

/// The kind of value that a member may have.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::shape::{Field, Kind, Shape};
/// static POOL: Shape = Shape {
///     name: "pool",
///     doc: "A pool of addresses.",
///     members: &[Field::optional("family", Kind::Choice(&["ipv4", "ipv6"]), "the family")],
/// };
/// let schema = POOL.json_schema("pools");
/// assert_eq!(schema["properties"]["family"]["enum"][1], "ipv6");
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any value; its own reader judges it.
    Any,
    /// The value `true` or `false`.
    Bool,
    /// A text that is one of these words.
    Choice(&'static [&'static str]),
    /// A list of such objects and of texts, or one text.
    Items(&'static Shape),
    /// A list of such objects.
    List(&'static Shape),
    /// A list of such objects; its own reader judges them, with codes of its own.
    ListReadLater(&'static Shape),
    /// An object from names to what [`Items`](Self::Items) may be.
    ItemsByName(&'static Shape),
    /// A number in digits.
    Number,
    /// An object of this shape.
    Object(&'static Shape),
    /// An object of this shape, or a text.
    ObjectOrText(&'static Shape),
    /// Text; a number counts as its digits.
    Text,
    /// Text, or a list of texts.
    Texts,
}

/// The codes under which a file format reports what is wrong with its structure.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::shape::ShapeCodes;
/// let topology = ShapeCodes { unknown: "N0001", missing: "N0002", kind: "N0003" };
/// assert_ne!(topology.unknown, topology.missing);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ShapeCodes {
    /// A member that the object does not have.
    pub unknown: Code,
    /// A member that is missing.
    pub missing: Code,
    /// A value of another kind.
    pub kind: Code,
}

impl Field {
    /// A member that may be left out.
    pub const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, kind, required: false, doc }
    }

    /// A member that must be there.
    pub const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, kind, required: true, doc }
    }
}

impl Shape {
    /// Adds to `found` whatever in `node` is not of this shape. Linear in the tree.
    pub fn check(
        &'static self,
        node: &Node,
        source: &Source,
        codes: ShapeCodes,
        found: &mut Vec<Diagnostic>,
    ) {
        let Value::Object(members) = &node.value else {
            let message = format!("expected {}, found {}", self.article(), node.kind());
            found.push(Diagnostic::error(codes.kind, source, node.span, message));
            return;
        };
        for member in members {
            match self.members.iter().find(|field| field.name == &*member.key) {
                Some(field) => field.check(&member.value, source, codes, found),
                None => found.push(self.unknown(member, source, codes.unknown)),
            }
        }
        for field in self.members.iter().filter(|field| field.required) {
            if node.member(field.name).is_none() {
                let message = format!("{} without `{}`", self.article(), field.name);
                let help = format!("`{}`: {}", field.name, field.doc);
                found.push(
                    Diagnostic::error(codes.missing, source, node.span, message).with_help(help),
                );
            }
        }
    }

    fn unknown(&self, member: &Member, source: &Source, code: Code) -> Diagnostic {
        let message = format!("{} has no member `{}`", self.article(), member.key);
        let names = || self.members.iter().map(|field| field.name);
        let help = match nearest(&member.key, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has: {}", names().collect::<Vec<_>>().join(", ")),
        };
        Diagnostic::error(code, source, member.key_span, message).with_help(help)
    }

    /// The name with its article.
    fn article(&self) -> String {
        let words = spaced(self.name);
        let article = if words.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {words}")
    }

    /// The shape as JSON Schema (draft 2020-12), the shapes it uses under `$defs`.
    pub fn json_schema(&'static self, title: &str) -> Json {
        let mut definitions = Map::new();
        let mut schema = self.definition(&mut definitions);
        if let Json::Object(object) = &mut schema {
            object.insert(
                "$schema".to_owned(),
                json!("https://json-schema.org/draft/2020-12/schema"),
            );
            object.insert("title".to_owned(), json!(title));
            object.insert("$defs".to_owned(), Json::Object(definitions));
        }
        schema
    }

    /// The shape as a page in Markdown: a table of members for it and for each shape that it uses.
    pub fn markdown(&'static self) -> String {
        let mut shapes = vec![self];
        let mut next = 0;
        while let Some(shape) = shapes.get(next).copied() {
            for used in shape.members.iter().filter_map(|field| field.kind.shape()) {
                if !shapes.iter().any(|known| known.name == used.name) {
                    shapes.push(used);
                }
            }
            next = next.saturating_add(1);
        }
        let mut out = String::new();
        for shape in shapes {
            shape.table(&mut out);
        }
        out
    }

    fn table(&self, out: &mut String) {
        let _ = write!(out, "## {}\n\n{}\n\n", spaced(self.name), self.doc);
        out.push_str("| member | value | meaning |\n| --- | --- | --- |\n");
        for field in self.members {
            let must = if field.required { " (required)" } else { "" };
            let value = field.kind.markdown();
            let doc = field.doc.replace('<', "\\<");
            let _ = writeln!(out, "| `{}`{must} | {value} | {doc} |", field.name);
        }
        out.push('\n');
    }

    /// The link to the shape's table on its page.
    fn link(&self) -> String {
        let words = spaced(self.name);
        format!("[{words}](#{})", words.to_lowercase().replace(' ', "-"))
    }

    fn definition(&'static self, definitions: &mut Map<String, Json>) -> Json {
        let mut properties = Map::new();
        for field in self.members {
            let mut schema = field.kind.json_schema(definitions);
            if let Json::Object(object) = &mut schema {
                object.insert("description".to_owned(), json!(field.doc));
            }
            properties.insert(field.name.to_owned(), schema);
        }
        let required: Vec<&str> =
            self.members.iter().filter(|field| field.required).map(|field| field.name).collect();
        json!({
            "type": "object",
            "description": self.doc,
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }

    fn reference(&'static self, definitions: &mut Map<String, Json>) -> Json {
        if !definitions.contains_key(self.name) {
            // The name is taken first, so that a shape may contain itself.
            definitions.insert(self.name.to_owned(), Json::Null);
            let definition = self.definition(definitions);
            definitions.insert(self.name.to_owned(), definition);
        }
        json!({ "$ref": format!("#/$defs/{}", self.name) })
    }
}

impl Field {
    fn check(&self, node: &Node, source: &Source, codes: ShapeCodes, found: &mut Vec<Diagnostic>) {
        let is_text = |node: &Node| matches!(node.value, Value::String(_) | Value::Number(_));
        let fits = match self.kind {
            Kind::Any | Kind::ListReadLater(_) => true,
            Kind::Bool => matches!(node.value, Value::Bool(_)),
            Kind::Choice(words) => {
                if let Some(text) = node.as_str()
                    && !words.contains(&text)
                {
                    let message = format!("`{}` cannot be `{text}`", self.name);
                    let help = match nearest(text, words.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("one of: {}", words.join(", ")),
                    };
                    found.push(
                        Diagnostic::error(codes.kind, source, node.span, message).with_help(help),
                    );
                }
                node.as_str().is_some()
            }
            Kind::Number => matches!(node.value, Value::Number(_)),
            Kind::Text => is_text(node),
            Kind::Texts => match &node.value {
                Value::Array(items) => items.iter().all(is_text),
                _ => is_text(node),
            },
            Kind::List(shape) => match &node.value {
                Value::Array(items) => {
                    for item in items {
                        shape.check(item, source, codes, found);
                    }
                    true
                }
                _ => false,
            },
            Kind::Items(shape) => match &node.value {
                Value::Array(items) => {
                    for item in items.iter().filter(|item| !is_text(item)) {
                        shape.check(item, source, codes, found);
                    }
                    true
                }
                _ => is_text(node),
            },
            Kind::ItemsByName(shape) => match &node.value {
                Value::Object(members) => {
                    let inner = Self::optional(self.name, Kind::Items(shape), self.doc);
                    for member in members {
                        inner.check(&member.value, source, codes, found);
                    }
                    true
                }
                _ => false,
            },
            Kind::Object(shape) => {
                shape.check(node, source, codes, found);
                true
            }
            Kind::ObjectOrText(shape) => {
                if !is_text(node) {
                    shape.check(node, source, codes, found);
                }
                true
            }
        };
        if !fits {
            let expected = self.kind.words();
            let message = format!("`{}` is {expected}, found {}", self.name, node.kind());
            found.push(Diagnostic::error(codes.kind, source, node.span, message));
        }
    }
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Bool => "`true` or `false`",
            Self::Choice(_) => "a word",
            Self::List(_) | Self::ListReadLater(_) => "a list of objects",
            Self::Items(_) => "a list of objects and names",
            Self::ItemsByName(_) => "an object of lists",
            Self::Number => "a number",
            Self::Object(_) => "an object",
            Self::ObjectOrText(_) => "text or an object",
            Self::Text => "text",
            Self::Texts => "text or a list of texts",
        }
    }

    /// The shape of the objects in the value.
    fn shape(self) -> Option<&'static Shape> {
        match self {
            Self::Items(shape)
            | Self::ItemsByName(shape)
            | Self::List(shape)
            | Self::ListReadLater(shape)
            | Self::Object(shape)
            | Self::ObjectOrText(shape) => Some(shape),
            Self::Any | Self::Bool | Self::Choice(_) | Self::Number | Self::Text | Self::Texts => {
                None
            }
        }
    }

    /// The value in words, with links to the tables of its shapes.
    fn markdown(self) -> String {
        let link = self.shape().map(Shape::link).unwrap_or_default();
        match self {
            Self::Choice(words) => format!("`{}`", words.join("`, `")),
            Self::Items(_) => format!("list of names and of objects: {link}"),
            Self::ItemsByName(_) => format!("object of lists by name: {link}"),
            Self::List(_) | Self::ListReadLater(_) => format!("list: {link}"),
            Self::Object(_) => link,
            Self::ObjectOrText(_) => format!("file name, or {link}"),
            Self::Any | Self::Bool | Self::Number | Self::Text | Self::Texts => {
                self.words().to_owned()
            }
        }
    }

    fn json_schema(self, definitions: &mut Map<String, Json>) -> Json {
        match self {
            Self::Any => json!({}),
            Self::Bool => json!({"type": "boolean"}),
            Self::Choice(words) => json!({"enum": words}),
            Self::List(shape) | Self::ListReadLater(shape) => {
                json!({"type": "array", "items": shape.reference(definitions)})
            }
            Self::Items(shape) => {
                let item = json!({"anyOf": [{"type": "string"}, shape.reference(definitions)]});
                json!({"anyOf": [{"type": "string"}, {"type": "array", "items": item}]})
            }
            Self::ItemsByName(shape) => {
                let items = Self::Items(shape).json_schema(definitions);
                json!({"type": "object", "additionalProperties": items})
            }
            Self::Number => json!({"type": "number"}),
            Self::Object(shape) => json!({"allOf": [shape.reference(definitions)]}),
            Self::ObjectOrText(shape) => {
                json!({"anyOf": [{"type": "string"}, shape.reference(definitions)]})
            }
            Self::Text => json!({"type": ["string", "number"]}),
            Self::Texts => json!({"anyOf": [
                {"type": ["string", "number"]},
                {"type": "array", "items": {"type": ["string", "number"]}}
            ]}),
        }
    }
}

impl Node {
    /// The text of a string, or the digits of a number, for members where ids are written with and
    /// without quotes.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }
}

/// `routeTable` as `route table`.
fn spaced(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push(' ');
        }
        out.push(c.to_ascii_lowercase());
    }
    match name {
        "vpc" => "VPC".to_owned(),
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Kind, Shape, ShapeCodes};
    use crate::text::{Source, yaml};

    static INNER: Shape = Shape {
        name: "routeTable",
        doc: "A route table.",
        members: &[
            Field::required("id", Kind::Text, "its id"),
            Field::optional("kind", Kind::Choice(&["main", "other"]), "which"),
        ],
    };
    static OUTER: Shape = Shape {
        name: "vpc",
        doc: "A VPC.",
        members: &[
            Field::optional("tables", Kind::List(&INNER), "the tables"),
            Field::optional("cidrs", Kind::Texts, "the ranges"),
            Field::optional("dns", Kind::Bool, "DNS"),
        ],
    };
    const CODES: ShapeCodes = ShapeCodes { unknown: "X1", missing: "X2", kind: "X3" };

    fn complaints(text: &str) -> Vec<String> {
        let source = Source::new("t.yaml", text);
        let mut found = Vec::new();
        OUTER.check(&yaml::parse(&source).unwrap(), &source, CODES, &mut found);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_mistake_is_reported_with_its_place() {
        let found = complaints(
            "tables:\n  - {kind: mian}\n  - {id: 1, nmae: x}\ncdirs: 10.0.0.0/8\ndns: yes\n",
        );
        assert_eq!(
            found,
            [
                "t.yaml:2:12: `kind` cannot be `mian` (did you mean `main`?)",
                "t.yaml:2:5: a route table without `id` (`id`: its id)",
                "t.yaml:3:13: a route table has no member `nmae` (it has: id, kind)",
                "t.yaml:4:1: a VPC has no member `cdirs` (did you mean `cidrs`?)",
                "t.yaml:5:6: `dns` is `true` or `false`, found a string",
            ]
        );
    }

    #[test]
    fn numbers_pass_as_text_and_one_text_as_a_list() {
        assert_eq!(complaints("{tables: [{id: 111122223333}], cidrs: 10.0.0.0/8}"), [""; 0]);
        assert_eq!(complaints("cidrs: [[1]]").len(), 1);
        assert_eq!(complaints("[1]"), ["t.yaml:1:1: expected a VPC, found a list"]);
    }

    #[test]
    fn the_json_schema_says_the_same() {
        let schema = OUTER.json_schema("Test");
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["tables"]["items"]["$ref"], "#/$defs/routeTable");
        assert_eq!(schema["$defs"]["routeTable"]["required"][0], "id");
    }
}
