//! The statements that made a decision, by name.

use crate::lower::{LayerFormulas, LoweredStatement};
use crate::policy::Effect;
use crate::request::Request;

use super::compiled::{Evaluation, PolicySet, Scratch};
use super::statement_names::StatementNames;
use super::{Decision, StatementRef};

impl PolicySet {
    /// The decision on a request and the statements that made it, layer by layer: for an explicit
    /// deny the Deny statements that match, for an allowed request the Allow statements; none for
    /// an implicit deny. Less than [`explain`](Self::explain), at a fraction of the cost.
    pub fn decide_by(
        &self,
        request: &Request,
        scratch: &mut Scratch,
    ) -> (Decision, Vec<&StatementRef>) {
        let mut by = Vec::new();
        let decision = self.decide_by_number(request, scratch, &mut by);
        let name = |number: usize| self.names().statements.get(number);
        (decision, by.into_iter().filter_map(name).collect())
    }

    /// The decision of [`decide_by`](Self::decide_by); the numbers of the statements are appended to
    /// `by`.
    pub(crate) fn decide_by_number(
        &self,
        request: &Request,
        scratch: &mut Scratch,
        by: &mut Vec<usize>,
    ) -> Decision {
        let lowered = self.lowered();
        let mut evaluation = self.evaluation(request, scratch);
        evaluation.open_guards();
        let decision = evaluation.decide();
        let wanted = match decision {
            Decision::Allowed if evaluation.holds(lowered.always_allowed) => return decision,
            Decision::Allowed => Effect::Allow,
            Decision::ExplicitDeny => Effect::Deny,
            Decision::ImplicitDeny => return decision,
        };
        let names = self.names();
        for (layer, own) in lowered.layers.iter().zip(&names.by_layer) {
            if evaluation.holds(layer.applies) {
                matching(&mut evaluation, names, (layer, own), wanted, by);
            }
        }
        decision
    }

    /// The name of the statement of this number, as JSON.
    pub(crate) fn statement_json(&self, number: usize) -> &str {
        self.names().json(number)
    }

    /// The names of the statements of the set, in its order.
    pub(super) fn statement_names(&self) -> &[StatementRef] {
        &self.names().statements
    }
}

/// Appends the matching statements of a layer to `found`, by number. In a large layer only those are
/// looked at whose actions the request may have.
fn matching(
    evaluation: &mut Evaluation<'_>,
    names: &StatementNames,
    (layer, own): (&LayerFormulas, &[usize]),
    wanted: Effect,
    found: &mut Vec<usize>,
) {
    let lowered = evaluation.lowered();
    let is_wanted =
        |it: &LoweredStatement| it.effect == wanted && layer.policies.contains(&it.policy);
    let statement = |index: &usize| lowered.statements.get(*index).filter(|it| is_wanted(it));
    let whole = if wanted == Effect::Allow { layer.allows } else { layer.denies };
    let Some(open) = evaluation.open_parts(whole) else {
        let matches =
            |index: &&usize| statement(index).is_some_and(|it| evaluation.holds(it.matches));
        found.extend(own.iter().filter(matches));
        return;
    };
    let before = found.len();
    for part in open {
        if evaluation.holds(part) {
            let same = names.by_formula.get(&part).into_iter().flatten();
            found.extend(same.filter(|index| statement(index).is_some()));
        }
    }
    if let Some(added) = found.get_mut(before..) {
        added.sort_unstable();
    }
}
