//! Numbers, date-times and IPv4 addresses as words.

use std::cmp::Ordering;

use super::words::{Letter, Words};
use polsim_decide::formula::Relation;
use polsim_decide::text::{AddressRange, CaseRule, Decimal};

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_zero(c: char) -> bool {
    c == '0'
}

fn is_nonzero(c: char) -> bool {
    matches!(c, '1'..='9')
}

fn text(text: &str) -> Words {
    Words::text(text, CaseRule::Exact)
}

fn digit() -> Words {
    Words::One(Letter::Of(is_digit))
}

/// Texts of digits alone.
pub fn digits() -> Words {
    Words::some_of(is_digit)
}

/// Every text that writes a number that stands in the relation to `bound`.
pub fn number(relation: Relation, bound: &Decimal) -> Words {
    let (whole, fraction) = (bound.whole_digits(), bound.fraction_digits());
    let all = [Ordering::Less, Ordering::Equal, Ordering::Greater];
    let mut ways = Vec::new();
    for (sign, negative) in [("", false), ("+", false), ("-", true)] {
        let words = match (negative, bound.is_negative()) {
            (false, false) => {
                let wanted: Vec<_> = all.into_iter().filter(|it| relation.holds(*it)).collect();
                magnitude(&wanted, whole, fraction)
            }
            // The further from zero, the less.
            (true, true) => {
                let holds = |it: &Ordering| relation.holds(it.reverse());
                let wanted: Vec<_> = all.into_iter().filter(holds).collect();
                magnitude(&wanted, whole, fraction)
            }
            (false, true) if relation.holds(Ordering::Greater) => any_magnitude(),
            (false, true) => continue,
            // Minus zero is zero, anything else is less than the bound.
            (true, false) => {
                let is_zero = whole.is_empty() && fraction.is_empty();
                let zero = if is_zero { Ordering::Equal } else { Ordering::Less };
                let mut wanted = Vec::new();
                wanted.extend(relation.holds(zero).then_some(Ordering::Equal));
                wanted.extend(relation.holds(Ordering::Less).then_some(Ordering::Greater));
                magnitude(&wanted, "", "")
            }
        };
        ways.push(Words::Sequence(vec![text(sign), words]));
    }
    Words::OneOf(ways)
}

/// Every text that writes a number.
pub fn any_number() -> Words {
    let sign = Words::OneOf(vec![text(""), text("+"), text("-")]);
    Words::Sequence(vec![sign, any_magnitude()])
}

fn any_magnitude() -> Words {
    Words::Sequence(vec![digits(), any_fraction()])
}

fn any_fraction() -> Words {
    Words::OneOf(vec![text(""), Words::Sequence(vec![text("."), digits()])])
}

/// Every unsigned number that compares so with the one of these digits: by how many digits it has
/// before the point, leading zeros aside, and then digit by digit.
fn magnitude(wanted: &[Ordering], whole: &str, fraction: &str) -> Words {
    let mut ways = Vec::new();
    if wanted.contains(&Ordering::Greater) {
        let longer = std::iter::once(Words::One(Letter::Of(is_nonzero)))
            .chain(whole.chars().map(|_| digit()))
            .chain([Words::Run(is_digit), any_fraction()]);
        ways.push(Words::Sequence(std::iter::once(Words::Run(is_zero)).chain(longer).collect()));
    }
    if wanted.contains(&Ordering::Less) {
        for length in 1..whole.len() {
            let mut shorter = vec![Words::Run(is_zero), Words::One(Letter::Of(is_nonzero))];
            shorter.extend((1..length).map(|_| digit()));
            shorter.push(any_fraction());
            ways.push(Words::Sequence(shorter));
        }
        if !whole.is_empty() {
            ways.push(Words::Sequence(vec![Words::some_of(is_zero), any_fraction()]));
        }
    }
    // As many digits: zeros, then digit by digit.
    let zeros = if whole.is_empty() { Words::some_of(is_zero) } else { Words::Run(is_zero) };
    ways.push(Words::Sequence(vec![zeros, same_length(wanted, whole, whole, fraction)]));
    Words::OneOf(ways)
}

/// The remaining digits before the point, then the fraction; `whole` is what is still equal so far.
fn same_length(wanted: &[Ordering], whole: &str, all: &str, fraction: &str) -> Words {
    let mut chars = whole.chars();
    let Some(own) = chars.next() else { return after_whole(wanted, fraction) };
    let rest = chars.as_str();
    let first = whole.len() == all.len();
    let mut ways = Vec::new();
    for (order, other) in other_digits(own) {
        // A leading zero would make it shorter.
        if wanted.contains(&order) && !(first && other == '0') {
            let tail = rest.chars().map(|_| digit()).chain([any_fraction()]);
            ways.push(Words::Sequence(std::iter::once(exactly(other)).chain(tail).collect()));
        }
    }
    let equal = same_length(wanted, rest, all, fraction);
    ways.push(Words::Sequence(vec![exactly(own), equal]));
    Words::OneOf(ways)
}

