//! Points in time, as the date operators read them.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use nom::branch::alt;
use nom::bytes::complete::take_while_m_n;
use nom::character::complete::{char, one_of};
use nom::combinator::{all_consuming, map, map_opt, map_res, opt};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// A point in time with nanoseconds, from a W3C date-time or from epoch seconds
/// (policy language §3.6).
///
/// Accepted: `2026-01`, `2026-01-02`, `2026-01-02T03:04Z`, `…T03:04:05+01:00`, `…T03:04:05.678Z`
/// (a missing zone is UTC), and an integer: seconds since 1970. A value without `-` and `T` is an epoch
/// number, so a lone `2026` is a second of 1970.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::Instant;
/// let midnight: Instant = "2026-01-02".parse()?;
/// assert_eq!(midnight, "2026-01-02T01:00:00+01:00".parse()?);
/// assert_eq!(midnight, "1767312000".parse()?);
/// assert!("yesterday".parse::<Instant>().is_err());
/// # Ok::<(), polsim::text::InstantError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant {
    /// The seconds since 1970-01-01T00:00:00Z, negative before.
    pub seconds: i64,
    /// Nanoseconds within the second, below 1,000,000,000.
    pub nanoseconds: u32,
}

/// The error of reading an [`Instant`]: the text is neither a date-time nor epoch seconds.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Instant, InstantError};
/// assert_eq!("2026-02-31".parse::<Instant>(), Err(InstantError));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InstantError;

const SECONDS_OF_A_DAY: i64 = 86_400;

impl Instant {
    /// True if AWS stores `text` as a date of a policy. AWS stores more than it can mean: years of
    /// any sign and size, the 31st of every month, an hour alone (policy language §3.6, write-time
    /// acceptance). A stored text that is no [`Instant`] never hits.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::text::Instant;
    /// assert!(Instant::is_stored("-292275054"));
    /// assert!("-292275054".parse::<Instant>().is_err());
    /// assert!(!Instant::is_stored("yesterday"));
    /// ```
    pub fn is_stored(text: &str) -> bool {
        text.parse::<Self>().is_ok() || all_consuming(stored).parse(text).is_ok()
    }
}

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(['-', 'T']) {
            return all_consuming(date_time)
                .parse(text)
                .map(|(_, it)| it)
                .map_err(|_| InstantError);
        }
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = text.parse().ok().filter(|_| plain).ok_or(InstantError)?;
        Ok(Self { seconds, nanoseconds: 0 })
    }
}

/// A number of so many digits, within these bounds.
fn number(
    digits: std::ops::RangeInclusive<usize>,
    bounds: std::ops::RangeInclusive<i64>,
) -> impl FnMut(&str) -> IResult<&str, i64> {
    move |input| {
        let digit = |c: char| c.is_ascii_digit();
        let text = take_while_m_n(*digits.start(), *digits.end(), digit);
        map_opt(text, |text: &str| text.parse().ok().filter(|it| bounds.contains(it))).parse(input)
    }
}

fn two(bounds: std::ops::RangeInclusive<i64>) -> impl FnMut(&str) -> IResult<&str, i64> {
    number(2..=2, bounds)
}

/// Seconds since 1970 of the first moment of a day of the calendar.
fn day_start(year: i64, month: i64, day: i64) -> Option<i64> {
    let [month, day] = [month, day].map(|it| u32::try_from(it).ok());
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month?, day?)?;
    date.signed_duration_since(NaiveDate::from_ymd_opt(1970, 1, 1)?)
        .num_days()
        .checked_mul(SECONDS_OF_A_DAY)
}

