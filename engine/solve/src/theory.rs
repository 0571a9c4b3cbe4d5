//! Theories: decision procedures for a conjunction of literals on one field of the request.
//!
//! The boolean search assigns atoms; the atoms of one field are a conjunction of literals, which the
//! theory of that field answers with an [`Answer`]: a concrete witness, a small conflicting subset of
//! the literals, or the reason why it is unknown. The functions are pure, never panic, and count
//! their work in the caller's [`Steps`](polsim_check::budget::Steps): steps, not a clock, so that the
//! same question has the same answer on every machine.
//!
//! | module | field | cost |
//! | --- | --- | --- |
//! | [`strings`] | text under wildcard patterns | states of the product that the search meets |
//! | [`relation`] | two pattern sets: inclusion, disjointness | their lengths |
//! | [`addresses`] | an IP address | n log n in the ranges |
//! | [`numbers`] | decimals and instants | bounds times literals |
//! | [`key`] | the values of a context key | one question of the above for each wanted value |
//! | [`action`] | the action | a question about strings |
//!
//! Policy variables have been replaced before a theory sees a pattern; where one is met all the
//! same, the answer is [`Unknown::Variable`].

use polsim_check::budget::Exhausted;

pub(crate) mod action;
pub(crate) mod addresses;
pub(crate) mod conflict;
pub(crate) mod key;
mod lexical;
pub(crate) mod numbers;
pub(crate) mod pattern_set;
pub(crate) mod relation;
pub(crate) mod strings;

/// The answer of a theory about a conjunction of literals.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Answer<Witness> {
    /// A witness that satisfies all of them.
    Sat(Witness),
    /// Conflicting literals, by index: ascending, and minimal unless the budget ran out while
    /// minimising.
    Unsat(Vec<usize>),
    /// Undecided, for this reason.
    Unknown(Unknown),
}

/// The reason why a theory is undecided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unknown {
    /// Exhaustion of the step budget.
    Budget,
    /// A mixture: the literals at these two indices read the value in ways that are not decided
    /// together.
    Mixture(usize, usize),
    /// A policy variable in the literal at this index.
    Variable(usize),
}

impl<Witness> Answer<Witness> {
    /// The same answer about literals that carry other indices.
    pub(crate) fn renumbered(self, index_of: impl Fn(usize) -> usize) -> Self {
        match self {
            Self::Sat(witness) => Self::Sat(witness),
            Self::Unsat(core) => {
                let mut core: Vec<usize> = core.into_iter().map(index_of).collect();
                core.sort_unstable();
                core.dedup();
                Self::Unsat(core)
            }
            Self::Unknown(unknown) => Self::Unknown(unknown.renumbered(index_of)),
        }
    }

    /// The same answer without `background`, the index of a literal that holds in any case.
    pub(crate) fn without(mut self, background: usize) -> Self {
        if let Self::Unsat(core) = &mut self {
            core.retain(|at| *at != background);
        }
        self
    }

    /// The same answer with another form of witness.
    pub(crate) fn map<Other>(self, change: impl FnOnce(Witness) -> Other) -> Answer<Other> {
        match self {
            Self::Sat(witness) => Answer::Sat(change(witness)),
            Self::Unsat(core) => Answer::Unsat(core),
            Self::Unknown(unknown) => Answer::Unknown(unknown),
        }
    }
}

impl Unknown {
    fn renumbered(self, index_of: impl Fn(usize) -> usize) -> Self {
        match self {
            Self::Budget => Self::Budget,
            Self::Mixture(one, other) => Self::Mixture(index_of(one), index_of(other)),
            Self::Variable(index) => Self::Variable(index_of(index)),
        }
    }
}

impl<Witness> From<Exhausted> for Answer<Witness> {
    fn from(_: Exhausted) -> Self {
        Self::Unknown(Unknown::Budget)
    }
}
