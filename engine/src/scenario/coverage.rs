//! Policy coverage: statements and condition values that no test made decide.
//!
//! A statement is covered if it was among those that decided a request. A value of a condition is
//! covered if, in some request for which everything else of its statement held, the request had a
//! value that it hits: then it was this value that made the condition hold or fail. The values of
//! `Null` hit where they say what is the case.

use std::collections::BTreeMap;

use serde::Serialize;

use super::run::TestOutcome;
use crate::eval::{Place, StatementTrace};
use crate::lower::value_predicate;
use crate::policy::{BaseOperator, Condition, Operand, Policy};
use crate::request::Request;
use crate::text::Span;

/// The coverage of policies by the tests of one or more scenarios.
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
/// let mut coverage = polsim::scenario::Coverage::default();
/// coverage.add(&polsim::scenario::run_tests(&scenario, |_| true));
/// assert_eq!(coverage.percent(), Some(100));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    files: BTreeMap<Box<str>, Files>,
}

/// The statements and condition values of a file by their place, each with whether it decided.
#[derive(Clone, Debug, Default)]
struct Files {
    statements: BTreeMap<Span, Item>,
    values: BTreeMap<Span, Item>,
}

#[derive(Clone, Debug)]
struct Item {
    name: String,
    place: Place,
    covered: bool,
}

/// The coverage of one policy file.
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
/// let mut coverage = polsim::scenario::Coverage::default();
/// coverage.add(&polsim::scenario::run_tests(&scenario, |_| true));
/// let file = &coverage.files()[0];
/// assert_eq!((file.statements, file.statements_covered), (1, 1));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileCoverage {
    /// Name of the file.
    pub file: Box<str>,
    /// Number of statements in the file.
    pub statements: usize,
    /// Number of statements that decided a request.
    pub statements_covered: usize,
    /// Number of condition values.
    pub values: usize,
    /// Number of condition values that made a condition hold or fail.
    pub values_covered: usize,
    /// Statements and values that did not, in the order of the text.
    pub uncovered: Vec<Uncovered>,
}

/// A statement or condition value that no test made decide.
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
/// let mut coverage = polsim::scenario::Coverage::default();
/// coverage.add(&polsim::scenario::run_tests(&scenario, |_| true));
/// assert!(coverage.files()[0].uncovered.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Uncovered {
    /// Sid or number of the statement; for a value, with operator, key and value.
    pub what: String,
    /// Location in the file.
    pub span: Place,
}

impl Coverage {
    /// Adds the coverage of these outcomes.
    pub fn add(&mut self, outcomes: &[TestOutcome<'_>]) {
        for run in outcomes.iter().flat_map(|outcome| &outcome.runs) {
            let explanation = run.explain();
            let policies = &run.run.set.lowered().policies;
            for policy in policies {
                self.enter(&policy.policy);
            }
            let traces = explanation.layers.iter().flat_map(|layer| &layer.statements);
            for trace in traces {
                let Some(attached) = policies.get(trace.policy_index) else { continue };
                let decided = explanation.by.contains(&trace.statement);
                self.mark(&attached.policy, trace, decided, &run.run.request);
            }
        }
    }

    /// Makes room for the statements and values of a policy.
    fn enter(&mut self, policy: &Policy) {
        let source = &policy.source;
        let file = self.files.entry(source.name().into()).or_default();
        for (index, statement) in policy.statements.iter().enumerate() {
            let sid = statement.sid.as_ref().map(|sid| sid.value.to_string());
            let sid = sid.unwrap_or_else(|| format!("[{index}]"));
            let item = |name: String, span: Span| Item {
                name,
                place: Place::of(source, span),
                covered: false,
            };
            file.statements
                .entry(statement.span)
                .or_insert_with(|| item(sid.clone(), statement.span));
            for condition in &statement.conditions {
                for value in &condition.values {
                    let (operator, key) = (&condition.operator.value, &condition.key.value);
                    file.values.entry(value.span).or_insert_with(|| {
                        item(format!("{sid}: {operator} {key} {}", value.value.text), value.span)
                    });
                }
            }
        }
    }

    fn mark(&mut self, policy: &Policy, trace: &StatementTrace, decided: bool, request: &Request) {
        let span = Span { start: trace.statement.span.start, end: trace.statement.span.end };
        let Some(statement) = policy.statements.iter().find(|it| it.span == span) else { return };
        let Some(file) = self.files.get_mut(policy.source.name()) else { return };
        if decided && let Some(item) = file.statements.get_mut(&span) {
            item.covered = true;
        }
        if !trace.elements.iter().all(|element| element.matches) {
            return;
        }
        for (index, condition) in statement.conditions.iter().enumerate() {
            let others = trace.conditions.iter().enumerate().filter(|(it, _)| *it != index);
            if !others.into_iter().all(|(_, other)| other.matches) {
                continue;
            }
            for value in hits(condition, request) {
                if let Some(item) = file.values.get_mut(&value) {
                    item.covered = true;
                }
            }
        }
    }

    /// The coverage of each file, by name.
    pub fn files(&self) -> Vec<FileCoverage> {
        let covered = |items: &BTreeMap<Span, Item>| items.values().filter(|it| it.covered).count();
        self.files
            .iter()
            .map(|(name, file)| {
                let mut uncovered: Vec<(&Span, &Item)> = file
                    .statements
                    .iter()
                    .chain(&file.values)
                    .filter(|(_, it)| !it.covered)
                    .collect();
                uncovered.sort_by_key(|(span, _)| **span);
                FileCoverage {
                    file: name.clone(),
                    statements: file.statements.len(),
                    statements_covered: covered(&file.statements),
                    values: file.values.len(),
                    values_covered: covered(&file.values),
                    uncovered: uncovered
                        .into_iter()
                        .map(|(_, it)| Uncovered { what: it.name.clone(), span: it.place.clone() })
                        .collect(),
                }
            })
            .collect()
    }

    /// The share of statements and condition values together that is covered, in whole per cent
    /// rounded down; `None` if there are none.
    pub fn percent(&self) -> Option<usize> {
        let files = self.files();
        let all: usize = files.iter().map(|file| file.statements.saturating_add(file.values)).sum();
        let covered: usize = files
            .iter()
            .map(|file| file.statements_covered.saturating_add(file.values_covered))
            .sum();
        covered.saturating_mul(100).checked_div(all)
    }
}

/// The places of the values that hit a value of the request.
fn hits(condition: &Condition, request: &Request) -> Vec<Span> {
    let given = request.context().values(&condition.key.value);
    let base = condition.operator.value.base;
    condition
        .values
        .iter()
        .filter(|value| match (base, &value.value.operand) {
            (BaseOperator::Null, Operand::Bool(absent)) => given.is_empty() == *absent,
            (BaseOperator::Null, _) => false,
            _ => {
                let predicate = value_predicate(base, &value.value);
                given.iter().any(|given| predicate.test(given, request))
            }
        })
        .map(|value| value.span)
        .collect()
}
