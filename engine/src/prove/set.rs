//! Which policies a question is about, depending on who asks.

use std::sync::Arc;

use super::property::Asker;
use crate::formula::{Atom, FormulaId, Formulas, PrincipalTest};
use crate::lower::{AttachedPolicy, Scope, lower_scope};
use crate::policy::{Policy, PolicyType};
use crate::request::PrincipalKind;
use crate::text::{Arn, Source};

/// The name of the source of what strangers write.
const CALLERS: &str = "whatever the caller writes";

/// What a stranger may write for himself.
const ANYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"WhateverTheCallerWrites","Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Whether the policies of a set are carried by a principal.
pub(super) fn is_carried(policy: &AttachedPolicy) -> bool {
    matches!(
        policy.policy.policy_type,
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Session
    )
}

/// Whether a policy stands for what callers may write themselves.
pub(super) fn is_of_callers(policy: &AttachedPolicy) -> bool {
    policy.policy.source.name() == CALLERS
}

/// Who asks where a property does not say.
pub(super) fn usual_asker(policies: &[AttachedPolicy]) -> Asker {
    if policies.iter().any(is_carried) { Asker::Holder } else { Asker::Anyone }
}

/// The policies as they are asked about the requests of `asker`: anyone has, in place of the
/// policies that a principal carries, an identity policy of his own that allows everything, and a
/// session policy likewise. Principals that the policies are attached to by name keep theirs.
pub(super) fn policies_for(asker: Asker, policies: &[AttachedPolicy]) -> Vec<AttachedPolicy> {
    if asker == Asker::Holder {
        return policies.to_vec();
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
    let keeps = |it: &&AttachedPolicy| !is_carried(it) || matches!(it.scope, Scope::Principals(_));
    let mut kept: Vec<AttachedPolicy> = policies.iter().filter(keeps).cloned().collect();
    let source = Source::new(CALLERS, ANYTHING);
    for policy_type in [PolicyType::Identity, PolicyType::Session] {
        // The text is ours and valid.
        let Ok(parsed) = Policy::parse(&source, policy_type) else { continue };
        let scope = if named.is_empty() {
            Scope::EveryRequest
        } else {
            Scope::OtherPrincipals(named.clone())
        };
        kept.push(AttachedPolicy {
            scope,
            name: format!("any {policy_type} policy").into(),
            ..AttachedPolicy::new(Arc::new(parsed.policy))
        });
    }
    kept
}

/// The requests of `asker`: where it is the holder, those of a principal that carries the policies.
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
    // What service-linked roles carry is written by AWS.
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
