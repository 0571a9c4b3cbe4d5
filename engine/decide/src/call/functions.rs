//! The functions of the table's expressions (request notes §6.2).

use std::borrow::Cow;

use serde_json::Value;

use super::expression::{Built, Facts};
use super::path::{Found, member};

/// The texts that a function gives for its arguments; none where they name nothing.
pub(super) fn call(facts: &Facts<'_>, name: &str, arguments: &[&str]) -> Vec<Built> {
    let argument = |at: usize| -> Vec<String> {
        let sides = arguments.get(at).map(|it| super::expression::split(it, "|"));
        sides.into_iter().flatten().flat_map(|it| facts.texts(it)).collect()
    };
    let first = argument(0);
    let each = |of: &dyn Fn(&str) -> Option<Built>| first.iter().filter_map(|it| of(it)).collect();
    match name {
        "kms" if first.is_empty() => vec![some_key(facts, None)],
        "kms" => each(&|it| Some(key(facts, it))),
        "bucket" => each(&|it| Some(bucket(facts, it))),
        "object" => {
            let keys = argument(1);
            let all = first.iter().flat_map(|it| objects(&bucket(facts, it), &keys));
            all.collect()
        }
        "copysource" => {
            let dictionary = copied(facts, arguments.first().copied().unwrap_or_default());
            let texts = if dictionary.is_empty() { first } else { dictionary };
            texts.iter().filter_map(|it| source(facts, it)).collect()
        }
        "s3" => each(&|it| {
            let path = it.strip_prefix("s3://")?;
            Some(Built::of(format!("arn:{}:s3:::{path}", facts.caller.partition)))
        }),
        "s3bucket" => each(&|it| {
            let bucket = it.strip_prefix("s3://")?.split('/').next()?;
            Some(Built::of(format!("arn:{}:s3:::{bucket}", facts.caller.partition)))
        }),
        "queue" => each(&|it| queue(facts, it)),
        "parameter" => each(&|it| Some(parameter(facts, it))),
        "image" => each(&|it| image(facts, it)),
        "qualified" => {
            let qualifier = argument(1);
            each(&|it| Some(function(facts, it, qualifier.first().map(String::as_str))))
        }
        "same" => match (first.first(), argument(1).first()) {
            (Some(one), Some(other)) => vec![Built::of((one == other).to_string())],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:` of the call.
fn start(facts: &Facts<'_>, service: &str) -> Built {
    let caller = facts.caller;
    Built::of(format!("arn:{}:{service}:", caller.partition))
        .then_template(caller.region.unwrap_or("*"))
        .then(":")
        .then_template(caller.account.unwrap_or("*"))
        .then(":")
}

/// A key of the account of the call or of an alias's ARN, unknown which.
fn some_key(facts: &Facts<'_>, alias: Option<&str>) -> Built {
    match alias.and_then(|it| it.split_once(":alias/")) {
        Some((start, _)) => Built::of(start).then_template(":key/*"),
        None => start(facts, "kms").then_template("key/*"),
    }
}

fn key(facts: &Facts<'_>, text: &str) -> Built {
    if alias(text).is_some() {
        return some_key(facts, Some(text));
    }
    if text.starts_with("arn:") {
        Built::of(text)
    } else {
        start(facts, "kms").then("key/").then(text)
    }
}

/// The alias by which a key is named.
fn alias(text: &str) -> Option<&str> {
    let name = if text.starts_with("arn:") { text.splitn(6, ':').nth(5)? } else { text };
    name.starts_with("alias/").then_some(name)
}

/// A bucket by its name, or what an ARN in its place names.
fn bucket(facts: &Facts<'_>, text: &str) -> Built {
    if text.starts_with("arn:") {
        Built::of(text)
    } else {
        Built::of(format!("arn:{}:s3:::{text}", facts.caller.partition))
    }
}

/// Objects of a bucket, or of an access point: some object where no key is given.
fn objects(bucket: &Built, keys: &[String]) -> Vec<Built> {
    let between = if is_access_point(&bucket.text) { "/object/" } else { "/" };
    let start = bucket.clone().then(between);
    match keys {
        [] => vec![start.then_template("*")],
        keys => keys.iter().map(|key| start.clone().then(key)).collect(),
    }
}

/// Tests whether an ARN is that of an access point.
pub(super) fn is_access_point(arn: &str) -> bool {
    let resource = arn.splitn(6, ':').nth(5);
    resource.is_some_and(|it| it.starts_with("accesspoint/") || it.starts_with("accesspoint:"))
}

/// The sources that are given as members: bucket, key and version.
fn copied(facts: &Facts<'_>, path: &str) -> Vec<String> {
    let found = facts.follow(&super::path::Path::read(path));
    let one = |it: &Found<'_>| {
        let Found::Value(Value::Object(members)) = it else { return None };
        let text = |name| member(members, name)?.as_str();
        Some(format!("{}/{}", text("Bucket")?, text("Key")?))
    };
    found.iter().filter_map(one).collect()
}

/// The object that a copy reads: `bucket/key`, percent-encoded, perhaps with a version.
fn source(facts: &Facts<'_>, text: &str) -> Option<Built> {
    let path = text.split("?versionId=").next().unwrap_or(text);
    let path = decoded(path.strip_prefix('/').unwrap_or(path));
    if path.starts_with("arn:") {
        return Some(Built::of(path));
    }
    path.contains('/').then(|| Built::of(format!("arn:{}:s3:::{path}", facts.caller.partition)))
}

/// The text with its percent escapes decoded once.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        let escape = after.get(..2).and_then(|it| u8::from_str_radix(it, 16).ok());
        if let Some(byte) = escape {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(b'%');
            rest = after;
        }
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).map_or_else(|_| text.into(), Cow::Owned)
}

/// A queue by its URL: `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`.
fn queue(facts: &Facts<'_>, url: &str) -> Option<Built> {
    let partition = facts.caller.partition;
    let Some((host, path)) = url.split_once("://").and_then(|(_, it)| it.split_once('/')) else {
        // CloudTrail and the CLI know queues by their bare name as well.
        let is_name = !url.contains('/');
        return is_name.then(|| start(facts, "sqs").then(url));
    };
    let (account, name) = path.split_once('/')?;
    let is_region = |it: &&str| crate::catalog::Regions::having(it).is_some();
    let region = host.split('.').find(is_region);
    // The oldest form of the URL names no region: it is that of us-east-1.
    let region = region.or((host == "queue.amazonaws.com").then_some("us-east-1"));
    let region = region.or(facts.caller.region).unwrap_or("*");
    let built = Built::of(format!("arn:{partition}:sqs:")).then_template(region);
    Some(built.then(":").then(account).then(":").then(name))
}

fn parameter(facts: &Facts<'_>, name: &str) -> Built {
    if name.starts_with("arn:") {
        Built::of(name)
    } else {
        // A selector of a version or label is no part of the ARN.
        let name = name.split(':').next().unwrap_or(name);
        start(facts, "ssm").then("parameter/").then(name.strip_prefix('/').unwrap_or(name))
    }
}

/// The repository of an image in ECR: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG`.
fn image(facts: &Facts<'_>, uri: &str) -> Option<Built> {
    let (host, path) = uri.split_once('/')?;
    let (account, rest) = host.split_once(".dkr.ecr.")?;
    let region = rest.split('.').next()?;
    let repository = path.split(['@', ':']).next()?;
    let partition = facts.caller.partition;
    Some(Built::of(format!("arn:{partition}:ecr:{region}:{account}:repository/{repository}")))
}

/// A function by name, partial ARN or ARN, with its qualifier.
fn function(facts: &Facts<'_>, text: &str, qualifier: Option<&str>) -> Built {
    let built = match text.split_once(":function:") {
        Some((account, name)) if !text.starts_with("arn:") => {
            Built::of(format!("arn:{}:lambda:", facts.caller.partition))
                .then_template(facts.caller.region.unwrap_or("*"))
                .then(&format!(":{account}:function:{name}"))
        }
        Some(_) => Built::of(text),
        None => start(facts, "lambda").then("function:").then(text),
    };
    match qualifier {
        Some(qualifier) => built.then(":").then(qualifier),
        None => built,
    }
}

/// The types of EC2's resources by the beginning of their ids.
const EC2: [(&str, &str); 12] = [
    ("i-", "instance"),
    ("vol-", "volume"),
    ("ami-", "image"),
    ("snap-", "snapshot"),
    ("eni-", "network-interface"),
    ("sg-", "security-group"),
    ("subnet-", "subnet"),
    ("vpc-", "vpc"),
    ("rtb-", "route-table"),
    ("igw-", "internet-gateway"),
    ("vpce-", "vpc-endpoint"),
    ("lt-", "launch-template"),
];

/// A resource of EC2 by its id.
pub(super) fn of_ec2(facts: &Facts<'_>, id: &str) -> Built {
    let listed = EC2.iter().find(|(start, _)| id.starts_with(start));
    let Some((_, kind)) = listed else { return start(facts, "ec2").then_template("*/").then(id) };
    let start = match *kind {
        // Images and snapshots have no account in their ARN.
        "image" | "snapshot" => Built::of(format!("arn:{}:ec2:", facts.caller.partition))
            .then_template(facts.caller.region.unwrap_or("*"))
            .then("::"),
        _ => start(facts, "ec2"),
    };
    start.then(kind).then("/").then(id)
}

/// The id that a new resource of this ARN could have: none that anybody has written down.
pub(super) fn fresh(shown: &str) -> String {
    const HEX: &str = "0f5e2d7c4b1a69388";
    const UUID: &str = "0f5e2d7c-4b1a-4938-8d7e-5f2c4b1a6938";
    let kind = shown.splitn(6, ':').nth(5).and_then(|it| it.split('/').next());
    let of_kind = EC2.iter().find(|(_, listed)| Some(*listed) == kind);
    let id = match (of_kind, shown.contains(":ec2:"), shown.contains(":kms:")) {
        (Some((start, _)), true, _) => format!("{start}{HEX}"),
        (None, true, _) => HEX.to_owned(),
        (_, _, true) => UUID.to_owned(),
        _ => "New0f5e2d".to_owned(),
    };
    let mut text = String::new();
    let mut done = false;
    for c in shown.chars() {
        match c {
            '*' if !done => {
                text.push_str(&id);
                done = true;
            }
            '*' => (),
            '?' => text.push('a'),
            c => text.push(c),
        }
    }
    text
}

/// The texts of a part of a value.
pub(super) fn part(found: &Found<'_>, part: &str) -> Vec<String> {
    let texts = found.texts();
    let words: Vec<String> = match (part, found) {
        ("versionId", Found::Value(Value::Object(members))) => {
            let version = member(members, "VersionId").and_then(Value::as_str);
            version.map(str::to_owned).into_iter().collect()
        }
        ("versionId", _) => {
            let version = |text: &String| Some(text.split_once("?versionId=")?.1.to_owned());
            texts.iter().filter_map(version).collect()
        }
        ("alias", _) => texts.iter().filter_map(|it| Some(alias(it)?.to_owned())).collect(),
        ("type", Found::Value(Value::Object(members))) => members.keys().cloned().collect(),
        ("select" | "insert" | "update" | "delete", _) => {
            let is_it = |text: &&String| {
                text.split_whitespace().next().is_some_and(|it| it.eq_ignore_ascii_case(part))
            };
            texts.iter().filter(is_it).cloned().collect()
        }
        _ => Vec::new(),
    };
    words.into_iter().filter(|it| !it.is_empty()).collect()
}

/// The tags of TagSpecifications for a type of resource.
pub(super) fn specified<'v>(value: &'v Value, kind: &str) -> Vec<&'v Value> {
    let Value::Array(items) = value else {
        // The list itself, or one of its elements.
        return of_kind(value, kind).into_iter().collect();
    };
    items.iter().filter_map(|it| of_kind(it, kind)).collect()
}

fn of_kind<'v>(item: &'v Value, kind: &str) -> Option<&'v Value> {
    let Value::Object(members) = item else { return None };
    let is_it = member(members, "ResourceType").and_then(Value::as_str) == Some(kind);
    member(members, "Tags").filter(|it| is_it && it.as_array().is_none_or(|it| !it.is_empty()))
}

