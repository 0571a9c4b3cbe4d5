//! Annotations of GitHub Actions: an error at each property whose verdict is not the stated one.

use std::fmt::Write as _;
use std::io;

use super::{Verdicts, told};
use crate::Console;
use crate::command::test::github::{message, property};

pub(super) fn print(verdicts: &Verdicts<'_>, console: &mut Console) -> io::Result<()> {
    let mut out = String::new();
    for file in &verdicts.files {
        let source = &file.scenario.source;
        let reports = file.reports.iter().map(|it| &it.report);
        for report in reports.filter(|report| !report.is_as_wanted()) {
            let at = source.position(report.span.start);
            let _ = writeln!(
                out,
                "::error file={},line={},col={},title={}::{}",
                property(source.name()),
                at.line,
                at.column,
                property(&report.name),
                message(&told(report)),
            );
        }
    }
    let (all, failed) = (verdicts.reports().count(), verdicts.not_as_stated());
    let properties = if all == 1 { "property" } else { "properties" };
    let _ = writeln!(out, "{all} {properties}, {failed} not as stated");
    console.print(&out)
}
