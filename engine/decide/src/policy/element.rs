//! The elements that list values: Action, Resource, Principal and their negations.

use super::Spanned;
use crate::text::Span;

/// Whether an element lists what it covers or what it leaves out.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Polarity {
    /// `NotAction`, `NotResource`, `NotPrincipal`: everything but the listed.
    AllBut,
    /// `Action`, `Resource`, `Principal`: the listed.
    Listed,
}

/// An element and its values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Element<T> {
    /// Which of the two forms.
    pub polarity: Polarity,
    /// From the element's name to the end of its value.
    pub span: Span,
    /// The values, in the order of the text.
    pub values: Vec<Spanned<T>>,
}
