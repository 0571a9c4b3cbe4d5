//! The clauses, and unit propagation with two watched literals.

use super::assignment::{Assignment, Reason};
use super::literal::Lit;
use polsim_check::table::Table;

/// The name of a clause, valid until the next [`Clauses::reduce`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct ClauseId(u32);

/// The clause database.
#[derive(Debug)]
pub(super) struct Clauses {
    // INVARIANT: clauses of two literals or more, one after the other; each clause watches its
    // first two literals.
    literals: Vec<Lit>,
    heads: Vec<Head>,
    // Lists that are linked, not one vector for each literal: most are of one or two watches.
    // INVARIANT: the watches of clause `n` are those of the numbers `2 n` and `2 n + 1`.
    watches: Vec<Watch>,
    /// By literal: the watches to look at when it becomes true.
    lists: Table<WatchId>,
    learnt: usize,
    bump: f64,
    visited: u64,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    start: usize,
    len: usize,
    /// Learnt clauses have an activity, the others are never dropped.
    activity: Option<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Watch {
    /// Another literal of the clause: while it is true, the clause need not be looked at.
    blocker: Lit,
    /// The next in the same list.
    next: WatchId,
}

/// The number of a watch, or [`WatchId::END`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct WatchId(u32);

impl WatchId {
    /// No watch: the end of a list.
    const END: Self = Self(u32::MAX);

    fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    fn clause(self) -> ClauseId {
        ClauseId(self.0 / 2)
    }
}

/// Whether a clause may be dropped later.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// From the formula.
    Given,
    /// Learnt from a conflict.
    Learnt,
}

impl Clauses {
    pub(super) fn new() -> Self {
        Self {
            literals: Vec::new(),
            heads: Vec::new(),
            watches: Vec::new(),
            lists: Table::new(WatchId::END),
            learnt: 0,
            bump: 1.0,
            visited: 0,
        }
    }

    /// Makes room for the clauses of about so many variables.
    pub(super) fn reserve(&mut self, vars: usize) {
        let lits = vars.saturating_mul(2);
        self.lists.reserve(lits);
        self.watches.reserve(lits.saturating_sub(self.watches.len()));
        self.heads.reserve(vars.saturating_sub(self.heads.len()));
        let literals = vars.saturating_mul(3);
        self.literals.reserve(literals.saturating_sub(self.literals.len()));
    }

    /// How many learnt clauses there are.
    pub(super) fn learnt(&self) -> usize {
        self.learnt
    }

    /// How many clauses propagation has looked at so far.
    pub(super) fn visited(&self) -> u64 {
        self.visited
    }

    /// About how many bytes it takes.
    pub(super) fn memory(&self) -> usize {
        self.literals.len().saturating_mul(size_of::<Lit>()).saturating_add(
            self.heads.len().saturating_mul(
                size_of::<Head>().saturating_add(size_of::<Watch>().saturating_mul(2)),
            ),
        )
    }

    /// Adds a clause of at least two literals. The first two are watched: they must be the last
    /// that became false, or not be false.
    pub(super) fn add(&mut self, literals: &[Lit], origin: Origin) -> ClauseId {
        debug_assert!(literals.len() > 1, "a clause of one literal is a fact");
        let id = ClauseId(u32::try_from(self.heads.len()).unwrap_or(u32::MAX));
        let activity = (origin == Origin::Learnt).then_some(self.bump);
        self.learnt = self.learnt.saturating_add(usize::from(activity.is_some()));
        self.heads.push(Head { start: self.literals.len(), len: literals.len(), activity });
        self.literals.extend_from_slice(literals);
        self.watch(id);
        id
    }

    /// Makes the two watches of the newest clause.
    fn watch(&mut self, id: ClauseId) {
        if let [first, second, ..] = *self.literals_of(id) {
            for (watched, blocker) in [(first, second), (second, first)] {
                let watch = WatchId(u32::try_from(self.watches.len()).unwrap_or(u32::MAX));
                self.watches.push(Watch { blocker, next: WatchId::END });
                self.enlist(watch, !watched);
            }
        }
    }

    /// Puts a watch first in the list of what is to be looked at when `lit` becomes true.
    fn enlist(&mut self, watch: WatchId, lit: Lit) {
        let next = std::mem::replace(self.lists.entry(lit.index()), watch);
        if let Some(watch) = self.watches.get_mut(watch.index()) {
            watch.next = next;
        }
    }

    /// The place where a list goes on after `earlier`, or begins.
    fn link(&mut self, lit: Lit, earlier: WatchId) -> &mut WatchId {
        match self.watches.get_mut(earlier.index()) {
            Some(watch) => &mut watch.next,
            None => self.lists.entry(lit.index()),
        }
    }

