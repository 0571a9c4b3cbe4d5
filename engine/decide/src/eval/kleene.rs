//! The truth of formulas for a request of which a part is not known: true, false, or not told.

use rustc_hash::FxHashSet;

use crate::catalog::{ContextKey, keys};
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Node, PrincipalTest};
use crate::policy::ResourcePattern;
use crate::request::{Constraint, PartialRequest, Presence, PrincipalKind};
use crate::text::{KeyName, Pattern};

/// A key that is not known, and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct UnknownKey {
    pub(super) key: KeyName,
    pub(super) constraint: Constraint,
}

/// An evaluation in three values (Kleene): what it tells holds for every completion of the request,
/// whether or not the completion is feasible.
pub(super) struct Kleene<'a> {
    formulas: &'a Formulas,
    request: &'a PartialRequest,
    unknown: &'a [UnknownKey],
    known: Vec<Known>,
}

/// The knowledge of a formula.
#[derive(Clone, Copy)]
enum Known {
    /// It was read, and is the same in every completion, or is not.
    Read(Option<bool>),
    Unread,
}

impl<'a> Kleene<'a> {
    /// An evaluation of these formulas, in which no key besides `unknown` is unknown.
    pub(super) fn new(
        formulas: &'a Formulas,
        request: &'a PartialRequest,
        unknown: &'a [UnknownKey],
    ) -> Self {
        Self { formulas, request, unknown, known: vec![Known::Unread; formulas.len()] }
    }

    /// The truth of the formula, if it is the same in every completion.
    pub(super) fn holds(&mut self, id: FormulaId) -> Option<bool> {
        if let Some(Known::Read(known)) = self.known.get(id.index()) {
            return *known;
        }
        let formulas = self.formulas;
        let value = match formulas.node(id) {
            Node::All(parts) => self.combined(parts, false),
            Node::Any(parts) => self.combined(parts, true),
            Node::Atom(atom) => formulas.atom_of(*atom).and_then(|atom| self.atom(atom)),
            Node::Not(inner) => self.holds(*inner).map(|it| !it),
            Node::Truth(value) => Some(*value),
        };
        if let Some(slot) = self.known.get_mut(id.index()) {
            *slot = Known::Read(value);
        }
        value
    }

    /// A disjunction for `absorbing` true, a conjunction for false: one part of that value decides,
    /// whatever is not told before it.
    fn combined(&mut self, parts: &[FormulaId], absorbing: bool) -> Option<bool> {
        let mut whole = Some(!absorbing);
        for part in parts {
            match self.holds(*part) {
                Some(value) if value == absorbing => return Some(absorbing),
                Some(_) => (),
                None => whole = None,
            }
        }
        whole
    }

    /// The atoms for want of which these formulas are not told, each once.
    pub(super) fn open_atoms(&mut self, roots: &[FormulaId]) -> Vec<&'a Atom> {
        let formulas = self.formulas;
        let (mut seen, mut found) = (FxHashSet::default(), Vec::new());
        let mut open: Vec<FormulaId> = roots.to_vec();
        while let Some(id) = open.pop() {
            if !seen.insert(id) || self.holds(id).is_some() {
                continue;
            }
            match formulas.node(id) {
                Node::Atom(atom) => found.extend(formulas.atom_of(*atom)),
                node => open.extend(node.parts()),
            }
        }
        found
    }

    fn atom(&self, atom: &Atom) -> Option<bool> {
        let open = match atom {
            // Readings that are not open have their default.
            Atom::Choice(_) => return Some(false),
            Atom::Key(key, test) => match self.unknown(key) {
                Some(unknown) => return without_values(unknown, test),
                None => self.depends(key, test),
            },
            Atom::ManagementAccount => self.request.unknown_management_account(),
            Atom::Principal(PrincipalTest::ServiceLinked | PrincipalTest::SessionOf(_)) => {
                // Without a path, account and name tell the role.
                let principal = self.request.known().principal();
                principal.kind() == PrincipalKind::RoleSession
                    && principal.is_path_known()
                    && self.is_unknown(keys::PRINCIPAL_ARN)
            }
            Atom::Resource(ResourcePattern::Arn { components, .. }) => {
                self.has_unknown_variable(components.as_slice())
            }
            Atom::SameAccount => self.is_unknown(keys::RESOURCE_ACCOUNT),
            _ => false,
        };
        if open { None } else { atom.test_of_request(self.request.known()) }
    }

    fn unknown(&self, key: &KeyName) -> Option<&UnknownKey> {
        self.unknown.iter().find(|it| it.key == *key)
    }

    fn is_unknown(&self, name: &str) -> bool {
        self.unknown.iter().any(|it| it.key.is(name))
    }

    /// Tells whether a test of a known key depends on the value of an unknown one.
    fn depends(&self, key: &KeyName, test: &KeyTest) -> bool {
        let KeyTest::Some { any_of, .. } = test else { return false };
        any_of.iter().any(|it| self.has_unknown_variable(it.patterns()))
            && !self.request.known().context().values(key).is_empty()
    }

    fn has_unknown_variable(&self, patterns: &[Pattern]) -> bool {
        patterns.iter().flat_map(Pattern::variables).any(|it| self.unknown(&it.key).is_some())
    }
}

/// The result of a test of an unknown key that its presence and the number of its values tell.
fn without_values(unknown: &UnknownKey, test: &KeyTest) -> Option<bool> {
    let present = unknown.constraint.presence == Presence::Present;
    let single = ContextKey::find(unknown.key.as_str()).is_some_and(|row| !row.multivalued);
    match test {
        KeyTest::Absent if present => Some(false),
        KeyTest::Several if single => Some(false),
        // No predicate at all: no value hits one.
        KeyTest::Some { any_of, hit: true } if any_of.is_empty() => Some(false),
        KeyTest::Some { any_of, hit: false } if any_of.is_empty() && present => Some(true),
        _ => None,
    }
}
