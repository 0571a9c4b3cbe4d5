//! Places that policy variables tie together.
//!
//! * Where a test asks for the whole value of a key, the two places are one class and answer all
//!   demands on either together.
//! * Where the key has only one possible text, that text is put in for the variable, with the atoms
//!   that fix it as a further reason.
//! * Otherwise the test is first weakened (a `*` for the variable): what contradicts even that is a
//!   contradiction. Then values are chosen for the keys, put in, and tried ([`Ties::attempt`]); where
//!   the first choice does not do, others are tried.
//! * Where no choice does, lemmas about the slot that the variable stands in ([`slots`](super::slots)),
//!   and then about keys that have few possible texts ([`lists`](super::lists)), carry the question
//!   back to the search. If there is nothing more to say, nobody knows: a sample is never a proof.

use std::borrow::Cow;
use std::sync::Arc;

use super::ask::{Demand, Found, What};
use super::classes::Classes;
use super::meaning::{Linked, Reading};
use super::place::{Place, PlaceName};
use super::{Doubt, Judge, Sorted, Values, lists, reasons, slots};
use crate::search::{AtomValue, Check};
use polsim_check::budget::Limits;
use polsim_decide::formula::{AtomId, Formulas, KeyTest, Predicate};
use polsim_decide::request::Request;
use polsim_decide::text::{CaseRule, KeyName, Pattern};

/// So many choices of values are tried.
const MOST_ATTEMPTS: usize = 24;

/// What the linked atoms of one check say.
#[derive(Debug)]
pub(super) struct Ties {
    classes: Classes,
    /// By the place that speaks for a class: the text that its members have to be, and why.
    pins: Vec<Pin>,
}

/// A class with one possible text.
#[derive(Debug)]
struct Pin {
    leader: Place,
    text: Box<str>,
    /// How letters compare with it.
    case: CaseRule,
    because: Vec<AtomValue>,
}

/// What came of one choice of values.
enum Attempt {
    /// These atoms contradict each other, whatever is chosen.
    Contradiction(Vec<AtomValue>),
    /// Everything has a value.
    Done(Values),
    /// The demands on this class cannot be met with the values chosen for others.
    Failed(Place),
    /// A theory cannot tell about this atom.
    Unknown(Option<AtomId>),
}

impl Ties {
    pub(super) fn new(judge: &Judge, sorted: &Sorted) -> Self {
        let equalities = sorted.linked.iter().filter_map(|((atom, value), linked)| {
            let key = linked.whole_value().filter(|_| *value)?;
            let other = judge.places.known(key)?;
            let mut because = vec![(*atom, true)];
            because.extend(single(judge, sorted, linked.place)?);
            Some(([linked.place, other], because))
        });
        let classes = Classes::new(equalities.chain(same_slots(judge, sorted)));
        let mut ties = Self { classes, pins: Vec::new() };
        ties.pins = ties.find_pins(judge, sorted);
        ties
    }

    /// The classes that have only one possible text, letters aside perhaps.
    fn find_pins(&self, judge: &Judge, sorted: &Sorted) -> Vec<Pin> {
        let mut pins: Vec<Pin> = Vec::new();
        for case in [CaseRule::Exact, CaseRule::Folded] {
            for place in &sorted.places {
                let leader = self.classes.leader(*place);
                if !pins.iter().any(|pin| pin.leader == leader) {
                    pins.extend(self.find_pin(judge, sorted, *place, case));
                }
            }
        }
        pins
    }

    /// The one text that the demands on a place leave.
    fn find_pin(
        &self,
        judge: &Judge,
        sorted: &Sorted,
        place: Place,
        case: CaseRule,
    ) -> Option<Pin> {
        let leader = self.classes.leader(place);
        let mut demands = sorted.demands.get(place.index())?.iter().filter(|demand| demand.value);
        let (text, because) = demands.find_map(|demand| match &demand.what {
            What::Passing(reading) => Some((reading.only_text(case)?, &demand.because)),
            What::In(_) => None,
        })?;
        let single = single(judge, sorted, place)?;
        let way = self.classes.why(place, leader)?;
        let because = because.iter().copied().chain(single).chain(way).collect();
        Some(Pin { leader, text: text.into(), case, because })
    }

