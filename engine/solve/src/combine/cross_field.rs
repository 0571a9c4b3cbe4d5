//! Cross-field atoms: atoms that speak of several fields, by policy variables.
//!
//! * An atom that asks for the whole value of a key makes two fields equal; the fields of a class
//!   ([`classes`](super::classes)) answer all constraints on any of them together.
//! * Where a class has only one possible text ([`fixed`]), that text replaces the variable, and the
//!   atoms that fix it join the explanation.
//! * Fields whose values contain each other in a circle ([`circle`](super::circle)) are equal, or a
//!   value would have to be longer than itself.
//! * Otherwise the atom is weakened first (a `*` for the variable): a conflict with the weaker atom
//!   is a conflict. Then values are chosen for the variables and tried ([`attempt`]).
//! * Where no choice succeeds, lemmas about the text around a variable
//!   ([`capture`]), and then case splits over finite domains
//!   ([`finite_domain`](super::finite_domain)), return the question to the search. Without any, the
//!   answer is unknown: failing samples never make a proof.

mod attempt;
mod fixed;

use std::borrow::Cow;
use std::sync::Arc;

use self::attempt::Attempt;
use self::fixed::Fixed;
use super::capture;
use super::circle::Containments;
use super::classes::EqualityClasses;
use super::field_id::{FieldId, FieldTable};
use super::field_query::{Constraint, Requirement, distinct, explanation};
use super::field_solver::FieldSolver;
use super::groups::AtomGroups;
use super::meaning::{CrossFieldAtom, ValueTest};
use super::model::CandidateModel;
use crate::result::{Model, UnknownReason};
use crate::search::AtomValue;
use polsim_check::budget::Meter;
use polsim_decide::formula::{AtomId, KeyTest};
use polsim_decide::text::KeyName;

/// The number of choices of values that are tried.
const MAX_ATTEMPTS: usize = 24;

/// The atoms of one final check, with the equalities among their fields.
#[derive(Debug)]
pub(super) struct CrossField<'a> {
    groups: &'a AtomGroups,
    /// The equalities that the atoms imply.
    pub(super) classes: EqualityClasses,
    /// The values that lie within others.
    containments: Containments,
    /// The classes that have one possible text.
    fixed: Vec<Fixed>,
}

/// The result of a final check with cross-field atoms.
pub(super) enum CrossFieldResult {
    /// Conflicting atoms, as an explanation.
    Conflict(Vec<AtomValue>),
    /// A request that has all atoms and for which the formula holds.
    Sat(Box<Model>),
    /// Undecided by trying values, for these reasons.
    Undecided(Vec<UnknownReason>),
}

/// The values that a class got in an attempt, by representative.
type Known = [(FieldId, Box<[Box<str>]>)];

impl<'a> CrossField<'a> {
    /// The equalities and fixed classes that the atoms of `groups` imply.
    pub(super) fn new(groups: &'a AtomGroups, fields: &FieldSolver) -> Self {
        let equalities = groups.true_cross_field().filter_map(|(atom, linked)| {
            let other = fields.table().known(linked.whole_value()?)?;
            let mut because = vec![(atom, true)];
            because.extend(groups.at_most_one(linked.field, fields)?);
            Some(([linked.field, other], because))
        });
        let mut equalities: Vec<_> = equalities.collect();
        let containments = Containments::new(groups, &equalities);
        equalities.extend(equal_captures(groups, fields));
        equalities.extend(containments.equalities());
        let classes = EqualityClasses::new(equalities);
        let fixed = fixed::find_all(groups, &classes, fields);
        Self { groups, classes, containments, fixed }
    }

    /// Decides the atoms by trying values. `confirm` makes a request of a candidate, if the formula
    /// holds for it.
    pub(super) fn solve(
        &self,
        fields: &mut FieldSolver,
        confirm: impl Fn(&CandidateModel) -> Option<Box<Model>>,
        meter: &mut Meter<'_>,
    ) -> CrossFieldResult {
        if let Some(core) = self.evident_conflict(fields) {
            return CrossFieldResult::Conflict(core);
        }
        let mut choices: Vec<Vec<(FieldId, Box<str>)>> = vec![Vec::new()];
        let mut tried = 0;
        let mut reason = None;
        while let Some(chosen) = choices.get(tried).cloned() {
            tried = tried.saturating_add(1);
            match self.attempt(fields, &chosen, meter) {
                Attempt::Conflict(core) => return CrossFieldResult::Conflict(core),
                Attempt::Complete(candidate) => {
                    if let Some(request) = confirm(&candidate) {
                        return CrossFieldResult::Sat(request);
                    }
                    let circular = self.circular_atom().map(UnknownReason::Variable);
                    reason = reason.or(circular).or(Some(self.groups.unconfirmed()));
                }
                Attempt::Failed(failed) => {
                    let more = self.other_choices(fields, failed, &chosen, meter);
                    let room = MAX_ATTEMPTS.saturating_sub(choices.len());
                    choices.extend(more.into_iter().take(room));
                }
                Attempt::Unknown(atom) => reason = reason.or(atom.map(UnknownReason::Mixture)),
            }
        }
        CrossFieldResult::Undecided(reason.map_or_else(|| self.undecided_atoms(), |it| vec![it]))
    }

