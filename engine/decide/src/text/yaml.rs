//! YAML into the spanned tree.
//!
//! `saphyr-parser` decides what is YAML 1.2; its events become the same tree as JSON's, so that no
//! later reader knows which of the two it reads. Plain scalars are read by the core schema: `yes`,
//! `on`, `12:30` and `2012-10-17` are text. Whatever could be read in two ways is refused rather
//! than guessed: duplicate keys, tags, several documents, keys that are not text, and numbers that
//! JSON would not write (`012`, `0x1F`, `.5`). An alias stands for a copy of what its anchor names;
//! copies count towards [`MAX_NODES`] and towards the depth. Cost: linear in the nodes.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use super::json::MAX_DEPTH;
use super::{Code, Diagnostic, Member, Node, Source, Span, Value};

/// How many values a document may have, copies made by aliases included.
pub const MAX_NODES: usize = 200_000;

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
    let text = source.text();
    if text.starts_with('\u{FEFF}') {
        let message = "the text starts with a byte order mark";
        return Err(Diagnostic::error("P0002", source, Span::new(0, 3), message)
            .with_help("save the file as UTF-8 without a byte order mark"));
    }
    let mut reader = Reader {
        source,
        parser: Parser::new_from_str(text),
        offsets: offsets(text),
        anchors: BTreeMap::new(),
        nodes: 0,
    };
    reader.document()
}

/// The byte offset of each character, where characters and bytes differ: marks count characters.
fn offsets(text: &str) -> Option<Vec<usize>> {
    (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect())
}

struct Reader<'a> {
    source: &'a Source,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    offsets: Option<Vec<usize>>,
    /// What each anchor names, how deep it goes, and how many values it has.
    anchors: BTreeMap<usize, (Node, usize, usize)>,
    nodes: usize,
}

/// A value, and how many levels of lists and objects are in it.
struct Built {
    node: Node,
    height: usize,
}

impl<'a> Reader<'a> {
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
                self.untagged(tag.as_deref(), span)?;
                let value = match style {
                    ScalarStyle::Plain => self.plain(&text, span)?,
                    _ => Value::String(text.into()),
                };
                (anchor, Built { node: Node { span, value }, height: 0 })
            }
            Event::SequenceStart(anchor, tag) => {
                self.untagged(tag.as_deref(), span)?;
                (anchor, self.list(span, self.deeper(span, depth)?)?)
            }
            Event::MappingStart(anchor, tag) => {
                self.untagged(tag.as_deref(), span)?;
                (anchor, self.object(span, self.deeper(span, depth)?)?)
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
        if depth < MAX_DEPTH {
            return Ok(depth.saturating_add(1));
        }
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        Err(self.refuse("P0004", Span { end: span.start.saturating_add(1), ..span }, message))
    }

    /// A copy of what the anchor names; its spans are those of the original, where the text stands.
    fn alias(&mut self, anchor: usize, span: Span, depth: usize) -> Result<Built, Diagnostic> {
        let Some((node, height, count)) = self.anchors.get(&anchor) else {
            let message = "an alias inside the value that it stands for";
            return Err(self.refuse("P0006", span, message));
        };
        let (height, count) = (*height, *count);
        if MAX_DEPTH < depth.saturating_add(height) {
            return Err(self.refuse(
                "P0004",
                span,
                format!("nested deeper than {MAX_DEPTH} levels through this alias"),
            ));
        }
        let node = node.clone();
        self.count(count.saturating_sub(1), span)?;
        Ok(Built { node, height })
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
            _ if is_core_number(text) => {
                let message = format!("`{text}` is a number in YAML, in a form that JSON has not");
                return Err(self
                    .refuse("P0008", span, message)
                    .with_help(format!("quote it if it is text: \"{text}\"")));
            }
            _ => Value::String(text.into()),
        })
    }
}

