//! Regular expressions of SMT-LIB: what patterns and kinds of text look like.

use std::collections::BTreeMap;

use super::term::string;
use polsim_decide::text::{CaseRule, Pattern, Piece, fold_char};

/// The characters that the wildcards of a pattern take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wild {
    /// Every character there is.
    Any,
    /// Every character but a colon: the first five components of an ARN.
    NotColon,
}

/// The last character of SMT-LIB's alphabet.
const LAST: u32 = 0x2_FFFF;

/// Definitions that regular expressions of this module use.
pub(super) const DEFINITIONS: &str = r#"(define-fun not-colon () RegLan (re.union (re.range "\u{0}" "9") (re.range ";" "\u{2ffff}")))
(define-fun digit () RegLan (re.range "0" "9"))
"#;

/// Writes patterns; keeps what it knows of letter case.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    /// The characters that fold to each folded character, where there are several.
    variants: Option<BTreeMap<char, Vec<char>>>,
}

impl Patterns {
    /// The texts of a pattern without variables.
    pub(super) fn regex(&mut self, pattern: &Pattern, case: CaseRule, wild: Wild) -> String {
        concat(self.parts(pattern, case, wild))
    }

    /// The texts of an ARN pattern: wildcards of the first five components stop at colons.
    pub(super) fn arn(&mut self, components: &[Pattern; 6]) -> String {
        let mut parts = Vec::new();
        for (at, pattern) in components.iter().enumerate() {
            if at > 0 {
                parts.push(text(":"));
            }
            let wild = if at < 5 { Wild::NotColon } else { Wild::Any };
            parts.extend(self.parts(pattern, CaseRule::Exact, wild));
        }
        concat(parts)
    }

    fn parts(&mut self, pattern: &Pattern, case: CaseRule, wild: Wild) -> Vec<String> {
        let (one, run) = match wild {
            Wild::Any => ("re.allchar", "re.all"),
            Wild::NotColon => ("not-colon", "(re.* not-colon)"),
        };
        let mut parts = Vec::new();
        for piece in pattern.pieces() {
            match piece {
                Piece::AnyOne => parts.push(one.to_owned()),
                Piece::AnyRun => parts.push(run.to_owned()),
                Piece::Text(literal) => self.literal(literal, case, &mut parts),
                // Patterns with variables are not regular; nothing asks for them here.
                Piece::Variable(_) => parts.push("re.none".to_owned()),
            }
        }
        parts
    }

    fn literal(&mut self, literal: &str, case: CaseRule, parts: &mut Vec<String>) {
        let mut plain = String::new();
        for c in literal.chars() {
            let variants = self.variants_of(c, case);
            if variants.len() < 2 {
                plain.push(c);
                continue;
            }
            if !plain.is_empty() {
                parts.push(text(&std::mem::take(&mut plain)));
            }
            parts.push(union(variants.iter().map(|it| text(&it.to_string()))));
        }
        if !plain.is_empty() {
            parts.push(text(&plain));
        }
    }

    /// The characters that compare equal to `c`.
    fn variants_of(&mut self, c: char, case: CaseRule) -> Vec<char> {
        match case {
            CaseRule::AsciiFolded if c.is_ascii_alphabetic() => {
                vec![c.to_ascii_uppercase(), c.to_ascii_lowercase()]
            }
            CaseRule::AsciiFolded | CaseRule::Exact => vec![c],
            CaseRule::Folded => {
                let variants = self.variants.get_or_insert_with(all_variants);
                variants.get(&fold_char(c)).cloned().unwrap_or_else(|| vec![c])
            }
        }
    }
}

/// The characters that compare equal to others under simple folding.
fn all_variants() -> BTreeMap<char, Vec<char>> {
    let mut classes: BTreeMap<char, Vec<char>> = BTreeMap::new();
    for c in ('\0'..=char::MAX).take_while(|c| u32::from(*c) <= LAST) {
        if c.is_alphabetic() || fold_char(c) != c {
            classes.entry(fold_char(c)).or_default().push(c);
        }
    }
    classes.retain(|_, class| class.len() > 1);
    classes
}

/// The regular expression of one text.
pub(super) fn text(literal: &str) -> String {
    format!("(str.to_re {})", string(literal))
}

/// The concatenation of regular expressions.
pub(super) fn concat(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    match &parts[..] {
        [] => text(""),
        [only] => only.clone(),
        _ => format!("(re.++ {})", parts.join(" ")),
    }
}

