//! Checks between the objects of a topology.

use std::collections::BTreeSet;

use super::super::model::{EndpointType, Link, LinkType, Network, PrivateDns, TransitGateway, Vpc};
use super::tree::{items, overlap, span_of, text};
use crate::text::{AddressRange, Diagnostic, Node, Span};

/// Adds what does not fit together.
pub(super) fn check(network: &Network, node: &Node, found: &mut Vec<Diagnostic>) {
    private_dns(network, node, found);
    route_targets(network, node, found);
    transit_gateways(network, node, found);
    overlaps(network, node, found);
    proxies(network, node, found);
}

fn refuse(
    network: &Network,
    found: &mut Vec<Diagnostic>,
    code: &'static str,
    span: Span,
    message: String,
) {
    found.push(Diagnostic::error(code, &network.source, span, message));
}

/// AWS turns private DNS on for one endpoint of a service in a VPC.
fn private_dns(network: &Network, node: &Node, found: &mut Vec<Diagnostic>) {
    for (vpc, written) in network.vpcs.iter().zip(items(node, "vpcs")) {
        let mut services = BTreeSet::new();
        for (endpoint, written) in vpc.endpoints.iter().zip(items(written, "endpoints")) {
            let EndpointType::Interface { private_dns, .. } = &endpoint.endpoint_type else {
                continue;
            };
            if *private_dns != PrivateDns::Off && !services.insert(endpoint.service.name) {
                let message = format!(
                    "`{}` already has an endpoint with private DNS in this VPC",
                    endpoint.service.name
                );
                let complaint = Diagnostic::error("N0013", &network.source, written.span, message);
                found.push(complaint.with_help("write `privateDns: off` for one of them"));
            }
        }
    }
}

/// A route leads to something that its VPC has or is attached to.
fn route_targets(network: &Network, node: &Node, found: &mut Vec<Diagnostic>) {
    for (vpc, written) in network.vpcs.iter().zip(items(node, "vpcs")) {
        let tables = std::iter::once(written).chain(items(written, "routeTables"));
        for (table, written) in vpc.route_tables.iter().zip(tables) {
            for (route, written) in table.routes.iter().zip(items(written, "routes")) {
                if !leads_out(network, vpc, &route.via) {
                    let message = format!("`{}` has no way to `{}`", vpc.display(), route.via);
                    refuse(network, found, "N0015", span_of(written, "via"), message);
                }
            }
        }
        for (subnet, written) in vpc.subnets.iter().zip(items(written, "subnets")) {
            if vpc.table_of(subnet).is_none() {
                let table = text(written, "routeTable").unwrap_or_default();
                let message = format!("the route table `{table}` is in another VPC");
                refuse(network, found, "N0006", span_of(written, "routeTable"), message);
            }
        }
    }
}

/// What a transit gateway's route tables name is attached to it; an attachment is associated with
/// one table, and a gateway is in one region (Transit Gateway Guide, "How transit gateways work").
fn transit_gateways(network: &Network, node: &Node, found: &mut Vec<Diagnostic>) {
    for (tgw, written) in network.transit_gateways.iter().zip(items(node, "transitGateways")) {
        let mut stray = |name: &str, span: Span| {
            if !is_attached(network, tgw, name) {
                let message = format!("`{name}` is not attached to `{}`", tgw.id);
                refuse(network, found, "N0015", span, message);
            }
        };
        for (route, written) in tgw.routes.iter().zip(items(written, "routes")) {
            stray(&route.via, span_of(written, "via"));
        }
        for (table, written) in tgw.route_tables.iter().zip(items(written, "routeTables")) {
            for (route, written) in table.routes.iter().zip(items(written, "routes")) {
                stray(&route.via, span_of(written, "via"));
            }
            for name in &table.associations {
                stray(name, span_of(written, "associations"));
            }
            for name in &table.propagations {
                stray(name, span_of(written, "propagations"));
            }
        }
        contradictions(network, tgw, written, found);
    }
}

/// Attachments that contradict each other.
fn contradictions(
    network: &Network,
    tgw: &TransitGateway,
    written: &Node,
    found: &mut Vec<Diagnostic>,
) {
    let mut associated: Vec<&str> = Vec::new();
    for (table, written) in tgw.route_tables.iter().zip(items(written, "routeTables")) {
        for name in &table.associations {
            if associated.contains(&&**name) {
                let message = format!(
                    "`{name}` is associated with two route tables of `{}`: an attachment has one",
                    tgw.id
                );
                refuse(network, found, "N0018", span_of(written, "associations"), message);
            }
            associated.push(name);
        }
    }
    let attached = tgw.attachments.iter().filter_map(|id| network.vpc(id));
    let mut regions: Vec<&str> = attached.map(|vpc| &*vpc.region).collect();
    regions.dedup();
    if let [first, second, ..] = regions[..] {
        let message = format!(
            "`{}` has attachments in {first} and in {second}: a transit gateway is in one region",
            tgw.id
        );
        let span = span_of(written, "attachments");
        let complaint = Diagnostic::error("N0018", &network.source, span, message);
        found.push(complaint.with_help("two gateways, one in each region, can be `peers`"));
    }
    if tgw.peers.contains(&tgw.id) {
        let message = format!("`{}` is its own peer", tgw.id);
        refuse(network, found, "N0018", span_of(written, "peers"), message);
    }
}

