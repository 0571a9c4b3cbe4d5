//! The search through the product of automata that are determinised as it goes.
//!
//! States are vectors of position sets, one for each literal. Best first: the estimate of what is
//! still to come is the longest of the shortest remainders of the positive literals, so the first
//! text found is a shortest one. Where that takes long, a second run goes after the sum of the
//! remainders instead, which finds some text soon where there is one.

use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

use super::Literal;
use super::alphabet::{Folding, Letter, Wants, letters};
use crate::prove::theory::language::Language;
use crate::prove::theory::{Budget, Exhausted};

/// What a search ends with.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A text that satisfies all literals.
    Found(Word),
    /// None; the literals at these indices are to blame.
    Nothing(Vec<usize>),
}

/// A text with its freedom.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Word {
    /// Its characters, and for each whether another would have done as well.
    pub(super) letters: Vec<Letter>,
}

impl Word {
    /// The text.
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.c).collect()
    }
}

/// In which order states are visited.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Order {
    /// By the shortest text that may come of them.
    Shortest,
    /// By how near they look to some text.
    Nearest,
}

/// After how many states the shortest text is no longer insisted on.
const PATIENCE: usize = 4096;

/// The position set that rejects everything, and the one that accepts everything.
const NOTHING: usize = 0;
const EVERYTHING: usize = 1;

/// One search.
pub(super) struct Search<'a> {
    automata: Vec<Automaton<'a>>,
    order: Order,
    folding: Folding,
    mentioned: u128,
    nodes: Vec<Node>,
    known: HashMap<Box<[usize]>, usize, FxBuildHasher>,
    /// Nodes to visit, by rank.
    queue: Vec<Vec<usize>>,
    blamed: Vec<bool>,
}

/// A literal's automaton, as far as it has been determinised.
struct Automaton<'a> {
    language: &'a Language,
    positive: bool,
    sets: Vec<PositionSet>,
    ids: HashMap<Box<[usize]>, usize, FxBuildHasher>,
    moves: HashMap<(usize, char), usize, FxBuildHasher>,
}

struct PositionSet {
    positions: Box<[usize]>,
    accepts: bool,
    /// The shortest remainder.
    left: usize,
    wants: Wants,
}

