//! All patterns of a key, run at once over all texts: which sets of tests a text can pass, and the
//! shortest text for each.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Test;
use crate::catalog::ValueType;
use crate::formula::Predicate;
use crate::text::{CaseRule, Pattern, Token, fold_char};

/// The most steps of the walk over all texts.
const MAX_STEPS: usize = 400_000;

/// The most classes that are told apart.
const MAX_CLASSES: usize = 512;

/// Characters for the places where a text may have any; the first that no pattern has is taken.
const FILLERS: &str = "xyzqwvkj0123456789_";

/// A step of a pattern over one character.
#[derive(Clone, Copy, Debug)]
enum Step {
    Char(char, CaseRule),
    Digit,
    /// One character, a colon only if the flag says so.
    One(bool),
    /// Any run of characters, colons only if the flag says so.
    Run(bool),
}

/// The patterns of some tests, taken apart into characters.
#[derive(Debug)]
pub(super) struct Language {
    /// The patterns, with the number of the test that each is part of.
    patterns: Vec<(usize, Vec<Step>)>,
    tests: usize,
}

impl Language {
    /// The patterns of these tests; none if a test is about more than the characters of a text.
    pub(super) fn new(tests: &[Test]) -> Option<Self> {
        let mut patterns = Vec::new();
        for (number, test) in tests.iter().enumerate() {
            for predicate in test {
                match predicate {
                    Predicate::Text(pattern, case) => {
                        patterns.push((number, steps(pattern, *case, true)?));
                    }
                    Predicate::Arn(components) => patterns.push((number, arn(components)?)),
                    Predicate::Bool(value) => {
                        let text = Pattern::literal(if *value { "true" } else { "false" });
                        patterns.push((number, steps(&text, CaseRule::AsciiFolded, true)?));
                    }
                    Predicate::Never => (),
                    Predicate::Address(_)
                    | Predicate::Binary(_)
                    | Predicate::Date(..)
                    | Predicate::Number(..) => return None,
                }
            }
        }
        Some(Self { patterns, tests: tests.len() })
    }

    /// A text of the type for each set of tests that a text in one of the patterns `within` can pass
    /// (any text, if there are none); none where that would take too long.
    pub(super) fn witnesses(
        mut self,
        within: &[Pattern],
        value_type: ValueType,
    ) -> Option<Vec<Box<str>>> {
        let shape = match value_type {
            ValueType::AccountId => Some(vec![Step::Digit; 12]),
            ValueType::Arn => Some(arn_shape()),
            _ => None,
        };
        // What a text has to be is more tests, which only texts that pass them are taken for.
        let mut required = Vec::new();
        if let Some(shape) = shape {
            self.patterns.push((self.tests, shape));
            required.push(self.tests);
            self.tests = self.tests.saturating_add(1);
        }
        for pattern in within {
            self.patterns.push((self.tests, steps(pattern, CaseRule::Exact, true)?));
        }
        if !within.is_empty() {
            required.push(self.tests);
            self.tests = self.tests.saturating_add(1);
        }
        Walk::new(&self, required).run()
    }

    /// The characters that tell texts apart, one that is in no pattern first.
    fn alphabet(&self) -> Vec<char> {
        let mut letters: Vec<char> = Vec::new();
        for step in self.patterns.iter().flat_map(|(_, steps)| steps) {
            match step {
                Step::Char(it, _) => {
                    letters.push(*it);
                    letters.extend(it.to_lowercase().chain(it.to_uppercase()));
                    letters.push(fold_char(*it));
                }
                Step::Digit => letters.push('0'),
                Step::One(false) | Step::Run(false) => letters.push(':'),
                Step::One(true) | Step::Run(true) => (),
            }
        }
        letters.sort_unstable();
        letters.dedup();
        let digits = self.patterns.iter().flat_map(|it| &it.1).any(|it| matches!(it, Step::Digit));
        let is_known = |it: &char| {
            let same = letters.iter().any(|known| fold_char(*known) == fold_char(*it));
            same || it.is_ascii_digit() && digits
        };
        let is_new = |it: &char| !is_known(it);
        let rest = ('\u{e000}'..='\u{f8ff}').find(is_new);
        let filler = FILLERS.chars().find(is_new).or(rest);
        filler.into_iter().chain(letters).collect()
    }
}

/// The steps of a pattern; none if it has a variable.
fn steps(pattern: &Pattern, case: CaseRule, colons: bool) -> Option<Vec<Step>> {
    let step = |token| match token {
        Token::Char(it) => Some(Step::Char(it, case)),
        Token::One => Some(Step::One(colons)),
        Token::Run => Some(Step::Run(colons)),
        Token::Variable(_) => None,
    };
    pattern.tokens().map(step).collect()
}

/// The components with colons between them; no wildcard but those of the last matches a colon.
fn arn(components: &[Pattern; 6]) -> Option<Vec<Step>> {
    let mut whole = Vec::new();
    for (at, component) in components.iter().enumerate() {
        if at > 0 {
            whole.push(Step::Char(':', CaseRule::Exact));
        }
        whole.extend(steps(component, CaseRule::Exact, at == 5)?);
    }
    Some(whole)
}

