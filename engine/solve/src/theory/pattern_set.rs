//! Languages: the sets of texts that patterns stand for, as automata over position sets.
//!
//! A [`PatternSet`] is a union of *tracks*. A track is one pattern laid out as a line of states: each
//! state may consume one character by its [`Symbol`] and step to the next, and may have a run, a
//! class of characters that it consumes while staying (`*`). An ARN pattern that is compared by
//! component is the line of its six components joined by colons, where the wildcards of the first
//! five do not consume colons; so patterns on the whole text and patterns by component are one kind
//! of automaton and can stand in one question.
//!
//! A state whose run takes everything *dominates* the states before it on its track: whatever they
//! would accept, it accepts. The same holds within one component for a run that stops at colons.
//! Dominated states are dropped from position sets, which keeps the sets small.

use polsim_decide::text::{CaseRule, Pattern, Piece, fold_char};

/// A set of texts.
#[derive(Clone, Debug)]
pub(crate) struct PatternSet {
    // INVARIANT: tracks follow each other; each ends in a state without step.
    states: Vec<State>,
    /// Where each track begins.
    starts: Vec<usize>,
    /// The ASCII characters that some state consumes by name.
    mentioned: u128,
    /// Whether the runs are only of the two classes that patterns have, so that a walk with one
    /// backtrack point decides membership.
    plain: bool,
    cases: Cases,
}

/// How the states of a language compare letters.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Cases {
    /// Some compare without case of ASCII letters.
    pub(crate) ascii_folded: bool,
    /// Some compare exactly.
    pub(crate) exact: bool,
    /// Some compare by simple folding.
    pub(crate) folded: bool,
}

/// A state of a track.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    /// What it consumes while staying.
    pub(crate) self_loop: Option<Class>,
    /// What it consumes to step to the next state; a state without step accepts.
    pub(crate) step: Option<Symbol>,
    /// The first state of the track that it dominates; itself if none.
    pub(crate) dominates: usize,
    /// How many steps are left to the accepting state.
    pub(crate) left: usize,
}

/// What a step consumes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Symbol {
    /// This character, letters of ASCII in both cases; kept as written.
    AsciiFolded(char),
    /// This very character.
    Char(char),
    /// One character of the class.
    Class(Class),
    /// A character with the same simple folding; kept as written.
    Folded(char),
}

/// A class of characters.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Class {
    /// All.
    Any,
    /// The ASCII characters with these bits.
    Ascii(u128),
    /// All but the ASCII characters with these bits.
    But(u128),
    /// What date-times are made of (policy language §3.6).
    DateTime,
    /// Hexadecimal digits and colons.
    Hex,
    /// Hexadecimal digits, colons and points: what IPv6 addresses are made of.
    HexOrPoint,
    /// What an action may hold besides its colon (policy language §2.2).
    InAction,
    /// All but the colon.
    NotColon,
    /// From this character to that one.
    Range(char, char),
    /// What numbers, addresses and dates are made of.
    Typed,
    /// All else.
    Untyped,
}

/// A policy variable where none may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct HasVariable;

/// A part of a track under construction.
#[derive(Clone, Debug)]
pub(crate) enum Part<'a> {
    /// One character of the class.
    One(Class),
    /// A pattern whose wildcards consume characters of the class.
    Pattern(&'a Pattern, CaseRule, Class),
    /// Any number of characters of the class.
    Star(Class),
    /// This text; it ends a component if it is a colon.
    Text(&'a str, CaseRule),
}

impl Part<'_> {
    /// About how many states it takes, and no fewer.
    fn most_states(&self) -> usize {
        let of_piece = |piece: &Piece| match piece {
            Piece::AnyOne => 1,
            Piece::Text(text) => text.len(),
            Piece::AnyRun | Piece::Variable(_) => 0,
        };
        match self {
            Self::One(_) => 1,
            Self::Pattern(pattern, ..) => pattern.pieces().iter().map(of_piece).sum(),
            Self::Star(_) => 0,
            Self::Text(text, _) => text.len(),
        }
    }
}

