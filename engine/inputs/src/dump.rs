//! Answers of AWS's command line, in files of any name: one key at the top tells the call (inputs §6).
//!
//! | module | holds |
//! | --- | --- |
//! | `identity` | `get-account-authorization-details`: users, groups, roles, managed policies |
//! | `resources` | policies of buckets, keys, queues, topics, secrets, repositories |
//! | `network` | VPCs and what is in them |
//! | `organization` | the levels of an organization, and what hangs on them |

mod identity;
mod network;
mod organization;
mod resources;

use serde_json::Value as Json;

use crate::model::{Attachment, Document, Model, Origin, Place, Policy, ReadInput};
use crate::value::Value;
use polsim::policy::PolicyType;

/// Keys at the top of an answer, each of one call or of a few.
const KEYS: &[&str] = &[
    "Accounts",
    "Buckets",
    "CustomerGateways",
    "EgressOnlyInternetGateways",
    "EnableDnsHostnames",
    "EnableDnsSupport",
    "InternetGateways",
    "KeyMetadata",
    "Keys",
    "LocationConstraint",
    "ManagedPrefixLists",
    "NatGateways",
    "Organization",
    "OrganizationalUnits",
    "Policy",
    "PolicyVersion",
    "PrefixLists",
    "PublicAccessBlockConfiguration",
    "ResourcePolicy",
    "RoleDetailList",
    "Roots",
    "RouteTables",
    "SecurityGroups",
    "Subnets",
    "Targets",
    "TransitGatewayAttachments",
    "TransitGateways",
    "VpcEndpoints",
    "VpcPeeringConnections",
    "Vpcs",
    "VpnConnections",
    "VpnGateways",
    "policyText",
];

/// An answer with the path of its file.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) path: Box<str>,
    pub(crate) json: Json,
}

/// True if an object is an answer of a call that is read.
pub(crate) fn is_answer(json: &Json) -> bool {
    let keys = KEYS.iter().any(|key| json.get(key).is_some());
    let header = json.get("format").is_some() && json.get("calls").is_some();
    let attributes = json.pointer("/Attributes/Policy").is_some();
    keys || header || attributes
}

/// Answers while they are read.
pub(super) struct Dump<'d> {
    answers: &'d [Answer],
}

impl<'d> Dump<'d> {
    /// The lists under a key, of all answers.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = (&'d str, &'d Json)> + use<'d, '_> {
        let key = key.to_owned();
        self.answers.iter().flat_map(move |it| {
            let list = it.json.get(&key).and_then(Json::as_array);
            list.into_iter().flatten().map(|item| (&*it.path, item))
        })
    }

    /// The answers that have a key.
    pub(super) fn with(&self, key: &str) -> impl Iterator<Item = &'d Answer> + use<'d, '_> {
        let key = key.to_owned();
        self.answers.iter().filter(move |it| it.json.get(&key).is_some())
    }
}

/// Reads the answers into the model.
pub(crate) fn read(answers: &[Answer], model: &mut Model) {
    let dump = Dump { answers };
    header(&dump, model);
    for it in answers {
        if it.json.get("IsTruncated") == Some(&Json::Bool(true))
            || it.json.get("NextToken").is_some()
        {
            model.note("I0208", format!("{} is page 1 of more", it.path));
        }
    }
    model.inputs.push(ReadInput {
        path: folder(answers).into(),
        kind: "dump",
        version: None,
        resources: answers.len(),
    });
    identity::read(&dump, model);
    resources::read(&dump, model);
    let topology = network::read(&dump, model);
    let has_vpcs = !topology.vpcs.is_empty();
    let network = topology.finish(model);
    for (key, value) in network.members {
        model.network.set(&key, value);
    }
    organization::read(&dump, model);
    if has_vpcs && dump.all("Subnets").next().is_none() {
        let text = "the inputs have no subnets, so nothing is said of where inside the VPC a request starts";
        model.note("I0208", text);
    }
    failed(&dump, model);
}

