//! Findings for people.

use std::fmt::Write as _;

use super::{Entry, Lint};
use crate::render;

/// Upper bound on the findings that are drawn with an excerpt; the rest take a line each.
const MAX_EXCERPTS: usize = 30;

/// The findings with excerpts, and the sum.
pub(super) fn text(lint: &Lint) -> String {
    let mut out = String::new();
    for policy in lint.policies.iter().filter(|it| it.inferred) {
        let told = lint.shown().any(|it| it.file == policy.file && it.policy == policy.name);
        if told {
            let _ = writeln!(out, "{}: taken as: {} policy", policy.file, policy.policy_type);
        }
    }
    for entry in lint.shown().take(MAX_EXCERPTS) {
        let _ = writeln!(out, "{}", render::diagnostic(&entry.finding.diagnostic));
        if let Some(shown) = &entry.finding.witness {
            let _ = writeln!(out, "   = request: {}", shown.sentence);
        }
        out.push('\n');
    }
    let more = lint.shown().count().saturating_sub(MAX_EXCERPTS);
    if more > 0 {
        let _ = writeln!(out, "{more} more:");
    }
    for entry in lint.shown().skip(MAX_EXCERPTS) {
        let _ = writeln!(out, "{}", line(entry));
    }
    notices(lint, &mut out);
    let fine = lint.shown().next().is_none();
    let totals = lint.totals();
    let _ = writeln!(out, "{}", if fine { render::good(&totals) } else { render::bad(&totals) });
    out
}

/// A line for each finding, and the sum.
pub(super) fn short(lint: &Lint) -> String {
    let mut out = String::new();
    for entry in lint.shown() {
        let _ = writeln!(out, "{}", line(entry));
    }
    notices(lint, &mut out);
    let _ = writeln!(out, "{}", lint.totals());
    out
}

fn notices(lint: &Lint, out: &mut String) {
    for notice in &lint.notices {
        let _ = writeln!(out, "{}[{}] {}", notice.level, notice.code, notice.text);
    }
}

fn line(entry: &Entry) -> String {
    let (line, column) = entry.start();
    let finding = &entry.finding;
    let name = entry.policy.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
    format!(
        "{}:{line}:{column}: {}[{}] {name}{}",
        entry.file,
        finding.level(),
        finding.code(),
        finding.diagnostic.message
    )
}
