//! Points in time, as the date operators read them.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use nom::bytes::complete::take_while_m_n;
use nom::character::complete::{char, one_of};
use nom::combinator::{all_consuming, map_opt, map_res, opt};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// A point in time with nanoseconds, from a W3C date-time or from epoch seconds
/// (policy language §3.6).
///
/// Accepted: `2026-01`, `2026-01-02`, `2026-01-02T03:04Z`, `…T03:04:05+01:00`, `…T03:04:05.678Z`
/// (a missing zone is UTC), years of more digits and negative ones, and an integer: seconds since
/// 1970. A value without `-` and `T` is an epoch number, so a lone `2026` is a second of 1970.
///
/// ```
/// # use polsim::text::Instant;
/// let midnight: Instant = "2026-01-02".parse()?;
/// assert_eq!(midnight, "2026-01-02T01:00:00+01:00".parse()?);
/// assert_eq!(midnight, "1767312000".parse()?);
/// assert!("yesterday".parse::<Instant>().is_err());
/// # Ok::<(), polsim::text::InstantError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds within the second, below 1,000,000,000.
    pub nanoseconds: u32,
}

/// The text is neither a date-time nor epoch seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InstantError;

/// The years that AWS stores in a date (policy language §3.6). chrono's calendar holds some
/// 262,000 of them each way; the rest is placed by whole 400-year cycles.
const YEARS: std::ops::RangeInclusive<i64> = -292_275_054..=292_278_993;
const DAYS_OF_400_YEARS: i64 = 146_097;
const SECONDS_OF_A_DAY: i64 = 86_400;

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.contains(['-', 'T', 't']) {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let seconds = text.parse().ok().filter(|_| plain).ok_or(InstantError)?;
            return Ok(Self { seconds, nanoseconds: 0 });
        }
        all_consuming(date_time).parse(text).map(|(_, instant)| instant).map_err(|_| InstantError)
    }
}

fn two_digits(input: &str) -> IResult<&str, i64> {
    map_res(take_while_m_n(2, 2, |c: char| c.is_ascii_digit()), str::parse).parse(input)
}

fn one_or_two_digits(input: &str) -> IResult<&str, i64> {
    map_res(take_while_m_n(1, 2, |c: char| c.is_ascii_digit()), str::parse).parse(input)
}

fn year(input: &str) -> IResult<&str, i64> {
    let (rest, sign) = opt(char('-')).parse(input)?;
    let digits = map_res(take_while_m_n(1, 9, |c: char| c.is_ascii_digit()), str::parse::<i64>);
    let (rest, year) = map_opt(digits, |year| {
        let year = if sign.is_some() { year.checked_neg()? } else { year };
        YEARS.contains(&year).then_some(year)
    })
    .parse(rest)?;
    Ok((rest, year))
}

/// Days since 1970-01-01 of a calendar day. A day past the month's end runs on into the next month,
/// as AWS accepts any day up to 31.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let cycles = year.checked_sub(2000)?.div_euclid(400);
    let within = i32::try_from(year.checked_sub(cycles.checked_mul(400)?)?).ok()?;
    let first = NaiveDate::from_ymd_opt(within, u32::try_from(month).ok()?, 1)?;
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    let days = first.signed_duration_since(epoch).num_days();
    days.checked_add(cycles.checked_mul(DAYS_OF_400_YEARS)?)?.checked_add(day)?.checked_sub(1)
}

fn date(input: &str) -> IResult<&str, i64> {
    let within = |low: i64, high: i64| move |n: i64| (low..=high).contains(&n).then_some(n);
    let month = map_opt(one_or_two_digits, within(1, 12));
    let day = map_opt(one_or_two_digits, within(1, 31));
    let parts = (year, opt((preceded(char('-'), month), opt(preceded(char('-'), day)))));
    map_opt(parts, |(year, rest)| match rest {
        None => days(year, 1, 1),
        Some((month, day)) => days(year, month, day.unwrap_or(1)),
    })
    .parse(input)
}

