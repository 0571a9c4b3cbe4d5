//! Every way from every origin of a topology to the hosts of some actions, with the keys at its end:
//! a topology a line, as JSON, for programs that compare models of networks.
//!
//! ```text
//! {"origin":"office","action":"s3:GetObject","ways":"plain","end":"public"}
//! {"origin":"office","action":"s3:GetObject","ways":"every","end":"public"}
//! ```
//!
//! Each line of standard input is an object `{"network": …, "calls": [[ACTION, REGION], …]}`; the
//! answer is a line with a list of ways, or with `error`. A third member `"places"` of a call leaves
//! out the origins that every network has.
//!
//! Run it with `cargo run -p polsim --example ways < topologies.jsonl`.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, Write as _};

use polsim::catalog::EndpointService;
use polsim::network::{Arrival, Caller, ContextSet, Network, Outcome, Slot, Ways};
use polsim::request::Action;
use polsim::text::Source;
use serde_json::{Map, Value, json};

/// The names of both sets of ways.
const WAYS: [(&str, Ways); 2] = [("plain", Ways::Plain), ("every", Ways::Every)];

/// The lines that the example prints for its own topology.
#[cfg_attr(not(test), expect(dead_code, reason = "a test compares it with the first comment"))]
pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let office = json!({
        "network": {"region": "eu-west-1", "sites": [{"name": "office", "egress": "203.0.113.0/24"}]},
        "calls": [["s3:GetObject", "eu-west-1"]],
    });
    let ways = ways(&office)?;
    let mut lines = String::new();
    for way in ways.iter().filter(|it| it["origin"] == "office" && it["onlyIf"].is_null()) {
        let [origin, action, ways, end] =
            ["origin", "action", "ways", "end"].map(|member| &way[member]);
        writeln!(
            lines,
            "{{\"origin\":{origin},\"action\":{action},\"ways\":{ways},\"end\":{end}}}"
        )?;
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let answer = match ways(&question) {
            Ok(ways) => Value::Array(ways),
            Err(error) => json!({"error": error.to_string()}),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

/// The ways that a question asks for.
fn ways(question: &Value) -> Result<Vec<Value>, Box<dyn Error>> {
    let text = question["network"].to_string();
    let network = Network::parse(&Source::new("network.json", text))?;
    let mut all = Vec::new();
    for call in question["calls"].as_array().into_iter().flatten() {
        let [name, region] = [0, 1].map(|index| call[index].as_str().unwrap_or_default());
        let action: Action = name.parse()?;
        let service = EndpointService::of_action(&action).or_else(|| network.unlisted_service());
        let service = service.ok_or("no such service")?;
        let places_only = call[2] == "places";
        let built_in = |it: &&str| Network::BUILT_IN.iter().any(|(name, _)| name == it);
        let origins = network.origin_names().into_iter();
        for origin in origins.filter(|it| !places_only || !built_in(it)) {
            for (word, ways) in WAYS {
                for arrival in network.arrivals_by(origin, service, region, ways)? {
                    let Some(set) = &arrival.context else { continue };
                    let mut way = keys(set, &action);
                    way.insert("origin".into(), origin.into());
                    way.insert("action".into(), name.into());
                    way.insert("region".into(), region.into());
                    way.insert("ways".into(), word.into());
                    way.insert("end".into(), end(&arrival).into());
                    way.insert("onlyIf".into(), set.uncertain.map(|fact| fact.name).into());
                    all.push(Value::Object(way));
                }
            }
        }
    }
    Ok(all)
}

fn end(arrival: &Arrival) -> String {
    match &arrival.path.outcome {
        Outcome::Gateway { endpoint, .. } => format!("gateway {endpoint}"),
        Outcome::Interface { endpoint, .. } => format!("interface {endpoint}"),
        Outcome::Public { .. } => "public".to_owned(),
        Outcome::DataPlane => "inside the VPC".to_owned(),
        Outcome::ForeignEndpoint => "unlisted endpoint".to_owned(),
        Outcome::Service => "service".to_owned(),
        Outcome::ServiceNetwork => "service network".to_owned(),
        Outcome::Unreachable => "nowhere".to_owned(),
    }
}

/// The caller, and what each key may hold.
fn keys(set: &ContextSet, action: &Action) -> Map<String, Value> {
    let mut keys = Map::new();
    for (key, slot) in &set.keys {
        keys.insert((*key).into(), told(slot));
    }
    for (key, _) in &set.service_keys {
        let slot = set.slot_for(*key, action).unwrap_or(&Slot::Absent);
        keys.insert(key.name().into(), told(slot));
    }
    let caller = match set.caller {
        Caller::Anyone => "anyone",
        Caller::Role => "role",
        Caller::Service => "service",
        Caller::Viewers => "viewers",
    };
    let mut way = Map::new();
    way.insert("keys".into(), Value::Object(keys));
    way.insert("caller".into(), caller.into());
    way
}

fn told(slot: &Slot) -> Value {
    let texts = |ranges: &[polsim::text::AddressRange]| -> Vec<String> {
        ranges.iter().map(ToString::to_string).collect()
    };
    match slot {
        Slot::Absent => Value::Null,
        Slot::Address { within, except } => {
            json!({"within": texts(within), "except": texts(except)})
        }
        Slot::Flag(value) => json!(value),
        Slot::Foreign { shape, except, .. } => json!({"shape": shape, "except": except}),
        Slot::Chain { shape, with, .. } => json!({"chain": shape, "with": with}),
        Slot::Many(values) => json!({"all": values}),
        Slot::OneOf(values) => json!({"one": values}),
        Slot::Optional(inner) => json!({"maybe": told(inner)}),
    }
}
