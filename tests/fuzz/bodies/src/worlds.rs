//! Structured random cases: policies and a request drawn from one small pool of constants.

use arbitrary::{Result, Unstructured};
use polsim::case::{CaseReader, NoFiles};
use polsim::eval::Decision;
use serde_json::{Value, json};

const KEYS: &[&str] =
    &["aws:SourceIp", "aws:SourceVpce", "aws:PrincipalTag/t", "aws:TagKeys", "aws:CurrentTime"];
const VALUES: &[&str] = &[
    "203.0.113.9",
    "203.0.113.0/24",
    "2001:db8::1",
    "2001:db8::/32",
    "vpce-1",
    "vpce-*",
    "v?ce-1",
    "a",
    "A",
    "",
    "10",
    "10.0",
    "-1",
    "true",
    "false",
    "2026-01-01T00:00:00Z",
    "1767225600",
    "QmluQQ==",
    "arn:aws:iam::111122223333:role/R",
    "arn:aws:iam::*:role/*",
    "${aws:username}",
    "${aws:PrincipalTag/t, 'a'}",
    "${*}",
    "é",
];
pub(crate) const BASES: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateGreaterThan",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
];
const ACTIONS: &[&str] =
    &["s3:GetObject", "s3:PutObject", "kms:Decrypt", "sts:AssumeRole", "sqs:SendMessage"];
pub(crate) const ACTION_PATTERNS: &[&str] =
    &["*", "s3:*", "S3:get*", "s3:?utObject", "kms:*", "sts:*", "sqs:SendMessage"];
const RESOURCES: &[&str] = &[
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/alice/k",
    "arn:aws:kms:eu-west-1:111122223333:key/1",
    "arn:aws:iam::111122223333:role/R",
    "arn:aws:sqs:eu-west-1:444455556666:q",
    "*",
];
pub(crate) const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:*:*:111122223333:*",
    "arn:aws:s3:::?/k",
    "arn:aws:sqs:*:q",
];
const PRINCIPALS: &[&str] = &[
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::111122223333:assumed-role/R/s",
    "arn:aws:iam::111122223333:role/p/R",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::444455556666:user/bob",
    "arn:aws:sts::111122223333:federated-user/f",
    "sqs.amazonaws.com",
    "anonymous",
    "federated:accounts.google.com",
];
const NAMED: &[&str] = &[
    "*",
    "111122223333",
    "444455556666",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:role/R",
    "arn:aws:sts::111122223333:assumed-role/R/s",
    "arn:aws:sts::111122223333:federated-user/f",
];
const TYPES: &[&str] = &["identity", "boundary", "session", "scp", "resource", "key", "endpoint"];

pub(crate) fn some<'a>(
    data: &mut Unstructured<'_>,
    from: &[&'a str],
    most: usize,
) -> Result<Vec<&'a str>> {
    let count = data.int_in_range(1..=most)?;
    (0..count).map(|_| data.choose(from).copied()).collect()
}

pub(crate) fn conditions(data: &mut Unstructured<'_>) -> Result<Value> {
    let mut block = serde_json::Map::new();
    for _ in 0..data.int_in_range(0..=2_u8)? {
        let base = *data.choose(BASES)?;
        let set = *data.choose(&["", "ForAnyValue:", "ForAllValues:"])?;
        let suffix = if data.ratio(1_u8, 3_u8)? { "IfExists" } else { "" };
        let values = some(data, VALUES, 3)?;
        let key = *data.choose(KEYS)?;
        block.insert(format!("{set}{base}{suffix}"), json!({ key: values }));
    }
    if data.ratio(1_u8, 4_u8)? {
        block.insert("Null".to_owned(), json!({ *data.choose(KEYS)?: data.arbitrary::<bool>()? }));
    }
    Ok(Value::Object(block))
}

