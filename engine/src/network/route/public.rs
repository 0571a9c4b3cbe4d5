//! Routes to public addresses.

use super::super::context::is_public;
use super::super::model::{
    Appliance, Destination, Endpoint, EndpointAddresses, EndpointType, LinkType, NatGateway,
    Network, PrefixList, Route, RouteTable, Site, Vpc,
};
use super::super::path::{Outcome, Part, Path, Place, Start, Step, Target, step};
use super::super::uncertain;
use super::{MAX_HOPS, nat_route, open_ways, path, unreachable};
use crate::text::AddressRange;

/// Address families that a machine may be seen with.
#[derive(Clone, Copy)]
pub(super) enum Family {
    /// Either family: a site uses what DNS and its own network offer.
    Either,
    /// Addresses of IPv4.
    V4,
    /// Addresses of IPv6.
    V6,
}

impl Family {
    pub(super) fn of(ipv6: bool) -> Self {
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
pub(super) fn family(ranges: &[AddressRange], ipv6: bool) -> Vec<AddressRange> {
    ranges.iter().filter(|range| range.net().addr().is_ipv6() == ipv6).copied().collect()
}

/// The default route of a family.
pub(super) fn default_route(routes: &[Route], ipv6: bool) -> Option<&Route> {
    routes.iter().find(|route| match &route.to {
        Destination::Range(range) => {
            range.net().prefix_len() == 0 && range.net().addr().is_ipv6() == ipv6
        }
        _ => false,
    })
}

impl Network {
    /// The ways to the public addresses of a service: the plain client's, or all.
    pub(in super::super) fn to_public(&self, start: &Start<'_>, target: Target<'_>) -> Vec<Path> {
        match start.place {
            Place::Site(site) => self.out_of_site(start, site, at_site(start), Vec::new()),
            Place::Subnet(vpc, subnet) => {
                let Some(table) = vpc.table_of(subnet) else { return Vec::new() };
                let starts = families(start).into_iter();
                starts.flat_map(|start| self.out_of_subnet(&start, vpc, table, target)).collect()
            }
        }
    }

    /// The ways to public addresses at large, gateway endpoints and prefix lists left aside.
    pub(in super::super) fn public_ways(&self, start: &Start<'_>) -> Vec<Path> {
        match start.place {
            Place::Site(site) => self.out_of_site(start, site, at_site(start), Vec::new()),
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
        let lists = self.lists_of(target);
        let mut paths = match Self::gateway_for(vpc, table, target) {
            Some(gateway) => self.beside_gateway(start, vpc, table, target, gateway),
            None => match listed_route(table, &lists) {
                Some(route) => {
                    let text =
                        format!("the prefix list of the service is routed to `{}`", route.via);
                    self.follow(start, vpc, route, vec![step(Part::Route, text)])
                }
                None => self.by_routes(start, vpc, &table.routes),
            },
        };
        if start.ipv6 {
            paths.extend(self.by_nat64(start, table));
            paths = open_ways(paths);
        }
        // A more specific public route beats the prefix list and the default route.
        for route in &table.routes {
            let Destination::Range(range) = &route.to else { continue };
            if range.net().addr().is_ipv6() != start.ipv6 || range.net().prefix_len() == 0 {
                continue;
            }
            let mut known = lists.iter().flat_map(|list| &list.cidrs);
            let inside = known.any(|cidr| cidr.net().contains(&range.net()));
            let text = if inside {
                format!("{range}, a part of the service's addresses, is routed to `{}`", route.via)
            } else if start.every && is_public(range) {
                format!("{range} is routed to `{}`", route.via)
            } else {
                continue;
            };
            let open = !inside && 1 < range.net().prefix_len();
            let open = open.then_some(&uncertain::PARTIAL_ROUTE);
            let ways = self.follow(start, vpc, route, vec![step(Part::Route, text)]);
            let ways = ways.into_iter();
            paths.extend(ways.map(|way| Path { uncertain: way.uncertain.or(open), ..way }));
        }
        paths
    }

    /// The way of IPv6 clients to IPv4 addresses: a NAT gateway translates what is routed to it under
    /// the well-known prefix (VPC User Guide, "DNS64 and NAT64").
    fn by_nat64(&self, start: &Start<'_>, table: &RouteTable) -> Option<Path> {
        let prefix: AddressRange = "64:ff9b::/96".parse().ok()?;
        let routed = |route: &&Route| match &route.to {
            Destination::Range(range) => *range == prefix,
            _ => false,
        };
        let route = table.routes.iter().find(routed)?;
        let (_, nat) = self.nat_gateway(&route.via).filter(|(_, nat)| !nat.private)?;
        let text = format!("IPv4 addresses under {prefix} are routed to `{}`", route.via);
        let steps = vec![step(Part::Route, text)];
        if let Some(reason) = self.egress_refuses(start, &[], &[], None) {
            return Some(unreachable(steps, Part::SecurityGroup, reason));
        }
        let client = Start { ipv6: false, ..start.clone() };
        Some(by_nat(&client, nat, &route.via, steps))
    }

    /// The prefix lists of a service in a region.
    fn lists_of(&self, target: Target<'_>) -> Vec<&PrefixList> {
        let name = target.service.full_name(target.region);
        let of_service =
            self.prefix_lists.iter().filter(|it| it.service == Some(target.service.name));
        of_service.filter(|list| list.name.as_deref() == Some(&*name)).collect()
    }

    /// The ways of a subnet with a gateway endpoint: its route takes all traffic of its family to
    /// the service's addresses in the region (PrivateLink Guide, "Gateway endpoints", routing).
    fn beside_gateway(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        table: &RouteTable,
        target: Target<'_>,
        gateway: &Endpoint,
    ) -> Vec<Path> {
        if let Some(reason) = self.egress_refuses(start, &[], &[], Some(target.service.name)) {
            return vec![unreachable(Vec::new(), Part::SecurityGroup, reason)];
        }
        let addresses = gateway.addresses.unwrap_or(EndpointAddresses::Ipv4);
        let carries_v6 = addresses != EndpointAddresses::Ipv4;
        let through = Self::through_gateway(start, gateway);
        match (start.ipv6, target.service.name) {
            (false, _) if addresses != EndpointAddresses::Ipv6 => vec![through],
            (true, "dynamodb") if carries_v6 => vec![through],
            // For S3 AWS's pages tell two things.
            (true, _) if carries_v6 => {
                let mut ways = self.by_routes(start, vpc, &table.routes);
                ways.push(Path { uncertain: Some(&uncertain::GATEWAY_IPV6), ..through });
                ways
            }
            _ => self.by_routes(start, vpc, &table.routes),
        }
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
        let client = if start.ipv6 { own_ipv6(start) } else { start.addresses.clone() };
        path(
            Outcome::Gateway { endpoint: endpoint.id.clone(), client },
            vec![step(Part::Route, route), step(Part::Endpoint, end)],
        )
    }

    /// The ways of the default route.
    fn by_routes(&self, start: &Start<'_>, vpc: &Vpc, routes: &[Route]) -> Vec<Path> {
        if let Some(route) = default_route(routes, start.ipv6) {
            let text = format!("the default route leads to `{}`", route.via);
            self.follow(start, vpc, route, vec![step(Part::Route, text)])
        } else {
            let text = "there is no route to public addresses".to_owned();
            vec![unreachable(Vec::new(), Part::Route, text)]
        }
    }

    /// The ways to public addresses over what a route leads to.
    fn follow(&self, start: &Start<'_>, vpc: &Vpc, route: &Route, steps: Vec<Step>) -> Vec<Path> {
        let Some(reason) = self.egress_refuses(start, &[], &[], None) else {
            return self.leave(start, vpc, &route.via, steps, 0);
        };
        if !self.lets_out_to_some(start) {
            return vec![unreachable(steps, Part::SecurityGroup, reason)];
        }
        let ways = self.leave(start, vpc, &route.via, steps, 0);
        let uncertain = Some(&uncertain::PARTIAL_ROUTE);
        ways.into_iter().map(|way| Path { uncertain, ..way }).collect()
    }

    /// The ways to public addresses over a route's target. `depth` counts what hands the traffic on,
    /// in case routes go in a circle.
    pub(super) fn leave(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        via: &str,
        steps: Vec<Step>,
        depth: usize,
    ) -> Vec<Path> {
        if MAX_HOPS < depth {
            let text = format!("`{via}` leads in a circle");
            return vec![unreachable(steps, Part::Route, text)];
        }
        if let Some((owner, nat)) = self.nat_gateway(via) {
            return if nat.private {
                self.by_private_nat(start, (owner, nat), via, steps, depth)
            } else {
                vec![by_nat(start, nat, via, steps)]
            };
        }
        if let Some(hop) = self.appliance(via) {
            return self.by_appliance(start, (vpc, hop), via, steps, depth);
        }
        if vpc.egress_only_gateway.as_deref() == Some(via) {
            return vec![by_egress_only(start, vpc, via, steps)];
        }
        if vpc.internet_gateway.as_deref() == Some(via) {
            return vec![by_internet_gateway(start, vpc, via, steps)];
        }
        if let Some(link) = self.links.iter().find(|link| &*link.name == via)
            && let Some(site) = self.site(&link.site)
        {
            return self.out_of_site(start, site, Family::of(start.ipv6), steps);
        }
        if let Some(tgw) = self.transit_gateway(via) {
            return self.by_transit(start, (tgw, &vpc.id), steps, depth);
        }
        vec![unreachable(steps, Part::Route, format!("`{via}` leads to no public address"))]
    }

    /// The ways of a private NAT gateway: those of its subnet, with its address.
    fn by_private_nat(
        &self,
        start: &Start<'_>,
        (owner, nat): (&Vpc, &NatGateway),
        via: &str,
        mut steps: Vec<Step>,
        depth: usize,
    ) -> Vec<Path> {
        let Some(route) = nat_route(owner, nat, |it| default_route(it, start.ipv6)) else {
            let text = format!("`{via}` has no route to public addresses");
            return vec![unreachable(steps, Part::Route, text)];
        };
        let text = format!("`{via}` puts its private address in, on to `{}`", route.via);
        steps.push(step(Part::Route, text));
        self.leave(start, owner, &route.via, steps, depth.saturating_add(1))
    }

    /// The ways of a firewall endpoint or appliance, in a VPC.
    fn by_appliance(
        &self,
        start: &Start<'_>,
        (vpc, hop): (&Vpc, &Appliance),
        via: &str,
        mut steps: Vec<Step>,
        depth: usize,
    ) -> Vec<Path> {
        if !hop.addresses.is_empty() {
            let seen = family(&hop.addresses, start.ipv6);
            if seen.is_empty() {
                let text = format!("`{via}` translates no such addresses");
                return vec![unreachable(steps, Part::Route, text)];
            }
            steps.push(step(Part::Route, format!("`{via}` puts its public address in")));
            return vec![path(Outcome::Public { seen }, steps)];
        }
        let Some(next) = &hop.next else {
            let text = format!("the file does not say where `{via}` sends it");
            return vec![unreachable(steps, Part::Route, text)];
        };
        steps.push(step(Part::Route, format!("`{via}` hands it on to `{next}`")));
        self.leave(start, vpc, next, steps, depth.saturating_add(1))
    }

    /// The ways out of a site: public virtual interfaces, and its internet egress. The plain client
    /// takes the first.
    pub(super) fn out_of_site(
        &self,
        start: &Start<'_>,
        site: &Site,
        family: Family,
        steps: Vec<Step>,
    ) -> Vec<Path> {
        let public = self.links.iter().filter(|link| {
            link.site == site.name
                && link.link_type == LinkType::PublicVif
                && !family.pick(&link.addresses).is_empty()
        });
        let public = public.map(|link| {
            let text = format!("the public virtual interface `{}` of `{}`", link.name, site.name);
            (family.pick(&link.addresses), text)
        });
        let text = format!("the internet egress of the site `{}`", site.name);
        let egress = std::iter::once((family.pick(&site.egress), text));
        let ways = public.chain(egress).filter(|(seen, _)| !seen.is_empty());
        let wanted = if start.every { usize::MAX } else { 1 };
        let paths: Vec<Path> = ways
            .take(wanted)
            .map(|(seen, text)| {
                let last = std::iter::once(step(Part::Route, text));
                path(Outcome::Public { seen }, steps.iter().cloned().chain(last).collect())
            })
            .collect();
        if paths.is_empty() {
            let text = format!("the site `{}` has no way to public addresses", site.name);
            return vec![unreachable(steps, Part::Route, text)];
        }
        paths
    }
}

/// The route of a prefix list of the service.
fn listed_route<'n>(table: &'n RouteTable, lists: &[&PrefixList]) -> Option<&'n Route> {
    table.routes.iter().find(|route| match &route.to {
        Destination::PrefixList(id) => lists.iter().any(|list| list.id == *id),
        _ => false,
    })
}

/// The machine with an address of its family, and, if it tries every way, with one of the other
/// family that its subnet has.
fn families<'n>(start: &Start<'n>) -> Vec<Start<'n>> {
    let mut all = vec![start.clone()];
    let other = if start.ipv6 { family(&start.addresses, false) } else { own_ipv6(start) };
    if start.every && !other.is_empty() {
        all.push(Start { ipv6: !start.ipv6, addresses: other, ..start.clone() });
    }
    all
}

