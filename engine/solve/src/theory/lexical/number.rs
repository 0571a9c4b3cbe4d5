//! Sets of decimals as pattern sets, by the position of the first digit that differs from a bound's.

use super::{DIGIT, of};
use crate::theory::numbers::ValueSet;
use crate::theory::pattern_set::{Class, Part, PatternSet};
use polsim_decide::text::{CaseRule, Decimal};

type Parts = Vec<Part<'static>>;

/// The texts of all numbers, in every spelling.
pub(crate) fn any_number() -> PatternSet {
    let any = any_magnitude();
    of(&signed(&["", "+", "-"], &any))
}

/// The texts of the numbers of the set, in every spelling.
pub(crate) fn numbers(set: &ValueSet<Decimal>) -> PatternSet {
    let mut branches = Vec::new();
    if let Some((bound, closed)) = set.below() {
        branches.extend(below(bound));
        if closed {
            branches.extend(equal(bound));
        }
    }
    if let Some((bound, closed)) = set.above() {
        branches.extend(above(bound));
        if closed {
            branches.extend(equal(bound));
        }
    }
    branches.extend(set.points().iter().flat_map(equal));
    of(&branches)
}

fn equal(bound: &Decimal) -> Vec<Parts> {
    let signs: &[&'static str] = match (bound.is_negative(), is_zero(bound)) {
        (true, _) => &["-"],
        (false, true) => &["", "+", "-"],
        (false, false) => &["", "+"],
    };
    signed(signs, &same_magnitude(bound))
}

fn above(bound: &Decimal) -> Vec<Parts> {
    if bound.is_negative() {
        let positive = signed(&["", "+"], &any_magnitude());
        return [positive, signed(&["-"], &less_magnitude(bound))].concat();
    }
    signed(&["", "+"], &greater_magnitude(bound))
}

fn below(bound: &Decimal) -> Vec<Parts> {
    if bound.is_negative() || is_zero(bound) {
        return signed(&["-"], &greater_magnitude(bound));
    }
    let negative = signed(&["-"], &any_magnitude());
    [negative, signed(&["", "+"], &less_magnitude(bound))].concat()
}

fn is_zero(bound: &Decimal) -> bool {
    bound.whole_digits().is_empty() && bound.fraction_digits().is_empty()
}

