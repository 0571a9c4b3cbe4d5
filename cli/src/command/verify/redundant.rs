//! `polsim verify --redundant`: what policies say in vain.

use std::io;
use std::time::Instant;

use polsim::eval::{Place, StatementRef};
use polsim::lower::AttachedPolicy;
use polsim::network::{Assumption, Network};
use polsim::policy::Policy;
use polsim::prove::{
    Budget, Cover, Limits, Premise, Redundancies, Redundancy, Redundant, UnknownReason,
};
use polsim::scenario::ScenarioSets;
use polsim::text::{Diagnostic, Source};
use serde::Serialize;

use super::{Args, Format, place};
use crate::command::diff::inputs::is_scenario;
use crate::command::test::{find, plural};
use crate::nearby::Nearby;
use crate::{Console, Failure, Outcome, input, render};

/// A policy set that is asked about.
struct Asked<'a> {
    file: &'a str,
    /// Its name in its scenario.
    set: Option<&'a str>,
    policies: Vec<AttachedPolicy>,
    network: Option<&'a Network>,
    assumptions: Vec<&'static Assumption>,
}

/// What was found in a file: in every set of it that has the policy.
struct FileFindings<'a> {
    name: &'a str,
    found: Vec<Redundant>,
    unknown: Vec<(Redundant, UnknownReason)>,
    tried: usize,
    not_tried: usize,
    premises: Vec<Premise>,
}

#[derive(Serialize)]
struct Document<'a> {
    files: Vec<Checked<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Checked<'a> {
    file: &'a str,
    findings: Vec<Finding<'a>>,
    unknown: Vec<Finding<'a>>,
    premises: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    code: &'static str,
    kind: polsim::prove::RedundantKind,
    message: String,
    text: &'a str,
    statement: &'a StatementRef,
    file: &'a str,
    span: Place,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    covered_by: Vec<CoveredBy<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct CoveredBy<'a> {
    statement: &'a StatementRef,
    file: &'a str,
    span: Place,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    tried: usize,
    /// Statements that were not reached in time.
    not_tried: usize,
    findings: usize,
    unknown: usize,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    if !matches!(args.format, Format::Human | Format::Json) {
        return Err(Failure::message("`--redundant` is printed as `human` or `json`"));
    }
    let sources = find::find(&args.paths)?;
    let sets = sets(&sources)?;
    let documents = documents(args, &sources)?;
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for (source, loaded) in &sets {
        let assumptions = loaded.assumptions()?;
        for name in loaded.sets.keys() {
            asked.push(Asked {
                file: source.name(),
                set: Some(name),
                policies: loaded.attached(name).unwrap_or_default(),
                network: loaded.network.as_deref(),
                assumptions: assumptions.clone(),
            });
        }
    }
    for (source, policy) in &documents {
        asked.push(Asked {
            file: source.name(),
            set: None,
            policies: vec![policy.clone()],
            network: None,
            assumptions: Assumption::all().iter().collect(),
        });
    }
    if asked.iter().all(|it| it.policies.is_empty()) {
        let paths = args.paths.join("`, `");
        return Err(Failure::message(format!("no policy in `{paths}`"))
            .with_help("name policy documents, or scenarios with `policies` or `sets`"));
    }
    let files = by_file(args, &asked);
    match args.format {
        Format::Json => json(&files, console)?,
        _ => human(&files, console)?,
    }
    let sum = summary(&files);
    let fine = sum.findings == 0 && sum.unknown == 0 && sum.not_tried == 0;
    Ok(if fine { Outcome::AsWanted } else { Outcome::Finding })
}

fn sets(sources: &[Source]) -> Result<Vec<(&Source, ScenarioSets)>, Failure> {
    let (mut sets, mut refused): (Vec<_>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for source in sources.iter().filter(|it| is_scenario(it)) {
        match ScenarioSets::load(source, &Nearby, None) {
            Ok(loaded) => sets.push((source, loaded)),
            Err(found) => {
                for it in found {
                    if !refused.contains(&it) {
                        refused.push(it);
                    }
                }
            }
        }
    }
    if refused.is_empty() { Ok(sets) } else { Err(refused.into()) }
}

fn documents<'s>(
    args: &Args,
    sources: &'s [Source],
) -> Result<Vec<(&'s Source, AttachedPolicy)>, Failure> {
    let (mut documents, mut refused): (Vec<_>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for source in sources.iter().filter(|it| !is_scenario(it)) {
        let policy_type = args.policy_type.unwrap_or_else(|| input::likely_type(source));
        match Policy::parse(source, policy_type) {
            Ok(parsed) => documents.push((source, AttachedPolicy::new(parsed.policy))),
            Err(found) => refused.extend(found),
        }
    }
    if refused.is_empty() { Ok(documents) } else { Err(refused.into()) }
}

/// Asks about every set. Of a policy that is in several sets, only that is said in vain which is so
/// in all of them.
fn by_file<'a>(args: &Args, asked: &[Asked<'a>]) -> Vec<FileFindings<'a>> {
    let answers: Vec<(&Asked<'a>, Redundancies)> =
        asked.iter().map(|it| (it, answer(args, it))).collect();
    let mut files: Vec<FileFindings<'a>> = Vec::new();
    for (asked, answer) in &answers {
        let known = files.iter().position(|it| it.name == asked.file);
        let at = known.unwrap_or_else(|| {
            files.push(FileFindings {
                name: asked.file,
                found: Vec::new(),
                unknown: Vec::new(),
                tried: 0,
                not_tried: 0,
                premises: Vec::new(),
            });
            files.len().saturating_sub(1)
        });
        let Some(file) = files.get_mut(at) else { continue };
        file.tried = file.tried.saturating_add(answer.tried);
        file.not_tried = file.not_tried.saturating_add(answer.not_tried);
        for premise in &answer.premises {
            if !file.premises.contains(premise) {
                file.premises.push(*premise);
            }
        }
        let others =
            || answers.iter().filter(|(it, _)| it.file == asked.file && it.set != asked.set);
        for it in &answer.found {
            let needed = others().any(|(other, answer)| {
                has(&other.policies, it) && !answer.found.iter().any(|found| is_same(found, it))
            });
            if !needed && !file.found.iter().any(|known| is_same(known, it)) {
                file.found.push(it.clone());
            }
        }
        for (it, reason) in &answer.unknown {
            if !file.unknown.iter().any(|(known, _)| is_same(known, it)) {
                file.unknown.push((it.clone(), reason.clone()));
            }
        }
    }
    files
}

