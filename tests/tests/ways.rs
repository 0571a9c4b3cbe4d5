//! The ways of the corpus: how many there are of each kind, and where they lead, seen without policies.
#![expect(clippy::expect_used, reason = "a test may fail in its helpers too")]

use std::collections::BTreeMap;
use std::fs;

use polsim::catalog::EndpointService;
use polsim::network::{Network, Ways};
use polsim::text::Source;
use polsim_tests::{root, scenarios, yaml_files};

/// The kind and name of each file.
fn files() -> BTreeMap<String, Vec<String>> {
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in yaml_files("corpus/ways") {
        let part = |path: &std::path::Path| path.file_name().map(|it| it.display().to_string());
        let name = part(&file).unwrap_or_default();
        let kind = file.parent().and_then(part).unwrap_or_default();
        kinds.entry(kind).or_default().push(name);
    }
    kinds
}

#[test]
fn there_are_three_or_more_of_each_kind_besides_controls() {
    let kinds = files();
    assert!(kinds.len() >= 35, "only {} kinds", kinds.len());
    let readme = fs::read_to_string(root().join("corpus/ways/README.md")).expect("a text");
    for (kind, names) in kinds {
        let count = names.iter().filter(|name| *name != "control.yaml").count();
        assert!(count >= 3, "{kind}: only {names:?}");
        assert!(readme.contains(&format!("## [{kind}]({kind}/)")), "{kind} is not in the README");
    }
}

#[test]
fn a_verdict_about_studio_names_the_domains_that_policies_do_not_decide() {
    let mut seen = 0_u32;
    for written in scenarios("corpus/ways/studio-behind-identity-center", "properties") {
        let told = |code: &str| {
            let properties = written.scenario.properties();
            properties.iter().flat_map(|it| &it.notes).filter(|note| note.code == code).count()
        };
        let portal = usize::from(!written.path.ends_with("domain-with-iam.yaml"));
        assert_eq!(told("V0103"), portal, "{}", written.path);
        seen = seen.saturating_add(1);
    }
    assert_eq!(seen, 3);
}

/// The ends of the ways from an origin to a service or an action's host.
fn ends(file: &str, from: &str, to: &str, region: &str, ways: Ways) -> Vec<String> {
    let text = fs::read_to_string(root().join("corpus/ways").join(file)).expect("a text");
    let network = Network::parse(&Source::new(file, text)).expect("a network");
    let service = match to.parse() {
        Ok(action) => EndpointService::of_action(&action),
        Err(_) => EndpointService::find(to, region),
    };
    let service = service.expect("a service");
    let rows = network.arrivals_by(from, service, region, ways).expect("an origin");
    let mut ends: Vec<String> = rows
        .iter()
        .filter(|it| it.context.as_ref().is_some_and(|set| set.uncertain.is_none()))
        .map(|it| {
            let set = it.context.as_ref().expect("filtered");
            let cell = |key: &str| set.slot(key).map(ToString::to_string).unwrap_or_default();
            let seen = [cell("aws:SourceIp"), cell("aws:VpcSourceIp")].join(" ");
            format!("{}: {seen}", network.outcome_words(&it.path.outcome))
        })
        .collect();
    ends.dedup();
    ends
}

#[test]
fn networks_of_the_corpus_lead_where_aws_says() {
    // Function URLs are on the internet only, whatever endpoints there are (F15).
    let url = "lambda:InvokeFunctionUrl";
    let none: [&str; 0] = [];
    for ways in [Ways::Plain, Ways::Every] {
        assert_eq!(ends("function-url/net.yaml", "notebooks", url, "eu-west-1", ways), none);
    }
    // Multi-region access points have an endpoint of their own, for any region (F16).
    for region in ["eu-west-1", "us-east-1"] {
        let file = "multi-region-access-point/endpoint.yaml";
        let found = ends(file, "notebooks", "s3-global.accesspoint", region, Ways::Plain);
        assert_eq!(found, ["interface mrap: - 10.20.1.0/24"]);
    }
    // DynamoDB has no private DNS; who uses the endpoint's own name crosses it (F18).
    let file = "dynamodb-without-private-dns/net.yaml";
    let found = |ways| ends(file, "notebooks", "dynamodb:GetItem", "eu-west-1", ways);
    assert_eq!(found(Ways::Plain), ["public: 198.51.100.10 -"]);
    assert_eq!(found(Ways::Every), ["public: 198.51.100.10 -", "interface tables: - 10.20.1.0/24"]);
    // A private NAT gateway puts its private address in (F30).
    let file = "private-nat-gateway/network.yaml";
    let found = ends(file, "pods-a", "kms", "eu-west-1", Ways::Every);
    assert_eq!(found, ["interface kms-shared: - 10.20.9.9"]);
    // Behind a firewall endpoint is the NAT gateway (F40).
    let file = "firewall-endpoint-in-the-route/network.yaml";
    assert_eq!(
        ends(file, "notebooks", "s3", "eu-west-1", Ways::Plain),
        ["public: 198.51.100.10 -"]
    );
    // An endpoint for S3 of another region.
    let file = "cross-region-endpoint/network.yaml";
    let found = ends(file, "private", "s3", "us-east-1", Ways::Plain);
    assert_eq!(found, ["interface s3-us: - 10.20.1.0/24"]);
}

