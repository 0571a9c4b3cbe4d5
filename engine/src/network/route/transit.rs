//! Transit gateways: their route tables, and what they deliver into VPCs.

use std::net::IpAddr;

use super::super::model::{
    Destination, Network, Route, RouteTable, Site, Subnet, TransitGateway, Vpc,
};
use super::super::path::{Part, Path, Start, Step, step};
use super::public::{Family, default_route};
use super::{MAX_HOPS, best_route, unreachable};
use crate::text::AddressRange;

/// The target of a transit gateway's route.
pub(super) enum Hop<'n> {
    Gateway(&'n TransitGateway),
    Site(&'n Site),
    Vpc(&'n Vpc),
}

impl Network {
    /// Target of a transit gateway for an address, for what comes from an attachment. The longest
    /// prefix wins, then a static route (Transit Gateway Guide, "Route evaluation order").
    pub(super) fn hop<'n>(
        &'n self,
        tgw: &'n TransitGateway,
        from: &str,
        address: IpAddr,
    ) -> Option<Hop<'n>> {
        let longest = |ranges: &[AddressRange]| {
            let inside = ranges.iter().filter(|range| range.contains(address));
            inside.map(|range| range.net().prefix_len()).max()
        };
        let table = tgw.table_of(from);
        let propagated = |name: &str| {
            table.is_none_or(|table| table.propagations.iter().any(|it| &**it == name))
        };
        let vpcs = tgw.attachments.iter().filter(|id| propagated(id));
        let vpcs = vpcs.filter_map(|id| self.vpc(id));
        let vpcs = vpcs.filter_map(|vpc| Some((longest(&vpc.cidrs)?, Hop::Vpc(vpc))));
        let links = self.links.iter().filter(|link| link.to.as_ref() == Some(&tgw.id));
        let sites = links.filter(|link| propagated(&link.name));
        let sites = sites.filter_map(|link| self.site(&link.site));
        let sites = sites.filter_map(|site| Some((longest(&site.cidrs)?, Hop::Site(site))));
        let fixed = best_route(static_routes(tgw, from), address).and_then(|route| {
            let Destination::Range(range) = &route.to else { return None };
            Some((range.net().prefix_len(), self.hop_of(route)?))
        });
        vpcs.chain(sites).chain(fixed).max_by_key(|(length, _)| *length).map(|(_, hop)| hop)
    }

    fn hop_of(&self, route: &Route) -> Option<Hop<'_>> {
        if let Some(vpc) = self.vpc(&route.via) {
            return Some(Hop::Vpc(vpc));
        }
        if let Some(gateway) = self.transit_gateway(&route.via) {
            return Some(Hop::Gateway(gateway));
        }
        let site = match self.links.iter().find(|link| link.name == route.via) {
            Some(link) => self.site(&link.site),
            None => self.site(&route.via),
        };
        site.map(Hop::Site)
    }

    /// The ways of a transit gateway's default route, for what comes from an attachment.
    pub(super) fn by_transit(
        &self,
        start: &Start<'_>,
        (tgw, from): (&TransitGateway, &str),
        mut steps: Vec<Step>,
        depth: usize,
    ) -> Vec<Path> {
        let (via, deeper) = (&tgw.id, depth.saturating_add(1));
        if MAX_HOPS < depth {
            let text = format!("`{via}` leads in a circle");
            return vec![unreachable(steps, Part::Route, text)];
        }
        let next = default_route(static_routes(tgw, from), start.ipv6);
        match next.and_then(|route| self.hop_of(route)) {
            Some(Hop::Site(site)) => {
                let text = format!("`{via}` sends it to the site `{}`", site.name);
                steps.push(step(Part::Route, text));
                self.out_of_site(start, site, Family::of(start.ipv6), steps)
            }
            Some(Hop::Gateway(peer)) => {
                let text = format!("`{via}` sends it to its peer `{}`", peer.id);
                steps.push(step(Part::Route, text));
                self.by_transit(start, (peer, via), steps, deeper)
            }
            Some(Hop::Vpc(other)) => {
                let text = format!("`{via}` sends it to `{}`", other.display());
                // What was here before goes the same ways again.
                if steps.iter().any(|it| it.text == text) {
                    let text = format!("`{via}` leads in a circle");
                    return vec![unreachable(steps, Part::Route, text)];
                }
                steps.push(step(Part::Route, text));
                let routes = delivered(tgw, other, start, |it| default_route(it, start.ipv6));
                if routes.is_empty() {
                    let text = format!("`{}` has no route to public addresses", other.display());
                    return vec![unreachable(steps, Part::Route, text)];
                }
                let mut paths = Vec::new();
                for route in routes {
                    let mut steps = steps.clone();
                    let text = format!("its default route leads to `{}`", route.via);
                    steps.push(step(Part::Route, text));
                    paths.extend(self.leave(start, other, &route.via, steps, deeper));
                }
                paths
            }
            None => {
                let text = format!("`{via}` has no route to public addresses");
                vec![unreachable(steps, Part::Route, text)]
            }
        }
    }
}

/// The static routes for what comes from an attachment.
fn static_routes<'n>(tgw: &'n TransitGateway, from: &str) -> &'n [Route] {
    tgw.table_of(from).map_or(&tgw.routes, |table| &table.routes)
}

/// The routes, as `choose` picks them, for what a transit gateway delivers into a VPC: those of the
/// route tables of the attachment's subnets. Where the file does not name these subnets, the plain
/// client takes the main table, else the first other one that leads on.
pub(super) fn delivered<'n>(
    tgw: &TransitGateway,
    vpc: &'n Vpc,
    start: &Start<'_>,
    choose: impl Fn(&'n [Route]) -> Option<&'n Route>,
) -> Vec<&'n Route> {
    let attached = |it: &&Subnet| tgw.attachment_subnets.contains(&it.id);
    let mut tables: Vec<&RouteTable> =
        vpc.subnets.iter().filter(attached).filter_map(|it| vpc.table_of(it)).collect();
    if tables.is_empty() {
        tables = vpc.route_tables.iter().collect();
    }
    let mut routes: Vec<&Route> = Vec::new();
    for route in tables.into_iter().filter_map(|it| choose(&it.routes)) {
        if !routes.iter().any(|known| known.via == route.via) {
            routes.push(route);
        }
    }
    if !start.every {
        routes.truncate(1);
    }
    routes
}
