//! A model as a scenario: policies with placeholders for symbols, its network, properties.

use polsim::catalog::EndpointService;
use polsim::policy::PolicyType;
use serde_json::{Map, Value as Json, json};

use crate::bounds::{Bounded, Renderer};
use crate::model::{Attachment, Document, Model, Policy};
use crate::names::Names;
use crate::topology::Topology;
use crate::value::Value;
use crate::{InputError, Options};

/// An id of an endpoint or a VPC that a policy names and no input has (inputs §3.5).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Undecided {
    pub(crate) id: String,
    /// Policy and statement that name it.
    pub(crate) named_by: String,
    /// Service of the statement's actions.
    pub(crate) service: String,
}

/// Something that is not known: what a policy leaves open, or whose an id is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Part<'a> {
    Policy(usize),
    Id(&'a str),
}

/// A model that is written out with a bound for each part that is not known.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) sets: Json,
    pub(crate) network: Json,
    /// Index in the model of each policy of the set, by its name.
    pub(crate) names: Vec<(String, usize)>,
}

impl Written {
    pub(crate) fn new(
        model: &Model,
        names: &Names,
        bound: &dyn Fn(Part<'_>) -> Bounded,
        undecided: &[Undecided],
        options: &Options,
    ) -> Self {
        let mut policies = Vec::new();
        let mut known: Vec<(String, usize)> = Vec::new();
        for (index, policy) in model.policies.iter().enumerate() {
            let renderer = Renderer { model, names, bounded: bound(Part::Policy(index)) };
            let Some(document) = renderer.document(&policy.document, policy.policy_type) else {
                continue;
            };
            let mut name = policy.name();
            let same = known.iter().filter(|(it, _)| *it == name).count();
            if same > 0 {
                name = format!("{name} ({})", same.saturating_add(1));
            }
            let Some(entry) = entry(policy, &name, document, model, names) else { continue };
            known.push((name, index));
            policies.push(entry);
        }
        let network = network(model, names, bound, undecided, options);
        Self { sets: json!({"all": policies}), network, names: known }
    }

    /// The scenario with these properties.
    pub(crate) fn scenario(&self, properties: &[Json], assume: &[&str]) -> Json {
        json!({
            "network": self.network, "sets": self.sets, "policies": ["all"], "assume": assume,
            "properties": properties,
        })
    }

    pub(crate) fn policy(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(it, _)| it == name).map(|(_, index)| *index)
    }
}

/// The model as a scenario of its own, readable and to be kept.
///
/// ```
/// # use polsim_inputs::{InputFile, Options, import, read};
/// let state = br#"{"format_version": "1.0", "values": {"root_module": {"resources": [
///   {"address": "aws_s3_bucket_policy.p", "mode": "managed", "type": "aws_s3_bucket_policy", "name": "p",
///    "values": {"bucket": "lake", "policy": "{\"Statement\": []}"}}]}}}"#;
/// let file = InputFile { path: "state.json".into(), bytes: state.to_vec() };
/// let scenario = import(&read(&[file], &Options::default())?, &Options::default())?;
/// assert_eq!(scenario["policies"][0]["name"], "aws_s3_bucket_policy.p");
/// # Ok::<(), polsim_inputs::InputError>(())
/// ```
///
/// # Errors
/// A model with parts that are not known: a scenario has no place for them.
pub fn import(model: &Model, options: &Options) -> Result<Json, InputError> {
    let names = Names::new(model);
    let undecided = undecided(model, &names);
    let open = Written::new(model, &names, &|_| Bounded::Open, &undecided, options);
    let closed = Written::new(model, &names, &|_| Bounded::Closed, &undecided, options);
    let differ = open.sets != closed.sets || open.network != closed.network;
    if differ {
        let text = "some policies or ids are not known, and a scenario has no place for that";
        let help =
            "settle what `polsim perimeter` says it depends on: `--source`, `--own`, `--foreign`";
        return Err(InputError::new("I0107", text, help));
    }
    let paths: Vec<&str> = model.inputs.iter().map(|it| &*it.path).collect();
    let symbols: Map<String, Json> =
        model.symbols.keys().map(|name| (names.word(name), json!(&**name))).collect();
    let mut why = format!("Imported from {}.", paths.join(", "));
    if !symbols.is_empty() {
        let list: Vec<String> =
            symbols.iter().map(|(word, name)| format!("{word} is {name}")).collect();
        why.push_str(" Ids that do not exist yet: ");
        why.push_str(&list.join(", "));
        why.push('.');
    }
    Ok(json!({"why": why, "network": open.network, "policies": open.sets["all"], "assume": "aws"}))
}

fn entry(
    policy: &Policy,
    name: &str,
    document: Json,
    model: &Model,
    names: &Names,
) -> Option<Json> {
    let mut out = Map::new();
    out.insert("type".to_owned(), json!(policy.policy_type.as_str()));
    out.insert("name".to_owned(), json!(name));
    out.insert("document".to_owned(), document);
    let texts = |list: &[crate::value::Text]| -> Json {
        list.iter().map(|it| names.text(it)).collect::<Vec<_>>().into()
    };
    match &policy.attachment {
        Attachment::Principals(list) => out.insert("principal".to_owned(), texts(list)),
        Attachment::Resources(list) => {
            // A resource policy is asked by its resource; keys and roles by theirs.
            out.insert("resource".to_owned(), texts(list))
        }
        Attachment::Endpoint(id) => {
            let id = names.text(id);
            let region = model.region.as_deref().unwrap_or("us-east-1");
            if !has_endpoint(model, names, &id, region) {
                return None;
            }
            out.insert("endpoint".to_owned(), json!(id))
        }
        Attachment::Level(level) => out.insert("level".to_owned(), json!(level)),
    };
    Some(Json::Object(out))
}

