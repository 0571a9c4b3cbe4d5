//! Lowering of request shapes to formulas.

use super::RequestShape;
use crate::formula::{Atom, FormulaId, Formulas};
use crate::lower::lower_condition;
use crate::network::uncertain::Uncertainty;
use crate::network::{Network, Ways};

/// The requests of a shape, as two formulas: they differ where AWS leaves something undocumented.
#[derive(Clone, Copy, Debug)]
pub(in crate::prove) struct Requests {
    /// Requests that exist under some reading of AWS's documents.
    pub(in crate::prove) possible: FormulaId,
    /// Requests that exist under every reading.
    pub(in crate::prove) certain: FormulaId,
}

/// Context of lowering shapes: the store, the network, and the undocumented facts met on the way.
pub(in crate::prove) struct Lowering<'a> {
    pub(in crate::prove) formulas: &'a mut Formulas,
    pub(in crate::prove) network: Option<&'a Network>,
    /// Ways of origins that the property is about.
    pub(in crate::prove) ways: Ways,
    /// Undocumented facts, each with the requests that exist only if it is so.
    pub(in crate::prove) uncertain: Vec<(&'static Uncertainty, FormulaId)>,
    /// Origins that were met, for certificates.
    pub(in crate::prove) origins: Vec<LoweredOrigin>,
    /// True inside a `not`.
    pub(in crate::prove) excluding: bool,
}

/// An origin as a shape uses it.
#[derive(Clone, Debug)]
pub(in crate::prove) struct LoweredOrigin {
    name: Box<str>,
    /// True for an origin inside a `not`, which means the ways of plain clients only.
    excluding: bool,
    requests: Requests,
}

impl LoweredOrigin {
    /// The two formulas of the origin, each with the name that certificates give it.
    pub(in crate::prove) fn named(&self) -> [(String, FormulaId); 2] {
        let Requests { possible, certain } = self.requests;
        let head = if self.excluding { "excluded-" } else { "" };
        let name = |word: &str| format!("{head}{word}:{}", self.name);
        [(name("possible"), possible), (name("certain"), certain)]
    }
}

impl Lowering<'_> {
    fn all(&mut self, parts: &[Requests]) -> Requests {
        let possible: Vec<FormulaId> = parts.iter().map(|it| it.possible).collect();
        let certain: Vec<FormulaId> = parts.iter().map(|it| it.certain).collect();
        Requests { possible: self.formulas.all(possible), certain: self.formulas.all(certain) }
    }

    fn any(&mut self, parts: &[Requests]) -> Requests {
        let possible: Vec<FormulaId> = parts.iter().map(|it| it.possible).collect();
        let certain: Vec<FormulaId> = parts.iter().map(|it| it.certain).collect();
        Requests { possible: self.formulas.any(possible), certain: self.formulas.any(certain) }
    }
}

impl Requests {
    fn of(formula: FormulaId) -> Self {
        Self { possible: formula, certain: formula }
    }
}

impl RequestShape {
    /// The requests of the shape, whose origins have been checked.
    pub(in crate::prove) fn lower(&self, to: &mut Lowering<'_>) -> Requests {
        let mut parts = Vec::new();
        if let Some(actions) = &self.actions {
            let atoms: Vec<FormulaId> =
                actions.iter().map(|it| to.formulas.atom(Atom::Action(it.clone()))).collect();
            parts.push(Requests::of(to.formulas.any(atoms)));
        }
        if let Some(principals) = &self.principals {
            let each: Vec<FormulaId> = principals.iter().map(|it| it.lower(to.formulas)).collect();
            parts.push(Requests::of(to.formulas.any(each)));
        }
        if let Some(resources) = &self.resources {
            let atoms: Vec<FormulaId> =
                resources.iter().map(|it| to.formulas.atom(Atom::Resource(it.clone()))).collect();
            parts.push(Requests::of(to.formulas.any(atoms)));
        }
        for condition in &self.when {
            parts.push(Requests::of(lower_condition(to.formulas, condition)));
        }
        if let Some(inner) = &self.not {
            // What nobody may do leaves out only what plain clients do.
            let ways = std::mem::replace(&mut to.ways, Ways::Plain);
            let excluding = std::mem::replace(&mut to.excluding, true);
            let Requests { possible, certain } = inner.lower(to);
            (to.ways, to.excluding) = (ways, excluding);
            // Certainly none of the others is what is not even possibly one of them.
            let (possible, certain) = (to.formulas.not(certain), to.formulas.not(possible));
            parts.push(Requests { possible, certain });
        }
        for inner in &self.all {
            parts.push(inner.lower(to));
        }
        if let Some(shapes) = &self.any {
            let each: Vec<Requests> = shapes.iter().map(|inner| inner.lower(to)).collect();
            parts.push(to.any(&each));
        }
        // Last: what an origin says depends on which keys the others read.
        if let Some(origins) = self.origins(to) {
            parts.push(origins);
        }
        to.all(&parts)
    }

    fn origins(&self, to: &mut Lowering<'_>) -> Option<Requests> {
        let (names, network) = (self.from.as_ref()?, to.network?);
        let mut origins = Vec::new();
        for name in names {
            let Ok(constraint) = network.constraint(name, to.ways, to.formulas) else { continue };
            let uncertain = constraint.disjuncts.iter();
            to.uncertain.extend(uncertain.filter_map(|it| Some((it.uncertain?, it.formula))));
            let (possible, certain) = (constraint.formula, constraint.certain);
            let requests = Requests { possible, certain };
            let (name, excluding) = (name.clone(), to.excluding);
            to.origins.push(LoweredOrigin { name, excluding, requests });
            origins.push(requests);
        }
        Some(to.any(&origins))
    }
}
