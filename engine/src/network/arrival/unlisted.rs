//! Endpoints that are not in the file: strangers', the organization's, those of our accounts and of
//! outside VPCs (perimeter-2 §1, AX10; §2).

use super::super::context::{ContextSet, SOURCE_IP, SOURCE_VPC, SOURCE_VPCE, Slot, VPC_SOURCE_IP};
use super::super::model::{Account, Network, Vpc};
use super::{foreign, paths_below};
use crate::catalog::network_keys::ServiceKey;

/// Id that no VPC is likely to have.
const FOREIGN_VPC: &str = "vpc-0bad0bad0bad0bad0";

/// Owner of endpoints that are not in the file.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Owner<'n> {
    /// An account of the file, in VPCs that are not.
    Account(&'n Account),
    /// An account of the organization that is not in the file.
    Organization,
    /// An account below a unit of the organization, by the unit's path.
    Unit(&'n str),
    /// An account that is neither in the file nor in the organization.
    Stranger,
    /// A VPC that the file calls outside.
    Vpc(&'n Vpc),
}

impl Network {
    /// Contexts of requests through an endpoint that is not in the file.
    pub(in super::super) fn unlisted(&self, owner: Owner<'_>, label: &str) -> ContextSet {
        let endpoints = self.endpoints().map(|(_, it)| it.id.clone()).collect();
        let vpc = if let Owner::Vpc(vpc) = owner {
            Slot::is(&vpc.id)
        } else {
            let listed = self.vpcs.iter().map(|vpc| vpc.id.clone()).collect();
            foreign("vpc-?*", listed, FOREIGN_VPC)
        };
        let mut set = ContextSet::direct(label).with([
            (SOURCE_IP, Slot::Absent),
            (VPC_SOURCE_IP, Slot::any_address()),
            (SOURCE_VPC, vpc),
            (SOURCE_VPCE, foreign("vpce-?*", endpoints, "vpce-0bad0000000000001")),
        ]);
        set.service_keys = match owner {
            Owner::Account(account) => self.of_account(account),
            Owner::Organization => self.of_organization(None),
            Owner::Unit(path) => self.of_organization(Some(path)),
            Owner::Stranger => self.of_stranger(),
            Owner::Vpc(vpc) => self.owner_keys(vpc),
        };
        set
    }

    fn of_account(&self, account: &Account) -> Vec<(ServiceKey, Slot)> {
        let listed = self.vpcs.iter().filter_map(Vpc::arn).map(Box::from).collect();
        let shape = format!("arn:aws*:ec2:*:{}:vpc/vpc-?*", account.id);
        let sample = format!("arn:aws:ec2:{}:{}:vpc/{FOREIGN_VPC}", self.region, account.id);
        let mut keys = vec![
            (ServiceKey::SourceVpcArn, foreign(&shape, listed, &sample)),
            (ServiceKey::VpceAccount, Slot::is(&account.id)),
        ];
        keys.extend(self.organization_of(account));
        keys
    }

    /// The keys of an account of the organization that is not in the file: one in a unit, or in none
    /// of those that are trusted.
    fn of_organization(&self, unit: Option<&str>) -> Vec<(ServiceKey, Slot)> {
        let Some(organization) = &self.organization else { return Vec::new() };
        let paths = if let Some(path) = unit {
            foreign(&format!("{path}*"), Vec::new(), path)
        } else {
            let trusted = organization.trusted_units.iter();
            let except = trusted.map(|path| format!("{path}*").into()).collect();
            match paths_below(&organization.id) {
                Slot::Foreign { shape, sample, .. } => Slot::Foreign { shape, except, sample },
                other => other,
            }
        };
        let mut keys = self.of_unlisted_account("444455556666");
        keys.push((ServiceKey::VpceOrgId, Slot::is(&organization.id)));
        keys.push((ServiceKey::VpceOrgPaths, paths));
        keys
    }

    fn of_stranger(&self) -> Vec<(ServiceKey, Slot)> {
        let mut keys = self.of_unlisted_account("666677778888");
        keys.push((ServiceKey::VpceOrgId, self.other_organization()));
        keys.push((ServiceKey::VpceOrgPaths, self.other_paths()));
        keys
    }

    /// The account keys of an endpoint whose owner is not in the file.
    fn of_unlisted_account(&self, sample: &str) -> Vec<(ServiceKey, Slot)> {
        let accounts: Vec<Box<str>> = self.accounts.iter().map(|it| it.id.clone()).collect();
        let arns_of_ours =
            accounts.iter().map(|id| format!("arn:*:ec2:*:{id}:vpc/*").into()).collect();
        let arn = format!("arn:aws:ec2:{}:{sample}:vpc/{FOREIGN_VPC}", self.region);
        let shape = "arn:aws*:ec2:*:????????????:vpc/vpc-?*";
        vec![
            (ServiceKey::SourceVpcArn, foreign(shape, arns_of_ours, &arn)),
            (ServiceKey::VpceAccount, foreign("????????????", accounts, sample)),
        ]
    }
}
