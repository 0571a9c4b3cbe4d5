//! Tables over worlds: a label for every assignment of some choices, and what the labels rest on.

use super::{ChoiceId, World};

/// Bound on the number of choices of a table.
pub const MAX_CHOICES: usize = 16;

/// A label for each world over some choices. World *w* gives choice *c* the value of bit *c* of *w*,
/// so world 0 is the default world. A world without label is one that cannot be.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{ChoiceId, WorldTable};
/// let choices = vec![ChoiceId::world("reading:a"), ChoiceId::world("reading:b")];
/// // Proved unless `b` takes its alternative.
/// let table = WorldTable::new(choices, |world| Some(if world & 2 == 0 { "proved" } else { "violated" }));
/// assert_eq!(table.depends_on().len(), 1);
/// assert_eq!(table.cases().len(), 2);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorldTable<L> {
    choices: Vec<ChoiceId>,
    // INVARIANT: 2 to the power of the number of choices, which is at most `MAX_CHOICES`.
    labels: Vec<Option<L>>,
}

impl<L: Clone + Eq> WorldTable<L> {
    /// The table with the labels that `label` gives, over at most [`MAX_CHOICES`] choices.
    pub fn new(mut choices: Vec<ChoiceId>, label: impl Fn(usize) -> Option<L>) -> Self {
        debug_assert!(choices.len() <= MAX_CHOICES, "too many choices for a table");
        choices.truncate(MAX_CHOICES);
        let worlds = 1_usize << choices.len();
        Self { choices, labels: (0..worlds).map(label).collect() }
    }

    /// The choices, in the order of their bits.
    pub fn choices(&self) -> &[ChoiceId] {
        &self.choices
    }

    /// The label of a world, if it can be.
    pub fn label(&self, world: usize) -> Option<&L> {
        self.labels.get(world)?.as_ref()
    }

    /// Gives a world a label.
    pub fn set(&mut self, world: usize, label: L) {
        if let Some(slot) = self.labels.get_mut(world) {
            *slot = Some(label);
        }
    }

    /// The worlds that can be, the fewest alternatives first.
    pub fn worlds(&self) -> Vec<usize> {
        let mut worlds: Vec<usize> =
            (0..self.labels.len()).filter(|world| self.label(*world).is_some()).collect();
        worlds.sort_by_key(|world| (world.count_ones(), *world));
        worlds
    }

    /// The values of the choices of `mask` in `world`.
    pub fn world(&self, world: usize, mask: usize) -> World {
        let bits = self.choices.iter().enumerate();
        let named = bits.filter(|(at, _)| mask >> at & 1 == 1);
        named.map(|(at, choice)| (choice.clone(), world >> at & 1 == 1)).collect()
    }

    /// The mask of all choices.
    pub fn every_choice(&self) -> usize {
        self.labels.len().saturating_sub(1)
    }

    /// The smallest set of choices whose values tell the label, ties by the order of the choices.
    pub fn depends_on(&self) -> Vec<&ChoiceId> {
        let mask = self.determining();
        let chosen = self.choices.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
        chosen.map(|(_, choice)| choice).collect()
    }

    /// Cubes of worlds with one label each that cover the table, none of which could leave out a
    /// choice: the mask and a world of the cube, in the order of [`worlds`](Self::worlds).
    pub fn cases(&self) -> Vec<(usize, usize)> {
        let within = self.determining();
        let mut cases: Vec<(usize, usize)> = Vec::new();
        for world in self.worlds() {
            let covered = |(mask, of): &(usize, usize)| world & mask == of & mask;
            if cases.iter().any(covered) {
                continue;
            }
            let mut mask = within;
            for at in 0..self.choices.len() {
                let less = mask & !(1_usize << at);
                if self.is_uniform(less, world) {
                    mask = less;
                }
            }
            cases.push((mask, world));
        }
        cases
    }

