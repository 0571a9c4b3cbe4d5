//! Languages against the concrete reading of patterns, numbers, dates and addresses.

use proptest::prelude::*;

use crate::budget::Steps;
use crate::field_id::values_contradict;
use crate::key_shape::{KeyShape, ValueType};
use crate::lemma::texts_contradict;
use crate::lexical;
use crate::regex::Regex;
use polsim_decide::formula::{KeyTest, Predicate, Relation};
use polsim_decide::text::{
    AddressRange, CaseRule, Decimal, Instant, NoVariables, Pattern, parse_address,
};

fn budget() -> Steps {
    Steps::new(5_000_000)
}

fn pattern_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec!["*", "*", "?", "a", "a", "b", "B", "k", ":"]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn case() -> impl Strategy<Value = CaseRule> {
    prop::sample::select(vec![CaseRule::Exact, CaseRule::AsciiFolded, CaseRule::Folded])
}

fn accepted(words: &Regex, text: &str) -> bool {
    let only = Regex::text(text, CaseRule::Exact);
    !texts_contradict(&[(words.clone(), true), (only, true)], &mut budget()).unwrap()
}

#[test]
fn a_number_that_is_a_date_is_digits_alone() {
    let number = |text: &str| {
        let wanted = Predicate::Number(Relation::Equal, text.parse().unwrap());
        KeyTest::Some { any_of: [wanted].into(), hit: true }
    };
    let shape = KeyShape { values: ValueType::Date, single: true };
    let decide = |text: &str| values_contradict(&[(&number(text), true)], shape, &mut budget());
    assert_eq!(decide("5.5"), Ok(true));
    assert_eq!(decide("-5"), Ok(true));
    assert_eq!(decide("5"), Ok(false));
}

#[test]
fn no_ipv6_address_begins_as_an_ipv4_address() {
    let begins = [Predicate::Text(Pattern::wildcard("10.0.*"), CaseRule::Exact)];
    let others = KeyTest::Some { any_of: begins.into(), hit: false };
    let range = [Predicate::Address("::/0".parse().unwrap())];
    let some = KeyTest::Some { any_of: range.into(), hit: true };
    let shape = KeyShape { values: ValueType::Text, single: false };
    let decided = values_contradict(&[(&others, false), (&some, true)], shape, &mut budget());
    assert_eq!(decided, Ok(true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_language_is_what_the_pattern_matches(
        pattern in pattern_text(), case in case(), text in "[abABkK\u{212a}x:]{0,6}",
    ) {
        let pattern = Pattern::wildcard(&pattern);
        let words = Regex::pattern(&pattern, case, |_| true).unwrap();
        prop_assert_eq!(accepted(&words, &text), pattern.matches(&text, case, &NoVariables));
    }

    #[test]
    fn numbers_as_languages(
        bound in "-?(0|[1-9][0-9]{0,2})(\\.[0-9]{1,3})?",
        text in "[-+]?0{0,2}[0-9]{0,4}(\\.[0-9]{0,4})?",
    ) {
        let plain: Decimal = bound.parse().unwrap();
        let others = [format!("{plain}.0"), format!("{plain}0"), format!("0{plain}"), plain.to_string()];
        for text in others.into_iter().chain([text]) {
            for relation in [
                Relation::Equal,
                Relation::Greater,
                Relation::GreaterOrEqual,
                Relation::Less,
                Relation::LessOrEqual,
            ] {
                let expected = Predicate::Number(relation, plain.clone()).test(&text, &NoVariables);
                let words = lexical::number(relation, &plain);
                prop_assert_eq!(accepted(&words, &text), expected, "{} {:?} {}", text, relation, plain);
            }
            prop_assert_eq!(
                accepted(&lexical::any_number(), &text), text.parse::<Decimal>().is_ok()
            );
        }
    }

    #[test]
    fn dates_as_languages(
        year in "[0-9]{4}",
        month in "(0[1-9]|1[0-2]|13|1)",
        rest in "(-(0[1-9]|[12][0-9]|3[012])(T([01][0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[-+][01][0-9]:[0-5][0-9])?)?)?",
    ) {
        let text = format!("{year}-{month}{rest}");
        let words = lexical::date_time();
        if text.parse::<Instant>().is_ok() {
            prop_assert!(accepted(&words, &text), "{}", text);
        }
        // The 31st of every month is let in.
        prop_assert!(!accepted(&words, &text) || Instant::is_stored(&text), "{}", text);
    }
}

#[test]
fn addresses_as_languages() {
    for range in ["10.0.0.0/8", "192.0.2.128/25", "203.0.113.7/32", "128.0.0.0/1"] {
        let range: AddressRange = range.parse().unwrap();
        let words = lexical::ipv4(&range);
        for text in [
            "10.0.0.0",
            "10.255.255.255",
            "11.0.0.0",
            "192.0.2.127",
            "192.0.2.128",
            "192.0.2.255",
            "203.0.113.7",
            "203.0.113.07",
            "255.255.255.255",
            "128.0.0.0",
            "127.0.0.1",
            "1.2.3",
        ] {
            let expected = parse_address(text).is_some_and(|address| range.contains(address));
            assert_eq!(accepted(&words, text), expected, "{range} {text}");
        }
    }
}
