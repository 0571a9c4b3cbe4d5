//! Construction of pattern sets: one branch, part by part.

use super::{Cases, Class, HasVariable, PatternSet, State, Symbol, bit};
use polsim_decide::text::{CaseRule, Pattern, Piece};

/// A part of a branch under construction.
#[derive(Clone, Debug)]
pub(crate) enum Part<'a> {
    /// A single character of the class.
    One(Class),
    /// A pattern whose wildcards consume characters of the class.
    Pattern(&'a Pattern, CaseRule, Class),
    /// Characters of the class in any number.
    Star(Class),
    /// A text; a colon ends a component.
    Text(&'a str, CaseRule),
}

impl Part<'_> {
    /// An upper bound on the number of states of the part.
    fn max_states(&self) -> usize {
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

/// A branch under construction.
#[derive(Default)]
struct Branch {
    states: Vec<State>,
    self_loop: Option<Class>,
    /// The first state of the present component.
    component: usize,
    mentioned: u128,
    cases: Cases,
    /// A self-loop that takes every character has been pushed.
    seen_any: bool,
    /// Membership is not decided by the walk with one backtrack point.
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

impl PatternSet {
    /// The texts that these parts make up, one after the other.
    pub(crate) fn of_parts(parts: &[Part<'_>]) -> Result<Self, HasVariable> {
        let states = parts.iter().map(Part::max_states).sum::<usize>().saturating_add(1);
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
}
