//! Atoms whose patterns have policy variables in them.

use crate::field_id::FieldId;
use polsim_decide::formula::Predicate;
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece, Variable};

/// A test of a field by predicates with policy variables, and its truth value in the lemma.
#[derive(Clone, Debug)]
pub(crate) struct CrossFieldAtom<'a> {
    pub(crate) field: FieldId,
    pub(crate) any_of: &'a [Predicate],
    /// True if some value must satisfy a predicate, false if some value must satisfy none.
    pub(crate) hit: bool,
    /// True if the test passes in the request that the lemma excludes.
    pub(crate) value: bool,
}

impl CrossFieldAtom<'_> {
    /// The pattern of a test by one case-sensitive pattern.
    pub(super) fn one_pattern(&self) -> Option<&Pattern> {
        match self.any_of {
            [Predicate::Text(pattern, CaseRule::Exact)] if self.hit => Some(pattern),
            _ => None,
        }
    }

    /// The key of the only variable of a test that passes by one pattern whose rest is fixed text.
    pub(super) fn slot_key(&self) -> Option<&KeyName> {
        let pieces = self.one_pattern().filter(|_| self.value)?.pieces();
        let mut variables = pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(Variable { key, default: None }) => Some(key),
            _ => None,
        });
        let key = variables.next()?;
        let is_wild = |piece: &Piece| {
            matches!(
                piece,
                Piece::AnyOne | Piece::AnyRun | Piece::Variable(Variable { default: Some(_), .. })
            )
        };
        (variables.next().is_none() && !pieces.iter().any(is_wild)).then_some(key)
    }

    /// The pieces of the pattern, with a hole for the variable of this key.
    pub(super) fn around(&self, key: &KeyName) -> Option<Vec<Option<&Piece>>> {
        let is_key = |piece: &Piece| matches!(piece, Piece::Variable(it) if it.key == *key);
        let pieces = self.one_pattern()?.pieces();
        Some(pieces.iter().map(|piece| (!is_key(piece)).then_some(piece)).collect())
    }

    /// The key whose value, letter by letter, the test compares the field with.
    pub(super) fn whole_value(&self) -> Option<&KeyName> {
        self.one_pattern().and(self.value_like())
    }

    /// The key whose value the test compares the field with, letters folded or not.
    pub(super) fn value_like(&self) -> Option<&KeyName> {
        let [Predicate::Text(pattern, _)] = self.any_of else { return None };
        match pattern.pieces() {
            [Piece::Variable(Variable { key, default: None })] if self.hit => Some(key),
            _ => None,
        }
    }
}
