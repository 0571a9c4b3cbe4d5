//! Diagnostics and explanations as text for people. The engine's data comes in, text goes out; the
//! console takes colour away where it is not wanted.

mod diagnostic;
mod excerpt;
mod explanation;
mod layers;
mod style;
mod topology;

pub(crate) use diagnostic::{Remark, diagnostic, failure, message};
pub(crate) use explanation::{View, explanation};
pub(crate) use style::{bad, good, heading};
pub(crate) use topology::{Theme, topology};

/// The width of everything that is drawn. Fixed, so that the same input gives the same bytes.
const WIDTH: usize = 100;
