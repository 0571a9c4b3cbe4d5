//! JSON into the spanned tree.
//!
//! `serde_json` decides what is JSON; spans come from its borrowed raw values. Objects and arrays
//! are read one level at a time into slices of the text, so the place of a value is the distance
//! between two slices. Refused: a byte order mark, trailing text, duplicate keys (compared after
//! unescaping), nesting past the limit. Cost: depth times length, and the depth is bounded.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Diagnostic, Member, Node, Source, Span, Value};

/// The upper bound on the nesting of a text, in levels of lists and objects. The deepest policy
/// that the grammar allows has five.
pub const MAX_DEPTH: usize = 32;

/// The tree of the JSON text of `source`.
///
/// # Errors
/// One diagnostic that says where and why the text is not accepted.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Source, json};
/// let source = Source::new("p.json", r#"{"Effect": "Allow", "Effect": "Deny"}"#);
/// let refused = json::parse(&source).unwrap_err();
/// assert_eq!(refused.to_string(), "p.json:1:21: duplicate key `Effect`");
/// ```
pub fn parse(source: &Source) -> Result<Node, Diagnostic> {
    let text = source.text();
    if text.starts_with('\u{FEFF}') {
        let message = "the text starts with a byte order mark";
        return Err(Diagnostic::error("P0002", source, Span::new(0, 3), message)
            .with_help("save the file as UTF-8 without a byte order mark"));
    }
    let reader = JsonReader { source, start: text.as_ptr().addr() };
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        let refused = reader.refuse(text, &error);
        let read = text.get(..refused.span.range().start).unwrap_or(text);
        reader.too_deep(read).unwrap_or(refused)
    })?;
    reader.node(raw.get(), 0)
}

/// The text of `bytes`.
///
/// # Errors
/// A diagnostic at the first byte that is not UTF-8.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<Source, Diagnostic> {
    String::from_utf8(bytes).map(|text| Source::new(name, text)).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let readable = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let source = Source::new(name, readable);
        let message = "the text is not UTF-8: this byte begins no character";
        Diagnostic::error("P0003", &source, Span::new(valid, valid.saturating_add(1)), message)
    })
}

struct JsonReader<'a> {
    source: &'a Source,
    start: usize,
}

impl<'a> JsonReader<'a> {
    fn offset(&self, slice: &str) -> usize {
        slice.as_ptr().addr().saturating_sub(self.start)
    }

    fn span(&self, slice: &str) -> Span {
        let start = self.offset(slice);
        Span::new(start, start.saturating_add(slice.len()))
    }

    fn node(&self, raw: &'a str, depth: usize) -> Result<Node, Diagnostic> {
        let span = self.span(raw);
        let value = match raw.as_bytes().first() {
            Some(b'{') => self.object(raw, self.deeper(span, depth)?)?,
            Some(b'[') => self.array(raw, self.deeper(span, depth)?)?,
            Some(b'"') => {
                let text: Cow<'_, str> = self.read(raw)?;
                Value::String(text.into())
            }
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            Some(b'n') => Value::Null,
            _ => Value::Number(raw.into()),
        };
        Ok(Node { span, value })
    }

    fn deeper(&self, span: Span, depth: usize) -> Result<usize, Diagnostic> {
        if depth < MAX_DEPTH { Ok(depth.saturating_add(1)) } else { Err(self.refuse_depth(span)) }
    }

    fn refuse_depth(&self, span: Span) -> Diagnostic {
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        let start = Span { end: span.start.saturating_add(1), ..span };
        Diagnostic::error("P0004", self.source, start, message)
    }

