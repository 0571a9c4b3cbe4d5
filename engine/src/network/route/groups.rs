//! Security groups: whom they let in and out on port 443.

use std::net::IpAddr;

use super::super::context::is_public;
use super::super::model::{Destination, Network, SecurityGroup};
use super::super::path::{Place, Start};
use crate::text::AddressRange;

impl Network {
    fn group(&self, id: &str) -> Option<&SecurityGroup> {
        self.vpcs.iter().flat_map(|vpc| &vpc.security_groups).find(|group| &*group.id == id)
    }

    /// The addresses of `client` that the groups let in.
    pub(super) fn admitted(
        &self,
        groups: &[Box<str>],
        start: &Start<'_>,
        client: &[AddressRange],
    ) -> Vec<AddressRange> {
        // Who comes with another's address is no member of a group.
        let own = client == start.addresses;
        let rules = groups.iter().filter_map(|id| self.group(id)).flat_map(|group| &group.ingress);
        let mut admitted: Vec<AddressRange> = Vec::new();
        // A site that does not tell its addresses may have any.
        let anywhere = client.is_empty();
        for rule in rules {
            let ranges: Vec<AddressRange> = match rule {
                Destination::Group(id) if own && may_be_in(start, id) => client.to_vec(),
                Destination::Group(_) => Vec::new(),
                Destination::Range(range) => vec![*range],
                Destination::PrefixList(id) => self.list(id),
            };
            if anywhere {
                admitted.extend(ranges);
                continue;
            }
            for (own, rule) in client.iter().flat_map(|own| ranges.iter().map(move |it| (own, it)))
            {
                // Two ranges are nested or apart.
                let both = if rule.net().contains(&own.net()) {
                    *own
                } else if own.net().contains(&rule.net()) {
                    *rule
                } else {
                    continue;
                };
                if !admitted.contains(&both) {
                    admitted.push(both);
                }
            }
        }
        admitted
    }

    fn list(&self, id: &str) -> Vec<AddressRange> {
        let list = self.prefix_lists.iter().find(|list| &*list.id == id);
        list.map(|list| list.cidrs.clone()).unwrap_or_default()
    }

    /// The reason why the groups of the client do not let it out, if they do not: to network interfaces, to
    /// members of groups, to the prefix list of a service, or to public addresses at large.
    pub(super) fn egress_refuses(
        &self,
        start: &Start<'_>,
        interfaces: &[IpAddr],
        members: &[Box<str>],
        service: Option<&str>,
    ) -> Option<String> {
        let groups: Vec<&SecurityGroup> =
            start.groups.iter().filter_map(|id| self.group(id)).collect();
        if groups.is_empty() {
            return None;
        }
        let everywhere = |range: &AddressRange| {
            range.net().prefix_len() == 0 && range.net().addr().is_ipv6() == start.ipv6
        };
        let allows = |rule: &Destination| match rule {
            Destination::Group(id) => members.contains(id),
            Destination::PrefixList(id) => self
                .prefix_lists
                .iter()
                .any(|list| list.id == *id && service.is_some() && list.service == service),
            Destination::Range(range) => {
                everywhere(range) || interfaces.iter().any(|it| range.contains(*it))
            }
        };
        let out = groups.iter().any(|group| match &group.egress {
            None => true,
            Some(rules) => rules.iter().any(allows),
        });
        let names = start.groups.join("`, `");
        (!out).then(|| format!("no rule of `{names}` lets it out to there on 443"))
    }
}

impl Network {
    /// Test for groups of a client that tries every way which let it out to some public addresses.
    pub(super) fn lets_out_to_some(&self, start: &Start<'_>) -> bool {
        let some = |rule: &Destination| match rule {
            Destination::Range(range) => {
                range.net().addr().is_ipv6() == start.ipv6 && is_public(range)
            }
            Destination::Group(_) | Destination::PrefixList(_) => false,
        };
        let groups = start.groups.iter().filter_map(|id| self.group(id));
        start.every && groups.flat_map(|group| group.egress.iter().flatten()).any(some)
    }
}

/// Test for a machine that is in the group, or may be: who tries every way is in any group of its
/// VPC, where the file does not say which.
fn may_be_in(start: &Start<'_>, group: &str) -> bool {
    let of_vpc = match start.place {
        Place::Subnet(vpc, _) => vpc.security_groups.iter().any(|it| &*it.id == group),
        Place::Site(_) => false,
    };
    start.groups.contains(&group) || (start.every && start.groups.is_empty() && of_vpc)
}
