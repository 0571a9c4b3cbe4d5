//! Policy variables: patterns with the values of other keys in them (policy language §4).
//!
//! A pattern with variables is not a regular expression, for its literal parts are not known. It is
//! written out by what `*` means: the parts between asterisks occur one after the other, the first
//! at the beginning, the last at the end, each as early as it can. That is a formula without
//! quantifiers, so it means the same under a negation.

use super::Writer;
use super::request::any_kind;
use super::term::{and, concat, equal, not, or, string};
use polsim_check::fields::field::is_reserved;
use polsim_decide::request::PrincipalKind;
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece, Variable, fold_char};

/// A stretch of a pattern without `*`.
type Segment = Vec<Unit>;

/// A part of a segment.
#[derive(Clone, Debug)]
enum Unit {
    /// The wildcard `?`.
    One,
    /// A text: this term.
    Text(String),
}

impl Writer<'_> {
    /// The text is in the pattern, and all of its variables have values.
    pub(super) fn matches_with_variables(
        &mut self,
        term: &str,
        pattern: &Pattern,
        case: CaseRule,
    ) -> String {
        let mut guards = Vec::new();
        let mut segments: Vec<Segment> = vec![Vec::new()];
        for piece in pattern.pieces() {
            let unit = match piece {
                Piece::AnyRun => {
                    segments.push(Vec::new());
                    continue;
                }
                Piece::AnyOne => Unit::One,
                Piece::Text(text) => Unit::Text(self.folded(&string(text), case)),
                Piece::Variable(variable) => {
                    let (guard, value) = self.resolve(variable);
                    guards.push(guard);
                    Unit::Text(self.folded(&value, case))
                }
            };
            if let Some(segment) = segments.last_mut() {
                segment.push(unit);
            }
        }
        let term = self.folded(term, case);
        let matches = self.in_order(&term, &segments);
        guards.push(matches);
        and(guards)
    }

    /// The guard that the variable has a value or a default, and the term for it.
    fn resolve(&mut self, variable: &Variable) -> (String, String) {
        let Variable { key, default } = variable;
        let default = default.as_deref().map(string);
        let (exists, value, absent) = self.single_value(key);
        match default {
            None => (exists, value),
            Some(default) if exists == "false" => (absent, default),
            Some(default) => {
                (or([exists.clone(), absent]), format!("(ite {exists} {value} {default})"))
            }
        }
    }

    /// The term that the key has exactly one value, that value, and the term that it has none.
    fn single_value(&mut self, key: &KeyName) -> (String, String, String) {
        if is_reserved(key) {
            return ("false".to_owned(), string(""), "true".to_owned());
        }
        if let Some(by_kind) = self.request.derived(key) {
            let kinds: Vec<_> = by_kind.iter().flat_map(|(kinds, _)| kinds.clone()).collect();
            let exists = any_kind(&kinds);
            let mut value: Option<String> = None;
            for (kinds, derived) in by_kind.iter().rev() {
                let term = derived.term();
                value = Some(match value {
                    None => term,
                    Some(other) => format!("(ite {} {term} {other})", any_kind(kinds)),
                });
            }
            let absent = if kinds.len() == PrincipalKind::ALL.len() {
                "false".to_owned()
            } else {
                not(&exists)
            };
            return (exists, value.unwrap_or_else(|| string("")), absent);
        }
        let number = self.key(key);
        self.keys.read(number, |reads| {
            reads.text = true;
            reads.patterns = true;
        });
        let (has, several) = (self.keys.has(number, 0), self.keys.has(number, 1));
        let one = and([has.clone(), not(&several)]);
        (one, self.keys.constant(number, 0, ""), not(&has))
    }

    /// The segments occur in the text one after the other, with anything between.
    fn in_order(&mut self, text: &str, segments: &[Segment]) -> String {
        let (first, rest) = match segments {
            [] => return equal(text, &string("")),
            [only] => return whole(text, only),
            [first, rest @ ..] => (first, rest),
        };
        let Some((last, middle)) = rest.split_last() else { return whole(text, first) };
        let mut parts = vec![at_start(text, first), at_end(text, last)];
        if middle.is_empty() {
            if !first.is_empty() && !last.is_empty() {
                let both = sum(&[length(first), length(last)]);
                parts.push(format!("(<= {both} (str.len {text}))"));
            }
            return and(parts);
        }
        if let ([], [only], []) = (&first[..], middle, &last[..])
            && let Some(inner) = plain(only)
        {
            return format!("(str.contains {text} {inner})");
        }
        let mut from = length(first);
        for segment in middle {
            let Some(inner) = plain(segment) else {
                // `?` between asterisks beside a variable: where it occurs first is not a term.
                return self.unsaid("`?` in the middle of a pattern with variables");
            };
            let at = format!("(str.indexof {text} {inner} {from})");
            parts.push(format!("(<= 0 {at})"));
            from = sum(&[at, length(segment)]);
        }
        parts.push(format!("(<= {} (str.len {text}))", sum(&[from, length(last)])));
        and(parts)
    }

    /// The text with letters brought to one case, where case does not matter.
    fn folded(&mut self, term: &str, case: CaseRule) -> String {
        if case == CaseRule::Exact {
            return term.to_owned();
        }
        self.folds = true;
        format!("(fold {term})")
    }
}

