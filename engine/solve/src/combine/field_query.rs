//! Asking the theories about one value: of a place, or of several places that are equal.

use std::sync::Arc;

use super::field_id::{FieldId, FieldName, FieldTable};
use super::meaning::ValueTest;
use crate::search::AtomValue;
use crate::theory::action::{self, Universe};
use crate::theory::key;
use crate::theory::pattern_set::PatternSet;
use crate::theory::strings;
use crate::theory::{Answer, Steps};
use crate::value_language;
use polsim_check::fields::field::Field;
use polsim_check::key_facts::KeyFacts;
use polsim_check::key_shape;
use polsim_check::key_shape::{KeyShape, ValueShape};
use polsim_decide::formula::KeyTest;
use polsim_decide::text::KeyName;

/// Something demanded of a value, and why.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    pub(super) requirement: Requirement,
    pub(super) value: bool,
    /// The atoms that it follows from; nothing for what is only supposed.
    pub(super) because: Vec<AtomValue>,
    /// Whether it is only supposed: another choice may lift it.
    pub(super) tentative: bool,
}

/// What is demanded.
#[derive(Clone, Debug)]
pub(super) enum Requirement {
    /// Being one of these texts.
    In(Arc<PatternSet>),
    /// Passing the test.
    Passes(Arc<ValueTest>),
}

/// What the theories said about a value.
#[derive(Clone, Debug)]
pub(super) enum FieldResult {
    /// These values.
    Values(Vec<Box<str>>),
    /// The demands at these indices contradict each other.
    Conflict(Vec<usize>),
    /// They cannot tell.
    Unknown,
}

/// The shapes of the values of places.
#[derive(Debug)]
pub(super) struct FieldShapes {
    documented: KeyFacts,
    fields: Vec<Option<Arc<PatternSet>>>,
}

impl FieldShapes {
    pub(super) fn new(documented: KeyFacts) -> Self {
        Self { documented, fields: Vec::new() }
    }

    /// What the texts of a field look like.
    pub(super) fn field(&mut self, field: Field) -> Arc<PatternSet> {
        let at = Field::ALL.iter().position(|it| *it == field).unwrap_or(0);
        if self.fields.len() <= at {
            self.fields.resize(at.saturating_add(1), None);
        }
        let documented = &self.documented;
        let make = || Arc::new(PatternSet::union(&value_language::languages(field, documented)));
        match self.fields.get_mut(at) {
            Some(capture) => capture.get_or_insert_with(make).clone(),
            None => make(),
        }
    }
}

/// What no text looks like two of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum ValueFormat {
    Address,
    Arn,
    Boolean,
    /// An account, a number, a date.
    Number,
}

impl ValueFormat {
    fn of(shape: ValueShape) -> Option<Self> {
        match shape {
            ValueShape::Address => Some(Self::Address),
            ValueShape::Arn => Some(Self::Arn),
            ValueShape::Boolean => Some(Self::Boolean),
            ValueShape::AccountId | ValueShape::Date | ValueShape::Epoch | ValueShape::Number => {
                Some(Self::Number)
            }
            ValueShape::Text => None,
        }
    }
}

impl FieldShapes {
    /// The shape of a key's values.
    pub(super) fn key(&self, key: &KeyName) -> KeyShape {
        key_shape::shape(key, &self.documented)
    }

    /// Whether these texts can be values of all these fields and keys.
    fn admit(&mut self, fields: &[Field], keys: &[KeyName], texts: &[Box<str>]) -> bool {
        texts.iter().all(|text| {
            fields.iter().all(|field| self.field(*field).contains(text))
                && keys.iter().all(|key| self.key(key).values.admits(text))
        })
    }

    /// Whether values of these fields and keys may be the same text at all: never wrongly no.
    fn go_together(&self, fields: &[Field], keys: &[KeyName]) -> bool {
        let account = fields.iter().any(|field| field.is_account()).then_some(ValueFormat::Number);
        let looks =
            keys.iter().filter_map(|key| ValueFormat::of(self.key(key).values)).chain(account);
        let mut looks = looks.collect::<Vec<ValueFormat>>();
        looks.dedup();
        looks.len() < 2
    }

    /// The shape of keys that are equal: what is known of any of them is known of all.
    fn of_keys(&self, keys: &[KeyName]) -> KeyShape {
        let shapes = || keys.iter().map(|key| self.key(key));
        let values = shapes().map(|shape| shape.values).find(|it| *it != ValueShape::Text);
        KeyShape {
            values: values.unwrap_or(ValueShape::Text),
            single: keys.len() > 1 || shapes().any(|shape| shape.single),
        }
    }
}

