//! Repairs: edits of files, each shown first, and made only where they decide as they say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use polsim::lower::AttachedPolicy;
use polsim::policy::{Policy, PolicyType};
use polsim::prove::{Comparison, DiffVerdict, Directions};
use polsim::text::{Source, Span};
use polsim_lint::Linter;

use super::inputs::{Inputs, Item};
use super::{Args, examine};
use crate::arguments::Limits;
use crate::files::write_whole;
use crate::{Console, Failure, Outcome};

/// Upper bound on the rounds of repairs: one may make another possible.
const MAX_ROUNDS: usize = 10;
/// Lines around a change that are shown.
const CONTEXT: usize = 2;

/// Repairs the files; with `--diff` shows the repairs only.
pub(super) fn run(
    args: &Args,
    linter: &Linter<'_>,
    inputs: &Inputs,
    limits: Limits,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let mut changed: usize = 0;
    let mut by_file: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &inputs.items {
        by_file.entry(&item.file).or_default().push(item);
    }
    for (file, items) in by_file {
        // A file of many documents is repaired by hand: its lines are made by other programs.
        let [item] = items[..] else { continue };
        if item.source.name() != file || file == crate::files::STDIN || item.at.is_some() {
            continue;
        }
        let before = item.source.text().to_owned();
        let after = repaired(args, linter, item, limits);
        if after == before {
            continue;
        }
        console.print(&difference(file, &before, &after))?;
        prove(args, item, &after, limits)?;
        changed = changed.saturating_add(1);
        if !args.diff {
            write_whole(file, &after)?;
        }
    }
    let done = if args.diff { "would be repaired" } else { "repaired" };
    console.note(&format!("{changed} files {done}"));
    Ok(if args.diff && changed > 0 { Outcome::Finding } else { Outcome::AsWanted })
}

/// The text after all repairs of the wanted kinds.
fn repaired(args: &Args, linter: &Linter<'_>, item: &Item, limits: Limits) -> String {
    let mut text = item.source.text().to_owned();
    for _ in 0..MAX_ROUNDS {
        let source = Source::new(item.source.name(), text.as_str());
        let now = Item { file: item.file.clone(), name: None, source, ..*item };
        let reports = examine(linter, std::slice::from_ref(&now), limits);
        let mut edits: Vec<(Span, Box<str>)> = Vec::new();
        for finding in reports.iter().flat_map(|it| &it.findings) {
            let Some(fix) = finding.fix.as_ref().filter(|it| it.safe || args.unsafe_fixes) else {
                continue;
            };
            // A policy inside an answer of AWS has places in a text of its own.
            if finding.diagnostic.source.text() != text {
                continue;
            }
            let apart = |(span, _): &(Span, Box<str>)| {
                edits.iter().all(|(other, _)| other.end <= span.start || span.end <= other.start)
            };
            if fix.edits.iter().all(apart) {
                edits.extend(fix.edits.iter().cloned());
            }
        }
        if edits.is_empty() {
            break;
        }
        edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, new) in edits {
            text.replace_range(span.range(), &new);
        }
    }
    text
}

/// Compares the documents before and after: safe repairs change no decision.
fn prove(args: &Args, item: &Item, after: &str, limits: Limits) -> Result<(), Failure> {
    let read = |source: &Source| -> Result<Vec<AttachedPolicy>, Failure> {
        Ok(vec![AttachedPolicy::new(parse(source, item.policy_type)?)])
    };
    let old = read(&item.source)?;
    let new = read(&Source::new(item.source.name(), after))?;
    let compare = |limits: polsim::prove::Limits<'_>| {
        Comparison::new(&old, &new).compare(Directions::Both, limits, 1)
    };
    let diff = limits.run(compare);
    if matches!(diff.verdict(), DiffVerdict::Equal | DiffVerdict::Vacuous) || args.unsafe_fixes {
        return Ok(());
    }
    let both = [&diff.new_access, &diff.removed_access];
    let shown = both.into_iter().flatten().flat_map(|it| &it.differences).next();
    let why = match shown {
        Some(difference) => format!("after it, {}", difference.sentence()),
        None => "the proof that it changes nothing was not found".to_owned(),
    };
    let name = item.source.name();
    Err(Failure::message(format!("{name}: the repair is not made: {why}")))
}

fn parse(source: &Source, policy_type: PolicyType) -> Result<Policy, Failure> {
    let node = polsim::text::read(source)?;
    Ok(Policy::from_node(source, &node, policy_type)?.policy)
}

/// The change of a file as a unified difference of its lines.
fn difference(file: &str, before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(one, two)| one == two).count();
    let most = old.len().min(new.len()).saturating_sub(head);
    let backwards = old.iter().rev().zip(new.iter().rev());
    let tail = backwards.take(most).take_while(|(one, two)| one == two).count();
    let start = head.saturating_sub(CONTEXT);
    let end = |lines: &[&str]| lines.len().saturating_sub(tail);
    let last = |lines: &[&str]| end(lines).saturating_add(CONTEXT).min(lines.len());
    let mut out = format!("--- {file}\n+++ {file}\n");
    let count = |lines: &[&str]| last(lines).saturating_sub(start);
    let first = start.saturating_add(1);
    let _ = writeln!(out, "@@ -{first},{} +{first},{} @@", count(&old), count(&new));
    let mut lines = |sign: char, lines: &[&str], from: usize, to: usize| {
        for line in lines.iter().take(to).skip(from) {
            let _ = writeln!(out, "{sign}{line}");
        }
    };
    lines(' ', &old, start, head);
    lines('-', &old, head, end(&old));
    lines('+', &new, head, end(&new));
    lines(' ', &old, end(&old), last(&old));
    out
}
