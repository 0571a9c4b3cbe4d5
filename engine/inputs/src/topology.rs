//! Topologies put together: the parts that readers find, written out as a network file.
//!
//! What an input leaves out has AWS's defaults, which are less friendly than those of the network
//! file (inputs §4.10), so everything is written explicitly: an interface endpoint without subnets
//! reaches nobody, one without groups has the VPC's default group, a gateway endpoint without route
//! tables is in none.

use polsim::catalog::{EndpointPolicySupport, EndpointService};

use crate::model::{Class, Kind, Model};
use crate::value::{Object, Text, Value};

/// A VPC and what is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vpc {
    pub(crate) id: Text,
    pub(crate) name: String,
    pub(crate) account: Option<Text>,
    pub(crate) region: Option<Box<str>>,
    pub(crate) cidrs: Vec<Value>,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    /// Id of the default security group, and its rules where the input has them.
    pub(crate) default_group: Option<Text>,
    /// Id of the main route table.
    pub(crate) main_table: Option<Text>,
    pub(crate) internet_gateway: Option<Text>,
    pub(crate) egress_only_gateway: Option<Text>,
}

/// A subnet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subnet {
    pub(crate) id: Text,
    pub(crate) name: String,
    pub(crate) vpc: Text,
    pub(crate) cidr: Value,
    pub(crate) zone: Option<String>,
    pub(crate) table: Option<Text>,
}

/// A route table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) id: Text,
    pub(crate) name: String,
    pub(crate) vpc: Text,
    /// Destinations and targets.
    pub(crate) routes: Vec<(Value, Text)>,
    pub(crate) main: bool,
}

/// A security group, as far as it speaks of port 443.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) id: Text,
    pub(crate) name: String,
    pub(crate) vpc: Text,
    pub(crate) ingress: Vec<Text>,
    pub(crate) egress: Vec<Text>,
    /// True if the egress is the file's default: members only reach what the groups say.
    pub(crate) egress_open: bool,
    pub(crate) is_default: bool,
}

/// A VPC endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoint {
    pub(crate) id: Text,
    pub(crate) name: String,
    pub(crate) vpc: Text,
    pub(crate) service: String,
    pub(crate) gateway: bool,
    pub(crate) private_dns: bool,
    pub(crate) subnets: Vec<Text>,
    pub(crate) groups: Vec<Text>,
    pub(crate) tables: Vec<Text>,
    /// False if the input says nothing of subnets, tables and groups.
    pub(crate) placed: bool,
}

/// A NAT gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nat {
    pub(crate) id: Text,
    pub(crate) name: String,
    pub(crate) subnet: Text,
    pub(crate) addresses: Vec<Text>,
    pub(crate) private: bool,
}

/// The parts of a topology.
#[derive(Clone, Debug, Default)]
pub(crate) struct Topology {
    pub(crate) vpcs: Vec<Vpc>,
    pub(crate) subnets: Vec<Subnet>,
    pub(crate) tables: Vec<Table>,
    pub(crate) groups: Vec<Group>,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) nats: Vec<Nat>,
    pub(crate) peerings: Vec<(Text, Vec<Text>)>,
    pub(crate) transit_gateways: Vec<(Text, String, Vec<Text>)>,
    pub(crate) prefix_lists: Vec<(Text, Option<String>, Vec<Value>)>,
}

fn text(value: impl Into<Text>) -> Value {
    Value::text(value)
}

fn texts<'t>(values: impl IntoIterator<Item = &'t Text>) -> Value {
    Value::List(values.into_iter().map(|it| Value::Text(it.clone())).collect())
}