fn signed(signs: &[&'static str], magnitudes: &[Parts]) -> Vec<Parts> {
    let sign = |sign| std::iter::once(Part::Text(sign, CaseRule::Exact));
    signs
        .iter()
        .flat_map(|text| magnitudes.iter().map(|it| sign(text).chain(it.iter().cloned()).collect()))
        .collect()
}

fn any_magnitude() -> Vec<Parts> {
    with_any_fraction(vec![Part::One(DIGIT), Part::Star(DIGIT)])
}

/// The magnitude of the bound with any zeros around it.
fn same_magnitude(bound: &Decimal) -> Vec<Parts> {
    let mut exact = same_whole(bound);
    if bound.fraction_digits().is_empty() {
        let zeros = [digit('0'), Part::Star(ZERO)];
        let with_zeros = exact.iter().cloned().chain([point()]).chain(zeros).collect();
        return vec![exact, with_zeros];
    }
    exact.push(point());
    exact.extend(bound.fraction_digits().chars().map(digit));
    exact.push(Part::Star(ZERO));
    vec![exact]
}

fn greater_magnitude(bound: &Decimal) -> Vec<Parts> {
    let length = bound.whole_digits().len();
    // More digits before the point.
    let mut longer = vec![Part::Star(ZERO), Part::One(Class::Range('1', '9'))];
    longer.extend(vec![Part::One(DIGIT); length]);
    longer.push(Part::Star(DIGIT));
    let mut branches = with_any_fraction(longer);
    branches.extend(other_whole(bound, |own| Some((next(own)?, '9'))));
    branches.extend(other_fraction(bound, |own| Some((next(own)?, '9'))));
    // The same digits, and more of them.
    let mut more = same_whole(bound);
    more.push(point());
    more.extend(bound.fraction_digits().chars().map(digit));
    more.extend([Part::Star(ZERO), Part::One(Class::Range('1', '9')), Part::Star(DIGIT)]);
    branches.push(more);
    branches
}

fn less_magnitude(bound: &Decimal) -> Vec<Parts> {
    let mut branches = Vec::new();
    // Fewer digits before the point.
    for length in 1..bound.whole_digits().len() {
        let mut shorter = vec![Part::Star(ZERO)];
        shorter.extend(vec![Part::One(DIGIT); length]);
        branches.extend(with_any_fraction(shorter));
    }
    branches.extend(other_whole(bound, |own| Some(('0', previous(own)?))));
    branches.extend(other_fraction(bound, |own| Some(('0', previous(own)?))));
    // The same digits, and fewer of them: the last one is no zero.
    let fraction: Vec<char> = bound.fraction_digits().chars().collect();
    for count in 0..fraction.len() {
        let mut fewer = same_whole(bound);
        if count > 0 {
            fewer.push(point());
        }
        fewer.extend(fraction.iter().take(count).copied().map(digit));
        branches.push(fewer);
    }
    branches
}

/// Numbers with as many digits before the point as the bound, the first that differs within the
/// range that `range` gives for the bound's.
fn other_whole(bound: &Decimal, range: impl Fn(char) -> Option<(char, char)>) -> Vec<Parts> {
    let whole: Vec<char> = bound.whole_digits().chars().collect();
    let mut branches = Vec::new();
    for (at, own) in whole.iter().enumerate() {
        let Some((from, to)) = range(*own) else { continue };
        let mut parts = vec![Part::Star(ZERO)];
        parts.extend(whole.iter().take(at).copied().map(digit));
        parts.push(Part::One(Class::Range(from, to)));
        parts.extend(whole.iter().skip(at).skip(1).map(|_| Part::One(DIGIT)));
        branches.extend(with_any_fraction(parts));
    }
    branches
}

/// Numbers with the bound's digits before the point, and behind it the first that differs within
/// the range that `range` gives for the bound's.
fn other_fraction(bound: &Decimal, range: impl Fn(char) -> Option<(char, char)>) -> Vec<Parts> {
    let fraction: Vec<char> = bound.fraction_digits().chars().collect();
    let mut branches = Vec::new();
    for (at, own) in fraction.iter().enumerate() {
        let Some((from, to)) = range(*own) else { continue };
        let mut parts = same_whole(bound);
        parts.push(point());
        parts.extend(fraction.iter().take(at).copied().map(digit));
        parts.extend([Part::One(Class::Range(from, to)), Part::Star(DIGIT)]);
        branches.push(parts);
    }
    branches
}

fn same_whole(bound: &Decimal) -> Parts {
    match bound.whole_digits() {
        "" => vec![digit('0'), Part::Star(ZERO)],
        whole => std::iter::once(Part::Star(ZERO)).chain(whole.chars().map(digit)).collect(),
    }
}

fn with_any_fraction(whole: Parts) -> Vec<Parts> {
    let fraction = [point(), Part::One(DIGIT), Part::Star(DIGIT)];
    let with_fraction = whole.iter().cloned().chain(fraction).collect();
    vec![whole, with_fraction]
}

fn digit(c: char) -> Part<'static> {
    Part::One(Class::Range(c, c))
}

fn point() -> Part<'static> {
    Part::Text(".", CaseRule::Exact)
}

fn next(own: char) -> Option<char> {
    own.to_digit(10)?.checked_add(1).and_then(|value| char::from_digit(value, 10))
}

fn previous(own: char) -> Option<char> {
    own.to_digit(10)?.checked_sub(1).and_then(|value| char::from_digit(value, 10))
}

const ZERO: Class = Class::Range('0', '0');

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ValueSet, numbers};
    use polsim_decide::formula::Relation;
    use polsim_decide::text::Decimal;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn the_language_is_the_set(
            relations in prop::collection::vec(
                (0_usize..5, "-?(0|[1-9][0-9]{0,2})(\\.[0-9]{1,3})?"), 0..3,
            ),
            text in "[-+]?0{0,2}[0-9]{0,4}(\\.[0-9]{0,4})?",
        ) {
            let all = [
                Relation::Equal,
                Relation::Greater,
                Relation::GreaterOrEqual,
                Relation::Less,
                Relation::LessOrEqual,
            ];
            let relations: Vec<(Relation, Decimal)> =
                relations.iter().map(|(at, bound)| (all[*at], bound.parse().unwrap())).collect();
            let set = ValueSet::of_relations(relations.iter().map(|(it, bound)| (*it, bound)));
            let language = numbers(&set);
            // The text at hand, and each bound in other spellings.
            let bounds = relations.iter().flat_map(|(_, bound)| {
                let plain = bound.to_string();
                [format!("{plain}.0"), format!("{plain}0"), format!("0{plain}"), plain]
            });
            for text in bounds.chain([text]) {
                let expected = text.parse().is_ok_and(|value: Decimal| set.contains(&value));
                prop_assert_eq!(language.contains(&text), expected, "{}", text);
            }
        }
    }
}
