//! Arrivals: what comes from an origin to a service (perimeter §1.4).

mod console;
mod elsewhere;
mod forwarded;
mod services;
mod unlisted;

pub(super) use unlisted::Owner;

use super::context::{ContextSet, SOURCE_IP, SOURCE_VPC, SOURCE_VPCE, Slot, VPC_SOURCE_IP};
use super::model::{Account, DefinedOrigin, Endpoint, Network, OriginKind, Vpc};
use super::origin::{Origin, UnknownOrigin};
use super::path::{Outcome, Part, Path, Place, Start, Target, Ways, serves, step};
use super::uncertain;
use crate::catalog::EndpointService;
use crate::catalog::network_keys::ServiceKey;
use crate::text::AddressRange;

/// Way in which a request arrives, or does not.
///
/// ```
/// # use polsim::catalog::EndpointService;
/// # use polsim::network::{Network, Outcome};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let s3 = EndpointService::find("s3", "eu-west-1").expect("S3 is everywhere");
/// let arrivals = network.arrivals("office", s3, "eu-west-1").expect("the office is an origin");
///
/// let context = arrivals[0].context.as_ref().expect("requests from the office arrive");
/// assert!(matches!(arrivals[0].path.outcome, Outcome::Public { .. }));
/// assert!(context.slot("aws:SourceIp").is_some());
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Path that it took.
    pub path: Path,
    /// Contexts at the end of the path; none where it does not arrive.
    pub context: Option<ContextSet>,
}

impl Network {
    /// Arrivals of plain clients at a service from an origin, the likeliest first. Ways that exist
    /// only if an undocumented fact is so are marked.
    ///
    /// # Errors
    /// Where the network has no such origin.
    pub fn arrivals(
        &self,
        origin: &str,
        service: &'static EndpointService,
        region: &str,
    ) -> Result<Vec<Arrival>, UnknownOrigin> {
        self.arrivals_by(origin, service, region, Ways::Plain)
    }

    /// Arrivals at a service from an origin by such ways, those of plain clients first.
    ///
    /// # Errors
    /// Where the network has no such origin.
    pub fn arrivals_by(
        &self,
        origin: &str,
        service: &'static EndpointService,
        region: &str,
        ways: Ways,
    ) -> Result<Vec<Arrival>, UnknownOrigin> {
        Ok(self.arrivals_of(&self.origin(origin, ways)?, Target { service, region }, ways))
    }

    pub(super) fn arrivals_of(
        &self,
        origin: &Origin<'_>,
        target: Target<'_>,
        ways: Ways,
    ) -> Vec<Arrival> {
        match origin {
            Origin::Machines(starts, defined) => self.of_machines(starts, *defined, target, ways),
            // Ways that do not exist are no part of a union.
            Origin::Union(origins) => origins
                .iter()
                .flat_map(|origin| self.arrivals_of(origin, target, ways))
                .filter(|arrival| arrival.context.is_some())
                .collect(),
            Origin::Endpoint(vpc, endpoint) if !serves((vpc, endpoint), target) => {
                let (name, region) = (endpoint.display(), endpoint.region(vpc));
                let text =
                    format!("`{name}` is an endpoint of `{}` in {region}", endpoint.service.name);
                nowhere(Part::Endpoint, text)
            }
            other => self.anywhere(other),
        }
    }

