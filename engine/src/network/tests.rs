use std::collections::BTreeMap;

use super::{Network, Outcome, Path, Slot, Ways};
use crate::catalog::EndpointService;
use crate::formula::{Atom, Evaluator, Formulas, KeyTest};
use crate::request::{Action, ContextValue, Request, RequestParts};
use crate::text::{KeyName, Source};

mod bad_input;
mod consequences;
mod laws;
mod ways;

fn parse(text: &str) -> Network {
    match Network::parse(&Source::new("n.yaml", text)) {
        Ok(network) => network,
        Err(found) => panic!("{}", found[0]),
    }
}

fn reference() -> Network {
    parse(include_str!("../../../corpus/networks/reference.yaml"))
}

fn service(name: &str, region: &str) -> &'static EndpointService {
    EndpointService::find(name, region).unwrap_or_else(|| panic!("no service {name}"))
}

/// The paths from an origin that do not hang on anything undocumented.
fn paths(network: &Network, origin: &str, name: &str) -> Vec<Path> {
    let arrivals = network.arrivals(origin, service(name, &network.region), &network.region);
    let certain = arrivals.expect("an origin").into_iter().filter(|it| it.path.uncertain.is_none());
    certain.map(|arrival| arrival.path).collect()
}

/// The one certain outcome, in words.
fn outcome(network: &Network, origin: &str, name: &str) -> String {
    let paths = paths(network, origin, name);
    let first = paths.first().map(|path| network.outcome_words(&path.outcome));
    assert!(paths.windows(2).all(|pair| pair[0].outcome == pair[1].outcome), "{paths:?}");
    match paths.first().map(|path| &path.outcome) {
        Some(Outcome::Public { seen }) if !seen.is_empty() => {
            let seen: Vec<String> = seen.iter().map(ToString::to_string).collect();
            format!("public {}", seen.join(" "))
        }
        _ => first.expect("a path"),
    }
}

#[test]
fn the_published_schema_is_the_one_in_the_code() {
    let published = include_str!("../../../corpus/schema/network.schema.json");
    let text = serde_json::to_string_pretty(&Network::json_schema()).expect("JSON") + "\n";
    assert!(published == text, "corpus/schema/network.schema.json should be:\n{text}");
}

#[test]
fn one_vpc_with_one_endpoint_and_one_office_is_short() {
    let text = include_str!("../../../corpus/networks/one-vpc.yaml");
    assert!(text.lines().count() < 25);
    let network = parse(text);
    assert_eq!(outcome(&network, "notebooks", "sagemaker.api"), "interface sagemaker-api");
    assert_eq!(outcome(&network, "notebooks", "s3"), "unreachable");
    assert_eq!(outcome(&network, "office", "sagemaker.api"), "public 203.0.113.0/24");
}

