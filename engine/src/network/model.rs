//! The objects of a topology (perimeter §1.1).
//!
//! Objects name each other by id; [`read`](super::read) has checked that what is named exists, so a
//! look-up that finds nothing means "not there" and never a mistake of the file.

mod links;
mod vpc;

pub use links::{Link, LinkType, Peering, Site, TransitGateway, TransitRouteTable};
pub use vpc::{
    Appliance, Destination, Endpoint, EndpointAddresses, EndpointType, NatGateway, PrivateDns,
    Route, RouteTable, SecurityGroup, Subnet, Vpc, VpcDns,
};

use crate::lower::Scope;
use crate::text::{AddressRange, Source};

/// A network: what AWS sees of it and what decides how requests travel.
///
/// See the [module](super) for the file format.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// assert_eq!(&*network.region, "eu-west-1");
/// assert_eq!(network.corporate_addresses(), ["203.0.113.0/24".parse().expect("a range")]);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Network {
    /// The text it was read from.
    pub source: Source,
    /// The home region, where it is not said otherwise.
    pub region: Box<str>,
    /// The organization of the accounts.
    pub organization: Option<Organization>,
    /// The accounts that are ours.
    pub accounts: Vec<Account>,
    /// The VPCs, ours and known others.
    pub vpcs: Vec<Vpc>,
    /// The transit gateways of the file.
    pub transit_gateways: Vec<TransitGateway>,
    /// The peering connections of VPCs.
    pub peerings: Vec<Peering>,
    /// Offices and data centres.
    pub sites: Vec<Site>,
    /// Direct Connect interfaces and VPN connections.
    pub links: Vec<Link>,
    /// Private hosted zones for endpoints.
    pub private_zones: Vec<PrivateZone>,
    /// Rules that forward questions about names.
    pub resolver_rules: Vec<ResolverRule>,
    /// S3 access points that are bound to a VPC.
    pub access_points: Vec<AccessPoint>,
    /// SageMaker Studio domains, ours.
    pub studio_domains: Vec<StudioDomain>,
    /// Prefix lists that routes name.
    pub prefix_lists: Vec<PrefixList>,
    /// The origins that the file defines besides those that every network has.
    pub origins: Vec<DefinedOrigin>,
}

/// An organization of accounts.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// organization: {id: o-a1b2c3d4e5, management: '999988887777'}
/// "))?;
/// let organization = network.organization.expect("the file names one");
/// assert_eq!(organization.management.as_deref(), Some("999988887777"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Organization {
    /// The id, `o-…`.
    pub id: Box<str>,
    /// The id of the management account.
    pub management: Option<Box<str>>,
    /// Flag that every endpoint of its accounts counts as on the network.
    pub trusted: bool,
    /// Paths of units, `o-…/r-…/ou-…/`, below which every endpoint counts as on the network.
    pub trusted_units: Vec<Box<str>>,
}

impl Organization {
    /// Test for a path in one of the trusted units.
    pub fn trusts(&self, path: &str) -> bool {
        self.trusted || self.trusted_units.iter().any(|unit| path.starts_with(&**unit))
    }
}

/// An account that is ours.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// organization: {id: o-a1b2c3d4e5}
/// accounts: [{name: ml, id: '111122223333'}]
/// "))?;
/// assert_eq!(&*network.accounts[0].name, "ml");
/// assert!(network.is_member("111122223333"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Name in the file.
    pub name: Box<str>,
    /// The twelve digits of the account id.
    pub id: Box<str>,
    /// Path in the organization, `o-…/r-…/ou-…/`.
    pub path: Option<Box<str>>,
    /// Membership of the organization.
    pub member: bool,
    /// Flag that every endpoint of the account counts as on the network.
    pub trusted: bool,
}

/// A private hosted zone with a service's public name, which leads to an endpoint.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
///     subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, cidr: 10.20.1.0/24}]
///     endpoints: [{id: vpce-0a000000000000001, service: sagemaker.api, privateDns: off}]
/// privateZones: [{endpoint: vpce-0a000000000000001, vpcs: vpc-0a11a11a11a11a11a}]
/// "))?;
/// let [zone] = &*network.private_zones else { panic!("one zone") };
/// assert_eq!((&*zone.endpoint, zone.vpcs.len()), ("vpce-0a000000000000001", 1));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct PrivateZone {
    /// The endpoint; its service is the zone's name.
    pub endpoint: Box<str>,
    /// The VPCs that it is associated with.
    pub vpcs: Vec<Box<str>>,
}

