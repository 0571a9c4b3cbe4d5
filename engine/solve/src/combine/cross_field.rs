//! Places that policy variables tie together.
//!
//! * Where a test asks for the whole value of a key, the two places are one class and answer all
//!   demands on either together.
//! * Where the key has only one possible text, that text is put in for the variable, with the atoms
//!   that fix it as a further reason.
//! * Otherwise the test is first weakened (a `*` for the variable): what contradicts even that is a
//!   contradiction. Then values are chosen for the keys, put in, and tried ([`CrossField::attempt`]); where
//!   the first choice does not do, others are tried.
//! * Where no choice does, lemmas about the slot that the variable stands in ([`slots`](super::slots)),
//!   and then about keys that have few possible texts ([`lists`](super::lists)), carry the question
//!   back to the search. If there is nothing more to say, nobody knows: a sample is never a proof.

use std::borrow::Cow;
use std::sync::Arc;

use super::classes::EqualityClasses;
use super::field_id::{FieldId, FieldName};
use super::field_query::{Constraint, FieldResult, Requirement};
use super::meaning::{CrossFieldAtom, ValueTest};
use super::{AtomGroups, Theories, Values, capture, finite_domain, reasons};
use crate::result::{Model, UnknownReason};
use crate::search::{AtomValue, TheoryResult};
use polsim_check::budget::Meter;
use polsim_decide::formula::{AtomId, Formulas, KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, Pattern};

/// So many choices of values are tried.
const MAX_ATTEMPTS: usize = 24;

/// What the linked atoms of one check say.
#[derive(Debug)]
pub(super) struct CrossField {
    classes: EqualityClasses,
    /// By the place that speaks for a class: the text that its members have to be, and why.
    fixed: Vec<Fixed>,
}

/// A class with one possible text.
#[derive(Debug)]
struct Fixed {
    representative: FieldId,
    text: Box<str>,
    /// How letters compare with it.
    case: CaseRule,
    because: Vec<AtomValue>,
}

/// What came of one choice of values.
enum Attempt {
    /// These atoms contradict each other, whatever is chosen.
    Conflict(Vec<AtomValue>),
    /// Everything has a value.
    Done(Values),
    /// The demands on this class cannot be met with the values chosen for others.
    Failed(FieldId),
    /// A theory cannot tell about this atom.
    Unknown(Option<AtomId>),
}

impl CrossField {
    pub(super) fn new(theories: &Theories, groups: &AtomGroups) -> Self {
        let equalities = groups.cross_field.iter().filter_map(|((atom, value), linked)| {
            let key = linked.whole_value().filter(|_| *value)?;
            let other = theories.places.known(key)?;
            let mut because = vec![(*atom, true)];
            because.extend(single(theories, groups, linked.place)?);
            Some(([linked.place, other], because))
        });
        let classes = EqualityClasses::new(equalities.chain(same_slots(theories, groups)));
        let mut links = Self { classes, fixed: Vec::new() };
        links.fixed = links.find_fixed(theories, groups);
        links
    }

    /// The classes that have only one possible text, letters aside perhaps.
    fn find_fixed(&self, theories: &Theories, groups: &AtomGroups) -> Vec<Fixed> {
        let mut fixed: Vec<Fixed> = Vec::new();
        for case in [CaseRule::Exact, CaseRule::Folded] {
            for place in &groups.places {
                let representative = self.classes.representative(*place);
                if !fixed.iter().any(|pin| pin.representative == representative) {
                    fixed.extend(self.find_fixed_in(theories, groups, *place, case));
                }
            }
        }
        fixed
    }

    /// The one text that the demands on a place leave.
    fn find_fixed_in(
        &self,
        theories: &Theories,
        groups: &AtomGroups,
        place: FieldId,
        case: CaseRule,
    ) -> Option<Fixed> {
        let representative = self.classes.representative(place);
        let mut constraints =
            groups.constraints.get(place.index())?.iter().filter(|constraint| constraint.value);
        let (text, because) = constraints.find_map(|constraint| match &constraint.requirement {
            Requirement::Passes(reading) => Some((reading.only_text(case)?, &constraint.because)),
            Requirement::In(_) => None,
        })?;
        let single = single(theories, groups, place)?;
        let way = self.classes.explain(place, representative)?;
        let because = because.iter().copied().chain(single).chain(way).collect();
        Some(Fixed { representative, text: text.into(), case, because })
    }

