//! Lowering of request shapes to formulas.

use super::RequestShape;
use super::principal::KnownAccounts;
use crate::formula::{Atom, FormulaId, Formulas};
use crate::lower::{Readings, lower_condition};
use crate::network::uncertain::Uncertainty;
use crate::network::{Network, Ways};

/// Context of lowering shapes: the store, the network, and the readings of what AWS leaves open about
/// it.
pub(in crate::prove) struct Lowering<'a> {
    pub(in crate::prove) formulas: &'a mut Formulas,
    pub(in crate::prove) network: Option<&'a Network>,
    pub(in crate::prove) readings: &'a Readings,
    /// Accounts that the input tells something of.
    pub(in crate::prove) known: KnownAccounts,
    /// Ways of origins that the property is about.
    pub(in crate::prove) ways: Ways,
    /// True if the property pins the ways, inside a `not` too.
    pub(in crate::prove) pinned: bool,
    /// Origins that were met, for certificates: their names there, and their requests.
    pub(in crate::prove) origins: Vec<(String, FormulaId)>,
    /// True inside a `not`, where an origin means the ways of plain clients only.
    pub(in crate::prove) excluding: bool,
}

impl Lowering<'_> {
    /// The choice of an undocumented fact, or the constant that it is pinned to.
    pub(in crate::prove) fn is_so(&mut self, fact: &Uncertainty) -> FormulaId {
        let choice = fact.choice();
        match self.readings.value(&choice) {
            Some(value) => self.formulas.truth(value),
            None => self.formulas.atom(Atom::Choice(choice)),
        }
    }
}

impl RequestShape {
    /// The requests of the shape, whose origins have been checked.
    pub(in crate::prove) fn lower(&self, to: &mut Lowering<'_>) -> FormulaId {
        let mut parts = Vec::new();
        if let Some(actions) = &self.actions {
            let atoms: Vec<FormulaId> =
                actions.iter().map(|it| to.formulas.atom(Atom::Action(it.clone()))).collect();
            parts.push(to.formulas.any(atoms));
        }
        if let Some(principals) = &self.principals {
            let each: Vec<FormulaId> =
                principals.iter().map(|it| it.lower(to.formulas, &to.known)).collect();
            parts.push(to.formulas.any(each));
        }
        if let Some(resources) = &self.resources {
            let atoms: Vec<FormulaId> =
                resources.iter().map(|it| to.formulas.atom(Atom::Resource(it.clone()))).collect();
            parts.push(to.formulas.any(atoms));
        }
        for condition in &self.when {
            parts.push(lower_condition(to.formulas, condition));
        }
        if let Some(inner) = &self.not {
            // What nobody may do leaves out only what plain clients do.
            let inside = if to.pinned { to.ways } else { Ways::Plain };
            let ways = std::mem::replace(&mut to.ways, inside);
            let excluding = std::mem::replace(&mut to.excluding, true);
            let inner = inner.lower(to);
            (to.ways, to.excluding) = (ways, excluding);
            parts.push(to.formulas.not(inner));
        }
        for inner in &self.all {
            parts.push(inner.lower(to));
        }
        if let Some(shapes) = &self.any {
            let each: Vec<FormulaId> = shapes.iter().map(|inner| inner.lower(to)).collect();
            parts.push(to.formulas.any(each));
        }
        // Last: what an origin says depends on which keys the others read.
        if let Some(origins) = self.origins(to) {
            parts.push(origins);
        }
        to.formulas.all(parts)
    }

    /// The requests of the origins. What comes in a way that AWS leaves open is there where the fact
    /// is so.
    fn origins(&self, to: &mut Lowering<'_>) -> Option<FormulaId> {
        let (names, network) = (self.from.as_ref()?, to.network?);
        let mut origins = Vec::new();
        for name in names {
            let Ok(constraint) = network.constraint(name, to.ways, to.formulas) else { continue };
            let mut ways = Vec::new();
            for disjunct in &constraint.disjuncts {
                let Some(fact) = disjunct.uncertain else {
                    ways.push(disjunct.formula);
                    continue;
                };
                let is_so = to.is_so(fact);
                ways.push(to.formulas.add(disjunct.formula & is_so));
            }
            let requests = to.formulas.any(ways);
            let head = if to.excluding { "excluded:" } else { "from:" };
            to.origins.push((format!("{head}{name}"), requests));
            origins.push(requests);
        }
        Some(to.formulas.any(origins))
    }
}
