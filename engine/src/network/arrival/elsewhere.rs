//! Arrivals from origins that are no place in the file.

use super::super::context::{ContextSet, SOURCE_IP, Slot};
use super::super::model::{Endpoint, Network, OriginKind, Vpc};
use super::super::origin::Origin;
use super::super::path::{Outcome, Part, Path, step};
use super::forwarded::forwarded_by;
use super::unlisted::Owner;
use super::{Arrival, arrivals};
use crate::text::AddressRange;

impl Network {
    /// Arrivals from an origin that is no place in the file.
    pub(super) fn anywhere(&self, origin: &Origin<'_>) -> Vec<Arrival> {
        match origin {
            Origin::Agent => forwarded_by(OriginKind::Agent),
            Origin::Corporate => self.corporate(),
            Origin::Endpoint(vpc, endpoint) => self.at_endpoint(vpc, endpoint),
            Origin::Forwarded => forwarded_by(OriginKind::Forwarded),
            Origin::Internet(family) => self.internet(*family),
            Origin::Machines(..) | Origin::Union(_) => Vec::new(),
            Origin::Nat(addresses) => behind_nat(addresses),
            Origin::OffNetworkForwarded => self.forwarded_off_network(),
            Origin::OnNetworkForwarded => self.forwarded_on_network(),
            Origin::ServiceNetwork => {
                let sets = self.service_network("service-network");
                let text = "starts in the network of an AWS service";
                starting(Outcome::ServiceNetwork, text, sets)
            }
            Origin::ServicePrincipal { ours } => {
                let text = "an AWS service calls as itself: network keys are redacted";
                let members = self.service_for_members().filter(|_| *ours);
                let own = std::iter::once(self.service_principal(*ours));
                starting(Outcome::Service, text, own.chain(members).collect())
            }
            Origin::ServiceForAnybody => {
                let text = "an AWS service calls as itself for whoever calls it";
                starting(Outcome::Service, text, vec![self.service_for_anybody()])
            }
            Origin::ServiceSide => {
                let text = "an AWS service uses a role of ours from its own network";
                starting(Outcome::Service, text, self.service_side())
            }
            Origin::Unlisted(owner) => self.at_unlisted(*owner),
        }
    }

    fn at_unlisted(&self, owner: Owner<'_>) -> Vec<Arrival> {
        let (label, text) = match owner {
            Owner::Account(_) => {
                ("account-endpoint", "starts in a VPC of our account that is not in the file")
            }
            Owner::Organization => {
                ("organization-endpoint", "starts in an unlisted VPC of the organization")
            }
            Owner::Unit(_) => {
                ("organization-endpoint", "starts in an unlisted VPC of a trusted unit")
            }
            Owner::Stranger => {
                ("foreign-endpoint", "starts in a stranger's VPC with an endpoint of its own")
            }
            Owner::Vpc(_) => {
                ("outside-endpoint", "starts in an outside VPC with an endpoint of its own")
            }
        };
        starting(Outcome::ForeignEndpoint, text, vec![self.unlisted(owner, label)])
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
}

/// Arrivals by a path that has one step.
fn starting(outcome: Outcome, text: &str, sets: Vec<ContextSet>) -> Vec<Arrival> {
    let path = Path { outcome, steps: vec![step(Part::Start, text)], uncertain: None };
    arrivals(&path, sets)
}

fn behind_nat(addresses: &[AddressRange]) -> Vec<Arrival> {
    let slot = Slot::Address { within: addresses.to_vec(), except: Vec::new() };
    let set = ContextSet::direct("nat").with([(SOURCE_IP, slot)]).without_endpoint();
    let text = "starts behind a public address of one of our VPCs";
    starting(Outcome::Public { seen: addresses.to_vec() }, text, vec![set])
}
