//! Variables, literals and clause ids of the boolean search, as packed indices.

use std::fmt;
use std::ops::Not;

/// A propositional variable: a gate or an atom of the formula, or an activation variable.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Var(u32);

/// A literal: a variable or its negation.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Lit(u32);

/// The index of a clause, valid until the next reduction of the clause database.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ClauseId(u32);

impl Var {
    /// The variable of this number, which is below 2^31.
    pub(crate) fn new(index: usize) -> Self {
        debug_assert!(u32::try_from(index).is_ok_and(|it| it <= u32::MAX >> 1), "variable {index}");
        Self(u32::try_from(index).unwrap_or(u32::MAX) & (u32::MAX >> 1))
    }

    /// The number of the variable.
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// The positive literal of the variable.
    pub(crate) fn positive(self) -> Lit {
        Lit(self.0.wrapping_shl(1))
    }

    /// The literal that gives the variable this value.
    pub(crate) fn is(self, value: bool) -> Lit {
        if value { self.positive() } else { !self.positive() }
    }
}

impl Lit {
    /// The variable of the literal.
    pub(crate) fn var(self) -> Var {
        Var(self.0.wrapping_shr(1))
    }

    /// Tests for the positive literal of the variable.
    pub(crate) fn is_positive(self) -> bool {
        self.0 & 1 == 0
    }

    /// The number of the literal, below twice the number of variables.
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl ClauseId {
    /// The id of the clause at `index`, which is below 2^31: clauses are fewer than that in any
    /// memory budget.
    pub(crate) fn new(index: usize) -> Self {
        debug_assert!(u32::try_from(index).is_ok_and(|it| it < u32::MAX / 2), "clause {index}");
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The index of the clause.
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Not for Lit {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0 ^ 1)
    }
}

impl fmt::Debug for Var {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "x{}", self.0)
    }
}

impl fmt::Debug for Lit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", if self.is_positive() { "" } else { "-" }, self.var())
    }
}
