//! Policy sets compiled for asking.
//!
//! The disjunctions over statements (an Allow of a layer, a Deny of a layer, …) are what grows with
//! the policies. Each of their parts starts with its statement's action element, so they become
//! *guarded*: for a request only the parts whose guard holds are looked at. Everything else is read
//! as it stands, formulas with several uses once for each request.

use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

use crate::formula::{FormulaId, Formulas, Node};
use crate::lower::{AttachedPolicy, Lowered};
use crate::request::Request;

use super::Decision;
use super::index::ActionIndex;

/// Disjunctions with fewer parts are cheaper to read than to look up.
const GUARD_FROM: usize = 6;

/// A policy set, lowered once and asked many times.
///
/// ```
/// # use polsim::eval::{Decision, PolicySet, Scratch};
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// let source = Source::new("identity.json", r#"{"Version": "2012-10-17",
///   "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#);
/// let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// }).expect("a valid request");
/// assert_eq!(set.decide(&request, &mut Scratch::default()), Decision::Allowed);
/// ```
#[derive(Clone, Debug)]
pub struct PolicySet {
    lowered: Lowered,
    index: ActionIndex,
    /// For each guard of the index: the disjunctions it opens a part of, and that part.
    opens: Vec<Vec<(usize, FormulaId)>>,
    /// For each formula: what the reader does with it.
    plan: Vec<Plan>,
    groups: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Plan {
    /// Read it where it is met.
    Read,
    /// Read it once for each request.
    Remember,
    /// A guarded disjunction, by its number.
    Guarded(usize),
}

/// Room for one decision at a time; used again, it allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// For each formula: twice the generation in which it was read, plus its truth.
    known: Vec<u64>,
    generation: u64,
    /// For each guarded disjunction: its parts whose guard holds.
    open: Vec<Vec<FormulaId>>,
    hits: Vec<u64>,
}

/// A formula store, a request, and what is known of their formulas.
pub(super) struct Reader<'a> {
    set: &'a PolicySet,
    request: &'a Request,
    scratch: &'a mut Scratch,
}

impl PolicySet {
    /// The compiled set of these policies.
    pub fn new(policies: impl IntoIterator<Item = AttachedPolicy>) -> Self {
        Self::of(Lowered::new(policies))
    }

    /// The compiled set of a lowered one.
    pub fn of(lowered: Lowered) -> Self {
        let formulas = &lowered.formulas;
        let index = ActionIndex::new(formulas, lowered.statements.iter().map(|it| it.action));
        let by_formula: HashMap<FormulaId, usize, FxBuildHasher> = index
            .guards()
            .iter()
            .enumerate()
            .map(|(number, guard)| (guard.formula, number))
            .collect();
        let mut uses = vec![0_u32; formulas.len()];
        for id in formulas.ids() {
            for part in parts(formulas, id) {
                if let Some(count) = uses.get_mut(part.index()) {
                    *count = count.saturating_add(1);
                }
            }
        }
        let mut opens = vec![Vec::new(); index.guards().len()];
        let mut groups: usize = 0;
        let plan = formulas
            .ids()
            .map(|id| {
                if let Some(guarded) = guarded_parts(formulas, id, &by_formula) {
                    for (guard, part) in guarded {
                        if let Some(list) = opens.get_mut(guard) {
                            list.push((groups, part));
                        }
                    }
                    groups = groups.saturating_add(1);
                    Plan::Guarded(groups.saturating_sub(1))
                } else if by_formula.contains_key(&id)
                    || uses.get(id.index()).is_some_and(|it| *it > 1)
                {
                    Plan::Remember
                } else {
                    Plan::Read
                }
            })
            .collect();
        Self { lowered, index, opens, plan, groups }
    }

    /// The formulas of the set.
    pub fn lowered(&self) -> &Lowered {
        &self.lowered
    }

    /// The decision on a request. Allocates only where `scratch` has not grown to the set yet.
    pub fn decide(&self, request: &Request, scratch: &mut Scratch) -> Decision {
        let mut reader = self.reader(request, scratch);
        reader.open_guards();
        reader.decide()
    }

    /// Whether a formula of the set holds for the request.
    pub fn holds(&self, formula: FormulaId, request: &Request, scratch: &mut Scratch) -> bool {
        let mut reader = self.reader(request, scratch);
        reader.open_guards();
        reader.holds(formula)
    }

    /// A reader of any formula of the set.
    pub(super) fn reader<'a>(
        &'a self,
        request: &'a Request,
        scratch: &'a mut Scratch,
    ) -> Reader<'a> {
        scratch.prepare(self);
        Reader { set: self, request, scratch }
    }
}

/// The formulas that a formula is made of.
fn parts(formulas: &Formulas, id: FormulaId) -> &[FormulaId] {
    match formulas.node(id) {
        Node::All(parts) | Node::Any(parts) => parts,
        Node::Not(inner) => std::slice::from_ref(inner),
        Node::Atom(_) | Node::Truth(_) => &[],
    }
}