/// A probe of a row of the notes' tables: the row, a topology of the corpus, an origin, and what is
/// called where.
type Probe = (&'static str, &'static str, &'static str, &'static str, &'static str);

const REFERENCE: &str = "networks/reference.yaml";
const HOME: &str = "eu-west-1";

/// Rows that say something about a request's keys (perimeter §1.4, perimeter-2 §9).
const ROWS: &[Probe] = &[
    ("O1", REFERENCE, "internet", "sagemaker:CreateModel", HOME),
    ("O2", REFERENCE, "office", "sagemaker:CreateModel", HOME),
    ("O3", REFERENCE, "home-laptop", "sagemaker:CreateModel", HOME),
    ("O4", REFERENCE, "data-centre", "kms:Decrypt", HOME),
    ("O5", REFERENCE, "data-centre-to-shared", "s3:GetObject", HOME),
    ("O6", REFERENCE, "plant", "sagemaker:CreateModel", HOME),
    ("O8", REFERENCE, "subnet-a", "kms:Decrypt", HOME),
    ("O9", REFERENCE, "subnet-a", "s3:GetObject", HOME),
    ("O10", REFERENCE, "behind-nat", "secretsmanager:GetSecretValue", HOME),
    ("O11", REFERENCE, "rogue", "secretsmanager:GetSecretValue", HOME),
    ("O12", REFERENCE, "spoke-a", "secretsmanager:GetSecretValue", HOME),
    ("O13", REFERENCE, "other-a", "kms:Decrypt", HOME),
    ("O14", REFERENCE, "spoke-a", "s3:GetObject", HOME),
    ("O15", REFERENCE, "foreign-endpoint", "kms:Decrypt", HOME),
    ("O16", REFERENCE, "service-network", "sagemaker:CreateModel", HOME),
    ("O18", REFERENCE, "subnet-b", "sagemaker:CreateModel", HOME),
    ("O19", REFERENCE, "subnet-b", "sts:AssumeRole", HOME),
    ("O20", REFERENCE, "subnet-b", "s3:GetObject", HOME),
    ("O22", REFERENCE, "service-side", "s3:GetObject", HOME),
    ("O23", REFERENCE, "forwarded-from-vpc", "s3:GetObject", HOME),
    ("O24", REFERENCE, "forwarded-from-office", "s3:GetObject", HOME),
    ("O25", REFERENCE, "service-principal", "s3:GetObject", HOME),
    ("O26", REFERENCE, "service-side", "kms:Decrypt", HOME),
    ("O29", REFERENCE, "console-at-office", "sagemaker:ListModels", HOME),
    ("O31", REFERENCE, "behind-nat", "sagemaker:CreateModel", "us-east-1"),
    ("O32", REFERENCE, "service-network", "s3:GetObject", HOME),
    ("O38", "ways/cross-region-endpoint/network.yaml", "private", "s3:GetObject", "us-east-1"),
    (
        "O39",
        "patterns/w-whitepaper-network/network.yaml",
        "other-through-shared",
        "s3:GetObject",
        HOME,
    ),
    ("O40", REFERENCE, "account-endpoint", "kms:Decrypt", HOME),
    ("O41", REFERENCE, "organization-endpoint", "kms:Decrypt", HOME),
    ("O42", REFERENCE, "forwarded", "s3:GetObject", HOME),
    ("O43", REFERENCE, "service-principal", "s3:GetObject", HOME),
    ("O44", REFERENCE, "service-principal", "sts:AssumeRole", HOME),
    ("O45", REFERENCE, "subnet-a", "elasticfilesystem:ClientMount", HOME),
    ("O46", REFERENCE, "behind-nat", "lambda:InvokeFunctionUrl", HOME),
    ("O47", "ways/private-nat-gateway/network.yaml", "pods-a", "kms:Decrypt", HOME),
    ("O48", "ways/ipv6-only-subnets/scenario.yaml", "notebooks", "kms:Decrypt", HOME),
];

/// Rows that no path shows: what is not possible, not decided, used later or anywhere, or the same as
/// another row.
const NO_PATH: &[&str] = &[
    "O7", "O17", "O21", "O27", "O28", "O30", "O33", "O34", "O35", "O36", "O37", "O49", "O50",
    "O51", "O52",
];

/// The rows of the tables of origins in the notes: IP, VIP, VPC / VPCE, VIA, PIAS.
fn rows_of_the_notes() -> BTreeMap<String, [String; 5]> {
    let mut rows = BTreeMap::new();
    for (file, columns) in [("perimeter.md", [2, 3, 4, 6, 7]), ("perimeter-2.md", [2, 3, 4, 5, 6])]
    {
        let text = fs::read_to_string(root().join("corpus/spec").join(file)).expect("the notes");
        for line in text.lines().filter(|line| line.starts_with("| O")) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let Some(id) =
                cells.first().filter(|id| id.trim_start_matches('O').parse::<u8>().is_ok())
            else {
                continue;
            };
            let cell = |at: &usize| cells.get(*at).copied().unwrap_or_default().to_owned();
            rows.insert((*id).to_owned(), columns.map(|at| cell(&at)));
        }
    }
    rows
}

