//! Routes: from a place to an endpoint or to public addresses (perimeter §1.2, *hop*).
//!
//! Only the way there is modelled. Routes back, network ACLs and the reachability of DNS itself are
//! taken to be in order.

mod groups;
mod public;
mod transit;

use std::net::IpAddr;

use super::model::{
    Destination, Endpoint, EndpointAddresses, EndpointType, LinkType, NatGateway, Network, Route,
    Site, Subnet, TransitGateway, Vpc,
};
use super::path::{Outcome, Part, Path, Place, Start, Step, step};
use super::uncertain::{self, Uncertainty};
use crate::text::AddressRange;
use public::{family, own_ipv6};
use transit::{Hop, delivered};

/// The most hops that a way takes: routes may go in circles, and where tables differ each round
/// doubles the ways.
const MAX_HOPS: usize = 12;

/// A way in words, and the addresses that the client has at its end if they are translated.
type Way = (String, Vec<AddressRange>);

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
        let own: Vec<&Subnet> = vpc.subnets.iter().filter(|it| subnets.contains(&it.id)).collect();
        if own.is_empty() {
            let text = format!("`{name}` is in no subnet");
            return vec![unreachable(Vec::new(), Part::Endpoint, text)];
        }
        let clients = clients(start, address_type(endpoint, &own));
        if clients.is_empty() {
            let text = format!("`{name}` does not take addresses of the client's family");
            return vec![unreachable(Vec::new(), Part::Endpoint, text)];
        }
        let mut paths = Vec::new();
        for Client { ipv6, addresses, uncertain } in clients {
            let interfaces = interfaces(&own, ipv6);
            let start = Start { addresses, ipv6, ..start.clone() };
            let ways = match self.ways_to(&start, vpc, &interfaces) {
                Ok(ways) => ways,
                Err(refused) => {
                    paths.push(unreachable(Vec::new(), Part::Route, refused));
                    continue;
                }
            };
            for (text, translated) in ways {
                let steps = vec![step(Part::Route, text)];
                let client = if translated.is_empty() { &start.addresses } else { &translated };
                let path = self.to_interfaces(&start, (vpc, endpoint), &interfaces, client, steps);
                paths.push(Path { uncertain, ..path });
            }
        }
        open_ways(paths)
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
                self.ways_by_route(start, (own, &route.via), vpc, address, 0)
            }
            Place::Site(site) => self.ways_by_link(start, site, vpc, address),
        }
    }

    /// The ways of a route of the VPC `own` to a private address in `vpc`. `depth` counts what hands
    /// the traffic on, in case routes go in a circle.
    fn ways_by_route(
        &self,
        start: &Start<'_>,
        (own, via): (&Vpc, &str),
        vpc: &Vpc,
        address: IpAddr,
        depth: usize,
    ) -> Result<Vec<Way>, String> {
        let name = vpc.display();
        let deeper = depth.saturating_add(1);
        if MAX_HOPS < depth {
            return Err(format!("the routes to {address} go in a circle"));
        }
        if let Some(peering) = self.peerings.iter().find(|it| *it.id == *via) {
            return if peering.vpcs.contains(&vpc.id) {
                let text = format!("the peering connection `{via}` leads to `{name}`");
                Ok(vec![(text, Vec::new())])
            } else {
                Err(format!("the peering connection `{via}` does not lead to `{name}`"))
            };
        }
        if let Some(tgw) = self.transit_gateway(via) {
            return self.ways_by_transit(start, (tgw, &own.id), vpc, address, deeper);
        }
        if let Some(next) = self.appliance(via).and_then(|it| it.next.as_deref()) {
            let ways = self.ways_by_route(start, (own, next), vpc, address, deeper)?;
            return Ok(after(&format!("`{via}` hands it on"), ways));
        }
        if let Some((owner, nat)) = self.nat_gateway(via).filter(|(_, nat)| nat.private) {
            let route = nat_route(owner, nat, |routes| best_route(routes, address));
            let Some(route) = route else {
                return Err(format!("`{via}` has no route to {address}"));
            };
            let ways = self.ways_by_route(start, (owner, &route.via), vpc, address, deeper)?;
            let ways = translated(ways, &nat.addresses);
            return Ok(after(&format!("`{via}` puts its private address in"), ways));
        }
        if let Some(link) = self.links.iter().find(|link| &*link.name == via) {
            return Err(format!(
                "the route to {address} is by `{}` to the site `{}`",
                link.name, link.site
            ));
        }
        Err(format!("the route to {address} is by `{via}`, which leads to no private address"))
    }

    /// The ways of a transit gateway, for what comes from an attachment, to a private address in
    /// `vpc`: it leads there, to a peered gateway, or to a VPC that hands it on.
    fn ways_by_transit(
        &self,
        start: &Start<'_>,
        (tgw, from): (&TransitGateway, &str),
        vpc: &Vpc,
        address: IpAddr,
        depth: usize,
    ) -> Result<Vec<Way>, String> {
        let (via, deeper) = (&tgw.id, depth.saturating_add(1));
        if MAX_HOPS < depth {
            return Err(format!("the routes to {address} go in a circle"));
        }
        match self.hop(tgw, from, address) {
            Some(Hop::Vpc(hop)) if hop.id == vpc.id => {
                let text = format!("the transit gateway `{via}` leads to `{}`", vpc.display());
                Ok(vec![(text, Vec::new())])
            }
            Some(Hop::Vpc(other)) => {
                let mut refused = format!("`{}` has no route to {address}", other.display());
                let mut ways = Vec::new();
                for route in delivered(tgw, other, start, |routes| best_route(routes, address)) {
                    let end = (other, &*route.via);
                    match self.ways_by_route(start, end, vpc, address, deeper) {
                        Ok(found) => ways.extend(found),
                        Err(reason) => refused = reason,
                    }
                }
                let text = format!("the transit gateway `{via}` leads to `{}`", other.display());
                if ways.is_empty() { Err(refused) } else { Ok(after(&text, ways)) }
            }
            Some(Hop::Gateway(next)) => {
                let ways = self.ways_by_transit(start, (next, via), vpc, address, deeper)?;
                Ok(after(&format!("the transit gateway `{via}` leads to its peer"), ways))
            }
            Some(Hop::Site(_)) | None => {
                Err(format!("the transit gateway `{via}` has no route to {address}"))
            }
        }
    }

    /// The ways of a site's private links to an address in `vpc`.
    fn ways_by_link(
        &self,
        start: &Start<'_>,
        site: &Site,
        vpc: &Vpc,
        address: IpAddr,
    ) -> Result<Vec<Way>, String> {
        let name = vpc.display();
        let mut ways = Vec::new();
        for link in self.links.iter().filter(|link| link.site == site.name) {
            let Some(to) = &link.to else { continue };
            let words = link_words(link.link_type);
            match self.transit_gateway(to) {
                Some(tgw) => {
                    let through = (tgw, &*link.name);
                    let found = self.ways_by_transit(start, through, vpc, address, 0);
                    let found = translated(found.unwrap_or_default(), &link.addresses);
                    ways.extend(after(&format!("{words} `{}`", link.name), found));
                }
                None if *to == vpc.id && vpc.contains(address) => {
                    let text = format!("{words} `{}` leads to `{name}`", link.name);
                    ways.push((text, link.addresses.clone()));
                }
                None => (),
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
}

/// Ways with words before their own.
fn after(text: &str, ways: Vec<Way>) -> Vec<Way> {
    ways.into_iter().map(|(own, client)| (format!("{text}: {own}"), client)).collect()
}

/// Ways whose client has these addresses, where nothing further on translates them.
fn translated(ways: Vec<Way>, addresses: &[AddressRange]) -> Vec<Way> {
    let of = |client: Vec<AddressRange>| {
        if client.is_empty() { addresses.to_vec() } else { client }
    };
    ways.into_iter().map(|(text, client)| (text, of(client))).collect()
}

fn link_words(link_type: LinkType) -> &'static str {
    match link_type {
        LinkType::PrivateVif => "the private virtual interface",
        LinkType::PublicVif => "the public virtual interface",
        LinkType::TransitVif => "the transit virtual interface",
        LinkType::Vpn => "the VPN",
    }
}

/// The ways that lead somewhere; if there are none, the ways that do not.
fn open_ways(paths: Vec<Path>) -> Vec<Path> {
    let open = |path: &Path| path.outcome != Outcome::Unreachable;
    if !paths.iter().any(open) {
        return paths;
    }
    paths.into_iter().filter(open).collect()
}

/// An address of one family of each of an endpoint's network interfaces.
fn interfaces(subnets: &[&Subnet], ipv6: bool) -> Vec<IpAddr> {
    let ranges = subnets.iter().filter_map(|subnet| {
        let of_family = |it: &AddressRange| it.net().addr().is_ipv6() == ipv6;
        std::iter::once(subnet.cidr).chain(subnet.ipv6).find(of_family)
    });
    ranges.filter_map(|range| range.net().hosts().nth(3)).collect()
}

/// The address type of an endpoint: as the file says, else as its subnets allow (PrivateLink Guide,
/// "IP address types"). None where they allow several.
fn address_type(endpoint: &Endpoint, subnets: &[&Subnet]) -> Option<EndpointAddresses> {
    let has_v4 = |subnet: &&Subnet| !subnet.cidr.net().addr().is_ipv6();
    let has_v6 = |subnet: &&Subnet| subnet.ipv6.is_some() || !has_v4(subnet);
    if endpoint.addresses.is_some() {
        endpoint.addresses
    } else if !subnets.iter().any(has_v6) {
        Some(EndpointAddresses::Ipv4)
    } else if !subnets.iter().any(has_v4) {
        Some(EndpointAddresses::Ipv6)
    } else {
        None
    }
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

/// Addresses of one family that a client may have at an endpoint, with the undocumented fact that
/// they depend on.
struct Client {
    ipv6: bool,
    addresses: Vec<AddressRange>,
    uncertain: Option<&'static Uncertainty>,
}

/// The addresses that a client may have at an endpoint of this address type. Where the type is not
/// known, the endpoint may take IPv6 from who talks it.
fn clients(start: &Start<'_>, takes: Option<EndpointAddresses>) -> Vec<Client> {
    let of = |ipv6, addresses, uncertain| Client { ipv6, addresses, uncertain };
    if start.addresses.is_empty() {
        return vec![of(start.ipv6, Vec::new(), None)];
    }
    let (v4, v6) = (family(&start.addresses, false), own_ipv6(start));
    let all = match takes {
        Some(EndpointAddresses::Ipv6) => vec![of(true, v6, None)],
        Some(EndpointAddresses::Dualstack) => {
            let mut all = vec![of(false, v4, None), of(true, v6, None)];
            all.retain(|it| !it.addresses.is_empty());
            if start.ipv6 {
                all.reverse();
            }
            all.truncate(if start.every { 2 } else { 1 });
            all
        }
        None if start.ipv6 || v4.is_empty() => {
            vec![of(false, v4, None), of(true, v6, Some(&uncertain::DUALSTACK_ENDPOINT))]
        }
        Some(EndpointAddresses::Ipv4) | None => vec![of(false, v4, None)],
    };
    all.into_iter().filter(|it| !it.addresses.is_empty()).collect()
}