    fn of_machines(
        &self,
        starts: &[Start<'_>],
        defined: Option<&DefinedOrigin>,
        target: Target<'_>,
        ways: Ways,
    ) -> Vec<Arrival> {
        let kind = defined.map_or(OriginKind::Host, |it| it.kind);
        let ipv6 = defined.is_some_and(|it| it.ipv6);
        match kind {
            OriginKind::IsolatedContainer => nowhere(
                Part::Start,
                "a container with network isolation has no network and no credentials".to_owned(),
            ),
            OriginKind::Forwarded | OriginKind::Agent => {
                let by = defined.and_then(|it| it.by.as_deref());
                self.forwarded(starts, kind, by, target.region, ways)
            }
            OriginKind::Console => self.console(starts, ipv6, ways),
            OriginKind::ConsolePrivateAccess => self.console_private(starts, target, ipv6, ways),
            OriginKind::Host if starts.is_empty() => self.anywhere(&Origin::Internet(Some(ipv6))),
            OriginKind::Host | OriginKind::NotebookWithInternet => {
                let mut arrivals = Vec::new();
                for start in starts {
                    for path in self.paths_by(start, target, ways) {
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
            (Outcome::DataPlane, _) => true,
            _ => false,
        };
        if !inside {
            path.steps.truncate(2);
            let text = "direct internet access: it leaves by the network of the notebook service";
            path.steps.push(step(Part::Route, text));
            path.outcome = Outcome::ServiceNetwork;
            // The VPC's routes have no part in it, only which name was asked for.
            path.uncertain = path.uncertain.filter(|fact| fact.name == uncertain::ONE_ZONE.name);
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
            Outcome::DataPlane => {
                vec![ContextSet::direct(label).with([(SOURCE_IP, Slot::Absent)]).without_endpoint()]
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
        set.service_keys = self.owner_keys(vpc);
        set
    }

    /// The keys that tell the owner of a VPC's endpoints, as far as the file knows it.
    pub(super) fn owner_keys(&self, vpc: &Vpc) -> Vec<(ServiceKey, Slot)> {
        let mut keys = Vec::new();
        let Some(account) = &vpc.account else { return keys };
        if let Some(arn) = vpc.arn() {
            keys.push((ServiceKey::SourceVpcArn, Slot::is(&arn)));
        }
        keys.push((ServiceKey::VpceAccount, Slot::is(account)));
        if let Some(known) = self.account(account) {
            keys.extend(self.organization_of(known));
        }
        keys
    }

    /// The organization keys of an account of the file.
    fn organization_of(&self, account: &Account) -> Vec<(ServiceKey, Slot)> {
        let Some(organization) = &self.organization else { return Vec::new() };
        let (id, path) = if account.member {
            let path = match &account.path {
                Some(path) => Slot::Many(vec![path.clone()]),
                None => paths_below(&organization.id),
            };
            (Slot::is(&organization.id), path)
        } else {
            (self.other_organization(), self.other_paths())
        };
        vec![(ServiceKey::VpceOrgId, id), (ServiceKey::VpceOrgPaths, path)]
    }

    /// Any organization but ours, or none.
    fn other_organization(&self) -> Slot {
        let ours = self.organization.iter().map(|it| it.id.clone()).collect();
        optional(foreign("o-*", ours, "o-evil5678c1"))
    }

    /// The path of an account in any organization but ours, or none.
    fn other_paths(&self) -> Slot {
        let ours = self.organization.iter().map(|it| format!("{}/*", it.id).into()).collect();
        optional(foreign("o-*/r-*/*", ours, "o-evil5678c1/r-0bad/"))
    }

    fn all_known_addresses(&self) -> Vec<AddressRange> {
        let mut all = self.corporate_addresses();
        all.extend(self.nat_addresses());
        all
    }
}

fn foreign(shape: &str, except: Vec<Box<str>>, sample: &str) -> Slot {
    Slot::Foreign { shape: shape.into(), except, sample: sample.into() }
}

fn optional(slot: Slot) -> Slot {
    Slot::Optional(Box::new(slot))
}

/// The path of an account in an organization.
fn paths_below(organization: &str) -> Slot {
    let (shape, sample) = (format!("{organization}/r-*/*"), format!("{organization}/r-ab12/"));
    foreign(&shape, Vec::new(), &sample)
}

/// A path that ends before it begins.
fn nowhere(part: Part, text: String) -> Vec<Arrival> {
    let steps = vec![step(part, text)];
    let path = Path { outcome: Outcome::Unreachable, steps, uncertain: None };
    vec![Arrival { path, context: None }]
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
