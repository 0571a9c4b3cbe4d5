//! The justification frontier: deciding only what the formula needs.
//!
//! The frontier holds the literals that have to be true for the root to be true, in the order in
//! which the walk over the formula met them: of a conjunction every part, of a disjunction one part.
//! A disjunction without a true part calls for a decision; when the walk is done, the atoms on the
//! frontier are all that the theories need to agree with. Most of a policy's thousand statements are
//! never looked at.

use super::assignment::{Assignment, Reason};
use super::encoder::{Encoder, NodeKind};
use super::literal::{Lit, Var};
use polsim_check::table::Table;
use polsim_decide::formula::AtomId;

/// The literals to justify, in the order of the walk.
#[derive(Debug)]
pub(super) struct Frontier {
    entries: Vec<Lit>,
    /// The literals that are on the frontier.
    listed: Table<bool>,
    /// The number of entries that have been justified.
    done: usize,
    /// The numbers of entries and of justified ones at the start of each decision level.
    marks: Vec<(usize, usize)>,
    /// The number of gate parts that were looked at.
    steps: u64,
}

/// The result of an advance over the formula.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Advance {
    /// A literal to decide.
    Decide(Lit),
    /// A justified assignment: every entry has what it needs.
    Justified,
}

impl Frontier {
    /// A frontier without entries.
    pub(super) fn new() -> Self {
        Self {
            entries: Vec::new(),
            listed: Table::new(false),
            done: 0,
            marks: Vec::new(),
            steps: 0,
        }
    }

    /// Opens a decision level.
    pub(super) fn open_level(&mut self) {
        self.marks.push((self.entries.len(), self.done));
    }

    /// Removes the entries of every decision level above `level`.
    pub(super) fn backtrack(&mut self, level: u32) {
        let keep = usize::try_from(level).unwrap_or(usize::MAX);
        let Some((len, done)) = self.marks.get(keep).copied() else { return };
        for lit in self.entries.drain(len..) {
            self.listed.set(lit.index(), false);
        }
        self.done = done;
        self.marks.truncate(keep);
    }

    /// Requires a true literal to be justified.
    pub(super) fn require(&mut self, lit: Lit) {
        if !std::mem::replace(self.listed.entry(lit.index()), true) {
            self.entries.push(lit);
        }
    }

    /// The number of gate parts looked at since the last call.
    pub(super) fn take_steps(&mut self) -> u64 {
        std::mem::take(&mut self.steps)
    }

    /// The atoms on the frontier and their values.
    pub(super) fn atoms<'a>(
        &'a self,
        encoder: &'a Encoder,
    ) -> impl Iterator<Item = (AtomId, bool)> + 'a {
        self.entries.iter().filter_map(|lit| match encoder.kind(*lit) {
            NodeKind::Atom(atom, value) => Some((atom, value)),
            _ => None,
        })
    }

    /// Advances over the formula until a decision is needed or everything is justified.
    pub(super) fn advance(
        &mut self,
        encoder: &Encoder,
        values: &Assignment,
        activity: impl Fn(Var) -> f64,
    ) -> Advance {
        while let Some(lit) = self.entries.get(self.done).copied() {
            let kind = encoder.kind(lit);
            if let NodeKind::All(parts, _) | NodeKind::Any(parts, _) = kind {
                let looked_at = u64::try_from(parts.len()).unwrap_or(u64::MAX);
                self.steps = self.steps.saturating_add(looked_at);
            }
            match kind {
                NodeKind::All(parts, sign) => {
                    for part in parts {
                        self.require_cause(sign.of(*part), encoder, values);
                    }
                }
                NodeKind::Any(parts, sign) => {
                    match choose(
                        parts.iter().map(|part| sign.of(*part)),
                        self,
                        encoder,
                        values,
                        &activity,
                    ) {
                        Choice::Settled => (),
                        Choice::True(part) => self.require_cause(part, encoder, values),
                        Choice::Try(part) => return Advance::Decide(part),
                    }
                }
                NodeKind::Atom(..) | NodeKind::Nothing => (),
            }
            self.done = self.done.saturating_add(1);
        }
        Advance::Justified
    }

    /// Requires a true literal, or the atom that implies it by theory propagation: an implied atom
    /// needs no theory.
    fn require_cause(&mut self, lit: Lit, encoder: &Encoder, values: &Assignment) {
        let mut cause = lit;
        while let Reason::Theory(earlier) = values.reason(cause.var())
            && encoder.atom(cause.var()).is_some()
        {
            cause = earlier;
        }
        self.require(cause);
    }
}

/// The choice of a part that justifies a disjunction.
enum Choice {
    /// Justified by a part that is on the frontier already.
    Settled,
    /// Justified by this true part.
    True(Lit),
    /// Unjustified: this unassigned part should be decided.
    Try(Lit),
}

/// Chooses a part: one on the frontier, else the cheapest true one, else the most active one.
fn choose(
    parts: impl Iterator<Item = Lit>,
    frontier: &Frontier,
    encoder: &Encoder,
    values: &Assignment,
    activity: &impl Fn(Var) -> f64,
) -> Choice {
    let mut best_true: Option<(u32, Lit)> = None;
    let mut best_open: Option<(f64, u32, Lit)> = None;
    for part in parts {
        match values.value(part) {
            Some(true) => {
                if *frontier.listed.get(part.index()) {
                    return Choice::Settled;
                }
                let cost = encoder.cost(part);
                if best_true.is_none_or(|(least, _)| cost < least) {
                    best_true = Some((cost, part));
                }
            }
            None if best_true.is_none() => {
                let (active, cost) = (activity(part.var()), encoder.cost(part));
                let better = best_open.is_none_or(|(most, least, _)| {
                    active > most || (active >= most && cost < least)
                });
                if better {
                    best_open = Some((active, cost, part));
                }
            }
            Some(false) | None => (),
        }
    }
    match (best_true, best_open) {
        (Some((_, part)), _) => Choice::True(part),
        (None, Some((_, _, part))) => Choice::Try(part),
        // All parts false: propagation would have found the conflict before.
        (None, None) => Choice::Settled,
    }
}
