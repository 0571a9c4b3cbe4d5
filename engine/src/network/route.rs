//! Routes: from a place to an endpoint or to public addresses (perimeter §1.2, *hop*).
//!
//! Only the way there is modelled. Routes back, network ACLs and the reachability of DNS itself are
//! taken to be in order.

mod groups;
mod public;

use std::net::IpAddr;

use super::model::{
    Destination, Endpoint, EndpointType, LinkType, Network, Route, Site, TransitGateway, Vpc,
};
use super::path::{Outcome, Part, Path, Place, Start, Step, step};
use crate::text::AddressRange;

/// A way in words, and the addresses that the client has at its end if they are translated.
type Way = (String, Vec<AddressRange>);

/// The target of a transit gateway's route.
enum Hop<'n> {
    Site(&'n Site),
    Vpc(&'n Vpc),
}

fn path(outcome: Outcome, steps: Vec<Step>) -> Path {
    Path { outcome, steps, uncertain: None }
}

fn unreachable(mut steps: Vec<Step>, part: Part, text: String) -> Path {
    steps.push(step(part, text));
    path(Outcome::Unreachable, steps)
}
/// The route for an address: the longest prefix wins.
fn best_route(routes: &[Route], address: IpAddr) -> Option<&Route> {
    let length = |route: &&Route| match &route.to {
        Destination::Range(range) if range.contains(address) => Some(range.net().prefix_len()),
        _ => None,
    };
    routes.iter().filter(|route| length(route).is_some()).max_by_key(length)
}

impl Network {
    /// The way to the network interfaces of an endpoint.
    pub(super) fn to_endpoint(&self, start: &Start<'_>, vpc: &Vpc, endpoint: &Endpoint) -> Path {
        let name = endpoint.display();
        let EndpointType::Interface { subnets, security_groups, .. } = &endpoint.endpoint_type
        else {
            let text = format!("`{name}` is a gateway endpoint: it has no host name");
            return unreachable(Vec::new(), Part::Endpoint, text);
        };
        let interfaces = interfaces(vpc, subnets);
        if interfaces.is_empty() {
            let text = format!("`{name}` is in no subnet");
            return unreachable(Vec::new(), Part::Endpoint, text);
        }
        let (text, translated) = match self.first_way(start, vpc, &interfaces) {
            Ok(way) => way,
            Err(refused) => return unreachable(Vec::new(), Part::Route, refused),
        };
        let mut steps = vec![step(Part::Route, text)];
        if let Some(reason) = self.egress_refuses(start, &interfaces, security_groups, None) {
            return unreachable(steps, Part::SecurityGroup, reason);
        }
        let mut client = if translated.is_empty() { start.addresses.clone() } else { translated };
        let text = if security_groups.is_empty() {
            "the file gives the endpoint no security group: taken to let everybody in".to_owned()
        } else {
            client = self.admitted(security_groups, start, &client);
            if client.is_empty() {
                let words = start.words();
                let text = format!("no security group of `{name}` lets {words} in on 443");
                return unreachable(steps, Part::SecurityGroup, text);
            }
            format!("a security group of `{name}` lets it in on 443")
        };
        steps.push(step(Part::SecurityGroup, text));
        let text = format!("interface endpoint `{}` of `{}`", endpoint.id, vpc.display());
        steps.push(step(Part::Endpoint, text));
        path(Outcome::Interface { endpoint: endpoint.id.clone(), client }, steps)
    }

    /// The first way to one of the addresses, or why the last one is not reached.
    fn first_way(&self, start: &Start<'_>, vpc: &Vpc, addresses: &[IpAddr]) -> Result<Way, String> {
        let mut refused = String::new();
        for address in addresses {
            match self.way_to_vpc(start, vpc, *address) {
                Ok(way) => return Ok(way),
                Err(reason) => refused = reason,
            }
        }
        Err(refused)
    }

    /// The way of `start` to an address in `vpc`, with the addresses it is translated to; or why
    /// there is none.
    fn way_to_vpc(&self, start: &Start<'_>, vpc: &Vpc, address: IpAddr) -> Result<Way, String> {
        match start.place {
            Place::Subnet(own, _) if own.id == vpc.id => {
                Ok((format!("the local route of `{}` reaches it", vpc.display()), Vec::new()))
            }
            Place::Subnet(own, subnet) => {
                let routes = own.table_of(subnet).map(|it| &*it.routes).unwrap_or_default();
                let Some(route) = best_route(routes, address) else {
                    return Err(format!("`{}` has no route to {address}", subnet.display()));
                };
                self.way_by_route(&route.via, vpc, address)
            }
            Place::Site(site) => self.way_by_link(site, vpc, address),
        }
    }

    /// The way of a route to a private address in `vpc`.
    fn way_by_route(&self, via: &str, vpc: &Vpc, address: IpAddr) -> Result<Way, String> {
        let name = vpc.display();
        if let Some(peering) = self.peerings.iter().find(|it| *it.id == *via) {
            return if peering.vpcs.contains(&vpc.id) {
                Ok((format!("the peering connection `{via}` leads to `{name}`"), Vec::new()))
            } else {
                Err(format!("the peering connection `{via}` does not lead to `{name}`"))
            };
        }
        if let Some(tgw) = self.transit_gateway(via) {
            return match self.hop(tgw, address) {
                Some(Hop::Vpc(hop)) if hop.id == vpc.id => {
                    Ok((format!("the transit gateway `{via}` leads to `{name}`"), Vec::new()))
                }
                _ => Err(format!("the transit gateway `{via}` has no route to {address}")),
            };
        }
        Err(format!("the route to {address} is by `{via}`, which leads to no private address"))
    }

    /// The way of a site's private links to an address in `vpc`.
    fn way_by_link(&self, site: &Site, vpc: &Vpc, address: IpAddr) -> Result<Way, String> {
        let name = vpc.display();
        for link in self.links.iter().filter(|link| link.site == site.name) {
            let Some(to) = &link.to else { continue };
            let reaches = match self.transit_gateway(to) {
                Some(tgw) => {
                    matches!(self.hop(tgw, address), Some(Hop::Vpc(hop)) if hop.id == vpc.id)
                }
                None => *to == vpc.id && vpc.contains(address),
            };
            if reaches {
                let words = link_words(link.link_type);
                let text = format!("{words} `{}` leads to `{name}`", link.name);
                return Ok((text, link.addresses.clone()));
            }
        }
        Err(format!("no private link of `{}` reaches {address} in `{name}`", site.name))
    }

    /// Target of a transit gateway for an address.
    fn hop<'n>(&'n self, tgw: &'n TransitGateway, address: IpAddr) -> Option<Hop<'n>> {
        let longest = |ranges: &[AddressRange]| {
            let inside = ranges.iter().filter(|range| range.contains(address));
            inside.map(|range| range.net().prefix_len()).max()
        };
        let vpcs = tgw.attachments.iter().filter_map(|id| self.vpc(id));
        let vpcs = vpcs.filter_map(|vpc| Some((longest(&vpc.cidrs)?, Hop::Vpc(vpc))));
        let sites = self
            .links
            .iter()
            .filter(|link| link.to.as_ref() == Some(&tgw.id))
            .filter_map(|link| self.site(&link.site));
        let sites = sites.filter_map(|site| Some((longest(&site.cidrs)?, Hop::Site(site))));
        let fixed = best_route(&tgw.routes, address).and_then(|route| {
            let Destination::Range(range) = &route.to else { return None };
            Some((range.net().prefix_len(), self.hop_of(route)?))
        });
        vpcs.chain(sites).chain(fixed).max_by_key(|(length, _)| *length).map(|(_, hop)| hop)
    }

    fn hop_of(&self, route: &Route) -> Option<Hop<'_>> {
        if let Some(vpc) = self.vpc(&route.via) {
            return Some(Hop::Vpc(vpc));
        }
        let site = match self.links.iter().find(|link| link.name == route.via) {
            Some(link) => self.site(&link.site),
            None => self.site(&route.via),
        };
        site.map(Hop::Site)
    }
}

fn link_words(link_type: LinkType) -> &'static str {
    match link_type {
        LinkType::PrivateVif => "the private virtual interface",
        LinkType::PublicVif => "the public virtual interface",
        LinkType::TransitVif => "the transit virtual interface",
        LinkType::Vpn => "the VPN",
    }
}

/// An address of each of an endpoint's network interfaces.
fn interfaces(vpc: &Vpc, subnets: &[Box<str>]) -> Vec<IpAddr> {
    let own = vpc.subnets.iter().filter(|subnet| subnets.contains(&subnet.id));
    own.filter_map(|subnet| subnet.cidr.net().hosts().nth(3)).collect()
}
