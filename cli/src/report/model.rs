//! The model of a report: results with their evidence, and the checks and findings in them.

mod differences;
mod perimeter;
mod properties;
mod redundancies;
mod tests;

use std::borrow::Cow;

pub(super) use differences::verdict_words;
pub(crate) use differences::{Compared, Differences};
pub(crate) use perimeter::{Perimeters, summary};
pub(crate) use properties::{Properties, PropertyFile, PropertyResult};
pub(super) use properties::{ReasonPlace, place_of};
pub(super) use redundancies::unknown_because;
pub(crate) use redundancies::{FileFindings, Redundancies};
pub(crate) use tests::{TestFile, Tests};
pub(super) use tests::{explained_runs, failure_lines, uncertain_fact};

use crate::Outcome;

/// The results of one command.
#[derive(Debug)]
pub(crate) enum Report<'a> {
    /// Comparisons, from `polsim diff`.
    Differences(Differences<'a>),
    /// Answers about inputs, from `polsim perimeter`.
    Perimeters(Box<Perimeters>),
    /// Verdicts, from `polsim verify`.
    Properties(Properties<'a>),
    /// Redundant parts of policies, from `polsim redundant`.
    Redundancies(Redundancies<'a>),
    /// Outcomes of tests, from `polsim test`.
    Tests(Tests<'a>),
}

/// The checks of one file.
#[derive(Debug)]
pub(super) struct Suite<'a> {
    pub(super) file: &'a str,
    pub(super) checks: Vec<Check<'a>>,
}

/// A check of a suite: a test, a property, a part of a policy, a comparison.
#[derive(Debug)]
pub(super) struct Check<'a> {
    pub(super) name: Cow<'a, str>,
    /// The file that line and column are in: the suite's, or one that it names.
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) column: u32,
    /// The reason why it is not as wanted; none if it is.
    pub(super) finding: Option<Finding>,
}

/// Result of a check that is not as wanted.
#[derive(Debug)]
pub(super) struct Finding {
    /// The finding in a sentence.
    pub(super) summary: String,
    /// The whole text, where that is more than the summary.
    pub(super) details: Option<String>,
}

/// The view of results that every output format has.
pub(super) trait Results {
    /// The checks of all files.
    fn suites(&self) -> Vec<Suite<'_>>;

    /// Findings about the whole run and not about one check: a title and a sentence.
    fn run_findings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The sum in a line.
    fn totals(&self) -> String;

    /// The outcome of the command.
    fn outcome(&self) -> Outcome;
}

impl Report<'_> {
    /// The view of these results that does not depend on the command.
    pub(super) fn results(&self) -> &dyn Results {
        match self {
            Self::Differences(results) => results,
            Self::Perimeters(results) => &**results,
            Self::Properties(results) => results,
            Self::Redundancies(results) => results,
            Self::Tests(results) => results,
        }
    }

    /// The outcome of the command.
    pub(crate) fn outcome(&self) -> Outcome {
        self.results().outcome()
    }
}

/// The outcome of a command that has a finding or none.
fn finding_if(found: bool) -> Outcome {
    if found { Outcome::Finding } else { Outcome::AsWanted }
}
