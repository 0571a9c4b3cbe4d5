//! Callers of a property: which of its policies they carry, and which policies are assumed of them.

use std::sync::Arc;

use super::property::{Asker, is_carried};
use crate::formula::{Atom, FormulaId, Formulas, PrincipalTest};
use crate::lower::{AttachedPolicy, Scope, lower_scope};
use crate::policy::{Policy, PolicyType};
use crate::request::PrincipalKind;
use crate::text::{Arn, Source};

/// The identity policy that an unknown caller is assumed to attach to itself.
const ANYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"WhateverTheCallerWrites","Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The name of the text of assumed policies, in places that speak of them.
const ASSUMED_TEXT: &str = "whatever the caller writes";

/// The policies that decide the requests of a kind of caller.
#[derive(Clone, Debug)]
pub(super) struct CallerPolicies {
    /// Policies of the input first, then those that are assumed of callers that it does not know.
    all: Vec<AttachedPolicy>,
    given: usize,
}

impl CallerPolicies {
    /// The policies as the requests of `asker` meet them: anyone has, in place of the policies that
    /// a principal carries, an identity policy of his own that allows everything, and a session
    /// policy likewise. Principals that the policies are attached to by name keep theirs.
    pub(super) fn new(asker: Asker, policies: &[AttachedPolicy]) -> Self {
        if asker == Asker::Holder {
            return Self { all: policies.to_vec(), given: policies.len() };
        }
        let named: Vec<Arn> = policies
            .iter()
            .filter(|it| is_carried(it))
            .filter_map(|it| match &it.scope {
                Scope::Principals(arns) => Some(arns.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        let keeps =
            |it: &&AttachedPolicy| !is_carried(it) || matches!(it.scope, Scope::Principals(_));
        let mut all: Vec<AttachedPolicy> = policies.iter().filter(keeps).cloned().collect();
        let given = all.len();
        all.extend(assumed(&named));
        Self { all, given }
    }

    /// The policies, those of the input first.
    pub(super) fn all(&self) -> &[AttachedPolicy] {
        &self.all
    }

    /// The policies of the input.
    pub(super) fn given(&self) -> &[AttachedPolicy] {
        self.all.get(..self.given).unwrap_or_default()
    }
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

/// The requests of `asker`: of the holder, those of a principal that carries the policies.
pub(super) fn requests_of(
    asker: Asker,
    policies: &[AttachedPolicy],
    formulas: &mut Formulas,
) -> FormulaId {
    if asker == Asker::Anyone || !policies.iter().any(is_carried) {
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
