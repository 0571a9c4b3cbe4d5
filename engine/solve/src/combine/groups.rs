//! The atoms of one final check, grouped by the field that they constrain.

use std::sync::Arc;

use super::field_id::{FieldId, FieldTable};
use super::field_query::{Constraint, Requirement};
use super::field_solver::{Cardinality, FieldSolver};
use super::meaning::{CrossFieldAtom, Meaning, ValueTest};
use super::model::CandidateModel;
use crate::result::UnknownReason;
use crate::search::AtomValue;
use polsim_decide::formula::{AtomId, KeyTest};

/// The atoms of one final check, grouped by field.
#[derive(Debug, Default)]
pub(super) struct AtomGroups {
    /// The values that atoms give outright: flags, the kind of the requester.
    pub(super) given: CandidateModel,
    /// The fields with constraints, each once, in the order of their numbers.
    pub(super) constrained: Vec<FieldId>,
    /// The constraints of each field.
    constraints: Vec<Vec<Constraint>>,
    /// The atoms that speak of several fields.
    pub(super) cross_field: Vec<(AtomValue, Arc<CrossFieldAtom>)>,
    /// An atom without theory, whose policy variables could not be written out.
    free: Option<AtomId>,
}

impl AtomGroups {
    /// The groups of `atoms`, whose meanings `meaning` gives.
    pub(super) fn new<'m>(
        atoms: &[AtomValue],
        table: &FieldTable,
        meaning: impl Fn(AtomId) -> &'m Meaning,
    ) -> Self {
        let mut groups = Self { constraints: vec![Vec::new(); table.len()], ..Self::default() };
        for atom in atoms {
            groups.add(*atom, meaning(atom.0));
        }
        groups.constrained = table.all().filter(|it| !groups.constraints(*it).is_empty()).collect();
        groups
    }

    fn add(&mut self, (atom, value): AtomValue, meaning: &Meaning) {
        match meaning {
            Meaning::Action(patterns) => {
                let requirement = Requirement::In(patterns.clone());
                self.constrain(FieldId::ACTION, requirement, (atom, value));
            }
            Meaning::Test(field, test) => {
                self.constrain(*field, Requirement::Passes(test.clone()), (atom, value));
            }
            Meaning::CrossField(linked) => self.cross_field.push(((atom, value), linked.clone())),
            Meaning::FlagOff(flag) => {
                self.given.flags.insert(*flag, !value);
            }
            Meaning::Kind(kind) if value => self.given.kind = Some(*kind),
            Meaning::Choice(choice) => self.given.world.set(choice.clone(), value),
            Meaning::ManagementAccount => self.given.management_account = value,
            Meaning::Free => self.free = Some(atom),
            Meaning::Kind(_) => (),
        }
    }

    fn constrain(&mut self, field: FieldId, requirement: Requirement, atom: AtomValue) {
        if let Some(constraints) = self.constraints.get_mut(field.index()) {
            let because = vec![atom];
            constraints.push(Constraint { requirement, value: atom.1, because, tentative: false });
        }
    }

    /// The constraints of one field.
    pub(super) fn constraints(&self, field: FieldId) -> &[Constraint] {
        self.constraints.get(field.index()).map_or(&[], Vec::as_slice)
    }

    /// The tests of one field, each with the atom that it comes from.
    pub(super) fn tests(&self, field: FieldId) -> impl Iterator<Item = (&ValueTest, AtomValue)> {
        self.constraints(field).iter().filter_map(|constraint| {
            match (&constraint.requirement, &*constraint.because) {
                (Requirement::Passes(test), [atom]) => Some((&**test, *atom)),
                _ => None,
            }
        })
    }

    /// The fields that any atom speaks of, with repetitions.
    pub(super) fn fields(&self) -> impl Iterator<Item = FieldId> {
        let of_linked = self
            .cross_field
            .iter()
            .flat_map(|(_, linked)| std::iter::once(&linked.field).chain(&linked.variables));
        self.constrained.iter().chain(of_linked).copied()
    }

    /// The cross-field atoms that are true.
    pub(super) fn true_cross_field(&self) -> impl Iterator<Item = (AtomId, &CrossFieldAtom)> {
        self.cross_field
            .iter()
            .filter(|((_, value), _)| *value)
            .map(|((atom, _), linked)| (*atom, &**linked))
    }

    /// The atoms from which it follows that a field has at most one value; `None` if it may have
    /// more.
    pub(super) fn at_most_one(
        &self,
        field: FieldId,
        fields: &FieldSolver,
    ) -> Option<Vec<AtomValue>> {
        if fields.cardinality(field) != Cardinality::Any {
            return Some(Vec::new());
        }
        self.failed_test(field, &KeyTest::Several)
    }

    /// The atoms from which it follows that a field has a value; `None` if it may have none.
    pub(super) fn at_least_one(
        &self,
        field: FieldId,
        fields: &FieldSolver,
    ) -> Option<Vec<AtomValue>> {
        if fields.cardinality(field) == Cardinality::One {
            return Some(Vec::new());
        }
        self.failed_test(field, &KeyTest::Absent)
    }

    fn failed_test(&self, field: FieldId, test: &KeyTest) -> Option<Vec<AtomValue>> {
        let fails = |constraint: &&Constraint| {
            !constraint.value
                && matches!(&constraint.requirement, Requirement::Passes(it) if it.test == *test)
        };
        self.constraints(field).iter().find(fails).map(|constraint| constraint.because.clone())
    }

    /// The likeliest reason why the formula may not hold for a request that the theories agree on.
    pub(super) fn unconfirmed(&self) -> UnknownReason {
        self.free.map_or(UnknownReason::Disagreement, UnknownReason::Variable)
    }
}
