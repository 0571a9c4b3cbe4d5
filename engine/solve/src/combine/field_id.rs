//! The places of a request that literals speak of, each with a small number.

use rustc_hash::FxHashMap;

use polsim_check::fields::field::Field;
use polsim_decide::text::KeyName;

/// A place that has a value, or values.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct FieldId(usize);

/// What a place is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum FieldName {
    /// The action.
    Action,
    /// A field.
    Part(Field),
    /// A context key.
    Key(KeyName),
}

/// All places that have been met.
#[derive(Debug)]
pub(super) struct FieldTable {
    names: Vec<FieldName>,
    keys: FxHashMap<KeyName, FieldId>,
}

impl FieldId {
    pub(super) const ACTION: Self = Self(0);

    pub(super) fn index(self) -> usize {
        self.0
    }
}

impl FieldTable {
    pub(super) fn new() -> Self {
        let fields = Field::ALL.iter().map(|field| FieldName::Part(*field));
        let names: Vec<FieldName> = std::iter::once(FieldName::Action).chain(fields).collect();
        let keys = names
            .iter()
            .enumerate()
            .filter_map(|(at, name)| match name {
                FieldName::Part(field) => Some((field.key(), FieldId(at))),
                _ => None,
            })
            .collect();
        Self { names, keys }
    }

    /// The place of a key, or of the field that it stands for.
    pub(super) fn of_key(&mut self, key: &KeyName) -> FieldId {
        let next = FieldId(self.names.len());
        let place = *self.keys.entry(key.clone()).or_insert(next);
        if place == next {
            self.names.push(FieldName::Key(key.clone()));
        }
        place
    }

    /// The place of a key that has been met.
    pub(super) fn known(&self, key: &KeyName) -> Option<FieldId> {
        self.keys.get(key).copied()
    }

    pub(super) fn name(&self, place: FieldId) -> &FieldName {
        self.names.get(place.0).unwrap_or(&FieldName::Action)
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = FieldId> + use<> {
        (0..self.names.len()).map(FieldId)
    }
}
