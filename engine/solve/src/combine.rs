//! What stands behind the atoms: the theories, one for each place of a request, and the request
//! that they find together.
//!
//! At a justified point of the search the atoms are sorted by the place they speak of. Each place is
//! asked about on its own ([`ask`]); places that policy variables tie together are asked about
//! together ([`linked`]). When every place has a value, the values are made into a request
//! ([`model`]) and the question is put to that request: only a request for which the formula really
//! holds is a model.
//!
//! Before that, while the search propagates, tests of one place that a new one implies or excludes at
//! sight get their values at once ([`relate`]).

mod capture;
mod classes;
mod cross_field;
mod field_id;
mod field_query;
mod finite_domain;
mod meaning;
mod model;
mod pairwise;
mod substitute;

use std::sync::Arc;

use self::cross_field::CrossField;
use self::field_id::{FieldId, FieldName, FieldTable};
use self::field_query::{Constraint, FieldResult, FieldShapes, Requirement};
use self::meaning::Meaning;
pub(crate) use self::model::Values;
use self::pairwise::Cardinality;
use super::search::{AtomCosts, AtomValue, Propagations, Theory, TheoryResult};
use crate::result::{Model, UnknownReason};
use polsim_check::budget::Meter;
use polsim_check::key_facts::KeyFacts;
use polsim_check::table::Table;
use polsim_decide::formula::Evaluator;
use polsim_decide::formula::{AtomId, FormulaId, Formulas};

/// So many tests are laid beside each other for a question, whatever its size.
const MAX_COMPARISONS: usize = 100_000;

/// And so many more for each test that there is.
const MAX_COMPARISONS_PER_TEST: usize = 32;

/// The theories and what they remember.
#[derive(Debug)]
pub(crate) struct Theories {
    places: FieldTable,
    shapes: FieldShapes,
    /// By atom: what it means, once that has been asked.
    meanings: Table<Option<Meaning>>,
    /// By place: the tests of it, and how many values it has.
    tests: Table<Tests>,
    /// How many tests have been met.
    registered: usize,
    /// How many tests may still be laid beside each other for this question.
    comparisons_left: usize,
    /// By place: the values found last. They often do for the next question too.
    last: Table<Option<Arc<[Box<str>]>>>,
    /// What a request has to make true to be a model, as it was before it was written out.
    question: Vec<FormulaId>,
    /// Pairs of a linked atom and another for which a lemma has been given, and lists of texts, as
    /// pairs with themselves, that were taken apart.
    lemmas: Vec<(AtomId, AtomId)>,
}

/// The tests of a place.
#[derive(Clone, Debug, Default)]
struct Tests {
    atoms: Vec<AtomId>,
    count: Option<Cardinality>,
}

/// The atoms of one check, sorted.
#[derive(Debug, Default)]
struct AtomGroups {
    values: Values,
    /// The places with demands, each once, in the order of their numbers.
    places: Vec<FieldId>,
    /// By place.
    constraints: Vec<Vec<Constraint>>,
    /// Linked atoms.
    cross_field: Vec<(AtomValue, Arc<meaning::CrossFieldAtom>)>,
    /// An atom that no theory knows: its policy variables could not be written out.
    free: Option<AtomId>,
}

impl Theories {
    pub(crate) fn new(documented: KeyFacts) -> Self {
        Self {
            places: FieldTable::new(),
            shapes: FieldShapes::new(documented),
            meanings: Table::new(None),
            tests: Table::new(Tests::default()),
            registered: 0,
            comparisons_left: 0,
            last: Table::new(None),
            question: Vec::new(),
            lemmas: Vec::new(),
        }
    }

    /// Sets what a request has to make true to be a model, and forgets doubts about earlier
    /// questions.
    pub(crate) fn ask_about(&mut self, question: Vec<FormulaId>) {
        self.question = question;
        self.comparisons_left = MAX_COMPARISONS
            .saturating_add(self.registered.saturating_mul(MAX_COMPARISONS_PER_TEST));
    }

    /// Works out what these atoms mean.
    fn read(&mut self, atoms: &[AtomValue], formulas: &Formulas) {
        for (atom, _) in atoms {
            if self.meanings.get(atom.index()).is_none()
                && let Some(known) = formulas.atom_of(*atom)
            {
                let meaning = Meaning::of(known, &mut self.places);
                self.meanings.set(atom.index(), Some(meaning));
            }
        }
    }

