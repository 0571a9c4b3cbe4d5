//! Laws of ways: one more route, endpoint, peering or permissive group never closes a way.

use std::collections::BTreeSet;

use super::{parse, service};
use crate::network::{Network, Outcome, Ways};

/// Objects that a topology has or lacks. Gateway endpoints are not among them: their route takes the
/// traffic to their service away from every other route (perimeter-2 §3).
const OBJECTS: usize = 9;

/// A topology with the objects whose bits are set.
fn topology(objects: usize) -> Network {
    let has = |number: usize| objects >> number & 1 == 1;
    let text = |number: usize, text: &'static str| if has(number) { text } else { "" };
    let routes = |parts: &[(usize, &'static str)]| {
        let all: Vec<&str> = parts.iter().filter(|(it, _)| has(*it)).map(|(_, it)| *it).collect();
        format!("[{}]", all.join(", "))
    };
    let of_a = routes(&[
        (0, "{to: 0.0.0.0/0, via: nat-1}"),
        (1, "{to: 10.30.0.0/16, via: pcx-1}"),
        (2, "{to: 10.40.0.0/16, via: tgw-1}"),
        (3, "{to: '::/0', via: eigw-1}"),
    ]);
    let of_b = routes(&[(4, "{to: 10.20.0.0/16, via: pcx-1}"), (5, "{to: 0.0.0.0/0, via: tgw-1}")]);
    parse(&format!(
        "
region: eu-west-1
vpcs:
  - id: vpc-1
    cidrs: [10.20.0.0/16, '2001:db8:20::/56']
    egressOnlyGateway: eigw-1
    natGateways: [{{id: nat-1, addresses: 198.51.100.10}}]
    routes: {of_a}
    subnets: [{{id: subnet-1, name: a, cidr: 10.20.1.0/24, ipv6: '2001:db8:20:1::/64'}}]
    securityGroups: [{{id: sg-1, ingress: [10.20.0.0/16 {group}]}}]
    endpoints: [{{id: vpce-1, service: kms, securityGroups: sg-1}} {second}]
  - id: vpc-2
    cidrs: 10.30.0.0/16
    routes: {of_b}
    subnets: [{{id: subnet-2, name: b, cidr: 10.30.1.0/24}}]
    endpoints: [{{id: vpce-3, service: sts}}]
  - id: vpc-3
    cidrs: 10.40.0.0/16
    natGateways: [{{id: nat-3, addresses: 198.51.100.30}}]
    routes: [{{to: 0.0.0.0/0, via: nat-3}}]
    subnets: [{{id: subnet-3, name: c, cidr: 10.40.1.0/24}}]
    endpoints: [{{id: vpce-4, service: kms, privateDns: off}}]
peerings: [{{id: pcx-1, vpcs: [vpc-1, vpc-2]}}]
transitGateways: [{{id: tgw-1, attachments: [vpc-1, vpc-2, vpc-3], routes: [{{to: 0.0.0.0/0, via: vpc-3}}]}}]
sites: [{{name: dc, cidrs: 172.16.0.0/12}}]
links: [{links}]
",
        group = text(6, ", 172.16.0.0/12, 10.30.0.0/16"),
        second = text(7, ", {id: vpce-2, service: kms, privateDns: off}"),
        links = text(8, "{name: vpn, type: vpn, site: dc, to: vpc-1}"),
    ))
}

/// The ends of all ways from a place to a service, each with the addresses that AWS sees.
fn ends(network: &Network, place: &str, name: &str) -> BTreeSet<String> {
    let arrivals = network.arrivals_by(place, service(name, "eu-west-1"), "eu-west-1", Ways::Every);
    let arrivals = arrivals.expect("an origin").into_iter().filter(|it| it.context.is_some());
    let mut ends = BTreeSet::new();
    for arrival in arrivals {
        // What a group lets in may be more: each address by itself.
        match &arrival.path.outcome {
            Outcome::Interface { endpoint, client } | Outcome::Gateway { endpoint, client } => {
                ends.extend(client.iter().map(|it| format!("{endpoint} {it}")));
            }
            Outcome::Public { seen } => ends.extend(seen.iter().map(ToString::to_string)),
            other => {
                ends.insert(format!("{other:?}"));
            }
        }
    }
    ends
}

#[test]
fn more_never_closes_a_way() {
    let all: Vec<Network> = (0..1 << OBJECTS).map(topology).collect();
    let mut opened = 0;
    for place in ["a", "b", "c", "dc"] {
        for name in ["kms", "sts", "s3"] {
            let ends: Vec<BTreeSet<String>> = all.iter().map(|it| ends(it, place, name)).collect();
            for (objects, ways) in ends.iter().enumerate() {
                for more in (0..OBJECTS).map(|bit| objects | 1 << bit).filter(|it| *it != objects) {
                    assert!(
                        ways.is_subset(&ends[more]),
                        "{place} to {name}: {objects:b} has {ways:?}, {more:b} {:?}",
                        ends[more]
                    );
                    opened += usize::from(ways != &ends[more]);
                }
            }
        }
    }
    assert!(1_000 < opened, "only {opened} additions open a way");
}

#[test]
fn plain_clients_take_one_of_the_ways() {
    for objects in 0..1 << OBJECTS {
        let network = topology(objects);
        for place in ["a", "b", "c", "dc"] {
            for name in ["kms", "sts", "s3"] {
                let name_of = service(name, "eu-west-1");
                let plain = network.arrivals(place, name_of, "eu-west-1").expect("an origin");
                let every = network.arrivals_by(place, name_of, "eu-west-1", Ways::Every);
                let every = every.expect("an origin");
                for arrival in plain {
                    let same = |path: &crate::network::Path| path.outcome == arrival.path.outcome;
                    assert!(every.iter().any(|it| same(&it.path)), "{place} {name} {arrival:?}");
                }
            }
        }
    }
}

#[test]
fn names_of_objects_decide_nothing() {
    for objects in [0, 0b1_0101_0101, 0b0_1010_1011, (1 << OBJECTS) - 1] {
        let network = topology(objects);
        let text = network.source.text().to_owned();
        let mut renamed = text;
        for (from, to) in
            [("vpc-1", "vpc-z"), ("vpc-3", "vpc-a"), ("nat-1", "nat-x"), ("tgw-1", "tgw-m")]
        {
            renamed = renamed.replace(from, to);
        }
        let renamed = parse(&renamed);
        for place in ["a", "b", "c", "dc"] {
            for name in ["kms", "sts", "s3"] {
                assert_eq!(ends(&network, place, name), ends(&renamed, place, name));
            }
        }
    }
}
