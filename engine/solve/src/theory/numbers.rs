//! The theory of numbers and instants: a value in all of some sets and in none of others.
//!
//! A set holds the values that a list of relations allows: everything below one bound, everything
//! above another, and single points. Membership changes at bounds only, so the bounds and a point
//! from each gap between them are all that has to be tried: bounds times literals, and exact.
//! Decimals are dense; instants are whole nanoseconds, as finer ones cannot be written
//! (policy language §3.6).

mod decimal;
mod instant;

use std::collections::BTreeSet;

use super::{Answer, conflict};
use polsim_check::budget::{Exhausted, Steps};
use polsim_decide::formula::Relation;

pub(crate) use instant::{epoch, seconds, write};

/// A kind of value on a line.
pub(crate) trait Point: Clone + Ord {
    /// The order of plausibility: less is better in a witness.
    type Looks: Ord;

    /// Values strictly between two, such that there is one among them if there is one at all;
    /// `None` stands for no bound.
    fn between(low: Option<&Self>, high: Option<&Self>) -> Vec<Self>;

    /// Plain values, to be tried first.
    fn plain() -> Vec<Self>;

    /// The plausibility of the value.
    fn looks(&self) -> Self::Looks;
}

/// The values that stand in one of some relations.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ValueSet<Value> {
    /// The bound below which every value is in the set; the flag includes the bound itself.
    below: Option<(Value, bool)>,
    /// The bound above which every value is in the set; the flag includes the bound itself.
    above: Option<(Value, bool)>,
    // INVARIANT: ascending.
    points: Vec<Value>,
}

/// A literal: a set, and the polarity of the value's membership.
pub(crate) type Literal<'a, Value> = (&'a ValueSet<Value>, bool);