/// A resolver rule: the VPCs forward questions about services to another VPC's resolver.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - {id: vpc-0a11a11a11a11a11a, cidrs: 10.20.0.0/16}
///   - {id: vpc-0b22b22b22b22b22b, cidrs: 10.30.0.0/16}
/// resolverRules: [{vpcs: vpc-0a11a11a11a11a11a, to: vpc-0b22b22b22b22b22b}]
/// "))?;
/// assert_eq!(&*network.resolver_rules[0].to, "vpc-0b22b22b22b22b22b");
/// assert!(network.resolver_rules[0].services.is_empty(), "for every service");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResolverRule {
    /// The services; all if there are none.
    pub services: Vec<&'static str>,
    /// The VPCs that have the rule.
    pub vpcs: Vec<Box<str>>,
    /// The VPC whose inbound resolver answers.
    pub to: Box<str>,
}

/// A prefix list: named ranges that routes and rules lead to.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// prefixLists: [{id: pl-0a0a0a0a0a0a0a0a1, cidrs: [203.0.113.0/25, 203.0.113.128/25]}]
/// "))?;
/// assert_eq!(network.prefix_lists[0].cidrs.len(), 2);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct PrefixList {
    /// The id, `pl-…`.
    pub id: Box<str>,
    /// Name, such as `com.amazonaws.eu-west-1.s3`.
    pub name: Option<Box<str>>,
    /// The service whose addresses it lists.
    pub service: Option<&'static str>,
    /// The ranges of the list.
    pub cidrs: Vec<AddressRange>,
}

/// An S3 access point with network origin VPC (S3 User Guide, "Creating access points restricted to a
/// virtual private cloud").
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs: [{id: vpc-0a11a11a11a11a11a, name: ml, cidrs: 10.20.0.0/16}]
/// accessPoints: [{arn: 'arn:aws:s3:eu-west-1:111122223333:accesspoint/lab', vpc: ml}]
/// "))?;
/// assert_eq!(&*network.access_points[0].vpc, "vpc-0a11a11a11a11a11a");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct AccessPoint {
    /// ARN of the access point.
    pub arn: Box<str>,
    /// The only VPC that S3 takes requests through it from.
    pub vpc: Box<str>,
}

/// A SageMaker Studio domain.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// studioDomains: [{id: d-abcdefghijkl, authMode: SSO}]
/// "))?;
/// let [domain] = &*network.studio_domains else { panic!("one domain") };
/// assert!(domain.sso);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct StudioDomain {
    /// Id of the domain, `d-…`.
    pub id: Box<str>,
    /// Flag that its users come from IAM Identity Center, not by calls that policies decide.
    pub sso: bool,
}

/// An origin that the file defines.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// origins: [{name: console at work, at: office, kind: console}]
/// "))?;
/// assert_eq!(network.origins[0].at.as_deref(), Some("office"));
/// assert!(network.origin_names().contains(&"console at work"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct DefinedOrigin {
    /// Name of the object.
    pub name: Box<str>,
    /// The subnet, VPC, site or origin it starts from.
    pub at: Option<Box<str>>,
    /// Kind of caller that starts there.
    pub kind: OriginKind,
    /// Addresses, where they are fewer than those of its place.
    pub addresses: Vec<AddressRange>,
    /// Flag that it asks for IPv6 addresses of services and uses them.
    pub ipv6: bool,
    /// The endpoints whose own host names it uses.
    pub endpoints: Vec<Box<str>>,
    /// The security groups it is in.
    pub security_groups: Vec<Box<str>>,
    /// Place of the proxy that it sends web traffic to.
    pub proxy: Option<Box<str>>,
    /// Service that forwards the calls, where it is known.
    pub by: Option<Box<str>>,
}

/// Kind of caller at an origin.
///
/// ```
/// # use polsim::network::{Network, OriginKind};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// origins: [{name: console at work, at: office, kind: console}]
/// "))?;
/// assert_eq!(network.origins[0].kind, OriginKind::Console);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OriginKind {
    /// An agent service of AWS forwards the call of a user (O36).
    Agent,
    /// A browser with the AWS console (O29).
    Console,
    /// A browser with Console Private Access (O30).
    ConsolePrivateAccess,
    /// A service forwards the call of a user (O23, O24).
    Forwarded,
    /// A machine: instance, notebook, container, laptop.
    Host,
    /// A training or model container with network isolation (O21).
    IsolatedContainer,
    /// A notebook instance with a subnet and direct internet access (O17).
    NotebookWithInternet,
}

impl Network {
    /// Requests that RCPs are asked about: never the resources of the management account (policy language
    /// §5.2), where it is known which account that is.
    pub fn scope_of_rcps(&self) -> Scope {
        let management = self.organization.as_ref().and_then(|it| it.management.clone());
        management.map_or(Scope::EveryRequest, Scope::OtherOwners)
    }

    /// The VPC of this id or name.
    pub fn vpc(&self, name: &str) -> Option<&Vpc> {
        self.vpcs.iter().find(|it| is_called(name, &it.id, it.name.as_deref()))
    }

