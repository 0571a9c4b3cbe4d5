//! Reading VPCs and what is in them.

use super::super::model::{
    Account, Appliance, Endpoint, EndpointAddresses, EndpointType, NatGateway, PrivateDns,
    RouteTable, SecurityGroup, Subnet, Vpc, VpcDns,
};
use super::reader::{Object, Reader, is_region};
use super::tree::{boxed, flag, items, overlap, span_of, text};
use crate::catalog::EndpointService;
use crate::text::{AddressRange, Diagnostic, Node};

/// Kinds of objects that a route of a VPC may lead to.
const TARGETS: &[Object] = &[
    Object::Nat,
    Object::Gateway,
    Object::Transit,
    Object::Peering,
    Object::Link,
    Object::Appliance,
];

/// Reads a VPC from its node.
pub(super) fn vpc(
    reader: &mut Reader<'_>,
    node: &Node,
    home: &str,
    default_account: Option<&str>,
    accounts: &[Account],
) -> Option<Vpc> {
    let id = boxed(node, "id")?;
    let region = boxed(node, "region").unwrap_or_else(|| home.into());
    if !is_region(&region) && node.member("region").is_some() {
        reader.refuse("N0004", span_of(node, "region"), format!("`{region}` is no region"));
    }
    let cidrs = reader.ranges(node, "cidrs");
    let mut route_tables = vec![RouteTable {
        id: format!("main of {id}").into(),
        name: None,
        routes: reader.routes(node, TARGETS),
    }];
    for item in items(node, "routeTables") {
        let Some(id) = boxed(item, "id") else { continue };
        let routes = reader.routes(item, TARGETS);
        route_tables.push(RouteTable { id, name: boxed(item, "name"), routes });
    }
    let subnets = subnets(reader, node, &cidrs);
    let account = match node.member("account") {
        Some(_) => reader.account(node, "account", accounts),
        None => default_account.map(Box::from),
    };
    let mut vpc = Vpc {
        name: boxed(node, "name"),
        account,
        cidrs,
        dns: VpcDns {
            support: flag(node, "dnsSupport", true),
            hostnames: flag(node, "dnsHostnames", true),
        },
        outside: flag(node, "outside", false),
        subnets,
        route_tables,
        security_groups: security_groups(reader, node),
        endpoints: Vec::new(),
        nat_gateways: nat_gateways(reader, node),
        appliances: appliances(reader, node),
        internet_gateway: boxed(node, "internetGateway"),
        egress_only_gateway: boxed(node, "egressOnlyGateway"),
        region,
        id,
    };
    for item in items(node, "endpoints") {
        let endpoint = endpoint(reader, item, &vpc);
        vpc.endpoints.extend(endpoint);
    }
    Some(vpc)
}

fn subnets(reader: &mut Reader<'_>, node: &Node, cidrs: &[AddressRange]) -> Vec<Subnet> {
    let mut all: Vec<Subnet> = Vec::new();
    for item in items(node, "subnets") {
        let Some(id) = boxed(item, "id") else { continue };
        let mut range = |member: &str| {
            let member = item.member(member)?;
            let range = reader.range(&member.value)?;
            if !cidrs.iter().any(|cidr| cidr.net().contains(&range.net())) && !cidrs.is_empty() {
                let list = cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let message = format!("the subnet's `{range}` is outside its VPC's {list}");
                reader.refuse("N0007", member.value.span, message);
            }
            Some(range)
        };
        let (cidr, ipv6) = (range("cidr"), range("ipv6"));
        let route_table = reader.reference(item, "routeTable", &[Object::Table]);
        let proxy = reader.reference(item, "proxy", &[Object::Subnet, Object::Site]);
        let public_addresses = reader.ranges(item, "publicAddresses");
        // A subnet may have IPv6 only.
        let Some(cidr) = cidr.or(ipv6) else {
            if item.member("cidr").is_none() && item.member("ipv6").is_none() {
                let message = format!("the subnet `{id}` has no range");
                reader.refuse_with(
                    "N0002",
                    item.span,
                    message,
                    "give it a `cidr`, `ipv6`, or both",
                );
            }
            continue;
        };
        if let Some(other) = all.iter().find(|it| overlap(it.cidr, cidr)) {
            let message =
                format!("`{cidr}` overlaps the subnet `{}` ({})", other.display(), other.cidr);
            reader.refuse("N0008", span_of(item, "cidr"), message);
        }
        all.push(Subnet {
            id,
            name: boxed(item, "name"),
            cidr,
            ipv6,
            zone: boxed(item, "zone"),
            route_table,
            public_addresses,
            proxy,
        });
    }
    all
}

fn security_groups(reader: &mut Reader<'_>, node: &Node) -> Vec<SecurityGroup> {
    let objects = [Object::Group, Object::PrefixList];
    let mut all = Vec::new();
    for item in items(node, "securityGroups") {
        let Some(id) = boxed(item, "id") else { continue };
        let mut rules = |member: &str| {
            let rules = item.member(member)?.value.items();
            Some(rules.iter().filter_map(|rule| reader.destination(rule, &objects)).collect())
        };
        let (ingress, egress) = (rules("ingress").unwrap_or_default(), rules("egress"));
        all.push(SecurityGroup { id, name: boxed(item, "name"), ingress, egress });
    }
    all
}

fn nat_gateways(reader: &mut Reader<'_>, node: &Node) -> Vec<NatGateway> {
    let mut all = Vec::new();
    for item in items(node, "natGateways") {
        let Some(id) = boxed(item, "id") else { continue };
        let addresses = reader.ranges(item, "addresses");
        let trusted = flag(item, "trusted", false);
        let private = text(item, "connectivity") == Some("private");
        all.push(NatGateway { id, name: boxed(item, "name"), addresses, trusted, private });
    }
    all
}

