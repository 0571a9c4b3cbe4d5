//! Laws of verdicts about networks: one more route, endpoint, peering, attachment or permissive group
//! never makes a *nobody can* provable, so one less never makes a *somebody can*; and the names of
//! objects decide nothing. Gateway endpoints are not among the objects: their route takes traffic
//! away from every other (perimeter-2 §3).
#![expect(clippy::panic, clippy::unwrap_used, reason = "tests may fail")]

use std::fmt::Write as _;

use polsim::case::NoFiles;
use polsim::prove::Limits;
use polsim::scenario::Scenario;
use polsim::text::Source;

/// Objects that a topology has or lacks.
const OBJECTS: usize = 13;

/// The origins and the policy conditions of the properties.
const ORIGINS: [&str; 3] = ["a", "dc", "off-network"];
const CONDITIONS: [&str; 4] = [
    r#"{"StringEquals": {"aws:SourceVpce": "vpce-2"}}"#,
    r#"{"StringEquals": {"aws:SourceVpc": "vpc-3"}}"#,
    r#"{"IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "2001:db8::/32"]}}"#,
    r#"{"NotIpAddress": {"aws:VpcSourceIp": "10.20.0.0/16"}, "Null": {"aws:VpcSourceIp": "false"}}"#,
];

/// A topology with the objects whose bits are set.
fn topology(objects: usize) -> String {
    let has = |number: usize| objects >> number & 1 == 1;
    let list = |parts: &[(usize, &'static str)]| {
        let all: Vec<&str> = parts.iter().filter(|(it, _)| has(*it)).map(|(_, it)| *it).collect();
        all.join(", ")
    };
    let of_a = list(&[
        (0, "{to: 0.0.0.0/0, via: nat-1}"),
        (1, "{to: 10.30.0.0/16, via: pcx-1}"),
        (2, "{to: 10.40.0.0/16, via: tgw-1}"),
        (3, "{to: '::/0', via: eigw-1}"),
    ]);
    let endpoints = list(&[
        (4, "{id: vpce-2, service: kms, privateDns: off}"),
        (5, "{id: vpce-5, service: sts, securityGroups: sg-1}"),
    ]);
    let endpoints_of_c = list(&[(6, "{id: vpce-4, service: kms, privateDns: off}")]);
    let ingress = list(&[(7, "172.16.0.0/12"), (8, "10.0.0.0/8")]);
    let links = list(&[
        (9, "{name: vpn, type: vpn, site: dc, to: vpc-1}"),
        (10, "{name: dx, type: transit-vif, site: dc, to: tgw-1}"),
    ]);
    let propagations = list(&[(11, "vpc-3")]);
    let routes = list(&[(12, "{to: 0.0.0.0/0, via: vpc-3}")]);
    format!(
        "
  region: eu-west-1
  account: '111122223333'
  vpcs:
    - id: vpc-1
      cidrs: [10.20.0.0/16, '2001:db8:20::/56']
      egressOnlyGateway: eigw-1
      natGateways: [{{id: nat-1, addresses: 198.51.100.10}}]
      routes: [{of_a}]
      subnets: [{{id: subnet-1, name: a, cidr: 10.20.1.0/24, ipv6: '2001:db8:20:1::/64'}}]
      securityGroups: [{{id: sg-1, ingress: [{ingress}]}}]
      endpoints: [{endpoints}]
    - id: vpc-2
      cidrs: 10.30.0.0/16
      subnets: [{{id: subnet-2, cidr: 10.30.1.0/24}}]
      endpoints: [{{id: vpce-3, service: sts, privateDns: off}}]
    - id: vpc-3
      cidrs: 10.40.0.0/16
      natGateways: [{{id: nat-3, addresses: 198.51.100.30}}]
      routes: [{{to: 0.0.0.0/0, via: nat-3}}]
      subnets: [{{id: subnet-3, cidr: 10.40.1.0/24}}]
      endpoints: [{endpoints_of_c}]
  peerings: [{{id: pcx-1, vpcs: [vpc-1, vpc-2]}}]
  transitGateways:
    - id: tgw-1
      attachments: [vpc-1, vpc-2, vpc-3]
      routeTables: [{{id: tgw-rtb-1, associations: [vpc-1], propagations: [{propagations}], routes: [{routes}]}}]
  sites: [{{name: dc, cidrs: 172.16.0.0/12, outside: true}}]
  links: [{links}]
"
    )
}

/// The verdicts of all properties: 0 where nobody can, 2 where somebody can, 1 where it depends.
fn verdicts(network: &str) -> Vec<u8> {
    let mut policies = String::new();
    let mut properties = String::new();
    for (number, condition) in CONDITIONS.iter().enumerate() {
        writeln!(
            policies,
            "  p{number}: [{{type: identity, document: {{\"Version\": \"2012-10-17\", \"Statement\": \
             [{{\"Effect\": \"Allow\", \"Action\": [\"kms:Decrypt\", \"sts:AssumeRole\"], \
             \"Resource\": \"*\", \"Condition\": {condition}}}]}}}}]"
        )
        .unwrap();
        // An endpoint that the file does not list may be anybody's: that it lists it tells more.
        let origins = ORIGINS.iter().filter(|it| number != 0 || **it != "off-network");
        for origin in origins {
            writeln!(
                properties,
                "  - {{name: p{number} {origin}, policies: p{number}, \
                 deny: {{from: {origin}, actions: [kms:Decrypt, sts:AssumeRole]}}}}"
            )
            .unwrap();
        }
    }
    let text = format!("network:{network}sets:\n{policies}properties:\n{properties}");
    let scenario = Scenario::load(&Source::new("law.yaml", text), &NoFiles);
    let scenario = scenario.unwrap_or_else(|found| panic!("{found:?}"));
    let verifier = scenario.verifier().unwrap();
    verifier
        .reports(Limits::default())
        .map(|report| match report.verdict.as_str() {
            "proved" | "vacuous" => 0,
            "depends" => 1,
            "violated" => 2,
            other => panic!("{}: {other}", report.name),
        })
        .collect()
}

#[test]
fn more_never_makes_nobody_can_provable() {
    let (mut opened, mut objects) = (0, 0);
    let mut before = verdicts(&topology(objects));
    // Every object once, in an order that is not that of the text.
    for object in (0..OBJECTS).map(|step| (7 + step * 5) % OBJECTS) {
        objects |= 1 << object;
        let after = verdicts(&topology(objects));
        for (number, (less, more)) in before.iter().zip(&after).enumerate() {
            assert!(less <= more, "property {number}: {object} closes it, {objects:b}");
            opened += usize::from(less < more);
        }
        before = after;
    }
    assert!(opened > 4, "only {opened} additions open something");
}

#[test]
fn names_of_objects_decide_nothing() {
    let objects = (1 << OBJECTS) - 1;
    let mut renamed = topology(objects);
    for (from, to) in [
        ("vpc-2", "vpc-z"),
        ("tgw-1", "tgw-m"),
        ("nat-1", "nat-x"),
        ("pcx-1", "pcx-a"),
        ("sg-1", "sg-9"),
    ] {
        renamed = renamed.replace(from, to);
    }
    assert_eq!(verdicts(&topology(objects)), verdicts(&renamed));
}
