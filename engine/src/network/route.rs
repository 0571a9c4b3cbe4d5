//! Routes: from a place to an endpoint or to public addresses (perimeter §1.2, *hop*).
//!
//! Only the way there is modelled. Routes back, network ACLs and the reachability of DNS itself are
//! taken to be in order.

use std::net::IpAddr;

use super::model::{
    Destination, Endpoint, EndpointType, LinkType, Network, Route, RouteTable, SecurityGroup, Site,
    TransitGateway, Vpc,
};
use super::path::{Outcome, Part, Path, Place, Start, Step, Target, step};
use super::uncertain;
use crate::text::AddressRange;

/// Where a route of a transit gateway leads.
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

/// Which addresses a machine may be seen with.
#[derive(Clone, Copy)]
enum Family {
    /// Of either family: a site uses what DNS and its own network offer.
    Either,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    fn of(ipv6: bool) -> Self {
        if ipv6 { Self::V6 } else { Self::V4 }
    }

    fn pick(self, ranges: &[AddressRange]) -> Vec<AddressRange> {
        match self {
            Self::Either => ranges.to_vec(),
            Self::V4 => family(ranges, false),
            Self::V6 => family(ranges, true),
        }
    }
}

/// The addresses of one family.
fn family(ranges: &[AddressRange], ipv6: bool) -> Vec<AddressRange> {
    ranges.iter().filter(|range| range.net().addr().is_ipv6() == ipv6).copied().collect()
}

/// The route for an address: the longest prefix wins.
fn best_route(routes: &[Route], address: IpAddr) -> Option<&Route> {
    let length = |route: &&Route| match &route.to {
        Destination::Range(range) if range.contains(address) => Some(range.net().prefix_len()),
        _ => None,
    };
    routes.iter().filter(|route| length(route).is_some()).max_by_key(length)
}

/// The default route of a family.
fn default_route(routes: &[Route], ipv6: bool) -> Option<&Route> {
    routes.iter().find(|route| match &route.to {
        Destination::Range(range) => {
            range.net().prefix_len() == 0 && range.net().addr().is_ipv6() == ipv6
        }
        _ => false,
    })
}

impl Network {
    /// The way to the network interfaces of an endpoint.
    pub(super) fn to_endpoint(&self, start: &Start<'_>, vpc: &Vpc, endpoint: &Endpoint) -> Path {
        let mut steps = Vec::new();
        let EndpointType::Interface { subnets, security_groups, .. } = &endpoint.endpoint_type
        else {
            let text =
                format!("`{}` is a gateway endpoint: it has no host name", endpoint.display());
            return unreachable(steps, Part::Endpoint, text);
        };
        let interfaces: Vec<IpAddr> = vpc
            .subnets
            .iter()
            .filter(|subnet| subnets.contains(&subnet.id))
            .filter_map(|subnet| subnet.cidr.net().hosts().nth(3))
            .collect();
        if interfaces.is_empty() {
            let text = format!("`{}` is in no subnet", endpoint.display());
            return unreachable(steps, Part::Endpoint, text);
        }
        let mut client = start.addresses.clone();
        let mut refused = String::new();
        let way =
            interfaces.iter().find_map(|address| match self.way_to_vpc(start, vpc, *address) {
                Ok(way) => Some(way),
                Err(reason) => {
                    refused = reason;
                    None
                }
            });
        let Some((text, translated)) = way else {
            return unreachable(steps, Part::Route, refused);
        };
        steps.push(step(Part::Route, text));
        if !translated.is_empty() {
            client = translated;
        }
        if let Some(reason) = self.egress_refuses(start, &interfaces, security_groups, None) {
            return unreachable(steps, Part::SecurityGroup, reason);
        }
        if security_groups.is_empty() {
            let text = "the file gives the endpoint no security group: taken to let everybody in";
            steps.push(step(Part::SecurityGroup, text));
        } else {
            client = self.admitted(security_groups, start, &client);
            if client.is_empty() {
                let text = format!(
                    "no security group of `{}` lets {} in on 443",
                    endpoint.display(),
                    start.words()
                );
                return unreachable(steps, Part::SecurityGroup, text);
            }
            let text = format!("a security group of `{}` lets it in on 443", endpoint.display());
            steps.push(step(Part::SecurityGroup, text));
        }
        let text = format!("interface endpoint `{}` of `{}`", endpoint.id, vpc.display());
        steps.push(step(Part::Endpoint, text));
        path(Outcome::Interface { endpoint: endpoint.id.clone(), client }, steps)
    }

