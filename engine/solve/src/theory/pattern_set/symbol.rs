//! Symbols: what a state of a pattern automaton consumes.

use polsim_decide::text::{CaseRule, fold_char};

/// The ways in which the states of a pattern set compare letters.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Cases {
    /// Comparison without case of ASCII letters occurs.
    pub(crate) ascii_folded: bool,
    /// Comparison letter for letter occurs.
    pub(crate) exact: bool,
    /// Comparison by simple folding occurs.
    pub(crate) folded: bool,
}

/// The characters that a step consumes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Symbol {
    /// A character without case of ASCII letters; kept as written.
    AsciiFolded(char),
    /// A character, letter for letter.
    Char(char),
    /// A character of the class, whichever.
    Class(Class),
    /// A character and all with the same simple folding; kept as written.
    Folded(char),
}

/// A class of characters.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Class {
    /// Every character there is.
    Any,
    /// The ASCII characters with these bits.
    Ascii(u128),
    /// Every character but the ASCII characters with these bits.
    But(u128),
    /// The characters of date-times (policy language §3.6).
    DateTime,
    /// Hexadecimal digits and colons.
    Hex,
    /// Hexadecimal digits, colons and points: the characters of IPv6 addresses.
    HexOrPoint,
    /// The characters of an action besides its colon (policy language §2.2).
    InAction,
    /// Every character but the colon.
    NotColon,
    /// The range from the first to the second character, both included.
    Range(char, char),
    /// The characters of numbers, addresses and dates.
    Typed,
    /// The complement of [`Class::Typed`].
    Untyped,
}

impl Class {
    /// The class of the ASCII characters that `wanted` accepts.
    pub(crate) fn ascii(wanted: impl Fn(char) -> bool) -> Self {
        let all = ('\0'..='\u{7f}').filter(|c| wanted(*c));
        Self::Ascii(all.fold(0, |set, c| set | bit(c)))
    }

    /// The class of every character but these ASCII characters.
    pub(crate) fn but(unwanted: &str) -> Self {
        Self::But(unwanted.chars().fold(0, |set, c| set | bit(c)))
    }

    /// Tests for membership of `c`.
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

    /// Sound, incomplete test for inclusion of `other`.
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
    /// Tests for a symbol that consumes `c`.
    pub(crate) fn takes(self, c: char) -> bool {
        match self {
            Self::AsciiFolded(own) => own.eq_ignore_ascii_case(&c),
            Self::Char(own) => own == c,
            Self::Class(class) => class.has(c),
            Self::Folded(own) => own == c || fold_char(own) == fold_char(c),
        }
    }

    /// The character of a symbol that is no class.
    pub(crate) fn named(self) -> Option<char> {
        match self {
            Self::AsciiFolded(c) | Self::Char(c) | Self::Folded(c) => Some(c),
            Self::Class(_) => None,
        }
    }

    /// The symbol of a character under a case rule.
    pub(super) fn of(c: char, case: CaseRule) -> Self {
        match case {
            CaseRule::AsciiFolded if c.is_ascii_alphabetic() => Self::AsciiFolded(c),
            CaseRule::Folded => Self::Folded(c),
            CaseRule::AsciiFolded | CaseRule::Exact => Self::Char(c),
        }
    }
}

impl Cases {
    /// The comparison of letters in one symbol.
    pub(super) fn of(symbol: Symbol) -> Self {
        let mut cases = Self::default();
        match symbol {
            Symbol::AsciiFolded(_) => cases.ascii_folded = true,
            Symbol::Char(c) => cases.exact = c.is_alphabetic() || fold_char(c) != c,
            Symbol::Class(_) => (),
            Symbol::Folded(_) => cases.folded = true,
        }
        cases
    }

    /// The union of both.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            ascii_folded: self.ascii_folded || other.ascii_folded,
            exact: self.exact || other.exact,
            folded: self.folded || other.folded,
        }
    }
}

/// The bit of an ASCII character; none of any other.
pub(crate) fn bit(c: char) -> u128 {
    if c.is_ascii() { 1_u128.checked_shl(u32::from(c)).unwrap_or(0) } else { 0 }
}