/// The folder that all answers are in.
fn folder(answers: &[Answer]) -> String {
    let mut common = answers.first().map_or("", |it| &it.path);
    for it in answers {
        while !it.path.starts_with(common) {
            common = common.rsplit_once('/').map_or("", |(folder, _)| folder);
        }
    }
    if common.is_empty() {
        "the answers".to_owned()
    } else {
        common.trim_end_matches('/').to_owned()
    }
}

/// The account and the region of the dump.
fn header(dump: &Dump<'_>, model: &mut Model) {
    let header = dump.answers.iter().find(|it| it.json.get("calls").is_some());
    let said = |pointer: &str| header?.json.pointer(pointer)?.as_str();
    let of_arn = |arn: &Json, part: usize| arn.as_str()?.split(':').nth(part).map(str::to_owned);
    if model.account.is_none() {
        let roles = dump.all("RoleDetailList").find_map(|(_, it)| of_arn(it.get("Arn")?, 4));
        let owner = || {
            let vpcs = dump.all("Vpcs").chain(dump.all("VpcEndpoints"));
            vpcs.into_iter().find_map(|(_, it)| it.get("OwnerId")?.as_str().map(str::to_owned))
        };
        let account = said("/account").map(str::to_owned).or(roles).or_else(owner);
        model.account = account.map(Into::into);
    }
    if model.region.is_none() {
        let subnet = dump.all("Subnets").find_map(|(_, it)| of_arn(it.get("SubnetArn")?, 3));
        let service = || {
            dump.all("VpcEndpoints").find_map(|(_, it)| {
                let name = it.get("ServiceName")?.as_str()?;
                name.split('.').nth(2).map(str::to_owned)
            })
        };
        let region = said("/regions/0").map(str::to_owned).or(subnet).or_else(service);
        model.region = region.map(Into::into);
    }
}

/// Calls that failed: what they would have said is a hole.
fn failed(dump: &Dump<'_>, model: &mut Model) {
    let lists = dump.answers.iter().filter_map(|it| it.json.get("failed")?.as_array());
    for it in lists.flatten() {
        let text = |key: &str| it.get(key).and_then(Json::as_str).unwrap_or_default();
        let (call, error) = (text("call"), text("error"));
        model.note("I0208", format!("the call `{call}` failed ({error})"));
        if let Some(rest) = call.split("--key-id ").nth(1) {
            resources::failed_key(rest.split(' ').next().unwrap_or_default(), error, model);
        } else if let Some(rest) = call.split("get-bucket-policy --bucket ").nth(1) {
            resources::failed_bucket(rest.split(' ').next().unwrap_or_default(), error, model);
        }
    }
}

/// The value of a policy: an object, a JSON text, a percent-encoded JSON text.
pub(super) fn document(json: &Json) -> Option<Document> {
    let value = match json {
        Json::Object(_) => Value::from(json),
        Json::String(text) => {
            let source = polsim::text::Source::new("policy.json", text.as_str());
            let found = polsim::policy::Document::read(&source, None).ok()?;
            crate::terraform::from_node(&found.node)
        }
        _ => return None,
    };
    Some(Document::Written(value))
}

/// A policy that is about to be added.
pub(super) struct Add<'a> {
    pub(super) policy_type: PolicyType,
    pub(super) at: String,
    pub(super) via: String,
    pub(super) attachment: Attachment,
    pub(super) document: Document,
    pub(super) path: &'a str,
}

pub(super) fn add(it: Add<'_>, model: &mut Model) {
    let hole = matches!(it.document, Document::Hole { .. });
    model.policies.push(Policy {
        policy_type: it.policy_type,
        document: it.document,
        attachment: it.attachment,
        at: it.at.into(),
        attribute: it.via.clone().into(),
        place: (!it.path.is_empty()).then(|| Place { file: it.path.into(), line: 0, column: 0 }),
        origin: if hole { Origin::Hole } else { Origin::Planned },
        through: if it.via.is_empty() { Vec::new() } else { vec![it.via.into()] },
    });
}
