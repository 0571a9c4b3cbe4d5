//! Breakpoints: addresses, numbers and instants decided at the ends of the ranges asked about.
//!
//! Membership changes at an end of a range only. So where some address satisfies all constraints, the
//! least such of its family is the least of all or lies at an end of a range or just behind it; and on
//! a line it is enough to look at each end and between each two.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::budget::{Exhausted, Steps};
use crate::constraint::{Constraint, Kind};
use polsim_decide::formula::{Predicate, Relation};
use polsim_decide::text::{AddressRange, Decimal, Instant};

/// Tests that some address satisfies the constraints, as far as they are about addresses.
pub(crate) fn some_address(
    constraints: &[Constraint<'_>],
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let range = |predicate: &Predicate| match predicate {
        Predicate::Address(range) => Some(*range),
        _ => None,
    };
    let ranges: Vec<AddressRange> =
        constraints.iter().flat_map(|(any_of, _)| any_of.iter().filter_map(range)).collect();
    let mut candidates = vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
    for range in &ranges {
        candidates.push(range.net().network());
        candidates.extend(behind(range.net().broadcast()));
    }
    let holds = |predicate: &Predicate, address: &IpAddr| {
        range(predicate).is_some_and(|range| range.contains(*address))
    };
    first_of(&candidates, constraints, Kind::Address, holds, budget)
}

fn behind(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => {
            address.to_bits().checked_add(1).map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
        }
        IpAddr::V6(address) => {
            address.to_bits().checked_add(1).map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))
        }
    }
}

/// A point on a line: at the breakpoint of this index, just behind it, or before all breakpoints.
#[derive(Clone, Copy, Debug)]
enum Point {
    At(usize),
    Behind(usize),
    First,
}

impl Point {
    /// The order of a value at this point and the breakpoint of this index.
    fn order(self, end: usize) -> Ordering {
        match self {
            Self::At(own) => own.cmp(&end),
            Self::Behind(own) if own >= end => Ordering::Greater,
            Self::Behind(_) | Self::First => Ordering::Less,
        }
    }
}

/// Tests that some number satisfies the constraints, as far as they are about numbers.
pub(crate) fn some_number(
    constraints: &[Constraint<'_>],
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let read = |predicate: &Predicate| match predicate {
        Predicate::Number(relation, end) => Some((*relation, end.clone())),
        _ => None,
    };
    // Between two decimals there is always another.
    let inhabited = |_: &Decimal, _: &Decimal| true;
    some_point(constraints, Kind::Number, read, inhabited, budget)
}

/// Tests that some instant satisfies the constraints, as far as they are about dates.
pub(crate) fn some_instant(
    constraints: &[Constraint<'_>],
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let read = |predicate: &Predicate| match predicate {
        Predicate::Date(relation, end) => Some((*relation, *end)),
        _ => None,
    };
    // Instants are whole nanoseconds.
    let inhabited = |low: &Instant, high: &Instant| {
        let nanoseconds = |instant: &Instant| {
            i128::from(instant.seconds)
                .saturating_mul(1_000_000_000)
                .saturating_add(i128::from(instant.nanoseconds))
        };
        nanoseconds(high).saturating_sub(nanoseconds(low)) > 1
    };
    some_point(constraints, Kind::Date, read, inhabited, budget)
}

fn some_point<End: Ord + Clone>(
    constraints: &[Constraint<'_>],
    kind: Kind,
    read: impl Fn(&Predicate) -> Option<(Relation, End)>,
    inhabited: impl Fn(&End, &End) -> bool,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let all = constraints.iter().flat_map(|(any_of, _)| any_of.iter());
    let mut breakpoints: Vec<End> = all.filter_map(|it| read(it).map(|(_, end)| end)).collect();
    breakpoints.sort();
    breakpoints.dedup();
    let mut points = vec![Point::First];
    for (at, end) in breakpoints.iter().enumerate() {
        points.push(Point::At(at));
        if breakpoints.get(at.saturating_add(1)).is_none_or(|next| inhabited(end, next)) {
            points.push(Point::Behind(at));
        }
    }
    let holds = |predicate: &Predicate, point: &Point| {
        read(predicate).is_some_and(|(relation, end)| {
            let own = breakpoints.partition_point(|it| *it < end);
            relation.holds(point.order(own))
        })
    };
    first_of(&points, constraints, kind, holds, budget)
}

/// Tests that a candidate satisfies every constraint as far as it is about this kind: one to hit
/// counts if all its predicates are of the kind, one to miss by those of the kind.
fn first_of<Candidate>(
    candidates: &[Candidate],
    constraints: &[Constraint<'_>],
    kind: Kind,
    holds: impl Fn(&Predicate, &Candidate) -> bool,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    for candidate in candidates {
        budget.spend(constraints.len().saturating_add(1))?;
        let satisfied = constraints.iter().all(|(any_of, hit)| {
            let found = any_of.iter().any(|predicate| holds(predicate, candidate));
            let foreign = any_of.iter().any(|it| Kind::of(it).is_some_and(|own| own != kind));
            if *hit { found || foreign } else { !found }
        });
        if satisfied {
            return Ok(true);
        }
    }
    Ok(false)
}
