//! Decisions as flat code: tests with two targets each, read in one pass.
//!
//! The formulas of a set are compiled once for each [`Class`] of requests: what a class settles
//! (the kind of caller, whose the resource is, the management account) is folded away, and with it
//! the layers and ways of granting that such requests cannot meet. What is left is tests in the
//! order of their cost; each knows where to go on if it holds and where if it does not, so a
//! decision is one loop. Parts with several uses are read once, as routines; the parts of large
//! disjunctions are those that the action index opened.

mod check;
mod class;
mod compile;
mod fold;

use std::sync::OnceLock;

use crate::formula::{Atom, FormulaId};
use crate::lower::Lowered;
use crate::policy::ActionPattern;
use crate::request::Request;
use crate::text::KeyName;

use super::Decision;
use super::compiled::PolicySet;
use super::program;
use check::{KeyCheck, ResourceCheck};
use class::Class;

/// The code of a set for each class of requests, compiled when the first of the class is asked about.
#[derive(Clone, Debug, Default)]
pub(super) struct Codes {
    of_class: OnceLock<Box<[OnceLock<Code>]>>,
}

/// The decisions of a set on the requests of one class.
#[derive(Clone, Debug)]
struct Code {
    tests: Vec<Instruction>,
    start: u32,
    /// For each question: the routine of each part of a guarded disjunction, by formula.
    parts: [Vec<u32>; QUESTIONS],
    /// The number of routines whose outcome is remembered.
    routines: usize,
    /// The number of context keys.
    keys: usize,
}

/// A test and the places where reading goes on.
#[derive(Clone, Debug)]
struct Instruction {
    test: Test,
    then: u32,
    otherwise: u32,
}

/// A test of a request.
#[derive(Clone, Debug)]
enum Test {
    /// The action, of the service with this hash, is one of the pattern's.
    Action(u32, Box<ActionPattern>),
    /// An atom that has no form of its own here.
    Atom(Box<Atom>),
    /// The decision is made.
    End(Decision),
    /// The guard of this number was hit, or not.
    Guard(u32, bool),
    /// An open part of the guarded disjunction of this number, in this question, holds.
    Open(u32, usize),
    /// A context key, by its number, passes.
    Key(u32, KeyName, KeyCheck),
    /// The resource is one of the pattern's.
    Resource(Box<ResourceCheck>),
    /// A routine ends with this outcome.
    Return(bool),
    /// The routine of this number, which starts there, holds.
    Routine(u32, u32),
}

/// Working memory of the code.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// For each routine: twice the generation in which it was read, plus its outcome.
    outcomes: Vec<u64>,
    /// For each context key: the generation in which it was looked up, and where it was found.
    keys: Vec<(u64, Option<usize>)>,
    /// The routines and disjunctions that are being read.
    stack: Vec<Frame>,
}

/// A routine or guarded disjunction that is being read.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// The place of its instruction.
    at: u32,
    /// For a disjunction: the number of its parts that were read.
    part: usize,
}

impl Codes {
    /// The code for a request.
    fn of(&self, request: &Request, set: &PolicySet) -> Option<&Code> {
        let class = Class::of(request);
        let none = || (0..Class::COUNT).map(|_| OnceLock::new()).collect();
        let slot = self.of_class.get_or_init(none).get(class.number())?;
        Some(slot.get_or_init(|| compile::code(set, class)))
    }
}

/// The decision of the set on a request. The guards are open.
pub(super) fn decide(set: &PolicySet, request: &Request, run: Run<'_>) -> Decision {
    let code = set.codes().of(request, set);
    debug_assert!(code.is_some(), "a class without code");
    code.map_or(Decision::ImplicitDeny, |code| code.decide(set, request, run))
}

/// The state of a scratch that the code reads and writes.
pub(super) struct Run<'a> {
    pub(super) memory: &'a mut Memory,
    pub(super) generation: u64,
    pub(super) open: &'a [Vec<FormulaId>],
    pub(super) hits: &'a [u64],
}

