//! The decision formula: AWS's evaluation logic (policy language §5).
//!
//! Read it next to the pseudo-code of §5.3. A request is
//! *allowed* if it needs no permission, or if no applicable Deny matches, every gate has an Allow,
//! and the principal and resource sides grant it;
//! *explicitly denied* if an applicable Deny matches; *implicitly denied* otherwise.

use crate::formula::{Atom, FormulaId, Formulas, PrincipalTest};
use crate::policy::{Effect, PolicyType, ResourcePattern};
use crate::request::PrincipalKind;
use crate::text::Pattern;

use super::principal::kind;
use super::services::{self, action};
use super::{
    AttachedPolicy, Layer, LayerFormulas, Lowered, LoweredStatement, Strengths, statement,
};

/// A layer that lacks an Allow, and the implicitly denied requests for which that is a reason.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Which layer.
    pub layer: Layer,
    /// The level of an SCP layer.
    pub level: Option<u32>,
    /// The requests.
    pub when: FormulaId,
}

/// The formulas of the whole set, and of what owners of resources grant besides.
pub(super) fn lower(
    formulas: Formulas,
    policies: Vec<AttachedPolicy>,
    granted: Option<OwnersGrant>,
) -> Lowered {
    let mut decision = Decision::new(formulas, policies);
    decision.owners = granted;
    let mut layers = decision.scp();
    layers.extend(decision.rcp());
    layers.extend(decision.endpoints());
    layers.extend(decision.resource());
    layers.extend(decision.identity());
    layers.extend(decision.boundary());
    layers.extend(decision.session());
    let grant = decision.grant();
    decision.finish(layers, &grant)
}

/// What the owners of resources grant in policies that are not at hand.
#[derive(Clone, Copy, Debug)]
pub struct OwnersGrant {
    /// To whom.
    pub to: Grantee,
    /// On which requests.
    pub when: FormulaId,
}

/// Whom the owner of a resource names as its Principal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Grantee {
    /// The requester's account, which leaves it to the identity policies (policy language §2.4).
    Account,
    /// `*`, and services and providers by their names.
    Everyone,
}

/// The store, the statements, and the facts about the request that the rules speak of.
struct Decision {
    formulas: Formulas,
    policies: Vec<AttachedPolicy>,
    scopes: Vec<FormulaId>,
    statements: Vec<LoweredStatement>,
    facts: Facts,
    owners: Option<OwnersGrant>,
}

/// Facts about the request.
struct Facts {
    user: FormulaId,
    role_session: FormulaId,
    federated_user: FormulaId,
    root: FormulaId,
    service: FormulaId,
    anonymous: FormulaId,
    provider: FormulaId,
    service_linked: FormulaId,
    /// A principal of some account: user, role session, federated user or root.
    iam: FormulaId,
    /// Requester and resource owner are one account.
    same_account: FormulaId,
    /// The resource's policy can speak of the requester: principals and resource policies never
    /// match across partitions (§5.7). Services and unsigned callers belong to none.
    reachable: FormulaId,
    /// The target is a KMS key.
    key: FormulaId,
    /// The request is to assume, tag or name a session of a role: its target is a role.
    trust: FormulaId,
}

/// The grant side: whether principal and resource sides grant, and what they lack if not.
struct Grant {
    granted: FormulaId,
    missing: [(Layer, FormulaId); 4],
}

