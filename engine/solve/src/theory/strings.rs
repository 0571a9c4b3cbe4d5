//! The theory of strings: a text in all of some pattern sets and in none of others.
//!
//! The answer comes from a search through the product of the automata, each determinised only where
//! the search goes ([`search`]). The literals that take part are found lazily (`refine`): a short
//! text is looked for under few of the literals, the ones it breaks are added, and so on. Literals
//! that are never broken never become part of the product, so a thousand patterns cost a thousand
//! membership tests and not a product of a thousand automata; and a conflict is small from the
//! start. A list of patterns of which one must match is split: it is unsatisfiable if each of its
//! patterns is.
//!
//! Cost: each round is a search of at most *states × letters × live literals* steps, where states
//! are the vectors of position sets that the search meets; all of it is counted in the budget.

mod alphabet;
mod plausible;
mod refine;
#[cfg(test)]
mod scaling;
mod search;

use super::pattern_set::PatternSet;
use super::relation::surely_covers;
use super::{Answer, conflict};
use polsim_check::budget::{Exhausted, Steps};
use refine::{Verdict, refine};

/// A literal: a pattern set, and the polarity of the text's membership.
pub(crate) type Literal<'a> = (&'a PatternSet, bool);

/// The number of texts up to which a pattern set is decided by trying them.
const FEW_TEXTS: usize = 4096;

