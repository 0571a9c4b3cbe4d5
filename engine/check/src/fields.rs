//! Requests taken apart into independent fields.
//!
//! Much of a request is one thing under several names: the account of a user stands in its ARN, in
//! `aws:PrincipalArn` and in `aws:PrincipalAccount`, and a resource's owner in `aws:ResourceAccount`
//! and perhaps in its ARN. The theories answer for one field at a time, so before a formula is
//! searched, every atom on such a name is written out over the fields that the name is made of
//! ([`Universe::expand`]); equal fields are then one field, and nothing needs to be said about names
//! that agree. The rewriting is an equivalence for every request of the universe:
//!
//! * the keys that AWS derives from principal and resource have the derived value, and
//!   `aws:PrincipalArn` of a role session is the ARN of a role of the session's account and name;
//! * `aws:ResourceAccount` is the account that owns the resource; the account's place in the
//!   resource's ARN holds that account, or no account at all;
//! * an action without resource acts in the caller's own account.
//!
//! | module | holds |
//! | --- | --- |
//! | [`field`] | the fields |
//! | `template` | texts made of fields, and patterns cut to fit them |
//! | `principal` | what the requester's names are made of |
//! | `atoms` | each kind of atom written out |
//! | `variables` | policy variables written out |
//! | `self_reference` | values tested against patterns with their own variables |

mod atoms;
pub mod field;
mod principal;
mod self_reference;
mod template;
mod variables;

#[cfg(test)]
pub mod tests;

use crate::table::Table;
use crate::visited::Visited;
use field::{Field, Flag};
use polsim_decide::formula::{
    Atom, AtomId, FormulaId, Formulas, KeyTest, Node, Predicate, PrincipalTest,
};
use polsim_decide::request::PrincipalKind;
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece, Variable};
use template::Cut;

/// Writes formulas out over fields, each once.
#[derive(Debug)]
pub struct Universe {
    /// By formula: its expansion.
    known: Table<Option<FormulaId>>,
    met: Visited,
    /// Expansions, and the atoms that they are the expansions of.
    written: Vec<(FormulaId, AtomId)>,
    /// Buffer for the parts of a formula.
    scratch: Vec<FormulaId>,
}

impl Default for Universe {
    fn default() -> Self {
        Self::new()
    }
}