impl Facts {
    fn new(formulas: &mut Formulas) -> Self {
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
        let trust_actions = [
            "AssumeRole",
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "SetSourceIdentity",
            "TagSession",
        ]
        .map(|name| action(formulas, "sts", name));
        let trust_actions = formulas.any(trust_actions);
        let role = resource(formulas, "iam", "role/*");
        let iam = formulas.any([role_session, user, root, federated_user]);
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
            same_account: formulas.all([account, partition]),
            reachable,
            key: formulas.all([kms, key]),
            trust: formulas.all([trust_actions, role]),
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
    formulas
        .atom(Atom::Resource(ResourcePattern::Arn { components: components.into(), stretch: None }))
}

impl Decision {
    fn new(mut formulas: Formulas, policies: Vec<AttachedPolicy>) -> Self {
        let facts = Facts::new(&mut formulas);
        let scopes: Vec<FormulaId> =
            policies.iter().map(|it| it.scope.lower(&mut formulas)).collect();
        let boundaries = policies
            .iter()
            .zip(&scopes)
            .filter(|(it, _)| it.policy.policy_type == PolicyType::Boundary)
            .map(|(_, scope)| *scope)
            .collect::<Vec<_>>();
        let has_boundary = formulas.any(boundaries);
        let not_linked = formulas.not(facts.service_linked);
        let may_have = formulas.any([facts.user, facts.role_session, facts.federated_user]);
        let bounded = formulas.all([has_boundary, may_have, not_linked]);
        let mut statements = Vec::new();
        for (policy, (attached, scope)) in policies.iter().zip(&scopes).enumerate() {
            for (index, written) in attached.policy.statements.iter().enumerate() {
                let at = (policy, index);
                statements.push(statement::lower(
                    &mut formulas,
                    &policies,
                    at,
                    written,
                    (*scope, bounded),
                ));
            }
        }
        Self { formulas, policies, scopes, statements, facts, owners: None }
    }

    /// The policies of a layer that `pick` picks.
    fn members(&self, layer: Layer, pick: impl Fn(&AttachedPolicy) -> bool) -> Vec<usize> {
        let of_layer = |it: &&AttachedPolicy| Layer::of(it.policy.policy_type) == layer && pick(it);
        self.policies
            .iter()
            .enumerate()
            .filter(|(_, it)| of_layer(it))
            .map(|(index, _)| index)
            .collect()
    }

    /// One of the statements of these policies with this effect matches.
    fn any_statement(&mut self, policies: &[usize], effect: Effect) -> FormulaId {
        let matching = self
            .statements
            .iter()
            .filter(|it| it.effect == effect && policies.contains(&it.policy))
            .map(|it| it.matches);
        let matching: Vec<FormulaId> = matching.collect();
        self.formulas.any(matching)
    }

    /// The layer of these policies, asked about the requests in `applies` that one of them covers.
    fn layer(
        &mut self,
        layer: Layer,
        level: Option<u32>,
        policies: Vec<usize>,
        applies: FormulaId,
    ) -> Option<LayerFormulas> {
        if policies.is_empty() {
            return None;
        }
        let scopes: Vec<FormulaId> =
            policies.iter().filter_map(|index| self.scopes.get(*index)).copied().collect();
        let covered = self.formulas.any(scopes);
        let applies = self.formulas.all([covered, applies]);
        let allows = self.any_statement(&policies, Effect::Allow);
        let denies = self.any_statement(&policies, Effect::Deny);
        Some(LayerFormulas { layer, level, policies, applies, allows, denies })
    }

    fn levels(&mut self, layer: Layer, applies: FormulaId) -> Vec<LayerFormulas> {
        let mut levels: Vec<u32> = self
            .members(layer, |_| true)
            .iter()
            .filter_map(|it| self.policies.get(*it))
            .map(|it| it.level)
            .collect();
        levels.sort_unstable();
        levels.dedup();
        levels
            .into_iter()
            .filter_map(|level| {
                let members = self.members(layer, |it| it.level == level);
                self.layer(layer, Some(level), members, applies)
            })
            .collect()
    }

    /// §5.2: principals of member accounts, root included; not the management account,
    /// service-linked roles, services and anonymous.
    fn scp(&mut self) -> Vec<LayerFormulas> {
        let management = self.formulas.atom(Atom::ManagementAccount);
        let member = self.formulas.not(management);
        let not_linked = self.formulas.not(self.facts.service_linked);
        let applies = self.formulas.all([self.facts.iam, member, not_linked]);
        self.levels(Layer::Scp, applies)
    }

