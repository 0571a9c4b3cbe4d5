//! VPCs and what is in them.

use std::net::IpAddr;

use crate::catalog::EndpointService;
use crate::text::{AddressRange, Node, Span};

/// A VPC.
#[derive(Clone, Debug)]
pub struct Vpc {
    /// `vpc-…`.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// The account that owns it.
    pub account: Option<Box<str>>,
    /// Region of the VPC.
    pub region: Box<str>,
    /// Address ranges of both families.
    pub cidrs: Vec<AddressRange>,
    /// `enableDnsSupport` and `enableDnsHostnames` are both on: without them there is no private
    /// DNS.
    pub dns: VpcDns,
    /// VPC that is known and no part of the network: its endpoints and addresses are off it.
    pub outside: bool,
    /// Subnets of the VPC.
    pub subnets: Vec<Subnet>,
    /// Route tables, the main one first.
    pub route_tables: Vec<RouteTable>,
    /// Security groups of the VPC.
    pub security_groups: Vec<SecurityGroup>,
    /// Endpoints in the VPC.
    pub endpoints: Vec<Endpoint>,
    /// NAT gateways in the VPC.
    pub nat_gateways: Vec<NatGateway>,
    /// Firewall endpoints, Gateway Load Balancer endpoints, appliances and other targets of routes
    /// that hand traffic on.
    pub appliances: Vec<Appliance>,
    /// Internet gateway, by id.
    pub internet_gateway: Option<Box<str>>,
    /// Egress-only internet gateway, by id.
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
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// IPv4 range of the subnet.
    pub cidr: AddressRange,
    /// IPv6 range of the subnet.
    pub ipv6: Option<AddressRange>,
    /// Availability zone of the subnet.
    pub zone: Option<Box<str>>,
    /// Route table, if not the main one.
    pub route_table: Option<Box<str>>,
    /// The public addresses of machines in it, where it has a route to an internet gateway.
    pub public_addresses: Vec<AddressRange>,
    /// Place of the proxy that its machines send web traffic to.
    pub proxy: Option<Box<str>>,
}

/// A route table. The local routes and those of gateway endpoints are not written.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// `rtb-…`; `main` for the routes written at the VPC itself.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// Routes of the table.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Destination that it is for.
    pub to: Destination,
    /// The gateway, connection or attachment it leads to.
    pub via: Box<str>,
}

/// Destination of a route, or peer of a security group rule.
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
    /// Name in the file.
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

/// Clients for which the public host names of the service lead to the endpoint (perimeter §1.1,
/// §2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PrivateDns {
    /// No client.
    Off,
    /// Clients that ask the VPC's resolver.
    On,
    /// Clients outside the VPC that ask through an inbound resolver endpoint; S3 only.
    OnlyInbound,
}

/// A VPC endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `vpce-…`.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// The service.
    pub service: &'static EndpointService,
    /// Interface or gateway.
    pub endpoint_type: EndpointType,
    /// Region of the service, where it is not the VPC's.
    pub service_region: Option<Box<str>>,
    /// Address families, where the file says so.
    pub addresses: Option<EndpointAddresses>,
    /// Policy as the file gives it: a path, or a document.
    pub policy: Option<Node>,
    /// Span of the object in the file.
    pub span: Span,
}

/// A NAT gateway.
#[derive(Clone, Debug)]
pub struct NatGateway {
    /// `nat-…`.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// Public addresses, which AWS sees.
    pub addresses: Vec<AddressRange>,
    /// Flag that its addresses count as on the network.
    pub trusted: bool,
    /// Flag of a private NAT gateway: its addresses are private, and no way to the internet.
    pub private: bool,
}

/// A target of routes that hands traffic on: a firewall or Gateway Load Balancer endpoint, an
/// appliance's network interface, a carrier or local gateway (VPC User Guide, "Example routing
/// options").
#[derive(Clone, Debug)]
pub struct Appliance {
    /// Id of the endpoint, interface or gateway.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// Target that the traffic goes on to; none if it ends there.
    pub next: Option<Box<str>>,
    /// Public addresses that it puts in, of a NAT instance.
    pub addresses: Vec<AddressRange>,
}

/// Address families that an endpoint takes (PrivateLink Guide, "IP address types").
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndpointAddresses {
    /// Both families.
    Dualstack,
    /// IPv4 only.
    Ipv4,
    /// IPv6 only.
    Ipv6,
}

impl Vpc {
    /// The name, else the id.
    pub fn display(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// The ARN, where the account is known.
    pub fn arn(&self) -> Option<String> {
        let account = self.account.as_deref()?;
        let partition = partition(&self.region);
        Some(format!("arn:{partition}:ec2:{}:{account}:vpc/{}", self.region, self.id))
    }

    /// The route table of a subnet.
    pub fn table_of(&self, subnet: &Subnet) -> Option<&RouteTable> {
        match &subnet.route_table {
            Some(id) => self.route_tables.iter().find(|it| it.id == *id),
            None => self.route_tables.first(),
        }
    }

    /// Test for an address of the VPC.
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

    /// The region of the service that it leads to.
    pub fn region<'n>(&'n self, vpc: &'n Vpc) -> &'n str {
        self.service_region.as_deref().unwrap_or(&vpc.region)
    }

    /// Test for a gateway endpoint.
    pub fn is_gateway(&self) -> bool {
        matches!(self.endpoint_type, EndpointType::Gateway { .. })
    }
}

/// The partition of a region (General Reference, "Amazon Resource Names").
fn partition(region: &str) -> &'static str {
    if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else if region.starts_with("cn-") {
        "aws-cn"
    } else {
        "aws"
    }
}