    /// The text that can be put in for a place, and why: where only letters are folded that are
    /// compared with it, its spelling does not matter.
    fn fixed_text(&self, place: FieldId, folds: bool) -> Option<(&str, Vec<AtomValue>)> {
        let representative = self.classes.representative(place);
        let fits = |pin: &&Fixed| {
            pin.representative == representative && (folds || pin.case == CaseRule::Exact)
        };
        let pin = self.fixed.iter().find(fits)?;
        let way = self.classes.explain(representative, place)?;
        Some((&pin.text, pin.because.iter().copied().chain(way).collect()))
    }

    /// Decides the atoms of the check.
    pub(super) fn check(
        &self,
        theories: &mut Theories,
        groups: &AtomGroups,
        formulas: &mut Formulas,
        limits: &mut Meter<'_>,
    ) -> TheoryResult<Box<Model>> {
        if let Some(core) = self.surely_wrong(theories, groups) {
            return TheoryResult::Conflict(core);
        }
        let mut choices: Vec<Vec<(FieldId, Box<str>)>> = vec![Vec::new()];
        let mut tried = 0;
        let mut reason = None;
        while let Some(chosen) = choices.get(tried).cloned() {
            tried = tried.saturating_add(1);
            match self.attempt(theories, groups, &chosen, limits) {
                Attempt::Conflict(core) => return TheoryResult::Conflict(core),
                Attempt::Done(values) => {
                    if let Some(request) = theories.confirm(&values, formulas) {
                        return TheoryResult::Sat(request);
                    }
                    let untried = self.untried(groups).map(UnknownReason::Variable);
                    reason = reason.or(untried).or(Some(groups.unconfirmed()));
                }
                Attempt::Failed(place) => {
                    let more = self.other_choices(theories, groups, (place, &chosen), limits);
                    let room = MAX_ATTEMPTS.saturating_sub(choices.len());
                    choices.extend(more.into_iter().take(room));
                }
                Attempt::Unknown(atom) => reason = reason.or(atom.map(UnknownReason::Mixture)),
            }
        }
        let mut lemmas = capture::lemmas(theories, self, groups, formulas);
        if lemmas.is_empty() {
            lemmas = finite_domain::lemmas(theories, self, groups, formulas);
        }
        if !lemmas.is_empty() {
            return TheoryResult::Lemmas(lemmas);
        }
        if let Some(reason) = reason {
            return TheoryResult::Unknown(vec![reason]);
        }
        // Equalities are decided; what is not is a variable beside other text.
        let (whole, beside): (Vec<_>, Vec<_>) =
            groups.cross_field.iter().partition(|(_, linked)| linked.whole_value().is_some());
        let undecided = beside.into_iter().chain(whole);
        let reasons = undecided.map(|((atom, _), _)| UnknownReason::Variable(*atom));
        TheoryResult::Unknown(reasons.collect())
    }

    /// Atoms that contradict each other by what is equal alone.
    fn surely_wrong(&self, theories: &Theories, groups: &AtomGroups) -> Option<Vec<AtomValue>> {
        for ((atom, value), linked) in &groups.cross_field {
            if *value {
                continue;
            }
            if let Some(other) = linked.value_like().and_then(|key| theories.places.known(key))
                && let Some(way) = self.classes.explain(linked.place, other)
                && let Some(single) = single(theories, groups, linked.place)
                && let Some(present) = present(theories, groups, linked.place, &way)
            {
                let why = way.into_iter().chain(single).chain(present);
                let core = std::iter::once((*atom, false)).chain(why).collect();
                return Some(distinct(core));
            }
            for ((wide, _), narrower) in groups.cross_field.iter().filter(|((_, value), _)| *value)
            {
                if let Some(why) = capture::covers(theories, self, linked, narrower)
                    && let Some(single) = single(theories, groups, linked.place)
                {
                    let core = [(*atom, false), (*wide, true)];
                    return Some(distinct(core.into_iter().chain(why).chain(single).collect()));
                }
            }
        }
        None
    }

