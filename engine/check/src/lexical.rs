//! Lexical forms: the texts that write numbers, date-times and IPv4 addresses.

use std::cmp::Ordering;

use crate::regex::{Letter, Regex};
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

fn text(text: &str) -> Regex {
    Regex::text(text, CaseRule::Exact)
}

fn digit() -> Regex {
    Regex::One(Letter::Of(is_digit))
}

/// Texts of digits alone.
pub(crate) fn digits() -> Regex {
    Regex::some_of(is_digit)
}

/// The texts of the numbers that stand in the relation to `bound`.
pub(crate) fn number(relation: Relation, bound: &Decimal) -> Regex {
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
        ways.push(Regex::Sequence(vec![text(sign), words]));
    }
    Regex::OneOf(ways)
}

/// The texts of all numbers.
pub(crate) fn any_number() -> Regex {
    let sign = Regex::OneOf(vec![text(""), text("+"), text("-")]);
    Regex::Sequence(vec![sign, any_magnitude()])
}

fn any_magnitude() -> Regex {
    Regex::Sequence(vec![digits(), any_fraction()])
}

fn any_fraction() -> Regex {
    Regex::OneOf(vec![text(""), Regex::Sequence(vec![text("."), digits()])])
}

/// The texts of the unsigned numbers that compare in a wanted way with the number of these digits: by
/// the count of digits before the point, leading zeros aside, and then digit by digit.
fn magnitude(wanted: &[Ordering], whole: &str, fraction: &str) -> Regex {
    let mut ways = Vec::new();
    if wanted.contains(&Ordering::Greater) {
        let longer = std::iter::once(Regex::One(Letter::Of(is_nonzero)))
            .chain(whole.chars().map(|_| digit()))
            .chain([Regex::Run(is_digit), any_fraction()]);
        ways.push(Regex::Sequence(std::iter::once(Regex::Run(is_zero)).chain(longer).collect()));
    }
    if wanted.contains(&Ordering::Less) {
        for length in 1..whole.len() {
            let mut shorter = vec![Regex::Run(is_zero), Regex::One(Letter::Of(is_nonzero))];
            shorter.extend((1..length).map(|_| digit()));
            shorter.push(any_fraction());
            ways.push(Regex::Sequence(shorter));
        }
        if !whole.is_empty() {
            ways.push(Regex::Sequence(vec![Regex::some_of(is_zero), any_fraction()]));
        }
    }
    // As many digits: zeros, then digit by digit.
    let zeros = if whole.is_empty() { Regex::some_of(is_zero) } else { Regex::Run(is_zero) };
    ways.push(Regex::Sequence(vec![zeros, same_length(wanted, whole, whole, fraction)]));
    Regex::OneOf(ways)
}

/// The remaining digits before the point, then the fraction; `whole` is what is still equal so far.
fn same_length(wanted: &[Ordering], whole: &str, all: &str, fraction: &str) -> Regex {
    let mut chars = whole.chars();
    let Some(own) = chars.next() else { return after_whole(wanted, fraction) };
    let rest = chars.as_str();
    let first = whole.len() == all.len();
    let mut ways = Vec::new();
    for (order, other) in other_digits(own) {
        // A leading zero would make it shorter.
        if wanted.contains(&order) && !(first && other == '0') {
            let tail = rest.chars().map(|_| digit()).chain([any_fraction()]);
            ways.push(Regex::Sequence(std::iter::once(exactly(other)).chain(tail).collect()));
        }
    }
    let equal = same_length(wanted, rest, all, fraction);
    ways.push(Regex::Sequence(vec![exactly(own), equal]));
    Regex::OneOf(ways)
}

/// The texts that may follow equal digits before the point.
fn after_whole(wanted: &[Ordering], fraction: &str) -> Regex {
    let mut ways = Vec::new();
    let none = if fraction.is_empty() { Ordering::Equal } else { Ordering::Less };
    if wanted.contains(&none) {
        ways.push(text(""));
    }
    ways.push(Regex::Sequence(vec![text("."), fraction_digits(wanted, fraction, true)]));
    Regex::OneOf(ways)
}

