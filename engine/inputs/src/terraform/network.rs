//! Resource types that carry topology (inputs §4.8).

use serde_json::Value as Json;

use super::plan::Instance;
use super::resolve::{Resolver, blocks, texts};
use crate::topology::{Endpoint, Group, Nat, Subnet, Table, Topology, Vpc};
use crate::value::{Text, Value};

/// Types that are seen and not modelled, with what they are.
const NOT_MODELLED: &[(&str, &str)] = &[
    ("aws_network_acl", "packet filters"),
    ("aws_networkfirewall_", "packet filters"),
    ("aws_dx_", "Direct Connect: name its site with `--network`"),
    ("aws_vpn_", "a VPN: name its site with `--network`"),
    ("aws_route53_resolver_", "resolver rules"),
    ("aws_route53_zone", "private zones"),
];

/// Reads the topology of a plan.
pub(super) struct NetworkReader<'r, 'p, 'm> {
    pub(super) resolver: &'r mut Resolver<'p, 'm>,
    instances: Vec<&'p Instance<'p>>,
    out: Topology,
}

impl<'r, 'p, 'm> NetworkReader<'r, 'p, 'm> {
    pub(super) fn new(resolver: &'r mut Resolver<'p, 'm>) -> Self {
        let instances = resolver.plan.instances.values().collect();
        Self { resolver, instances, out: Topology::default() }
    }

    pub(super) fn read(mut self) -> Topology {
        for it in self.instances.clone() {
            self.one(it);
        }
        self.join();
        self.out
    }

    fn text(&mut self, it: &'p Instance<'p>, name: &str) -> Option<Text> {
        match self.resolver.attribute(it, name) {
            Value::Text(text) if text != Text::default() => Some(text),
            _ => None,
        }
    }

    fn literal(&mut self, it: &'p Instance<'p>, name: &str) -> Option<String> {
        self.text(it, name)?.as_literal()
    }

    fn flag(&mut self, it: &'p Instance<'p>, name: &str, otherwise: bool) -> bool {
        self.resolver.attribute(it, name).as_bool().unwrap_or(otherwise)
    }

    fn of_kind(&self, kinds: &[&str]) -> Vec<&'p Instance<'p>> {
        self.instances.iter().copied().filter(|it| !it.data && kinds.contains(&it.kind)).collect()
    }

    fn one(&mut self, it: &'p Instance<'p>) {
        match it.kind {
            "aws_vpc" | "aws_default_vpc" => self.vpc(it),
            "aws_vpc_endpoint" => self.endpoint(it),
            "aws_subnet" | "aws_default_subnet" => self.subnet(it),
            _ if it.data => (),
            "aws_route_table" | "aws_default_route_table" => self.table(it),
            "aws_security_group" | "aws_default_security_group" => self.group(it),
            "aws_nat_gateway" => self.nat(it),
            "aws_vpc_peering_connection" => {
                let id = self.text(it, "id").unwrap_or_default();
                let ends = ["vpc_id", "peer_vpc_id"].map(|name| self.text(it, name));
                let ends: Vec<Text> = ends.into_iter().flatten().collect();
                self.out.peerings.push((id, ends));
            }
            "aws_ec2_transit_gateway" => {
                let id = self.text(it, "id").unwrap_or_default();
                self.out.transit_gateways.push((id, it.address.to_owned(), Vec::new()));
            }
            "aws_ec2_managed_prefix_list" => {
                let id = self.text(it, "id").unwrap_or_default();
                let entries = self.resolver.attribute(it, "entry");
                let cidrs =
                    blocks(&entries).into_iter().filter_map(|it| it.get("cidr").cloned()).collect();
                let name = self.literal(it, "name");
                self.out.prefix_lists.push((id, name, cidrs));
            }
            kind => {
                let known = NOT_MODELLED.iter().find(|(start, _)| kind.starts_with(start));
                if let Some((_, what)) = known {
                    let text = format!("`{}` is not modelled: {what}", it.address);
                    self.resolver.model.note("I0208", text);
                }
            }
        }
    }