impl Class {
    /// The ASCII characters that `wanted` wants.
    pub(crate) fn ascii(wanted: impl Fn(char) -> bool) -> Self {
        let all = ('\0'..='\u{7f}').filter(|c| wanted(*c));
        Self::Ascii(all.fold(0, |set, c| set | bit(c)))
    }

    /// All characters but these ASCII characters.
    pub(crate) fn but(unwanted: &str) -> Self {
        Self::But(unwanted.chars().fold(0, |set, c| set | bit(c)))
    }

    /// Whether `c` is in it.
    pub(crate) fn has(self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::Ascii(set) => bit(c) & set != 0,
            Self::But(set) => bit(c) & set == 0,
            Self::DateTime => {
                c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ':' | 'T' | 'Z' | 't' | 'z')
            }
            Self::Hex => c == ':' || c.is_ascii_hexdigit(),
            Self::HexOrPoint => c == '.' || Self::Hex.has(c),
            Self::InAction => !(c == ':' || c.is_whitespace() || c.is_control()),
            Self::NotColon => c != ':',
            Self::Range(from, to) => (from..=to).contains(&c),
            Self::Typed => Self::DateTime.has(c) || Self::HexOrPoint.has(c),
            Self::Untyped => !Self::Typed.has(c),
        }
    }

    /// Whether it holds all of `other`. May be `false` where it does.
    pub(crate) fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (Self::NotColon, Self::InAction | Self::NotColon) => true,
            (Self::Ascii(set), Self::Ascii(own)) => own & !set == 0,
            (Self::But(set), Self::Ascii(own)) => own & set == 0,
            (Self::But(set), Self::But(own)) => set & !own == 0,
            (Self::But(set), Self::NotColon) => set & !bit(':') == 0,
            (Self::NotColon, Self::Ascii(own)) => own & bit(':') == 0,
            (Self::NotColon, Self::But(own)) => own & bit(':') != 0,
            (Self::NotColon, Self::Range(from, to)) => !(from..=to).contains(&':'),
            (one, other) => one == other,
        }
    }
}

impl Symbol {
    /// Whether it consumes `c`.
    pub(crate) fn takes(self, c: char) -> bool {
        match self {
            Self::AsciiFolded(own) => own.eq_ignore_ascii_case(&c),
            Self::Char(own) => own == c,
            Self::Class(class) => class.has(c),
            Self::Folded(own) => own == c || fold_char(own) == fold_char(c),
        }
    }

    /// The character that it names, if it is no class.
    pub(crate) fn named(self) -> Option<char> {
        match self {
            Self::AsciiFolded(c) | Self::Char(c) | Self::Folded(c) => Some(c),
            Self::Class(_) => None,
        }
    }

    fn of(c: char, case: CaseRule) -> Self {
        match case {
            CaseRule::AsciiFolded if c.is_ascii_alphabetic() => Self::AsciiFolded(c),
            CaseRule::Folded => Self::Folded(c),
            CaseRule::AsciiFolded | CaseRule::Exact => Self::Char(c),
        }
    }
}

impl Cases {
    fn of(symbol: Symbol) -> Self {
        let mut cases = Self::default();
        match symbol {
            Symbol::AsciiFolded(_) => cases.ascii_folded = true,
            Symbol::Char(c) => cases.exact = c.is_alphabetic() || fold_char(c) != c,
            Symbol::Class(_) => (),
            Symbol::Folded(_) => cases.folded = true,
        }
        cases
    }

    /// What either says.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            ascii_folded: self.ascii_folded || other.ascii_folded,
            exact: self.exact || other.exact,
            folded: self.folded || other.folded,
        }
    }
}

impl PatternSet {
    /// No text at all.
    pub(crate) fn never() -> Self {
        Self {
            states: Vec::new(),
            starts: Vec::new(),
            mentioned: 0,
            plain: true,
            cases: Cases::default(),
        }
    }

