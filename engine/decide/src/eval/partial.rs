//! The decisions of all completions of a request of which a part is not known.
//!
//! First in three values: what that tells holds for every completion. Where it leaves two decisions
//! open, the keys that it hinges on have their values in *classes* that no test tells apart, and one
//! completion for each combination of classes is decided, by the evaluator that decides requests.
//! That is exact. Where classes may be missed, the answer says so, and every decision that three
//! values leave open stays possible.

use rustc_hash::{FxHashMap, FxHashSet};

use super::answer::{self, Answer};
use super::classes::{Classes, MANAGEMENT_ACCOUNT, Tests};
use super::compiled::{PolicySet, Scratch};
use super::depends::{Completion, Dependency, Depends, PartialAnswer};
use super::kleene::{Kleene, UnknownKey};
use super::{Decision, RestsOn, StatementRef};
use crate::catalog::{ContextKey, keys};
use crate::formula::{Atom, ChoiceId, FormulaId, WorldTable};
use crate::request::{PartialRequest, Presence, Request};
use crate::text::{Instant, KeyName};

/// The most completions that are decided.
const MAX_COMPLETIONS: usize = 4_096;

/// The most facts of which the smallest determining set is looked for.
const MAX_FACTS: usize = 10;

/// The most completions that are looked at for the plainest of a decision.
const MAX_TRIED: usize = 64;

impl PolicySet {
    /// The answer about a request of which a part may not be known: the decisions of its completions,
    /// the smallest set of keys that tells them, and a completion for each. Where nothing that the
    /// policies read is unknown, it costs a decision.
    pub fn answer_partial(&self, request: &PartialRequest, scratch: &mut Scratch) -> PartialAnswer {
        let unknown = self.unknown_keys(request);
        if unknown.is_empty() && !request.unknown_management_account() {
            return PartialAnswer::of(&self.answer(request.known(), scratch));
        }
        let roots = self.roots();
        let formulas = &self.lowered().formulas;
        let mut kleene = Kleene::new(formulas, request, &unknown);
        let open = three_valued(roots.map(|it| kleene.holds(it)));
        let mut atoms = kleene.open_atoms(&roots);
        let touches = self.touches_readings(request, &unknown);
        if touches {
            let other = self.open();
            let mut kleene = Kleene::new(&other.lowered().formulas, request, &unknown);
            atoms.extend(kleene.open_atoms(&other.roots()));
        }
        let facts = facts(&atoms, request, &unknown);
        if facts.is_empty() {
            return PartialAnswer::of(&self.answer(request.known(), scratch));
        }
        let decided = Decided::all(self, request, facts, touches, scratch);
        decided.answer(self, &open, scratch)
    }

    /// Tells whether the policies read something that is not known of the request.
    pub fn reads_unknown(&self, request: &PartialRequest) -> bool {
        !self.unknown_keys(request).is_empty() || request.unknown_management_account()
    }

    /// The statements that made the decision of an answer: those of some completion, where all are
    /// decided alike; none where they are not.
    pub fn deciding(
        &self,
        request: &PartialRequest,
        answer: &PartialAnswer,
        scratch: &mut Scratch,
    ) -> Vec<&StatementRef> {
        match (&answer.completion, answer.depends.is_some()) {
            (_, true) => Vec::new(),
            (Some(completion), _) => self.decide_by(completion, scratch).1,
            (None, _) => self.decide_by(request.known(), scratch).1,
        }
    }

    /// The formulas of a decision, in the order in which they make it.
    fn roots(&self) -> [FormulaId; 3] {
        let lowered = self.lowered();
        [lowered.always_allowed, lowered.explicit_deny, lowered.allowed]
    }

    /// Tells whether another side of a reading may decide some completion otherwise.
    fn touches_readings(&self, request: &PartialRequest, unknown: &[UnknownKey]) -> bool {
        let many =
            |it: &UnknownKey| ContextKey::find(it.key.as_str()).is_none_or(|row| row.multivalued);
        let many = unknown.iter().any(many);
        self.lowered().reads.iter().any(|it| many || answer::is_touched(it, request.known()))
    }
}

