//! Diagnostics and explanations as text for people. The engine's data comes in, text goes out; the
//! console takes colour away where it is not wanted.

mod diagnostic;

pub(crate) use diagnostic::{diagnostic, failure};