    fn vpc(&mut self, it: &'p Instance<'p>) {
        let Some(id) = self.text(it, "id") else { return };
        let mut cidrs = vec![self.resolver.attribute(it, "cidr_block")];
        for other in self.of_kind(&["aws_vpc_ipv4_cidr_block_association"]) {
            if self.text(other, "vpc_id").as_ref() == Some(&id) {
                cidrs.push(self.resolver.attribute(other, "cidr_block"));
            }
        }
        let owner = it.values.get("owner_id").and_then(Json::as_str);
        let known = |name: &str| it.unknown.get(name) != Some(&Json::Bool(true));
        let vpc = Vpc {
            name: it.address.to_owned(),
            account: owner.map(Text::from),
            region: self.resolver.region(it).as_literal().map(Into::into),
            cidrs: cidrs.into_iter().filter(|it| !it.is_null()).collect(),
            dns_support: self.flag(it, "enable_dns_support", true),
            // What the provider leaves to AWS is off (VPC User Guide, "DNS attributes for your VPC").
            dns_hostnames: known("enable_dns_hostnames")
                && self.flag(it, "enable_dns_hostnames", false),
            default_group: self.text(it, "default_security_group_id"),
            main_table: self.text(it, "main_route_table_id"),
            internet_gateway: self.gateway(&id, "aws_internet_gateway"),
            egress_only_gateway: self.gateway(&id, "aws_egress_only_internet_gateway"),
            id,
        };
        if !self.out.vpcs.iter().any(|other| other.id == vpc.id) {
            self.out.vpcs.push(vpc);
        }
    }

    fn gateway(&mut self, vpc: &Text, kind: &str) -> Option<Text> {
        for it in self.of_kind(&[kind]) {
            let mut to = self.text(it, "vpc_id");
            let id = self.text(it, "id")?;
            if to.is_none() {
                for other in self.of_kind(&["aws_internet_gateway_attachment"]) {
                    if self.text(other, "internet_gateway_id").as_ref() == Some(&id) {
                        to = self.text(other, "vpc_id");
                    }
                }
            }
            if to.as_ref() == Some(vpc) {
                return Some(id);
            }
        }
        None
    }

    fn subnet(&mut self, it: &'p Instance<'p>) {
        let Some(id) = self.text(it, "id") else { return };
        let subnet = Subnet {
            id,
            name: it.address.to_owned(),
            vpc: self.text(it, "vpc_id").unwrap_or_default(),
            cidr: self.resolver.attribute(it, "cidr_block"),
            zone: self.literal(it, "availability_zone"),
            table: None,
        };
        if !self.out.subnets.iter().any(|other| other.id == subnet.id) {
            self.out.subnets.push(subnet);
        }
    }

    fn table(&mut self, it: &'p Instance<'p>) {
        let Some(id) = self.text(it, "id").or_else(|| self.text(it, "default_route_table_id"))
        else {
            return;
        };
        let is_default = it.kind == "aws_default_route_table";
        let vpc = self.text(it, "vpc_id");
        let default = self.text(it, "default_route_table_id");
        let of_default = || {
            let all = self.out.vpcs.iter();
            all.clone()
                .find(|vpc| vpc.main_table.is_some() && vpc.main_table == default)
                .map(|vpc| vpc.id.clone())
        };
        let vpc = vpc.or_else(of_default).unwrap_or_default();
        let unset = it.unknown.get("route") == Some(&Json::Bool(true))
            && it.expressions.and_then(|all| all.get("route")).is_none();
        let inline = if unset { Value::Null } else { self.resolver.attribute(it, "route") };
        let mut routes = Vec::new();
        for block in blocks(&inline) {
            let get = |name: &str| block.get(name).filter(|it| has_text(it)).cloned();
            let to = get("cidr_block")
                .or_else(|| get("ipv6_cidr_block"))
                .or_else(|| get("destination_prefix_list_id"));
            let via = TARGETS.iter().find_map(|name| get(name)?.as_text().cloned());
            routes.extend(to.zip(via));
        }
        for other in self.of_kind(&["aws_route"]) {
            if self.text(other, "route_table_id").as_ref() != Some(&id) {
                continue;
            }
            let to = [
                "destination_cidr_block",
                "destination_ipv6_cidr_block",
                "destination_prefix_list_id",
            ];
            let to = to.iter().find_map(|name| self.text(other, name).map(Value::Text));
            let via = TARGETS.iter().find_map(|name| self.text(other, name));
            routes.extend(to.zip(via));
        }
        routes.retain(|(_, via)| via.as_literal().as_deref() != Some("local"));
        let name = it.address.to_owned();
        self.out.tables.push(Table { id, name, vpc, routes, main: is_default });
    }

