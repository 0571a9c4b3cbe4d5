//! Formulas over the services of actions.

use crate::formula::{Atom, FormulaId, Formulas};
use crate::text::{ActionPattern, Pattern};

/// The action belongs to one of the services.
pub(super) fn action_of(
    formulas: &mut Formulas,
    services: impl Iterator<Item = &'static str>,
) -> FormulaId {
    let parts: Vec<FormulaId> = services.map(|service| action(formulas, service, "*")).collect();
    formulas.any(parts)
}

/// The action is one of this service with a name in the pattern.
pub(super) fn action(formulas: &mut Formulas, service: &str, name: &str) -> FormulaId {
    let pattern =
        ActionPattern::Of { service: Pattern::literal(service), name: Pattern::wildcard(name) };
    formulas.atom(Atom::Action(pattern))
}
