//! YAML into the spanned tree.
//!
//! `saphyr-parser` decides what is YAML 1.2; its events become the same tree as JSON's, so that no
//! later reader knows which of the two it reads. Plain scalars are read by the core schema: `yes`,
//! `on`, `12:30` and `2012-10-17` are text. Whatever could be read in two ways is refused rather
//! than guessed: duplicate keys, tags, several documents, keys that are not text, and numbers that
//! JSON would not write (`012`, `0x1F`, `.5`). An alias stands for a copy of what its anchor names;
//! copies count towards [`MAX_NODES`] and towards the depth. Cost: linear in the nodes.

mod scalar;

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use super::json::MAX_DEPTH;
use super::{Code, Diagnostic, Member, Node, Source, Span, Value};
use scalar::{is_core_number, is_json_number, quoted_length};

/// The upper bound on the values in a document, copies made by aliases included.
pub const MAX_NODES: usize = 200_000;

/// The upper bound on the nesting of a template, each tag a level of its own.
const MAX_TAGGED_DEPTH: usize = 64;

/// The tree of the YAML text of `source`.
///
/// # Errors
/// One diagnostic that says where and why the text is not accepted.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Source, yaml};
/// let source = Source::new("n.yaml", "vpcs:\n  - {id: vpc-1, cidrs: [10.0.0.0/8]}\n");
/// let tree = yaml::parse(&source)?;
/// assert_eq!(tree.member("vpcs").map(|vpcs| vpcs.value.items().len()), Some(1));
/// let source = Source::new("n.yaml", "a: 1\na: 2\n");
/// assert_eq!(yaml::parse(&source).unwrap_err().to_string(), "n.yaml:2:1: duplicate key `a`");
/// # Ok::<(), polsim::text::Diagnostic>(())
/// ```
pub fn parse(source: &Source) -> Result<Node, Diagnostic> {
    parsed(source, false)
}

/// The tree of a CloudFormation template: a tag is kept, as an object whose one member is called like
/// it (`{"!Ref": "Vpc"}`), and a plain scalar that JSON could not write is text.
///
/// # Errors
/// As [`parse`].
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Source, yaml};
/// let tree = yaml::parse_tagged(&Source::new("t.yaml", "VpcId: !Ref Vpc\n"))?;
/// let tagged = &tree.member("VpcId").expect("it is written").value;
/// assert_eq!(tagged.member("!Ref").and_then(|it| it.value.as_str()), Some("Vpc"));
/// # Ok::<(), polsim::text::Diagnostic>(())
/// ```
pub fn parse_tagged(source: &Source) -> Result<Node, Diagnostic> {
    parsed(source, true)
}

fn parsed(source: &Source, tags: bool) -> Result<Node, Diagnostic> {
    let text = source.text();
    if text.starts_with('\u{FEFF}') {
        let message = "the text starts with a byte order mark";
        return Err(Diagnostic::error("P0002", source, Span::new(0, 3), message)
            .with_help("save the file as UTF-8 without a byte order mark"));
    }
    let mut reader = YamlReader {
        source,
        parser: Parser::new_from_str(text),
        offsets: offsets(text),
        anchors: BTreeMap::new(),
        nodes: 0,
        tags,
        max_depth: if tags { MAX_TAGGED_DEPTH } else { MAX_DEPTH },
    };
    reader.document()
}

/// The byte offset of each character, where characters and bytes differ: marks count characters.
fn offsets(text: &str) -> Option<Vec<usize>> {
    (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect())
}

struct YamlReader<'a> {
    source: &'a Source,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    offsets: Option<Vec<usize>>,
    /// By number, each anchor's value, its height in levels and its count of values.
    anchors: BTreeMap<usize, (Node, usize, usize)>,
    nodes: usize,
    /// Whether tags are kept, and scalars that JSON could not write are text.
    tags: bool,
    max_depth: usize,
}

/// A value, and how many levels of lists and objects are in it.
struct Built {
    node: Node,
    height: usize,
}

