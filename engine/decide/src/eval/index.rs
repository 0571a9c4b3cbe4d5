//! An index from actions to the statements that can match: found by looking up, not by asking each.
//!
//! A *guard* is the formula of an Action or NotAction element. The index maps an action to the
//! guards that hold, so that a reader leaves all other statements alone. Literal patterns are found
//! by a hash of the whole action, wildcard patterns by a hash of the service and the first few
//! characters of the name; only what shares them is matched.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::formula::{Atom, FormulaId, Formulas, Node};
use crate::policy::ActionPattern;
use crate::request::Action;
use crate::text::{Fnv1a, Pattern, Piece};

/// Number of characters of an action's name that take part in the lookup.
const PREFIX: usize = 4;

/// The guards of a policy set.
#[derive(Clone, Debug, Default)]
pub(super) struct ActionIndex {
    guards: Vec<Guard>,
    by_prefix: HashMap<u64, Vec<Entry>, FxBuildHasher>,
    /// Patterns whose service has a wildcard.
    anywhere: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    pattern: ActionPattern,
    guard: usize,
}

/// A guard: its formula, and whether a hit of its patterns makes it true or false.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    pub(super) formula: FormulaId,
    pub(super) when_hit: bool,
}

impl ActionIndex {
    /// The index of these guards. `None` in place of a formula that speaks of more than the action.
    pub(super) fn new(
        formulas: &Formulas,
        candidates: impl IntoIterator<Item = FormulaId>,
    ) -> Self {
        let mut index = Self::default();
        let mut seen = std::collections::HashSet::with_hasher(FxBuildHasher);
        for formula in candidates {
            if !seen.insert(formula) {
                continue;
            }
            let Some((patterns, when_hit)) = guard_patterns(formulas, formula) else { continue };
            let guard = index.guards.len();
            index.guards.push(Guard { formula, when_hit });
            for pattern in patterns {
                index.insert(pattern, guard);
            }
        }
        index
    }

    pub(super) fn guards(&self) -> &[Guard] {
        &self.guards
    }

    fn insert(&mut self, pattern: ActionPattern, guard: usize) {
        let hash = match &pattern {
            ActionPattern::Any => None,
            ActionPattern::Of { service, name } => service.as_literal().map(|service| {
                let (prefix, whole) = literal_start(name);
                let keep = if whole { usize::MAX } else { PREFIX };
                let hash = fold(Fnv1a::new(), service.bytes());
                let hash = fold(hash, std::iter::once(b':').chain(prefix.bytes().take(keep)));
                if whole { finish(hash) } else { hash.value() }
            }),
        };
        let entry = Entry { pattern, guard };
        match hash {
            Some(hash) => self.by_prefix.entry(hash).or_default().push(entry),
            None => self.anywhere.push(entry),
        }
    }

    /// Calls `hit` with each guard that a pattern of matches the action, perhaps more than once.
    pub(super) fn each_hit(&self, action: &Action, mut hit: impl FnMut(usize)) {
        for entry in &self.anywhere {
            if entry.pattern.matches(action) {
                hit(entry.guard);
            }
        }
        if self.by_prefix.is_empty() {
            return;
        }
        let mut look_up = |hash: u64| {
            for entry in self.by_prefix.get(&hash).map(Vec::as_slice).unwrap_or_default() {
                if entry.pattern.matches(action) {
                    hit(entry.guard);
                }
            }
        };
        let mut hash = fold(fold(Fnv1a::new(), action.service().bytes()), std::iter::once(b':'));
        look_up(hash.value());
        for (at, byte) in action.name().bytes().enumerate() {
            hash = fold(hash, std::iter::once(byte));
            if at < PREFIX {
                look_up(hash.value());
            }
        }
        look_up(finish(hash));
    }
}

/// The patterns of a guard and whether hitting one makes it true; `None` for any other formula.
fn guard_patterns(formulas: &Formulas, formula: FormulaId) -> Option<(Vec<ActionPattern>, bool)> {
    let pattern = |id: &FormulaId| match formulas.node(*id) {
        Node::Atom(atom) => match formulas.atom_of(*atom)? {
            Atom::Action(pattern) => Some(pattern.clone()),
            _ => None,
        },
        _ => None,
    };
    match formulas.node(formula) {
        Node::Any(parts) => Some((parts.iter().map(pattern).collect::<Option<_>>()?, true)),
        Node::Not(inner) => match guard_patterns(formulas, *inner)? {
            (patterns, true) => Some((patterns, false)),
            (_, false) => None,
        },
        _ => Some((vec![pattern(&formula)?], true)),
    }
}

/// The literal characters that a pattern starts with, and whether they are all of it.
fn literal_start(pattern: &Pattern) -> (&str, bool) {
    match pattern.pieces() {
        [] => ("", true),
        [Piece::Text(text)] => (text, true),
        [Piece::Text(text), ..] => (text, false),
        _ => ("", false),
    }
}

/// The hash of the bytes so far and `bytes`, without ASCII case.
fn fold(hash: Fnv1a, bytes: impl Iterator<Item = u8>) -> Fnv1a {
    bytes.fold(hash, |hash, byte| hash.byte(byte.to_ascii_lowercase()))
}

/// Tells a whole action from the same text as a prefix.
fn finish(hash: Fnv1a) -> u64 {
    hash.value() ^ 0x9E37_79B9_7F4A_7C15
}
