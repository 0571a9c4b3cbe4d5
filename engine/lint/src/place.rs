//! Places in documents as JSON Pointers (RFC 6901).

use std::fmt::Write as _;

use polsim::text::{Node, Span, Value};

/// The pointer of the innermost member or item that holds the span. A member is its key and its
/// value together, so a key and its scalar value have one pointer.
pub(crate) fn pointer(document: &Node, span: Span) -> String {
    let mut path = String::new();
    let mut node = document;
    'down: loop {
        match &node.value {
            Value::Object(members) => {
                for member in members {
                    if holds(member.key_span.to(member.value.span), span) {
                        path.push('/');
                        path.push_str(&member.key.replace('~', "~0").replace('/', "~1"));
                        if !holds(member.value.span, span) {
                            return path;
                        }
                        node = &member.value;
                        continue 'down;
                    }
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    if holds(item.span, span) {
                        let _ = write!(path, "/{at}");
                        node = item;
                        continue 'down;
                    }
                }
            }
            _ => (),
        }
        return path;
    }
}

/// The node whose place is this span.
pub(crate) fn node_at(root: &Node, span: Span) -> Option<&Node> {
    if root.span == span {
        return Some(root);
    }
    let inside: Vec<&Node> = match &root.value {
        Value::Object(members) => members.iter().map(|member| &member.value).collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    inside.into_iter().find(|it| holds(it.span, span)).and_then(|it| node_at(it, span))
}

/// True if the one span lies in the other.
pub(crate) fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

#[cfg(test)]
mod tests {
    use polsim::text::{Source, Span, json};

    use super::pointer;

    #[test]
    fn keys_values_and_items_have_their_pointers() {
        let text = r#"{"a/b": {"k": "v"}, "l": [1, {"x~": 2}]}"#;
        let tree = json::parse(&Source::new("p.json", text)).unwrap();
        let at = |part: &str| {
            let start = text.find(part).unwrap();
            pointer(&tree, Span::new(start, start + part.len()))
        };
        assert_eq!(at("\"k\""), "/a~1b/k");
        assert_eq!(at("\"v\""), "/a~1b/k");
        assert_eq!(at("\"a/b\""), "/a~1b");
        assert_eq!(at("2"), "/l/1/x~0");
        assert_eq!(at(text), "");
    }
}