/// The way of a NAT gateway.
fn by_nat(start: &Start<'_>, nat: &NatGateway, via: &str, mut steps: Vec<Step>) -> Path {
    let seen = family(&nat.addresses, start.ipv6);
    if seen.is_empty() {
        return unreachable(steps, Part::Route, format!("`{via}` translates no such addresses"));
    }
    steps.push(step(Part::Route, format!("`{via}` puts its public address in")));
    path(Outcome::Public { seen }, steps)
}

/// The way of an egress-only internet gateway.
fn by_egress_only(start: &Start<'_>, vpc: &Vpc, via: &str, mut steps: Vec<Step>) -> Path {
    if !start.ipv6 {
        return unreachable(steps, Part::Route, format!("`{via}` carries IPv6 only"));
    }
    if !is_in(start, vpc) {
        return unreachable(
            steps,
            Part::Route,
            format!("`{via}` carries its own VPC's traffic only"),
        );
    }
    steps.push(step(Part::Route, format!("`{via}` keeps the client's IPv6 address")));
    path(Outcome::Public { seen: own_ipv6(start) }, steps)
}

/// The way of an internet gateway.
fn by_internet_gateway(start: &Start<'_>, vpc: &Vpc, via: &str, mut steps: Vec<Step>) -> Path {
    if !is_in(start, vpc) {
        return unreachable(
            steps,
            Part::Route,
            format!("`{via}` carries its own VPC's traffic only"),
        );
    }
    let seen = match start.place {
        _ if start.ipv6 => own_ipv6(start),
        Place::Subnet(_, subnet) => subnet.public_addresses.clone(),
        Place::Site(_) => Vec::new(),
    };
    steps.push(step(Part::Route, format!("`{via}` puts the machine's own public address in")));
    path(Outcome::Public { seen }, steps)
}

/// The IPv6 addresses of the machine: its own, else those of its subnet.
pub(super) fn own_ipv6(start: &Start<'_>) -> Vec<AddressRange> {
    let own = family(&start.addresses, true);
    match start.place {
        Place::Subnet(_, subnet) if own.is_empty() => subnet.ipv6.into_iter().collect(),
        _ => own,
    }
}

/// Test for a machine in the VPC.
fn is_in(start: &Start<'_>, vpc: &Vpc) -> bool {
    matches!(start.place, Place::Subnet(own, _) if own.id == vpc.id)
}

/// The address families of a machine at a site.
fn at_site(start: &Start<'_>) -> Family {
    if start.ipv6 { Family::V6 } else { Family::Either }
}
