//! Results of tests.

use std::borrow::Cow;

use polsim::network::Network;
use polsim::network::uncertain::Uncertainty;
use polsim::scenario::{Coverage, RunOutcome, Scenario, TestOutcome};

use super::{Check, Finding, Results, Suite, finding_if};
use crate::Outcome;
use crate::wording::plural;

/// The results of `polsim test`.
#[derive(Debug)]
pub(crate) struct Tests<'a> {
    pub(crate) files: Vec<TestFile<'a>>,
    /// The coverage of the policies, where it was asked for.
    pub(crate) coverage: Option<Coverage>,
    /// The least share that must be covered, in per cent.
    pub(crate) min_coverage: Option<u8>,
}

/// The tests of one file.
#[derive(Debug)]
pub(crate) struct TestFile<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) tests: Vec<TestOutcome<'a>>,
}

impl Tests<'_> {
    /// The tests of all files.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &TestOutcome<'_>> {
        self.files.iter().flat_map(|file| &file.tests)
    }

    /// The number of tests that fail.
    pub(crate) fn failed(&self) -> usize {
        self.tests().filter(|test| !test.passed()).count()
    }

    /// The covered share and the least share, in per cent, where the first is below the second.
    pub(crate) fn lacking_coverage(&self) -> Option<(usize, u8)> {
        let percent = self.coverage.as_ref()?.percent().unwrap_or(100);
        let wanted = self.min_coverage?;
        (percent < usize::from(wanted)).then_some((percent, wanted))
    }
}

impl Results for Tests<'_> {
    fn suites(&self) -> Vec<Suite<'_>> {
        self.files
            .iter()
            .map(|file| Suite {
                file: file.scenario.source.name(),
                checks: file.tests.iter().map(|test| check(file.scenario, test)).collect(),
            })
            .collect()
    }

    fn run_findings(&self) -> Vec<(&'static str, String)> {
        let lacking = self.lacking_coverage();
        lacking
            .map(|(percent, wanted)| {
                ("coverage", format!("{percent}% covered, wanted are {wanted}%"))
            })
            .into_iter()
            .collect()
    }

    fn totals(&self) -> String {
        format!("{}, {} failed", plural(self.tests().count(), "test"), self.failed())
    }

    fn outcome(&self) -> Outcome {
        finding_if(self.failed() > 0 || self.lacking_coverage().is_some())
    }
}

fn check<'a>(scenario: &'a Scenario, outcome: &'a TestOutcome<'a>) -> Check<'a> {
    let at = scenario.source.position(outcome.test.span.start);
    let finding = (!outcome.passed()).then(|| {
        let network = scenario.network.as_deref();
        let lines: Vec<String> = explained_runs(outcome)
            .into_iter()
            .flat_map(|run| failure_lines(run, network))
            .collect();
        let summary = lines.first().cloned();
        Finding {
            summary: summary.unwrap_or_else(|| "no request was made".to_owned()),
            details: Some(lines.join("\n")),
        }
    });
    Check {
        name: Cow::Borrowed(&outcome.test.name),
        file: scenario.source.name(),
        line: at.line,
        column: at.column,
        finding,
    }
}

/// The failing requests of a test that a report explains. A way to arrive that exists only if
/// something undocumented is so is left out where a certain way from the same origin fails too.
pub(crate) fn explained_runs<'a>(test: &'a TestOutcome<'a>) -> Vec<&'a RunOutcome<'a>> {
    let from = |run: &RunOutcome<'_>| run.run.arrival.as_ref().map(|it| it.from.clone());
    let fails = |run: &RunOutcome<'_>| !run.failures.is_empty();
    let certain = |run: &RunOutcome<'_>| uncertain_fact(run).is_none();
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
pub(crate) fn uncertain_fact(run: &RunOutcome<'_>) -> Option<&'static Uncertainty> {
    run.run.arrival.as_ref().and_then(|arrival| arrival.path.uncertain)
}

/// The failed expectations about a request, a line each, with the origin of the request.
pub(crate) fn failure_lines(run: &RunOutcome<'_>, network: Option<&Network>) -> Vec<String> {
    let from = match &run.run.arrival {
        None => String::new(),
        Some(arrival) => {
            let way = network.map(|it| it.outcome_words(&arrival.path.outcome)).unwrap_or_default();
            format!("from {} to {} ({way}): ", arrival.from, arrival.service)
        }
    };
    let condition = uncertain_fact(run)
        .map(|fact| format!(" (only if {}, which AWS leaves open: {})", fact.statement, fact.name));
    let condition = condition.unwrap_or_default();
    run.failures.iter().map(|failure| format!("{from}{failure}{condition}")).collect()
}
