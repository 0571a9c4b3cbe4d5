//! The symbolic reader of the formula: for every request, not for a sample.

#[expect(dead_code, reason = "the search that asks the theories is still to come")]
pub(crate) mod theory;