/// The union of regular expressions.
pub(super) fn union(parts: impl IntoIterator<Item = String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for part in parts {
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
    match &kept[..] {
        [] => "re.none".to_owned(),
        [only] => only.clone(),
        _ => format!("(re.union {})", kept.join(" ")),
    }
}

/// The repetition of `class`, once or more.
pub(super) fn some(class: &str) -> String {
    format!("(re.+ {class})")
}

/// The characters that `wanted` accepts, as ranges.
pub(super) fn class(wanted: impl Fn(char) -> bool) -> String {
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut last: Option<char> = None;
    for c in ('\0'..=char::MAX).take_while(|c| u32::from(*c) <= LAST).filter(|c| wanted(*c)) {
        match ranges.last_mut() {
            Some((_, end)) if last == Some(*end) && follows(*end, c) => *end = c,
            _ => ranges.push((c, c)),
        }
        last = Some(c);
    }
    union(ranges.into_iter().map(|(from, to)| {
        if from == to {
            text(&from.to_string())
        } else {
            format!("(re.range {} {})", string(&from.to_string()), string(&to.to_string()))
        }
    }))
}

/// Tests for adjacent characters.
fn follows(c: char, next: char) -> bool {
    ('\0'..=next).rev().nth(1) == Some(c)
}

/// The regular expression of an account id.
pub(super) const ACCOUNT: &str = "((_ re.^ 12) digit)";

/// Texts that are a decimal number (policy language §3.6).
pub(super) const NUMBER: &str = "(re.++ (re.opt (re.union (str.to_re \"-\") (str.to_re \"+\"))) \
                                 (re.+ digit) (re.opt (re.++ (str.to_re \".\") (re.+ digit))))";

/// Texts that are an IPv4 address: four numbers below 256 without leading zeros.
pub(super) fn ipv4() -> String {
    let octet = "(re.union digit (re.++ (re.range \"1\" \"9\") digit) (re.++ (str.to_re \"1\") \
                 digit digit) (re.++ (str.to_re \"2\") (re.range \"0\" \"4\") digit) (re.++ \
                 (str.to_re \"25\") (re.range \"0\" \"5\")))";
    let dot = text(".");
    concat([octet, &dot, octet, &dot, octet, &dot, octet].map(str::to_owned))
}

/// Texts of the characters of IPv6 addresses with a colon: all such addresses and more.
pub(super) fn around_ipv6() -> String {
    let class = class(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'));
    format!("(re.++ (re.* {class}) {} (re.* {class}))", text(":"))
}

/// Texts of the characters of date-times: all of them and more.
pub(super) fn around_date() -> String {
    let wanted = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ':' | 'T' | 'Z');
    some(&class(wanted))
}

/// Texts that are an ARN: `arn`, a partition and a service, a region and an account perhaps, and
/// something after the fifth colon.
pub(super) fn any_arn() -> String {
    let colon = || text(":");
    concat(vec![
        text("arn:"),
        some("not-colon"),
        colon(),
        some("not-colon"),
        colon(),
        "(re.* not-colon)".to_owned(),
        colon(),
        "(re.* not-colon)".to_owned(),
        colon(),
        some("re.allchar"),
    ])
}

#[cfg(test)]
mod tests {
    use super::{Patterns, Wild, class};
    use polsim_decide::text::{CaseRule, Pattern};

    #[test]
    fn letters_come_in_both_cases_where_case_does_not_matter() {
        let mut patterns = Patterns::default();
        let pattern = Pattern::wildcard("k1*");
        let mut regex = |case| patterns.regex(&pattern, case, Wild::Any);
        assert_eq!(regex(CaseRule::Exact), "(re.++ (str.to_re \"k1\") re.all)");
        assert_eq!(
            regex(CaseRule::AsciiFolded),
            "(re.++ (re.union (str.to_re \"K\") (str.to_re \"k\")) (str.to_re \"1\") re.all)"
        );
        // The Kelvin sign folds to k.
        assert_eq!(
            regex(CaseRule::Folded),
            "(re.++ (re.union (str.to_re \"K\") (str.to_re \"k\") (str.to_re \"\\u{212a}\")) \
             (str.to_re \"1\") re.all)"
        );
    }

    #[test]
    fn components_stop_at_colons() {
        let six = ["arn", "*", "s3", "", "?", "b:*"].map(Pattern::wildcard);
        assert_eq!(
            Patterns::default().arn(&six),
            "(re.++ (str.to_re \"arn\") (str.to_re \":\") (re.* not-colon) (str.to_re \":\") \
             (str.to_re \"s3\") (str.to_re \":\") (str.to_re \":\") not-colon (str.to_re \":\") \
             (str.to_re \"b:\") re.all)"
        );
    }

    #[test]
    fn classes_are_ranges() {
        let wanted = |c: char| matches!(c, 'a'..='c' | 'x');
        assert_eq!(class(wanted), "(re.union (re.range \"a\" \"c\") (str.to_re \"x\"))");
    }
}
