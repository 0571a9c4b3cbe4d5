//! Queries to the theories about one value: of a field, or of several fields that are equal.

use std::sync::Arc;

use super::field_id::{FieldId, FieldName, FieldTable};
use super::meaning::ValueTest;
use super::value_shapes::ValueShapes;
use crate::search::AtomValue;
use crate::theory::Answer;
use crate::theory::action::{self, Universe};
use crate::theory::key;
use crate::theory::pattern_set::PatternSet;
use crate::theory::strings;
use polsim_check::budget::Steps;
use polsim_check::fields::field::Field;
use polsim_check::key_shape::{KeyShape, ValueType};
use polsim_decide::formula::{KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, Pattern};

/// A constraint on the value of a field, with its explanation.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    /// The requirement that is met or missed.
    pub(super) requirement: Requirement,
    /// The polarity: the requirement has to be met, or to be missed.
    pub(super) value: bool,
    /// The atoms that imply the constraint; none for a tentative one.
    pub(super) because: Vec<AtomValue>,
    /// Tentative constraints come from a chosen value, and another choice may lift them.
    pub(super) tentative: bool,
}

/// A requirement on the value of a field.
#[derive(Clone, Debug)]
pub(super) enum Requirement {
    /// Membership in a set of texts.
    In(Arc<PatternSet>),
    /// Success of a test.
    Passes(Arc<ValueTest>),
}

/// The result of a query about one value.
#[derive(Clone, Debug)]
pub(super) enum FieldResult {
    /// Values that meet all constraints.
    Values(Vec<Box<str>>),
    /// Conflicting constraints, by index.
    Conflict(Vec<usize>),
    /// Undecided: a theory has no means for these constraints, or no budget.
    Unknown,
}

impl Constraint {
    /// The tentative constraint that a field has, or has not, this text.
    pub(super) fn tentative_text(text: &str, value: bool) -> Self {
        let any_of = [Predicate::Text(Pattern::literal(text), CaseRule::Exact)].into();
        let test = ValueTest::new(KeyTest::Some { any_of, hit: true });
        let requirement = Requirement::Passes(Arc::new(test));
        Self { requirement, value, because: Vec::new(), tentative: true }
    }

    /// Tests for a constraint that speaks of texts only, or of the number of values.
    fn is_textual(&self) -> bool {
        match &self.requirement {
            Requirement::In(_) => true,
            Requirement::Passes(test) => {
                test.patterns().is_some() || !matches!(test.test, KeyTest::Some { .. })
            }
        }
    }
}

/// The atoms that explain the constraints at these indices, each once.
pub(super) fn explanation(constraints: &[Constraint], core: &[usize]) -> Vec<AtomValue> {
    let of_core = core.iter().filter_map(|at| constraints.get(*at));
    distinct(of_core.flat_map(|constraint| constraint.because.iter().copied()).collect())
}

/// The atoms of an explanation, in order and each once.
pub(super) fn distinct(mut core: Vec<AtomValue>) -> Vec<AtomValue> {
    core.sort_unstable();
    core.dedup();
    core
}

/// Looks for one value of all `members` at once that meets the constraints.
pub(super) fn find(
    members: &[FieldId],
    constraints: &[Constraint],
    hints: &[&str],
    table: &FieldTable,
    shapes: &mut ValueShapes,
    budget: &mut Steps,
) -> FieldResult {
    let mut parts = Vec::new();
    let mut keys = Vec::new();
    for member in members {
        match table.name(*member) {
            FieldName::Action => return find_action(constraints, hints, budget),
            FieldName::Part(part) => parts.push(*part),
            FieldName::Key(key) => keys.push(key.clone()),
        }
    }
    if !shapes.are_compatible(&parts, &keys) {
        return FieldResult::Conflict(Vec::new());
    }
    let found = if parts.is_empty() {
        find_values(constraints, hints, shapes.of_equal_keys(&keys), budget)
    } else if parts.iter().all(|part| part.is_account())
        && !constraints.iter().all(Constraint::is_textual)
    {
        let shape = KeyShape { values: ValueType::AccountId, single: true };
        find_values(constraints, hints, shape, budget)
    } else {
        find_text(&parts, &keys, constraints, hints, shapes, budget)
    };
    match found {
        // The theories were asked about one of several shapes only.
        FieldResult::Values(texts) if members.len() > 1 && !shapes.admit(&parts, &keys, &texts) => {
            FieldResult::Unknown
        }
        found => found,
    }
}