/// Test for a VPC, site, link or gateway that is attached to a transit gateway.
fn is_attached(network: &Network, tgw: &TransitGateway, name: &str) -> bool {
    let known = |list: &[Box<str>]| list.iter().any(|it| &**it == name);
    let linked = |link: &Link| {
        link.to.as_ref() == Some(&tgw.id) && (&*link.name == name || &*link.site == name)
    };
    known(&tgw.attachments) || known(&tgw.peers) || network.links.iter().any(linked)
}

fn leads_out(network: &Network, vpc: &Vpc, via: &str) -> bool {
    let is = |gateway: &Option<Box<str>>| gateway.as_deref() == Some(via);
    let attached = |id: &str| id == &*vpc.id;
    vpc.nat_gateways.iter().any(|nat| &*nat.id == via)
        || vpc.appliances.iter().any(|hop| &*hop.id == via)
        || is(&vpc.internet_gateway)
        || is(&vpc.egress_only_gateway)
        || network
            .transit_gateways
            .iter()
            .any(|tgw| &*tgw.id == via && tgw.attachments.iter().any(|id| attached(id)))
        || network.peerings.iter().any(|it| &*it.id == via && it.vpcs.iter().any(|id| attached(id)))
        || network
            .links
            .iter()
            .any(|link| &*link.name == via && link.to.as_deref().is_some_and(attached))
}

/// Ranges that one router would have to tell apart must not overlap.
fn overlaps(network: &Network, node: &Node, found: &mut Vec<Diagnostic>) {
    for (tgw, written) in network.transit_gateways.iter().zip(items(node, "transitGateways")) {
        let linked = network.links.iter().filter(|link| link.to.as_ref() == Some(&tgw.id));
        let mut tables: Vec<Vec<Box<str>>> =
            tgw.route_tables.iter().map(|table| table.propagations.clone()).collect();
        let links = linked.map(|link| link.name.clone());
        let everything: Vec<Box<str>> = tgw.attachments.iter().cloned().chain(links).collect();
        if everything.iter().any(|name| tgw.table_of(name).is_none()) {
            tables.push(everything);
        }
        for table in tables {
            let mut ranges = vpc_ranges(network, &table);
            let linked = network.links.iter().filter(|link| table.contains(&link.name));
            for link in linked {
                ranges.extend(site_ranges(network, &link.site));
            }
            report(network, &ranges, span_of(written, "attachments"), &tgw.id, found);
        }
    }
    for (peering, written) in network.peerings.iter().zip(items(node, "peerings")) {
        let ranges = vpc_ranges(network, &peering.vpcs);
        report(network, &ranges, span_of(written, "vpcs"), &peering.id, found);
    }
    for (link, written) in network.links.iter().zip(items(node, "links")) {
        if !matches!(link.link_type, LinkType::PrivateVif | LinkType::Vpn) {
            continue;
        }
        let Some(to) = link.to.as_ref().filter(|to| network.vpc(to).is_some()) else { continue };
        let mut ranges = vpc_ranges(network, std::slice::from_ref(to));
        ranges.extend(site_ranges(network, &link.site));
        report(network, &ranges, span_of(written, "to"), &link.name, found);
    }
}

fn vpc_ranges(network: &Network, ids: &[Box<str>]) -> Vec<(String, AddressRange)> {
    let vpcs = ids.iter().filter_map(|id| network.vpc(id));
    vpcs.flat_map(|vpc| vpc.cidrs.iter().map(|cidr| (vpc.display().to_owned(), *cidr))).collect()
}

fn site_ranges(network: &Network, name: &str) -> Vec<(String, AddressRange)> {
    let site = network.site(name);
    site.map(|site| site.cidrs.iter().map(|cidr| (site.name.to_string(), *cidr)).collect())
        .unwrap_or_default()
}

fn report(
    network: &Network,
    ranges: &[(String, AddressRange)],
    span: Span,
    router: &str,
    found: &mut Vec<Diagnostic>,
) {
    for (index, (left, range)) in ranges.iter().enumerate() {
        for (right, other) in ranges.iter().skip(index.saturating_add(1)) {
            if left != right && overlap(*range, *other) {
                let message = format!(
                    "`{router}` cannot tell `{left}` ({range}) and `{right}` ({other}) apart: their ranges overlap"
                );
                refuse(network, found, "N0009", span, message);
            }
        }
    }
}

/// A proxy does not lead back to itself.
fn proxies(network: &Network, node: &Node, found: &mut Vec<Diagnostic>) {
    for (site, written) in network.sites.iter().zip(items(node, "sites")) {
        let mut seen = vec![&*site.name];
        let mut next = site.proxy.as_deref();
        while let Some(place) = next {
            if seen.contains(&place) {
                let message = format!("the proxy of `{}` leads back to `{place}`", site.name);
                refuse(network, found, "N0016", span_of(written, "proxy"), message);
                break;
            }
            seen.push(place);
            next = match network.site(place) {
                Some(site) => site.proxy.as_deref(),
                None => network.subnet(place).and_then(|(_, subnet)| subnet.proxy.as_deref()),
            };
        }
    }
}
