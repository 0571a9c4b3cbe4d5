//! Calls that services forward with their callers' credentials.

use super::super::context::{
    CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, ContextSet, SOURCE_IP, Slot, VIA,
};
use super::super::model::{Network, OriginKind};
use super::super::path::{Outcome, Part, Path, Start, Target, step};
use super::super::uncertain;
use super::{Arrival, arrivals, foreign};
use crate::catalog::EndpointService;

impl Network {
    /// O23, O24, O36: the endpoint keys of the first call are not carried on; its address may be.
    pub(super) fn forwarded(
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
}
