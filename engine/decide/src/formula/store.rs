//! The store of formulas: each distinct formula once, named by a small id.

use std::hash::RandomState;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::Atom;

/// The name of a formula in its [`Formulas`]. The default is that of *never*.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{FormulaId, Formulas};
/// assert_eq!(FormulaId::default(), Formulas::new().truth(false));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FormulaId(u32);

/// The name of an atom in its [`Formulas`].
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{Atom, AtomId, Formulas, Node};
/// let mut formulas = Formulas::new();
/// let same = formulas.atom(Atom::SameAccount);
/// let Node::Atom(id) = *formulas.node(same) else { panic!("an atom") };
/// let id: AtomId = id;
/// assert_eq!(formulas.atom_of(id), Some(&Atom::SameAccount));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AtomId(u32);

/// A formula as the store has it: an atom, or a combination of formulas with smaller ids.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{Atom, Formulas, Node};
/// let mut formulas = Formulas::new();
/// let [same, partition] = [Atom::SameAccount, Atom::SamePartition].map(|it| formulas.atom(it));
/// let both = formulas.all([same, partition]);
/// assert_eq!(formulas.node(both).parts(), [same, partition]);
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Node {
    /// The conjunction of at least two parts.
    All(Box<[FormulaId]>),
    /// The disjunction of at least two parts.
    Any(Box<[FormulaId]>),
    /// A single atom of the store.
    Atom(AtomId),
    /// The negation of a formula.
    Not(FormulaId),
    /// The constant formula: always, or never.
    Truth(bool),
}

impl Node {
    /// The formulas that the node is made of, in order.
    pub fn parts(&self) -> &[FormulaId] {
        match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(inner) => std::slice::from_ref(inner),
            Self::Atom(_) | Self::Truth(_) => &[],
        }
    }
}

/// Formulas over atoms, hash-consed: equal formulas have equal ids.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{Atom, Formulas};
/// let mut formulas = Formulas::new();
/// let same = formulas.atom(Atom::SameAccount);
/// let not_same = formulas.not(same);
/// assert_eq!(formulas.not(not_same), same);
/// assert_eq!(formulas.any([same, not_same]), formulas.truth(true));
/// ```
#[derive(Clone, Debug)]
pub struct Formulas {
    // INVARIANT: a node's parts have smaller ids than the node; index 0 is false, 1 is true.
    nodes: IndexSet<Node, FxBuildHasher>,
    // Text of policies is a stranger's: std's hasher, which chosen keys cannot defeat.
    atoms: IndexSet<Atom, RandomState>,
}

/// Number of members up to which a list is looked through faster than it is hashed.
const FEW: usize = 16;

/// A list without repetitions, in place as long as it is short.
#[derive(Default)]
struct Members {
    few: [FormulaId; FEW],
    len: usize,
    /// The members, once they have become many.
    many: Vec<FormulaId>,
    index: FxHashSet<FormulaId>,
}

