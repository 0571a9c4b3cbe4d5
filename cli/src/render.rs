//! Rendering: diagnostics and explanations as text for people, topologies as pictures. The console
//! removes colour where it is not wanted.

mod depends;
mod diagnostic;
mod excerpt;
mod explanation;
mod layers;
mod prose;
mod remedies;
mod style;
mod topology;

pub(crate) use depends::depends;
pub(crate) use diagnostic::{Remark, diagnostic, failure, message};
pub(crate) use explanation::{View, explanation};
pub(crate) use prose::{paragraph, section};
pub(crate) use style::{bad, good, heading};
pub(crate) use topology::{Theme, topology};

/// The width of text in columns: fixed, so that the same input gives the same bytes.
const WIDTH: usize = 100;
