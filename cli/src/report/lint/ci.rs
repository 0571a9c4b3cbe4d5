//! Findings for CI systems: GitHub, GitLab, JUnit, and Markdown.

use std::fmt::Write as _;

use polsim::text::Severity;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::{Entry, Lint};
use crate::Failure;
use crate::report::{github_message, github_property, junit_text};

/// Upper bound on the annotations of each level that GitHub shows for a step.
const MAX_ANNOTATIONS: usize = 10;

/// Workflow commands: the gravest first, the rest counted.
pub(super) fn github(lint: &Lint) -> String {
    let mut out = String::new();
    let mut left: usize = 0;
    for (level, word) in
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "notice")]
    {
        let of_level: Vec<&Entry> = lint.shown().filter(|it| it.finding.level() == level).collect();
        left = left.saturating_add(of_level.len().saturating_sub(MAX_ANNOTATIONS));
        for entry in of_level.into_iter().take(MAX_ANNOTATIONS) {
            let ((line, column), (end_line, end_column)) = (entry.start(), entry.end());
            let finding = &entry.finding;
            let title = format!("{} {}", finding.code(), finding.name());
            let mut message = finding.diagnostic.message.clone();
            if let Some(help) = &finding.diagnostic.help {
                message = format!("{message}\nhelp: {help}");
            }
            let _ = writeln!(
                out,
                "::{word} file={},line={line},endLine={end_line},col={column},endColumn={end_column},title={}::{}",
                github_property(&entry.file),
                github_property(&title),
                github_message(&message),
            );
        }
    }
    for notice in &lint.notices {
        let _ = writeln!(out, "::notice title={}::{}", notice.code, github_message(&notice.text));
    }
    if left > 0 {
        let _ = writeln!(out, "::notice title=polsim lint::{left} more findings are not shown");
    }
    let _ = writeln!(out, "{}", lint.totals());
    out
}

/// A Code Quality report.
pub(super) fn gitlab(lint: &Lint) -> String {
    let issues: Vec<Value> = lint
        .shown()
        .map(|entry| {
            let finding = &entry.finding;
            let severity = match finding.level() {
                Severity::Error if finding.code().starts_with("W05") => "critical",
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            };
            let path = entry.file.strip_prefix("./").unwrap_or(&entry.file);
            json!({
                "description": format!("{} {}", finding.code(), finding.diagnostic.message),
                "check_name": finding.name(),
                "fingerprint": entry.fingerprint,
                "severity": severity,
                "location": {"path": path, "lines": {"begin": entry.start().0}},
            })
        })
        .collect();
    let text = serde_json::to_string_pretty(&issues).unwrap_or_default();
    text + "\n"
}

/// A suite for each file, a case for each policy: what is clean is seen as passed.
pub(super) fn junit(lint: &Lint) -> Result<String, Failure> {
    let mut document = quick_junit::Report::new("polsim lint");
    let mut files: Vec<&str> = lint.policies.iter().map(|it| &*it.file).collect();
    files.dedup();
    for file in files {
        let mut suite = TestSuite::new(junit_text(file));
        for policy in lint.policies.iter().filter(|it| it.file == file) {
            let name = policy.name.as_deref().unwrap_or(file);
            let counts = |it: &&Entry| {
                it.file == file
                    && it.policy == policy.name
                    && lint.least.is_some_and(|least| it.finding.level() >= least)
            };
            let findings: Vec<&Entry> = lint.shown().filter(counts).collect();
            let status = match findings.first() {
                None => TestCaseStatus::success(),
                Some(first) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    let more = findings.len().saturating_sub(1);
                    let message = &first.finding.diagnostic.message;
                    let message = match more {
                        0 => message.clone(),
                        _ => format!("{message}, and {more} more"),
                    };
                    status.set_message(junit_text(&message));
                    let lines: Vec<String> = findings.iter().map(|it| line(it)).collect();
                    status.set_description(junit_text(&lines.join("\n")));
                    status
                }
            };
            let mut case = TestCase::new(junit_text(name), status);
            case.set_classname(junit_text(file));
            case.extra.insert("file".into(), junit_text(file).into());
            let at = findings.first().map_or(1, |it| it.start().0);
            case.extra.insert("line".into(), at.to_string().into());
            suite.add_test_case(case);
        }
        document.add_test_suite(suite);
    }
    document.to_string().map_err(|error| Failure::message(format!("cannot write JUnit: {error}")))
}

fn line(entry: &Entry) -> String {
    let (line, column) = entry.start();
    let finding = &entry.finding;
    format!(
        "{}:{line}:{column}: {}[{}] {}",
        entry.file,
        finding.level(),
        finding.code(),
        finding.diagnostic.message
    )
}

/// A table.
pub(super) fn markdown(lint: &Lint) -> String {
    let mut out = String::from("| level | code | place | finding |\n| --- | --- | --- | --- |\n");
    for entry in lint.shown() {
        let (line, _) = entry.start();
        let finding = &entry.finding;
        let message = finding.diagnostic.message.replace('|', "\\|").replace('\n', " ");
        let place = format!("{}:{line}", entry.file).replace('|', "\\|");
        let _ = writeln!(out, "| {} | {} | {place} | {message} |", finding.level(), finding.code());
    }
    let _ = writeln!(out, "\n{}", lint.totals());
    out
}
