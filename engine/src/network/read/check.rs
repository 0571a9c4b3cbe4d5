//! Checks between the objects of a topology.

use std::collections::BTreeSet;

use super::super::model::{EndpointType, LinkType, Network, PrivateDns, Vpc};
use super::tree::{items, overlap, span_of, text};
use crate::text::{AddressRange, Diagnostic, Node, Span};

/// Adds what does not fit together.
pub(super) fn check(network: &Network, node: &Node, found: &mut Vec<Diagnostic>) {
    private_dns(network, node, found);
    route_targets(network, node, found);
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
    for (tgw, written) in network.transit_gateways.iter().zip(items(node, "transitGateways")) {
        for (route, written) in tgw.routes.iter().zip(items(written, "routes")) {
            let attached = tgw.attachments.contains(&route.via)
                || network.links.iter().any(|link| {
                    link.to.as_ref() == Some(&tgw.id)
                        && (link.name == route.via || link.site == route.via)
                });
            if !attached {
                let message = format!("`{}` is not attached to `{}`", route.via, tgw.id);
                refuse(network, found, "N0015", span_of(written, "via"), message);
            }
        }
    }
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
        let mut ranges = vpc_ranges(network, &tgw.attachments);
        let linked = network.links.iter().filter(|link| link.to.as_ref() == Some(&tgw.id));
        for link in linked {
            ranges.extend(site_ranges(network, &link.site));
        }
        report(network, &ranges, span_of(written, "attachments"), &tgw.id, found);
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
