//! The worlds in which formulas hold for one request.

use rustc_hash::FxHashMap;

use super::{Atom, ChoiceId, FormulaId, Formulas, Node};
use crate::request::Request;

/// A set of worlds over some choices: a bit for each world.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::WorldSet;
/// let second = WorldSet::of_choice(2, 1);
/// assert!(second.contains(0b10) && second.contains(0b11) && !second.contains(0b01));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorldSet {
    // INVARIANT: at least one word; worlds of fewer than six choices repeat within it.
    words: Vec<u64>,
}

/// The worlds in which each of the first six choices is true, within a word.
const COLUMNS: [u64; 6] = [
    0xAAAA_AAAA_AAAA_AAAA,
    0xCCCC_CCCC_CCCC_CCCC,
    0xF0F0_F0F0_F0F0_F0F0,
    0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000,
    0xFFFF_FFFF_0000_0000,
];

impl WorldSet {
    /// All worlds over so many choices, or none.
    pub fn constant(choices: usize, all: bool) -> Self {
        let words = 1_usize << choices.saturating_sub(COLUMNS.len());
        Self { words: vec![if all { u64::MAX } else { 0 }; words] }
    }

    /// The worlds over so many choices in which the one of this number is true.
    pub fn of_choice(choices: usize, number: usize) -> Self {
        let mut set = Self::constant(choices, false);
        for (at, word) in set.words.iter_mut().enumerate() {
            *word = match COLUMNS.get(number) {
                Some(column) => *column,
                None if at >> number.saturating_sub(COLUMNS.len()) & 1 == 1 => u64::MAX,
                None => 0,
            };
        }
        set
    }

    /// Tells whether the world is in the set.
    pub fn contains(&self, world: usize) -> bool {
        self.words.get(world >> 6).is_some_and(|word| word >> (world & 63) & 1 == 1)
    }

    fn combine(&mut self, other: &Self, with: impl Fn(u64, u64) -> u64) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word = with(*word, *other);
        }
    }
}

impl Formulas {
    /// The choices that a formula speaks of, in the order of their names.
    pub fn choices(&self, root: FormulaId) -> Vec<ChoiceId> {
        let mut found = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.node(id) {
                Node::Atom(atom) => {
                    if let Some(Atom::Choice(choice)) = self.atom_of(*atom) {
                        found.push(choice.clone());
                    }
                }
                node => open.extend(node.parts()),
            }
        }
        found.sort_unstable();
        found
    }

    /// The worlds over these choices in which a formula holds for a request; choices besides have
    /// their default. Each part is evaluated once, in all worlds at a time.
    pub fn worlds(&self, root: FormulaId, request: &Request, choices: &[ChoiceId]) -> WorldSet {
        Worlds { formulas: self, request, choices, known: FxHashMap::default() }.holds(root)
    }
}

struct Worlds<'a> {
    formulas: &'a Formulas,
    request: &'a Request,
    choices: &'a [ChoiceId],
    known: FxHashMap<FormulaId, WorldSet>,
}

impl Worlds<'_> {
    fn holds(&mut self, id: FormulaId) -> WorldSet {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        let count = self.choices.len();
        let formulas = self.formulas;
        let mut whole = match formulas.node(id) {
            Node::Truth(value) => WorldSet::constant(count, *value),
            Node::Atom(atom) => match formulas.atom_of(*atom) {
                Some(Atom::Choice(choice)) => {
                    let number = self.choices.iter().position(|it| it == choice);
                    number.map_or_else(
                        || WorldSet::constant(count, false),
                        |number| WorldSet::of_choice(count, number),
                    )
                }
                atom => {
                    let holds = atom.and_then(|atom| atom.test_of_request(self.request));
                    WorldSet::constant(count, holds.unwrap_or_default())
                }
            },
            Node::All(_) | Node::Not(_) => WorldSet::constant(count, true),
            Node::Any(_) => WorldSet::constant(count, false),
        };
        for part in formulas.node(id).parts() {
            let part = self.holds(*part);
            match formulas.node(id) {
                Node::All(_) => whole.combine(&part, |one, other| one & other),
                Node::Any(_) => whole.combine(&part, |one, other| one | other),
                _ => whole.combine(&part, |one, other| one & !other),
            }
        }
        self.known.insert(id, whole.clone());
        whole
    }
}

#[cfg(test)]
mod tests {
    use crate::formula::{Atom, ChoiceId, Evaluator, Formulas, World};
    use crate::request::{Request, RequestParts};

    #[test]
    fn a_set_has_the_worlds_that_an_evaluator_finds_one_by_one() {
        let mut formulas = Formulas::new();
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"].map(ChoiceId::world);
        let [a, b, .., g, h] = names.clone().map(|it| formulas.atom(Atom::Choice(it)));
        let same = formulas.atom(Atom::SameAccount);
        let root = formulas.add((a & !g | b & h) & same | !a & h);
        let request = Request::new(RequestParts {
            principal: "arn:aws:iam::111122223333:user/alice",
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/k",
            ..RequestParts::default()
        })
        .unwrap();
        let set = formulas.worlds(root, &request, &names);
        for number in 0..256_usize {
            let values = names.iter().enumerate();
            let world: World = values.map(|(at, it)| (it.clone(), number >> at & 1 == 1)).collect();
            let holds = Evaluator::in_world(&formulas, &request, world).holds(root);
            assert_eq!(set.contains(number), holds, "{number:08b}");
        }
        assert_eq!(formulas.choices(root).len(), 4);
    }
}
