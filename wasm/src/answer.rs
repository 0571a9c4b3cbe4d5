//! Answers of the exported functions.

use polsim::text;
use serde::Serialize;
use tsify::Tsify;

use crate::Diagnostic;

/// The answer of a function: its value, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Answer<T> {
    /// There is a value.
    Answered {
        /// Value of the answer.
        value: T,
    },
    /// The input is wrong: there is no answer to it.
    Refused {
        /// Diagnostics about the input, errors and warnings.
        diagnostics: Vec<Diagnostic>,
    },
    /// The engine broke down. That is a defect of polsim, never of the input; the next call finds
    /// a fresh engine.
    Failed {
        /// Message about the failure.
        message: String,
    },
}

impl<T> Answer<T> {
    /// The answer to input with these complaints.
    pub fn refused<'a>(diagnostics: impl IntoIterator<Item = &'a text::Diagnostic>) -> Self {
        Self::Refused { diagnostics: diagnostics.into_iter().map(Diagnostic::from).collect() }
    }

    /// The answer to an argument that is not of its type, which TypeScript would have refused.
    pub fn mistyped(reason: &str) -> Self {
        Self::Failed { message: format!("the argument is not of its type: {reason}") }
    }
}

impl<T> From<Result<T, text::Diagnostics>> for Answer<T> {
    fn from(result: Result<T, text::Diagnostics>) -> Self {
        match result {
            Ok(value) => Self::Answered { value },
            Err(refused) => Self::refused(&refused),
        }
    }
}
