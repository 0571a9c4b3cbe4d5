//! The encoder: variables and clauses of a formula, after Plaisted and Greenbaum.
//!
//! Every formula that is no negation has a variable, so a formula and its negation are a literal
//! and its opposite. Clauses are made for the polarity in which a gate is needed: where only *gate
//! implies its parts* matters, only that is said.

use std::ops::Range;

use super::literal::{Lit, Var};
use super::theory::AtomCosts;
use polsim_check::table::Table;
use polsim_check::visited::Visited;
use polsim_decide::formula::{AtomId, FormulaId, Formulas, Node};

/// The encoder of one formula store.
#[derive(Debug)]
pub(super) struct Encoder {
    /// The literal of each formula.
    literals: Table<Option<Lit>>,
    met: Visited,
    /// The gate of each variable.
    all: Vec<Gate>,
    /// The parts of all gates, one gate after the other.
    parts: Vec<Lit>,
    /// The literals whose clauses have been made.
    required: Table<bool>,
    /// Buffers: the literals whose clauses are to be made, and a clause under construction.
    scratch: [Vec<Lit>; 2],
}

/// The formula behind a variable.
#[derive(Clone, Debug)]
struct Gate {
    formula: FormulaId,
    kind: GateKind,
    /// The cost of making the variable true, and of making it false.
    costs: [u32; 2],
}

/// The kind of a gate, with the range of its parts.
#[derive(Clone, Debug)]
enum GateKind {
    All(Range<usize>),
    Any(Range<usize>),
    Atom(AtomId),
    /// An activation variable: implies its formula without being equivalent to it.
    Activation,
    Truth,
}

/// The justification that a true literal needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum NodeKind<'a> {
    /// A conjunction: every part has to be true.
    All(&'a [Lit], Sign),
    /// A disjunction: one true part suffices.
    Any(&'a [Lit], Sign),
    /// An atom: the theories have to agree.
    Atom(AtomId, bool),
    /// A constant or an activation literal: needs no justification.
    Nothing,
}

/// The polarity of a gate: its listed parts, or their negations.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sign {
    AsListed,
    Negated,
}

impl Sign {
    /// The part in this polarity.
    pub(super) fn of(self, lit: Lit) -> Lit {
        match self {
            Self::AsListed => lit,
            Self::Negated => !lit,
        }
    }
}

impl Encoder {
    /// An encoder without variables.
    pub(super) fn new() -> Self {
        Self {
            literals: Table::new(None),
            met: Visited::new(),
            all: Vec::new(),
            parts: Vec::new(),
            required: Table::new(false),
            scratch: [Vec::new(), Vec::new()],
        }
    }

    /// Reserves room for about so many variables.
    pub(super) fn reserve(&mut self, vars: usize) {
        self.literals.reserve(vars);
        self.met.reserve(vars);
        self.all.reserve(vars.saturating_sub(self.all.len()));
        let lits = vars.saturating_mul(2);
        self.parts.reserve(lits.saturating_sub(self.parts.len()));
        self.required.reserve(lits);
    }

    /// The number of variables.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The formula behind a variable.
    pub(super) fn formula(&self, var: Var) -> Option<FormulaId> {
        self.all.get(var.index()).map(|gate| gate.formula)
    }

    /// Tests for an activation variable.
    pub(super) fn is_activation(&self, var: Var) -> bool {
        matches!(self.all.get(var.index()), Some(Gate { kind: GateKind::Activation, .. }))
    }

    /// The atom of a variable that stands for one.
    pub(super) fn atom(&self, var: Var) -> Option<AtomId> {
        match self.all.get(var.index())?.kind {
            GateKind::Atom(atom) => Some(atom),
            _ => None,
        }
    }

    /// The cost of making a literal true.
    pub(super) fn cost(&self, lit: Lit) -> u32 {
        let costs = self.all.get(lit.var().index()).map_or([0, 0], |gate| gate.costs);
        if lit.is_positive() { costs[0] } else { costs[1] }
    }

    /// The literal of a formula that has been encoded.
    pub(super) fn literal_of(&self, formula: FormulaId) -> Option<Lit> {
        *self.literals.get(formula.index())
    }

    /// The literal of a formula, with variables for it and its parts; new atoms are reported.
    pub(super) fn literal(
        &mut self,
        formula: FormulaId,
        formulas: &Formulas,
        costs: &impl AtomCosts,
        new_atom: &mut impl FnMut(AtomId, Var),
    ) -> Option<Lit> {
        if let Some(lit) = self.literal_of(formula) {
            return Some(lit);
        }
        for id in self.met.newly(formula, formulas) {
            self.make(id, formulas, costs, new_atom);
        }
        self.literal_of(formula)
    }