    /// What an atom means that has been read.
    fn meaning(&self, atom: AtomId) -> &Meaning {
        self.meanings.get(atom.index()).as_ref().unwrap_or(&Meaning::Free)
    }

    /// How many values a place has.
    fn count(&self, place: FieldId) -> Cardinality {
        match self.places.name(place) {
            FieldName::Action | FieldName::Part(_) => Cardinality::One,
            FieldName::Key(key) if self.shapes.key(key).single => Cardinality::AtMostOne,
            FieldName::Key(_) => Cardinality::Any,
        }
    }

    fn group(&self, atoms: &[AtomValue]) -> AtomGroups {
        let mut groups = AtomGroups {
            constraints: vec![Vec::new(); self.places.len()],
            ..AtomGroups::default()
        };
        let mut constraint = |place: FieldId, requirement: Requirement, atom: AtomValue| {
            if let Some(constraints) = groups.constraints.get_mut(place.index()) {
                let because = vec![atom];
                constraints.push(Constraint {
                    requirement,
                    value: atom.1,
                    because,
                    tentative: false,
                });
            }
        };
        for (atom, value) in atoms.iter().copied() {
            match self.meaning(atom) {
                Meaning::Action(language) => {
                    constraint(FieldId::ACTION, Requirement::In(language.clone()), (atom, value));
                }
                Meaning::Test(place, reading) => {
                    constraint(*place, Requirement::Passes(reading.clone()), (atom, value));
                }
                Meaning::CrossField(linked) => {
                    groups.cross_field.push(((atom, value), linked.clone()))
                }
                Meaning::FlagOff(flag) => {
                    groups.values.flags.insert(*flag, !value);
                }
                Meaning::Kind(kind) if value => groups.values.kind = Some(*kind),
                Meaning::Choice(choice) => groups.values.world.set(choice.clone(), value),
                Meaning::ManagementAccount => groups.values.management_account = value,
                Meaning::Free => groups.free = Some(atom),
                Meaning::Kind(_) => (),
            }
        }
        groups.places = self
            .places
            .all()
            .filter(|place| groups.constraints.get(place.index()).is_some_and(|it| !it.is_empty()))
            .collect();
        groups
    }

    /// A value of these places that meets the demands. The last value is tried first.
    fn find(
        &mut self,
        members: &[FieldId],
        constraints: &[Constraint],
        values: &Values,
        limits: &mut Meter<'_>,
    ) -> FieldResult {
        limits.spend(u64::try_from(constraints.len()).unwrap_or(u64::MAX));
        // What one place was last need not look like the others.
        if let [place] = members
            && let Some(last) = self.last.get(place.index())
            && constraints.iter().all(|constraint| constraint.is_met_by(last))
        {
            return FieldResult::Values(last.to_vec());
        }
        let hints = self.hints(members, values);
        let hints: Vec<&str> = hints.iter().map(|hint| &**hint).collect();
        let (places, shapes) = (&self.places, &mut self.shapes);
        let found = limits
            .lend(|budget| field_query::find(members, constraints, &hints, places, shapes, budget));
        if let ([place], FieldResult::Values(found)) = (members, &found) {
            self.last.set(place.index(), Some(found.clone().into()));
        }
        found
    }

    /// Words that would look well in these places.
    fn hints(&self, members: &[FieldId], values: &Values) -> Vec<Box<str>> {
        let mut hints = Vec::new();
        for member in members {
            match self.places.name(*member) {
                FieldName::Part(field) => {
                    hints.extend(values.near(*field));
                    hints.extend(model::hints(*field).iter().map(|hint| Box::from(*hint)));
                }
                FieldName::Action => {
                    hints.extend(["s3:GetObject", "sts:AssumeRole"].map(Box::from));
                }
                FieldName::Key(_) => (),
            }
        }
        hints
    }

    /// Notes what was found for these places.
    fn note(&mut self, members: &[FieldId], found: &[Box<str>], values: &mut Values) {
        for place in members {
            match self.places.name(*place) {
                FieldName::Action => values.action = found.first().cloned(),
                FieldName::Part(field) => {
                    debug_assert!(
                        found.iter().all(|text| self.shapes.field(*field).contains(text)),
                        "{field:?} {found:?}"
                    );
                    values.fields.extend(found.first().map(|text| (*field, text.clone())));
                }
                FieldName::Key(key) => {
                    let shape = self.shapes.key(key).values;
                    debug_assert!(found.iter().all(|text| shape.admits(text)), "{key} {found:?}");
                    values.keys.push((key.clone(), found.to_vec()));
                }
            }
        }
    }

