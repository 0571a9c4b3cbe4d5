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

mod ask;
mod classes;
mod linked;
mod lists;
mod meaning;
mod model;
mod place;
mod relate;
mod slots;
mod substitute;

use std::sync::Arc;

use self::ask::{Demand, Found, Shapes, What};
use self::linked::Ties;
use self::meaning::Meaning;
pub(crate) use self::model::Values;
use self::place::{Place, PlaceName, Places};
use self::relate::Count;
use super::search::{AtomCosts, AtomValue, Check, Consequences, Theory};
use polsim_check::budget::Limits;
use polsim_check::key_facts::Documented;
use polsim_check::table::Table;
use polsim_decide::formula::Reader;
use polsim_decide::formula::{AtomId, FormulaId, Formulas};
use polsim_decide::request::Request;

/// So many tests are laid beside each other for a question, whatever its size.
const PATIENCE: usize = 100_000;

/// And so many more for each test that there is.
const PATIENCE_EACH: usize = 32;

/// The theories and what they remember.
#[derive(Debug)]
pub(crate) struct Judge {
    places: Places,
    shapes: Shapes,
    /// By atom: what it means, once that has been asked.
    meanings: Table<Option<Meaning>>,
    /// By place: the tests of it, and how many values it has.
    tests: Table<Tests>,
    /// How many tests have been met.
    met: usize,
    /// How many tests may still be laid beside each other for this question.
    patience: usize,
    /// By place: the values found last. They often do for the next question too.
    last: Table<Option<Arc<[Box<str>]>>>,
    /// What a request has to make true to be a model, as it was before it was written out.
    question: Vec<FormulaId>,
    /// Why sets of atoms were passed over.
    doubts: Vec<Doubt>,
    /// Pairs of a linked atom and another for which a lemma has been given, and lists of texts, as
    /// pairs with themselves, that were taken apart.
    lemmas: Vec<(AtomId, AtomId)>,
}

/// Why a set of atoms was passed over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Doubt {
    /// The request that the theories found does not answer the question after all.
    Disagreement,
    /// A theory cannot tell whether this atom and others go together.
    Mixture(AtomId),
    /// The policy variables in this atom are beyond what is decided.
    Variable(AtomId),
}

/// The tests of a place.
#[derive(Clone, Debug, Default)]
struct Tests {
    atoms: Vec<AtomId>,
    count: Option<Count>,
}

/// The atoms of one check, sorted.
#[derive(Debug, Default)]
struct Sorted {
    values: Values,
    /// The places with demands, each once, in the order of their numbers.
    places: Vec<Place>,
    /// By place.
    demands: Vec<Vec<Demand>>,
    /// Linked atoms.
    linked: Vec<(AtomValue, Arc<meaning::Linked>)>,
    /// An atom that no theory knows: its policy variables could not be written out.
    free: Option<AtomId>,
}

impl Judge {
    pub(crate) fn new(documented: Documented) -> Self {
        Self {
            places: Places::new(),
            shapes: Shapes::new(documented),
            meanings: Table::new(None),
            tests: Table::new(Tests::default()),
            met: 0,
            patience: 0,
            last: Table::new(None),
            question: Vec::new(),
            doubts: Vec::new(),
            lemmas: Vec::new(),
        }
    }

    /// Sets what a request has to make true to be a model, and forgets doubts about earlier
    /// questions.
    pub(crate) fn ask_about(&mut self, question: Vec<FormulaId>) {
        self.question = question;
        self.doubts.clear();
        self.patience = PATIENCE.saturating_add(self.met.saturating_mul(PATIENCE_EACH));
    }

