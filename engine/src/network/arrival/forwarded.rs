//! Calls that services forward with their callers' credentials.

use super::super::context::{
    CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, ContextSet, SOURCE_IP, Slot, VIA,
};
use super::super::model::{Network, OriginKind};
use super::super::path::{Outcome, Part, Path, Start, Target, step};
use super::super::uncertain;
use super::{Arrival, arrivals, foreign};
use crate::catalog::EndpointService;
use crate::catalog::keys;

/// Origin of forwarded calls: the kind, and the service that forwards if it is known.
#[derive(Clone, Copy)]
struct Forwarder<'a> {
    kind: OriginKind,
    by: Option<&'a str>,
}

impl Forwarder<'_> {
    /// Contexts of forwarded calls with such an address: the endpoint keys of the first call are
    /// not carried on.
    fn contexts(self, address: Slot) -> ContextSet {
        let agent = self.kind == OriginKind::Agent;
        let service = self.by.map_or_else(
            || foreign("*.amazonaws.com", Vec::new(), "athena.amazonaws.com"),
            Slot::is,
        );
        let set = ContextSet::direct(if agent { "agent" } else { "forwarded" }).with([
            (SOURCE_IP, address),
            (VIA, Slot::Flag(true)),
            (CALLED_VIA, service.clone()),
            (CALLED_VIA_FIRST, service.clone()),
            (CALLED_VIA_LAST, service.clone()),
        ]);
        let set = set.without_endpoint();
        if !agent {
            return set;
        }
        set.with([
            (keys::VIA_AWS_MCP_SERVICE, Slot::Flag(true)),
            (keys::CALLED_VIA_AWS_MCP, service),
        ])
    }

    /// Contexts of the calls that are forwarded when the first one ends so.
    fn after(self, first: &Outcome) -> Vec<ContextSet> {
        match first {
            Outcome::Gateway { .. } | Outcome::Interface { .. } => {
                vec![self.contexts(Slot::Absent)]
            }
            Outcome::Unreachable => Vec::new(),
            Outcome::Public { seen } if !seen.is_empty() => vec![
                self.contexts(Slot::Address { within: seen.clone(), except: Vec::new() }),
                self.contexts(Slot::public_except(&[])).only_if(&uncertain::FORWARDED_ADDRESS),
            ],
            _ => vec![self.contexts(Slot::public_except(&[]))],
        }
    }

    /// Arrivals of forwarded calls whose first call starts anywhere.
    fn from_anywhere(self) -> Vec<Arrival> {
        let text = "a service forwards the call with its caller's credentials";
        let path = Path {
            outcome: Outcome::Service,
            steps: vec![step(Part::Start, text)],
            uncertain: None,
        };
        let any = self.contexts(Slot::public_except(&[]));
        arrivals(&path, vec![self.contexts(Slot::Absent), any])
    }
}

impl Network {
    /// Arrivals of calls that a service or an agent forwards (O23, O24, O36).
    pub(super) fn forwarded(
        &self,
        starts: &[Start<'_>],
        kind: OriginKind,
        by: Option<&str>,
        region: &str,
    ) -> Vec<Arrival> {
        let forwarder = Forwarder { kind, by };
        let prefix = by.and_then(|it| it.split('.').next()).unwrap_or("athena");
        let all = EndpointService::all();
        let service = all.iter().find(|it| it.name.split('.').next() == Some(prefix));
        let (Some(service), false) = (service, starts.is_empty()) else {
            return forwarder.from_anywhere();
        };
        let target = Target { service, region };
        let paths = starts.iter().flat_map(|start| self.paths_from(start, target));
        paths.flat_map(|first| forwarded_once(first, forwarder, prefix)).collect()
    }
}

/// Arrivals of the calls that a service makes after the first one.
fn forwarded_once(first: Path, forwarder: Forwarder<'_>, prefix: &str) -> Vec<Arrival> {
    let sets = forwarder.after(&first.outcome);
    let mut path = first;
    if path.outcome != Outcome::Unreachable {
        let text = format!("{prefix} forwards the call: endpoint keys are not carried on");
        path.steps.push(step(Part::Endpoint, text));
        path.outcome = Outcome::Service;
    }
    arrivals(&path, sets)
}
