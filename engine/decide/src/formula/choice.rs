//! Choices: named unknowns that no request decides.
//!
//! A *world choice* has one value for all requests, policies and both sides of a comparison: a
//! reading of the policy language that AWS leaves open, an undocumented fact about networks. A
//! *request choice* is a function of the request: the answer of a policy that is not at hand.

use std::fmt;
use std::sync::Arc;

/// The name of a choice: equal names are one choice in every store.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{Atom, ChoiceId, Formulas};
/// let reading = ChoiceId::world("reading:not-principal-partial");
/// let mut formulas = Formulas::new();
/// let once = formulas.atom(Atom::Choice(reading.clone()));
/// assert_eq!(formulas.atom(Atom::Choice(reading)), once);
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ChoiceId {
    name: Arc<str>,
    scope: ChoiceScope,
}

/// The requests that share the value of a choice.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{ChoiceId, ChoiceScope};
/// assert_eq!(ChoiceId::world("reading:x").scope(), ChoiceScope::World);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ChoiceScope {
    /// A value for each request by itself.
    Request,
    /// A single value for all requests.
    World,
}

/// An assignment of values to some choices. Choices that it does not name have their default, false.
///
/// True is the alternative of a reading, and the stated thing of every other choice; so the empty
/// assignment is the *default world*.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{ChoiceId, World};
/// let reading = ChoiceId::world("reading:not-principal-partial");
/// let other = World::default().with(reading.clone(), true);
/// assert!(other.is_true(&reading) && !World::default().is_true(&reading));
/// assert_eq!(World::default().value(&reading), None);
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct World {
    // INVARIANT: sorted by choice, each choice once.
    values: Vec<(ChoiceId, bool)>,
}

impl ChoiceId {
    /// The request choice of this name.
    pub fn request(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), scope: ChoiceScope::Request }
    }

    /// The world choice of this name.
    pub fn world(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), scope: ChoiceScope::World }
    }

    /// The name, with its kind in front: `reading:…`, `network:…`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The requests that share its value.
    pub fn scope(&self) -> ChoiceScope {
        self.scope
    }
}

impl World {
    /// The world with this value for `choice`, all others as they are.
    #[must_use]
    pub fn with(mut self, choice: ChoiceId, value: bool) -> Self {
        self.set(choice, value);
        self
    }

    /// Gives `choice` a value.
    pub fn set(&mut self, choice: ChoiceId, value: bool) {
        match self.values.binary_search_by(|(it, _)| it.cmp(&choice)) {
            Ok(at) => {
                if let Some(slot) = self.values.get_mut(at) {
                    slot.1 = value;
                }
            }
            Err(at) => self.values.insert(at, (choice, value)),
        }
    }

    /// The value of `choice`, if the world names it.
    pub fn value(&self, choice: &ChoiceId) -> Option<bool> {
        let at = self.values.binary_search_by(|(it, _)| it.cmp(choice)).ok()?;
        self.values.get(at).map(|(_, value)| *value)
    }

    /// The value of `choice`, its default if the world does not name it.
    pub fn is_true(&self, choice: &ChoiceId) -> bool {
        self.value(choice).unwrap_or(false)
    }

    /// The named choices with their values, in the order of their names.
    pub fn values(&self) -> &[(ChoiceId, bool)] {
        &self.values
    }

    /// True if the world names no choice.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl FromIterator<(ChoiceId, bool)> for World {
    fn from_iter<T: IntoIterator<Item = (ChoiceId, bool)>>(values: T) -> Self {
        let mut world = Self::default();
        for (choice, value) in values {
            world.set(choice, value);
        }
        world
    }
}

impl fmt::Display for ChoiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChoiceId, World};

    #[test]
    fn a_world_is_the_same_in_whatever_order_it_is_written() {
        let [a, b] = ["reading:a", "reading:b"].map(ChoiceId::world);
        let one = World::default().with(b.clone(), false).with(a.clone(), true);
        let other = World::default().with(a.clone(), false).with(b, false).with(a, true);
        assert_eq!(one, other);
    }
}
