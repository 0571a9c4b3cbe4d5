//! Fields of a request that atoms speak of, numbered as they are met.

use rustc_hash::FxHashMap;

use polsim_check::fields::field::Field;
use polsim_decide::text::KeyName;

/// The number of a field: the action, a part of principal or resource, or a context key.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct FieldId(usize);

/// The name of a field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum FieldName {
    /// The requested action, which every request has.
    Action,
    /// A part of the principal or of the resource, which has one value.
    Part(Field),
    /// A context key, which has any number of values.
    Key(KeyName),
}

/// The fields that have been met, by number and by key.
#[derive(Debug)]
pub(super) struct FieldTable {
    names: Vec<FieldName>,
    keys: FxHashMap<KeyName, FieldId>,
}

impl FieldId {
    /// The field of the action.
    pub(super) const ACTION: Self = Self(0);

    /// The index of the field in tables.
    pub(super) fn index(self) -> usize {
        self.0
    }
}

impl FieldTable {
    /// A table of the action and of all parts of principal and resource.
    pub(super) fn new() -> Self {
        let parts = Field::ALL.iter().map(|part| FieldName::Part(*part));
        let names: Vec<FieldName> = std::iter::once(FieldName::Action).chain(parts).collect();
        let keys = names
            .iter()
            .enumerate()
            .filter_map(|(at, name)| match name {
                FieldName::Part(part) => Some((part.key(), FieldId(at))),
                _ => None,
            })
            .collect();
        Self { names, keys }
    }

    /// The field of a key, or of the part that the key stands for; added if it is new.
    pub(super) fn of_key(&mut self, key: &KeyName) -> FieldId {
        let next = FieldId(self.names.len());
        let field = *self.keys.entry(key.clone()).or_insert(next);
        if field == next {
            self.names.push(FieldName::Key(key.clone()));
        }
        field
    }

    /// The field of a key that has been met.
    pub(super) fn known(&self, key: &KeyName) -> Option<FieldId> {
        self.keys.get(key).copied()
    }

    /// The name of a field.
    pub(super) fn name(&self, field: FieldId) -> &FieldName {
        let name = self.names.get(field.0);
        debug_assert!(name.is_some(), "{field:?} is no field");
        name.unwrap_or(&FieldName::Action)
    }

    /// The number of fields.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The fields in the order of their numbers.
    pub(super) fn all(&self) -> impl Iterator<Item = FieldId> + use<> {
        (0..self.names.len()).map(FieldId)
    }
}
