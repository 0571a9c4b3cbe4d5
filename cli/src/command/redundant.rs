//! `polsim redundant`: parts of policies without which every decision is the same.

use polsim::lower::AttachedPolicy;
use polsim::network::{Assumption, Network};
use polsim::policy::{Policy, PolicyType};
use polsim::prove::{Redundancies, Redundancy, Redundant};
use polsim::scenario::ScenarioSets;
use polsim::text::{Diagnostic, Source};

use crate::arguments::{Limits, policy_type, seconds};
use crate::files::{RelativeFiles, find, is_scenario, likely_type};
use crate::parallel::{self, Progress};
use crate::report::{self, FileFindings, Format, Report};
use crate::{Console, Failure, Outcome};

/// Find what policies say in vain
///
/// Statements, conditions and single values without which every decision is the same, each with
/// what covers it, and statements that no request matches. A policy that is in several sets of a
/// scenario says in vain what none of them needs. A folder stands for all scenarios (YAML or JSON)
/// in it and below. The exit status is 1 if there is such a part, or if one could not be
/// decided.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Policy documents, scenario files, folders
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<String>,

    /// What policy documents are, where they do not tell: `identity`, `scp`, `endpoint`, …
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type)]
    pub(super) policy_type: Option<PolicyType>,

    /// How to print what is found
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,

    /// Give a policy set up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub(super) timeout: f64,

    /// Give a policy set up when its search takes so many megabytes
    #[arg(long, value_name = "MB", default_value_t = 400)]
    pub(super) memory: usize,
}

/// A policy set that is examined.
struct PolicySet<'a> {
    file: &'a str,
    /// The name of the set in its scenario; none for a policy document.
    name: Option<&'a str>,
    policies: Vec<AttachedPolicy>,
    network: Option<&'a Network>,
    assumptions: Vec<&'static Assumption>,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    report::answered(answer(args, console), args.format, console)
}

fn answer(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let sources = find(&args.paths)?;
    let scenarios = scenarios(&sources)?;
    let documents = documents(args, &sources)?;
    let mut sets: Vec<PolicySet<'_>> = Vec::new();
    for (source, loaded) in &scenarios {
        let assumptions = loaded.assumptions()?;
        for name in loaded.sets.keys() {
            sets.push(PolicySet {
                file: source.name(),
                name: Some(name),
                policies: loaded.attached(name).unwrap_or_default(),
                network: loaded.network.as_deref(),
                assumptions: assumptions.clone(),
            });
        }
    }
    for (source, policy) in &documents {
        sets.push(PolicySet {
            file: source.name(),
            name: None,
            policies: vec![policy.clone()],
            network: None,
            assumptions: Assumption::all().iter().collect(),
        });
    }
    if sets.iter().all(|it| it.policies.is_empty()) {
        let paths = args.paths.join("`, `");
        return Err(Failure::message(format!("no policy in `{paths}`"))
            .with_help("name policy documents, or scenarios with `policies` or `sets`"));
    }
    let files = examine(args, &sets);
    let report = Report::Redundancies(report::Redundancies { files });
    report::print(&report, args.format, console)?;
    Ok(report.outcome())
}

/// The policy sets of the sources that are scenarios.
fn scenarios(sources: &[Source]) -> Result<Vec<(&Source, ScenarioSets)>, Failure> {
    let (mut sets, mut refused): (Vec<_>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for source in sources.iter().filter(|it| is_scenario(it)) {
        match ScenarioSets::load(source, &RelativeFiles, None) {
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

/// The policies of the sources that are policy documents.
fn documents<'s>(
    args: &Args,
    sources: &'s [Source],
) -> Result<Vec<(&'s Source, AttachedPolicy)>, Failure> {
    let (mut documents, mut refused): (Vec<_>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for source in sources.iter().filter(|it| !is_scenario(it)) {
        let policy_type = args.policy_type.unwrap_or_else(|| likely_type(source));
        match Policy::parse(source, policy_type) {
            Ok(parsed) => documents.push((source, AttachedPolicy::new(parsed.policy))),
            Err(found) => refused.extend(found),
        }
    }
    if refused.is_empty() { Ok(documents) } else { Err(refused.into()) }
}

/// Examines every set. Of a policy that is in several sets, a part is redundant only if it is so in
/// all of them.
fn examine<'a>(args: &Args, sets: &[PolicySet<'a>]) -> Vec<FileFindings<'a>> {
    let limits = Limits { timeout: args.timeout, memory: args.memory };
    let progress = Progress::new(sets.len(), "policy sets");
    let found = parallel::map(sets, &progress, |set| search(limits, set));
    drop(progress);
    let answers: Vec<(&PolicySet<'a>, Redundancies)> = sets.iter().zip(found).collect();
    let mut files: Vec<FileFindings<'a>> = Vec::new();
    for (set, answer) in &answers {
        let known = files.iter().position(|it| it.file == set.file);
        let at = known.unwrap_or_else(|| {
            files.push(FileFindings::new(set.file));
            files.len().saturating_sub(1)
        });
        let Some(file) = files.get_mut(at) else { continue };
        let others: Vec<&(&PolicySet<'a>, Redundancies)> =
            answers.iter().filter(|(it, _)| it.file == set.file && it.name != set.name).collect();
        add(file, answer, &others);
    }
    files
}

/// Adds the answer about one set of a file, given those about its other sets.
fn add(
    file: &mut FileFindings<'_>,
    answer: &Redundancies,
    others: &[&(&PolicySet<'_>, Redundancies)],
) {
    file.tried = file.tried.saturating_add(answer.tried);
    file.not_tried = file.not_tried.saturating_add(answer.not_tried);
    for premise in &answer.premises {
        if !file.premises.contains(premise) {
            file.premises.push(*premise);
        }
    }
    for it in &answer.found {
        let needed = others.iter().any(|(other, answer)| {
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

fn search(limits: Limits, set: &PolicySet<'_>) -> Redundancies {
    let redundancy =
        Redundancy::new(&set.policies).in_network(set.network).assuming(set.assumptions.clone());
    limits.run(|limits| redundancy.find(limits))
}

/// True if the policy of a finding is in a set.
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
