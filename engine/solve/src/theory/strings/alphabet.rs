//! The characters worth trying at a state of the search.
//!
//! For a literal that the text must not match, a character that none of its live positions names
//! leads to a subset of what a named one leads to. So besides the characters that the positive
//! literals name, one unnamed character of each combination of classes stands for all others.

use std::sync::OnceLock;

use crate::theory::pattern_set::{Cases, Class, Symbol, bit};
use polsim_decide::text::{CaseRule, fold_char};

/// The symbols that the live positions of a literal consume.
#[derive(Clone, Debug, Default)]
pub(super) struct Wants {
    /// The symbols of its steps that name a character, each once.
    pub(super) named: Vec<Symbol>,
    /// The classes of its self-loops and steps, each once.
    pub(super) classes: Vec<Class>,
    /// The ASCII characters that a symbol in `named` takes, a bit each.
    pub(super) taken: u128,
    /// A closed literal goes on with a named character in every text.
    pub(super) closed: bool,
}

/// A character to try.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Letter {
    /// The character that is tried.
    pub(super) c: char,
    /// A free letter stands for all unnamed characters.
    pub(super) free: bool,
}

/// The comparison of letters across all literals of a search.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Folding {
    /// Agreement on one rule: of the letters that it identifies, one stands for all.
    Alike(CaseRule),
    /// Disagreement: every case of a letter is a letter of its own.
    Mixed,
}

impl Folding {
    /// The comparison that literals of these cases share.
    pub(super) fn of(cases: impl IntoIterator<Item = Cases>) -> Self {
        match cases.into_iter().fold(Cases::default(), Cases::or) {
            Cases { ascii_folded: false, folded: false, .. } => Self::Alike(CaseRule::Exact),
            Cases { ascii_folded: true, exact: false, folded: false } => {
                Self::Alike(CaseRule::AsciiFolded)
            }
            Cases { ascii_folded: false, exact: false, folded: true } => {
                Self::Alike(CaseRule::Folded)
            }
            _ => Self::Mixed,
        }
    }

    fn same(self, one: char, other: char) -> bool {
        match self {
            Self::Alike(CaseRule::AsciiFolded) => one.eq_ignore_ascii_case(&other),
            Self::Alike(CaseRule::Folded) => fold_char(one) == fold_char(other),
            Self::Alike(CaseRule::Exact) | Self::Mixed => one == other,
        }
    }
}

impl Wants {
    /// Adds the symbol of a step.
    pub(super) fn add(&mut self, symbol: Symbol) {
        match symbol {
            Symbol::Class(class) => self.add_class(class),
            _ if self.named.contains(&symbol) => (),
            _ => {
                self.named.push(symbol);
                self.taken |= taken(symbol);
            }
        }
    }

    /// Adds the class of a self-loop or of a step.
    pub(super) fn add_class(&mut self, class: Class) {
        if !self.classes.contains(&class) {
            self.classes.push(class);
        }
    }
}

/// The letters to try where these literals are live.
pub(super) fn letters(
    positive: &[&Wants],
    negative: &[&Wants],
    mentioned: u128,
    previous: Option<char>,
    folding: Folding,
) -> Vec<Letter> {
    let mut letters = Vec::new();
    let closed = positive.iter().filter(|wants| wants.closed).min_by_key(|it| it.named.len());
    if let Some(wants) = closed {
        push_named(&mut letters, &wants.named, folding);
        return letters;
    }
    for wants in positive {
        push_named(&mut letters, &wants.named, folding);
    }
    let live = || positive.iter().chain(negative);
    let mut classes: Vec<Class> = Vec::new();
    for class in live().flat_map(|wants| &wants.classes) {
        if !classes.contains(class) {
            classes.push(*class);
        }
    }
    let local = live().fold(0, |local, wants| local | wants.taken);
    let names = |c: char| {
        if c.is_ascii() {
            local & bit(c) != 0
        } else {
            live().flat_map(|wants| &wants.named).any(|symbol| symbol.takes(c))
        }
    };
    let kind = |c: char| -> Vec<bool> { classes.iter().map(|class| class.has(c)).collect() };
    // The kind of nearly all characters, and then what else the classes tell apart.
    let common = kind(COMMON);
    let mut kinds: Vec<Vec<bool>> = Vec::new();
    if let Some(c) = candidates(mentioned, previous).find(|c| !names(*c) && kind(*c) == common) {
        kinds.push(common);
        letters.push(Letter { c, free: true });
    }
    let told_apart = match classes.as_slice() {
        [] | [Class::Any] => "",
        classes if classes.iter().all(|class| matches!(class, Class::Any | Class::NotColon)) => ":",
        _ => ALL,
    };
    for c in told_apart.chars().filter(|c| !names(*c)) {
        let own = kind(c);
        if !kinds.contains(&own) {
            kinds.push(own);
            letters.push(Letter { c, free: true });
        }
    }
    // The kinds that have no unnamed character left.
    for wants in negative {
        for symbol in &wants.named {
            for c in expand(*symbol, folding) {
                if !kinds.contains(&kind(c)) {
                    push(&mut letters, c, folding);
                }
            }
        }
    }
    letters
}

