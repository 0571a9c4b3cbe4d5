//! Origins: where requests start, and what arrives from there (perimeter §1.4).

use super::context::{
    CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, Caller, ContextSet, IS_SERVICE, SOURCE_IP,
    SOURCE_VPC, SOURCE_VPCE, Slot, VIA, VPC_SOURCE_IP,
};
use super::model::{DefinedOrigin, Endpoint, Network, OriginKind, Subnet, Vpc};
use super::path::{Outcome, Part, Path, Place, Start, Target, step};
use super::uncertain;
use crate::catalog::EndpointService;
use crate::catalog::network_keys::ServiceKey;
use crate::text::{AddressRange, nearest};

/// One way in which a request arrives, or does not.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// How it got there.
    pub path: Path,
    /// What its context holds; none where it does not arrive.
    pub context: Option<ContextSet>,
}

/// An origin that the network does not have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownOrigin {
    /// The name.
    pub name: Box<str>,
    /// What it may have been meant to be, or what there is, in a sentence.
    pub help: String,
}

/// An origin, resolved.
pub(super) enum Origin<'n> {
    /// Calls that an agent service forwards.
    Agent,
    /// Whatever crosses an endpoint.
    Endpoint(&'n Vpc, &'n Endpoint),
    /// Endpoints that are not in the file.
    ForeignEndpoint,
    /// Calls that a service forwards.
    Forwarded,
    /// The internet, or one address family of it.
    Internet(Option<bool>),
    /// Machines somewhere.
    Machines(Vec<Start<'n>>, Option<&'n DefinedOrigin>),
    /// The public addresses of our VPCs.
    Nat(Vec<AddressRange>),
    /// Unlisted endpoints of our organization.
    OrganizationEndpoint,
    /// The addresses of the company.
    Corporate,
    /// AWS's own compute without a VPC.
    ServiceNetwork,
    /// A service principal, for us or for others.
    ServicePrincipal { ours: bool },
    /// A service that uses a role of ours.
    ServiceSide,
    /// Any of these.
    Union(Vec<Self>),
}

