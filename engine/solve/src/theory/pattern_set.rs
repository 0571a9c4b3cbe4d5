//! Pattern sets: the texts of a union of patterns, as automata over position sets.
//!
//! A [`PatternSet`] is a union of *branches*. A branch is one pattern laid out as a line of states:
//! each state may consume one character by its [`Symbol`] and step to the next, and may have a
//! self-loop, a class of characters that it consumes while staying (`*`). An ARN pattern that is
//! compared by component is the line of its six components joined by colons, where the wildcards of
//! the first five do not consume colons; so patterns on the whole text and patterns by component are
//! one kind of automaton and can stand in one question.
//!
//! A state whose self-loop takes every character *dominates* the states before it on its branch:
//! whatever they would accept, it accepts. The same holds within one component for a self-loop that
//! stops at colons. Dominated states are dropped from position sets, which keeps the sets small.

mod branch;
mod symbol;

pub(crate) use self::branch::Part;
pub(crate) use self::symbol::{Cases, Class, Symbol, bit};
use polsim_decide::text::{CaseRule, Pattern, Piece};

/// The set of texts that one of some patterns matches.
#[derive(Clone, Debug)]
pub(crate) struct PatternSet {
    // INVARIANT: branches follow each other; each ends in a state without step.
    states: Vec<State>,
    /// The first state of each branch.
    starts: Vec<usize>,
    /// The ASCII characters that some state consumes by name.
    mentioned: u128,
    /// Self-loops have only the two classes of wildcards, so that a walk with one backtrack point
    /// decides membership.
    plain: bool,
    cases: Cases,
}

/// A state of a branch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    /// The class that the state consumes while staying.
    pub(crate) self_loop: Option<Class>,
    /// The symbol of the step to the next state; a state without step accepts.
    pub(crate) step: Option<Symbol>,
    /// The first state of the branch that this one dominates; itself if there is none.
    pub(crate) dominates: usize,
    /// The number of steps to the accepting state.
    pub(crate) left: usize,
}

/// The error of a policy variable in a pattern that has to be without.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct HasVariable;

impl PatternSet {
    /// The set without any text.
    pub(crate) fn never() -> Self {
        Self {
            states: Vec::new(),
            starts: Vec::new(),
            mentioned: 0,
            plain: true,
            cases: Cases::default(),
        }
    }

    /// The texts that `pattern` matches as a whole.
    pub(crate) fn text(pattern: &Pattern, case: CaseRule) -> Result<Self, HasVariable> {
        Self::of_parts(&[Part::Pattern(pattern, case, Class::Any)])
    }

    /// The set of this text alone.
    pub(crate) fn literal(text: &str) -> Self {
        Self::of_parts(&[Part::Text(text, CaseRule::Exact)]).unwrap_or_else(|_| Self::never())
    }

