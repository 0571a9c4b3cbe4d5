//! Variables and literals of the boolean search, and tables over them.

use std::fmt;
use std::ops::Not;

/// A variable: a gate or an atom of the formula.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Var(u32);

/// A variable or its negation.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Lit(u32);

/// A value for each index; what was never set is the default.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    rows: Vec<T>,
    default: T,
}

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

impl<T: Clone> Table<T> {
    /// A table that holds `default` everywhere.
    pub(crate) fn new(default: T) -> Self {
        Self { rows: Vec::new(), default }
    }

    /// The value at `index`.
    pub(crate) fn get(&self, index: usize) -> &T {
        self.rows.get(index).unwrap_or(&self.default)
    }

    /// The place at `index`.
    pub(crate) fn entry(&mut self, index: usize) -> &mut T {
        if self.rows.len() <= index {
            self.rows.resize(index.saturating_add(1), self.default.clone());
        }
        self.rows.get_mut(index).unwrap_or(&mut self.default)
    }

    /// Makes room for so many rows.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows.saturating_sub(self.rows.len()));
    }

    /// Sets the value at `index`.
    pub(crate) fn set(&mut self, index: usize, value: T) {
        *self.entry(index) = value;
    }

    /// All places that were ever set, and those between.
    pub(crate) fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }
}
