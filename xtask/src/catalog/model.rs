//! The reference as it is read from packages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Everything that the packages say, by folded name.
#[derive(Debug, Default)]
pub(super) struct Reference {
    pub(super) date: String,
    pub(super) sources: Vec<Package>,
    pub(super) services: BTreeMap<String, Service>,
}

/// A package that something was read from.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) licence: &'static str,
}

/// A service.
#[derive(Debug, Default)]
pub(super) struct Service {
    /// None for a service of which only withdrawn actions are known.
    pub(super) name: Option<String>,
    pub(super) keys: BTreeMap<String, Key>,
    pub(super) types: BTreeMap<String, ResourceType>,
    pub(super) actions: BTreeMap<String, Action>,
    /// Actions that are younger than the base, and their resource types.
    pub(super) partial: BTreeMap<String, Vec<String>>,
    pub(super) withdrawn: BTreeSet<String>,
}

/// A condition key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    /// The letter of its type in the data.
    pub(super) kind: char,
}

/// A resource type.
#[derive(Debug)]
pub(super) struct ResourceType {
    pub(super) name: String,
    pub(super) format: String,
    pub(super) keys: Vec<String>,
}

/// An action.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) name: String,
    /// The letter of its level in the data.
    pub(super) level: char,
    pub(super) keys: Vec<String>,
    /// Type, whether it is required, and the keys that it has with this action.
    pub(super) types: Vec<(String, bool, Vec<String>)>,
    pub(super) depends: Vec<String>,
}

/// How much there is of each.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) services: usize,
    pub(super) actions: usize,
    pub(super) partial: usize,
    pub(super) withdrawn: usize,
    pub(super) types: usize,
    pub(super) keys: usize,
    pub(super) dependent: usize,
}

impl Reference {
    pub(super) fn counts(&self) -> Counts {
        let sum = |count: fn(&Service) -> usize| self.services.values().map(count).sum();
        Counts {
            services: self.services.values().filter(|it| it.name.is_some()).count(),
            actions: sum(|it| it.actions.len()),
            partial: sum(|it| it.partial.len()),
            withdrawn: sum(|it| it.withdrawn.len()),
            types: sum(|it| it.types.len()),
            keys: sum(|it| it.keys.len()),
            dependent: sum(|it| it.actions.values().filter(|it| !it.depends.is_empty()).count()),
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { services, actions, partial, withdrawn, types, keys, dependent } = self;
        write!(
            f,
            "{services} services, {actions} actions ({dependent} with dependent ones), {partial} \
             partial, {withdrawn} withdrawn, {types} resource types, {keys} keys"
        )
    }
}
