//! Terms of SMT-LIB as text.

use std::fmt::Write as _;

/// The constant of a string. Printable ASCII stands for itself; the escape of everything else is that of
/// SMT-LIB 2.6, `\u{…}`, so a backslash is escaped too.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\"\""),
            ' '..='~' if c != '\\' => out.push(c),
            _ => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

/// The quoted symbol of a name. Characters that cannot stand in one are replaced.
pub(super) fn symbol(name: &str) -> String {
    let plain = |c: char| if matches!(c, ' '..='~') && !matches!(c, '|' | '\\') { c } else { '_' };
    format!("|{}|", name.chars().map(plain).collect::<String>())
}

/// Text for a comment: one line.
pub(super) fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The conjunction of `parts`.
pub(super) fn and(parts: impl IntoIterator<Item = String>) -> String {
    connect("and", "true", "false", parts)
}

/// The disjunction of `parts`.
pub(super) fn or(parts: impl IntoIterator<Item = String>) -> String {
    connect("or", "false", "true", parts)
}

fn connect(
    word: &str,
    neutral: &str,
    absorbing: &str,
    parts: impl IntoIterator<Item = String>,
) -> String {
    let mut kept: Vec<String> = Vec::new();
    for part in parts {
        if part == absorbing {
            return part;
        }
        if part != neutral && !kept.contains(&part) {
            kept.push(part);
        }
    }
    match &kept[..] {
        [] => neutral.to_owned(),
        [only] => only.clone(),
        _ => format!("({word} {})", kept.join(" ")),
    }
}

/// The negation of `term`.
pub(super) fn not(term: &str) -> String {
    match term {
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        _ => format!("(not {term})"),
    }
}

/// The implication of `then` by `if_true`.
pub(super) fn implies(condition: &str, then: &str) -> String {
    match (condition, then) {
        ("false", _) | (_, "true") => "true".to_owned(),
        ("true", _) => then.to_owned(),
        (_, "false") => not(condition),
        _ => format!("(=> {condition} {then})"),
    }
}

/// The two are the same.
pub(super) fn equal(one: &str, other: &str) -> String {
    if one == other { "true".to_owned() } else { format!("(= {one} {other})") }
}

/// The concatenation of texts.
pub(super) fn concat(parts: &[String]) -> String {
    let kept: Vec<&str> = parts.iter().map(String::as_str).filter(|part| *part != "\"\"").collect();
    match kept[..] {
        [] => "\"\"".to_owned(),
        [only] => only.to_owned(),
        _ => format!("(str.++ {})", kept.join(" ")),
    }
}

/// The numeral of a whole number.
pub(super) fn integer(value: i128) -> String {
    if value < 0 { format!("(- {})", value.unsigned_abs()) } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::{and, concat, implies, integer, not, or, string, symbol};

    #[test]
    fn constants_are_written_as_the_standard_says() {
        assert_eq!(string("a\"b\\c é"), "\"a\"\"b\\u{5c}c \\u{e9}\"");
        assert_eq!(symbol("aws:PrincipalTag/a|b\\"), "|aws:PrincipalTag/a_b_|");
        assert_eq!(integer(-5), "(- 5)");
    }

    #[test]
    fn trivial_parts_are_left_out() {
        let list = |parts: &[&str]| parts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(and(list(&["a", "true", "a", "b"])), "(and a b)");
        assert_eq!(and(list(&["a", "false"])), "false");
        assert_eq!(or(list(&[])), "false");
        assert_eq!(not("true"), "false");
        assert_eq!(implies("a", "false"), "(not a)");
        assert_eq!(concat(&list(&["\"\"", "x"])), "x");
    }
}
