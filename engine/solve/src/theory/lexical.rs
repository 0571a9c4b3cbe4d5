//! Lexical forms of typed values: sets of numbers and addresses as pattern sets.
//!
//! A value of a context key is text, and an operator of another type reads that text. Where tests of
//! several types meet on one value, the question goes to the theory of strings, and the sets of the
//! other types become pattern sets. Numbers and IPv4 addresses do so exactly, in every spelling (`7`,
//! `+7`, `007.0`); IPv6 addresses and date-times have too many spellings and are only enclosed by
//! their characters.

mod address;
mod number;

use super::pattern_set::{Class, Part, PatternSet};
use polsim_decide::text::CaseRule;

pub(super) use address::ipv4;
pub(super) use number::{any_number, numbers};

/// Texts of digits alone, which a date operator reads as epoch seconds.
pub(super) fn digits() -> PatternSet {
    of(&[vec![Part::One(DIGIT), Part::Star(DIGIT)]])
}

/// Texts of the characters that numbers, addresses and dates are made of.
pub(super) fn typed_characters() -> PatternSet {
    of(&[vec![Part::Star(Class::Typed)]])
}

/// Texts with a character that is in no number, address or date, so that only operators on strings
/// read them.
pub(super) fn untyped() -> PatternSet {
    of(&[vec![Part::Star(Class::Any), Part::One(Class::Untyped), Part::Star(Class::Any)]])
}

/// A superset of the IPv6 addresses: texts of their characters with a colon before any point.
pub(super) fn around_ipv6() -> PatternSet {
    let colon = Part::Text(":", CaseRule::Exact);
    of(&[vec![Part::Star(Class::Hex), colon, Part::Star(Class::HexOrPoint)]])
}

/// A superset of the date-times: texts of their characters that are not digits alone.
pub(super) fn around_date_time() -> PatternSet {
    let run = || Part::Star(Class::DateTime);
    let with = |text| Part::Text(text, CaseRule::AsciiFolded);
    of(&[
        vec![with("-"), Part::One(DIGIT), run()],
        vec![Part::One(DIGIT), run(), with("-"), run()],
        vec![Part::One(DIGIT), run(), with("t"), run()],
    ])
}

/// Texts of a minus and one to nine digits, each a number and the year of a date.
pub(super) fn negative_years() -> PatternSet {
    let branches: Vec<Vec<Part<'_>>> = (1..=9)
        .map(|count| {
            std::iter::once(Part::Text("-", CaseRule::Exact))
                .chain(vec![Part::One(DIGIT); count])
                .collect()
        })
        .collect();
    of(&branches)
}

/// The union of these sequences of parts.
fn of(branches: &[Vec<Part<'_>>]) -> PatternSet {
    let languages: Vec<PatternSet> =
        branches.iter().filter_map(|parts| PatternSet::of_parts(parts).ok()).collect();
    PatternSet::union(&languages)
}

/// The class of decimal digits.
const DIGIT: Class = Class::Range('0', '9');

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{any_number, around_date_time, around_ipv6, digits, negative_years, untyped};
    use polsim_decide::text::{Decimal, Instant, parse_address};

    /// Texts that are nearly, or quite, values of some type.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[-+]?[0-9]{1,3}(\\.[0-9]{0,2})?",
            "-?[0-9]{1,4}(-[0-9]{1,2}){0,2}([Tt][0-9]{0,2}(:[0-9]{2}){0,2}(\\.[0-9])?[Zz]?)?",
            "[0-9]{4}-01-01T00:00[-+]0[0-9]:00",
            "[0-9a-fA-F]{0,3}(:{1,2}[0-9a-fA-F]{0,3}){1,4}",
            "[0-9]{1,3}(\\.[0-9]{1,3}){2,3}",
            "[-+.:0-9a-gtTzZ]{0,5}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn forms_enclose_what_the_operators_read(text in text()) {
            let number = text.parse::<Decimal>().is_ok();
            let date = text.parse::<Instant>().is_ok();
            let address = parse_address(&text);
            prop_assert_eq!(any_number().contains(&text), number);
            if untyped().contains(&text) {
                prop_assert!(!number && !date && address.is_none());
            }
            let all_digits = digits().contains(&text);
            if date {
                prop_assert!(all_digits != around_date_time().contains(&text));
            }
            if address.is_some_and(|it| it.is_ipv6()) {
                prop_assert!(around_ipv6().contains(&text));
            }
            if date && number {
                prop_assert!(all_digits || negative_years().contains(&text));
            }
        }
    }
}
