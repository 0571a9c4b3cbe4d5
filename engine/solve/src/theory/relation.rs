//! Relations between two pattern sets: inclusion and disjointness, where possible without a search.

use super::pattern_set::{Class, PatternSet, State, Symbol};
use polsim_decide::text::fold_char;

/// Sound, incomplete test for disjoint sets, by the literal texts that they begin and end with.
pub(crate) fn are_disjoint(one: &PatternSet, other: &PatternSet) -> bool {
    one.branches().all(|left| other.branches().all(|right| clash(left, right)))
}

/// Sound, incomplete test for disjoint branches.
pub(crate) fn clash(left: &[State], right: &[State]) -> bool {
    heads_clash(left, right) || tails_clash(left, right)
}

fn heads_clash(left: &[State], right: &[State]) -> bool {
    for (one, other) in left.iter().zip(right) {
        match (one, other) {
            (State { self_loop: Some(_), .. }, _)
            | (_, State { self_loop: Some(_), .. })
            | (State { step: None, .. }, State { step: None, .. }) => return false,
            (State { step: Some(one), .. }, State { step: Some(other), .. }) => {
                if apart(*one, *other) {
                    return true;
                }
            }
            _ => return true,
        }
    }
    false
}

fn tails_clash(left: &[State], right: &[State]) -> bool {
    let mut ends = left.iter().rev().zip(right.iter().rev());
    // The last states consume nothing but by their self-loops.
    if ends.next().is_none_or(|(one, other)| one.self_loop.is_some() || other.self_loop.is_some()) {
        return false;
    }
    for (one, other) in ends {
        if let (Some(one), Some(other)) = (one.step, other.step)
            && apart(one, other)
        {
            return true;
        }
        if one.self_loop.is_some() || other.self_loop.is_some() {
            return false;
        }
    }
    false
}

/// Tests for symbols that have no character in common.
fn apart(one: Symbol, other: Symbol) -> bool {
    match (one, other) {
        (Symbol::Class(class), named) | (named, Symbol::Class(class)) => match named {
            Symbol::Char(c) => !class.has(c),
            _ => false,
        },
        (Symbol::Char(one), other) => !other.takes(one),
        (one, Symbol::Char(other)) => !one.takes(other),
        (
            Symbol::AsciiFolded(one) | Symbol::Folded(one),
            Symbol::AsciiFolded(other) | Symbol::Folded(other),
        ) => fold_char(one) != fold_char(other),
    }
}

/// Sound, incomplete test for inclusion of `narrower` in `wider`, without a search.
pub(crate) fn surely_covers(wider: &PatternSet, narrower: &PatternSet) -> bool {
    narrower.branches().all(|branch| reads(wider, branch))
}

/// Tests whether `wider` accepts a branch read as a word over characters, classes and self-loops.
///
/// Beside the walk over pattern tokens in theory combination, this one knows classes of characters,
/// which a walk with one backtrack point does not decide, and therefore keeps position sets.
fn reads(wider: &PatternSet, branch: &[State]) -> bool {
    let mut positions = wider.start();
    for state in branch {
        if let Some(run) = state.self_loop {
            positions.retain(|at| {
                wider
                    .state(*at)
                    .is_some_and(|own| own.self_loop.is_some_and(|class| class.covers(run)))
            });
        }
        if let Some(symbol) = state.step {
            positions = step(wider, &positions, symbol);
        }
        if positions.is_empty() {
            return false;
        }
    }
    positions.iter().any(|at| wider.state(*at).is_some_and(|state| state.step.is_none()))
}

fn step(wider: &PatternSet, positions: &[usize], symbol: Symbol) -> Vec<usize> {
    let takes_all = |class: Class| match symbol {
        Symbol::Class(narrow) => class.covers(narrow),
        Symbol::Char(c) => class.has(c),
        Symbol::AsciiFolded(_) | Symbol::Folded(_) => class == Class::Any,
    };
    let mut next = Vec::new();
    for at in positions {
        let Some(state) = wider.state(*at) else { continue };
        if state.self_loop.is_some_and(takes_all) {
            next.push(*at);
        }
        let steps = match state.step {
            None => false,
            Some(Symbol::Class(class)) => takes_all(class),
            Some(own) => match symbol {
                Symbol::Char(c) => own.takes(c),
                Symbol::AsciiFolded(c) => {
                    matches!(own, Symbol::AsciiFolded(_) | Symbol::Folded(_)) && own.takes(c)
                }
                Symbol::Folded(c) => matches!(own, Symbol::Folded(_)) && own.takes(c),
                Symbol::Class(_) => false,
            },
        };
        if steps {
            next.push(at.saturating_add(1));
        }
    }
    next.sort_unstable();
    next.dedup();
    next
}