    /// The text that can be put in for a place, and why: where only letters are folded that are
    /// compared with it, its spelling does not matter.
    fn pin(&self, place: Place, folds: bool) -> Option<(&str, Vec<AtomValue>)> {
        let leader = self.classes.leader(place);
        let fits = |pin: &&Pin| pin.leader == leader && (folds || pin.case == CaseRule::Exact);
        let pin = self.pins.iter().find(fits)?;
        let way = self.classes.why(leader, place)?;
        Some((&pin.text, pin.because.iter().copied().chain(way).collect()))
    }

    /// Decides the atoms of the check.
    pub(super) fn check(
        &self,
        judge: &mut Judge,
        sorted: &Sorted,
        formulas: &mut Formulas,
        limits: &mut Limits<'_>,
    ) -> Check<Request> {
        if let Some(core) = self.surely_wrong(judge, sorted) {
            return Check::Contradiction(core);
        }
        let mut choices: Vec<Vec<(Place, Box<str>)>> = vec![Vec::new()];
        let mut tried = 0;
        let mut doubt = None;
        while let Some(chosen) = choices.get(tried).cloned() {
            tried = tried.saturating_add(1);
            match self.attempt(judge, sorted, &chosen, limits) {
                Attempt::Contradiction(core) => return Check::Contradiction(core),
                Attempt::Done(values) => {
                    if let Some(request) = judge.confirm(&values, formulas) {
                        return Check::Model(request);
                    }
                    let untried = self.untried(sorted).map(Doubt::Variable);
                    doubt = doubt.or(untried).or(Some(sorted.unconfirmed()));
                }
                Attempt::Failed(place) => {
                    let more = self.other_choices(judge, sorted, (place, &chosen), limits);
                    let room = MOST_ATTEMPTS.saturating_sub(choices.len());
                    choices.extend(more.into_iter().take(room));
                }
                Attempt::Unknown(atom) => doubt = doubt.or(atom.map(Doubt::Mixture)),
            }
        }
        let mut lemmas = slots::lemmas(judge, self, sorted, formulas);
        if lemmas.is_empty() {
            lemmas = lists::lemmas(judge, self, sorted, formulas);
        }
        if !lemmas.is_empty() {
            return Check::Lemmas(lemmas);
        }
        if let Some(doubt) = doubt {
            judge.doubt(doubt);
            return Check::Undecided;
        }
        // Equalities are decided; what is not is a variable beside other text.
        let (whole, beside): (Vec<_>, Vec<_>) =
            sorted.linked.iter().partition(|(_, linked)| linked.whole_value().is_some());
        for ((atom, _), _) in beside.into_iter().chain(whole) {
            judge.doubt(Doubt::Variable(*atom));
        }
        Check::Undecided
    }

    /// Atoms that contradict each other by what is equal alone.
    fn surely_wrong(&self, judge: &Judge, sorted: &Sorted) -> Option<Vec<AtomValue>> {
        for ((atom, value), linked) in &sorted.linked {
            if *value {
                continue;
            }
            if let Some(other) = linked.value_like().and_then(|key| judge.places.known(key))
                && let Some(way) = self.classes.why(linked.place, other)
                && let Some(single) = single(judge, sorted, linked.place)
                && let Some(present) = present(judge, sorted, linked.place, &way)
            {
                let why = way.into_iter().chain(single).chain(present);
                let core = std::iter::once((*atom, false)).chain(why).collect();
                return Some(tidy(core));
            }
            for ((wide, _), narrower) in sorted.linked.iter().filter(|((_, value), _)| *value) {
                if let Some(why) = slots::covers(judge, self, linked, narrower)
                    && let Some(single) = single(judge, sorted, linked.place)
                {
                    let core = [(*atom, false), (*wide, true)];
                    return Some(tidy(core.into_iter().chain(why).chain(single).collect()));
                }
            }
        }
        None
    }