    /// §5.2: every request on a supported service's resource of a member account; not those of
    /// service-linked roles, and not `kms:RetireGrant`.
    fn rcp(&mut self) -> Vec<LayerFormulas> {
        if self.members(Layer::Rcp, |_| true).is_empty() {
            return Vec::new();
        }
        let formulas = &mut self.formulas;
        let supported = services::action_of(formulas, services::RCP_SERVICES);
        let retire = action(formulas, "kms", "RetireGrant");
        let management = formulas.atom(Atom::ManagementAccount);
        let management = formulas.all([management, self.facts.same_account]);
        let excepted = formulas.any([self.facts.service_linked, retire, management]);
        let not_excepted = formulas.not(excepted);
        let applies = formulas.all([not_excepted, supported]);
        self.levels(Layer::Rcp, applies)
    }

    /// §5.8: requests that cross the endpoint of a service with endpoint policies. Documents of one
    /// endpoint are united.
    fn endpoints(&mut self) -> Vec<LayerFormulas> {
        let members = self.members(Layer::Endpoint, |_| true);
        if members.is_empty() {
            return Vec::new();
        }
        let unsupported =
            services::action_of(&mut self.formulas, services::SERVICES_WITHOUT_ENDPOINT_POLICIES);
        let supported = self.formulas.not(unsupported);
        let mut endpoints: Vec<Vec<usize>> = Vec::new();
        for member in members {
            let scope = |index: usize| self.policies.get(index).map(|it| &it.scope);
            let same = |group: &&mut Vec<usize>| {
                group.first().is_some_and(|it| scope(*it) == scope(member))
            };
            match endpoints.iter_mut().find(same) {
                Some(group) => group.push(member),
                None => endpoints.push(vec![member]),
            }
        }
        let layer = |policies| self.layer(Layer::Endpoint, None, policies, supported);
        endpoints.into_iter().filter_map(layer).collect()
    }

    /// The policy attached to the target. Key policies speak about keys and trust policies about
    /// roles only. The bucket owner's root user may always manage the bucket policy (§5.7).
    fn resource(&mut self) -> Vec<LayerFormulas> {
        let s3 = ["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"]
            .map(|name| action(&mut self.formulas, "s3", name));
        let s3 = self.formulas.any(s3);
        let rescue = self.formulas.all([self.facts.root, self.facts.same_account, s3]);
        let bound = self.formulas.not(rescue);
        let reachable = self.facts.reachable;
        let mut reached = |target| self.formulas.all([target, reachable]);
        let groups = [
            (PolicyType::Resource, reached(bound)),
            (PolicyType::Key, reached(self.facts.key)),
            (PolicyType::Trust, reached(self.facts.trust)),
        ];
        groups
            .into_iter()
            .filter_map(|(policy_type, applies)| {
                let members =
                    self.members(Layer::Resource, |it| it.policy.policy_type == policy_type);
                self.layer(Layer::Resource, None, members, applies)
            })
            .collect()
    }

    /// §5.2: users, role sessions and the user behind a federated session.
    fn identity(&mut self) -> Vec<LayerFormulas> {
        let facts = &self.facts;
        let applies = self.formulas.any([facts.role_session, facts.user, facts.federated_user]);
        let members = self.members(Layer::Identity, |_| true);
        self.layer(Layer::Identity, None, members, applies).into_iter().collect()
    }

    /// §5.2: as identity, but not service-linked roles.
    fn boundary(&mut self) -> Vec<LayerFormulas> {
        let facts = &self.facts;
        let not_linked = self.formulas.not(facts.service_linked);
        let holder = self.formulas.any([facts.role_session, facts.user, facts.federated_user]);
        let applies = self.formulas.all([holder, not_linked]);
        let members = self.members(Layer::Boundary, |_| true);
        self.layer(Layer::Boundary, None, members, applies).into_iter().collect()
    }

    /// §5.2: role and federated sessions.
    fn session(&mut self) -> Vec<LayerFormulas> {
        let applies = self.formulas.any([self.facts.role_session, self.facts.federated_user]);
        let members = self.members(Layer::Session, |_| true);
        self.layer(Layer::Session, None, members, applies).into_iter().collect()
    }

