//! The clause database, and unit propagation with two watched literals.

use std::ops::Range;

use super::assignment::{Assignment, Reason};
use super::literal::{ClauseId, Lit};
use polsim_check::table::Table;

/// The clause database with its watch lists.
#[derive(Debug)]
pub(super) struct Clauses {
    // INVARIANT: clauses of two literals or more, one after the other; each clause watches its
    // first two literals.
    literals: Vec<Lit>,
    heads: Vec<Head>,
    // Lists that are linked, not one vector for each literal: most are of one or two watches.
    // INVARIANT: the watches of clause `n` are those of the numbers `2 n` and `2 n + 1`.
    watches: Vec<Watch>,
    /// The first watch of each literal, to be visited when the literal becomes true.
    lists: Table<WatchId>,
    learnt: usize,
    bump: f64,
    visited: u64,
}

/// The header of a clause.
#[derive(Clone, Copy, Debug)]
struct Head {
    start: usize,
    len: usize,
    /// Learnt clauses have an activity, the others are never dropped.
    activity: Option<f64>,
}

/// A watch of a clause, an entry of a linked list.
#[derive(Clone, Copy, Debug)]
struct Watch {
    /// Another literal of the clause: while it is true, the clause need not be visited.
    blocker: Lit,
    /// The next watch in the same list.
    next: WatchId,
}

/// The index of a watch, or [`WatchId::END`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct WatchId(u32);

impl Head {
    /// The range of the clause in the literals of all clauses.
    fn range(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.len)
    }
}

impl WatchId {
    /// The end of a list.
    const END: Self = Self(u32::MAX);

    /// The id of the watch at `index`, two for each clause.
    fn new(index: usize) -> Self {
        debug_assert!(u32::try_from(index).is_ok_and(|it| it < u32::MAX), "watch {index}");
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    fn clause(self) -> ClauseId {
        ClauseId::new(self.index() / 2)
    }
}

/// The origin of a clause; only learnt clauses are ever deleted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// Encoding of the formula.
    Given,
    /// Conflict analysis: the clause may be deleted.
    Learnt,
}

impl Clauses {
    /// A database without clauses.
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

    /// Reserves room for the clauses of about so many variables.
    pub(super) fn reserve(&mut self, vars: usize) {
        let lits = vars.saturating_mul(2);
        self.lists.reserve(lits);
        self.watches.reserve(lits.saturating_sub(self.watches.len()));
        self.heads.reserve(vars.saturating_sub(self.heads.len()));
        let literals = vars.saturating_mul(3);
        self.literals.reserve(literals.saturating_sub(self.literals.len()));
    }

    /// The number of learnt clauses.
    pub(super) fn learnt(&self) -> usize {
        self.learnt
    }

    /// The number of clauses that propagation has visited so far.
    pub(super) fn visited(&self) -> u64 {
        self.visited
    }

    /// The approximate number of bytes that the database takes.
    pub(super) fn memory(&self) -> usize {
        self.literals.len().saturating_mul(size_of::<Lit>()).saturating_add(
            self.heads.len().saturating_mul(
                size_of::<Head>().saturating_add(size_of::<Watch>().saturating_mul(2)),
            ),
        )
    }

    /// Adds a clause of at least two literals. The first two are watched, so they must be the last
    /// that became false, or not be false.
    pub(super) fn add(&mut self, literals: &[Lit], origin: Origin) -> ClauseId {
        debug_assert!(literals.len() > 1, "a clause of one literal is a fact");
        let id = ClauseId::new(self.heads.len());
        let activity = (origin == Origin::Learnt).then_some(self.bump);
        self.learnt = self.learnt.saturating_add(usize::from(activity.is_some()));
        self.heads.push(Head { start: self.literals.len(), len: literals.len(), activity });
        self.literals.extend_from_slice(literals);
        self.watch(id);
        id
    }

    /// Adds the two watches of the newest clause.
    fn watch(&mut self, id: ClauseId) {
        if let [first, second, ..] = *self.literals_of(id) {
            for (watched, blocker) in [(first, second), (second, first)] {
                let watch = WatchId::new(self.watches.len());
                self.watches.push(Watch { blocker, next: WatchId::END });
                self.enlist(watch, !watched);
            }
        }
    }

    /// Puts a watch first in the list that is visited when `lit` becomes true.
    fn enlist(&mut self, watch: WatchId, lit: Lit) {
        let next = std::mem::replace(self.lists.entry(lit.index()), watch);
        let watch = self.watches.get_mut(watch.index());
        debug_assert!(watch.is_some(), "a watch without a clause");
        if let Some(watch) = watch {
            watch.next = next;
        }
    }

    /// The link that leads on from `earlier`, or into the list.
    fn link(&mut self, lit: Lit, earlier: WatchId) -> &mut WatchId {
        match self.watches.get_mut(earlier.index()) {
            Some(watch) => &mut watch.next,
            None => self.lists.entry(lit.index()),
        }
    }

    /// The literals of a clause.
    pub(super) fn literals_of(&self, id: ClauseId) -> &[Lit] {
        let literals = self.head(id).and_then(|head| self.literals.get(head.range()));
        debug_assert!(literals.is_some(), "{id:?} is no clause");
        literals.unwrap_or_default()
    }

    fn literals_mut(&mut self, id: ClauseId) -> &mut [Lit] {
        let range = self.head(id).map(Head::range);
        let literals = range.and_then(|range| self.literals.get_mut(range));
        debug_assert!(literals.is_some(), "{id:?} is no clause");
        literals.unwrap_or_default()
    }

    fn head(&self, id: ClauseId) -> Option<&Head> {
        self.heads.get(id.index())
    }

    /// Raises the activity of a clause that took part in a conflict.
    pub(super) fn bump(&mut self, id: ClauseId) {
        let bump = self.bump;
        let head = self.heads.get_mut(id.index());
        debug_assert!(head.is_some(), "{id:?} is no clause");
        if let Some(Head { activity: Some(activity), .. }) = head {
            *activity += bump;
        }
    }

    /// Lets the activities of all clauses decay.
    pub(super) fn decay(&mut self) {
        self.bump *= 1.001;
        if self.bump > 1e100 {
            self.bump *= 1e-100;
            for head in &mut self.heads {
                head.activity = head.activity.map(|activity| activity * 1e-100);
            }
        }
    }

    /// Unit propagation of one new true literal; returns a clause whose literals are all false.
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

    /// Clause database reduction: deletes the less active half of the long learnt clauses, and every
    /// clause that is true at level 0. Only at level 0 and without reasons, as ids change.
    pub(super) fn reduce(&mut self, values: &Assignment) {
        let mut activities: Vec<f64> = self.heads.iter().filter_map(|head| head.activity).collect();
        activities.sort_by(f64::total_cmp);
        let median = activities.get(activities.len() / 2).copied().unwrap_or_default();
        let old = std::mem::replace(self, Self::new());
        self.bump = old.bump;
        self.visited = old.visited;
        for (at, head) in old.heads.iter().enumerate() {
            let clause = old.literals_of(ClauseId::new(at));
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

/// The result of visiting a clause one of whose watched literals became false.
enum Visit {
    Conflict,
    /// Another literal is watched: the watch belongs in the list of this one.
    Moved(Lit),
    Satisfied,
    Unit(Lit),
}