/// `arn`, partition and service, region and account that may be empty, and a resource.
fn arn_shape() -> Vec<Step> {
    let letter = |it| Step::Char(it, CaseRule::Exact);
    let mut whole = vec![letter('a'), letter('r'), letter('n'), letter(':')];
    whole.extend([Step::One(false), Step::Run(false), letter(':')]);
    whole.extend([Step::One(false), Step::Run(false), letter(':')]);
    whole.extend([Step::Run(false), letter(':'), Step::Run(false), letter(':')]);
    whole.extend([Step::One(true), Step::Run(true)]);
    whole
}

/// For each pattern, the places up to which a text can have been read, as pairs in one list.
type State = Vec<(u16, u16)>;

struct Walk<'a> {
    language: &'a Language,
    alphabet: Vec<char>,
    /// The tests that a text has to pass.
    required: Vec<usize>,
    found: FxHashMap<Vec<bool>, Box<str>>,
    /// The sets of tests, in the order in which they were found.
    order: Vec<Vec<bool>>,
}

impl<'a> Walk<'a> {
    fn new(language: &'a Language, required: Vec<usize>) -> Self {
        let alphabet = language.alphabet();
        Self { language, alphabet, required, found: FxHashMap::default(), order: Vec::new() }
    }

    /// Reads all texts, the short ones first, until no text leads anywhere new.
    fn run(mut self) -> Option<Vec<Box<str>>> {
        let mut start: State = Vec::new();
        for number in 0..self.language.patterns.len() {
            self.close(u16::try_from(number).ok()?, 0, &mut start);
        }
        start.sort_unstable();
        let empty = self.passed(&start);
        let mut seen = FxHashSet::from_iter([start.clone()]);
        let mut open = VecDeque::from([(start, String::new())]);
        let mut steps = 0_usize;
        while let Some((state, text)) = open.pop_front() {
            for at in 0..self.alphabet.len() {
                let Some(letter) = self.alphabet.get(at).copied() else { continue };
                steps = steps.saturating_add(state.len().max(1));
                if steps > MAX_STEPS || self.order.len() > MAX_CLASSES {
                    return None;
                }
                let next = self.read(&state, letter);
                let mut longer = text.clone();
                longer.push(letter);
                self.note(&next, &longer);
                if seen.insert(next.clone()) {
                    open.push_back((next, longer));
                }
            }
        }
        // The empty text stands for its class only if no other text does.
        self.note_passed(empty, "");
        let Self { order, mut found, .. } = self;
        Some(order.iter().filter_map(|it| found.remove(it)).collect())
    }

    fn note(&mut self, state: &State, text: &str) {
        let passed = self.passed(state);
        self.note_passed(passed, text);
    }

    fn note_passed(&mut self, passed: Vec<bool>, text: &str) {
        let fits = self.required.iter().all(|it| passed.get(*it) == Some(&true));
        if fits && !self.found.contains_key(&passed) {
            self.found.insert(passed.clone(), text.into());
            self.order.push(passed);
        }
    }

    /// The tests that a text passes that ends here.
    fn passed(&self, state: &State) -> Vec<bool> {
        let mut passed = vec![false; self.language.tests];
        for (number, place) in state {
            if let Some((test, steps)) = self.language.patterns.get(usize::from(*number))
                && usize::from(*place) == steps.len()
                && let Some(slot) = passed.get_mut(*test)
            {
                *slot = true;
            }
        }
        passed
    }

    fn read(&self, state: &State, letter: char) -> State {
        let mut next = State::new();
        for (number, place) in state {
            let step = self.step(*number, *place);
            let after = place.saturating_add(1);
            let colon = letter == ':';
            match step {
                Some(Step::Char(own, case)) if same(own, letter, case) => {
                    self.close(*number, after, &mut next);
                }
                Some(Step::Digit) if letter.is_ascii_digit() => {
                    self.close(*number, after, &mut next);
                }
                Some(Step::One(colons)) if colons || !colon => {
                    self.close(*number, after, &mut next);
                }
                Some(Step::Run(colons)) if colons || !colon => {
                    self.close(*number, *place, &mut next);
                }
                _ => (),
            }
        }
        next.sort_unstable();
        next.dedup();
        next
    }

    /// Adds a place and those behind the runs that may be empty.
    fn close(&self, number: u16, place: u16, state: &mut State) {
        let mut place = place;
        state.push((number, place));
        while let Some(Step::Run(_)) = self.step(number, place) {
            place = place.saturating_add(1);
            state.push((number, place));
        }
    }

    fn step(&self, number: u16, place: u16) -> Option<Step> {
        let (_, steps) = self.language.patterns.get(usize::from(number))?;
        steps.get(usize::from(place)).copied()
    }
}

fn same(own: char, letter: char, case: CaseRule) -> bool {
    match case {
        CaseRule::Exact => own == letter,
        CaseRule::AsciiFolded => own.eq_ignore_ascii_case(&letter),
        CaseRule::Folded => fold_char(own) == fold_char(letter),
    }
}