    /// A linked atom whose variables get no value before its place does: variables that speak of each
    /// other in a circle.
    fn untried(&self, groups: &AtomGroups) -> Option<AtomId> {
        let order = self.in_order(groups);
        let at = |place: &FieldId| {
            order.iter().position(|it| *it == self.classes.representative(*place))
        };
        let is_late =
            |linked: &CrossFieldAtom| linked.places.iter().any(|it| at(it) >= at(&linked.place));
        let is_equality =
            |linked: &CrossFieldAtom, value: bool| value && linked.whole_value().is_some();
        let mut late = groups
            .cross_field
            .iter()
            .filter(|((_, value), linked)| is_late(linked) && !is_equality(linked, *value));
        late.next().map(|((atom, _), _)| *atom)
    }

    /// Gives every class a value, those that others speak of first. `chosen` says what some are.
    fn attempt(
        &self,
        theories: &mut Theories,
        groups: &AtomGroups,
        chosen: &[(FieldId, Box<str>)],
        limits: &mut Meter<'_>,
    ) -> Attempt {
        let mut values = groups.values.clone();
        let mut known: Vec<(FieldId, Box<[Box<str>]>)> = Vec::new();
        for representative in self.in_order(groups) {
            let members = self.members(groups, representative);
            let constraints = self.constraints(groups, &members, &known);
            let choice = chosen.iter().find(|(place, _)| *place == representative);
            let as_chosen = choice.and_then(|(_, text)| {
                // The texts of the place may all look otherwise.
                let is_text = std::iter::once(tentative(text, true));
                let constraints: Vec<Constraint> =
                    constraints.iter().cloned().chain(is_text).collect();
                let found = theories.find(&members, &constraints, &values, limits);
                matches!(found, FieldResult::Values(_)).then_some(found)
            });
            match as_chosen
                .unwrap_or_else(|| theories.find(&members, &constraints, &values, limits))
            {
                FieldResult::Values(found) => {
                    theories.note(&members, &found, &mut values);
                    known.push((representative, found.into()));
                }
                FieldResult::Conflict(core) => {
                    let tentative = |at: &usize| {
                        constraints.get(*at).is_some_and(|constraint| constraint.tentative)
                    };
                    if !core.iter().any(tentative) {
                        let core = self.core(&members, &constraints, &core);
                        return Attempt::Conflict(core);
                    }
                    // Perhaps it cannot be even without what was only supposed.
                    let is_sure = |constraint: &&Constraint| !constraint.tentative;
                    let sure: Vec<Constraint> =
                        constraints.iter().filter(is_sure).cloned().collect();
                    return match theories.find(&members, &sure, &values, limits) {
                        FieldResult::Conflict(core) => {
                            Attempt::Conflict(self.core(&members, &sure, &core))
                        }
                        _ => Attempt::Failed(representative),
                    };
                }
                FieldResult::Unknown => {
                    let atom =
                        constraints.iter().rev().find_map(|constraint| constraint.because.first());
                    return Attempt::Unknown(atom.map(|(atom, _)| *atom));
                }
            }
        }
        Attempt::Done(values)
    }

    /// The atoms from which the contradicting demands on a class follow, and that it is a class.
    fn core(
        &self,
        members: &[FieldId],
        constraints: &[Constraint],
        core: &[usize],
    ) -> Vec<AtomValue> {
        let mut because = reasons(constraints, core);
        if let [first, others @ ..] = members {
            for other in others {
                because.extend(self.classes.explain(*first, *other).into_iter().flatten());
            }
        }
        distinct(because)
    }