    /// The cross-field atoms as reasons. Equalities come last, as they are decided: a variable
    /// beside other text is the likelier reason.
    fn undecided_atoms(&self) -> Vec<UnknownReason> {
        let linked = self.groups.cross_field.iter();
        let (whole, beside): (Vec<_>, Vec<_>) =
            linked.partition(|(_, linked)| linked.whole_value().is_some());
        let atoms = beside.into_iter().chain(whole);
        atoms.map(|((atom, _), _)| UnknownReason::Variable(*atom)).collect()
    }

    /// Conflicting atoms that the equalities and pattern inclusion show without any value.
    fn evident_conflict(&self, fields: &FieldSolver) -> Option<Vec<AtomValue>> {
        if let Some(core) = self.containments.conflict() {
            return Some(distinct(core));
        }
        let failing = self.groups.cross_field.iter().filter(|((_, value), _)| !*value);
        for ((atom, _), linked) in failing {
            if let Some(core) = self.failed_equality(linked, fields.table(), fields) {
                return Some(distinct([vec![(*atom, false)], core].concat()));
            }
            for (narrower, narrow) in self.groups.true_cross_field() {
                if let Some(why) = capture::covers(&self.classes, fields.table(), linked, narrow)
                    && let Some(single) = self.groups.at_most_one(linked.field, fields)
                {
                    let core = [(*atom, false), (narrower, true)];
                    return Some(distinct(core.into_iter().chain(why).chain(single).collect()));
                }
            }
        }
        None
    }

    /// The atoms by which a field surely has the value of the key that a failing atom asks for.
    fn failed_equality(
        &self,
        linked: &CrossFieldAtom,
        table: &FieldTable,
        fields: &FieldSolver,
    ) -> Option<Vec<AtomValue>> {
        let other = table.known(linked.value_like()?)?;
        let equal = self.classes.explain(linked.field, other)?;
        let single = self.groups.at_most_one(linked.field, fields)?;
        // A field that is equal to another has a value.
        let present = if equal.is_empty() {
            self.groups.at_least_one(linked.field, fields)?
        } else {
            Vec::new()
        };
        Some([equal, single, present].concat())
    }

    /// A cross-field atom whose variables get no value before its own field does: atoms that speak
    /// of each other's fields in a circle.
    fn circular_atom(&self) -> Option<AtomId> {
        let order = self.in_order();
        let at = |field: &FieldId| {
            let class = self.classes.representative(*field);
            order.iter().position(|it| *it == class)
        };
        let is_late =
            |linked: &CrossFieldAtom| linked.variables.iter().any(|it| at(it) >= at(&linked.field));
        let is_equality =
            |linked: &CrossFieldAtom, value: bool| value && linked.whole_value().is_some();
        let mut late = self
            .groups
            .cross_field
            .iter()
            .filter(|((_, value), linked)| is_late(linked) && !is_equality(linked, *value));
        late.next().map(|((atom, _), _)| *atom)
    }

    /// The explanation of a conflict among the constraints on a class, with that of the class.
    fn explain_conflict(
        &self,
        members: &[FieldId],
        constraints: &[Constraint],
        core: &[usize],
    ) -> Vec<AtomValue> {
        let mut because = explanation(constraints, core);
        if let [first, others @ ..] = members {
            for other in others {
                because.extend(self.classes.explain(*first, *other).into_iter().flatten());
            }
        }
        distinct(because)
    }

