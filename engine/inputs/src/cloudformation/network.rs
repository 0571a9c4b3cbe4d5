//! Resource types that carry topology.

use super::evaluate::{Evaluator, as_text};
use super::physical;
use super::template::Stack;
use crate::terraform::speaks_of_tls;
use crate::topology::{Endpoint, Group, Nat, Subnet, Table, Topology, Vpc};
use crate::value::{Text, Value};

/// Reads the topology of one stack.
pub(super) struct NetworkReader<'e, 's, 'm> {
    pub(super) evaluator: &'e mut Evaluator<'s, 'm>,
    pub(super) out: &'e mut Topology,
}

impl<'s> NetworkReader<'_, 's, '_> {
    fn stack(&self) -> &'s Stack {
        self.evaluator.stack
    }

    fn value(&mut self, logical: &str, name: &str) -> Value {
        let node = self.stack().property(logical, name);
        node.and_then(|node| self.evaluator.value(node)).unwrap_or_default()
    }

    fn text(&mut self, logical: &str, name: &str) -> Option<Text> {
        as_text(&self.value(logical, name))
    }

    fn texts(&mut self, logical: &str, name: &str) -> Vec<Text> {
        self.value(logical, name).items().iter().filter_map(as_text).collect()
    }

    fn flag(&mut self, logical: &str, name: &str) -> Option<bool> {
        self.value(logical, name).as_bool()
    }

    fn id(&mut self, logical: &str) -> Text {
        physical::name(self.evaluator, logical)
    }

    /// Reads a resource that stands by itself.
    pub(super) fn one(&mut self, logical: &'s str) {
        let name = self.evaluator.address(logical);
        match self.stack().type_of(logical).unwrap_or_default() {
            "AWS::EC2::VPC" => {
                let id = self.id(logical);
                let vpc = Vpc {
                    name,
                    cidrs: vec![self.value(logical, "CidrBlock")],
                    dns_support: self.flag(logical, "EnableDnsSupport").unwrap_or(true),
                    dns_hostnames: self.flag(logical, "EnableDnsHostnames").unwrap_or(false),
                    id,
                    ..Vpc::default()
                };
                self.out.vpcs.push(vpc);
            }
            "AWS::EC2::Subnet" => {
                let subnet = Subnet {
                    id: self.id(logical),
                    name,
                    vpc: self.text(logical, "VpcId").unwrap_or_default(),
                    cidr: self.value(logical, "CidrBlock"),
                    zone: self.zone(logical),
                    table: None,
                };
                self.out.subnets.push(subnet);
            }
            "AWS::EC2::RouteTable" => {
                let (id, vpc) = (self.id(logical), self.text(logical, "VpcId").unwrap_or_default());
                self.out.tables.push(Table { id, name, vpc, ..Table::default() });
            }
            "AWS::EC2::SecurityGroup" => self.group(logical, name),
            "AWS::EC2::NatGateway" => {
                let nat = Nat {
                    id: self.id(logical),
                    name,
                    subnet: self.text(logical, "SubnetId").unwrap_or_default(),
                    addresses: Vec::new(),
                    private: self.value(logical, "ConnectivityType").as_literal().as_deref()
                        == Some("private"),
                };
                self.out.nats.push(nat);
            }
            "AWS::EC2::VPCEndpoint" => self.endpoint(logical, name),
            "AWS::EC2::VPCPeeringConnection" => {
                let ends = ["VpcId", "PeerVpcId"].map(|it| self.text(logical, it));
                let id = self.id(logical);
                self.out.peerings.push((id, ends.into_iter().flatten().collect()));
            }
            "AWS::EC2::TransitGateway" => {
                let id = self.id(logical);
                self.out.transit_gateways.push((id, name, Vec::new()));
            }
            _ => (),
        }
    }

    /// The zone, where it is written and not chosen by `Fn::GetAZs`.
    fn zone(&mut self, logical: &str) -> Option<String> {
        let node = self.stack().property(logical, "AvailabilityZone")?;
        let written = node.as_str().is_some();
        if written { self.value(logical, "AvailabilityZone").as_literal() } else { None }
    }

    fn group(&mut self, logical: &str, name: String) {
        let id = self.id(logical);
        let vpc = self.text(logical, "VpcId").unwrap_or_default();
        let mut group = Group { id, vpc, ..Group::default() };
        let ingress = self.value(logical, "SecurityGroupIngress");
        group.ingress = rules(&ingress, &name);
        match self.stack().property(logical, "SecurityGroupEgress") {
            Some(_) => {
                let egress = self.value(logical, "SecurityGroupEgress");
                group.egress = rules(&egress, &name);
            }
            // AWS adds a rule that allows all (AWS::EC2::SecurityGroup, SecurityGroupEgress).
            None => group.egress_open = true,
        }
        group.name = name;
        self.out.groups.push(group);
    }

    fn endpoint(&mut self, logical: &str, name: String) {
        let kind = self.value(logical, "VpcEndpointType").as_literal();
        let kind = kind.unwrap_or_else(|| "Gateway".to_owned());
        if !["Gateway", "Interface"].contains(&kind.as_str()) {
            let text = format!("`{name}` is no endpoint of an API: its type is {kind}");
            self.evaluator.model.note("I0208", text);
            return;
        }
        let endpoint = Endpoint {
            id: self.id(logical),
            name,
            vpc: self.text(logical, "VpcId").unwrap_or_default(),
            service: self.value(logical, "ServiceName").as_literal().unwrap_or_default(),
            gateway: kind == "Gateway",
            private_dns: self.flag(logical, "PrivateDnsEnabled").unwrap_or(false),
            subnets: self.texts(logical, "SubnetIds"),
            groups: self.texts(logical, "SecurityGroupIds"),
            tables: self.texts(logical, "RouteTableIds"),
            placed: true,
        };
        self.out.endpoints.push(endpoint);
    }

    /// Reads a resource that ties two others together.
    pub(super) fn joint(&mut self, logical: &'s str) {
        match self.stack().type_of(logical).unwrap_or_default() {
            "AWS::EC2::SubnetRouteTableAssociation" => {
                let (subnet, table) =
                    (self.text(logical, "SubnetId"), self.text(logical, "RouteTableId"));
                let known = self.out.subnets.iter_mut().find(|it| Some(&it.id) == subnet.as_ref());
                if let Some(known) = known {
                    known.table = table;
                }
            }
            "AWS::EC2::Route" => {
                let table = self.text(logical, "RouteTableId");
                let to =
                    ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
                let to = to.iter().find_map(|it| self.text(logical, it)).map(Value::Text);
                let via = [
                    "GatewayId",
                    "NatGatewayId",
                    "TransitGatewayId",
                    "VpcPeeringConnectionId",
                    "EgressOnlyInternetGatewayId",
                    "NetworkInterfaceId",
                    "VpcEndpointId",
                ];
                let via = via.iter().find_map(|it| self.text(logical, it));
                let known = self.out.tables.iter_mut().find(|it| Some(&it.id) == table.as_ref());
                if let (Some(known), Some(to), Some(via)) = (known, to, via) {
                    known.routes.push((to, via));
                }
            }
            "AWS::EC2::VPCGatewayAttachment" => {
                let (vpc, gateway) =
                    (self.text(logical, "VpcId"), self.text(logical, "InternetGatewayId"));
                let known = self.out.vpcs.iter_mut().find(|it| Some(&it.id) == vpc.as_ref());
                if let Some(known) = known {
                    known.internet_gateway = gateway;
                }
            }
            "AWS::EC2::EgressOnlyInternetGateway" => {
                let (vpc, id) = (self.text(logical, "VpcId"), self.id(logical));
                let known = self.out.vpcs.iter_mut().find(|it| Some(&it.id) == vpc.as_ref());
                if let Some(known) = known {
                    known.egress_only_gateway = Some(id);
                }
            }
            "AWS::EC2::TransitGatewayAttachment" | "AWS::EC2::TransitGatewayVpcAttachment" => {
                let (gateway, vpc) =
                    (self.text(logical, "TransitGatewayId"), self.text(logical, "VpcId"));
                let all = &mut self.out.transit_gateways;
                let known = all.iter_mut().find(|(id, ..)| Some(id) == gateway.as_ref());
                if let (Some((_, _, attached)), Some(vpc)) = (known, vpc) {
                    attached.push(vpc);
                }
            }
            kind @ ("AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress") => {
                let group = self.text(logical, "GroupId");
                let node = self.stack().resource(logical).and_then(|it| it.member("Properties"));
                let rule = node.and_then(|it| self.evaluator.value(&it.value)).unwrap_or_default();
                let known = self.out.groups.iter_mut().find(|it| Some(&it.id) == group.as_ref());
                if let Some(known) = known {
                    let more = rules(&rule, &known.name);
                    if kind.ends_with("Ingress") {
                        known.ingress.extend(more);
                    } else {
                        known.egress_open = false;
                        known.egress.extend(more);
                    }
                }
            }
            _ => (),
        }
    }
}

/// The other sides of the rules that let TCP through on port 443.
fn rules(list: &Value, own: &str) -> Vec<Text> {
    let mut out = Vec::new();
    for rule in list.items() {
        if !speaks_of_tls(rule, ["IpProtocol", "FromPort", "ToPort"]) {
            continue;
        }
        for name in [
            "CidrIp",
            "CidrIpv6",
            "SourceSecurityGroupId",
            "DestinationSecurityGroupId",
            "SourcePrefixListId",
            "DestinationPrefixListId",
        ] {
            out.extend(rule.get(name).and_then(as_text));
        }
    }
    let _ = own;
    out
}
