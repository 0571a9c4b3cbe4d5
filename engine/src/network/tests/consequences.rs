//! Perimeter §1.2, *Consequences a simulator must reproduce*, and the facts of §1.1.

use super::{outcome, parse, paths, service};
use crate::network::{Network, Outcome};

/// A VPC with two subnets, changed by each test.
fn network(vpc: &str, rest: &str) -> Network {
    parse(&format!(
        "
region: eu-west-1
vpcs:
  - id: vpc-1
    cidrs: 10.20.0.0/16
    internetGateway: igw-1
    natGateways: [{{id: nat-1, addresses: 198.51.100.10}}]
    subnets:
      - {{id: subnet-a, cidr: 10.20.1.0/24, zone: eu-west-1a}}
      - {{id: subnet-b, cidr: 10.20.2.0/24, zone: eu-west-1b, routeTable: rtb-b}}
{vpc}
{rest}"
    ))
}

const NAT: &str = "
    routes: [{to: 0.0.0.0/0, via: nat-1}]
    routeTables: [{id: rtb-b, routes: [{to: 0.0.0.0/0, via: nat-1}]}]";
const NO_ROUTES: &str = "
    routeTables: [{id: rtb-b}]";

#[test]
fn a_vpc_with_nat_and_no_endpoint_looks_like_the_internet() {
    let network = network(NAT, "");
    assert_eq!(outcome(&network, "subnet-a", "sagemaker.api"), "public 198.51.100.10/32");
}

#[test]
fn another_region_misses_the_endpoint_and_leaves_by_nat() {
    let vpc = format!("{NAT}\n    endpoints: [{{id: vpce-1, service: sagemaker.api}}]");
    let network = network(&vpc, "");
    assert_eq!(outcome(&network, "subnet-a", "sagemaker.api"), "interface vpce-1");
    let there = network.arrivals("subnet-a", service("sagemaker.api", "us-east-1"), "us-east-1");
    let there = &there.expect("an origin")[0].path;
    assert!(matches!(there.outcome, Outcome::Public { .. }), "{there:?}");
    assert!(there.steps.iter().any(|step| step.text.contains("us-east-1")), "{there:?}");
}

#[test]
fn private_dns_off_silently_moves_callers_to_the_public_way() {
    for endpoint in [
        "{id: vpce-1, service: sagemaker.api, privateDns: off}",
        "{id: vpce-1, service: sagemaker.api}]\n    dnsHostnames: false\n    securityGroups: [",
        "{id: vpce-1, service: sagemaker.api}]\n    dnsSupport: false\n    securityGroups: [",
    ] {
        let network = network(&format!("{NAT}\n    endpoints: [{endpoint}]"), "");
        assert_eq!(
            outcome(&network, "subnet-a", "sagemaker.api"),
            "public 198.51.100.10/32",
            "{endpoint}"
        );
    }
    // The endpoint's own host name still works.
    let text =
        format!("{NAT}\n    endpoints: [{{id: vpce-1, service: sagemaker.api, privateDns: off}}]");
    let origins = "origins: [{name: by-name, at: subnet-a, endpoints: vpce-1}]";
    assert_eq!(outcome(&network(&text, origins), "by-name", "sagemaker.api"), "interface vpce-1");
}

#[test]
fn a_route_table_without_the_gateway_endpoint_sends_its_subnet_to_the_public_way() {
    let endpoint =
        "\n    endpoints: [{id: vpce-1, service: s3, type: gateway, routeTables: rtb-b}]";
    let network = network(&format!("{NAT}{endpoint}"), "");
    assert_eq!(outcome(&network, "subnet-a", "s3"), "public 198.51.100.10/32");
    assert_eq!(outcome(&network, "subnet-b", "s3"), "gateway vpce-1");
}

