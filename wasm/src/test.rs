//! Running the tests of a scenario.

use polsim::scenario::{self, Coverage, run_tests};
use polsim::text::Source;
use serde::Serialize;
use tsify::Tsify;

use crate::{
    Answer, Decision, Diagnostic, NetworkPath, Place, StatementRef, TextRange, Workspace, request,
};

/// What came out of the tests of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct TestReport {
    /// The tests, in the order of the text.
    pub tests: Vec<TestOutcome>,
    /// What no test made decide, policy by policy.
    pub coverage: Vec<PolicyCoverage>,
    /// What the policies' authors will regret.
    pub warnings: Vec<Diagnostic>,
}

/// What came out of one test.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct TestOutcome {
    /// Its name.
    pub name: String,
    /// Why the decision is what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Whether every run is as expected.
    pub passed: bool,
    /// The decision it expects: `allowed`, `explicitDeny`, `implicitDeny` or `denied`.
    pub expect: String,
    /// Where it stands in the scenario, in UTF-16 units.
    pub range: TextRange,
    /// Its requests: one, or one for each way to arrive.
    pub runs: Vec<TestRun>,
}

/// What came out of one request of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct TestRun {
    /// The origin that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How it arrives from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<NetworkPath>,
    /// The decision.
    pub decision: Decision,
    /// The statements that made it.
    pub by: Vec<StatementRef>,
    /// What is not as the test expects; none if all is.
    pub failures: Vec<String>,
    /// The request, as the `request` member of a case.
    pub request: String,
}

/// What no test made decide in one policy.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PolicyCoverage {
    /// The policy.
    pub file: String,
    /// How many statements it has.
    pub statements: usize,
    /// How many of them decided a request.
    pub statements_covered: usize,
    /// How many condition values it has.
    pub values: usize,
    /// How many of them made a condition hold or fail.
    pub values_covered: usize,
    /// Those that did not, in the order of the text.
    pub uncovered: Vec<Uncovered>,
}

/// A statement or condition value that no test made decide.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Uncovered {
    /// The statement's Sid or number; for a value, with operator, key and value.
    pub what: String,
    /// Where it stands.
    pub span: Place,
}

/// What comes out of the tests of the workspace's scenario.
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
        let scenario::RunOutcome { run, decision, by, failures } = outcome;
        let arrival = run.arrival.as_ref();
        Self {
            from: arrival.map(|arrival| arrival.from.to_string()),
            path: arrival.map(|arrival| NetworkPath::from(&arrival.path)),
            decision: (*decision).into(),
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
