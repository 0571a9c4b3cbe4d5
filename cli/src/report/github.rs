//! Annotations of GitHub Actions: an error at each finding.

use std::fmt::Write as _;

use super::model::Report;

/// The report as workflow commands, and the sum.
pub(super) fn text(report: &Report<'_>) -> String {
    let results = report.results();
    let mut out = String::new();
    for suite in results.suites() {
        for check in &suite.checks {
            let Some(finding) = &check.finding else { continue };
            let _ = writeln!(
                out,
                "::error file={},line={},col={},title={}::{}",
                property(check.file),
                check.line,
                check.column,
                property(&check.name),
                message(finding.details.as_ref().unwrap_or(&finding.summary)),
            );
        }
    }
    for (title, text) in results.run_findings() {
        let _ = writeln!(out, "::error title={}::{}", property(title), message(&text));
    }
    let _ = writeln!(out, "{}", results.totals());
    out
}

/// The text of an annotation, escaped.
pub(super) fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of an annotation, escaped.
pub(super) fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{message, property};

    #[test]
    fn annotations_are_escaped() {
        assert_eq!(message("50%\nx"), "50%25%0Ax");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
