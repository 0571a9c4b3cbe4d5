//! Findings: what a rule says about a place of a policy.

use polsim::text::{Diagnostic, Severity, Span};

use crate::rule::{self, Rule};

/// A finding about a policy.
///
/// ```
/// use polsim::policy::PolicyType;
/// use polsim::text::Source;
/// use polsim_lint::Linter;
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///     "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*",
///     "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-12"}}}}"#;
/// let report = Linter::new(None).lint(&Source::new("p.json", text), PolicyType::Identity);
/// let finding = &report.findings[0];
/// assert_eq!(finding.code(), "W0312");
/// assert_eq!(&*finding.path, "/Statement/Condition/StringEquals/aws:SourceVpce");
/// ```
#[derive(Clone, Debug)]
pub struct Finding {
    /// The code, the message, the place and the advice.
    pub diagnostic: Diagnostic,
    /// The JSON Pointer of the place in its document.
    pub path: Box<str>,
    /// The number of the statement that the place is in, and its Sid.
    pub statement: Option<(usize, Option<Box<str>>)>,
    /// The request that shows it, decided by the evaluator.
    pub witness: Option<Shown>,
    /// The names of the documented facts that a proof rests on.
    pub assumptions: Vec<&'static str>,
    /// The repair.
    pub fix: Option<Fix>,
}

/// The request that shows what a finding claims.
///
/// ```
/// let shown = polsim_lint::Shown { sentence: "anybody reads".into(), case: "{}".into() };
/// assert_eq!(&*shown.case, "{}");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown {
    /// The request in words.
    pub sentence: Box<str>,
    /// The request with the policies, as a case that `polsim eval --cases` takes.
    pub case: Box<str>,
}

/// A repair: edits of the policy's text.
///
/// ```
/// use polsim::text::Span;
/// let fix = polsim_lint::Fix { safe: true, edits: vec![(Span::new(0, 2), "".into())] };
/// assert_eq!(fix.edits.len(), 1);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fix {
    /// True if every decision stays the same, which whoever applies it has proved.
    pub safe: bool,
    /// Places and their new texts, which do not overlap.
    pub edits: Vec<(Span, Box<str>)>,
}

impl Finding {
    /// The code.
    pub fn code(&self) -> &'static str {
        self.diagnostic.code
    }

    /// The name of its rule; that of the group where the parser found it.
    pub fn name(&self) -> &'static str {
        match Rule::find(self.code()) {
            Some(rule) => rule.name,
            None if self.level() == Severity::Error => "refused-by-aws",
            None => "grammar",
        }
    }

    /// The group of the code.
    pub fn group(&self) -> &'static str {
        rule::group(self.code())
    }

    /// The level.
    pub fn level(&self) -> Severity {
        self.diagnostic.severity
    }

    /// The text at the place, as it is written.
    pub fn flagged(&self) -> &str {
        self.diagnostic.source.slice(self.diagnostic.span)
    }
}
