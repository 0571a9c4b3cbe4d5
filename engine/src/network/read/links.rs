//! Reading sites, and what connects them and VPCs.

use super::super::model::{Link, LinkType, Peering, Site, TransitGateway, TransitRouteTable, Vpc};
use super::reader::{Object, Reader};
use super::tree::{boxed, flag, items, span_of, text};
use crate::text::Node;

/// Kinds of objects that a route of a transit gateway may lead to.
const TARGETS: &[Object] = &[Object::Vpc, Object::Site, Object::Link, Object::Transit];

impl Reader<'_> {
    pub(super) fn transit_gateways(&mut self, node: &Node, vpcs: &[Vpc]) -> Vec<TransitGateway> {
        let mut all = Vec::new();
        for item in items(node, "transitGateways") {
            let Some(id) = boxed(item, "id") else { continue };
            let (mut attachments, mut attachment_subnets) = (Vec::new(), Vec::new());
            for (object, id) in
                self.references_to(item, "attachments", &[Object::Vpc, Object::Subnet])
            {
                let vpc = match object {
                    Object::Subnet => {
                        attachment_subnets.push(id.clone());
                        vpcs.iter().find(|vpc| vpc.subnets.iter().any(|it| it.id == id))
                    }
                    _ => vpcs.iter().find(|vpc| vpc.id == id),
                };
                let known = vpc.map(|vpc| vpc.id.clone()).filter(|id| !attachments.contains(id));
                attachments.extend(known);
            }
            let routes = self.routes(item, TARGETS);
            all.push(TransitGateway {
                id,
                name: boxed(item, "name"),
                attachments,
                attachment_subnets,
                routes,
                route_tables: self.transit_tables(item),
                peers: self.references(item, "peers", &[Object::Transit]),
            });
        }
        // A peering connection has two sides, and is written at one of them or at both.
        let pairs: Vec<(Box<str>, Box<str>)> = all
            .iter()
            .flat_map(|tgw| tgw.peers.iter().map(|peer| (peer.clone(), tgw.id.clone())))
            .collect();
        for (own, peer) in pairs {
            let other = all.iter_mut().find(|it| it.id == own);
            if let Some(other) = other.filter(|it| !it.peers.contains(&peer)) {
                other.peers.push(peer);
            }
        }
        all
    }

    fn transit_tables(&mut self, node: &Node) -> Vec<TransitRouteTable> {
        let mut all = Vec::new();
        for item in items(node, "routeTables") {
            let Some(id) = boxed(item, "id") else { continue };
            let associated = [Object::Vpc, Object::Link, Object::Transit];
            all.push(TransitRouteTable {
                id,
                name: boxed(item, "name"),
                associations: self.references(item, "associations", &associated),
                propagations: self.references(item, "propagations", &[Object::Vpc, Object::Link]),
                routes: self.routes(item, TARGETS),
            });
        }
        all
    }

    pub(super) fn peerings(&mut self, node: &Node) -> Vec<Peering> {
        let mut all = Vec::new();
        for item in items(node, "peerings") {
            let Some(id) = boxed(item, "id") else { continue };
            let before = self.found.len();
            match <[Box<str>; 2]>::try_from(self.references(item, "vpcs", &[Object::Vpc])) {
                Ok([left, right]) if left != right => all.push(Peering { id, vpcs: [left, right] }),
                _ if before < self.found.len() => (),
                _ => {
                    let message = "a peering connection has two different VPCs";
                    self.refuse("N0012", span_of(item, "vpcs"), message);
                }
            }
        }
        all
    }

    pub(super) fn sites(&mut self, node: &Node) -> Vec<Site> {
        let mut all = Vec::new();
        for item in items(node, "sites") {
            let Some(name) = boxed(item, "name") else { continue };
            all.push(Site {
                name,
                cidrs: self.ranges(item, "cidrs"),
                egress: self.ranges(item, "egress"),
                resolver: self.reference(item, "resolver", &[Object::Vpc]),
                proxy: self.reference(item, "proxy", &[Object::Subnet, Object::Site]),
                outside: flag(item, "outside", false),
            });
        }
        all
    }

    pub(super) fn links(&mut self, node: &Node) -> Vec<Link> {
        let mut all = Vec::new();
        for item in items(node, "links") {
            let (Some(name), Some(word)) = (boxed(item, "name"), text(item, "type")) else {
                continue;
            };
            let (link_type, ends): (_, &[Object]) = match word {
                "private-vif" => (LinkType::PrivateVif, &[Object::Vpc]),
                "transit-vif" => (LinkType::TransitVif, &[Object::Transit]),
                "public-vif" => (LinkType::PublicVif, &[]),
                _ => (LinkType::Vpn, &[Object::Vpc, Object::Transit]),
            };
            let site = self.reference(item, "site", &[Object::Site]);
            let to = match (ends, item.member("to")) {
                ([], Some(_)) => {
                    let message = "a public virtual interface leads to AWS's public addresses";
                    self.refuse("N0012", span_of(item, "to"), message);
                    None
                }
                ([], None) => None,
                (_, None) => {
                    let message = format!("a link of type `{word}` without `to`");
                    self.refuse("N0002", item.span, message);
                    None
                }
                (ends, Some(_)) => self.reference(item, "to", ends),
            };
            let addresses = self.ranges(item, "addresses");
            if link_type == LinkType::PublicVif && addresses.is_empty() {
                let message = "a public virtual interface without `addresses`: its public prefixes";
                self.refuse("N0002", item.span, message);
            }
            if let Some(site) = site {
                all.push(Link { name, link_type, site, to, addresses });
            }
        }
        all
    }
}