/// What may follow the digits before the point if they are equal.
fn after_whole(wanted: &[Ordering], fraction: &str) -> Words {
    let mut ways = Vec::new();
    let none = if fraction.is_empty() { Ordering::Equal } else { Ordering::Less };
    if wanted.contains(&none) {
        ways.push(text(""));
    }
    ways.push(Words::Sequence(vec![text("."), fraction_digits(wanted, fraction, true)]));
    Words::OneOf(ways)
}

/// The digits after the point; `first` while one is still required.
fn fraction_digits(wanted: &[Ordering], fraction: &str, first: bool) -> Words {
    let mut chars = fraction.chars();
    let Some(own) = chars.next() else {
        // Zeros change nothing, anything else makes it greater.
        let mut ways = Vec::new();
        if wanted.contains(&Ordering::Equal) {
            ways.push(if first { Words::some_of(is_zero) } else { Words::Run(is_zero) });
        }
        if wanted.contains(&Ordering::Greater) {
            let nonzero = Words::One(Letter::Of(is_nonzero));
            ways.push(Words::Sequence(vec![Words::Run(is_zero), nonzero, Words::Run(is_digit)]));
        }
        return Words::OneOf(ways);
    };
    let mut ways = Vec::new();
    if !first && wanted.contains(&Ordering::Less) {
        // It ends here, and the other has a digit left that is no zero.
        ways.push(text(""));
    }
    for (order, other) in other_digits(own) {
        if wanted.contains(&order) {
            ways.push(Words::Sequence(vec![exactly(other), Words::Run(is_digit)]));
        }
    }
    let rest = fraction_digits(wanted, chars.as_str(), false);
    ways.push(Words::Sequence(vec![exactly(own), rest]));
    Words::OneOf(ways)
}

fn exactly(c: char) -> Words {
    Words::One(Letter::Named(c, CaseRule::Exact))
}

fn other_digits(own: char) -> impl Iterator<Item = (Ordering, char)> {
    ('0'..='9').map(move |other| (other.cmp(&own), other)).filter(|(order, _)| order.is_ne())
}

/// Every text that writes an IPv4 address of the range; nothing for a range of IPv6 addresses.
pub fn ipv4(range: &AddressRange) -> Words {
    let net = range.net();
    let (std::net::IpAddr::V4(low), std::net::IpAddr::V4(high)) = (net.network(), net.broadcast())
    else {
        return Words::OneOf(Vec::new());
    };
    let mut sequence = Vec::new();
    for (low, high) in low.octets().into_iter().zip(high.octets()) {
        if !sequence.is_empty() {
            sequence.push(text("."));
        }
        let octets: Vec<String> = (low..=high).map(|octet| octet.to_string()).collect();
        sequence.push(one_of(&octets.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    Words::Sequence(sequence)
}

/// Every text that writes a date-time, and those that would if months were longer: a month, a day,
/// or a minute and perhaps a second of it with or without zone (policy language §3.6).
pub fn date_time() -> Words {
    let two = |range: std::ops::RangeInclusive<u8>| {
        let numerals: Vec<String> = range.map(|number| format!("{number:02}")).collect();
        one_of(&numerals.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let maybe = |words| Words::OneOf(vec![text(""), Words::Sequence(words)]);
    let year = Words::Sequence(vec![digit(), digit(), digit(), digit()]);
    let mut decimals = text("");
    for _ in 0..8 {
        decimals = maybe(vec![digit(), decimals]);
    }
    let fraction = maybe(vec![text("."), digit(), decimals]);
    let second = maybe(vec![text(":"), two(0..=59), fraction]);
    let sign = Words::OneOf(vec![text("+"), text("-")]);
    let zone = Words::OneOf(vec![
        text(""),
        text("Z"),
        Words::Sequence(vec![sign, two(0..=23), text(":"), two(0..=59)]),
    ]);
    let time = maybe(vec![text("T"), two(0..=23), text(":"), two(0..=59), second, zone]);
    let day = maybe(vec![text("-"), two(1..=31), time]);
    Words::Sequence(vec![year, text("-"), two(1..=12), day])
}

/// One of these numerals: digit by digit, equal remainders together.
fn one_of(numerals: &[&str]) -> Words {
    let mut ways: Vec<(Vec<&str>, Vec<char>)> = Vec::new();
    for first in '0'..='9' {
        let rests: Vec<&str> = numerals.iter().filter_map(|it| it.strip_prefix(first)).collect();
        match ways.iter_mut().find(|(known, _)| *known == rests) {
            _ if rests.is_empty() => (),
            Some((_, firsts)) => firsts.push(first),
            None => ways.push((rests, vec![first])),
        }
    }
    let ends = numerals.contains(&"").then(|| text(""));
    let way = |(rests, firsts): (Vec<&str>, Vec<char>)| {
        let letter = match firsts.len() {
            10 => digit(),
            _ => Words::OneOf(firsts.into_iter().map(exactly).collect()),
        };
        Words::Sequence(vec![letter, one_of(&rests)])
    };
    Words::OneOf(ends.into_iter().chain(ways.into_iter().map(way)).collect())
}

/// Every text that writes an IPv4 address.
pub fn any_ipv4() -> Words {
    "0.0.0.0/0".parse().map_or_else(|_| Words::anything(), |range| ipv4(&range))
}
