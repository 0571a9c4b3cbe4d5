//! Reverse unit propagation: a clause follows from others if unit propagation refutes its negation.
//!
//! Two watched literals per clause. Each implication names its antecedents, from which trimming finds
//! the steps that a proof rests on.

use std::collections::HashSet;

/// A literal: the number of a formula, negative for its negation; never 0.
pub type Lit = i32;

/// A database of clauses, with the literals that follow from its unit clauses.
#[derive(Debug, Default)]
pub(crate) struct ClauseDb {
    clauses: Vec<Clause>,
    /// By literal: indices of the clauses that watch it.
    watches: Vec<Vec<usize>>,
    /// By variable: its value.
    values: Vec<Option<Assigned>>,
    trail: Vec<Lit>,
    propagated: usize,
    /// True while assignments rest on the negation of a clause that is tested.
    assuming: bool,
    /// The antecedents of the empty clause, once unit propagation derives it.
    unsat: Option<Antecedents>,
}

#[derive(Debug)]
struct Clause {
    /// The literals, of which the first two are watched.
    literals: Vec<Lit>,
    name: usize,
}

#[derive(Clone, Copy, Debug)]
struct Assigned {
    value: bool,
    /// Index of the clause that implies the value; none for an assumed literal.
    reason: Option<usize>,
    /// True for a value that rests on no assumption.
    top_level: bool,
}

/// The antecedents of a clause, in no order.
pub(crate) type Antecedents = Vec<Antecedent>;

/// An antecedent of a derived clause.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Antecedent {
    /// The clause of this name.
    Clause(usize),
    /// The top-level value of this variable: see [`ClauseDb::top_level`].
    TopLevel(usize),
}

impl ClauseDb {
    /// Adds a clause and propagates it. Several clauses may have one name.
    pub(crate) fn add(&mut self, literals: &[Lit], name: usize) {
        let mut literals = literals.to_vec();
        literals.sort_unstable();
        literals.dedup();
        if literals.iter().any(|lit| literals.binary_search(&lit.wrapping_neg()).is_ok()) {
            return;
        }
        debug_assert!(!literals.contains(&0), "0 is no literal");
        // Literals that are not false are watched, as long as there are any.
        literals.sort_by_key(|lit| self.value(*lit) == Some(false));
        let at = self.clauses.len();
        let open = literals.iter().filter(|lit| self.value(**lit) != Some(false)).count();
        let (first, second) = (literals.first().copied(), literals.get(1).copied());
        self.clauses.push(Clause { literals, name });
        if let (Some(first), Some(second)) = (first, second) {
            self.watch(first, at);
            self.watch(second, at);
        }
        match (open, first) {
            (0, _) => self.derive_empty(at),
            (1, Some(unit)) if self.value(unit).is_none() => {
                self.assign(unit, Some(at));
                if let Some(conflict) = self.propagate() {
                    self.derive_empty(conflict);
                }
            }
            _ => (),
        }
    }

    /// The antecedents of a clause that follows by reverse unit propagation; `None` if it does not.
    pub(crate) fn implies(&mut self, clause: &[Lit]) -> Option<Antecedents> {
        if let Some(antecedents) = &self.unsat {
            return Some(antecedents.clone());
        }
        let before = self.trail.len();
        let mut conflict = None;
        self.assuming = true;
        for lit in clause {
            match self.value(*lit) {
                Some(true) => {
                    conflict = Some(self.antecedents(&[*lit]));
                    break;
                }
                Some(false) => (),
                None => self.assign(lit.wrapping_neg(), None),
            }
        }
        if conflict.is_none() {
            conflict = self.propagate().map(|at| self.antecedents_of_conflict(at));
        }
        while self.trail.len() > before {
            if let Some(lit) = self.trail.pop()
                && let Some(value) = self.values.get_mut(variable(lit))
            {
                *value = None;
            }
        }
        self.propagated = before;
        self.assuming = false;
        conflict
    }

    /// The antecedents of the top-level value of a variable.
    pub(crate) fn top_level(&self, variable: usize) -> Antecedents {
        let assigned = self.values.get(variable).copied().flatten();
        let reason = assigned.filter(|it| it.top_level).and_then(|it| it.reason);
        let Some(clause) = reason.and_then(|at| self.clauses.get(at)) else { return Vec::new() };
        let others = clause.literals.iter().map(|lit| self::variable(*lit));
        let others = others.filter(|it| *it != variable).map(Antecedent::TopLevel);
        std::iter::once(Antecedent::Clause(clause.name)).chain(others).collect()
    }

    fn derive_empty(&mut self, at: usize) {
        if self.unsat.is_none() {
            self.unsat = Some(self.antecedents_of_conflict(at));
        }
    }

    fn value(&self, lit: Lit) -> Option<bool> {
        let assigned = self.values.get(variable(lit)).copied().flatten()?;
        Some(assigned.value == (lit > 0))
    }