fn appliances(reader: &mut Reader<'_>, node: &Node) -> Vec<Appliance> {
    let mut all = Vec::new();
    for member in ["firewallEndpoints", "appliances"] {
        for item in items(node, member) {
            let Some(id) = boxed(item, "id") else { continue };
            let next = reader.reference(item, "next", TARGETS);
            let addresses = reader.ranges(item, "addresses");
            all.push(Appliance { id, name: boxed(item, "name"), next, addresses });
        }
    }
    all
}

fn endpoint(reader: &mut Reader<'_>, node: &Node, vpc: &Vpc) -> Option<Endpoint> {
    let id = boxed(node, "id")?;
    let span = span_of(node, "service");
    let region = text(node, "serviceRegion").unwrap_or(&vpc.region);
    let service = reader.service(text(node, "service")?, region, span)?;
    let is_gateway = match text(node, "type") {
        Some("gateway") if !service.has_gateway() => {
            let message = format!("`{}` has no gateway endpoints", service.name);
            reader.refuse("N0012", span_of(node, "type"), message);
            return None;
        }
        Some(word) => word == "gateway",
        None if service.has_gateway() => {
            let message = format!("`{}` has gateway and interface endpoints", service.name);
            let help = "say which: `type: gateway` or `type: interface`";
            reader.found.push(
                Diagnostic::error("N0012", reader.source, node.span, message).with_help(help),
            );
            return None;
        }
        None => false,
    };
    let foreign: &[&str] =
        if is_gateway { &["subnets", "securityGroups", "privateDns"] } else { &["routeTables"] };
    for member in foreign {
        if let Some(member) = node.member(member) {
            let kind = if is_gateway { "a gateway" } else { "an interface" };
            let message = format!("{kind} endpoint has no `{}`", member.key);
            reader.refuse("N0012", member.key_span, message);
        }
    }
    let endpoint_type = if is_gateway {
        let named = reader.references(node, "routeTables", &[Object::Table]);
        let own = |id: &str| vpc.route_tables.iter().any(|it| &*it.id == id);
        for id in named.iter().filter(|id| !own(id)) {
            let message = format!("the route table `{id}` is in another VPC");
            reader.refuse("N0006", span_of(node, "routeTables"), message);
        }
        let all = || vpc.route_tables.iter().map(|it| it.id.clone()).collect();
        let route_tables = if node.member("routeTables").is_none() { all() } else { named };
        EndpointType::Gateway { route_tables }
    } else {
        interface(reader, node, vpc, service)
    };
    let policy = node.member("policy").map(|member| member.value.clone());
    let addresses = match text(node, "addresses") {
        Some("dualstack") => Some(EndpointAddresses::Dualstack),
        Some("ipv4") => Some(EndpointAddresses::Ipv4),
        Some("ipv6") => Some(EndpointAddresses::Ipv6),
        _ => None,
    };
    Some(Endpoint {
        service_region: service_region(reader, node, vpc, service),
        addresses,
        id,
        name: boxed(node, "name"),
        service,
        endpoint_type,
        policy,
        span: node.span,
    })
}

/// The region of the service, where it is not the VPC's: only some services have endpoints in other
/// regions (PrivateLink Guide, "Cross-region enabled AWS services").
fn service_region(
    reader: &mut Reader<'_>,
    node: &Node,
    vpc: &Vpc,
    service: &EndpointService,
) -> Option<Box<str>> {
    let region = boxed(node, "serviceRegion")?;
    let span = span_of(node, "serviceRegion");
    if !is_region(&region) {
        reader.refuse("N0004", span, format!("`{region}` is no region"));
    } else if region != vpc.region && !service.crosses_regions() {
        let message = format!("endpoints of `{}` serve the region of their VPC only", service.name);
        reader.refuse("N0017", span, message);
    } else if region != vpc.region && text(node, "type") == Some("gateway") {
        let message = "a gateway endpoint serves the region of its VPC only".to_owned();
        reader.refuse("N0017", span, message);
    }
    Some(region).filter(|it| *it != vpc.region)
}

fn interface(
    reader: &mut Reader<'_>,
    node: &Node,
    vpc: &Vpc,
    service: &EndpointService,
) -> EndpointType {
    let named = reader.references(node, "subnets", &[Object::Subnet]);
    for id in &named {
        if !vpc.subnets.iter().any(|it| it.id == *id) {
            let message = format!("the subnet `{id}` is in another VPC");
            reader.refuse("N0006", span_of(node, "subnets"), message);
        }
    }
    let all = || vpc.subnets.iter().map(|it| it.id.clone()).collect();
    let private_dns = match text(node, "privateDns") {
        Some("on") if !service.has_private_dns() => {
            let message = format!("`{}` has no private DNS", service.name);
            reader.refuse("N0012", span_of(node, "privateDns"), message);
            PrivateDns::Off
        }
        None if !service.has_private_dns() => PrivateDns::Off,
        Some("off") => PrivateDns::Off,
        Some("inbound-only") => {
            if service.name != "s3" {
                let message = "only S3 has private DNS for inbound resolvers only";
                reader.refuse("N0012", span_of(node, "privateDns"), message);
            }
            PrivateDns::OnlyInbound
        }
        _ => PrivateDns::On,
    };
    EndpointType::Interface {
        subnets: if node.member("subnets").is_none() { all() } else { named },
        security_groups: reader.references(node, "securityGroups", &[Object::Group]),
        private_dns,
    }
}
