//! Formulas to code: backwards, as each test has to know where to go on.

use rustc_hash::FxHashMap;

use crate::eval::Decision;
use crate::eval::compiled::PolicySet;
use crate::eval::program::{self, small};
use crate::formula::{Atom, FormulaId, KeyTest, Node, Predicate};
use crate::policy::ActionPattern;
use crate::text::{KeyName, short_hash};

use super::check::{KeyCheck, ResourceCheck};
use super::class::Class;
use super::fold::Folded;
use super::{Code, Instruction, QUESTIONS, Test, questions};

/// The ends of routines, which are the first instructions.
const RETURN_FALSE: u32 = 0;
const RETURN_TRUE: u32 = 1;

/// Formulas that cost more are worth remembering where several ask for them.
const CHEAP: u32 = 6;

/// The code of a set for a class of requests.
pub(super) fn code(set: &PolicySet, class: Class) -> Code {
    let lowered = set.lowered();
    let mut compiler = Compiler::new(set);
    let mut otherwise = compiler.push(Test::End(Decision::ImplicitDeny), (0, 0));
    let questions = questions(lowered);
    for (at, (formula, decision)) in questions.into_iter().enumerate().rev() {
        // What was asked before did not hold, or the decision would be made.
        let before: Vec<FormulaId> = questions.iter().take(at).map(|(it, _)| *it).collect();
        let cost = |id| compiler.leaf_cost(id);
        let folded = Folded::new(&lowered.formulas, (class, &before), formula, cost);
        let then = compiler.push(Test::End(decision), (0, 0));
        compiler.turn_to(at);
        otherwise = compiler.enter(&folded, formula, (then, otherwise));
    }
    compiler.finish(otherwise)
}

struct Compiler<'a> {
    set: &'a PolicySet,
    tests: Vec<Instruction>,
    /// The entry of each formula with its two targets.
    known: FxHashMap<(FormulaId, u32, u32), u32>,
    /// The number and entry of each routine.
    routines: FxHashMap<FormulaId, (u32, u32)>,
    routine_count: u32,
    keys: FxHashMap<KeyName, u32>,
    parts: [Vec<u32>; QUESTIONS],
    /// The number of the question that is compiled.
    question: usize,
}

impl<'a> Compiler<'a> {
    fn new(set: &'a PolicySet) -> Self {
        let mut compiler = Self {
            set,
            tests: Vec::new(),
            known: FxHashMap::default(),
            routines: FxHashMap::default(),
            routine_count: 0,
            keys: FxHashMap::default(),
            parts: Default::default(),
            question: 0,
        };
        if set.program().groups > 0 {
            let none = || vec![RETURN_FALSE; set.lowered().formulas.len()];
            compiler.parts = [none(), none(), none()];
        }
        compiler.push(Test::Return(false), (0, 0));
        compiler.push(Test::Return(true), (0, 0));
        compiler
    }

    /// Turns to another question, of which other formulas are known.
    fn turn_to(&mut self, question: usize) {
        self.question = question;
        self.known.clear();
        self.routines.clear();
    }

    fn finish(self, start: u32) -> Code {
        Code {
            tests: self.tests,
            start,
            parts: self.parts,
            routines: program::at(self.routine_count),
            keys: self.keys.len(),
        }
    }

    fn push(&mut self, test: Test, (then, otherwise): (u32, u32)) -> u32 {
        self.tests.push(Instruction { test, then, otherwise });
        small(self.tests.len().saturating_sub(1))
    }

    /// The cost of an atom or guarded disjunction, roughly in nanoseconds.
    fn leaf_cost(&self, id: FormulaId) -> Option<u32> {
        let formulas = &self.set.lowered().formulas;
        if self.set.program().group_of(id).is_some() {
            return Some(20);
        }
        if self.set.guard_of(id).is_some() {
            return Some(1);
        }
        let Node::Atom(atom) = formulas.node(id) else { return None };
        Some(match formulas.atom_of(*atom)? {
            Atom::Action(ActionPattern::Of { .. }) => 2,
            Atom::Key(_, KeyTest::Some { any_of, .. }) => {
                let texts = any_of.iter().all(|it| matches!(it, Predicate::Text(..)));
                small(any_of.len()).saturating_mul(if texts { 4 } else { 12 })
            }
            Atom::Key(..) => 4,
            Atom::Resource(_) => 10,
            _ => 5,
        })
    }

