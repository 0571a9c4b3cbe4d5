//! Truth values of formulas: of one world, or of many at once.

use super::compiled::Scratch;
use crate::formula::FormulaId;

/// A truth value that a compiled set can be evaluated with.
pub(super) trait Truth: Copy {
    /// The value of a formula that does not depend on choices.
    fn constant(value: bool) -> Self;

    /// The value of the choice of this number.
    fn choice(scratch: &Scratch, number: usize) -> Self;

    /// The value, or its negation.
    fn is(self, wanted: bool) -> Self;

    /// The conjunction.
    fn and(self, other: Self) -> Self;

    /// The disjunction.
    fn or(self, other: Self) -> Self;

    /// Tells whether it is this value in every world.
    fn is_surely(self, value: bool) -> bool;

    /// The value of a formula that was read for this request.
    fn recalled(scratch: &Scratch, id: FormulaId) -> Option<Self>;

    /// Remembers the value of a formula for this request.
    fn remember(self, scratch: &mut Scratch, id: FormulaId);
}

/// The truth in up to 64 worlds: a bit for each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Table(pub(super) u64);

/// Number of choices whose worlds fit into a [`Table`].
pub(super) const TABLE_CHOICES: usize = 6;

/// The worlds in which each of six choices is true: bit *w* is world *w*, whose bit *c* is the value
/// of choice *c*.
pub(super) const COLUMNS: [u64; TABLE_CHOICES] = [
    0xAAAA_AAAA_AAAA_AAAA,
    0xCCCC_CCCC_CCCC_CCCC,
    0xF0F0_F0F0_F0F0_F0F0,
    0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000,
    0xFFFF_FFFF_0000_0000,
];

impl Truth for bool {
    fn constant(value: bool) -> Self {
        value
    }

    // A set that is decided in one world has no choice in it.
    fn choice(_: &Scratch, _: usize) -> Self {
        debug_assert!(false, "a choice in a set of one world");
        false
    }

    fn is(self, wanted: bool) -> Self {
        self == wanted
    }

    fn and(self, other: Self) -> Self {
        self && other
    }

    fn or(self, other: Self) -> Self {
        self || other
    }

    fn is_surely(self, value: bool) -> bool {
        self == value
    }

    fn recalled(scratch: &Scratch, id: FormulaId) -> Option<Self> {
        let known = scratch.known.get(id.index())?;
        (known >> 1 == scratch.generation).then_some(known & 1 == 1)
    }

    fn remember(self, scratch: &mut Scratch, id: FormulaId) {
        if let Some(slot) = scratch.known.get_mut(id.index()) {
            *slot = (scratch.generation << 1) | u64::from(self);
        }
    }
}

impl Truth for Table {
    fn constant(value: bool) -> Self {
        Self(if value { u64::MAX } else { 0 })
    }

    fn choice(scratch: &Scratch, number: usize) -> Self {
        Self(scratch.columns.get(number).copied().unwrap_or_default())
    }

    fn is(self, wanted: bool) -> Self {
        if wanted { self } else { Self(!self.0) }
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn is_surely(self, value: bool) -> bool {
        self == Self::constant(value)
    }

    fn recalled(scratch: &Scratch, id: FormulaId) -> Option<Self> {
        let known = scratch.known.get(id.index())?;
        let value = scratch.tables.get(id.index())?;
        (known >> 1 == scratch.generation).then_some(Self(*value))
    }

    fn remember(self, scratch: &mut Scratch, id: FormulaId) {
        if let (Some(slot), Some(value)) =
            (scratch.known.get_mut(id.index()), scratch.tables.get_mut(id.index()))
        {
            (*slot, *value) = (scratch.generation << 1, self.0);
        }
    }
}
