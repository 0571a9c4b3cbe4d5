//! Paths: how a request travels from where it starts to the service (perimeter §1.2).

use serde::Serialize;

use super::model::{Endpoint, EndpointType, Network, Site, Subnet, Vpc};
use super::origin::{Origin, UnknownOrigin};
use super::uncertain::Uncertainty;
use crate::catalog::{EndpointService, Host, Reach};
use crate::text::AddressRange;

/// Path of a request to a service, step by step.
///
/// ```
/// # use polsim::catalog::EndpointService;
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let s3 = EndpointService::find("s3", "eu-west-1").expect("S3 is everywhere");
/// let arrivals = network.arrivals("office", s3, "eu-west-1").expect("the office is an origin");
///
/// let path = &arrivals[0].path;
/// assert!(path.uncertain.is_none() && !path.steps.is_empty());
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Path {
    /// End of the path.
    pub outcome: Outcome,
    /// The decisions on the way, each with its reason.
    pub steps: Vec<Step>,
    /// The undocumented fact without which there is no such path.
    pub uncertain: Option<&'static Uncertainty>,
}

/// End of a path.
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
/// let Outcome::Public { seen } = &arrivals[0].path.outcome else { panic!("no endpoint there") };
/// assert_eq!(*seen, ["203.0.113.0/24".parse().expect("a range")]);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Endpoint that is not in the file.
    ForeignEndpoint,
    /// A gateway endpoint of a VPC.
    Gateway {
        /// Id of the endpoint.
        endpoint: Box<str>,
        /// The client's addresses as the service sees them.
        client: Vec<AddressRange>,
    },
    /// An interface endpoint of a VPC.
    Interface {
        /// Id of the endpoint.
        endpoint: Box<str>,
        /// The client's addresses as the service sees them.
        client: Vec<AddressRange>,
    },
    /// Public addresses of the service.
    Public {
        /// The public addresses that the service may see; none if the file does not tell.
        seen: Vec<AddressRange>,
    },
    /// Network interface inside a VPC that is no endpoint's: no endpoint key comes with the call.
    DataPlane,
    /// Service, called by an AWS service.
    Service,
    /// Service, called by compute in the network of an AWS service.
    ServiceNetwork,
    /// No end: nothing arrives.
    Unreachable,
}

impl Path {
    /// Test for a path with the same end.
    pub(super) fn ends_as(&self, other: &Self) -> bool {
        self.outcome == other.outcome && self.uncertain == other.uncertain
    }

    /// The path with steps before its own.
    fn after(self, steps: &[Step]) -> Self {
        let steps = steps.iter().cloned().chain(self.steps).collect();
        Self { steps, ..self }
    }
}

/// Decision on a path.
///
/// ```
/// # use polsim::network::{Part, Step};
/// let step = Step { part: Part::Dns, text: "the name resolves to public addresses".to_owned() };
/// assert_eq!(step.part.as_str(), "dns");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Step {
    /// Part of the network that decided.
    pub part: Part,
    /// Decision and reason, a sentence.
    pub text: String,
}

/// Part of the network that decides at a step.
///
/// ```
/// # use polsim::network::Part;
/// assert_eq!(Part::SecurityGroup.as_str(), "security group");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The resolution of the host name.
    Dns,
    /// The type of the endpoint.
    Endpoint,
    /// A proxy for web traffic.
    Proxy,
    /// A route table, link or gateway.
    Route,
    /// A security group on the way.
    #[serde(rename = "security group")]
    SecurityGroup,
    /// Start of the request.
    Start,
}

impl Part {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Endpoint => "endpoint",
            Self::Proxy => "proxy",
            Self::Route => "route",
            Self::SecurityGroup => "security group",
            Self::Start => "start",
        }
    }
}

/// The place of a machine.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'n> {
    Site(&'n Site),
    Subnet(&'n Vpc, &'n Subnet),
}

/// A machine that starts a request.
#[derive(Clone, Debug)]
pub(super) struct Start<'n> {
    pub(super) place: Place<'n>,
    pub(super) addresses: Vec<AddressRange>,
    pub(super) ipv6: bool,
    /// Endpoints whose own host names it uses.
    pub(super) chosen: Vec<&'n str>,
    pub(super) groups: Vec<&'n str>,
    pub(super) proxy: Option<&'n str>,
    /// True for a machine that takes every way that routes, groups and interfaces leave open, not
    /// the plain client's.
    pub(super) every: bool,
}

/// Ways of an origin that a question is about (perimeter-2 §3).
///
/// ```
/// # use polsim::catalog::EndpointService;
/// # use polsim::network::{Network, Ways};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let s3 = EndpointService::find("s3", "eu-west-1").expect("S3 is everywhere");
/// let arrivals = |ways| network.arrivals_by("office", s3, "eu-west-1", ways).expect("an origin");
/// assert!(arrivals(Ways::Plain).len() <= arrivals(Ways::Every).len());
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ways {
    /// Every way that routes, groups and interfaces leave open: for what nobody may do.
    Every,
    /// The way of a plain client, and the endpoints that the origin names: for what somebody can.
    Plain,
}

