//! JUnit XML, as CI systems read it: a suite for each file, a case for each property.

use std::fmt::Write as _;
use std::io;

use super::{Verdicts, told};
use crate::Console;
use crate::command::test::junit::escape;

pub(super) fn print(verdicts: &Verdicts<'_>, console: &mut Console) -> io::Result<()> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (all, failed) = (verdicts.reports().count(), verdicts.not_as_stated());
    let _ = writeln!(
        out,
        "<testsuites name=\"polsim\" tests=\"{all}\" failures=\"{failed}\" errors=\"0\">"
    );
    for file in &verdicts.files {
        let name = escape(file.scenario.source.name());
        let reports = || file.reports.iter().map(|it| &it.report);
        let failures = reports().filter(|report| !report.is_as_wanted()).count();
        let count = file.reports.len();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
        );
        for report in reports() {
            let line = file.scenario.source.position(report.span.start).line;
            let case = escape(&report.name);
            let _ = write!(
                out,
                "    <testcase name=\"{case}\" classname=\"{name}\" file=\"{name}\" line=\"{line}\""
            );
            if report.is_as_wanted() {
                out.push_str("/>\n");
                continue;
            }
            let told = escape(&told(report));
            let _ = writeln!(out, ">\n      <failure message=\"{told}\"/>\n    </testcase>");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    console.print(&out)
}
