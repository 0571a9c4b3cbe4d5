//! The store of formulas: each distinct formula once, named by a small id.

use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

use super::Atom;

/// The name of a formula in its [`Formulas`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
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

/// Formulas over atoms, hash-consed: equal formulas have equal ids.
///
/// ```
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
    nodes: Vec<Node>,
    atoms: Vec<Atom>,
    node_ids: HashMap<Node, FormulaId, FxBuildHasher>,
    // Text of policies is a stranger's: std's hasher, which chosen keys cannot defeat.
    atom_ids: HashMap<Atom, AtomId>,
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
        let mut formulas = Self {
            nodes: Vec::new(),
            atoms: Vec::new(),
            node_ids: HashMap::default(),
            atom_ids: HashMap::new(),
        };
        formulas.insert(Node::Truth(false));
        formulas.insert(Node::Truth(true));
        formulas
    }

    /// Always true, or never.
    pub fn truth(&self, value: bool) -> FormulaId {
        FormulaId(u32::from(value))
    }

    /// The formula that is this atom.
    pub fn atom(&mut self, atom: Atom) -> FormulaId {
        let next = AtomId(u32::try_from(self.atoms.len()).unwrap_or(u32::MAX));
        let id = *self.atom_ids.entry(atom).or_insert_with_key(|atom| {
            self.atoms.push(atom.clone());
            next
        });
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
        let mut kept: Vec<FormulaId> = Vec::new();
        let mut seen = std::collections::HashSet::with_hasher(FxBuildHasher);
        for part in parts {
            if part == absorbing {
                return absorbing;
            }
            if part == neutral || !seen.insert(part) {
                continue;
            }
            if let Some(opposite) = self.known_opposite(part)
                && seen.contains(&opposite)
            {
                return absorbing;
            }
            kept.push(part);
        }
        match kept[..] {
            [] => neutral,
            [only] => only,
            _ if all => self.insert(Node::All(kept.into())),
            _ => self.insert(Node::Any(kept.into())),
        }
    }

    /// The negation of `formula`, if it is in the store.
    fn known_opposite(&self, formula: FormulaId) -> Option<FormulaId> {
        match self.node(formula) {
            Node::Not(inner) => Some(*inner),
            _ => self.node_ids.get(&Node::Not(formula)).copied(),
        }
    }

    fn insert(&mut self, node: Node) -> FormulaId {
        if let Some(id) = self.node_ids.get(&node) {
            return *id;
        }
        let id = FormulaId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.node_ids.insert(node, id);
        id
    }

    /// The formula of this id; false for an id of another store that is too large for this one.
    pub fn node(&self, id: FormulaId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&Node::Truth(false))
    }

    /// The atom of this id.
    pub fn atom_of(&self, id: AtomId) -> Option<&Atom> {
        self.atoms.get(id.index())
    }

    /// All atoms, in the order of their ids.
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
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

impl Default for Formulas {
    fn default() -> Self {
        Self::new()
    }
}
