//! Formulas in the flat form that is quick to read.
//!
//! Each formula becomes a [`Step`] with the same meaning. Formulas with one use stand where they are
//! used; those with several are asked by name and remembered. Conjunctions inside conjunctions and
//! disjunctions inside disjunctions are unfolded, a negated atom is one step, atoms that every
//! request satisfies are left out, and context keys have numbers, so that a key is looked up once for
//! all atoms that ask for it.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::formula::{Atom, AtomId, ChoiceId, FormulaId, Formulas, Node, PrincipalTest};
use crate::lower::Lowered;
use crate::policy::ActionPattern;
use crate::request::PrincipalKind;
use crate::text::{KeyName, short_hash};

use super::index::ActionIndex;

/// Disjunctions with fewer parts are cheaper to read than to look up.
const GUARD_FROM: usize = 6;

/// The flat form of all formulas of a set.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// The reading of each formula.
    formulas: Vec<Plan>,
    /// The parts of all conjunctions and disjunctions, one after the other.
    parts: Vec<Step>,
    /// For each guard of the index: the disjunctions it opens a part of, and that part.
    opens: Vec<Vec<(usize, FormulaId)>>,
    /// The number of guarded disjunctions.
    pub(super) groups: usize,
    /// The number of context keys.
    pub(super) keys: usize,
    /// The choices, by their numbers.
    pub(super) choices: Vec<ChoiceId>,
    /// The number of each guard of the index.
    guards: Numbers,
}

/// The reading of a formula that is asked for by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) step: Step,
    /// True if it is read once for each request and remembered.
    pub(super) remember: bool,
}

/// The reading of a formula as part of another.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// The conjunction of these parts.
    All(Parts),
    /// The disjunction of these parts.
    Any(Parts),
    /// The atom, which is about actions of the service with this hash, holds, or does not.
    Action(AtomId, u32, bool),
    /// The atom holds, or does not.
    Atom(AtomId, bool),
    /// The choice of this number is true, or is not.
    Choice(u32, bool),
    /// The guarded disjunction of this number.
    Guarded(u32),
    /// The atom, which is about the context key of this number, holds, or does not.
    Key(AtomId, u32, bool),
    /// The requester is of this kind, or is not.
    Kind(PrincipalKind, bool),
    /// The formula of this name holds, or does not.
    Named(FormulaId, bool),
    /// The constant true or false.
    Truth(bool),
}

/// Some parts of a program, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    from: u32,
    to: u32,
}

impl Program {
    /// The program of a lowered set whose action elements are in `index`.
    pub(super) fn new(lowered: &Lowered, index: &ActionIndex) -> Self {
        let formulas = &lowered.formulas;
        let guards = index.guards().iter().enumerate();
        let guards: Numbers =
            guards.map(|(number, guard)| (guard.formula, small(number))).collect();
        let mut groups = Numbers::default();
        let mut opens = vec![Vec::new(); guards.len()];
        for id in formulas.ids() {
            let Some(guarded) = guarded_parts(formulas, id, &guards) else { continue };
            let group = groups.len();
            groups.insert(id, small(group));
            for (guard, part) in guarded {
                if let Some(list) = opens.get_mut(at(guard)) {
                    list.push((group, part));
                }
            }
        }
        let uses = uses(lowered);
        let mut builder = Builder {
            formulas,
            guards,
            groups,
            uses,
            keys: HashMap::default(),
            choices: Vec::new(),
            parts: Vec::new(),
        };
        let formulas = formulas.ids().map(|id| builder.plan(id)).collect();
        let Builder { keys, choices, parts, groups, guards, .. } = builder;
        Self { formulas, parts, opens, groups: groups.len(), keys: keys.len(), choices, guards }
    }

    /// The number of formulas.
    pub(super) fn len(&self) -> usize {
        self.formulas.len()
    }

    /// The reading of a formula.
    pub(super) fn plan(&self, id: FormulaId) -> Option<&Plan> {
        self.formulas.get(id.index())
    }

    /// The number of a guarded disjunction; none for any other formula.
    pub(super) fn group_of(&self, id: FormulaId) -> Option<u32> {
        match self.plan(id)?.step {
            Step::Guarded(group) => Some(group),
            _ => None,
        }
    }

    /// The number of a guard that the index tells about; none for any other formula.
    pub(super) fn guard_of(&self, id: FormulaId) -> Option<u32> {
        if self.groups == 0 { None } else { self.guards.get(&id).copied() }
    }

    /// The parts of a conjunction or disjunction.
    pub(super) fn parts(&self, parts: Parts) -> &[Step] {
        self.parts.get(at(parts.from)..at(parts.to)).unwrap_or_default()
    }

    /// The guarded disjunctions that a guard opens a part of, and that part.
    pub(super) fn opened_by(&self, guard: usize) -> &[(usize, FormulaId)] {
        self.opens.get(guard).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The numbers of the formulas.
type Numbers = HashMap<FormulaId, u32, FxBuildHasher>;

/// The number of times that each formula is a part of another, or asked for itself.
fn uses(lowered: &Lowered) -> Vec<u32> {
    let formulas = &lowered.formulas;
    let mut uses = vec![0_u32; formulas.len()];
    let inner = formulas.ids().flat_map(|id| formulas.node(id).parts()).copied();
    let asked = [lowered.always_allowed, lowered.explicit_deny, lowered.allowed];
    for id in inner.chain(asked) {
        if let Some(count) = uses.get_mut(id.index()) {
            *count = count.saturating_add(1);
        }
    }
    uses
}

struct Builder<'a> {
    formulas: &'a Formulas,
    guards: Numbers,
    groups: Numbers,
    uses: Vec<u32>,
    keys: HashMap<KeyName, u32, FxBuildHasher>,
    choices: Vec<ChoiceId>,
    parts: Vec<Step>,
}

impl Builder<'_> {
    fn plan(&mut self, id: FormulaId) -> Plan {
        match self.groups.get(&id) {
            Some(group) => Plan { step: Step::Guarded(*group), remember: true },
            None => Plan { step: self.step(id, true), remember: self.is_shared(id) },
        }
    }

