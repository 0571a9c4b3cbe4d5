//! The theory of context keys: values that pass some tests and fail others.
//!
//! A key has any number of values; none is the same as absent (policy language §3.1). A test asks
//! for a value that hits one of some predicates, for one that misses them all, for the number of
//! values, or for blankness; a failing test demands the opposite of *every* value. The question is
//! split by the number of values: none; one that meets everything; or one for each wanted value,
//! each within the demands on all. Each of these is a question about one value ([`value`]).
//!
//! Exact for predicates of one kind, and for mixtures where a value of the typed kind, or a text,
//! settles the matter; else [`Unknown::Mixture`](super::Unknown). Cost: as many questions about one
//! value as there are wanted values, and one more.

mod alternatives;
mod regions;
#[cfg(test)]
pub(crate) mod samples;
mod value;

use super::pattern_set::HasVariable;
use super::{Answer, Unknown, conflict};
use alternatives::Alternatives;
use polsim_check::budget::Steps;
use polsim_check::key_shape::KeyShape;
use polsim_decide::formula::KeyTest;
use value::Demands;

/// A test of a key, prepared for many queries.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    kind: TestKind,
}

#[derive(Clone, Debug)]
enum TestKind {
    Absent,
    Blank,
    Several,
    Some(Box<Alternatives>, bool),
    HasVariable,
}

/// A literal: a test, and whether it has to pass.
pub(crate) type Literal<'t> = (&'t Test, bool);

impl Test {
    /// Prepares `test` for queries.
    pub(crate) fn new(test: &KeyTest) -> Self {
        let kind = match test {
            KeyTest::Absent => TestKind::Absent,
            KeyTest::Blank => TestKind::Blank,
            KeyTest::Several => TestKind::Several,
            KeyTest::Some { any_of, hit } => match Alternatives::new(any_of) {
                Ok(alternatives) => TestKind::Some(Box::new(alternatives), *hit),
                Err(HasVariable) => TestKind::HasVariable,
            },
        };
        Self { kind }
    }
}

