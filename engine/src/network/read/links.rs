//! Reading sites, and what connects them and VPCs.

use super::super::model::{Link, LinkType, Peering, Site, TransitGateway, Vpc};
use super::reader::{Object, Reader};
use super::tree::{boxed, flag, items, span_of, text};
use crate::text::Node;

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
            let routes = self.routes(item, &[Object::Vpc, Object::Site, Object::Link]);
            let name = boxed(item, "name");
            all.push(TransitGateway { id, name, attachments, attachment_subnets, routes });
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