    /// Tells whether a formula is asked by name: it has several uses, or the index tells about it. What
    /// is told at a glance is not worth remembering.
    fn is_shared(&self, id: FormulaId) -> bool {
        if let Node::Atom(atom) = self.formulas.node(id)
            && matches!(self.formulas.atom_of(*atom), Some(Atom::Principal(PrincipalTest::Kind(_))))
        {
            return false;
        }
        self.groups.contains_key(&id)
            || (!self.groups.is_empty() && self.guards.contains_key(&id))
            || self.uses.get(id.index()).is_some_and(|it| *it > 1)
    }

    /// The reading of a formula, or of its negation, as part of another.
    fn part(&mut self, id: FormulaId, wanted: bool) -> Step {
        match self.formulas.node(id) {
            Node::Not(inner) => self.part(*inner, !wanted),
            _ if self.is_shared(id) => Step::Named(id, wanted),
            _ => self.step(id, wanted),
        }
    }

    fn step(&mut self, id: FormulaId, wanted: bool) -> Step {
        let formulas = self.formulas;
        match formulas.node(id) {
            Node::All(_) if wanted => Step::All(self.unfolded(id)),
            Node::Any(_) if wanted => Step::Any(self.unfolded(id)),
            Node::All(_) | Node::Any(_) => Step::Named(id, false),
            Node::Atom(atom) => match formulas.atom_of(*atom) {
                Some(Atom::Action(ActionPattern::Of { service, .. })) => match service.as_literal()
                {
                    Some(service) => Step::Action(*atom, short_hash(service), wanted),
                    None => Step::Atom(*atom, wanted),
                },
                Some(Atom::Choice(choice)) => Step::Choice(self.choice(choice), wanted),
                Some(Atom::Key(key, _)) => Step::Key(*atom, self.number(key), wanted),
                Some(Atom::Principal(PrincipalTest::Kind(kind))) => Step::Kind(*kind, wanted),
                _ => Step::Atom(*atom, wanted),
            },
            Node::Not(inner) => self.part(*inner, !wanted),
            Node::Truth(value) => Step::Truth(*value == wanted),
        }
    }

    /// The parts of a conjunction or disjunction, with those of the same kind inside unfolded.
    fn unfolded(&mut self, id: FormulaId) -> Parts {
        let mut flat = Vec::new();
        self.unfold(id, &mut flat);
        let steps: Vec<Step> = flat.into_iter().map(|part| self.part(part, true)).collect();
        let from = small(self.parts.len());
        self.parts.extend(steps);
        Parts { from, to: small(self.parts.len()) }
    }

    fn unfold(&self, id: FormulaId, flat: &mut Vec<FormulaId>) {
        let formulas = self.formulas;
        let is_all = matches!(formulas.node(id), Node::All(_));
        for part in formulas.node(id).parts() {
            match formulas.node(*part) {
                Node::All(_) if is_all && !self.is_shared(*part) => self.unfold(*part, flat),
                Node::Any(_) if !is_all && !self.is_shared(*part) => self.unfold(*part, flat),
                Node::Atom(atom)
                    if is_all && formulas.atom_of(*atom).is_some_and(Atom::always_holds) => {}
                _ => flat.push(*part),
            }
        }
    }

    fn choice(&mut self, choice: &ChoiceId) -> u32 {
        let known = self.choices.iter().position(|it| it == choice);
        small(known.unwrap_or_else(|| {
            self.choices.push(choice.clone());
            self.choices.len().saturating_sub(1)
        }))
    }

    fn number(&mut self, key: &KeyName) -> u32 {
        let next = small(self.keys.len());
        *self.keys.entry(key.clone()).or_insert(next)
    }
}

/// The parts of a large disjunction with the guard that each starts with; `None` where one has none.
fn guarded_parts(
    formulas: &Formulas,
    id: FormulaId,
    guards: &Numbers,
) -> Option<Vec<(u32, FormulaId)>> {
    let Node::Any(parts) = formulas.node(id) else { return None };
    if parts.len() < GUARD_FROM || guards.contains_key(&id) {
        return None;
    }
    let with_guard = |part: &FormulaId| {
        let first = match formulas.node(*part) {
            Node::All(inner) => inner.first()?,
            _ => part,
        };
        guards.get(first).map(|guard| (*guard, *part))
    };
    parts.iter().map(with_guard).collect()
}

/// A number below the number of formulas, atoms or parts, of which there are fewer than 2³².
pub(super) fn small(number: usize) -> u32 {
    let small = u32::try_from(number);
    debug_assert!(small.is_ok(), "more than 2^32 formulas");
    small.unwrap_or(u32::MAX)
}

/// A number as an index.
pub(super) fn at(small: u32) -> usize {
    usize::try_from(small).unwrap_or(usize::MAX)
}
