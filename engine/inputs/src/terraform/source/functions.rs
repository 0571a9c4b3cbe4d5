//! Functions of Terraform's language: those that policies are written with. Others give an unknown
//! value.

use super::evaluate::as_text;
use crate::terraform::documents::parse;
use crate::value::{Object, Text, Unknown, Value};

/// The value of a call.
pub(super) fn call(name: &str, arguments: &[Value]) -> Value {
    let open = || {
        let because = format!("{name}()");
        let of_arguments = arguments.iter().find_map(|it| match it {
            Value::Unknown(unknown) => Some(unknown.clone()),
            _ => None,
        });
        Value::Unknown(of_arguments.unwrap_or_else(|| Unknown::because(because)))
    };
    known(name, arguments).unwrap_or_else(open)
}

fn known(name: &str, arguments: &[Value]) -> Option<Value> {
    let first = arguments.first();
    match name {
        // Kept as the object, so that its places and symbols stay.
        "jsonencode" | "tolist" | "tomap" | "sensitive" | "nonsensitive" => first.cloned(),
        "jsondecode" => match first? {
            Value::Text(text) => parse(&text.as_literal()?).ok(),
            other => Some(other.clone()),
        },
        "toset" | "distinct" => Some(distinct(list(first?)?)),
        "concat" => {
            let lists = arguments.iter().map(list).collect::<Option<Vec<_>>>()?;
            Some(Value::List(lists.concat()))
        }
        "flatten" => {
            let mut out = Vec::new();
            flatten(first?, &mut out, 0)?;
            Some(Value::List(out))
        }
        "compact" => {
            let empty = |it: &Value| it.is_null() || it.as_literal().as_deref() == Some("");
            Some(Value::List(list(first?)?.into_iter().filter(|it| !empty(it)).collect()))
        }
        "merge" => {
            let mut out = Object::default();
            for argument in arguments {
                match argument {
                    Value::Object(object) => {
                        object.members.iter().for_each(|(key, value)| out.set(key, value.clone()));
                    }
                    Value::Null => (),
                    _ => return None,
                }
            }
            Some(Value::Object(out))
        }
        _ => object_function(name, arguments).or_else(|| text_function(name, arguments)),
    }
}

/// Functions on objects, and those that pick one of several values.
fn object_function(name: &str, arguments: &[Value]) -> Option<Value> {
    let first = arguments.first();
    match name {
        "keys" => match first? {
            Value::Object(object) => {
                let mut keys: Vec<&str> = object.members.iter().map(|(key, _)| &**key).collect();
                keys.sort_unstable();
                Some(Value::List(keys.into_iter().map(Value::text).collect()))
            }
            _ => None,
        },
        "values" => match first? {
            Value::Object(object) => {
                let mut all = object.members.clone();
                all.sort_by(|left, right| left.0.cmp(&right.0));
                Some(Value::List(all.into_iter().map(|(_, value)| value).collect()))
            }
            _ => None,
        },
        "lookup" => {
            let [object, key, rest @ ..] = arguments else { return None };
            let Value::Object(object) = object else { return None };
            object.get(&key.as_literal()?).or(rest.first()).cloned()
        }
        "element" => {
            let (items, index) = (list(first?)?, arguments.get(1)?.as_literal()?);
            let index = index.parse::<usize>().ok()?.checked_rem(items.len())?;
            items.get(index).cloned()
        }
        "length" => {
            let count = match first? {
                Value::List(items) => items.len(),
                Value::Object(object) => object.members.len(),
                Value::Text(text) => text.as_literal()?.chars().count(),
                _ => return None,
            };
            Some(Value::Number(count.to_string().into()))
        }
        "contains" => {
            let (items, wanted) = (list(first?)?, arguments.get(1)?);
            let known = items.iter().all(|it| it.as_literal().is_some());
            (known && wanted.as_literal().is_some())
                .then(|| Value::Bool(items.iter().any(|it| it.says(wanted))))
        }
        "coalesce" => {
            let empty = |it: &&Value| it.is_null() || it.as_literal().as_deref() == Some("");
            arguments.iter().find(|it| !empty(it)).cloned()
        }
        "coalescelist" => arguments.iter().find(|it| !it.items().is_empty()).cloned(),
        "try" => arguments.iter().find(|it| !matches!(it, Value::Unknown(_))).cloned(),
        "one" => match list(first?)?.as_slice() {
            [] => Some(Value::Null),
            [only] => Some(only.clone()),
            _ => None,
        },
        "reverse" => Some(Value::List(list(first?)?.into_iter().rev().collect())),
        "sort" => {
            let mut all = texts(first?)?;
            all.sort_unstable();
            Some(Value::List(all.into_iter().map(Value::text).collect()))
        }
        "slice" => {
            let at = |index: usize| arguments.get(index)?.as_literal()?.parse::<usize>().ok();
            Some(Value::List(list(first?)?.get(at(1)?..at(2)?)?.to_vec()))
        }
        "setunion" => {
            let lists = arguments.iter().map(list).collect::<Option<Vec<_>>>()?;
            Some(distinct(lists.concat()))
        }
        "zipmap" => {
            let (keys, values) = (texts(first?)?, list(arguments.get(1)?)?);
            Some(Value::object(keys.into_iter().zip(values)))
        }
        _ => None,
    }
}

