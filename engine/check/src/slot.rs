//! A text made of three parts, of which the middle one is the value of a variable.

use std::collections::{HashSet, VecDeque};

use super::nfa::{Alphabet, Nfa, Subsets};
use crate::budget::{Exhausted, Steps};

/// What is known of such a text.
#[derive(Debug)]
pub(super) struct Slot {
    /// What the first part is among.
    pub(super) before: Nfa,
    /// What the last part is among.
    pub(super) after: Nfa,
    /// What the middle is among, or is not among.
    pub(super) inside: Vec<(Nfa, bool)>,
    /// What the whole text is among, or is not among.
    pub(super) whole: Vec<(Nfa, bool)>,
}

/// A part of the text.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Part {
    Before,
    Inside,
    After,
}

/// Where a reading of the text is: in which part, and in which subset of each automaton of that
/// part, then of the whole.
type State = (Part, Vec<usize>);

/// Whether there is surely no such text: no reading of any text, with the parts divided at any
/// places, comes to its end.
pub(super) fn is_impossible(slot: &Slot, budget: &mut Steps) -> Result<bool, Exhausted> {
    let alphabet = Alphabet::new(
        [&slot.before, &slot.after]
            .into_iter()
            .chain(slot.inside.iter().chain(&slot.whole).map(|(words, _)| words)),
    );
    let tracks = |list: &[(Nfa, bool)]| -> Vec<Track> {
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
        for c in alphabet.here(reading.tracks(part).zip(&ids).map(|(it, id)| it.machine.named(*id)))
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

/// An automaton, and whether the text is to be among its words.
struct Track {
    machine: Subsets,
    sign: bool,
}

struct Reading {
    before: Vec<Track>,
    inside: Vec<Track>,
    after: Vec<Track>,
    whole: Vec<Track>,
}

impl Track {
    fn new(words: &Nfa, sign: bool) -> Self {
        Self { machine: Subsets::new(words), sign }
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

    /// Whether both the part and the whole may end here.
    fn is_met(&self, part: Part, ids: &[usize]) -> bool {
        self.tracks(part).zip(ids).all(|(it, id)| it.machine.ends(*id) == it.sign)
    }

    /// The next part, if this one may end here.
    fn silently(&self, part: Part, ids: &[usize]) -> Option<State> {
        let own = self.of_part(part);
        let ends = own.iter().zip(ids).all(|(it, id)| it.machine.ends(*id) == it.sign);
        let next = match part {
            Part::Before => Part::Inside,
            Part::Inside => Part::After,
            Part::After => return None,
        };
        let starts = self.of_part(next).iter().map(|_| 0);
        let whole = ids.iter().skip(own.len()).copied();
        ends.then(|| (next, starts.chain(whole).collect()))
    }

    /// Where the reading is after a character; `None` where nothing good can follow.
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
            let id = track.machine.after(*id, c, budget)?;
            let hopeless =
                if track.sign { track.machine.is_dead(id) } else { track.machine.is_open(id) };
            if hopeless {
                return Ok(None);
            }
            next.push(id);
        }
        Ok(Some((part, next)))
    }
}