    /// How `start` reaches an address in `vpc`, with the addresses it is translated to on the way;
    /// or why it does not.
    fn way_to_vpc(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        address: IpAddr,
    ) -> Result<(String, Vec<AddressRange>), String> {
        let name = vpc.display();
        match start.place {
            Place::Subnet(own, _) if own.id == vpc.id => {
                Ok((format!("the local route of `{name}` reaches it"), Vec::new()))
            }
            Place::Subnet(own, subnet) => {
                let routes = own.table_of(subnet).map(|it| &*it.routes).unwrap_or_default();
                let Some(route) = best_route(routes, address) else {
                    return Err(format!("`{}` has no route to {address}", subnet.display()));
                };
                let via = &*route.via;
                if let Some(peering) = self.peerings.iter().find(|it| *it.id == *via) {
                    return if peering.vpcs.contains(&vpc.id) {
                        Ok((
                            format!("the peering connection `{via}` leads to `{name}`"),
                            Vec::new(),
                        ))
                    } else {
                        Err(format!("the peering connection `{via}` does not lead to `{name}`"))
                    };
                }
                if let Some(tgw) = self.transit_gateway(via) {
                    return match self.hop(tgw, address) {
                        Some(Hop::Vpc(hop)) if hop.id == vpc.id => Ok((
                            format!("the transit gateway `{via}` leads to `{name}`"),
                            Vec::new(),
                        )),
                        _ => Err(format!("the transit gateway `{via}` has no route to {address}")),
                    };
                }
                Err(format!(
                    "the route to {address} is by `{via}`, which leads to no private address"
                ))
            }
            Place::Site(site) => {
                let links = self.links.iter().filter(|link| link.site == site.name);
                for link in links {
                    let Some(to) = &link.to else { continue };
                    let reaches = match self.transit_gateway(to) {
                        Some(tgw) => {
                            matches!(self.hop(tgw, address), Some(Hop::Vpc(hop)) if hop.id == vpc.id)
                        }
                        None => *to == vpc.id && vpc.contains(address),
                    };
                    if reaches {
                        let text = format!(
                            "{} `{}` leads to `{name}`",
                            link_words(link.link_type),
                            link.name
                        );
                        return Ok((text, link.addresses.clone()));
                    }
                }
                Err(format!("no private link of `{}` reaches {address} in `{name}`", site.name))
            }
        }
    }

    /// Where a transit gateway sends an address.
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

    /// The ways to the public addresses of a service.
    pub(super) fn to_public(&self, start: &Start<'_>, target: Target<'_>) -> Vec<Path> {
        match start.place {
            Place::Site(site) => vec![self.out_of_site(site, at_site(start), Vec::new())],
            Place::Subnet(vpc, subnet) => {
                let Some(table) = vpc.table_of(subnet) else { return Vec::new() };
                self.out_of_subnet(start, vpc, table, target)
            }
        }
    }

    /// The way to public addresses at large, gateway endpoints and prefix lists left aside.
    pub(super) fn public_way(&self, start: &Start<'_>) -> Path {
        match start.place {
            Place::Site(site) => self.out_of_site(site, at_site(start), Vec::new()),
            Place::Subnet(vpc, subnet) => {
                let routes = vpc.table_of(subnet).map(|table| &*table.routes).unwrap_or_default();
                self.by_routes(start, vpc, routes)
            }
        }
    }