    fn group(&mut self, it: &'p Instance<'p>) {
        let Some(id) = self.text(it, "id") else { return };
        let vpc = self.text(it, "vpc_id").unwrap_or_default();
        let name = it.address.to_owned();
        let mut group =
            Group { id, name, vpc, is_default: it.kind.contains("default"), ..Group::default() };
        for (attribute, incoming) in [("ingress", true), ("egress", false)] {
            let unset = it.unknown.get(attribute) == Some(&Json::Bool(true))
                && it.expressions.and_then(|all| all.get(attribute)).is_none();
            if unset {
                continue;
            }
            let list = self.resolver.attribute(it, attribute);
            for block in blocks(&list) {
                if speaks_of_tls(block, ["protocol", "from_port", "to_port"]) {
                    let sides = sides(block, &group.name);
                    if incoming { group.ingress.extend(sides) } else { group.egress.extend(sides) }
                }
            }
        }
        self.out.groups.push(group);
    }

    /// Rules that are resources of their own.
    fn rules(&mut self) {
        for it in self.of_kind(&["aws_security_group_rule"]) {
            let incoming = self.literal(it, "type").as_deref() == Some("ingress");
            let Some(group) = self.text(it, "security_group_id") else { continue };
            let block = self.block(
                it,
                &[
                    "protocol",
                    "from_port",
                    "to_port",
                    "cidr_blocks",
                    "ipv6_cidr_blocks",
                    "prefix_list_ids",
                    "self",
                    "source_security_group_id",
                ],
            );
            self.rule(&group, incoming, &block, ["protocol", "from_port", "to_port"]);
        }
        for (kind, incoming) in [
            ("aws_vpc_security_group_ingress_rule", true),
            ("aws_vpc_security_group_egress_rule", false),
        ] {
            for it in self.of_kind(&[kind]) {
                let Some(group) = self.text(it, "security_group_id") else { continue };
                let block = self.block(
                    it,
                    &[
                        "ip_protocol",
                        "from_port",
                        "to_port",
                        "cidr_ipv4",
                        "cidr_ipv6",
                        "prefix_list_id",
                        "referenced_security_group_id",
                    ],
                );
                self.rule(&group, incoming, &block, ["ip_protocol", "from_port", "to_port"]);
            }
        }
    }

    fn block(&mut self, it: &'p Instance<'p>, names: &[&str]) -> Value {
        Value::object(names.iter().map(|name| (*name, self.resolver.attribute(it, name))))
    }

    fn rule(&mut self, group: &Text, incoming: bool, block: &Value, names: [&str; 3]) {
        if !speaks_of_tls(block, names) {
            return;
        }
        let Some(group) = self.out.groups.iter_mut().find(|it| it.id == *group) else { return };
        let sides = sides(block, &group.name);
        if incoming { group.ingress.extend(sides) } else { group.egress.extend(sides) }
    }

    fn nat(&mut self, it: &'p Instance<'p>) {
        let nat = Nat {
            id: self.text(it, "id").unwrap_or_default(),
            name: it.address.to_owned(),
            subnet: self.text(it, "subnet_id").unwrap_or_default(),
            addresses: self.text(it, "public_ip").into_iter().collect(),
            private: self.literal(it, "connectivity_type").as_deref() == Some("private"),
        };
        self.out.nats.push(nat);
    }

    fn endpoint(&mut self, it: &'p Instance<'p>) {
        let Some(id) = self.text(it, "id") else { return };
        let kind = self.literal(it, "vpc_endpoint_type").unwrap_or_else(|| "Gateway".to_owned());
        if !["Gateway", "Interface"].contains(&kind.as_str()) {
            let text = format!("`{}` is no endpoint of an API: its type is {kind}", it.address);
            self.resolver.model.note("I0208", text);
            return;
        }
        let mut list = |name: &str| {
            let unset = it.unknown.get(name) == Some(&Json::Bool(true))
                && it.expressions.and_then(|all| all.get(name)).is_none();
            if unset { Vec::new() } else { texts(&self.resolver.attribute(it, name)) }
        };
        let (subnets, groups, tables) =
            (list("subnet_ids"), list("security_group_ids"), list("route_table_ids"));
        let endpoint = Endpoint {
            name: it.address.to_owned(),
            vpc: self.text(it, "vpc_id").unwrap_or_default(),
            service: self.literal(it, "service_name").unwrap_or_default(),
            gateway: kind == "Gateway",
            private_dns: self.resolver.attribute(it, "private_dns_enabled").as_bool() == Some(true),
            subnets,
            groups,
            tables,
            placed: true,
            id,
        };
        if !self.out.endpoints.iter().any(|other| other.id == endpoint.id) {
            self.out.endpoints.push(endpoint);
        }
    }

