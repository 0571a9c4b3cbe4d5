//! Calls of the AWS console.

use super::super::context::{ContextSet, SOURCE_IP, SOURCE_VPCE, Slot, VIA, VPC_SOURCE_IP};
use super::super::model::Network;
use super::super::path::{Outcome, Part, Path, Start, Target, Ways, step};
use super::super::uncertain;
use super::{Arrival, arrivals, optional};
use crate::catalog::EndpointService;

impl Network {
    /// O29: console calls come from the browser's public address, whatever endpoints there are.
    pub(super) fn console(&self, starts: &[Start<'_>], ipv6: bool, ways: Ways) -> Vec<Arrival> {
        let text = "the AWS console calls from AWS, with the browser's public address";
        let mut paths: Vec<Path> = Vec::new();
        if starts.is_empty() {
            let outcome = Outcome::Public { seen: Vec::new() };
            paths.push(Path { outcome, steps: Vec::new(), uncertain: None });
        }
        paths.extend(starts.iter().flat_map(|start| self.public_ways(&start.by(ways))));
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

    /// O30, O37: calls of a page behind Console Private Access. The page's direct calls go their
    /// usual way; those of the console's web servers have the VPC of the console's endpoint, and its
    /// id or none (perimeter-2 §1, AX1).
    pub(super) fn console_private(
        &self,
        starts: &[Start<'_>],
        target: Target<'_>,
        ipv6: bool,
        ways: Ways,
    ) -> Vec<Arrival> {
        let Some(service) = EndpointService::find("console", target.region) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for start in starts {
            for path in self.paths_by(start, Target { service, ..target }, ways) {
                all.extend(self.arrive(path, "console").into_iter().map(by_servers));
            }
            for path in self.paths_by(start, target, ways) {
                let arrived = path.outcome != Outcome::Unreachable;
                all.extend(self.arrive(path, "page").into_iter().filter(|_| arrived));
            }
        }
        for mut arrival in self.console(starts, ipv6, ways) {
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

/// A call of the console's web servers: what crossed the endpoint is the browser's request for the
/// page.
fn by_servers(mut arrival: Arrival) -> Arrival {
    if let Some(set) = arrival.context.take() {
        let open = [SOURCE_VPCE, VPC_SOURCE_IP].map(|key| {
            let slot = set.slot(key).cloned().unwrap_or(Slot::Absent);
            (key, optional(slot))
        });
        arrival.context = Some(ContextSet { service_keys: Vec::new(), ..set.with(open) });
    }
    arrival
}
