//! The table of rules, a file for each hundred.

mod catalogue;
mod conditions;
mod grammar;
mod granted;
mod lint;
mod proofs;
mod style;

use crate::rule::Rule;

/// The tables in the order of their codes.
static TABLES: [&[Rule]; 7] = [
    grammar::RULES,
    catalogue::RULES,
    conditions::RULES,
    proofs::RULES,
    granted::RULES,
    style::RULES,
    lint::RULES,
];

impl Rule {
    /// The rules in the order of their codes.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        TABLES.iter().flat_map(|table| table.iter())
    }

    /// The rule of this code or name.
    pub fn find(word: &str) -> Option<&'static Self> {
        Self::all().find(|rule| rule.code.eq_ignore_ascii_case(word) || rule.name == word)
    }

    /// The code or name nearest to a word that is neither.
    pub fn nearest(word: &str) -> Option<&'static str> {
        polsim::text::nearest(word, Self::all().flat_map(|rule| [rule.code, rule.name]))
    }
}