impl PartialAnswer {
    /// The answer about a request of which everything that matters is known.
    fn of(answer: &Answer) -> Self {
        let possible = vec![answer.decision()];
        Self { possible, depends: None, rests_on: answer.rests_on(), completion: None }
    }
}

/// The decisions that are possible for these truths of *needs no permission*, *explicitly denied* and
/// *allowed*.
fn three_valued([always, denied, allowed]: [Option<bool>; 3]) -> Vec<Decision> {
    let mut possible = Vec::new();
    let mut add = |truth: Option<bool>, decision| {
        if truth != Some(false) && !possible.contains(&decision) {
            possible.push(decision);
        }
        truth == Some(true)
    };
    let done = add(always, Decision::Allowed)
        || add(denied, Decision::ExplicitDeny)
        || add(allowed, Decision::Allowed);
    if !done {
        possible.push(Decision::ImplicitDeny);
    }
    possible.sort_unstable();
    possible
}

/// The tests on one unknown fact.
struct Asked<'a> {
    group: Vec<KeyName>,
    unknown: &'a UnknownKey,
    tests: Tests,
}

/// The tests that these atoms make on each unknown fact.
fn asked<'a>(
    atoms: &[&Atom],
    request: &PartialRequest,
    unknown: &'a [UnknownKey],
) -> Vec<Asked<'a>> {
    let is_unknown = |key: &KeyName| unknown.iter().any(|it| it.key == *key);
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for it in unknown {
        let group = request.group(&it.key);
        if asked.iter().any(|known| known.group == group) {
            continue;
        }
        let mut tests = Tests::default();
        for atom in atoms {
            tests.add(atom, &group, request, &is_unknown);
        }
        asked.push(Asked { group, unknown: it, tests });
    }
    order_in_time(&mut asked, request);
    asked
}

/// Tells instants apart where credentials were not issued after the call: by the time of the call if
/// it is known, else by each other's dates.
fn order_in_time(asked: &mut [Asked<'_>], request: &PartialRequest) {
    let place = |name: &str| asked.iter().position(|it| it.group.iter().any(|key| key.is(name)));
    let (issued, now) = (place(keys::TOKEN_ISSUE_TIME), place(keys::CURRENT_TIME));
    let known = request.context().one(keys::CURRENT_TIME).and_then(|it| it.parse().ok());
    match (issued.and_then(|at| asked.get_mut(at)), known) {
        (Some(issued), Some(now)) if !issued.tests.is_empty() => issued.tests.split_after(now),
        _ => (),
    }
    if let (Some(issued), Some(now)) = (issued, now)
        && let Ok([issued, now]) = asked.get_disjoint_mut([issued, now])
        && !issued.tests.is_empty()
        && !now.tests.is_empty()
    {
        issued.tests.add_dates(&now.tests);
        now.tests.add_dates(&issued.tests);
    }
}

/// Tells whether a request can have these values together.
fn is_feasible(request: &Request) -> bool {
    let instant = |key| request.context().one(key).and_then(|it| it.parse::<Instant>().ok());
    match (instant(keys::TOKEN_ISSUE_TIME), instant(keys::CURRENT_TIME)) {
        (Some(issued), Some(now)) => issued <= now,
        _ => true,
    }
}

/// The facts that these atoms hinge on, in the order of their names.
fn facts(atoms: &[&Atom], request: &PartialRequest, unknown: &[UnknownKey]) -> Vec<Classes> {
    let mut facts: Vec<Classes> = Vec::new();
    let is_unknown = |key: &KeyName| unknown.iter().any(|it| it.key == *key);
    for Asked { group, unknown: it, tests } in asked(atoms, request, unknown) {
        let mentions = |atom: &&Atom| match atom {
            Atom::Key(key, _) => group.contains(key),
            _ => false,
        };
        let decides = !tests.is_empty() || tests.is_tied() || atoms.iter().any(mentions);
        if !decides && it.constraint.presence == Presence::Either {
            continue;
        }
        let own = group.first().filter(|own| is_unknown(own)).unwrap_or(&it.key);
        let mut classes = tests.classes(own.clone(), group.clone(), &it.constraint);
        if !decides {
            // It is there, and its value tells nothing: any will do.
            classes.values.truncate(1);
            classes.exact = true;
        }
        facts.push(classes);
    }
    if atoms.iter().any(|it| matches!(it, Atom::ManagementAccount))
        && request.unknown_management_account()
    {
        facts.push(Classes::of_management_account());
    }
    facts.sort_by(|one, other| one.name.cmp(&other.name));
    facts
}

/// The decided completions over some facts.
struct Decided<'a> {
    request: &'a PartialRequest,
    facts: Vec<Classes>,
    /// The class of each fact, and the decision.
    table: Vec<(Vec<usize>, Decision)>,
    /// The answers in all worlds; none where readings do not matter.
    worlds: Vec<Answer>,
    exact: bool,
}

