//! Routes: from a place to an endpoint or to public addresses (perimeter §1.2, *hop*).
//!
//! Only the way there is modelled. Routes back, network ACLs and the reachability of DNS itself are
//! taken to be in order.

mod groups;
mod public;

use std::net::IpAddr;

use super::model::{
    Destination, Endpoint, EndpointAddresses, EndpointType, LinkType, NatGateway, Network, Route,
    Site, TransitGateway, Vpc,
};
use super::path::{Outcome, Part, Path, Place, Start, Step, step};
use super::uncertain::{self, Uncertainty};
use crate::text::AddressRange;
use public::{family, own_ipv6};

/// The most hops that a way takes, in case routes go in a circle.
const MAX_HOPS: usize = 32;

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
    /// The ways to the network interfaces of an endpoint: one, unless the client has addresses of
    /// both families, or tries every way.
    pub(super) fn to_endpoint(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        endpoint: &Endpoint,
    ) -> Vec<Path> {
        let name = endpoint.display();
        let EndpointType::Interface { subnets, .. } = &endpoint.endpoint_type else {
            let text = format!("`{name}` is a gateway endpoint: it has no host name");
            return vec![unreachable(Vec::new(), Part::Endpoint, text)];
        };
        let interfaces = interfaces(vpc, subnets);
        if interfaces.is_empty() {
            let text = format!("`{name}` is in no subnet");
            return vec![unreachable(Vec::new(), Part::Endpoint, text)];
        }
        let clients = clients(start, endpoint);
        if clients.is_empty() {
            let text = format!("`{name}` does not take addresses of the client's family");
            return vec![unreachable(Vec::new(), Part::Endpoint, text)];
        }
        let ways = match self.ways_to(start, vpc, &interfaces) {
            Ok(ways) => ways,
            Err(refused) => return vec![unreachable(Vec::new(), Part::Route, refused)],
        };
        let mut paths = Vec::new();
        for (addresses, uncertain) in clients {
            for (text, translated) in &ways {
                let start = Start { addresses: addresses.clone(), ..start.clone() };
                let steps = vec![step(Part::Route, text.clone())];
                let client = if translated.is_empty() { &addresses } else { translated };
                let path = self.to_interfaces(&start, (vpc, endpoint), &interfaces, client, steps);
                paths.push(Path { uncertain, ..path });
            }
        }
        paths
    }

    /// The end of a way to network interfaces: the security groups of both sides decide.
    fn to_interfaces(
        &self,
        start: &Start<'_>,
        (vpc, endpoint): (&Vpc, &Endpoint),
        interfaces: &[IpAddr],
        client: &[AddressRange],
        mut steps: Vec<Step>,
    ) -> Path {
        let name = endpoint.display();
        let groups = match &endpoint.endpoint_type {
            EndpointType::Interface { security_groups, .. } => &security_groups[..],
            EndpointType::Gateway { .. } => &[],
        };
        if let Some(reason) = self.egress_refuses(start, interfaces, groups, None) {
            return unreachable(steps, Part::SecurityGroup, reason);
        }
        let mut client = client.to_vec();
        let text = if groups.is_empty() {
            "the file gives the endpoint no security group: taken to let everybody in".to_owned()
        } else {
            client = self.admitted(groups, start, &client);
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

    /// The ways to one of the addresses, the first one only for who takes the plain way; or why the
    /// last address is not reached.
    fn ways_to(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        addresses: &[IpAddr],
    ) -> Result<Vec<Way>, String> {
        let mut refused = String::new();
        let mut ways: Vec<Way> = Vec::new();
        for address in addresses {
            match self.way_to_vpc(start, vpc, *address) {
                Ok(found) => ways.extend(found),
                Err(reason) => refused = reason,
            }
            if !ways.is_empty() && !start.every {
                ways.truncate(1);
                break;
            }
        }
        ways.dedup();
        if ways.is_empty() { Err(refused) } else { Ok(ways) }
    }

    /// The ways of `start` to an address in `vpc`, each with the addresses that it is translated to;
    /// or why there is none.
    fn way_to_vpc(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        address: IpAddr,
    ) -> Result<Vec<Way>, String> {
        match start.place {
            Place::Subnet(own, _) if own.id == vpc.id => {
                let text = format!("the local route of `{}` reaches it", vpc.display());
                Ok(vec![(text, Vec::new())])
            }
            Place::Subnet(own, subnet) => {
                let routes = own.table_of(subnet).map(|it| &*it.routes).unwrap_or_default();
                let Some(route) = best_route(routes, address) else {
                    return Err(format!("`{}` has no route to {address}", subnet.display()));
                };
                self.way_by_route(&route.via, vpc, address, 0).map(|way| vec![way])
            }
            Place::Site(site) => self.ways_by_link(site, vpc, address),
        }
    }

    /// The way of a route to a private address in `vpc`. `depth` counts what hands the traffic on,
    /// in case routes go in a circle.
    fn way_by_route(
        &self,
        via: &str,
        vpc: &Vpc,
        address: IpAddr,
        depth: usize,
    ) -> Result<Way, String> {
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
        if depth < MAX_HOPS
            && let Some(next) = self.appliance(via).and_then(|it| it.next.as_deref())
        {
            let deeper = depth.saturating_add(1);
            let (text, client) = self.way_by_route(next, vpc, address, deeper)?;
            return Ok((format!("`{via}` hands it on: {text}"), client));
        }
        if depth < MAX_HOPS
            && let Some((owner, nat)) = self.nat_gateway(via).filter(|(_, nat)| nat.private)
        {
            let route = nat_route(owner, nat, |routes| best_route(routes, address));
            let Some(route) = route else {
                return Err(format!("`{via}` has no route to {address}"));
            };
            let deeper = depth.saturating_add(1);
            let (text, client) = self.way_by_route(&route.via, vpc, address, deeper)?;
            let client = if client.is_empty() { nat.addresses.clone() } else { client };
            return Ok((format!("`{via}` puts its private address in: {text}"), client));
        }
        if let Some(link) = self.links.iter().find(|link| &*link.name == via) {
            return Err(format!(
                "the route to {address} is by `{}` to the site `{}`",
                link.name, link.site
            ));
        }
        Err(format!("the route to {address} is by `{via}`, which leads to no private address"))
    }

    /// The ways of a site's private links to an address in `vpc`.
    fn ways_by_link(&self, site: &Site, vpc: &Vpc, address: IpAddr) -> Result<Vec<Way>, String> {
        let name = vpc.display();
        let mut ways = Vec::new();
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
                ways.push((text, link.addresses.clone()));
            }
        }
        if ways.is_empty() {
            return Err(format!(
                "no private link of `{}` reaches {address} in `{name}`",
                site.name
            ));
        }
        Ok(ways)
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

/// The route of a private NAT gateway's subnet, as `choose` picks it.
fn nat_route<'n>(
    vpc: &'n Vpc,
    nat: &NatGateway,
    choose: impl Fn(&'n [Route]) -> Option<&'n Route>,
) -> Option<&'n Route> {
    let address = nat.addresses.first()?.net().addr();
    let subnet = vpc.subnets.iter().find(|it| it.cidr.contains(address))?;
    choose(&vpc.table_of(subnet)?.routes)
}