/// Characters in the order of plausibility: those that continue the text before, first those that no
/// literal of the whole question mentions. The last are letters that no policy can hold (policy
/// language §1.1, G-1), so one of them is always unnamed.
fn candidates(mentioned: u128, previous: Option<char>) -> impl Iterator<Item = char> {
    let digits_first = previous.is_some_and(|c| c.is_ascii_digit());
    let (first, second) = if digits_first { (DIGITS, LETTERS) } else { (LETTERS, DIGITS) };
    let plain = move || first.chars().chain(second.chars());
    plain()
        .chain("-_".chars())
        .filter(move |c| mentioned & bit(*c) == 0)
        .chain(plain())
        .chain(OTHERS.chars())
        .chain(COMMON..'\u{2000}')
        .chain('\u{4e00}'..'\u{9f00}')
}

/// A character that is in every class of nearly all characters.
const COMMON: char = '\u{e0}';
const LETTERS: &str = "xyzabcdefghijklmnopqrstuvwXYZABCDEFGHIJKLMNOPQRSTUVW";
const DIGITS: &str = "1234567890";
const OTHERS: &str = "-_./@+=,#%&!~;$^|()[]{}<>'\"`\\";
/// Characters of every combination of classes.
const ALL: &str = "1234567890xyzabcdefghijklmnopqrstuvwXYZABCDEFGHIJKLMNOPQRSTUVW\
                   -_./:@+=,#%&!~;$^|()[]{}<>'\"`\\ *?\t\n\r\u{b}\u{c}\u{7f}";

fn push_named(letters: &mut Vec<Letter>, named: &[Symbol], folding: Folding) {
    for symbol in named {
        for c in expand(*symbol, folding) {
            push(letters, c, folding);
        }
    }
}

fn push(letters: &mut Vec<Letter>, c: char, folding: Folding) {
    if !letters.iter().any(|letter| folding.same(letter.c, c)) {
        letters.push(Letter { c, free: false });
    }
}

/// The characters that a symbol takes, as far as the literals of the search can tell them apart.
fn expand(symbol: Symbol, folding: Folding) -> Vec<char> {
    match (symbol, folding) {
        (Symbol::Class(_), _) => Vec::new(),
        (Symbol::AsciiFolded(c), Folding::Mixed) => {
            vec![c, c.to_ascii_lowercase(), c.to_ascii_uppercase()]
        }
        (Symbol::Folded(c), Folding::Mixed) => std::iter::once(c).chain(same_folding(c)).collect(),
        (Symbol::AsciiFolded(c) | Symbol::Char(c) | Symbol::Folded(c), _) => vec![c],
    }
}

fn taken(symbol: Symbol) -> u128 {
    match symbol {
        Symbol::Class(_) => 0,
        Symbol::Char(c) => bit(c),
        Symbol::AsciiFolded(c) => bit(c.to_ascii_lowercase()) | bit(c.to_ascii_uppercase()),
        Symbol::Folded(c) => {
            let folded = fold_char(c);
            bit(folded) | bit(folded.to_ascii_uppercase())
        }
    }
}

/// The characters with the same folding as `c`.
pub(super) fn same_folding(c: char) -> impl Iterator<Item = char> {
    // Beyond these planes no character has cases.
    static FOLDED: OnceLock<Vec<(char, char)>> = OnceLock::new();
    let table = FOLDED.get_or_init(|| {
        let mut table: Vec<(char, char)> = ('\0'..='\u{1ffff}')
            .map(|c| (fold_char(c), c))
            .filter(|(folded, c)| folded != c)
            .collect();
        table.sort_unstable();
        table
    });
    let folded = fold_char(c);
    let from = table.partition_point(|(key, _)| *key < folded);
    let others = table.get(from..).unwrap_or_default();
    std::iter::once(folded)
        .chain(others.iter().take_while(move |(key, _)| *key == folded).map(|(_, c)| *c))
}

#[cfg(test)]
mod tests {
    use super::{fold_char, same_folding};

    #[test]
    fn folding_is_idempotent_and_the_table_is_complete() {
        for c in '\0'..=char::MAX {
            let folded = fold_char(c);
            assert_eq!(fold_char(folded), folded, "{c:?}");
            assert!(folded == c || c <= '\u{1ffff}', "{c:?}");
        }
        let kelvins: Vec<char> = same_folding('K').collect();
        assert_eq!(kelvins, ['k', 'K', '\u{212a}']);
    }
}
