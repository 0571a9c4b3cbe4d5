//! Many ways from one origin: a subnet whose transit gateway leads to endpoints of a service in 199
//! VPCs, and a NAT gateway.

use std::fmt::Write as _;

use polsim::case::NoFiles;
use polsim::catalog::EndpointService;
use polsim::network::{Network, Ways};
use polsim::scenario::Scenario;
use polsim::text::Source;
use serde_json::json;

/// The number of VPCs with an endpoint.
const ENDPOINTS: usize = 199;

/// The topology as text.
fn topology() -> String {
    let mut text = "
region: eu-west-1
account: '111122223333'
vpcs:
  - id: vpc-0a11a11a11a11a11a
    cidrs: 172.16.0.0/16
    natGateways: [{id: nat-0a11a11a11a11a11a, addresses: 198.51.100.10}]
    routes: [{to: 10.0.0.0/8, via: hub}, {to: 0.0.0.0/0, via: nat-0a11a11a11a11a11a}]
    subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 172.16.1.0/24}]
"
    .to_owned();
    let mut attached = vec!["vpc-0a11a11a11a11a11a".to_owned()];
    for number in 0..ENDPOINTS {
        let vpc = format!("vpc-{number:017x}");
        writeln!(
            text,
            "  - {{id: {vpc}, cidrs: 10.{number}.0.0/16, \
             subnets: [{{id: subnet-{number:017x}, cidr: 10.{number}.1.0/24}}], \
             endpoints: [{{id: vpce-{number:017x}, service: kms}}]}}"
        )
        .unwrap();
        attached.push(vpc);
    }
    let attached = attached.join(", ");
    writeln!(
        text,
        "transitGateways: [{{id: tgw-0a0a0a0a0a0a0a0a1, name: hub, attachments: [{attached}]}}]"
    )
    .unwrap();
    text
}

/// The network.
pub(crate) fn network() -> Network {
    Network::parse(&Source::new("ways.yaml", topology())).unwrap_or_else(|it| panic!("{it:?}"))
}

/// The number of ways from the subnet to KMS.
pub(crate) fn count(network: &Network) -> usize {
    let kms = EndpointService::find("kms", "eu-west-1").unwrap();
    let every = network.arrivals_by("notebooks", kms, "eu-west-1", Ways::Every).unwrap();
    let certain = every.iter().filter(|it| it.path.uncertain.is_none() && it.context.is_some());
    certain.count()
}

/// A scenario: nobody uses a key by any of the ways.
pub(crate) fn scenario() -> Scenario {
    let document = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0e55e55e55e55e55e"}},
    }]});
    let text = format!(
        "network:{}policies: [{{type: identity, document: {document}}}]\n\
         properties: [{{name: nobody, deny: {{from: notebooks, actions: [kms:Decrypt]}}}}]\n",
        topology().replace('\n', "\n  ").trim_end_matches("  ")
    );
    Scenario::load(&Source::new("ways.yaml", text), &NoFiles)
        .unwrap_or_else(|found| panic!("{found:?}"))
}