    /// The places that speak for the classes in question, so that a class comes after those whose
    /// values it speaks of, as far as that is possible.
    fn in_order(&self, groups: &AtomGroups) -> Vec<FieldId> {
        let mut waiting: Vec<FieldId> = groups
            .places
            .iter()
            .chain(
                groups
                    .cross_field
                    .iter()
                    .flat_map(|(_, linked)| std::iter::once(&linked.place).chain(&linked.places)),
            )
            .map(|place| self.classes.representative(*place))
            .collect();
        waiting.sort_unstable();
        waiting.dedup();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            let is_free = |place: &FieldId| {
                groups.cross_field.iter().all(|(_, linked)| {
                    self.classes.representative(linked.place) != *place
                        || linked.places.iter().all(|other| {
                            let other = self.classes.representative(*other);
                            other == *place || !waiting.contains(&other)
                        })
                })
            };
            let at = waiting.iter().position(is_free).unwrap_or(0);
            order.push(waiting.remove(at));
        }
        order
    }

    /// The members of a class that are spoken of.
    fn members(&self, groups: &AtomGroups, representative: FieldId) -> Vec<FieldId> {
        let mut members: Vec<FieldId> = groups
            .places
            .iter()
            .chain(
                groups
                    .cross_field
                    .iter()
                    .flat_map(|(_, linked)| std::iter::once(&linked.place).chain(&linked.places)),
            )
            .copied()
            .filter(|place| self.classes.representative(*place) == representative)
            .collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// Everything that is demanded of a class. Most are one place of which no linked atom speaks.
    fn constraints<'a>(
        &self,
        groups: &'a AtomGroups,
        members: &[FieldId],
        known: &[(FieldId, Box<[Box<str>]>)],
    ) -> Cow<'a, [Constraint]> {
        if let [place] = members
            && groups.cross_field.iter().all(|(_, linked)| linked.place != *place)
        {
            return Cow::Borrowed(groups.constraints.get(place.index()).map_or(&[], Vec::as_slice));
        }
        let mut constraints: Vec<Constraint> = Vec::new();
        for place in members {
            constraints
                .extend(groups.constraints.get(place.index()).into_iter().flatten().cloned());
            for ((atom, value), linked) in &groups.cross_field {
                if linked.place != *place {
                    continue;
                }
                let equal = linked.places.iter().all(|other| members.contains(other));
                if *value && equal && linked.whole_value().is_some() {
                    continue;
                }
                constraints.extend(self.of_linked(linked, *value, &[(*atom, *value)], known));
            }
        }
        Cow::Owned(constraints)
    }

    /// What a linked atom demands of its place: with what is certain about its keys, and with what
    /// was chosen for them.
    fn of_linked(
        &self,
        linked: &CrossFieldAtom,
        value: bool,
        because: &[AtomValue],
        known: &[(FieldId, Box<[Box<str>]>)],
    ) -> Vec<Constraint> {
        let constraint = |test: KeyTest, because: Vec<AtomValue>, tentative: bool| Constraint {
            requirement: Requirement::Passes(Arc::new(ValueTest::new(test))),
            value,
            because,
            tentative,
        };
        let field_of = |key: &KeyName| {
            let at = linked.keys.iter().position(|it| it == key)?;
            linked.places.get(at).copied()
        };
        let fixed: Vec<Option<(&str, Vec<AtomValue>)>> =
            linked.places.iter().map(|place| self.fixed_text(*place, linked.folds())).collect();
        let fixed_value = |key: &KeyName| {
            let at = linked.keys.iter().position(|it| it == key)?;
            fixed.get(at)?.as_ref().map(|(text, _)| *text)
        };
        let why = fixed.iter().flatten().flat_map(|(_, why)| why).copied();
        let certain = linked.weakened(value, fixed_value);
        let mut constraints =
            vec![constraint(certain, because.iter().copied().chain(why).collect(), false)];
        if fixed.iter().all(Option::is_some) {
            return constraints;
        }
        let chosen = |key: &KeyName| {
            let representative = self.classes.representative(field_of(key)?);
            match known.iter().find(|(place, _)| *place == representative) {
                Some((_, values)) => match &**values {
                    [text] => Some(&**text),
                    _ => None,
                },
                None => None,
            }
        };
        constraints
            .extend(linked.with_values(chosen).map(|test| constraint(test, Vec::new(), true)));
        constraints
    }

    /// Other values for the classes that the demands on `failed` speak of.
    fn other_choices(
        &self,
        theories: &mut Theories,
        groups: &AtomGroups,
        (failed, chosen): (FieldId, &[(FieldId, Box<str>)]),
        limits: &mut Meter<'_>,
    ) -> Vec<Vec<(FieldId, Box<str>)>> {
        let members = self.members(groups, failed);
        // What the class would be if the variables were not there.
        let constraints = self.constraints(groups, &members, &[]);
        let FieldResult::Values(free) =
            theories.find(&members, &constraints, &groups.values, limits)
        else {
            return Vec::new();
        };
        let mut choices = Vec::new();
        for (_, linked) in groups.cross_field.iter().filter(|(_, it)| members.contains(&it.place)) {
            for place in &linked.places {
                let representative = self.classes.representative(*place);
                if chosen.iter().any(|(it, _)| *it == representative) || representative == failed {
                    continue;
                }
                let captured = free.iter().flat_map(|text| capture::captures(linked, text));
                let mut texts: Vec<String> = captured.collect();
                texts.extend(self.next_values(theories, groups, representative, limits));
                for text in texts {
                    let mut choice = chosen.to_vec();
                    choice.push((representative, text.into()));
                    if !choices.contains(&choice) {
                        choices.push(choice);
                    }
                }
            }
        }
        choices
    }

    /// A few more values of a class beside the one it would get.
    fn next_values(
        &self,
        theories: &mut Theories,
        groups: &AtomGroups,
        representative: FieldId,
        limits: &mut Meter<'_>,
    ) -> Vec<String> {
        let members = self.members(groups, representative);
        let mut constraints = self.constraints(groups, &members, &[]).into_owned();
        let mut found = Vec::new();
        for _ in 0..3 {
            let FieldResult::Values(values) =
                theories.find(&members, &constraints, &groups.values, limits)
            else {
                break;
            };
            let [text] = &*values else { break };
            found.push(text.to_string());
            constraints.push(tentative(text, false));
        }
        found
    }

    /// The classes.
    pub(super) fn classes(&self) -> &EqualityClasses {
        &self.classes
    }
}

