//! JUnit XML, as CI systems read it: a suite for each file, a case for each test.

use std::fmt::Write as _;
use std::io;

use super::{Report, failing, told};
use crate::Console;

pub(super) fn print(report: &Report<'_>, console: &mut Console) -> io::Result<()> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (all, failed) = (report.tests().count(), report.failed());
    let _ = writeln!(
        out,
        "<testsuites name=\"polsim\" tests=\"{all}\" failures=\"{failed}\" errors=\"0\">"
    );
    for file in &report.files {
        let name = escape(file.scenario.source.name());
        let failures = file.tests.iter().filter(|test| !test.passed()).count();
        let tests = file.tests.len();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
        );
        for test in &file.tests {
            let line = file.scenario.source.position(test.test.span.start).line;
            let case = escape(&test.test.name);
            let _ = write!(
                out,
                "    <testcase name=\"{case}\" classname=\"{name}\" file=\"{name}\" line=\"{line}\""
            );
            if test.passed() {
                out.push_str("/>\n");
                continue;
            }
            out.push_str(">\n");
            let network = file.scenario.network.as_deref();
            let text: Vec<String> =
                failing(test).into_iter().flat_map(|run| told(run, network)).collect();
            let first = escape(text.first().map_or("no request was made", String::as_str));
            let body = escape(&text.join("\n"));
            let _ = writeln!(out, "      <failure message=\"{first}\">{body}</failure>");
            out.push_str("    </testcase>\n");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    console.print(&out)
}

/// Text for XML: the five that mean something, and what XML 1.0 cannot hold at all.
pub(in crate::command) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c if c.is_control() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_xml_cannot_hold_is_escaped_or_replaced() {
        assert_eq!(escape("a<b>&\"'\n\u{1b}ä"), "a&lt;b&gt;&amp;&quot;&apos;&#10;\u{FFFD}ä");
    }
}
