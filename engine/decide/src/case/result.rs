//! The answers that a batch writes, one for each case.

use serde::Serialize;

use super::Case;
use crate::call::{self, CheckAnswer, KnownFacts};
use crate::eval::{
    Decision, Depends, Expectation, PartialAnswer, PartialDecision, Place, RestsOn, Scratch,
    StatementRef,
};
use crate::text::Diagnostic;

/// The answer to a case.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::{CaseReader, CaseResult, NoFiles};
/// # use polsim::eval::Decision;
/// let line = r#"{"id": "nobody", "policies": [], "request":
///   {"principal": "arn:aws:iam::111122223333:user/alice",
///    "action": "s3:GetObject", "resource": "arn:aws:s3:::bucket/key"}}"#;
/// let case = CaseReader::new("cases", NoFiles).read(line, 1).expect("a valid case");
/// let result: CaseResult<'_> = case.result();
/// assert_eq!(result.decision, Decision::ImplicitDeny);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseResult<'a> {
    /// The id of the case.
    pub id: &'a str,
    /// The decision of AWS, or that it depends on what is not known of the request.
    pub decision: PartialDecision,
    /// The decisions that are possible, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<Decision>,
    /// The keys that the decision depends on, and a request for each decision.
    #[serde(flatten)]
    pub depends: Option<Depends>,
    /// The statements that made it.
    pub by: Vec<&'a StatementRef>,
    /// The name of the fact because of which AWS refuses the call whatever policies say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'static str>,
    /// The readings that the decision rests on: AWS leaves them open.
    #[serde(rename = "restsOn", skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<RestsOn>,
    /// The decision that was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expectation>,
    /// True if the decision is as expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ok: Option<bool>,
}

/// The answer to a case that cannot be read.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::{CaseError, ErrorBody, CaseReader, NoFiles};
/// let refused = CaseReader::new("cases", NoFiles).read("{}", 3).expect_err("nothing");
/// let answer = CaseError { id: refused.id, error: ErrorBody::from(&refused.diagnostics[0]) };
/// assert_eq!(&*answer.id, "3");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseError {
    /// The case's id, or the number of its line.
    pub id: Box<str>,
    /// The first complaint about the case.
    pub error: ErrorBody,
}

/// A complaint, as results write it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::ErrorBody;
/// # use polsim::text::{Diagnostic, Source, Span};
/// let source = Source::new("case.json", "{}");
/// let complaint = Diagnostic::error("C0005", &source, Span::default(), "no request");
/// assert_eq!(&*ErrorBody::from(&complaint).code, "C0005");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorBody {
    /// The stable code of the complaint.
    pub code: Box<str>,
    /// The message on one line.
    pub message: String,
    /// The name of the file.
    pub file: Box<str>,
    /// The place in the file.
    pub span: Place,
    /// The advice, if there is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Case {
    /// The answer to the case.
    pub fn result(&self) -> CaseResult<'_> {
        self.result_with(&mut Scratch::default())
    }

    /// The decision of the policies: about a request through an access point, that of the side which
    /// decides.
    pub fn answer(&self, scratch: &mut Scratch) -> PartialAnswer {
        match self.through_access_point() {
            Some(answer) => answer.into_answer(),
            None => self.set.answer_partial(&self.request, scratch),
        }
    }

    fn through_access_point(&self) -> Option<CheckAnswer> {
        let known = self.resources.as_deref().map(|it| -> &dyn KnownFacts { it });
        call::through_access_point(&self.set, &self.request, known)
    }

    /// As [`result`](Self::result), with room that is used again.
    pub fn result_with(&self, scratch: &mut Scratch) -> CaseResult<'_> {
        let answer = self.answer(scratch);
        let decision = answer.decision();
        // What decides at a bucket behind an access point is no statement about the access point.
        let by = if self.through_access_point().is_some() {
            Vec::new()
        } else {
            self.set.deciding(&self.request, &answer, scratch)
        };
        let on = self.depends_on.as_ref().is_none_or(|it| answer.depends_on(it));
        let ok = self.expect.map(|expect| decision.meets(expect) && on);
        let possible = if decision.decided().is_some() { Vec::new() } else { answer.possible };
        CaseResult {
            id: &self.id,
            decision,
            possible,
            depends: answer.depends,
            by,
            refusal: self.request.refusal().map(|it| it.fact),
            rests_on: answer.rests_on,
            expect: self.expect,
            ok,
        }
    }

    /// Appends the answer to the case to `out`, the very bytes that serde_json writes for
    /// [`result`](Self::result), at a fraction of the cost; tells whether the decision is as expected.
    pub fn write_result(&self, scratch: &mut Scratch, out: &mut Vec<u8>) -> Option<bool> {
        let has_two_sides = !self.request.is_complete() && {
            let known = self.request.known();
            call::goes_through_access_point(known.action().as_str(), known.resource().as_str())
        };
        if self.depends_on.is_some() || has_two_sides || self.set.reads_unknown(&self.request) {
            let result = self.result_with(scratch);
            let written = serde_json::to_writer(&mut *out, &result);
            // Writing to memory does not fail, and the keys of its maps are texts.
            debug_assert!(written.is_ok());
            return result.ok;
        }
        let mut by = Vec::new();
        let decision = self.set.decide_by_number(&self.request, scratch, &mut by);
        let rests_on = self.set.answer_to(&self.request, decision, scratch).rests_on();
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
        if let Some(refusal) = self.request.refusal() {
            text(",\"refusal\":\"");
            text(refusal.fact);
            text("\"");
        }
        if !rests_on.is_empty() {
            text(",\"restsOn\":");
            let written = serde_json::to_writer(&mut *out, &rests_on);
            debug_assert!(written.is_ok());
        }
        let mut text = |text: &str| out.extend_from_slice(text.as_bytes());
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