#[test]
fn a_gateway_endpoint_is_of_no_use_from_outside_its_vpc() {
    let endpoint = "\n    endpoints: [{id: vpce-1, service: s3, type: gateway}]";
    let rest = "
  - {id: vpc-2, cidrs: 10.30.0.0/16, subnets: [{id: subnet-c, cidr: 10.30.1.0/24}], routes: [{to: 10.20.0.0/16, via: pcx-1}]}
peerings: [{id: pcx-1, vpcs: [vpc-1, vpc-2]}]
resolverRules: [{vpcs: vpc-2, to: vpc-1}]
sites: [{name: dc, cidrs: 172.16.0.0/12, resolver: vpc-1, egress: 203.0.113.0/24}]
links: [{name: vpn, type: vpn, site: dc, to: vpc-1}]
origins: [{name: by-name, at: dc, endpoints: vpce-1}]";
    let network = network(&format!("{NO_ROUTES}{endpoint}"), rest);
    assert_eq!(outcome(&network, "dc", "s3"), "public 203.0.113.0/24");
    assert_eq!(outcome(&network, "subnet-c", "s3"), "unreachable");
    assert_eq!(outcome(&network, "by-name", "s3"), "unreachable");
}

#[test]
fn a_more_specific_public_route_beats_the_prefix_list() {
    let vpc = "
    routeTables: [{id: rtb-b, routes: [{to: 52.218.0.0/17, via: nat-1}]}]
    endpoints: [{id: vpce-1, service: s3, type: gateway}]";
    let lists = "prefixLists: [{id: pl-1, name: com.amazonaws.eu-west-1.s3, cidrs: [52.218.0.0/16, 3.5.64.0/21]}]";
    let network = network(vpc, lists);
    let outcomes: Vec<String> = paths(&network, "subnet-b", "s3")
        .iter()
        .map(|path| network.outcome_words(&path.outcome))
        .collect();
    assert_eq!(
        outcomes,
        ["gateway vpce-1", "public"],
        "some addresses of S3 go one way, some the other"
    );
    assert_eq!(outcome(&network, "subnet-a", "s3"), "gateway vpce-1");
}

#[test]
fn an_endpoint_in_one_zone_may_leave_other_zones_without_private_dns_for_the_runtime() {
    let endpoints = "
    endpoints:
      - {id: vpce-1, service: sagemaker.runtime, subnets: subnet-a}
      - {id: vpce-2, service: sagemaker.api, subnets: subnet-a}";
    let network = network(&format!("{NAT}{endpoints}"), "");
    let ways = |origin: &str, name: &str| -> Vec<(String, Option<&'static str>)> {
        let arrivals = network.arrivals(origin, service(name, "eu-west-1"), "eu-west-1").unwrap();
        let mut ways: Vec<_> = arrivals
            .iter()
            .map(|it| {
                (network.outcome_words(&it.path.outcome), it.path.uncertain.map(|fact| fact.name))
            })
            .filter(|(_, fact)| *fact != Some("via-service-absent"))
            .collect();
        ways.dedup();
        ways
    };
    assert_eq!(ways("subnet-a", "sagemaker.runtime"), [("interface vpce-1".to_owned(), None)]);
    assert_eq!(
        ways("subnet-b", "sagemaker.runtime"),
        [("interface vpce-1".to_owned(), None), ("public".to_owned(), Some("one-zone-endpoint"))]
    );
    assert_eq!(ways("subnet-b", "sagemaker.api"), [("interface vpce-2".to_owned(), None)]);
}

#[test]
fn all_internet_traffic_through_on_premises_looks_corporate() {
    let vpc = "
    routes: [{to: 0.0.0.0/0, via: tgw-1}]
    routeTables: [{id: rtb-b, routes: [{to: 0.0.0.0/0, via: nat-1}]}]";
    let rest = "
transitGateways: [{id: tgw-1, attachments: vpc-1, routes: [{to: 0.0.0.0/0, via: dc}]}]
sites: [{name: dc, cidrs: 172.16.0.0/12, egress: 203.0.113.0/24}]
links: [{name: dx, type: transit-vif, site: dc, to: tgw-1}]";
    let network = network(vpc, rest);
    assert_eq!(outcome(&network, "subnet-a", "kms"), "public 203.0.113.0/24");
    assert_eq!(outcome(&network, "subnet-b", "kms"), "public 198.51.100.10/32");
}