impl Topology {
    /// The service of an endpoint in the catalogue.
    pub(crate) fn service(name: &str, region: &str) -> Option<&'static EndpointService> {
        EndpointService::find(name, region).or_else(|| {
            let short = name.strip_prefix("com.amazonaws.")?;
            let (_, short) = short.split_once('.')?;
            EndpointService::find(short, region)
        })
    }

    /// True if endpoints of the service carry policies.
    pub(crate) fn takes_policy(service: &str, region: &str) -> bool {
        Self::service(service, region)
            .is_none_or(|it| it.policies != EndpointPolicySupport::Unsupported)
    }

    /// Adds VPCs that parts name and no input describes.
    fn add_missing_vpcs(&mut self, model: &mut Model) {
        let named: Vec<Text> = (self.subnets.iter().map(|it| &it.vpc))
            .chain(self.tables.iter().map(|it| &it.vpc))
            .chain(self.endpoints.iter().map(|it| &it.vpc))
            .cloned()
            .collect();
        for id in named {
            if id == Text::default() || self.vpcs.iter().any(|it| it.id == id) {
                continue;
            }
            model.note("I0208", format!("the VPC `{id}` is named and not described"));
            let name = id.to_string();
            self.vpcs.push(Vpc {
                id,
                name,
                dns_support: true,
                dns_hostnames: true,
                ..Vpc::default()
            });
        }
    }

    /// The network as the file of a network writes it.
    pub(crate) fn finish(mut self, model: &mut Model) -> Object {
        self.add_missing_vpcs(model);
        let region = model.region.clone().unwrap_or_else(|| "us-east-1".into());
        let mut out = Object::default();
        out.set("region", text(&*region));
        if let Some(account) = &model.account {
            out.set("account", text(&**account));
        }
        let vpcs: Vec<Value> = (self.vpcs.clone().iter().enumerate())
            .map(|(index, vpc)| self.vpc(vpc, index, &region, model))
            .collect();
        if !vpcs.is_empty() {
            out.set("vpcs", Value::List(vpcs));
        }
        if !self.peerings.is_empty() {
            let one = |(id, vpcs): &(Text, Vec<Text>)| {
                Value::object([("id", Value::Text(id.clone())), ("vpcs", texts(vpcs))])
            };
            out.set("peerings", Value::List(self.peerings.iter().map(one).collect()));
        }
        if !self.transit_gateways.is_empty() {
            let one = |(id, name, attached): &(Text, String, Vec<Text>)| {
                let mut it = Object::default();
                it.set("id", Value::Text(id.clone()));
                it.set("name", text(name.as_str()));
                it.set("attachments", texts(attached));
                Value::Object(it)
            };
            let all = self.transit_gateways.iter().map(one).collect();
            out.set("transitGateways", Value::List(all));
        }
        if !self.prefix_lists.is_empty() {
            let one = |(id, name, cidrs): &(Text, Option<String>, Vec<Value>)| {
                let mut it = Object::default();
                it.set("id", Value::Text(id.clone()));
                if let Some(name) = name {
                    it.set("name", text(name.as_str()));
                }
                it.set("cidrs", Value::List(cidrs.clone()));
                Value::Object(it)
            };
            out.set("prefixLists", Value::List(self.prefix_lists.iter().map(one).collect()));
        }
        out
    }

    fn vpc(&self, vpc: &Vpc, index: usize, region: &str, model: &mut Model) -> Value {
        let mut out = Object::default();
        out.set("id", Value::Text(vpc.id.clone()));
        named(&mut out, &vpc.name, &vpc.id);
        if let Some(account) = &vpc.account {
            out.set("account", Value::Text(account.clone()));
        }
        let region = match &vpc.region {
            Some(own) if **own != *region => {
                out.set("region", text(&**own));
                own
            }
            _ => region,
        };
        let mut cidrs: Vec<Value> =
            vpc.cidrs.iter().filter(|it| it.as_literal().is_some()).cloned().collect();
        let unknown_range = cidrs.is_empty() && self.subnets.iter().any(|it| it.vpc == vpc.id);
        if unknown_range {
            let second = index.checked_rem(200).unwrap_or(0).saturating_add(30);
            cidrs.push(text(format!("10.{second}.0.0/16")));
            model.note("I0208", format!("the ranges of `{}` are not known", vpc.name));
        }
        out.set("cidrs", Value::List(cidrs));
        out.set("dnsSupport", Value::Bool(vpc.dns_support));
        out.set("dnsHostnames", Value::Bool(vpc.dns_hostnames));
        if let Some(gateway) = &vpc.internet_gateway {
            out.set("internetGateway", Value::Text(gateway.clone()));
        }
        if let Some(gateway) = &vpc.egress_only_gateway {
            out.set("egressOnlyGateway", Value::Text(gateway.clone()));
        }
        let here = |it: &Text| *it == vpc.id;
        let tables: Vec<&Table> = self.tables.iter().filter(|it| here(&it.vpc)).collect();
        let list = tables.iter().map(|it| self.table(it, vpc, model)).collect::<Vec<_>>();
        set_list(&mut out, "routeTables", list);
        let subnets = self.subnets.iter().filter(|it| here(&it.vpc)).enumerate();
        let subnets = subnets
            .map(|(at, subnet)| self.subnet(subnet, at, index, unknown_range, vpc))
            .collect::<Vec<_>>();
        set_list(&mut out, "subnets", subnets);
        let endpoints: Vec<&Endpoint> = self.endpoints.iter().filter(|it| here(&it.vpc)).collect();
        let mut groups: Vec<Group> =
            self.groups.iter().filter(|it| here(&it.vpc)).cloned().collect();
        let alone = |it: &&&Endpoint| !it.gateway && it.groups.is_empty() && it.placed;
        let has_default = groups.iter().any(|it| it.is_default);
        if endpoints.iter().any(|it| alone(&it)) && !has_default {
            groups.push(Self::default_group(vpc, model));
        }
        let written = groups.iter().map(group).collect::<Vec<_>>();
        set_list(&mut out, "securityGroups", written);
        let written: Vec<Value> = endpoints
            .iter()
            .filter_map(|it| self.endpoint(it, vpc, &groups, region, model))
            .collect();
        set_list(&mut out, "endpoints", written);
        let in_vpc = |id: &Text| self.subnets.iter().any(|it| it.id == *id && here(&it.vpc));
        let nats: Vec<Value> =
            self.nats.iter().filter(|it| in_vpc(&it.subnet)).map(|it| nat(it, model)).collect();
        set_list(&mut out, "natGateways", nats);
        Value::Object(out)
    }

    /// The VPC's default security group: its members only (VPC User Guide, "Default security groups").
    fn default_group(vpc: &Vpc, model: &mut Model) -> Group {
        let name = format!("{}.default", vpc.name);
        let id = vpc.default_group.clone().unwrap_or_else(|| {
            let symbol = format!("{}.default_security_group_id", vpc.name);
            model.symbol(&symbol, Kind::Sg, Class::Created)
        });
        Group {
            ingress: vec![Text::from(name.as_str())],
            id,
            name,
            vpc: vpc.id.clone(),
            egress: Vec::new(),
            egress_open: true,
            is_default: true,
        }
    }

    fn table(&self, table: &Table, vpc: &Vpc, model: &mut Model) -> Value {
        let mut out = Object::default();
        out.set("id", Value::Text(table.id.clone()));
        named(&mut out, &table.name, &table.id);
        let mut routes = Vec::new();
        for (to, via) in &table.routes {
            if !self.has_target(via, vpc) {
                model.note(
                    "I0208",
                    format!(
                        "the route of `{}` to `{via}` leads to nothing that is modelled",
                        table.name
                    ),
                );
                continue;
            }
            routes.push(Value::object([("to", to.clone()), ("via", Value::Text(via.clone()))]));
        }
        out.set("routes", Value::List(routes));
        Value::Object(out)
    }

    fn has_target(&self, via: &Text, vpc: &Vpc) -> bool {
        let attached = |ids: &[Text]| {
            ids.iter().any(|id| {
                *id == vpc.id || self.subnets.iter().any(|it| it.id == *id && it.vpc == vpc.id)
            })
        };
        let in_vpc = |id: &Text| self.subnets.iter().any(|it| it.id == *id && it.vpc == vpc.id);
        vpc.internet_gateway.as_ref() == Some(via)
            || vpc.egress_only_gateway.as_ref() == Some(via)
            || self.nats.iter().any(|it| it.id == *via && in_vpc(&it.subnet))
            || self.peerings.iter().any(|(id, vpcs)| id == via && attached(vpcs))
            || self.transit_gateways.iter().any(|(id, _, to)| id == via && attached(to))
    }

    fn subnet(&self, it: &Subnet, at: usize, index: usize, unknown: bool, vpc: &Vpc) -> Value {
        let mut out = Object::default();
        out.set("id", Value::Text(it.id.clone()));
        named(&mut out, &it.name, &it.id);
        let cidr = match it.cidr.as_literal() {
            Some(cidr) if !unknown => text(cidr),
            _ => {
                let second = index.checked_rem(200).unwrap_or(0).saturating_add(30);
                text(format!("10.{second}.{}.0/24", at.checked_rem(256).unwrap_or(0)))
            }
        };
        out.set("cidr", cidr);
        if let Some(zone) = &it.zone {
            out.set("zone", text(zone.as_str()));
        }
        let main = || self.tables.iter().find(|table| table.vpc == vpc.id && table.main);
        let own = it.table.as_ref();
        let table = own.and_then(|id| self.tables.iter().find(|table| table.id == *id));
        if let Some(table) = table.or_else(main) {
            out.set("routeTable", Value::Text(called(&table.name, &table.id)));
        }
        Value::Object(out)
    }

    fn endpoint(
        &self,
        it: &Endpoint,
        vpc: &Vpc,
        groups: &[Group],
        region: &str,
        model: &mut Model,
    ) -> Option<Value> {
        let Some(service) = Self::service(&it.service, region) else {
            model.note(
                "I0208",
                format!(
                    "the endpoint `{}` is of a service that is not in the catalogue: {}",
                    it.name, it.service
                ),
            );
            return None;
        };
        let mut out = Object::default();
        out.set("id", Value::Text(it.id.clone()));
        named(&mut out, &it.name, &it.id);
        out.set("service", text(service.name));
        if it.gateway {
            if !service.has_gateway() {
                model.note(
                    "I0208",
                    format!(
                        "`{}` has no gateway endpoints: `{}` is not read",
                        service.name, it.name
                    ),
                );
                return None;
            }
            out.set("type", text("gateway"));
            if it.placed {
                let tables = it.tables.iter().filter_map(|id| {
                    let table = self.tables.iter().find(|table| table.id == *id);
                    table.map(|table| called(&table.name, &table.id))
                });
                out.set("routeTables", texts(&tables.collect::<Vec<_>>()));
                if it.tables.is_empty() {
                    model.note(
                        "I0206",
                        format!(
                            "nobody can use the endpoint `{}`: it is in no route table",
                            it.name
                        ),
                    );
                }
            }
            return Some(Value::Object(out));
        }
        if service.has_gateway() {
            out.set("type", text("interface"));
        }
        if it.placed {
            self.place(it, vpc, groups, &mut out, model);
        }
        let dns = it.private_dns && vpc.dns_support && vpc.dns_hostnames;
        if service.has_private_dns() {
            out.set("privateDns", text(if dns { "on" } else { "off" }));
        }
        Some(Value::Object(out))
    }

    /// Subnets and groups of an interface endpoint.
    fn place(
        &self,
        it: &Endpoint,
        vpc: &Vpc,
        groups: &[Group],
        out: &mut Object,
        model: &mut Model,
    ) {
        let subnets = it.subnets.iter().filter_map(|id| {
            let subnet = self.subnets.iter().find(|it| it.id == *id && it.vpc == vpc.id);
            subnet.map(|it| called(&it.name, &it.id))
        });
        let subnets: Vec<Text> = subnets.collect();
        out.set("subnets", texts(&subnets));
        if it.subnets.is_empty() {
            model.note(
                "I0206",
                format!("nobody can use the endpoint `{}`: it has no subnet", it.name),
            );
        } else if subnets.len() < it.subnets.len() {
            model.note(
                "I0208",
                format!("the endpoint `{}` names subnets that are in no input", it.name),
            );
        }
        let mut named: Vec<Text> = it
            .groups
            .iter()
            .filter_map(|id| groups.iter().find(|group| group.id == *id))
            .map(|group| called(&group.name, &group.id))
            .collect();
        if it.groups.is_empty() {
            let default = groups.iter().find(|group| group.is_default);
            named.extend(default.map(|group| called(&group.name, &group.id)));
        } else if named.len() < it.groups.len() {
            model.note(
                "I0208",
                format!("the endpoint `{}` names groups that are in no input", it.name),
            );
        }
        out.set("securityGroups", texts(&named));
    }
}

