//! Paths of requests to their services.

use polsim::network;
use serde::Serialize;
use tsify::Tsify;

/// The path of a request to a service, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct NetworkPath {
    /// End of the path.
    pub outcome: PathOutcome,
    /// The decisions on the way, each with its reason.
    pub steps: Vec<PathStep>,
    /// The undocumented fact without which there is no such path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertain: Option<String>,
}

/// The end of a path.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PathOutcome {
    /// At an endpoint that is not in the network's text.
    ForeignEndpoint,
    /// At a gateway endpoint.
    Gateway {
        /// Id of the endpoint.
        endpoint: String,
        /// The client's addresses as the service sees them.
        client: Vec<String>,
    },
    /// At an interface endpoint.
    Interface {
        /// Id of the endpoint.
        endpoint: String,
        /// The client's addresses as the service sees them.
        client: Vec<String>,
    },
    /// At the public addresses of the service.
    Public {
        /// The public addresses that the service may see.
        seen: Vec<String>,
    },
    /// At the service, called by an AWS service.
    Service,
    /// At the service, from compute in the network of an AWS service.
    ServiceNetwork,
    /// Nowhere: the request is dropped.
    Unreachable,
}

/// A decision on a path.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct PathStep {
    /// Decider: `dns`, `endpoint`, `proxy`, `route`, `security group` or `start`.
    pub part: String,
    /// Decision and its reason.
    pub text: String,
}

impl From<&network::Path> for NetworkPath {
    fn from(path: &network::Path) -> Self {
        let network::Path { outcome, steps, uncertain } = path;
        let steps = steps.iter().map(|network::Step { part, text }| PathStep {
            part: part.as_str().to_owned(),
            text: text.clone(),
        });
        Self {
            outcome: outcome.into(),
            steps: steps.collect(),
            uncertain: uncertain.map(|fact| fact.statement.to_owned()),
        }
    }
}

impl From<&network::Outcome> for PathOutcome {
    fn from(outcome: &network::Outcome) -> Self {
        let all = |ranges: &[polsim::text::AddressRange]| {
            ranges.iter().map(ToString::to_string).collect()
        };
        match outcome {
            network::Outcome::ForeignEndpoint => Self::ForeignEndpoint,
            network::Outcome::Gateway { endpoint, client } => {
                Self::Gateway { endpoint: endpoint.to_string(), client: all(client) }
            }
            network::Outcome::Interface { endpoint, client } => {
                Self::Interface { endpoint: endpoint.to_string(), client: all(client) }
            }
            network::Outcome::Public { seen } => Self::Public { seen: all(seen) },
            network::Outcome::DataPlane | network::Outcome::Service => Self::Service,
            network::Outcome::ServiceNetwork => Self::ServiceNetwork,
            network::Outcome::Unreachable => Self::Unreachable,
        }
    }
}