    /// A linked atom whose variables get no value before its place does: variables that speak of each
    /// other in a circle.
    fn untried(&self, sorted: &Sorted) -> Option<AtomId> {
        let order = self.in_order(sorted);
        let at = |place: &Place| order.iter().position(|it| *it == self.classes.leader(*place));
        let is_late = |linked: &Linked| linked.places.iter().any(|it| at(it) >= at(&linked.place));
        let is_equality = |linked: &Linked, value: bool| value && linked.whole_value().is_some();
        let mut late = sorted
            .linked
            .iter()
            .filter(|((_, value), linked)| is_late(linked) && !is_equality(linked, *value));
        late.next().map(|((atom, _), _)| *atom)
    }

    /// Gives every class a value, those that others speak of first. `chosen` says what some are.
    fn attempt(
        &self,
        judge: &mut Judge,
        sorted: &Sorted,
        chosen: &[(Place, Box<str>)],
        limits: &mut Limits<'_>,
    ) -> Attempt {
        let mut values = sorted.values.clone();
        let mut known: Vec<(Place, Box<[Box<str>]>)> = Vec::new();
        for leader in self.in_order(sorted) {
            let members = self.members(sorted, leader);
            let demands = self.demands(sorted, &members, &known);
            let choice = chosen.iter().find(|(place, _)| *place == leader);
            let as_chosen = choice.and_then(|(_, text)| {
                // The texts of the place may all look otherwise.
                let is_text = std::iter::once(supposed(text, true));
                let demands: Vec<Demand> = demands.iter().cloned().chain(is_text).collect();
                let found = judge.find(&members, &demands, &values, limits);
                matches!(found, Found::Values(_)).then_some(found)
            });
            match as_chosen.unwrap_or_else(|| judge.find(&members, &demands, &values, limits)) {
                Found::Values(found) => {
                    judge.note(&members, &found, &mut values);
                    known.push((leader, found.into()));
                }
                Found::Contradiction(core) => {
                    let supposed =
                        |at: &usize| demands.get(*at).is_some_and(|demand| demand.supposed);
                    if !core.iter().any(supposed) {
                        let core = self.core(&members, &demands, &core);
                        return Attempt::Contradiction(core);
                    }
                    // Perhaps it cannot be even without what was only supposed.
                    let is_sure = |demand: &&Demand| !demand.supposed;
                    let sure: Vec<Demand> = demands.iter().filter(is_sure).cloned().collect();
                    return match judge.find(&members, &sure, &values, limits) {
                        Found::Contradiction(core) => {
                            Attempt::Contradiction(self.core(&members, &sure, &core))
                        }
                        _ => Attempt::Failed(leader),
                    };
                }
                Found::Unknown => {
                    let atom = demands.iter().rev().find_map(|demand| demand.because.first());
                    return Attempt::Unknown(atom.map(|(atom, _)| *atom));
                }
            }
        }
        Attempt::Done(values)
    }

    /// The atoms from which the contradicting demands on a class follow, and that it is a class.
    fn core(&self, members: &[Place], demands: &[Demand], core: &[usize]) -> Vec<AtomValue> {
        let mut because = reasons(demands, core);
        if let [first, others @ ..] = members {
            for other in others {
                because.extend(self.classes.why(*first, *other).into_iter().flatten());
            }
        }
        tidy(because)
    }

