//! Names for the formulas of a policy set, which SMT-LIB scripts carry as comments.

use std::collections::BTreeMap;

use crate::formula::{FormulaId, Formulas, Node};
use crate::lower::Lowered;

/// The origins of the formulas of a policy set: policy, statement and element.
pub(super) fn names_of(formulas: &Formulas, lowered: &Lowered) -> BTreeMap<FormulaId, String> {
    let mut names: BTreeMap<FormulaId, String> = BTreeMap::new();
    for it in &lowered.statements {
        let Some(attached) = lowered.policies.get(it.policy) else { continue };
        let Some(statement) = attached.policy.statements.get(it.index) else { continue };
        let number = it.index.saturating_add(1);
        let sid = statement.sid.as_ref().map(|sid| format!(" `{}`", sid.value));
        let place = format!("{}, statement {number}{}", attached.name, sid.unwrap_or_default());
        let mut name = |id: FormulaId, element: &str| {
            if !matches!(formulas.node(id), Node::Truth(_)) {
                let text = format!("{place}: {element}");
                let entry = names.entry(id).or_default();
                if entry.is_empty() {
                    *entry = text;
                } else if !entry.contains(&text) {
                    entry.push_str("; ");
                    entry.push_str(&text);
                }
            }
        };
        name(it.matches, "all of it");
        name(it.principal, "principal");
        name(it.action, "action");
        name(it.resource, "resource");
        for (condition, id) in statement.conditions.iter().zip(&it.conditions) {
            let text = attached.policy.source.slice(condition.span);
            name(
                *id,
                &format!("condition {}", text.split_whitespace().collect::<Vec<_>>().join(" ")),
            );
        }
    }
    names
}
