//! Reports: one model of checks and findings for `test`, `verify`, `redundant` and `diff`, and one
//! writer for each output format.
//!
//! [`model`] holds the results. The formats of CI systems ([`junit`], [`github`]) see them as
//! suites of checks only; [`human`] and [`json`] also know the evidence of each kind of result. The
//! findings of `lint` are a model of their own, [`lint`].

mod github;
mod human;
mod json;
mod junit;
mod model;
mod refused;

pub(crate) mod lint;

pub(crate) use model::{
    Compared, Differences, FileFindings, Perimeters, Properties, PropertyFile, PropertyResult,
    Redundancies, Report, TestFile, Tests,
};

use crate::{Console, Failure, Outcome};

use github::{message as github_message, property as github_property};
use junit::valid as junit_text;

/// An output format of a report.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
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

/// The result of a command that prints in this format: where it has no answer because input is
/// refused, machines are told in their format, too.
pub(crate) fn answered(
    result: Result<Outcome, Failure>,
    format: Format,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    result.map_err(|failure| refused::print(failure, format, console))
}

/// Prints a report in a format.
pub(crate) fn print(
    report: &Report<'_>,
    format: Format,
    console: &mut Console,
) -> Result<(), Failure> {
    match format {
        Format::Human => console.print(&human::text(report))?,
        Format::Junit => console.print(&junit::text(report)?)?,
        Format::Json => json::print(report, console)?,
        Format::Github => console.print(&github::text(report))?,
    }
    Ok(())
}
