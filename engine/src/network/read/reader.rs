//! The reader that the parts share: names to ids, texts to values.

use std::collections::BTreeMap;

use super::super::model::{Account, Destination, Network, Route};
use super::tree::{items, span_of, text};
use crate::catalog::EndpointService;
use crate::request::is_account_id;
use crate::text::{AddressRange, Diagnostic, Node, Source, Span, nearest};

/// Kind of object that a name in the file stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Object {
    Appliance,
    Endpoint,
    Gateway,
    Group,
    Link,
    Nat,
    Origin,
    Peering,
    PrefixList,
    Site,
    Subnet,
    Table,
    Transit,
    Vpc,
}

impl Object {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Appliance => "firewall endpoint or appliance",
            Self::Endpoint => "endpoint",
            Self::Gateway => "internet gateway",
            Self::Group => "security group",
            Self::Link => "link",
            Self::Nat => "NAT gateway",
            Self::Origin => "origin",
            Self::Peering => "peering connection",
            Self::PrefixList => "prefix list",
            Self::Site => "site",
            Self::Subnet => "subnet",
            Self::Table => "route table",
            Self::Transit => "transit gateway",
            Self::Vpc => "VPC",
        }
    }
}

pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    /// Every id and name: what it stands for, its id, where it is written first.
    names: BTreeMap<Box<str>, (Object, Box<str>, Span)>,
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    /// A reader that knows the names in `node`.
    pub(super) fn new(source: &'a Source, node: &Node, found: Vec<Diagnostic>) -> Self {
        let mut reader = Self { source, names: BTreeMap::new(), found };
        reader.collect_names(node);
        reader
    }

    pub(super) fn refuse(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.found.push(Diagnostic::error(code, self.source, span, message));
    }

    pub(super) fn refuse_with(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.found.push(Diagnostic::error(code, self.source, span, message).with_help(help));
    }

    fn collect_names(&mut self, node: &Node) {
        for vpc in items(node, "vpcs") {
            self.collect(vpc, Object::Vpc, "id");
            for (member, object) in [
                ("subnets", Object::Subnet),
                ("routeTables", Object::Table),
                ("securityGroups", Object::Group),
                ("endpoints", Object::Endpoint),
                ("natGateways", Object::Nat),
                ("firewallEndpoints", Object::Appliance),
                ("appliances", Object::Appliance),
            ] {
                for item in items(vpc, member) {
                    self.collect(item, object, "id");
                }
            }
            for name in ["internetGateway", "egressOnlyGateway"] {
                if let Some(id) = text(vpc, name) {
                    self.name(id, Object::Gateway, id, span_of(vpc, name));
                }
            }
        }
        for gateway in items(node, "transitGateways") {
            for table in items(gateway, "routeTables") {
                self.collect(table, Object::Table, "id");
            }
        }
        for (member, object, id) in [
            ("transitGateways", Object::Transit, "id"),
            ("peerings", Object::Peering, "id"),
            ("prefixLists", Object::PrefixList, "id"),
            ("sites", Object::Site, "name"),
            ("links", Object::Link, "name"),
            ("origins", Object::Origin, "name"),
        ] {
            for item in items(node, member) {
                self.collect(item, object, id);
            }
        }
    }

    fn collect(&mut self, node: &Node, object: Object, id: &str) {
        let Some(own) = text(node, id) else { return };
        self.name(own, object, own, span_of(node, id));
        if let Some(name) = text(node, "name")
            && name != own
        {
            self.name(name, object, own, span_of(node, "name"));
        }
    }

    fn name(&mut self, name: &str, object: Object, id: &str, span: Span) {
        if name == "main" || Network::BUILT_IN.iter().any(|(own, _)| *own == name) {
            let message = format!("`{name}` is the name of something that every network has");
            self.refuse("N0014", span, message);
        } else if let Some((other, _, first)) = self.names.get(name) {
            let message = format!("`{name}` is already the name of a {}", other.words());
            let complaint = Diagnostic::error("N0005", self.source, span, message)
                .with_label(*first, "first given here");
            self.found.push(complaint);
        } else {
            self.names.insert(name.into(), (object, id.into(), span));
        }
    }

    /// The id of what `name` stands for, which must be one of `objects`.
    pub(super) fn find(
        &mut self,
        name: &str,
        objects: &[Object],
        span: Span,
    ) -> Option<(Object, Box<str>)> {
        let wanted = objects.iter().map(|it| it.words()).collect::<Vec<_>>().join(" or ");
        match self.names.get(name) {
            Some((object, id, _)) if objects.contains(object) => Some((*object, id.clone())),
            Some((object, ..)) => {
                let message = format!("`{name}` is a {}, not a {wanted}", object.words());
                self.refuse("N0006", span, message);
                None
            }
            None => {
                let candidates = self.names.iter().filter(|(_, (it, ..))| objects.contains(it));
                let names: Vec<&str> = candidates.map(|(name, _)| &**name).collect();
                let help = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if names.is_empty() => format!("the file has no {wanted}"),
                    None => format!("there are: {}", names.join(", ")),
                };
                let message = format!("no {wanted} is called `{name}`");
                self.refuse_with("N0006", span, message, help);
                None
            }
        }
    }

    /// The id that a member names.
    pub(super) fn reference(
        &mut self,
        node: &Node,
        member: &str,
        objects: &[Object],
    ) -> Option<Box<str>> {
        let name = text(node, member)?;
        self.find(name, objects, span_of(node, member)).map(|(_, id)| id)
    }

    /// The ids that a member names.
    pub(super) fn references(
        &mut self,
        node: &Node,
        member: &str,
        objects: &[Object],
    ) -> Vec<Box<str>> {
        self.references_to(node, member, objects).into_iter().map(|(_, id)| id).collect()
    }

    /// The objects that a member names, with their ids.
    pub(super) fn references_to(
        &mut self,
        node: &Node,
        member: &str,
        objects: &[Object],
    ) -> Vec<(Object, Box<str>)> {
        let Some(member) = node.member(member) else { return Vec::new() };
        let mut found = Vec::new();
        for item in member.value.items() {
            let name = item.as_text();
            found.extend(name.and_then(|name| self.find(name, objects, item.span)));
        }
        found
    }

    /// The range written in `item`.
    pub(super) fn range(&mut self, item: &Node) -> Option<AddressRange> {
        let text = item.as_text()?;
        match text.parse::<AddressRange>() {
            Ok(range) => Some(range),
            Err(error) => {
                let help = "a range is written as 10.20.0.0/16, an address as 203.0.113.7";
                self.refuse_with("N0004", item.span, format!("`{text}`: {error}"), help);
                None
            }
        }
    }

    /// The ranges that a member lists.
    pub(super) fn ranges(&mut self, node: &Node, member: &str) -> Vec<AddressRange> {
        let Some(member) = node.member(member) else { return Vec::new() };
        member.value.items().iter().filter_map(|item| self.range(item)).collect()
    }

    /// The account that a member names, by name or id.
    pub(super) fn account(
        &mut self,
        node: &Node,
        member: &str,
        accounts: &[Account],
    ) -> Option<Box<str>> {
        let name = text(node, member)?;
        if let Some(account) = accounts.iter().find(|it| &*it.name == name || &*it.id == name) {
            return Some(account.id.clone());
        }
        if is_account_id(name) {
            return Some(name.into());
        }
        let help = match nearest(name, accounts.iter().map(|it| &*it.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "an account is one of `accounts`, or its twelve digits".to_owned(),
        };
        let message = format!("no account is called `{name}`");
        self.refuse_with("N0006", span_of(node, member), message, help);
        None
    }

    /// The service called `name`.
    pub(super) fn service(
        &mut self,
        name: &str,
        region: &str,
        span: Span,
    ) -> Option<&'static EndpointService> {
        let found = EndpointService::find(name, region);
        if found.is_none() {
            let names = EndpointService::all().iter().map(|service| service.name);
            let prefix = format!("com.amazonaws.{region}.");
            let short = name.strip_prefix(&*prefix).unwrap_or(name);
            let first = short.split(['.', '-']).next().unwrap_or(short);
            let alike: Vec<&str> = names
                .clone()
                .filter(|it| it.starts_with(first) && !matches!(first, "aws" | "com"))
                .take(6)
                .collect();
            let help = match (nearest(short, names), &alike[..]) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, []) => {
                    format!("services are written as `s3`, `sagemaker.api` or `{prefix}s3`")
                }
                (None, alike) => format!("there are: {}", alike.join(", ")),
            };
            let message = format!("no service of region `{region}` is called `{name}`");
            self.refuse_with("N0010", span, message, help);
        }
        found
    }

    /// Destination of a route or rule: a range, a prefix list or a security group.
    pub(super) fn destination(&mut self, item: &Node, objects: &[Object]) -> Option<Destination> {
        let name = item.as_text()?;
        if let Some((object, id)) = self.names.get(name).map(|(object, id, _)| (*object, id))
            && objects.contains(&object)
        {
            return Some(match object {
                Object::Group => Destination::Group(id.clone()),
                _ => Destination::PrefixList(id.clone()),
            });
        }
        if name.starts_with("sg-") || name.starts_with("pl-") || name.starts_with("com.") {
            self.find(name, objects, item.span);
            return None;
        }
        self.range(item).map(Destination::Range)
    }

    /// The routes that a member lists.
    pub(super) fn routes(&mut self, node: &Node, targets: &[Object]) -> Vec<Route> {
        let mut routes: Vec<Route> = Vec::new();
        for item in items(node, "routes") {
            let to =
                item.member("to").and_then(|to| self.destination(&to.value, &[Object::PrefixList]));
            let via = self.reference(item, "via", targets);
            let (Some(to), Some(via)) = (to, via) else { continue };
            if routes.iter().any(|known| known.to == to) {
                let message = "a second route to the same destination";
                self.refuse("N0005", span_of(item, "to"), message);
            }
            routes.push(Route { to, via });
        }
        routes
    }
}

/// Test for the shape of a region's name: `eu-west-1`, `us-gov-east-1`.
pub(super) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    (2..=3).contains(&words.len())
        && words
            .iter()
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}