/// The places of two variables that stand between the same texts in patterns for one value.
fn same_slots(theories: &Theories, groups: &AtomGroups) -> Vec<([FieldId; 2], Vec<AtomValue>)> {
    let mut firsts: Vec<(&CrossFieldAtom, FieldId, AtomId)> = Vec::new();
    let mut same = Vec::new();
    for ((atom, _), linked) in groups.cross_field.iter().filter(|((_, value), _)| *value) {
        let (Some(around), [place]) = (linked.fixed_around(), &*linked.places) else { continue };
        let Some(single) = single(theories, groups, linked.place) else { continue };
        let is_same = |(other, ..): &&(&CrossFieldAtom, FieldId, AtomId)| {
            other.place == linked.place && other.fixed_around() == Some(around)
        };
        match firsts.iter().find(is_same) {
            Some((_, first, because)) => {
                let because = [(*because, true), (*atom, true)].into_iter().chain(single);
                same.push(([*first, *place], because.collect()));
            }
            None => firsts.push((linked, *place, *atom)),
        }
    }
    same
}

/// The supposition that a place has, or has not, this text.
fn tentative(text: &str, value: bool) -> Constraint {
    let any_of = [Predicate::Text(Pattern::literal(text), CaseRule::Exact)].into();
    Constraint {
        requirement: Requirement::Passes(Arc::new(ValueTest::new(KeyTest::Some {
            any_of,
            hit: true,
        }))),
        value,
        because: Vec::new(),
        tentative: true,
    }
}

/// The atoms from which it follows that a place has at most one value; `None` if it may have more.
pub(super) fn single(
    theories: &Theories,
    groups: &AtomGroups,
    place: FieldId,
) -> Option<Vec<AtomValue>> {
    match theories.places.name(place) {
        FieldName::Action | FieldName::Part(_) => return Some(Vec::new()),
        FieldName::Key(key) if theories.shapes.key(key).single => return Some(Vec::new()),
        FieldName::Key(_) => (),
    }
    let constraints = groups.constraints.get(place.index())?;
    let not_several = |constraint: &&Constraint| {
        !constraint.value
            && matches!(&constraint.requirement, Requirement::Passes(it) if it.test == KeyTest::Several)
    };
    constraints.iter().find(not_several).map(|constraint| constraint.because.clone())
}

/// The atoms from which it follows that a place has a value; `None` if it may have none. What is
/// equal to another place has one.
fn present(
    theories: &Theories,
    groups: &AtomGroups,
    place: FieldId,
    way: &[AtomValue],
) -> Option<Vec<AtomValue>> {
    if !way.is_empty() || !matches!(theories.places.name(place), FieldName::Key(_)) {
        return Some(Vec::new());
    }
    let constraints = groups.constraints.get(place.index())?;
    let not_absent = |constraint: &&Constraint| {
        !constraint.value
            && matches!(&constraint.requirement, Requirement::Passes(it) if it.test == KeyTest::Absent)
    };
    constraints.iter().find(not_absent).map(|constraint| constraint.because.clone())
}

fn distinct(mut core: Vec<AtomValue>) -> Vec<AtomValue> {
    core.sort_unstable();
    core.dedup();
    core
}
