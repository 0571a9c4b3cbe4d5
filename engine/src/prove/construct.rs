//! Where an atom stands in the policies.

use super::verdict::Construct;
use crate::formula::{AtomId, Formulas};
use crate::lower::Lowered;
use crate::text::Span;

/// The place of a condition or resource value of a set, lowered into these formulas, that became
/// this atom.
pub(super) fn of_atom(formulas: &Formulas, lowered: &Lowered, atom: AtomId) -> Option<Construct> {
    for it in &lowered.statements {
        let policy = &lowered.policies.get(it.policy)?.policy;
        let statement = policy.statements.get(it.index)?;
        let place = |span: Span| Construct { source: policy.source.clone(), span };
        for (condition, formula) in statement.conditions.iter().zip(&it.conditions) {
            if formulas.mentions(*formula, atom) {
                return Some(place(condition.span));
            }
        }
        if let Some(element) = &statement.resource
            && formulas.mentions(it.resource, atom)
        {
            return Some(place(element.span));
        }
    }
    None
}
