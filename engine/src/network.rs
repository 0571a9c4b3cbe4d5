//! The network: topology in, paths and contexts out (perimeter §1).
//!
//! A topology file (YAML or JSON) says what decides how a request travels. The smallest useful one
//! has a VPC with an endpoint and an office:
//!
//! ```yaml
//! region: eu-west-1
//! account: "111122223333"
//! vpcs:
//!   - id: vpc-0a11a11a11a11a11a
//!     name: ml
//!     cidrs: 10.20.0.0/16
//!     subnets:
//!       - {id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}
//!     endpoints:
//!       - {id: vpce-0a000000000000001, name: sagemaker-api, service: sagemaker.api}
//! sites:
//!   - {name: office, egress: 203.0.113.0/24}
//! ```
//!
//! Its members are those of the JSON Schema in `corpus/schema/network.schema.json`, which is made
//! from the same tables that check a file. Objects are named by id or name, and names are unique
//! over the whole file. Left out, everything has the plainest meaning: an interface endpoint is in
//! all subnets of its VPC with private DNS on, a gateway endpoint serves all route tables, a VPC
//! has local routes only, security groups that are not written let everybody in. Network ACLs and
//! routes back are not modelled.
//!
//! From it come, for each *origin* (a site, subnet, VPC, endpoint, NAT gateway, one that the file
//! defines under `origins`, or one that every network has, [`Network::BUILT_IN`]):
//!
//! * the [`Path`]s of its requests to a service in a region, with the reason of each step;
//! * the [`ContextSet`]s of what arrives: which keys are there and with which values;
//! * a [`Constraint`]: the set of all requests it can produce, as a formula.
//!
//! What AWS does not document is modelled as "either" and marked with an
//! [`Uncertainty`](uncertain::Uncertainty).
//!
//! | module | holds |
//! | --- | --- |
//! | `read` | from the tree of a file to a network, or every mistake in it |
//! | `model` | the objects of a topology |
//! | `origin` | names of origins, resolved: machines, endpoints, services, everything off the network |
//! | `path` | the ways of a machine to a service, step by step |
//! | `dns`, `route` | the steps: what a name resolves to, and how its addresses are reached, over transit gateways too |
//! | `arrival` | what comes from an origin: paths, each with the contexts at its end |
//! | `context` | sets of contexts: for each network key whether it is there, with which values |
//! | `constraint` | an origin as a formula: all requests that it can produce |
//! | `assumptions` | facts about all requests, which proofs name |
//! | `request` | one request from an origin, with its context filled in |
//! | `table` | origins, services and keys, as `polsim network` prints them |
//! | [`uncertain`] | what AWS does not document |

mod arrival;
mod assumptions;

mod constraint;
mod context;
mod dns;
mod model;
mod origin;
mod path;
mod read;

mod request;
mod route;
mod table;
#[cfg(test)]
mod tests;
pub mod uncertain;

pub use arrival::Arrival;
pub use assumptions::Assumption;
pub(crate) use assumptions::without_unlisted_keys;
pub use constraint::{Constraint, Disjunct};
pub use context::{Caller, ContextSet, Slot};
pub(crate) use context::{ENDPOINT_KEYS, FORWARDED_KEYS, SOURCE_IP};
pub use model::{
    AccessPoint, Account, Appliance, DefinedOrigin, Destination, Endpoint, EndpointAddresses,
    EndpointType, Link, LinkType, NatGateway, Network, Organization, OriginKind, Peering,
    PrefixList, PrivateDns, PrivateZone, ResolverRule, Route, RouteTable, SecurityGroup, Site,
    StudioDomain, Subnet, TransitGateway, TransitRouteTable, Vpc, VpcDns,
};
pub use origin::UnknownOrigin;
pub use path::{Outcome, Part, Path, Step, Ways};
pub(crate) use read::NETWORK as NETWORK_SHAPE;
pub use request::{Call, CallError, OriginRequest};
pub use table::{TableKeys, TableRow};

use crate::text::{Diagnostics, Node, Source};

impl Network {
    /// The network that is the whole text of `source`.
    ///
    /// # Errors
    /// Everything that is wrong with it (codes `N0…`), in the order of the text.
    pub fn parse(source: &Source) -> Result<Self, Diagnostics> {
        let node = crate::text::read(source)?;
        Ok(read::read(source, &node)?)
    }

    /// The network in `node` of `source`: one written inside another document.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text.
    pub fn from_node(source: &Source, node: &Node) -> Result<Self, Diagnostics> {
        Ok(read::read(source, node)?)
    }

    /// The JSON Schema of topology files.
    pub fn json_schema() -> serde_json::Value {
        read::NETWORK.json_schema("polsim network")
    }

    /// The members of topology files as tables in Markdown.
    pub fn reference() -> String {
        read::NETWORK.markdown()
    }
}
