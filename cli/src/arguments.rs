//! Parsers for values of flags that several commands take, and the limits of a search.

use std::time::Instant;

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
