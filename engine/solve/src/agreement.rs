//! Agreement of theories and checker: each answer of a theory is decided again by the checker.

mod incremental;
mod mutants;

use proptest::prelude::*;

use crate::theory::Answer;
use crate::theory::action::{self, Universe, find_action};
use crate::theory::key::samples;
use crate::theory::key::{Test, find_values};
use crate::theory::pattern_set::PatternSet;
use crate::theory::strings::find_text;
use crate::value_language;
use polsim_check::budget::Steps;
use polsim_check::fields::field::Field;
use polsim_check::internals::{
    Regex, actions_contradict, is_in_format, texts_contradict, values_contradict,
};
use polsim_check::key_facts::KeyFacts;
use polsim_check::key_shape::ValueType;
use polsim_decide::formula::KeyTest;
use polsim_decide::policy::ActionPattern;
use polsim_decide::text::{CaseRule, Pattern};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn texts(
        lists in prop::collection::vec(
            (prop::collection::vec(pattern_text(), 1..4), case(), any::<bool>()), 1..6,
        ),
    ) {
        let (mut languages, mut regexes) = (Vec::new(), Vec::new());
        for (texts, case, sign) in &lists {
            let list: Vec<Pattern> = texts.iter().map(|text| Pattern::wildcard(text)).collect();
            let each: Vec<PatternSet> =
                list.iter().map(|it| PatternSet::text(it, *case).unwrap()).collect();
            languages.push((PatternSet::union(&each), *sign));
            let each = list.iter().map(|it| Regex::pattern(it, *case, |_| true).unwrap());
            regexes.push((Regex::OneOf(each.collect()), *sign));
        }
        let literals: Vec<_> = languages.iter().map(|(it, sign)| (it, *sign)).collect();
        match find_text(&literals, &[], &mut budget()) {
            Answer::Sat(text) => {
                prop_assert_eq!(texts_contradict(&regexes, &mut budget()), Ok(false), "{}", text);
            }
            Answer::Unsat(core) => {
                let regexes: Vec<_> = core.iter().map(|at| regexes[*at].clone()).collect();
                prop_assert_eq!(texts_contradict(&regexes, &mut budget()), Ok(true));
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
            Answer::Unknown(_) => prop_assert!(mixed || shape.values != ValueType::Text),
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

}

proptest! {
    #[test]
    fn fields_have_the_formats_of_the_theories(text in "(AROA|AIDA|arn:aws:iam::111122223333:saml-provider/)?[aA1:/. _-]{0,4}(\\.amazonaws\\.com(\\.cn)?)?") {
        for key_facts in [KeyFacts::all(), KeyFacts::default()] {
            for field in Field::ALL {
                let languages = value_language::languages(*field, &key_facts);
                let there = PatternSet::union(&languages).contains(&text);
                let here = is_in_format(*field, &text, &key_facts, &mut budget());
                prop_assert_eq!(here, Ok(there), "{:?} {}", field, text);
            }
        }
    }
}