/// The service that is called, and in which region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'n> {
    pub(super) service: &'static EndpointService,
    pub(super) region: &'n str,
}

pub(super) fn step(part: Part, text: impl Into<String>) -> Step {
    Step { part, text: text.into() }
}

impl<'n> Start<'n> {
    /// A machine somewhere in the subnet.
    pub(super) fn in_subnet(vpc: &'n Vpc, subnet: &'n Subnet) -> Self {
        Self {
            place: Place::Subnet(vpc, subnet),
            addresses: vec![subnet.cidr],
            ipv6: subnet.cidr.net().addr().is_ipv6(),
            chosen: Vec::new(),
            groups: Vec::new(),
            proxy: subnet.proxy.as_deref(),
            every: false,
        }
    }

    /// A machine somewhere at the site.
    pub(super) fn at_site(site: &'n Site) -> Self {
        Self {
            place: Place::Site(site),
            addresses: site.cidrs.clone(),
            ipv6: false,
            chosen: Vec::new(),
            groups: Vec::new(),
            proxy: site.proxy.as_deref(),
            every: false,
        }
    }

    /// The machine, trying such ways.
    pub(super) fn by(&self, ways: Ways) -> Self {
        Self { every: ways == Ways::Every, ..self.clone() }
    }

    pub(super) fn words(&self) -> String {
        match self.place {
            Place::Site(site) => format!("the site `{}`", site.name),
            Place::Subnet(vpc, subnet) => {
                format!("the subnet `{}` of `{}`", subnet.display(), vpc.display())
            }
        }
    }
}

impl Network {
    /// The paths of a machine to a service by such ways.
    pub(super) fn paths_by(&self, start: &Start<'_>, target: Target<'_>, ways: Ways) -> Vec<Path> {
        let reach = Host::named(target.service.name).map(|host| host.reach);
        if reach == Some(Reach::Vpc) {
            return vec![self.to_data_plane(start)];
        }
        let mut paths = match ways {
            Ways::Every => self.every_path(start, target),
            Ways::Plain => self.paths_from(start, target),
        };
        if reach == Some(Reach::VpcOrInternet) {
            paths.insert(0, self.to_data_plane(start));
        }
        paths
    }

    /// The path to a network interface inside a VPC: the place's own, or one that a private link
    /// leads to. The file does not list such interfaces.
    fn to_data_plane(&self, start: &Start<'_>) -> Path {
        let (_, mut steps) = begin(start);
        let linked = match start.place {
            Place::Subnet(..) => true,
            Place::Site(site) => {
                self.links.iter().any(|it| it.site == site.name && it.to.is_some())
            }
        };
        let (outcome, text) = if linked {
            (Outcome::DataPlane, "a network interface inside the VPC answers, no endpoint")
        } else {
            (Outcome::Unreachable, "no private link leads to a VPC")
        };
        steps.push(step(Part::Route, text));
        Path { outcome, steps, uncertain: None }
    }

    /// The paths of a plain client to a service: one, unless something undocumented or the address
    /// that DNS happens to give decides between several. The likeliest is first.
    pub(super) fn paths_from(&self, start: &Start<'_>, target: Target<'_>) -> Vec<Path> {
        let (start, steps) = self.behind_proxies(start).pop().unwrap_or_else(|| begin(start));
        let mut paths = Vec::new();
        for answer in self.resolve(&start, target) {
            let mut steps = steps.clone();
            steps.push(answer.step);
            let ways = match answer.endpoint {
                Some((vpc, endpoint)) => self.to_endpoint(&start, vpc, endpoint),
                None => self.to_public(&start, target),
            };
            for mut way in ways {
                way.uncertain = way.uncertain.or(answer.uncertain);
                paths.push(way.after(&steps));
            }
        }
        paths
    }

    /// The paths of a machine to a service by every way that routes, groups and interfaces leave
    /// open, those of the plain client first. Nobody is bound to what DNS answers, to a proxy or to
    /// a host name (perimeter-2 §3).
    pub(super) fn every_path(&self, start: &Start<'_>, target: Target<'_>) -> Vec<Path> {
        let mut kept: Vec<Path> = Vec::new();
        for path in self.candidates(start, target) {
            if !kept.iter().any(|it| it.ends_as(&path)) {
                kept.push(path);
            }
        }
        kept
    }

    /// The ways that a machine may try, open and closed.
    fn candidates(&self, start: &Start<'_>, target: Target<'_>) -> Vec<Path> {
        let mut paths = self.paths_from(start, target);
        for (start, steps) in self.behind_proxies(start) {
            let start = Start { every: true, ..start };
            for (vpc, endpoint) in self.endpoints().filter(|it| serves(*it, target)) {
                if endpoint.is_gateway() {
                    continue;
                }
                let mut steps = steps.clone();
                let name = endpoint.display();
                let text = format!("the own host name of `{name}` leads to the endpoint");
                steps.push(step(Part::Dns, text));
                let ways = self.to_endpoint(&start, vpc, endpoint);
                paths.extend(ways.into_iter().map(|way| way.after(&steps)));
            }
            let mut steps = steps.clone();
            let text = "a name that no endpoint answers for leads to public addresses";
            steps.push(step(Part::Dns, text));
            let ways = self.to_public(&start, target);
            paths.extend(ways.into_iter().map(|way| way.after(&steps)));
        }
        paths
    }

