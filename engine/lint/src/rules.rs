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
pub(crate) static TABLES: [&[Rule]; 7] = [
    grammar::RULES,
    catalogue::RULES,
    conditions::RULES,
    proofs::RULES,
    granted::RULES,
    style::RULES,
    lint::RULES,
];