impl Universe {
    /// A universe in which nothing is written out yet.
    pub fn new() -> Self {
        Self {
            known: Table::new(None),
            met: Visited::new(),
            written: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The facts of every request: it has one kind of requester, and acts in the caller's own account
    /// if it has no resource.
    pub fn facts(formulas: &mut Formulas) -> Vec<FormulaId> {
        let kinds = PrincipalKind::ALL.map(|kind| kind_is(formulas, kind));
        let mut facts = vec![formulas.any(kinds)];
        let mut earlier: Vec<FormulaId> = Vec::new();
        for kind in kinds {
            let not_kind = formulas.not(kind);
            for other in &earlier {
                let not_other = formulas.not(*other);
                facts.push(formulas.any([not_kind, not_other]));
            }
            earlier.push(kind);
        }
        let has_resource = flag(formulas, Flag::NoResource, false);
        let account = any_kind(formulas, &PrincipalKind::WITH_ACCOUNT);
        let no_account = formulas.not(account);
        let own = equal(formulas, Field::Account, Field::ResourceAccount);
        facts.push(formulas.any([has_resource, no_account, own]));
        facts
    }

    /// `formula` with every atom written out over the fields.
    pub fn expand(&mut self, formulas: &mut Formulas, formula: FormulaId) -> FormulaId {
        if let Some(done) = *self.known.get(formula.index()) {
            return done;
        }
        for id in self.met.newly(formula, formulas) {
            let expanded = self.expand_node(formulas, id);
            self.known.set(id.index(), Some(expanded));
        }
        self.known.get(formula.index()).unwrap_or(formula)
    }

    /// The atom that `atom` was first written out from; itself if it was not.
    pub fn origin(&self, formulas: &Formulas, atom: AtomId) -> AtomId {
        let mut written = self.written.iter();
        let first = written.find(|(written, _)| formulas.mentions(*written, atom));
        first.map_or(atom, |(_, origin)| *origin)
    }

    fn expand_node(&mut self, formulas: &mut Formulas, id: FormulaId) -> FormulaId {
        let node = formulas.node(id);
        let Node::Atom(atom) = *node else {
            let expanded = |part: &FormulaId| self.known.get(part.index()).unwrap_or(*part);
            self.scratch.clear();
            self.scratch.extend(node.parts().iter().map(expanded));
            let parts = self.scratch.iter().copied();
            return match node {
                // A constant, too.
                _ if *node.parts() == *self.scratch => id,
                Node::All(_) => formulas.all(parts),
                Node::Any(_) => formulas.any(parts),
                _ => parts.map(|part| formulas.not(part)).next().unwrap_or(id),
            };
        };
        let known = formulas.atom_of(atom).filter(|known| !atoms::is_plain(known));
        let Some(known) = known.cloned() else { return id };
        let written = atoms::expand(formulas, id, &known);
        if written != id {
            self.written.push((written, atom));
        }
        written
    }
}

/// The formula that the requester is of this kind.
pub fn kind_is(formulas: &mut Formulas, kind: PrincipalKind) -> FormulaId {
    formulas.atom(Atom::Principal(PrincipalTest::Kind(kind)))
}

/// The formula that the requester is of one of these kinds.
fn any_kind(formulas: &mut Formulas, kinds: &[PrincipalKind]) -> FormulaId {
    if kinds.len() == PrincipalKind::ALL.len() {
        return formulas.truth(true);
    }
    let parts: Vec<FormulaId> = kinds.iter().map(|kind| kind_is(formulas, *kind)).collect();
    formulas.any(parts)
}

/// The formula that the flag has this value.
fn flag(formulas: &mut Formulas, flag: Flag, value: bool) -> FormulaId {
    let absent = formulas.atom(Atom::Key(flag.key(), KeyTest::Absent));
    if value { formulas.not(absent) } else { absent }
}

/// The formula that the field matches the pattern.
fn matches(formulas: &mut Formulas, field: Field, pattern: Pattern, case: CaseRule) -> FormulaId {
    if pattern.is_any() {
        return formulas.truth(true);
    }
    if let [Piece::Variable(variable)] = pattern.pieces()
        && let Some(other) = Field::of(&variable.key)
        && case == CaseRule::Exact
    {
        return equal(formulas, field, other);
    }
    if let Some(same) = self_reference::field_matches(formulas, field, &pattern) {
        return same;
    }
    some(formulas, field.key(), Predicate::Text(pattern, plainest(case, field)))
}

/// The case rule for a field: exact where values have no letters, so that equal tests are one atom.
fn plainest(case: CaseRule, field: Field) -> CaseRule {
    if field.is_account() { CaseRule::Exact } else { case }
}

/// The formula that two fields are the same text; one atom, in whichever order they are given.
fn equal(formulas: &mut Formulas, one: Field, other: Field) -> FormulaId {
    if one == other {
        return formulas.truth(true);
    }
    let (first, second) = if one < other { (one, other) } else { (other, one) };
    let whole = Piece::Variable(Variable { key: second.key(), default: None });
    let pattern = Pattern::from_pieces([whole]);
    some(formulas, first.key(), Predicate::Text(pattern, CaseRule::Exact))
}

/// The key has a value that satisfies the predicate.
fn some(formulas: &mut Formulas, key: KeyName, predicate: Predicate) -> FormulaId {
    formulas.atom(Atom::Key(key, KeyTest::Some { any_of: [predicate].into(), hit: true }))
}

/// The formula that one of the cuts matches.
fn any_cut(formulas: &mut Formulas, cuts: Vec<Cut>, case: CaseRule) -> FormulaId {
    let mut ways = Vec::new();
    for cut in cuts {
        let mut parts = Vec::new();
        for (field, pattern) in cut {
            parts.push(matches(formulas, field, pattern, case));
        }
        ways.push(formulas.all(parts));
    }
    formulas.any(ways)
}

/// Tests that AWS derives the key from principal or resource.
pub fn is_derived(key: &KeyName) -> bool {
    principal::is_derived(key)
}

/// Quick test that some value of the field may match the pattern: never wrongly false.
pub fn may_match(field: Field, pattern: &Pattern) -> bool {
    template::may_match_field(field, pattern, CaseRule::Exact)
}
