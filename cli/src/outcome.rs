//! The outcome of a command, as an exit status.

use std::process::ExitCode;

/// The outcome of a command. The same three for every command.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Outcome {
    /// Everything is as wanted: exit status 0.
    AsWanted,
    /// A finding: an expectation that is not met, a property that is violated or unknown, a
    /// difference. Exit status 1.
    Finding,
    /// No answer can be given: the input or the usage is wrong, or nothing was found to check. Exit
    /// status 2.
    NoAnswer,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::AsWanted => Self::SUCCESS,
            Outcome::Finding => Self::from(1),
            Outcome::NoAnswer => Self::from(2),
        }
    }
}