impl Code {
    /// One pass over the code.
    fn decide(&self, set: &PolicySet, request: &Request, run: Run<'_>) -> Decision {
        let Run { memory, generation, open, hits } = run;
        memory.prepare(self);
        let mut at = self.start;
        while let Some(instruction) = self.tests.get(program::at(at)) {
            let holds = match &instruction.test {
                Test::Action(service, pattern) => {
                    *service == request.action().service_hash() && pattern.matches(request.action())
                }
                Test::Key(number, key, check) => {
                    let values = memory.values(*number, key, generation, request);
                    check.test(values, request)
                }
                Test::Resource(check) => check.test(request),
                Test::Atom(atom) => atom.test_of_request(request).unwrap_or_default(),
                Test::Guard(number, when_hit) => {
                    let hit = hits.get(program::at(*number)).is_some_and(|it| *it == generation);
                    hit == *when_hit
                }
                Test::End(decision) => return *decision,
                Test::Routine(number, start) => {
                    let Some(known) = memory.outcome(*number, generation) else {
                        memory.stack.push(Frame { at, part: 0 });
                        at = *start;
                        continue;
                    };
                    known
                }
                Test::Open(group, question) => match self.part(open, (*group, *question), 0) {
                    Some(start) => {
                        memory.stack.push(Frame { at, part: 0 });
                        at = start;
                        continue;
                    }
                    None => false,
                },
                Test::Return(holds) => match self.leave(memory, open, generation, *holds) {
                    Some(next) => {
                        at = next;
                        continue;
                    }
                    None => break,
                },
            };
            at = if holds { instruction.then } else { instruction.otherwise };
        }
        debug_assert!(false, "code without an end");
        plain(set, request)
    }

    /// The routine of a part of a guarded disjunction.
    fn part(
        &self,
        open: &[Vec<FormulaId>],
        (group, question): (u32, usize),
        part: usize,
    ) -> Option<u32> {
        let id = open.get(program::at(group))?.get(part)?;
        self.parts.get(question)?.get(id.index()).copied()
    }

    /// The place to go on at after a routine or a part of a disjunction had this outcome.
    fn leave(
        &self,
        memory: &mut Memory,
        open: &[Vec<FormulaId>],
        generation: u64,
        holds: bool,
    ) -> Option<u32> {
        let frame = memory.stack.last_mut()?;
        let caller = self.tests.get(program::at(frame.at))?;
        match caller.test {
            Test::Open(group, question) if !holds => {
                frame.part = frame.part.saturating_add(1);
                if let Some(start) = self.part(open, (group, question), frame.part) {
                    return Some(start);
                }
            }
            Test::Routine(number, _) => {
                if let Some(slot) = memory.outcomes.get_mut(program::at(number)) {
                    *slot = (generation << 1) | u64::from(holds);
                }
            }
            _ => (),
        }
        memory.stack.pop();
        Some(if holds { caller.then } else { caller.otherwise })
    }
}

/// The decision by the formulas as they stand: what a defect of the code falls back to.
fn plain(set: &PolicySet, request: &Request) -> Decision {
    set.decide_plainly(request, &mut super::Scratch::default())
}

impl Memory {
    /// Makes room for the code.
    fn prepare(&mut self, code: &Code) {
        if self.outcomes.len() < code.routines {
            self.outcomes.resize(code.routines, 0);
        }
        if self.keys.len() < code.keys {
            self.keys.resize(code.keys, (0, None));
        }
        self.stack.clear();
    }

    fn outcome(&self, number: u32, generation: u64) -> Option<bool> {
        let known = self.outcomes.get(program::at(number))?;
        (known >> 1 == generation).then_some(known & 1 == 1)
    }

    /// The values of the context key of this number.
    #[inline]
    fn values<'a>(
        &mut self,
        number: u32,
        key: &KeyName,
        generation: u64,
        request: &'a Request,
    ) -> &'a [Box<str>] {
        let context = request.context();
        let found = match self.keys.get_mut(program::at(number)) {
            Some((seen, found)) => {
                if *seen != generation {
                    (*seen, *found) = (generation, context.position(key));
                }
                *found
            }
            None => context.position(key),
        };
        found.map(|at| context.values_at(at)).unwrap_or_default()
    }
}

/// The number of formulas that decide.
const QUESTIONS: usize = 3;

/// The formulas that decide, in the order in which they are asked, and what each decides.
fn questions(lowered: &Lowered) -> [(FormulaId, Decision); QUESTIONS] {
    [
        (lowered.always_allowed, Decision::Allowed),
        (lowered.explicit_deny, Decision::ExplicitDeny),
        (lowered.allowed, Decision::Allowed),
    ]
}