    /// The ways out of a subnet: part of the service's addresses may have a route of their own.
    fn out_of_subnet(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        table: &RouteTable,
        target: Target<'_>,
    ) -> Vec<Path> {
        let mut paths = Vec::new();
        let lists: Vec<_> = self
            .prefix_lists
            .iter()
            .filter(|list| {
                list.service == Some(target.service.name)
                    && list.name.as_deref() == Some(&*target.service.full_name(target.region))
            })
            .collect();
        let gateway = Self::gateway_for(vpc, table, target);
        if let Some(gateway) = gateway {
            if let Some(reason) = self.egress_refuses(start, &[], &[], Some(target.service.name)) {
                paths.push(unreachable(Vec::new(), Part::SecurityGroup, reason));
            } else if start.ipv6 {
                let mut way = Self::through_gateway(start, gateway);
                way.uncertain = Some(&uncertain::GATEWAY_IPV6);
                paths.push(self.by_routes(start, vpc, &table.routes));
                paths.push(way);
            } else {
                paths.push(Self::through_gateway(start, gateway));
            }
        } else {
            let listed = table.routes.iter().find(|route| match &route.to {
                Destination::PrefixList(id) => lists.iter().any(|list| list.id == *id),
                _ => false,
            });
            match listed {
                Some(route) => {
                    let text =
                        format!("the prefix list of the service is routed to `{}`", route.via);
                    paths.push(self.follow(start, vpc, route, vec![step(Part::Route, text)]));
                }
                None => paths.push(self.by_routes(start, vpc, &table.routes)),
            }
        }
        // A more specific public route beats the prefix list and the default route.
        for route in &table.routes {
            let Destination::Range(range) = &route.to else { continue };
            let inside = lists
                .iter()
                .flat_map(|list| &list.cidrs)
                .any(|cidr| cidr.net().contains(&range.net()));
            if inside && range.net().addr().is_ipv6() == start.ipv6 {
                let text = format!(
                    "{range}, a part of the service's addresses, is routed to `{}`",
                    route.via
                );
                paths.push(self.follow(start, vpc, route, vec![step(Part::Route, text)]));
            }
        }
        paths
    }