    /// The strongest Allow of the policy on the target, by strength: `RP` of §5.3.
    fn resource_grants(&mut self) -> Strengths {
        let [mut direct, mut wildcard, mut role, mut account] = [const { Vec::new() }; 4];
        let formulas = &mut self.formulas;
        for it in self
            .statements
            .iter()
            .filter(|it| it.layer == Layer::Resource && it.effect == Effect::Allow)
        {
            let target = match self.policies.get(it.policy).map(|it| it.policy.policy_type) {
                Some(PolicyType::Key) => self.facts.key,
                Some(PolicyType::Trust) => self.facts.trust,
                _ => formulas.truth(true),
            };
            let mut on_target = |strength| formulas.all([strength, target, self.facts.reachable]);
            direct.push(on_target(it.strengths.direct));
            wildcard.push(on_target(it.strengths.wildcard));
            role.push(on_target(it.strengths.role));
            account.push(on_target(it.strengths.account));
        }
        if let Some(OwnersGrant { to, when }) = self.owners {
            let facts = &self.facts;
            let reached = formulas.all([when, facts.reachable]);
            match to {
                Grantee::Account => {
                    account.push(formulas.all([facts.iam, reached]));
                    direct.push(formulas.all([facts.root, reached]));
                }
                Grantee::Everyone => {
                    let by_name = formulas.any([facts.service, facts.provider]);
                    let by_asterisk = formulas.any([facts.iam, facts.anonymous]);
                    direct.push(formulas.all([by_name, reached]));
                    wildcard.push(formulas.all([by_asterisk, reached]));
                }
            }
        }
        Strengths {
            direct: formulas.any(direct),
            wildcard: formulas.any(wildcard),
            role: formulas.any(role),
            account: formulas.any(account),
        }
    }

    /// Whether some policy of the type is asked about the request.
    fn has(&mut self, layer: Layer) -> FormulaId {
        let members = self.members(layer, |_| true);
        let scopes: Vec<FormulaId> =
            members.iter().filter_map(|index| self.scopes.get(*index)).copied().collect();
        self.formulas.any(scopes)
    }

    /// An Allow of the layer matches.
    fn allows(&mut self, layer: Layer) -> FormulaId {
        let members = self.members(layer, |_| true);
        self.any_statement(&members, Effect::Allow)
    }

    /// `I`, `B` and `S` of §5.3: the identity side's three parts.
    fn identity_side(&mut self) -> [FormulaId; 3] {
        let identity = self.allows(Layer::Identity);
        let (has_boundary, in_boundary) = (self.has(Layer::Boundary), self.allows(Layer::Boundary));
        let (has_session, in_session) = (self.has(Layer::Session), self.allows(Layer::Session));
        let facts = &self.facts;
        let formulas = &mut self.formulas;
        let unbounded = formulas.not(has_boundary);
        let boundary = formulas.any([unbounded, facts.service_linked, in_boundary]);
        // A federated user without session policy has no permissions of its own (§5.4); users with
        // long-term keys have no session policy.
        let passed = formulas.all([has_session, in_session]);
        let no_session = formulas.not(has_session);
        let not_federated = formulas.not(facts.federated_user);
        let unlimited = formulas.any([no_session, facts.user]);
        let unlimited = formulas.all([not_federated, unlimited]);
        [identity, boundary, formulas.any([unlimited, passed])]
    }

