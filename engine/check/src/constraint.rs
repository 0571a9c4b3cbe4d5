//! Constraints on one value: predicates of which it satisfies one, or none.

use polsim_decide::formula::Predicate;

/// Predicates, and true if the value must satisfy one of them, false if it must satisfy none.
pub(crate) type Constraint<'a> = (&'a [Predicate], bool);

/// The kinds of predicates: a value that satisfies one is decided kind by kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Addresses in a range.
    Address,
    /// Comparisons of date-times.
    Date,
    /// Predicates with few satisfying texts: truth values and base64.
    Few,
    /// Comparisons of decimal numbers.
    Number,
    /// Patterns of texts and ARNs.
    Text,
}

impl Kind {
    /// The kind of a predicate; none for the predicate that nothing satisfies.
    pub(crate) fn of(predicate: &Predicate) -> Option<Self> {
        match predicate {
            Predicate::Address(_) => Some(Self::Address),
            Predicate::Arn(_) | Predicate::Text(..) => Some(Self::Text),
            Predicate::Binary(_) | Predicate::Bool(_) => Some(Self::Few),
            Predicate::Date(..) => Some(Self::Date),
            Predicate::Never => None,
            Predicate::Number(..) => Some(Self::Number),
        }
    }
}

/// Tests for a policy variable in the predicate's patterns.
pub(crate) fn has_variable(predicate: &Predicate) -> bool {
    predicate.patterns().iter().any(|pattern| pattern.variables().next().is_some())
}
