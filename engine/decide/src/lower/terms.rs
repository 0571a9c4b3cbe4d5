//! The terms that the rules of §5 speak in, as formulas: kinds of requester, whose the resource is,
//! and the targets that need a policy of their own.

use crate::catalog::TRUST_DECIDED;
use crate::formula::{Atom, FormulaId, Formulas, PrincipalTest};
use crate::policy::ResourcePattern;
use crate::request::PrincipalKind;
use crate::text::Pattern;

use super::principal::kind;
use super::services::action;

/// Formulas about the request that the rules of §5 name.
pub(super) struct Terms {
    pub(super) user: FormulaId,
    pub(super) role_session: FormulaId,
    pub(super) federated_user: FormulaId,
    pub(super) root: FormulaId,
    pub(super) service: FormulaId,
    pub(super) anonymous: FormulaId,
    pub(super) provider: FormulaId,
    pub(super) service_linked: FormulaId,
    /// The requester is a principal of some account: user, role session, federated user or root.
    pub(super) iam: FormulaId,
    /// Requester and resource owner are one account.
    pub(super) same_account: FormulaId,
    /// The resource's policy can speak of the requester: principals and resource policies never
    /// match across partitions (§5.7). Services and unsigned callers belong to none.
    pub(super) reachable: FormulaId,
    /// The target is a KMS key.
    pub(super) key: FormulaId,
    /// The request is to assume, tag or name a session of a role: its target is a role.
    pub(super) trust: FormulaId,
}

impl Terms {
    pub(super) fn new(formulas: &mut Formulas) -> Self {
        let [user, role_session, federated_user, root, service, anonymous, provider] = [
            PrincipalKind::User,
            PrincipalKind::RoleSession,
            PrincipalKind::FederatedUser,
            PrincipalKind::Root,
            PrincipalKind::Service,
            PrincipalKind::Anonymous,
            PrincipalKind::Provider,
        ]
        .map(|it| kind(formulas, it));
        let service_linked = formulas.atom(Atom::Principal(PrincipalTest::ServiceLinked));
        let (account, partition) =
            (formulas.atom(Atom::SameAccount), formulas.atom(Atom::SamePartition));
        let kms = action(formulas, "kms", "*");
        let key = resource(formulas, "kms", "key/*");
        let trust_actions = TRUST_DECIDED.iter().map(|name| action(formulas, "sts", name));
        let trust_actions: Vec<FormulaId> = trust_actions.collect();
        let trust_actions = formulas.any(trust_actions);
        let role = resource(formulas, "iam", "role/*");
        let iam = formulas.add(role_session | user | root | federated_user);
        let reachable = formulas.implies(iam, partition);
        Self {
            user,
            role_session,
            federated_user,
            root,
            service,
            anonymous,
            provider,
            service_linked,
            iam,
            same_account: formulas.add(account & partition),
            reachable,
            key: formulas.add(kms & key),
            trust: formulas.add(trust_actions & role),
        }
    }
}

/// The resource is of this service and has this shape after the fifth colon.
fn resource(formulas: &mut Formulas, service: &str, shape: &str) -> FormulaId {
    let any = || Pattern::wildcard("*");
    let components = [
        Pattern::literal("arn"),
        any(),
        Pattern::literal(service),
        any(),
        any(),
        Pattern::wildcard(shape),
    ];
    formulas.atom(Atom::Resource(ResourcePattern::Arn {
        components: components.into(),
        crosses_colons: None,
    }))
}
