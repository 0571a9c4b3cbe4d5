//! Theory combination: groups asserted atoms by request field, asks each field's theory for a
//! value, and assembles the values into a candidate request.
//!
//! Each field is asked about on its own ([`field_query`]); fields that policy variables tie together
//! are asked about together ([`cross_field`]). When every field has a value, the values become a
//! request ([`model`]), and the formula is evaluated on it: only a request for which the formula
//! holds is a model.
//!
//! Before that, while the search propagates, one assigned test gives values to others of its field
//! that it implies or excludes by its patterns alone ([`pairwise`]).
//!
//! | module | holds |
//! | --- | --- |
//! | [`field_id`] | the fields that atoms speak of |
//! | [`meaning`] | what an atom requires of which field |
//! | [`value_shapes`] | the texts that a field can be |
//! | [`field_query`], [`field_solver`] | queries about one field, and the values found last |
//! | [`groups`] | the atoms of a final check by field |
//! | [`classes`], [`circle`], [`cross_field`], [`substitute`] | fields that variables tie together |
//! | [`capture`], [`finite_domain`], [`lemmas`] | lemmas where values prove nothing |
//! | [`pairwise`], [`inclusion`], [`test_index`] | comparison of two tests, and of which |
//! | [`model`] | the request of a candidate |
//!
//! Data goes down: a final check groups its atoms, the parts get the groups and the
//! [`FieldSolver`] as arguments, and their results come back once.

mod capture;
mod circle;
mod classes;
mod cross_field;
mod field_id;
mod field_query;
mod field_solver;
mod finite_domain;
mod groups;
mod inclusion;
mod lemmas;
mod meaning;
mod model;
mod pairwise;
mod substitute;
mod test_index;
mod value_shapes;

use self::cross_field::{CrossField, CrossFieldResult};
use self::field_query::{FieldResult, explanation};
use self::field_solver::{Cardinality, FieldSolver};
use self::groups::AtomGroups;
use self::lemmas::GivenLemmas;
use self::meaning::Meaning;
use self::model::CandidateModel;
use self::test_index::TestIndex;
use super::search::{AtomCosts, AtomValue, Propagations, Theory, TheoryResult};
use crate::result::{Model, UnknownReason};
use polsim_check::budget::Meter;
use polsim_check::key_facts::KeyFacts;
use polsim_check::table::Table;
use polsim_decide::formula::{Atom, AtomId, Evaluator, FormulaId, Formulas};

/// The upper bound on pairwise comparisons of tests in one query, whatever its size.
const MAX_COMPARISONS: usize = 100_000;

/// The further pairwise comparisons of one query for each test that is registered.
const MAX_COMPARISONS_PER_TEST: usize = 32;

/// The number of tests of a field up to which each is compared with each.
const MAX_UNINDEXED_TESTS: usize = 32;

/// The cost of making an atom true, and of making it false: a value is harder to find inside a set
/// than outside of it.
const ATOM_COSTS: [u32; 2] = [3, 1];

/// The theories of all fields, with what they keep between final checks.
#[derive(Debug)]
pub(crate) struct Theories {
    fields: FieldSolver,
    /// The meaning of each atom that was in a final check.
    meanings: Table<Option<Meaning>>,
    /// The registered tests of each field.
    tests: Table<Tests>,
    registered: usize,
    /// The pairwise comparisons that are left for this query.
    comparisons_left: usize,
    /// The formulas that have to hold for a model, as they were before they were written out.
    asked: Vec<FormulaId>,
    lemmas: GivenLemmas,
}

/// The registered tests of one field.
#[derive(Clone, Debug, Default)]
struct Tests {
    atoms: Vec<AtomId>,
    /// The cardinality of the field, once it has been looked up.
    cardinality: Option<Cardinality>,
    /// An index of the tests, as far as it was needed.
    index: TestIndex,
}

impl Tests {
    /// The tests that a test can imply by having this value, by position; `None` for any.
    fn implied_by(&mut self, cause: &Atom, value: bool, formulas: &Formulas) -> Option<Vec<usize>> {
        let is_served = self.atoms.len() > MAX_UNINDEXED_TESTS
            && pairwise::is_outside(cause, value)
            && TestIndex::serves(cause);
        if !is_served {
            return None;
        }
        for atom in self.atoms.iter().skip(self.index.len()) {
            self.index.push(formulas.atom_of(*atom)?);
        }
        self.index.included(cause)
    }
}

impl Theories {
    /// Theories of values of which these facts are documented.
    pub(crate) fn new(documented: KeyFacts) -> Self {
        Self {
            fields: FieldSolver::new(documented),
            meanings: Table::new(None),
            tests: Table::new(Tests::default()),
            registered: 0,
            comparisons_left: 0,
            asked: Vec::new(),
            lemmas: GivenLemmas::default(),
        }
    }

    /// Begins a query: a model has to make all of `asked` hold.
    pub(crate) fn begin(&mut self, asked: Vec<FormulaId>) {
        self.asked = asked;
        let of_tests = self.registered.saturating_mul(MAX_COMPARISONS_PER_TEST);
        self.comparisons_left = MAX_COMPARISONS.saturating_add(of_tests);
    }

