//! Callers of a property: the kinds of principals whose requests it is about, and the policies that
//! decide the requests of each.

use std::sync::Arc;

use super::property::{Asker, is_carried};
use super::request_shape::KnownAccounts;
use crate::catalog::keys;
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use crate::lower::{AttachedPolicy, Scope, lower_scope};
use crate::network::Network;
use crate::policy::{Policy, PolicyType, ResourcePattern};
use crate::request::{PrincipalKind, is_account_id};
use crate::text::{Arn, CaseRule, KeyName, Pattern, Piece, Source};

/// The identity policy that an unknown caller is assumed to attach to itself.
const ANYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"WhateverTheCallerWrites","Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The name of the text of assumed policies, in places that speak of them.
const ASSUMED_TEXT: &str = "whatever the caller writes";

/// A kind of caller, with the policies that decide its requests.
#[derive(Clone, Debug)]
pub(super) struct Callers {
    kind: CallerKind,
    /// Policies of the input first, then those that are assumed of callers that it does not know.
    policies: Vec<AttachedPolicy>,
}

/// The kinds of callers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum CallerKind {
    /// Principals of any account, services and unsigned callers, where the input does not tell which
    /// accounts are ours. Principals that policies are attached to by name have those, all others
    /// whatever they like.
    Anyone,
    /// The principals that carry the policies of the input.
    Holders,
    /// Principals of our accounts other than the named ones, to which policies of the input are
    /// attached: they have none.
    OthersOfOurs(OurAccounts, Vec<Arn>),
    /// Principals of other accounts, with whatever policies they like and without our service control
    /// policies; services; unsigned callers.
    Strangers(OurAccounts),
}

/// The accounts that the input calls ours.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct OurAccounts(Vec<Box<str>>);

impl OurAccounts {
    /// The accounts of the network; where it has none, those of the ARNs that policies are attached
    /// to.
    pub(super) fn of(network: Option<&Network>, policies: &[AttachedPolicy]) -> Self {
        let mut accounts: Vec<Box<str>> = match network {
            Some(network) => network.accounts.iter().map(|it| it.id.clone()).collect(),
            None => Vec::new(),
        };
        if accounts.is_empty() {
            accounts.extend(policies.iter().flat_map(attached_accounts));
        }
        accounts.sort();
        accounts.dedup();
        Self(accounts)
    }

    /// The accounts for shapes: ours, and those that the network lists as members of the organization.
    pub(super) fn known(&self, network: Option<&Network>) -> KnownAccounts {
        let accounts = network.map(|it| &it.accounts[..]).unwrap_or_default();
        let members = accounts.iter().filter(|it| it.member).map(|it| it.id.clone()).collect();
        KnownAccounts { ours: self.0.clone(), members }
    }

    /// The account that owns the resources which policies are attached to, where the input has one
    /// account only.
    pub(super) fn owner_of_attached(&self, policies: &[AttachedPolicy]) -> Option<&str> {
        let others = policies.iter().flat_map(attached_accounts).any(|it| !self.0.contains(&it));
        let attached = policies.iter().any(|it| named_resources(&it.scope).next().is_some());
        match &self.0[..] {
            [own] if attached && !others => Some(own),
            _ => None,
        }
    }

    /// The requests in which resources that policies are attached to are ours, where the input has one
    /// account only: who writes the policy of a resource owns it.
    pub(super) fn own_attached(
        &self,
        policies: &[AttachedPolicy],
        formulas: &mut Formulas,
    ) -> FormulaId {
        let Some(own) = self.owner_of_attached(policies) else { return formulas.truth(true) };
        let attached = policies.iter().flat_map(|it| named_resources(&it.scope)).cloned();
        let scopes = [lower_scope(&Scope::Resources(attached.collect()), formulas)];
        let covered = formulas.any(scopes);
        let same = Predicate::Text(Pattern::literal(own), CaseRule::Exact);
        let test = KeyTest::Some { any_of: [same].into(), hit: true };
        let own = formulas.atom(Atom::Key(KeyName::new(keys::RESOURCE_ACCOUNT), test));
        formulas.implies(covered, own)
    }

    /// The requests of principals of these accounts.
    fn lower(&self, formulas: &mut Formulas) -> FormulaId {
        let of = |id: &str| Atom::Principal(PrincipalTest::Account(id.into()));
        let each: Vec<FormulaId> = self.0.iter().map(|id| formulas.atom(of(id))).collect();
        formulas.any(each)
    }
}

