//! Reading private zones, resolver rules, prefix lists and origins.

use super::super::model::{
    AccessPoint, DefinedOrigin, OriginKind, PrefixList, PrivateZone, ResolverRule,
};
use super::reader::{Object, Reader, is_region};
use super::tree::{boxed, flag, items, span_of, text};
use crate::catalog::EndpointService;
use crate::text::Node;

impl Reader<'_> {
    pub(super) fn private_zones(&mut self, node: &Node) -> Vec<PrivateZone> {
        let mut all = Vec::new();
        for item in items(node, "privateZones") {
            let endpoint = self.reference(item, "endpoint", &[Object::Endpoint]);
            let vpcs = self.references(item, "vpcs", &[Object::Vpc]);
            all.extend(endpoint.map(|endpoint| PrivateZone { endpoint, vpcs }));
        }
        all
    }

    pub(super) fn resolver_rules(&mut self, node: &Node, region: &str) -> Vec<ResolverRule> {
        let mut all = Vec::new();
        for item in items(node, "resolverRules") {
            let mut services = Vec::new();
            for name in item.member("services").map(|it| it.value.items()).unwrap_or_default() {
                let service = name.as_text().and_then(|it| self.service(it, region, name.span));
                services.extend(service.map(|service| service.name));
            }
            let vpcs = self.references(item, "vpcs", &[Object::Vpc]);
            let to = self.reference(item, "to", &[Object::Vpc]);
            all.extend(to.map(|to| ResolverRule { services, vpcs, to }));
        }
        all
    }

    pub(super) fn prefix_lists(&mut self, node: &Node, region: &str) -> Vec<PrefixList> {
        let mut all = Vec::new();
        for item in items(node, "prefixLists") {
            let Some(id) = boxed(item, "id") else { continue };
            let name = boxed(item, "name");
            let service = name
                .as_deref()
                .and_then(|name| EndpointService::find(name, region))
                .map(|service| service.name);
            all.push(PrefixList { id, name, service, cidrs: self.ranges(item, "cidrs") });
        }
        all
    }

    pub(super) fn access_points(&mut self, node: &Node) -> Vec<AccessPoint> {
        let mut all = Vec::new();
        for item in items(node, "accessPoints") {
            let Some(arn) = boxed(item, "arn") else { continue };
            let parts: Vec<&str> = arn.splitn(6, ':').collect();
            let (region, name) = match parts[..] {
                ["arn", _, "s3", region, _, name] => (region, name),
                _ => ("", ""),
            };
            if !is_region(region) || !name.starts_with("accesspoint/") {
                let message = format!("`{arn}` is no ARN of an access point");
                let help = "such as arn:aws:s3:eu-west-1:111122223333:accesspoint/name";
                self.refuse_with("N0004", span_of(item, "arn"), message, help);
            }
            let vpc = self.reference(item, "vpc", &[Object::Vpc]);
            all.extend(vpc.map(|vpc| AccessPoint { arn, vpc }));
        }
        all
    }

    pub(super) fn origins(&mut self, node: &Node) -> Vec<DefinedOrigin> {
        let mut all = Vec::new();
        for item in items(node, "origins") {
            let Some(name) = boxed(item, "name") else { continue };
            let kind = match text(item, "kind") {
                Some("agent") => OriginKind::Agent,
                Some("console") => OriginKind::Console,
                Some("console-private-access") => OriginKind::ConsolePrivateAccess,
                Some("forwarded") => OriginKind::Forwarded,
                Some("isolated-container") => OriginKind::IsolatedContainer,
                Some("notebook-with-internet") => OriginKind::NotebookWithInternet,
                _ => OriginKind::Host,
            };
            let at = match text(item, "at") {
                Some("internet") => Some("internet".into()),
                _ => self.reference(item, "at", &[Object::Subnet, Object::Vpc, Object::Site]),
            };
            let anywhere = matches!(
                kind,
                OriginKind::IsolatedContainer | OriginKind::Forwarded | OriginKind::Agent
            );
            if item.member("at").is_none() && !anywhere {
                self.refuse("N0002", item.span, "an origin without `at`: where does it start?");
            }
            let by = boxed(item, "by");
            if let Some(service) = &by
                && !service.ends_with(".amazonaws.com")
            {
                let message = format!("`{service}` is no service such as athena.amazonaws.com");
                self.refuse("N0004", span_of(item, "by"), message);
            }
            all.push(DefinedOrigin {
                name,
                at,
                kind,
                addresses: self.ranges(item, "addresses"),
                ipv6: flag(item, "ipv6", false),
                endpoints: self.references(item, "endpoints", &[Object::Endpoint]),
                security_groups: self.references(item, "securityGroups", &[Object::Group]),
                proxy: self.reference(item, "proxy", &[Object::Subnet, Object::Site]),
                by,
            });
        }
        all
    }
}