/// The table of perimeter §1.4: row, origin, service, region (`home` or another), then the cells
/// IP, VIP, VPC, VPCE, owner's account, owner's organization, VIA, PIAS. Written from the notes;
/// `|` between cells. `ML`, `SHARED` and `OTHER` stand for the VPCs, names for endpoint ids. Rows of
/// one origin and service together are all that is certain about it.
const TABLE: &str = "
O1  | internet               | sagemaker.api      | home | any public | - | - | - | - | - | false | false
O2  | office                 | sagemaker.api      | home | CORP | - | - | - | - | - | false | false
O3  | home-laptop            | sagemaker.api      | home | any public | - | - | - | - | - | false | false
O4  | data-centre            | sagemaker.api      | home | - | 172.16.0.0/12 | ML | E_API | - | - | false | false
O4  | data-centre            | kms                | home | - | 172.16.0.0/12 | ML | E_KMS | 111122223333 | o-corp1234ab | false | false
O5  | data-centre-to-shared  | sagemaker.api      | home | - | 172.16.0.0/12 | SHARED | E_SHARED_API | - | - | false | false
O5  | data-centre-to-shared  | s3                 | home | - | 172.16.0.0/12 | SHARED | E_SHARED_S3 | 222233334444 | o-corp1234ab | false | false
O6  | plant                  | sagemaker.api      | home | 203.0.113.240/28 | - | - | - | - | - | false | false
O7  | office                 | s3                 | home | CORP | - | - | - | - | - | false | false
O8  | subnet-a               | sagemaker.api      | home | - | 10.20.1.0/24 | ML | E_API | - | - | false | false
O8  | subnet-a               | kms                | home | - | 10.20.1.0/24 | ML | E_KMS | 111122223333 | o-corp1234ab | false | false
O9  | subnet-a               | s3                 | home | - | 10.20.1.0/24 | ML | E_S3_GW | 111122223333 | o-corp1234ab | false | false
O10 | behind-nat             | secretsmanager     | home | 198.51.100.10 | - | - | - | - | - | false | false
O10 | behind-nat             | s3                 | home | 198.51.100.10 | - | - | - | - | - | false | false
O11 | rogue                  | secretsmanager     | home | 198.51.100.99 | - | - | - | - | - | false | false
O12 | spoke-a                | secretsmanager     | home | 203.0.113.0/24 | - | - | - | - | - | false | false
O13 | other-a                | kms                | home | - | 10.30.1.0/24 | OTHER | E_OTHER | 333344445555 | o-corp1234ab | false | false
O14 | spoke-a                | sagemaker.api      | home | - | 10.40.1.0/24 | SHARED | E_SHARED_API | - | - | false | false
O14 | spoke-a                | s3                 | home | - | 10.40.1.0/24 | SHARED | E_SHARED_S3 | 222233334444 | o-corp1234ab | false | false
O15 | foreign-endpoint       | sagemaker.api      | home | - | any | foreign | foreign | - | - | false | false
O15 | foreign-endpoint       | kms                | home | - | any | foreign | foreign | foreign | foreign or - | false | false
O16 | service-network        | sagemaker.api      | home | any public | - | - | - | - | - | false | false
O17 | notebook-with-internet | sagemaker.api      | home | - | 10.20.1.0/24 | ML | E_API | - | - | false | false
O17 | notebook-with-internet | s3                 | home | any public | - | - | - | - | - | false | false
O17 | notebook-with-internet | secretsmanager     | home | any public | - | - | - | - | - | false | false
O18 | subnet-b               | sagemaker.api      | home | - | 10.20.2.0/24 | ML | E_API | - | - | false | false
O18 | behind-nat             | sagemaker.metrics  | home | 198.51.100.10 | - | - | - | - | - | false | false
O19 | subnet-b               | sts                | home | - | 10.20.2.0/24 | ML | E_STS | - | - | false | false
O20 | subnet-b               | s3                 | home | - | 10.20.2.0/24 | ML | E_S3_GW | 111122223333 | o-corp1234ab | false | false
O22 | service-side           | s3                 | home | any public | - | - | - | - | - | false | false
O22 | service-side           | s3                 | home | - | - | - | - | - | - | false | false
O23 | forwarded-from-vpc     | s3                 | home | - | - | - | - | - | - | true | false
O24 | forwarded-from-office  | s3                 | home | CORP | - | - | - | - | - | true | false
O25 | service-principal      | s3                 | home | - | - | - | - | - | - | false | true
O26 | service-side           | kms                | home | any public | - | - | - | - | - | false | false
O26 | service-side           | kms                | home | - | - | - | - | - | - | false | false
O27 | internet               | s3                 | home | any public | - | - | - | - | - | false | false
O28 | office                 | sagemaker.notebook | home | CORP | - | - | - | - | - | false | false
O28 | data-centre            | sagemaker.notebook | home | - | 172.16.0.0/12 | ML | E_NOTEBOOK | - | - | false | false
O28 | data-centre            | sagemaker.studio   | home | - | 172.16.0.0/12 | ML | E_STUDIO | - | - | false | false
O29 | console-at-office      | sagemaker.api      | home | CORP | - | - | - | - | - | false | false
O37 | console-private-access | sagemaker.api      | home | - | 172.16.0.0/12 or - | ML | E_CONSOLE or - | - | - | false | false
O30 | console-private-access | sagemaker.api      | home | - | 172.16.0.0/12 | ML | E_API | - | - | false | false
O31 | behind-nat             | sagemaker.api      | us-east-1 | 198.51.100.10 | - | - | - | - | - | false | false
O31 | spoke-a                | sagemaker.api      | us-east-1 | 203.0.113.0/24 | - | - | - | - | - | false | false
O32 | service-network        | s3                 | home | any public | - | - | - | - | - | false | false
O34 | office-ipv6            | sagemaker.api      | home | 2001:db8:1234::/48 | - | - | - | - | - | false | false
O34 | internet-ipv6          | sagemaker.api      | home | any public IPv6 | - | - | - | - | - | false | false
O35 | service-side           | logs               | home | any public | - | - | - | - | - | false | false
O35 | service-side           | logs               | home | - | - | - | - | - | - | false | false
O36 | agent-from-office      | s3                 | home | CORP | - | - | - | - | - | true | false
";

