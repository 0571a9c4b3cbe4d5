//! Thompson automata, and their subset construction as far as it is needed.

use std::collections::{BTreeSet, HashMap};

use super::{CharacterClass, Letter, Regex, any};
use crate::budget::{Exhausted, Steps};

/// A nondeterministic finite automaton with silent transitions.
#[derive(Debug)]
struct Nfa {
    /// By state: the letter that it reads, and the state after it.
    steps: Vec<Option<(Letter, usize)>>,
    /// By state: the targets of its silent transitions.
    silent: Vec<Vec<usize>>,
    /// By state: true if every text is accepted from it.
    open: Vec<bool>,
    end: usize,
}

impl Nfa {
    fn new(words: &Regex) -> Self {
        let mut nfa = Self { steps: Vec::new(), silent: Vec::new(), open: Vec::new(), end: 0 };
        let start = nfa.state();
        nfa.end = nfa.state();
        nfa.lay(words, start, nfa.end);
        nfa.open = (0..nfa.steps.len()).map(|state| nfa.is_open(state)).collect();
        nfa
    }

    /// Tests that the state reads every character, stays, and accepts at any time.
    fn is_open(&self, state: usize) -> bool {
        let every: CharacterClass = any;
        match self.steps.get(state) {
            Some(Some((Letter::Of(class), to))) if std::ptr::fn_addr_eq(*class, every) => {
                let after = self.closed([*to]);
                after.contains(&state) && after.contains(&self.end)
            }
            _ => false,
        }
    }

    fn state(&mut self) -> usize {
        self.steps.push(None);
        self.silent.push(Vec::new());
        self.steps.len().saturating_sub(1)
    }

    fn silently(&mut self, from: usize, to: usize) {
        if let Some(silent) = self.silent.get_mut(from) {
            silent.push(to);
        }
    }

    /// Builds the automaton of an expression between two states.
    fn lay(&mut self, words: &Regex, from: usize, to: usize) {
        match words {
            Regex::OneOf(parts) => parts.iter().for_each(|part| self.lay(part, from, to)),
            Regex::One(letter) => self.step(from, *letter, to),
            Regex::Run(class) => {
                let hub = self.state();
                self.silently(from, hub);
                self.silently(hub, to);
                self.step(hub, Letter::Of(*class), hub);
            }
            Regex::Sequence(parts) => {
                let mut at = from;
                for part in parts {
                    let next = self.state();
                    self.lay(part, at, next);
                    at = next;
                }
                self.silently(at, to);
            }
        }
    }

    fn step(&mut self, from: usize, letter: Letter, to: usize) {
        let own = self.state();
        self.silently(from, own);
        if let Some(step) = self.steps.get_mut(own) {
            *step = Some((letter, to));
        }
    }

    /// The silent closure of these states, without those that neither read nor accept.
    fn closed(&self, states: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut all: BTreeSet<usize> = BTreeSet::new();
        let mut open: Vec<usize> = states.into_iter().collect();
        while let Some(state) = open.pop() {
            if all.insert(state) {
                open.extend(self.silent.get(state).into_iter().flatten());
            }
        }
        let matters = |state: &usize| {
            *state == self.end || self.steps.get(*state).is_some_and(Option::is_some)
        };
        let kept: Vec<usize> = all.into_iter().filter(matters).collect();
        // Where one state accepts every text, no other matters.
        match kept.iter().find(|state| self.open.get(**state) == Some(&true)) {
            Some(open) => vec![*open],
            None => kept,
        }
    }

    fn after(&self, states: &[usize], c: char) -> Vec<usize> {
        let next = |state: &usize| match self.steps.get(*state) {
            Some(Some((letter, to))) if letter.takes(c) => Some(*to),
            _ => None,
        };
        self.closed(states.iter().filter_map(next).collect::<Vec<_>>())
    }
}

/// The subset construction of a nfa, as far as it has been needed.
#[derive(Debug)]
pub(crate) struct Subsets {
    nfa: Nfa,
    known: Vec<Subset>,
    ids: HashMap<Vec<usize>, usize>,
    moves: HashMap<(usize, char), usize>,
}

/// A set of states.
#[derive(Debug)]
struct Subset {
    states: Vec<usize>,
    /// The characters that a state of it names, with all that a rule takes for the same.
    named: Vec<char>,
    accepts: bool,
    /// True if every text is accepted from here.
    open: bool,
}

impl Subsets {
    pub(crate) fn new(words: &Regex) -> Self {
        let mut new = Self {
            nfa: Nfa::new(words),
            known: Vec::new(),
            ids: HashMap::new(),
            moves: HashMap::new(),
        };
        let start = new.nfa.closed([0]);
        new.id(start);
        new
    }

    fn id(&mut self, states: Vec<usize>) -> usize {
        if let Some(id) = self.ids.get(&states) {
            return *id;
        }
        let id = self.known.len();
        let mut named = Vec::new();
        let steps = states.iter().filter_map(|state| self.nfa.steps.get(*state)?.as_ref());
        steps.for_each(|(letter, _)| letter.variants(&mut named));
        let open = states.iter().any(|state| self.nfa.open.get(*state) == Some(&true));
        let accepts = open || states.contains(&self.nfa.end);
        self.known.push(Subset { states: states.clone(), named, accepts, open });
        self.ids.insert(states, id);
        id
    }

    pub(crate) fn after(
        &mut self,
        id: usize,
        c: char,
        budget: &mut Steps,
    ) -> Result<usize, Exhausted> {
        if let Some(next) = self.moves.get(&(id, c)) {
            return Ok(*next);
        }
        let states = self.known.get(id).map(|it| it.states.as_slice()).unwrap_or_default();
        budget.spend(states.len().saturating_add(1))?;
        let next = self.nfa.after(states, c);
        let next = self.id(next);
        self.moves.insert((id, c), next);
        Ok(next)
    }

    /// Tests that no text is accepted from this subset.
    pub(crate) fn is_dead(&self, id: usize) -> bool {
        self.known.get(id).is_none_or(|it| it.states.is_empty())
    }

    /// Tests that every text is accepted from this subset.
    pub(crate) fn is_open(&self, id: usize) -> bool {
        self.known.get(id).is_some_and(|it| it.open)
    }

    pub(crate) fn ends(&self, id: usize) -> bool {
        self.known.get(id).is_some_and(|it| it.accepts)
    }

    pub(crate) fn named(&self, id: usize) -> &[char] {
        self.known.get(id).map(|it| it.named.as_slice()).unwrap_or_default()
    }

    /// Tests that the automaton accepts a text.
    pub(super) fn accepts(&mut self, text: &str, budget: &mut Steps) -> Result<bool, Exhausted> {
        let mut id = 0;
        for c in text.chars() {
            budget.spend(1)?;
            id = self.after(id, c, budget)?;
        }
        Ok(self.ends(id))
    }
}
