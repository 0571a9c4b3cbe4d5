//! Tests: a line for each file, everything about tests that fail, the sum.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::scenario::{Coverage, TestOutcome};

use crate::render::{self, View};
use crate::report::model::{TestFile, Tests, explained_runs, failure_lines};
use crate::wording::plural;

/// Upper bound on the uncovered places of a file that are listed.
const MAX_LISTED: usize = 20;

pub(super) fn text(results: &Tests<'_>) -> String {
    let mut out = String::new();
    for file in &results.files {
        let failed = file.tests.iter().filter(|test| !test.passed()).count();
        let name = file.scenario.source.name();
        let count = plural(file.tests.len(), "test");
        if failed == 0 {
            let _ = writeln!(out, "{} {name}: {count}", render::good("ok  "));
            continue;
        }
        let _ = writeln!(out, "{} {name}: {count}, {failed} failed", render::bad("FAIL"));
        for test in file.tests.iter().filter(|test| !test.passed()) {
            out.push_str(&failure(file, test));
        }
    }
    if let Some(coverage) = &results.coverage {
        out.push_str(&covered(coverage));
    }
    let (all, failed) = (results.tests().count(), results.failed());
    let runs: usize = results.tests().map(|test| test.runs.len()).sum();
    let requests = if runs == all { String::new() } else { format!(", {runs} requests") };
    let files = plural(results.files.len(), "file");
    let verdict = if failed == 0 {
        render::good("all passed")
    } else {
        render::bad(&format!("{failed} failed"))
    };
    let _ = writeln!(out, "\n{} in {files}{requests}: {verdict}", plural(all, "test"));
    if let Some((percent, wanted)) = results.lacking_coverage() {
        let text = format!("coverage is {percent} %, wanted are {wanted} %");
        let _ = writeln!(out, "{}", render::bad(&text));
    }
    out
}

/// The report on a test that fails: its place, its failed expectations, each decision explained.
fn failure(file: &TestFile<'_>, test: &TestOutcome<'_>) -> String {
    let source = &file.scenario.source;
    let at = source.position(test.test.span.start);
    let mut out = String::new();
    let _ =
        writeln!(out, "\n{}:{}:{}: {}", source.name(), at.line, at.column, clean(&test.test.name));
    if let Some(why) = &test.test.why {
        let _ = writeln!(out, "  because: {}", clean(why.trim_end()));
    }
    for run in explained_runs(test) {
        for line in failure_lines(run, file.scenario.network.as_deref()) {
            let _ = writeln!(out, "  {}", clean(&line));
        }
        let explanation = run.explain();
        let request = &run.run.request;
        let view = View { set: &run.run.set, request, explanation: &explanation, all: false };
        let text = match &run.answer.depends {
            Some(depends) => render::depends(request, &run.answer, depends),
            None => render::explanation(&view),
        };
        out.push('\n');
        for line in text.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    if test.runs.is_empty() {
        out.push_str("  no request was made\n");
    }
    out.push('\n');
    out
}

/// The coverage, with the places that no test made decide.
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
        for place in file.uncovered.iter().take(MAX_LISTED) {
            let (line, column) = (place.span.line, place.span.column);
            let _ = writeln!(out, "    {line}:{column} never decided: {}", clean(&place.what));
        }
        if let Some(more) = file.uncovered.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
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