impl<'a> Decided<'a> {
    fn all(
        set: &PolicySet,
        request: &'a PartialRequest,
        facts: Vec<Classes>,
        touches: bool,
        scratch: &mut Scratch,
    ) -> Self {
        let exact = facts.iter().all(|it| it.exact);
        let mut decided = Self { request, facts, table: Vec::new(), worlds: Vec::new(), exact };
        let issued = |it: &Classes| it.name.is(keys::TOKEN_ISSUE_TIME) && it.values.len() > 1;
        let feasible = decided.facts.iter().any(issued);
        decided.decide_all(set, touches, feasible, scratch);
        if decided.table.is_empty() {
            // What is known contradicts itself: then nothing is left out.
            decided.decide_all(set, touches, false, scratch);
        }
        decided
    }

    /// Decides a completion for each combination of classes, only feasible ones if `feasible` says so.
    fn decide_all(
        &mut self,
        set: &PolicySet,
        touches: bool,
        feasible: bool,
        scratch: &mut Scratch,
    ) {
        let mut classes = vec![0_usize; self.facts.len()];
        let mut tried = 0_usize;
        loop {
            tried = tried.saturating_add(1);
            if tried > MAX_COMPLETIONS {
                self.exact = false;
                break;
            }
            let completion = self.completion(&classes);
            if feasible && !is_feasible(&completion) {
                if self.next(&mut classes) {
                    continue;
                }
                break;
            }
            let decision = if touches {
                let answer = set.answer(&completion, scratch);
                let decision = answer.decision();
                self.worlds.push(answer);
                decision
            } else {
                set.decide_with(&completion, scratch)
            };
            self.table.push((classes.clone(), decision));
            if !self.next(&mut classes) {
                break;
            }
        }
    }

    /// The next combination of classes; false after the last.
    fn next(&self, classes: &mut [usize]) -> bool {
        for (class, fact) in classes.iter_mut().zip(&self.facts) {
            *class = class.saturating_add(1);
            if *class < fact.values.len() {
                return true;
            }
            *class = 0;
        }
        false
    }

    fn completion(&self, classes: &[usize]) -> Request {
        let facts = || self.facts.iter().zip(classes);
        let values: Vec<_> = facts().flat_map(|(fact, class)| fact.keys(*class)).collect();
        let management =
            facts().any(|(fact, class)| fact.name.is(MANAGEMENT_ACCOUNT) && *class == 1);
        self.request.completed(&values, management)
    }

    fn answer(&self, set: &PolicySet, open: &[Decision], scratch: &mut Scratch) -> PartialAnswer {
        let mut found: Vec<Decision> = self.table.iter().map(|(_, decision)| *decision).collect();
        found.sort_unstable();
        found.dedup();
        // Samples that show every decision that can be leave nothing open but the smallest set.
        let possible = if self.exact { found } else { open.to_vec() };
        let depends = (possible.len() > 1).then(|| {
            let on = if self.exact { self.determining() } else { self.every_fact() };
            Depends {
                on: self.named(on),
                cases: possible
                    .iter()
                    .filter_map(|decision| self.case(set, *decision, on, scratch))
                    .collect(),
                complete: self.exact,
            }
        });
        let rests_on = if depends.is_none() { self.rests_on(&possible) } else { Vec::new() };
        let first = self.table.first().map(|(classes, _)| self.completion(classes));
        PartialAnswer { possible, depends, rests_on, completion: first }
    }

    fn every_fact(&self) -> usize {
        let shift = u32::try_from(self.facts.len()).unwrap_or(u32::MAX);
        1_usize.checked_shl(shift).map_or(usize::MAX, |it| it.saturating_sub(1))
    }