    /// The refusal of text that nests too deep before it goes wrong in another way: a nest that
    /// never closes is refused for its depth. `read` is the well-formed beginning of the text.
    fn too_deep(&self, read: &str) -> Option<Diagnostic> {
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        for (at, byte) in read.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = in_string,
                b'"' => in_string = !in_string,
                b'[' | b'{' if !in_string => depth = depth.saturating_add(1),
                b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
                _ => (),
            }
            if depth > MAX_DEPTH {
                return Some(self.refuse_depth(Span::new(at, at)));
            }
        }
        None
    }

    fn array(&self, raw: &'a str, depth: usize) -> Result<Value, Diagnostic> {
        let Items(items) = self.read(raw)?;
        items
            .into_iter()
            .map(|item| self.node(item.get(), depth))
            .collect::<Result<_, _>>()
            .map(Value::Array)
    }

    fn object(&self, raw: &'a str, depth: usize) -> Result<Value, Diagnostic> {
        let Members(entries) = self.read(raw)?;
        let mut members: Vec<Member> = Vec::with_capacity(entries.len());
        let mut seen = std::collections::BTreeMap::new();
        // Between two values stand only white space, a comma, the key and its colon.
        let mut from = self.offset(raw).saturating_add(1);
        for (key, value) in entries {
            let value_at = self.offset(value.get());
            let key_span = self.key_span(from, value_at);
            if let Some(first) = seen.insert(key.clone(), key_span) {
                let message = format!("duplicate key `{key}`");
                return Err(Diagnostic::error("P0005", self.source, key_span, message)
                    .with_label(first, "first given here"));
            }
            from = value_at.saturating_add(value.get().len());
            members.push(Member {
                key: key.into(),
                key_span,
                value: self.node(value.get(), depth)?,
            });
        }
        Ok(Value::Object(members))
    }

    fn key_span(&self, from: usize, to: usize) -> Span {
        let between = self.source.text().get(from..to).unwrap_or_default();
        let first = between.find('"').unwrap_or(0);
        let last = between.rfind('"').map_or(between.len(), |at| at.saturating_add(1));
        Span::new(from.saturating_add(first), from.saturating_add(last))
    }

    fn read<T: serde::Deserialize<'a>>(&self, raw: &'a str) -> Result<T, Diagnostic> {
        serde_json::from_str(raw).map_err(|error| self.refuse(raw, &error))
    }

    /// Our words for serde_json's refusal, at its place.
    fn refuse(&self, raw: &str, error: &serde_json::Error) -> Diagnostic {
        let said = error.to_string();
        let reason = said.split(" at line ").next().unwrap_or(&said);
        let within =
            if error.is_eof() { raw.len() } else { offset_of(raw, error.line(), error.column()) };
        let text = self.source.text();
        let mut at = self.offset(raw).saturating_add(within).min(text.len());
        // serde_json points before a control character as often as at it.
        if reason.starts_with("control character") {
            let rest = text.get(at..).unwrap_or_default();
            at = at.saturating_add(rest.find(char::is_control).unwrap_or_default());
        }
        let there = text.get(at..).and_then(|rest| rest.chars().next());
        let before = text.get(..at).unwrap_or_default().trim_end();
        let message = match (reason.strip_prefix("EOF while parsing "), there) {
            (Some("a value"), _) => "not JSON: the text ends where a value is expected".to_owned(),
            (Some(open), _) => format!("not JSON: the text ends inside {open}"),
            (None, Some(c @ (']' | '}'))) if before.ends_with(',') => {
                format!("not JSON: comma before the closing `{c}`")
            }
            // serde_json's words for a first half that no second half follows.
            _ if reason.contains("surrogate") || reason == "unexpected end of hex escape" => {
                "not JSON: lone surrogate, half a character without the other half".to_owned()
            }
            (None, Some(c)) if !c.is_control() => format!("not JSON: {reason}, found `{c}`"),
            (None, Some(_)) => {
                format!("not JSON: {reason}, found a line break or control character")
            }
            (None, None) => format!("not JSON: {reason}, found the end of the text"),
        };
        let end = at.saturating_add(there.map_or(0, char::len_utf8));
        let diagnostic = Diagnostic::error("P0001", self.source, Span::new(at, end), message);
        match there {
            Some('\'' | '\u{2018}'..='\u{201F}') => {
                diagnostic.with_help("strings and keys stand in double quotes")
            }
            Some('/' | '#') => diagnostic.with_help("JSON has no comments"),
            _ => diagnostic,
        }
    }
}

