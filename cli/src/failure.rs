//! Failures: the reasons why a command has no answer.

use std::io;

use polsim::text::{Diagnostic, Diagnostics};

/// The reason why a command cannot go on. Shown once, by `main`, with exit status 2.
#[derive(Debug)]
pub enum Failure {
    /// Arguments or input that cannot be used: a message, and advice.
    Message {
        /// The problem: lower case, no full stop.
        text: String,
        /// Advice, shown as `help`.
        help: Option<String>,
    },
    /// The output cannot be written.
    Output(io::Error),
    /// Diagnostics about texts that are refused.
    Refused(Vec<Diagnostic>),
}

impl Failure {
    /// A failure of this message.
    pub fn message(text: impl Into<String>) -> Self {
        Self::Message { text: text.into(), help: None }
    }

    /// Adds advice to a message.
    #[must_use]
    pub fn with_help(self, advice: impl Into<String>) -> Self {
        match self {
            Self::Message { text, .. } => Self::Message { text, help: Some(advice.into()) },
            other => other,
        }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Refused(vec![diagnostic])
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Refused(diagnostics)
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Refused(diagnostics.into_vec())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
