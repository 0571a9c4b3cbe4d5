//! Running tests.

use super::load::names_statement;
use super::{Run, Scenario, Test};
use crate::eval::{Decision, Explanation, Scratch, StatementRef};
use crate::policy::PolicyType;

/// What came out of one test.
#[derive(Clone, Debug)]
pub struct TestOutcome<'a> {
    /// The test.
    pub test: &'a Test,
    /// What came out of each of its runs, in order.
    pub runs: Vec<RunOutcome<'a>>,
}

/// What came out of one request.
#[derive(Clone, Debug)]
pub struct RunOutcome<'a> {
    /// The run.
    pub run: &'a Run,
    /// The decision.
    pub decision: Decision,
    /// The statements that made it.
    pub by: Vec<StatementRef>,
    /// What is not as the test expects, in words; none if all is.
    pub failures: Vec<String>,
}

impl TestOutcome<'_> {
    /// Whether every run is as expected. A test without runs is not.
    pub fn passed(&self) -> bool {
        !self.runs.is_empty() && self.runs.iter().all(|run| run.failures.is_empty())
    }
}

impl RunOutcome<'_> {
    /// Everything that led to the decision.
    pub fn explain(&self) -> Explanation {
        self.run.set.explain(&self.run.request)
    }
}

/// Runs the tests of a scenario that `wanted` picks, in order.
pub fn run_tests(scenario: &Scenario, wanted: impl Fn(&Test) -> bool) -> Vec<TestOutcome<'_>> {
    let mut scratch = Scratch::default();
    scenario
        .tests
        .iter()
        .filter(|test| wanted(test))
        .map(|test| TestOutcome {
            test,
            runs: test.runs.iter().map(|run| run_one(test, run, &mut scratch)).collect(),
        })
        .collect()
}

fn run_one<'a>(test: &Test, run: &'a Run, scratch: &mut Scratch) -> RunOutcome<'a> {
    let (decision, by) = run.set.decide_by(&run.request, scratch);
    let by: Vec<StatementRef> = by.into_iter().cloned().collect();
    let mut failures = Vec::new();
    if !test.expect.is_met_by(decision) {
        failures.push(format!("expected {}, got {decision}", test.expect.as_str()));
    }
    let type_of = |name: &str| {
        let policies = &run.set.lowered().policies;
        policies.iter().find(|it| &*it.name == name).map(|it| it.policy.policy_type)
    };
    for wanted in &test.by {
        let hit = by.iter().any(|it| {
            let policy_type = type_of(&it.policy).unwrap_or(PolicyType::Identity);
            names_statement(wanted, &it.policy, policy_type, &it.statement)
        });
        if !hit {
            let names = by.iter().map(|it| format!("{}:{}", it.policy, it.statement));
            let names = names.collect::<Vec<_>>().join(", ");
            let decided = if names.is_empty() { "no statement" } else { &names };
            failures.push(format!("expected {wanted} to decide, it was {decided}"));
        }
    }
    RunOutcome { run, decision, by, failures }
}
