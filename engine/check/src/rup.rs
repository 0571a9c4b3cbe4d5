//! Clauses, and whether another follows from them by unit propagation.

use std::collections::HashSet;

/// A literal: a number of a formula, negative for its negation; never 0.
pub type Lit = i32;

/// Clauses and what follows from those with one literal.
#[derive(Debug, Default)]
pub struct ClauseDb {
    clauses: Vec<Clause>,
    /// By literal: the clauses that watch for it to become false.
    watches: Vec<Vec<usize>>,
    /// By variable.
    values: Vec<Option<Assigned>>,
    trail: Vec<Lit>,
    propagated: usize,
    /// Whether what is assigned holds only as long as something is supposed.
    supposing: bool,
    /// The clauses contradict each other by unit propagation: what that follows from.
    broken: Option<Antecedents>,
}

#[derive(Debug)]
struct Clause {
    /// The first two are watched.
    literals: Vec<Lit>,
    name: usize,
}

#[derive(Clone, Copy, Debug)]
struct Assigned {
    value: bool,
    /// The clause from which it follows; nothing for what is only supposed.
    because: Option<usize>,
    /// Whether it holds for good.
    ground: bool,
}

/// What a clause follows from.
pub type Antecedents = Vec<Source>;

/// One thing that a clause follows from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// The clause of this name.
    Clause(usize),
    /// The value for good of this variable: see [`ClauseDb::ground`].
    Ground(usize),
}

impl ClauseDb {
    /// Adds a clause and what follows from it. Names need not differ.
    pub fn add(&mut self, literals: &[Lit], name: usize) {
        let mut literals = literals.to_vec();
        literals.sort_unstable();
        literals.dedup();
        if literals.iter().any(|lit| literals.binary_search(&lit.wrapping_neg()).is_ok()) {
            return;
        }
        // Watched are those that are not false, as long as there are any.
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
            (0, _) => self.break_by(at),
            (1, Some(unit)) if self.value(unit).is_none() => {
                self.assign(unit, Some(at));
                if let Some(conflict) = self.propagate() {
                    self.break_by(conflict);
                }
            }
            _ => (),
        }
    }

    /// The clauses from which the clause follows, if it does by unit propagation.
    pub fn implies(&mut self, clause: &[Lit]) -> Option<Antecedents> {
        if let Some(because) = &self.broken {
            return Some(because.clone());
        }
        let before = self.trail.len();
        let mut conflict = None;
        self.supposing = true;
        for lit in clause {
            match self.value(*lit) {
                Some(true) => {
                    conflict = Some(self.why(&[*lit]));
                    break;
                }
                Some(false) => (),
                None => self.assign(lit.wrapping_neg(), None),
            }
        }
        if conflict.is_none() {
            conflict = self.propagate().map(|at| self.why_conflict(at));
        }
        while self.trail.len() > before {
            if let Some(lit) = self.trail.pop()
                && let Some(value) = self.values.get_mut(variable(lit))
            {
                *value = None;
            }
        }
        self.propagated = before;
        self.supposing = false;
        conflict
    }

    /// What the value for good of a variable follows from.
    pub fn ground(&self, variable: usize) -> Antecedents {
        let assigned = self.values.get(variable).copied().flatten();
        let because = assigned.filter(|it| it.ground).and_then(|it| it.because);
        let Some(clause) = because.and_then(|at| self.clauses.get(at)) else { return Vec::new() };
        let others = clause.literals.iter().map(|lit| self::variable(*lit));
        let others = others.filter(|it| *it != variable).map(Source::Ground);
        std::iter::once(Source::Clause(clause.name)).chain(others).collect()
    }

    fn break_by(&mut self, at: usize) {
        if self.broken.is_none() {
            self.broken = Some(self.why_conflict(at));
        }
    }

    fn value(&self, lit: Lit) -> Option<bool> {
        let assigned = self.values.get(variable(lit)).copied().flatten()?;
        Some(assigned.value == (lit > 0))
    }

    fn watch(&mut self, lit: Lit, clause: usize) {
        let at = place(lit);
        if self.watches.len() <= at {
            self.watches.resize_with(at.saturating_add(1), Vec::new);
        }
        if let Some(list) = self.watches.get_mut(at) {
            list.push(clause);
        }
    }

    fn assign(&mut self, lit: Lit, because: Option<usize>) {
        let at = variable(lit);
        if self.values.len() <= at {
            self.values.resize(at.saturating_add(1), None);
        }
        if let Some(value) = self.values.get_mut(at) {
            *value = Some(Assigned { value: lit > 0, because, ground: !self.supposing });
        }
        self.trail.push(lit);
    }

    /// A clause all of whose literals are false, if one comes up.
    fn propagate(&mut self) -> Option<usize> {
        while let Some(lit) = self.trail.get(self.propagated).copied() {
            self.propagated = self.propagated.saturating_add(1);
            let falsified = lit.wrapping_neg();
            let at = place(falsified);
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

    /// Looks at a clause one of whose watched literals has become false.
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

    fn why_conflict(&self, at: usize) -> Antecedents {
        let Some(clause) = self.clauses.get(at) else { return Vec::new() };
        let mut because = self.why(&clause.literals);
        because.push(Source::Clause(clause.name));
        because
    }

    /// What the values of these literals follow from, besides what is supposed.
    fn why(&self, literals: &[Lit]) -> Antecedents {
        let mut because = Vec::new();
        let mut seen: HashSet<usize> = HashSet::new();
        let mut open: Vec<usize> = literals.iter().map(|lit| variable(*lit)).collect();
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            match self.values.get(at).copied().flatten() {
                Some(Assigned { ground: true, .. }) => because.push(Source::Ground(at)),
                Some(Assigned { because: Some(reason), .. }) => {
                    if let Some(clause) = self.clauses.get(reason) {
                        because.push(Source::Clause(clause.name));
                        open.extend(clause.literals.iter().map(|lit| variable(*lit)));
                    }
                }
                _ => (),
            }
        }
        because
    }
}

enum Visit {
    Conflict,
    /// Another literal is watched now.
    Moved(Lit),
    Satisfied,
    Unit(Lit),
}

fn variable(lit: Lit) -> usize {
    usize::try_from(lit.unsigned_abs()).unwrap_or(usize::MAX)
}

fn place(lit: Lit) -> usize {
    variable(lit).saturating_mul(2).saturating_add(usize::from(lit < 0))
}
