use std::collections::BTreeMap;

use super::{Coverage, Files, Run, Scenario, TestOutcome, run_tests};
use crate::text::Source;

/// Files by path, all in one folder.
struct Folder(BTreeMap<&'static str, &'static str>);

impl Files for Folder {
    fn read(&self, _from: &str, path: &str) -> Result<Source, String> {
        let text = self.0.get(path).ok_or_else(|| format!("no file `{path}`"))?;
        Ok(Source::new(path, *text))
    }
}

const IDENTITY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "Work", "Effect": "Allow", "Action": ["sagemaker:*", "s3:*", "kms:*"], "Resource": "*"}]}"#;
const GUARD: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"},
    {"Sid": "OnlyCorp", "Effect": "Deny", "Action": "sagemaker:*", "Resource": "*",
     "Condition": {"NotIpAddressIfExists": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}}}]}"#;
const BUCKET: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "NoHttp", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
     "Resource": ["arn:aws:s3:::ml-data", "arn:aws:s3:::ml-data/*"],
     "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#;
const KEY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "Admins", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
     "Action": "kms:*", "Resource": "*"}]}"#;

fn folder() -> Folder {
    Folder(BTreeMap::from([
        ("identity.json", IDENTITY),
        ("guard.json", GUARD),
        ("bucket.json", BUCKET),
        ("key.json", KEY),
        (
            "base.yaml",
            "sets:\n  default: [{type: identity, file: identity.json}]\nrequest:\n  principal: arn:aws:sts::111122223333:assumed-role/Ds/alice\n  context: {aws:SourceIp: 192.0.2.77, aws:SecureTransport: true}\n",
        ),
        ("loop-a.yaml", "extends: loop-b.yaml\n"),
        ("loop-b.yaml", "extends: loop-a.yaml\n"),
    ]))
}

fn load(text: &str) -> Result<Scenario, Vec<String>> {
    Scenario::load(&Source::new("s.yaml", text), &folder())
        .map_err(|found| found.iter().map(|it| format!("{} {it}", it.code)).collect())
}

fn failures(outcomes: &[TestOutcome<'_>]) -> Vec<String> {
    let of = |outcome: &TestOutcome<'_>| -> Vec<String> {
        let failures = outcome.runs.iter().flat_map(|run| run.failures.clone());
        failures.map(|it| format!("{}: {it}", outcome.test.name)).collect()
    };
    outcomes.iter().flat_map(of).collect()
}

const PERIMETER: &str = "
extends: base.yaml
sets:
  guarded: [default, {type: scp, file: guard.json}]
policies: guarded
request:
  action: sagemaker:CreateModel
  resource: arn:aws:sagemaker:eu-west-1:111122223333:model/m
tests:
  - name: the default lets a stranger's network in
    policies: default
    expect: allowed
    by: Work
  - name: the guard does not
    expect: explicitDeny
    by: scp:OnlyCorp
  - name: the office works
    request: {context: {aws:SourceIp: 203.0.113.9}}
    expect: allowed
    by: [identity:Work, 'guard.json:Everything']
";

#[test]
fn sets_defaults_and_contexts_are_united_and_overridden() {
    let scenario = load(PERIMETER).expect("a good scenario");
    assert_eq!(scenario.policies.len(), 2);
    let outcomes = run_tests(&scenario, |_| true);
    assert_eq!(outcomes.len(), 3);
    assert_eq!(failures(&outcomes), [""; 0]);
    let context = scenario.tests[2].runs[0].request.context();
    assert_eq!(context.one("aws:SourceIp"), Some("203.0.113.9"));
    assert_eq!(context.one("aws:SecureTransport"), Some("true"));
}

#[test]
fn a_decision_or_a_decider_that_is_not_as_expected_is_told() {
    let text = PERIMETER.replace("expect: explicitDeny", "expect: implicitDeny");
    let text = text.replace("by: [identity:Work,", "by: [OnlyCorp,");
    let scenario = load(&text).expect("a good scenario");
    let outcomes = run_tests(&scenario, |_| true);
    assert_eq!(
        failures(&outcomes),
        [
            "the guard does not: expected implicitDeny, got explicitDeny",
            "the office works: expected OnlyCorp to decide, it was guard.json:Everything, identity.json:Work",
        ]
    );
    assert_eq!(run_tests(&scenario, |test| test.name.contains("guard")).len(), 1);
}

