//! VPCs and what is in them, as `aws ec2 describe-…` prints them.

use polsim::policy::PolicyType;
use serde_json::Value as Json;

use super::{Add, Dump, add, document};
use crate::model::{Attachment, Model};
use crate::topology::{Endpoint, Group, Nat, Subnet, Table, Topology, Vpc};
use crate::value::{Text, Value};

/// States of things that are gone.
const GONE: &[&str] =
    &["deleted", "deleting", "failed", "rejected", "Deleted", "Deleting", "Failed", "Rejected"];

fn text<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str)
}

fn list<'j>(json: &'j Json, key: &str) -> impl Iterator<Item = &'j Json> + use<'j> {
    json.get(key).and_then(Json::as_array).into_iter().flatten()
}

fn id(json: &Json, key: &str) -> Text {
    Text::from(text(json, key).unwrap_or_default())
}

fn ids(json: &Json, key: &str) -> Vec<Text> {
    list(json, key).filter_map(Json::as_str).map(Text::from).collect()
}

/// The tag `Name`.
fn name(json: &Json) -> String {
    let tag = list(json, "Tags").find(|it| text(it, "Key") == Some("Name"));
    tag.and_then(|it| text(it, "Value")).unwrap_or_default().to_owned()
}

pub(super) fn read(dump: &Dump<'_>, model: &mut Model) -> Topology {
    let mut out = Topology::default();
    vpcs(dump, &mut out, model);
    for (_, it) in dump.all("Subnets") {
        out.subnets.push(Subnet {
            id: id(it, "SubnetId"),
            name: name(it),
            vpc: id(it, "VpcId"),
            cidr: Value::text(text(it, "CidrBlock").unwrap_or_default()),
            zone: text(it, "AvailabilityZone").map(str::to_owned),
            table: None,
        });
    }
    tables(dump, &mut out);
    for (_, it) in dump.all("SecurityGroups") {
        let own = text(it, "GroupName").unwrap_or_default();
        out.groups.push(Group {
            id: id(it, "GroupId"),
            name: if own == "default" { String::new() } else { own.to_owned() },
            vpc: id(it, "VpcId"),
            ingress: rules(it, "IpPermissions"),
            egress: rules(it, "IpPermissionsEgress"),
            egress_open: false,
            is_default: own == "default",
        });
    }
    for (_, it) in dump.all("NatGateways") {
        if is_gone(it) {
            continue;
        }
        let addresses = list(it, "NatGatewayAddresses").filter_map(|it| text(it, "PublicIp"));
        out.nats.push(Nat {
            id: id(it, "NatGatewayId"),
            name: name(it),
            subnet: id(it, "SubnetId"),
            addresses: addresses.map(Text::from).collect(),
            private: text(it, "ConnectivityType") == Some("private"),
        });
    }
    for (_, it) in dump.all("VpcPeeringConnections") {
        if it.pointer("/Status/Code").and_then(Json::as_str) == Some("active") {
            let end = |key: &str| it.pointer(key).and_then(Json::as_str).map(Text::from);
            let ends = ["/AccepterVpcInfo/VpcId", "/RequesterVpcInfo/VpcId"].map(end);
            let id = id(it, "VpcPeeringConnectionId");
            out.peerings.push((id, ends.into_iter().flatten().collect()));
        }
    }
    for (_, it) in dump.all("TransitGateways") {
        let gateway = id(it, "TransitGatewayId");
        let attached = dump.all("TransitGatewayAttachments").filter(|(_, other)| {
            text(other, "ResourceType") == Some("vpc")
                && id(other, "TransitGatewayId") == gateway
                && !is_gone(other)
        });
        let attached = attached.map(|(_, other)| id(other, "ResourceId")).collect();
        out.transit_gateways.push((gateway, name(it), attached));
    }
    endpoints(dump, &mut out, model);
    unique(&mut out);
    out
}

fn is_gone(json: &Json) -> bool {
    text(json, "State").is_some_and(|state| GONE.contains(&state))
}

fn vpcs(dump: &Dump<'_>, out: &mut Topology, model: &mut Model) {
    for (_, it) in dump.all("Vpcs") {
        let vpc = id(it, "VpcId");
        let states = list(it, "CidrBlockAssociationSet").filter(|it| {
            it.pointer("/CidrBlockState/State").and_then(Json::as_str) == Some("associated")
        });
        let mut cidrs: Vec<Value> =
            states.filter_map(|it| text(it, "CidrBlock")).map(Value::text).collect();
        if cidrs.is_empty() {
            cidrs.extend(text(it, "CidrBlock").map(Value::text));
        }
        let mut flag = |key: &str| {
            let answer = dump.with(key).find(|it| id(&it.json, "VpcId") == vpc);
            let value = answer.and_then(|it| it.json.get(key)?.get("Value")?.as_bool());
            if value.is_none() {
                model.assume("dns-on", vpc.to_string());
            }
            value.unwrap_or(true)
        };
        let (dns_support, dns_hostnames) = (flag("EnableDnsSupport"), flag("EnableDnsHostnames"));
        let gateway = |key: &str, of: &str| {
            let attached = |it: &Json| list(it, "Attachments").any(|it| id(it, "VpcId") == vpc);
            let mut all = dump.all(key);
            all.find(|(_, it)| attached(it)).map(|(_, it)| id(it, of))
        };
        out.vpcs.push(Vpc {
            name: name(it),
            account: text(it, "OwnerId").map(Text::from),
            cidrs,
            dns_support,
            dns_hostnames,
            internet_gateway: gateway("InternetGateways", "InternetGatewayId"),
            egress_only_gateway: gateway(
                "EgressOnlyInternetGateways",
                "EgressOnlyInternetGatewayId",
            ),
            id: vpc.clone(),
            ..Vpc::default()
        });
    }
}

