//! Sets of texts as nondeterministic automata, and the search for a text in some and not in others.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::OnceLock;

use crate::budget::{Exhausted, Steps};
use polsim_decide::text::{CaseRule, Pattern, Piece, fold_char};

/// A set of texts.
#[derive(Clone, Debug)]
pub enum Nfa {
    /// The texts of any of these.
    OneOf(Vec<Self>),
    /// One character.
    One(Letter),
    /// Any number of characters of a class.
    Run(CharacterClass),
    /// A text of each, one after the other.
    Sequence(Vec<Self>),
}

/// A class of characters.
pub type CharacterClass = fn(char) -> bool;

/// Which characters a step takes.
#[derive(Clone, Copy, Debug)]
pub enum Letter {
    /// This one, as the rule compares it.
    Named(char, CaseRule),
    /// All of a class.
    Of(CharacterClass),
}

/// Every character.
pub fn any(_: char) -> bool {
    true
}

/// Every character but the colon.
pub fn no_colon(c: char) -> bool {
    c != ':'
}

/// Every character that either part of an action may hold.
pub fn in_action(c: char) -> bool {
    c != ':' && !c.is_whitespace() && !c.is_control()
}

impl Letter {
    fn takes(self, c: char) -> bool {
        match self {
            Self::Named(own, CaseRule::Exact) => own == c,
            Self::Named(own, CaseRule::AsciiFolded) => own.eq_ignore_ascii_case(&c),
            Self::Named(own, CaseRule::Folded) => fold_char(own) == fold_char(c),
            Self::Of(class) => class(c),
        }
    }
}

impl Nfa {
    /// Every text.
    pub fn anything() -> Self {
        Self::Run(any)
    }

    /// Exactly this text, as the rule compares it.
    pub fn text(text: &str, case: CaseRule) -> Self {
        Self::Sequence(text.chars().map(|c| Self::One(Letter::Named(c, case))).collect())
    }

    /// One character of the class or more.
    pub fn some_of(class: CharacterClass) -> Self {
        Self::Sequence(vec![Self::One(Letter::Of(class)), Self::Run(class)])
    }

    /// These with a colon between one and the next.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut sequence = Vec::new();
        for part in parts {
            if !sequence.is_empty() {
                sequence.push(Self::One(Letter::Named(':', CaseRule::Exact)));
            }
            sequence.push(part);
        }
        Self::Sequence(sequence)
    }

    /// What a pattern matches, if its wildcards and its text hold characters of the class only; none
    /// where it has a variable.
    pub fn pattern(pattern: &Pattern, case: CaseRule, class: CharacterClass) -> Option<Self> {
        let mut sequence = Vec::new();
        for piece in pattern.pieces() {
            match piece {
                Piece::AnyOne => sequence.push(Self::One(Letter::Of(class))),
                Piece::AnyRun => sequence.push(Self::Run(class)),
                Piece::Text(text) if text.chars().all(class) => {
                    sequence.push(Self::text(text, case));
                }
                Piece::Text(_) => return Some(Self::OneOf(Vec::new())),
                Piece::Variable(_) => return None,
            }
        }
        Some(Self::Sequence(sequence))
    }

    /// What six patterns match component by component; none where one has a variable.
    pub fn components(patterns: &[Pattern; 6]) -> Option<Self> {
        let [head @ .., last] = patterns;
        let mut parts = Vec::new();
        for pattern in head {
            parts.push(Self::pattern(pattern, CaseRule::Exact, no_colon)?);
        }
        parts.push(Self::pattern(last, CaseRule::Exact, any)?);
        Some(Self::joined(parts))
    }

    fn letters(&self, letters: &mut Vec<Letter>) {
        match self {
            Self::OneOf(parts) | Self::Sequence(parts) => {
                for part in parts {
                    part.letters(letters);
                }
            }
            Self::One(letter) => letters.push(*letter),
            Self::Run(class) => letters.push(Letter::Of(*class)),
        }
    }

    /// Whether the text is among the words.
    pub fn holds(&self, text: &str, budget: &mut Steps) -> Result<bool, Exhausted> {
        Subsets::new(self).accepts(text, budget)
    }
}

