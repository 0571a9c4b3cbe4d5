//! The elements that list values: Action, Resource, Principal and their negations.

use super::Spanned;
use crate::text::{Pattern, Span};

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

/// A value of Action or NotAction. Letters compare without ASCII case (policy language §2.2).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ActionPattern {
    /// `*`: every action of every service.
    Any,
    /// `service:name`, either part with wildcards.
    Of {
        /// The part before the colon.
        service: Pattern,
        /// The part after it.
        name: Pattern,
    },
}

impl std::fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Of { service, name } => write!(f, "{service}:{name}"),
        }
    }
}