/// Values of a key of this shape that satisfy all literals; no values if the key may be absent.
/// Those of `hints`, the caller's favourites, that do are preferred.
pub(crate) fn find_values(
    literals: &[Literal<'_>],
    shape: KeyShape,
    hints: &[&str],
    budget: &mut Steps,
) -> Answer<Vec<String>> {
    let all: Vec<usize> = (0..literals.len()).collect();
    let before = budget.left();
    match decide(literals, &all, shape, hints, budget) {
        Answer::Unsat(core) => {
            let contradicts = |some: &[usize], budget: &mut Steps| match decide(
                literals,
                some,
                shape,
                &[],
                budget,
            ) {
                Answer::Unsat(_) => Ok(true),
                Answer::Sat(_) => Ok(false),
                Answer::Unknown(_) => Err(polsim_check::budget::Exhausted),
            };
            Answer::Unsat(conflict::minimise(core, before, budget, contradicts))
        }
        answer => answer,
    }
}

/// The literals of a question, sorted by their demand.
#[derive(Default)]
struct Sorted<'t> {
    /// Literals that demand a value at least.
    present: Vec<usize>,
    /// Literals that demand two values at least.
    several: Vec<usize>,
    /// Literals that demand that there are not two.
    not_several: Vec<usize>,
    /// Literals that demand that there is no value.
    absent: Vec<usize>,
    /// Literals that demand absence or the empty text alone.
    blank: Vec<usize>,
    /// Literals that demand neither absence nor the empty text alone.
    not_blank: Vec<usize>,
    /// Literals that demand a value: it hits, or misses, these.
    some: Vec<(usize, &'t Alternatives, bool)>,
    /// Literals that demand of all values: they hit, or miss, these.
    every: Vec<(usize, &'t Alternatives, bool)>,
}

fn decide(
    literals: &[Literal<'_>],
    chosen: &[usize],
    shape: KeyShape,
    hints: &[&str],
    budget: &mut Steps,
) -> Answer<Vec<String>> {
    let mut sorted = Sorted::default();
    for (at, (test, positive)) in chosen.iter().filter_map(|at| Some((*at, literals.get(*at)?))) {
        match (&test.kind, *positive) {
            (TestKind::Absent, true) => sorted.absent.push(at),
            (TestKind::Absent, false) => sorted.present.push(at),
            (TestKind::Blank, true) => sorted.blank.push(at),
            (TestKind::Blank, false) => sorted.not_blank.push(at),
            (TestKind::Several, true) => sorted.several.push(at),
            (TestKind::Several, false) => sorted.not_several.push(at),
            (TestKind::Some(alternatives, hit), true) => {
                sorted.some.push((at, alternatives, *hit));
            }
            (TestKind::Some(alternatives, hit), false) => {
                sorted.every.push((at, alternatives, !*hit));
            }
            (TestKind::HasVariable, _) => return Answer::Unknown(Unknown::Variable(at)),
        }
    }
    let mut core = Vec::new();
    let mut unknown = None;
    for count in [Count::None, Count::One, Count::Many] {
        match sorted.with(count, shape, hints, budget) {
            Answer::Sat(values) => return Answer::Sat(values),
            Answer::Unsat(some) => core.extend(some),
            Answer::Unknown(Unknown::Budget) => return Answer::Unknown(Unknown::Budget),
            Answer::Unknown(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or_else(|| Answer::Unsat(core), Answer::Unknown)
}

/// The number of values that an attempt is made with.
#[derive(Clone, Copy)]
enum Count {
    None,
    One,
    Many,
}

impl Sorted<'_> {
    fn with(
        &self,
        count: Count,
        shape: KeyShape,
        hints: &[&str],
        budget: &mut Steps,
    ) -> Answer<Vec<String>> {
        match count {
            Count::None => {
                let some = self.some.first().map(|(at, _, _)| at);
                let against = self.present.first().or(self.several.first());
                match against.or(self.not_blank.first()).or(some) {
                    Some(at) => Answer::Unsat(vec![*at]),
                    None => Answer::Sat(Vec::new()),
                }
            }
            Count::One => match self.absent.first().or(self.several.first()) {
                Some(at) => Answer::Unsat(vec![*at]),
                None => self.one(shape, hints, budget),
            },
            Count::Many => {
                let against = self.absent.first().or(self.not_several.first());
                match against.or(self.blank.first()) {
                    Some(at) => Answer::Unsat(vec![*at]),
                    None if shape.single => Answer::Unsat(Vec::new()),
                    None => self.many(shape, hints, budget),
                }
            }
        }
    }

    /// The question for one value that meets all demands.
    fn one(&self, shape: KeyShape, hints: &[&str], budget: &mut Steps) -> Answer<Vec<String>> {
        let mut demands = Demands::new(shape.values, hints);
        for (at, alternatives, hit) in self.some.iter().chain(&self.every) {
            demands.add(*at, alternatives, *hit);
        }
        for at in &self.blank {
            demands.add_empty(*at, true);
        }
        for at in &self.not_blank {
            demands.add_empty(*at, false);
        }
        demands.find(budget).map(|value| vec![value])
    }

    /// The question for a value for each demand, two at least.
    fn many(&self, shape: KeyShape, hints: &[&str], budget: &mut Steps) -> Answer<Vec<String>> {
        let mut wanted: Vec<Option<&(usize, &Alternatives, bool)>> =
            self.some.iter().map(Some).collect();
        wanted.resize(wanted.len().max(2), None);
        let mut values: Vec<String> = Vec::new();
        for want in wanted {
            let mut demands = Demands::new(shape.values, hints);
            for (at, alternatives, hit) in want.into_iter().chain(&self.every) {
                demands.add(*at, alternatives, *hit);
            }
            // Another value than those there are, if that is possible.
            let mut other = demands.clone();
            for value in &values {
                other.exclude(value);
            }
            let answer = match other.find(budget) {
                Answer::Sat(value) => Answer::Sat(value),
                Answer::Unknown(Unknown::Budget) => Answer::Unknown(Unknown::Budget),
                _ => demands.find(budget),
            };
            match answer {
                Answer::Sat(value) => values.push(value),
                Answer::Unsat(core) => return Answer::Unsat(core),
                Answer::Unknown(reason) => return Answer::Unknown(reason),
            }
        }
        Answer::Sat(values)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::samples::{shape, tests};
    use super::{Answer, KeyShape, Steps, Test, Unknown, find_values};
    use polsim_check::key_shape::ValueType;
    use polsim_decide::formula::{KeyTest, Predicate};
    use polsim_decide::text::{CaseRule, NoVariables, Pattern};

    fn ask(tests: &[(KeyTest, bool)], shape: KeyShape) -> Answer<Vec<String>> {
        let prepared: Vec<(Test, bool)> =
            tests.iter().map(|(test, sign)| (Test::new(test), *sign)).collect();
        let literals: Vec<_> = prepared.iter().map(|(test, sign)| (test, *sign)).collect();
        find_values(&literals, shape, &[], &mut Steps::new(10_000_000))
    }

    /// Values that tell the predicates of [`predicate`] apart.
    const POOL: [&str; 32] = [
        "",
        "a",
        "b",
        "ab",
        "ba",
        "x",
        "t",
        "true",
        "True",
        "false",
        "1",
        "5",
        "5.0",
        "05",
        "5.5",
        "0",
        "-2",
        "-3",
        "3",
        "6",
        "100",
        "2026-01-01",
        "2027-05-05",
        "1970-01-01T00:00:05Z",
        "10.0.0.5",
        "10.0.1.5",
        "9.9.9.9",
        "2001:db8::1",
        "::1",
        "a:b:c:d:e:x",
        "YQ==",
        "123456789012",
    ];

    /// No service fills in one value twice, so a request with one would look made up.
    #[test]
    fn several_values_differ_where_they_can() {
        let shape = KeyShape { values: ValueType::Text, single: false };
        let several = (KeyTest::Several, true);
        let Answer::Sat(values) = ask(std::slice::from_ref(&several), shape) else {
            panic!("a key may have several values")
        };
        assert_eq!(values.len(), 2);
        assert_ne!(values[0], values[1]);
        // No value but `a`: then two of them are all that is left.
        let a = Predicate::Text(Pattern::literal("a"), CaseRule::Exact);
        let another = (KeyTest::Some { any_of: [a].into(), hit: false }, false);
        let Answer::Sat(values) = ask(&[several, another], shape) else {
            panic!("values are counted, not what is different in them")
        };
        assert_eq!(values, ["a", "a"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn agrees_with_brute_force((mixed, tests) in tests(), shape in shape()) {
            let passes = |values: &[Box<str>], some: &[usize]| some.iter().all(|at| {
                let (test, sign) = &tests[*at];
                test.test(values, &NoVariables) == *sign
            });
            let pool: Vec<Box<str>> = POOL
                .iter()
                .filter(|value| shape.values.admits(value))
                .map(|value| Box::from(*value))
                .collect();
            let mut worlds = vec![Vec::new()];
            worlds.extend(pool.iter().map(|one| vec![one.clone()]));
            if !shape.single {
                for one in &pool {
                    worlds.extend(pool.iter().map(|two| vec![one.clone(), two.clone()]));
                }
            }
            let all: Vec<usize> = (0..tests.len()).collect();
            match ask(&tests, shape) {
                Answer::Sat(values) => {
                    let values: Vec<Box<str>> = values.into_iter().map(Box::from).collect();
                    prop_assert!(values.iter().all(|value| shape.values.admits(value)));
                    prop_assert!(!shape.single || values.len() < 2);
                    prop_assert!(passes(&values, &all), "{values:?}");
                }
                Answer::Unsat(core) => {
                    prop_assert_eq!(worlds.iter().find(|values| passes(values, &core)), None);
                }
                Answer::Unknown(reason) => {
                    let typed = !matches!(shape.values, ValueType::Text);
                    prop_assert!(mixed || typed, "{reason:?}");
                    prop_assert!(matches!(reason, Unknown::Mixture(..)));
                }
            }
        }
    }
}
