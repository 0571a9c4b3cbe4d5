//! The requests that each layer is asked about (policy language §5.2, §5.8).

use crate::catalog::{Service, readings};
use crate::formula::{Atom, FormulaId};
use crate::policy::{Effect, PolicyType};

use super::services::{self, action};
use super::set::Set;
use super::{GrantKinds, Layer, LayerFormulas, LoweredStatement};

impl Set<'_> {
    /// The layers that have a policy, in the order of reports.
    pub(super) fn layers(&mut self) -> Vec<LayerFormulas> {
        let mut layers = self.scp();
        layers.extend(self.rcp());
        layers.extend(self.endpoints());
        layers.extend(self.resource());
        layers.extend(self.identity());
        layers.extend(self.boundary());
        layers.extend(self.session());
        layers
    }

    /// A layer for each level at which an SCP or RCP hangs.
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
        let terms = &self.terms;
        let applies = self.formulas.add(terms.iam & !management & !terms.service_linked);
        self.levels(Layer::Scp, applies)
    }

    /// §5.2: every request on a supported service's resource of a member account; not those of
    /// service-linked roles, and not `kms:RetireGrant`.
    fn rcp(&mut self) -> Vec<LayerFormulas> {
        if self.members(Layer::Rcp, |_| true).is_empty() {
            return Vec::new();
        }
        let formulas = &mut self.formulas;
        let supported = services::action_of(formulas, Service::with_rcps());
        let retire = action(formulas, "kms", "RetireGrant");
        let management = formulas.atom(Atom::ManagementAccount);
        let managements_own = management & self.terms.same_account;
        let excepted = formulas.add(self.terms.service_linked | retire | managements_own);
        let applies = formulas.add(!excepted & supported);
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
            services::action_of(&mut self.formulas, Service::without_endpoint_policies());
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
        let mut layers: Vec<LayerFormulas> = endpoints.into_iter().filter_map(layer).collect();
        for layer in &mut layers {
            layer.allows = self.allows_through(layer);
        }
        layers
    }

    /// The requests that an Allow of the endpoint's policies matches. U-33: perhaps an Allow that
    /// names an account lets nobody but its root user through.
    fn allows_through(&mut self, layer: &LayerFormulas) -> FormulaId {
        let of_layer = |it: &&LoweredStatement| {
            it.effect == Effect::Allow && layer.policies.contains(&it.policy)
        };
        let allows: Vec<LoweredStatement> =
            self.statements.iter().filter(of_layer).cloned().collect();
        let (mut to, _) = self.lowering();
        let never = to.formulas.truth(false);
        if allows.iter().all(|it| it.grants.account == never) {
            return layer.allows;
        }
        let Some(choice) = to.choice(&readings::ENDPOINT_ACCOUNT, "root") else {
            return layer.allows;
        };
        let f = to.formulas;
        let mut ways = Vec::new();
        for it in allows {
            let GrantKinds { direct, wildcard, role, account } = it.grants;
            ways.extend([direct, wildcard, role]);
            // The action first, as in every statement.
            ways.push(f.add(it.action & account & !choice));
        }
        f.any(ways)
    }

    /// The policy attached to the target. Key policies speak about keys and trust policies about
    /// roles only. The bucket owner's root user may always manage the bucket policy (§5.7).
    fn resource(&mut self) -> Vec<LayerFormulas> {
        let f = &mut self.formulas;
        let s3 = ["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"]
            .map(|name| action(f, "s3", name));
        let s3 = f.any(s3);
        let terms = &self.terms;
        let rescue = f.add(terms.root & terms.same_account & s3);
        let groups = [
            (PolicyType::Resource, f.add(!rescue & terms.reachable)),
            (PolicyType::Key, f.add(terms.key & terms.reachable)),
            (PolicyType::Trust, f.add(terms.trust & terms.reachable)),
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
        let terms = &self.terms;
        let applies = self.formulas.add(terms.role_session | terms.user | terms.federated_user);
        let members = self.members(Layer::Identity, |_| true);
        self.layer(Layer::Identity, None, members, applies).into_iter().collect()
    }

    /// §5.2: as identity, but not service-linked roles.
    fn boundary(&mut self) -> Vec<LayerFormulas> {
        let terms = &self.terms;
        let holder = self.formulas.add(terms.role_session | terms.user | terms.federated_user);
        let applies = self.formulas.add(holder & !terms.service_linked);
        let members = self.members(Layer::Boundary, |_| true);
        self.layer(Layer::Boundary, None, members, applies).into_iter().collect()
    }

    /// §5.2: role and federated sessions.
    fn session(&mut self) -> Vec<LayerFormulas> {
        let applies = self.formulas.add(self.terms.role_session | self.terms.federated_user);
        let members = self.members(Layer::Session, |_| true);
        self.layer(Layer::Session, None, members, applies).into_iter().collect()
    }
}