struct Node {
    sets: Box<[usize]>,
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
        budget: &mut Budget,
    ) -> Result<Outcome, Exhausted> {
        let mut search = Self::new(literals, mentioned, Order::Shortest);
        if let Some(outcome) = search.explore(PATIENCE, budget)? {
            return Ok(outcome);
        }
        search.nodes.clear();
        search.known.clear();
        search.queue.clear();
        search.order = Order::Nearest;
        match search.explore(usize::MAX, budget)? {
            Some(outcome) => Ok(outcome),
            None => Err(Exhausted),
        }
    }

    fn new(literals: &[Literal<'a>], mentioned: u128, order: Order) -> Self {
        let folding = Folding::of(literals.iter().map(|(language, _)| language.cases()));
        Self {
            automata: literals.iter().map(|literal| Automaton::new(*literal)).collect(),
            order,
            folding,
            mentioned,
            nodes: Vec::new(),
            known: HashMap::default(),
            queue: Vec::new(),
            blamed: vec![false; literals.len()],
        }
    }

    /// Visits states until a text is found, none is left, or more than `most` are known.
    fn explore(&mut self, most: usize, budget: &mut Budget) -> Result<Option<Outcome>, Exhausted> {
        let mut start = Vec::with_capacity(self.automata.len());
        for automaton in &mut self.automata {
            budget.spend(automaton.language.track_count())?;
            let positions = automaton.language.start();
            start.push(automaton.intern(&positions));
        }
        self.reach(start.into(), 0, None);
        while let Some(at) = self.next() {
            let Some(node) = self.nodes.get_mut(at) else { break };
            if node.visited {
                continue;
            }
            node.visited = true;
            let (sets, depth) = (node.sets.clone(), node.depth);
            let previous = node.from.map(|(_, letter)| letter.c);
            if self.accepts(&sets) {
                return Ok(Some(Outcome::Found(self.word(at))));
            }
            if self.nodes.len() > most {
                return Ok(None);
            }
            for letter in self.letters(&sets, previous, budget)? {
                budget.spend(self.automata.len())?;
                let next: Box<[usize]> = self
                    .automata
                    .iter_mut()
                    .zip(&sets)
                    .map(|(automaton, set)| automaton.advance(*set, letter.c))
                    .collect();
                self.reach(next, depth.saturating_add(1), Some((at, letter)));
            }
        }
        Ok(Some(Outcome::Nothing(self.to_blame())))
    }

    fn next(&mut self) -> Option<usize> {
        self.queue.iter_mut().find(|rank| !rank.is_empty()).and_then(Vec::pop)
    }

    /// Takes a state in, unless no text can come of it or it is known at this depth.
    fn reach(&mut self, sets: Box<[usize]>, depth: usize, from: Option<(usize, Letter)>) {
        let mut excluded = None;
        for (at, (automaton, set)) in self.automata.iter().zip(&sets).enumerate() {
            match (automaton.positive, *set) {
                (true, NOTHING) => return,
                (false, EVERYTHING) => {
                    if self.blamed.get(at) == Some(&true) {
                        return;
                    }
                    excluded = excluded.or(Some(at));
                }
                _ => (),
            }
        }
        if let Some(at) = excluded {
            self.blame(at);
            return;
        }
        let rank = self.rank(&sets, depth);
        let at = if let Some(at) = self.known.get(&sets) {
            let Some(node) = self.nodes.get_mut(*at) else { return };
            if node.depth <= depth || self.order == Order::Nearest {
                return;
            }
            (node.depth, node.from, node.visited) = (depth, from, false);
            *at
        } else {
            let at = self.nodes.len();
            self.known.insert(sets.clone(), at);
            self.nodes.push(Node { sets, depth, from, visited: false });
            at
        };
        if self.queue.len() <= rank {
            self.queue.resize_with(rank.saturating_add(1), Vec::new);
        }
        if let Some(queue) = self.queue.get_mut(rank) {
            queue.push(at);
        }
    }

    fn rank(&self, sets: &[usize], depth: usize) -> usize {
        let left = self
            .automata
            .iter()
            .zip(sets)
            .filter(|(automaton, _)| automaton.positive)
            .filter_map(|(automaton, set)| automaton.sets.get(*set))
            .map(|set| set.left);
        match self.order {
            Order::Shortest => left.max().unwrap_or(0).saturating_add(depth),
            Order::Nearest => left.fold(0, usize::saturating_add),
        }
    }

    /// Whether a text that leads to these sets satisfies all literals.
    fn accepts(&mut self, sets: &[usize]) -> bool {
        let mut excluded = None;
        for (at, (automaton, set)) in self.automata.iter().zip(sets).enumerate() {
            let accepts = automaton.sets.get(*set).is_some_and(|set| set.accepts);
            match (automaton.positive, accepts) {
                (true, false) => return false,
                (false, true) => {
                    if self.blamed.get(at) == Some(&true) {
                        return false;
                    }
                    excluded = excluded.or(Some(at));
                }
                _ => (),
            }
        }
        match excluded {
            Some(at) => {
                self.blame(at);
                false
            }
            None => true,
        }
    }

    fn letters(
        &self,
        sets: &[usize],
        previous: Option<char>,
        budget: &mut Budget,
    ) -> Result<Vec<Letter>, Exhausted> {
        let (mut positive, mut negative) = (Vec::new(), Vec::new());
        let mut size = 1_usize;
        for (automaton, set) in self.automata.iter().zip(sets) {
            if matches!(*set, NOTHING | EVERYTHING) {
                continue;
            }
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
        let empty = PositionSet {
            positions: Box::default(),
            accepts: false,
            left: 0,
            wants: Wants::default(),
        };
        let full = PositionSet {
            positions: Box::default(),
            accepts: true,
            left: 0,
            wants: Wants::default(),
        };
        Self {
            language,
            positive,
            sets: vec![empty, full],
            ids: HashMap::default(),
            moves: HashMap::default(),
        }
    }

    fn advance(&mut self, set: usize, c: char) -> usize {
        if matches!(set, NOTHING | EVERYTHING) {
            return set;
        }
        if let Some(next) = self.moves.get(&(set, c)) {
            return *next;
        }
        let mut positions = Vec::new();
        if let Some(set) = self.sets.get(set) {
            self.language.advance(&set.positions, c, &mut positions);
        }
        let next = self.intern(&positions);
        self.moves.insert((set, c), next);
        next
    }

    fn intern(&mut self, positions: &[usize]) -> usize {
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
    fn new(language: &Language, positions: &[usize]) -> Self {
        let mut set = Self {
            positions: positions.into(),
            accepts: false,
            left: usize::MAX,
            wants: Wants { closed: true, ..Wants::default() },
        };
        for state in positions.iter().filter_map(|at| language.state(*at)) {
            set.left = set.left.min(state.left);
            if let Some(class) = state.run {
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