/// Functions on texts.
fn text_function(name: &str, arguments: &[Value]) -> Option<Value> {
    let literal = |at: usize| arguments.get(at)?.as_literal();
    match name {
        "tostring" => as_text(arguments.first()?).map(Value::Text),
        "join" => {
            let separator = Text::from(literal(0)?);
            let mut out = Text::default();
            let lists = arguments.get(1..)?.iter().map(list).collect::<Option<Vec<_>>>()?;
            for (at, item) in lists.concat().iter().enumerate() {
                if at > 0 {
                    out.push(&separator);
                }
                out.push(&as_text(item)?);
            }
            Some(Value::Text(out))
        }
        "split" => {
            let (separator, text) = (literal(0)?, literal(1)?);
            Some(Value::List(text.split(&*separator).map(Value::text).collect()))
        }
        "format" => format(arguments).map(Value::Text),
        "formatlist" => {
            let count = arguments.iter().find_map(|it| match it {
                Value::List(items) => Some(items.len()),
                _ => None,
            })?;
            let each = (0..count).map(|at| {
                let of = arguments.iter().map(|it| match it {
                    Value::List(items) => items.get(at).cloned(),
                    other => Some(other.clone()),
                });
                format(&of.collect::<Option<Vec<_>>>()?).map(Value::Text)
            });
            Some(Value::List(each.collect::<Option<Vec<_>>>()?))
        }
        "replace" => {
            let (from, to) = (literal(1)?, literal(2)?);
            if from.starts_with('/') {
                return None;
            }
            Some(Value::text(literal(0)?.replace(&from, &to)))
        }
        "lower" => Some(Value::text(literal(0)?.to_lowercase())),
        "upper" => Some(Value::text(literal(0)?.to_uppercase())),
        "trimspace" => Some(Value::text(literal(0)?.trim())),
        "trim" => {
            let cut: Vec<char> = literal(1)?.chars().collect();
            Some(Value::text(literal(0)?.trim_matches(&cut[..])))
        }
        "trimprefix" => {
            let (text, cut) = (literal(0)?, literal(1)?);
            Some(Value::text(text.strip_prefix(&*cut).unwrap_or(&text)))
        }
        "trimsuffix" => {
            let (text, cut) = (literal(0)?, literal(1)?);
            Some(Value::text(text.strip_suffix(&*cut).unwrap_or(&text)))
        }
        "startswith" => Some(Value::Bool(literal(0)?.starts_with(&*literal(1)?))),
        "endswith" => Some(Value::Bool(literal(0)?.ends_with(&*literal(1)?))),
        _ => None,
    }
}

fn list(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(items) => Some(items.clone()),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    list(value)?.iter().map(Value::as_literal).collect()
}

fn distinct(items: Vec<Value>) -> Value {
    let mut out: Vec<Value> = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    Value::List(out)
}

fn flatten(value: &Value, out: &mut Vec<Value>, depth: usize) -> Option<()> {
    if depth > 32 {
        return None;
    }
    match value {
        Value::List(items) => {
            items.iter().try_for_each(|it| flatten(it, out, depth.saturating_add(1)))
        }
        other => {
            out.push(other.clone());
            Some(())
        }
    }
}

/// `format` with `%s`, `%d` and `%%` alone.
fn format(arguments: &[Value]) -> Option<Text> {
    let (pattern, mut rest) = (arguments.first()?.as_literal()?, arguments.get(1..)?.iter());
    let mut out = Text::default();
    let mut pieces = pattern.split('%');
    out.push_str(pieces.next()?);
    let mut after_percent = false;
    for piece in pieces {
        if after_percent {
            out.push_str(piece);
            after_percent = false;
            continue;
        }
        match piece.chars().next() {
            None => {
                out.push_str("%");
                after_percent = true;
            }
            Some('s' | 'd') => {
                out.push(&as_text(rest.next()?)?);
                out.push_str(piece.get(1..)?);
            }
            Some(_) => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::call;
    use crate::value::{Text, Value};
    use serde_json::json;

    fn of(name: &str, arguments: &serde_json::Value) -> serde_json::Value {
        let list: Vec<Value> = arguments.as_array().unwrap().iter().map(Value::from).collect();
        call(name, &list).shown()
    }

    #[test]
    fn functions_of_lists_and_objects() {
        assert_eq!(of("concat", &json!([["a"], ["b"]])), json!(["a", "b"]));
        assert_eq!(of("flatten", &json!([["a", ["b", ["c"]]]])), json!(["a", "b", "c"]));
        assert_eq!(
            of("merge", &json!([{"a": "1"}, {"a": "2", "b": "3"}])),
            json!({"a": "2", "b": "3"})
        );
        assert_eq!(of("compact", &json!([["", "a", null]])), json!(["a"]));
        assert_eq!(of("lookup", &json!([{"a": "1"}, "b", "2"])), json!("2"));
        assert_eq!(of("element", &json!([["a", "b"], 3])), json!("b"));
        assert_eq!(of("keys", &json!([{"b": "1", "a": "2"}])), json!(["a", "b"]));
    }

    #[test]
    fn functions_of_texts() {
        assert_eq!(of("join", &json!(["-", ["a", "b"]])), json!("a-b"));
        assert_eq!(of("format", &json!(["%s/%d%%", "a", 4])), json!("a/4%"));
        assert_eq!(of("formatlist", &json!(["%s/*", ["a", "b"]])), json!(["a/*", "b/*"]));
        assert_eq!(of("replace", &json!(["a-b", "-", "+"])), json!("a+b"));
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        assert!(!call("sha256", &[Value::text("a")]).is_known());
        let symbol = Value::Text(Text::symbol("s"));
        assert!(!call("lower", std::slice::from_ref(&symbol)).is_known());
        let joined = call("join", &[Value::text("/"), Value::List(vec![symbol, Value::text("*")])]);
        assert_eq!(joined.shown(), json!("«s»/*"));
    }
}
