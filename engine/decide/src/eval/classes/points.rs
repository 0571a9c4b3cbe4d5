//! Values around the ends of ranges: one in each place where a test of addresses, numbers or dates
//! changes its answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rustc_hash::FxHashSet;

use super::Test;
use crate::catalog::ValueType;
use crate::formula::Predicate;
use crate::text::{CaseRule, Decimal, Instant, NoVariables, Pattern};

/// Values of the type for each set of tests that a value in one of the patterns `within` can pass,
/// and whether no set is missed.
pub(super) fn values(
    tests: &[Test],
    value_type: ValueType,
    within: &[Pattern],
) -> (Vec<Box<str>>, bool) {
    let mut points = Points { dates: value_type == ValueType::Epoch, ..Points::default() };
    tests.iter().flatten().for_each(|it| points.add(it));
    let exact = points.exact() && within.is_empty();
    let mut values = points.values(value_type);
    let fits = |value: &str| {
        let is_in = |it: &Pattern| it.matches(value, CaseRule::Exact, &NoVariables);
        value_type.admits(value) && (within.is_empty() || within.iter().any(is_in))
    };
    values.retain(|it| fits(it));
    (told_apart(values, tests), exact)
}

/// The first of the values for each set of tests that they pass.
pub(super) fn told_apart(values: Vec<Box<str>>, tests: &[Test]) -> Vec<Box<str>> {
    let mut seen = FxHashSet::default();
    let passed = |value: &str| -> Vec<bool> {
        tests.iter().map(|test| Predicate::any(test, value, &NoVariables)).collect()
    };
    values.into_iter().filter(|value| seen.insert(passed(value))).collect()
}

/// The constants of some tests.
#[derive(Debug, Default)]
struct Points {
    texts: Vec<Box<str>>,
    addresses: Vec<IpAddr>,
    /// Numbers as digits of the smallest unit that any has, and half of it.
    numbers: Vec<Decimal>,
    seconds: Vec<i64>,
    /// Dates are written as seconds.
    dates: bool,
    /// A test is of no kind that is known here.
    strange: bool,
}

impl Points {
    fn add(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::Address(range) => {
                let net = range.net();
                let ends = [net.network(), net.broadcast()];
                self.addresses.extend(ends);
                self.addresses.extend([before(ends[0]), after(ends[1])].into_iter().flatten());
            }
            Predicate::Bool(value) => {
                self.texts.push(if *value { "true" } else { "false" }.into());
            }
            Predicate::Date(_, instant) => {
                let next = |by: i64| instant.seconds.saturating_add(by);
                self.seconds.extend([next(-1), next(0), next(1)]);
            }
            Predicate::Number(_, number) => self.number(number),
            Predicate::Text(pattern, _) if pattern.as_literal().is_some() => {
                self.texts.extend(pattern.as_literal().map(Box::from));
            }
            Predicate::Never => (),
            Predicate::Arn(_) | Predicate::Binary(_) | Predicate::Text(..) => self.strange = true,
        }
    }

    fn number(&mut self, number: &Decimal) {
        let whole = number.whole_digits();
        let digits = whole.len().saturating_add(number.fraction_digits().len());
        if self.dates && !number.is_negative() && whole.len() < 18 {
            // A clock ticks in whole seconds.
            let seconds = whole.parse::<i64>().unwrap_or_default();
            let next = |by: i64| seconds.saturating_add(by);
            self.seconds.extend([next(-1), next(0), next(1)]);
        } else if digits < 36 {
            self.numbers.push(number.clone());
        } else {
            self.strange = true;
        }
    }

    /// Tells whether the values have one in each place. Texts are told apart from numbers by their
    /// spelling only, so where both are there a place may be missed.
    fn exact(&self) -> bool {
        let kinds =
            [!self.addresses.is_empty(), !self.numbers.is_empty(), !self.seconds.is_empty()];
        let of_numbers = kinds.into_iter().filter(|it| *it).count();
        let spelled = self.texts.iter().any(|it| !matches!(&**it, "" | "true" | "false"));
        !self.strange && of_numbers <= 1 && !(of_numbers == 1 && spelled)
    }

    fn values(&self, value_type: ValueType) -> Vec<Box<str>> {
        let mut values: Vec<Box<str>> = self.texts.clone();
        values.extend(self.numbers());
        let mut seconds = self.seconds.clone();
        seconds.sort_unstable();
        let date = |seconds: i64| match value_type {
            ValueType::Epoch => seconds.to_string().into(),
            _ => Instant { seconds, nanoseconds: 0 }.to_string().into(),
        };
        values.extend(seconds.into_iter().map(date));
        let mut addresses = self.addresses.clone();
        addresses.sort_unstable();
        values.extend(addresses.into_iter().map(|it| it.to_string().into()));
        // Values that are near no constant, of each type, and one that no operator reads.
        let others = ["203.0.113.7", "2001:db8::7", "0", "1767225600", "2026-01-01T00:00:00Z"];
        values.extend(["x", "true", "false"].map(Box::from));
        values.extend(others.map(Box::from));
        values.push("111122223333".into());
        values.push("".into());
        values
    }

    /// The numbers, and one on each side of each, nearer to it than any other constant is.
    fn numbers(&self) -> Vec<Box<str>> {
        let longest = self.numbers.iter().map(|it| it.fraction_digits().len()).max();
        let places = longest.unwrap_or_default().saturating_add(1);
        let mut values = Vec::new();
        for number in &self.numbers {
            values.push(number.to_string().into());
            values.extend(beside(number, places));
        }
        values
    }
}

/// The numbers one unit of the last of these places below and above.
fn beside(number: &Decimal, places: usize) -> Vec<Box<str>> {
    let digits = format!("{}{:0<places$}", number.whole_digits(), number.fraction_digits());
    let Ok(units) = digits.parse::<i128>() else { return Vec::new() };
    let units = if number.is_negative() { units.saturating_neg() } else { units };
    let text = |units: i128| -> Box<str> {
        let sign = if units < 0 { "-" } else { "" };
        let width = places.saturating_add(1);
        let digits = format!("{:0>width$}", units.unsigned_abs());
        let point = digits.len().saturating_sub(places);
        let (whole, fraction) = digits.split_at_checked(point).unwrap_or((&digits, "0"));
        format!("{sign}{whole}.{fraction}").into()
    };
    vec![text(units.saturating_sub(1)), text(units.saturating_add(1))]
}

/// The address before this one; none before the first.
fn before(address: IpAddr) -> Option<IpAddr> {
    Some(match address {
        IpAddr::V4(it) => IpAddr::V4(Ipv4Addr::from_bits(it.to_bits().checked_sub(1)?)),
        IpAddr::V6(it) => IpAddr::V6(Ipv6Addr::from_bits(it.to_bits().checked_sub(1)?)),
    })
}

/// The address after this one; none after the last.
fn after(address: IpAddr) -> Option<IpAddr> {
    Some(match address {
        IpAddr::V4(it) => IpAddr::V4(Ipv4Addr::from_bits(it.to_bits().checked_add(1)?)),
        IpAddr::V6(it) => IpAddr::V6(Ipv6Addr::from_bits(it.to_bits().checked_add(1)?)),
    })
}