impl FormulaId {
    /// The id as an index below [`Formulas::len`].
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl AtomId {
    /// The id as an index below the number of atoms.
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Formulas {
    /// A store with the two truths in it.
    pub fn new() -> Self {
        let mut formulas = Self { nodes: IndexSet::default(), atoms: IndexSet::default() };
        formulas.insert(Node::Truth(false));
        formulas.insert(Node::Truth(true));
        formulas
    }

    /// A store with room for some hundreds of formulas: policies together with a network.
    pub fn for_many() -> Self {
        let mut formulas = Self::new();
        formulas.nodes.reserve(1_024);
        formulas.atoms.reserve(256);
        formulas
    }

    /// The formula that always holds, or never does.
    pub fn truth(&self, value: bool) -> FormulaId {
        FormulaId(u32::from(value))
    }

    /// The formula that is this atom.
    pub fn atom(&mut self, atom: Atom) -> FormulaId {
        let (at, _) = self.atoms.insert_full(atom);
        let id = AtomId(number(at));
        self.insert(Node::Atom(id))
    }

    /// The negation of `formula`.
    pub fn not(&mut self, formula: FormulaId) -> FormulaId {
        match self.node(formula) {
            Node::Not(inner) => *inner,
            Node::Truth(value) => self.truth(!*value),
            _ => self.insert(Node::Not(formula)),
        }
    }

    /// The conjunction of `parts`, in their order; true if there are none.
    pub fn all(&mut self, parts: impl IntoIterator<Item = FormulaId>) -> FormulaId {
        self.combine(parts, true)
    }

    /// The disjunction of `parts`, in their order; false if there are none.
    pub fn any(&mut self, parts: impl IntoIterator<Item = FormulaId>) -> FormulaId {
        self.combine(parts, false)
    }

    /// `then` for requests for which `condition` holds, `otherwise` for all others.
    pub fn choose(
        &mut self,
        condition: FormulaId,
        then: FormulaId,
        otherwise: FormulaId,
    ) -> FormulaId {
        let not_condition = self.not(condition);
        let yes = self.all([condition, then]);
        let no = self.all([not_condition, otherwise]);
        self.any([yes, no])
    }

    /// The implication of `then` by `condition`.
    pub fn implies(&mut self, condition: FormulaId, then: FormulaId) -> FormulaId {
        let not_condition = self.not(condition);
        self.any([not_condition, then])
    }

    fn combine(&mut self, parts: impl IntoIterator<Item = FormulaId>, all: bool) -> FormulaId {
        let (neutral, absorbing) = (self.truth(all), self.truth(!all));
        let mut kept = Members::default();
        let mut negated = Members::default();
        for part in parts {
            if part == absorbing {
                return absorbing;
            }
            if part == neutral || !kept.insert(part) {
                continue;
            }
            let contradicts = match self.node(part) {
                Node::Not(inner) => {
                    negated.insert(*inner);
                    kept.contains(*inner)
                }
                _ => negated.contains(part),
            };
            if contradicts {
                return absorbing;
            }
        }
        match kept.list() {
            [] => neutral,
            [only] => *only,
            kept if all => self.insert(Node::All(kept.into())),
            kept => self.insert(Node::Any(kept.into())),
        }
    }

    fn insert(&mut self, node: Node) -> FormulaId {
        let (at, _) = self.nodes.insert_full(node);
        FormulaId(number(at))
    }

    /// The formula of this id, which has to be one of this store.
    pub fn node(&self, id: FormulaId) -> &Node {
        let node = self.nodes.get_index(id.index());
        debug_assert!(node.is_some(), "a formula of another store");
        node.unwrap_or(&Node::Truth(false))
    }

    /// The atom of this id, which has to be one of this store.
    pub fn atom_of(&self, id: AtomId) -> Option<&Atom> {
        let atom = self.atoms.get_index(id.index());
        debug_assert!(atom.is_some(), "an atom of another store");
        atom
    }

    /// Tells whether an atom occurs in a formula. For formulas that are not nested deep.
    pub fn mentions(&self, formula: FormulaId, atom: AtomId) -> bool {
        match self.node(formula) {
            Node::Atom(own) => *own == atom,
            node => node.parts().iter().any(|part| self.mentions(*part, atom)),
        }
    }

    /// The atoms, in the order of their ids.
    pub fn atoms(&self) -> impl ExactSizeIterator<Item = &Atom> {
        self.atoms.iter()
    }

    /// The number of formulas.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Always false: the two constants are in every store.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The ids of all formulas, parts before wholes.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = FormulaId> + use<> {
        (0..number(self.nodes.len())).map(FormulaId)
    }
}

/// A place in the store as the number of an id. No store has 2³² formulas: a policy set that large
/// is refused long before.
fn number(at: usize) -> u32 {
    let number = u32::try_from(at);
    debug_assert!(number.is_ok(), "more than 2^32 formulas");
    number.unwrap_or(u32::MAX)
}

impl Members {
    /// Adds a member, and says whether it is new.
    fn insert(&mut self, id: FormulaId) -> bool {
        if self.contains(id) {
            return false;
        }
        if let Some(slot) = self.few.get_mut(self.len) {
            *slot = id;
            self.len = self.len.saturating_add(1);
            return true;
        }
        if self.many.is_empty() {
            self.many.extend(self.few);
            self.index.extend(self.few);
        }
        self.many.push(id);
        self.index.insert(id)
    }

    fn contains(&self, id: FormulaId) -> bool {
        if self.many.is_empty() { self.list().contains(&id) } else { self.index.contains(&id) }
    }

    /// The members, in the order in which they came.
    fn list(&self) -> &[FormulaId] {
        if self.many.is_empty() { self.few.get(..self.len).unwrap_or_default() } else { &self.many }
    }
}

impl Default for Formulas {
    fn default() -> Self {
        Self::new()
    }
}
