//! Statements to formulas: principal ∧ action ∧ resource ∧ conditions (policy language §2).

use crate::formula::{Atom, FormulaId, Formulas};
use crate::policy::{Effect, Element, Sense, Statement};

use super::{AttachedPolicy, Layer, condition, principal};

/// One statement as formulas.
#[derive(Clone, Debug)]
pub struct LoweredStatement {
    /// The index of its policy in the set.
    pub policy: usize,
    /// Its index in the policy.
    pub index: usize,
    /// Which layer it speaks in.
    pub layer: Layer,
    /// What it does.
    pub effect: Effect,
    /// Principal matches with any strength; true where the type has no principal.
    pub principal: FormulaId,
    /// Action or NotAction.
    pub action: FormulaId,
    /// Resource or NotResource; true where the type has none.
    pub resource: FormulaId,
    /// Each condition, in the order of the text.
    pub conditions: Vec<FormulaId>,
    /// The request is one that its policy is asked about.
    pub scope: FormulaId,
    /// The statement applies: all of the above.
    pub matches: FormulaId,
    /// How strongly it matches the requester, each strength with everything else of the statement.
    pub strengths: Strengths,
}

/// How a principal is matched; what a resource-based policy grants depends on it
/// (policy language §2.4, §5.3).
#[derive(Clone, Copy, Debug)]
pub struct Strengths {
    /// By its own user, session or service name.
    pub direct: FormulaId,
    /// By `*`.
    pub wildcard: FormulaId,
    /// By its role, or the user that issued the session.
    pub role: FormulaId,
    /// By its account.
    pub account: FormulaId,
}

impl Strengths {
    /// Each strength in order, changed by `change`.
    fn map(self, mut change: impl FnMut(FormulaId) -> FormulaId) -> Self {
        Self {
            direct: change(self.direct),
            wildcard: change(self.wildcard),
            role: change(self.role),
            account: change(self.account),
        }
    }

    /// Matched at all.
    pub(super) fn at_all(self, formulas: &mut Formulas) -> FormulaId {
        formulas.any([self.wildcard, self.direct, self.role, self.account])
    }
}

/// The formulas of one statement of a policy whose requests are `scope`.
pub(super) fn lower(
    formulas: &mut Formulas,
    policies: &[AttachedPolicy],
    (policy, index): (usize, usize),
    statement: &Statement,
    (scope, bounded): (FormulaId, FormulaId),
) -> LoweredStatement {
    // A boundary loses its holder the exemption from a Deny (§2.4); it never widens an Allow (U-04).
    let bounded = match statement.effect.value {
        Effect::Allow => formulas.truth(false),
        Effect::Deny => bounded,
    };
    let strengths = if let Some(element) = &statement.principal {
        principal::lower(formulas, element, bounded)
    } else {
        let never = formulas.truth(false);
        Strengths { direct: never, wildcard: formulas.truth(true), role: never, account: never }
    };
    let principal = strengths.at_all(formulas);
    let action = element(formulas, Some(&statement.action), |value| Atom::Action(value.clone()));
    let resource =
        element(formulas, statement.resource.as_ref(), |value| Atom::Resource(value.clone()));
    let conditions: Vec<FormulaId> =
        statement.conditions.iter().map(|it| condition::lower(formulas, it)).collect();
    // The action comes first: readers use it to leave statements alone that cannot match.
    let mut whole = |principal: FormulaId| {
        let parts = [action, principal, resource, scope];
        formulas.all(parts.into_iter().chain(conditions.iter().copied()))
    };
    let matches = whole(principal);
    let strengths = strengths.map(whole);
    let policy_type = policies.get(policy).map(|it| it.policy.policy_type);
    let layer = policy_type.map_or(Layer::Identity, Layer::of);
    let effect = statement.effect.value;
    LoweredStatement {
        policy,
        index,
        layer,
        effect,
        principal,
        action,
        resource,
        conditions,
        scope,
        matches,
        strengths,
    }
}

/// The listed values, or all but them. An element without values never applies, in either form
/// (policy language §2.2, §2.3); a type without the element has no restriction.
fn element<T>(
    formulas: &mut Formulas,
    element: Option<&Element<T>>,
    atom: impl Fn(&T) -> Atom,
) -> FormulaId {
    let Some(element) = element else { return formulas.truth(true) };
    let parts: Vec<FormulaId> =
        element.values.iter().map(|value| formulas.atom(atom(&value.value))).collect();
    let listed = formulas.any(parts);
    match element.sense {
        Sense::AllBut if element.values.is_empty() => formulas.truth(false),
        Sense::AllBut => formulas.not(listed),
        Sense::Listed => listed,
    }
}
