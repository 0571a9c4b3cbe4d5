//! Requests that come from an origin of a network: `--network FILE --from ORIGIN`.

use std::sync::Arc;

use polsim::eval::{PartialDecision, PolicySet, Scratch};
use polsim::lower::{AttachedPolicy, Scope};
use polsim::network::{Call, Network, OriginRequest, Outcome as PathOutcome};
use polsim::policy::{Document, Policy, PolicyType};
use polsim::request::{PartialRequest, Request, RequestParts};
use polsim::text::Source;

use super::{OriginArgs, RequestArgs};
use crate::files::{self, RelativeFiles};
use crate::{Console, Failure};

/// A request from an origin and the other ways in which it may arrive.
#[derive(Debug)]
pub(super) struct Arriving {
    network: Network,
    from: String,
    first: OriginRequest,
    others: Vec<OriginRequest>,
}

/// The request of these parts, from the origin that the arguments name; none if they name none.
pub(super) fn arriving(
    args: &OriginArgs,
    request: &RequestArgs,
    parts: &RequestParts<'_>,
) -> Result<Option<Arriving>, Failure> {
    let (Some(file), Some(from)) = (&args.network, &args.from) else { return Ok(None) };
    let network = Network::parse(&files::read(file)?)?;
    let call = Call { from, service: args.service.as_deref(), region: request.region.as_deref() };
    let requests = network.requests(&call, parts).map_err(|error| {
        let failure = Failure::message(format!("`--from`: {error}"));
        match error.help() {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    })?;
    let mut requests = requests.into_iter();
    let Some(first) = requests.next() else {
        return Err(Failure::message(format!("`--from`: nothing arrives from `{from}`")));
    };
    let from = from.clone();
    Ok(Some(Arriving { network, from, first, others: requests.collect() }))
}

impl Arriving {
    pub(super) fn request(&self) -> &Request {
        &self.first.request
    }

    /// Says how the request arrives.
    pub(super) fn tell_path(&self, console: &mut Console) {
        let way = self.network.outcome_words(&self.first.path.outcome);
        console.note(&format!("from {} to {}: {way}", self.from, self.first.service.name));
    }

    /// The policies, those of endpoints for the requests that cross their endpoint only: named ones
    /// by their id, unnamed ones are of whichever endpoint the request crosses. The policies that
    /// the network file gives its endpoints are added where there is no other.
    pub(super) fn attach(
        &self,
        policies: Vec<AttachedPolicy>,
    ) -> Result<Vec<AttachedPolicy>, Failure> {
        let crossed = match &self.first.path.outcome {
            PathOutcome::Gateway { endpoint, .. } | PathOutcome::Interface { endpoint, .. } => {
                Some(endpoint.clone())
            }
            _ => None,
        };
        let mut attached = Vec::new();
        for mut policy in policies {
            if policy.policy.policy_type == PolicyType::Endpoint {
                let id = match (policy.name.starts_with("vpce-"), &crossed) {
                    (true, _) => policy.name.to_string().into(),
                    (false, Some(crossed)) => crossed.clone(),
                    // It crosses none: no endpoint's policy is asked.
                    (false, None) => continue,
                };
                policy.scope = Scope::Endpoint(id);
            }
            if policy.policy.policy_type == PolicyType::Rcp {
                policy.scope = self.network.scope_of_rcps();
            }
            attached.push(policy);
        }
        for (_, endpoint) in self.network.endpoints() {
            let scope = Scope::Endpoint(endpoint.id.clone());
            let Some(document) = &endpoint.policy else { continue };
            if attached.iter().any(|it| it.scope == scope) {
                continue;
            }
            let own = self.network.source.clone();
            let (source, node) = match document.as_text() {
                Some(path) => {
                    let file = self.beside(path)?;
                    let Document { source, node, .. } = Document::read(&file, Some(&endpoint.id))?;
                    (source, node)
                }
                None => (own, document.clone()),
            };
            let parsed = Policy::from_node(&source, &node, PolicyType::Endpoint)?;
            let policy = AttachedPolicy::new(Arc::new(parsed.policy));
            attached.push(AttachedPolicy { name: endpoint.display().into(), scope, ..policy });
        }
        Ok(attached)
    }

    /// A file that the network names.
    fn beside(&self, path: &str) -> Result<Source, Failure> {
        use polsim::case::Files as _;
        RelativeFiles.read(self.network.source.name(), path).map_err(Failure::message)
    }

    /// Says which other ways to arrive are decided otherwise.
    pub(super) fn tell_others(
        &self,
        set: &PolicySet,
        decision: PartialDecision,
        around: impl Fn(&Request) -> Result<PartialRequest, Failure>,
        console: &mut Console,
    ) -> Result<(), Failure> {
        for other in &self.others {
            let request = around(&other.request)?;
            let otherwise = set.answer_partial(&request, &mut Scratch::default()).decision();
            if otherwise == decision {
                continue;
            }
            let way = self.network.outcome_words(&other.path.outcome);
            let text = match other.path.uncertain {
                Some(fact) => format!(
                    "note: the decision is {otherwise} if {}, which AWS leaves open ({})",
                    fact.statement, fact.name
                ),
                None => format!("note: the decision is {otherwise} where it arrives by {way}"),
            };
            console.note(&text);
        }
        Ok(())
    }
}