/// The tags of a list of pairs, a map or a query string, in order.
pub(super) fn tags(value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|it| pair(it, out)),
        Value::Object(members) => {
            let one = |(name, value): (&String, &Value)| {
                let text = Found::Value(value).texts().into_iter().next();
                (name.clone(), text.unwrap_or_default())
            };
            out.extend(members.iter().map(one));
        }
        Value::String(text) => {
            for item in text.split('&').filter(|it| !it.is_empty()) {
                let (name, value) = item.split_once('=').unwrap_or((item, ""));
                let plain = |it: &str| decoded(&it.replace('+', " ")).into_owned();
                out.push((plain(name), plain(value)));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

/// A tag in any of its spellings.
fn pair(item: &Value, out: &mut Vec<(String, String)>) {
    let Value::Object(members) = item else { return };
    let text = |names: [&str; 2]| {
        names.iter().find_map(|name| member(members, name)).and_then(Value::as_str)
    };
    if let Some(name) = text(["Key", "TagKey"]) {
        let value = text(["Value", "TagValue"]).unwrap_or_default();
        out.push((name.to_owned(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Caller, Parameters};

    fn built(parameters: &str, expression: &str) -> Vec<String> {
        let parameters = Parameters::read(parameters).unwrap();
        let account = Some("111122223333");
        let caller = Caller { partition: "aws", account, region: Some("eu-west-1") };
        let facts = Facts { parameters: &parameters, caller: &caller, focus: None };
        facts.resources(expression).into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn functions_give_arns() {
        for (parameters, expression, expected) in [
            (r#"{"K": "0a1b"}"#, "kms(K)", "arn:aws:kms:eu-west-1:111122223333:key/0a1b"),
            (r#"{"K": "alias/x"}"#, "kms(K)", "arn:aws:kms:eu-west-1:111122223333:key/*"),
            (
                r#"{"K": "arn:aws:kms:us-east-1:444455556666:alias/x"}"#,
                "kms(K)",
                "arn:aws:kms:us-east-1:444455556666:key/*",
            ),
            (r#"{"B": "b", "K": "a/c*"}"#, "object(B,K)", "arn:aws:s3:::b/a/c*"),
            (
                r#"{"B": "arn:aws:s3:eu-west-1:444455556666:accesspoint/p", "K": "a"}"#,
                "object(B,K)",
                "arn:aws:s3:eu-west-1:444455556666:accesspoint/p/object/a",
            ),
            (r#"{"S": "/lake/a%2Fb?versionId=3"}"#, "copysource(S)", "arn:aws:s3:::lake/a/b"),
            (r#"{"S": {"Bucket": "lake", "Key": "a"}}"#, "copysource(S)", "arn:aws:s3:::lake/a"),
            (r#"{"U": "s3://b/k/l"}"#, "s3(U)*", "arn:aws:s3:::b/k/l*"),
            (r#"{"U": "s3://b/k/l"}"#, "s3bucket(U)", "arn:aws:s3:::b"),
            (
                r#"{"Q": "https://sqs.us-east-2.amazonaws.com/444455556666/q"}"#,
                "queue(Q)",
                "arn:aws:sqs:us-east-2:444455556666:q",
            ),
            (
                r#"{"N": "/app/db"}"#,
                "parameter(N)",
                "arn:aws:ssm:eu-west-1:111122223333:parameter/app/db",
            ),
            (
                r#"{"I": "444455556666.dkr.ecr.us-west-2.amazonaws.com/team/app:1.2"}"#,
                "image(I)",
                "arn:aws:ecr:us-west-2:444455556666:repository/team/app",
            ),
            (
                r#"{"F": "444455556666:function:f", "Q": "live"}"#,
                "qualified(F,Q)",
                "arn:aws:lambda:eu-west-1:444455556666:function:f:live",
            ),
            (
                r#"{"R": ["ami-0a1b2c3d"]}"#,
                "R[] ?: ec2id(${.})",
                "arn:aws:ec2:eu-west-1::image/ami-0a1b2c3d",
            ),
        ] {
            assert_eq!(built(parameters, expression), [expected], "{expression}");
        }
    }

    #[test]
    fn an_object_key_with_an_asterisk_is_known() {
        let parameters = Parameters::read(r#"{"B": "b", "K": "a*"}"#).unwrap();
        let caller = Caller { partition: "aws", account: None, region: None };
        let facts = Facts { parameters: &parameters, caller: &caller, focus: None };
        assert!(facts.resources("object(B,K)")[0].is_known());
        assert!(!facts.resources("object(B,L)")[0].is_known());
    }
}