impl<'a> YamlReader<'a> {
    fn document(&mut self) -> Result<Node, Diagnostic> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => (),
                (Event::StreamEnd | Event::DocumentEnd, span) => {
                    return Err(self.refuse("P0001", span, "not YAML: the text has no value"));
                }
                (event, span) => {
                    let built = self.value(event, span, 0)?;
                    self.end_of_text()?;
                    return Ok(built.node);
                }
            }
        }
    }

    fn end_of_text(&mut self) -> Result<(), Diagnostic> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentEnd, _) => (),
                (_, span) => {
                    let message = "a second document starts here";
                    return Err(self
                        .refuse("P0009", span, message)
                        .with_help("one file holds one document"));
                }
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Diagnostic> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let (start, end) = (self.byte(span.start), self.byte(span.end));
                let end = self.without_trailing(&event, start, end.max(start));
                Ok((event, Span::new(start, end)))
            }
            Some(Err(error)) => Err(self.not_yaml(&error)),
            None => {
                let end = self.source.text().len();
                Ok((Event::StreamEnd, Span::new(end, end)))
            }
        }
    }

    /// The end of an event's own text: the parser counts blanks and comments after a closing quote
    /// or bracket in.
    fn without_trailing(&self, event: &Event<'_>, start: usize, end: usize) -> usize {
        let text = self.source.text().get(start..end).unwrap_or_default();
        let length = match event {
            Event::Scalar(_, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted, ..) => {
                quoted_length(text)
            }
            Event::SequenceEnd | Event::MappingEnd if text.starts_with([']', '}']) => 1,
            _ => text.len(),
        };
        start.saturating_add(length)
    }

    fn byte(&self, mark: Marker) -> usize {
        let end = self.source.text().len();
        match &self.offsets {
            None => mark.index().min(end),
            Some(offsets) => offsets.get(mark.index()).copied().unwrap_or(end),
        }
    }

    fn not_yaml(&self, error: &ScanError) -> Diagnostic {
        let at = self.byte(*error.marker());
        let width = self.source.text().get(at..).and_then(|rest| rest.chars().next());
        let end = at.saturating_add(width.map_or(0, char::len_utf8));
        let reason = error.info().replace(['\n', '\r'], " ");
        self.refuse("P0001", Span::new(at, end), format!("not YAML: {reason}"))
    }

    fn refuse(&self, code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.source, span, message)
    }

    fn value(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Built, Diagnostic> {
        self.count(1, span)?;
        let before = self.nodes;
        let (anchor, built) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), span)?;
                let value = match style {
                    ScalarStyle::Plain => self.plain(&text, span)?,
                    _ => Value::String(text.into()),
                };
                (anchor, tagged(tag, Built { node: Node { span, value }, height: 0 }))
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = self.tag(tag.as_deref(), span)?;
                (anchor, tagged(tag, self.list(span, self.deeper(span, depth)?)?))
            }
            Event::MappingStart(anchor, tag) => {
                let tag = self.tag(tag.as_deref(), span)?;
                (anchor, tagged(tag, self.object(span, self.deeper(span, depth)?)?))
            }
            _ => return Err(self.refuse("P0001", span, "not YAML: a value is missing here")),
        };
        if anchor != 0 {
            let count = self.nodes.saturating_sub(before).saturating_add(1);
            self.anchors.insert(anchor, (built.node.clone(), built.height, count));
        }
        Ok(built)
    }

    fn count(&mut self, more: usize, span: Span) -> Result<(), Diagnostic> {
        self.nodes = self.nodes.saturating_add(more);
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let message = format!("more than {MAX_NODES} values, copies made by aliases included");
        Err(self.refuse("P0006", span, message))
    }

    fn deeper(&self, span: Span, depth: usize) -> Result<usize, Diagnostic> {
        if depth < self.max_depth {
            return Ok(depth.saturating_add(1));
        }
        let message = format!("nested deeper than {} levels", self.max_depth);
        Err(self.refuse("P0004", Span { end: span.start.saturating_add(1), ..span }, message))
    }

    /// A copy of what the anchor names; its spans are those of the original, where the text stands.
    fn alias(&mut self, anchor: usize, span: Span, depth: usize) -> Result<Built, Diagnostic> {
        let Some((node, height, count)) = self.anchors.get(&anchor) else {
            let message = "an alias inside the value that it stands for";
            return Err(self.refuse("P0006", span, message));
        };
        let (height, count) = (*height, *count);
        if self.max_depth < depth.saturating_add(height) {
            return Err(self.refuse(
                "P0004",
                span,
                format!("nested deeper than {} levels through this alias", self.max_depth),
            ));
        }
        let node = node.clone();
        self.count(count.saturating_sub(1), span)?;
        Ok(Built { node, height })
    }

    /// The tag of a value, where tags are kept.
    fn tag(
        &self,
        tag: Option<&saphyr_parser::Tag>,
        span: Span,
    ) -> Result<Option<Box<str>>, Diagnostic> {
        match tag {
            Some(tag) if self.tags && !tag.is_yaml_core_schema() => {
                Ok(Some(tag.to_string().into()))
            }
            tag => self.untagged(tag, span).map(|()| None),
        }
    }

    fn untagged(&self, tag: Option<&saphyr_parser::Tag>, span: Span) -> Result<(), Diagnostic> {
        let Some(tag) = tag else { return Ok(()) };
        let name =
            if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
        Err(self
            .refuse("P0007", span, format!("the tag `{name}` is not read"))
            .with_help("write the value without a tag; quotes make a text"))
    }

    fn list(&mut self, open: Span, depth: usize) -> Result<Built, Diagnostic> {
        let mut items = Vec::new();
        let mut height: usize = 0;
        loop {
            match self.next()? {
                (Event::SequenceEnd, close) => {
                    let last = items.last().map(|node: &Node| node.span);
                    let span = self.whole(open, last, close);
                    let node = Node { span, value: Value::Array(items) };
                    return Ok(Built { node, height: height.saturating_add(1) });
                }
                (event, span) => {
                    let built = self.value(event, span, depth)?;
                    height = height.max(built.height);
                    items.push(built.node);
                }
            }
        }
    }

    fn object(&mut self, open: Span, depth: usize) -> Result<Built, Diagnostic> {
        let mut members: Vec<Member> = Vec::new();
        let mut seen: BTreeMap<Box<str>, Span> = BTreeMap::new();
        let mut height: usize = 0;
        loop {
            let (key, key_span) = match self.next()? {
                (Event::MappingEnd, close) => {
                    let last = members.last().map(|member| member.key_span.to(member.value.span));
                    let span = self.whole(open, last, close);
                    let node = Node { span, value: Value::Object(members) };
                    return Ok(Built { node, height: height.saturating_add(1) });
                }
                (event, span) => (self.key(event, span)?, span),
            };
            if let Some(first) = seen.insert(key.clone(), key_span) {
                return Err(self
                    .refuse("P0005", key_span, format!("duplicate key `{key}`"))
                    .with_label(first, "first given here"));
            }
            let (event, span) = self.next()?;
            let built = self.value(event, span, depth)?;
            height = height.max(built.height);
            members.push(Member { key, key_span, value: built.node });
        }
    }

    fn key(&mut self, event: Event<'a>, span: Span) -> Result<Box<str>, Diagnostic> {
        match event {
            Event::Scalar(text, style, 0, None) => {
                if text.is_empty() && style == ScalarStyle::Plain {
                    return Err(self.refuse("P0009", span, "a member without a name"));
                }
                Ok(text.into())
            }
            Event::Scalar(_, _, 0, tag) => {
                self.untagged(tag.as_deref(), span)?;
                Err(self.refuse("P0009", span, "the name of a member is a plain text"))
            }
            _ => Err(self
                .refuse("P0009", span, "the name of a member is a plain text")
                .with_help("no lists, objects, anchors or aliases before the colon")),
        }
    }

    /// The span of a list or object: to its bracket in flow style, to its last value in block style,
    /// where the end event comes only with the next token.
    fn whole(&self, open: Span, last: Option<Span>, close: Span) -> Span {
        let flow = self.source.slice(open).starts_with(['{', '[']);
        match last {
            _ if flow => open.to(close),
            Some(last) if open.start <= last.start => open.to(last),
            _ => open,
        }
    }

    /// A plain scalar by the core schema of YAML 1.2.
    fn plain(&self, text: &str, span: Span) -> Result<Value, Diagnostic> {
        Ok(match text {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            _ if is_json_number(text) => Value::Number(text.into()),
            _ if is_core_number(text) && !self.tags => {
                let message = format!("`{text}` is a number in YAML, in a form that JSON has not");
                return Err(self
                    .refuse("P0008", span, message)
                    .with_help(format!("quote it if it is text: \"{text}\"")));
            }
            _ => Value::String(text.into()),
        })
    }
}

/// The value, inside an object with its tag.
fn tagged(tag: Option<Box<str>>, built: Built) -> Built {
    let Some(key) = tag else { return built };
    let span = built.node.span;
    let member = Member { key, key_span: span, value: built.node };
    let node = Node { span, value: Value::Object(vec![member]) };
    Built { node, height: built.height.saturating_add(1) }
}

#[cfg(test)]
mod tests;
