//! Properties: a line for each, and everything about those that are not as stated.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::catalog::readings;
use polsim::formula::ChoiceId;
use polsim::prove::{
    Claim, Expected, Fix, FixKind, Outcome, Proof, Report, Side, Verdict, Witness,
};

use crate::render::{self, View};
use crate::report::model::{Properties, PropertyResult, ReasonPlace, place_of};
use crate::wording::plural;

pub(super) fn text(results: &Properties<'_>) -> String {
    let mut out = String::new();
    for file in &results.files {
        let _ = writeln!(out, "{}", render::heading(file.scenario.source.name()));
        for it in &file.results {
            out.push_str(&property(it));
        }
    }
    let properties = plural(results.reports().count(), "property");
    let not_as_stated = results.not_as_stated();
    let count = |word: &str| results.reports().filter(|it| it.verdict.as_str() == word).count();
    let counts: Vec<String> = ["proved", "violated", "depends", "vacuous", "unknown"]
        .into_iter()
        .filter(|word| count(word) > 0)
        .map(|word| format!("{} {word}", count(word)))
        .collect();
    let files = plural(results.files.len(), "file");
    let verdict = if not_as_stated == 0 {
        render::good("all as stated")
    } else {
        render::bad(&format!("{not_as_stated} not as stated"))
    };
    let _ = writeln!(out, "\n{properties} in {files} ({}): {verdict}", counts.join(", "));
    out
}

/// The verdict on a property, and its evidence.
fn property(it: &PropertyResult) -> String {
    let report = &it.report;
    let word = report.verdict.as_str();
    let as_stated = report.is_as_wanted();
    let word = if as_stated { render::good(word) } else { render::bad(word) };
    let stated = match (as_stated, report.expected) {
        (true, Expected::Proved) => String::new(),
        (true, _) => " (as stated)".to_owned(),
        (false, expected) => format!(" (stated: {})", expected.as_str()),
    };
    let took = it.took.map(|took| format!(" ({:.1} ms)", took.as_secs_f64() * 1e3));
    let took = took.unwrap_or_default();
    let mut out = String::new();
    let _ = writeln!(out, "  {word}: {}{stated}{took}", clean(&report.name));
    let _ = writeln!(out, "    asked about: {}", clean(&report.asked_about.to_string()));
    match &report.verdict {
        Verdict::Unknown(reason) => {
            let _ = writeln!(out, "    {reason}");
            if let Some(ReasonPlace { file, line, column, text }) = place_of(reason) {
                let _ = writeln!(out, "    {file}:{line}:{column}: {}", clean(text));
            }
        }
        Verdict::Vacuous(proof) => {
            out.push_str("    no request is of this shape, so the property says nothing\n");
            if let Some(missing) = &report.missing {
                let _ = writeln!(out, "    {}", clean(missing));
            }
            assuming(proof, &mut out);
        }
        Verdict::Depends(depends) => cases(report, &depends.cases, &mut out),
        verdict => {
            match verdict.witness() {
                Some(_) if !verdict.cases().is_empty() => {
                    out.push_str("    whatever AWS does, by another request in each case\n");
                    cases(report, verdict.cases(), &mut out);
                }
                Some(example) => shown(example, report, &mut out),
                None => (),
            }
            if !as_stated && matches!(report.claim, Claim::Deny | Claim::ExplicitDeny) {
                closing(&it.fixes, &mut out);
            }
            if let Some(proof) = verdict.proof() {
                if !as_stated {
                    out.push_str("    there is no such request\n");
                }
                if let Some(nearest) = &it.nearest {
                    out.push_str("    the nearest\n");
                    shown(nearest, report, &mut out);
                }
                assuming(proof, &mut out);
            }
        }
    }
    out
}

/// The outcome in each case of what AWS leaves open, and what would settle it.
fn cases(report: &Report, cases: &[Side], out: &mut String) {
    for case in cases {
        let _ = writeln!(out, "    {} {}", case.as_str(report.claim), condition(case));
        match &case.outcome {
            Outcome::Witness(example) => {
                let _ = writeln!(out, "      {}", clean(example.sentence()));
            }
            Outcome::Proof(proof) | Outcome::Vacuous(proof) => {
                if !proof.assumptions().is_empty() {
                    let _ = writeln!(out, "      assuming {}", proof.assumptions().join(", "));
                }
            }
            Outcome::Unknown(reason) => {
                let _ = writeln!(out, "      {reason}");
            }
        }
    }
    for choice in report.verdict.depends_on() {
        let Some((reading, _)) = readings::of_choice(choice.name()) else { continue };
        let _ = writeln!(out, "    open is {}: {}", reading.about, reading.name);
        let _ = writeln!(out, "      AWS's pages: {}", reading.pages);
        let _ = writeln!(out, "      settle it: {}; or pin it under `readings`", reading.settle);
    }
}

/// The condition of a case: `if AWS …`.
fn condition(case: &Side) -> String {
    let said = |(choice, value): &(ChoiceId, bool)| match readings::of_choice(choice.name()) {
        Some((_, side)) if *value => side.says.to_owned(),
        Some((reading, _)) => format!("{} (default)", reading.default.says),
        None => format!("{choice} is {value}"),
    };
    let said: Vec<String> = case.when.values().iter().map(said).collect();
    if said.is_empty() {
        "in any other case".to_owned()
    } else {
        format!("if {}", said.join(", and "))
    }
}

/// The assumptions that a proof rests on.
fn assuming(proof: &Proof, out: &mut String) {
    if !proof.assumptions().is_empty() {
        let _ = writeln!(out, "    assuming {}", proof.assumptions().join(", "));
    }
}

/// The example in a sentence; where the verdict is not the stated one, also its request and the
/// explanation of the decision.
fn shown(example: &Witness, report: &Report, out: &mut String) {
    let _ = writeln!(out, "    {}", clean(example.sentence()));
    if report.is_as_wanted() {
        return;
    }
    let request = example.request();
    out.push_str("\n    the request\n");
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(out, "      {}: {}", clean(name), clean(value));
    };
    line("principal", &request.principal().to_string());
    line("action", request.action().as_str());
    line("resource", request.resource().as_str());
    for (key, value) in request.context().entries() {
        line(key.as_str(), &value.as_slice().join(", "));
    }
    out.push('\n');
    let view = View { set: example.set(), request, explanation: example.explanation(), all: false };
    for line in render::explanation(&view).lines() {
        let _ = writeln!(out, "    {line}");
    }
    out.push('\n');
}

/// The fixes: changes that close the property, each by itself.
fn closing(fixes: &[Fix], out: &mut String) {
    let Some(first) = fixes.first() else {
        out.push_str("    No single standard condition closes it\n\n");
        return;
    };
    let kept = match first.kept {
        0 => String::new(),
        1 => ", and keeps the other property that something is allowed".to_owned(),
        more => format!(", and keeps the {more} other properties that something is allowed"),
    };
    let _ = writeln!(out, "    What would close it{kept}");
    for fix in fixes {
        let at = fix.source.position(fix.span.start);
        let policy = clean(&fix.policy);
        let (lead, name) = match fix.kind {
            FixKind::Condition => {
                let (file, line, column) = (clean(fix.source.name()), at.line, at.column);
                (
                    format!("one more condition of the statement at {file}:{line}:{column}"),
                    "Condition: ",
                )
            }
            FixKind::Deny => (format!("one more statement in {policy}"), ""),
        };
        let _ = writeln!(out, "      - {lead}");
        let _ = writeln!(out, "          {name}{}", clean(&fix.text));
    }
    out.push('\n');
}
