//! Redundant parts of policies.

use std::borrow::Cow;

use polsim::prove::{Premise, Redundant, UnknownReason};

use super::{Check, Finding, Results, Suite, finding_if};
use crate::Outcome;
use crate::wording::plural;

/// The results of `polsim redundant`.
#[derive(Debug)]
pub(crate) struct Redundancies<'a> {
    pub(crate) files: Vec<FileFindings<'a>>,
}

/// The redundant parts of the policies of one file, in every set of it that has the policy.
#[derive(Debug)]
pub(crate) struct FileFindings<'a> {
    pub(crate) file: &'a str,
    pub(crate) found: Vec<Redundant>,
    /// Parts of which neither is proved, with the reason.
    pub(crate) unknown: Vec<(Redundant, UnknownReason)>,
    /// The number of parts that were tried.
    pub(crate) tried: usize,
    /// The number of statements that were not reached in time.
    pub(crate) not_tried: usize,
    pub(crate) premises: Vec<Premise>,
}

impl<'a> FileFindings<'a> {
    /// A file without findings.
    pub(crate) fn new(file: &'a str) -> Self {
        Self {
            file,
            found: Vec::new(),
            unknown: Vec::new(),
            tried: 0,
            not_tried: 0,
            premises: Vec::new(),
        }
    }

    fn checks(&self) -> Vec<Check<'_>> {
        let whole = |name, finding| Check {
            name: Cow::Borrowed(name),
            file: self.file,
            line: 1,
            column: 1,
            finding,
        };
        let mut checks: Vec<Check<'_>> =
            self.found.iter().map(|it| check(it, it.message())).collect();
        checks.extend(self.unknown.iter().map(|(it, reason)| check(it, unknown_because(reason))));
        if self.not_tried > 0 {
            let summary = not_reached(self.not_tried);
            checks.push(whole("the rest", Some(Finding { summary, details: None })));
        }
        if checks.is_empty() {
            checks.push(whole("each part is needed", None));
        }
        checks
    }
}

impl Redundancies<'_> {
    /// The number of parts that were tried.
    pub(crate) fn tried(&self) -> usize {
        self.files.iter().map(|it| it.tried).sum()
    }

    /// The number of statements that were not reached in time.
    pub(crate) fn not_tried(&self) -> usize {
        self.files.iter().map(|it| it.not_tried).sum()
    }

    /// The number of redundant parts.
    pub(crate) fn found(&self) -> usize {
        self.files.iter().map(|it| it.found.len()).sum()
    }

    /// The number of parts of which neither is proved.
    pub(crate) fn unknown(&self) -> usize {
        self.files.iter().map(|it| it.unknown.len()).sum()
    }

    /// The subject of the sum: `2 parts of the policies of 1 file`.
    pub(crate) fn subject(&self) -> String {
        let parts = plural(self.tried(), "part");
        format!("{parts} of the policies of {}", plural(self.files.len(), "file"))
    }

    /// The verdict of the sum: `each is needed`, `1 in vain`.
    pub(crate) fn verdict(&self) -> String {
        match (self.not_tried(), self.found(), self.unknown()) {
            (0, 0, 0) => "each is needed".to_owned(),
            (0, found, 0) => format!("{found} in vain"),
            (0, 0, unknown) => format!("{unknown} unknown"),
            (0, found, unknown) => format!("{found} in vain, {unknown} unknown"),
            (more, found, _) => format!("{found} in vain; {}", not_reached(more)),
        }
    }
}

impl Results for Redundancies<'_> {
    fn suites(&self) -> Vec<Suite<'_>> {
        self.files.iter().map(|it| Suite { file: it.file, checks: it.checks() }).collect()
    }

    fn totals(&self) -> String {
        format!("{}: {}", self.subject(), self.verdict())
    }

    fn outcome(&self) -> Outcome {
        finding_if(self.found() > 0 || self.unknown() > 0 || self.not_tried() > 0)
    }
}

/// The check of a part that is redundant, or may be.
fn check(it: &Redundant, summary: String) -> Check<'_> {
    let diagnostic = it.diagnostic();
    let at = it.source.position(diagnostic.span.start);
    Check {
        name: Cow::Owned(format!("{} {}", diagnostic.code, it.statement.statement)),
        file: it.source.name(),
        line: at.line,
        column: at.column,
        finding: Some(Finding { summary, details: None }),
    }
}

/// The message about a part that may be redundant.
pub(crate) fn unknown_because(reason: &UnknownReason) -> String {
    format!("whether it is needed is unknown: {reason}")
}

fn not_reached(statements: usize) -> String {
    format!("{} not reached in time (`--timeout`)", plural(statements, "statement"))
}
