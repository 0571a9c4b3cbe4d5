//! `grant` of §5.3, with §5.5 (keys) and §5.6 (roles): the principal and resource sides.

use crate::catalog::readings;
use crate::formula::{FormulaId, Formulas};
use crate::policy::{Effect, PolicyType};

use super::readings::Lowering;
use super::set::Set;
use super::terms::Terms;
use super::{GrantKinds, Layer};

/// A grant by the owners of resources in policies that are not at hand.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::Formulas;
/// # use polsim::lower::{Grantee, Lowered, OwnersGrant};
/// let formulas = Formulas::new();
/// let everywhere = OwnersGrant { to: Grantee::Everyone, when: formulas.truth(true) };
/// let lowered = Lowered::granted(formulas, [], Some(everywhere));
/// assert_ne!(lowered.allowed, lowered.formulas.truth(false));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OwnersGrant {
    /// The requesters whom the owner names.
    pub to: Grantee,
    /// The requests that the grant is about.
    pub when: FormulaId,
}

/// The Principal that the owner of a resource names.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::lower::Grantee;
/// assert_ne!(Grantee::Account, Grantee::Everyone);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Grantee {
    /// The requester's account, which leaves it to the identity policies (policy language §2.4).
    Account,
    /// `*`, and services and providers by their names.
    Everyone,
}

/// `RP`, `I`, `B` and `S` of §5.3.
pub(super) struct Sides {
    /// `RP`: the Allow matches of the policy on the target, by kind.
    pub(super) resource: GrantKinds,
    /// `RP` in {Direct, Wildcard}, which no boundary and no session policy limits.
    pub(super) strong: FormulaId,
    /// `RP != None`: some Allow of the policy on the target matches.
    pub(super) by_resource: FormulaId,
    /// `I`: an identity Allow matches.
    pub(super) identity: FormulaId,
    /// `B`: no boundary, or a boundary Allow matches.
    pub(super) boundary: FormulaId,
    /// `S`: no session policy, or a session Allow matches.
    pub(super) session: FormulaId,
    /// The target is a key or a role, which nobody reaches without its own policy (§5.5, §5.6).
    pub(super) needs_resource: FormulaId,
    /// A grant to the requester's own account needs an identity Allow besides.
    delegates: FormulaId,
}

impl Sides {
    pub(super) fn new(set: &mut Set<'_>, owners: Option<OwnersGrant>) -> Self {
        let resource = resource_grants(set, owners);
        let identity = set.allows(Layer::Identity);
        let (has_boundary, in_boundary) = (set.has(Layer::Boundary), set.allows(Layer::Boundary));
        let (has_session, in_session) = (set.has(Layer::Session), set.allows(Layer::Session));
        let (mut to, terms) = set.lowering();
        let boundary = to.formulas.add(!has_boundary | terms.service_linked | in_boundary);
        // A federated user without session policy has no permissions of its own (§5.4); users with
        // long-term keys have no session policy.
        let unlimited = !terms.federated_user & (!has_session | terms.user);
        let session = to.formulas.add(unlimited | (has_session & in_session));
        let sessions = Sessions { has: has_session, allows: in_session };
        let strong = strong(&mut to, terms, &resource, sessions);
        let f = &mut *to.formulas;
        let any_strong = f.add(resource.direct | resource.wildcard);
        let by_resource = f.add(any_strong | resource.role | resource.account);
        let needs_resource = f.add(terms.key | terms.trust);
        let delegates = delegates(&mut to, &resource, needs_resource);
        Self {
            resource,
            strong,
            by_resource,
            identity,
            boundary,
            session,
            needs_resource,
            delegates,
        }
    }
}

/// The requests with a session policy, and those that it allows.
#[derive(Clone, Copy)]
struct Sessions {
    has: FormulaId,
    allows: FormulaId,
}