/// The resources that a policy is attached to and that are somebody's in particular: `arn:aws:s3:::*`
/// is every bucket of everybody, and who writes a policy for it owns none of them.
pub(super) fn named_resources(scope: &Scope) -> impl Iterator<Item = &ResourcePattern> {
    let patterns = match scope {
        Scope::Resources(patterns) => &patterns[..],
        _ => &[],
    };
    patterns.iter().filter(|pattern| match pattern {
        ResourcePattern::Any | ResourcePattern::Never => false,
        ResourcePattern::Arn { components, .. } => {
            let [.., account, resource] = &**components;
            let of_anybody = account.is_any() || account.as_literal() == Some("");
            !(of_anybody && matches!(resource.pieces(), [Piece::AnyRun, ..]))
        }
    })
}

/// The accounts in the ARNs that a policy is attached to.
fn attached_accounts(policy: &AttachedPolicy) -> Vec<Box<str>> {
    match &policy.scope {
        Scope::Principals(arns) => {
            let accounts = arns.iter().map(Arn::account).filter(|it| is_account_id(it));
            accounts.map(Box::from).collect()
        }
        Scope::Resources(patterns) => patterns
            .iter()
            .filter_map(|pattern| match pattern {
                ResourcePattern::Arn { components, .. } => components.get(4)?.as_literal(),
                ResourcePattern::Any | ResourcePattern::Never => None,
            })
            .filter(|it| is_account_id(it))
            .map(Box::from)
            .collect(),
        _ => Vec::new(),
    }
}

impl Callers {
    /// The kinds of callers that `asker` stands for.
    pub(super) fn of(asker: Asker, policies: &[AttachedPolicy], ours: &OurAccounts) -> Vec<Self> {
        let holders = || Self::holders(policies);
        let carried = || policies.iter().filter(|it| is_carried(it));
        // A policy that names no principal is carried by every requester of ours.
        let everywhere = carried().any(|it| !matches!(it.scope, Scope::Principals(_)));
        if asker == Asker::Holder || (asker == Asker::Listed && everywhere && ours.0.is_empty()) {
            return vec![holders()];
        }
        if ours.0.is_empty() {
            return vec![Self::anyone(policies)];
        }
        let mut kinds = Vec::new();
        if carried().next().is_some() {
            kinds.push(holders());
        }
        if !everywhere {
            kinds.push(Self::others_of_ours(ours.clone(), named_carriers(policies), policies));
        }
        kinds.push(Self::strangers(ours.clone(), policies));
        kinds
    }

    fn others_of_ours(ours: OurAccounts, named: Vec<Arn>, policies: &[AttachedPolicy]) -> Self {
        let policies = policies.iter().filter(|it| !is_carried(it)).cloned().collect();
        Self { kind: CallerKind::OthersOfOurs(ours, named), policies }
    }

    fn strangers(ours: OurAccounts, policies: &[AttachedPolicy]) -> Self {
        // Service control policies bind the accounts of our organization (policy language §5.2).
        let binds =
            |it: &&AttachedPolicy| !is_carried(it) && it.policy.policy_type != PolicyType::Scp;
        let mut policies: Vec<AttachedPolicy> = policies.iter().filter(binds).cloned().collect();
        policies.extend(assumed(&[]));
        Self { kind: CallerKind::Strangers(ours), policies }
    }

    /// The principals that carry the policies.
    fn holders(policies: &[AttachedPolicy]) -> Self {
        Self { kind: CallerKind::Holders, policies: policies.to_vec() }
    }

    /// Principals of any account: those that policies are attached to by name have these, all others
    /// an identity policy of their own that allows everything, and a session policy likewise.
    pub(super) fn anyone(policies: &[AttachedPolicy]) -> Self {
        let keeps =
            |it: &&AttachedPolicy| !is_carried(it) || matches!(it.scope, Scope::Principals(_));
        let mut kept: Vec<AttachedPolicy> = policies.iter().filter(keeps).cloned().collect();
        kept.extend(assumed(&named_carriers(policies)));
        Self { kind: CallerKind::Anyone, policies: kept }
    }

