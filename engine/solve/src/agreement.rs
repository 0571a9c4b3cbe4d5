//! What the theories find, the check confirms; and what it confirms holds in small worlds.

mod followed;
mod mutants;

use proptest::prelude::*;

use crate::theory::action::{self, Universe, find_action};
use crate::theory::key::samples;
use crate::theory::key::{Test, find_values};
use crate::theory::pattern_set::PatternSet;
use crate::theory::strings::find_text;
use crate::theory::{Answer, Steps};
use crate::value_language;
use polsim_check::fields::field::Field;
use polsim_check::key_facts::KeyFacts;
use polsim_check::key_shape::{KeyShape, ValueShape};
use polsim_check::lemma::{actions_contradict, texts_contradict, values_contradict};
use polsim_check::nfa::Nfa;
use polsim_check::{lexical, value_format};
use polsim_decide::formula::{KeyTest, Predicate, Relation};
use polsim_decide::policy::ActionPattern;
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

fn accepted(words: &Nfa, text: &str) -> bool {
    let only = Nfa::text(text, CaseRule::Exact);
    !texts_contradict(&[(words.clone(), true), (only, true)], &mut budget()).unwrap()
}

#[test]
fn a_number_that_is_a_date_is_digits_alone() {
    let number = |text: &str| {
        let wanted = Predicate::Number(Relation::Equal, text.parse().unwrap());
        KeyTest::Some { any_of: [wanted].into(), hit: true }
    };
    let shape = KeyShape { values: ValueShape::Date, single: true };
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
    let shape = KeyShape { values: ValueShape::Text, single: false };
    let decided = values_contradict(&[(&others, false), (&some, true)], shape, &mut budget());
    assert_eq!(decided, Ok(true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn words_are_what_the_pattern_matches(
        pattern in pattern_text(), case in case(), text in "[abABkK\u{212a}x:]{0,6}",
    ) {
        let pattern = Pattern::wildcard(&pattern);
        let words = Nfa::pattern(&pattern, case, |_| true).unwrap();
        prop_assert_eq!(accepted(&words, &text), pattern.matches(&text, case, &NoVariables));
    }

    #[test]
    fn texts(
        lists in prop::collection::vec(
            (prop::collection::vec(pattern_text(), 1..4), case(), any::<bool>()), 1..6,
        ),
    ) {
        let (mut languages, mut words) = (Vec::new(), Vec::new());
        for (texts, case, sign) in &lists {
            let list: Vec<Pattern> = texts.iter().map(|text| Pattern::wildcard(text)).collect();
            let each: Vec<PatternSet> =
                list.iter().map(|it| PatternSet::text(it, *case).unwrap()).collect();
            languages.push((PatternSet::union(&each), *sign));
            let each = list.iter().map(|it| Nfa::pattern(it, *case, |_| true).unwrap());
            words.push((Nfa::OneOf(each.collect()), *sign));
        }
        let literals: Vec<_> = languages.iter().map(|(it, sign)| (it, *sign)).collect();
        match find_text(&literals, &[], &mut budget()) {
            Answer::Sat(text) => {
                prop_assert_eq!(texts_contradict(&words, &mut budget()), Ok(false), "{}", text);
            }
            Answer::Unsat(core) => {
                let words: Vec<_> = core.iter().map(|at| words[*at].clone()).collect();
                prop_assert_eq!(texts_contradict(&words, &mut budget()), Ok(true));
            }
            Answer::Unknown(reason) => prop_assert!(false, "{reason:?}"),
        }
    }

    #[test]
    fn values((mixed, tests) in samples::tests(), shape in samples::shape()) {
        let prepared: Vec<(Test, bool)> =
            tests.iter().map(|(test, sign)| (Test::new(test), *sign)).collect();
        let literals: Vec<_> = prepared.iter().map(|(test, sign)| (test, *sign)).collect();
        let tests: Vec<(&KeyTest, bool)> = tests.iter().map(|(test, sign)| (test, *sign)).collect();
        match find_values(&literals, shape, &[], &mut budget()) {
            Answer::Sat(values) => {
                prop_assert_eq!(
                    values_contradict(&tests, shape, &mut budget()), Ok(false), "{:?}", values
                );
            }
            Answer::Unsat(core) => {
                let tests: Vec<_> = core.iter().map(|at| tests[*at]).collect();
                prop_assert_eq!(values_contradict(&tests, shape, &mut budget()), Ok(true));
            }
            Answer::Unknown(_) => prop_assert!(mixed || shape.values != ValueShape::Text),
        }
    }

    #[test]
    fn actions(
        patterns in prop::collection::vec(("[ab*?]{1,2}:[aB*?]{1,3}", any::<bool>()), 1..6),
    ) {
        let patterns: Vec<(ActionPattern, bool)> = patterns
            .iter()
            .map(|(text, sign)| {
                let (service, name) = text.split_once(':').unwrap();
                let (service, name) = (Pattern::wildcard(service), Pattern::wildcard(name));
                (ActionPattern::Of { service, name }, *sign)
            })
            .collect();
        let languages: Vec<(PatternSet, bool)> =
            patterns.iter().map(|(it, sign)| (action::language(it).unwrap(), *sign)).collect();
        let literals: Vec<_> = languages.iter().map(|(it, sign)| (it, *sign)).collect();
        let patterns: Vec<_> = patterns.iter().map(|(it, sign)| (it, *sign)).collect();
        let real = ["a:a", "a:b", "b:a", "ab:aab", "ba:bab"];
        match find_action(&literals, Universe::Open(&real), &mut budget()) {
            Answer::Sat(text) => {
                prop_assert_eq!(
                    actions_contradict(&patterns, &mut budget()), Ok(false), "{}", text
                );
            }
            Answer::Unsat(core) => {
                let patterns: Vec<_> = core.iter().map(|at| patterns[*at]).collect();
                prop_assert_eq!(actions_contradict(&patterns, &mut budget()), Ok(true));
            }
            Answer::Unknown(reason) => prop_assert!(false, "{reason:?}"),
        }
    }

    #[test]
    fn numbers_in_words(
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
}

proptest! {
    #[test]
    fn dates_in_words(
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

    #[test]
    fn fields_look_as_they_do_to_the_theories(text in "(AROA|AIDA|arn:aws:iam::111122223333:saml-provider/)?[aA1:/. _-]{0,4}(\\.amazonaws\\.com(\\.cn)?)?") {
        for documented in [KeyFacts::all(), KeyFacts::default()] {
            for field in Field::ALL {
                let languages = value_language::languages(*field, &documented);
                let there = PatternSet::union(&languages).contains(&text);
                let here = value_format::of(*field, &documented).holds(&text, &mut budget());
                prop_assert_eq!(here, Ok(there), "{:?} {}", field, text);
            }
        }
    }
}

#[test]
fn addresses_in_words() {
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