fn find_action(constraints: &[Constraint], hints: &[&str], budget: &mut Steps) -> FieldResult {
    let mut literals = Vec::new();
    for constraint in constraints {
        match &constraint.requirement {
            Requirement::In(patterns) => literals.push((&**patterns, constraint.value)),
            Requirement::Passes(_) => return FieldResult::Unknown,
        }
    }
    // An action that a pattern names is mostly the one.
    let named = literals.iter().filter(|(_, hit)| *hit).find_map(|(it, _)| it.as_written());
    let hints: Vec<&str> = hints.iter().copied().chain(named.as_deref()).collect();
    match action::find_action(&literals, Universe::Open(&hints), budget) {
        Answer::Sat(text) => FieldResult::Values(vec![text.into()]),
        Answer::Unsat(core) => FieldResult::Conflict(core),
        Answer::Unknown(_) => FieldResult::Unknown,
    }
}

/// Looks for a text that is a value of all these parts and keys.
fn find_text(
    parts: &[Field],
    keys: &[KeyName],
    constraints: &[Constraint],
    hints: &[&str],
    shapes: &mut ValueShapes,
    budget: &mut Steps,
) -> FieldResult {
    let mut own: Vec<Arc<PatternSet>> = parts.iter().map(|part| shapes.part(*part)).collect();
    if keys.iter().any(|key| shapes.key(key).values == ValueType::AccountId) {
        own.push(shapes.part(Field::Account));
    }
    let empty = PatternSet::literal("");
    // The constraint that each literal comes from.
    let mut from: Vec<Option<usize>> = vec![None; own.len()];
    let mut literals: Vec<strings::Literal<'_>> =
        own.iter().map(|patterns| (&**patterns, true)).collect();
    for (at, constraint) in constraints.iter().enumerate() {
        let (patterns, hit) = match &constraint.requirement {
            Requirement::In(patterns) => (&**patterns, true),
            Requirement::Passes(test) => match (&test.test, test.texts()) {
                (_, Some(texts)) => texts,
                // There is exactly one value.
                (KeyTest::Absent | KeyTest::Several, _) if constraint.value => {
                    return FieldResult::Conflict(vec![at]);
                }
                (KeyTest::Absent | KeyTest::Several, _) => continue,
                (KeyTest::Blank, _) => (&empty, true),
                (KeyTest::Some { .. }, None) => return FieldResult::Unknown,
            },
        };
        from.push(Some(at));
        literals.push((patterns, constraint.value == hit));
    }
    match strings::find_text(&literals, hints, budget) {
        Answer::Sat(text) => FieldResult::Values(vec![text.into()]),
        Answer::Unsat(core) => FieldResult::Conflict(
            core.into_iter().filter_map(|at| from.get(at).copied().flatten()).collect(),
        ),
        Answer::Unknown(_) => FieldResult::Unknown,
    }
}

fn find_values(
    constraints: &[Constraint],
    hints: &[&str],
    shape: KeyShape,
    budget: &mut Steps,
) -> FieldResult {
    let mut literals = Vec::new();
    for constraint in constraints {
        match &constraint.requirement {
            Requirement::Passes(test) => literals.push((&test.prepared, constraint.value)),
            Requirement::In(_) => return FieldResult::Unknown,
        }
    }
    match key::find_values(&literals, shape, hints, budget) {
        Answer::Sat(values) => FieldResult::Values(values.into_iter().map(Into::into).collect()),
        Answer::Unsat(core) => FieldResult::Conflict(core),
        Answer::Unknown(_) => FieldResult::Unknown,
    }
}
