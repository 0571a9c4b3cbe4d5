//! Calls of AWS services.

use super::super::context::{Caller, ContextSet, IS_SERVICE, SOURCE_IP, Slot};
use super::super::model::Network;
use super::super::uncertain;
use super::unlisted::Owner;
use super::{foreign, optional};
use crate::catalog::keys;

impl Network {
    /// O16 and O32: a public address of AWS; or an endpoint of the service's own, which is not
    /// documented.
    pub(super) fn service_network(&self, label: &str) -> Vec<ContextSet> {
        let known = self.all_known_addresses();
        let address = ContextSet::direct(label)
            .with([(SOURCE_IP, Slot::public_except(&known))])
            .without_endpoint();
        let endpoint = self.unlisted(Owner::Stranger, label).only_if(&uncertain::SERVICE_ENDPOINT);
        vec![address, endpoint]
    }

    /// O22, O26, AX16: any address that is not ours, or none; never an endpoint of ours.
    pub(super) fn service_side(&self) -> Vec<ContextSet> {
        let known = self.all_known_addresses();
        let role = |set: ContextSet| ContextSet { caller: Caller::Role, ..set };
        let address = ContextSet::direct("service-side")
            .with([(SOURCE_IP, Slot::public_except(&known))])
            .without_endpoint();
        let none =
            ContextSet::direct("service-side").with([(SOURCE_IP, Slot::Absent)]).without_endpoint();
        let endpoint =
            self.unlisted(Owner::Stranger, "service-side").only_if(&uncertain::SERVICE_ENDPOINT);
        vec![role(address), role(none), role(endpoint)]
    }

    /// O43: services that call as themselves for whoever calls them. `aws:SourceAccount` and
    /// `aws:SourceArn` are those of a resource of ours, the viewer is not.
    pub(super) fn service_for_anybody(&self) -> ContextSet {
        let set = self.service_principal(true);
        ContextSet { label: "service-for-anybody".into(), caller: Caller::Viewers, ..set }
    }

    /// A service that calls as itself for an account of the organization that is not in the file.
    pub(super) fn service_for_members(&self) -> Option<ContextSet> {
        let organization = self.organization.as_ref()?;
        let accounts = self.accounts.iter().map(|it| it.id.clone()).collect();
        let account = foreign("????????????", accounts, "444455556666");
        Some(self.service_principal(true).with([
            (keys::SOURCE_ACCOUNT, optional(account)),
            (keys::SOURCE_ORG_ID, Slot::is(&organization.id)),
        ]))
    }

    /// A service that calls as itself (O25).
    pub(super) fn service_principal(&self, ours: bool) -> ContextSet {
        let label = if ours { "service-principal" } else { "service-principal-for-others" };
        let accounts: Vec<Box<str>> = self.accounts.iter().map(|it| it.id.clone()).collect();
        let organization = self.organization.as_ref().map(|it| it.id.clone());
        let (account, of) = if ours {
            let account = if accounts.is_empty() {
                foreign("????????????", accounts, "111122223333")
            } else {
                Slot::OneOf(accounts)
            };
            (account, organization.map(|id| Slot::OneOf(vec![id])))
        } else {
            (
                foreign("????????????", accounts, "666677778888"),
                organization.map(|_| self.other_organization()),
            )
        };
        let mut set = ContextSet::direct(label)
            .with([
                (SOURCE_IP, Slot::Absent),
                (IS_SERVICE, Slot::Flag(true)),
                (keys::SOURCE_ACCOUNT, Slot::Optional(Box::new(account))),
            ])
            .without_endpoint();
        if let Some(of) = of {
            let of = match of {
                absent @ Slot::Optional(_) => absent,
                other => optional(other),
            };
            set = set.with([(keys::SOURCE_ORG_ID, of)]);
        }
        ContextSet { caller: Caller::Service, ..set }
    }
}