#[test]
fn attached_policies_are_asked_about_their_own_requests_only() {
    let text = "
extends: base.yaml
policies:
  - default
  - {type: resource, resource: 'arn:aws:s3:::ml-data', file: bucket.json}
  - {type: resource, resource: 'arn:aws:kms:eu-west-1:111122223333:key/k', file: key.json}
tests:
  - name: another bucket has no policy
    request: {action: s3:GetObject, resource: 'arn:aws:s3:::other/x', context: {aws:SecureTransport: false}}
    expect: allowed
  - name: an object is in its bucket
    request: {action: s3:GetObject, resource: 'arn:aws:s3:::ml-data/x', context: {aws:SecureTransport: false}}
    expect: explicitDeny
    by: resource:NoHttp
  - name: a key needs its policy
    request: {action: kms:Decrypt, resource: 'arn:aws:kms:eu-west-1:111122223333:key/k'}
    expect: allowed
    by: [key:Admins, resource:Admins]
";
    let scenario = load(text).expect("a good scenario");
    assert_eq!(failures(&run_tests(&scenario, |_| true)), [""; 0]);
}

#[test]
fn a_resource_document_without_attachment_is_the_targets() {
    let text = "
extends: base.yaml
policies: [default, {type: resource, file: key.json}]
tests:
  - name: as a key policy
    request: {action: kms:Decrypt, resource: 'arn:aws:kms:eu-west-1:111122223333:key/k'}
    expect: allowed
    by: key:Admins
";
    // Statements are named by the type they are read as for the request at hand.
    let scenario = load(&text.replace("key:Admins", "Admins")).expect("a good scenario");
    assert_eq!(failures(&run_tests(&scenario, |_| true)), [""; 0]);
}

#[test]
fn every_mistake_is_one_message_with_its_place() {
    let text = "
polices: []
extends: base.yaml
sets:
  a: [b]
  b: [a]
policies:
  - {type: identity, file: missing.json}
  - {type: identiy, file: identity.json}
  - {type: identity, principal: alice, file: identity.json}
  - {type: scp, endpoint: vpce-1, file: guard.json}
  - {type: scp}
tests:
  - {name: one, expect: allow, request: {}}
  - {name: two, expect: allowed, policies: defualt, request: {action: s3, resource: '*'}}
  - {name: three, expect: allowed, policies: a, request: {action: s3:X}}
  - {name: three, expect: allowed, policies: default, by: Wrok, request: {action: 's3:X', resource: '*', context: {a: null}}}
";
    let found = load(text).expect_err("bad");
    let expected = [
        "S0001 s.yaml:2:1: a scenario has no member `polices` (did you mean `policies`?)",
        "S0005 s.yaml:6:7: the set `a` contains itself, through `a`, `b`",
        "S0004 s.yaml:8:28: no file `missing.json`",
        "S0003 s.yaml:9:12: `type` cannot be `identiy` (did you mean `identity`?)",
        "S0008 s.yaml:10:33: `alice`: ",
        "S0001 s.yaml:11:17: a policy of type `scp` has no `endpoint`",
        "S0007 s.yaml:12:5: a policy has either a `document` or a `file`",
        "S0003 s.yaml:14:25: `expect` cannot be `allow` (did you mean `allowed`?)",
        "S0006 s.yaml:15:44: no policy set is called `defualt` (did you mean `default`?)",
        "S0010 s.yaml:15:71: `s3` is no action: ",
        "S0002 s.yaml:16:58: the request has no `resource` (give it here or in the scenario's `request`)",
        "S0011 s.yaml:17:12: two tests are called `three`",
        "S0012 s.yaml:17:59: no statement of the test's policies is called `Wrok` (did you mean `Work`?)",
        "C0011 s.yaml:17:119: a context value",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, wanted) in found.iter().zip(expected) {
        assert!(found.starts_with(wanted), "{wanted}\n{found}");
    }
}

#[test]
fn scenarios_that_extend_each_other_are_refused() {
    let found = load("extends: loop-a.yaml\n").expect_err("a cycle");
    assert_eq!(found, ["S0005 loop-b.yaml:1:10: `loop-a.yaml` extends this scenario in turn"]);
}

#[test]
fn a_bad_policy_is_refused_with_its_own_place() {
    let text = "
policies:
  - type: identity
    document: {Version: 2012-10-17, Statement: [{Efect: Allow, Action: 's3:*', Resource: '*'}]}
";
    let found = load(text).expect_err("a bad policy");
    assert!(found[0].starts_with("P0104 s.yaml:4:50: unknown element `Efect`"), "{found:?}");
}

#[test]
fn coverage_tells_what_never_decided() {
    let scenario = load(PERIMETER).expect("a good scenario");
    let mut coverage = Coverage::default();
    coverage.add(&run_tests(&scenario, |_| true));
    let files = coverage.files();
    let guard = files.iter().find(|file| &*file.file == "guard.json").expect("the guard");
    assert_eq!((guard.statements, guard.statements_covered), (2, 2));
    // The office's address hit the first range; nothing ever came from the second.
    assert_eq!((guard.values, guard.values_covered), (2, 1));
    assert_eq!(guard.uncovered.len(), 1);
    assert_eq!(
        guard.uncovered[0].what,
        "OnlyCorp: NotIpAddressIfExists aws:SourceIp 198.51.100.0/24"
    );
    // Three statements and two values, four of them covered.
    assert_eq!(coverage.percent(), Some(80));
    let mut one = Coverage::default();
    one.add(&run_tests(&scenario, |test| test.name.starts_with("the office")));
    let uncovered: Vec<String> = one
        .files()
        .iter()
        .flat_map(|file| file.uncovered.iter().map(|it| it.what.clone()))
        .collect();
    assert!(uncovered.contains(&"OnlyCorp".to_owned()), "{uncovered:?}");
}

