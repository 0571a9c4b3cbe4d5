//! `polsim test`: scenario files and case files.

pub(super) mod find;
pub(super) mod github;
mod human;
mod json;
pub(super) mod junit;

use polsim::network::Network;
use polsim::network::uncertain::Uncertainty;
use polsim::policy::UNLISTED_KEY;
use polsim::scenario::{Coverage, Files, RunOutcome, Scenario, TestOutcome, run_tests};
use polsim::text::{Diagnostic, Source};

pub(super) use self::human::plural;
use crate::nearby::Nearby;
use crate::{Console, Failure, Outcome, input};

/// Run the tests of scenario files and case files
///
/// A folder stands for all scenarios (YAML or JSON) and case files (`.jsonl`) in it and below.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Scenario files, case files, folders
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,

    /// Only tests whose name contains this text, letter case not counted
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Tell which statements and condition values no test made decide
    #[arg(long)]
    coverage: bool,

    /// The least share of statements and condition values that must be covered, in per cent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,

    /// How to print the outcome
    #[arg(long, value_enum, default_value_t)]
    format: Format,
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

/// The outcomes of one file.
#[derive(Debug)]
struct FileOutcome<'a> {
    scenario: &'a Scenario,
    tests: Vec<TestOutcome<'a>>,
}

/// What came of everything.
#[derive(Debug)]
struct Report<'a> {
    files: Vec<FileOutcome<'a>>,
    coverage: Option<Coverage>,
    /// The share that had to be covered.
    min_coverage: Option<u8>,
}

impl Report<'_> {
    fn tests(&self) -> impl Iterator<Item = &TestOutcome<'_>> {
        self.files.iter().flat_map(|file| &file.tests)
    }

    fn failed(&self) -> usize {
        self.tests().filter(|test| !test.passed()).count()
    }

    /// The covered share, where it is less than it had to be.
    fn lacking_coverage(&self) -> Option<(usize, u8)> {
        let percent = self.coverage.as_ref()?.percent().unwrap_or(100);
        let wanted = self.min_coverage?;
        (percent < usize::from(wanted)).then_some((percent, wanted))
    }
}

/// The requests of a test that are not as expected. Ways to arrive that exist only if something
/// undocumented is so matter where the other ways from their origin are fine.
fn failing<'a>(test: &'a TestOutcome<'a>) -> Vec<&'a RunOutcome<'a>> {
    let from = |run: &RunOutcome<'_>| run.run.arrival.as_ref().map(|it| it.from.clone());
    let fails = |run: &RunOutcome<'_>| !run.failures.is_empty();
    let certain = |run: &RunOutcome<'_>| only_if(run).is_none();
    test.runs
        .iter()
        .filter(|run| fails(run))
        .filter(|run| {
            certain(run)
                || !test.runs.iter().any(|it| from(it) == from(run) && certain(it) && fails(it))
        })
        .collect()
}

/// The undocumented fact without which a request does not arrive.
fn only_if(run: &RunOutcome<'_>) -> Option<&'static Uncertainty> {
    run.run.arrival.as_ref().and_then(|arrival| arrival.path.uncertain)
}

/// What is not as expected about a request, a line each, with where it comes from.
fn told(run: &RunOutcome<'_>, network: Option<&Network>) -> Vec<String> {
    let from = match &run.run.arrival {
        None => String::new(),
        Some(arrival) => {
            let way = network.map(|it| it.outcome_words(&arrival.path.outcome)).unwrap_or_default();
            format!("from {} to {} ({way}): ", arrival.from, arrival.service)
        }
    };
    let condition = only_if(run)
        .map(|fact| format!(" (only if {}, which AWS leaves open: {})", fact.statement, fact.name));
    let condition = condition.unwrap_or_default();
    run.failures.iter().map(|failure| format!("{from}{failure}{condition}")).collect()
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let scenarios = load(&find::find(&args.paths)?, console)?;
    let filter = args.filter.as_deref().map(str::to_lowercase);
    let wanted = |name: &str| filter.as_ref().is_none_or(|text| name.to_lowercase().contains(text));
    let files: Vec<FileOutcome<'_>> = scenarios
        .iter()
        .map(|scenario| FileOutcome {
            scenario,
            tests: run_tests(scenario, |test| wanted(&test.name)),
        })
        .filter(|file| !file.tests.is_empty())
        .collect();
    if files.is_empty() {
        return Err(nothing(args, &scenarios));
    }
    let coverage = (args.coverage || args.min_coverage.is_some()).then(|| {
        let mut coverage = Coverage::default();
        for file in &files {
            coverage.add(&file.tests);
        }
        coverage
    });
    let report = Report { files, coverage, min_coverage: args.min_coverage };
    match args.format {
        Format::Human => human::print(&report, console)?,
        Format::Junit => junit::print(&report, console)?,
        Format::Json => json::print(&report, console)?,
        Format::Github => github::print(&report, console)?,
    }
    let finding = report.failed() > 0 || report.lacking_coverage().is_some();
    Ok(if finding { Outcome::Finding } else { Outcome::AsWanted })
}

/// A gate that passes because it saw nothing is the worst failure a gate can have.
fn nothing(args: &Args, scenarios: &[Scenario]) -> Failure {
    let paths = args.paths.join("`, `");
    match &args.filter {
        Some(text) if scenarios.iter().any(|it| !it.tests.is_empty()) => {
            Failure::message(format!("no test in `{paths}` has `{text}` in its name"))
        }
        _ => Failure::message(format!("nothing to test in `{paths}`"))
            .with_help("scenarios are YAML or JSON with `tests`, case files end in .jsonl"),
    }
}

/// Loads all files, or tells everything that is wrong with any of them.
pub(super) fn load(sources: &[Source], console: &mut Console) -> Result<Vec<Scenario>, Failure> {
    load_from(sources, &Nearby, console)
}

/// The same with the files that they name read from `files`.
pub(super) fn load_from(
    sources: &[Source],
    files: &dyn Files,
    console: &mut Console,
) -> Result<Vec<Scenario>, Failure> {
    let mut scenarios = Vec::new();
    let mut refused: Vec<Diagnostic> = Vec::new();
    for source in sources {
        match Scenario::load(source, files) {
            Ok(scenario) => scenarios.push(scenario),
            Err(found) => {
                // What files share is told once.
                refused.extend(
                    found.into_iter().filter(|it| !refused.contains(it)).collect::<Vec<_>>(),
                );
            }
        }
    }
    if !refused.is_empty() {
        return Err(refused.into());
    }
    // Of what policies say only what no test or proof can be trusted without.
    let mut told: Vec<Diagnostic> = Vec::new();
    for warning in scenarios.iter().flat_map(|scenario| &scenario.warnings) {
        let matters = warning.code.starts_with('S') || warning.code == UNLISTED_KEY;
        if matters && !told.contains(warning) {
            told.push(warning.clone());
        }
    }
    console.warn(&told);
    Ok(scenarios)
}

/// The file at `path`.
fn read(path: &str) -> Result<Source, Failure> {
    input::source(path)
}
