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

/// How deep a policy may nest (the deepest grammatical policy has five levels).
pub const MAX_DEPTH: usize = 32;

/// The tree of the JSON text of `source`.
///
/// # Errors
/// One diagnostic that says where and why the text is not accepted.
///
/// ```
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
    let reader = Reader { source, start: text.as_ptr().addr() };
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| reader.refuse(text, &error))?;
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

struct Reader<'a> {
    source: &'a Source,
    start: usize,
}

impl<'a> Reader<'a> {
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
        if depth < MAX_DEPTH {
            return Ok(depth.saturating_add(1));
        }
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        Err(Diagnostic::error(
            "P0004",
            self.source,
            Span { end: span.start.saturating_add(1), ..span },
            message,
        ))
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
        let within = offset_of(raw, error.line(), error.column());
        let at = self.offset(raw).saturating_add(within).min(self.source.text().len());
        let said = error.to_string();
        let reason = said.split(" at line ").next().unwrap_or(&said);
        let there = self.source.text().get(at..).and_then(|rest| rest.chars().next());
        let found = match there {
            Some(c) if !c.is_control() => format!("`{c}`"),
            Some(_) => "a line break or control character".to_owned(),
            None => "the end of the text".to_owned(),
        };
        let message = format!("not JSON: {reason}, found {found}");
        let end = at.saturating_add(there.map_or(0, char::len_utf8));
        Diagnostic::error("P0001", self.source, Span::new(at, end), message)
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
