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

    /// Appends the answer to the case to `out`, the very bytes that serde_json writes for
    /// [`result`](Self::result), at a fraction of the cost; whether the decision is as expected.
    pub fn write_result(&self, scratch: &mut Scratch, out: &mut Vec<u8>) -> Option<bool> {
        let mut by = Vec::new();
        let decision = self.set.decide_by_number(&self.request, scratch, &mut by);
        let ok = self.expect.map(|expect| expect.is_met_by(decision));
        out.extend_from_slice(b"{\"id\":");
        let written = serde_json::to_writer(&mut *out, &*self.id);
        // Writing a text to memory does not fail.
        debug_assert!(written.is_ok());
        let mut text = |text: &str| out.extend_from_slice(text.as_bytes());
        text(",\"decision\":\"");
        text(decision.as_str());
        text("\",\"by\":[");
        for (index, number) in by.into_iter().enumerate() {
            text(if index == 0 { "" } else { "," });
            text(self.set.statement_json(number));
        }
        text("]");
        if let (Some(expect), Some(ok)) = (self.expect, ok) {
            text(",\"expect\":\"");
            text(expect.as_str());
            text(if ok { "\",\"ok\":true" } else { "\",\"ok\":false" });
        }
        text("}");
        ok
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
