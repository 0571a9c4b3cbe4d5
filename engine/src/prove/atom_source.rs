//! Sources of atoms: the place in the policies that an atom was lowered from.

use super::verdict::SourceRef;
use crate::formula::{AtomId, Formulas};
use crate::lower::Lowered;
use crate::text::Span;

/// The condition or resource element of a lowered set that `atom` stands for.
pub(super) fn source_of(formulas: &Formulas, lowered: &Lowered, atom: AtomId) -> Option<SourceRef> {
    for it in &lowered.statements {
        let policy = &lowered.policies.get(it.policy)?.policy;
        let statement = policy.statements.get(it.index)?;
        let place = |span: Span| SourceRef { source: policy.source.clone(), span };
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
