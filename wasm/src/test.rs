//! Running the tests of a scenario.

use polsim::scenario::{self, Coverage, run_tests};
use polsim::text::Source;
use serde::Serialize;
use tsify::Tsify;

use crate::{
    Answer, Depends, Diagnostic, NetworkPath, PartialDecision, Place, StatementRef, TextRange,
    Workspace, request,
};

/// The outcomes of the tests of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct TestReport {
    /// The tests, in the order of the text.
    pub tests: Vec<TestOutcome>,
    /// Coverage of the policies by the tests.
    pub coverage: Vec<PolicyCoverage>,
    /// Warnings about the policies.
    pub warnings: Vec<Diagnostic>,
}

/// The outcome of one test.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct TestOutcome {
    /// Name of the test.
    pub name: String,
    /// Reason for the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Flag that every run is as expected.
    pub passed: bool,
    /// The decision it expects: `allowed`, `explicitDeny`, `implicitDeny`, `denied` or `depends`.
    pub expect: String,
    /// Place in the scenario, in UTF-16 units.
    pub range: TextRange,
    /// Outcomes of its requests: one, or one for each way to arrive.
    pub runs: Vec<TestRun>,
}

/// The outcome of one request of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct TestRun {
    /// The origin that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Path from the origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<NetworkPath>,
    /// Decision on the request.
    pub decision: PartialDecision,
    /// The keys that it depends on, if it is no single one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends: Option<Depends>,
    /// The statements that made it.
    pub by: Vec<StatementRef>,
    /// Differences from the test's expectation.
    pub failures: Vec<String>,
    /// The request, as the `request` member of a case.
    pub request: String,
}

/// The coverage of one policy.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PolicyCoverage {
    /// Name of the policy.
    pub file: String,
    /// Number of statements in it.
    pub statements: usize,
    /// Number of statements that decided a request.
    pub statements_covered: usize,
    /// Number of condition values in it.
    pub values: usize,
    /// Number of condition values that made a condition hold or fail.
    pub values_covered: usize,
    /// Statements and values that did not, in the order of the text.
    pub uncovered: Vec<Uncovered>,
}

/// A statement or condition value that no test made decide.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Uncovered {
    /// The statement's Sid or number; for a value, with operator, key and value.
    pub what: String,
    /// Place in its text.
    pub span: Place,
}

/// The outcomes of the tests of the workspace's scenario.
pub fn test(workspace: &Workspace) -> Answer<TestReport> {
    workspace.load().map(|scenario| report(workspace, &scenario)).into()
}

fn report(workspace: &Workspace, scenario: &scenario::Scenario) -> TestReport {
    let outcomes = run_tests(scenario, |_| true);
    let mut coverage = Coverage::default();
    coverage.add(&outcomes);
    let text = Source::new(scenario.source.name(), workspace.scenario.as_str());
    let tests = outcomes.iter().map(|outcome| TestOutcome {
        name: outcome.test.name.to_string(),
        why: outcome.test.why.as_ref().map(ToString::to_string),
        passed: outcome.passed(),
        expect: outcome.test.expect.as_str().to_owned(),
        range: TextRange::of(&text, outcome.test.span),
        runs: outcome.runs.iter().map(TestRun::from).collect(),
    });
    TestReport {
        tests: tests.collect(),
        coverage: coverage.files().into_iter().map(PolicyCoverage::from).collect(),
        warnings: scenario.warnings.iter().map(Diagnostic::from).collect(),
    }
}

impl From<&scenario::RunOutcome<'_>> for TestRun {
    fn from(outcome: &scenario::RunOutcome<'_>) -> Self {
        let scenario::RunOutcome { run, decision, answer, by, failures } = outcome;
        let arrival = run.arrival.as_ref();
        Self {
            from: arrival.map(|arrival| arrival.from.to_string()),
            path: arrival.map(|arrival| NetworkPath::from(&arrival.path)),
            decision: (*decision).into(),
            depends: answer.depends.as_ref().map(Depends::from),
            by: by.iter().cloned().map(StatementRef::from).collect(),
            failures: failures.clone(),
            request: request::as_json(&run.request),
        }
    }
}

impl From<scenario::FileCoverage> for PolicyCoverage {
    fn from(coverage: scenario::FileCoverage) -> Self {
        let scenario::FileCoverage {
            file,
            statements,
            statements_covered,
            values,
            values_covered,
            uncovered,
        } = coverage;
        let uncovered = uncovered.into_iter();
        Self {
            file: file.into(),
            statements,
            statements_covered,
            values,
            values_covered,
            uncovered: uncovered
                .map(|scenario::Uncovered { what, span }| Uncovered { what, span: span.into() })
                .collect(),
        }
    }
}
