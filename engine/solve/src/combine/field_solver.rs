//! Values of fields: asks the theories, and remembers what they found last.

use std::sync::Arc;

use super::field_id::{FieldId, FieldName, FieldTable};
use super::field_query::{self, Constraint, FieldResult, Requirement};
use super::model::{self, CandidateModel};
use super::value_shapes::ValueShapes;
use polsim_check::budget::Meter;
use polsim_check::key_facts::KeyFacts;
use polsim_check::table::Table;

/// The number of values that a field has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cardinality {
    /// Multivalued: a number of values, none included.
    Any,
    /// Single-valued: at most one value, or absent.
    AtMostOne,
    /// Always present, with exactly one value.
    One,
}

/// The fields that have been met, with their shapes and the values found for them last.
#[derive(Debug)]
pub(super) struct FieldSolver {
    table: FieldTable,
    shapes: ValueShapes,
    /// The values found last for each field: they often do for the next query too.
    last: Table<Option<Arc<[Box<str>]>>>,
}

impl FieldSolver {
    /// A solver for values of which these facts are documented.
    pub(super) fn new(documented: KeyFacts) -> Self {
        Self {
            table: FieldTable::new(),
            shapes: ValueShapes::new(documented),
            last: Table::new(None),
        }
    }

    /// The fields that have been met.
    pub(super) fn table(&self) -> &FieldTable {
        &self.table
    }

    /// The fields that have been met, for meeting new ones.
    pub(super) fn table_mut(&mut self) -> &mut FieldTable {
        &mut self.table
    }

    /// The number of values that a field has.
    pub(super) fn cardinality(&self, field: FieldId) -> Cardinality {
        match self.table.name(field) {
            FieldName::Action | FieldName::Part(_) => Cardinality::One,
            FieldName::Key(key) if self.shapes.key(key).single => Cardinality::AtMostOne,
            FieldName::Key(_) => Cardinality::Any,
        }
    }

    /// Looks for one value, or set of values, of all `members` that satisfies the constraints. The
    /// value found last is tried first; `candidate` has the values of other fields, to which this
    /// one should look alike.
    pub(super) fn find(
        &mut self,
        members: &[FieldId],
        constraints: &[Constraint],
        candidate: &CandidateModel,
        meter: &mut Meter<'_>,
    ) -> FieldResult {
        meter.spend(u64::try_from(constraints.len()).unwrap_or(u64::MAX));
        // The last value of one field need not have the shapes of the others.
        if let [field] = members
            && let Some(last) = self.last.get(field.index())
            && constraints.iter().all(|constraint| constraint.is_met_by(last))
        {
            return FieldResult::Values(last.to_vec());
        }
        let hints = self.hints(members, candidate);
        let hints: Vec<&str> = hints.iter().map(|hint| &**hint).collect();
        let (table, shapes) = (&self.table, &mut self.shapes);
        let found = meter
            .lend(|budget| field_query::find(members, constraints, &hints, table, shapes, budget));
        if let ([field], FieldResult::Values(found)) = (members, &found) {
            self.last.set(field.index(), Some(found.clone().into()));
        }
        found
    }

    /// Plausible texts for these fields.
    fn hints(&self, members: &[FieldId], candidate: &CandidateModel) -> Vec<Box<str>> {
        let mut hints = Vec::new();
        for member in members {
            match self.table.name(*member) {
                FieldName::Part(part) => {
                    hints.extend(candidate.near(*part));
                    hints.extend(model::hints(*part).iter().map(|hint| Box::from(*hint)));
                }
                FieldName::Action => {
                    hints.extend(["s3:GetObject", "sts:AssumeRole"].map(Box::from));
                }
                FieldName::Key(_) => (),
            }
        }
        hints
    }

    /// Records values found for `members` in the candidate.
    pub(super) fn record(
        &mut self,
        members: &[FieldId],
        found: &[Box<str>],
        candidate: &mut CandidateModel,
    ) {
        for member in members {
            match self.table.name(*member) {
                FieldName::Action => candidate.action = found.first().cloned(),
                FieldName::Part(part) => {
                    debug_assert!(
                        found.iter().all(|text| self.shapes.part(*part).contains(text)),
                        "{part:?} {found:?}"
                    );
                    candidate.fields.extend(found.first().map(|text| (*part, text.clone())));
                }
                FieldName::Key(key) => {
                    let shape = self.shapes.key(key).values;
                    debug_assert!(found.iter().all(|text| shape.admits(text)), "{key} {found:?}");
                    candidate.keys.push((key.clone(), found.to_vec()));
                }
            }
        }
    }
}

impl Constraint {
    /// Tests values of the field against the constraint.
    fn is_met_by(&self, values: &[Box<str>]) -> bool {
        match &self.requirement {
            Requirement::In(patterns) => {
                values.first().is_some_and(|text| patterns.contains(text)) == self.value
            }
            Requirement::Passes(test) => test.passes(values) == self.value,
        }
    }
}
