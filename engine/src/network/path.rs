//! Paths: how a request travels from where it starts to the service (perimeter §1.2).

use serde::Serialize;

use super::model::{Network, Site, Subnet, Vpc};
use super::uncertain::Uncertainty;
use crate::catalog::EndpointService;
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
    /// Gateway endpoint.
    Gateway {
        /// Id of the endpoint.
        endpoint: Box<str>,
        /// The client's addresses as the service sees them.
        client: Vec<AddressRange>,
    },
    /// Interface endpoint.
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
    /// Service, called by an AWS service.
    Service,
    /// Service, called by compute in the network of an AWS service.
    ServiceNetwork,
    /// No end: nothing arrives.
    Unreachable,
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
    /// Name resolution.
    Dns,
    /// The type of the endpoint.
    Endpoint,
    /// A proxy.
    Proxy,
    /// A route table, link or gateway.
    Route,
    /// A security group.
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
            ipv6: false,
            chosen: Vec::new(),
            groups: Vec::new(),
            proxy: subnet.proxy.as_deref(),
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
        }
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
    /// The paths of a machine to a service: one, unless something undocumented or the address that
    /// DNS happens to give decides between several. The likeliest is first.
    pub(super) fn paths_from(&self, start: &Start<'_>, target: Target<'_>) -> Vec<Path> {
        let first = step(Part::Start, format!("starts in {}", start.words()));
        let mut steps = vec![first];
        let mut start = start.clone();
        let mut seen = Vec::new();
        while let Some(proxy) = start.proxy.take() {
            if seen.contains(&proxy) {
                break;
            }
            seen.push(proxy);
            let next = match (self.site(proxy), self.subnet(proxy)) {
                (Some(site), _) => Start::at_site(site),
                (None, Some((vpc, subnet))) => Start::in_subnet(vpc, subnet),
                (None, None) => break,
            };
            steps.push(step(
                Part::Proxy,
                format!("web traffic goes through a proxy in {}", next.words()),
            ));
            start = next;
        }
        let mut paths = Vec::new();
        for answer in self.resolve(&start, target) {
            let mut steps = steps.clone();
            steps.push(answer.step);
            let ways = match answer.endpoint {
                Some((vpc, endpoint)) => vec![self.to_endpoint(&start, vpc, endpoint)],
                None => self.to_public(&start, target),
            };
            for mut way in ways {
                let mut all = steps.clone();
                all.append(&mut way.steps);
                way.uncertain = way.uncertain.or(answer.uncertain);
                way.steps = all;
                paths.push(way);
            }
        }
        paths
    }
}
