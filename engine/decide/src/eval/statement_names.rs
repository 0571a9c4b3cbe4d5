//! The names by which results speak of the statements of a set.

use std::collections::HashMap;
use std::sync::OnceLock;

use rustc_hash::FxBuildHasher;

use crate::formula::FormulaId;
use crate::lower::{LayerFormulas, Lowered};
use crate::policy::{Policy, Statement};

use super::{Place, StatementRef};

/// The statements of a set by name, number and formula; made once for each set that is asked for
/// names.
#[derive(Clone, Debug)]
pub(super) struct StatementNames {
    /// The name of each statement of the set, in its order.
    pub(super) statements: Vec<StatementRef>,
    /// The statements that match where a formula holds, by number.
    pub(super) by_formula: HashMap<FormulaId, Vec<usize>, FxBuildHasher>,
    /// The statements of each layer, by number.
    pub(super) by_layer: Vec<Vec<usize>>,
    /// The name of each statement as JSON; made when the first is asked for.
    json: OnceLock<Vec<Box<str>>>,
}

impl StatementNames {
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

    /// The name of a statement of this number, as JSON.
    pub(super) fn json(&self, number: usize) -> &str {
        let json = self.json.get_or_init(|| {
            // Names and numbers: nothing in them that JSON could not hold.
            let written = self.statements.iter().map(serde_json::to_string);
            written.map(|it| it.unwrap_or_default().into()).collect()
        });
        debug_assert!(number < json.len(), "a statement of another set");
        json.get(number).map(|it| &**it).unwrap_or_default()
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
