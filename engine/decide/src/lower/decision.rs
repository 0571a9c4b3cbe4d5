//! The decision formula: AWS's evaluation logic, `decide` of §5.3.
//!
//! A request is *allowed* if it needs no permission, or if no applicable Deny matches, every gate
//! has an Allow, and the principal and resource sides grant it ([`grant`](super::grant));
//! *explicitly denied* if an applicable Deny matches; *implicitly denied* otherwise, for want of the
//! Allows in [`missing`](super::missing). The gates apply as [`applicability`](super::applicability)
//! says.

use crate::catalog::Service;
use crate::formula::{FormulaId, Formulas};

use super::grant::{self, OwnersGrant, Sides};
use super::missing::{self, Missing};
use super::services::action;
use super::set::Set;
use super::{AttachedPolicy, Layer, Lowered};

/// The formulas of the whole set, and of what owners of resources grant besides.
pub(super) fn lower(
    formulas: Formulas,
    policies: Vec<AttachedPolicy>,
    owners: Option<OwnersGrant>,
) -> Lowered {
    let mut set = Set::new(formulas, policies);
    let layers = set.layers();
    let sides = Sides::new(&mut set, owners);
    let Set { formulas: mut f, policies, statements, terms, .. } = set;
    let granted = grant::grant(&mut f, &terms, &sides);

    let needs_nothing: Vec<FormulaId> = Service::permissionless_actions()
        .map(|(service, name)| action(&mut f, service, name))
        .collect();
    let always_allowed = f.any(needs_nothing);
    let denies: Vec<FormulaId> = layers.iter().map(|it| f.all([it.denies, it.applies])).collect();
    let explicit_deny = f.any(denies);
    let mut gates = Vec::new();
    let mut missing = Vec::new();
    for it in layers.iter().filter(|it| matches!(it.layer, Layer::Scp | Layer::Endpoint)) {
        let passes = f.implies(it.applies, it.allows);
        gates.push(passes);
        missing.push(Missing { layer: it.layer, level: it.level, when: f.not(passes) });
    }
    let gates = f.all(gates);
    let allowed = f.add(!explicit_deny & gates & granted | always_allowed);

    missing.extend(missing::sides(&mut f, &terms, &sides, granted));
    missing.sort_by_key(|it| (it.layer, it.level));
    Lowered {
        formulas: f,
        policies,
        statements,
        layers,
        always_allowed,
        explicit_deny,
        allowed,
        missing,
    }
}
