//! Calls that services forward with their callers' credentials.

use super::super::context::{
    CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, ContextSet, SOURCE_IP, Slot, VIA,
};
use super::super::model::{Network, OriginKind};
use super::super::path::{Outcome, Part, Path, Start, Target, Ways, step};
use super::super::uncertain;
use super::{Arrival, arrivals, foreign, optional};
use crate::catalog::EndpointService;
use crate::catalog::keys;

/// Shape of the names of services.
const SERVICES: &str = "*.amazonaws.com";

/// The forwarding service of examples.
const A_SERVICE: &str = "athena.amazonaws.com";

/// Origin of forwarded calls: the kind, and the service that forwards if it is known.
#[derive(Clone, Copy)]
struct Forwarder<'a> {
    kind: OriginKind,
    by: Option<&'a str>,
}

impl Forwarder<'_> {
    /// Contexts of forwarded calls with such an address: the endpoint keys of the first call are
    /// not carried on. `aws:CalledVia` is the chain of the services that forwarded the call, the
    /// last of which is the one that is known; or it is not there, where that service does not
    /// support it (perimeter-2 §1, AX5).
    fn contexts(self, address: Slot) -> Vec<ContextSet> {
        let agent = self.kind == OriginKind::Agent;
        let any = || foreign(SERVICES, Vec::new(), A_SERVICE);
        let last = self.by.map_or_else(any, Slot::is);
        let with = self.by.iter().map(|by| Box::from(*by)).collect();
        let chain = Slot::Chain { shape: SERVICES.into(), with, sample: A_SERVICE.into() };
        let first = match self.by {
            Some(by) => foreign(SERVICES, Vec::new(), by),
            None => any(),
        };
        let mut set = ContextSet::direct(if agent { "agent" } else { "forwarded" })
            .with([(SOURCE_IP, address), (VIA, Slot::Flag(true))])
            .without_endpoint();
        if agent {
            set = set.with([
                (keys::VIA_AWS_MCP_SERVICE, Slot::Flag(true)),
                (keys::CALLED_VIA_AWS_MCP, last.clone()),
            ]);
        }
        let silent = set.clone().only_if(&uncertain::CALLED_VIA_ABSENT).with([
            (CALLED_VIA, Slot::Absent),
            (CALLED_VIA_FIRST, optional(any())),
            (CALLED_VIA_LAST, optional(any())),
        ]);
        let chain = [(CALLED_VIA, chain), (CALLED_VIA_FIRST, first), (CALLED_VIA_LAST, last)];
        vec![set.with(chain), silent]
    }

    /// Contexts of the calls that are forwarded when the first one ends so.
    fn after(self, first: &Outcome) -> Vec<ContextSet> {
        let any = || self.contexts(Slot::public_except(&[]));
        match first {
            Outcome::Gateway { .. } | Outcome::Interface { .. } => self.contexts(Slot::Absent),
            Outcome::Unreachable => Vec::new(),
            Outcome::Public { seen } if !seen.is_empty() => {
                let seen = Slot::Address { within: seen.clone(), except: Vec::new() };
                let of_service = any()
                    .into_iter()
                    .filter(|set| set.uncertain.is_none())
                    .map(|set| set.only_if(&uncertain::FORWARDED_ADDRESS));
                self.contexts(seen).into_iter().chain(of_service).collect()
            }
            _ => any(),
        }
    }

    /// Arrivals of forwarded calls with these addresses, wherever the first call starts.
    fn wherever_it_starts(
        self,
        addresses: impl IntoIterator<Item = Slot>,
        text: &str,
    ) -> Vec<Arrival> {
        let path = Path {
            outcome: Outcome::Service,
            steps: vec![step(Part::Start, text)],
            uncertain: None,
        };
        let sets = addresses.into_iter().flat_map(|address| self.contexts(address));
        arrivals(&path, sets.collect())
    }
}

/// Arrivals of forwarded calls of which nothing else is known.
pub(super) fn forwarded_by(kind: OriginKind) -> Vec<Arrival> {
    let text = "a service forwards the call with its caller's credentials";
    Forwarder { kind, by: None }.wherever_it_starts([Slot::Absent, Slot::public_except(&[])], text)
}

impl Network {
    /// Arrivals of calls that a service or an agent forwards (O23, O24, O36).
    pub(super) fn forwarded(
        &self,
        starts: &[Start<'_>],
        kind: OriginKind,
        by: Option<&str>,
        region: &str,
        ways: Ways,
    ) -> Vec<Arrival> {
        let forwarder = Forwarder { kind, by };
        let prefix = by.and_then(|it| it.split('.').next()).unwrap_or("athena");
        let all = EndpointService::all();
        let service = all.iter().find(|it| it.name.split('.').next() == Some(prefix));
        let (Some(service), false) = (service, starts.is_empty()) else {
            let text = "a service forwards the call with its caller's credentials";
            return forwarder.wherever_it_starts([Slot::Absent, Slot::public_except(&[])], text);
        };
        let target = Target { service, region };
        let paths = starts.iter().flat_map(|start| self.paths_by(start, target, ways));
        paths.flat_map(|first| forwarded_once(first, forwarder, prefix)).collect()
    }

    /// Forwarded calls whose first call came from on the network: with a public address of the
    /// company, or without one if it crossed an endpoint. Without one nobody can tell them from O42.
    pub(super) fn forwarded_on_network(&self) -> Vec<Arrival> {
        let within = self.corporate_addresses();
        let company = Slot::Address { within, except: Vec::new() };
        let seen = Some(company).filter(|_| !self.corporate_addresses().is_empty());
        let text = "a service forwards a call that came from on the network";
        let forwarder = Forwarder { kind: OriginKind::Forwarded, by: None };
        forwarder.wherever_it_starts(std::iter::once(Slot::Absent).chain(seen), text)
    }

    /// O42: forwarded calls whose first call came from off the network: with its address, or
    /// without one if it crossed an endpoint.
    pub(super) fn forwarded_off_network(&self) -> Vec<Arrival> {
        let address = Slot::public_except(&self.corporate_addresses());
        let text = "a service forwards a call that came from off the network";
        let forwarder = Forwarder { kind: OriginKind::Forwarded, by: None };
        forwarder.wherever_it_starts([Slot::Absent, address], text)
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