/// The definition of `fold`: letters up to U+00FF, which are all that policies can write, and what
/// folds to them. Other letters are left alone: where two values of a request have to be equal but
/// for case, or different, such letters are never needed.
pub(super) fn fold_definition() -> String {
    let mut term = "s".to_owned();
    let special = ['\u{17f}', '\u{212a}', '\u{178}', '\u{1e9e}', '\u{3bc}'];
    for c in ('\0'..='\u{ff}').chain(special) {
        let folded = fold_char(c);
        if folded != c {
            let (from, to) = (string(&c.to_string()), string(&folded.to_string()));
            term = format!("(str.replace_all {term} {from} {to})");
        }
    }
    format!("(define-fun fold ((s String)) String {term})")
}

/// The text is the segment.
fn whole(text: &str, segment: &Segment) -> String {
    if let Some(plain) = plain(segment) {
        return equal(text, &plain);
    }
    let same = equal(&format!("(str.len {text})"), &length(segment));
    and([same, units(text, segment, "0")])
}

/// The text begins with the segment.
fn at_start(text: &str, segment: &Segment) -> String {
    match plain(segment) {
        _ if segment.is_empty() => "true".to_owned(),
        Some(plain) => format!("(str.prefixof {plain} {text})"),
        None => {
            let long = format!("(<= {} (str.len {text}))", length(segment));
            and([long, units(text, segment, "0")])
        }
    }
}

/// The text ends with the segment.
fn at_end(text: &str, segment: &Segment) -> String {
    match plain(segment) {
        _ if segment.is_empty() => "true".to_owned(),
        Some(plain) => format!("(str.suffixof {plain} {text})"),
        None => {
            let long = format!("(<= {} (str.len {text}))", length(segment));
            let from = format!("(- (str.len {text}) {})", length(segment));
            and([long, units(text, segment, &from)])
        }
    }
}

/// The units stand in the text one after the other, from `from` on.
fn units(text: &str, segment: &Segment, from: &str) -> String {
    let mut at = from.to_owned();
    let mut parts = Vec::new();
    for unit in segment {
        let long = match unit {
            Unit::One => "1".to_owned(),
            Unit::Text(own) => {
                let long = format!("(str.len {own})");
                parts.push(equal(&format!("(str.substr {text} {at} {long})"), own));
                long
            }
        };
        at = sum(&[at, long]);
    }
    and(parts)
}

/// The segment as one text, if there is no `?` in it.
fn plain(segment: &Segment) -> Option<String> {
    let texts: Option<Vec<String>> = segment
        .iter()
        .map(|unit| match unit {
            Unit::One => None,
            Unit::Text(term) => Some(term.clone()),
        })
        .collect();
    texts.map(|texts| concat(&texts))
}

fn length(segment: &Segment) -> String {
    let lengths: Vec<String> = segment
        .iter()
        .map(|unit| match unit {
            Unit::One => "1".to_owned(),
            Unit::Text(term) => format!("(str.len {term})"),
        })
        .collect();
    sum(&lengths)
}

fn sum(parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| *it != "0").collect();
    match parts[..] {
        [] => "0".to_owned(),
        [only] => only.to_owned(),
        _ => format!("(+ {})", parts.join(" ")),
    }
}