impl Network {
    /// The origins that every network has, with what they are.
    pub const BUILT_IN: &'static [(&'static str, &'static str)] = &[
        ("internet", "any public address that is neither the company's nor a NAT gateway's"),
        ("internet-ipv6", "the same, IPv6 only"),
        ("foreign-endpoint", "a VPC endpoint that is not in the file, owned by a stranger"),
        (
            "organization-endpoint",
            "a VPC endpoint that is not in the file, owned by an account of the organization",
        ),
        (
            "nat",
            "the public addresses of our VPCs: NAT gateways and machines behind an internet gateway",
        ),
        ("service-network", "compute of AWS services outside any VPC of ours"),
        ("service-side", "an AWS service that uses a role of ours"),
        ("service-principal", "an AWS service that calls as itself, for an account of ours"),
        ("service-principal-for-others", "an AWS service that calls as itself, for somebody else"),
        ("forwarded", "a call that an AWS service forwards with its caller's credentials"),
        ("agent", "a call that an agent service of AWS forwards"),
        ("off-network", "every origin whose requests are not on the network"),
        ("on-network", "the company's public addresses and the network's endpoints"),
    ];

    /// The names of all origins: those of the file in its order, then those that every network has.
    pub fn origin_names(&self) -> Vec<&str> {
        let sites = self.sites.iter().map(|site| &*site.name);
        let vpcs = self.vpcs.iter().flat_map(|vpc| {
            let own = std::iter::once(vpc.display()).filter(|_| 1 < vpc.subnets.len());
            own.chain(vpc.subnets.iter().map(Subnet::display))
        });
        let defined = self.origins.iter().map(|origin| &*origin.name);
        let built_in = Self::BUILT_IN.iter().map(|(name, _)| *name);
        let built_in = built_in.filter(|name| match *name {
            "nat" => !self.nat_addresses().is_empty(),
            "organization-endpoint" => self.organization.is_some(),
            _ => true,
        });
        sites.chain(vpcs).chain(defined).chain(built_in).collect()
    }

    /// The origin called `name`: a site, VPC, subnet, NAT gateway or endpoint by id or name, one
    /// that the file defines, or one that every network has.
    pub(super) fn origin(&self, name: &str) -> Result<Origin<'_>, UnknownOrigin> {
        if let Some(defined) = self.origins.iter().find(|it| &*it.name == name) {
            return Ok(self.defined(defined));
        }
        if let Some(machines) = self.machines_at(name) {
            return Ok(Origin::Machines(machines, None));
        }
        if let Some((vpc, endpoint)) = self.endpoint(name) {
            return Ok(Origin::Endpoint(vpc, endpoint));
        }
        if let Some((_, nat)) = self.nat_gateway(name) {
            return Ok(Origin::Nat(nat.addresses.clone()));
        }
        Ok(match name {
            "agent" => Origin::Agent,
            "foreign-endpoint" => Origin::ForeignEndpoint,
            "forwarded" => Origin::Forwarded,
            "internet" => Origin::Internet(None),
            "internet-ipv6" => Origin::Internet(Some(true)),
            "nat" if !self.nat_addresses().is_empty() => Origin::Nat(self.nat_addresses()),
            "off-network" => self.off_network(),
            "on-network" => {
                let own = self.own_endpoints().map(|(vpc, it)| Origin::Endpoint(vpc, it));
                Origin::Union(std::iter::once(Origin::Corporate).chain(own).collect())
            }
            "organization-endpoint" if self.organization.is_some() => Origin::OrganizationEndpoint,
            "service-network" => Origin::ServiceNetwork,
            "service-principal" => Origin::ServicePrincipal { ours: true },
            "service-principal-for-others" => Origin::ServicePrincipal { ours: false },
            "service-side" => Origin::ServiceSide,
            _ => return Err(self.unknown(name)),
        })
    }

    fn unknown(&self, name: &str) -> UnknownOrigin {
        let names = self.origin_names();
        let help = match (name, nearest(name, names.iter().copied())) {
            ("nat", _) => {
                "the network has no NAT gateway and no machine with a public address".to_owned()
            }
            ("organization-endpoint", _) => "the network names no organization".to_owned(),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            (_, None) => format!("the origins are: {}", names.join(", ")),
        };
        UnknownOrigin { name: name.into(), help }
    }

    /// Everything off the network: what neither comes from a corporate address nor crosses an
    /// endpoint of ours, and is no forwarded call and no service principal (perimeter §1.5,
    /// *offNetDirect*).
    fn off_network(&self) -> Origin<'_> {
        let mut all = vec![Origin::Internet(None), Origin::ForeignEndpoint];
        if self.organization.is_some() {
            all.push(Origin::OrganizationEndpoint);
        }
        let nat = self.nat_addresses();
        if !nat.is_empty() {
            all.push(Origin::Nat(nat));
        }
        all.push(Origin::ServiceNetwork);
        all.push(Origin::ServiceSide);
        let outside = self.endpoints().filter(|(vpc, _)| vpc.outside);
        all.extend(outside.map(|(vpc, endpoint)| Origin::Endpoint(vpc, endpoint)));
        Origin::Union(all)
    }

    fn machines_at(&self, name: &str) -> Option<Vec<Start<'_>>> {
        if let Some(site) = self.site(name) {
            return Some(vec![Start::at_site(site)]);
        }
        if let Some((vpc, subnet)) = self.subnet(name) {
            return Some(vec![Start::in_subnet(vpc, subnet)]);
        }
        let vpc = self.vpc(name)?;
        Some(vpc.subnets.iter().map(|subnet| Start::in_subnet(vpc, subnet)).collect())
    }

    fn defined<'n>(&'n self, origin: &'n DefinedOrigin) -> Origin<'n> {
        let mut starts =
            origin.at.as_deref().and_then(|at| self.machines_at(at)).unwrap_or_default();
        for start in &mut starts {
            if !origin.addresses.is_empty() {
                start.addresses.clone_from(&origin.addresses);
            }
            start.ipv6 = origin.ipv6;
            start.chosen = origin.endpoints.iter().map(|it| &**it).collect();
            start.groups = origin.security_groups.iter().map(|it| &**it).collect();
            start.proxy = origin.proxy.as_deref().or(start.proxy);
        }
        Origin::Machines(starts, Some(origin))
    }

    /// What arrives at a service from an origin: every way in which a request may, the likeliest
    /// first. Ways that exist only if an undocumented fact is so are marked.
    ///
    /// # Errors
    /// Where the network has no such origin.
    pub fn arrivals(
        &self,
        origin: &str,
        service: &'static EndpointService,
        region: &str,
    ) -> Result<Vec<Arrival>, UnknownOrigin> {
        Ok(self.arrivals_of(&self.origin(origin)?, Target { service, region }))
    }

    pub(super) fn arrivals_of(&self, origin: &Origin<'_>, target: Target<'_>) -> Vec<Arrival> {
        match origin {
            Origin::Machines(starts, defined) => self.of_machines(starts, *defined, target),
            // Ways that do not exist are no part of a union.
            Origin::Union(origins) => origins
                .iter()
                .flat_map(|origin| self.arrivals_of(origin, target))
                .filter(|arrival| arrival.context.is_some())
                .collect(),
            Origin::Endpoint(vpc, endpoint)
                if endpoint.service.name != target.service.name
                    || *vpc.region != *target.region =>
            {
                let name = endpoint.display();
                let text = format!(
                    "`{name}` is an endpoint of `{}` in {}",
                    endpoint.service.name, vpc.region
                );
                let steps = vec![step(Part::Endpoint, text)];
                let path = Path { outcome: Outcome::Unreachable, steps, uncertain: None };
                vec![Arrival { path, context: None }]
            }
            other => self.anywhere(other),
        }
    }

    fn of_machines(
        &self,
        starts: &[Start<'_>],
        defined: Option<&DefinedOrigin>,
        target: Target<'_>,
    ) -> Vec<Arrival> {
        let kind = defined.map_or(OriginKind::Host, |it| it.kind);
        let by = defined.and_then(|it| it.by.as_deref());
        let ipv6 = defined.is_some_and(|it| it.ipv6);
        match kind {
            OriginKind::IsolatedContainer => {
                let text = "a container with network isolation has no network and no credentials";
                let steps = vec![step(Part::Start, text)];
                let path = Path { outcome: Outcome::Unreachable, steps, uncertain: None };
                vec![Arrival { path, context: None }]
            }
            OriginKind::Forwarded | OriginKind::Agent => {
                self.forwarded(starts, kind, by, target.region)
            }
            OriginKind::Console => self.console(starts, ipv6),
            OriginKind::ConsolePrivateAccess => self.console_private(starts, target.region, ipv6),
            OriginKind::Host if starts.is_empty() => self.anywhere(&Origin::Internet(Some(ipv6))),
            OriginKind::Host | OriginKind::NotebookWithInternet => {
                let mut arrivals = Vec::new();
                for start in starts {
                    for path in self.paths_from(start, target) {
                        let path = match kind {
                            OriginKind::NotebookWithInternet => self.with_internet(start, path),
                            _ => path,
                        };
                        arrivals.extend(self.arrive(path, &start.words()));
                    }
                }
                arrivals
            }
        }
    }

    /// O17: only traffic inside the VPC uses the notebook's own network interface.
    fn with_internet(&self, start: &Start<'_>, mut path: Path) -> Path {
        let inside = match (&path.outcome, start.place) {
            (Outcome::Interface { endpoint, .. }, Place::Subnet(own, _)) => {
                self.endpoint(endpoint).is_some_and(|(vpc, _)| vpc.id == own.id)
            }
            _ => false,
        };
        if !inside {
            path.steps.truncate(2);
            let text = "direct internet access: it leaves by the network of the notebook service";
            path.steps.push(step(Part::Route, text));
            path.outcome = Outcome::ServiceNetwork;
        }
        path
    }

    /// The arrivals at the end of a path.
    pub(super) fn arrive(&self, path: Path, label: &str) -> Vec<Arrival> {
        let sets = match &path.outcome {
            Outcome::Interface { endpoint, client } | Outcome::Gateway { endpoint, client } => {
                let slot = if client.is_empty() {
                    Slot::any_address()
                } else {
                    Slot::Address { within: client.clone(), except: Vec::new() }
                };
                let Some((vpc, endpoint)) = self.endpoint(endpoint) else {
                    return vec![Arrival { path, context: None }];
                };
                vec![self.through(vpc, endpoint, slot, label)]
            }
            Outcome::Public { seen } => {
                let slot = if seen.is_empty() {
                    Slot::public_except(&self.all_known_addresses())
                } else {
                    Slot::Address { within: seen.clone(), except: Vec::new() }
                };
                vec![ContextSet::direct(label).with([(SOURCE_IP, slot)]).without_endpoint()]
            }
            Outcome::ServiceNetwork => self.service_network(label),
            Outcome::ForeignEndpoint | Outcome::Service | Outcome::Unreachable => Vec::new(),
        };
        arrivals(&path, sets)
    }

    /// Contexts of requests that cross an endpoint of the file.
    pub(super) fn through(
        &self,
        vpc: &Vpc,
        endpoint: &Endpoint,
        client: Slot,
        label: &str,
    ) -> ContextSet {
        let mut set = ContextSet::direct(label).with([
            (SOURCE_IP, Slot::Absent),
            (VPC_SOURCE_IP, client),
            (SOURCE_VPC, Slot::is(&vpc.id)),
            (SOURCE_VPCE, Slot::is(&endpoint.id)),
        ]);
        if let Some(account) = &vpc.account {
            if let Some(arn) = vpc.arn() {
                set.service_keys.push((ServiceKey::SourceVpcArn, Slot::is(&arn)));
            }
            set.service_keys.push((ServiceKey::VpceAccount, Slot::is(account)));
            if let Some(organization) = &self.organization {
                let known = self.account(account);
                if known.is_some_and(|it| it.member) {
                    set.service_keys.push((ServiceKey::VpceOrgId, Slot::is(&organization.id)));
                    if let Some(path) = known.and_then(|it| it.path.clone()) {
                        set.service_keys.push((ServiceKey::VpceOrgPaths, Slot::Many(vec![path])));
                    }
                } else if known.is_some() {
                    set.service_keys.push((ServiceKey::VpceOrgId, self.other_organization()));
                }
            }
        }
        set
    }

    fn other_organization(&self) -> Slot {
        let ours = self.organization.iter().map(|it| it.id.clone()).collect();
        Slot::Optional(Box::new(Slot::Foreign {
            shape: "o-*",
            except: ours,
            sample: "o-evil5678c1",
        }))
    }

    fn all_known_addresses(&self) -> Vec<AddressRange> {
        let mut all = self.corporate_addresses();
        all.extend(self.nat_addresses());
        all
    }

    /// What arrives from an origin that is no place in the file.
    fn anywhere(&self, origin: &Origin<'_>) -> Vec<Arrival> {
        let (outcome, text, sets) = match origin {
            Origin::Internet(family) => {
                let known = self.all_known_addresses();
                let slot = match family {
                    Some(ipv6) => Slot::public_of(*ipv6, &known),
                    None => Slot::public_except(&known),
                };
                let set =
                    ContextSet::direct("internet").with([(SOURCE_IP, slot)]).without_endpoint();
                (Outcome::Public { seen: Vec::new() }, "starts on the internet", vec![set])
            }
            Origin::Nat(addresses) => {
                let slot = Slot::Address { within: addresses.clone(), except: Vec::new() };
                let set = ContextSet::direct("nat").with([(SOURCE_IP, slot)]).without_endpoint();
                let text = "starts behind a public address of one of our VPCs";
                (Outcome::Public { seen: addresses.clone() }, text, vec![set])
            }
            Origin::Corporate => {
                let seen = self.corporate_addresses();
                let slot = Slot::Address { within: seen.clone(), except: Vec::new() };
                let set =
                    ContextSet::direct("corporate").with([(SOURCE_IP, slot)]).without_endpoint();
                let sets = if seen.is_empty() { Vec::new() } else { vec![set] };
                (Outcome::Public { seen }, "starts behind a public address of the company", sets)
            }
            Origin::Endpoint(vpc, endpoint) => {
                let set = self.through(vpc, endpoint, Slot::any_address(), endpoint.display());
                let (gateway, client) = (endpoint.is_gateway(), Vec::new());
                let endpoint = endpoint.id.clone();
                let outcome = if gateway {
                    Outcome::Gateway { endpoint, client }
                } else {
                    Outcome::Interface { endpoint, client }
                };
                (outcome, "starts wherever the endpoint is reached from", vec![set])
            }
            Origin::ForeignEndpoint => {
                let set = self.foreign_endpoint("foreign-endpoint");
                (
                    Outcome::ForeignEndpoint,
                    "starts in a stranger's VPC with an endpoint of its own",
                    vec![set],
                )
            }
            Origin::OrganizationEndpoint => {
                let set = self.organization_endpoint();
                (
                    Outcome::ForeignEndpoint,
                    "starts in an unlisted VPC of the organization",
                    vec![set],
                )
            }
            Origin::ServiceNetwork => {
                let sets = self.service_network("service-network");
                (Outcome::ServiceNetwork, "starts in the network of an AWS service", sets)
            }
            Origin::ServiceSide => {
                let text = "an AWS service uses a role of ours from its own network";
                (Outcome::Service, text, self.service_side())
            }
            Origin::ServicePrincipal { ours } => {
                let text = "an AWS service calls as itself: network keys are redacted";
                (Outcome::Service, text, vec![self.service_principal(*ours)])
            }
            Origin::Forwarded => return self.forwarded(&[], OriginKind::Forwarded, None, ""),
            Origin::Agent => return self.forwarded(&[], OriginKind::Agent, None, ""),
            Origin::Machines(..) | Origin::Union(_) => return Vec::new(),
        };
        let path = Path { outcome, steps: vec![step(Part::Start, text)], uncertain: None };
        arrivals(&path, sets)
    }

    /// O15: endpoint ids that are not in the file. In the regions of our VPCs a foreign VPC has
    /// another id; elsewhere it may have the same (AX10), which the constraint adds.
    fn foreign_endpoint(&self, label: &str) -> ContextSet {
        let endpoints = self.endpoints().map(|(_, it)| it.id.clone()).collect();
        let vpcs = self.vpcs.iter().map(|vpc| vpc.id.clone()).collect();
        let arns = self.vpcs.iter().filter_map(Vpc::arn).map(Box::from).collect();
        let accounts = self.accounts.iter().map(|account| account.id.clone()).collect();
        let paths = Slot::Optional(Box::new(Slot::Many(vec!["o-evil5678c1/r-0bad/".into()])));
        let mut set = ContextSet::direct(label).with([
            (SOURCE_IP, Slot::Absent),
            (VPC_SOURCE_IP, Slot::any_address()),
            (SOURCE_VPC, foreign("vpc-*", vpcs, "vpc-0bad0bad0bad0bad0")),
            (SOURCE_VPCE, foreign("vpce-*", endpoints, "vpce-0bad0000000000001")),
        ]);
        set.service_keys = vec![
            (
                ServiceKey::SourceVpcArn,
                foreign(
                    "arn:aws:ec2:*:vpc/vpc-*",
                    arns,
                    "arn:aws:ec2:eu-west-1:666677778888:vpc/vpc-0bad0bad0bad0bad0",
                ),
            ),
            (ServiceKey::VpceAccount, foreign("????????????", accounts, "666677778888")),
            (ServiceKey::VpceOrgId, self.other_organization()),
            (ServiceKey::VpceOrgPaths, paths),
        ];
        set
    }

    fn organization_endpoint(&self) -> ContextSet {
        let mut set = self.foreign_endpoint("organization-endpoint");
        let id = self.organization.as_ref().map(|it| it.id.clone()).unwrap_or_default();
        set.service_keys.retain(|(key, _)| {
            !matches!(
                key,
                ServiceKey::VpceAccount | ServiceKey::VpceOrgId | ServiceKey::VpceOrgPaths
            )
        });
        let account = foreign("????????????", Vec::new(), "444455556666");
        set.service_keys.push((ServiceKey::VpceAccount, account));
        set.service_keys.push((ServiceKey::VpceOrgId, Slot::OneOf(vec![id])));
        set
    }

    /// O16 and O32: a public address of AWS; or an endpoint of the service's own, which is not
    /// documented.
    fn service_network(&self, label: &str) -> Vec<ContextSet> {
        let known = self.all_known_addresses();
        let address = ContextSet::direct(label)
            .with([(SOURCE_IP, Slot::public_except(&known))])
            .without_endpoint();
        let endpoint = self.foreign_endpoint(label).only_if(&uncertain::SERVICE_ENDPOINT);
        vec![address, endpoint]
    }

    /// O22, O26, AX16: any address that is not ours, or none; never an endpoint of ours.
    fn service_side(&self) -> Vec<ContextSet> {
        let known = self.all_known_addresses();
        let role = |set: ContextSet| ContextSet { caller: Caller::Role, ..set };
        let address = ContextSet::direct("service-side")
            .with([(SOURCE_IP, Slot::public_except(&known))])
            .without_endpoint();
        let none =
            ContextSet::direct("service-side").with([(SOURCE_IP, Slot::Absent)]).without_endpoint();
        let endpoint = self.foreign_endpoint("service-side").only_if(&uncertain::SERVICE_ENDPOINT);
        vec![role(address), role(none), role(endpoint)]
    }

    /// O25.
    fn service_principal(&self, ours: bool) -> ContextSet {
        let label = if ours { "service-principal" } else { "service-principal-for-others" };
        let accounts: Vec<Box<str>> = self.accounts.iter().map(|it| it.id.clone()).collect();
        let organization = self.organization.as_ref().map(|it| it.id.clone());
        let (account, of) = if ours {
            let account = if accounts.is_empty() {
                foreign("????????????", accounts, "111122223333")
            } else {
                Slot::OneOf(accounts)
            };
            (account, organization.map(|id| Slot::OneOf(vec![id])))
        } else {
            (
                foreign("????????????", accounts, "666677778888"),
                organization.map(|_| self.other_organization()),
            )
        };
        let mut set = ContextSet::direct(label)
            .with([
                (SOURCE_IP, Slot::Absent),
                (IS_SERVICE, Slot::Flag(true)),
                ("aws:SourceAccount", Slot::Optional(Box::new(account))),
            ])
            .without_endpoint();
        if let Some(of) = of {
            let of = match of {
                optional @ Slot::Optional(_) => optional,
                other => Slot::Optional(Box::new(other)),
            };
            set = set.with([("aws:SourceOrgID", of)]);
        }
        ContextSet { caller: Caller::Service, ..set }
    }

    /// O23, O24, O36: the endpoint keys of the first call are not carried on; its address may be.
    fn forwarded(
        &self,
        starts: &[Start<'_>],
        kind: OriginKind,
        by: Option<&str>,
        region: &str,
    ) -> Vec<Arrival> {
        let label = if kind == OriginKind::Agent { "agent" } else { "forwarded" };
        let via = |address: Slot| {
            let service = by.map_or_else(
                || foreign("*.amazonaws.com", Vec::new(), "athena.amazonaws.com"),
                Slot::is,
            );
            let set = ContextSet::direct(label).with([
                (SOURCE_IP, address),
                (VIA, Slot::Flag(true)),
                (CALLED_VIA, service.clone()),
                (CALLED_VIA_FIRST, service.clone()),
                (CALLED_VIA_LAST, service.clone()),
            ]);
            let set = set.without_endpoint();
            match kind {
                OriginKind::Agent => set.with([
                    ("aws:ViaAWSMCPService", Slot::Flag(true)),
                    ("aws:CalledViaAWSMCP", service),
                ]),
                _ => set,
            }
        };
        let any = || Slot::public_except(&[]);
        if starts.is_empty() {
            let text = "a service forwards the call with its caller's credentials";
            let path = Path {
                outcome: Outcome::Service,
                steps: vec![step(Part::Start, text)],
                uncertain: None,
            };
            return arrivals(&path, vec![via(Slot::Absent), via(any())]);
        }
        let prefix = by.and_then(|it| it.split('.').next()).unwrap_or("athena");
        let Some(service) =
            EndpointService::all().iter().find(|it| it.name.split('.').next() == Some(prefix))
        else {
            return self.forwarded(&[], kind, by, region);
        };
        let mut all = Vec::new();
        for start in starts {
            for path in self.paths_from(start, Target { service, region }) {
                let sets = match &path.outcome {
                    Outcome::Gateway { .. } | Outcome::Interface { .. } => vec![via(Slot::Absent)],
                    Outcome::Unreachable => Vec::new(),
                    Outcome::Public { seen } if !seen.is_empty() => vec![
                        via(Slot::Address { within: seen.clone(), except: Vec::new() }),
                        via(any()).only_if(&uncertain::FORWARDED_ADDRESS),
                    ],
                    _ => vec![via(any())],
                };
                let mut path = path;
                if path.outcome != Outcome::Unreachable {
                    let text =
                        format!("{prefix} forwards the call: endpoint keys are not carried on");
                    path.steps.push(step(Part::Endpoint, text));
                    path.outcome = Outcome::Service;
                }
                all.extend(arrivals(&path, sets));
            }
        }
        all
    }

    /// O29: console calls come from the browser's public address, whatever endpoints there are.
    fn console(&self, starts: &[Start<'_>], ipv6: bool) -> Vec<Arrival> {
        let text = "the AWS console calls from AWS, with the browser's public address";
        let mut paths: Vec<Path> = Vec::new();
        if starts.is_empty() {
            let outcome = Outcome::Public { seen: Vec::new() };
            paths.push(Path { outcome, steps: Vec::new(), uncertain: None });
        }
        paths.extend(starts.iter().map(|start| self.public_way(start)));
        let mut all = Vec::new();
        for mut path in paths {
            path.steps.insert(0, step(Part::Start, text));
            let Outcome::Public { seen } = &path.outcome else {
                all.extend(arrivals(&path, Vec::new()));
                continue;
            };
            let address = if seen.is_empty() {
                Slot::public_of(ipv6, &self.all_known_addresses())
            } else {
                Slot::Address { within: seen.clone(), except: Vec::new() }
            };
            let set = ContextSet::direct("console").with([(SOURCE_IP, address)]).without_endpoint();
            let via = set.clone().with([(VIA, Slot::Flag(true))]).only_if(&uncertain::CONSOLE_VIA);
            all.extend(arrivals(&path, vec![set, via]));
        }
        all
    }

    /// O30.
    fn console_private(&self, starts: &[Start<'_>], region: &str, ipv6: bool) -> Vec<Arrival> {
        let Some(service) = EndpointService::find("console", region) else { return Vec::new() };
        let mut all = Vec::new();
        for start in starts {
            for path in self.paths_from(start, Target { service, region }) {
                all.extend(self.arrive(path, "console"));
            }
        }
        for mut arrival in self.console(starts, ipv6) {
            if let Some(set) = &mut arrival.context
                && set.uncertain.is_none()
            {
                set.uncertain = Some(&uncertain::CONSOLE_PRIVATE);
                arrival.path.uncertain = Some(&uncertain::CONSOLE_PRIVATE);
                all.push(arrival);
            }
        }
        all
    }
}

fn foreign(shape: &'static str, except: Vec<Box<str>>, sample: &'static str) -> Slot {
    Slot::Foreign { shape, except, sample }
}

/// An arrival for each context, and for each twin that AWS's documentation leaves open.
fn arrivals(path: &Path, sets: Vec<ContextSet>) -> Vec<Arrival> {
    if sets.is_empty() {
        return vec![Arrival { path: path.clone(), context: None }];
    }
    let marked = sets
        .into_iter()
        .map(|set| ContextSet { uncertain: set.uncertain.or(path.uncertain), ..set });
    let sets: Vec<ContextSet> = marked.collect();
    let twins: Vec<ContextSet> = sets.iter().filter_map(ContextSet::twin_without_via).collect();
    sets.into_iter()
        .chain(twins)
        .map(|set| {
            let path = Path { uncertain: set.uncertain, ..path.clone() };
            Arrival { path, context: Some(set) }
        })
        .collect()
}