fn tables(dump: &Dump<'_>, out: &mut Topology) {
    for (_, it) in dump.all("RouteTables") {
        let table = id(it, "RouteTableId");
        let mut main = false;
        for association in list(it, "Associations") {
            main |= association.get("Main") == Some(&Json::Bool(true));
            if let Some(subnet) = text(association, "SubnetId")
                && let Some(known) =
                    out.subnets.iter_mut().find(|known| known.id == Text::from(subnet))
            {
                known.table = Some(table.clone());
            }
        }
        let mut routes = Vec::new();
        for route in list(it, "Routes") {
            let to =
                ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
            let to = to.iter().find_map(|key| text(route, key));
            let via = [
                "GatewayId",
                "NatGatewayId",
                "TransitGatewayId",
                "VpcPeeringConnectionId",
                "EgressOnlyInternetGatewayId",
                "NetworkInterfaceId",
            ];
            let via = via.iter().find_map(|key| text(route, key));
            let (Some(to), Some(via)) = (to, via) else { continue };
            let is_endpoint = via.starts_with("vpce-");
            if text(route, "State") == Some("blackhole") || via == "local" || is_endpoint {
                continue;
            }
            routes.push((Value::text(to), Text::from(via)));
        }
        let name = name(it);
        out.tables.push(Table { id: table, name, vpc: id(it, "VpcId"), routes, main });
    }
}

/// The other sides of rules that let TCP through on port 443.
fn rules(group: &Json, key: &str) -> Vec<Text> {
    let mut out = Vec::new();
    for rule in list(group, key) {
        if !crate::terraform::speaks_of_tls(
            &Value::from(rule),
            ["IpProtocol", "FromPort", "ToPort"],
        ) {
            continue;
        }
        for (lists, of) in [
            ("IpRanges", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6"),
            ("PrefixListIds", "PrefixListId"),
            ("UserIdGroupPairs", "GroupId"),
        ] {
            out.extend(list(rule, lists).filter_map(|it| text(it, of)).map(Text::from));
        }
    }
    out
}

fn endpoints(dump: &Dump<'_>, out: &mut Topology, model: &mut Model) {
    for (path, it) in dump.all("VpcEndpoints") {
        let endpoint = id(it, "VpcEndpointId");
        if is_gone(it) {
            model.note("I0208", format!("the endpoint {endpoint} is gone"));
            continue;
        }
        let kind = text(it, "VpcEndpointType").unwrap_or("Gateway");
        if !["Gateway", "Interface"].contains(&kind) {
            model.note("I0208", format!("{endpoint} is no endpoint of an API: its type is {kind}"));
            continue;
        }
        let groups = list(it, "Groups").map(|it| id(it, "GroupId")).collect();
        out.endpoints.push(Endpoint {
            id: endpoint.clone(),
            name: name(it),
            vpc: id(it, "VpcId"),
            service: text(it, "ServiceName").unwrap_or_default().to_owned(),
            gateway: kind == "Gateway",
            private_dns: it.get("PrivateDnsEnabled") == Some(&Json::Bool(true)),
            subnets: ids(it, "SubnetIds"),
            groups,
            tables: ids(it, "RouteTableIds"),
            placed: it.get("SubnetIds").is_some() || it.get("RouteTableIds").is_some(),
        });
        if let Some(document) = it.get("PolicyDocument").and_then(document) {
            let at = endpoint.to_string();
            let (policy_type, via) = (PolicyType::Endpoint, String::new());
            let attachment = Attachment::Endpoint(endpoint);
            add(Add { policy_type, at, via, attachment, document, path }, model);
        }
    }
}

/// Takes names away that two objects have: the ids tell them apart.
fn unique(out: &mut Topology) {
    let mut names: Vec<String> = Vec::new();
    let mut all: Vec<&mut String> = Vec::new();
    all.extend(out.vpcs.iter_mut().map(|it| &mut it.name));
    all.extend(out.subnets.iter_mut().map(|it| &mut it.name));
    all.extend(out.tables.iter_mut().map(|it| &mut it.name));
    all.extend(out.groups.iter_mut().map(|it| &mut it.name));
    all.extend(out.endpoints.iter_mut().map(|it| &mut it.name));
    all.extend(out.nats.iter_mut().map(|it| &mut it.name));
    for name in all {
        if names.contains(name) {
            name.clear();
        } else if !name.is_empty() {
            names.push(name.clone());
        }
    }
}
