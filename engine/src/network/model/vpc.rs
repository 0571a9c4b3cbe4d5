//! VPCs and what is in them.

use std::net::IpAddr;

use crate::catalog::EndpointService;
use crate::text::{AddressRange, Node, Span};

/// A VPC.
#[derive(Clone, Debug)]
pub struct Vpc {
    /// `vpc-…`.
    pub id: Box<str>,
    /// How the file calls it.
    pub name: Option<Box<str>>,
    /// The account that owns it.
    pub account: Option<Box<str>>,
    /// Its region.
    pub region: Box<str>,
    /// Its ranges of both families.
    pub cidrs: Vec<AddressRange>,
    /// `enableDnsSupport` and `enableDnsHostnames` are both on: without them there is no private
    /// DNS.
    pub dns: VpcDns,
    /// Known, but no part of the network: its endpoints and addresses are off the network.
    pub outside: bool,
    /// Its subnets.
    pub subnets: Vec<Subnet>,
    /// Its route tables, the main one first.
    pub route_tables: Vec<RouteTable>,
    /// Its security groups.
    pub security_groups: Vec<SecurityGroup>,
    /// Its endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Its NAT gateways.
    pub nat_gateways: Vec<NatGateway>,
    /// Its internet gateway.
    pub internet_gateway: Option<Box<str>>,
    /// Its egress-only internet gateway.
    pub egress_only_gateway: Option<Box<str>>,
}

/// The two DNS attributes of a VPC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VpcDns {
    /// `enableDnsSupport`.
    pub support: bool,
    /// `enableDnsHostnames`.
    pub hostnames: bool,
}

/// A subnet.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// `subnet-…`.
    pub id: Box<str>,
    /// How the file calls it.
    pub name: Option<Box<str>>,
    /// Its IPv4 range.
    pub cidr: AddressRange,
    /// Its IPv6 range.
    pub ipv6: Option<AddressRange>,
    /// Its availability zone.
    pub zone: Option<Box<str>>,
    /// Its route table, if it is not the main one.
    pub route_table: Option<Box<str>>,
    /// The public addresses of machines in it, where it has a route to an internet gateway.
    pub public_addresses: Vec<AddressRange>,
    /// Where its machines send web traffic.
    pub proxy: Option<Box<str>>,
}

/// A route table. The local routes and those of gateway endpoints are not written.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// `rtb-…`; `main` for the routes written at the VPC itself.
    pub id: Box<str>,
    /// How the file calls it.
    pub name: Option<Box<str>>,
    /// Its routes.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// What it is for.
    pub to: Destination,
    /// The gateway, connection or attachment it leads to.
    pub via: Box<str>,
}

/// What a route or a security group rule speaks of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Destination {
    /// The members of a security group, by id.
    Group(Box<str>),
    /// The addresses of a prefix list, by id.
    PrefixList(Box<str>),
    /// A range.
    Range(AddressRange),
}

/// A security group.
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// `sg-…`.
    pub id: Box<str>,
    /// How the file calls it.
    pub name: Option<Box<str>>,
    /// Whom it lets in on port 443.
    pub ingress: Vec<Destination>,
    /// Whom its members reach on port 443; everybody where the file has no `egress`.
    pub egress: Option<Vec<Destination>>,
}

/// The two types of VPC endpoints for AWS services.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EndpointType {
    /// A route to the prefix list of S3 or DynamoDB.
    Gateway {
        /// The route tables that have the route.
        route_tables: Vec<Box<str>>,
    },
    /// Network interfaces in subnets.
    Interface {
        /// The subnets, one per availability zone.
        subnets: Vec<Box<str>>,
        /// The groups of its network interfaces; none if the file does not say.
        security_groups: Vec<Box<str>>,
        /// Private DNS.
        private_dns: PrivateDns,
    },
}

/// Whether the public host names of the service lead to the endpoint (perimeter §1.1, §2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PrivateDns {
    /// For nobody.
    Off,
    /// For everyone who asks the VPC's resolver.
    On,
    /// For those outside the VPC who ask through an inbound resolver endpoint; S3 only.
    OnlyInbound,
}

/// A VPC endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `vpce-…`.
    pub id: Box<str>,
    /// How the file calls it.
    pub name: Option<Box<str>>,
    /// The service.
    pub service: &'static EndpointService,
    /// Interface or gateway.
    pub endpoint_type: EndpointType,
    /// Its policy as the file gives it: a path, or a document.
    pub policy: Option<Node>,
    /// Where it is written.
    pub span: Span,
}

/// A NAT gateway.
#[derive(Clone, Debug)]
pub struct NatGateway {
    /// `nat-…`.
    pub id: Box<str>,
    /// How the file calls it.
    pub name: Option<Box<str>>,
    /// Its public address, which AWS sees.
    pub addresses: Vec<AddressRange>,
    /// Its address counts as on the network.
    pub trusted: bool,
}

impl Vpc {
    /// The name, else the id.
    pub fn display(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// The ARN, where the account is known.
    pub fn arn(&self) -> Option<String> {
        let account = self.account.as_deref()?;
        Some(format!("arn:aws:ec2:{}:{account}:vpc/{}", self.region, self.id))
    }

    /// The route table of a subnet.
    pub fn table_of(&self, subnet: &Subnet) -> Option<&RouteTable> {
        match &subnet.route_table {
            Some(id) => self.route_tables.iter().find(|it| it.id == *id),
            None => self.route_tables.first(),
        }
    }

    /// Whether the address is one of the VPC's.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.cidrs.iter().any(|cidr| cidr.contains(address))
    }
}

impl Subnet {
    /// The name, else the id.
    pub fn display(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl Endpoint {
    /// The name, else the id.
    pub fn display(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// Whether it is a gateway endpoint.
    pub fn is_gateway(&self) -> bool {
        matches!(self.endpoint_type, EndpointType::Gateway { .. })
    }
}
