//! Refused input: the diagnostics of a run that has no answer, in the formats of machines.
//!
//! People read them on standard error, as after any command. A CI system reads standard output, and a
//! broken policy is the commonest fault of a pull request: it is annotated like a finding.

use std::fmt::Write as _;

use polsim::text::{Diagnostic, Severity};
use quick_junit::{NonSuccessKind, TestCaseStatus, TestSuite};
use serde::Serialize;

use super::{Format, github, junit};
use crate::{Console, Failure};

/// The failure of a command, printed in its output format first.
pub(crate) fn print(failure: Failure, format: Format, console: &mut Console) -> Failure {
    let printed = match &failure {
        Failure::Refused(diagnostics) => write(diagnostics, format, console),
        Failure::Message { .. } | Failure::Output(_) => Ok(()),
    };
    printed.err().unwrap_or(failure)
}

fn write(diagnostics: &[Diagnostic], format: Format, console: &mut Console) -> Result<(), Failure> {
    match format {
        Format::Human => {}
        Format::Junit => console.print(&as_junit(diagnostics)?)?,
        Format::Json => {
            let errors = diagnostics.iter().map(Refusal::of).collect();
            console.print_json(&Refusals { errors })?;
        }
        Format::Github => console.print(&annotations(diagnostics))?,
    }
    Ok(())
}

/// The JSON of a run without an answer.
#[derive(Debug, Serialize)]
struct Refusals<'a> {
    errors: Vec<Refusal<'a>>,
}

/// A diagnostic as JSON.
#[derive(Debug, Serialize)]
struct Refusal<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

impl<'a> Refusal<'a> {
    fn of(diagnostic: &'a Diagnostic) -> Self {
        let start = diagnostic.source.position(diagnostic.span.start);
        Self {
            code: diagnostic.code,
            severity: word(diagnostic.severity),
            message: &diagnostic.message,
            file: diagnostic.source.name(),
            line: start.line,
            column: start.column,
            help: diagnostic.help.as_deref(),
        }
    }

    /// The complaint with its advice.
    fn text(&self) -> String {
        match self.help {
            Some(help) => format!("{}; {help}", self.message),
            None => self.message.to_owned(),
        }
    }
}

/// GitHub's word for the severity.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn annotations(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for refusal in diagnostics.iter().map(Refusal::of) {
        let place = (refusal.file, refusal.line, refusal.column);
        let _ = writeln!(
            out,
            "::{} {},title={}::{}",
            refusal.severity,
            github::place(place),
            refusal.code,
            github::message(&refusal.text())
        );
    }
    out
}

fn as_junit(diagnostics: &[Diagnostic]) -> Result<String, Failure> {
    let mut document = quick_junit::Report::new("polsim");
    let mut suites: Vec<(&str, TestSuite)> = Vec::new();
    for refusal in diagnostics.iter().map(Refusal::of) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type(refusal.code);
        status.set_message(junit::valid(&refusal.text()));
        let name = format!("{}:{}:{}", refusal.file, refusal.line, refusal.column);
        let case = junit::test_case(refusal.file, (&name, refusal.file, refusal.line), status);
        if let Some((_, suite)) = suites.iter_mut().find(|(file, _)| *file == refusal.file) {
            suite.add_test_case(case);
        } else {
            let mut suite = TestSuite::new(junit::valid(refusal.file));
            suite.add_test_case(case);
            suites.push((refusal.file, suite));
        }
    }
    document.add_test_suites(suites.into_iter().map(|(_, suite)| suite));
    junit::written(&document)
}
