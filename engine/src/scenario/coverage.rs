//! Policy coverage: what no test ever made decide.
//!
//! A statement is covered if it was among those that decided a request. A value of a condition is
//! covered if, in some request for which everything else of its statement held, the request had a
//! value that it hits: then it was this value that made the condition hold or fail. The values of
//! `Null` hit where they say what is the case.

use std::collections::BTreeMap;

use serde::Serialize;

use super::TestOutcome;
use crate::eval::{Place, StatementTrace};
use crate::lower::value_predicate;
use crate::policy::{BaseOperator, Condition, Operand, Policy};
use crate::request::Request;
use crate::text::Span;

/// What the tests of one or more scenarios made decide.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    files: BTreeMap<Box<str>, Files>,
}

/// A file's statements and condition values by their place, and whether they were made to decide.
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileCoverage {
    /// The file.
    pub file: Box<str>,
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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Uncovered {
    /// The statement's Sid or number; for a value, with operator, key and value.
    pub what: String,
    /// Where it stands.
    pub span: Place,
}

impl Coverage {
    /// Adds what these outcomes covered.
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