#[test]
fn cases_load_as_tests() {
    let case = r#"{"id": "c1", "policies": [{"type": "identity", "document": IDENTITY}],
        "request": {"principal": "arn:aws:iam::111122223333:user/a", "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k"}, "expect": "allowed"}"#;
    let case = case.replace("IDENTITY", IDENTITY).replace('\n', " ");
    let text =
        format!("{case}\n\n{}\n", case.replace("c1", "c2").replace("\"allowed\"", "\"denied\""));
    let scenario = Scenario::load(&Source::new("c.jsonl", text.clone()), &folder()).expect("cases");
    let outcomes = run_tests(&scenario, |_| true);
    assert_eq!(failures(&outcomes), ["c2: expected denied, got allowed"]);
    let place = scenario.source.position(scenario.tests[1].span.start);
    assert_eq!(place.line, 3);
    let silent = text.replace(", \"expect\": \"allowed\"", "");
    let found = Scenario::load(&Source::new("c.jsonl", silent), &folder()).expect_err("no expect");
    assert_eq!(found.len(), 1);
    assert!(found[0].to_string().starts_with("c.jsonl:1:1: a case without `expect`"));
}

#[test]
fn the_published_schema_is_the_one_in_the_code() {
    let published = include_str!("../../../corpus/schema/scenario.schema.json");
    let text = serde_json::to_string_pretty(&Scenario::json_schema()).expect("JSON") + "\n";
    assert!(published == text, "corpus/schema/scenario.schema.json should be:\n{text}");
}

const NETWORK: &str = "
region: eu-west-1
organization: {id: o-corp1234ab, management: root}
accounts: [{name: ml, id: '111122223333'}, {name: root, id: '999988887777'}]
account: ml
vpcs:
  - id: vpc-1
    name: ml
    cidrs: 10.20.0.0/16
    internetGateway: igw-1
    subnets: [{id: subnet-1, name: notebooks, cidr: 10.20.1.0/24}]
    natGateways: [{id: nat-1, addresses: 192.0.2.10}]
    routes: [{to: 0.0.0.0/0, via: nat-1}]
    endpoints:
      - {id: vpce-1, name: api, service: sagemaker.api, policy: endpoint.json}
sites:
  - {name: office, egress: 203.0.113.0/24}
";
const ENDPOINT: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "OnlyUs", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
     "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-corp1234ab"}}}]}"#;

fn with_network(text: &str) -> Result<Scenario, Vec<String>> {
    let mut folder = folder();
    folder.0.extend([("network.yaml", NETWORK), ("endpoint.json", ENDPOINT)]);
    Scenario::load(&Source::new("s.yaml", text), &folder)
        .map_err(|found| found.iter().map(|it| format!("{} {it}", it.code)).collect())
}

const FROM: &str = "
network: network.yaml
policies:
  - {type: identity, file: identity.json}
  - {type: scp, file: guard.json}
request:
  principal: arn:aws:sts::111122223333:assumed-role/Ds/alice
  action: sagemaker:CreateModel
  resource: arn:aws:sagemaker:eu-west-1:111122223333:model/m
tests:
  - {name: nobody else, from: [internet, nat, notebooks, foreign-endpoint, service-network], expect: explicitDeny}
  - {name: the office, from: office, expect: allowed}
";

#[test]
fn origins_fill_the_context_in_for_each_way_to_arrive() {
    let scenario = with_network(FROM).expect("a good scenario");
    let outcomes = run_tests(&scenario, |_| true);
    assert_eq!(failures(&outcomes), [""; 0]);
    let office = &scenario.tests[1].runs[0].request;
    assert!(office.context().one("aws:SourceIp").is_some_and(|it| it.starts_with("203.0.113.")));
    assert_eq!(office.context().one("aws:RequestedRegion"), Some("eu-west-1"));
    assert_eq!(office.context().one("aws:PrincipalOrgID"), Some("o-corp1234ab"));
    assert_eq!(office.context().one("aws:ResourceOrgID"), Some("o-corp1234ab"));
    assert!(!office.in_management_account());
    let notebook = scenario.tests[0]
        .runs
        .iter()
        .find(|run| run.arrival.as_ref().is_some_and(|it| &*it.from == "notebooks"));
    let context = notebook.expect("a run").request.context();
    assert_eq!(context.one("aws:SourceVpce"), Some("vpce-1"));
    assert_eq!(context.one("aws:SourceIp"), None);
}

