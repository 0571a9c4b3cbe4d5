//! Slots: a pattern around a variable, and what the tested field leaves for the variable's value.
//!
//! The text has three parts, of which the middle one is the value. A reading walks the text once and
//! tracks the languages of the part that it is in and of the whole.

use std::collections::{HashSet, VecDeque};

use super::atom::CrossFieldAtom;
use super::classes::{EqualityClass, EqualityClasses};
use crate::budget::{Exhausted, Steps};
use crate::field_id::{FieldId, FieldTests, languages};
use crate::regex::{self, Alphabet, Regex, Subsets};
use polsim_decide::text::{CaseRule, Pattern, Piece, Variable};

/// Tests that the tests of the field leave no value for the variable in the atom's pattern.
pub(super) fn contradicts(
    atom: &CrossFieldAtom<'_>,
    classes: &EqualityClasses<'_>,
    tested: &[FieldTests],
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let Some(pattern) = atom.one_pattern().map(|it| classes.substitute(it, CaseRule::Exact)) else {
        return Ok(false);
    };
    let mut parts = pattern.pieces().split(|piece| matches!(piece, Piece::Variable(_)));
    let (Some(before), Some(after), None) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(false);
    };
    let Some(Variable { key, default: None }) = pattern.variables().next() else {
        return Ok(false);
    };
    let part = |pieces: &[Piece]| {
        let pattern = Pattern::from_pieces(pieces.iter().cloned());
        Regex::pattern(&pattern, CaseRule::Exact, regex::any)
    };
    let (Some(before), Some(after)) = (part(before), part(after)) else { return Ok(false) };
    let languages = |field: &FieldId, single| languages_of(field, single, classes, tested);
    // The test passes, so the variable has a value, and its key that value alone.
    let inside = languages(&FieldId::of(key), true);
    let whole = languages(&atom.field, classes.is_single(&atom.field));
    is_impossible(&Slot { before, after, inside, whole }, budget)
}

/// The languages that one value of a field is in, or is not in.
fn languages_of(
    field: &FieldId,
    single: bool,
    classes: &EqualityClasses<'_>,
    tested: &[FieldTests],
) -> Vec<(Regex, bool)> {
    let alone = EqualityClass::of_one(field.clone());
    let class = classes.class(field);
    let members = class.unwrap_or(&alone);
    let formats: Vec<_> = members.members().iter().map(|it| it.format(classes.key_facts)).collect();
    languages(&members.tests(tested), &formats, single || class.is_some())
}

/// Languages of the parts of a text, and of the whole.
#[derive(Debug)]
struct Slot {
    /// The language of the text before the variable.
    before: Regex,
    /// The language of the text after the variable.
    after: Regex,
    /// The languages that the variable's value is in, or is not in.
    inside: Vec<(Regex, bool)>,
    /// The languages that the whole text is in, or is not in.
    whole: Vec<(Regex, bool)>,
}

/// The parts of the text, in their order.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Part {
    /// The text before the variable.
    Before,
    /// The variable's value.
    Inside,
    /// The text after the variable.
    After,
}

/// The state of a reading: the part that it is in, and the subset of states of each automaton of that
/// part, then of the whole.
type State = (Part, Vec<usize>);

/// Tests that there is no such text: no reading of any text, divided into parts in any way, comes to
/// its end.
fn is_impossible(slot: &Slot, budget: &mut Steps) -> Result<bool, Exhausted> {
    let alphabet = Alphabet::new(
        [&slot.before, &slot.after]
            .into_iter()
            .chain(slot.inside.iter().chain(&slot.whole).map(|(words, _)| words)),
    );
    let tracks = |list: &[(Regex, bool)]| -> Vec<Track> {
        list.iter().map(|(words, sign)| Track::new(words, *sign)).collect()
    };
    let mut reading = Reading {
        before: vec![Track::new(&slot.before, true)],
        inside: tracks(&slot.inside),
        after: vec![Track::new(&slot.after, true)],
        whole: tracks(&slot.whole),
    };
    let start = (Part::Before, vec![0; reading.whole.len().saturating_add(1)]);
    let mut known: HashSet<State> = HashSet::from([start.clone()]);
    let mut queue = VecDeque::from([start]);
    while let Some((part, ids)) = queue.pop_front() {
        budget.spend(ids.len().saturating_add(1))?;
        if part == Part::After && reading.is_met(part, &ids) {
            return Ok(false);
        }
        let mut next: Vec<State> = reading.silently(part, &ids).into_iter().collect();
        for c in
            alphabet.here(reading.tracks(part).zip(&ids).map(|(it, id)| it.automaton.named(*id)))
        {
            next.extend(reading.after(part, &ids, c, budget)?);
        }
        for state in next {
            if known.insert(state.clone()) {
                queue.push_back(state);
            }
        }
    }
    Ok(true)
}

/// An automaton, and true if it must accept the text, false if it must not.
struct Track {
    automaton: Subsets,
    sign: bool,
}

struct Reading {
    before: Vec<Track>,
    inside: Vec<Track>,
    after: Vec<Track>,
    whole: Vec<Track>,
}

impl Track {
    fn new(words: &Regex, sign: bool) -> Self {
        Self { automaton: Subsets::new(words), sign }
    }
}

impl Reading {
    fn of_part(&self, part: Part) -> &[Track] {
        match part {
            Part::Before => &self.before,
            Part::Inside => &self.inside,
            Part::After => &self.after,
        }
    }

    /// The automata of the part, then those of the whole.
    fn tracks(&self, part: Part) -> impl Iterator<Item = &Track> {
        self.of_part(part).iter().chain(&self.whole)
    }

    /// Tests that the part and the whole may both end here.
    fn is_met(&self, part: Part, ids: &[usize]) -> bool {
        self.tracks(part).zip(ids).all(|(it, id)| it.automaton.ends(*id) == it.sign)
    }

    /// The state at the start of the next part, if this one may end here.
    fn silently(&self, part: Part, ids: &[usize]) -> Option<State> {
        let own = self.of_part(part);
        let ends = own.iter().zip(ids).all(|(it, id)| it.automaton.ends(*id) == it.sign);
        let next = match part {
            Part::Before => Part::Inside,
            Part::Inside => Part::After,
            Part::After => return None,
        };
        let starts = self.of_part(next).iter().map(|_| 0);
        let whole = ids.iter().skip(own.len()).copied();
        ends.then(|| (next, starts.chain(whole).collect()))
    }

    /// The state after a character; `None` where no accepted text can follow.
    fn after(
        &mut self,
        part: Part,
        ids: &[usize],
        c: char,
        budget: &mut Steps,
    ) -> Result<Option<State>, Exhausted> {
        let own = match part {
            Part::Before => &mut self.before,
            Part::Inside => &mut self.inside,
            Part::After => &mut self.after,
        };
        let mut next = Vec::with_capacity(ids.len());
        for (track, id) in own.iter_mut().chain(&mut self.whole).zip(ids) {
            let id = track.automaton.after(*id, c, budget)?;
            let hopeless =
                if track.sign { track.automaton.is_dead(id) } else { track.automaton.is_open(id) };
            if hopeless {
                return Ok(None);
            }
            next.push(id);
        }
        Ok(Some((part, next)))
    }
}