/// Seconds and nanoseconds within the day, seconds east of UTC taken off.
fn time(input: &str) -> IResult<&str, (i64, u32)> {
    let upto = |limit: i64| move |n: i64| (n <= limit).then_some(n);
    let fraction = map_res(take_while_m_n(1, 9, |c: char| c.is_ascii_digit()), |digits: &str| {
        format!("{digits:0<9}").parse::<u32>()
    });
    let seconds =
        preceded(char(':'), (map_opt(two_digits, upto(59)), opt(preceded(char('.'), fraction))));
    let minutes = preceded(char(':'), (map_opt(two_digits, upto(59)), opt(seconds)));
    let (rest, hour) = map_opt(one_or_two_digits, upto(23)).parse(input)?;
    let (rest, minutes) = opt(minutes).parse(rest)?;
    let (rest, east) = opt(zone).parse(rest)?;
    let (minute, seconds) = minutes.unwrap_or((0, None));
    let (second, nanoseconds) = seconds.unwrap_or((0, None));
    let local =
        hour.saturating_mul(60).saturating_add(minute).saturating_mul(60).saturating_add(second);
    Ok((rest, (local.saturating_sub(east.unwrap_or(0)), nanoseconds.unwrap_or(0))))
}

fn zone(input: &str) -> IResult<&str, i64> {
    if let (rest, Some(_)) = opt(one_of("Zz")).parse(input)? {
        return Ok((rest, 0));
    }
    let hours = map_opt(two_digits, |n| (n <= 23).then_some(n));
    let minutes = opt(preceded(opt(char(':')), map_opt(two_digits, |n| (n <= 59).then_some(n))));
    let (rest, (sign, hours, minutes)) = (one_of("+-"), hours, minutes).parse(input)?;
    let east = hours.saturating_mul(60).saturating_add(minutes.unwrap_or(0)).saturating_mul(60);
    Ok((rest, if sign == '-' { east.saturating_neg() } else { east }))
}

fn date_time(input: &str) -> IResult<&str, Instant> {
    let (rest, days) = date(input)?;
    let (rest, time) = opt(preceded(one_of("Tt"), opt(time))).parse(rest)?;
    let (seconds, nanoseconds) = time.flatten().unwrap_or((0, 0));
    let seconds = days.saturating_mul(SECONDS_OF_A_DAY).saturating_add(seconds);
    Ok((rest, Instant { seconds, nanoseconds }))
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match chrono::DateTime::from_timestamp(self.seconds, self.nanoseconds) {
            Some(time) => {
                write!(f, "{}", time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
            }
            None => write!(f, "{}", self.seconds),
        }
    }
}

impl fmt::Display for InstantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a date is written `2026-01-02`, `2026-01-02T03:04:05Z` or as seconds since 1970",
        )
    }
}

impl std::error::Error for InstantError {}

#[cfg(test)]
mod tests {
    use super::Instant;

    fn seconds(text: &str) -> Option<i64> {
        text.parse::<Instant>().ok().map(|instant| instant.seconds)
    }

    #[test]
    fn every_documented_form() {
        assert_eq!(seconds("1970-01"), Some(0));
        assert_eq!(seconds("1970-01-02"), Some(86_400));
        assert_eq!(seconds("1970-01-01T00:01Z"), Some(60));
        assert_eq!(seconds("1970-01-01T00:00:01"), Some(1));
        assert_eq!(seconds("1970-01-01T01:00:00.5+01:00"), Some(0));
        assert_eq!(seconds("2020-04-01T00:00:00Z"), Some(1_585_699_200));
        assert_eq!(seconds("1970"), Some(1970));
    }

    #[test]
    fn what_aws_stores_and_nobody_means() {
        assert!(seconds("-292275054").is_some());
        assert!(seconds("01T").is_some());
        assert_eq!(seconds("292278994-01"), None);
    }

    #[test]
    fn malformed_dates_are_refused() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-01-32",
            "2026-01-01T24:00Z",
            "1e9",
            "-",
            "2026-01-01 00:00",
            "9223372036854775808",
        ] {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }
}
