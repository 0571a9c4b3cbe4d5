//! Running the tests of a scenario.

use super::model::{Run, Scenario, Test};
use crate::eval::{Explanation, PartialAnswer, PartialDecision, Scratch, StatementRef};
use crate::policy::PolicyType;

/// The outcome of one test.
///
/// ```
/// # use polsim::scenario::{NoFiles, Scenario};
/// # use polsim::text::Source;
/// let text = r#"
/// policies: [{type: identity, document: {Version: "2012-10-17", Statement:
///   [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}}]
/// request: {principal: "arn:aws:iam::111122223333:user/alice", resource: "arn:aws:s3:::lake/x"}
/// tests:
///   - {name: alice reads, request: {action: "s3:GetObject"}, expect: allowed}
/// properties:
///   - {name: nobody writes, deny: {actions: ["s3:Put*"]}}
/// "#;
/// let scenario = Scenario::load(&Source::new("scenario.yaml", text), &NoFiles);
/// let scenario = scenario.expect("a scenario without mistakes");
/// let outcomes = polsim::scenario::run_tests(&scenario, |_| true);
/// assert!(outcomes[0].passed());
/// ```
#[derive(Clone, Debug)]
pub struct TestOutcome<'a> {
    /// Test that was run.
    pub test: &'a Test,
    /// Outcome of each of its runs, in order.
    pub runs: Vec<RunOutcome<'a>>,
}

/// The outcome of one request.
///
/// ```
/// # use polsim::scenario::{NoFiles, Scenario};
/// # use polsim::text::Source;
/// let text = r#"
/// policies: [{type: identity, document: {Version: "2012-10-17", Statement:
///   [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}}]
/// request: {principal: "arn:aws:iam::111122223333:user/alice", resource: "arn:aws:s3:::lake/x"}
/// tests:
///   - {name: alice reads, request: {action: "s3:GetObject"}, expect: allowed}
/// properties:
///   - {name: nobody writes, deny: {actions: ["s3:Put*"]}}
/// "#;
/// let scenario = Scenario::load(&Source::new("scenario.yaml", text), &NoFiles);
/// let scenario = scenario.expect("a scenario without mistakes");
/// let outcomes = polsim::scenario::run_tests(&scenario, |_| true);
/// assert_eq!(outcomes[0].runs[0].by[0].effect, polsim::policy::Effect::Allow);
/// ```
#[derive(Clone, Debug)]
pub struct RunOutcome<'a> {
    /// Run of the test.
    pub run: &'a Run,
    /// Decision on the request, or that it depends on what is not known of it.
    pub decision: PartialDecision,
    /// Answer that the decision is a word for.
    pub answer: PartialAnswer,
    /// Statements that made the decision.
    pub by: Vec<StatementRef>,
    /// Differences from the test's expectation, in words.
    pub failures: Vec<String>,
}

impl TestOutcome<'_> {
    /// Tests whether there are runs and every one is as expected.
    pub fn passed(&self) -> bool {
        !self.runs.is_empty() && self.runs.iter().all(|run| run.failures.is_empty())
    }
}

impl RunOutcome<'_> {
    /// The explanation of the decision.
    pub fn explain(&self) -> Explanation {
        self.run.set.explain_partial(&self.run.request, &self.answer)
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
    let answer = run.set.answer_partial(&run.request, scratch);
    let decision = answer.decision();
    let by = run.set.deciding(&run.request, &answer, scratch);
    let by: Vec<StatementRef> = by.into_iter().cloned().collect();
    let mut failures = Vec::new();
    let on = keys_in_words(&answer);
    if !decision.meets(test.expect) {
        let got = match (decision, &on) {
            (PartialDecision::Depends, Some(on)) => format!("{decision} on {on}"),
            _ => decision.to_string(),
        };
        failures.push(format!("expected {}, got {got}", test.expect.as_str()));
    } else if let Some(wanted) = test.depends_on.as_ref().filter(|it| !answer.depends_on(it)) {
        let on = on.as_deref().unwrap_or("nothing");
        failures.push(format!("expected to depend on {}, it depends on {on}", wanted.join(", ")));
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
    RunOutcome { run, decision, answer, by, failures }
}

/// The keys that an answer depends on; none where it is one decision.
fn keys_in_words(answer: &PartialAnswer) -> Option<String> {
    let on = &answer.depends.as_ref()?.on;
    Some(on.iter().map(|it| &*it.key).collect::<Vec<_>>().join(", "))
}

/// Tests whether `text` (a Sid, `type:Sid` or `policy:Sid`) names the statement `sid` of a policy.
pub(super) fn names_statement(
    text: &str,
    policy: &str,
    policy_type: PolicyType,
    sid: &str,
) -> bool {
    if text == sid {
        return true;
    }
    let Some((owner, name)) = text.rsplit_once(':') else { return false };
    let is_type = owner == policy_type.as_str()
        || (owner == "resource" && matches!(policy_type, PolicyType::Key | PolicyType::Trust));
    name == sid && (is_type || owner == policy)
}