    fn watch(&mut self, lit: Lit, clause: usize) {
        let at = watch_index(lit);
        if self.watches.len() <= at {
            self.watches.resize_with(at.saturating_add(1), Vec::new);
        }
        if let Some(list) = self.watches.get_mut(at) {
            list.push(clause);
        }
    }

    fn assign(&mut self, lit: Lit, reason: Option<usize>) {
        let at = variable(lit);
        if self.values.len() <= at {
            self.values.resize(at.saturating_add(1), None);
        }
        if let Some(value) = self.values.get_mut(at) {
            *value = Some(Assigned { value: lit > 0, reason, top_level: !self.assuming });
        }
        self.trail.push(lit);
    }

    /// Propagates to a fixed point; the index of a clause all of whose literals became false.
    fn propagate(&mut self) -> Option<usize> {
        while let Some(lit) = self.trail.get(self.propagated).copied() {
            self.propagated = self.propagated.saturating_add(1);
            let falsified = lit.wrapping_neg();
            let at = watch_index(falsified);
            let Some(list) = self.watches.get_mut(at) else { continue };
            let list = std::mem::take(list);
            let mut kept = Vec::with_capacity(list.len());
            let mut conflict = None;
            for clause in list {
                if conflict.is_some() {
                    kept.push(clause);
                    continue;
                }
                match self.visit(clause, falsified) {
                    Visit::Moved(to) => self.watch(to, clause),
                    Visit::Satisfied => kept.push(clause),
                    Visit::Unit(unit) => {
                        kept.push(clause);
                        self.assign(unit, Some(clause));
                    }
                    Visit::Conflict => {
                        kept.push(clause);
                        conflict = Some(clause);
                    }
                }
            }
            if let Some(list) = self.watches.get_mut(at) {
                list.append(&mut kept);
            }
            if conflict.is_some() {
                return conflict;
            }
        }
        None
    }

    /// Finds a new watched literal for a clause one of whose watched literals became false.
    fn visit(&mut self, at: usize, falsified: Lit) -> Visit {
        let values = &self.values;
        let value = |lit: Lit| {
            let assigned = values.get(variable(lit)).copied().flatten()?;
            Some(assigned.value == (lit > 0))
        };
        let Some(clause) = self.clauses.get_mut(at) else { return Visit::Satisfied };
        if clause.literals.first() == Some(&falsified) {
            clause.literals.swap(0, 1);
        }
        let Some(other) = clause.literals.first().copied() else { return Visit::Conflict };
        if value(other) == Some(true) {
            return Visit::Satisfied;
        }
        let next = clause.literals.iter().skip(2).position(|lit| value(*lit) != Some(false));
        if let Some(next) = next {
            clause.literals.swap(1, next.saturating_add(2));
            return clause.literals.get(1).map_or(Visit::Satisfied, |lit| Visit::Moved(*lit));
        }
        if value(other).is_none() { Visit::Unit(other) } else { Visit::Conflict }
    }

    fn antecedents_of_conflict(&self, at: usize) -> Antecedents {
        let Some(clause) = self.clauses.get(at) else { return Vec::new() };
        let mut antecedents = self.antecedents(&clause.literals);
        antecedents.push(Antecedent::Clause(clause.name));
        antecedents
    }

    /// The antecedents of the values of these literals; assumed values have none.
    fn antecedents(&self, literals: &[Lit]) -> Antecedents {
        let mut antecedents = Vec::new();
        let mut seen: HashSet<usize> = HashSet::new();
        let mut open: Vec<usize> = literals.iter().map(|lit| variable(*lit)).collect();
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            match self.values.get(at).copied().flatten() {
                Some(Assigned { top_level: true, .. }) => {
                    antecedents.push(Antecedent::TopLevel(at));
                }
                Some(Assigned { reason: Some(reason), .. }) => {
                    if let Some(clause) = self.clauses.get(reason) {
                        antecedents.push(Antecedent::Clause(clause.name));
                        open.extend(clause.literals.iter().map(|lit| variable(*lit)));
                    }
                }
                _ => (),
            }
        }
        antecedents
    }
}

/// The state of a visited clause.
enum Visit {
    /// The literals are all false.
    Conflict,
    /// Another literal of the clause is watched instead.
    Moved(Lit),
    /// A literal is true.
    Satisfied,
    /// The literals are all false but this one, which has no value.
    Unit(Lit),
}

fn variable(lit: Lit) -> usize {
    debug_assert!(lit != 0, "0 is no literal");
    usize::try_from(lit.unsigned_abs()).unwrap_or(usize::MAX)
}

fn watch_index(lit: Lit) -> usize {
    variable(lit).saturating_mul(2).saturating_add(usize::from(lit < 0))
}