/// `YYYY-MM`, `YYYY-MM-DD` and `YYYY-MM-DDThh:mm[:ss[.s]][zone]`.
fn date_time(input: &str) -> IResult<&str, Instant> {
    let (rest, (year, month)) =
        (number(4..=4, 0..=9999), preceded(char('-'), two(1..=12))).parse(input)?;
    let (rest, day) = opt(preceded(char('-'), two(1..=31))).parse(rest)?;
    let Some(start) = day_start(year, month, day.unwrap_or(1)) else {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify)));
    };
    if day.is_none() {
        return Ok((rest, Instant { seconds: start, nanoseconds: 0 }));
    }
    let (rest, time) = opt(preceded(char('T'), time)).parse(rest)?;
    let (seconds, nanoseconds) = time.unwrap_or((0, 0));
    Ok((rest, Instant { seconds: start.saturating_add(seconds), nanoseconds }))
}

/// Seconds within the day, east of UTC taken off, and nanoseconds.
fn time(input: &str) -> IResult<&str, (i64, u32)> {
    let (rest, (hour, minute)) = (two(0..=23), preceded(char(':'), two(0..=59))).parse(input)?;
    let (rest, second) = opt(preceded(char(':'), (two(0..=59), opt(fraction)))).parse(rest)?;
    let (rest, east) = opt(zone).parse(rest)?;
    let (second, nanoseconds) = second.unwrap_or((0, None));
    let local =
        hour.saturating_mul(3600).saturating_add(minute.saturating_mul(60)).saturating_add(second);
    Ok((rest, (local.saturating_sub(east.unwrap_or(0)), nanoseconds.unwrap_or(0))))
}

fn fraction(input: &str) -> IResult<&str, u32> {
    let digits = take_while_m_n(1, 9, |c: char| c.is_ascii_digit());
    map_res(preceded(char('.'), digits), |digits: &str| format!("{digits:0<9}").parse())
        .parse(input)
}

/// Seconds east of UTC.
fn zone(input: &str) -> IResult<&str, i64> {
    if let (rest, Some(_)) = opt(char('Z')).parse(input)? {
        return Ok((rest, 0));
    }
    let (rest, (sign, hours, minutes)) =
        (one_of("+-"), two(0..=23), preceded(char(':'), two(0..=59))).parse(input)?;
    let east = hours.saturating_mul(3600).saturating_add(minutes.saturating_mul(60));
    Ok((rest, if sign == '-' { east.saturating_neg() } else { east }))
}

/// The dates that AWS stores besides those that it reads.
fn stored(input: &str) -> IResult<&str, ()> {
    let either = |bounds| number(1..=2, bounds);
    let (rest, sign) = opt(char('-')).parse(input)?;
    let years = if sign.is_some() { 0..=292_275_054 } else { 0..=292_278_993 };
    let (rest, _) = number(1..=9, years).parse(rest)?;
    let date = (preceded(char('-'), either(1..=12)), opt(preceded(char('-'), either(1..=31))));
    let (rest, date) = opt(date).parse(rest)?;
    let seconds = (preceded(char(':'), either(0..=59)), opt(fraction));
    let minutes = (preceded(char(':'), either(0..=59)), opt(seconds));
    let offset = (one_of("+-"), either(0..=23), opt(preceded(opt(char(':')), two(0..=59))));
    let ends = alt((map(one_of("Zz"), |_| ()), map(offset, |_| ())));
    let clock = (opt((either(0..=23), opt(minutes))), opt(ends));
    let (rest, clock) = opt(preceded(one_of("Tt"), clock)).parse(rest)?;
    // A lone number without sign, `-` and `T` is an epoch number, which is no date.
    if sign.is_none() && date.is_none() && clock.is_none() {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify)));
    }
    Ok((rest, ()))
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
        for text in ["-292275054", "01T", "2024-02-31", "2024-1-5", "292278993-01", "2024-01-01T5Z"]
        {
            assert!(Instant::is_stored(text), "{text:?}");
            assert_eq!(seconds(text), None, "{text:?}");
        }
        assert!(!Instant::is_stored("292278994-01"));
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
            assert!(!Instant::is_stored(text), "{text:?}");
        }
    }
}