#[test]
fn the_policy_of_an_endpoint_is_asked_about_what_crosses_it() {
    let text = FROM.replace("[internet, nat, notebooks, foreign-endpoint, service-network], expect: explicitDeny", "notebooks, expect: allowed, by: 'api:OnlyUs', policies: [{type: identity, file: identity.json}]");
    let scenario = with_network(&text).expect("a good scenario");
    assert_eq!(failures(&run_tests(&scenario, |_| true)), [""; 0]);
    // A stranger is stopped by the endpoint's policy and not by the office's path.
    let stranger = text
        .replace("111122223333:assumed-role/Ds/alice", "666677778888:assumed-role/X/m")
        .replace("by: 'api:OnlyUs', ", "")
        .replace("notebooks, expect: allowed", "notebooks, expect: implicitDeny");
    let scenario = with_network(&stranger).expect("a good scenario");
    let outcomes = run_tests(&scenario, |test| &*test.name == "nobody else");
    assert_eq!(failures(&outcomes), [""; 0]);
}

#[test]
fn given_keys_pick_among_the_ways_and_must_fit_one() {
    let both = "{name: x, from: office, expect: allowed}";
    let text = FROM.replace("{name: the office, from: office, expect: allowed}", both);
    let scenario = with_network(&text).expect("a good scenario");
    let via = |scenario: &Scenario| -> Vec<Option<String>> {
        let runs = &scenario.tests[1].runs;
        let value = |run: &Run| run.request.context().one("aws:ViaAWSService").map(str::to_owned);
        runs.iter().map(value).collect()
    };
    assert_eq!(via(&scenario), [Some("false".to_owned()), None], "documented in two ways");
    let pinned = "{name: x, from: office, request: {context: {aws:ViaAWSService: false, aws:SourceIp: 203.0.113.99}}, expect: allowed}";
    let scenario = with_network(&text.replace(both, pinned)).expect("a good scenario");
    assert_eq!(via(&scenario), [Some("false".to_owned())]);
    let wrong = pinned.replace("203.0.113.99", "192.0.2.1");
    let found = with_network(&text.replace(both, &wrong)).expect_err("a contradiction");
    assert_eq!(
        found,
        ["S0015 s.yaml:12:21: `aws:SourceIp` cannot be `192.0.2.1` in a request from there"]
    );
}

#[test]
fn what_is_wrong_with_origins_and_endpoints_is_told() {
    let text = FROM
        .replace("from: office,", "from: ofice,")
        .replace("{type: scp, file: guard.json}", "{type: endpoint, endpoint: apii, file: endpoint.json}\n  - {type: endpoint, file: endpoint.json}");
    let found = with_network(&text).expect_err("bad");
    assert_eq!(
        found,
        [
            "S0013 s.yaml:5:32: the network has no endpoint `apii` (did you mean `api`?)",
            "S0013 s.yaml:6:5: which endpoint of the network carries the policy? (name it in `endpoint`)",
            "S0015 s.yaml:13:30: the network has no origin `ofice` (did you mean `office`?)",
        ]
    );
    let found = with_network(&FROM.replace("network: network.yaml\n", "")).expect_err("bad");
    assert!(found[0].contains("the scenario has no `network`"), "{found:?}");
    let found =
        with_network(&FROM.replace("network.yaml", "{region: mars, vpc: []}")).expect_err("bad");
    assert!(found[0].contains("has no member `vpc` (did you mean `vpcs`?)"), "{found:?}");
    let found = with_network(&FROM.replace("network.yaml", "{region: mars}")).expect_err("bad");
    assert_eq!(found[0], "N0004 s.yaml:2:19: `mars` is no region (such as eu-west-1)");
    let service = FROM.replace("from: office,", "from: service-principal,");
    let found = with_network(&service).expect_err("bad");
    assert!(
        found[0].contains("only a service principal calls from `service-principal`"),
        "{found:?}"
    );
    let isolated = NETWORK.replace("    routes: [{to: 0.0.0.0/0, via: nat-1}]\n", "");
    let mut folder = folder();
    let isolated: &'static str =
        Box::leak(isolated.replace("sagemaker.api", "kms").into_boxed_str());
    folder.0.extend([("network.yaml", isolated), ("endpoint.json", ENDPOINT)]);
    let text =
        FROM.replace("[internet, nat, notebooks, foreign-endpoint, service-network]", "notebooks");
    let found = Scenario::load(&Source::new("s.yaml", text), &folder).expect_err("no way");
    assert_eq!(
        found[0].to_string(),
        "s.yaml:11:31: nothing arrives at `sagemaker.api` from `notebooks` (there is no route to public addresses)"
    );
}
