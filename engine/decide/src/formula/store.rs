//! The store of formulas: each distinct formula once, named by a small id.

use std::hash::RandomState;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::Atom;

/// The name of a formula in its [`Formulas`]. The default is that of *never*.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FormulaId(u32);

/// The name of an atom in its [`Formulas`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AtomId(u32);

/// One formula: an atom or a combination of others.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Node {
    /// All of them; at least two.
    All(Box<[FormulaId]>),
    /// One of them at least; at least two.
    Any(Box<[FormulaId]>),
    /// An atom.
    Atom(AtomId),
    /// Not that one.
    Not(FormulaId),
    /// Always, or never.
    Truth(bool),
}

impl Node {
    /// The formulas that it is made of, in order.
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

/// So many members of a list are looked through faster than hashed.
const FEW: usize = 16;

/// A list without repetitions, in place as long as it is short.
#[derive(Default)]
struct Members {
    few: [FormulaId; FEW],
    len: usize,
    /// All of them, when they have become many.
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
    /// The id as an index below [`Formulas::atom_count`].
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

    /// The same with room for some hundreds: policies together with a network.
    pub fn for_many() -> Self {
        let mut formulas = Self::new();
        formulas.nodes.reserve(1_024);
        formulas.atoms.reserve(256);
        formulas
    }

    /// Always true, or never.
    pub fn truth(&self, value: bool) -> FormulaId {
        FormulaId(u32::from(value))
    }

    /// The formula that is this atom.
    pub fn atom(&mut self, atom: Atom) -> FormulaId {
        let (at, _) = self.atoms.insert_full(atom);
        let id = AtomId(u32::try_from(at).unwrap_or(u32::MAX));
        self.insert(Node::Atom(id))
    }

    /// Not `formula`.
    pub fn not(&mut self, formula: FormulaId) -> FormulaId {
        match self.node(formula) {
            Node::Not(inner) => *inner,
            Node::Truth(value) => self.truth(!*value),
            _ => self.insert(Node::Not(formula)),
        }
    }

    /// All of `parts`, in their order; true if there are none.
    pub fn all(&mut self, parts: impl IntoIterator<Item = FormulaId>) -> FormulaId {
        self.combine(parts, true)
    }

    /// At least one of `parts`, in their order; false if there are none.
    pub fn any(&mut self, parts: impl IntoIterator<Item = FormulaId>) -> FormulaId {
        self.combine(parts, false)
    }

    /// Where `condition` holds `then`, elsewhere `otherwise`.
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

    /// `if_true implies then`.
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
        FormulaId(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// The formula of this id; false for an id of another store that is too large for this one.
    pub fn node(&self, id: FormulaId) -> &Node {
        self.nodes.get_index(id.index()).unwrap_or(&Node::Truth(false))
    }

    /// The atom of this id.
    pub fn atom_of(&self, id: AtomId) -> Option<&Atom> {
        self.atoms.get_index(id.index())
    }

    /// Whether an atom occurs in a formula. For formulas that are not nested deep.
    pub fn mentions(&self, formula: FormulaId, atom: AtomId) -> bool {
        match self.node(formula) {
            Node::Atom(own) => *own == atom,
            node => node.parts().iter().any(|part| self.mentions(*part, atom)),
        }
    }

    /// All atoms, in the order of their ids.
    pub fn atoms(&self) -> impl ExactSizeIterator<Item = &Atom> {
        self.atoms.iter()
    }

    /// How many formulas there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: the two truths are always there.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many atoms there are.
    pub fn atom_count(&self) -> usize {
        self.atoms.len()
    }

    /// All ids, parts before wholes.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = FormulaId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(FormulaId)
    }
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