    /// `grant` of §5.3, with §5.5 (keys) and §5.6 (roles).
    fn grant(&mut self) -> Grant {
        let Strengths { direct, wildcard, role, account } = self.resource_grants();
        let [identity, boundary, session] = self.identity_side();
        let facts = &self.facts;
        let f = &mut self.formulas;
        let not_root = f.not(facts.root);
        let limits = f.all([boundary, session]);
        let own = f.all([identity, limits, not_root]);
        let strong = f.any([direct, wildcard]);
        let by_resource = f.any([strong, role, account]);
        // Keys and roles have no access without their own policy.
        let needs_resource = f.any([facts.key, facts.trust]);
        let needs_no_resource = f.not(needs_resource);

        let by_role = f.all([role, limits]);
        let by_own = f.any([facts.root, own]);
        let by_own = f.all([needs_no_resource, by_own]);
        let by_account = f.all([account, own]);
        let same = f.any([by_own, strong, by_role, by_account]);
        let same = f.all([facts.same_account, same]);

        let other_account = f.not(facts.same_account);
        let identity_side = f.any([facts.root, own]);
        let cross = f.all([other_account, by_resource, identity_side]);

        let signed = f.any([same, cross]);
        let signed = f.all([facts.iam, signed]);
        // A role's trust policy has to name the service (§5.6).
        let not_trust = f.not(facts.trust);
        let by_wildcard = f.all([wildcard, not_trust]);
        let for_service = f.any([direct, by_wildcard]);
        let service = f.all([facts.service, for_service]);
        let anonymous = f.all([facts.anonymous, wildcard]);
        let provider = f.all([facts.provider, direct]);
        let granted = f.any([signed, service, anonymous, provider]);

        // Which side lacks an Allow, where the request is not granted.
        let unsigned = f.not(facts.iam);
        let no_resource = f.not(by_resource);
        let needed = f.any([other_account, needs_resource]);
        let signed_lacks = f.all([facts.iam, needed, no_resource]);
        let lacks_resource = f.any([unsigned, signed_lacks]);
        let no_identity = f.not(identity);
        let reached = f.any([needs_no_resource, by_resource]);
        let no_strong = f.not(strong);
        let no_role = f.not(role);
        let same_lacks = f.all([facts.same_account, reached, no_strong, no_role]);
        let own_lacks = f.any([other_account, same_lacks]);
        let lacks_identity = f.all([facts.iam, not_root, no_identity, own_lacks]);
        let weak = f.all([facts.same_account, no_strong]);
        let limited = f.any([other_account, weak]);
        let limited = f.all([facts.iam, not_root, limited]);
        let [no_boundary, no_session] = [f.not(boundary), f.not(session)];
        let lacks_boundary = f.all([limited, no_boundary]);
        let lacks_session = f.all([limited, no_session]);
        let missing = [
            (Layer::Resource, lacks_resource),
            (Layer::Identity, lacks_identity),
            (Layer::Boundary, lacks_boundary),
            (Layer::Session, lacks_session),
        ];
        Grant { granted, missing }
    }

    /// The decision of §5.3.
    fn finish(self, layers: Vec<LayerFormulas>, grant: &Grant) -> Lowered {
        let Self { mut formulas, policies, statements, .. } = self;
        let f = &mut formulas;
        let needs_nothing =
            [action(f, "sts", "GetCallerIdentity"), action(f, "sts", "GetSessionToken")];
        let always_allowed = f.any(needs_nothing);
        let denies: Vec<FormulaId> =
            layers.iter().map(|it| f.all([it.denies, it.applies])).collect();
        let explicit_deny = f.any(denies);
        let mut gates = Vec::new();
        let mut missing = Vec::new();
        for it in layers.iter().filter(|it| matches!(it.layer, Layer::Scp | Layer::Endpoint)) {
            let passes = f.implies(it.applies, it.allows);
            gates.push(passes);
            missing.push(Missing { layer: it.layer, level: it.level, when: f.not(passes) });
        }
        let ungranted = f.not(grant.granted);
        for (layer, lacks) in grant.missing {
            missing.push(Missing { layer, level: None, when: f.all([ungranted, lacks]) });
        }
        let not_denied = f.not(explicit_deny);
        let passes = f.all(gates);
        let permitted = f.all([not_denied, passes, grant.granted]);
        let allowed = f.any([permitted, always_allowed]);
        missing.sort_by_key(|it| (it.layer, it.level));
        Lowered {
            formulas,
            policies,
            statements,
            layers,
            always_allowed,
            explicit_deny,
            allowed,
            missing,
        }
    }
}
