//! The search through the product of automata that are determinised as it goes.
//!
//! A state is the position set of each literal that still matters: a literal that must be matched
//! matters until it accepts whatever follows, one that must not until it rejects whatever follows.
//! Best first: the estimate of what is still to come is the sum of the shortest remainders of the
//! literals that must be matched. With one of them the first text found is a shortest one; with
//! several it is a short one, found without wading through all ways of interleaving them.

use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

use super::Literal;
use super::alphabet::{Folding, Letter, Wants, letters};
use crate::theory::pattern_set::PatternSet;
use polsim_check::budget::{Exhausted, Steps};

/// The outcome of a search.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A text that satisfies all literals.
    Found(Word),
    /// Unsatisfiable: the literals at these indices conflict.
    Nothing(Vec<usize>),
}

/// A found text that knows its free letters.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Word {
    /// The characters of the text; a free one could be any other unnamed one.
    pub(super) letters: Vec<Letter>,
}

impl Word {
    /// The text of the word.
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.c).collect()
    }
}

/// The literals that still matter, each with its position set.
type State = Box<[(usize, usize)]>;

/// The position set that rejects everything, and the one that accepts everything.
const NOTHING: usize = 0;
const EVERYTHING: usize = 1;

/// A search through the product of the literals' automata.
pub(super) struct Search<'a> {
    automata: Vec<Automaton<'a>>,
    folding: Folding,
    mentioned: u128,
    nodes: Vec<Node>,
    known: HashMap<State, usize, FxBuildHasher>,
    /// The nodes to visit by rank, with the least rank that may have some.
    queue: Vec<Vec<usize>>,
    least: usize,
    blamed: Vec<bool>,
}

/// The automaton of a literal, as far as it has been determinised.
struct Automaton<'a> {
    language: &'a PatternSet,
    positive: bool,
    sets: Vec<PositionSet>,
    ids: HashMap<Box<[usize]>, usize, FxBuildHasher>,
    /// Position sets under construction.
    scratch: Vec<usize>,
}

#[derive(Default)]
struct PositionSet {
    positions: Box<[usize]>,
    accepts: bool,
    /// The length of a shortest remainder.
    left: usize,
    wants: Wants,
    /// The sets that characters lead to, as far as known.
    moves: Vec<(char, usize)>,
}

struct Node {
    state: State,
    depth: usize,
    /// The node before and the letter that led here.
    from: Option<(usize, Letter)>,
    visited: bool,
}

