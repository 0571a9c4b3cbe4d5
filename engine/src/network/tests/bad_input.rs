//! Each mistake in a topology is one message with its place.

use crate::network::Network;
use crate::text::{Diagnostic, Source};

/// Each complaint as its code, the text it points at, and what it says.
fn complaints(text: &str) -> Vec<String> {
    let refused =
        Network::parse(&Source::new("n.yaml", text)).err().map(Vec::from).unwrap_or_default();
    let told = |it: &Diagnostic| {
        let said = it.to_string();
        let said = said.splitn(4, ':').nth(3).unwrap_or_default().trim_start().to_owned();
        format!("{} at <{}>: {said}", it.code, it.source.slice(it.span))
    };
    refused.iter().map(told).collect()
}

#[test]
fn a_complaint_names_file_line_and_column() {
    let text = "region: eu-west-1\nsites:\n  - {name: office, egress: 203.0.113.0/33}\n";
    let refused = Network::parse(&Source::new("n.yaml", text)).unwrap_err();
    assert!(
        refused[0].to_string().starts_with("n.yaml:3:28: `203.0.113.0/33`: "),
        "{}",
        refused[0]
    );
}

/// A good file in which one line is replaced.
fn with(line: &str, by: &str) -> Vec<String> {
    let good = "region: eu-west-1
accounts: [{name: ml, id: '111122223333'}]
vpcs:
  - id: vpc-1
    account: ml
    cidrs: 10.20.0.0/16
    natGateways: [{id: nat-1, addresses: 198.51.100.10}]
    routes: [{to: 0.0.0.0/0, via: nat-1}]
    subnets: [{id: subnet-a, cidr: 10.20.1.0/24}]
    endpoints:
      - {id: vpce-1, service: sagemaker.api}
  - {id: vpc-2, cidrs: 10.30.0.0/16}
transitGateways: [{id: tgw-1, attachments: [vpc-1, vpc-2]}]
sites: [{name: office, egress: 203.0.113.0/24}]
";
    assert_eq!(complaints(good), [""; 0]);
    assert!(good.contains(line), "{line}");
    complaints(&good.replace(line, by))
}

/// Each line replaced gives, among others, the complaint beside it.
fn check(cases: &[(&str, &str, &str)]) {
    for (line, by, wanted) in cases {
        let found = with(line, by);
        assert!(found.iter().any(|it| it == wanted), "{wanted}\n{found:#?}");
    }
}

#[test]
fn ranges_services_and_endpoints() {
    check(&[
        (
            "cidr: 10.20.1.0/24",
            "cidr: 10.21.1.0/24",
            "N0007 at <10.21.1.0/24>: the subnet's `10.21.1.0/24` is outside its VPC's 10.20.0.0/16",
        ),
        (
            "10.30.0.0/16",
            "10.20.128.0/17",
            "N0009 at <[vpc-1, vpc-2]>: `tgw-1` cannot tell `vpc-1` (10.20.0.0/16) and `vpc-2` (10.20.128.0/17) apart: their ranges overlap",
        ),
        (
            "attachments: [vpc-1, vpc-2]",
            "attachments: [vpc-1, vpc-3]",
            "N0006 at <vpc-3>: no VPC or subnet is called `vpc-3` (did you mean `vpc-1`?)",
        ),
        (
            "sagemaker.api}",
            "sagemaker.apis}",
            "N0010 at <sagemaker.apis>: no service of region `eu-west-1` is called `sagemaker.apis` (did you mean `sagemaker.api`?)",
        ),
        (
            "sagemaker.api}",
            "sagemaker}",
            "N0010 at <sagemaker>: no service of region `eu-west-1` is called `sagemaker` (there are: sagemaker-data-science-assistant, sagemaker-geospatial, sagemaker.api, sagemaker.api-fips, sagemaker.experiments, sagemaker.featurestore-runtime)",
        ),
        (
            "sagemaker.api}",
            "com.amazonaws.us-east-1.sagemaker.api}",
            "N0010 at <com.amazonaws.us-east-1.sagemaker.api>: no service of region `eu-west-1` is called `com.amazonaws.us-east-1.sagemaker.api` (services are written as `s3`, `sagemaker.api` or `com.amazonaws.eu-west-1.s3`)",
        ),
        (
            "service: sagemaker.api}",
            "service: s3}",
            "N0012 at <{id: vpce-1, service: s3}>: `s3` has gateway and interface endpoints (say which: `type: gateway` or `type: interface`)",
        ),
        (
            "service: sagemaker.api}",
            "service: kms, type: gateway}",
            "N0012 at <gateway>: `kms` has no gateway endpoints",
        ),
        (
            "service: sagemaker.api}",
            "service: kms, routeTables: []}",
            "N0012 at <routeTables>: an interface endpoint has no `routeTables`",
        ),
        (
            "service: sagemaker.api}",
            "service: sagemaker.api, subnet: subnet-a}",
            "N0001 at <subnet>: an endpoint has no member `subnet` (did you mean `subnets`?)",
        ),
    ]);
}