/// Test for a key that is there, is not, or may be either, as a cell of the notes says.
fn agrees(cell: &str, told: &str) -> bool {
    match cell {
        // A direct call has the flag as false, or does not have it (AX15).
        "-" => told == "-" || told == "false",
        "true" | "false" => told == cell,
        // What AWS does not tell, and rows of several requests.
        _ if cell.is_empty() || cell.contains("[U]") || cell.contains("or -") => true,
        "mixed" | "likewise" | "any" | "not ours" | "mostly false" => true,
        _ => told != "-",
    }
}

#[test]
fn each_row_of_the_notes_is_what_the_network_prints() {
    let rows = rows_of_the_notes();
    assert!(rows.len() >= 52, "only {} rows", rows.len());
    let probed = |id: &str| ROWS.iter().any(|(row, ..)| *row == id) || NO_PATH.contains(&id);
    let unseen: Vec<&String> = rows.keys().filter(|id| !probed(id)).collect();
    assert!(unseen.is_empty(), "rows that nothing looks at: {unseen:?}");
    for (id, file, origin, action, region) in ROWS {
        let text = fs::read_to_string(root().join("corpus").join(file)).expect("a text");
        let source = Source::new(*file, text);
        let node = polsim::text::read(&source).expect("YAML");
        let inside = node.member("network").map_or(&node, |member| &member.value);
        let network = Network::from_node(&source, inside).expect("a network");
        let called = EndpointService::of_action(&action.parse().expect("an action"));
        let service = called.or_else(|| network.unlisted_service()).expect("a service");
        let found = network.rows(origin, service, service.name, region).expect("an origin");
        let wanted = &rows[*id];
        let fits = |keys: &polsim::network::TableKeys| {
            let vpc = format!("{} {}", keys.source_vpc, keys.source_vpce);
            let vpc = if vpc == "- -" { "-" } else { &vpc };
            let told = [&*keys.source_ip, &*keys.vpc_source_ip, vpc, &*keys.via, &*keys.is_service];
            wanted.iter().zip(told).all(|(cell, told)| agrees(cell, told))
        };
        let certain = found.iter().filter(|row| row.only_if.is_none());
        let keys: Vec<_> = certain.filter_map(|row| row.keys.as_ref()).collect();
        assert!(keys.iter().any(|keys| fits(keys)), "{id}: {wanted:?} is none of {keys:#?}");
    }
}

#[test]
fn the_services_of_the_newer_keys_are_those_of_the_notes() {
    use polsim::catalog::network_keys::ServiceKey;
    use std::collections::BTreeSet;

    let text = fs::read_to_string(root().join("corpus/spec/perimeter-2.md")).expect("the notes");
    let lists = |start: &str| -> BTreeSet<String> {
        let line = text.lines().find(|line| line.starts_with(start)).expect("a list");
        let (_, names) = line.split_once(": ").expect("names");
        let names = names.trim_end_matches('.').split([',', ';']);
        let name = |it: &str| {
            it.trim()
                .trim_start_matches("these and ")
                .trim_start_matches("those and ")
                .trim_end_matches('*')
                .to_owned()
        };
        names.map(name).collect()
    };
    let arn = lists("- aws:SourceVpcArn (36)");
    assert_eq!(arn.len(), 36);
    let account: BTreeSet<String> = arn.union(&lists("- aws:VpceAccount")).cloned().collect();
    let organization: BTreeSet<String> =
        account.union(&lists("- aws:VpceOrgID:")).cloned().collect();
    let of = |key: ServiceKey| key.services().map(str::to_owned).collect::<BTreeSet<String>>();
    assert_eq!(of(ServiceKey::SourceVpcArn), arn);
    assert_eq!(of(ServiceKey::VpceAccount), account);
    assert_eq!(of(ServiceKey::VpceOrgPaths), account);
    assert_eq!(of(ServiceKey::VpceOrgId), organization);
}