impl<'a> Search<'a> {
    /// A text that satisfies `literals`; `mentioned` are the ASCII characters that a free letter had
    /// better not be.
    pub(super) fn run(
        literals: &[Literal<'a>],
        mentioned: u128,
        budget: &mut Steps,
    ) -> Result<Outcome, Exhausted> {
        let mut search = Self {
            automata: literals.iter().map(|literal| Automaton::new(*literal)).collect(),
            folding: Folding::of(literals.iter().map(|(language, _)| language.cases())),
            mentioned,
            nodes: Vec::new(),
            known: HashMap::default(),
            queue: Vec::new(),
            least: 0,
            blamed: vec![false; literals.len()],
        };
        search.explore(budget)
    }

    fn explore(&mut self, budget: &mut Steps) -> Result<Outcome, Exhausted> {
        let mut start = Vec::with_capacity(self.automata.len());
        for (at, automaton) in self.automata.iter_mut().enumerate() {
            budget.spend(automaton.language.branch_count().saturating_add(1))?;
            automaton.scratch = automaton.language.start();
            start.push((at, automaton.intern()));
        }
        self.reach(start, 0, None);
        while let Some(at) = self.next() {
            let Some(node) = self.nodes.get_mut(at) else { break };
            if std::mem::replace(&mut node.visited, true) {
                continue;
            }
            let (state, depth) = (node.state.clone(), node.depth);
            let previous = node.from.map(|(_, letter)| letter.c);
            if self.accepts(&state) {
                return Ok(Outcome::Found(self.word(at)));
            }
            for letter in self.letters(&state, previous, budget)? {
                budget.spend(state.len().saturating_add(1))?;
                let next = state
                    .iter()
                    .filter_map(|(at, set)| {
                        Some((*at, self.automata.get_mut(*at)?.advance(*set, letter.c)))
                    })
                    .collect();
                self.reach(next, depth.saturating_add(1), Some((at, letter)));
            }
        }
        Ok(Outcome::Nothing(self.to_blame()))
    }

    fn next(&mut self) -> Option<usize> {
        loop {
            let rank = self.queue.get_mut(self.least)?;
            match rank.pop() {
                Some(at) => return Some(at),
                None => self.least = self.least.saturating_add(1),
            }
        }
    }

    /// Queues a state, unless it is dead or known at this depth.
    fn reach(
        &mut self,
        mut state: Vec<(usize, usize)>,
        depth: usize,
        from: Option<(usize, Letter)>,
    ) {
        let mut rank = depth;
        let mut excluded = None;
        let mut dead = false;
        state.retain(|(at, set)| {
            let Some(automaton) = self.automata.get(*at) else { return false };
            match (automaton.positive, *set) {
                (true, NOTHING) => dead = true,
                (false, EVERYTHING) => {
                    let known = self.blamed.get(*at) == Some(&true);
                    excluded = excluded.filter(|_| !known).or(Some(*at));
                }
                (true, EVERYTHING) | (false, NOTHING) => (),
                (true, set) => {
                    let left = automaton.sets.get(set).map_or(0, |set| set.left);
                    rank = rank.saturating_add(left);
                    return true;
                }
                (false, _) => return true,
            }
            false
        });
        if dead {
            return;
        }
        if let Some(at) = excluded {
            self.blame(at);
            return;
        }
        let state: State = state.into();
        let at = if let Some(at) = self.known.get(&state) {
            let Some(node) = self.nodes.get_mut(*at) else { return };
            if node.depth <= depth {
                return;
            }
            (node.depth, node.from, node.visited) = (depth, from, false);
            *at
        } else {
            let at = self.nodes.len();
            self.known.insert(state.clone(), at);
            self.nodes.push(Node { state, depth, from, visited: false });
            at
        };
        if self.queue.len() <= rank {
            self.queue.resize_with(rank.saturating_add(1), Vec::new);
        }
        if let Some(queue) = self.queue.get_mut(rank) {
            queue.push(at);
            self.least = self.least.min(rank);
        }
    }

    /// Tests for a state whose texts satisfy all literals; negative ones that reject are blamed.
    fn accepts(&mut self, state: &State) -> bool {
        let mut excluded = None;
        for (at, set) in state {
            let Some(automaton) = self.automata.get(*at) else { continue };
            let accepts = automaton.sets.get(*set).is_some_and(|set| set.accepts);
            match (automaton.positive, accepts) {
                (true, false) => return false,
                (false, true) => {
                    let known = self.blamed.get(*at) == Some(&true);
                    excluded = excluded.filter(|_| !known).or(Some(*at));
                }
                _ => (),
            }
        }
        excluded.map(|at| self.blame(at)).is_none()
    }

    fn letters(
        &self,
        state: &State,
        previous: Option<char>,
        budget: &mut Steps,
    ) -> Result<Vec<Letter>, Exhausted> {
        let (mut positive, mut negative) = (Vec::new(), Vec::new());
        let mut size = 1_usize;
        for (at, set) in state {
            let Some(automaton) = self.automata.get(*at) else { continue };
            let Some(set) = automaton.sets.get(*set) else { continue };
            size = size.saturating_add(set.positions.len());
            if automaton.positive {
                positive.push(&set.wants);
            } else {
                negative.push(&set.wants);
            }
        }
        budget.spend(size)?;
        Ok(letters(&positive, &negative, self.mentioned, previous, self.folding))
    }

    fn blame(&mut self, at: usize) {
        if let Some(blamed) = self.blamed.get_mut(at) {
            *blamed = true;
        }
    }

    /// The positive literals and the blamed negative ones.
    fn to_blame(&self) -> Vec<usize> {
        self.automata
            .iter()
            .zip(&self.blamed)
            .enumerate()
            .filter(|(_, (automaton, blamed))| automaton.positive || **blamed)
            .map(|(at, _)| at)
            .collect()
    }

    fn word(&self, mut at: usize) -> Word {
        let mut letters = Vec::new();
        while let Some((before, letter)) = self.nodes.get(at).and_then(|node| node.from) {
            letters.push(letter);
            at = before;
        }
        letters.reverse();
        Word { letters }
    }
}

impl<'a> Automaton<'a> {
    fn new((language, positive): Literal<'a>) -> Self {
        let everything = PositionSet { accepts: true, ..PositionSet::default() };
        Self {
            language,
            positive,
            sets: vec![PositionSet::default(), everything],
            ids: HashMap::default(),
            scratch: Vec::new(),
        }
    }

    fn advance(&mut self, at: usize, c: char) -> usize {
        let Some(set) = self.sets.get(at) else { return NOTHING };
        if let Some((_, next)) = set.moves.iter().find(|(known, _)| *known == c) {
            return *next;
        }
        self.language.advance(&set.positions, c, &mut self.scratch);
        let next = self.intern();
        if let Some(set) = self.sets.get_mut(at) {
            set.moves.push((c, next));
        }
        next
    }

    /// The position set in `scratch`.
    fn intern(&mut self) -> usize {
        let positions = self.scratch.as_slice();
        if positions.is_empty() {
            return NOTHING;
        }
        if positions.iter().any(|at| self.language.accepts_all(*at)) {
            return EVERYTHING;
        }
        if let Some(id) = self.ids.get(positions) {
            return *id;
        }
        let id = self.sets.len();
        self.ids.insert(positions.into(), id);
        self.sets.push(PositionSet::new(self.language, positions));
        id
    }
}

impl PositionSet {
    fn new(language: &PatternSet, positions: &[usize]) -> Self {
        let mut set = Self { positions: positions.into(), left: usize::MAX, ..Self::default() };
        for state in positions.iter().filter_map(|at| language.state(*at)) {
            set.left = set.left.min(state.left);
            if let Some(class) = state.self_loop {
                set.wants.add_class(class);
            }
            match state.step {
                Some(symbol) => set.wants.add(symbol),
                None => set.accepts = true,
            }
        }
        set.wants.closed = set.wants.classes.is_empty();
        set
    }
}