    fn named(&self, mask: usize) -> Vec<Dependency> {
        let several = |(at, fact): &(usize, &Classes)| mask >> at & 1 == 1 && fact.values.len() > 1;
        let facts = self.facts.iter().enumerate().filter(several);
        facts.map(|(_, fact)| Dependency::of(fact.name.as_str())).collect()
    }

    /// The mask of the smallest set of facts whose classes tell the decision, the first by name.
    fn determining(&self) -> usize {
        let every = self.every_fact();
        if self.facts.len() > MAX_FACTS {
            // Leave out one after the other: minimal, perhaps not the smallest.
            let less = |mask: usize, at: usize| {
                let less = mask & !(1_usize << at);
                if self.determines(less) { less } else { mask }
            };
            return (0..self.facts.len().min(63)).fold(every, less);
        }
        let mut masks: Vec<usize> = (0..=every).collect();
        // Among sets of one size the one with the earliest names: its reversed bits are greatest.
        masks.sort_by_key(|mask| (mask.count_ones(), std::cmp::Reverse(mask.reverse_bits())));
        masks.into_iter().find(|mask| self.determines(*mask)).unwrap_or(every)
    }

    fn determines(&self, mask: usize) -> bool {
        let mut seen: FxHashMap<Vec<usize>, Decision> = FxHashMap::default();
        self.table.iter().all(|(classes, decision)| {
            *seen.entry(of_mask(classes, mask)).or_insert(*decision) == *decision
        })
    }

    /// Tells whether the completions that agree with this one on a mask are decided alike.
    fn is_uniform(&self, of: &[usize], decision: Decision, mask: usize) -> bool {
        let own = of_mask(of, mask);
        let agree = |classes: &[usize]| of_mask(classes, mask) == own;
        self.table.iter().all(|(classes, other)| *other == decision || !agree(classes))
    }

    /// The plainest completion with this decision: by the fewest keys, as few values as possible.
    fn case(
        &self,
        set: &PolicySet,
        decision: Decision,
        on: usize,
        scratch: &mut Scratch,
    ) -> Option<Completion> {
        let with = self.table.iter().filter(|(_, it)| *it == decision).take(MAX_TRIED);
        let plainest = |classes: &'_ Vec<usize>| {
            let less = |mask: usize, at: usize| {
                let less = mask & !(1_usize << at);
                if self.is_uniform(classes, decision, less) { less } else { mask }
            };
            let mask = (0..self.facts.len().min(63)).fold(on, less);
            (mask.count_ones(), mask, classes.clone())
        };
        let (_, mask, classes) = with.map(|(classes, _)| plainest(classes)).min()?;
        let shown = self.facts.iter().zip(&classes).enumerate();
        let shown = shown.filter(|(at, _)| mask >> at & 1 == 1);
        let keys =
            shown.map(|(_, (fact, class))| (fact.name.clone(), fact.shown(*class))).collect();
        let request = self.completion(&classes);
        let (again, by) = set.decide_by(&request, scratch);
        debug_assert_eq!(again, decision, "a completion is decided twice");
        Some(Completion { keys, decision, by: by.into_iter().cloned().collect(), request })
    }

    /// The readings whose other side alone changes the set of decisions.
    fn rests_on(&self, possible: &[Decision]) -> Vec<RestsOn> {
        let mut choices: Vec<&ChoiceId> =
            self.worlds.iter().filter_map(Answer::worlds).flat_map(WorldTable::choices).collect();
        choices.sort_unstable();
        choices.dedup();
        let other = |choice: &&ChoiceId| {
            let choice = std::slice::from_ref(*choice);
            let decisions: FxHashSet<Decision> =
                self.worlds.iter().filter_map(|it| it.in_world(choice, 1)).collect();
            let mut decisions: Vec<Decision> = decisions.into_iter().collect();
            decisions.sort_unstable();
            decisions.into_iter().find(|it| !possible.contains(it))
        };
        let found = choices.iter().filter_map(|it| Some(answer::rests_on(it, other(it)?)));
        found.collect()
    }
}

/// The classes of the facts of a mask.
fn of_mask(classes: &[usize], mask: usize) -> Vec<usize> {
    let chosen = classes.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
    chosen.map(|(_, class)| *class).collect()
}