    /// Groups atoms by field; the meanings of new ones are worked out.
    fn group(&mut self, atoms: &[AtomValue], formulas: &Formulas) -> AtomGroups {
        for (atom, _) in atoms {
            if self.meanings.get(atom.index()).is_none()
                && let Some(known) = formulas.atom_of(*atom)
            {
                let meaning = Meaning::of(known, self.fields.table_mut());
                self.meanings.set(atom.index(), Some(meaning));
            }
        }
        let meaning =
            |atom: AtomId| self.meanings.get(atom.index()).as_ref().unwrap_or(&Meaning::Free);
        AtomGroups::new(atoms, self.fields.table(), meaning)
    }

    /// Final check of atoms that speak of one field each.
    fn check_fields(
        &mut self,
        groups: &AtomGroups,
        formulas: &Formulas,
        meter: &mut Meter<'_>,
    ) -> TheoryResult<Box<Model>> {
        let mut candidate = groups.given.clone();
        for field in &groups.constrained {
            let constraints = groups.constraints(*field);
            match self.fields.find(&[*field], constraints, &candidate, meter) {
                FieldResult::Values(found) => {
                    self.fields.record(&[*field], &found, &mut candidate);
                }
                FieldResult::Conflict(core) => {
                    return TheoryResult::Conflict(explanation(constraints, &core));
                }
                FieldResult::Unknown => {
                    let atom = constraints.last().and_then(|it| it.because.first());
                    let reason = atom.map_or(UnknownReason::Disagreement, |(atom, _)| {
                        UnknownReason::Mixture(*atom)
                    });
                    return TheoryResult::Unknown(vec![reason]);
                }
            }
        }
        match confirm(&candidate, &self.asked, formulas) {
            Some(request) => TheoryResult::Sat(request),
            None => TheoryResult::Unknown(vec![groups.unconfirmed()]),
        }
    }

    /// Final check of atoms of which some speak of several fields.
    fn check_cross_field(
        &mut self,
        groups: &AtomGroups,
        formulas: &mut Formulas,
        meter: &mut Meter<'_>,
    ) -> TheoryResult<Box<Model>> {
        let links = CrossField::new(groups, &self.fields);
        let confirm = |candidate: &CandidateModel| confirm(candidate, &self.asked, formulas);
        let reasons = match links.solve(&mut self.fields, confirm, meter) {
            CrossFieldResult::Conflict(core) => return TheoryResult::Conflict(core),
            CrossFieldResult::Sat(request) => return TheoryResult::Sat(request),
            CrossFieldResult::Undecided(reasons) => reasons,
        };
        let mut lemmas =
            capture::lemmas(groups, &links.classes, &self.fields, &mut self.lemmas, formulas);
        if lemmas.is_empty() {
            lemmas = finite_domain::lemmas(groups, &links.classes, &mut self.lemmas, formulas);
        }
        if lemmas.is_empty() {
            TheoryResult::Unknown(reasons)
        } else {
            TheoryResult::Lemmas(lemmas)
        }
    }
}

/// The request of a candidate, if all of `asked` hold for it.
fn confirm(
    candidate: &CandidateModel,
    asked: &[FormulaId],
    formulas: &Formulas,
) -> Option<Box<Model>> {
    let (request, world) = (candidate.request()?, candidate.world.clone());
    let mut evaluator = Evaluator::in_world(formulas, &request, world.clone());
    let holds = asked.iter().all(|id| evaluator.holds(*id));
    holds.then(|| Box::new(Model { request, world }))
}

impl AtomCosts for Theories {
    fn costs(&self, _atom: AtomId) -> [u32; 2] {
        ATOM_COSTS
    }
}

impl Theory for Theories {
    type Model = Box<Model>;

    fn register(&mut self, atom: AtomId, formulas: &Formulas) {
        let known = formulas.atom_of(atom);
        if let Some(field) = known.and_then(|it| meaning::field(it, self.fields.table_mut())) {
            self.tests.entry(field.index()).atoms.push(atom);
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
        let Some(field) = meaning::field(cause, self.fields.table_mut()) else { return };
        let tests = self.tests.entry(field.index());
        let cardinality = *tests.cardinality.get_or_insert_with(|| self.fields.cardinality(field));
        let included = tests.implied_by(cause, value, formulas);
        let some = included.iter().flatten().filter_map(|at| tests.atoms.get(*at));
        let all = tests.atoms.iter().filter(|_| included.is_none());
        for other in some.chain(all).filter(|other| **other != atom) {
            let Some(test) = formulas.atom_of(*other) else { continue };
            let cost = pairwise::cost(cause, test);
            let Some(left) = self.comparisons_left.checked_sub(cost) else { return };
            self.comparisons_left = left;
            if let Some(implied) = pairwise::implied(cause, value, test, cardinality)
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
        meter: &mut Meter<'_>,
    ) -> TheoryResult<Box<Model>> {
        let groups = self.group(atoms, formulas);
        if groups.cross_field.is_empty() {
            self.check_fields(&groups, formulas, meter)
        } else {
            self.check_cross_field(&groups, formulas, meter)
        }
    }
}