/// The digits after the point; `first` while one is still required.
fn fraction_digits(wanted: &[Ordering], fraction: &str, first: bool) -> Regex {
    let mut chars = fraction.chars();
    let Some(own) = chars.next() else {
        // Zeros change nothing, anything else makes it greater.
        let mut ways = Vec::new();
        if wanted.contains(&Ordering::Equal) {
            ways.push(if first { Regex::some_of(is_zero) } else { Regex::Run(is_zero) });
        }
        if wanted.contains(&Ordering::Greater) {
            let nonzero = Regex::One(Letter::Of(is_nonzero));
            ways.push(Regex::Sequence(vec![Regex::Run(is_zero), nonzero, Regex::Run(is_digit)]));
        }
        return Regex::OneOf(ways);
    };
    let mut ways = Vec::new();
    if !first && wanted.contains(&Ordering::Less) {
        // It ends here, and the other has a digit left that is no zero.
        ways.push(text(""));
    }
    for (order, other) in other_digits(own) {
        if wanted.contains(&order) {
            ways.push(Regex::Sequence(vec![exactly(other), Regex::Run(is_digit)]));
        }
    }
    let rest = fraction_digits(wanted, chars.as_str(), false);
    ways.push(Regex::Sequence(vec![exactly(own), rest]));
    Regex::OneOf(ways)
}

fn exactly(c: char) -> Regex {
    Regex::One(Letter::Named(c, CaseRule::Exact))
}

fn other_digits(own: char) -> impl Iterator<Item = (Ordering, char)> {
    ('0'..='9').map(move |other| (other.cmp(&own), other)).filter(|(order, _)| order.is_ne())
}

/// The texts of the IPv4 addresses in a range; none for a range of IPv6 addresses.
pub(crate) fn ipv4(range: &AddressRange) -> Regex {
    let net = range.net();
    let (std::net::IpAddr::V4(low), std::net::IpAddr::V4(high)) = (net.network(), net.broadcast())
    else {
        return Regex::OneOf(Vec::new());
    };
    let mut sequence = Vec::new();
    for (low, high) in low.octets().into_iter().zip(high.octets()) {
        if !sequence.is_empty() {
            sequence.push(text("."));
        }
        let octets: Vec<String> = (low..=high).map(|octet| octet.to_string()).collect();
        sequence.push(one_of(&octets.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    Regex::Sequence(sequence)
}

/// The texts of date-times, and those that would be if months were longer: a month, a day,
/// or a minute and perhaps a second of it with or without zone (policy language §3.6).
pub(crate) fn date_time() -> Regex {
    let two = |range: std::ops::RangeInclusive<u8>| {
        let numerals: Vec<String> = range.map(|number| format!("{number:02}")).collect();
        one_of(&numerals.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let maybe = |words| Regex::OneOf(vec![text(""), Regex::Sequence(words)]);
    let year = Regex::Sequence(vec![digit(), digit(), digit(), digit()]);
    let mut decimals = text("");
    for _ in 0..8 {
        decimals = maybe(vec![digit(), decimals]);
    }
    let fraction = maybe(vec![text("."), digit(), decimals]);
    let second = maybe(vec![text(":"), two(0..=59), fraction]);
    let sign = Regex::OneOf(vec![text("+"), text("-")]);
    let zone = Regex::OneOf(vec![
        text(""),
        text("Z"),
        Regex::Sequence(vec![sign, two(0..=23), text(":"), two(0..=59)]),
    ]);
    let time = maybe(vec![text("T"), two(0..=23), text(":"), two(0..=59), second, zone]);
    let day = maybe(vec![text("-"), two(1..=31), time]);
    Regex::Sequence(vec![year, text("-"), two(1..=12), day])
}

/// The language of these numerals, as a trie with equal remainders together.
fn one_of(numerals: &[&str]) -> Regex {
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
            _ => Regex::OneOf(firsts.into_iter().map(exactly).collect()),
        };
        Regex::Sequence(vec![letter, one_of(&rests)])
    };
    Regex::OneOf(ends.into_iter().chain(ways.into_iter().map(way)).collect())
}

/// The texts of all IPv4 addresses.
pub(crate) fn any_ipv4() -> Regex {
    "0.0.0.0/0".parse().map_or_else(|_| Regex::anything(), |range| ipv4(&range))
}