    /// Associations: resources that tie two others together.
    fn join(&mut self) {
        self.rules();
        for it in self.of_kind(&["aws_route_table_association"]) {
            let (subnet, table) = (self.text(it, "subnet_id"), self.text(it, "route_table_id"));
            let Some(subnet) = subnet else { continue };
            if let Some(known) = self.out.subnets.iter_mut().find(|it| it.id == subnet) {
                known.table = table;
            }
        }
        for it in self.of_kind(&["aws_main_route_table_association"]) {
            let table = self.text(it, "route_table_id");
            let known = self.out.tables.iter_mut().find(|known| Some(&known.id) == table.as_ref());
            if let Some(known) = known {
                known.main = true;
            }
        }
        for (kind, of) in [
            ("aws_vpc_endpoint_route_table_association", "route_table_id"),
            ("aws_vpc_endpoint_subnet_association", "subnet_id"),
            ("aws_vpc_endpoint_security_group_association", "security_group_id"),
        ] {
            for it in self.of_kind(&[kind]) {
                let (endpoint, end) = (self.text(it, "vpc_endpoint_id"), self.text(it, of));
                let all = &mut self.out.endpoints;
                let known = all.iter_mut().find(|known| Some(&known.id) == endpoint.as_ref());
                let (Some(known), Some(end)) = (known, end) else { continue };
                match of {
                    "route_table_id" => known.tables.push(end),
                    "subnet_id" => known.subnets.push(end),
                    _ => known.groups.push(end),
                }
            }
        }
        for it in self.of_kind(&["aws_ec2_transit_gateway_vpc_attachment"]) {
            let (gateway, vpc) = (self.text(it, "transit_gateway_id"), self.text(it, "vpc_id"));
            let all = &mut self.out.transit_gateways;
            let known = all.iter_mut().find(|(id, ..)| Some(id) == gateway.as_ref());
            if let (Some((_, _, attached)), Some(vpc)) = (known, vpc) {
                attached.push(vpc);
            }
        }
    }
}

/// Attributes of a route that name its target.
const TARGETS: &[&str] = &[
    "gateway_id",
    "nat_gateway_id",
    "transit_gateway_id",
    "vpc_peering_connection_id",
    "egress_only_gateway_id",
    "network_interface_id",
    "vpc_endpoint_id",
];

fn has_text(value: &Value) -> bool {
    value.as_text().is_some_and(|text| *text != Text::default())
}

/// True if a rule lets TCP through on port 443.
pub(crate) fn speaks_of_tls(block: &Value, [protocol, from, to]: [&str; 3]) -> bool {
    let number = |name: &str| block.get(name)?.as_literal()?.parse::<i64>().ok();
    match block.get(protocol).and_then(Value::as_literal).as_deref() {
        Some("-1" | "all") => true,
        Some("tcp" | "6") => {
            number(from).is_none_or(|from| from <= 443) && number(to).is_none_or(|to| to >= 443)
        }
        _ => false,
    }
}

/// The other sides of a rule: ranges, groups, prefix lists.
fn sides(block: &Value, own: &str) -> Vec<Text> {
    let mut out = Vec::new();
    for name in [
        "cidr_blocks",
        "ipv6_cidr_blocks",
        "prefix_list_ids",
        "security_groups",
        "source_security_group_id",
        "cidr_ipv4",
        "cidr_ipv6",
        "prefix_list_id",
        "referenced_security_group_id",
    ] {
        let values = block.get(name).map(texts).unwrap_or_default();
        out.extend(values.into_iter().filter(|it| *it != Text::default()));
    }
    if block.get("self").and_then(Value::as_bool) == Some(true) {
        out.push(Text::from(own));
    }
    out
}
