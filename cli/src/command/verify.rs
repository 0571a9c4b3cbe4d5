//! `polsim verify`: the properties of scenario files, for every request.

mod github;
mod human;
mod json;
mod junit;
mod redundant;
mod smt2;

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use polsim::network::Assumption;
use polsim::policy::PolicyType;
use polsim::prove::{Budget, Fix, Limits, Report, UnknownReason, Verifier};
use polsim::scenario::{CertificateFile, Recorder, Scenario};
use polsim::text::Diagnostic;

use super::test::{find, load_from};
use crate::input::policy_type;
use crate::nearby::Nearby;
use crate::{Console, Failure, Outcome};

/// Decide the properties of scenario files for every request
///
/// Each property is proved, violated by a request that is shown, or unknown with the reason; one
/// that is about no request at all is vacuous. A folder stands for all scenarios (YAML or JSON) in
/// it and below. The exit status is 1 if a verdict is not the one that the property states
/// (`expect`, proved if it is left out).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Scenario files, folders
    #[arg(required_unless_present = "list_assumptions", value_name = "PATH")]
    paths: Vec<String>,

    /// Only properties whose name contains this text, letter case not counted
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// How to print the verdicts
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Write the requests that were found to this file, as cases for `polsim eval --cases`
    #[arg(long, value_name = "FILE")]
    examples: Option<String>,

    /// Write the proofs behind the verdicts to this file, once checked, for `polsim check`
    #[arg(long, value_name = "FILE")]
    certificate: Option<String>,

    /// Write the questions behind the verdicts to this folder as SMT-LIB 2.6, with an index
    #[arg(long, value_name = "FOLDER")]
    smt2: Option<String>,

    /// Give a property up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    timeout: f64,

    /// Give a property up when its search takes so many megabytes
    #[arg(long, value_name = "MB", default_value_t = 400)]
    memory: usize,

    /// Tell how long each property took
    #[arg(long)]
    times: bool,

    /// Tell what the policies of scenario files or policy documents say in vain: statements,
    /// conditions and values without which every decision is the same
    #[arg(long, conflicts_with_all = ["certificate", "filter", "examples", "times"])]
    redundant: bool,

    /// With `--redundant`: what policy documents are, where they do not tell
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type, requires = "redundant")]
    policy_type: Option<PolicyType>,

    /// List the facts about all requests that `assume: aws` stands for, with their sources
    #[arg(long)]
    list_assumptions: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// JUnit XML, for CI
    Junit,
    /// One JSON object
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// A span of time that can be waited for.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds > 0.0 => Ok(seconds),
        _ => Err("expected a number of seconds above 0".to_owned()),
    }
}

/// The verdicts of one file.
#[derive(Debug)]
struct FileReport<'a> {
    scenario: &'a Scenario,
    reports: Vec<Timed>,
}

/// A verdict, and how long it took.
#[derive(Debug)]
struct Timed {
    report: Report,
    /// If somebody wants to know.
    took: Option<Duration>,
    /// What would close a property that is violated and should not be.
    fixes: Vec<Fix>,
}

/// All verdicts.
#[derive(Debug)]
struct Verdicts<'a> {
    files: Vec<FileReport<'a>>,
}

impl Verdicts<'_> {
    fn reports(&self) -> impl Iterator<Item = &Report> {
        self.files.iter().flat_map(|file| &file.reports).map(|it| &it.report)
    }

    fn not_as_stated(&self) -> usize {
        self.reports().filter(|report| !report.is_as_wanted()).count()
    }
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    if args.list_assumptions {
        console.print(&assumptions())?;
        return Ok(Outcome::AsWanted);
    }
    if args.redundant {
        return redundant::run(args, console);
    }
    let recorder = Recorder::new(&Nearby);
    let scenarios = load_from(&find::find(&args.paths)?, &recorder, console)?;
    let files = decide(args, &scenarios)?;
    if files.is_empty() {
        return Err(nothing(args, &scenarios));
    }
    let verdicts = Verdicts { files };
    for report in verdicts.reports() {
        console.warn(report.notes());
    }
    if let Some(file) = &args.examples {
        let mut lines = String::new();
        for example in verdicts.reports().filter_map(|report| report.verdict.witness()) {
            lines.push_str(example.case());
            lines.push('\n');
        }
        let failed = |error| Failure::message(format!("cannot write `{file}`: {error}"));
        fs::write(file, lines).map_err(failed)?;
    }
    if let Some(file) = &args.certificate {
        certify(&verdicts, &recorder, file)?;
    }
    match args.format {
        Format::Human => human::print(&verdicts, console)?,
        Format::Junit => junit::print(&verdicts, console)?,
        Format::Json => json::print(&verdicts, console)?,
        Format::Github => github::print(&verdicts, console)?,
    }
    Ok(if verdicts.not_as_stated() > 0 { Outcome::Finding } else { Outcome::AsWanted })
}