fn answer(args: &Args, asked: &Asked<'_>) -> Redundancies {
    let start = Instant::now();
    let late = || start.elapsed().as_secs_f64() > args.timeout;
    let budget = Budget { memory: args.memory.saturating_mul(1_000_000), steps: u64::MAX };
    Redundancy::new(&asked.policies)
        .in_network(asked.network)
        .assuming(asked.assumptions.clone())
        .find(Limits { budget, interrupted: &late })
}

/// Whether the policy of a finding is in a set.
fn has(policies: &[AttachedPolicy], it: &Redundant) -> bool {
    let covers = |policy: &Policy| {
        policy.source == it.source
            && policy.span.start <= it.span.start
            && it.span.end <= policy.span.end
    };
    policies.iter().any(|attached| covers(&attached.policy))
}

fn is_same(one: &Redundant, other: &Redundant) -> bool {
    one.source == other.source && one.span == other.span && one.kind == other.kind
}

fn human(files: &[FileFindings<'_>], console: &mut Console) -> io::Result<()> {
    for file in files {
        for it in &file.found {
            console.print(&format!("{}\n\n", render::diagnostic(&it.diagnostic())))?;
        }
        for (it, reason) in &file.unknown {
            let mut diagnostic = it.diagnostic();
            diagnostic.message = format!("whether it is needed is unknown: {}", reason);
            if let Some((file, line, column, text)) = place(reason) {
                diagnostic = diagnostic.with_help(format!("{file}:{line}:{column}: {text}"));
            }
            console.print(&format!("{}\n\n", render::diagnostic(&diagnostic)))?;
        }
    }
    let summary = summary(files);
    let parts = plural(summary.tried, "part");
    let of = format!("{parts} of the policies of {}", plural(files.len(), "file"));
    let verdict = match (summary.findings, summary.unknown) {
        (0, 0) => render::good("each is needed"),
        (found, 0) => render::bad(&format!("{found} in vain")),
        (0, unknown) => render::bad(&format!("{unknown} unknown")),
        (found, unknown) => render::bad(&format!("{found} in vain, {unknown} unknown")),
    };
    let verdict = match summary.not_tried {
        0 => verdict,
        more => {
            let more = plural(more, "statement");
            render::bad(&format!(
                "{} in vain; {more} not reached in time (`--timeout`)",
                summary.findings
            ))
        }
    };
    console.print(&format!("{of}: {verdict}\n"))?;
    if summary.findings > 1 {
        console.print(
            "Each is in vain because of what else is there: remove one, then ask again.\n",
        )?;
    }
    Ok(())
}

fn json(files: &[FileFindings<'_>], console: &mut Console) -> io::Result<()> {
    console.print_json(&Document {
        files: files
            .iter()
            .map(|file| Checked {
                file: file.name,
                findings: file.found.iter().map(|it| finding(it, None)).collect(),
                unknown: file
                    .unknown
                    .iter()
                    .map(|(it, reason)| finding(it, Some(reason.to_string())))
                    .collect(),
                premises: file.premises.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        summary: summary(files),
    })
}

fn finding(it: &Redundant, reason: Option<String>) -> Finding<'_> {
    Finding {
        code: it.diagnostic().code,
        kind: it.kind,
        message: it.message(),
        text: it.text(),
        statement: &it.statement,
        file: it.source.name(),
        span: Place::of(&it.source, it.span),
        covered_by: it.covered_by.iter().map(covered_by).collect(),
        reason,
    }
}

fn covered_by(it: &Cover) -> CoveredBy<'_> {
    CoveredBy {
        statement: &it.statement,
        file: it.source.name(),
        span: Place::of(&it.source, it.span),
    }
}

fn summary(files: &[FileFindings<'_>]) -> Summary {
    let sum = |of: fn(&FileFindings<'_>) -> usize| files.iter().map(of).sum();
    Summary {
        tried: sum(|it| it.tried),
        not_tried: sum(|it| it.not_tried),
        findings: sum(|it| it.found.len()),
        unknown: sum(|it| it.unknown.len()),
    }
}
