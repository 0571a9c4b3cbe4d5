//! Annotations of GitHub Actions: an error at each test that fails.

use std::fmt::Write as _;
use std::io;

use super::{Report, failing, human, told};
use crate::Console;

pub(super) fn print(report: &Report<'_>, console: &mut Console) -> io::Result<()> {
    let mut out = String::new();
    for file in &report.files {
        let source = &file.scenario.source;
        for test in file.tests.iter().filter(|test| !test.passed()) {
            let at = source.position(test.test.span.start);
            let network = file.scenario.network.as_deref();
            let text: Vec<String> =
                failing(test).into_iter().flat_map(|run| told(run, network)).collect();
            let _ = writeln!(
                out,
                "::error file={},line={},col={},title={}::{}",
                property(source.name()),
                at.line,
                at.column,
                property(&test.test.name),
                message(&text.join("\n")),
            );
        }
    }
    if let Some((percent, wanted)) = report.lacking_coverage() {
        let _ =
            writeln!(out, "::error title=coverage::{percent}%25 covered, wanted are {wanted}%25");
    }
    let (all, failed) = (report.tests().count(), report.failed());
    let _ = writeln!(out, "{}, {failed} failed", human::plural(all, "test"));
    console.print(&out)
}

/// Text of an annotation.
pub(in crate::command) fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property of an annotation.
pub(in crate::command) fn property(text: &str) -> String {
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
