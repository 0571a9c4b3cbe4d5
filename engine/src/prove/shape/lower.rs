//! Shapes to formulas.

use super::RequestShape;
use crate::formula::{Atom, FormulaId, Formulas};
use crate::lower::lower_condition;
use crate::network::Network;
use crate::network::uncertain::Uncertainty;
use crate::text::Diagnostic;

const ORIGIN: &str = "V0004";

/// The requests of a shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests {
    /// All that there may be.
    pub(crate) possible: FormulaId,
    /// Those that there are whatever AWS leaves undocumented.
    pub(crate) certain: FormulaId,
}

/// What shapes are lowered with.
pub(crate) struct Lowering<'a> {
    pub(crate) formulas: &'a mut Formulas,
    pub(crate) network: Option<&'a Network>,
    /// The undocumented facts that were met, and the requests that exist only if they are so.
    pub(crate) uncertain: Vec<(&'static Uncertainty, FormulaId)>,
    /// The origins that were met, by name, for certificates.
    pub(crate) origins: Vec<(Box<str>, Requests)>,
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
    /// Complaints about origins that the network does not have, of this shape and those within.
    pub(crate) fn check_origins(&self, network: Option<&Network>, found: &mut Vec<Diagnostic>) {
        let inner = self.not.as_deref().into_iter().chain(&self.all);
        for shape in inner.chain(self.any.iter().flatten()) {
            shape.check_origins(network, found);
        }
        let Some(names) = &self.from else { return };
        let Some(network) = network else {
            let message =
                "`from` names an origin of the network, and the scenario has no `network`";
            let span = names.first().map_or(self.span, |(_, span)| *span);
            found.push(Diagnostic::error(ORIGIN, &self.source, span, message));
            return;
        };
        for (name, span) in names {
            if let Err(unknown) = network.knows(name) {
                let message = format!("the network has no origin `{name}`");
                let refused = Diagnostic::error(ORIGIN, &self.source, *span, message);
                found.push(refused.with_help(unknown.help));
            }
        }
    }

    /// The requests of the shape. Its origins have been checked.
    pub(crate) fn lower(&self, to: &mut Lowering<'_>) -> Requests {
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
            let Requests { possible, certain } = inner.lower(to);
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
        for (name, _) in names {
            let Ok(constraint) = network.constraint(name, to.formulas) else { continue };
            let uncertain = constraint.disjuncts.iter();
            to.uncertain.extend(uncertain.filter_map(|it| Some((it.uncertain?, it.formula))));
            let (possible, certain) = (constraint.formula, constraint.certain);
            let requests = Requests { possible, certain };
            to.origins.push((name.clone(), requests));
            origins.push(requests);
        }
        Some(to.any(&origins))
    }
}
