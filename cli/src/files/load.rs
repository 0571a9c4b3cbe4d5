//! Loading scenarios and case files.

use polsim::policy::UNLISTED_KEY;
use polsim::scenario::{Recorder, Scenario};
use polsim::text::{Diagnostic, Diagnostics, Source};

use super::RelativeFiles;
use crate::parallel::{self, Progress};
use crate::{Console, Failure};

/// Loads all sources, or fails with everything that is wrong with any of them.
pub(crate) fn scenarios(
    sources: &[Source],
    console: &mut Console,
) -> Result<Vec<Scenario>, Failure> {
    let progress = Progress::new(sources.len(), "files");
    let loaded = parallel::map(sources, &progress, |source| Scenario::load(source, &RelativeFiles));
    drop(progress);
    all_or_refused(loaded, console)
}

/// Loads all sources and keeps the texts of the files that they name, for certificates.
pub(crate) fn recorded_scenarios(
    sources: &[Source],
    recorder: &Recorder<'_>,
    console: &mut Console,
) -> Result<Vec<Scenario>, Failure> {
    let loaded = sources.iter().map(|source| Scenario::load(source, recorder)).collect();
    all_or_refused(loaded, console)
}

fn all_or_refused(
    loaded: Vec<Result<Scenario, Diagnostics>>,
    console: &mut Console,
) -> Result<Vec<Scenario>, Failure> {
    let mut scenarios = Vec::new();
    let mut refused: Vec<Diagnostic> = Vec::new();
    for one in loaded {
        match one {
            Ok(scenario) => scenarios.push(scenario),
            Err(found) => {
                // Errors in a file that several scenarios name are reported once.
                let new = found.into_iter().filter(|it| !refused.contains(it));
                let new: Vec<Diagnostic> = new.collect();
                refused.extend(new);
            }
        }
    }
    if !refused.is_empty() {
        return Err(refused.into());
    }
    // Of the warnings only those without which no test or proof can be trusted.
    let mut shown: Vec<Diagnostic> = Vec::new();
    for warning in scenarios.iter().flat_map(|scenario| &scenario.warnings) {
        let matters = warning.code.starts_with('S') || warning.code == UNLISTED_KEY;
        if matters && !shown.contains(warning) {
            shown.push(warning.clone());
        }
    }
    console.warn(&shown);
    Ok(scenarios)
}
