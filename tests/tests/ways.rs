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
            let properties = &written.scenario.properties;
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
    assert_eq!(ends(file, "notebooks", "s3", "eu-west-1", Ways::Plain), ["public: 198.51.100.10 -"]);
    // An endpoint for S3 of another region.
    let file = "cross-region-endpoint/network.yaml";
    let found = ends(file, "private", "s3", "us-east-1", Ways::Plain);
    assert_eq!(found, ["interface s3-us: - 10.20.1.0/24"]);
}