    /// The texts that `pattern` matches as a whole.
    pub(crate) fn text(pattern: &Pattern, case: CaseRule) -> Result<Self, HasVariable> {
        Self::of_parts(&[Part::Pattern(pattern, case, Class::Any)])
    }

    /// Exactly this text.
    pub(crate) fn literal(text: &str) -> Self {
        Self::of_parts(&[Part::Text(text, CaseRule::Exact)]).unwrap_or_else(|_| Self::never())
    }

    /// The texts whose six components match these patterns, wildcards of the first five not
    /// crossing colons (policy language §3.9, §2.3). Where a pattern of the first five holds a
    /// colon, as a value put in for a variable may, nothing matches.
    pub(crate) fn components(patterns: &[Pattern; 6]) -> Result<Self, HasVariable> {
        let [head @ .., last] = patterns;
        if patterns.iter().any(|pattern| pattern.variables().next().is_some()) {
            return Err(HasVariable);
        }
        let has_colon = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(':'));
        if head.iter().any(|pattern| pattern.pieces().iter().any(has_colon)) {
            return Ok(Self::never());
        }
        let mut parts = Vec::new();
        for pattern in head {
            parts.push(Part::Pattern(pattern, CaseRule::Exact, Class::NotColon));
            parts.push(Part::Text(":", CaseRule::Exact));
        }
        parts.push(Part::Pattern(last, CaseRule::Exact, Class::Any));
        Self::of_parts(&parts)
    }

    /// The texts that are ARNs (policy language §2.3).
    pub(crate) fn any_arn() -> Self {
        let colon = || Part::Text(":", CaseRule::Exact);
        let field = || [Part::One(Class::NotColon), Part::Star(Class::NotColon)];
        let mut parts = vec![Part::Text("arn:", CaseRule::Exact)];
        parts.extend(field());
        parts.push(colon());
        parts.extend(field());
        parts.extend([colon(), Part::Star(Class::NotColon), colon(), Part::Star(Class::NotColon)]);
        parts.extend([colon(), Part::One(Class::Any), Part::Star(Class::Any)]);
        Self::of_parts(&parts).unwrap_or_else(|_| Self::never())
    }

    /// The texts that these parts make up one after the other.
    pub(crate) fn of_parts(parts: &[Part<'_>]) -> Result<Self, HasVariable> {
        let states = parts.iter().map(Part::most_states).sum::<usize>().saturating_add(1);
        let mut branch = Branch { states: Vec::with_capacity(states), ..Branch::default() };
        for part in parts {
            match part {
                Part::One(class) => branch.step(Symbol::Class(*class)),
                Part::Pattern(pattern, case, class) => {
                    for piece in pattern.pieces() {
                        match piece {
                            Piece::AnyOne => branch.step(Symbol::Class(*class)),
                            Piece::AnyRun => branch.self_loop = Some(*class),
                            Piece::Text(text) => branch.text(text, *case),
                            Piece::Variable(_) => return Err(HasVariable),
                        }
                    }
                }
                Part::Star(class) => branch.self_loop = Some(*class),
                Part::Text(text, case) => branch.text(text, *case),
            }
        }
        Ok(branch.finish())
    }

    /// The texts of any of `languages`.
    pub(crate) fn union<'a>(languages: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut union = Self::never();
        for language in languages {
            let shift = union.states.len();
            union.starts.extend(language.starts.iter().map(|start| start.saturating_add(shift)));
            union.states.extend(
                language.states.iter().map(|state| State {
                    dominates: state.dominates.saturating_add(shift),
                    ..*state
                }),
            );
            union.mentioned |= language.mentioned;
            union.plain &= language.plain;
            union.cases = union.cases.or(language.cases);
        }
        union
    }

    /// The position set before the first character.
    pub(crate) fn start(&self) -> Vec<usize> {
        let mut positions = self.starts.clone();
        self.settle(&mut positions);
        positions
    }

    /// The position set after `c`, into `out`.
    pub(crate) fn advance(&self, positions: &[usize], c: char, out: &mut Vec<usize>) {
        out.clear();
        for position in positions {
            let Some(state) = self.states.get(*position) else { continue };
            if state.self_loop.is_some_and(|class| class.has(c)) {
                out.push(*position);
            }
            if state.step.is_some_and(|symbol| symbol.takes(c)) {
                out.push(position.saturating_add(1));
            }
        }
        self.settle(out);
    }

    /// Sorts a position set and drops what is dominated.
    fn settle(&self, positions: &mut Vec<usize>) {
        positions.sort_unstable();
        positions.dedup();
        if positions.iter().any(|at| self.accepts_all(*at)) {
            positions.retain(|at| self.accepts_all(*at));
            positions.truncate(1);
            return;
        }
        // From the last to the first: what lies in the reach of a later one goes.
        let mut reach = usize::MAX..usize::MAX;
        let mut kept: Vec<usize> = Vec::with_capacity(positions.len());
        for at in positions.iter().rev() {
            if reach.contains(at) {
                continue;
            }
            if let Some(state) = self.states.get(*at)
                && state.dominates < *at
            {
                reach = state.dominates..*at;
            }
            kept.push(*at);
        }
        kept.reverse();
        *positions = kept;
    }

    /// The state at `position`.
    pub(crate) fn state(&self, position: usize) -> Option<&State> {
        self.states.get(position)
    }

    /// Whether the state at `position` accepts whatever follows.
    pub(crate) fn accepts_all(&self, position: usize) -> bool {
        self.states
            .get(position)
            .is_some_and(|state| state.step.is_none() && state.self_loop == Some(Class::Any))
    }

    /// Whether `text` is in the language.
    pub(crate) fn contains(&self, text: &str) -> bool {
        if self.plain {
            return self.starts.iter().any(|start| self.branch_matches(*start, text));
        }
        let mut positions = self.start();
        let mut next = Vec::new();
        for c in text.chars() {
            self.advance(&positions, c, &mut next);
            std::mem::swap(&mut positions, &mut next);
            if positions.is_empty() {
                return false;
            }
        }
        positions.iter().any(|at| self.states.get(*at).is_some_and(|state| state.step.is_none()))
    }

    /// The walk with one backtrack point: on a mismatch the last run takes one character more. A
    /// run that stops at colons cannot be left behind wrongly, as its component ends at the colon.
    fn branch_matches(&self, start: usize, text: &str) -> bool {
        let mut at = start;
        let mut rest = text.chars();
        let mut retry = None;
        loop {
            let Some(state) = self.states.get(at) else { return false };
            if let Some(class) = state.self_loop {
                if state.step.is_none() && class == Class::Any {
                    return true;
                }
                retry = Some((at, class, rest.clone()));
            }
            match (state.step, rest.next()) {
                (Some(symbol), Some(c)) if symbol.takes(c) => {
                    at = at.saturating_add(1);
                    continue;
                }
                (None, None) => return true,
                _ => (),
            }
            let Some((run_at, class, from)) = &mut retry else { return false };
            match from.next() {
                Some(c) if class.has(c) => {
                    rest = from.clone();
                    at = *run_at;
                }
                _ => return false,
            }
        }
    }

    /// The tracks, each as the indices of its states.
    pub(crate) fn branches(&self) -> impl Iterator<Item = &[State]> {
        let ends = self.starts.iter().skip(1).copied().chain([self.states.len()]);
        self.starts
            .iter()
            .zip(ends)
            .map(|(start, end)| self.states.get(*start..end).unwrap_or_default())
    }

    /// The language of the track at `index` alone.
    pub(crate) fn branch(&self, index: usize) -> Self {
        let from = self.starts.get(index).copied().unwrap_or(0);
        let end = self.starts.get(index.saturating_add(1)).copied().unwrap_or(self.states.len());
        let states = self.states.get(from..end).unwrap_or_default();
        let unshifted =
            |state: &State| State { dominates: state.dominates.saturating_sub(from), ..*state };
        Self {
            states: states.iter().map(unshifted).collect(),
            starts: if states.is_empty() { Vec::new() } else { vec![0] },
            ..*self
        }
    }

    /// The ASCII characters that it names, a bit each.
    pub(crate) fn mentioned(&self) -> u128 {
        self.mentioned
    }

    /// How it compares letters.
    pub(crate) fn cases(&self) -> Cases {
        self.cases
    }

    /// How many tracks it has.
    pub(crate) fn branch_count(&self) -> usize {
        self.starts.len()
    }

    /// Its texts, if it has no wildcard and no folding and at most `limit` of them.
    pub(crate) fn texts(&self, limit: usize) -> Option<Vec<String>> {
        if self.starts.len() > limit {
            return None;
        }
        self.branches()
            .map(|branch| {
                let mut text = String::new();
                for state in branch {
                    match (state.self_loop, state.step) {
                        (None, Some(Symbol::Char(c))) => text.push(c),
                        (None, None) => (),
                        _ => return None,
                    }
                }
                Some(text)
            })
            .collect()
    }

    /// The text that it names, letters as they were written, if it is one word without wildcard.
    pub(crate) fn as_written(&self) -> Option<String> {
        let [_] = *self.starts else { return None };
        let (last, steps) = self.states.split_last()?;
        let named = |state: &State| state.step?.named().filter(|_| state.self_loop.is_none());
        steps.iter().map(named).collect::<Option<String>>().filter(|_| last.self_loop.is_none())
    }

    /// The length of its shortest text, if it has one.
    pub(crate) fn shortest(&self) -> Option<usize> {
        self.starts.iter().filter_map(|start| self.states.get(*start)).map(|state| state.left).min()
    }
}