    /// Why sets of atoms were passed over since the question was set.
    pub(crate) fn doubts(&self) -> &[Doubt] {
        &self.doubts
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
    fn count(&self, place: Place) -> Count {
        match self.places.name(place) {
            PlaceName::Action | PlaceName::Field(_) => Count::One,
            PlaceName::Key(key) if self.shapes.key(key).single => Count::AtMostOne,
            PlaceName::Key(_) => Count::Any,
        }
    }

    fn sort(&self, atoms: &[AtomValue]) -> Sorted {
        let mut sorted =
            Sorted { demands: vec![Vec::new(); self.places.len()], ..Sorted::default() };
        let mut demand = |place: Place, what: What, atom: AtomValue| {
            if let Some(demands) = sorted.demands.get_mut(place.index()) {
                let because = vec![atom];
                demands.push(Demand { what, value: atom.1, because, supposed: false });
            }
        };
        for (atom, value) in atoms.iter().copied() {
            match self.meaning(atom) {
                Meaning::Action(language) => {
                    demand(Place::ACTION, What::In(language.clone()), (atom, value));
                }
                Meaning::Test(place, reading) => {
                    demand(*place, What::Passing(reading.clone()), (atom, value));
                }
                Meaning::Linked(linked) => sorted.linked.push(((atom, value), linked.clone())),
                Meaning::FlagOff(flag) => {
                    sorted.values.flags.insert(*flag, !value);
                }
                Meaning::Kind(kind) if value => sorted.values.kind = Some(*kind),
                Meaning::ManagementAccount => sorted.values.management_account = value,
                Meaning::Free => sorted.free = Some(atom),
                Meaning::Kind(_) => (),
            }
        }
        sorted.places = self
            .places
            .all()
            .filter(|place| sorted.demands.get(place.index()).is_some_and(|it| !it.is_empty()))
            .collect();
        sorted
    }

    /// A value of these places that meets the demands. The last value is tried first.
    fn find(
        &mut self,
        members: &[Place],
        demands: &[Demand],
        values: &Values,
        limits: &mut Limits<'_>,
    ) -> Found {
        limits.spend(u64::try_from(demands.len()).unwrap_or(u64::MAX));
        // What one place was last need not look like the others.
        if let [place] = members
            && let Some(last) = self.last.get(place.index())
            && demands.iter().all(|demand| demand.is_met_by(last))
        {
            return Found::Values(last.to_vec());
        }
        let hints = self.hints(members, values);
        let hints: Vec<&str> = hints.iter().map(|hint| &**hint).collect();
        let (places, shapes) = (&self.places, &mut self.shapes);
        let found =
            limits.lend(|budget| ask::find(members, demands, &hints, places, shapes, budget));
        if let ([place], Found::Values(found)) = (members, &found) {
            self.last.set(place.index(), Some(found.clone().into()));
        }
        found
    }

    /// Words that would look well in these places.
    fn hints(&self, members: &[Place], values: &Values) -> Vec<Box<str>> {
        let mut hints = Vec::new();
        for member in members {
            match self.places.name(*member) {
                PlaceName::Field(field) => {
                    hints.extend(values.near(*field));
                    hints.extend(model::hints(*field).iter().map(|hint| Box::from(*hint)));
                }
                PlaceName::Action => {
                    hints.extend(["s3:GetObject", "sts:AssumeRole"].map(Box::from));
                }
                PlaceName::Key(_) => (),
            }
        }
        hints
    }

    /// Notes what was found for these places.
    fn note(&mut self, members: &[Place], found: &[Box<str>], values: &mut Values) {
        for place in members {
            match self.places.name(*place) {
                PlaceName::Action => values.action = found.first().cloned(),
                PlaceName::Field(field) => {
                    debug_assert!(
                        found.iter().all(|text| self.shapes.field(*field).contains(text)),
                        "{field:?} {found:?}"
                    );
                    values.fields.extend(found.first().map(|text| (*field, text.clone())));
                }
                PlaceName::Key(key) => {
                    let shape = self.shapes.key(key).values;
                    debug_assert!(found.iter().all(|text| shape.admits(text)), "{key} {found:?}");
                    values.keys.push((key.clone(), found.to_vec()));
                }
            }
        }
    }

    fn doubt(&mut self, doubt: Doubt) {
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }

    /// The request of these values, if the question holds for it.
    fn confirm(&self, values: &Values, formulas: &Formulas) -> Option<Request> {
        let request = values.request()?;
        let mut reader = Reader::new(formulas, &request);
        self.question.iter().all(|id| reader.holds(*id)).then_some(request)
    }
}

impl Sorted {
    /// Why a request that the theories agree on may not answer the question.
    fn unconfirmed(&self) -> Doubt {
        self.free.map_or(Doubt::Disagreement, Doubt::Variable)
    }
}

impl Demand {
    /// Whether a value that a place had meets the demand.
    fn is_met_by(&self, values: &[Box<str>]) -> bool {
        match &self.what {
            What::In(language) => {
                values.first().is_some_and(|text| language.contains(text)) == self.value
            }
            What::Passing(reading) => reading.passes(values) == self.value,
        }
    }
}

impl AtomCosts for Judge {
    fn costs(&self, _atom: AtomId) -> [u32; 2] {
        [3, 1]
    }
}

impl Theory for Judge {
    type Model = Request;

    fn meet(&mut self, atom: AtomId, formulas: &Formulas) {
        let place =
            formulas.atom_of(atom).and_then(|known| meaning::place(known, &mut self.places));
        if let Some(place) = place {
            self.tests.entry(place.index()).atoms.push(atom);
            self.met = self.met.saturating_add(1);
        }
    }

    fn consequences(
        &mut self,
        (atom, value): AtomValue,
        formulas: &Formulas,
        values: &dyn Fn(AtomId) -> Option<bool>,
        out: &mut Consequences,
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
            let Some(left) = self.patience.checked_sub(relate::cost(cause, test)) else { return };
            self.patience = left;
            if let Some(implied) = relate::implied(cause, value, test, count)
                && values(*other) != Some(implied)
            {
                out.implied.push((*other, implied));
            }
        }
    }

    fn check(
        &mut self,
        atoms: &[AtomValue],
        formulas: &mut Formulas,
        limits: &mut Limits<'_>,
    ) -> Check<Request> {
        self.read(atoms, formulas);
        let mut sorted = self.sort(atoms);
        if !sorted.linked.is_empty() {
            let ties = Ties::new(self, &sorted);
            return ties.check(self, &sorted, formulas, limits);
        }
        for place in std::mem::take(&mut sorted.places) {
            let demands = sorted.demands.get(place.index()).map_or(&[][..], Vec::as_slice);
            match self.find(&[place], demands, &sorted.values, limits) {
                Found::Values(found) => self.note(&[place], &found, &mut sorted.values),
                Found::Contradiction(core) => {
                    return Check::Contradiction(reasons(demands, &core));
                }
                Found::Unknown => {
                    let atom = demands.last().and_then(|demand| demand.because.first());
                    let doubt = atom.map_or(Doubt::Disagreement, |(atom, _)| Doubt::Mixture(*atom));
                    self.doubt(doubt);
                    return Check::Undecided;
                }
            }
        }
        if let Some(request) = self.confirm(&sorted.values, formulas) {
            return Check::Model(request);
        }
        self.doubt(sorted.unconfirmed());
        Check::Undecided
    }
}

/// The atoms from which these demands follow, each once.
fn reasons(demands: &[Demand], core: &[usize]) -> Vec<AtomValue> {
    let mut reasons: Vec<AtomValue> = core
        .iter()
        .filter_map(|at| demands.get(*at))
        .flat_map(|demand| demand.because.iter().copied())
        .collect();
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}
