//! Answers about inputs: a table of packs, and everything about what is not proved.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim_inputs::{Answer, AnswerVerdict, Example, Statement};

use crate::render;
use crate::report::model::{Perimeters, Results, summary};
use crate::wording::plural;

/// Notes that are printed at most.
const NOTES: usize = 10;

pub(super) fn text(results: &Perimeters) -> String {
    let mut out = String::new();
    read(results, &mut out);
    table(results, &mut out);
    details(results, &mut out);
    for refused in &results.perimeter.refused {
        let _ = writeln!(
            out,
            "{} a policy that AWS refuses: {}",
            render::bad("refused:"),
            clean(refused)
        );
    }
    let _ = write!(out, "{}", results.totals());
    let mut assumed: Vec<&String> =
        results.perimeter.answers.iter().flat_map(|it| &it.assuming).collect();
    assumed.sort_unstable();
    assumed.dedup();
    if !assumed.is_empty() {
        let list: Vec<&str> = assumed.iter().map(|it| it.as_str()).collect();
        let _ = write!(out, "\nassuming {}", list.join(", "));
    }
    if results.allow_unknown {
        let _ = write!(out, "\nwhat depends on unknowns passes: --allow-unknown");
    }
    out.push('\n');
    out
}

/// What was read, and the remarks about it.
fn read(results: &Perimeters, out: &mut String) {
    let model = &results.perimeter.model;
    for input in model.inputs() {
        let version = input.version.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
        let resources = plural(input.resources, "resource");
        let _ = writeln!(out, "read {}: {}{version}, {resources}", clean(&input.path), input.kind);
    }
    let (policies, things, principals) = model.counts();
    let _ = writeln!(
        out,
        "  {}, {} with data, {}",
        plural(policies, "policy"),
        plural(things, "resource"),
        plural(principals, "principal"),
    );
    let created: Vec<&str> = results
        .perimeter
        .symbols()
        .filter(|(_, _, class)| *class == "created")
        .map(|(name, ..)| name)
        .collect();
    if let Some(first) = created.first() {
        let more = if created.len() > 1 { ", …" } else { "" };
        let count = plural(created.len(), "id");
        let _ = writeln!(out, "  not known yet, and told apart: {count} ({}{more})", clean(first));
    }
    for note in model.notes().iter().take(NOTES) {
        let _ = writeln!(out, "  note {}: {}", note.code, clean(&note.text));
    }
    if let Some(more) = model.notes().len().checked_sub(NOTES).filter(|it| *it > 0) {
        let _ = writeln!(out, "  and {}", plural(more, "more note"));
    }
    out.push('\n');
}

fn word(verdict: AnswerVerdict) -> String {
    match verdict {
        AnswerVerdict::Proved => render::good("proved"),
        AnswerVerdict::Depends => render::bad("depends"),
        AnswerVerdict::Unknown => render::bad("unknown"),
        AnswerVerdict::Violated => render::bad("VIOLATED"),
    }
}

/// A line for each pack: proved with the number of questions, or the first that is not.
fn table(results: &Perimeters, out: &mut String) {
    let perimeter = &results.perimeter;
    for pack in &perimeter.packs {
        let Some(verdict) = perimeter.verdict_of(*pack) else {
            let _ = writeln!(out, "  {:<11} nothing to ask", pack.as_str());
            continue;
        };
        let of_pack: Vec<&Answer> =
            perimeter.answers.iter().filter(|it| it.pack == *pack).collect();
        let first = of_pack.iter().find(|it| it.verdict == verdict);
        let says = match (verdict, first) {
            (AnswerVerdict::Proved, _) => plural(of_pack.len(), "question"),
            (_, Some(first)) => {
                let same = of_pack.iter().filter(|it| it.verdict == verdict).count();
                let more = match same.saturating_sub(1) {
                    0 => String::new(),
                    more => format!(" (and {more} more)"),
                };
                format!("{}{more}", clean(&first.wanted))
            }
            _ => String::new(),
        };
        let pad = " ".repeat(9_usize.saturating_sub(verdict.as_str().len()));
        let _ = writeln!(out, "  {:<11} {}{pad}{says}", pack.as_str(), word(verdict));
    }
    out.push('\n');
}

fn details(results: &Perimeters, out: &mut String) {
    let open: Vec<&Answer> =
        results.perimeter.answers.iter().filter(|it| it.verdict != AnswerVerdict::Proved).collect();
    for answer in open.iter().take(results.max) {
        let (word, pack) = (word(answer.verdict), answer.pack.as_str());
        let world = answer.world.as_ref().map(|it| format!(" if {it}")).unwrap_or_default();
        let _ = writeln!(out, "{word}{}: {pack}, {}", clean(&world), clean(&answer.wanted));
        match &answer.example {
            Some(example) => {
                let lead = match answer.verdict {
                    AnswerVerdict::Depends => "perhaps ",
                    _ => "",
                };
                let _ = writeln!(out, "  {lead}{}", clean(&example.sentence));
                statements(example, out);
            }
            None => {
                let _ = writeln!(out, "  {}", clean(&summary(answer)));
            }
        }
        for (says, settle) in &answer.depends_on {
            let _ = writeln!(out, "    depends on  {}", clean(says));
            let _ = writeln!(out, "                {}", clean(settle));
        }
        out.push('\n');
    }
    if let Some(left) = open.len().checked_sub(results.max).filter(|it| *it > 0) {
        let _ = writeln!(out, "{} not shown: `--max` shows more\n", plural(left, "finding"));
    }
}

fn statements(example: &Example, out: &mut String) {
    let mut line = |lead: &str, it: &Statement| {
        let place = it.place.as_ref().map(|place| format!("  {place}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "    {lead}  {}, statement {}{}",
            clean(&it.policy),
            clean(&it.statement),
            clean(&place),
        );
    };
    for it in &example.allowed_by {
        line("allowed by", it);
    }
    for it in &example.not_denied_by {
        line("not denied by", it);
    }
}
