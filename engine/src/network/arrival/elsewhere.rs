//! Arrivals from origins that are no place in the file.

use super::super::context::{ContextSet, SOURCE_IP, SOURCE_VPC, SOURCE_VPCE, Slot, VPC_SOURCE_IP};
use super::super::model::{Endpoint, Network, OriginKind, Vpc};
use super::super::origin::Origin;
use super::super::path::{Outcome, Part, Path, step};
use super::{Arrival, arrivals, foreign};
use crate::catalog::network_keys::ServiceKey;
use crate::text::AddressRange;

impl Network {
    /// Arrivals from an origin that is no place in the file.
    pub(super) fn anywhere(&self, origin: &Origin<'_>) -> Vec<Arrival> {
        match origin {
            Origin::Agent => self.forwarded(&[], OriginKind::Agent, None, ""),
            Origin::Corporate => self.corporate(),
            Origin::Endpoint(vpc, endpoint) => self.at_endpoint(vpc, endpoint),
            Origin::ForeignEndpoint => at_foreign(
                "starts in a stranger's VPC with an endpoint of its own",
                self.foreign_endpoint("foreign-endpoint"),
            ),
            Origin::Forwarded => self.forwarded(&[], OriginKind::Forwarded, None, ""),
            Origin::Internet(family) => self.internet(*family),
            Origin::Machines(..) | Origin::Union(_) => Vec::new(),
            Origin::Nat(addresses) => behind_nat(addresses),
            Origin::OrganizationEndpoint => at_foreign(
                "starts in an unlisted VPC of the organization",
                self.organization_endpoint(),
            ),
            Origin::ServiceNetwork => {
                let sets = self.service_network("service-network");
                let text = "starts in the network of an AWS service";
                starting(Outcome::ServiceNetwork, text, sets)
            }
            Origin::ServicePrincipal { ours } => {
                let text = "an AWS service calls as itself: network keys are redacted";
                starting(Outcome::Service, text, vec![self.service_principal(*ours)])
            }
            Origin::ServiceSide => {
                let text = "an AWS service uses a role of ours from its own network";
                starting(Outcome::Service, text, self.service_side())
            }
        }
    }

    fn internet(&self, ipv6: Option<bool>) -> Vec<Arrival> {
        let known = self.all_known_addresses();
        let slot = match ipv6 {
            Some(ipv6) => Slot::public_of(ipv6, &known),
            None => Slot::public_except(&known),
        };
        let set = ContextSet::direct("internet").with([(SOURCE_IP, slot)]).without_endpoint();
        starting(Outcome::Public { seen: Vec::new() }, "starts on the internet", vec![set])
    }

    fn corporate(&self) -> Vec<Arrival> {
        let seen = self.corporate_addresses();
        let slot = Slot::Address { within: seen.clone(), except: Vec::new() };
        let set = ContextSet::direct("corporate").with([(SOURCE_IP, slot)]).without_endpoint();
        let sets = if seen.is_empty() { Vec::new() } else { vec![set] };
        starting(Outcome::Public { seen }, "starts behind a public address of the company", sets)
    }

    fn at_endpoint(&self, vpc: &Vpc, endpoint: &Endpoint) -> Vec<Arrival> {
        let set = self.through(vpc, endpoint, Slot::any_address(), endpoint.display());
        let (gateway, client) = (endpoint.is_gateway(), Vec::new());
        let endpoint = endpoint.id.clone();
        let outcome = if gateway {
            Outcome::Gateway { endpoint, client }
        } else {
            Outcome::Interface { endpoint, client }
        };
        starting(outcome, "starts wherever the endpoint is reached from", vec![set])
    }

    /// O15: endpoint ids that are not in the file. In the regions of our VPCs a foreign VPC has
    /// another id; elsewhere it may have the same (AX10), which the constraint adds.
    pub(super) fn foreign_endpoint(&self, label: &str) -> ContextSet {
        let endpoints = self.endpoints().map(|(_, it)| it.id.clone()).collect();
        let vpcs = self.vpcs.iter().map(|vpc| vpc.id.clone()).collect();
        let arns = self.vpcs.iter().filter_map(Vpc::arn).map(Box::from).collect();
        let accounts = self.accounts.iter().map(|account| account.id.clone()).collect();
        let paths = Slot::Optional(Box::new(Slot::Many(vec!["o-evil5678c1/r-0bad/".into()])));
        let mut set = ContextSet::direct(label).with([
            (SOURCE_IP, Slot::Absent),
            (VPC_SOURCE_IP, Slot::any_address()),
            (SOURCE_VPC, foreign("vpc-*", vpcs, "vpc-0bad0bad0bad0bad0")),
            (SOURCE_VPCE, foreign("vpce-*", endpoints, "vpce-0bad0000000000001")),
        ]);
        set.service_keys = vec![
            (
                ServiceKey::SourceVpcArn,
                foreign(
                    "arn:aws:ec2:*:vpc/vpc-*",
                    arns,
                    "arn:aws:ec2:eu-west-1:666677778888:vpc/vpc-0bad0bad0bad0bad0",
                ),
            ),
            (ServiceKey::VpceAccount, foreign("????????????", accounts, "666677778888")),
            (ServiceKey::VpceOrgId, self.other_organization()),
            (ServiceKey::VpceOrgPaths, paths),
        ];
        set
    }

    pub(super) fn organization_endpoint(&self) -> ContextSet {
        let mut set = self.foreign_endpoint("organization-endpoint");
        let id = self.organization.as_ref().map(|it| it.id.clone()).unwrap_or_default();
        set.service_keys.retain(|(key, _)| {
            !matches!(
                key,
                ServiceKey::VpceAccount | ServiceKey::VpceOrgId | ServiceKey::VpceOrgPaths
            )
        });
        let account = foreign("????????????", Vec::new(), "444455556666");
        set.service_keys.push((ServiceKey::VpceAccount, account));
        set.service_keys.push((ServiceKey::VpceOrgId, Slot::OneOf(vec![id])));
        set
    }
}

/// Arrivals by a path that has one step.
fn starting(outcome: Outcome, text: &str, sets: Vec<ContextSet>) -> Vec<Arrival> {
    let path = Path { outcome, steps: vec![step(Part::Start, text)], uncertain: None };
    arrivals(&path, sets)
}

fn at_foreign(text: &str, set: ContextSet) -> Vec<Arrival> {
    starting(Outcome::ForeignEndpoint, text, vec![set])
}

fn behind_nat(addresses: &[AddressRange]) -> Vec<Arrival> {
    let slot = Slot::Address { within: addresses.to_vec(), except: Vec::new() };
    let set = ContextSet::direct("nat").with([(SOURCE_IP, slot)]).without_endpoint();
    let text = "starts behind a public address of one of our VPCs";
    starting(Outcome::Public { seen: addresses.to_vec() }, text, vec![set])
}