/// The word by which other parts name an object: its name, or its id where it has none.
fn called(name: &str, id: &Text) -> Text {
    if name.is_empty() { id.clone() } else { Text::from(name) }
}

fn named(out: &mut Object, name: &str, id: &Text) {
    if !name.is_empty() && id.as_literal().as_deref() != Some(name) {
        out.set("name", text(name));
    }
}

fn set_list(out: &mut Object, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        out.set(key, Value::List(list));
    }
}

fn group(it: &Group) -> Value {
    let mut out = Object::default();
    out.set("id", Value::Text(it.id.clone()));
    named(&mut out, &it.name, &it.id);
    out.set("ingress", texts(&it.ingress));
    if !it.egress_open {
        out.set("egress", texts(&it.egress));
    }
    Value::Object(out)
}

/// A NAT gateway. One whose address is not known is public all the same: the address is a symbol.
fn nat(it: &Nat, model: &mut Model) -> Value {
    let mut out = Object::default();
    out.set("id", Value::Text(it.id.clone()));
    named(&mut out, &it.name, &it.id);
    let mut addresses = it.addresses.clone();
    if addresses.is_empty() && !it.private {
        let symbol = format!("{}.public_ip", it.name);
        addresses.push(model.symbol(&symbol, Kind::Address, Class::Created));
    }
    out.set("addresses", texts(&addresses));
    if it.private {
        out.set("connectivity", text("private"));
    }
    Value::Object(out)
}
