//! Policies of buckets, keys, queues, topics, secrets and repositories. Where the answer does not say
//! whose it is, the folder does.

use polsim::policy::PolicyType;
use serde_json::Value as Json;

use super::{Add, Answer, Dump, add, document};
use crate::model::{Attachment, Bound, Document, Model, Thing, ThingKind};
use crate::value::Text;

/// The name of the folder of a file.
fn folder(path: &str) -> &str {
    let (folder, _) = path.rsplit_once('/').unwrap_or_default();
    folder.rsplit('/').next().unwrap_or_default()
}

fn place(model: &Model) -> (String, String) {
    let region = model.region.as_deref().unwrap_or("us-east-1").to_owned();
    (region, model.account.as_deref().unwrap_or_default().to_owned())
}

pub(super) fn read(dump: &Dump<'_>, model: &mut Model) {
    buckets(dump, model);
    for it in dump.with("Policy") {
        policy(it, model);
    }
    for it in dump.with("ResourcePolicy") {
        let arn = it.json.get("ARN").and_then(Json::as_str).unwrap_or_default();
        let name = arn.rsplit(':').next().unwrap_or_default().to_owned();
        add_thing(&it.path, ThingKind::Secret, arn, &name, it.json.get("ResourcePolicy"), model);
    }
    for it in dump.with("policyText") {
        let name = it.json.get("repositoryName").and_then(Json::as_str).unwrap_or_default();
        let (region, account) = place(model);
        let arn = format!("arn:aws:ecr:{region}:{account}:repository/{name}");
        add_thing(&it.path, ThingKind::Repository, &arn, name, it.json.get("policyText"), model);
    }
    for it in dump.with("Attributes") {
        let text = |pointer: &str| it.json.pointer(pointer).and_then(Json::as_str);
        let (kind, arn) = match (text("/Attributes/QueueArn"), text("/Attributes/TopicArn")) {
            (Some(arn), _) => (ThingKind::Queue, arn),
            (None, Some(arn)) => (ThingKind::Topic, arn),
            _ => continue,
        };
        let name = arn.rsplit(':').next().unwrap_or_default();
        add_thing(&it.path, kind, arn, name, it.json.pointer("/Attributes/Policy"), model);
    }
}

fn buckets(dump: &Dump<'_>, model: &mut Model) {
    let restricts = |it: &Answer| {
        let block = it.json.pointer("/PublicAccessBlockConfiguration/RestrictPublicBuckets");
        block == Some(&Json::Bool(true))
    };
    let blocks: Vec<&Answer> = dump.with("PublicAccessBlockConfiguration").collect();
    let account = blocks.iter().any(|it| it.path.contains("s3control") && restricts(it));
    for (_, bucket) in dump.all("Buckets") {
        let Some(name) = bucket.get("Name").and_then(Json::as_str) else { continue };
        let own = blocks.iter().any(|it| folder(&it.path) == name && restricts(it));
        model.things.push(Thing {
            kind: ThingKind::Bucket,
            arn: Text::from(format!("arn:aws:s3:::{name}")),
            at: format!("bucket {name}").into(),
            name: Text::from(name),
            restricts_public: account || own,
        });
    }
}

/// `get-bucket-policy` or `get-key-policy`.
fn policy(it: &Answer, model: &mut Model) {
    let Some(text @ Json::String(_)) = it.json.get("Policy") else { return };
    let name = folder(&it.path);
    let is_key = it.json.get("PolicyName").is_some() || it.path.contains("/kms/");
    if is_key {
        let (region, account) = place(model);
        let arn = format!("arn:aws:kms:{region}:{account}:key/{name}");
        add_thing(&it.path, ThingKind::Key, &arn, name, Some(text), model);
        return;
    }
    if it.json.get("RevisionId").is_some() {
        let says =
            format!("{} is the policy of a function or table that it does not name", it.path);
        model.note("I0205", says);
        return;
    }
    let arn = format!("arn:aws:s3:::{name}");
    let known = model.things.iter().any(|thing| thing.arn.as_literal().as_ref() == Some(&arn));
    if known {
        attach(&it.path, ThingKind::Bucket, &arn, name, text, model);
    } else {
        add_thing(&it.path, ThingKind::Bucket, &arn, name, Some(text), model);
    }
}

fn add_thing(
    path: &str,
    kind: ThingKind,
    arn: &str,
    name: &str,
    policy: Option<&Json>,
    model: &mut Model,
) {
    model.things.push(Thing {
        kind,
        arn: Text::from(arn),
        at: format!("{} {name}", kind.as_str()).into(),
        name: Text::from(name),
        restricts_public: false,
    });
    if let Some(policy) = policy {
        attach(path, kind, arn, name, policy, model);
    }
}

fn attach(path: &str, kind: ThingKind, arn: &str, name: &str, policy: &Json, model: &mut Model) {
    let Some(document) = document(policy) else {
        model.note("I0205", format!("the policy in {path} is not read"));
        return;
    };
    let policy_type = if kind == ThingKind::Key { PolicyType::Key } else { PolicyType::Resource };
    let at = format!("{} {name}", kind.as_str());
    let attachment = Attachment::Resources(vec![Text::from(arn)]);
    add(Add { policy_type, at, via: String::new(), attachment, document, path }, model);
}

fn hole(what: &str, error: &str) -> Document {
    Document::Hole {
        bound: Bound::Any,
        why: format!("the policy of {what} was not readable ({error})").into(),
        settle: "collect it with an identity that may read it".into(),
    }
}

/// A key whose policy was not readable.
pub(super) fn failed_key(id: &str, error: &str, model: &mut Model) {
    let (region, account) = place(model);
    let arn = format!("arn:aws:kms:{region}:{account}:key/{id}");
    add_thing("", ThingKind::Key, &arn, id, None, model);
    failed(PolicyType::Key, &format!("key {id}"), &arn, error, model);
}

/// A bucket whose policy was not readable.
pub(super) fn failed_bucket(name: &str, error: &str, model: &mut Model) {
    let arn = format!("arn:aws:s3:::{name}");
    failed(PolicyType::Resource, &format!("bucket {name}"), &arn, error, model);
}

fn failed(policy_type: PolicyType, what: &str, arn: &str, error: &str, model: &mut Model) {
    let attachment = Attachment::Resources(vec![Text::from(arn)]);
    let (at, via) = (what.to_owned(), String::new());
    add(Add { policy_type, at, via, attachment, document: hole(what, error), path: "" }, model);
}
