//! The network as a map: what a picture of it shows.

use polsim::network::{self, Network};
use polsim::text::{AddressRange, Source};
use serde::Serialize;
use tsify::Tsify;

use crate::Answer;
use crate::workspace::NETWORK;

/// A network, as far as a picture shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct NetworkMap {
    /// Home region of the network.
    pub region: String,
    /// The origins that a request may come from.
    pub origins: Vec<Origin>,
    /// VPCs of the network.
    pub vpcs: Vec<VpcBox>,
    /// Offices and data centres.
    pub sites: Vec<SiteBox>,
    /// Direct Connect interfaces and VPN connections.
    pub links: Vec<LinkLine>,
    /// Transit gateways of the network.
    pub transit_gateways: Vec<TransitBox>,
}

/// An origin that a request may come from.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// Name of the origin.
    pub name: String,
    /// Meaning, for the origins that every network has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// A VPC of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct VpcBox {
    /// Id of the VPC.
    pub id: String,
    /// Name, or the id where it has none.
    pub name: String,
    /// Region that it lies in.
    pub region: String,
    /// Address ranges of its subnets.
    pub cidrs: Vec<String>,
    /// Flag that it is known but no part of the network.
    pub outside: bool,
    /// Subnets of the VPC.
    pub subnets: Vec<SubnetBox>,
    /// Endpoints of the VPC.
    pub endpoints: Vec<EndpointBox>,
    /// The names of its NAT gateways.
    pub nat_gateways: Vec<String>,
    /// Flag that it has an internet gateway.
    pub internet_gateway: bool,
}

/// A subnet of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct SubnetBox {
    /// Id of the subnet.
    pub id: String,
    /// Name, or the id where it has none.
    pub name: String,
    /// Address range of the subnet.
    pub cidr: String,
}

/// A VPC endpoint of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct EndpointBox {
    /// Id of the endpoint.
    pub id: String,
    /// Name, or the id where it has none.
    pub name: String,
    /// The service, without region.
    pub service: String,
    /// Flag that it is a gateway endpoint and not an interface endpoint.
    pub gateway: bool,
}

/// An office or data centre.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct SiteBox {
    /// Name of the site.
    pub name: String,
    /// Private address ranges of the site.
    pub cidrs: Vec<String>,
    /// The public addresses of its internet egress.
    pub egress: Vec<String>,
    /// Flag that it is known but no part of the network.
    pub outside: bool,
}

/// A link between a site and AWS.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct LinkLine {
    /// Name of the link.
    pub name: String,
    /// Meaning of the link, in words.
    pub kind: String,
    /// The site at its one end.
    pub site: String,
    /// The VPC or transit gateway at its other end; none where it leads to public addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A transit gateway of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct TransitBox {
    /// Id of the transit gateway.
    pub id: String,
    /// Name, or the id where it has none.
    pub name: String,
    /// The ids of the VPCs attached to it.
    pub attachments: Vec<String>,
}

/// The map of the network in `text`.
pub fn network(text: &str) -> Answer<NetworkMap> {
    Network::parse(&Source::new(NETWORK, text)).map(|network| NetworkMap::from(&network)).into()
}

impl From<&Network> for NetworkMap {
    fn from(network: &Network) -> Self {
        let about = |name: &str| {
            let known = Network::BUILT_IN.iter().find(|(known, _)| *known == name);
            known.map(|(_, about)| (*about).to_owned())
        };
        let origins = network.origin_names().into_iter();
        Self {
            region: network.region.to_string(),
            origins: origins
                .map(|name| Origin { name: name.to_owned(), about: about(name) })
                .collect(),
            vpcs: network.vpcs.iter().map(VpcBox::from).collect(),
            sites: network
                .sites
                .iter()
                .map(|site| SiteBox {
                    name: site.name.to_string(),
                    cidrs: texts(&site.cidrs),
                    egress: texts(&site.egress),
                    outside: site.outside,
                })
                .collect(),
            links: network.links.iter().map(LinkLine::from).collect(),
            transit_gateways: network
                .transit_gateways
                .iter()
                .map(|gateway| TransitBox {
                    id: gateway.id.to_string(),
                    name: gateway.name.as_ref().unwrap_or(&gateway.id).to_string(),
                    attachments: gateway.attachments.iter().map(ToString::to_string).collect(),
                })
                .collect(),
        }
    }
}

impl From<&network::Vpc> for VpcBox {
    fn from(vpc: &network::Vpc) -> Self {
        let subnets = vpc.subnets.iter().map(|subnet| SubnetBox {
            id: subnet.id.to_string(),
            name: subnet.display().to_owned(),
            cidr: subnet.cidr.to_string(),
        });
        let endpoints = vpc.endpoints.iter().map(|endpoint| EndpointBox {
            id: endpoint.id.to_string(),
            name: endpoint.display().to_owned(),
            service: endpoint.service.name.to_owned(),
            gateway: endpoint.is_gateway(),
        });
        let nat = vpc.nat_gateways.iter();
        Self {
            id: vpc.id.to_string(),
            name: vpc.display().to_owned(),
            region: vpc.region.to_string(),
            cidrs: texts(&vpc.cidrs),
            outside: vpc.outside,
            subnets: subnets.collect(),
            endpoints: endpoints.collect(),
            nat_gateways: nat.map(|it| it.name.as_ref().unwrap_or(&it.id).to_string()).collect(),
            internet_gateway: vpc.internet_gateway.is_some(),
        }
    }
}

impl From<&network::Link> for LinkLine {
    fn from(link: &network::Link) -> Self {
        Self {
            name: link.name.to_string(),
            kind: match link.link_type {
                network::LinkType::PrivateVif => "Direct Connect, private",
                network::LinkType::PublicVif => "Direct Connect, public",
                network::LinkType::TransitVif => "Direct Connect, transit",
                network::LinkType::Vpn => "VPN",
            }
            .to_owned(),
            site: link.site.to_string(),
            to: link.to.as_ref().map(ToString::to_string),
        }
    }
}

fn texts(ranges: &[AddressRange]) -> Vec<String> {
    ranges.iter().map(ToString::to_string).collect()
}