    /// The places that speak for the classes in question, so that a class comes after those whose
    /// values it speaks of, as far as that is possible.
    fn in_order(&self, sorted: &Sorted) -> Vec<Place> {
        let mut waiting: Vec<Place> = sorted
            .places
            .iter()
            .chain(
                sorted
                    .linked
                    .iter()
                    .flat_map(|(_, linked)| std::iter::once(&linked.place).chain(&linked.places)),
            )
            .map(|place| self.classes.leader(*place))
            .collect();
        waiting.sort_unstable();
        waiting.dedup();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            let is_free = |place: &Place| {
                sorted.linked.iter().all(|(_, linked)| {
                    self.classes.leader(linked.place) != *place
                        || linked.places.iter().all(|other| {
                            let other = self.classes.leader(*other);
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
    fn members(&self, sorted: &Sorted, leader: Place) -> Vec<Place> {
        let mut members: Vec<Place> = sorted
            .places
            .iter()
            .chain(
                sorted
                    .linked
                    .iter()
                    .flat_map(|(_, linked)| std::iter::once(&linked.place).chain(&linked.places)),
            )
            .copied()
            .filter(|place| self.classes.leader(*place) == leader)
            .collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// Everything that is demanded of a class. Most are one place of which no linked atom speaks.
    fn demands<'a>(
        &self,
        sorted: &'a Sorted,
        members: &[Place],
        known: &[(Place, Box<[Box<str>]>)],
    ) -> Cow<'a, [Demand]> {
        if let [place] = members
            && sorted.linked.iter().all(|(_, linked)| linked.place != *place)
        {
            return Cow::Borrowed(sorted.demands.get(place.index()).map_or(&[], Vec::as_slice));
        }
        let mut demands: Vec<Demand> = Vec::new();
        for place in members {
            demands.extend(sorted.demands.get(place.index()).into_iter().flatten().cloned());
            for ((atom, value), linked) in &sorted.linked {
                if linked.place != *place {
                    continue;
                }
                let equal = linked.places.iter().all(|other| members.contains(other));
                if *value && equal && linked.whole_value().is_some() {
                    continue;
                }
                demands.extend(self.of_linked(linked, *value, &[(*atom, *value)], known));
            }
        }
        Cow::Owned(demands)
    }

    /// What a linked atom demands of its place: with what is certain about its keys, and with what
    /// was chosen for them.
    fn of_linked(
        &self,
        linked: &Linked,
        value: bool,
        because: &[AtomValue],
        known: &[(Place, Box<[Box<str>]>)],
    ) -> Vec<Demand> {
        let demand = |test: KeyTest, because: Vec<AtomValue>, supposed: bool| Demand {
            what: What::Passing(Arc::new(Reading::new(test))),
            value,
            because,
            supposed,
        };
        let place_of = |key: &KeyName| {
            let at = linked.keys.iter().position(|it| it == key)?;
            linked.places.get(at).copied()
        };
        let pins: Vec<Option<(&str, Vec<AtomValue>)>> =
            linked.places.iter().map(|place| self.pin(*place, linked.folds())).collect();
        let pinned = |key: &KeyName| {
            let at = linked.keys.iter().position(|it| it == key)?;
            pins.get(at)?.as_ref().map(|(text, _)| *text)
        };
        let why = pins.iter().flatten().flat_map(|(_, why)| why).copied();
        let certain = linked.weakened(value, pinned);
        let mut demands =
            vec![demand(certain, because.iter().copied().chain(why).collect(), false)];
        if pins.iter().all(Option::is_some) {
            return demands;
        }
        let chosen = |key: &KeyName| {
            let leader = self.classes.leader(place_of(key)?);
            match known.iter().find(|(place, _)| *place == leader) {
                Some((_, values)) => match &**values {
                    [text] => Some(&**text),
                    _ => None,
                },
                None => None,
            }
        };
        demands.extend(linked.with_values(chosen).map(|test| demand(test, Vec::new(), true)));
        demands
    }

    /// Other values for the classes that the demands on `failed` speak of.
    fn other_choices(
        &self,
        judge: &mut Judge,
        sorted: &Sorted,
        (failed, chosen): (Place, &[(Place, Box<str>)]),
        limits: &mut Limits<'_>,
    ) -> Vec<Vec<(Place, Box<str>)>> {
        let members = self.members(sorted, failed);
        // What the class would be if the variables were not there.
        let demands = self.demands(sorted, &members, &[]);
        let Found::Values(free) = judge.find(&members, &demands, &sorted.values, limits) else {
            return Vec::new();
        };
        let mut choices = Vec::new();
        for (_, linked) in sorted.linked.iter().filter(|(_, it)| members.contains(&it.place)) {
            for place in &linked.places {
                let leader = self.classes.leader(*place);
                if chosen.iter().any(|(it, _)| *it == leader) || leader == failed {
                    continue;
                }
                let captured = free.iter().flat_map(|text| slots::captures(linked, text));
                let mut texts: Vec<String> = captured.collect();
                texts.extend(self.next_values(judge, sorted, leader, limits));
                for text in texts {
                    let mut choice = chosen.to_vec();
                    choice.push((leader, text.into()));
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
        judge: &mut Judge,
        sorted: &Sorted,
        leader: Place,
        limits: &mut Limits<'_>,
    ) -> Vec<String> {
        let members = self.members(sorted, leader);
        let mut demands = self.demands(sorted, &members, &[]).into_owned();
        let mut found = Vec::new();
        for _ in 0..3 {
            let Found::Values(values) = judge.find(&members, &demands, &sorted.values, limits)
            else {
                break;
            };
            let [text] = &*values else { break };
            found.push(text.to_string());
            demands.push(supposed(text, false));
        }
        found
    }

    /// The classes.
    pub(super) fn classes(&self) -> &Classes {
        &self.classes
    }
}

/// The places of two variables that stand between the same texts in patterns for one value.
fn same_slots(judge: &Judge, sorted: &Sorted) -> Vec<([Place; 2], Vec<AtomValue>)> {
    let mut firsts: Vec<(&Linked, Place, AtomId)> = Vec::new();
    let mut same = Vec::new();
    for ((atom, _), linked) in sorted.linked.iter().filter(|((_, value), _)| *value) {
        let (Some(around), [place]) = (linked.fixed_around(), &*linked.places) else { continue };
        let Some(single) = single(judge, sorted, linked.place) else { continue };
        let is_same = |(other, ..): &&(&Linked, Place, AtomId)| {
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
fn supposed(text: &str, value: bool) -> Demand {
    let any_of = [Predicate::Text(Pattern::literal(text), CaseRule::Exact)].into();
    Demand {
        what: What::Passing(Arc::new(Reading::new(KeyTest::Some { any_of, hit: true }))),
        value,
        because: Vec::new(),
        supposed: true,
    }
}

/// The atoms from which it follows that a place has at most one value; `None` if it may have more.
pub(super) fn single(judge: &Judge, sorted: &Sorted, place: Place) -> Option<Vec<AtomValue>> {
    match judge.places.name(place) {
        PlaceName::Action | PlaceName::Field(_) => return Some(Vec::new()),
        PlaceName::Key(key) if judge.shapes.key(key).single => return Some(Vec::new()),
        PlaceName::Key(_) => (),
    }
    let demands = sorted.demands.get(place.index())?;
    let not_several = |demand: &&Demand| {
        !demand.value && matches!(&demand.what, What::Passing(it) if it.test == KeyTest::Several)
    };
    demands.iter().find(not_several).map(|demand| demand.because.clone())
}

/// The atoms from which it follows that a place has a value; `None` if it may have none. What is
/// equal to another place has one.
fn present(
    judge: &Judge,
    sorted: &Sorted,
    place: Place,
    way: &[AtomValue],
) -> Option<Vec<AtomValue>> {
    if !way.is_empty() || !matches!(judge.places.name(place), PlaceName::Key(_)) {
        return Some(Vec::new());
    }
    let demands = sorted.demands.get(place.index())?;
    let not_absent = |demand: &&Demand| {
        !demand.value && matches!(&demand.what, What::Passing(it) if it.test == KeyTest::Absent)
    };
    demands.iter().find(not_absent).map(|demand| demand.because.clone())
}

fn tidy(mut core: Vec<AtomValue>) -> Vec<AtomValue> {
    core.sort_unstable();
    core.dedup();
    core
}