/// The addresses that a client may have at an endpoint, each with the undocumented fact that it
/// depends on: the endpoint's address type, where the file does not say it and the client talks
/// IPv6 (PrivateLink Guide, "IP address types").
fn clients(
    start: &Start<'_>,
    endpoint: &Endpoint,
) -> Vec<(Vec<AddressRange>, Option<&'static Uncertainty>)> {
    let (v4, v6) = (family(&start.addresses, false), own_ipv6(start));
    let all = match endpoint.addresses {
        Some(EndpointAddresses::Ipv4) => vec![(v4, None)],
        Some(EndpointAddresses::Ipv6) => vec![(v6, None)],
        Some(EndpointAddresses::Dualstack) => {
            let (first, second) = if start.ipv6 { (v6, v4) } else { (v4, v6) };
            let both = start.every || first.is_empty();
            let second = (if both { second } else { Vec::new() }, None);
            vec![(first, None), second]
        }
        None if start.addresses.is_empty() => return vec![(Vec::new(), None)],
        None if start.ipv6 => vec![(v4, None), (v6, Some(&uncertain::DUALSTACK_ENDPOINT))],
        None => vec![(start.addresses.clone(), None)],
    };
    all.into_iter().filter(|(addresses, _)| !addresses.is_empty()).collect()
}
