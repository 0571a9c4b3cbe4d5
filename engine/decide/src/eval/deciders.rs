//! The statements that made a decision, by name.

use std::collections::HashMap;
use std::sync::OnceLock;

use rustc_hash::FxBuildHasher;

use crate::formula::FormulaId;
use crate::lower::{LayerFormulas, Lowered, LoweredStatement};
use crate::policy::{Effect, Policy, Statement};
use crate::request::Request;

use super::compiled::{PolicySet, Reader, Scratch};
use super::{Decision, Place, StatementRef};

/// What it takes to name statements, found out once for each set that is asked for names.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// For each statement of the set: what results call it.
    statements: Vec<StatementRef>,
    /// The statements that match where a formula holds.
    by_formula: HashMap<FormulaId, Vec<usize>, FxBuildHasher>,
    /// For each layer: its statements.
    by_layer: Vec<Vec<usize>>,
    /// For each statement of the set: its name as JSON, found out when it is first asked for.
    json: OnceLock<Vec<Box<str>>>,
}

impl Names {
    pub(super) fn new(lowered: &Lowered) -> Self {
        let mut statements = Vec::with_capacity(lowered.statements.len());
        for attached in &lowered.policies {
            let Policy { source, statements: written, .. } = &*attached.policy;
            let places = Place::of_all(source, written.iter().map(|it| it.span));
            let named = written.iter().zip(places).enumerate();
            statements.extend(
                named.map(|(index, (it, span))| reference(&attached.name, it, index, span)),
            );
        }
        let mut by_formula: HashMap<FormulaId, Vec<usize>, FxBuildHasher> = HashMap::default();
        for (index, it) in lowered.statements.iter().enumerate() {
            by_formula.entry(it.matches).or_default().push(index);
        }
        let of_layer = |layer: &LayerFormulas| {
            let statements = lowered.statements.iter().enumerate();
            let own = statements.filter(|(_, it)| layer.policies.contains(&it.policy));
            own.map(|(index, _)| index).collect()
        };
        let by_layer = lowered.layers.iter().map(of_layer).collect();
        Self { statements, by_formula, by_layer, json: OnceLock::new() }
    }
}

fn reference(policy: &str, statement: &Statement, index: usize, span: Place) -> StatementRef {
    let sid = statement.sid.as_ref().map(|sid| sid.value.clone()).filter(|sid| !sid.is_empty());
    StatementRef {
        policy: policy.into(),
        statement: sid.unwrap_or_else(|| format!("[{index}]").into()),
        effect: statement.effect.value,
        span,
    }
}

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

    /// As [`decide_by`](Self::decide_by), with the numbers of the statements appended to `by`.
    pub(crate) fn decide_by_number(
        &self,
        request: &Request,
        scratch: &mut Scratch,
        by: &mut Vec<usize>,
    ) -> Decision {
        let lowered = self.lowered();
        let mut reader = self.reader(request, scratch);
        reader.open_guards();
        let decision = reader.decide();
        let wanted = match decision {
            Decision::Allowed if reader.holds(lowered.always_allowed) => return decision,
            Decision::Allowed => Effect::Allow,
            Decision::ExplicitDeny => Effect::Deny,
            Decision::ImplicitDeny => return decision,
        };
        let names = self.names();
        for (layer, own) in lowered.layers.iter().zip(&names.by_layer) {
            if reader.holds(layer.applies) {
                matching(&mut reader, names, (layer, own), wanted, by);
            }
        }
        decision
    }

    /// A statement by its number, as JSON.
    pub(crate) fn statement_json(&self, number: usize) -> &str {
        let names = self.names();
        let json = names.json.get_or_init(|| {
            // Names and numbers: nothing in them that JSON could not hold.
            let written = names.statements.iter().map(serde_json::to_string);
            written.map(|it| it.unwrap_or_default().into()).collect()
        });
        json.get(number).map(|it| &**it).unwrap_or_default()
    }

    /// What results call the statements of the set, in its order.
    pub(super) fn statement_names(&self) -> &[StatementRef] {
        &self.names().statements
    }
}

/// Appends the matching statements of a layer to `found`, by number. In a large layer only those are
/// looked at whose actions the request may have.
fn matching(
    reader: &mut Reader<'_>,
    names: &Names,
    (layer, own): (&LayerFormulas, &[usize]),
    wanted: Effect,
    found: &mut Vec<usize>,
) {
    let lowered = reader.lowered();
    let is_wanted =
        |it: &LoweredStatement| it.effect == wanted && layer.policies.contains(&it.policy);
    let statement = |index: &usize| lowered.statements.get(*index).filter(|it| is_wanted(it));
    let whole = if wanted == Effect::Allow { layer.allows } else { layer.denies };
    let Some(open) = reader.open_parts(whole) else {
        let matches = |index: &&usize| statement(index).is_some_and(|it| reader.holds(it.matches));
        found.extend(own.iter().filter(matches));
        return;
    };
    let before = found.len();
    for part in open {
        if reader.holds(part) {
            let same = names.by_formula.get(&part).into_iter().flatten();
            found.extend(same.filter(|index| statement(index).is_some()));
        }
    }
    if let Some(added) = found.get_mut(before..) {
        added.sort_unstable();
    }
}
