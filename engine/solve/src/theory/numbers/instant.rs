//! Points on the line of instants, and their spellings.

use super::Point;
use polsim_decide::text::{Decimal, Instant};

const NANOSECONDS: u32 = 1_000_000_000;

impl Point for Instant {
    /// A whole second before a part of one, a year of four digits before another.
    type Looks = (bool, bool, Self);

    fn between(low: Option<&Self>, high: Option<&Self>) -> Vec<Self> {
        let mut values = Vec::new();
        if let Some(low) = low {
            values.extend(whole(low.seconds.checked_add(60)));
            values.extend(whole(low.seconds.checked_add(1)));
            values.extend(after(*low));
        }
        if let Some(high) = high {
            values.extend(whole(high.seconds.checked_sub(60)));
            values.extend(whole(high.seconds.checked_sub(1)));
            values.extend(before(*high));
        }
        values.retain(|value| {
            low.is_none_or(|low| low < value)
                && high.is_none_or(|high| value < high)
                && write(*value).is_some()
        });
        values
    }

    fn plain() -> Vec<Self> {
        // 2026-01-15T12:00:00Z
        whole(Some(1_768_478_400)).into_iter().collect()
    }

    fn looks(&self) -> Self::Looks {
        let everyday = (0..=253_402_300_799).contains(&self.seconds);
        (self.nanoseconds != 0, !everyday, *self)
    }
}

/// The instant as a date-time where that is possible, else as epoch seconds; `None` where it cannot
/// be written at all.
pub(crate) fn write(instant: Instant) -> Option<String> {
    let date_time = chrono::DateTime::from_timestamp(instant.seconds, instant.nanoseconds)
        .map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    [date_time, far(instant), epoch(instant)]
        .into_iter()
        .flatten()
        .find(|text| text.parse() == Ok(instant))
}

/// The instant as epoch seconds, if it is a whole second from 1970 on.
pub(crate) fn epoch(instant: Instant) -> Option<String> {
    (instant.seconds >= 0 && instant.nanoseconds == 0).then(|| instant.seconds.to_string())
}

/// The instant as a number of seconds since 1970.
pub(crate) fn seconds(instant: Instant) -> Option<Decimal> {
    let nanoseconds = instant.nanoseconds;
    let text = if instant.seconds >= 0 || nanoseconds == 0 {
        format!("{}.{nanoseconds:09}", instant.seconds)
    } else {
        let whole = instant.seconds.checked_add(1)?.unsigned_abs();
        format!("-{whole}.{:09}", NANOSECONDS.checked_sub(nanoseconds)?)
    };
    text.parse().ok()
}

/// The date-time with a zone far east, so that the hours before the year 0 can be reached.
fn far(instant: Instant) -> Option<String> {
    const ZONE: i64 = 86_340;
    const CYCLE: i64 = 12_622_780_800;
    let local = instant.seconds.checked_add(ZONE)?;
    let cycles = local.div_euclid(CYCLE);
    let time = chrono::DateTime::from_timestamp(local.rem_euclid(CYCLE), instant.nanoseconds)?;
    let years = cycles.checked_mul(400)?;
    let year = time.format("%Y").to_string().parse::<i64>().ok()?.checked_add(years)?;
    Some(format!("{year:04}-{}+23:59", time.format("%m-%dT%H:%M:%S%.f")))
}

fn whole(seconds: Option<i64>) -> Option<Instant> {
    seconds.map(|seconds| Instant { seconds, nanoseconds: 0 })
}

fn after(instant: Instant) -> Option<Instant> {
    match instant.nanoseconds.checked_add(1).filter(|it| *it < NANOSECONDS) {
        Some(nanoseconds) => Some(Instant { nanoseconds, ..instant }),
        None => whole(instant.seconds.checked_add(1)),
    }
}

fn before(instant: Instant) -> Option<Instant> {
    match instant.nanoseconds.checked_sub(1) {
        Some(nanoseconds) => Some(Instant { nanoseconds, ..instant }),
        None => Some(Instant {
            seconds: instant.seconds.checked_sub(1)?,
            nanoseconds: NANOSECONDS.saturating_sub(1),
        }),
    }
}
