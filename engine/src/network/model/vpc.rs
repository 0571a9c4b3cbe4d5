//! VPCs and what is in them.

use std::net::IpAddr;

use crate::catalog::EndpointService;
use crate::text::{AddressRange, Node, Span};

/// A VPC with its subnets, routes, endpoints and gateways.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// account: '111122223333'
/// vpcs: [{id: vpc-0a11a11a11a11a11a, name: ml, cidrs: 10.20.0.0/16}]
/// "))?;
/// let vpc = network.vpc("ml").expect("it is in the file");
/// let arn = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a11a11a11a11a11a";
/// assert_eq!(vpc.arn().as_deref(), Some(arn));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vpc {
    /// The id, `vpc-…`.
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
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     dnsHostnames: false
/// "))?;
/// let dns = network.vpcs[0].dns;
/// assert!(dns.support && !dns.hostnames, "no endpoint of the VPC has private DNS");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VpcDns {
    /// The attribute `enableDnsSupport`.
    pub support: bool,
    /// The attribute `enableDnsHostnames`.
    pub hostnames: bool,
}

/// A subnet of a VPC.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
/// "))?;
/// let (vpc, subnet) = network.subnet("notebooks").expect("it is in the file");
/// assert!(subnet.cidr.contains_text("10.20.1.9"));
/// assert_eq!(vpc.table_of(subnet).map(|table| table.routes.len()), Some(0));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Subnet {
    /// The id, `subnet-…`.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// IPv4 range of the subnet; its IPv6 range, where it has no other.
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
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     internetGateway: igw-0a0a0a0a0a0a0a0a1
///     routes: [{to: 0.0.0.0/0, via: igw-0a0a0a0a0a0a0a0a1}]
/// "))?;
/// let [main] = &*network.vpcs[0].route_tables else { panic!("one table") };
/// assert_eq!((&*main.id, main.routes.len()), ("main of vpc-0a11a11a11a11a11a", 1));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// `rtb-…`; `main of vpc-…` for the routes written at the VPC itself.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// Routes of the table.
    pub routes: Vec<Route>,
}

/// A route of a route table.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     internetGateway: igw-0a0a0a0a0a0a0a0a1
///     routes: [{to: 0.0.0.0/0, via: igw-0a0a0a0a0a0a0a0a1}]
/// "))?;
/// let route = &network.vpcs[0].route_tables[0].routes[0];
/// assert_eq!(&*route.via, "igw-0a0a0a0a0a0a0a0a1");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Route {
    /// Destination that it is for.
    pub to: Destination,
    /// The gateway, connection or attachment it leads to.
    pub via: Box<str>,
}

/// Destination of a route, or peer of a security group rule.
///
/// ```
/// # use polsim::network::{Destination, Network};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     internetGateway: igw-0a0a0a0a0a0a0a0a1
///     routes: [{to: 0.0.0.0/0, via: igw-0a0a0a0a0a0a0a0a1}]
/// "))?;
/// let route = &network.vpcs[0].route_tables[0].routes[0];
/// assert_eq!(route.to, Destination::Range("0.0.0.0/0".parse().expect("a range")));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Destination {
    /// The members of a security group, by id.
    Group(Box<str>),
    /// The addresses of a prefix list, by id.
    PrefixList(Box<str>),
    /// A range of addresses.
    Range(AddressRange),
}

/// A security group, as far as port 443 goes.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     securityGroups: [{id: sg-0a0a0a0a0a0a0a0a1, name: endpoints, ingress: 10.20.1.0/24}]
/// "))?;
/// let group = &network.vpcs[0].security_groups[0];
/// assert_eq!(group.ingress.len(), 1);
/// assert!(group.egress.is_none(), "its members reach everybody");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// The id, `sg-…`.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// Whom it lets in on port 443.
    pub ingress: Vec<Destination>,
    /// Whom its members reach on port 443; everybody where the file has no `egress`.
    pub egress: Option<Vec<Destination>>,
}

/// The two types of VPC endpoints for AWS services.
///
/// ```
/// # use polsim::network::{EndpointType, Network};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
///     endpoints: [{id: vpce-0a000000000000001, service: sagemaker.api}]
/// "))?;
/// let (_, endpoint) = network.endpoint("vpce-0a000000000000001").expect("it is in the file");
/// let EndpointType::Interface { subnets, .. } = &endpoint.endpoint_type else {
///     panic!("SageMaker has interface endpoints only")
/// };
/// assert_eq!(subnets.len(), 1, "in all subnets of its VPC");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
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
        /// The setting of private DNS.
        private_dns: PrivateDns,
    },
}

/// Clients for which the public host names of the service lead to the endpoint (perimeter §1.1,
/// §2.2).
///
/// ```
/// # use polsim::network::{EndpointType, Network, PrivateDns};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
///     endpoints: [{id: vpce-0a000000000000001, service: sagemaker.api}]
/// "))?;
/// let (_, endpoint) = network.endpoint("vpce-0a000000000000001").expect("it is in the file");
/// let EndpointType::Interface { private_dns, .. } = &endpoint.endpoint_type else {
///     panic!("SageMaker has interface endpoints only")
/// };
/// assert_eq!(*private_dns, PrivateDns::On);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PrivateDns {
    /// No client at all.
    Off,
    /// Clients that ask the VPC's resolver.
    On,
    /// Clients outside the VPC that ask through an inbound resolver endpoint; S3 only.
    OnlyInbound,
}

/// A VPC endpoint of an AWS service.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
///     endpoints: [{id: vpce-0a000000000000001, service: sagemaker.api}]
/// "))?;
/// let (_, endpoint) = network.endpoint("vpce-0a000000000000001").expect("it is in the file");
/// assert_eq!(endpoint.service.name, "sagemaker.api");
/// assert!(!endpoint.is_gateway());
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The id, `vpce-…`.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// The service that it leads to.
    pub service: &'static EndpointService,
    /// The type, interface or gateway.
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

/// A NAT gateway of a VPC.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
///     natGateways: [{id: nat-0a0a0a0a0a0a0a0a1, addresses: 198.51.100.10}]
/// "))?;
/// assert_eq!(network.nat_addresses(), ["198.51.100.10".parse().expect("an address")]);
/// assert!(network.corporate_addresses().is_empty(), "a NAT gateway is not the company's network");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct NatGateway {
    /// The id, `nat-…`.
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
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     appliances: [{id: eni-0a0a0a0a0a0a0a0a1, name: nat instance, addresses: 198.51.100.10}]
/// "))?;
/// let instance = network.appliance("nat instance").expect("it is in the file");
/// assert!(instance.next.is_none() && instance.addresses.len() == 1);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
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
///
/// ```
/// # use polsim::network::{EndpointAddresses, Network};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
///     endpoints: [{id: vpce-0a000000000000001, service: sagemaker.api, addresses: dualstack}]
/// "))?;
/// let (_, endpoint) = network.endpoint("vpce-0a000000000000001").expect("it is in the file");
/// assert_eq!(endpoint.addresses, Some(EndpointAddresses::Dualstack));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndpointAddresses {
    /// Addresses of both families.
    Dualstack,
    /// Addresses of IPv4 only.
    Ipv4,
    /// Addresses of IPv6 only.
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
