//! The decision formula: AWS's evaluation logic, `decide` of §5.3.
//!
//! A request is *allowed* if it needs no permission, or if no applicable Deny matches, every gate
//! has an Allow, and the principal and resource sides grant it ([`grant`]); *explicitly denied* if an
//! applicable Deny matches; *implicitly denied* otherwise, for want of the Allows in [`missing`]. The
//! gates apply as [`applicability`](super::applicability) says.

use crate::catalog::{Service, readings};
use crate::formula::{FormulaId, Formulas};

use super::grant::{self, OwnersGrant, Sides};
use super::missing::{self, Missing};
use super::services::action;
use super::set::Set;
use super::{AttachedPolicy, Layer, LayerFormulas, Lowered, Readings};

/// The formulas of the whole set, and of what owners of resources grant besides.
pub(super) fn lower(
    formulas: Formulas,
    policies: Vec<AttachedPolicy>,
    owners: Option<OwnersGrant>,
    readings: &Readings,
) -> Lowered {
    let mut set = Set::new(formulas, policies, readings);
    let layers = set.layers();
    let sides = Sides::new(&mut set, owners);
    let always_allowed = needs_no_permission(&mut set, &layers);
    let Set { formulas: mut f, policies, statements, terms, reads, .. } = set;
    let granted = grant::grant(&mut f, &terms, &sides);

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
        reads,
        readings: readings.clone(),
    }
}

/// Calls that need no permission (§5.3). U-32: perhaps an SCP or RCP denies even them.
fn needs_no_permission(set: &mut Set<'_>, layers: &[LayerFormulas]) -> FormulaId {
    let (mut to, _) = set.lowering();
    let calls: Vec<FormulaId> = Service::permissionless_actions()
        .map(|(service, name)| action(to.formulas, service, name))
        .collect();
    let calls = to.formulas.any(calls);
    let never = to.formulas.truth(false);
    let of_organization =
        |it: &&LayerFormulas| matches!(it.layer, Layer::Scp | Layer::Rcp) && it.denies != never;
    let layers: Vec<&LayerFormulas> = layers.iter().filter(of_organization).collect();
    if layers.is_empty() {
        return calls;
    }
    let Some(choice) = to.choice(&readings::ORGANIZATION_DENIES_ANY, "denied") else {
        return calls;
    };
    let denies: Vec<FormulaId> =
        layers.iter().map(|it| to.formulas.all([it.denies, it.applies])).collect();
    let denied = to.formulas.any(denies);
    to.formulas.add(calls & (!denied | !choice))
}