    /// The same kind of caller with other policies, such as those of a bound.
    pub(super) fn with_policies_of(&self, policies: &[AttachedPolicy]) -> Self {
        match &self.kind {
            CallerKind::Anyone => Self::anyone(policies),
            CallerKind::Holders => Self::holders(policies),
            CallerKind::OthersOfOurs(ours, named) => {
                Self::others_of_ours(ours.clone(), named.clone(), policies)
            }
            CallerKind::Strangers(ours) => Self::strangers(ours.clone(), policies),
        }
    }

    /// Tests whether such callers are principals of ours without any identity policy.
    pub(super) fn have_no_policies(&self) -> bool {
        matches!(self.kind, CallerKind::OthersOfOurs(..))
    }

    /// The kinds of callers that `asker` leaves out.
    pub(super) fn left_out(
        asker: Asker,
        policies: &[AttachedPolicy],
        ours: &OurAccounts,
    ) -> Vec<Self> {
        match asker {
            Asker::Anyone => Vec::new(),
            Asker::Holder | Asker::Listed => {
                let asked = Self::of(asker, policies, ours);
                let all = Self::of(Asker::Anyone, policies, ours).into_iter();
                all.filter(|it| {
                    asker == Asker::Listed || !asked.iter().any(|own| own.kind == it.kind)
                })
                .collect()
            }
        }
    }

    /// The policies that decide, those of the input first.
    pub(super) fn policies(&self) -> &[AttachedPolicy] {
        &self.policies
    }

    /// The requests of such callers.
    pub(super) fn requests(&self, formulas: &mut Formulas) -> FormulaId {
        match &self.kind {
            CallerKind::Anyone => formulas.truth(true),
            CallerKind::Holders => requests_of_holders(&self.policies, formulas),
            CallerKind::OthersOfOurs(ours, named) => {
                let own = ours.lower(formulas);
                let others = lower_scope(&Scope::OtherPrincipals(named.clone()), formulas);
                formulas.all([own, others])
            }
            CallerKind::Strangers(ours) => {
                let own = ours.lower(formulas);
                formulas.not(own)
            }
        }
    }
}

/// The principals that policies are attached to by name.
fn named_carriers(policies: &[AttachedPolicy]) -> Vec<Arn> {
    let carried = policies.iter().filter(|it| is_carried(it));
    let named = carried.filter_map(|it| match &it.scope {
        Scope::Principals(arns) => Some(arns.clone()),
        _ => None,
    });
    named.flatten().collect()
}

/// The policies that callers are assumed to write for themselves, but for the `named` ones.
fn assumed(named: &[Arn]) -> Vec<AttachedPolicy> {
    let source = Source::new(ASSUMED_TEXT, ANYTHING);
    let mut assumed = Vec::new();
    for policy_type in [PolicyType::Identity, PolicyType::Session] {
        // The text is ours and valid.
        let Ok(parsed) = Policy::parse(&source, policy_type) else { continue };
        let scope = match named {
            [] => Scope::EveryRequest,
            _ => Scope::OtherPrincipals(named.to_vec()),
        };
        assumed.push(AttachedPolicy {
            scope,
            name: format!("any {policy_type} policy").into(),
            ..AttachedPolicy::new(Arc::new(parsed.policy))
        });
    }
    assumed
}

/// The requests of principals that carry the policies; all requests if none is carried.
pub(super) fn requests_of_holders(
    policies: &[AttachedPolicy],
    formulas: &mut Formulas,
) -> FormulaId {
    if !policies.iter().any(is_carried) {
        return formulas.truth(true);
    }
    let has = |wanted: PolicyType| policies.iter().any(|it| it.policy.policy_type == wanted);
    // A session policy is carried by sessions only (policy language §5.2).
    let mut kinds = vec![PrincipalKind::RoleSession, PrincipalKind::FederatedUser];
    if !has(PolicyType::Session) {
        kinds.push(PrincipalKind::User);
    }
    let kinds: Vec<FormulaId> =
        kinds.into_iter().map(|kind| polsim_check::fields::kind_is(formulas, kind)).collect();
    let kind = formulas.any(kinds);
    // AWS writes the policies of service-linked roles.
    let linked = formulas.atom(Atom::Principal(PrincipalTest::ServiceLinked));
    let not_linked = formulas.not(linked);
    let scopes: Vec<FormulaId> = policies
        .iter()
        .filter(|it| is_carried(it))
        .map(|it| lower_scope(&it.scope, formulas))
        .collect();
    let carried = formulas.any(scopes);
    formulas.all([kind, not_linked, carried])
}
