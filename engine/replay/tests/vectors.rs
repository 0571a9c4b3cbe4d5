//! The vectors of `corpus/cloudtrail`: each record gives its class, its requests and what is known
//! of their keys, and the policies that are given beside it their answer.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads files and may fail, in its helpers too"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use polsim_decide::policy::{Policy, PolicyType};
use polsim_decide::text::Source;
use polsim_replay::{Memory, Observer, Options, Question, Replay};
use serde_json::{Map, Value, json};

fn corpus(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpus/cloudtrail");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The observation without what the vector does not assert.
fn asserted(found: &Value, wanted: &Value) -> Value {
    let mut found = found.clone();
    let members = found.as_object_mut().unwrap();
    members.retain(|name, _| name == "class" || name == "requests");
    if wanted.get("requests").is_none() {
        members.remove("requests");
    }
    found
}

/// Requests in an order of their own, with sorted lists of keys.
fn sorted(observation: &Value) -> Value {
    let mut observation = observation.clone();
    if let Some(requests) = observation.get_mut("requests").and_then(Value::as_array_mut) {
        for request in requests.iter_mut() {
            for list in ["absent", "unknown"] {
                if let Some(list) = request[list].as_array_mut() {
                    list.sort_by_key(Value::to_string);
                }
            }
        }
        requests.sort_by_key(Value::to_string);
    }
    observation
}

/// The keys that a request of the vector says something about.
fn keys_of(request: &Value) -> BTreeSet<String> {
    let known = request["known"].as_object().into_iter().flatten().map(|(key, _)| key.clone());
    let lists = ["absent", "unknown"].into_iter().filter_map(|list| request[list].as_array());
    known.chain(lists.flatten().map(|it| it.as_str().unwrap().to_owned())).collect()
}

/// The request with only the keys that the other one of the same action and resource speaks of.
fn reduced(found: &Value, wanted: &Value) -> Value {
    let mut found = found.clone();
    let Some(requests) = found.get_mut("requests").and_then(Value::as_array_mut) else {
        return found;
    };
    for request in requests {
        let same = |it: &&Value| {
            it["action"] == request["action"] && it["resource"] == request["resource"]
        };
        let list = wanted["requests"].as_array();
        let keys = list.into_iter().flatten().find(same).map(keys_of).unwrap_or_default();
        let known: Map<String, Value> = request["known"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| keys.contains(*key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        request["known"] = json!(known);
        for list in ["absent", "unknown"] {
            let kept: Vec<Value> = request[list]
                .as_array()
                .unwrap()
                .iter()
                .filter(|it| keys.contains(it.as_str().unwrap()))
                .cloned()
                .collect();
            request[list] = json!(kept);
        }
    }
    found
}

#[test]
fn each_record_is_observed_as_its_vector_says() {
    let open = corpus("open.txt");
    let open: BTreeSet<&str> =
        open.lines().filter(|it| !it.is_empty() && !it.starts_with('#')).collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in corpus("vectors.jsonl").lines() {
        count += 1;
        let vector: Value = serde_json::from_str(line).unwrap();
        let id = vector["id"].as_str().unwrap();
        let options = vector.get("options").cloned().unwrap_or_else(|| json!({}));
        let observer = Observer::new(Options::read(&options.to_string()).unwrap(), []).unwrap();
        let found = observer.observe(&vector["record"].to_string()).to_json();
        let wanted = &vector["expect"];
        let found = sorted(&reduced(&asserted(&found, wanted), wanted));
        let wanted = sorted(wanted);
        let right = found == wanted;
        if right == open.contains(id) {
            println!("{id}\n  found  {found}\n  wanted {wanted}");
            wrong.push(id.to_owned());
        }
    }
    assert!(count >= 114, "the vectors are read");
    assert_eq!(wrong, Vec::<String>::new(), "{} vectors", wrong.len());
}

/// The verdict on the vector's record, as JSON.
fn verdict(vector: &Value) -> Option<Value> {
    let policy = vector.get("policy")?;
    let policy_type: PolicyType = policy["type"].as_str().unwrap().parse().unwrap();
    let source = Source::new("policy.json", policy["document"].to_string());
    let parsed = Policy::parse(&source, policy_type).unwrap().policy;
    let question = Question::new(parsed, policy["name"].as_str());
    let options = vector.get("options").cloned().unwrap_or_else(|| json!({}));
    let options = Options::read(&options.to_string()).unwrap();
    let replay = Replay::new(options, vec![question]).unwrap();
    let observation = replay.observer().observe(&vector["record"].to_string());
    let verdict = replay.verdict(&observation, &mut Memory::default());
    let mut object = json!({"answer": verdict.answer.as_str()});
    if !verdict.keys.is_empty() {
        object["keys"] = json!(verdict.keys);
    }
    Some(object)
}

#[test]
fn each_policy_gets_the_answer_of_its_vector() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in corpus("vectors.jsonl").lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let Some(found) = verdict(&vector) else { continue };
        count += 1;
        if found != vector["verdict"] {
            println!("{}\n  found  {found}\n  wanted {}", vector["id"], vector["verdict"]);
            wrong.push(vector["id"].clone());
        }
    }
    assert!(count >= 73, "the verdicts are read");
    assert_eq!(wrong, Vec::<Value>::new(), "{} verdicts", wrong.len());
}
