//! For people: a line for each file, everything about tests that fail, the sum.

use std::fmt::Write as _;
use std::io;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::scenario::{Coverage, TestOutcome};

use super::{FileOutcome, Report, failing, told};
use crate::Console;
use crate::render::{self, View};

/// How many of the uncovered places of a file are listed.
const LISTED: usize = 20;

pub(super) fn print(report: &Report<'_>, console: &mut Console) -> io::Result<()> {
    for file in &report.files {
        let failed = file.tests.iter().filter(|test| !test.passed()).count();
        let name = file.scenario.source.name();
        let count = plural(file.tests.len(), "test");
        if failed == 0 {
            console.print(&format!("{} {name}: {count}\n", render::good("ok  ")))?;
            continue;
        }
        console.print(&format!("{} {name}: {count}, {failed} failed\n", render::bad("FAIL")))?;
        for test in file.tests.iter().filter(|test| !test.passed()) {
            console.print(&failure(file, test))?;
        }
    }
    if let Some(coverage) = &report.coverage {
        console.print(&covered(coverage))?;
    }
    let (all, failed) = (report.tests().count(), report.failed());
    let runs: usize = report.tests().map(|test| test.runs.len()).sum();
    let requests = if runs == all { String::new() } else { format!(", {runs} requests") };
    let files = plural(report.files.len(), "file");
    let sum = format!("{} in {files}{requests}", plural(all, "test"));
    let verdict = if failed == 0 {
        render::good("all passed")
    } else {
        render::bad(&format!("{failed} failed"))
    };
    console.print(&format!("\n{sum}: {verdict}\n"))?;
    if let Some((percent, wanted)) = report.lacking_coverage() {
        let text = format!("coverage is {percent} %, wanted are {wanted} %");
        console.print(&format!("{}\n", render::bad(&text)))?;
    }
    Ok(())
}

/// Everything about a test that fails.
fn failure(file: &FileOutcome<'_>, test: &TestOutcome<'_>) -> String {
    let source = &file.scenario.source;
    let at = source.position(test.test.span.start);
    let mut out = String::new();
    let _ =
        writeln!(out, "\n{}:{}:{}: {}", source.name(), at.line, at.column, clean(&test.test.name));
    if let Some(why) = &test.test.why {
        let _ = writeln!(out, "  because: {}", clean(why.trim_end()));
    }
    for run in failing(test) {
        for line in told(run, file.scenario.network.as_deref()) {
            let _ = writeln!(out, "  {}", clean(&line));
        }
        let explanation = run.explain();
        let view = View {
            set: &run.run.set,
            request: &run.run.request,
            explanation: &explanation,
            all: false,
        };
        out.push('\n');
        for line in render::explanation(&view).lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    if test.runs.is_empty() {
        out.push_str("  no request was made\n");
    }
    out.push('\n');
    out
}

fn covered(coverage: &Coverage) -> String {
    let mut out = String::from("\ncoverage\n");
    for file in coverage.files() {
        let _ = writeln!(
            out,
            "  {}: {} of {}, {} of {}",
            file.file,
            file.statements_covered,
            plural(file.statements, "statement"),
            file.values_covered,
            plural(file.values, "condition value"),
        );
        for place in file.uncovered.iter().take(LISTED) {
            let (line, column) = (place.span.line, place.span.column);
            let _ = writeln!(out, "    {line}:{column} never decided: {}", clean(&place.what));
        }
        if let Some(more) = file.uncovered.len().checked_sub(LISTED).filter(|more| *more > 0) {
            let _ = writeln!(out, "    and {more} more");
        }
    }
    match coverage.percent() {
        Some(percent) => {
            let _ = writeln!(out, "  {percent} % in total");
        }
        None => out.push_str("  there is nothing to cover\n"),
    }
    out
}

pub(in crate::command) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