    /// The texts whose six components match these patterns, wildcards of the first five not
    /// crossing colons (policy language §3.9, §2.3). Where a pattern of the first five holds a
    /// colon, as a value put in for a variable may, nothing matches.
    pub(crate) fn components(patterns: &[Pattern; 6]) -> Result<Self, HasVariable> {
        let [head @ .., last] = patterns;
        if patterns.iter().any(|pattern| pattern.variables().next().is_some()) {
            return Err(HasVariable);
        }
        let has_colon = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(':'));
        if head.iter().any(|pattern| pattern.pieces().iter().any(has_colon)) {
            return Ok(Self::never());
        }
        let mut parts = Vec::new();
        for pattern in head {
            parts.push(Part::Pattern(pattern, CaseRule::Exact, Class::NotColon));
            parts.push(Part::Text(":", CaseRule::Exact));
        }
        parts.push(Part::Pattern(last, CaseRule::Exact, Class::Any));
        Self::of_parts(&parts)
    }

    /// The texts that are ARNs (policy language §2.3).
    pub(crate) fn any_arn() -> Self {
        let colon = || Part::Text(":", CaseRule::Exact);
        let field = || [Part::One(Class::NotColon), Part::Star(Class::NotColon)];
        let mut parts = vec![Part::Text("arn:", CaseRule::Exact)];
        parts.extend(field());
        parts.push(colon());
        parts.extend(field());
        parts.extend([colon(), Part::Star(Class::NotColon), colon(), Part::Star(Class::NotColon)]);
        parts.extend([colon(), Part::One(Class::Any), Part::Star(Class::Any)]);
        Self::of_parts(&parts).unwrap_or_else(|_| Self::never())
    }

    /// The union of `sets`.
    pub(crate) fn union<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut union = Self::never();
        for set in sets {
            let shift = union.states.len();
            union.starts.extend(set.starts.iter().map(|start| start.saturating_add(shift)));
            union.states.extend(
                set.states.iter().map(|state| State {
                    dominates: state.dominates.saturating_add(shift),
                    ..*state
                }),
            );
            union.mentioned |= set.mentioned;
            union.plain &= set.plain;
            union.cases = union.cases.or(set.cases);
        }
        union
    }

    /// The position set before the first character.
    pub(crate) fn start(&self) -> Vec<usize> {
        let mut positions = self.starts.clone();
        self.settle(&mut positions);
        positions
    }

    /// Writes the position set after `c` to `out`.
    pub(crate) fn advance(&self, positions: &[usize], c: char, out: &mut Vec<usize>) {
        out.clear();
        for position in positions {
            let Some(state) = self.states.get(*position) else { continue };
            if state.self_loop.is_some_and(|class| class.has(c)) {
                out.push(*position);
            }
            if state.step.is_some_and(|symbol| symbol.takes(c)) {
                out.push(position.saturating_add(1));
            }
        }
        self.settle(out);
    }

    /// Sorts a position set and drops dominated positions.
    fn settle(&self, positions: &mut Vec<usize>) {
        positions.sort_unstable();
        positions.dedup();
        if positions.iter().any(|at| self.accepts_all(*at)) {
            positions.retain(|at| self.accepts_all(*at));
            positions.truncate(1);
            return;
        }
        // From the last to the first: positions in the reach of a later one go.
        let mut reach = usize::MAX..usize::MAX;
        let mut kept: Vec<usize> = Vec::with_capacity(positions.len());
        for at in positions.iter().rev() {
            if reach.contains(at) {
                continue;
            }
            if let Some(state) = self.states.get(*at)
                && state.dominates < *at
            {
                reach = state.dominates..*at;
            }
            kept.push(*at);
        }
        kept.reverse();
        *positions = kept;
    }

    /// The state at `position`.
    pub(crate) fn state(&self, position: usize) -> Option<&State> {
        self.states.get(position)
    }

    /// Tests for a state that accepts whatever follows.
    pub(crate) fn accepts_all(&self, position: usize) -> bool {
        self.states
            .get(position)
            .is_some_and(|state| state.step.is_none() && state.self_loop == Some(Class::Any))
    }

    /// Tests for membership of `text`.
    pub(crate) fn contains(&self, text: &str) -> bool {
        if self.plain {
            return self.starts.iter().any(|start| self.branch_matches(*start, text));
        }
        let mut positions = self.start();
        let mut next = Vec::new();
        for c in text.chars() {
            self.advance(&positions, c, &mut next);
            std::mem::swap(&mut positions, &mut next);
            if positions.is_empty() {
                return false;
            }
        }
        positions.iter().any(|at| self.states.get(*at).is_some_and(|state| state.step.is_none()))
    }

    /// Walks along a branch with one backtrack point: on a mismatch the last self-loop takes one
    /// character more. A self-loop that stops at colons cannot be left behind wrongly, as its
    /// component ends at the colon.
    fn branch_matches(&self, start: usize, text: &str) -> bool {
        let mut at = start;
        let mut rest = text.chars();
        let mut retry = None;
        loop {
            let Some(state) = self.states.get(at) else { return false };
            if let Some(class) = state.self_loop {
                if state.step.is_none() && class == Class::Any {
                    return true;
                }
                retry = Some((at, class, rest.clone()));
            }
            match (state.step, rest.next()) {
                (Some(symbol), Some(c)) if symbol.takes(c) => {
                    at = at.saturating_add(1);
                    continue;
                }
                (None, None) => return true,
                _ => (),
            }
            let Some((run_at, class, from)) = &mut retry else { return false };
            match from.next() {
                Some(c) if class.has(c) => {
                    rest = from.clone();
                    at = *run_at;
                }
                _ => return false,
            }
        }
    }

    /// The branches, each as its states.
    pub(crate) fn branches(&self) -> impl Iterator<Item = &[State]> {
        let ends = self.starts.iter().skip(1).copied().chain([self.states.len()]);
        self.starts
            .iter()
            .zip(ends)
            .map(|(start, end)| self.states.get(*start..end).unwrap_or_default())
    }

    /// The set of the branch at `index` alone.
    pub(crate) fn branch(&self, index: usize) -> Self {
        let from = self.starts.get(index).copied().unwrap_or(0);
        let end = self.starts.get(index.saturating_add(1)).copied().unwrap_or(self.states.len());
        let states = self.states.get(from..end).unwrap_or_default();
        let unshifted =
            |state: &State| State { dominates: state.dominates.saturating_sub(from), ..*state };
        Self {
            states: states.iter().map(unshifted).collect(),
            starts: if states.is_empty() { Vec::new() } else { vec![0] },
            ..*self
        }
    }

    /// The ASCII characters that some state names, a bit each.
    pub(crate) fn mentioned(&self) -> u128 {
        self.mentioned
    }

    /// The ways in which letters are compared.
    pub(crate) fn cases(&self) -> Cases {
        self.cases
    }

    /// The number of branches.
    pub(crate) fn branch_count(&self) -> usize {
        self.starts.len()
    }

    /// The texts of a set without wildcard and folding, of at most `limit` branches.
    pub(crate) fn texts(&self, limit: usize) -> Option<Vec<String>> {
        if self.starts.len() > limit {
            return None;
        }
        self.branches()
            .map(|branch| {
                let mut text = String::new();
                for state in branch {
                    match (state.self_loop, state.step) {
                        (None, Some(Symbol::Char(c))) => text.push(c),
                        (None, None) => (),
                        _ => return None,
                    }
                }
                Some(text)
            })
            .collect()
    }

    /// The text of a set of one branch without wildcard, letters as they were written.
    pub(crate) fn as_written(&self) -> Option<String> {
        let [_] = *self.starts else { return None };
        let (last, steps) = self.states.split_last()?;
        let named = |state: &State| state.step?.named().filter(|_| state.self_loop.is_none());
        steps.iter().map(named).collect::<Option<String>>().filter(|_| last.self_loop.is_none())
    }

    /// The length of a shortest text; `None` for the empty set.
    pub(crate) fn shortest(&self) -> Option<usize> {
        self.starts.iter().filter_map(|start| self.states.get(*start)).map(|state| state.left).min()
    }
}
