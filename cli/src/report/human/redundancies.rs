//! Redundant parts of policies: each as a warning at its place, and the sum.

use std::fmt::Write as _;

use crate::render;
use crate::report::model::{ReasonPlace, Redundancies, place_of, unknown_because};

pub(super) fn text(results: &Redundancies<'_>) -> String {
    let mut out = String::new();
    for file in &results.files {
        for it in &file.found {
            let _ = writeln!(out, "{}\n", render::diagnostic(&it.diagnostic()));
        }
        for (it, reason) in &file.unknown {
            let mut diagnostic = it.diagnostic();
            diagnostic.message = unknown_because(reason);
            if let Some(ReasonPlace { file, line, column, text }) = place_of(reason) {
                diagnostic = diagnostic.with_help(format!("{file}:{line}:{column}: {text}"));
            }
            let _ = writeln!(out, "{}\n", render::diagnostic(&diagnostic));
        }
    }
    let fine = results.found() == 0 && results.unknown() == 0 && results.not_tried() == 0;
    let verdict = results.verdict();
    let verdict = if fine { render::good(&verdict) } else { render::bad(&verdict) };
    let _ = writeln!(out, "{}: {verdict}", results.subject());
    if results.found() > 1 {
        out.push_str(
            "Each is in vain because of what else is there: remove one, then ask again.\n",
        );
    }
    out
}