    /// The subnet of this id or name, and its VPC.
    pub fn subnet(&self, name: &str) -> Option<(&Vpc, &Subnet)> {
        self.vpcs.iter().find_map(|vpc| {
            let called = |it: &&Subnet| is_called(name, &it.id, it.name.as_deref());
            vpc.subnets.iter().find(called).map(|subnet| (vpc, subnet))
        })
    }

    /// The endpoint of this id or name, and its VPC.
    pub fn endpoint(&self, name: &str) -> Option<(&Vpc, &Endpoint)> {
        self.endpoints().find(|(_, it)| is_called(name, &it.id, it.name.as_deref()))
    }

    /// Endpoints of the file, each with its VPC.
    pub fn endpoints(&self) -> impl Iterator<Item = (&Vpc, &Endpoint)> {
        self.vpcs.iter().flat_map(|vpc| vpc.endpoints.iter().map(move |it| (vpc, it)))
    }

    /// The site of this name.
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites.iter().find(|it| &*it.name == name)
    }

    /// The NAT gateway of this id or name, and its VPC.
    pub fn nat_gateway(&self, name: &str) -> Option<(&Vpc, &NatGateway)> {
        self.vpcs.iter().find_map(|vpc| {
            let called = |it: &&NatGateway| is_called(name, &it.id, it.name.as_deref());
            vpc.nat_gateways.iter().find(called).map(|nat| (vpc, nat))
        })
    }

    /// The firewall endpoint, appliance or other hop of this id or name.
    pub fn appliance(&self, name: &str) -> Option<&Appliance> {
        let all = self.vpcs.iter().flat_map(|vpc| &vpc.appliances);
        all.into_iter().find(|it| is_called(name, &it.id, it.name.as_deref()))
    }

    /// The transit gateway of this id or name.
    pub fn transit_gateway(&self, name: &str) -> Option<&TransitGateway> {
        self.transit_gateways.iter().find(|it| is_called(name, &it.id, it.name.as_deref()))
    }

    /// Membership of an account in the organization. The accounts of the file are members, unless it says
    /// otherwise; of others nothing is known.
    pub fn is_member(&self, account: &str) -> bool {
        self.organization.is_some() && self.account(account).is_some_and(|it| it.member)
    }

    /// The account with this id.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|it| &*it.id == id)
    }

    /// The public addresses that count as on the network: the egress of its sites, the prefixes of
    /// their public virtual interfaces, trusted NAT gateways (perimeter §1.5, *onNet*).
    pub fn corporate_addresses(&self) -> Vec<AddressRange> {
        let sites = self.sites.iter().filter(|site| !site.outside);
        let public = self.links.iter().filter(|link| {
            link.link_type == LinkType::PublicVif
                && self.site(&link.site).is_some_and(|site| !site.outside)
        });
        let nats = self.own_vpcs().flat_map(|vpc| &vpc.nat_gateways);
        let trusted = nats.filter(|nat| nat.trusted && !nat.private);
        let mut all: Vec<AddressRange> = sites
            .flat_map(|site| &site.egress)
            .chain(public.flat_map(|link| &link.addresses))
            .chain(trusted.flat_map(|nat| &nat.addresses))
            .copied()
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The public addresses of our VPCs that do not count as on the network: NAT gateways and
    /// machines behind an internet gateway (perimeter §4, W: a NAT address is shared by every
    /// workload of its VPC).
    pub fn nat_addresses(&self) -> Vec<AddressRange> {
        let nats = self.own_vpcs().flat_map(|vpc| &vpc.nat_gateways);
        let nats = nats.filter(|nat| !nat.trusted && !nat.private);
        let appliances = self.own_vpcs().flat_map(|vpc| &vpc.appliances);
        let machines = self.own_vpcs().flat_map(|vpc| &vpc.subnets);
        let v6 = self
            .own_vpcs()
            .filter(|vpc| vpc.internet_gateway.is_some() || vpc.egress_only_gateway.is_some())
            .flat_map(|vpc| &vpc.cidrs)
            .filter(|cidr| cidr.net().addr().is_ipv6());
        let mut all: Vec<AddressRange> = nats
            .flat_map(|nat| &nat.addresses)
            .chain(appliances.flat_map(|it| &it.addresses))
            .chain(machines.flat_map(|subnet| &subnet.public_addresses))
            .chain(v6)
            .copied()
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The VPCs that are part of the network.
    pub fn own_vpcs(&self) -> impl Iterator<Item = &Vpc> {
        self.vpcs.iter().filter(|vpc| !vpc.outside)
    }

    /// The endpoints that are part of the network.
    pub fn own_endpoints(&self) -> impl Iterator<Item = (&Vpc, &Endpoint)> {
        self.endpoints().filter(|(vpc, _)| !vpc.outside)
    }
}

fn is_called(name: &str, id: &str, own: Option<&str>) -> bool {
    name == id || own == Some(name)
}
