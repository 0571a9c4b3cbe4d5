//! For people: a line for each property, and everything about those that are not as wanted.

use std::fmt::Write as _;
use std::io;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::prove::{Report, Verdict};

use super::FileReport;
use crate::Console;
use crate::render::{self, View};

pub(super) fn print(files: &[FileReport<'_>], console: &mut Console) -> io::Result<()> {
    for file in files {
        console.print(&format!("{}\n", render::heading(file.scenario.source.name())))?;
        for (report, took) in &file.reports {
            console.warn(report.notes());
            let word = report.verdict.as_str();
            let word = if report.is_as_wanted() { render::good(word) } else { render::bad(word) };
            console.print(&format!(
                "  {word}: {} ({:.1} ms)\n",
                clean(&report.name),
                took.as_secs_f64() * 1e3
            ))?;
            console.print(&details(file, report))?;
        }
    }
    Ok(())
}

fn details(_file: &FileReport<'_>, report: &Report) -> String {
    let mut out = String::new();
    match &report.verdict {
        Verdict::Unknown(reason) => {
            let _ = writeln!(out, "    {}", reason.obstacle);
            if let Some(place) = &reason.construct {
                let at = place.source.position(place.span.start);
                let _ = writeln!(
                    out,
                    "    {}:{}:{}: {}",
                    place.source.name(),
                    at.line,
                    at.column,
                    place.source.slice(place.span)
                );
            }
        }
        verdict => {
            if let Some(example) = verdict.example() {
                let _ = writeln!(out, "    {}", clean(example.sentence()));
                if !report.is_as_wanted() {
                    let view = View {
                        set: example.set(),
                        request: example.request(),
                        explanation: example.explanation(),
                        all: false,
                    };
                    for line in render::explanation(&view).lines() {
                        let _ = writeln!(out, "      {line}");
                    }
                    let _ = writeln!(out, "    {}", example.case());
                }
            }
            if let Some(proof) = verdict.proof() {
                let _ = writeln!(out, "    assuming: {}", proof.assumptions().join(", "));
            }
        }
    }
    out
}
