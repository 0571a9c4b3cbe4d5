//! Ways of perimeter-2 §3 and §4: what plain clients take, and what else routes leave open.

use super::{outcome, parse, service};
use crate::network::{Network, Outcome, Ways};

/// The ends of all ways from an origin to a service, in words, with the addresses that AWS sees.
fn ends(network: &Network, origin: &str, name: &str, region: &str, ways: Ways) -> Vec<String> {
    let arrivals = network.arrivals_by(origin, service(name, region), region, ways);
    let mut ends: Vec<String> = Vec::new();
    for arrival in arrivals.expect("an origin").iter().filter(|it| it.context.is_some()) {
        let seen: Vec<String> = match &arrival.path.outcome {
            Outcome::Public { seen } => seen.iter().map(ToString::to_string).collect(),
            Outcome::Interface { client, .. } | Outcome::Gateway { client, .. } => {
                client.iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        };
        let fact = arrival.path.uncertain.map(|fact| fact.name);
        let fact = fact.filter(|name| *name != "via-service-absent");
        let words = network.outcome_words(&arrival.path.outcome);
        let only = fact.map(|name| format!(" if {name}")).unwrap_or_default();
        let end = format!("{words} {}{only}", seen.join(" "));
        if !ends.contains(&end) {
            ends.push(end);
        }
    }
    ends
}

fn every(network: &Network, origin: &str, name: &str) -> Vec<String> {
    ends(network, origin, name, &network.region, Ways::Every)
}

const FIREWALL: &str = "
region: eu-west-1
vpcs:
  - id: vpc-1
    cidrs: 10.40.0.0/16
    internetGateway: igw-1
    natGateways: [{id: nat-1, name: way-out, addresses: 198.51.100.10}]
    firewallEndpoints: [{id: vpce-9, name: firewall, next: way-out}]
    routes: [{to: 0.0.0.0/0, via: firewall}]
    subnets: [{id: subnet-1, name: notebooks, cidr: 10.40.1.0/24}]
";

#[test]
fn a_firewall_endpoint_hands_on() {
    let network = parse(FIREWALL);
    assert_eq!(outcome(&network, "notebooks", "s3"), "public 198.51.100.10/32");
    // Likewise an appliance, a chain of both, and a NAT instance by its interface.
    for hop in [
        "appliances: [{id: eni-1, name: firewall, next: way-out}]",
        "appliances: [{id: eni-1, name: inner, next: way-out}]\n    firewallEndpoints: [{id: vpce-9, name: firewall, next: inner}]",
        "appliances: [{id: eni-1, name: firewall, addresses: 198.51.100.10}]",
    ] {
        let text = FIREWALL
            .replace("firewallEndpoints: [{id: vpce-9, name: firewall, next: way-out}]", hop);
        assert_eq!(outcome(&parse(&text), "notebooks", "s3"), "public 198.51.100.10/32", "{hop}");
    }
    let circle = FIREWALL.replace("next: way-out", "next: firewall");
    assert_eq!(outcome(&parse(&circle), "notebooks", "s3"), "unreachable");
    let end = FIREWALL.replace(", next: way-out", "");
    assert_eq!(outcome(&parse(&end), "notebooks", "s3"), "unreachable", "nobody knows where to");
}

const PODS: &str = "
region: eu-west-1
vpcs:
  - id: vpc-1
    name: spoke
    cidrs: [10.20.0.0/16, 100.64.0.0/16]
    natGateways: [{id: nat-1, name: inner, connectivity: private, addresses: 10.20.9.9}]
    routeTables:
      - {id: rtb-1, name: pods, routes: [{to: 10.99.0.0/16, via: inner}]}
      - {id: rtb-2, name: routable, routes: [{to: 10.99.0.0/16, via: hub}]}
    subnets:
      - {id: subnet-1, name: pods-a, cidr: 100.64.1.0/24, routeTable: pods}
      - {id: subnet-2, name: routable-a, cidr: 10.20.9.0/24, routeTable: routable}
  - id: vpc-2
    name: shared
    cidrs: 10.99.0.0/16
    subnets: [{id: subnet-9, name: shared-a, cidr: 10.99.1.0/24}]
    endpoints: [{id: vpce-1, name: kms-shared, service: kms}]
transitGateways: [{id: tgw-1, name: hub, attachments: [spoke, shared]}]
privateZones: [{endpoint: kms-shared, vpcs: spoke}]
";

#[test]
fn a_private_nat_gateway_puts_its_private_address_in() {
    let network = parse(PODS);
    assert_eq!(every(&network, "pods-a", "kms"), ["interface kms-shared 10.20.9.9/32"]);
    assert_eq!(every(&network, "routable-a", "kms"), ["interface kms-shared 10.20.9.0/24"]);
    // Its address is private: never one that AWS sees as a public one.
    let public = PODS.replace("{to: 10.99.0.0/16, via: inner}", "{to: 0.0.0.0/0, via: inner}");
    assert!(every(&parse(&public), "pods-a", "s3").is_empty());
    assert!(parse(PODS).nat_addresses().is_empty());
}

#[test]
fn an_endpoint_serves_another_region() {
    let text = "
region: eu-west-1
vpcs:
  - id: vpc-1
    cidrs: 10.20.0.0/16
    subnets: [{id: subnet-1, name: private, cidr: 10.20.1.0/24}]
    endpoints: [{id: vpce-6, name: s3-us, service: s3, type: interface, serviceRegion: us-east-1}]
";
    let network = parse(text);
    let there = ends(&network, "private", "s3", "us-east-1", Ways::Plain);
    assert_eq!(there, ["interface s3-us 10.20.1.0/24"]);
    assert!(every(&network, "private", "s3").is_empty(), "not in the home region");
}

#[test]
fn a_transit_gateway_delivers_by_the_table_of_the_attachment() {
    let text = |attachments: &str| {
        parse(&format!(
            "
region: eu-west-1
vpcs:
  - id: vpc-1
    name: spoke
    cidrs: 10.40.0.0/16
    routes: [{{to: 0.0.0.0/0, via: hub}}]
    subnets: [{{id: subnet-1, name: notebooks, cidr: 10.40.1.0/24}}]
  - id: vpc-2
    name: egress
    cidrs: 10.99.0.0/16
    natGateways: [{{id: nat-1, addresses: 198.51.100.10}}]
    routeTables: [{{id: rtb-1, routes: [{{to: 0.0.0.0/0, via: nat-1}}]}}, {{id: rtb-2}}]
    subnets:
      - {{id: subnet-2, name: attached, cidr: 10.99.1.0/24, routeTable: rtb-1}}
      - {{id: subnet-3, name: other, cidr: 10.99.2.0/24, routeTable: rtb-2}}
transitGateways:
  - {{id: tgw-1, name: hub, attachments: [{attachments}], routes: [{{to: 0.0.0.0/0, via: egress}}]}}
"
        ))
    };
    assert_eq!(outcome(&text("spoke, egress"), "notebooks", "kms"), "public 198.51.100.10/32");
    assert_eq!(outcome(&text("spoke, attached"), "notebooks", "kms"), "public 198.51.100.10/32");
    assert_eq!(outcome(&text("spoke, other"), "notebooks", "kms"), "unreachable");
}

const TWO_ENDPOINTS: &str = "
region: eu-west-1
vpcs:
  - id: vpc-1
    cidrs: 10.20.0.0/16
    natGateways: [{id: nat-1, addresses: 198.51.100.10}]
    routes: [{to: 0.0.0.0/0, via: nat-1}]
    subnets: [{id: subnet-1, name: notebooks, cidr: 10.20.1.0/24}]
    endpoints:
      - {id: vpce-1, name: gateway, service: s3, type: gateway}
      - {id: vpce-2, name: inbound, service: s3, type: interface, privateDns: inbound-only}
      - {id: vpce-3, name: kms, service: kms}
";

#[test]
fn nobody_is_bound_to_what_dns_answers() {
    let network = parse(TWO_ENDPOINTS);
    let home = &*network.region;
    assert_eq!(
        ends(&network, "notebooks", "s3", home, Ways::Plain),
        ["gateway gateway 10.20.1.0/24"]
    );
    // The route to the prefix list takes all IPv4 traffic to S3 of the region.
    assert_eq!(
        every(&network, "notebooks", "s3"),
        ["gateway gateway 10.20.1.0/24", "interface inbound 10.20.1.0/24"]
    );
    assert_eq!(
        every(&network, "notebooks", "kms"),
        ["interface kms 10.20.1.0/24", "public 198.51.100.10/32"]
    );
    let there = ends(&network, "notebooks", "s3", "us-east-1", Ways::Every);
    assert_eq!(there, ["public 198.51.100.10/32"]);
}

#[test]
fn who_tries_every_way_is_in_any_group_and_behind_no_proxy() {
    let text = "
region: eu-west-1
vpcs:
  - id: vpc-1
    cidrs: 10.20.0.0/16
    subnets: [{id: subnet-1, name: notebooks, cidr: 10.20.1.0/24, proxy: office}]
    securityGroups: [{id: sg-1, name: workers}, {id: sg-2, name: door, ingress: workers}]
    endpoints: [{id: vpce-1, name: kms, service: kms, securityGroups: door}]
sites: [{name: office, egress: 203.0.113.0/24}]
";
    let network = parse(text);
    let home = &*network.region;
    let plain = ends(&network, "notebooks", "kms", home, Ways::Plain);
    assert_eq!(plain, ["public 203.0.113.0/24"]);
    assert_eq!(
        every(&network, "notebooks", "kms"),
        ["public 203.0.113.0/24", "interface kms 10.20.1.0/24"]
    );
}

#[test]
fn ipv6_and_partial_routes_are_ways() {
    let text = "
region: eu-west-1
vpcs:
  - id: vpc-1
    cidrs: [10.20.0.0/16, '2001:db8:20::/56']
    egressOnlyGateway: eigw-1
    natGateways: [{id: nat-1, addresses: 198.51.100.10}]
    routes: [{to: '::/0', via: eigw-1}]
    routeTables: [{id: rtb-1, routes: [{to: 52.0.0.0/8, via: nat-1}]}]
    subnets:
      - {id: subnet-1, name: dual, cidr: 10.20.1.0/24, ipv6: '2001:db8:20:1::/64'}
      - {id: subnet-2, name: partial, cidr: 10.20.2.0/24, routeTable: rtb-1}
    endpoints:
      - {id: vpce-1, name: s3, service: s3, type: gateway}
      - {id: vpce-2, name: kms, service: kms, addresses: dualstack}
origins: [{name: v6, at: dual, ipv6: true}]
";
    let network = parse(text);
    assert_eq!(
        every(&network, "dual", "s3"),
        ["gateway s3 10.20.1.0/24", "public 2001:db8:20:1::/64"],
        "S3's dual-stack names lead past the gateway endpoint"
    );
    assert_eq!(
        every(&network, "v6", "kms"),
        [
            "interface kms 2001:db8:20:1::/64",
            "interface kms 10.20.1.0/24",
            "public 2001:db8:20:1::/64"
        ]
    );
    assert_eq!(every(&network, "partial", "sts"), ["public 198.51.100.10/32 if partial-route"]);
}

#[test]
fn data_planes_inside_the_vpc_cross_no_endpoint() {
    let network = parse(TWO_ENDPOINTS);
    for action in ["elasticfilesystem:ClientMount", "rds-db:connect", "kafka-cluster:Connect"] {
        let action = action.parse().expect("an action");
        let host = crate::catalog::EndpointService::of_action(&action).expect("a host");
        let arrivals = network.arrivals("notebooks", host, "eu-west-1").expect("an origin");
        assert_eq!(arrivals[0].path.outcome, Outcome::DataPlane, "{action}");
        let set = arrivals[0].context.as_ref().expect("it arrives");
        let keys = set.representative(&action);
        let there = |name: &str| {
            keys.iter().any(|(key, value)| key.is(name) && !value.as_slice().is_empty())
        };
        assert!(!there("aws:SourceVpce") && !there("aws:SourceVpc") && !there("aws:SourceIp"));
    }
    // A function URL is reached over the internet only, whatever endpoints there are.
    let url = "lambda:InvokeFunctionUrl".parse().expect("an action");
    let host = crate::catalog::EndpointService::of_action(&url).expect("a host");
    let arrivals = network.arrivals("notebooks", host, "eu-west-1").expect("an origin");
    assert!(matches!(arrivals[0].path.outcome, Outcome::Public { .. }));
}

#[test]
#[expect(clippy::format_push_string, reason = "a text of a test")]
fn routes_in_circles_end() {
    // Each gateway sends what it does not know to a VPC, whose three tables send it on to another.
    let mut text = "region: eu-west-1\nvpcs:\n".to_owned();
    for number in 0..4 {
        let tables: Vec<String> = (1..4)
            .map(|step| {
                let to = (number + step) % 4;
                format!("{{id: rtb-{number}{step}, routes: [{{to: 0.0.0.0/0, via: tgw-{to}}}]}}")
            })
            .collect();
        text.push_str(&format!(
            "  - {{id: vpc-{number}, cidrs: 10.{number}.0.0/16, routeTables: [{}], \
             subnets: [{{id: subnet-{number}, cidr: 10.{number}.1.0/24, routeTable: rtb-{number}1}}]}}\n",
            tables.join(", ")
        ));
    }
    text.push_str("transitGateways:\n");
    for number in 0..4 {
        text.push_str(&format!(
            "  - {{id: tgw-{number}, attachments: [vpc-0, vpc-1, vpc-2, vpc-3], \
             routes: [{{to: 0.0.0.0/0, via: vpc-{number}}}]}}\n"
        ));
    }
    assert!(every(&parse(&text), "subnet-0", "kms").is_empty(), "nothing leads out");
}
