//! Asking the theories about one value: of a place, or of several places that are equal.

use std::sync::Arc;

use super::meaning::Reading;
use super::place::{Place, PlaceName, Places};
use crate::search::AtomValue;
use crate::theory::action::{self, Universe};
use crate::theory::key;
use crate::theory::language::Language;
use crate::theory::strings;
use crate::theory::{Answer, Steps};
use crate::value_language;
use polsim_check::fields::field::Field;
use polsim_check::key_facts::Documented;
use polsim_check::key_shape;
use polsim_check::key_shape::{KeyShape, ValueShape};
use polsim_decide::formula::KeyTest;
use polsim_decide::text::KeyName;

/// Something demanded of a value, and why.
#[derive(Clone, Debug)]
pub(super) struct Demand {
    pub(super) what: What,
    pub(super) value: bool,
    /// The atoms that it follows from; nothing for what is only supposed.
    pub(super) because: Vec<AtomValue>,
    /// Whether it is only supposed: another choice may lift it.
    pub(super) supposed: bool,
}

/// What is demanded.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// Being one of these texts.
    In(Arc<Language>),
    /// Passing the test.
    Passing(Arc<Reading>),
}

/// What the theories said about a value.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// These values.
    Values(Vec<Box<str>>),
    /// The demands at these indices contradict each other.
    Contradiction(Vec<usize>),
    /// They cannot tell.
    Unknown,
}

/// The shapes of the values of places.
#[derive(Debug)]
pub(super) struct Shapes {
    documented: Documented,
    fields: Vec<Option<Arc<Language>>>,
}

impl Shapes {
    pub(super) fn new(documented: Documented) -> Self {
        Self { documented, fields: Vec::new() }
    }

    /// What the texts of a field look like.
    pub(super) fn field(&mut self, field: Field) -> Arc<Language> {
        let at = Field::ALL.iter().position(|it| *it == field).unwrap_or(0);
        if self.fields.len() <= at {
            self.fields.resize(at.saturating_add(1), None);
        }
        let documented = &self.documented;
        let make = || Arc::new(Language::union(&value_language::languages(field, documented)));
        match self.fields.get_mut(at) {
            Some(slot) => slot.get_or_insert_with(make).clone(),
            None => make(),
        }
    }
}

/// What no text looks like two of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Look {
    Address,
    Arn,
    Boolean,
    /// An account, a number, a date.
    Number,
}

impl Look {
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

impl Shapes {
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
        let account = fields.iter().any(|field| field.is_account()).then_some(Look::Number);
        let looks = keys.iter().filter_map(|key| Look::of(self.key(key).values)).chain(account);
        let mut looks = looks.collect::<Vec<Look>>();
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
    members: &[Place],
    demands: &[Demand],
    hints: &[&str],
    places: &Places,
    shapes: &mut Shapes,
    budget: &mut Steps,
) -> Found {
    let mut fields = Vec::new();
    let mut keys = Vec::new();
    for place in members {
        match places.name(*place) {
            PlaceName::Action => return find_action(demands, hints, budget),
            PlaceName::Field(field) => fields.push(*field),
            PlaceName::Key(key) => keys.push(key.clone()),
        }
    }
    if !shapes.go_together(&fields, &keys) {
        return Found::Contradiction(Vec::new());
    }
    let found = if fields.is_empty() {
        find_values(demands, hints, shapes.of_keys(&keys), budget)
    } else if fields.iter().all(|field| field.is_account()) && !demands.iter().all(is_text) {
        let shape = KeyShape { values: ValueShape::AccountId, single: true };
        find_values(demands, hints, shape, budget)
    } else {
        find_text(&fields, &keys, demands, hints, shapes, budget)
    };
    match found {
        // Of several looks not all have been asked for.
        Found::Values(texts) if members.len() > 1 && !shapes.admit(&fields, &keys, &texts) => {
            Found::Unknown
        }
        found => found,
    }
}

fn is_text(demand: &Demand) -> bool {
    match &demand.what {
        What::In(_) => true,
        What::Passing(reading) => {
            reading.language().is_some() || !matches!(reading.test, KeyTest::Some { .. })
        }
    }
}

fn find_action(demands: &[Demand], hints: &[&str], budget: &mut Steps) -> Found {
    let mut literals = Vec::new();
    for demand in demands {
        match &demand.what {
            What::In(language) => literals.push((&**language, demand.value)),
            What::Passing(_) => return Found::Unknown,
        }
    }
    // What is named is mostly it.
    let named = literals.iter().filter(|(_, hit)| *hit).find_map(|(it, _)| it.as_written());
    let hints: Vec<&str> = hints.iter().copied().chain(named.as_deref()).collect();
    match action::find_action(&literals, Universe::Open(&hints), budget) {
        Answer::Sat(text) => Found::Values(vec![text.into()]),
        Answer::Unsat(core) => Found::Contradiction(core),
        Answer::Unknown(_) => Found::Unknown,
    }
}

/// A text that is a value of these fields, and of these keys too.
fn find_text(
    fields: &[Field],
    keys: &[KeyName],
    demands: &[Demand],
    hints: &[&str],
    shapes: &mut Shapes,
    budget: &mut Steps,
) -> Found {
    let mut own: Vec<Arc<Language>> = fields.iter().map(|field| shapes.field(*field)).collect();
    if keys.iter().any(|key| shapes.key(key).values == ValueShape::AccountId) {
        own.push(shapes.field(Field::Account));
    }
    let empty = Language::literal("");
    // Of each literal: the demand that it comes from.
    let mut from: Vec<Option<usize>> = vec![None; own.len()];
    let mut literals: Vec<strings::Literal<'_>> =
        own.iter().map(|language| (&**language, true)).collect();
    for (at, demand) in demands.iter().enumerate() {
        let (language, hit) = match &demand.what {
            What::In(language) => (&**language, true),
            What::Passing(reading) => match (&reading.test, reading.texts()) {
                (_, Some(texts)) => texts,
                // There is exactly one value.
                (KeyTest::Absent | KeyTest::Several, _) if demand.value => {
                    return Found::Contradiction(vec![at]);
                }
                (KeyTest::Absent | KeyTest::Several, _) => continue,
                (KeyTest::Blank, _) => (&empty, true),
                (KeyTest::Some { .. }, None) => return Found::Unknown,
            },
        };
        from.push(Some(at));
        literals.push((language, demand.value == hit));
    }
    match strings::find_text(&literals, hints, budget) {
        Answer::Sat(text) => Found::Values(vec![text.into()]),
        Answer::Unsat(core) => Found::Contradiction(
            core.into_iter().filter_map(|at| from.get(at).copied().flatten()).collect(),
        ),
        Answer::Unknown(_) => Found::Unknown,
    }
}

fn find_values(demands: &[Demand], hints: &[&str], shape: KeyShape, budget: &mut Steps) -> Found {
    let mut literals = Vec::new();
    for demand in demands {
        match &demand.what {
            What::Passing(reading) => literals.push((&reading.prepared, demand.value)),
            What::In(_) => return Found::Unknown,
        }
    }
    match key::find_values(&literals, shape, hints, budget) {
        Answer::Sat(values) => Found::Values(values.into_iter().map(Into::into).collect()),
        Answer::Unsat(core) => Found::Contradiction(core),
        Answer::Unknown(_) => Found::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_keys_look_like_is_told_apart_only_where_no_text_is_both() {
        let shapes = Shapes::new(Documented::all());
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
