//! Calls of the AWS console.

use super::super::context::{ContextSet, SOURCE_IP, Slot, VIA};
use super::super::model::Network;
use super::super::path::{Outcome, Part, Path, Start, Target, step};
use super::super::uncertain;
use super::{Arrival, arrivals};
use crate::catalog::EndpointService;

impl Network {
    /// O29: console calls come from the browser's public address, whatever endpoints there are.
    pub(super) fn console(&self, starts: &[Start<'_>], ipv6: bool) -> Vec<Arrival> {
        let text = "the AWS console calls from AWS, with the browser's public address";
        let mut paths: Vec<Path> = Vec::new();
        if starts.is_empty() {
            let outcome = Outcome::Public { seen: Vec::new() };
            paths.push(Path { outcome, steps: Vec::new(), uncertain: None });
        }
        paths.extend(starts.iter().map(|start| self.public_way(start)));
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

    /// O30.
    pub(super) fn console_private(
        &self,
        starts: &[Start<'_>],
        region: &str,
        ipv6: bool,
    ) -> Vec<Arrival> {
        let Some(service) = EndpointService::find("console", region) else { return Vec::new() };
        let mut all = Vec::new();
        for start in starts {
            for path in self.paths_from(start, Target { service, region }) {
                all.extend(self.arrive(path, "console"));
            }
        }
        for mut arrival in self.console(starts, ipv6) {
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