#[test]
fn the_reference_topology_agrees_with_the_table_of_origins_row_by_row() {
    let network = reference();
    let mut wanted: BTreeMap<(String, String, String), Vec<Vec<String>>> = BTreeMap::new();
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, origin, service, region, keys @ ..] = &cells[..] else { panic!("{line}") };
        assert_eq!(keys.len(), 8, "{line}");
        let keys = keys.iter().map(|cell| match *cell {
            "CORP" => "203.0.113.0/24, 2001:db8:1234::/48".to_owned(),
            name if name.starts_with("E_") => {
                let (name, or) = name.split_once(' ').unwrap_or((name, ""));
                let id = &network.endpoint(name).expect("an endpoint").1.id;
                format!("{id} {or}").trim_end().to_owned()
            }
            "ML" | "SHARED" | "OTHER" => {
                network.vpc(&cell.to_lowercase()).expect("a VPC").id.to_string()
            }
            other => other.to_owned(),
        });
        let row = (origin.to_string(), service.to_string(), region.to_string());
        wanted.entry(row).or_default().push(keys.collect());
    }
    assert_eq!(wanted.len(), 47);
    for ((origin, name, region), wanted) in wanted {
        let region = if region == "home" { &*network.region } else { &*region };
        let rows = network.rows(&origin, service(&name, region), &name, region).expect("an origin");
        let certain = rows.iter().filter(|row| row.only_if.is_none() && !row.by_choice);
        let found: Vec<Vec<String>> = certain
            .filter_map(|row| row.keys.clone())
            .map(|keys| {
                [
                    keys.source_ip,
                    keys.vpc_source_ip,
                    keys.source_vpc,
                    keys.source_vpce,
                    keys.vpce_account,
                    keys.vpce_org_id,
                    keys.via,
                    keys.is_service,
                ]
                .to_vec()
            })
            .collect();
        assert_eq!(found, wanted, "{origin} to {name} in {region}");
    }
}

#[test]
fn rows_of_the_table_that_nothing_arrives_by() {
    let network = reference();
    // O7: the gateway endpoint is never the way of a site, whatever its host name.
    for site in ["office", "data-centre", "plant"] {
        assert!(!outcome(&network, site, "s3").starts_with("gateway"), "{site}");
    }
    // O19: no endpoint and no NAT. O21: a container with network isolation has no network.
    assert_eq!(outcome(&network, "subnet-a", "secretsmanager"), "unreachable");
    assert_eq!(outcome(&network, "isolated-container", "s3"), "unreachable");
}

#[test]
fn undocumented_ways_are_there_and_marked() {
    let network = reference();
    let facts = |origin: &str, name: &str| -> Vec<&'static str> {
        let arrivals = network.arrivals(origin, service(name, "eu-west-1"), "eu-west-1").unwrap();
        let mut facts: Vec<_> =
            arrivals.iter().filter_map(|it| it.path.uncertain).map(|it| it.name).collect();
        facts.dedup();
        facts
    };
    assert_eq!(facts("office", "kms"), ["via-service-absent"]);
    assert_eq!(facts("service-network", "kms"), ["service-owned-endpoint", "via-service-absent"]);
    assert!(facts("forwarded-from-office", "s3").contains(&"forwarded-address"));
    assert!(facts("console-at-office", "kms").contains(&"console-forwarded"));
    assert!(facts("console-private-access", "kms").contains(&"console-private-access-coverage"));
}

/// A request in eu-west-1 with this context.
fn request(principal: &str, action: &str, mut context: Vec<(KeyName, ContextValue)>) -> Request {
    context.push((KeyName::new("aws:RequestedRegion"), "eu-west-1".into()));
    let parts = RequestParts {
        principal,
        action,
        resource: "*",
        context,
        complete: true,
        ..RequestParts::default()
    };
    Request::new(parts).expect("a request")
}

const ALICE: &str = "arn:aws:sts::111122223333:assumed-role/Ds/alice";

