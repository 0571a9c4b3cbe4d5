//! Edits that take something out of a document and leave every other byte.

use polsim::text::{Node, Source, Span, Value};

use crate::place::holds;

/// The edit that removes the item or member at a span, with the comma that goes with it; where its list
/// or object holds nothing else, the list or object goes too. None where the text is not written in the
/// style of JSON.
pub(crate) fn removal(source: &Source, root: &Node, span: Span) -> Option<Span> {
    let mut parts: Vec<Span> = match &root.value {
        Value::Array(items) => items.iter().map(|it| it.span).collect(),
        Value::Object(members) => members.iter().map(|it| it.key_span.to(it.value.span)).collect(),
        _ => return None,
    };
    let at = parts.iter().position(|part| holds(*part, span))?;
    let own = *parts.get(at)?;
    let inner = match &root.value {
        Value::Array(items) => items.get(at)?,
        Value::Object(members) => &members.get(at)?.value,
        _ => return None,
    };
    if own != span && !is_all_of(inner, span) {
        return removal(source, inner, span);
    }
    if parts.len() == 1 {
        // Its container goes with it, which is for the container's own container to do.
        return None;
    }
    let between = |one: Span, two: Span| {
        let gap = source.slice(Span { start: one.end, end: two.start });
        gap.chars().all(|c| c == ',' || c.is_whitespace()) && gap.contains(',')
    };
    parts.push(own);
    if let Some(next) = parts.get(at.saturating_add(1)).filter(|next| **next != own) {
        return between(own, *next).then_some(Span { start: own.start, end: next.start });
    }
    let before = *parts.get(at.checked_sub(1)?)?;
    between(before, own).then_some(Span { start: before.end, end: own.end })
}

/// True if the span is everything that the node holds: a container of one, down to it.
fn is_all_of(node: &Node, span: Span) -> bool {
    if node.span == span {
        return true;
    }
    match &node.value {
        Value::Array(items) => match &**items {
            [only] => is_all_of(only, span),
            _ => false,
        },
        Value::Object(members) => match &**members {
            [only] => {
                let whole = only.key_span.to(only.value.span);
                whole == span || only.key_span == span || is_all_of(&only.value, span)
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use polsim::text::{Source, Span, json};

    use super::removal;

    #[expect(
        clippy::arithmetic_side_effects,
        clippy::string_slice,
        reason = "a test may fail in its helpers too"
    )]
    fn without(text: &str, part: &str) -> Option<String> {
        let source = Source::new("p.json", text);
        let tree = json::parse(&source).unwrap();
        let start = text.find(part).unwrap();
        let gone = removal(&source, &tree, Span::new(start, start + part.len()))?;
        let range = gone.range();
        Some(format!("{}{}", &text[..range.start], &text[range.end..]))
    }

    #[test]
    fn an_item_goes_with_its_comma() {
        let text = r#"{"a": ["x", "y", "z"], "b": {"k": {"v": 1}, "l": 2}}"#;
        assert_eq!(without(text, "\"x\"").unwrap(), text.replace("\"x\", ", ""));
        assert_eq!(without(text, "\"z\"").unwrap(), text.replace(", \"z\"", ""));
        assert_eq!(without(text, "\"l\": 2").unwrap(), text.replace(", \"l\": 2", ""));
        // What holds nothing else goes as a whole.
        assert_eq!(without(text, "\"v\": 1").unwrap(), text.replace("\"k\": {\"v\": 1}, ", ""));
        assert_eq!(without(r#"{"a": ["x"]}"#, "\"x\""), None);
    }
}
