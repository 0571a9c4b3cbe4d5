//! Regular expressions over texts: the languages of patterns, value formats and lexical forms.
//!
//! The theories have languages of their own; these are written from the grammar alone, and decided by
//! the subset construction ([`nfa`]) and a breadth-first walk ([`intersection`]).

mod alphabet;
mod intersection;
mod nfa;

pub(crate) use self::alphabet::Alphabet;
pub(crate) use self::intersection::find;
pub(crate) use self::nfa::Subsets;

use crate::budget::{Exhausted, Steps};
use polsim_decide::policy::ActionPattern;
use polsim_decide::text::{CaseRule, Pattern, Piece, fold_char};

/// A regular expression over characters.
#[derive(Clone, Debug)]
pub enum Regex {
    /// Alternation: a text of any part.
    OneOf(Vec<Self>),
    /// A character of a letter.
    One(Letter),
    /// Repetition: any number of characters of a class.
    Run(CharacterClass),
    /// Concatenation: a text of each part, one after the other.
    Sequence(Vec<Self>),
}

/// A class of characters, as a test.
pub type CharacterClass = fn(char) -> bool;

/// The characters of one transition.
#[derive(Clone, Copy, Debug)]
pub enum Letter {
    /// The characters that the rule takes for this one.
    Named(char, CaseRule),
    /// The characters of a class.
    Of(CharacterClass),
}

/// The class of all characters.
pub(crate) fn any(_: char) -> bool {
    true
}

/// The class of all characters but the colon.
pub(crate) fn no_colon(c: char) -> bool {
    c != ':'
}

/// The class of the characters that either part of an action may hold.
pub(crate) fn in_action(c: char) -> bool {
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

impl Regex {
    /// The language of all texts.
    pub(crate) fn anything() -> Self {
        Self::Run(any)
    }

    /// The language of the texts that the rule takes for this one.
    pub fn text(text: &str, case: CaseRule) -> Self {
        Self::Sequence(text.chars().map(|c| Self::One(Letter::Named(c, case))).collect())
    }

    /// The language of texts of one character of the class or more.
    pub(crate) fn some_of(class: CharacterClass) -> Self {
        Self::Sequence(vec![Self::One(Letter::Of(class)), Self::Run(class)])
    }

    /// The concatenation of parts with a colon between one and the next.
    pub(crate) fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut sequence = Vec::new();
        for part in parts {
            if !sequence.is_empty() {
                sequence.push(Self::One(Letter::Named(':', CaseRule::Exact)));
            }
            sequence.push(part);
        }
        Self::Sequence(sequence)
    }

    /// The language of a pattern, as far as its texts hold characters of the class only; none where it
    /// has a variable.
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

    /// The language of ARNs that six patterns match component by component; none where one has a
    /// variable.
    pub(crate) fn components(patterns: &[Pattern; 6]) -> Option<Self> {
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

    /// Tests that the language has the text.
    pub(crate) fn contains(&self, text: &str, budget: &mut Steps) -> Result<bool, Exhausted> {
        Subsets::new(self).accepts(text, budget)
    }

    /// The language of an action pattern; none where it has a variable.
    pub(crate) fn action(pattern: &ActionPattern) -> Option<Self> {
        match pattern {
            ActionPattern::Any => Some(Self::anything()),
            ActionPattern::Of { service, name } => {
                let part = |it| Self::pattern(it, CaseRule::AsciiFolded, no_colon);
                Some(Self::joined([part(service)?, part(name)?]))
            }
        }
    }

    /// The language of the actions of requests.
    pub(crate) fn any_action() -> Self {
        let part = || Self::some_of(in_action);
        Self::joined([part(), part()])
    }

    /// The language of ARNs.
    pub(crate) fn any_arn() -> Self {
        let field = || Self::some_of(no_colon);
        let maybe = || Self::Run(no_colon);
        let arn = Self::text("arn", CaseRule::Exact);
        Self::joined([arn, field(), field(), maybe(), maybe(), Self::some_of(any)])
    }
}
