//! Laws of the small grammars, each against an independent reading.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "oracles count plainly"
)]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta};
use polsim_decide::text::{
    AddressRange, CaseRule, Decimal, Instant, KeyName, NoVariables, Pattern, Piece, Variables,
    decode_base64,
};
use proptest::prelude::*;

/// The definition of a wildcard match (policy language §2.1), letter by letter.
fn obvious_match(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|at| obvious_match(rest, &text[at..])),
        Some(('?', rest)) => !text.is_empty() && obvious_match(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && obvious_match(rest, &text[1..]),
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    Pattern::wildcard(pattern).matches(text, CaseRule::Exact, &NoVariables)
}

/// The pattern in the language of file globs: everything that is special there and not here is
/// escaped, and runs of asterisks, which mean more there, are one.
fn as_file_glob(pattern: &str) -> globset::GlobMatcher {
    let mut glob = String::new();
    for c in pattern.chars() {
        match c {
            '*' if glob.ends_with('*') => (),
            '[' | ']' | '{' | '}' | '\\' => glob.extend(['[', c, ']']),
            c => glob.push(c),
        }
    }
    globset::GlobBuilder::new(&glob).backslash_escape(false).build().unwrap().compile_matcher()
}

/// The value of `k:v`.
struct Value([Box<str>; 1]);

impl Variables for Value {
    fn values(&self, key: &KeyName) -> &[Box<str>] {
        if key.is("k:v") { &self.0 } else { &[] }
    }
}

