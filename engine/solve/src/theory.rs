//! Theories: for one field of the request, is a conjunction of literals on it satisfiable?
//!
//! The boolean search assigns atoms; what it assigns on one field is a conjunction of literals, and
//! each theory answers for its kind of field with an [`Answer`]: a concrete witness, a small subset
//! of the literals that contradicts itself, or the reason why it cannot tell. The functions are
//! pure, never panic, and count their work in the caller's [`Steps`]: steps, not a clock, so that
//! the same question has the same answer on every machine.
//!
//! | module | field | cost |
//! | --- | --- | --- |
//! | [`strings`] | text under wildcard patterns | states of the product that the search meets |
//! | [`relation`] | two patterns: does one cover the other, do they clash | their lengths |
//! | [`addresses`] | an IP address | n log n in the ranges |
//! | [`numbers`] | decimals and instants | bounds times literals |
//! | [`key`] | the values of a context key | one question of the above for each wanted value |
//! | [`action`] | the action | a question about strings |
//!
//! Policy variables have been replaced before a theory sees a pattern; where one is met all the
//! same, the answer is [`Unknown::Variable`].

pub(crate) use polsim_check::budget::{Exhausted, Steps};

pub(crate) mod action;
pub(crate) mod addresses;
pub(crate) mod conflict;
pub(crate) mod key;
mod lexical;
pub(crate) mod numbers;
pub(crate) mod pattern_set;
pub(crate) mod relation;
pub(crate) mod strings;

/// What a theory says about a conjunction of literals.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Answer<Witness> {
    /// This satisfies all of them.
    Sat(Witness),
    /// The literals at these indices contradict each other; ascending, and none can be left out
    /// unless the budget ran out while trying.
    Unsat(Vec<usize>),
    /// It cannot tell.
    Unknown(Unknown),
}

/// Why a theory cannot tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unknown {
    /// The step budget ran out.
    Budget,
    /// The literals at these two indices read the same value in ways that are not decided together.
    Mixture(usize, usize),
    /// The literal at this index has a policy variable in it.
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

    /// The same answer without `background`, the index of something that is known anyway.
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
