//! Tests and their requests.

use polsim::eval::{Depends, Expectation, Explanation, PartialDecision, StatementRef};
use polsim::network::Network;
use polsim::scenario::{FileCoverage, RunOutcome, TestOutcome};
use serde::Serialize;

use crate::report::model::{TestFile, Tests, uncertain_fact};

#[derive(Serialize)]
struct Document<'a> {
    files: Vec<File<'a>>,
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Covered>,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    tests: Vec<Test<'a>>,
}

#[derive(Serialize)]
struct Test<'a> {
    name: &'a str,
    line: u32,
    column: u32,
    ok: bool,
    expect: Expectation,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    runs: Vec<Run<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The undocumented fact without which there is no such request.
    #[serde(skip_serializing_if = "Option::is_none")]
    only_if: Option<&'a str>,
    decision: PartialDecision,
    /// The keys that it depends on, and a case for each decision.
    #[serde(flatten)]
    depends: Option<&'a Depends>,
    by: &'a [StatementRef],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    failures: &'a [String],
    /// The explanation of the decision, for requests that fail their test.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    tests: usize,
    passed: usize,
    failed: usize,
}

#[derive(Serialize)]
struct Covered {
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<usize>,
    files: Vec<FileCoverage>,
}

/// The document of these results.
pub(super) fn document<'a>(results: &'a Tests<'a>) -> impl Serialize + 'a {
    let (tests, failed) = (results.tests().count(), results.failed());
    Document {
        files: results.files.iter().map(file).collect(),
        summary: Summary {
            files: results.files.len(),
            tests,
            passed: tests.saturating_sub(failed),
            failed,
        },
        coverage: results
            .coverage
            .as_ref()
            .map(|it| Covered { percent: it.percent(), files: it.files() }),
    }
}

fn file<'a>(file: &'a TestFile<'a>) -> File<'a> {
    let source = &file.scenario.source;
    let network = file.scenario.network.as_deref();
    let test = |outcome: &'a TestOutcome<'a>| {
        let at = source.position(outcome.test.span.start);
        Test {
            name: &outcome.test.name,
            line: at.line,
            column: at.column,
            ok: outcome.passed(),
            expect: outcome.test.expect,
            why: outcome.test.why.as_deref(),
            runs: outcome.runs.iter().map(|it| run(it, network)).collect(),
        }
    };
    File { file: source.name(), tests: file.tests.iter().map(test).collect() }
}

fn run<'a>(outcome: &'a RunOutcome<'a>, network: Option<&Network>) -> Run<'a> {
    let arrival = outcome.run.arrival.as_ref();
    let path = arrival.and_then(|it| Some(network?.outcome_words(&it.path.outcome)));
    Run {
        from: arrival.map(|it| &*it.from),
        service: arrival.map(|it| it.service),
        path,
        only_if: uncertain_fact(outcome).map(|fact| fact.name),
        decision: outcome.decision,
        depends: outcome.answer.depends.as_ref(),
        by: &outcome.by,
        failures: &outcome.failures,
        explanation: (!outcome.failures.is_empty()).then(|| outcome.explain()),
    }
}
