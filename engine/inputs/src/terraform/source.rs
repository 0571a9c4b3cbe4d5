//! The `.tf` files beside a plan: places, and what `jsonencode`, locals and templates hide.

use super::documents::Found;
use super::plan::Instance;
use super::resolve::{Resolver, Scope};
use crate::model::Place;
use crate::value::Value;

/// The files of a root module and of its modules.
#[derive(Debug, Default)]
pub(crate) struct Sources {}

impl Sources {
    pub(crate) fn read(_: &[crate::InputFile]) -> Option<Self> {
        None
    }

    pub(crate) fn attribute<'p>(
        &self,
        _: &mut Resolver<'p, '_>,
        _: &'p Instance<'p>,
        _: &[&str],
    ) -> Option<Value> {
        None
    }

    pub(crate) fn argument(
        &self,
        _: &mut Resolver<'_, '_>,
        _: &Scope,
        _: &str,
        _: &str,
    ) -> Option<Value> {
        None
    }

    pub(crate) fn output(&self, _: &mut Resolver<'_, '_>, _: &Scope, _: &str) -> Option<Value> {
        None
    }
}

impl<'p> Resolver<'p, '_> {
    pub(crate) fn evaluated(&mut self, _: &'p Instance<'p>, _: &str) -> Option<Found> {
        None
    }

    pub(crate) fn same_in_source(
        &mut self,
        _: &'p Instance<'p>,
        _: &str,
        _: &Value,
    ) -> Option<Value> {
        None
    }

    pub(crate) fn statement_places(&mut self, _: &'p Instance<'p>, _: usize) -> Vec<Option<Place>> {
        Vec::new()
    }

    pub(crate) fn place_of(&self, _: &Instance<'_>, _: &str) -> Option<Place> {
        None
    }
}