    /// Tells whether the worlds that agree with `world` on `mask` have one label.
    fn is_uniform(&self, mask: usize, world: usize) -> bool {
        let own = self.label(world);
        let agree = |other: &usize| other & mask == world & mask;
        let mut labels = (0..self.labels.len()).filter(agree).filter_map(|it| self.label(it));
        labels.all(|label| Some(label) == own)
    }

    /// The mask of the smallest determining set.
    fn determining(&self) -> usize {
        let worlds = self.worlds();
        // A choice is essential if two worlds that differ in it alone have two labels.
        let essential = (0..self.choices.len()).map(|at| 1_usize << at).filter(|bit| {
            worlds.iter().any(|world| {
                let other = self.label(world ^ bit);
                other.is_some() && other != self.label(*world)
            })
        });
        let essential = essential.fold(0, |mask, bit| mask | bit);
        if self.determines(essential, &worlds) {
            return essential;
        }
        let mut masks: Vec<usize> =
            (0..self.labels.len()).filter(|mask| mask & essential == essential).collect();
        // Among sets of one size the one with the earliest choices: its reversed bits are greatest.
        masks.sort_by_key(|mask| (mask.count_ones(), std::cmp::Reverse(mask.reverse_bits())));
        masks
            .into_iter()
            .find(|mask| self.determines(*mask, &worlds))
            .unwrap_or_else(|| self.every_choice())
    }

    /// Tells whether worlds that agree on `mask` have one label.
    fn determines(&self, mask: usize, worlds: &[usize]) -> bool {
        let mut seen: Vec<Option<&L>> = vec![None; self.labels.len()];
        worlds.iter().all(|world| {
            let label = self.label(*world);
            seen.get_mut(world & mask).is_some_and(|slot| {
                if let Some(known) = slot {
                    Some(*known) == label
                } else {
                    *slot = label;
                    true
                }
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::WorldTable;
    use crate::formula::ChoiceId;

    fn table(choices: usize, label: impl Fn(usize) -> Option<u8>) -> WorldTable<u8> {
        let names = ["a", "b", "c", "d"];
        WorldTable::new(names[..choices].iter().map(|it| ChoiceId::world(*it)).collect(), label)
    }

    fn names(table: &WorldTable<u8>) -> Vec<&str> {
        table.depends_on().into_iter().map(ChoiceId::name).collect()
    }

    #[test]
    fn one_label_depends_on_nothing() {
        let table = table(3, |_| Some(7));
        assert!(table.depends_on().is_empty());
        assert_eq!(table.cases(), [(0, 0)]);
    }

    #[test]
    fn a_conjunction_depends_on_both_and_has_three_prime_cases() {
        // Label 1 where a and c are true.
        let table = table(3, |world| Some(u8::from(world & 0b101 == 0b101)));
        assert_eq!(names(&table), ["a", "c"]);
        // Not c, not a, both.
        let mut masks: Vec<usize> = table.cases().into_iter().map(|(mask, _)| mask).collect();
        masks.sort_unstable();
        assert_eq!(masks, [0b001, 0b100, 0b101]);
    }

    #[test]
    fn where_two_choices_exclude_each_other_either_may_tell() {
        // Exactly one of the two is true, so each tells the other; the first is named.
        let table = table(2, |world| match world {
            0b01 => Some(0),
            0b10 => Some(1),
            _ => None,
        });
        assert_eq!(names(&table), ["a"]);
    }

    #[test]
    fn cases_cover_and_each_has_one_label() {
        for labels in 0..256_usize {
            let table = table(3, |world| Some(u8::from(labels >> world & 1 == 1)));
            for world in 0..8 {
                let agree = |(mask, of): &&(usize, usize)| world & mask == of & mask;
                let cases = table.cases();
                let mut of: Vec<_> = cases.iter().filter(agree).collect();
                assert!(!of.is_empty());
                of.retain(|(_, of)| table.label(*of) != table.label(world));
                assert!(of.is_empty(), "{labels:08b} {world}");
            }
        }
    }
}