    fn gateway_for<'n>(
        vpc: &'n Vpc,
        table: &RouteTable,
        target: Target<'_>,
    ) -> Option<&'n Endpoint> {
        let serves = |endpoint: &&Endpoint| match &endpoint.endpoint_type {
            EndpointType::Gateway { route_tables } => {
                endpoint.service.name == target.service.name && route_tables.contains(&table.id)
            }
            EndpointType::Interface { .. } => false,
        };
        vpc.endpoints.iter().find(serves).filter(|_| *vpc.region == *target.region)
    }

    fn through_gateway(start: &Start<'_>, endpoint: &Endpoint) -> Path {
        let route =
            format!("the route table has the prefix-list route of `{}`", endpoint.display());
        let end = format!("gateway endpoint `{}`", endpoint.id);
        path(
            Outcome::Gateway { endpoint: endpoint.id.clone(), client: start.addresses.clone() },
            vec![step(Part::Route, route), step(Part::Endpoint, end)],
        )
    }

    /// The way of the default route.
    fn by_routes(&self, start: &Start<'_>, vpc: &Vpc, routes: &[Route]) -> Path {
        if let Some(route) = default_route(routes, start.ipv6) {
            let text = format!("the default route leads to `{}`", route.via);
            self.follow(start, vpc, route, vec![step(Part::Route, text)])
        } else {
            let text = "there is no route to public addresses".to_owned();
            unreachable(Vec::new(), Part::Route, text)
        }
    }

    /// The way to public addresses over what a route leads to.
    fn follow(&self, start: &Start<'_>, vpc: &Vpc, route: &Route, steps: Vec<Step>) -> Path {
        if let Some(reason) = self.egress_refuses(start, &[], &[], None) {
            return unreachable(steps, Part::SecurityGroup, reason);
        }
        self.leave(start, vpc, &route.via, steps, 0)
    }

    fn leave(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        via: &str,
        mut steps: Vec<Step>,
        depth: usize,
    ) -> Path {
        let own_v6 = || match start.place {
            Place::Subnet(_, subnet) => {
                let own = family(&start.addresses, true);
                if own.is_empty() { subnet.ipv6.into_iter().collect() } else { own }
            }
            Place::Site(_) => family(&start.addresses, true),
        };
        if let Some((_, nat)) = self.nat_gateway(via) {
            let seen = family(&nat.addresses, start.ipv6);
            if seen.is_empty() {
                let text = format!("`{via}` translates no such addresses");
                return unreachable(steps, Part::Route, text);
            }
            steps.push(step(Part::Route, format!("`{via}` puts its public address in")));
            return path(Outcome::Public { seen }, steps);
        }
        if vpc.egress_only_gateway.as_deref() == Some(via) {
            if !start.ipv6 {
                let text = format!("`{via}` carries IPv6 only");
                return unreachable(steps, Part::Route, text);
            }
            steps.push(step(Part::Route, format!("`{via}` keeps the client's IPv6 address")));
            return path(Outcome::Public { seen: own_v6() }, steps);
        }
        if vpc.internet_gateway.as_deref() == Some(via) {
            let seen = match start.place {
                _ if start.ipv6 => own_v6(),
                Place::Subnet(_, subnet) => subnet.public_addresses.clone(),
                Place::Site(_) => Vec::new(),
            };
            let text = format!("`{via}` puts the machine's own public address in");
            steps.push(step(Part::Route, text));
            return path(Outcome::Public { seen }, steps);
        }
        if let Some(link) = self.links.iter().find(|link| &*link.name == via)
            && let Some(site) = self.site(&link.site)
        {
            return self.out_of_site(site, Family::of(start.ipv6), steps);
        }
        // A chain of VPCs behind transit gateways: bounded, in case routes go in a circle.
        if depth < self.vpcs.len()
            && let Some(tgw) = self.transit_gateway(via)
        {
            let next = default_route(&tgw.routes, start.ipv6).and_then(|route| self.hop_of(route));
            match next {
                Some(Hop::Site(site)) => {
                    let text = format!("`{via}` sends it to the site `{}`", site.name);
                    steps.push(step(Part::Route, text));
                    return self.out_of_site(site, Family::of(start.ipv6), steps);
                }
                Some(Hop::Vpc(other)) => {
                    let text = format!("`{via}` sends it to `{}`", other.display());
                    steps.push(step(Part::Route, text));
                    let main = other.route_tables.first();
                    let route = main.and_then(|it| default_route(&it.routes, start.ipv6));
                    if let Some(route) = route {
                        let text = format!("its default route leads to `{}`", route.via);
                        steps.push(step(Part::Route, text));
                        return self.leave(
                            start,
                            other,
                            &route.via,
                            steps,
                            depth.saturating_add(1),
                        );
                    }
                    let text = format!("`{}` has no route to public addresses", other.display());
                    return unreachable(steps, Part::Route, text);
                }
                None => {
                    let text = format!("`{via}` has no route to public addresses");
                    return unreachable(steps, Part::Route, text);
                }
            }
        }
        unreachable(steps, Part::Route, format!("`{via}` leads to no public address"))
    }

    /// Out of a site: a public virtual interface, else its internet egress.
    fn out_of_site(&self, site: &Site, family: Family, mut steps: Vec<Step>) -> Path {
        let public = self.links.iter().find(|link| {
            link.site == site.name
                && link.link_type == LinkType::PublicVif
                && !family.pick(&link.addresses).is_empty()
        });
        let (seen, text) = match public {
            Some(link) => (
                family.pick(&link.addresses),
                format!("the public virtual interface `{}` of `{}`", link.name, site.name),
            ),
            None => (
                family.pick(&site.egress),
                format!("the internet egress of the site `{}`", site.name),
            ),
        };
        if seen.is_empty() {
            let text = format!("the site `{}` has no way to public addresses", site.name);
            return unreachable(steps, Part::Route, text);
        }
        steps.push(step(Part::Route, text));
        path(Outcome::Public { seen }, steps)
    }

    fn group(&self, id: &str) -> Option<&SecurityGroup> {
        self.vpcs.iter().flat_map(|vpc| &vpc.security_groups).find(|group| &*group.id == id)
    }

    /// The addresses of `client` that the groups let in.
    fn admitted(
        &self,
        groups: &[Box<str>],
        start: &Start<'_>,
        client: &[AddressRange],
    ) -> Vec<AddressRange> {
        let rules = groups.iter().filter_map(|id| self.group(id)).flat_map(|group| &group.ingress);
        let mut admitted: Vec<AddressRange> = Vec::new();
        for rule in rules {
            let ranges: Vec<AddressRange> = match rule {
                Destination::Group(id) if start.groups.contains(&&**id) => client.to_vec(),
                Destination::Group(_) => Vec::new(),
                Destination::Range(range) => vec![*range],
                Destination::PrefixList(id) => self.list(id),
            };
            for (own, rule) in client.iter().flat_map(|own| ranges.iter().map(move |it| (own, it)))
            {
                // Two ranges are nested or apart.
                let both = if rule.net().contains(&own.net()) {
                    *own
                } else if own.net().contains(&rule.net()) {
                    *rule
                } else {
                    continue;
                };
                if !admitted.contains(&both) {
                    admitted.push(both);
                }
            }
        }
        admitted
    }

    fn list(&self, id: &str) -> Vec<AddressRange> {
        let list = self.prefix_lists.iter().find(|list| &*list.id == id);
        list.map(|list| list.cidrs.clone()).unwrap_or_default()
    }

    /// Why the groups of the client do not let it out, if they do not: to network interfaces, to
    /// members of groups, to the prefix list of a service, or to public addresses at large.
    fn egress_refuses(
        &self,
        start: &Start<'_>,
        interfaces: &[IpAddr],
        members: &[Box<str>],
        service: Option<&str>,
    ) -> Option<String> {
        let groups: Vec<&SecurityGroup> =
            start.groups.iter().filter_map(|id| self.group(id)).collect();
        if groups.is_empty() {
            return None;
        }
        let everywhere = |range: &AddressRange| {
            range.net().prefix_len() == 0 && range.net().addr().is_ipv6() == start.ipv6
        };
        let allows = |rule: &Destination| match rule {
            Destination::Group(id) => members.contains(id),
            Destination::PrefixList(id) => self
                .prefix_lists
                .iter()
                .any(|list| list.id == *id && service.is_some() && list.service == service),
            Destination::Range(range) => {
                everywhere(range)
                    || (!interfaces.is_empty() && interfaces.iter().all(|it| range.contains(*it)))
            }
        };
        let out = groups.iter().any(|group| match &group.egress {
            None => true,
            Some(rules) => rules.iter().any(allows),
        });
        let names = start.groups.join("`, `");
        (!out).then(|| format!("no rule of `{names}` lets it out to there on 443"))
    }
}

fn at_site(start: &Start<'_>) -> Family {
    if start.ipv6 { Family::V6 } else { Family::Either }
}

fn link_words(link_type: LinkType) -> &'static str {
    match link_type {
        LinkType::PrivateVif => "the private virtual interface",
        LinkType::PublicVif => "the public virtual interface",
        LinkType::TransitVif => "the transit virtual interface",
        LinkType::Vpn => "the VPN",
    }
}
