//! The theory of addresses: an IP address in all of some sets and in none of others.
//!
//! A set is a list of intervals, one family after the other; families share no address
//! (policy language §3.8). The question is one intersection and one subtraction of sorted lists:
//! n log n in the number of ranges, and exact.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Answer, conflict};
use polsim_check::budget::{Exhausted, Steps};
use polsim_decide::text::AddressRange;

/// A set of addresses of both families.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AddressSet {
    // INVARIANT: ascending, and neither overlapping nor touching within a family.
    intervals: Vec<Interval>,
}

/// The addresses of one family from `low` to `high`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Interval {
    family: Family,
    low: u128,
    high: u128,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Family {
    V4,
    V6,
}

/// A literal: a set, and the polarity of the address's membership.
pub(crate) type Literal<'a> = (&'a AddressSet, bool);

/// An address that satisfies all literals, from a documentation range where one will do.
pub(crate) fn find_address(literals: &[Literal<'_>], budget: &mut Steps) -> Answer<IpAddr> {
    let all: Vec<usize> = (0..literals.len()).collect();
    let before = budget.left();
    match solutions(literals, &all, budget) {
        Ok(set) => match set.pick() {
            Some(address) => Answer::Sat(address),
            None => Answer::Unsat(conflict::minimise(all, before, budget, |some, budget| {
                solutions(literals, some, budget).map(|set| set.intervals.is_empty())
            })),
        },
        Err(exhausted) => exhausted.into(),
    }
}

/// The set of addresses that satisfy the literals at the indices `some`.
pub(super) fn solutions(
    literals: &[Literal<'_>],
    some: &[usize],
    budget: &mut Steps,
) -> Result<AddressSet, Exhausted> {
    let mut set = AddressSet::all();
    let mut excluded = Vec::new();
    for (other, positive) in some.iter().filter_map(|at| literals.get(*at)) {
        budget.spend(other.intervals.len().saturating_add(1))?;
        if *positive {
            budget.spend(set.intervals.len())?;
            set = set.and(other);
        } else {
            excluded.extend_from_slice(&other.intervals);
        }
    }
    Ok(set.and_not(&AddressSet::of_intervals(excluded)))
}

impl AddressSet {
    /// The set of all addresses of both families.
    pub(crate) fn all() -> Self {
        Self { intervals: vec![Family::V4.whole(), Family::V6.whole()] }
    }

    /// The addresses of any of `ranges`.
    pub(crate) fn of_ranges<'a>(ranges: impl IntoIterator<Item = &'a AddressRange>) -> Self {
        Self::of_intervals(ranges.into_iter().map(Interval::of_range).collect())
    }

    fn of_intervals(mut intervals: Vec<Interval>) -> Self {
        intervals.sort_unstable();
        let mut merged: Vec<Interval> = Vec::with_capacity(intervals.len());
        for next in intervals {
            match merged.last_mut() {
                Some(last)
                    if last.family == next.family && next.low <= last.high.saturating_add(1) =>
                {
                    last.high = last.high.max(next.high);
                }
                _ => merged.push(next),
            }
        }
        Self { intervals: merged }
    }

    /// The intersection with `other`.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let (mut left, mut right) =
            (self.intervals.iter().peekable(), other.intervals.iter().peekable());
        let mut intervals = Vec::new();
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            intervals.extend(one.and(two));
            if (one.family, one.high) <= (two.family, two.high) {
                left.next();
            } else {
                right.next();
            }
        }
        Self { intervals }
    }

    /// The difference to `other`.
    pub(crate) fn and_not(&self, other: &Self) -> Self {
        self.and(&other.complement())
    }

    fn complement(&self) -> Self {
        let mut intervals = Vec::new();
        for family in [Family::V4, Family::V6] {
            let whole = family.whole();
            let mut low = Some(whole.low);
            for interval in self.intervals.iter().filter(|it| it.family == family) {
                if let Some(from) = low
                    && let Some(high) = interval.low.checked_sub(1)
                    && from <= high
                {
                    intervals.push(Interval { family, low: from, high });
                }
                low = interval.high.checked_add(1).filter(|low| *low <= whole.high);
            }
            if let Some(low) = low {
                intervals.push(Interval { low, ..whole });
            }
        }
        Self { intervals }
    }

    /// The intervals of IPv4 addresses of the set, by first and last address.
    pub(crate) fn ipv4_intervals(&self) -> impl Iterator<Item = (Ipv4Addr, Ipv4Addr)> {
        let address = |point| Ipv4Addr::from_bits(u32::try_from(point).unwrap_or(u32::MAX));
        self.intervals
            .iter()
            .filter(|interval| interval.family == Family::V4)
            .map(move |interval| (address(interval.low), address(interval.high)))
    }

    /// Tests for a set with IPv6 addresses.
    pub(crate) fn has_ipv6(&self) -> bool {
        self.intervals.iter().any(|interval| interval.family == Family::V6)
    }

    /// Tests for membership of `address`.
    #[cfg(test)]
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let point = Interval::of_address(address);
        self.intervals.iter().any(|interval| interval.and(&point).is_some())
    }

    /// The most plausible address of the set: in a documentation range, else public, else private,
    /// and not at an edge.
    pub(crate) fn pick(&self) -> Option<IpAddr> {
        PREFERRED
            .iter()
            .filter_map(|text| text.parse::<AddressRange>().ok())
            .flat_map(|range| self.and(&Self::of_ranges([&range])).intervals)
            .chain(self.intervals.iter().copied())
            .next()
            .map(Interval::inner)
    }
}

