//! Statements to formulas: principal ∧ action ∧ resource ∧ conditions (policy language §2).

use crate::formula::{Atom, FormulaId, Formulas};
use crate::policy::{Effect, Element, Polarity, Statement};

use super::readings::Lowering;
use super::{AttachedPolicy, Layer, condition, principal, resource};

/// A statement as formulas.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::lower::{AttachedPolicy, Lowered};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17",
/// #   "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// let lowered = Lowered::new([AttachedPolicy::new(policy)]);
/// let [statement] = &lowered.statements[..] else { panic!("one statement") };
/// assert_eq!(statement.principal, lowered.formulas.truth(true), "it has no Principal");
/// ```
#[derive(Clone, Debug)]
pub struct LoweredStatement {
    /// The index of its policy in the set.
    pub policy: usize,
    /// The statement's index in the policy.
    pub index: usize,
    /// The layer that it speaks in.
    pub layer: Layer,
    /// The effect, Allow or Deny.
    pub effect: Effect,
    /// Principal or NotPrincipal; true where the type has none.
    pub principal: FormulaId,
    /// The requests that Action or NotAction covers.
    pub action: FormulaId,
    /// Resource or NotResource; true where the type has none.
    pub resource: FormulaId,
    /// Each condition, in the order of the text.
    pub conditions: Vec<FormulaId>,
    /// The requests that its policy is asked about.
    pub scope: FormulaId,
    /// The statement applies: the conjunction of its parts.
    pub matches: FormulaId,
    /// The ways in which it matches the requester, each with everything else of the statement.
    pub grants: GrantKinds,
}

/// The ways in which Principal matches the requester, on which depends what a resource-based policy
/// grants (policy language §2.4, §5.3).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::lower::{AttachedPolicy, Lowered};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// # let source = Source::new("bucket.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Resource).expect("a valid policy").policy;
/// let lowered = Lowered::new([AttachedPolicy::new(policy)]);
/// let grants = lowered.statements[0].grants;
/// assert_eq!(grants.wildcard, lowered.statements[0].matches);
/// assert_eq!(grants.direct, lowered.formulas.truth(false));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GrantKinds {
    /// Match by the name of the user, session or service itself.
    pub direct: FormulaId,
    /// Match by `*`, that is by everyone.
    pub wildcard: FormulaId,
    /// Match by the role, or by the user that issued the session.
    pub role: FormulaId,
    /// Match by the account.
    pub account: FormulaId,
}

impl GrantKinds {
    /// The kinds in order, each changed by `change`.
    fn map(self, mut change: impl FnMut(FormulaId) -> FormulaId) -> Self {
        Self {
            direct: change(self.direct),
            wildcard: change(self.wildcard),
            role: change(self.role),
            account: change(self.account),
        }
    }

    /// A match of any kind.
    pub(super) fn of_any_kind(self, formulas: &mut Formulas) -> FormulaId {
        formulas.any([self.wildcard, self.direct, self.role, self.account])
    }
}

/// The formulas of one statement of a policy whose requests are `scope`.
pub(super) fn lower(
    to: &mut Lowering<'_>,
    attached: &AttachedPolicy,
    (policy, index): (usize, usize),
    statement: &Statement,
    (scope, bounded): (FormulaId, FormulaId),
) -> LoweredStatement {
    let (policy_type, effect) = (attached.policy.policy_type, statement.effect.value);
    let grants = if let Some(element) = &statement.principal {
        principal::lower(to, element, (policy_type, effect), bounded)
    } else {
        let never = to.formulas.truth(false);
        GrantKinds { direct: never, wildcard: to.formulas.truth(true), role: never, account: never }
    };
    let principal = grants.of_any_kind(to.formulas);
    let action = element(to.formulas, Some(&statement.action), |formulas, value| {
        formulas.atom(Atom::Action(value.clone()))
    });
    let resource = resource::lower(to, statement.resource.as_ref());
    let version = attached.policy.version;
    let conditions: Vec<FormulaId> =
        statement.conditions.iter().map(|it| condition::lower(to, it, version)).collect();
    // The action comes first: readers use it to leave statements alone that cannot match.
    let mut whole = |principal: FormulaId| {
        let parts = [action, principal, resource, scope];
        to.formulas.all(parts.into_iter().chain(conditions.iter().copied()))
    };
    let matches = whole(principal);
    let grants = grants.map(whole);
    let layer = Layer::of(policy_type);
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
        grants,
    }
}

/// The listed values, or all but them. An element without values never applies, in either form
/// (policy language §2.2, §2.3); a type without the element has no restriction.
pub(super) fn element<T>(
    formulas: &mut Formulas,
    element: Option<&Element<T>>,
    mut one: impl FnMut(&mut Formulas, &T) -> FormulaId,
) -> FormulaId {
    let Some(element) = element else { return formulas.truth(true) };
    let parts: Vec<FormulaId> =
        element.values.iter().map(|value| one(formulas, &value.value)).collect();
    let listed = formulas.any(parts);
    match element.polarity {
        Polarity::AllBut if element.values.is_empty() => formulas.truth(false),
        Polarity::AllBut => formulas.not(listed),
        Polarity::Listed => listed,
    }
}