#[test]
fn names_accounts_and_regions() {
    check(&[
        ("name: office", "name: vpc-2", "N0005 at <vpc-2>: `vpc-2` is already the name of a VPC"),
        (
            "name: office",
            "name: internet",
            "N0014 at <internet>: `internet` is the name of something that every network has",
        ),
        (
            "egress: 203.0.113.0/24",
            "egress: 203.0.113.0/33",
            "N0004 at <203.0.113.0/33>: `203.0.113.0/33`: the prefix length is a number from 0 to 32 (IPv4) or 128 (IPv6) (a range is written as 10.20.0.0/16, an address as 203.0.113.7)",
        ),
        (
            "account: ml",
            "account: mll",
            "N0006 at <mll>: no account is called `mll` (did you mean `ml`?)",
        ),
        (
            "id: '111122223333'",
            "id: '11112222333'",
            "N0004 at <'11112222333'>: `11112222333` is no account id (an account id has twelve digits)",
        ),
        (
            "via: nat-1",
            "via: nat-2",
            "N0006 at <nat-2>: no NAT gateway or internet gateway or transit gateway or peering connection or link or firewall endpoint or appliance is called `nat-2` (did you mean `nat-1`?)",
        ),
        (
            "region: eu-west-1",
            "region: Europe",
            "N0004 at <Europe>: `Europe` is no region (such as eu-west-1)",
        ),
    ]);
}

#[test]
fn things_that_do_not_fit_together() {
    let found = with("via: nat-1}", "via: tgw-2}");
    assert!(found[0].contains("`tgw-2`"), "{found:?}");
    let twice =
        "{id: vpce-1, service: sagemaker.api}\n      - {id: vpce-2, service: sagemaker.api}";
    let found = with("{id: vpce-1, service: sagemaker.api}", twice);
    assert_eq!(
        found,
        [
            "N0013 at <{id: vpce-2, service: sagemaker.api}>: `sagemaker.api` already has an endpoint with private DNS in this VPC (write `privateDns: off` for one of them)"
        ]
    );
    let stray = "attachments: [vpc-2]}]\npeerings: [{id: pcx-1, vpcs: [vpc-1]}";
    let found = with("attachments: [vpc-1, vpc-2]}", stray);
    assert_eq!(found, ["N0012 at <[vpc-1]>: a peering connection has two different VPCs"]);
    let found =
        with("routes: [{to: 0.0.0.0/0, via: nat-1}]", "routes: [{to: 0.0.0.0/0, via: tgw-1}]");
    assert_eq!(found, [""; 0]);
    let unattached = with(
        "attachments: [vpc-1, vpc-2]",
        "attachments: [vpc-1, vpc-2], routes: [{to: 0.0.0.0/0, via: office}]",
    );
    assert_eq!(unattached, ["N0015 at <office>: `office` is not attached to `tgw-1`"]);
    let circle = with("egress: 203.0.113.0/24}", "proxy: other}, {name: other, proxy: office}");
    assert_eq!(circle.len(), 2, "{circle:?}");
    assert_eq!(circle[0], "N0016 at <other>: the proxy of `office` leads back to `office`");
    let overlap = with(
        "[{id: subnet-a, cidr: 10.20.1.0/24}]",
        "[{id: subnet-a, cidr: 10.20.1.0/24}, {id: subnet-b, cidr: 10.20.1.128/25}]",
    );
    assert_eq!(
        overlap,
        [
            "N0008 at <10.20.1.128/25>: `10.20.1.128/25` overlaps the subnet `subnet-a` (10.20.1.0/24)"
        ]
    );
    let nowhere = with("sites: [{", "origins: [{name: x}]\nsites: [{");
    assert_eq!(nowhere, ["N0002 at <{name: x}>: an origin without `at`: where does it start?"]);
    let public = with("sites: [{", "links: [{name: p, type: public-vif, site: office}]\nsites: [{");
    assert_eq!(
        public,
        [
            "N0002 at <{name: p, type: public-vif, site: office}>: a public virtual interface without `addresses`: its public prefixes"
        ]
    );
}

#[test]
fn an_unknown_origin_is_told_with_what_there_is() {
    let network = super::reference();
    let help = |name: &str| network.table_of(name, "eu-west-1").unwrap_err().help;
    assert_eq!(help("offnetwork"), "did you mean `off-network`?");
    assert!(help("mars").starts_with("the origins are: office, data-centre, plant, "));
}

#[test]
fn additions_of_topology() {
    check(&[
        (
            "{id: vpce-1, service: sagemaker.api}",
            "{id: vpce-1, service: sagemaker.api, serviceRegion: us-east-1}",
            "N0017 at <us-east-1>: endpoints of `sagemaker.api` serve the region of their VPC only",
        ),
        (
            "{id: vpce-1, service: sagemaker.api}",
            "{id: vpce-1, service: s3, type: gateway, serviceRegion: us-east-1}",
            "N0017 at <us-east-1>: a gateway endpoint serves the region of its VPC only",
        ),
        (
            "{id: vpce-1, service: sagemaker.api}",
            "{id: vpce-1, service: dynamodb, type: interface, privateDns: on}",
            "N0012 at <on>: `dynamodb` has no private DNS",
        ),
        (
            "    subnets:",
            "    firewallEndpoints: [{id: vpce-9, next: nat-9}]\n    subnets:",
            "N0006 at <nat-9>: no NAT gateway or internet gateway or transit gateway or peering connection or link or firewall endpoint or appliance is called `nat-9` (did you mean `nat-1`?)",
        ),
        (
            "attachments: [vpc-1, vpc-2]",
            "attachments: [subnet-x, vpc-2]",
            "N0006 at <subnet-x>: no VPC or subnet is called `subnet-x` (did you mean `subnet-a`?)",
        ),
    ]);
}