    /// The representatives of the classes, each behind those of its variables as far as possible.
    fn in_order(&self) -> Vec<FieldId> {
        let class = |field: FieldId| self.classes.representative(field);
        let mut waiting: Vec<FieldId> = self.groups.fields().map(class).collect();
        waiting.sort_unstable();
        waiting.dedup();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            let is_free = |field: &FieldId| {
                self.groups.cross_field.iter().all(|(_, linked)| {
                    class(linked.field) != *field
                        || linked.variables.iter().all(|other| {
                            let other = class(*other);
                            other == *field || !waiting.contains(&other)
                        })
                })
            };
            let at = waiting.iter().position(is_free).unwrap_or(0);
            order.push(waiting.remove(at));
        }
        order
    }

    /// The fields of a class that atoms speak of.
    fn members(&self, representative: FieldId) -> Vec<FieldId> {
        let is_member = |field: &FieldId| self.classes.representative(*field) == representative;
        let mut members: Vec<FieldId> = self.groups.fields().filter(is_member).collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// The constraints on a class. Most classes are one field that no cross-field atom constrains.
    fn constraints(&self, members: &[FieldId], known: &Known) -> Cow<'_, [Constraint]> {
        if let [field] = members
            && self.groups.cross_field.iter().all(|(_, linked)| linked.field != *field)
        {
            return Cow::Borrowed(self.groups.constraints(*field));
        }
        let mut constraints: Vec<Constraint> = Vec::new();
        for field in members {
            constraints.extend_from_slice(self.groups.constraints(*field));
            for (atom, linked) in &self.groups.cross_field {
                if linked.field != *field {
                    continue;
                }
                let is_equality = atom.1
                    && linked.whole_value().is_some()
                    && linked.variables.iter().all(|other| members.contains(other));
                if !is_equality {
                    constraints.extend(self.of_cross_field(linked, *atom, known));
                }
            }
        }
        Cow::Owned(constraints)
    }

    /// The constraints of a cross-field atom on its field: a certain one, with the fixed texts for
    /// variables, and a tentative one with the values chosen for the others.
    fn of_cross_field(
        &self,
        linked: &CrossFieldAtom,
        (atom, value): AtomValue,
        known: &Known,
    ) -> Vec<Constraint> {
        let constraint = |test: KeyTest, because: Vec<AtomValue>, tentative: bool| Constraint {
            requirement: Requirement::Passes(Arc::new(ValueTest::new(test))),
            value,
            because,
            tentative,
        };
        let fixed: Vec<Option<(&str, Vec<AtomValue>)>> =
            linked.variables.iter().map(|it| self.fixed_text(*it, linked.folds())).collect();
        let fixed_value = |key: &KeyName| Some(fixed.get(linked.position(key)?)?.as_ref()?.0);
        let why = fixed.iter().flatten().flat_map(|(_, why)| why).copied();
        let certain = linked.weakened(value, fixed_value);
        let because = std::iter::once((atom, value)).chain(why).collect();
        let mut constraints = vec![constraint(certain, because, false)];
        if fixed.iter().all(Option::is_some) {
            return constraints;
        }
        let chosen = |key: &KeyName| {
            let variable = linked.variables.get(linked.position(key)?)?;
            let class = self.classes.representative(*variable);
            let (_, values) = known.iter().find(|(field, _)| *field == class)?;
            match &**values {
                [text] => Some(&**text),
                _ => None,
            }
        };
        let chosen = linked.with_values(chosen);
        constraints.extend(chosen.map(|test| constraint(test, Vec::new(), true)));
        constraints
    }
}

/// The equalities of variables that stand between the same texts in patterns for one value.
fn equal_captures(
    groups: &AtomGroups,
    fields: &FieldSolver,
) -> Vec<([FieldId; 2], Vec<AtomValue>)> {
    let mut firsts: Vec<(&CrossFieldAtom, FieldId, AtomId)> = Vec::new();
    let mut equal = Vec::new();
    for (atom, linked) in groups.true_cross_field() {
        let (Some(around), [variable]) = (linked.fixed_around(), &*linked.variables) else {
            continue;
        };
        let Some(single) = groups.at_most_one(linked.field, fields) else { continue };
        let is_same = |(other, ..): &&(&CrossFieldAtom, FieldId, AtomId)| {
            other.field == linked.field && other.fixed_around() == Some(around)
        };
        match firsts.iter().find(is_same) {
            Some((_, first, because)) => {
                let because = [(*because, true), (atom, true)].into_iter().chain(single);
                equal.push(([*first, *variable], because.collect()));
            }
            None => firsts.push((linked, *variable, atom)),
        }
    }
    equal
}