/// The byte offset of a line and column as serde_json counts them: lines from 1, columns in bytes
/// from 1, column 0 for the line break before the line.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = start.saturating_add(column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at = at.saturating_sub(1);
    }
    at
}

struct Items<'a>(Vec<&'a RawValue>);
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> serde::Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(List)
    }
}

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    entries.push((key, map.next_value()?));
                }
                Ok(Members(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// A key, borrowed from the text where it has no escapes (serde's own `Cow` always copies).
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, Value, decode, parse};

    fn refusal(text: &str) -> String {
        parse(&Source::new("j", text)).unwrap_err().to_string()
    }

    #[test]
    fn places_are_those_of_keys_and_values() {
        let text = "{ \"a\\u0062\" :\r\n [1, \"é\", {\"\": null}] }";
        let source = Source::new("j", text);
        let node = parse(&source).unwrap();
        let [member] = node.members() else { panic!("{node:?}") };
        assert_eq!(&*member.key, "ab");
        assert_eq!(source.slice(member.key_span), "\"a\\u0062\"");
        let items: Vec<&str> =
            member.value.items().iter().map(|item| source.slice(item.span)).collect();
        assert_eq!(items, ["1", "\"é\"", "{\"\": null}"]);
        assert_eq!(source.slice(node.span), text);
    }

    #[test]
    fn numbers_stay_as_they_were_written() {
        let node = parse(&Source::new("j", "[1e400, 1.50, -0]")).unwrap();
        let numbers: Vec<_> = node.items().iter().map(|item| item.value.clone()).collect();
        assert_eq!(numbers, ["1e400", "1.50", "-0"].map(|text| Value::Number(text.into())));
    }

    #[test]
    fn keys_are_compared_after_unescaping() {
        let said = refusal(r#"{"Action": 1, "\u0041ction": 2}"#);
        assert_eq!(said, "j:1:15: duplicate key `Action`");
    }

    #[test]
    fn what_is_no_json_is_refused_at_its_place() {
        let comma = "not JSON: comma before the closing";
        assert_eq!(refusal("{\"a\": 1,\n}"), format!("j:2:1: {comma} `}}`"));
        assert_eq!(refusal("[1,\n 2,]"), format!("j:2:4: {comma} `]`"));
        assert_eq!(refusal("{} x"), "j:1:4: not JSON: trailing characters, found `x`");
        assert_eq!(refusal("[1, "), "j:1:5: not JSON: the text ends where a value is expected");
        assert_eq!(refusal("[1\n"), "j:2:1: not JSON: the text ends inside a list");
        assert_eq!(refusal("{\"a"), "j:1:4: not JSON: the text ends inside a string");
        assert!(refusal("{\"é\": [1], // why\n}").starts_with("j:1:12: not JSON"));
        assert!(refusal("[\"a\nb\"]").starts_with("j:1:4: not JSON: control character"));
        assert!(refusal("{'a': 1}").starts_with("j:1:2: not JSON"));
        assert!(refusal("\u{FEFF}{}").starts_with("j:1:1: the text starts with a byte order mark"));
    }

    #[test]
    fn an_error_inside_a_string_is_placed_in_the_whole_text() {
        for lone in ["\\udc00", "\\ud800", "\\ud800x", "\\ud800\\u0041"] {
            let said = refusal(&format!("{{\"a\":\n  [\"x\", \"{lone}\"]}}"));
            assert!(said.starts_with("j:2:") && said.contains("lone surrogate"), "{said}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_placed() {
        let refused = decode("j", b"{\n\"\xE9\"}".to_vec()).unwrap_err();
        assert!(refused.to_string().starts_with("j:2:2: the text is not UTF-8"), "{refused}");
        assert!(decode("j", "{\"é\"}".into()).is_ok());
    }
}
