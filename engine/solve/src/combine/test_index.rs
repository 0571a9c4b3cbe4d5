//! Index of the tests of one field: the tests that another test can include.
//!
//! A pattern includes another only if each of its literal texts occurs in a literal text of the
//! other. So tests are indexed by the three-letter pieces of their literal texts, letters folded,
//! and the tests with the rarest piece of a pattern are all that the pattern can include. That makes
//! pairwise propagation of a failing test about as costly as its consequences are many.
//!
//! Only texts between wildcards are looked up: by the texts at their ends two patterns are told apart
//! faster than a look-up takes.

use rustc_hash::FxHashMap;

use polsim_decide::formula::{Atom, KeyTest, Predicate};
use polsim_decide::policy::ActionPattern;
use polsim_decide::text::{Pattern, Piece, fold_char};

/// Three folded letters of a literal text, in the pattern at this position of a predicate.
type Trigram = (usize, [char; 3]);

/// An index of tests, by position in the list of the field's tests.
#[derive(Clone, Debug, Default)]
pub(super) struct TestIndex {
    /// The number of tests that have been indexed.
    len: usize,
    by_trigram: FxHashMap<Trigram, Vec<usize>>,
    /// The tests that have to be compared in any case.
    others: Vec<usize>,
}

impl TestIndex {
    /// The number of tests that have been indexed.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Adds the next test of the field.
    pub(super) fn push(&mut self, test: &Atom) {
        let at = self.len;
        self.len = self.len.saturating_add(1);
        // A test is included if all its predicates are, so the first one decides.
        match predicates(test).map(|mut predicates| predicates.next()) {
            Some(Some(Included::Patterns(patterns))) => {
                for trigram in trigrams(&patterns, Texts::All) {
                    let tests = self.by_trigram.entry(trigram).or_default();
                    if tests.last() != Some(&at) {
                        tests.push(at);
                    }
                }
            }
            // Only equal predicates of other kinds include each other.
            Some(Some(Included::Other)) => (),
            _ => self.others.push(at),
        }
    }

    /// Tests for a cause that the index serves: each predicate has a text between wildcards.
    pub(super) fn serves(cause: &Atom) -> bool {
        let has_infix = |it: Included<'_>| match it {
            Included::Patterns(patterns) => trigrams(&patterns, Texts::Inner).next().is_some(),
            Included::Other | Included::Never => false,
        };
        predicates(cause).is_some_and(|mut predicates| predicates.all(has_infix))
    }

    /// The tests that `cause` can include, in order; `None` if any test may be.
    pub(super) fn included(&self, cause: &Atom) -> Option<Vec<usize>> {
        let mut found = self.others.clone();
        for predicate in predicates(cause)? {
            let Included::Patterns(patterns) = predicate else { return None };
            let mut rarest: Option<&[usize]> = None;
            for trigram in trigrams(&patterns, Texts::Inner) {
                let tests = self.by_trigram.get(&trigram).map_or(&[][..], Vec::as_slice);
                if rarest.is_none_or(|rarest| tests.len() < rarest.len()) {
                    rarest = Some(tests);
                }
            }
            found.extend_from_slice(rarest?);
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }
}

/// A predicate as one that may be included in another.
enum Included<'a> {
    /// Patterns of which each has to be included in its counterpart.
    Patterns(Vec<&'a Pattern>),
    /// A predicate of another kind.
    Other,
    /// A predicate that no value satisfies, which every other includes.
    Never,
}

/// The predicates of a test of texts; none of a test of the number of values.
fn predicates(test: &Atom) -> Option<impl Iterator<Item = Included<'_>>> {
    let (action, any_of) = match test {
        Atom::Action(ActionPattern::Of { service, name }) => (Some([service, name]), &[][..]),
        Atom::Key(_, KeyTest::Some { any_of, .. }) => (None, &**any_of),
        _ => return None,
    };
    let action = action.map(|patterns| Included::Patterns(patterns.to_vec()));
    let of_key = any_of.iter().map(|predicate| match predicate {
        Predicate::Text(pattern, _) => Included::Patterns(vec![pattern]),
        Predicate::Arn(components) => Included::Patterns(components.iter().collect()),
        Predicate::Never => Included::Never,
        _ => Included::Other,
    });
    Some(action.into_iter().chain(of_key))
}

/// The literal texts of a pattern that are looked at.
#[derive(Clone, Copy)]
enum Texts {
    /// The literal texts, all of them.
    All,
    /// The literal texts between wildcards.
    Inner,
}

