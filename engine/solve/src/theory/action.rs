//! The theory of actions: an action that some patterns match and others do not.
//!
//! An action is `service:Name`, compared without ASCII case (policy language §2.2). Where the
//! actions that exist are taken as known, the answer is one of them and the question is a list to be
//! filtered; else it is any text of that form that a request may have, real actions first.

use super::Answer;
use super::pattern_set::{Class, HasVariable, Part, PatternSet};
use super::strings::{Literal, find_among, find_text};
use polsim_check::budget::Steps;
use polsim_decide::policy::ActionPattern;
use polsim_decide::text::{CaseRule, Pattern, Piece};

/// The step budget of a comparison of two patterns.
const OVERLAP_STEPS: u64 = 100_000;

/// The universe of actions.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Universe<'a> {
    /// Every text of the form of an action; the listed ones are tried first.
    Open(&'a [&'a str]),
    /// The listed actions and no others.
    #[cfg_attr(not(test), expect(dead_code, reason = "asked for by tests only"))]
    Listed(&'a [&'a str]),
}

/// The actions that `pattern` matches.
pub(crate) fn language(pattern: &ActionPattern) -> Result<PatternSet, HasVariable> {
    let ActionPattern::Of { service, name } = pattern else {
        return PatternSet::of_parts(&[Part::Star(Class::Any)]);
    };
    let has_colon = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(':'));
    let patterns = [service, name];
    if patterns.iter().any(|pattern: &&Pattern| pattern.pieces().iter().any(has_colon)) {
        return Ok(PatternSet::never());
    }
    PatternSet::of_parts(&[
        Part::Pattern(service, CaseRule::AsciiFolded, Class::NotColon),
        Part::Text(":", CaseRule::Exact),
        Part::Pattern(name, CaseRule::AsciiFolded, Class::NotColon),
    ])
}

/// Tests for patterns that may have an action in common; patterns too large to compare may.
pub fn actions_overlap(one: &ActionPattern, other: &ActionPattern) -> bool {
    let (Ok(one), Ok(other)) = (language(one), language(other)) else { return true };
    let literals = [(&one, true), (&other, true)];
    let found = find_action(&literals, Universe::Open(&[]), &mut Steps::new(OVERLAP_STEPS));
    !matches!(found, Answer::Unsat(_))
}

/// An action that satisfies all literals, whose languages come from [`language`].
pub(crate) fn find_action(
    literals: &[Literal<'_>],
    universe: Universe<'_>,
    budget: &mut Steps,
) -> Answer<String> {
    match universe {
        Universe::Listed(actions) => find_among(literals, actions, budget),
        Universe::Open(hints) => {
            let form = form();
            let mut question = literals.to_vec();
            question.push((&form, true));
            find_text(&question, hints, budget).without(literals.len())
        }
    }
}

/// The texts that a request can name as its action.
fn form() -> PatternSet {
    let some = [Part::One(Class::InAction), Part::Star(Class::InAction)];
    let [one, run] = some;
    let colon = Part::Text(":", CaseRule::Exact);
    PatternSet::of_parts(&[one.clone(), run.clone(), colon, one, run])
        .unwrap_or_else(|_| PatternSet::never())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Answer, Steps, Universe, find_action, language};
    use crate::theory::pattern_set::{Class, PatternSet};
    use polsim_decide::policy::ActionPattern;
    use polsim_decide::request::Action;
    use polsim_decide::text::Pattern;

    fn pattern(text: &str) -> ActionPattern {
        match text.split_once(':') {
            Some((service, name)) => ActionPattern::Of {
                service: Pattern::wildcard(service),
                name: Pattern::wildcard(name),
            },
            None => ActionPattern::Any,
        }
    }

    fn ask(patterns: &[(&str, bool)], universe: Universe<'_>) -> Answer<String> {
        let languages: Vec<(PatternSet, bool)> = patterns
            .iter()
            .map(|(text, sign)| (language(&pattern(text)).unwrap(), *sign))
            .collect();
        let literals: Vec<_> = languages.iter().map(|(it, sign)| (it, *sign)).collect();
        find_action(&literals, universe, &mut Steps::new(1_000_000))
    }

    #[test]
    fn real_actions_come_first_and_others_where_they_may() {
        let real = ["s3:GetObject", "s3:PutObject", "sagemaker:CreateModel"];
        let open = Universe::Open(&real);
        assert_eq!(
            ask(&[("S3:*", true), ("s3:get*", false)], open),
            Answer::Sat("s3:PutObject".into())
        );
        assert_eq!(ask(&[("s3:P*", true), ("*:put*", false)], open), Answer::Sat("s3:P".into()));
        let listed = Universe::Listed(&real);
        assert_eq!(
            ask(&[("*:*Object", true), ("s3:P*", true), ("*:put*", false)], listed),
            Answer::Unsat(vec![1, 2])
        );
        assert_eq!(ask(&[("*", false)], open), Answer::Unsat(vec![0]));
        assert_eq!(ask(&[("*:*", false)], open), Answer::Unsat(vec![0]));
        assert_eq!(ask(&[("s3:a b", true)], open), Answer::Unsat(vec![0]));
        assert_eq!(
            ask(&[("s*:*", true), ("s3:*", true)], open),
            Answer::Sat("s3:GetObject".into())
        );
    }

    #[test]
    fn an_action_without_wildcard_is_named() {
        let named = |text| language(&pattern(text)).unwrap().as_written();
        assert_eq!(named("s3:GetObject").as_deref(), Some("s3:GetObject"));
        for other in ["s3:Get*", "s3:Get?bject", "*:GetObject", "*"] {
            assert_eq!(named(other), None, "{other}");
        }
        let other = PatternSet::union([&PatternSet::literal("a:b"), &PatternSet::literal("a:c")]);
        assert_eq!(other.as_written(), None);
    }

    #[test]
    fn the_form_is_what_a_request_can_name() {
        for c in '\0'..=char::MAX {
            let parses = format!("a:{c}").parse::<Action>().is_ok();
            assert_eq!(Class::InAction.has(c), parses, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn a_found_action_is_one_and_satisfies_the_patterns(
            patterns in prop::collection::vec(("\\*|[ab*?]{1,2}:[aB*?]{1,3}", any::<bool>()), 1..6),
        ) {
            let patterns: Vec<(&str, bool)> =
                patterns.iter().map(|(text, sign)| (text.as_str(), *sign)).collect();
            let good = |action: &Action, some: &[usize]| some.iter().all(|at| {
                pattern(patterns[*at].0).matches(action) == patterns[*at].1
            });
            match ask(&patterns, Universe::Open(&[])) {
                Answer::Sat(text) => {
                    let action: Action = text.parse().unwrap();
                    prop_assert!(good(&action, &(0..patterns.len()).collect::<Vec<_>>()));
                }
                Answer::Unsat(core) => {
                    for service in ["a", "b", "x", "ab", "ba", "xy", "axb"] {
                        for name in ["a", "b", "x", "aa", "ab", "bb", "xy", "aba", "bab", "xyz"] {
                            let action: Action = format!("{service}:{name}").parse().unwrap();
                            prop_assert!(!good(&action, &core), "{action}");
                        }
                    }
                }
                Answer::Unknown(reason) => prop_assert!(false, "{reason:?}"),
            }
        }
    }
}