proptest! {
    #[test]
    fn wildcards_match_as_defined(pattern in "[ab*?é:]{0,9}", text in "[abé:]{0,9}") {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(matches(&pattern, &text), obvious_match(&chars(&pattern), &chars(&text)));
    }

    #[test]
    fn wildcards_agree_with_a_glob_library(
        pattern in r"[a/*?\[\]{}!,^\\-]{0,8}",
        text in r"[a/\[\]{}!,^\\-]{0,8}",
    ) {
        prop_assert_eq!(matches(&pattern, &text), as_file_glob(&pattern).is_match(&text));
    }

    #[test]
    fn letter_case_is_folded_before_matching(pattern in "[abAB*?é]{0,8}", text in "[abABéÉ]{0,8}") {
        let folded = |text: &str| text.to_ascii_lowercase();
        let pattern_of = |text: &str| Pattern::wildcard(text);
        prop_assert_eq!(
            pattern_of(&pattern).matches(&text, CaseRule::AsciiFolded, &NoVariables),
            matches(&folded(&pattern), &folded(&text))
        );
        prop_assert_eq!(
            pattern_of(&pattern).matches(&text, CaseRule::Folded, &NoVariables),
            matches(&pattern.to_lowercase(), &text.to_lowercase())
        );
    }

    #[test]
    fn a_variable_is_its_value_taken_literally(
        before in "[a*]{0,3}",
        value in "[a*?$]{0,3}",
        after in "[a*?]{0,3}",
        text in "[a*?$]{0,8}",
    ) {
        let written = Pattern::with_variables(&format!("{before}${{k:v}}{after}"), true).unwrap();
        let parts = [Pattern::wildcard(&before), Pattern::literal(&value), Pattern::wildcard(&after)];
        let pieces: Vec<Piece> = parts.iter().flat_map(|part| part.pieces().iter().cloned()).collect();
        let plain = Pattern::from_pieces(pieces);
        prop_assert_eq!(
            written.matches(&text, CaseRule::Exact, &Value([value.into()])),
            plain.matches(&text, CaseRule::Exact, &NoVariables)
        );
        prop_assert!(!written.matches(&text, CaseRule::Exact, &NoVariables));
    }

    #[test]
    fn a_pattern_prints_as_it_was_written(text in "[a*?:]{0,9}") {
        let pattern = Pattern::wildcard(&text);
        prop_assert_eq!(Pattern::wildcard(&pattern.to_string()), pattern);
    }

    #[test]
    fn components_join_to_the_whole(text in "[a:*$]{0,12}", count in 1_usize..8) {
        let parts = Pattern::wildcard(&text).split_components(count);
        let expected: Vec<_> = text.splitn(count, ':').map(Pattern::wildcard).collect();
        prop_assert_eq!(parts, expected);
    }

    #[test]
    fn decimals_compare_as_scaled_integers(
        left in -100_000_i64..100_000,
        right in -100_000_i64..100_000,
        left_scale in 0_u32..8,
        right_scale in 0_u32..8,
        zeros in 0_usize..3,
    ) {
        let scaled = |value: i64, scale: u32| i128::from(value) * 10_i128.pow(8 - scale);
        let read = |value, scale| written(value, scale, zeros).parse::<Decimal>().unwrap();
        let (a, b) = (read(left, left_scale), read(right, right_scale));
        prop_assert_eq!(a.cmp(&b), scaled(left, left_scale).cmp(&scaled(right, right_scale)));
        prop_assert_eq!(a.to_string().parse(), Ok(a));
    }

    #[test]
    fn json_exponents_shift_the_point(value in -100_000_i64..100_000, scale in 0_u32..8, shift in 0_u32..8) {
        let mantissa = written(value, scale, 0);
        let up = Decimal::from_json(&format!("{mantissa}e{shift}")).unwrap();
        let down = Decimal::from_json(&format!("{mantissa}E-{shift}")).unwrap();
        let raised = i128::from(value) * 10_i128.pow(shift);
        prop_assert_eq!(up, written_wide(raised, scale).parse().unwrap());
        prop_assert_eq!(down, written(value, scale + shift, 0).parse().unwrap());
    }

    #[test]
    fn dates_are_read_as_chrono_writes_them(
        seconds in -62_000_000_000_i64..250_000_000_000,
        nanoseconds in 0_u32..1_000_000_000,
        minutes_east in -1439_i32..1440,
    ) {
        let zone = FixedOffset::east_opt(minutes_east * 60).unwrap();
        let time = DateTime::from_timestamp(seconds, nanoseconds).unwrap().with_timezone(&zone);
        let read = |text: String| text.parse::<Instant>().unwrap();
        let whole = read(time.to_rfc3339_opts(SecondsFormat::Nanos, false));
        prop_assert_eq!((whole.seconds, whole.nanoseconds), (seconds, nanoseconds));
        // The shorter forms name the start of their period.
        let local = time.naive_local();
        let midnight = local.date().and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        prop_assert_eq!(read(local.format("%Y-%m-%d").to_string()).seconds, midnight);
        let minute = local.and_utc().timestamp().div_euclid(60) * 60;
        prop_assert_eq!(read(local.format("%Y-%m-%dT%H:%M").to_string()).seconds, minute);
        let first = local.date() - TimeDelta::days(i64::from(chrono::Datelike::day0(&local)));
        let month = first.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        prop_assert_eq!(read(local.format("%Y-%m").to_string()).seconds, month);
    }

    #[test]
    fn epochs_are_seconds(seconds in 0_i64..) {
        prop_assert_eq!(seconds.to_string().parse(), Ok(Instant { seconds, nanoseconds: 0 }));
    }

    #[test]
    fn ranges_of_version_4_hold_the_addresses_with_their_bits(
        net: u32, length in 0_u8..=32, flipped in 0_u32..32, random: u32,
    ) {
        let range: AddressRange = format!("{}/{length}", Ipv4Addr::from(net)).parse().unwrap();
        for address in [net, net ^ (1 << flipped), random] {
            let inside = (u64::from(net ^ address) >> (32 - length)) == 0;
            let text = Ipv4Addr::from(address).to_string();
            prop_assert_eq!(range.contains_text(&text), inside, "{} in {}", text, range);
        }
        prop_assert!(!range.contains(IpAddr::V6(Ipv4Addr::from(net).to_ipv6_mapped())));
    }

    #[test]
    fn ranges_of_version_6_hold_the_addresses_with_their_bits(
        net: u128, length in 0_u8..=128, flipped in 0_u32..128, random: u128,
    ) {
        let range: AddressRange = format!("{}/{length}", Ipv6Addr::from(net)).parse().unwrap();
        let library: ipnet::Ipv6Net = format!("{}/{length}", Ipv6Addr::from(net)).parse().unwrap();
        for address in [net, net ^ (1 << flipped), random] {
            let inside = (net ^ address).checked_shr(128 - u32::from(length)).unwrap_or(0) == 0;
            let address = Ipv6Addr::from(address);
            prop_assert_eq!(range.contains(address.into()), inside, "{} in {}", address, range);
            prop_assert_eq!(library.contains(&address), inside);
        }
    }

    #[test]
    fn base64_reads_what_was_encoded(bytes: Vec<u8>) {
        prop_assert_eq!(decode_base64(&encoded(&bytes)), Some(bytes.into_boxed_slice()));
    }

    #[test]
    fn no_text_makes_a_grammar_panic(text in any::<String>(), odd in r"[0-9TZ:+.\-/${}',*?a]{0,20}") {
        for text in [&text, &odd] {
            let _ = text.parse::<AddressRange>();
            let _ = text.parse::<Decimal>();
            let _ = text.parse::<Instant>();
            let _ = text.parse::<polsim_decide::text::Arn>();
            let _ = Decimal::from_json(text);
            let _ = decode_base64(text);
            if let Ok(pattern) = Pattern::with_variables(text, true) {
                pattern.matches(text, CaseRule::Folded, &NoVariables);
                let _ = pattern.split_components(6);
            }
        }
    }
}

/// `value` divided by ten to the `scale`, with needless zeros around it.
fn written(value: i64, scale: u32, zeros: usize) -> String {
    let digits = written_wide(value.unsigned_abs().into(), scale);
    let sign = if value < 0 { "-" } else { "" };
    let (before, after) = ("0".repeat(zeros), "0".repeat(zeros));
    let after = if digits.contains('.') { after } else { String::new() };
    format!("{sign}{before}{digits}{after}")
}

fn written_wide(value: i128, scale: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let width = scale as usize + 1;
    let digits = format!("{:0>width$}", value.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Base64 by the book: three bytes are four digits.
fn encoded(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| {
            bits << 8 | u32::from(group.get(at).copied().unwrap_or_default())
        });
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            let used = digit <= group.len();
            text.push(if used { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    text
}
