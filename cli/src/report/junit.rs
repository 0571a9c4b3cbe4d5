//! JUnit XML, as CI systems read it: a suite for each file, a test case for each check.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::model::{Check, Report, Suite};
use crate::Failure;

/// The report as a JUnit document.
pub(super) fn text(report: &Report<'_>) -> Result<String, Failure> {
    let mut document = quick_junit::Report::new("polsim");
    document.add_test_suites(report.results().suites().iter().map(suite));
    written(&document)
}

/// The text of a document.
pub(super) fn written(document: &quick_junit::Report) -> Result<String, Failure> {
    document.to_string().map_err(|error| Failure::message(format!("cannot write JUnit: {error}")))
}

fn suite(suite: &Suite<'_>) -> TestSuite {
    let mut out = TestSuite::new(valid(suite.file));
    out.add_test_cases(suite.checks.iter().map(|check| case(suite.file, check)));
    out
}

fn case(suite: &str, check: &Check<'_>) -> TestCase {
    let status = match &check.finding {
        None => TestCaseStatus::success(),
        Some(finding) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(valid(&finding.summary));
            if let Some(details) = &finding.details {
                status.set_description(valid(details));
            }
            status
        }
    };
    test_case(suite, (&check.name, check.file, check.line), status)
}

/// The test case of this name and place.
pub(super) fn test_case(
    suite: &str,
    (name, file, line): (&str, &str, u32),
    status: TestCaseStatus,
) -> TestCase {
    let mut out = TestCase::new(valid(name), status);
    out.set_classname(valid(suite));
    // Not part of the schema, and read by most CI systems.
    out.extra.insert("file".into(), valid(file).into());
    out.extra.insert("line".into(), line.to_string().into());
    out
}

/// The text with U+FFFD for each character that XML 1.0 cannot hold: the library leaves some of
/// them out and writes others. It writes line breaks in attributes as they are, so readers see
/// spaces.
pub(super) fn valid(text: &str) -> String {
    let invalid = |c: char| {
        matches!(c, '\u{FFFE}' | '\u{FFFF}') || (c.is_control() && !matches!(c, '\n' | '\t'))
    };
    text.replace(invalid, "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::case;
    use crate::report::model::{Check, Finding};

    fn written(text: &str) -> String {
        let finding = Finding { summary: text.to_owned(), details: Some(text.to_owned()) };
        let check = Check {
            name: Cow::Borrowed(text),
            file: text,
            line: 1,
            column: 1,
            finding: Some(finding),
        };
        let mut suite = quick_junit::TestSuite::new("suite");
        suite.add_test_case(case(text, &check));
        let mut report = quick_junit::Report::new("report");
        report.add_test_suite(suite);
        report.to_string().expect("it can be written")
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_escaped_or_replaced() {
        let text = written("a<b>&\"'\n\u{1b}[1m\u{FFFE}ä");
        let attribute = "=\"a&lt;b&gt;&amp;&quot;&apos;\n\u{FFFD}[1m\u{FFFD}ä\"";
        for name in ["name", "classname", "file", "message"] {
            assert!(text.contains(&format!("{name}{attribute}")), "{name} in {text}");
        }
        assert!(text.contains(">a&lt;b&gt;&amp;"), "{text}");
    }
}
