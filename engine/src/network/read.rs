//! From the tree to a [`Network`], or to everything that is wrong with it.
//!
//! The shape has been checked before; here texts become values and names are resolved to ids.

use std::collections::BTreeMap;

use super::model::{
    Account, DefinedOrigin, Destination, Link, LinkType, Network, Organization, OriginKind,
    Peering, PrefixList, PrivateZone, ResolverRule, Route, Site, TransitGateway,
};
use super::shape::{CODES, NETWORK};
use super::{check, read_vpc};
use crate::catalog::EndpointService;
use crate::request::is_account_id;
use crate::text::{AddressRange, Diagnostic, Node, Source, Span, Value, nearest};

/// Reads the network in `node` of `source`.
pub(super) fn read(source: &Source, node: &Node) -> Result<Network, Vec<Diagnostic>> {
    let mut found = Vec::new();
    NETWORK.check(node, source, CODES, &mut found);
    if !matches!(node.value, Value::Object(_)) {
        return Err(found);
    }
    let mut reader = Reader { source, names: BTreeMap::new(), found };
    reader.collect_names(node);
    let network = reader.network(node);
    let mut found = reader.found;
    if found.is_empty() {
        check::check(&network, node, &mut found);
    }
    if found.is_empty() {
        return Ok(network);
    }
    found.sort_by_key(|it| it.span);
    Err(found)
}

/// What a name in the file stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Object {
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

/// Names that every network has.
pub(super) const RESERVED: &[&str] = &[
    "agent",
    "forwarded",
    "foreign-endpoint",
    "internet",
    "internet-ipv6",
    "main",
    "nat",
    "off-network",
    "on-network",
    "organization-endpoint",
    "service-network",
    "service-principal",
    "service-principal-for-others",
    "service-side",
];

pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    /// Every id and name: what it stands for, its id, where it is written first.
    names: BTreeMap<Box<str>, (Object, Box<str>, Span)>,
    pub(super) found: Vec<Diagnostic>,
}

/// The objects of a list member.
pub(super) fn items<'n>(node: &'n Node, name: &str) -> &'n [Node] {
    match node.member(name).map(|member| &member.value) {
        Some(Node { value: Value::Array(items), .. }) => items,
        _ => &[],
    }
}

/// The text of a member.
pub(super) fn text<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    node.member(name).and_then(|member| member.value.as_text())
}

/// The text of a member, boxed.
pub(super) fn boxed(node: &Node, name: &str) -> Option<Box<str>> {
    text(node, name).map(Box::from)
}

/// The flag in a member.
pub(super) fn flag(node: &Node, name: &str, default: bool) -> bool {
    match node.member(name).map(|member| &member.value.value) {
        Some(Value::Bool(value)) => *value,
        _ => default,
    }
}

/// Where a member's value stands.
pub(super) fn span_of(node: &Node, name: &str) -> Span {
    node.member(name).map_or(node.span, |member| member.value.span)
}

impl Reader<'_> {
    pub(super) fn refuse(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.found.push(Diagnostic::error(code, self.source, span, message));
    }

    fn refuse_with(
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
        if RESERVED.contains(&name) {
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
        let Some(member) = node.member(member) else { return Vec::new() };
        let mut ids = Vec::new();
        for item in member.value.items() {
            if let Some(name) = item.as_text()
                && let Some((_, id)) = self.find(name, objects, item.span)
            {
                ids.push(id);
            }
        }
        ids
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

    /// What a route or rule speaks of: a range, a prefix list or a security group.
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

    fn network(&mut self, node: &Node) -> Network {
        let region: Box<str> = text(node, "region").unwrap_or_default().into();
        if !is_region(&region) && node.member("region").is_some() {
            let message = format!("`{region}` is no region");
            self.refuse_with("N0004", span_of(node, "region"), message, "such as eu-west-1");
        }
        let accounts = self.accounts(node);
        let default = self.account(node, "account", &accounts);
        let organization = node.member("organization").map(|it| &it.value).and_then(|it| {
            let management = self.account(it, "management", &accounts);
            Some(Organization { id: boxed(it, "id")?, management })
        });
        let mut vpcs = Vec::new();
        for item in items(node, "vpcs") {
            vpcs.extend(read_vpc::vpc(self, item, &region, default.as_deref(), &accounts));
        }
        Network {
            source: self.source.clone(),
            vpcs,
            transit_gateways: self.transit_gateways(node),
            peerings: self.peerings(node),
            sites: self.sites(node),
            links: self.links(node),
            private_zones: self.private_zones(node),
            resolver_rules: self.resolver_rules(node, &region),
            prefix_lists: self.prefix_lists(node, &region),
            origins: self.origins(node),
            region,
            organization,
            accounts,
        }
    }

    fn accounts(&mut self, node: &Node) -> Vec<Account> {
        let mut accounts: Vec<Account> = Vec::new();
        for item in items(node, "accounts") {
            let Some(id) = boxed(item, "id") else { continue };
            if !is_account_id(&id) {
                let message = format!("`{id}` is no account id");
                let help = "an account id has twelve digits";
                self.refuse_with("N0004", span_of(item, "id"), message, help);
                continue;
            }
            let name = boxed(item, "name").unwrap_or_else(|| id.clone());
            if accounts.iter().any(|known| known.id == id || known.name == name) {
                let message = format!("the account `{name}` is given twice");
                self.refuse("N0005", item.span, message);
                continue;
            }
            let (path, member) = (boxed(item, "path"), flag(item, "member", true));
            accounts.push(Account { name, id, path, member });
        }
        // The short form: one account for everything.
        if let Some(id) = text(node, "account")
            && is_account_id(id)
            && !accounts.iter().any(|known| &*known.id == id)
        {
            accounts.push(Account { name: id.into(), id: id.into(), path: None, member: true });
        }
        accounts
    }

    fn transit_gateways(&mut self, node: &Node) -> Vec<TransitGateway> {
        let mut all = Vec::new();
        for item in items(node, "transitGateways") {
            let Some(id) = boxed(item, "id") else { continue };
            let attachments = self.references(item, "attachments", &[Object::Vpc]);
            let routes = self.routes(item, &[Object::Vpc, Object::Site, Object::Link]);
            all.push(TransitGateway { id, name: boxed(item, "name"), attachments, routes });
        }
        all
    }

    fn peerings(&mut self, node: &Node) -> Vec<Peering> {
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

    fn sites(&mut self, node: &Node) -> Vec<Site> {
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

    fn links(&mut self, node: &Node) -> Vec<Link> {
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

    fn private_zones(&mut self, node: &Node) -> Vec<PrivateZone> {
        let mut all = Vec::new();
        for item in items(node, "privateZones") {
            let endpoint = self.reference(item, "endpoint", &[Object::Endpoint]);
            let vpcs = self.references(item, "vpcs", &[Object::Vpc]);
            all.extend(endpoint.map(|endpoint| PrivateZone { endpoint, vpcs }));
        }
        all
    }

    fn resolver_rules(&mut self, node: &Node, region: &str) -> Vec<ResolverRule> {
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

    fn prefix_lists(&mut self, node: &Node, region: &str) -> Vec<PrefixList> {
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

    fn origins(&mut self, node: &Node) -> Vec<DefinedOrigin> {
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

/// Whether `text` is shaped like the name of a region: `eu-west-1`, `us-gov-east-1`.
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