/// The ranges in which witnesses are looked for first: documentation (RFC 5737, RFC 3849), then
/// public space, then private networks (RFC 1918, RFC 6598, RFC 4193).
const PREFERRED: [&str; 20] = [
    "203.0.113.0/24",
    "198.51.100.0/24",
    "192.0.2.0/24",
    "2001:db8::/32",
    "16.0.0.0/4",
    "32.0.0.0/3",
    "64.0.0.0/3",
    "128.0.0.0/3",
    "11.0.0.0/8",
    "12.0.0.0/6",
    "1.0.0.0/8",
    "2.0.0.0/7",
    "4.0.0.0/6",
    "8.0.0.0/7",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "2000::/3",
    "fc00::/7",
];

impl Family {
    fn whole(self) -> Interval {
        let high = match self {
            Self::V4 => u128::from(u32::MAX),
            Self::V6 => u128::MAX,
        };
        Interval { family: self, low: 0, high }
    }
}

impl Interval {
    fn of_range(range: &AddressRange) -> Self {
        let (net, family_of) = (range.net(), Self::of_address);
        let (first, last) = (family_of(net.network()), family_of(net.broadcast()));
        Self { high: last.high, ..first }
    }

    fn of_address(address: IpAddr) -> Self {
        let (family, point) = match address {
            IpAddr::V4(address) => (Family::V4, u128::from(address.to_bits())),
            IpAddr::V6(address) => (Family::V6, address.to_bits()),
        };
        Self { family, low: point, high: point }
    }