/// `RP` in {Direct, Wildcard}: a direct or wildcard grant, which nothing limits in the same account.
/// U-24: perhaps a session policy limits a direct grant to the session; U-26: perhaps a federated
/// user without session policy has no part in a wildcard grant.
fn strong(
    to: &mut Lowering<'_>,
    terms: &Terms,
    resource: &GrantKinds,
    sessions: Sessions,
) -> FormulaId {
    let never = to.formulas.truth(false);
    let GrantKinds { mut direct, mut wildcard, .. } = *resource;
    if sessions.has != never
        && direct != never
        && let Some(choice) = to.choice(&readings::SESSION_GRANT, "limited")
    {
        // Session policies are asked about sessions only (§5.2).
        let session = to.formulas.add(terms.role_session | terms.federated_user);
        let blocked = sessions.has & session & !sessions.allows;
        direct = to.formulas.add(direct & (!blocked | !choice));
    }
    if sessions.has != to.formulas.truth(true)
        && wildcard != never
        && let Some(choice) = to.choice(&readings::FEDERATED_WILDCARD, "denied")
    {
        let without_session = terms.federated_user & !sessions.has;
        wildcard = to.formulas.add(wildcard & (!without_session | !choice));
    }
    to.formulas.add(direct | wildcard)
}

/// U-27: a grant to the requester's own account only delegates to its identity policies; never for
/// keys and roles, whose policies say that it does.
fn delegates(to: &mut Lowering<'_>, resource: &GrantKinds, needs_resource: FormulaId) -> FormulaId {
    let always = to.formulas.truth(true);
    if resource.account == to.formulas.truth(false) {
        return always;
    }
    match to.choice(&readings::OWN_ACCOUNT_GRANT, "grants") {
        Some(choice) => to.formulas.add(needs_resource | !choice),
        None => always,
    }
}

/// The principal and resource sides grant the request.
pub(super) fn grant(f: &mut Formulas, terms: &Terms, sides: &Sides) -> FormulaId {
    let GrantKinds { direct, wildcard, role, account } = sides.resource;
    let limits = f.add(sides.boundary & sides.session);
    // I and B and S.
    let own = f.add(sides.identity & limits & !terms.root);

    // Same account: the identity side or the resource side.
    let same_account = terms.same_account
        & (!sides.needs_resource & (terms.root | own)
            | sides.strong
            | role & limits
            | account & own
            | account & !sides.delegates);
    // Cross account: both sides.
    let cross_account = !terms.same_account & sides.by_resource & (terms.root | own);
    // Requesters without an account. A role's trust policy has to name the service (§5.6).
    let service = terms.service & (direct | wildcard & !terms.trust);
    let anonymous = terms.anonymous & wildcard;
    let provider = terms.provider & direct;
    f.add(terms.iam & (same_account | cross_account) | service | anonymous | provider)
}

/// `RP` of §5.3: the Allow matches of the policy on the target, and of what owners grant besides.
fn resource_grants(set: &mut Set<'_>, owners: Option<OwnersGrant>) -> GrantKinds {
    let [mut direct, mut wildcard, mut role, mut account] = [const { Vec::new() }; 4];
    let Set { formulas: f, policies, statements, terms, .. } = set;
    for it in
        statements.iter().filter(|it| it.layer == Layer::Resource && it.effect == Effect::Allow)
    {
        let target = match policies.get(it.policy).map(|it| it.policy.policy_type) {
            Some(PolicyType::Key) => terms.key,
            Some(PolicyType::Trust) => terms.trust,
            _ => f.truth(true),
        };
        let mut on_target = |grant| f.all([grant, target, terms.reachable]);
        direct.push(on_target(it.grants.direct));
        wildcard.push(on_target(it.grants.wildcard));
        role.push(on_target(it.grants.role));
        account.push(on_target(it.grants.account));
    }
    if let Some(OwnersGrant { to, when }) = owners {
        let reached = f.add(when & terms.reachable);
        match to {
            Grantee::Account => {
                account.push(f.add(terms.iam & reached));
                direct.push(f.add(terms.root & reached));
            }
            Grantee::Everyone => {
                direct.push(f.add((terms.service | terms.provider) & reached));
                wildcard.push(f.add((terms.iam | terms.anonymous) & reached));
            }
        }
    }
    GrantKinds {
        direct: f.any(direct),
        wildcard: f.any(wildcard),
        role: f.any(role),
        account: f.any(account),
    }
}
