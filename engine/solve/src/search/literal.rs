//! Variables and literals of the boolean search.

use std::fmt;
use std::ops::Not;

/// A variable: a gate or an atom of the formula.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Var(u32);

/// A variable or its negation.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Lit(u32);

impl Var {
    /// The variable of this number; numbers beyond 2^31 are folded into it.
    pub(crate) fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX) & (u32::MAX >> 1))
    }

    /// Its number.
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// The literal that it is true.
    pub(crate) fn positive(self) -> Lit {
        Lit(self.0.wrapping_shl(1))
    }

    /// The literal that it has this value.
    pub(crate) fn is(self, value: bool) -> Lit {
        if value { self.positive() } else { !self.positive() }
    }
}

impl Lit {
    /// Its variable.
    pub(crate) fn var(self) -> Var {
        Var(self.0.wrapping_shr(1))
    }

    /// The value that it gives its variable.
    pub(crate) fn is_positive(self) -> bool {
        self.0 & 1 == 0
    }

    /// A number below twice the number of variables.
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