/// Every origin, asked both ways: what arrives is in the set that its formula describes, and both on
/// and off the network only if a service forwards it without an address.
#[test]
fn what_arrives_from_an_origin_satisfies_its_constraint() {
    let network = reference();
    let mut formulas = Formulas::new();
    // The newer keys are constrained only where something reads them.
    for key in ["SourceVpcArn", "VpceAccount", "VpceOrgID", "VpceOrgPaths", "CalledVia"] {
        formulas.atom(Atom::Key(KeyName::new(&format!("aws:{key}")), KeyTest::Absent));
    }
    let mut constraint =
        |name: &str| network.constraint(name, Ways::Every, &mut formulas).expect("an origin");
    let (off, on) = (constraint("off-network").formula, constraint("on-network").formula);
    let names = network.origin_names();
    let constraints: Vec<_> = names.iter().map(|name| constraint(name)).collect();
    for (origin, constraint) in names.into_iter().zip(constraints) {
        for action in [
            "sagemaker:CreateTrainingJob",
            "sagemaker:InvokeEndpoint",
            "s3:GetObject",
            "kms:Decrypt",
            "secretsmanager:GetSecretValue",
            "nothing:Known",
        ] {
            let action: Action = action.parse().expect("an action");
            let target = EndpointService::of_action(&action).or(network.unlisted_service());
            let arrivals = network.arrivals(origin, target.expect("a service"), "eu-west-1");
            for arrival in arrivals.expect("an origin") {
                let Some(set) = &arrival.context else { continue };
                let service = set.caller.is_service();
                let principal = if service { "cloudfront.amazonaws.com" } else { ALICE };
                let request = request(principal, action.as_str(), set.representative(&action));
                let is = |formula| Evaluator::new(&formulas, &request).holds(formula);
                assert!(is(constraint.formula), "{origin} {action} {arrival:?}");
                let open = set.uncertain.is_some() || set.leaves_endpoint_open();
                assert!(is(constraint.certain) || open, "{origin} {action}");
                // Of a forwarded call without an address nobody knows where the first came from.
                let forwarded = set.slot("aws:ViaAWSService") == Some(&Slot::Flag(true));
                let hidden = forwarded && set.slot("aws:SourceIp") == Some(&Slot::Absent);
                let both = is(off) && is(on);
                assert_eq!(both, hidden, "{origin} {action} is both on and off the network");
            }
        }
    }
}

#[test]
fn off_network_is_what_is_neither_corporate_nor_through_our_endpoints() {
    let network = reference();
    let mut formulas = Formulas::new();
    let off =
        network.constraint("off-network", Ways::Every, &mut formulas).expect("an origin").formula;
    let on =
        network.constraint("on-network", Ways::Every, &mut formulas).expect("an origin").formula;
    // Perimeter §1.5, onNet and offNetDirect; §4, W: NAT of VPC_ML and VPC_OTHER are off.
    let side_of = |action: &str, keys: &[(&str, &str)]| {
        let context = keys.iter().map(|(key, value)| (KeyName::new(key), (*value).into()));
        let request = request(ALICE, action, context.collect());
        let mut reader = Evaluator::new(&formulas, &request);
        (reader.holds(off), reader.holds(on))
    };
    let side = |keys: &[(&str, &str)]| side_of("kms:Decrypt", keys);
    let (is_off, is_on, neither) = ((true, false), (false, true), (false, false));
    assert_eq!(side(&[("aws:SourceIp", "192.0.2.77")]), is_off);
    assert_eq!(side(&[("aws:SourceIp", "2001:db8:bad::77")]), is_off);
    assert_eq!(side(&[("aws:SourceIp", "203.0.113.25")]), is_on);
    assert_eq!(side(&[("aws:SourceIp", "203.0.113.241")]), is_on);
    assert_eq!(side(&[("aws:SourceIp", "198.51.100.10")]), is_off);
    assert_eq!(side(&[]), is_off, "a service that uses a role (O22)");
    let through = |vpce: &'static str, vpc: &'static str| {
        [("aws:SourceVpce", vpce), ("aws:SourceVpc", vpc), ("aws:VpcSourceIp", "10.20.1.5")]
    };
    assert_eq!(side(&through("vpce-0a000000000000006", "vpc-0a11a11a11a11a11a")), is_on);
    assert_eq!(side(&through("vpce-0e000000000000001", "vpc-0e55e55e55e55e55e")), is_off);
    assert_eq!(side(&through("vpce-0bad0000000000001", "vpc-0bad0bad0bad0bad0")), is_off);
    // Not feasible: an endpoint that nobody knows in our own VPC, in its own region. With services
    // whose endpoints cross regions a VPC of another region may have the id (perimeter-2 §1, AX10).
    let twin = through("vpce-0bad0000000000001", "vpc-0a11a11a11a11a11a");
    assert_eq!(side_of("sts:AssumeRole", &twin), neither);
    assert_eq!(side(&twin), is_off);
    // Perimeter-2 §2: forwarded calls whose first call came from off the network.
    let forwarded = |address| [("aws:ViaAWSService", "true"), ("aws:SourceIp", address)];
    assert_eq!(side(&forwarded("192.0.2.77")), is_off);
    // That of a call without an address crossed an endpoint, whose is not told.
    assert_eq!(side(&[("aws:ViaAWSService", "true")]), (true, true));
    assert_eq!(side(&forwarded("203.0.113.25")), is_on);
}