/// True if the network has the endpoint, and its service takes policies.
fn has_endpoint(model: &Model, names: &Names, id: &str, region: &str) -> bool {
    let vpcs = model.network.get("vpcs").map(Value::items).unwrap_or_default();
    let mut all =
        vpcs.iter().flat_map(|vpc| vpc.get("endpoints").map(Value::items).unwrap_or_default());
    all.any(|endpoint| {
        let own = endpoint.get("id").and_then(Value::as_text).map(|it| names.text(it));
        let service = endpoint.get("service").and_then(Value::as_literal).unwrap_or_default();
        own.as_deref() == Some(id) && Topology::takes_policy(&service, region)
    })
}

/// The network file, with our own undecided ids where the bound takes them for ours.
fn network(
    model: &Model,
    names: &Names,
    bound: &dyn Fn(Part<'_>) -> Bounded,
    undecided: &[Undecided],
    options: &Options,
) -> Json {
    let mut network = Value::Object(model.network.clone()).to_json(&|name| names.word(name));
    let Some(members) = network.as_object_mut() else { return network };
    members.entry("region").or_insert_with(|| json!("us-east-1"));
    let account = model.account.as_deref().unwrap_or_default();
    if !account.is_empty() {
        members.entry("account").or_insert_with(|| json!(account));
        members.entry("accounts").or_insert_with(|| json!([{"id": account}]));
    }
    if !options.own_accounts.is_empty()
        && let Some(list) = members.get_mut("accounts").and_then(Json::as_array_mut)
    {
        list.extend(options.own_accounts.iter().map(|id| json!({"id": id})));
    }
    if !options.offices.is_empty() {
        let site = json!({"name": "office", "egress": options.offices});
        members.insert("sites".to_owned(), json!([site]));
    }
    let ours = undecided.iter().filter(|it| {
        let closed = bound(Part::Id(&it.id)) == Bounded::Closed;
        options.own.contains(&it.id) || (closed && !options.foreign.contains(&it.id))
    });
    let mut more = Vec::new();
    for it in ours {
        if it.id.starts_with("vpce-") {
            let region = model.region.as_deref().unwrap_or("us-east-1");
            let service = Topology::service(&it.service, region).map_or("s3", |it| it.name);
            let mut endpoint = json!({"id": it.id, "service": service});
            if Topology::service(service, region).is_some_and(EndpointService::has_gateway)
                && let Some(endpoint) = endpoint.as_object_mut()
            {
                endpoint.insert("type".to_owned(), json!("interface"));
            }
            let vpc = format!("vpc-0{}", it.id.trim_start_matches("vpce-0"));
            more.push(json!({"id": vpc, "cidrs": [], "endpoints": [endpoint]}));
        } else {
            // Facts about ids of VPCs speak of those that have an endpoint.
            let inside = format!("vpce-0{}", it.id.trim_start_matches("vpc-0"));
            let inside = json!({"id": inside, "service": "s3", "type": "interface"});
            more.push(json!({"id": it.id, "cidrs": [], "endpoints": [inside]}));
        }
    }
    if !more.is_empty() {
        let list = members.entry("vpcs").or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.extend(more);
        }
    }
    network
}

/// The ids of endpoints and VPCs that documents compare with and that no input has.
pub(crate) fn undecided(model: &Model, names: &Names) -> Vec<Undecided> {
    let mut known: Vec<String> = Vec::new();
    let mut add = |text: &crate::value::Text| known.push(names.text(text));
    Value::Object(model.network.clone()).each_text(&mut add);
    let mut out: Vec<Undecided> = Vec::new();
    for policy in &model.policies {
        let Document::Written(document) = &policy.document else { continue };
        let statements = document.get("Statement").map(Value::items).unwrap_or_default();
        for (index, statement) in statements.iter().enumerate() {
            let Some(condition) = statement.get("Condition") else { continue };
            let sid = statement.get("Sid").and_then(Value::as_literal);
            let named_by = match sid {
                Some(sid) => format!("{}, statement {sid}", policy.name()),
                None => format!("{}, statement [{index}]", policy.name()),
            };
            let action = statement.get("Action").map(Value::items).unwrap_or_default();
            let action = action.first().and_then(Value::as_literal).unwrap_or_default();
            let service = match action.split(':').next().unwrap_or_default() {
                "sagemaker" => "sagemaker.api",
                "" | "*" => "s3",
                other => other,
            };
            condition.each_text(&mut |text| {
                let id = names.text(text);
                let is_id = is_id(&id, "vpce-") || is_id(&id, "vpc-");
                if is_id && !known.contains(&id) && !out.iter().any(|it| it.id == id) {
                    let service = service.to_owned();
                    out.push(Undecided { id, named_by: named_by.clone(), service });
                }
            });
        }
    }
    out
}

/// True if a text is an id as AWS makes them: the prefix and hexadecimal digits.
pub(crate) fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        (8..=17).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// True if the type of a policy belongs to principals.
pub(crate) fn is_of_principals(policy_type: PolicyType) -> bool {
    matches!(policy_type, PolicyType::Identity | PolicyType::Boundary | PolicyType::Session)
}