fn statement(data: &mut Unstructured<'_>, policy_type: &str) -> Result<Value> {
    let mut it = serde_json::Map::new();
    let deny = data.ratio(1_u8, 3_u8)?;
    it.insert("Effect".to_owned(), json!(if deny { "Deny" } else { "Allow" }));
    let action = if data.ratio(1_u8, 5_u8)? { "NotAction" } else { "Action" };
    it.insert(action.to_owned(), json!(some(data, ACTION_PATTERNS, 3)?));
    if policy_type == "key" {
        it.insert("Resource".to_owned(), json!("*"));
    } else {
        let resource = if data.ratio(1_u8, 5_u8)? { "NotResource" } else { "Resource" };
        it.insert(resource.to_owned(), json!(some(data, RESOURCE_PATTERNS, 2)?));
    }
    if matches!(policy_type, "resource" | "key" | "endpoint") {
        let principal = if deny && data.ratio(1_u8, 4_u8)? { "NotPrincipal" } else { "Principal" };
        it.insert(principal.to_owned(), json!({"AWS": some(data, NAMED, 3)?}));
    }
    it.insert("Condition".to_owned(), conditions(data)?);
    Ok(Value::Object(it))
}

pub(crate) fn policies(data: &mut Unstructured<'_>) -> Result<Vec<Value>> {
    let count = data.int_in_range(1..=4_u8)?;
    (0..count)
        .map(|_| {
            let policy_type = *data.choose(TYPES)?;
            let statements = data.int_in_range(1..=3_u8)?;
            let statements: Vec<Value> =
                (0..statements).map(|_| statement(data, policy_type)).collect::<Result<_>>()?;
            let version = *data.choose(&["2012-10-17", "2008-10-17"])?;
            let level = if policy_type == "scp" { data.int_in_range(0..=1_u8)? } else { 0 };
            Ok(json!({"type": policy_type, "level": level,
                      "document": {"Version": version, "Statement": statements}}))
        })
        .collect()
}

pub(crate) fn request(data: &mut Unstructured<'_>) -> Result<Value> {
    let mut context = serde_json::Map::new();
    for key in KEYS {
        if data.arbitrary()? {
            let values = some(data, VALUES, 2)?;
            let value = if data.arbitrary()? { json!(values) } else { json!(values.first()) };
            context.insert((*key).to_owned(), value);
        }
    }
    Ok(json!({"principal": data.choose(PRINCIPALS)?, "action": data.choose(ACTIONS)?,
              "resource": data.choose(RESOURCES)?, "context": context, "complete": data.arbitrary::<bool>()?}))
}

fn decide(policies: &[Value], request: &Value) -> Option<Decision> {
    let text = json!({"policies": policies, "request": request}).to_string();
    let case = CaseReader::new("fuzz", NoFiles).read(&text, 1).ok()?;
    Some(case.set.decide(&case.request))
}

/// The same policies in another order, and the lists inside them turned round.
fn turned(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().rev().map(turned).collect(),
        Value::Object(members) => {
            members.iter().rev().map(|(key, it)| (key.clone(), turned(it))).collect()
        }
        other => other.clone(),
    }
}

/// A random case: the decision stands when statements, keys and values change order, when a
/// statement is there twice, and when a statement is added that cannot match.
///
/// # Panics
/// Where polsim is wrong.
pub fn evaluation(data: &[u8]) {
    let mut data = Unstructured::new(data);
    let (Ok(policies), Ok(request)) = (policies(&mut data), request(&mut data)) else { return };
    let Some(decision) = decide(&policies, &request) else { return };
    let other: Vec<Value> = policies.iter().rev().map(turned).collect();
    assert_eq!(decide(&other, &request), Some(decision), "order matters: {policies:?} {request}");
    let mut more = policies.clone();
    for policy in &mut more {
        let principals = matches!(policy["type"].as_str(), Some("resource" | "key" | "endpoint"));
        let mut irrelevant = json!({"Effect": "Deny", "Action": "none:Such", "Resource": "*"});
        if principals {
            irrelevant["Principal"] = json!("*");
        }
        if let Some(statements) = policy["document"]["Statement"].as_array_mut() {
            let again = statements.first().cloned();
            statements.extend(again);
            statements.push(irrelevant);
        }
    }
    assert_eq!(
        decide(&more, &request),
        Some(decision),
        "an irrelevant statement matters: {policies:?} {request}"
    );
}