/// A nondeterministic automaton with silent steps.
#[derive(Debug)]
struct Machine {
    /// For each state: what it takes, and where that leads.
    steps: Vec<Option<(Letter, usize)>>,
    /// For each state: where it goes by itself.
    silent: Vec<Vec<usize>>,
    /// Whether every text can follow, state by state.
    open: Vec<bool>,
    end: usize,
}

impl Machine {
    fn new(words: &Nfa) -> Self {
        let mut machine = Self { steps: Vec::new(), silent: Vec::new(), open: Vec::new(), end: 0 };
        let start = machine.state();
        machine.end = machine.state();
        machine.lay(words, start, machine.end);
        machine.open = (0..machine.steps.len()).map(|state| machine.is_open(state)).collect();
        machine
    }

    /// Whether the state takes every character, stays, and may end at any time.
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

    /// Lays the words out between two states.
    fn lay(&mut self, words: &Nfa, from: usize, to: usize) {
        match words {
            Nfa::OneOf(parts) => parts.iter().for_each(|part| self.lay(part, from, to)),
            Nfa::One(letter) => self.step(from, *letter, to),
            Nfa::Run(class) => {
                let hub = self.state();
                self.silently(from, hub);
                self.silently(hub, to);
                self.step(hub, Letter::Of(*class), hub);
            }
            Nfa::Sequence(parts) => {
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

    /// All states that these lead to by themselves; only those that take or end something are kept.
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
        // Where every text can follow, nothing else matters.
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

/// The subset construction of a machine, as far as it has been needed.
#[derive(Debug)]
pub struct Subsets {
    machine: Machine,
    known: Vec<Subset>,
    ids: HashMap<Vec<usize>, usize>,
    moves: HashMap<(usize, char), usize>,
}

#[derive(Debug)]
struct Subset {
    states: Vec<usize>,
    /// Every character that a state of it names, in every case that a rule does not tell apart.
    named: Vec<char>,
    ends: bool,
    /// Every text can follow.
    open: bool,
}

impl Subsets {
    pub fn new(words: &Nfa) -> Self {
        let mut new = Self {
            machine: Machine::new(words),
            known: Vec::new(),
            ids: HashMap::new(),
            moves: HashMap::new(),
        };
        let start = new.machine.closed([0]);
        new.id(start);
        new
    }

    fn id(&mut self, states: Vec<usize>) -> usize {
        if let Some(id) = self.ids.get(&states) {
            return *id;
        }
        let id = self.known.len();
        let mut named = Vec::new();
        let steps = states.iter().filter_map(|state| self.machine.steps.get(*state)?.as_ref());
        steps.for_each(|(letter, _)| letter.variants(&mut named));
        let open = states.iter().any(|state| self.machine.open.get(*state) == Some(&true));
        let ends = open || states.contains(&self.machine.end);
        self.known.push(Subset { states: states.clone(), named, ends, open });
        self.ids.insert(states, id);
        id
    }

    pub fn after(&mut self, id: usize, c: char, budget: &mut Steps) -> Result<usize, Exhausted> {
        if let Some(next) = self.moves.get(&(id, c)) {
            return Ok(*next);
        }
        let states = self.known.get(id).map(|it| it.states.as_slice()).unwrap_or_default();
        budget.spend(states.len().saturating_add(1))?;
        let next = self.machine.after(states, c);
        let next = self.id(next);
        self.moves.insert((id, c), next);
        Ok(next)
    }

    /// Whether no text can follow.
    pub fn is_dead(&self, id: usize) -> bool {
        self.known.get(id).is_none_or(|it| it.states.is_empty())
    }

    /// Whether every text can follow.
    pub fn is_open(&self, id: usize) -> bool {
        self.known.get(id).is_some_and(|it| it.open)
    }

    pub fn ends(&self, id: usize) -> bool {
        self.known.get(id).is_some_and(|it| it.ends)
    }

    pub fn named(&self, id: usize) -> &[char] {
        self.known.get(id).map(|it| it.named.as_slice()).unwrap_or_default()
    }

    fn accepts(&mut self, text: &str, budget: &mut Steps) -> Result<bool, Exhausted> {
        let mut id = 0;
        for c in text.chars() {
            budget.spend(1)?;
            id = self.after(id, c, budget)?;
        }
        Ok(self.ends(id))
    }
}

/// A text among all the positive words and none of the negative ones. Of positive words that are
/// one of several, each is tried; negative ones take part only after a text was found that they
/// exclude.
pub fn find(literals: &[(&Nfa, bool)], budget: &mut Steps) -> Result<Option<String>, Exhausted> {
    let alphabet = Alphabet::new(literals.iter().map(|(words, _)| *words));
    let mut machines = Vec::new();
    let mut add = |words: &Nfa| {
        machines.push(Subsets::new(words));
        machines.len().saturating_sub(1)
    };
    let mut positive: Vec<Vec<usize>> = Vec::new();
    let mut negative: Vec<usize> = Vec::new();
    for (words, sign) in literals {
        let parts = match words {
            Nfa::OneOf(parts) => parts.as_slice(),
            other => std::slice::from_ref(*other),
        };
        let own = parts.iter().map(&mut add);
        if *sign {
            positive.push(own.collect());
        } else {
            negative.extend(own);
        }
    }
    // What leaves the least choice comes first.
    positive.sort_by_key(Vec::len);
    let mut search = Search { alphabet, machines, negative };
    search.choose(&positive, &mut Vec::new(), budget)
}

struct Search {
    alphabet: Alphabet,
    machines: Vec<Subsets>,
    negative: Vec<usize>,
}

impl Search {
    /// A text for the machines in `chosen` and one of each list.
    fn choose(
        &mut self,
        lists: &[Vec<usize>],
        chosen: &mut Vec<usize>,
        budget: &mut Steps,
    ) -> Result<Option<String>, Exhausted> {
        let Some((list, rest)) = lists.split_first() else { return self.avoid(chosen, budget) };
        for machine in list {
            chosen.push(*machine);
            // Where those chosen so far have nothing in common, no more need be chosen.
            let dead =
                list.len() > 1 && !rest.is_empty() && self.shortest(chosen, &[], budget)?.is_none();
            let found = if dead { None } else { self.choose(rest, chosen, budget)? };
            chosen.pop();
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// A text for all of the chosen machines and none of the negative ones.
    fn avoid(&mut self, chosen: &[usize], budget: &mut Steps) -> Result<Option<String>, Exhausted> {
        let mut avoided: Vec<usize> = Vec::new();
        loop {
            let Some(text) = self.shortest(chosen, &avoided, budget)? else { return Ok(None) };
            let mut broken = None;
            for at in &self.negative {
                if let Some(machine) = self.machines.get_mut(*at)
                    && machine.accepts(&text, budget)?
                {
                    broken = Some(*at);
                    break;
                }
            }
            match broken {
                Some(at) => avoided.push(at),
                None => return Ok(Some(text)),
            }
        }
    }

    /// A shortest text for all of `positive` and none of `negative`: breadth first through all
    /// vectors of subsets of states.
    fn shortest(
        &mut self,
        positive: &[usize],
        negative: &[usize],
        budget: &mut Steps,
    ) -> Result<Option<String>, Exhausted> {
        let Self { alphabet, machines, .. } = self;
        let question: Vec<(usize, bool)> = positive
            .iter()
            .map(|at| (*at, true))
            .chain(negative.iter().map(|at| (*at, false)))
            .collect();
        let start = vec![0; question.len()];
        let mut known: HashMap<Vec<usize>, usize> = HashMap::from([(start.clone(), 0)]);
        let mut came: Vec<Option<(usize, char)>> = vec![None];
        let mut queue = VecDeque::from([start]);
        while let Some(vector) = queue.pop_front() {
            let own = known.get(&vector).copied().unwrap_or(0);
            let pairs = || question.iter().zip(&vector);
            let is_met = |((at, sign), id): (&(usize, bool), &usize)| {
                machines.get(*at).is_some_and(|machine| machine.ends(*id) == *sign)
            };
            if pairs().all(is_met) {
                return Ok(Some(path(&came, own)));
            }
            let named = pairs().filter_map(|((at, _), id)| Some(machines.get(*at)?.named(*id)));
            for c in alphabet.here(named) {
                budget.spend(question.len().saturating_add(1))?;
                let mut next = Vec::with_capacity(vector.len());
                for ((at, sign), id) in question.iter().zip(&vector) {
                    let Some(machine) = machines.get_mut(*at) else { break };
                    let id = machine.after(*id, c, budget)?;
                    if if *sign { machine.is_dead(id) } else { machine.is_open(id) } {
                        break;
                    }
                    next.push(id);
                }
                if next.len() == vector.len() && !known.contains_key(&next) {
                    known.insert(next.clone(), came.len());
                    came.push(Some((own, c)));
                    queue.push_back(next);
                }
            }
        }
        Ok(None)
    }
}

fn path(came: &[Option<(usize, char)>], mut at: usize) -> String {
    let mut text = Vec::new();
    while let Some(Some((before, c))) = came.get(at) {
        text.push(*c);
        at = *before;
    }
    text.into_iter().rev().collect()
}

/// Characters that stand for all others: where no step names a character, only the classes that it
/// is in matter.
#[derive(Debug)]
pub struct Alphabet {
    /// For each way of being in classes, a character that no word names, if there is one; else all
    /// that are in them so.
    others: Vec<char>,
}

impl Alphabet {
    /// The alphabet of these words together.
    pub fn new<'w>(words: impl Iterator<Item = &'w Nfa>) -> Self {
        let mut letters = Vec::new();
        words.for_each(|words| words.letters(&mut letters));
        let mut named = Vec::new();
        let mut classes: Vec<CharacterClass> = Vec::new();
        for letter in letters {
            letter.variants(&mut named);
            if let Letter::Of(class) = letter
                && !classes.iter().any(|it| std::ptr::fn_addr_eq(*it, class))
            {
                classes.push(class);
            }
        }
        let named: BTreeSet<char> = named.into_iter().collect();
        let mut kinds: BTreeSet<Vec<bool>> = BTreeSet::new();
        let kind = |c: char| -> Vec<bool> { classes.iter().map(|class| class(c)).collect() };
        let unnamed = |c: &char| !named.contains(c);
        let mut others: Vec<char> = ('\0'..='\u{ff}')
            .chain(['\u{2028}', '\u{3000}'])
            .filter(unnamed)
            .filter(|c| kinds.insert(kind(*c)))
            .collect();
        // No class tells the characters from here on apart, and no text names all of them.
        let far = ('\u{4e00}'..='\u{9fff}').find(unnamed);
        others.extend(far.filter(|c| kinds.insert(kind(*c))));
        others.extend(named.iter().filter(|c| !kinds.contains(&kind(**c))));
        Self { others }
    }

    /// The characters to try where these are named.
    pub fn here<'n>(&self, named: impl Iterator<Item = &'n [char]>) -> Vec<char> {
        let mut all: Vec<char> = named.flatten().copied().collect();
        all.extend(&self.others);
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Letter {
    /// Every character that the letter names.
    fn variants(self, named: &mut Vec<char>) {
        match self {
            Self::Named(c, CaseRule::Exact) => named.push(c),
            Self::Named(c, CaseRule::AsciiFolded) => {
                named.extend([c, c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
            }
            Self::Named(c, CaseRule::Folded) => {
                let folded = fold_char(c);
                named.extend([c, folded]);
                named.extend(cased().get(&folded).into_iter().flatten());
            }
            Self::Of(_) => (),
        }
    }
}

/// By folded character: every other that folds to it.
fn cased() -> &'static HashMap<char, Vec<char>> {
    static CASED: OnceLock<HashMap<char, Vec<char>>> = OnceLock::new();
    CASED.get_or_init(|| {
        let mut cased: HashMap<char, Vec<char>> = HashMap::new();
        for c in ('\0'..=char::MAX).filter(|c| fold_char(*c) != *c) {
            cased.entry(fold_char(c)).or_default().push(c);
        }
        cased
    })
}
