//! Sites, and what connects them and VPCs.

use super::vpc::Route;
use crate::text::AddressRange;

/// A transit gateway and the VPCs attached to it.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
/// transitGateways: [{id: tgw-0a0a0a0a0a0a0a0a1, name: hub, attachments: vpc-0a11a11a11a11a11a}]
/// "))?;
/// let hub = network.transit_gateway("hub").expect("it is in the file");
/// assert_eq!(hub.attachments, ["vpc-0a11a11a11a11a11a".into()]);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct TransitGateway {
    /// The id, `tgw-…`.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// The VPCs attached to it. Their ranges are routed to them, those of sites to the sites.
    pub attachments: Vec<Box<str>>,
    /// Subnets of the attachments, where the file says so: their route tables decide where traffic
    /// that the gateway delivers goes on (Transit Gateway Guide, "Centralized outbound routing").
    pub attachment_subnets: Vec<Box<str>>,
    /// Further routes of its default route table: to a VPC, a site, a link or a peered gateway.
    pub routes: Vec<Route>,
    /// Other route tables. Attachments that none of them is associated with are associated with the
    /// default one, into which everything is propagated.
    pub route_tables: Vec<TransitRouteTable>,
    /// Transit gateways that it is peered with, on either side.
    pub peers: Vec<Box<str>>,
}

/// A route table of a transit gateway (Transit Gateway Guide, "Transit gateway route tables").
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - {id: vpc-0a11a11a11a11a11a, cidrs: 10.20.0.0/16}
///   - {id: vpc-0b22b22b22b22b22b, cidrs: 10.30.0.0/16}
/// transitGateways:
///   - id: tgw-0a0a0a0a0a0a0a0a1
///     attachments: [vpc-0a11a11a11a11a11a, vpc-0b22b22b22b22b22b]
///     routeTables: [{id: tgw-rtb-0a0a0a0a0a0a0a0a1, associations: vpc-0a11a11a11a11a11a}]
/// "))?;
/// let table = &network.transit_gateways[0].route_tables[0];
/// assert!(table.propagations.is_empty(), "the first VPC reaches nobody");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct TransitRouteTable {
    /// The id, `tgw-rtb-…`.
    pub id: Box<str>,
    /// Name in the file.
    pub name: Option<Box<str>>,
    /// Attachments whose traffic it routes: VPCs, links, peered gateways.
    pub associations: Vec<Box<str>>,
    /// Attachments whose ranges are routed to them: VPCs and links.
    pub propagations: Vec<Box<str>>,
    /// Static routes, which precede propagated ones of the same range.
    pub routes: Vec<Route>,
}

/// A peering connection between two VPCs.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - {id: vpc-0a11a11a11a11a11a, cidrs: 10.20.0.0/16}
///   - {id: vpc-0b22b22b22b22b22b, cidrs: 10.30.0.0/16}
/// peerings: [{id: pcx-0a0a0a0a0a0a0a0a1, vpcs: [vpc-0a11a11a11a11a11a, vpc-0b22b22b22b22b22b]}]
/// "))?;
/// assert_eq!(&*network.peerings[0].vpcs[1], "vpc-0b22b22b22b22b22b");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Peering {
    /// The id, `pcx-…`.
    pub id: Box<str>,
    /// The ids of the two VPCs.
    pub vpcs: [Box<str>; 2],
}

/// An office or data centre.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, cidrs: 192.168.0.0/16, egress: 203.0.113.0/24}]
/// "))?;
/// let office = network.site("office").expect("it is in the file");
/// assert!(office.egress[0].contains_text("203.0.113.7"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Site {
    /// Name in the file.
    pub name: Box<str>,
    /// Private address ranges of the site.
    pub cidrs: Vec<AddressRange>,
    /// The public addresses of its internet egress, both families.
    pub egress: Vec<AddressRange>,
    /// The VPC whose inbound resolver answers its questions about AWS names.
    pub resolver: Option<Box<str>>,
    /// Place of the proxy that its machines send web traffic to.
    pub proxy: Option<Box<str>>,
    /// Place that is known and no part of the network.
    pub outside: bool,
}

/// The kinds of links between a site and AWS.
///
/// ```
/// # use polsim::network::{LinkType, Network};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
/// sites: [{name: office, cidrs: 192.168.0.0/16, egress: 203.0.113.0/24}]
/// links: [{name: vpn, type: vpn, site: office, to: vpc-0a11a11a11a11a11a}]
/// "))?;
/// assert_eq!(network.links[0].link_type, LinkType::Vpn);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LinkType {
    /// A Direct Connect private virtual interface, to a VPC.
    PrivateVif,
    /// A Direct Connect public virtual interface, to the public addresses of AWS.
    PublicVif,
    /// A Direct Connect transit virtual interface, to a transit gateway.
    TransitVif,
    /// A site-to-site VPN, to a VPC or transit gateway.
    Vpn,
}

/// A Direct Connect virtual interface or a VPN connection.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// vpcs:
///   - id: vpc-0a11a11a11a11a11a
///     cidrs: 10.20.0.0/16
/// sites: [{name: office, cidrs: 192.168.0.0/16, egress: 203.0.113.0/24}]
/// links: [{name: vpn, type: vpn, site: office, to: vpc-0a11a11a11a11a11a}]
/// "))?;
/// let vpn = &network.links[0];
/// assert_eq!((&*vpn.site, vpn.to.as_deref()), ("office", Some("vpc-0a11a11a11a11a11a")));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Link {
    /// Name in the file.
    pub name: Box<str>,
    /// The kind of connection.
    pub link_type: LinkType,
    /// The site at its one end.
    pub site: Box<str>,
    /// The VPC or transit gateway at its other end; none for a public virtual interface.
    pub to: Option<Box<str>>,
    /// Addresses that the site's are translated to on the way; for a public virtual interface the
    /// customer's public prefixes.
    pub addresses: Vec<AddressRange>,
}

impl TransitGateway {
    /// The route table that an attachment is associated with; none for the default one.
    pub fn table_of(&self, attachment: &str) -> Option<&TransitRouteTable> {
        let associated =
            |table: &&TransitRouteTable| table.associations.iter().any(|it| &**it == attachment);
        self.route_tables.iter().find(associated)
    }
}