/// A track under construction.
#[derive(Default)]
struct Branch {
    states: Vec<State>,
    self_loop: Option<Class>,
    /// Where the present component began.
    component: usize,
    mentioned: u128,
    cases: Cases,
    /// Whether a run that takes everything has been met.
    seen_any: bool,
    /// Whether the walk with one backtrack point does not decide membership.
    odd: bool,
}

impl Branch {
    fn push(&mut self, step: Option<Symbol>) {
        let at = self.states.len();
        let dominates = match self.self_loop {
            Some(Class::Any) => 0,
            Some(Class::NotColon) => self.component,
            _ => at,
        };
        let self_loop = self.self_loop.take();
        self.odd |= match self_loop {
            None | Some(Class::Any) => false,
            Some(Class::NotColon) => self.seen_any,
            Some(_) => true,
        };
        self.seen_any |= self_loop == Some(Class::Any);
        self.states.push(State { self_loop, step, dominates, left: 0 });
        if self_loop.is_some_and(|class| !Class::NotColon.covers(class)) {
            self.component = self.states.len();
        }
    }

    fn step(&mut self, symbol: Symbol) {
        if let Some(c) = symbol.named() {
            self.mentioned |= bit(c);
            self.cases = self.cases.or(Cases::of(symbol));
            if !matches!(symbol, Symbol::Char(_)) {
                self.mentioned |= bit(c.to_ascii_lowercase()) | bit(c.to_ascii_uppercase());
            }
        }
        self.push(Some(symbol));
        // Only a colon that the states before it cannot consume ends a component.
        if !matches!(symbol, Symbol::Class(Class::NotColon | Class::InAction)) && symbol.takes(':')
        {
            self.component = self.states.len();
        }
    }

    fn text(&mut self, text: &str, case: CaseRule) {
        for c in text.chars() {
            self.step(Symbol::of(c, case));
        }
    }

    fn finish(mut self) -> PatternSet {
        self.push(None);
        let last = self.states.len().saturating_sub(1);
        for (at, state) in self.states.iter_mut().enumerate() {
            state.left = last.saturating_sub(at);
        }
        PatternSet {
            states: self.states,
            starts: vec![0],
            mentioned: self.mentioned,
            plain: !self.odd,
            cases: self.cases,
        }
    }
}

/// The bit of an ASCII character.
pub(crate) fn bit(c: char) -> u128 {
    if c.is_ascii() { 1_u128.checked_shl(u32::from(c)).unwrap_or(0) } else { 0 }
}
