//! `polsim verify`: the properties of scenario files, for every request.

mod smt2;

use std::fmt::Write as _;
use std::time::Instant;

use polsim::network::Assumption;
use polsim::policy::PolicyType;
use polsim::prove::{Fix, Verifier};
use polsim::scenario::{CertificateFile, Recorder, Scenario};
use polsim::text::Diagnostic;

use crate::arguments::{Limits, ReadingsFlag, policy_type, readings, seconds};
use crate::files::{self, RelativeFiles, find, recorded_scenarios, scenarios};
use crate::parallel::{self, Progress};
use crate::report::{self, Format, Properties, PropertyFile, PropertyResult, Report};
use crate::{Console, Failure, Outcome};

/// Decide the properties of scenario files for every request
///
/// Each property is proved, violated by a request that is shown, or unknown with the reason; one
/// that is about no request at all is vacuous. A folder stands for all scenarios (YAML or JSON) in
/// it and below. Each verdict says whom it was asked about: `by: holder` in a property asks about
/// the principals that carry policies here, `by: anyone` about everybody, `principals` about these.
/// The exit status is 1 if a verdict is not the one that the property states
/// (`expect`, proved if it is left out).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Scenario files, folders
    #[arg(required_unless_present = "list_assumptions", value_name = "PATH")]
    pub(super) paths: Vec<String>,

    /// Only properties whose name contains this text, letter case not counted
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// How to print the verdicts
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,

    /// Write the requests that were found to this file, as cases for `polsim eval --cases`
    #[arg(long, value_name = "FILE")]
    examples: Option<String>,

    /// Write the proofs behind the verdicts to this file, once checked, for `polsim check`
    #[arg(long, value_name = "FILE")]
    certificate: Option<String>,

    /// Write the questions behind the verdicts to this folder as SMT-LIB 2.6, with an index
    #[arg(long, value_name = "FOLDER")]
    smt2: Option<String>,

    /// How to read what AWS leaves open: `all`, with which a proof holds on every side, `default`, or
    /// `NAME=SIDE,…` to pin some (see `polsim readings`); on top of the scenario's `readings`
    #[arg(long, value_name = "READINGS", value_parser = readings, conflicts_with = "certificate")]
    readings: Option<ReadingsFlag>,

    /// Give a property up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub(super) timeout: f64,

    /// Give a property up when its search takes so many megabytes
    #[arg(long, value_name = "MB", default_value_t = 400)]
    pub(super) memory: usize,

    /// Tell how long each property took
    #[arg(long)]
    times: bool,

    /// The same as `polsim redundant`: tell what policies say in vain
    #[arg(long, conflicts_with_all = ["certificate", "filter", "examples", "times"])]
    pub(super) redundant: bool,

    /// With `--redundant`: what policy documents are, where they do not tell
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type, requires = "redundant")]
    pub(super) policy_type: Option<PolicyType>,

    /// List the facts about all requests that `assume: aws` stands for, with their sources
    #[arg(long)]
    pub(super) list_assumptions: bool,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    report::answered(answer(args, console), args.format, console)
}

fn answer(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    if args.list_assumptions {
        console.print(&assumptions())?;
        return Ok(Outcome::AsWanted);
    }
    let recorder = Recorder::new(&RelativeFiles);
    let sources = find(&args.paths)?;
    let scenarios = match &args.certificate {
        Some(_) => recorded_scenarios(&sources, &recorder, console)?,
        None => scenarios(&sources, console)?,
    };
    let properties = Properties { files: decide(args, &scenarios)? };
    if properties.files.is_empty() {
        return Err(nothing(args, &scenarios));
    }
    for report in properties.reports() {
        console.warn(report.notes());
    }
    if let Some(file) = &args.examples {
        let mut lines = String::new();
        for example in properties.reports().flat_map(|report| report.verdict.witnesses()) {
            lines.push_str(example.case());
            lines.push('\n');
        }
        files::write(file, &lines)?;
    }
    if let Some(file) = &args.certificate {
        files::write(file, &certificates(&properties, &recorder))?;
    }
    let report = Report::Properties(properties);
    report::print(&report, args.format, console)?;
    Ok(report.outcome())
}

/// The certificates of all proofs, as a file.
fn certificates(properties: &Properties<'_>, recorder: &Recorder<'_>) -> String {
    let mut file = CertificateFile::default();
    for PropertyFile { scenario, results } in &properties.files {
        for result in results {
            file.add(scenario, recorder, &result.report);
        }
    }
    format!("{}\n", file.to_json())
}

/// A property that is to be decided.
struct Job<'a, 'v> {
    scenario: &'a Scenario,
    verifier: &'v Verifier<'v>,
    /// The index of the property in the scenario.
    number: usize,
}

