//! A policy set on its way to a decision: its statements as formulas, and disjunctions over them.

use crate::formula::{ChoiceId, FormulaId, Formulas};
use crate::policy::{Effect, PolicyType};

use super::readings::Lowering;
use super::terms::Terms;
use super::{AttachedPolicy, Layer, LayerFormulas, LoweredStatement, Readings, statement};

/// The store, the policies, their statements and the terms that the rules speak in.
pub(super) struct Set<'a> {
    pub(super) formulas: Formulas,
    pub(super) policies: Vec<AttachedPolicy>,
    /// For each policy: the requests that it is asked about.
    pub(super) scopes: Vec<FormulaId>,
    pub(super) statements: Vec<LoweredStatement>,
    pub(super) terms: Terms,
    readings: &'a Readings,
    pub(super) reads: Vec<ChoiceId>,
}

impl<'a> Set<'a> {
    pub(super) fn new(
        mut formulas: Formulas,
        policies: Vec<AttachedPolicy>,
        readings: &'a Readings,
    ) -> Self {
        let terms = Terms::new(&mut formulas);
        let scopes: Vec<FormulaId> =
            policies.iter().map(|it| it.scope.lower(&mut formulas)).collect();
        let boundaries = policies
            .iter()
            .zip(&scopes)
            .filter(|(it, _)| it.policy.policy_type == PolicyType::Boundary)
            .map(|(_, scope)| *scope)
            .collect::<Vec<_>>();
        let has_boundary = formulas.any(boundaries);
        let may_have = formulas.add(terms.user | terms.role_session | terms.federated_user);
        let bounded = formulas.add(has_boundary & may_have & !terms.service_linked);
        let mut statements = Vec::new();
        let mut reads = Vec::new();
        let mut to = Lowering { formulas: &mut formulas, readings, reads: &mut reads };
        for (policy, (attached, scope)) in policies.iter().zip(&scopes).enumerate() {
            for (index, written) in attached.policy.statements.iter().enumerate() {
                let at = (policy, index);
                let about = (*scope, bounded);
                let lowered = statement::lower(&mut to, attached, at, written, about);
                statements.push(lowered);
            }
        }
        Self { formulas, policies, scopes, statements, terms, readings, reads }
    }

    /// The store with the readings, and the terms.
    pub(super) fn lowering(&mut self) -> (Lowering<'_>, &Terms) {
        let Self { formulas, readings, reads, terms, .. } = self;
        (Lowering { formulas, readings, reads }, terms)
    }

    /// The policies of a layer that `pick` picks, by index.
    pub(super) fn members(
        &self,
        layer: Layer,
        pick: impl Fn(&AttachedPolicy) -> bool,
    ) -> Vec<usize> {
        let of_layer = |it: &&AttachedPolicy| Layer::of(it.policy.policy_type) == layer && pick(it);
        self.policies
            .iter()
            .enumerate()
            .filter(|(_, it)| of_layer(it))
            .map(|(index, _)| index)
            .collect()
    }

    /// The layer of these policies, asked about the requests in `applies` that one of them covers.
    pub(super) fn layer(
        &mut self,
        layer: Layer,
        level: Option<u32>,
        policies: Vec<usize>,
        applies: FormulaId,
    ) -> Option<LayerFormulas> {
        if policies.is_empty() {
            return None;
        }
        let covered = self.covered(&policies);
        let applies = self.formulas.all([covered, applies]);
        let allows = self.any_statement(&policies, Effect::Allow);
        let denies = self.any_statement(&policies, Effect::Deny);
        Some(LayerFormulas { layer, level, policies, applies, allows, denies })
    }

    /// Some policy of the layer is asked about the request.
    pub(super) fn has(&mut self, layer: Layer) -> FormulaId {
        let members = self.members(layer, |_| true);
        self.covered(&members)
    }

    /// An Allow of the layer matches.
    pub(super) fn allows(&mut self, layer: Layer) -> FormulaId {
        let members = self.members(layer, |_| true);
        self.any_statement(&members, Effect::Allow)
    }

    /// The requests that one of these policies is asked about.
    fn covered(&mut self, policies: &[usize]) -> FormulaId {
        let scopes: Vec<FormulaId> =
            policies.iter().filter_map(|index| self.scopes.get(*index)).copied().collect();
        self.formulas.any(scopes)
    }

    /// The requests that a statement of these policies with this effect matches.
    fn any_statement(&mut self, policies: &[usize], effect: Effect) -> FormulaId {
        let matching = self
            .statements
            .iter()
            .filter(|it| it.effect == effect && policies.contains(&it.policy))
            .map(|it| it.matches);
        let matching: Vec<FormulaId> = matching.collect();
        self.formulas.any(matching)
    }
}
