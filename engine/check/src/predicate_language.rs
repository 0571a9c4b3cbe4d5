//! Predicate languages: the texts that satisfy a predicate, and the texts of a value shape.

use crate::key_shape::ValueType;
use crate::lexical;
use crate::regex::{self, Letter, Regex};
use polsim_decide::formula::{Predicate, Relation};
use polsim_decide::text::{CaseRule, Decimal, Instant, decode_base64};

/// Upper bound on the digits of a number whose comparisons become a language.
const MAX_DIGITS: usize = 200;

/// The language of a shape; none where no regular expression of moderate size is exact.
pub(crate) fn of_shape(shape: ValueType) -> Option<Regex> {
    match shape {
        ValueType::AccountId => {
            let digit = Regex::One(Letter::Of(|c| c.is_ascii_digit()));
            Some(Regex::Sequence(vec![digit; 12]))
        }
        ValueType::Arn => Some(Regex::any_arn()),
        ValueType::Epoch => Some(lexical::digits()),
        ValueType::Address
        | ValueType::Boolean
        | ValueType::Date
        | ValueType::Number
        | ValueType::Text => None,
    }
}

/// The language of a predicate; none where no regular expression of moderate size is exact. `epochs`
/// tells that only texts of digits matter, which a date operator reads as seconds.
pub(crate) fn of(predicate: &Predicate, epochs: bool) -> Option<Regex> {
    match predicate {
        Predicate::Address(range) => {
            matches!(range.net(), ipnet::IpNet::V4(_)).then(|| lexical::ipv4(range))
        }
        Predicate::Arn(components) => Regex::components(components),
        Predicate::Binary(_) | Predicate::Bool(_) => Some(Regex::OneOf(
            spellings(predicate).iter().map(|text| Regex::text(text, CaseRule::Exact)).collect(),
        )),
        Predicate::Date(relation, instant) if epochs => epoch_seconds(*relation, *instant),
        Predicate::Date(..) => None,
        Predicate::Never => Some(Regex::OneOf(Vec::new())),
        Predicate::Number(relation, number) => {
            let digits = number.whole_digits().len().max(number.fraction_digits().len());
            (digits <= MAX_DIGITS).then(|| lexical::number(*relation, number))
        }
        Predicate::Text(pattern, case) => Regex::pattern(pattern, *case, regex::any),
    }
}

/// The texts of digits whose seconds stand in the relation to the instant.
fn epoch_seconds(relation: Relation, instant: Instant) -> Option<Regex> {
    let Instant { seconds, nanoseconds } = instant;
    if seconds < 0 {
        // Every text of digits is a later instant.
        let later = relation.holds(std::cmp::Ordering::Greater);
        return Some(if later { Regex::anything() } else { Regex::OneOf(Vec::new()) });
    }
    let bound: Decimal = format!("{seconds}.{nanoseconds:09}").parse().ok()?;
    Some(lexical::number(relation, &bound))
}

/// The texts that satisfy a truth value or a base64 predicate.
pub(crate) fn spellings(predicate: &Predicate) -> Vec<String> {
    match predicate {
        Predicate::Bool(truth) => {
            let plain = truth.to_string();
            let count = 1_u32 << u32::try_from(plain.len()).unwrap_or(0);
            let spelling = |bits: u32| -> String {
                let upper = |at: usize| u32::try_from(at).is_ok_and(|at| (bits >> at) & 1 == 1);
                let one = |(at, c): (usize, char)| {
                    if upper(at) { c.to_ascii_uppercase() } else { c }
                };
                plain.chars().enumerate().map(one).collect()
            };
            (0..count).map(spelling).collect()
        }
        Predicate::Binary(bytes) => spellings_of_bytes(bytes),
        _ => Vec::new(),
    }
}

/// The base64 texts that decode to the bytes, found digit by digit.
fn spellings_of_bytes(bytes: &[u8]) -> Vec<String> {
    let digits = || ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']);
    let mut heads = vec![String::new()];
    for (index, group) in bytes.chunks(3).enumerate() {
        let padding = 3_usize.saturating_sub(group.len());
        let from = index.saturating_mul(3);
        let wanted = bytes.get(..from.saturating_add(group.len())).unwrap_or(bytes);
        let mut next = Vec::new();
        for head in &heads {
            let mut partial = vec![head.clone()];
            for place in 0..4_usize.saturating_sub(padding) {
                // The bytes before this index are settled after this digit.
                let settled = from.saturating_add(place);
                let filler = "A".repeat(3_usize.saturating_sub(place));
                partial = partial
                    .iter()
                    .flat_map(|text| digits().map(move |digit| format!("{text}{digit}")))
                    .filter(|text| {
                        decode_base64(&format!("{text}{filler}")).is_some_and(|decoded| {
                            decoded.get(from..settled) == wanted.get(from..settled)
                        })
                    })
                    .collect();
            }
            let padded = partial.into_iter().map(|text| format!("{text}{}", "=".repeat(padding)));
            next.extend(padded.filter(|text| decode_base64(text).as_deref() == Some(wanted)));
        }
        heads = next;
    }
    heads
}

/// Texts with a colon, as every IPv6 address has, and only the characters of IPv6 addresses.
pub(crate) fn ipv6_like() -> Regex {
    let run = || Regex::Run(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'));
    let before = Regex::Run(|c| c.is_ascii_hexdigit());
    Regex::Sequence(vec![before, Regex::text(":", CaseRule::Exact), run()])
}
