//! Pairwise theory propagation: the tests of a field that one test of it implies or excludes, as far
//! as their patterns show it side by side.
//!
//! No automaton is built. A pattern covers another by [`inclusion`]; two patterns are disjoint if the
//! texts that they begin or end with differ. Both tests are sound and incomplete: `None` and `false`
//! say nothing.

use super::field_solver::Cardinality;
use super::inclusion;
use polsim_decide::formula::{Atom, KeyTest, Predicate};
use polsim_decide::policy::ActionPattern;
use polsim_decide::text::{CaseRule, NoVariables, Pattern, Piece, fold_char};

/// The knowledge about the values of a field that a test with its value gives.
#[derive(Clone, Copy)]
enum Known {
    /// Membership of all values in these texts, if there are any values.
    AllIn,
    /// Membership of no value in these texts.
    AllOut,
    /// Membership of some value in these texts.
    OneIn,
    /// Non-membership of some value in these texts.
    OneOut,
}

/// A set of texts, as a test has it.
#[derive(Clone, Copy)]
enum Texts<'a> {
    Action(&'a ActionPattern),
    Key(&'a [Predicate]),
}

/// The value of `other` that `cause` implies by having the value `value`. Both are tests of one
/// field, of this cardinality, and without policy variables.
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

/// The approximate number of pattern comparisons that [`implied`] makes.
pub(super) fn cost(cause: &Atom, other: &Atom) -> usize {
    let count = |atom| match test(atom) {
        Some((Texts::Key(any_of), _)) => any_of.len(),
        _ => 1,
    };
    count(cause).saturating_mul(count(other)).saturating_add(1)
}

/// Tests for a test whose value tells of texts only that values are outside of them: it implies
/// nothing but tests that it includes.
pub(super) fn is_outside(cause: &Atom, value: bool) -> bool {
    test(cause).is_some_and(|(_, hit)| hit != value)
}

fn is_absent(atom: &Atom) -> bool {
    matches!(atom, Atom::Key(_, KeyTest::Absent))
}

/// The texts of a test and its polarity: some value among them, or some value that is not.
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
    // Membership of the values in the texts of the other test.
    let is_in = match known {
        Known::OneIn | Known::AllIn if covers(others, texts) => true,
        Known::OneIn | Known::AllIn if are_apart(others, texts) => false,
        Known::OneOut | Known::AllOut if covers(texts, others) => false,
        _ => return None,
    };
    let speaks_of_all = matches!(known, Known::AllIn | Known::AllOut);
    if speaks_of_all {
        // There may be no value, so only a failing test can follow.
        return (hit != is_in).then_some(false);
    }
    if hit == is_in {
        return Some(true);
    }
    (count != Cardinality::Any).then_some(false)
}

/// Tests for sets of texts of which one surely includes the other.
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
                includes((service, folded), (its_service, folded))
                    && includes((name, folded), (its_name, folded))
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
            includes((wide, *case), (narrow, *its_case))
        }
        (Predicate::Arn(wide), Predicate::Arn(narrow)) => wide
            .iter()
            .zip(narrow.iter())
            .all(|(wide, narrow)| includes((wide, CaseRule::Exact), (narrow, CaseRule::Exact))),
        _ => wider == narrower,
    }
}

/// Tests for sets of texts that are surely disjoint.
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

/// Tests for a wider pattern that surely matches every text of the narrower one, by the comparison
/// of their letters.
fn includes(
    (wider, case): (&Pattern, CaseRule),
    (narrower, its_case): (&Pattern, CaseRule),
) -> bool {
    let is_same: fn(char, char) -> bool = match (case, its_case) {
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
    inclusion::reads(wider.tokens(), narrower.tokens(), is_same)
}

/// Tests for disjoint patterns: the texts that they begin or end with differ, or one is a text that
/// the other does not match.
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
