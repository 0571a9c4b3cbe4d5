//! Shapes to formulas.

use super::RequestShape;
use crate::formula::{Atom, FormulaId, Formulas};
use crate::lower::lower_condition;
use crate::network::Network;
use crate::text::Diagnostic;

const ORIGIN: &str = "V0004";

impl RequestShape {
    /// The requests of the shape. Origins are those of `network`.
    pub(crate) fn lower(
        &self,
        formulas: &mut Formulas,
        network: Option<&Network>,
        found: &mut Vec<Diagnostic>,
    ) -> FormulaId {
        let mut parts = Vec::new();
        if let Some(actions) = &self.actions {
            let atoms: Vec<FormulaId> =
                actions.iter().map(|it| formulas.atom(Atom::Action(it.clone()))).collect();
            parts.push(formulas.any(atoms));
        }
        if let Some(principals) = &self.principals {
            let each: Vec<FormulaId> = principals.iter().map(|it| it.lower(formulas)).collect();
            parts.push(formulas.any(each));
        }
        if let Some(resources) = &self.resources {
            let atoms: Vec<FormulaId> =
                resources.iter().map(|it| formulas.atom(Atom::Resource(it.clone()))).collect();
            parts.push(formulas.any(atoms));
        }
        parts.extend(self.when.iter().map(|condition| lower_condition(formulas, condition)));
        if let Some(inner) = &self.not {
            let inner = inner.lower(formulas, network, found);
            parts.push(formulas.not(inner));
        }
        for inner in &self.all {
            parts.push(inner.lower(formulas, network, found));
        }
        if let Some(shapes) = &self.any {
            let each: Vec<FormulaId> =
                shapes.iter().map(|inner| inner.lower(formulas, network, found)).collect();
            parts.push(formulas.any(each));
        }
        // Last: what an origin says depends on which keys the others read.
        if let Some(origin) = self.origins(formulas, network, found) {
            parts.push(origin);
        }
        formulas.all(parts)
    }

    fn origins(
        &self,
        formulas: &mut Formulas,
        network: Option<&Network>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<FormulaId> {
        let names = self.from.as_ref()?;
        let Some(network) = network else {
            let message =
                "`from` names an origin of the network, and the scenario has no `network`";
            let span = names.first().map_or(self.span, |(_, span)| *span);
            found.push(Diagnostic::error(ORIGIN, &self.source, span, message));
            return None;
        };
        let mut origins = Vec::new();
        for (name, span) in names {
            match network.constraint(name, formulas) {
                Ok(constraint) => origins.push(constraint.formula),
                Err(unknown) => {
                    let message = format!("the network has no origin `{name}`");
                    let refused = Diagnostic::error(ORIGIN, &self.source, *span, message);
                    found.push(refused.with_help(unknown.help));
                }
            }
        }
        Some(formulas.any(origins))
    }
}
