//! What follows at once from one test of a place: tests of the same place that it implies or
//! excludes, as far as two patterns tell when they are laid beside each other.
//!
//! No theory is asked and nothing is built. A pattern surely covers another if it matches it read as
//! a word, in which only a `*` takes a `*`; two patterns are surely apart if the texts that they begin
//! or end with are. A `None` says nothing.

use polsim_decide::formula::{Atom, KeyTest, Predicate};
use polsim_decide::policy::ActionPattern;
use polsim_decide::text::{CaseRule, NoVariables, Pattern, Piece, Token, fold_char};

/// How many values a place has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cardinality {
    /// Any number of values.
    Any,
    /// None or one.
    AtMostOne,
    /// One.
    One,
}

/// What the values of a place are known to be, when a test of it has its value.
#[derive(Clone, Copy)]
enum Known {
    /// All are among these texts, if there are any.
    AllIn,
    /// None is among these texts.
    AllOut,
    /// One is among these texts.
    OneIn,
    /// One is not among these texts.
    OneOut,
}

/// Texts, as a test has them.
#[derive(Clone, Copy)]
enum Texts<'a> {
    Action(&'a ActionPattern),
    Key(&'a [Predicate]),
}

/// The value that `other` surely has when `cause` has the value `value`. Both are tests of one
/// place, which has so many values, and without policy variables.
pub(super) fn implied(cause: &Atom, value: bool, other: &Atom, count: Cardinality) -> Option<bool> {
    match (test(cause), test(other)) {
        (Some((texts, hit)), Some(others)) => {
            by_texts(known(hit, value, count), texts, others, count)
        }
        (Some(_), None) => (is_absent(other) && value).then_some(false),
        (None, Some(_)) => (is_absent(cause) && value).then_some(false),
        (None, None) => None,
    }
}

/// About how much work [`implied`] is.
pub(super) fn cost(cause: &Atom, other: &Atom) -> usize {
    let count = |atom| match test(atom) {
        Some((Texts::Key(any_of), _)) => any_of.len(),
        _ => 1,
    };
    count(cause).saturating_mul(count(other)).saturating_add(1)
}

fn is_absent(atom: &Atom) -> bool {
    matches!(atom, Atom::Key(_, KeyTest::Absent))
}

/// The texts of a test, and whether a value among them is looked for or one that is not.
fn test(atom: &Atom) -> Option<(Texts<'_>, bool)> {
    match atom {
        Atom::Action(pattern) => Some((Texts::Action(pattern), true)),
        Atom::Key(_, KeyTest::Some { any_of, hit }) => Some((Texts::Key(any_of), *hit)),
        _ => None,
    }
}

fn known(hit: bool, value: bool, count: Cardinality) -> Known {
    match (hit, value, count) {
        (true, true, _) | (false, false, Cardinality::One) => Known::OneIn,
        (false, true, _) | (true, false, Cardinality::One) => Known::OneOut,
        (true, false, _) => Known::AllOut,
        (false, false, _) => Known::AllIn,
    }
}

fn by_texts(
    known: Known,
    texts: Texts<'_>,
    (others, hit): (Texts<'_>, bool),
    count: Cardinality,
) -> Option<bool> {
    // Whether one of the values is among the others, and whether all are.
    let is_in = match known {
        Known::OneIn | Known::AllIn if covers(others, texts) => true,
        Known::OneIn | Known::AllIn if are_apart(others, texts) => false,
        Known::OneOut | Known::AllOut if covers(texts, others) => false,
        _ => return None,
    };
    let speaks_of_all = matches!(known, Known::AllIn | Known::AllOut);
    if speaks_of_all {
        // There may be no value: only that there is none of a kind can follow.
        return (hit != is_in).then_some(false);
    }
    if hit == is_in {
        return Some(true);
    }
    (count != Cardinality::Any).then_some(false)
}

/// Whether all of `narrower` is surely in `wider`.
fn covers(wider: Texts<'_>, narrower: Texts<'_>) -> bool {
    match (wider, narrower) {
        (Texts::Action(wider), Texts::Action(narrower)) => match (wider, narrower) {
            (ActionPattern::Any, _) => true,
            (ActionPattern::Of { .. }, ActionPattern::Any) => false,
            (
                ActionPattern::Of { service, name },
                ActionPattern::Of { service: its_service, name: its_name },
            ) => {
                let folded = CaseRule::AsciiFolded;
                reads((service, folded), (its_service, folded))
                    && reads((name, folded), (its_name, folded))
            }
        },
        (Texts::Key(wider), Texts::Key(narrower)) => {
            narrower.iter().all(|narrow| wider.iter().any(|wide| predicate_covers(wide, narrow)))
        }
        _ => false,
    }
}

fn predicate_covers(wider: &Predicate, narrower: &Predicate) -> bool {
    match (wider, narrower) {
        (_, Predicate::Never) => true,
        (Predicate::Text(wide, case), Predicate::Text(narrow, its_case)) => {
            reads((wide, *case), (narrow, *its_case))
        }
        (Predicate::Arn(wide), Predicate::Arn(narrow)) => wide
            .iter()
            .zip(narrow.iter())
            .all(|(wide, narrow)| reads((wide, CaseRule::Exact), (narrow, CaseRule::Exact))),
        _ => wider == narrower,
    }
}

/// Whether surely nothing is in both.
fn are_apart(one: Texts<'_>, other: Texts<'_>) -> bool {
    match (one, other) {
        (Texts::Action(one), Texts::Action(other)) => match (one, other) {
            (
                ActionPattern::Of { service, name },
                ActionPattern::Of { service: its_service, name: its_name },
            ) => {
                let folded = CaseRule::AsciiFolded;
                clash((service, folded), (its_service, folded))
                    || clash((name, folded), (its_name, folded))
            }
            _ => false,
        },
        (Texts::Key(ones), Texts::Key(others)) => {
            ones.iter().all(|one| others.iter().all(|other| predicates_clash(one, other)))
        }
        _ => false,
    }
}

fn predicates_clash(one: &Predicate, other: &Predicate) -> bool {
    match (one, other) {
        (Predicate::Never, _) | (_, Predicate::Never) => true,
        (Predicate::Text(one, case), Predicate::Text(other, its_case)) => {
            clash((one, *case), (other, *its_case))
        }
        (Predicate::Arn(ones), Predicate::Arn(others)) => ones
            .iter()
            .zip(others.iter())
            .any(|(one, other)| clash((one, CaseRule::Exact), (other, CaseRule::Exact))),
        (Predicate::Bool(one), Predicate::Bool(other)) => one != other,
        _ => false,
    }
}

/// Whether the wider pattern matches the narrower one read as a word. A narrower one without
/// wildcard is a word; else it is a walk with one backtrack point, as for texts.
fn reads((wider, case): (&Pattern, CaseRule), (narrower, its_case): (&Pattern, CaseRule)) -> bool {
    let same: fn(char, char) -> bool = match (case, its_case) {
        (CaseRule::Exact, CaseRule::Exact) => |one, other| one == other,
        (CaseRule::AsciiFolded, CaseRule::Exact | CaseRule::AsciiFolded) => {
            |one, other| one.eq_ignore_ascii_case(&other)
        }
        (CaseRule::Folded, _) => |one, other| one == other || fold_char(one) == fold_char(other),
        // A letter may stand for others that the wider pattern does not take.
        _ => return false,
    };
    if let Some(text) = narrower.as_literal() {
        return wider.matches(text, case, &NoVariables);
    }
    if case == CaseRule::Exact {
        if !(narrower.head().starts_with(wider.head()) && narrower.tail().ends_with(wider.tail())) {
            return false;
        }
        if let [Piece::Text(_), Piece::AnyRun] = wider.pieces() {
            return true;
        }
    }
    let (mut at, mut word) = (wider.tokens(), narrower.tokens());
    let mut retry = None;
    loop {
        let mut after = at.clone();
        let wanted = after.next();
        if wanted == Some(Token::Run) {
            if after.clone().next().is_none() {
                return true;
            }
            at = after;
            retry = Some((at.clone(), word.clone()));
            continue;
        }
        let mut rest = word.clone();
        let fits = match (wanted, rest.next()) {
            (None, None) => return true,
            (Some(Token::Char(own)), Some(Token::Char(c))) => same(own, c),
            (Some(Token::One), Some(Token::Char(_) | Token::One)) => true,
            _ => false,
        };
        if fits {
            (at, word) = (after, rest);
            continue;
        }
        let Some((from, tried)) = &mut retry else { return false };
        if tried.next().is_none() {
            return false;
        }
        (at, word) = (from.clone(), tried.clone());
    }
}

/// Whether the texts that the patterns begin or end with are surely apart, or one is a text that the
/// other does not match.
fn clash((one, case): (&Pattern, CaseRule), (other, its_case): (&Pattern, CaseRule)) -> bool {
    if case == CaseRule::Exact
        && let Some(text) = one.as_literal()
    {
        return !other.matches(text, its_case, &NoVariables);
    }
    if its_case == CaseRule::Exact
        && let Some(text) = other.as_literal()
    {
        return !one.matches(text, case, &NoVariables);
    }
    let exact = case == CaseRule::Exact && its_case == CaseRule::Exact;
    let (head, its_head) = (one.head(), other.head());
    let (tail, its_tail) = (one.tail(), other.tail());
    if exact {
        let differ = |(one, other): (u8, u8)| one != other;
        return head.bytes().zip(its_head.bytes()).any(differ)
            || tail.bytes().rev().zip(its_tail.bytes().rev()).any(differ);
    }
    let differ = |(one, other): (char, char)| fold_char(one) != fold_char(other);
    head.chars().zip(its_head.chars()).any(differ)
        || tail.chars().rev().zip(its_tail.chars().rev()).any(differ)
}

#[cfg(test)]
mod tests;