/// The bytes up to the closing quote of the quoted scalar at the start of `text`.
fn quoted_length(text: &str) -> usize {
    let mut chars = text.char_indices();
    let Some((_, quote @ ('\'' | '"'))) = chars.next() else { return text.len() };
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            let end = at.saturating_add(1);
            let doubled =
                quote == '\'' && text.get(end..).is_some_and(|rest| rest.starts_with('\''));
            if !doubled {
                return end;
            }
            chars.next();
        }
    }
    text.len()
}

/// Whether `text` is a number as JSON writes it.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

/// Whether the core schema of YAML reads `text` as a number.
fn is_core_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let based = |prefix: &str, radix: u32| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix)))
    };
    if based("0o", 8) || based("0x", 16) {
        return true;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    let exponent_fits = exponent.is_none_or(|text| {
        let text = text.strip_prefix(['+', '-']).unwrap_or(text);
        !text.is_empty() && digits(text)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::{MAX_NODES, parse};
    use crate::text::{Node, Source, Value, json};

    fn tree(text: &str) -> Node {
        parse(&Source::new("t.yaml", text)).expect("accepted")
    }

    fn refused(text: &str) -> String {
        parse(&Source::new("t.yaml", text)).expect_err("refused").to_string()
    }

    /// The value without its spans.
    fn bare(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(text) => format!("#{text}"),
            Value::String(text) => format!("{text:?}"),
            Value::Array(items) => {
                format!("[{}]", items.iter().map(bare).collect::<Vec<_>>().join(","))
            }
            Value::Object(members) => {
                let one = |member: &crate::text::Member| {
                    format!("{}:{}", member.key, bare(&member.value))
                };
                format!("{{{}}}", members.iter().map(one).collect::<Vec<_>>().join(","))
            }
        }
    }

    #[test]
    fn places_end_at_the_closing_quote_or_bracket() {
        let text = "'a''b' : \"x\\\"y\"  # é\nc: [1, 'd' ] # e\nf: {g: h }  # i\nj: k # l\n";
        let source = Source::new("y", text);
        let tree = parse(&source).unwrap();
        let places: Vec<(&str, &str)> = tree
            .members()
            .iter()
            .map(|member| (source.slice(member.key_span), source.slice(member.value.span)))
            .collect();
        let expected = [("'a''b'", r#""x\"y""#), ("c", "[1, 'd' ]"), ("f", "{g: h }"), ("j", "k")];
        assert_eq!(places, expected);
        assert_eq!(tree.members()[0].value.as_str(), Some("x\"y"));
        let items = tree.members()[1].value.items();
        assert_eq!(source.slice(items[1].span), "'d'");
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let text = "[yes, on, 12:30, 2012-10-17, 1e3, -0.5, 111122223333, true, FALSE, ~, null, , '1', 1_000]";
        assert!(parse(&Source::new("t", text)).is_err(), "an empty item is no value in flow style");
        assert_eq!(
            bare(&tree(
                "[yes, on, 12:30, 2012-10-17, 1e3, -0.5, 111122223333, true, FALSE, ~, '1', 1_000]"
            )),
            "[\"yes\",\"on\",\"12:30\",\"2012-10-17\",#1e3,#-0.5,#111122223333,true,false,null,\"1\",\"1_000\"]"
        );
        assert_eq!(bare(&tree("a:\nb: ''\n")), "{a:null,b:\"\"}");
    }

    #[test]
    fn numbers_in_a_form_json_has_not_are_refused_with_advice() {
        for text in [
            "012",
            "012345678901",
            "0x1F",
            "0o17",
            "+1",
            ".5",
            "5.",
            "1.e3",
            ".inf",
            "-.INF",
            ".nan",
        ] {
            let message = refused(&format!("a: {text}"));
            assert!(
                message.starts_with("t.yaml:1:4: ") && message.contains("quote it"),
                "{message}"
            );
        }
        for text in ["1.2.3", "1e", "0x", "e3", ".", "-", "+"] {
            if text != "-" {
                assert_eq!(bare(&tree(&format!("a: {text}"))), format!("{{a:{text:?}}}"));
            }
        }
    }

    #[test]
    fn the_same_tree_as_from_json() {
        let text = r#"{"a": [1, "x", {"b": null, "ä": "\u00e4\n"}], "c": {}, "d": []}"#;
        let json = json::parse(&Source::new("t", text)).expect("JSON");
        assert_eq!(tree(text), json, "spans included");
    }

    #[test]
    fn spans_are_bytes_and_end_with_the_value() {
        let text = "ä: ö\nlist:\n  - x: [1, 2]\n    y: 'ü'\n\n# end\nlast: >\n  folded\n";
        let source = Source::new("t.yaml", text);
        let tree = parse(&source).expect("accepted");
        let slice = |node: &Node| source.slice(node.span).to_owned();
        assert_eq!(source.slice(tree.members()[0].key_span), "ä");
        assert_eq!(slice(&tree.members()[0].value), "ö");
        let list = &tree.members()[1].value;
        assert!(slice(list).ends_with("y: 'ü'"), "{:?}", slice(list));
        let item = &list.items()[0];
        assert_eq!(slice(item), "x: [1, 2]\n    y: 'ü'");
        assert_eq!(slice(&item.members()[0].value), "[1, 2]");
        assert_eq!(slice(&item.members()[1].value), "'ü'");
    }

    #[test]
    fn duplicate_keys_are_refused_however_they_are_written() {
        assert_eq!(refused("a: 1\n\"a\": 2\n"), "t.yaml:2:1: duplicate key `a`");
        assert_eq!(refused("x: {1: a, '1': b}"), "t.yaml:1:11: duplicate key `1`");
    }

    #[test]
    fn aliases_are_copies_within_bounds() {
        assert_eq!(bare(&tree("a: &x [1]\nb: *x\n")), "{a:[#1],b:[#1]}");
        assert!(refused("a: &x [*x]\n").contains("inside the value"));
        assert!(refused("a: *nothing\n").starts_with("t.yaml:1:4: not YAML"));
        let mut laughs = "l0: &l0 [a, b, c, d, e, f, g, h, i, j]\n".to_owned();
        for level in 1..10 {
            let alias = format!("*l{}", level - 1);
            laughs.extend([format!("l{level}: &l{level} [{}]\n", vec![alias; 10].join(", "))]);
        }
        assert!(refused(&laughs).contains(&format!("more than {MAX_NODES} values")));
        let mut deep = "l0: &l0 [a]\n".to_owned();
        for level in 1..60 {
            deep.extend([format!("l{level}: &l{level} [*l{}]\n", level - 1)]);
        }
        assert!(refused(&deep).contains("nested deeper"));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}1{}", "[".repeat(32), "]".repeat(32));
        assert!(parse(&Source::new("t", deep.as_str())).is_ok());
        assert!(refused(&format!("[{deep}]")).contains("nested deeper than 32"));
        assert!(parse(&Source::new("t", "[".repeat(50_000))).is_err());
        assert!(parse(&Source::new("t", "- ".repeat(50_000))).is_err());
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        assert!(refused("a: !Sub x").contains("the tag `!Sub`"));
        assert!(refused("a: !!str 1").contains("the tag `!!str`"));
        assert!(refused("a: 1\n---\nb: 2\n").contains("second document"));
        assert!(refused("? [a]\n: 1\n").contains("plain text"));
        assert!(refused("").contains("no value"));
        assert!(refused("# nothing\n").contains("no value"));
        assert!(refused("\u{FEFF}a: 1").contains("byte order mark"));
        assert!(refused("a: [1, 2").starts_with("t.yaml:"));
        assert!(refused("a: b: c").starts_with("t.yaml:1:"));
        assert!(refused(": x").contains("without a name"));
    }
}
