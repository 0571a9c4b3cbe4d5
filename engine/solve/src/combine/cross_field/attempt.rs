//! Attempts: values chosen for the variables of cross-field atoms, and tried.

use super::CrossField;
use crate::combine::capture;
use crate::combine::field_id::FieldId;
use crate::combine::field_query::{Constraint, FieldResult};
use crate::combine::field_solver::FieldSolver;
use crate::combine::model::CandidateModel;
use crate::search::AtomValue;
use polsim_check::budget::Meter;
use polsim_decide::formula::AtomId;

/// The number of values of one class that are tried beside the one it gets first.
const MAX_OTHER_VALUES: usize = 3;

/// The result of one attempt.
pub(super) enum Attempt {
    /// Conflicting atoms, whatever values are chosen.
    Conflict(Vec<AtomValue>),
    /// A candidate with values for all classes.
    Complete(CandidateModel),
    /// A class whose constraints no value meets beside those chosen for others.
    Failed(FieldId),
    /// Undecided by a theory, because of this atom.
    Unknown(Option<AtomId>),
}

/// A choice of texts for some classes, by representative.
pub(super) type Choice = [(FieldId, Box<str>)];

impl CrossField<'_> {
    /// Gives every class a value in order; `chosen` has texts for some of them.
    pub(super) fn attempt(
        &self,
        fields: &mut FieldSolver,
        chosen: &Choice,
        meter: &mut Meter<'_>,
    ) -> Attempt {
        let mut candidate = self.groups.given.clone();
        let mut known: Vec<(FieldId, Box<[Box<str>]>)> = Vec::new();
        for class in self.in_order() {
            let members = self.members(class);
            let constraints = self.constraints(&members, &known);
            let text = chosen.iter().find(|(field, _)| *field == class).map(|(_, text)| &**text);
            // The chosen text may not be of the shape of the class; then any other is tried.
            let as_chosen = text.and_then(|text| {
                let is_text = std::iter::once(Constraint::tentative_text(text, true));
                let constraints: Vec<Constraint> =
                    constraints.iter().cloned().chain(is_text).collect();
                let found = fields.find(&members, &constraints, &candidate, meter);
                matches!(found, FieldResult::Values(_)).then_some(found)
            });
            let found =
                as_chosen.unwrap_or_else(|| fields.find(&members, &constraints, &candidate, meter));
            match found {
                FieldResult::Values(found) => {
                    fields.record(&members, &found, &mut candidate);
                    known.push((class, found.into()));
                }
                FieldResult::Conflict(core) => {
                    let conflict = (&*constraints, &*core);
                    return self.failed(fields, class, conflict, &candidate, meter);
                }
                FieldResult::Unknown => {
                    let atom = constraints.iter().rev().find_map(|it| it.because.first());
                    return Attempt::Unknown(atom.map(|(atom, _)| *atom));
                }
            }
        }
        Attempt::Complete(candidate)
    }

    /// The result of an attempt in which the constraints on a class conflict: a conflict if they do
    /// so without the tentative ones too.
    fn failed(
        &self,
        fields: &mut FieldSolver,
        class: FieldId,
        (constraints, core): (&[Constraint], &[usize]),
        candidate: &CandidateModel,
        meter: &mut Meter<'_>,
    ) -> Attempt {
        let members = self.members(class);
        let is_tentative = |at: &usize| constraints.get(*at).is_some_and(|it| it.tentative);
        if !core.iter().any(is_tentative) {
            return Attempt::Conflict(self.explain_conflict(&members, constraints, core));
        }
        let certain: Vec<Constraint> =
            constraints.iter().filter(|it| !it.tentative).cloned().collect();
        match fields.find(&members, &certain, candidate, meter) {
            FieldResult::Conflict(core) => {
                Attempt::Conflict(self.explain_conflict(&members, &certain, &core))
            }
            _ => Attempt::Failed(class),
        }
    }

    /// Other choices for the variables that the constraints on a failed class speak of.
    pub(super) fn other_choices(
        &self,
        fields: &mut FieldSolver,
        failed: FieldId,
        chosen: &Choice,
        meter: &mut Meter<'_>,
    ) -> Vec<Vec<(FieldId, Box<str>)>> {
        let members = self.members(failed);
        // The value of the class if its variables could be anything.
        let constraints = self.constraints(&members, &[]);
        let free = fields.find(&members, &constraints, &self.groups.given, meter);
        let FieldResult::Values(free) = free else { return Vec::new() };
        let mut choices = Vec::new();
        let linked = self.groups.cross_field.iter().map(|(_, linked)| linked);
        for linked in linked.filter(|it| members.contains(&it.field)) {
            for variable in &linked.variables {
                let class = self.classes.representative(*variable);
                if chosen.iter().any(|(it, _)| *it == class) || class == failed {
                    continue;
                }
                let captured = free.iter().flat_map(|text| capture::captures(linked, text));
                let mut texts: Vec<String> = captured.collect();
                texts.extend(self.next_values(fields, class, meter));
                for text in texts {
                    let mut choice = chosen.to_vec();
                    choice.push((class, text.into()));
                    if !choices.contains(&choice) {
                        choices.push(choice);
                    }
                }
            }
        }
        choices
    }

    /// A few values that a class can have.
    fn next_values(
        &self,
        fields: &mut FieldSolver,
        class: FieldId,
        meter: &mut Meter<'_>,
    ) -> Vec<String> {
        let members = self.members(class);
        let mut constraints = self.constraints(&members, &[]).into_owned();
        let mut found = Vec::new();
        for _ in 0..MAX_OTHER_VALUES {
            let values = fields.find(&members, &constraints, &self.groups.given, meter);
            let FieldResult::Values(values) = values else { break };
            let [text] = &*values else { break };
            found.push(text.to_string());
            constraints.push(Constraint::tentative_text(text, false));
        }
        found
    }
}