/// The parts of a large disjunction with the guard that each starts with; `None` where one has none.
fn guarded_parts(
    formulas: &Formulas,
    id: FormulaId,
    guards: &HashMap<FormulaId, usize, FxBuildHasher>,
) -> Option<Vec<(usize, FormulaId)>> {
    let Node::Any(parts) = formulas.node(id) else { return None };
    if parts.len() < GUARD_FROM || guards.contains_key(&id) {
        return None;
    }
    parts
        .iter()
        .map(|part| {
            let first = match formulas.node(*part) {
                Node::All(inner) => inner.first()?,
                _ => part,
            };
            guards.get(first).map(|guard| (*guard, *part))
        })
        .collect()
}

impl Scratch {
    /// Forgets the last request and makes room for the set.
    fn prepare(&mut self, set: &PolicySet) {
        let formulas = set.plan.len();
        let guards = set.index.guards().len();
        if self.known.len() < formulas {
            self.known.resize(formulas, 0);
        }
        if self.hits.len() < guards {
            self.hits.resize(guards, 0);
        }
        if self.open.len() < set.groups {
            self.open.resize_with(set.groups, Vec::new);
        }
        // Generations only grow, so what another set left behind is never taken for known.
        self.generation = self.generation.saturating_add(1);
    }
}

impl Reader<'_> {
    pub(super) fn decide(&mut self) -> Decision {
        let lowered = &self.set.lowered;
        if self.holds(lowered.always_allowed) {
            Decision::Allowed
        } else if self.holds(lowered.explicit_deny) {
            Decision::ExplicitDeny
        } else if self.holds(lowered.allowed) {
            Decision::Allowed
        } else {
            Decision::ImplicitDeny
        }
    }

    /// Finds the guards that hold, and with them the parts of guarded disjunctions to look at.
    pub(super) fn open_guards(&mut self) {
        let Self { set, request, scratch } = self;
        let Scratch { known, generation, open, hits } = &mut **scratch;
        if set.groups == 0 {
            return;
        }
        for list in open.iter_mut().take(set.groups) {
            list.clear();
        }
        let mut unlock = |number: usize, holds: bool| {
            let Some(guard) = set.index.guards().get(number) else { return };
            remember(known, *generation, guard.formula, holds);
            if !holds {
                return;
            }
            for (group, part) in set.opens.get(number).map(Vec::as_slice).unwrap_or_default() {
                if let Some(list) = open.get_mut(*group) {
                    list.push(*part);
                }
            }
        };
        set.index.each_hit(request.action(), |number| {
            let Some(seen) = hits.get_mut(number) else { return };
            if *seen == *generation {
                return;
            }
            *seen = *generation;
            if let Some(guard) = set.index.guards().get(number) {
                unlock(number, guard.when_hit);
            }
        });
        for (number, guard) in set.index.guards().iter().enumerate() {
            if !guard.when_hit && hits.get(number).is_some_and(|seen| *seen != *generation) {
                unlock(number, true);
            }
        }
    }

    /// Whether the formula holds. Depth is that of the formula, which its lowering bounds.
    pub(super) fn holds(&mut self, id: FormulaId) -> bool {
        let set = self.set;
        let plan = set.plan.get(id.index()).copied().unwrap_or(Plan::Read);
        if plan == Plan::Read {
            return self.read(id);
        }
        let generation = self.scratch.generation;
        if let Some(known) = self.scratch.known.get(id.index())
            && known >> 1 == generation
        {
            return known & 1 == 1;
        }
        let holds = match plan {
            Plan::Guarded(group) => self.any_open(group),
            Plan::Read | Plan::Remember => self.read(id),
        };
        remember(&mut self.scratch.known, generation, id, holds);
        holds
    }

    fn read(&mut self, id: FormulaId) -> bool {
        let formulas = &self.set.lowered.formulas;
        match formulas.node(id) {
            Node::All(parts) => parts.iter().all(|part| self.holds(*part)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(*part)),
            Node::Atom(atom) => formulas.atom_of(*atom).is_some_and(|atom| atom.test(self.request)),
            Node::Not(inner) => !self.holds(*inner),
            Node::Truth(value) => *value,
        }
    }

    fn any_open(&mut self, group: usize) -> bool {
        let mut at = 0;
        while let Some(part) = self.scratch.open.get(group).and_then(|list| list.get(at)).copied() {
            if self.holds(part) {
                return true;
            }
            at = at.saturating_add(1);
        }
        false
    }
}

fn remember(known: &mut [u64], generation: u64, id: FormulaId, holds: bool) {
    if let Some(slot) = known.get_mut(id.index()) {
        *slot = (generation << 1) | u64::from(holds);
    }
}
