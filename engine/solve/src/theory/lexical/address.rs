//! Sets of IPv4 addresses as pattern sets: four numbers below 256 without leading zeros.

use super::of;
use crate::theory::addresses::AddressSet;
use crate::theory::pattern_set::{Class, Part, PatternSet};
use polsim_decide::text::CaseRule;

/// The number of branches up to which an address set becomes a pattern set.
const MAX_BRANCHES: usize = 4_000;

/// The texts of the IPv4 addresses of the set; `None` where that takes too large an automaton.
pub(crate) fn ipv4(set: &AddressSet) -> Option<PatternSet> {
    let mut branches = Vec::new();
    for (low, high) in set.ipv4_intervals() {
        for block in blocks(&low.octets(), &high.octets()) {
            let mut heads: Vec<Vec<Part<'_>>> = vec![Vec::new()];
            for (from, to) in block {
                if !heads.iter().all(Vec::is_empty) {
                    for head in &mut heads {
                        head.push(Part::Text(".", CaseRule::Exact));
                    }
                }
                heads = heads
                    .iter()
                    .flat_map(|head| {
                        octets(from, to).into_iter().map(move |tail| [head.clone(), tail].concat())
                    })
                    .collect();
            }
            branches.extend(heads);
            if branches.len() > MAX_BRANCHES {
                return None;
            }
        }
    }
    Some(of(&branches))
}

/// The interval from `low` to `high` as boxes: a range for each octet.
fn blocks(low: &[u8], high: &[u8]) -> Vec<Vec<(u8, u8)>> {
    let ([first, lows @ ..], [last, highs @ ..]) = (low, high) else { return vec![Vec::new()] };
    let after = |from: u8, to: u8, rest: Vec<Vec<(u8, u8)>>| {
        rest.into_iter().map(move |block| [vec![(from, to)], block].concat())
    };
    if first == last {
        return after(*first, *last, blocks(lows, highs)).collect();
    }
    let (zeros, ends) = (vec![0; lows.len()], vec![u8::MAX; lows.len()]);
    let mut found = Vec::new();
    let mut from = *first;
    let mut to = *last;
    if lows != zeros {
        found.extend(after(from, from, blocks(lows, &ends)));
        from = from.saturating_add(1);
    }
    if highs != ends {
        found.extend(after(to, to, blocks(&zeros, highs)));
        to = to.saturating_sub(1);
    }
    if from <= to {
        found.extend(after(from, to, blocks(&zeros, &ends)));
    }
    found
}

/// The numbers of a range of octets, by their digits.
fn octets(from: u8, to: u8) -> Vec<Vec<Part<'static>>> {
    const DIGITS: [(u8, u8); 5] = [(0, 9), (10, 99), (100, 199), (200, 249), (250, 255)];
    let mut found = Vec::new();
    for (low, high) in DIGITS {
        let (low, high) = (low.max(from), high.min(to));
        if low <= high {
            found.extend(by_tens(low, high));
        }
    }
    found
}

/// Numbers of equally many digits that differ in the last two digits at most.
fn by_tens(low: u8, high: u8) -> Vec<Vec<Part<'static>>> {
    let digits = |number: u8| -> Vec<char> { number.to_string().chars().collect() };
    let mut found = Vec::new();
    let mut from = low;
    loop {
        let ten_end = (from / 10).saturating_mul(10).saturating_add(9);
        // Whole tens at once, as long as they begin and end where tens do.
        let whole_tens = from.is_multiple_of(10) && from >= 10 && ten_end < high;
        let to = if whole_tens { last_of_tens(from, high) } else { ten_end.min(high) };
        let parts = digits(from)
            .into_iter()
            .zip(digits(to))
            .map(|(one, other)| Part::One(Class::Range(one, other)))
            .collect();
        found.push(parts);
        if to >= high {
            return found;
        }
        from = to.saturating_add(1);
    }
}

/// The last number before `high`, or it, that ends a ten of the same hundred as `from`.
fn last_of_tens(from: u8, high: u8) -> u8 {
    let mut to = (from / 10).saturating_mul(10).saturating_add(9);
    while let Some(next) = to.checked_add(10)
        && next <= high
        && next / 100 == from / 100
    {
        to = next;
    }
    to
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AddressSet, blocks, ipv4, octets, of};
    use polsim_decide::text::{AddressRange, parse_address};

    #[test]
    fn octets_are_written_without_leading_zeros() {
        for from in 0..=u8::MAX {
            for to in [from, from.saturating_add(1), from.saturating_add(37), u8::MAX] {
                let language = of(&octets(from, to));
                for number in 0..300_u16 {
                    let inside = (u16::from(from)..=u16::from(to)).contains(&number);
                    assert_eq!(language.contains(&number.to_string()), inside, "{from} {to}");
                }
                assert!(!language.contains("07") && !language.contains(""));
            }
        }
    }

    proptest! {
        #[test]
        fn blocks_make_up_the_interval(ends in any::<([u8; 4], [u8; 4])>(), point in any::<[u8; 4]>()) {
            let (low, high) = (ends.0.min(ends.1), ends.0.max(ends.1));
            let covering = blocks(&low, &high)
                .iter()
                .filter(|block| block.iter().zip(point).all(|((from, to), it)| (*from..=*to).contains(&it)))
                .count();
            prop_assert_eq!(covering, usize::from(low <= point && point <= high));
        }

        #[test]
        fn the_language_is_the_set(
            ranges in prop::collection::vec((any::<[u8; 4]>(), 0_u8..=32), 0..4),
            near in any::<prop::sample::Index>(),
            text in "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}",
        ) {
            let ranges: Vec<AddressRange> = ranges
                .iter()
                .map(|([a, b, c, d], length)| format!("{a}.{b}.{c}.{d}/{length}").parse().unwrap())
                .collect();
            let set = AddressSet::of_ranges(&ranges);
            let language = ipv4(&set).unwrap();
            let edge = ranges.get(near.index(ranges.len().max(1))).map(AddressRange::net);
            let edges = edge.iter().flat_map(|net| [net.network().to_string(), net.broadcast().to_string()]);
            for text in edges.chain([text]) {
                let expected = parse_address(&text).is_some_and(|address| set.contains(address));
                prop_assert_eq!(language.contains(&text), expected, "{}", text);
            }
        }
    }
}