/// A text that satisfies all literals: one of `hints` if one does, else a short and plausible one.
pub(crate) fn find_text(
    literals: &[Literal<'_>],
    hints: &[&str],
    budget: &mut Steps,
) -> Answer<String> {
    for hint in hints {
        match first_broken(literals, hint, budget) {
            Ok(None) => return Answer::Sat((*hint).to_owned()),
            Ok(Some(_)) => (),
            Err(exhausted) => return exhausted.into(),
        }
    }
    let all: Vec<usize> = (0..literals.len()).collect();
    let before = budget.left();
    match decide(literals, &all, budget) {
        Ok(Verdict::Text(text)) => Answer::Sat(text),
        Ok(Verdict::Contradiction(core)) => {
            let contradicts = |some: &[usize], budget: &mut Steps| {
                decide(literals, some, budget)
                    .map(|verdict| matches!(verdict, Verdict::Contradiction(_)))
            };
            Answer::Unsat(conflict::minimise(core, before, budget, contradicts))
        }
        Err(exhausted) => exhausted.into(),
    }
}

/// The same as [`find_text`] without hints, and without minimising a conflict.
pub(crate) fn decide_text(literals: &[Literal<'_>], budget: &mut Steps) -> Answer<String> {
    let all: Vec<usize> = (0..literals.len()).collect();
    match decide(literals, &all, budget) {
        Ok(Verdict::Text(text)) => Answer::Sat(text),
        Ok(Verdict::Contradiction(core)) => Answer::Unsat(core),
        Err(exhausted) => exhausted.into(),
    }
}

/// A text among `texts` that satisfies all literals: exact where there are no other texts.
pub(crate) fn find_among(
    literals: &[Literal<'_>],
    texts: &[&str],
    budget: &mut Steps,
) -> Answer<String> {
    let all: Vec<usize> = (0..literals.len()).collect();
    let before = budget.left();
    match sieve(literals, &all, texts, budget) {
        Ok(Ok(text)) => Answer::Sat(text.to_owned()),
        Ok(Err(core)) => Answer::Unsat(conflict::minimise(core, before, budget, |some, budget| {
            sieve(literals, some, texts, budget).map(|found| found.is_err())
        })),
        Err(exhausted) => exhausted.into(),
    }
}

/// Decides whether `wider` includes `narrower`; `None` where `budget` does not suffice.
///
/// The wider set is first matched against the narrower one read as a word, in which only a self-loop
/// absorbs a self-loop: sound, but incomplete. Where that fails, the product of the automata decides.
pub(crate) fn covers(
    wider: &PatternSet,
    narrower: &PatternSet,
    budget: &mut Steps,
) -> Option<bool> {
    if surely_covers(wider, narrower) {
        return Some(true);
    }
    match find_text(&[(narrower, true), (wider, false)], &[], budget) {
        Answer::Sat(_) => Some(false),
        Answer::Unsat(_) => Some(true),
        Answer::Unknown(_) => None,
    }
}

/// Filters texts by one literal after the other; the literals that removed some are the conflict if
/// none is left.
fn sieve<'t>(
    literals: &[Literal<'_>],
    some: &[usize],
    texts: &[&'t str],
    budget: &mut Steps,
) -> Result<Result<&'t str, Vec<usize>>, Exhausted> {
    let mut left = texts.to_vec();
    let mut core = Vec::new();
    for wanted in [true, false] {
        for (at, literal) in some.iter().filter_map(|at| Some((*at, *literals.get(*at)?))) {
            if literal.1 != wanted {
                continue;
            }
            budget.spend(left.len())?;
            let before = left.len();
            left.retain(|text| !breaks(literal, text));
            if left.len() < before {
                core.push(at);
            }
        }
    }
    Ok(left.first().copied().ok_or(core))
}

/// Decides the literals at the indices `some`.
fn decide(
    literals: &[Literal<'_>],
    some: &[usize],
    budget: &mut Steps,
) -> Result<Verdict, Exhausted> {
    let chosen: Vec<(usize, Literal<'_>)> =
        some.iter().filter_map(|at| Some((*at, *literals.get(*at)?))).collect();
    let fewest = chosen
        .iter()
        .filter(|(_, (_, positive))| *positive)
        .filter_map(|(at, (language, _))| Some((*at, language.texts(FEW_TEXTS)?)))
        .min_by_key(|(_, texts)| texts.len());
    match fewest {
        Some((at, texts)) => try_texts(&chosen, at, texts, budget),
        None => refine(&chosen, budget),
    }
}

/// Tries the few texts of the literal at index `source`.
fn try_texts(
    chosen: &[(usize, Literal<'_>)],
    source: usize,
    texts: Vec<String>,
    budget: &mut Steps,
) -> Result<Verdict, Exhausted> {
    let mut core = vec![source];
    for text in texts {
        let mut broken = Vec::new();
        for (at, literal) in chosen {
            budget.spend(1)?;
            if breaks(*literal, &text) {
                broken.push(*at);
                if core.contains(at) {
                    break;
                }
            }
        }
        match broken.last() {
            None => return Ok(Verdict::Text(text)),
            Some(last) if core.contains(last) => (),
            Some(_) => core.extend(broken.first()),
        }
    }
    Ok(Verdict::Contradiction(core))
}

fn breaks((language, positive): Literal<'_>, text: &str) -> bool {
    language.contains(text) != positive
}

/// The first literal that `text` breaks.
pub(crate) fn first_broken(
    literals: &[Literal<'_>],
    text: &str,
    budget: &mut Steps,
) -> Result<Option<usize>, Exhausted> {
    budget.spend(literals.len())?;
    Ok(literals.iter().position(|literal| breaks(*literal, text)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{covers, find_text};
    use crate::theory::Answer;
    use crate::theory::pattern_set::PatternSet;
    use crate::theory::relation::are_disjoint;
    use polsim_check::budget::Steps;
    use polsim_decide::text::{CaseRule, NoVariables, Pattern};

    fn budget() -> Steps {
        Steps::new(10_000_000)
    }

    fn language(pattern: &str) -> PatternSet {
        PatternSet::text(&Pattern::wildcard(pattern), CaseRule::Exact).unwrap()
    }

    fn ask(positive: &[&str], negative: &[&str]) -> Answer<String> {
        let languages: Vec<(PatternSet, bool)> = positive
            .iter()
            .map(|pattern| (language(pattern), true))
            .chain(negative.iter().map(|pattern| (language(pattern), false)))
            .collect();
        let literals: Vec<_> = languages.iter().map(|(it, sign)| (it, *sign)).collect();
        find_text(&literals, &[], &mut budget())
    }

    #[test]
    fn shortest_texts_and_smallest_contradictions() {
        assert_eq!(ask(&["a?"], &["?b", "b*"]), Answer::Sat("ax".to_owned()));
        assert_eq!(ask(&["ab*", "*ba"], &[]), Answer::Sat("aba".to_owned()));
        assert_eq!(ask(&["*a*b*"], &["x*", "*a*"]), Answer::Unsat(vec![0, 2]));
        assert_eq!(ask(&["a*", "?a*", "b*"], &[]), Answer::Unsat(vec![0, 2]));
        assert_eq!(ask(&["a*"], &["*"]), Answer::Unsat(vec![1]));
        assert_eq!(ask(&["*"], &["?*", ""]), Answer::Unsat(vec![1, 2]));
    }

    fn pattern_text() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec!["*", "*", "?", "a", "a", "b", "B", ":"]);
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    fn case() -> impl Strategy<Value = CaseRule> {
        prop::sample::select(vec![
            CaseRule::Exact,
            CaseRule::Exact,
            CaseRule::AsciiFolded,
            CaseRule::Folded,
        ])
    }

    /// All words of up to five characters over an alphabet that has each pattern's characters in
    /// both cases and two that none has.
    fn words() -> Vec<String> {
        let mut words = vec![String::new()];
        let mut from = 0;
        for _ in 0..5 {
            let to = words.len();
            for at in from..to {
                for c in "abABx:".chars() {
                    words.push(format!("{}{c}", words[at]));
                }
            }
            from = to;
        }
        words
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn agrees_with_brute_force(
            lists in prop::collection::vec(
                (prop::collection::vec(pattern_text(), 1..4), case(), any::<bool>()), 1..6,
            ),
            alike in prop::option::of(case()),
        ) {
            let lists: Vec<(Vec<Pattern>, CaseRule, bool)> = lists
                .iter()
                .map(|(texts, case, sign)| {
                    let list = texts.iter().map(|text| Pattern::wildcard(text)).collect();
                    (list, alike.unwrap_or(*case), *sign)
                })
                .collect();
            let languages: Vec<(PatternSet, bool)> = lists
                .iter()
                .map(|(list, case, sign)| {
                    let each: Vec<PatternSet> =
                        list.iter().map(|it| PatternSet::text(it, *case).unwrap()).collect();
                    (PatternSet::union(&each), *sign)
                })
                .collect();
            let literals: Vec<_> = languages.iter().map(|(it, sign)| (it, *sign)).collect();
            let good = |word: &str, some: &[usize]| some.iter().all(|at| {
                let (list, case, sign) = &lists[*at];
                list.iter().any(|it| it.matches(word, *case, &NoVariables)) == *sign
            });
            let all: Vec<usize> = (0..lists.len()).collect();
            let words = words();
            match find_text(&literals, &[], &mut budget()) {
                Answer::Sat(word) => prop_assert!(good(&word, &all), "{word}"),
                Answer::Unsat(core) => {
                    prop_assert_eq!(words.iter().find(|word| good(word, &core)), None);
                    // Minimal: without any one of them there is a text.
                    for left_out in &core {
                        let some: Vec<_> = core
                            .iter()
                            .filter(|at| *at != left_out)
                            .map(|at| literals[*at])
                            .collect();
                        let answer = find_text(&some, &[], &mut budget());
                        prop_assert!(matches!(answer, Answer::Sat(_)));
                    }
                }
                Answer::Unknown(reason) => prop_assert!(false, "{reason:?}"),
            }
        }

        #[test]
        fn relations_agree_with_brute_force(
            one in pattern_text(), other in pattern_text(), cases in (case(), case()),
        ) {
            let (left, right) = (Pattern::wildcard(&one), Pattern::wildcard(&other));
            let wider = PatternSet::text(&left, cases.0).unwrap();
            let narrower = PatternSet::text(&right, cases.1).unwrap();
            let in_left = |word: &String| left.matches(word, cases.0, &NoVariables);
            let in_right = |word: &String| right.matches(word, cases.1, &NoVariables);
            let words = words();
            let gap = words.iter().find(|word| in_right(word) && !in_left(word));
            let common = words.iter().find(|word| in_right(word) && in_left(word));
            if covers(&wider, &narrower, &mut budget()) == Some(true) {
                prop_assert_eq!(gap, None);
            }
            if gap.is_some() {
                prop_assert_eq!(covers(&wider, &narrower, &mut budget()), Some(false));
            }
            if are_disjoint(&wider, &narrower) {
                prop_assert_eq!(common, None);
            }
        }

        #[test]
        fn membership_is_that_of_the_pattern(
            pattern in pattern_text(), case in case(), word in "[abABx:]{0,7}",
        ) {
            let pattern = Pattern::wildcard(&pattern);
            let language = PatternSet::text(&pattern, case).unwrap();
            prop_assert_eq!(language.contains(&word), pattern.matches(&word, case, &NoVariables));
        }
    }
}