    /// The ways of machines to a service that are closed, each with the step at which it ends; none
    /// for an origin that is no place.
    ///
    /// # Errors
    /// Where the network has no such origin.
    ///
    /// ```
    /// # use polsim::catalog::EndpointService;
    /// # use polsim::network::Network;
    /// # use polsim::text::Source;
    /// let network = Network::parse(&Source::new("network.yaml", "
    /// region: eu-west-1
    /// sites: [{name: plant, cidrs: 172.16.0.0/12}]
    /// "))?;
    /// let s3 = EndpointService::find("s3", "eu-west-1").expect("S3 is everywhere");
    /// let closed = network.closed_ways("plant", s3, "eu-west-1").expect("the plant is an origin");
    /// let end = closed[0].steps.last().expect("the reason");
    /// assert_eq!(end.text, "the site `plant` has no way to public addresses");
    /// # Ok::<(), polsim::text::Diagnostics>(())
    /// ```
    pub fn closed_ways(
        &self,
        origin: &str,
        service: &'static EndpointService,
        region: &str,
    ) -> Result<Vec<Path>, UnknownOrigin> {
        let target = Target { service, region };
        let Origin::Machines(starts, _) = self.origin(origin, Ways::Every)? else {
            return Ok(Vec::new());
        };
        let mut closed: Vec<Path> = Vec::new();
        let mut add = |path: Path| {
            let ends = |it: &Path| it.steps.last() == path.steps.last();
            if path.outcome == Outcome::Unreachable && !closed.iter().any(ends) {
                closed.push(path);
            }
        };
        for start in &starts {
            self.candidates(start, target).into_iter().for_each(&mut add);
            let (_, steps) = begin(start);
            let others = self.endpoints().filter(|it| it.1.service.name == service.name);
            for (vpc, endpoint) in others {
                if let Some(reason) = Self::passed_by(start, (vpc, endpoint), target) {
                    let path =
                        Path { outcome: Outcome::Unreachable, steps: reason, uncertain: None };
                    add(path.after(&steps));
                }
            }
        }
        Ok(closed)
    }

    /// The reason why an endpoint of the service is on none of a machine's ways: it serves another
    /// region, or its route is in another table.
    fn passed_by(
        start: &Start<'_>,
        (vpc, endpoint): (&Vpc, &Endpoint),
        target: Target<'_>,
    ) -> Option<Vec<Step>> {
        let name = endpoint.display();
        if !serves((vpc, endpoint), target) {
            let text = format!("`{name}` serves {}", endpoint.region(vpc));
            return Some(vec![step(Part::Endpoint, text)]);
        }
        let EndpointType::Gateway { route_tables } = &endpoint.endpoint_type else { return None };
        let text = match start.place {
            Place::Subnet(own, subnet) if own.id == vpc.id => {
                let table = own.table_of(subnet)?;
                if route_tables.contains(&table.id) {
                    return None;
                }
                format!("the route table of `{}` has no route of `{name}`", subnet.display())
            }
            _ => format!("`{name}` is a gateway endpoint: it serves its own VPC only"),
        };
        Some(vec![step(Part::Route, text)])
    }

    /// The places that a machine's calls may start from: its own, then those of the proxies that it
    /// uses, each with the steps to there.
    fn behind_proxies<'n>(&'n self, start: &Start<'n>) -> Vec<(Start<'n>, Vec<Step>)> {
        let mut places = vec![begin(start)];
        let mut next = start.proxy;
        let mut seen = Vec::new();
        while let (Some(proxy), Some((_, steps))) = (next.take(), places.last()) {
            if seen.contains(&proxy) {
                break;
            }
            seen.push(proxy);
            let place = match (self.site(proxy), self.subnet(proxy)) {
                (Some(site), _) => Start::at_site(site),
                (None, Some((vpc, subnet))) => Start::in_subnet(vpc, subnet),
                (None, None) => break,
            };
            // The client says which host it wants; the proxy looks it up.
            let place = Start { chosen: start.chosen.clone(), ..place };
            let mut steps = steps.clone();
            let text = format!("web traffic goes through a proxy in {}", place.words());
            steps.push(step(Part::Proxy, text));
            next = place.proxy;
            places.push((place, steps));
        }
        places
    }
}

/// The start of a path.
fn begin<'n>(start: &Start<'n>) -> (Start<'n>, Vec<Step>) {
    (start.clone(), vec![step(Part::Start, format!("starts in {}", start.words()))])
}

/// Test for an endpoint that leads to the service in the region.
pub(super) fn serves((vpc, endpoint): (&Vpc, &Endpoint), target: Target<'_>) -> bool {
    endpoint.service.name == target.service.name
        && (endpoint.region(vpc) == target.region || endpoint.service.is_global())
}
