//! The readings under which policies are lowered.

use crate::catalog::readings::{self, Reading};
use crate::formula::{Atom, ChoiceId, FormulaId, Formulas, World};

/// The treatment of each reading that AWS leaves open: by its default, pinned to a side, or open, so
/// that its choice stands in the formulas.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::lower::Readings;
/// let defaults = Readings::default();
/// let open = Readings::open();
/// assert_ne!(defaults, open);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Readings {
    /// The choices that have one value, whatever is open.
    pinned: World,
    open: Open,
}

/// The readings that are open unless they are pinned.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
enum Open {
    All,
    Named(Vec<Box<str>>),
    #[default]
    None,
}

impl Readings {
    /// Every reading open.
    pub fn open() -> Self {
        Self { pinned: World::default(), open: Open::All }
    }

    /// The same with every reading open that is not pinned.
    #[must_use]
    pub fn opened(mut self) -> Self {
        self.open = Open::All;
        self
    }

    /// The same with no reading open: by their defaults, but for those that are pinned.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.open = Open::None;
        self
    }

    /// Every reading as this world has it, those that it does not name by their defaults.
    pub fn in_world(world: World) -> Self {
        Self { pinned: world, open: Open::None }
    }

    /// The reading of this name open, the others as they are.
    #[must_use]
    pub fn opening(mut self, name: &str) -> Self {
        match &mut self.open {
            Open::All => (),
            Open::Named(open) => open.push(name.into()),
            Open::None => self.open = Open::Named(vec![name.into()]),
        }
        self
    }

    /// The same with this choice pinned to a value.
    #[must_use]
    pub fn pinning_choice(mut self, choice: ChoiceId, value: bool) -> Self {
        self.pinned.set(choice, value);
        self
    }

    /// The same with this reading pinned to the side of this word; unchanged if it has no such side.
    #[must_use]
    pub fn pinning(mut self, reading: &'static Reading, word: &str) -> Self {
        if reading.side(word).is_some() {
            for side in reading.alternatives {
                let choice = ChoiceId::world(reading.choice(side.word));
                self.pinned.set(choice, side.word == word);
            }
        }
        self
    }

    /// The choices that are pinned, with their values.
    pub fn pinned(&self) -> &World {
        &self.pinned
    }

    /// The value of a choice; none where it is open.
    pub fn value(&self, choice: &ChoiceId) -> Option<bool> {
        let is_open = || match &self.open {
            Open::All => true,
            Open::Named(names) => names.iter().any(|it| **it == *base_name(choice)),
            Open::None => false,
        };
        self.pinned.value(choice).or_else(|| (!is_open()).then_some(false))
    }
}

/// The name of what a choice is about: without its kind, and the word of an alternative.
fn base_name(choice: &ChoiceId) -> &str {
    let name = choice.name();
    let name = name.split_once(':').map_or(name, |(_, name)| name);
    name.split_once('=').map_or(name, |(name, _)| name)
}

/// The worlds that can be: at most one alternative of each reading is so.
pub fn at_most_one_alternative(formulas: &mut Formulas, choices: &[ChoiceId]) -> FormulaId {
    let mut parts = Vec::new();
    for (at, one) in choices.iter().enumerate() {
        for other in choices.iter().skip(at.saturating_add(1)) {
            if are_alternatives(one, other) {
                let [one, other] = [one, other].map(|it| formulas.atom(Atom::Choice(it.clone())));
                parts.push(formulas.add(!one | !other));
            }
        }
    }
    formulas.all(parts)
}

/// Tells whether the world of this number over these choices can be.
pub fn is_possible(choices: &[ChoiceId], world: usize) -> bool {
    let taken = || choices.iter().enumerate().filter(|(at, _)| world >> at & 1 == 1);
    taken().all(|(at, one)| {
        !taken().any(|(other_at, other)| at < other_at && are_alternatives(one, other))
    })
}

fn are_alternatives(one: &ChoiceId, other: &ChoiceId) -> bool {
    let reading = |it: &ChoiceId| readings::of_choice(it.name()).map(|(reading, _)| reading.name);
    reading(one).is_some() && reading(one) == reading(other)
}

/// The store that policies are lowered into, the readings that they are lowered under, and the
/// choices that they touch.
pub(super) struct Lowering<'a> {
    pub(super) formulas: &'a mut Formulas,
    pub(super) readings: &'a Readings,
    /// The choices that some construct asked about, in the order of their names.
    pub(super) reads: &'a mut Vec<ChoiceId>,
}

impl Lowering<'_> {
    /// The choice of a reading's alternative where it matters: a constant true if it is pinned to
    /// it, an atom if it is open. None where the alternative is not taken, so that nothing is built
    /// for it and the formulas are those of the default, node for node.
    pub(super) fn choice(&mut self, reading: &'static Reading, word: &str) -> Option<FormulaId> {
        let choice = ChoiceId::world(reading.choice(word));
        let value = self.readings.value(&choice);
        if let Err(at) = self.reads.binary_search(&choice) {
            self.reads.insert(at, choice.clone());
        }
        match value {
            Some(false) => None,
            Some(true) => Some(self.formulas.truth(true)),
            None => Some(self.formulas.atom(Atom::Choice(choice))),
        }
    }
}