    fn and(&self, other: &Self) -> Option<Self> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        (self.family == other.family && low <= high).then_some(Self {
            family: self.family,
            low,
            high,
        })
    }

    /// An address that is not at the edge, if there is one.
    fn inner(self) -> IpAddr {
        let half = self.high.saturating_sub(self.low) / 2;
        let point = self.low.saturating_add(half.min(10));
        match self.family {
            Family::V4 => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(point).unwrap_or(u32::MAX))),
            Family::V6 => IpAddr::V6(Ipv6Addr::from_bits(point)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AddressSet, Answer, Steps, find_address};
    use polsim_decide::text::{AddressRange, parse_address};

    fn set(ranges: &[&str]) -> AddressSet {
        let ranges: Vec<AddressRange> = ranges.iter().map(|it| it.parse().unwrap()).collect();
        AddressSet::of_ranges(&ranges)
    }

    fn ask(sets: &[(&[&str], bool)]) -> Answer<String> {
        let sets: Vec<(AddressSet, bool)> =
            sets.iter().map(|(ranges, sign)| (set(ranges), *sign)).collect();
        let literals: Vec<_> = sets.iter().map(|(set, sign)| (set, *sign)).collect();
        find_address(&literals, &mut Steps::new(100_000)).map(|address| address.to_string())
    }

    fn found(address: &str) -> Answer<String> {
        Answer::Sat(address.to_owned())
    }

    #[test]
    fn found_addresses_look_real() {
        assert_eq!(ask(&[]), found("203.0.113.10"));
        assert_eq!(ask(&[(&["203.0.113.0/24"], false)]), found("198.51.100.10"));
        assert_eq!(ask(&[(&["0.0.0.0/0"], false)]), found("2001:db8::a"));
        assert_eq!(ask(&[(&["10.0.0.0/8"], true)]), found("10.0.0.10"));
        assert_eq!(ask(&[(&["10.0.0.0/8"], true), (&["10.0.0.0/9"], false)]), found("10.128.0.10"));
        assert_eq!(ask(&[(&["192.0.2.8/30"], true)]), found("192.0.2.9"));
    }

    #[test]
    fn contradictions_are_as_small_as_they_can_be() {
        assert_eq!(ask(&[(&["0.0.0.0/0"], true), (&["::/0"], true)]), Answer::Unsat(vec![0, 1]));
        assert_eq!(ask(&[(&["0.0.0.0/0", "::/0"], false)]), Answer::Unsat(vec![0]));
        let halves: [(&[&str], bool); 4] = [
            (&["10.0.0.0/8"], true),
            (&["192.0.2.0/24"], false),
            (&["10.0.0.0/9"], false),
            (&["10.128.0.0/9"], false),
        ];
        assert_eq!(ask(&halves), Answer::Unsat(vec![0, 2, 3]));
    }

    proptest! {
        #[test]
        fn agrees_with_brute_force(
            sets in prop::collection::vec(
                (prop::collection::vec((0_u8..16, 28_u8..=32), 0..4), any::<bool>()), 1..6,
            ),
        ) {
            let texts: Vec<(Vec<String>, bool)> = sets
                .iter()
                .map(|(ranges, sign)| {
                    let text = |(last, length): &(u8, u8)| format!("203.0.113.{last}/{length}");
                    (ranges.iter().map(text).collect(), *sign)
                })
                .collect();
            let ranges: Vec<(Vec<&str>, bool)> = texts
                .iter()
                .map(|(it, sign)| (it.iter().map(String::as_str).collect(), *sign))
                .collect();
            let question: Vec<(&[&str], bool)> =
                ranges.iter().map(|(it, sign)| (&**it, *sign)).collect();
            let good = |address: &str, some: &[usize]| some.iter().all(|at| {
                let (ranges, sign) = question[*at];
                let inside = ranges
                    .iter()
                    .any(|it| it.parse::<AddressRange>().unwrap().contains_text(address));
                inside == sign
            });
            match ask(&question) {
                Answer::Sat(address) => {
                    prop_assert!(good(&address, &(0..question.len()).collect::<Vec<_>>()));
                }
                Answer::Unsat(core) => {
                    for last in 0..=16 {
                        let address = format!("203.0.113.{last}");
                        prop_assert!(parse_address(&address).is_some());
                        prop_assert!(!good(&address, &core), "{address}");
                    }
                    prop_assert!(!good("2001:db8::1", &core));
                }
                Answer::Unknown(reason) => prop_assert!(false, "{reason:?}"),
            }
        }
    }
}
