//! The check that a request could be sent: vectors with one condition broken each, and the requests
//! that the prover shows.
#![expect(clippy::expect_used, reason = "a test may fail in its helpers too")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use polsim::catalog::Catalog;
use polsim::plausible::{Condition, Shown};
use polsim::prove::Limits;
use polsim::request::{ContextValue, Request, RequestParts};
use polsim::scenario::{NoFiles, Scenario};
use polsim::text::{KeyName, Source};
use polsim_tests::{root, scenarios};
use serde_json::{Value as Json, json};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().expect("a catalogue"));

/// The request of a vector, with the keys that it lists and no others.
fn request(vector: &Json) -> Request {
    let text = |name: &str| vector[name].as_str().expect("a text");
    let context = vector["context"].as_object().expect("an object").iter();
    let context = context.map(|(key, value)| {
        let one = |value: &Json| Box::from(value.as_str().expect("a text"));
        let value = match value {
            Json::Array(all) => ContextValue::Many(all.iter().map(one).collect()),
            value => ContextValue::One(one(value)),
        };
        (KeyName::new(key), value)
    });
    Request::new(RequestParts {
        principal: text("principal"),
        action: text("action"),
        resource: text("resource"),
        context: context.collect(),
        complete: true,
        ..RequestParts::default()
    })
    .expect("a request")
}

#[test]
fn each_vector_is_accepted_or_refused_by_its_condition() {
    let text = std::fs::read_to_string(root().join("corpus/requests/plausible.jsonl")).unwrap();
    let (mut count, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let vector: Json = serde_json::from_str(line).expect("JSON");
        let absent = vector["request"]["absent"].as_array().into_iter().flatten();
        let absent: Vec<KeyName> = absent.map(|it| KeyName::new(it.as_str().unwrap())).collect();
        let request = request(&vector["request"]);
        let checked = Shown { request: &request, absent: &absent }.check(&CATALOG);
        let found = checked.as_ref().err().map(|it| it.condition.as_str());
        if found != vector["because"].as_str() {
            wrong.push(format!("{}: {checked:?}, not {}", vector["id"], vector["because"]));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 45, "only {count} vectors");
}

/// Upper bounds on the requests of the corpus that break a condition: they may only fall. What breaks
/// a name or an unknown action is so written in the property; the rest is the prover's to mend.
const KNOWN: [(&str, usize); 4] =
    [("key-not-of-action", 1), ("name", 20), ("resource-type", 8), ("unknown-action", 2)];

#[test]
fn requests_that_are_shown_can_be_sent_but_for_known_ones() {
    let mut broken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut shown = 0;
    for folder in ["corpus/proofs", "corpus/patterns", "corpus/pitfalls"] {
        for written in scenarios(folder, "properties") {
            let verifier = written.scenario.verifier().expect("properties");
            for report in verifier.reports(Limits::default()) {
                let Some(witness) = report.verdict.witness() else { continue };
                shown += 1;
                if let Err(why) = Shown::new(witness.request()).check(&CATALOG) {
                    let name = format!("{}: {}: {why}", written.path, report.name);
                    broken.entry(why.condition.as_str()).or_default().push(name);
                }
            }
        }
    }
    for (condition, names) in &broken {
        let known = KNOWN.iter().find(|(name, _)| name == condition).map_or(0, |(_, count)| *count);
        assert!(names.len() <= known, "{condition}, {known} known:\n{}", names.join("\n"));
    }
    assert!(shown > 200, "only {shown} requests are shown");
}

/// A sequence of numbers that looks random and is the same every time.
struct Draws(u64);

impl Draws {
    fn next(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let below = u64::try_from(below.max(1)).expect("a small number");
        usize::try_from((self.0 >> 33) % below).expect("a small number")
    }
}

/// A scenario about an action of the catalogue: a role may call it under a condition, and nobody shall.
fn question(draws: &mut Draws) -> String {
    let services = CATALOG.services();
    let (service, action) = loop {
        let service = &services[draws.next(services.len())];
        let actions = CATALOG.actions(&service.prefix);
        if let Some(action) = actions.get(draws.next(actions.len()))
            && !action.is_withdrawn()
        {
            break (&*service.prefix, action.name().to_owned());
        }
    };
    let listed = CATALOG.action(service, &action).expect("it was listed");
    let keys: Vec<String> = listed.keys().iter().map(|it| it.name.to_string()).collect();
    let global = ["aws:SourceIp", "aws:PrincipalTag/team", "aws:SourceVpce", "aws:RequestedRegion"];
    let key = match draws.next(3) {
        0 if !keys.is_empty() => keys[draws.next(keys.len())].replace("${TagKey}", "team"),
        1 => global[draws.next(global.len())].to_owned(),
        _ => String::new(),
    };
    let usable = !key.is_empty() && !key.contains("${");
    let condition = if usable && key == "aws:SourceIp" {
        json!({"IpAddress": {(key): "203.0.113.0/24"}})
    } else if usable {
        json!({"Null": {(key): "false"}})
    } else {
        json!({})
    };
    json!({
        "policies": [{
            "type": "identity",
            "principal": "arn:aws:iam::111122223333:role/DataScientist",
            "document": {"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Action": format!("{service}:{action}"), "Resource": "*",
                "Condition": condition,
            }]},
        }],
        "properties": [{"name": format!("{service}:{action}"), "deny": {"actions": [format!("{service}:{action}")]}}],
    })
    .to_string()
}

/// Questions drawn from the catalogue: every request that is shown could be sent.
#[test]
fn requests_about_actions_of_the_catalogue_can_be_sent() {
    // The long form asks all of them.
    let count = if std::env::var_os("POLSIM_LONG").is_some() { 400 } else { 60 };
    let mut draws = Draws(20_261_201);
    let (mut shown, mut broken) = (0, Vec::new());
    for _ in 0..count {
        let text = question(&mut draws);
        let source = Source::new("question.json", text.clone());
        let scenario = Scenario::load(&source, &NoFiles).expect("a scenario");
        let verifier = scenario.verifier().expect("properties");
        for report in verifier.reports(Limits::default()) {
            let Some(witness) = report.verdict.witness() else { continue };
            shown += 1;
            let Err(why) = Shown::new(witness.request()).check(&CATALOG) else { continue };
            // From the console a federated user can, which a shown request does not tell.
            if why.condition != Condition::Caller("federated-iam") {
                broken.push(format!("{}: {why}: {}", report.name, witness.sentence()));
            }
        }
    }
    assert!(broken.is_empty(), "{} of {shown}:\n{}", broken.len(), broken.join("\n"));
    assert!(shown * 2 > count, "only {shown} of {count} are shown");
}