    /// The model of these values, if the question holds in it.
    fn confirm(&self, values: &Values, formulas: &Formulas) -> Option<Box<Model>> {
        let (request, world) = (values.request()?, values.world.clone());
        let mut evaluator = Evaluator::in_world(formulas, &request, world.clone());
        let holds = self.question.iter().all(|id| evaluator.holds(*id));
        holds.then(|| Box::new(Model { request, world }))
    }
}

impl AtomGroups {
    /// Why a request that the theories agree on may not answer the question.
    fn unconfirmed(&self) -> UnknownReason {
        self.free.map_or(UnknownReason::Disagreement, UnknownReason::Variable)
    }
}

impl Constraint {
    /// Whether a value that a place had meets the demand.
    fn is_met_by(&self, values: &[Box<str>]) -> bool {
        match &self.requirement {
            Requirement::In(language) => {
                values.first().is_some_and(|text| language.contains(text)) == self.value
            }
            Requirement::Passes(reading) => reading.passes(values) == self.value,
        }
    }
}

impl AtomCosts for Theories {
    fn costs(&self, _atom: AtomId) -> [u32; 2] {
        [3, 1]
    }
}

impl Theory for Theories {
    type Model = Box<Model>;

    fn register(&mut self, atom: AtomId, formulas: &Formulas) {
        let place =
            formulas.atom_of(atom).and_then(|known| meaning::place(known, &mut self.places));
        if let Some(place) = place {
            self.tests.entry(place.index()).atoms.push(atom);
            self.registered = self.registered.saturating_add(1);
        }
    }

    fn propagate(
        &mut self,
        (atom, value): AtomValue,
        formulas: &Formulas,
        values: &dyn Fn(AtomId) -> Option<bool>,
        out: &mut Propagations,
    ) {
        let Some(cause) = formulas.atom_of(atom) else { return };
        let Some(place) = meaning::place(cause, &mut self.places) else { return };
        let count = match self.tests.get(place.index()).count {
            Some(count) => count,
            None => self.count(place),
        };
        let tests = self.tests.entry(place.index());
        tests.count = Some(count);
        for other in tests.atoms.iter().filter(|other| **other != atom) {
            let Some(test) = formulas.atom_of(*other) else { continue };
            let Some(left) = self.comparisons_left.checked_sub(pairwise::cost(cause, test)) else {
                return;
            };
            self.comparisons_left = left;
            if let Some(implied) = pairwise::implied(cause, value, test, count)
                && values(*other) != Some(implied)
            {
                out.implied.push((*other, implied));
            }
        }
    }

    fn final_check(
        &mut self,
        atoms: &[AtomValue],
        formulas: &mut Formulas,
        limits: &mut Meter<'_>,
    ) -> TheoryResult<Box<Model>> {
        self.read(atoms, formulas);
        let mut groups = self.group(atoms);
        if !groups.cross_field.is_empty() {
            let links = CrossField::new(self, &groups);
            return links.check(self, &groups, formulas, limits);
        }
        for place in std::mem::take(&mut groups.places) {
            let constraints = groups.constraints.get(place.index()).map_or(&[][..], Vec::as_slice);
            match self.find(&[place], constraints, &groups.values, limits) {
                FieldResult::Values(found) => self.note(&[place], &found, &mut groups.values),
                FieldResult::Conflict(core) => {
                    return TheoryResult::Conflict(reasons(constraints, &core));
                }
                FieldResult::Unknown => {
                    let atom = constraints.last().and_then(|constraint| constraint.because.first());
                    let reason = atom.map_or(UnknownReason::Disagreement, |(atom, _)| {
                        UnknownReason::Mixture(*atom)
                    });
                    return TheoryResult::Unknown(vec![reason]);
                }
            }
        }
        if let Some(request) = self.confirm(&groups.values, formulas) {
            return TheoryResult::Sat(request);
        }
        TheoryResult::Unknown(vec![groups.unconfirmed()])
    }
}

/// The atoms from which these demands follow, each once.
fn reasons(constraints: &[Constraint], core: &[usize]) -> Vec<AtomValue> {
    let mut reasons: Vec<AtomValue> = core
        .iter()
        .filter_map(|at| constraints.get(*at))
        .flat_map(|constraint| constraint.because.iter().copied())
        .collect();
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}
