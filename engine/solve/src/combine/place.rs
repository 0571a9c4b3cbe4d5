//! The places of a request that literals speak of, each with a small number.

use rustc_hash::FxHashMap;

use polsim_check::fields::field::Field;
use polsim_decide::text::KeyName;

/// A place that has a value, or values.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct Place(usize);

/// What a place is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum PlaceName {
    /// The action.
    Action,
    /// A field.
    Field(Field),
    /// A context key.
    Key(KeyName),
}

/// All places that have been met.
#[derive(Debug)]
pub(super) struct Places {
    names: Vec<PlaceName>,
    keys: FxHashMap<KeyName, Place>,
}

impl Place {
    pub(super) const ACTION: Self = Self(0);

    pub(super) fn index(self) -> usize {
        self.0
    }
}

impl Places {
    pub(super) fn new() -> Self {
        let fields = Field::ALL.iter().map(|field| PlaceName::Field(*field));
        let names: Vec<PlaceName> = std::iter::once(PlaceName::Action).chain(fields).collect();
        let keys = names
            .iter()
            .enumerate()
            .filter_map(|(at, name)| match name {
                PlaceName::Field(field) => Some((field.key(), Place(at))),
                _ => None,
            })
            .collect();
        Self { names, keys }
    }

    /// The place of a key, or of the field that it stands for.
    pub(super) fn of_key(&mut self, key: &KeyName) -> Place {
        let next = Place(self.names.len());
        let place = *self.keys.entry(key.clone()).or_insert(next);
        if place == next {
            self.names.push(PlaceName::Key(key.clone()));
        }
        place
    }

    /// The place of a key that has been met.
    pub(super) fn known(&self, key: &KeyName) -> Option<Place> {
        self.keys.get(key).copied()
    }

    pub(super) fn name(&self, place: Place) -> &PlaceName {
        self.names.get(place.0).unwrap_or(&PlaceName::Action)
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Place> + use<> {
        (0..self.names.len()).map(Place)
    }
}