#[test]
fn a_central_egress_vpc_puts_its_own_nat_address_in() {
    let vpc = "
    routes: [{to: 0.0.0.0/0, via: tgw-1}]
    routeTables: [{id: rtb-b}]";
    let rest = "
  - id: vpc-2
    name: egress
    cidrs: 10.90.0.0/16
    natGateways: [{id: nat-2, addresses: 198.51.100.20}]
    routes: [{to: 0.0.0.0/0, via: nat-2}]
transitGateways: [{id: tgw-1, attachments: [vpc-1, vpc-2], routes: [{to: 0.0.0.0/0, via: vpc-2}]}]";
    assert_eq!(outcome(&network(vpc, rest), "subnet-a", "kms"), "public 198.51.100.20/32");
    let circle = rest.replace("via: nat-2", "via: tgw-1");
    assert_eq!(outcome(&network(vpc, &circle), "subnet-a", "kms"), "unreachable");
}

#[test]
fn endpoints_let_in_whom_their_security_groups_let_in() {
    let groups = |rule: &str| {
        format!(
            "{NAT}
    securityGroups: [{{id: sg-e, ingress: [{rule}]}}, {{id: sg-w, egress: [pl-1]}}, {{id: sg-o}}]
    endpoints: [{{id: vpce-1, service: kms, securityGroups: sg-e}}]"
        )
    };
    let origins = "
prefixLists: [{id: pl-1, name: com.amazonaws.eu-west-1.s3}]
origins:
  - {name: worker, at: subnet-a, securityGroups: sg-w}
  - {name: open, at: subnet-a, securityGroups: sg-o}";
    let with = |rule: &str| network(&groups(rule), origins);
    assert_eq!(outcome(&with("10.20.1.0/24"), "subnet-a", "kms"), "interface vpce-1");
    assert_eq!(outcome(&with("10.20.1.0/24"), "subnet-b", "kms"), "unreachable");
    assert_eq!(outcome(&with("sg-o"), "open", "kms"), "interface vpce-1");
    assert_eq!(outcome(&with("sg-o"), "subnet-a", "kms"), "unreachable");
    assert_eq!(
        outcome(&with("0.0.0.0/0"), "worker", "kms"),
        "unreachable",
        "its egress is to S3 only"
    );
    // A part of the subnet gets in: the service sees those addresses only.
    let part = paths(&with("10.20.1.128/25"), "subnet-a", "kms");
    let Outcome::Interface { client, .. } = &part[0].outcome else { panic!("{part:?}") };
    assert_eq!(client.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.20.1.128/25"]);
}

#[test]
fn gateway_endpoints_need_egress_to_the_prefix_list() {
    let vpc = "
    routeTables: [{id: rtb-b}]
    securityGroups: [{id: sg-w, egress: [pl-1]}, {id: sg-n, egress: [10.0.0.0/8]}]
    endpoints: [{id: vpce-1, service: s3, type: gateway}]";
    let rest = "
prefixLists: [{id: pl-1, name: com.amazonaws.eu-west-1.s3}]
origins:
  - {name: worker, at: subnet-a, securityGroups: sg-w}
  - {name: walled, at: subnet-a, securityGroups: sg-n}";
    let network = network(vpc, rest);
    assert_eq!(outcome(&network, "worker", "s3"), "gateway vpce-1");
    assert_eq!(outcome(&network, "walled", "s3"), "unreachable");
}

#[test]
fn inbound_only_private_dns_of_s3_keeps_the_vpc_on_its_gateway() {
    let vpc = "
    routeTables: [{id: rtb-b}]
    endpoints:
      - {id: vpce-1, service: s3, type: gateway}
      - {id: vpce-2, service: s3, type: interface, privateDns: inbound-only}";
    let rest = "
sites: [{name: dc, cidrs: 172.16.0.0/12, resolver: vpc-1}]
links: [{name: dx, type: private-vif, site: dc, to: vpc-1}]";
    let network = network(vpc, rest);
    assert_eq!(outcome(&network, "subnet-a", "s3"), "gateway vpce-1");
    assert_eq!(outcome(&network, "dc", "s3"), "interface vpce-2");
}

#[test]
fn a_shared_endpoint_needs_names_and_a_route() {
    let vpc = "
    routes: [{to: 10.99.0.0/16, via: tgw-1}]
    routeTables: [{id: rtb-b}]";
    let shared = |zones: &str| {
        format!(
            "
  - {{id: vpc-9, cidrs: 10.99.0.0/16, subnets: [{{id: subnet-9, cidr: 10.99.1.0/24}}], endpoints: [{{id: vpce-9, service: kms}}]}}
transitGateways: [{{id: tgw-1, attachments: [vpc-1, vpc-9]}}]
{zones}"
        )
    };
    let zone = "privateZones: [{endpoint: vpce-9, vpcs: vpc-1}]";
    let rule = "resolverRules: [{services: kms, vpcs: vpc-1, to: vpc-9}]";
    for names in [zone, rule] {
        let network = network(vpc, &shared(names));
        assert_eq!(outcome(&network, "subnet-a", "kms"), "interface vpce-9", "{names}");
        assert_eq!(outcome(&network, "subnet-b", "kms"), "unreachable", "no route: {names}");
        assert_eq!(outcome(&network, "subnet-a", "sts"), "unreachable", "no endpoint: {names}");
    }
    assert_eq!(outcome(&network(vpc, &shared("")), "subnet-a", "kms"), "unreachable", "no names");
}

#[test]
fn sites_reach_endpoints_by_their_private_links_only() {
    let vpc = format!("{NO_ROUTES}\n    endpoints: [{{id: vpce-1, service: kms}}]");
    let site = |links: &str| {
        format!(
            "sites: [{{name: dc, cidrs: 172.16.0.0/12, resolver: vpc-1, egress: 203.0.113.0/24}}]\n{links}"
        )
    };
    for link in ["private-vif", "vpn"] {
        let links = format!("links: [{{name: l, type: {link}, site: dc, to: vpc-1}}]");
        assert_eq!(
            outcome(&network(&vpc, &site(&links)), "dc", "kms"),
            "interface vpce-1",
            "{link}"
        );
    }
    // The name leads to a private address, and nothing leads there: no way back to the public one.
    assert_eq!(outcome(&network(&vpc, &site("")), "dc", "kms"), "unreachable");
    let nat = "links: [{name: l, type: vpn, site: dc, to: vpc-1, addresses: 100.64.5.0/24}]";
    let paths = paths(&network(&vpc, &site(nat)), "dc", "kms");
    let Outcome::Interface { client, .. } = &paths[0].outcome else { panic!("{paths:?}") };
    assert_eq!(client[0].to_string(), "100.64.5.0/24", "translated on the way (O4)");
}

#[test]
fn a_proxy_is_where_the_request_seems_to_start() {
    let vpc = format!("{NAT}\n    endpoints: [{{id: vpce-1, service: kms}}]");
    let rest = "
sites: [{name: office, cidrs: 172.20.0.0/16, proxy: subnet-a}, {name: dc, egress: 203.0.113.0/24}]
origins: [{name: proxied, at: subnet-b, proxy: dc}]";
    let network = network(&vpc, rest);
    assert_eq!(outcome(&network, "office", "kms"), "interface vpce-1");
    assert_eq!(outcome(&network, "office", "s3"), "public 198.51.100.10/32");
    assert_eq!(outcome(&network, "proxied", "kms"), "public 203.0.113.0/24");
    let paths = paths(&network, "office", "kms");
    let Outcome::Interface { client, .. } = &paths[0].outcome else { panic!("{paths:?}") };
    assert_eq!(client[0].to_string(), "10.20.1.0/24", "the proxy's address");
}

#[test]
fn ipv6_leaves_by_the_egress_only_gateway_with_its_own_address() {
    let vpc = "
    egressOnlyGateway: eigw-1
    routes: [{to: '::/0', via: eigw-1}]
    routeTables: [{id: rtb-b}]";
    let rest = "origins: [{name: v6, at: subnet-a, ipv6: true, addresses: '2001:db8:20:1::/64'}]";
    let network = network(vpc, rest);
    assert_eq!(outcome(&network, "v6", "kms"), "public 2001:db8:20:1::/64");
    assert_eq!(outcome(&network, "subnet-a", "kms"), "unreachable");
}
