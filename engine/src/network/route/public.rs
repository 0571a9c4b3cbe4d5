//! Routes to public addresses.

use super::super::model::{
    Destination, Endpoint, EndpointType, LinkType, NatGateway, Network, Route, RouteTable, Site,
    TransitGateway, Vpc,
};
use super::super::path::{Outcome, Part, Path, Place, Start, Step, Target, step};
use super::super::uncertain;
use super::{Hop, path, unreachable};
use crate::text::AddressRange;

/// Address families that a machine may be seen with.
#[derive(Clone, Copy)]
enum Family {
    /// Either family: a site uses what DNS and its own network offer.
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
    /// The ways to the public addresses of a service.
    pub(in super::super) fn to_public(&self, start: &Start<'_>, target: Target<'_>) -> Vec<Path> {
        match start.place {
            Place::Site(site) => vec![self.out_of_site(site, at_site(start), Vec::new())],
            Place::Subnet(vpc, subnet) => {
                let Some(table) = vpc.table_of(subnet) else { return Vec::new() };
                self.out_of_subnet(start, vpc, table, target)
            }
        }
    }

    /// The way to public addresses at large, gateway endpoints and prefix lists left aside.
    pub(in super::super) fn public_way(&self, start: &Start<'_>) -> Path {
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

    /// The way to public addresses over a route's target. `depth` counts the VPCs behind transit
    /// gateways on the way, in case routes go in a circle.
    fn leave(
        &self,
        start: &Start<'_>,
        vpc: &Vpc,
        via: &str,
        steps: Vec<Step>,
        depth: usize,
    ) -> Path {
        if let Some((_, nat)) = self.nat_gateway(via) {
            return by_nat(start, nat, via, steps);
        }
        if vpc.egress_only_gateway.as_deref() == Some(via) {
            return by_egress_only(start, via, steps);
        }
        if vpc.internet_gateway.as_deref() == Some(via) {
            return by_internet_gateway(start, via, steps);
        }
        if let Some(link) = self.links.iter().find(|link| &*link.name == via)
            && let Some(site) = self.site(&link.site)
        {
            return self.out_of_site(site, Family::of(start.ipv6), steps);
        }
        match self.transit_gateway(via) {
            Some(tgw) if depth < self.vpcs.len() => self.by_transit(start, tgw, via, steps, depth),
            _ => unreachable(steps, Part::Route, format!("`{via}` leads to no public address")),
        }
    }

    /// The way of a transit gateway's default route.
    fn by_transit(
        &self,
        start: &Start<'_>,
        tgw: &TransitGateway,
        via: &str,
        mut steps: Vec<Step>,
        depth: usize,
    ) -> Path {
        let next = default_route(&tgw.routes, start.ipv6).and_then(|route| self.hop_of(route));
        match next {
            Some(Hop::Site(site)) => {
                let text = format!("`{via}` sends it to the site `{}`", site.name);
                steps.push(step(Part::Route, text));
                self.out_of_site(site, Family::of(start.ipv6), steps)
            }
            Some(Hop::Vpc(other)) => {
                let text = format!("`{via}` sends it to `{}`", other.display());
                steps.push(step(Part::Route, text));
                let main = other.route_tables.first();
                let route = main.and_then(|it| default_route(&it.routes, start.ipv6));
                let Some(route) = route else {
                    let text = format!("`{}` has no route to public addresses", other.display());
                    return unreachable(steps, Part::Route, text);
                };
                let text = format!("its default route leads to `{}`", route.via);
                steps.push(step(Part::Route, text));
                self.leave(start, other, &route.via, steps, depth.saturating_add(1))
            }
            None => {
                let text = format!("`{via}` has no route to public addresses");
                unreachable(steps, Part::Route, text)
            }
        }
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
}

fn at_site(start: &Start<'_>) -> Family {
    if start.ipv6 { Family::V6 } else { Family::Either }
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
fn by_egress_only(start: &Start<'_>, via: &str, mut steps: Vec<Step>) -> Path {
    if !start.ipv6 {
        return unreachable(steps, Part::Route, format!("`{via}` carries IPv6 only"));
    }
    steps.push(step(Part::Route, format!("`{via}` keeps the client's IPv6 address")));
    path(Outcome::Public { seen: own_ipv6(start) }, steps)
}

/// The way of an internet gateway.
fn by_internet_gateway(start: &Start<'_>, via: &str, mut steps: Vec<Step>) -> Path {
    let seen = match start.place {
        _ if start.ipv6 => own_ipv6(start),
        Place::Subnet(_, subnet) => subnet.public_addresses.clone(),
        Place::Site(_) => Vec::new(),
    };
    steps.push(step(Part::Route, format!("`{via}` puts the machine's own public address in")));
    path(Outcome::Public { seen }, steps)
}

/// The IPv6 addresses of the machine: its own, else those of its subnet.
fn own_ipv6(start: &Start<'_>) -> Vec<AddressRange> {
    let own = family(&start.addresses, true);
    match start.place {
        Place::Subnet(_, subnet) if own.is_empty() => subnet.ipv6.into_iter().collect(),
        _ => own,
    }
}
