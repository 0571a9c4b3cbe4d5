//! Index tables: a vector that grows on access and has a default for what was never set.

/// A growing vector of values; an index that was never set has the default.
#[derive(Clone, Debug)]
pub struct Table<T> {
    rows: Vec<T>,
    default: T,
}

impl<T: Clone> Table<T> {
    /// A table that holds `default` everywhere.
    pub fn new(default: T) -> Self {
        Self { rows: Vec::new(), default }
    }

    /// The value at `index`.
    pub fn get(&self, index: usize) -> &T {
        self.rows.get(index).unwrap_or(&self.default)
    }

    /// The mutable value at `index`.
    pub fn entry(&mut self, index: usize) -> &mut T {
        if self.rows.len() <= index {
            self.rows.resize(index.saturating_add(1), self.default.clone());
        }
        self.rows.get_mut(index).unwrap_or(&mut self.default)
    }

    /// Reserves room for `rows` values.
    pub fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows.saturating_sub(self.rows.len()));
    }

    /// Sets the value at `index`.
    pub fn set(&mut self, index: usize, value: T) {
        *self.entry(index) = value;
    }

    /// The values of all indices up to the greatest that was set.
    pub fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }
}