/// Writes the certificates of all proofs.
fn certify(verdicts: &Verdicts<'_>, recorder: &Recorder<'_>, path: &str) -> Result<(), Failure> {
    let mut file = CertificateFile::default();
    for FileReport { scenario, reports } in &verdicts.files {
        for timed in reports {
            file.add(scenario, recorder, &timed.report);
        }
    }
    let failed = |error| Failure::message(format!("cannot write `{path}`: {error}"));
    fs::write(path, format!("{}\n", file.to_json())).map_err(failed)
}

/// Decides the properties that are asked for, once all of them can be read.
fn decide<'a>(args: &Args, scenarios: &'a [Scenario]) -> Result<Vec<FileReport<'a>>, Failure> {
    let filter = args.filter.as_deref().map(str::to_lowercase);
    let wanted = |name: &str| filter.as_ref().is_none_or(|text| name.to_lowercase().contains(text));
    let mut refused: Vec<Diagnostic> = Vec::new();
    let mut ready = Vec::new();
    for scenario in scenarios {
        match scenario.verifier() {
            Ok(verifier) if args.certificate.is_some() => {
                ready.push((scenario, verifier.with_certificates()));
            }
            Ok(verifier) => ready.push((scenario, verifier)),
            Err(found) => refused.extend(found),
        }
    }
    if !refused.is_empty() {
        return Err(refused.into());
    }
    let memory = args.memory.saturating_mul(1_000_000);
    let budget = Budget { memory, steps: u64::MAX };
    let mut scripts = args.smt2.as_deref().map(smt2::Folder::new).transpose()?;
    let mut files = Vec::new();
    for (scenario, verifier) in &ready {
        let mut reports = Vec::new();
        for (number, property) in scenario.properties().iter().enumerate() {
            if !wanted(&property.name) {
                continue;
            }
            let start = Instant::now();
            let late = || start.elapsed().as_secs_f64() > args.timeout;
            if let Some(report) = verifier.decide(number, Limits { budget, interrupted: &late }) {
                let took = args.times.then(|| start.elapsed());
                if let Some(folder) = &mut scripts {
                    folder.add(scenario, verifier, (number, &report))?;
                }
                let fixes = fixes(args, verifier, number, &report, budget);
                reports.push(Timed { report, took, fixes });
            }
        }
        if !reports.is_empty() {
            files.push(FileReport { scenario, reports });
        }
    }
    scripts.map(smt2::Folder::finish).transpose()?;
    Ok(files)
}

/// What would close a property that is violated and should not be; the time limit is one for itself.
fn fixes(
    args: &Args,
    verifier: &Verifier<'_>,
    number: usize,
    report: &Report,
    budget: Budget,
) -> Vec<Fix> {
    if report.is_as_wanted() {
        return Vec::new();
    }
    let start = Instant::now();
    let late = || start.elapsed().as_secs_f64() > args.timeout;
    verifier.fixes(number, report, Limits { budget, interrupted: &late })
}

/// A gate that passes because it saw nothing is the worst failure a gate can have.
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

/// What `assume: aws` means.
fn assumptions() -> String {
    let mut out = String::new();
    for fact in Assumption::all() {
        let _ = writeln!(out, "{}", fact.name);
        let _ = writeln!(out, "  {}", fact.statement);
        let _ = writeln!(out, "  source: {}", fact.source);
    }
    out
}

/// What an unknown verdict says, and where it points: file, line, column, text.
fn place(reason: &UnknownReason) -> Option<(&str, u32, u32, &str)> {
    let place = reason.source()?;
    let at = place.source.position(place.span.start);
    Some((place.source.name(), at.line, at.column, place.source.slice(place.span)))
}

/// The verdict in a sentence, for those who see one line only.
fn told(report: &Report) -> String {
    use polsim::prove::Verdict;
    let stated = report.expected.as_str();
    let verdict = report.verdict.as_str();
    let why = match &report.verdict {
        Verdict::Unknown(reason) => match place(reason) {
            Some((file, line, column, _)) => {
                format!("{reason} ({file}:{line}:{column})")
            }
            None => reason.to_string(),
        },
        Verdict::Vacuous(_) => "no request is of this shape".to_owned(),
        verdict => match verdict.witness() {
            Some(example) => example.sentence().to_owned(),
            None => "there is no such request".to_owned(),
        },
    };
    format!("{verdict}, stated is {stated}: {why}")
}