/// The trigrams of the literal texts of some patterns.
fn trigrams<'p>(
    patterns: &[&'p Pattern],
    wanted: Texts,
) -> impl Iterator<Item = Trigram> + use<'p> {
    let patterns = patterns.to_vec();
    let texts = patterns.into_iter().enumerate().flat_map(move |(at, pattern)| {
        let pieces = match (wanted, pattern.pieces()) {
            (Texts::Inner, [_, inner @ .., _]) => inner,
            (Texts::Inner, _) => &[],
            (Texts::All, pieces) => pieces,
        };
        pieces.iter().filter_map(move |piece| match piece {
            Piece::Text(text) => Some((at, &**text)),
            _ => None,
        })
    });
    texts.flat_map(|(at, text)| {
        let letters: Vec<char> = text.chars().map(fold_char).collect();
        let windows: Vec<Trigram> = letters
            .windows(3)
            .filter_map(|window| Some((at, <[char; 3]>::try_from(window).ok()?)))
            .collect();
        windows
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::TestIndex;
    use crate::combine::field_solver::Cardinality;
    use crate::combine::pairwise::implied;
    use polsim_decide::formula::{Atom, KeyTest, Predicate};
    use polsim_decide::text::{CaseRule, KeyName, Pattern};

    fn predicate() -> impl Strategy<Value = Predicate> {
        let piece = prop::sample::select(vec!["*", "?", "abc", "aBc", "xy", "z", "\u{212a}ey"]);
        let case =
            prop::sample::select(vec![CaseRule::Exact, CaseRule::AsciiFolded, CaseRule::Folded]);
        let text = (prop::collection::vec(piece, 0..5), case)
            .prop_map(|(pieces, case)| Predicate::Text(Pattern::wildcard(&pieces.concat()), case));
        let arn = prop::sample::select(vec!["abc", "*abc*", "a?c", "*", "xabcz"]).prop_map(|it| {
            let six = ["arn", "aws", "s3", "*", "", it].map(Pattern::wildcard);
            Predicate::Arn(six.into())
        });
        prop_oneof![
            8 => text,
            2 => arn,
            1 => any::<bool>().prop_map(Predicate::Bool),
            1 => Just(Predicate::Never),
        ]
    }

    fn test() -> impl Strategy<Value = Atom> {
        let some = (prop::collection::vec(predicate(), 0..3), any::<bool>())
            .prop_map(|(any_of, hit)| KeyTest::Some { any_of: any_of.into(), hit });
        let test = prop_oneof![8 => some, 1 => Just(KeyTest::Absent), 1 => Just(KeyTest::Several)];
        test.prop_map(|test| Atom::Key(KeyName::new("k"), test))
    }

    #[test]
    fn only_tests_with_the_text_between_wildcards_are_included() {
        let like = |pattern: &str| {
            let any_of = [Predicate::Text(Pattern::wildcard(pattern), CaseRule::Folded)].into();
            Atom::Key(KeyName::new("k"), KeyTest::Some { any_of, hit: true })
        };
        let mut index = TestIndex::default();
        for pattern in ["data/*w001*", "data/*w002*", "*xW001y*", "w0?01"] {
            index.push(&like(pattern));
        }
        index.push(&Atom::Key(KeyName::new("k"), KeyTest::Absent));
        assert_eq!(index.included(&like("*w001*")), Some(vec![0, 2, 4]));
        assert_eq!(index.included(&like("*none*")), Some(vec![4]));
        assert!(TestIndex::serves(&like("data/*w001*")));
        for other in ["data/*", "*/w001", "*w0*", "w001"] {
            assert!(!TestIndex::serves(&like(other)), "{other}");
            assert_eq!(index.included(&like(other)), None, "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn what_a_test_outside_of_its_texts_implies_is_among_the_included(
            tests in prop::collection::vec(test(), 1..12), cause in test(),
        ) {
            let mut index = TestIndex::default();
            for test in &tests {
                index.push(test);
            }
            let (Some(included), Atom::Key(_, KeyTest::Some { hit, .. })) =
                (index.included(&cause), &cause)
            else {
                return Ok(());
            };
            for (at, test) in tests.iter().enumerate() {
                let value = !*hit;
                if implied(&cause, value, test, Cardinality::Any).is_some() {
                    prop_assert!(included.contains(&at), "{test:?}");
                }
            }
        }
    }
}
