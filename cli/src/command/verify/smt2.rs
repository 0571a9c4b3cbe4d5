//! `--smt2`: the formulas behind the verdicts as SMT-LIB scripts, for other solvers.

use std::path::Path;

use polsim::prove::{Goal, Report, Verifier};
use polsim::scenario::Scenario;
use serde::Serialize;

use crate::Failure;

/// The scripts of one run and their index.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    folder: &'a Path,
    index: Vec<Entry>,
}

/// The entry of a script in `index.json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    file: String,
    scenario: String,
    property: String,
    /// `example`: a request that decides the property; `shape`: a request that it is about.
    asks: &'static str,
    verdict: &'static str,
    /// The answer that a solver has to give, where the verdict implies it.
    expected: Option<&'static str>,
    /// The reasons why `sat` would prove nothing.
    inexact: Vec<String>,
}

impl<'a> Folder<'a> {
    /// The folder, made if it is not there.
    pub(super) fn new(folder: &'a str) -> Result<Self, Failure> {
        let folder = Path::new(folder);
        std::fs::create_dir_all(folder).map_err(|error| refused(folder, &error))?;
        Ok(Self { folder, index: Vec::new() })
    }

    /// Writes the scripts for the verdict on a property.
    pub(super) fn add(
        &mut self,
        scenario: &Scenario,
        verifier: &Verifier<'_>,
        (number, report): (usize, &Report),
    ) -> Result<(), Failure> {
        let goals = match report.verdict.proof() {
            Some(_) => &[Goal::Witness, Goal::Shape][..],
            None => &[Goal::Witness],
        };
        for goal in goals {
            let Some(lowered) = verifier.lower(number) else { continue };
            let script = lowered.script(*goal, Some(&report.verdict));
            let asks = match goal {
                Goal::Witness => "example",
                Goal::Shape => "shape",
            };
            let count = self.index.len().saturating_add(1);
            let file = format!("{count:05}-{asks}.smt2");
            let path = self.folder.join(&file);
            std::fs::write(&path, script.text()).map_err(|error| refused(&path, &error))?;
            self.index.push(Entry {
                file,
                scenario: scenario.source.name().to_owned(),
                property: report.name.to_string(),
                asks,
                verdict: report.verdict.as_str(),
                expected: goal.is_met(&report.verdict).map(|sat| if sat { "sat" } else { "unsat" }),
                inexact: script.inexact().to_vec(),
            });
        }
        Ok(())
    }

    /// Writes `index.json`.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let path = self.folder.join("index.json");
        let mut text = serde_json::to_string_pretty(&self.index)
            .map_err(|error| Failure::message(error.to_string()))?;
        text.push('\n');
        std::fs::write(&path, text).map_err(|error| refused(&path, &error))
    }
}

fn refused(path: &Path, error: &std::io::Error) -> Failure {
    Failure::message(format!("cannot write `{}`: {error}", path.display()))
}