/// Looks for a value of all these places at once that meets the demands.
pub(super) fn find(
    members: &[FieldId],
    constraints: &[Constraint],
    hints: &[&str],
    places: &FieldTable,
    shapes: &mut FieldShapes,
    budget: &mut Steps,
) -> FieldResult {
    let mut fields = Vec::new();
    let mut keys = Vec::new();
    for place in members {
        match places.name(*place) {
            FieldName::Action => return find_action(constraints, hints, budget),
            FieldName::Part(field) => fields.push(*field),
            FieldName::Key(key) => keys.push(key.clone()),
        }
    }
    if !shapes.go_together(&fields, &keys) {
        return FieldResult::Conflict(Vec::new());
    }
    let found = if fields.is_empty() {
        find_values(constraints, hints, shapes.of_keys(&keys), budget)
    } else if fields.iter().all(|field| field.is_account()) && !constraints.iter().all(is_text) {
        let shape = KeyShape { values: ValueShape::AccountId, single: true };
        find_values(constraints, hints, shape, budget)
    } else {
        find_text(&fields, &keys, constraints, hints, shapes, budget)
    };
    match found {
        // Of several looks not all have been asked for.
        FieldResult::Values(texts)
            if members.len() > 1 && !shapes.admit(&fields, &keys, &texts) =>
        {
            FieldResult::Unknown
        }
        found => found,
    }
}

fn is_text(constraint: &Constraint) -> bool {
    match &constraint.requirement {
        Requirement::In(_) => true,
        Requirement::Passes(reading) => {
            reading.language().is_some() || !matches!(reading.test, KeyTest::Some { .. })
        }
    }
}

fn find_action(constraints: &[Constraint], hints: &[&str], budget: &mut Steps) -> FieldResult {
    let mut literals = Vec::new();
    for constraint in constraints {
        match &constraint.requirement {
            Requirement::In(language) => literals.push((&**language, constraint.value)),
            Requirement::Passes(_) => return FieldResult::Unknown,
        }
    }
    // What is named is mostly it.
    let named = literals.iter().filter(|(_, hit)| *hit).find_map(|(it, _)| it.as_written());
    let hints: Vec<&str> = hints.iter().copied().chain(named.as_deref()).collect();
    match action::find_action(&literals, Universe::Open(&hints), budget) {
        Answer::Sat(text) => FieldResult::Values(vec![text.into()]),
        Answer::Unsat(core) => FieldResult::Conflict(core),
        Answer::Unknown(_) => FieldResult::Unknown,
    }
}

/// A text that is a value of these fields, and of these keys too.
fn find_text(
    fields: &[Field],
    keys: &[KeyName],
    constraints: &[Constraint],
    hints: &[&str],
    shapes: &mut FieldShapes,
    budget: &mut Steps,
) -> FieldResult {
    let mut own: Vec<Arc<PatternSet>> = fields.iter().map(|field| shapes.field(*field)).collect();
    if keys.iter().any(|key| shapes.key(key).values == ValueShape::AccountId) {
        own.push(shapes.field(Field::Account));
    }
    let empty = PatternSet::literal("");
    // Of each literal: the demand that it comes from.
    let mut from: Vec<Option<usize>> = vec![None; own.len()];
    let mut literals: Vec<strings::Literal<'_>> =
        own.iter().map(|language| (&**language, true)).collect();
    for (at, constraint) in constraints.iter().enumerate() {
        let (language, hit) = match &constraint.requirement {
            Requirement::In(language) => (&**language, true),
            Requirement::Passes(reading) => match (&reading.test, reading.texts()) {
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
        literals.push((language, constraint.value == hit));
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
            Requirement::Passes(reading) => literals.push((&reading.prepared, constraint.value)),
            Requirement::In(_) => return FieldResult::Unknown,
        }
    }
    match key::find_values(&literals, shape, hints, budget) {
        Answer::Sat(values) => FieldResult::Values(values.into_iter().map(Into::into).collect()),
        Answer::Unsat(core) => FieldResult::Conflict(core),
        Answer::Unknown(_) => FieldResult::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_keys_look_like_is_told_apart_only_where_no_text_is_both() {
        let shapes = FieldShapes::new(KeyFacts::all());
        let together = |keys: &[&str]| {
            shapes.go_together(&[], &keys.iter().map(|it| KeyName::new(it)).collect::<Vec<_>>())
        };
        assert!(together(&["aws:MultiFactorAuthAge", "aws:EpochTime", "aws:SourceAccount"]));
        assert!(together(&["aws:SourceIp", "aws:PrincipalTag/x", "aws:VpcSourceIp"]));
        assert!(!together(&["aws:SourceIp", "aws:PrincipalTag/x", "aws:EpochTime"]));
        assert!(!together(&["aws:SourceArn", "aws:SecureTransport"]));
        let arn = [KeyName::new("aws:SourceArn")];
        assert!(!shapes.go_together(&[Field::Account], &arn));
        assert!(shapes.go_together(&[Field::Provider], &arn));
    }
}
