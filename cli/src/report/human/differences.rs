//! Differences: each with the request that shows it, and why it is one.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::eval::Decision;
use polsim::prove::{Changes, Diff, DiffVerdict, Difference, Rest, Witness};

use crate::render;
use crate::report::model::{Compared, Differences, ReasonPlace, place_of, verdict_words};

pub(super) fn text(results: &Differences<'_>) -> String {
    results.comparisons.iter().map(|compared| comparison(results, compared)).collect()
}

/// The report on a comparison: the verdict, the differences, the premises.
fn comparison(results: &Differences<'_>, compared: &Compared) -> String {
    let Compared { set, diff } = compared;
    let mut out = String::new();
    let set = set.as_ref().map(|name| format!(", set `{}`", clean(name))).unwrap_or_default();
    let heading = format!("{} -> {}{set}", clean(results.old), clean(results.new));
    let _ = writeln!(out, "{}", render::heading(&heading));
    let _ = writeln!(out, "  {}", verdict(diff));
    let directions = [
        (&diff.new_access, "new access: allowed by NEW and not by OLD"),
        (&diff.removed_access, "removed access: allowed by OLD and not by NEW"),
    ];
    for (changes, title) in directions {
        if let Some(changes) = changes {
            direction(changes, title, &mut out);
        }
    }
    if diff.premises.is_empty() && diff.assumptions().is_empty() {
        return out;
    }
    out.push('\n');
    for premise in &diff.premises {
        let _ = writeln!(out, "  taken to be so: {premise}");
    }
    let depends_on = diff.depends_on();
    if !depends_on.is_empty() {
        let _ = writeln!(
            out,
            "  by default: there is more on another side of {} (see `polsim readings`)",
            depends_on.join(", ")
        );
    }
    if !diff.assumptions().is_empty() {
        let _ = writeln!(out, "  assuming {}", diff.assumptions().join(", "));
    }
    out
}

/// The verdict in a line.
fn verdict(diff: &Diff) -> String {
    let both = diff.new_access.is_some() && diff.removed_access.is_some();
    let first = diff.new_access.is_some();
    match diff.verdict() {
        verdict @ (DiffVerdict::Different | DiffVerdict::Unknown) => {
            render::bad(verdict_words(verdict))
        }
        verdict @ DiffVerdict::Vacuous => {
            render::bad(verdict_words(verdict))
                + ": neither allows anything, so that equal says nothing"
        }
        DiffVerdict::Equal if both => {
            render::good("equal") + ": proved for every request, both ways"
        }
        DiffVerdict::Equal if first => render::good("no new access") + ": proved for every request",
        DiffVerdict::Equal => render::good("no access removed") + ": proved for every request",
    }
}

/// The differences in one direction.
fn direction(changes: &Changes, title: &str, out: &mut String) {
    let found = !changes.differences.is_empty();
    if found || !matches!(changes.rest, Rest::None(_)) {
        let _ = writeln!(out, "\n  {title}");
    }
    for it in &changes.differences {
        difference(it, out);
    }
    match &changes.rest {
        Rest::None(_) => (),
        Rest::Bound => {
            out.push_str("    and maybe more: the search ended here (`--most` raises the bound)\n");
        }
        Rest::Unknown(reason) => {
            let lead = if found { "and maybe more" } else { "not known" };
            let _ = writeln!(out, "    {lead}: {reason}");
            if let Some(ReasonPlace { file, line, column, text }) = place_of(reason) {
                let _ = writeln!(out, "    {file}:{line}:{column}: {}", clean(text));
            }
        }
    }
}

/// A group of actions, the request that shows the difference, and both decisions.
fn difference(it: &Difference, out: &mut String) {
    let actions: Vec<String> = it.actions.iter().map(ToString::to_string).collect();
    let _ = writeln!(out, "\n    {}", render::heading(&clean(&actions.join("; "))));
    let _ = writeln!(out, "      {}", clean(it.sentence()));
    let context = it.request().context().entries();
    if !context.is_empty() {
        out.push_str("      with\n");
    }
    for (key, value) in context {
        let _ = writeln!(
            out,
            "        {}: {}",
            clean(key.as_str()),
            clean(&value.as_slice().join(", "))
        );
    }
    for (name, example) in [("OLD", it.old()), ("NEW", it.new_side())] {
        let _ = writeln!(out, "      {name}: {}", decided(example));
    }
}

/// The decision of one side, with the statements that made it.
fn decided(example: &Witness) -> String {
    let explanation = example.explanation();
    let word = match explanation.decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny => "explicitly denied",
        Decision::ImplicitDeny => "implicitly denied",
    };
    if explanation.decision == Decision::ImplicitDeny {
        return format!("{word}, {}", clean(&explanation.reason(example.request())));
    }
    let by: Vec<String> = explanation
        .by
        .iter()
        .map(|it| {
            let (policy, statement) = (clean(&it.policy), clean(&it.statement));
            match it.span.line {
                1 => format!("`{statement}` of {policy}"),
                line => format!("`{statement}` of {policy}, line {line}"),
            }
        })
        .collect();
    format!("{word} by {}", by.join(" and "))
}