    /// The place where a formula is read that goes on at one target if it holds, else at the other.
    fn enter(&mut self, folded: &Folded<'_>, id: FormulaId, targets: (u32, u32)) -> u32 {
        let (then, otherwise) = targets;
        match folded.constant(id) {
            Some(true) => return then,
            Some(false) => return otherwise,
            None => (),
        }
        if let Node::Not(inner) = folded.formulas.node(id) {
            return self.enter(folded, *inner, (otherwise, then));
        }
        if let Some(known) = self.known.get(&(id, then, otherwise)) {
            return *known;
        }
        let is_leaf = matches!(folded.formulas.node(id), Node::Atom(_));
        let entry = if folded.is_shared(id) && !is_leaf && folded.cost(id) > CHEAP {
            let (number, start) = self.routine(folded, id);
            self.push(Test::Routine(number, start), targets)
        } else {
            self.read(folded, id, targets)
        };
        self.known.insert((id, then, otherwise), entry);
        entry
    }

    /// The routine of a formula: its number and its start.
    fn routine(&mut self, folded: &Folded<'_>, id: FormulaId) -> (u32, u32) {
        if let Some(known) = self.routines.get(&id) {
            return *known;
        }
        let start = self.read(folded, id, (RETURN_TRUE, RETURN_FALSE));
        let number = self.routine_count;
        self.routine_count = number.saturating_add(1);
        self.routines.insert(id, (number, start));
        (number, start)
    }

    fn read(&mut self, folded: &Folded<'_>, id: FormulaId, targets: (u32, u32)) -> u32 {
        if let Some(group) = self.set.program().group_of(id) {
            return self.guarded(folded, (id, group), targets);
        }
        if let Some((number, when_hit)) = self.set.guard_of(id) {
            return self.push(Test::Guard(number, when_hit), targets);
        }
        match folded.formulas.node(id) {
            Node::All(parts) => self.all(folded, parts, targets),
            Node::Any(parts) => {
                let (then, mut next) = targets;
                for part in folded.open_parts(parts).into_iter().rev() {
                    next = self.enter(folded, part, (then, next));
                }
                next
            }
            Node::Atom(atom) => match folded.formulas.atom_of(*atom) {
                Some(atom) => {
                    let test = self.test(atom);
                    self.push(test, targets)
                }
                None => targets.1,
            },
            Node::Not(inner) => self.enter(folded, *inner, (targets.1, targets.0)),
            Node::Truth(value) => {
                if *value {
                    targets.0
                } else {
                    targets.1
                }
            }
        }
    }

    fn all(&mut self, folded: &Folded<'_>, parts: &[FormulaId], targets: (u32, u32)) -> u32 {
        let (mut next, otherwise) = targets;
        for part in folded.open_parts(parts).into_iter().rev() {
            next = self.enter(folded, part, (next, otherwise));
        }
        next
    }

    /// A disjunction whose parts the index opens: each part is a routine without its guard.
    fn guarded(
        &mut self,
        folded: &Folded<'_>,
        (id, group): (FormulaId, u32),
        targets: (u32, u32),
    ) -> u32 {
        let mut any = false;
        for part in folded.formulas.node(id).parts() {
            if folded.constant(*part) == Some(false) {
                self.set_part(*part, RETURN_FALSE);
                continue;
            }
            any = true;
            let start = match folded.formulas.node(*part) {
                Node::All(inner) => {
                    let after_guard = inner.split_first().map(|(_, rest)| rest).unwrap_or_default();
                    self.all(folded, after_guard, (RETURN_TRUE, RETURN_FALSE))
                }
                // The guard alone.
                _ => RETURN_TRUE,
            };
            self.set_part(*part, start);
        }
        if any { self.push(Test::Open(group, self.question), targets) } else { targets.1 }
    }

    fn set_part(&mut self, part: FormulaId, start: u32) {
        if let Some(slot) =
            self.parts.get_mut(self.question).and_then(|it| it.get_mut(part.index()))
        {
            *slot = start;
        }
    }

    fn test(&mut self, atom: &Atom) -> Test {
        match atom {
            Atom::Action(pattern @ ActionPattern::Of { service, .. }) => {
                match service.as_literal() {
                    Some(service) => Test::Action(short_hash(service), Box::new(pattern.clone())),
                    None => Test::Atom(Box::new(atom.clone())),
                }
            }
            Atom::Key(key, test) => {
                let next = small(self.keys.len());
                let number = *self.keys.entry(key.clone()).or_insert(next);
                Test::Key(number, key.clone(), KeyCheck::of(test))
            }
            Atom::Resource(pattern) => Test::Resource(Box::new(ResourceCheck::of(pattern))),
            other => Test::Atom(Box::new(other.clone())),
        }
    }
}