    fn make(
        &mut self,
        formula: FormulaId,
        formulas: &Formulas,
        costs: &impl AtomCosts,
        new_atom: &mut impl FnMut(AtomId, Var),
    ) {
        let (kind, costs) = match formulas.node(formula) {
            Node::Not(inner) => {
                let opposite = self.literal_of(*inner).map(|lit| !lit);
                self.literals.set(formula.index(), opposite);
                return;
            }
            Node::All(parts) => {
                let range = self.list(parts);
                let parts = self.listed(&range);
                let costs = [
                    self.cost_of_all(parts, Sign::AsListed),
                    self.cost_of_any(parts, Sign::Negated),
                ];
                (GateKind::All(range), costs)
            }
            Node::Any(parts) => {
                let range = self.list(parts);
                let parts = self.listed(&range);
                let costs = [
                    self.cost_of_any(parts, Sign::AsListed),
                    self.cost_of_all(parts, Sign::Negated),
                ];
                (GateKind::Any(range), costs)
            }
            Node::Atom(atom) => (GateKind::Atom(*atom), costs.costs(*atom)),
            Node::Truth(_) => (GateKind::Truth, [0, 0]),
        };
        let var = self.next_var();
        let value = !matches!(formulas.node(formula), Node::Truth(false));
        self.literals.set(formula.index(), Some(var.is(value)));
        if let GateKind::Atom(atom) = kind {
            new_atom(atom, var);
        }
        self.all.push(Gate { formula, kind, costs });
    }

    /// The variable that the next gate gets.
    fn next_var(&self) -> Var {
        Var::new(self.all.len())
    }

    /// Stores the literals of the parts of a gate.
    fn list(&mut self, parts: &[FormulaId]) -> Range<usize> {
        let start = self.parts.len();
        let literals = &self.literals;
        self.parts.extend(parts.iter().filter_map(|part| *literals.get(part.index())));
        start..self.parts.len()
    }

    fn listed(&self, range: &Range<usize>) -> &[Lit] {
        self.parts.get(range.clone()).unwrap_or_default()
    }

    fn cost_of_all(&self, parts: &[Lit], sign: Sign) -> u32 {
        let costs = parts.iter().map(|part| self.cost(sign.of(*part)));
        costs.fold(0, u32::saturating_add)
    }

    fn cost_of_any(&self, parts: &[Lit], sign: Sign) -> u32 {
        let costs = parts.iter().map(|part| self.cost(sign.of(*part)));
        costs.min().unwrap_or(u32::MAX).saturating_add(1)
    }

    /// The justification that a literal needs when it is true.
    pub(super) fn kind(&self, lit: Lit) -> NodeKind<'_> {
        match (self.all.get(lit.var().index()).map(|gate| &gate.kind), lit.is_positive()) {
            (Some(GateKind::All(parts)), true) => NodeKind::All(self.listed(parts), Sign::AsListed),
            (Some(GateKind::All(parts)), false) => NodeKind::Any(self.listed(parts), Sign::Negated),
            (Some(GateKind::Any(parts)), true) => NodeKind::Any(self.listed(parts), Sign::AsListed),
            (Some(GateKind::Any(parts)), false) => NodeKind::All(self.listed(parts), Sign::Negated),
            (Some(GateKind::Atom(atom)), value) => NodeKind::Atom(*atom, value),
            (Some(GateKind::Activation | GateKind::Truth) | None, _) => NodeKind::Nothing,
        }
    }

    /// A new activation variable for a formula.
    pub(super) fn new_activation(&mut self, formula: FormulaId) -> Var {
        let var = self.next_var();
        self.all.push(Gate { formula, kind: GateKind::Activation, costs: [0, 0] });
        var
    }

    /// Emits the clauses of `lit` and of the parts that it needs, as far as they have not been
    /// emitted. A constant is a clause of its own.
    pub(super) fn encode(&mut self, lit: Lit, mut clause: impl FnMut(&[Lit])) {
        let [mut wanted, mut whole] = std::mem::take(&mut self.scratch);
        wanted.push(lit);
        while let Some(lit) = wanted.pop() {
            if std::mem::replace(self.required.entry(lit.index()), true) {
                continue;
            }
            match self.kind(lit) {
                NodeKind::All(parts, sign) => {
                    for part in parts {
                        clause(&[!lit, sign.of(*part)]);
                        wanted.push(sign.of(*part));
                    }
                }
                NodeKind::Any(parts, sign) => {
                    whole.clear();
                    whole.push(!lit);
                    whole.extend(parts.iter().map(|part| sign.of(*part)));
                    clause(&whole);
                    wanted.extend(whole.iter().copied().skip(1));
                }
                NodeKind::Atom(..) => (),
                NodeKind::Nothing => clause(&[lit.var().positive()]),
            }
        }
        self.scratch = [wanted, whole];
    }
}
