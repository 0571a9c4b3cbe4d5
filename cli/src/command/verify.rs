//! `polsim verify`: the properties of scenario files, for every request.

mod human;

use std::time::{Duration, Instant};

use polsim::prove::{Budget, Patience, Report, WrittenProperty};
use polsim::scenario::Scenario;
use polsim::text::Diagnostic;

use super::test::{find, load};
use crate::{Console, Failure, Outcome};

/// Decide the properties of scenario files for every request
///
/// Each property is proved, violated by a request that is shown, or unknown with the reason. A
/// folder stands for all scenarios (YAML or JSON) in it and below.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Scenario files, folders
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,

    /// Only properties whose name contains this text, letter case not counted
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Give a property up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    timeout: f64,
}

/// The verdicts of one file.
#[derive(Debug)]
struct FileReport<'a> {
    scenario: &'a Scenario,
    reports: Vec<(Report, Duration)>,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let sources = find::find(&args.paths)?;
    let scenarios = load(&sources, console)?;
    let filter = args.filter.as_deref().map(str::to_lowercase);
    let wanted = |name: &str| filter.as_ref().is_none_or(|text| name.to_lowercase().contains(text));
    let mut files = Vec::new();
    let mut refused: Vec<Diagnostic> = Vec::new();
    let mut ready = Vec::new();
    let written: Vec<Vec<WrittenProperty>> =
        scenarios.iter().map(Scenario::written_properties).collect();
    for (scenario, written) in scenarios.iter().zip(&written) {
        match scenario.verifier(written) {
            Ok(verifier) => ready.push((scenario, verifier)),
            Err(found) => refused.extend(found),
        }
    }
    if !refused.is_empty() {
        return Err(refused.into());
    }
    for (scenario, verifier) in &ready {
        let mut reports = Vec::new();
        for number in 0..verifier.len() {
            if !scenario.properties.get(number).is_some_and(|it| wanted(&it.name)) {
                continue;
            }
            let start = Instant::now();
            let late = || start.elapsed().as_secs_f64() > args.timeout;
            let patience = Patience { budget: Budget::default(), interrupted: &late };
            if let Some(report) = verifier.decide(number, patience) {
                reports.push((report, start.elapsed()));
            }
        }
        if !reports.is_empty() {
            files.push(FileReport { scenario, reports });
        }
    }
    if files.is_empty() {
        let paths = args.paths.join("`, `");
        return Err(Failure::message(format!("no property to verify in `{paths}`"))
            .with_help("scenarios are YAML or JSON with `properties`"));
    }
    human::print(&files, console)?;
    let fine = files.iter().flat_map(|file| &file.reports).all(|(it, _)| it.is_as_wanted());
    Ok(if fine { Outcome::AsWanted } else { Outcome::Finding })
}