    /// The literals of a clause.
    pub(super) fn literals_of(&self, id: ClauseId) -> &[Lit] {
        let head = usize::try_from(id.0).ok().and_then(|at| self.heads.get(at));
        head.and_then(|head| self.literals.get(head.start..head.start.saturating_add(head.len)))
            .unwrap_or_default()
    }

    fn literals_mut(&mut self, id: ClauseId) -> &mut [Lit] {
        let head = usize::try_from(id.0).ok().and_then(|at| self.heads.get(at));
        head.and_then(|head| self.literals.get_mut(head.start..head.start.saturating_add(head.len)))
            .unwrap_or_default()
    }

    /// Notes that a clause took part in a conflict.
    pub(super) fn bump(&mut self, id: ClauseId) {
        let bump = self.bump;
        let head = usize::try_from(id.0).ok().and_then(|at| self.heads.get_mut(at));
        if let Some(Head { activity: Some(activity), .. }) = head {
            *activity += bump;
        }
    }

    /// Makes what happened so far count a little less.
    pub(super) fn decay(&mut self) {
        self.bump *= 1.001;
        if self.bump > 1e100 {
            self.bump *= 1e-100;
            for head in &mut self.heads {
                head.activity = head.activity.map(|activity| activity * 1e-100);
            }
        }
    }

    /// Makes everything true that follows from one new true literal; a clause whose literals are
    /// all false if there is one.
    pub(super) fn propagate(&mut self, lit: Lit, values: &mut Assignment) -> Option<ClauseId> {
        let falsified = !lit;
        let mut earlier = WatchId::END;
        let mut at = *self.lists.get(lit.index());
        while let Some(Watch { blocker, next }) = self.watches.get(at.index()).copied() {
            if values.is_true(blocker) {
                (earlier, at) = (at, next);
                continue;
            }
            self.visited = self.visited.wrapping_add(1);
            match self.visit(at, falsified, values) {
                Visit::Moved(to) => {
                    *self.link(lit, earlier) = next;
                    self.enlist(at, to);
                    at = next;
                    continue;
                }
                Visit::Satisfied => (),
                Visit::Unit(unit) => values.assign(unit, Reason::Clause(at.clause())),
                Visit::Conflict => return Some(at.clause()),
            }
            (earlier, at) = (at, next);
        }
        None
    }

    fn visit(&mut self, watch: WatchId, falsified: Lit, values: &Assignment) -> Visit {
        let clause = self.literals_mut(watch.clause());
        if clause.first() == Some(&falsified) {
            clause.swap(0, 1);
        }
        let [first, second, rest @ ..] = clause else { return Visit::Satisfied };
        if values.is_true(*first) {
            return Visit::Satisfied;
        }
        if let Some(other) = rest.iter_mut().find(|other| !values.is_false(**other)) {
            std::mem::swap(second, other);
            let (blocker, to) = (*first, !*second);
            if let Some(watch) = self.watches.get_mut(watch.index()) {
                watch.blocker = blocker;
            }
            return Visit::Moved(to);
        }
        if values.is_false(*first) { Visit::Conflict } else { Visit::Unit(*first) }
    }

    /// Drops the less active half of the long learnt clauses and whatever is true at level 0. Only
    /// at level 0 and without reasons: ids change.
    pub(super) fn reduce(&mut self, values: &Assignment) {
        let mut activities: Vec<f64> = self.heads.iter().filter_map(|head| head.activity).collect();
        activities.sort_by(f64::total_cmp);
        let median = activities.get(activities.len() / 2).copied().unwrap_or_default();
        let old = std::mem::replace(self, Self::new());
        self.bump = old.bump;
        self.visited = old.visited;
        for (at, head) in old.heads.iter().enumerate() {
            let id = ClauseId(u32::try_from(at).unwrap_or(u32::MAX));
            let clause = old.literals_of(id);
            let weak = head.activity.is_some_and(|activity| activity < median && head.len > 2);
            if weak || clause.iter().any(|lit| values.is_true(*lit)) {
                continue;
            }
            let origin = if head.activity.is_some() { Origin::Learnt } else { Origin::Given };
            // What is false at level 0 stays false: the first two are not, after propagation.
            self.add(clause, origin);
            if let Some(head) = self.heads.last_mut() {
                head.activity = old.heads.get(at).and_then(|head| head.activity);
            }
        }
    }
}

/// What comes of a look at a clause.
enum Visit {
    Conflict,
    /// It has another literal to watch: it is to be looked at when this one becomes true.
    Moved(Lit),
    Satisfied,
    Unit(Lit),
}
