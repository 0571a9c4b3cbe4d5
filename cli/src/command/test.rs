//! `polsim test`: scenario files and case files.

use polsim::scenario::{Coverage, Scenario, run_tests};

use crate::files::{find, scenarios};
use crate::parallel::{self, Progress};
use crate::report::{self, Format, Report, TestFile, Tests};
use crate::{Console, Failure, Outcome};

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

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    report::answered(answer(args, console), args.format, console)
}

fn answer(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let scenarios = scenarios(&find(&args.paths)?, console)?;
    let filter = args.filter.as_deref().map(str::to_lowercase);
    let wanted = |name: &str| filter.as_ref().is_none_or(|text| name.to_lowercase().contains(text));
    let progress = Progress::new(scenarios.len(), "files");
    let mut files = parallel::map(&scenarios, &progress, |scenario| TestFile {
        scenario,
        tests: run_tests(scenario, |test| wanted(&test.name)),
    });
    drop(progress);
    files.retain(|file| !file.tests.is_empty());
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
    let report = Report::Tests(Tests { files, coverage, min_coverage: args.min_coverage });
    report::print(&report, args.format, console)?;
    Ok(report.outcome())
}

/// Failure of a run without a test: a gate that passes because it saw nothing is the worst failure
/// that a gate can have.
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
