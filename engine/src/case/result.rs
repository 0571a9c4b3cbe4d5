//! What a batch writes for each case.

use serde::Serialize;

use super::Case;
use crate::eval::{Decision, Expectation, Place, Scratch, StatementRef};
use crate::text::Diagnostic;

/// The answer to a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseResult<'a> {
    /// The case's id.
    pub id: &'a str,
    /// The decision.
    pub decision: Decision,
    /// The statements that made it.
    pub by: Vec<&'a StatementRef>,
    /// What was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expectation>,
    /// Whether the decision is as expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ok: Option<bool>,
}

/// A case that cannot be read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseError {
    /// The case's id, or the number of its line.
    pub id: Box<str>,
    /// The first complaint.
    pub error: ErrorBody,
}

/// A complaint, as results write it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorBody {
    /// The stable code.
    pub code: Box<str>,
    /// What is wrong.
    pub message: String,
    /// The file it is in.
    pub file: Box<str>,
    /// Where.
    pub span: Place,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Case {
    /// The answer to the case.
    pub fn result(&self, scratch: &mut Scratch) -> CaseResult<'_> {
        let (decision, by) = self.set.decide_by(&self.request, scratch);
        let ok = self.expect.map(|expect| expect.is_met_by(decision));
        CaseResult { id: &self.id, decision, by, expect: self.expect, ok }
    }
}

impl From<&Diagnostic> for ErrorBody {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.into(),
            message: diagnostic.message.clone(),
            file: diagnostic.source.name().into(),
            span: Place::of(&diagnostic.source, diagnostic.span),
            help: diagnostic.help.clone(),
        }
    }
}
