//! Parsers for values of flags that several commands take, and the limits of a search.

use std::time::Instant;

use polsim::case::pin_reading;
use polsim::lower::Readings;
use polsim::policy::PolicyType;
use polsim::prove::{self, Budget};
use polsim::text::nearest;

/// A policy type by its name, for clap.
pub(crate) fn policy_type(text: &str) -> Result<PolicyType, String> {
    text.parse().map_err(|_| {
        let names = PolicyType::ALL.map(PolicyType::as_str);
        match nearest(text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the types are {}", names.join(", ")),
        }
    })
}

/// A span of time above zero, in seconds.
pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds > 0.0 => Ok(seconds),
        _ => Err("expected a number of seconds above 0".to_owned()),
    }
}

/// A whole number from one.
pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number from 1".to_owned()),
        Ok(number) => Ok(number),
    }
}

/// The word of a `--readings` flag that is no list of pins.
#[derive(Clone, Debug)]
pub(crate) enum ReadingsFlag {
    /// Every reading open.
    All,
    /// Every reading by its default.
    Default,
    /// These readings pinned to these sides.
    Pins(Vec<(String, String)>),
}

/// Readings, for clap: `all`, `default`, or `name=side` with commas between several.
pub(crate) fn readings(text: &str) -> Result<ReadingsFlag, String> {
    match text {
        "all" => return Ok(ReadingsFlag::All),
        "default" => return Ok(ReadingsFlag::Default),
        _ => (),
    }
    let mut pins = Vec::new();
    let mut checked = Readings::default();
    for pin in text.split(',') {
        let Some((name, word)) = pin.split_once('=') else {
            return Err(
                "readings are `all`, `default`, or NAME=SIDE with commas between".to_owned()
            );
        };
        checked = pin_reading(checked, name, word).map_err(|mistake| mistake.to_string())?;
        pins.push((name.to_owned(), word.to_owned()));
    }
    Ok(ReadingsFlag::Pins(pins))
}

impl ReadingsFlag {
    /// The readings of the flag, on top of others.
    pub(crate) fn on(&self, base: Readings) -> Readings {
        match self {
            Self::All => base.opened(),
            Self::Default => base.closed(),
            Self::Pins(pins) => pins.iter().fold(base, |base, (name, word)| {
                pin_reading(base.clone(), name, word).unwrap_or(base)
            }),
        }
    }

    /// True if every reading is to be open.
    pub(crate) fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

/// Limits of one search: `--timeout` and `--memory`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The time, in seconds.
    pub(crate) timeout: f64,
    /// The memory, in megabytes.
    pub(crate) memory: usize,
}

impl Limits {
    /// Runs `search` within these limits; its clock starts now.
    pub(crate) fn run<T>(self, search: impl FnOnce(prove::Limits<'_>) -> T) -> T {
        let start = Instant::now();
        let late = || start.elapsed().as_secs_f64() > self.timeout;
        let memory = self.memory.saturating_mul(1_000_000);
        search(prove::Limits { budget: Budget { memory, steps: u64::MAX }, interrupted: &late })
    }
}