/// Decides the properties that are asked for, once all of them can be read.
fn decide<'a>(args: &Args, scenarios: &'a [Scenario]) -> Result<Vec<PropertyFile<'a>>, Failure> {
    let verifiers = verifiers(args, scenarios)?;
    let jobs = jobs(args, scenarios, &verifiers);
    let limits = Limits { timeout: args.timeout, memory: args.memory };
    let progress = Progress::new(jobs.len(), "properties");
    let results = parallel::map(&jobs, &progress, |job| decide_one(job, limits, args.times));
    drop(progress);
    let mut scripts = args.smt2.as_deref().map(smt2::Folder::new).transpose()?;
    let mut files: Vec<PropertyFile<'_>> = Vec::new();
    for (Job { scenario, verifier, number }, result) in jobs.iter().zip(results) {
        let Some(result) = result else { continue };
        if let Some(folder) = &mut scripts {
            folder.add(scenario, verifier, (*number, &result.report))?;
        }
        match files.last_mut() {
            Some(file) if std::ptr::eq(file.scenario, *scenario) => file.results.push(result),
            _ => files.push(PropertyFile { scenario, results: vec![result] }),
        }
    }
    scripts.map(smt2::Folder::finish).transpose()?;
    Ok(files)
}

/// A verifier for each scenario, or everything that is wrong with any property.
fn verifiers<'a>(args: &Args, scenarios: &'a [Scenario]) -> Result<Vec<Verifier<'a>>, Failure> {
    let mut refused: Vec<Diagnostic> = Vec::new();
    let mut ready = Vec::new();
    for scenario in scenarios {
        match scenario.verifier() {
            Ok(verifier) if args.certificate.is_some() => {
                ready.push(verifier.with_certificates());
            }
            Ok(verifier) if args.readings.is_some() => {
                let base = verifier.readings().clone();
                let read = args.readings.as_ref().map(|flag| flag.on(base));
                ready.push(verifier.reading(read.unwrap_or_default()));
            }
            Ok(verifier) => ready.push(verifier),
            Err(found) => refused.extend(found),
        }
    }
    if refused.is_empty() { Ok(ready) } else { Err(refused.into()) }
}

/// The properties that `--filter` leaves.
fn jobs<'a, 'v>(
    args: &Args,
    scenarios: &'a [Scenario],
    verifiers: &'v [Verifier<'v>],
) -> Vec<Job<'a, 'v>> {
    let filter = args.filter.as_deref().map(str::to_lowercase);
    let wanted = |name: &str| filter.as_ref().is_none_or(|text| name.to_lowercase().contains(text));
    let mut jobs = Vec::new();
    for (scenario, verifier) in scenarios.iter().zip(verifiers) {
        for (number, property) in scenario.properties().iter().enumerate() {
            if wanted(&property.name) {
                jobs.push(Job { scenario, verifier, number });
            }
        }
    }
    jobs
}

/// Decides a property, and looks for fixes if its verdict is not the stated one; each search has
/// the limits for itself.
fn decide_one(job: &Job<'_, '_>, limits: Limits, timed: bool) -> Option<PropertyResult> {
    let Job { verifier, number, .. } = *job;
    let start = Instant::now();
    let report = limits.run(|limits| verifier.decide(number, limits))?;
    let took = timed.then(|| start.elapsed());
    let fixes: Vec<Fix> = if report.is_as_wanted() {
        Vec::new()
    } else {
        limits.run(|limits| verifier.fixes(number, &report, limits))
    };
    let nearest = if report.is_as_wanted() {
        None
    } else {
        limits.run(|limits| verifier.nearest(number, &report, limits))
    };
    Some(PropertyResult { report, took, fixes, nearest })
}

/// Failure of a run without a property: a gate that passes because it saw nothing is the worst
/// failure that a gate can have.
fn nothing(args: &Args, scenarios: &[Scenario]) -> Failure {
    let paths = args.paths.join("`, `");
    match &args.filter {
        Some(text) if scenarios.iter().any(|it| !it.properties().is_empty()) => {
            Failure::message(format!("no property in `{paths}` has `{text}` in its name"))
        }
        _ => Failure::message(format!("no property to verify in `{paths}`"))
            .with_help("scenarios are YAML or JSON with `properties`"),
    }
}

/// The facts that `assume: aws` stands for, with their sources.
fn assumptions() -> String {
    let mut out = String::new();
    for fact in Assumption::all() {
        let _ = writeln!(out, "{}", fact.name);
        let _ = writeln!(out, "  {}", fact.statement);
        let _ = writeln!(out, "  source: {}", fact.source);
    }
    out
}