/// A value that satisfies all literals: the most plausible of those that have to be tried.
pub(crate) fn find_value<Value: Point>(
    literals: &[Literal<'_, Value>],
    budget: &mut Steps,
) -> Answer<Value> {
    let all: Vec<usize> = (0..literals.len()).collect();
    let before = budget.left();
    let best =
        solutions(literals, &all, budget).map(|values| values.into_iter().min_by_key(Value::looks));
    match best {
        Ok(Some(value)) => Answer::Sat(value),
        Ok(None) => Answer::Unsat(conflict::minimise(all, before, budget, |some, budget| {
            solutions(literals, some, budget).map(|values| values.is_empty())
        })),
        Err(exhausted) => exhausted.into(),
    }
}

/// Values that satisfy the literals at the indices `some`: one at least from each part of the line
/// where there are any.
pub(crate) fn solutions<Value: Point>(
    literals: &[Literal<'_, Value>],
    some: &[usize],
    budget: &mut Steps,
) -> Result<Vec<Value>, Exhausted> {
    let chosen: Vec<Literal<'_, Value>> =
        some.iter().filter_map(|at| literals.get(*at).copied()).collect();
    let bounds: BTreeSet<&Value> = chosen.iter().flat_map(|(set, _)| set.bounds()).collect();
    let mut candidates = Value::plain();
    let mut low = None;
    for bound in bounds {
        candidates.extend(Value::between(low, Some(bound)));
        candidates.push(bound.clone());
        low = Some(bound);
    }
    candidates.extend(Value::between(low, None));
    let mut solutions = Vec::new();
    for value in candidates {
        budget.spend(chosen.len().saturating_add(1))?;
        if chosen.iter().all(|(set, positive)| set.contains(&value) == *positive) {
            solutions.push(value);
        }
    }
    Ok(solutions)
}

impl<Value: Point> ValueSet<Value> {
    /// The values that stand in one of `relations`.
    pub(crate) fn of_relations<'a>(
        relations: impl IntoIterator<Item = (Relation, &'a Value)>,
    ) -> Self
    where
        Value: 'a,
    {
        let mut set = Self { below: None, above: None, points: Vec::new() };
        for (relation, value) in relations {
            match relation {
                Relation::Equal => set.points.push(value.clone()),
                Relation::Greater => set.widen_above(value, false),
                Relation::GreaterOrEqual => set.widen_above(value, true),
                Relation::Less => set.widen_below(value, false),
                Relation::LessOrEqual => set.widen_below(value, true),
            }
        }
        set.points.sort_unstable();
        set.points.dedup();
        set
    }

    fn widen_above(&mut self, value: &Value, closed: bool) {
        let wider = self
            .above
            .as_ref()
            .is_none_or(|(bound, own)| value < bound || (value == bound && closed && !own));
        if wider {
            self.above = Some((value.clone(), closed));
        }
    }

    fn widen_below(&mut self, value: &Value, closed: bool) {
        let wider = self
            .below
            .as_ref()
            .is_none_or(|(bound, own)| value > bound || (value == bound && closed && !own));
        if wider {
            self.below = Some((value.clone(), closed));
        }
    }

    /// The image of the set under a map that keeps the order; `None` if the map fails for a bound.
    pub(crate) fn map<Other>(
        &self,
        change: impl Fn(&Value) -> Option<Other>,
    ) -> Option<ValueSet<Other>> {
        let bound = |end: &Option<(Value, bool)>| match end {
            Some((value, closed)) => Some(Some((change(value)?, *closed))),
            None => Some(None),
        };
        Some(ValueSet {
            below: bound(&self.below)?,
            above: bound(&self.above)?,
            points: self.points.iter().map(&change).collect::<Option<_>>()?,
        })
    }

    /// The bound below which every value is in the set; the flag includes the bound itself.
    pub(crate) fn below(&self) -> Option<(&Value, bool)> {
        self.below.as_ref().map(|(bound, closed)| (bound, *closed))
    }

    /// The bound above which every value is in the set; the flag includes the bound itself.
    pub(crate) fn above(&self) -> Option<(&Value, bool)> {
        self.above.as_ref().map(|(bound, closed)| (bound, *closed))
    }

    /// The single values of the set.
    pub(crate) fn points(&self) -> &[Value] {
        &self.points
    }

    /// Tests for membership of `value`.
    pub(crate) fn contains(&self, value: &Value) -> bool {
        self.below
            .as_ref()
            .is_some_and(|(bound, closed)| value < bound || (*closed && value == bound))
            || self
                .above
                .as_ref()
                .is_some_and(|(bound, closed)| value > bound || (*closed && value == bound))
            || self.points.binary_search(value).is_ok()
    }

    fn bounds(&self) -> impl Iterator<Item = &Value> {
        let ends = self.below.iter().chain(&self.above).map(|(bound, _)| bound);
        ends.chain(&self.points)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Answer, Point, Steps, ValueSet, find_value, write};
    use polsim_decide::formula::Relation;
    use polsim_decide::text::{Decimal, Instant};

    const RELATIONS: [Relation; 5] = [
        Relation::Equal,
        Relation::Greater,
        Relation::GreaterOrEqual,
        Relation::Less,
        Relation::LessOrEqual,
    ];

    fn ask<Value: Point>(sets: &[(Vec<(Relation, Value)>, bool)]) -> Answer<Value> {
        let sets: Vec<(ValueSet<Value>, bool)> = sets
            .iter()
            .map(|(it, sign)| (ValueSet::of_relations(it.iter().map(|(r, v)| (*r, v))), *sign))
            .collect();
        let literals: Vec<_> = sets.iter().map(|(set, sign)| (set, *sign)).collect();
        find_value(&literals, &mut Steps::new(1_000_000))
    }

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn whole_numbers_come_before_fractions() {
        let between = |low: &str, high: &str| {
            ask(&[
                (vec![(Relation::Greater, number(low))], true),
                (vec![(Relation::Less, number(high))], true),
            ])
        };
        assert_eq!(between("3", "9"), Answer::Sat(number("4")));
        assert_eq!(between("3", "4"), Answer::Sat(number("3.1")));
        assert_eq!(between("0.09", "0.1"), Answer::Sat(number("0.091")));
        assert_eq!(between("-4", "-3"), Answer::Sat(number("-3.9")));
        assert_eq!(between("4", "4"), Answer::Unsat(vec![0, 1]));
        assert_eq!(between("999", "1000.5"), Answer::Sat(number("1000")));
    }

    #[test]
    fn instants_are_whole_nanoseconds() {
        let between = |low: &str, high: &str| {
            ask::<Instant>(&[
                (vec![(Relation::Greater, low.parse().unwrap())], true),
                (vec![(Relation::Less, high.parse().unwrap())], true),
            ])
        };
        let gap = between("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000001Z");
        assert_eq!(gap, Answer::Unsat(vec![0, 1]));
        let Answer::Sat(one) = between("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000002Z")
        else {
            panic!("there is one")
        };
        assert_eq!(write(one).as_deref(), Some("2026-01-01T00:00:00.000000001Z"));
    }

    #[test]
    fn the_first_and_the_last_instant_can_be_written() {
        let last: Instant = "9223372036854775807".parse().unwrap();
        let later = vec![(Relation::Greater, last)];
        assert_eq!(ask(&[(later, true)]), Answer::Unsat(vec![0]));
        assert_eq!(write(last).as_deref(), Some("9223372036854775807"));
        let first: Instant = "0000-01-01T00:00:00+23:59".parse().unwrap();
        assert_eq!(write(first).map(|text| text.parse()), Some(Ok(first)));
        assert_eq!(ask(&[(vec![(Relation::Less, first)], true)]), Answer::Unsat(vec![0]));
    }

    proptest! {
        #[test]
        fn decimals_agree_with_brute_force(
            sets in prop::collection::vec(
                (prop::collection::vec((0_usize..5, -3_i32..4), 0..3), any::<bool>()), 1..6,
            ),
        ) {
            let sets: Vec<(Vec<(Relation, Decimal)>, bool)> = sets
                .iter()
                .map(|(it, sign)| {
                    let read = |(at, value): &(usize, i32)| {
                        (RELATIONS[*at], number(&value.to_string()))
                    };
                    (it.iter().map(read).collect(), *sign)
                })
                .collect();
            let good = |value: &Decimal, some: &[usize]| some.iter().all(|at| {
                let (relations, sign) = &sets[*at];
                relations.iter().any(|(it, bound)| it.holds(value.cmp(bound))) == *sign
            });
            match ask(&sets) {
                Answer::Sat(value) => {
                    prop_assert!(good(&value, &(0..sets.len()).collect::<Vec<_>>()), "{value}");
                }
                Answer::Unsat(core) => {
                    for halves in -10..=10_i32 {
                        let sign = if halves < 0 { "-" } else { "" };
                        let (whole, half) = (halves.abs() / 2, if halves % 2 == 0 { 0 } else { 5 });
                        let value = number(&format!("{sign}{whole}.{half}"));
                        prop_assert!(!good(&value, &core), "{value}");
                    }
                }
                Answer::Unknown(reason) => prop_assert!(false, "{reason:?}"),
            }
        }

        #[test]
        fn a_point_between_lies_between(
            low in "-?[0-9]{1,4}(\\.[0-9]{1,4})?", high in "-?[0-9]{1,4}(\\.[0-9]{1,4})?",
        ) {
            let (low, high) = (number(&low), number(&high));
            let (low, high) = (low.clone().min(high.clone()), low.max(high));
            let between = Decimal::between(Some(&low), Some(&high));
            prop_assert!(between.iter().all(|it| low < *it && *it < high));
            prop_assert_eq!(between.is_empty(), low == high);
            prop_assert!(Decimal::between(None, Some(&low)).iter().all(|it| *it < low));
            prop_assert!(Decimal::between(Some(&high), None).iter().all(|it| high < *it));
        }

        #[test]
        fn a_written_instant_reads_back(seconds in any::<i64>(), nanoseconds in 0..1_000_000_000_u32) {
            let instant = Instant { seconds, nanoseconds };
            if let Some(text) = write(instant) {
                prop_assert_eq!(text.parse(), Ok(instant));
            }
        }

        #[test]
        fn every_instant_of_four_digit_years_can_be_written(
            seconds in -62_167_305_540..=253_402_300_799_i64, nanoseconds in 0..1_000_000_000_u32,
        ) {
            let instant = Instant { seconds, nanoseconds };
            prop_assert_eq!(write(instant).map(|text| text.parse()), Some(Ok(instant)));
        }
    }
}
