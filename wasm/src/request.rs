//! Requests as text again, to be loaded and edited.

use std::collections::BTreeMap;
use std::fmt;

use polsim::case::request_member;
use polsim::request::{ContextValue, PartialRequest, Request};
use polsim::text::{KeyName, Source, json};
use serde::Serialize;

/// The request as the `request` member of a case. Keys that are filled in anyway are left out where
/// that is safe: where reading the text gives the very same request.
pub(crate) fn as_json(request: &PartialRequest) -> String {
    let slots = request.unknown_slots().iter();
    let unknown = slots.map(|(slot, _)| slot.to_string()).collect();
    let all = RequestJson { unknown, ..RequestJson::of(request) };
    if request.is_complete() {
        return all.to_string();
    }
    let brief = RequestJson { complete: false, context: BTreeMap::new(), ..all.clone() };
    let Some(bare) = read(&brief.to_string()) else { return all.to_string() };
    let filled_in = |key: &str| {
        let key = KeyName::new(key);
        bare.context().values(&key) == request.context().values(&key)
    };
    let mut context = all.context.clone();
    context.retain(|key, _| !filled_in(key));
    let brief = RequestJson { context, ..brief };
    let faithful = read(&brief.to_string()).is_some_and(|again| says_the_same(&again, request));
    if faithful { brief.to_string() } else { all.to_string() }
}

/// The request as the `request` member of a case, with every key: what is not there is absent.
pub(crate) fn as_complete_json(request: &Request) -> String {
    RequestJson::of(request).to_string()
}

fn read(text: &str) -> Option<PartialRequest> {
    let source = Source::new("request", text);
    request_member(&source, &json::parse(&source).ok()?).ok()
}

/// Tests whether policies cannot tell the two apart.
fn says_the_same(left: &Request, right: &Request) -> bool {
    let covers = |one: &Request, other: &Request| {
        let keys = one.context().entries().iter();
        keys.into_iter().all(|(key, value)| other.context().values(key) == value.as_slice())
    };
    left.principal() == right.principal()
        && left.resource_account() == right.resource_account()
        && left.in_management_account() == right.in_management_account()
        && covers(left, right)
        && covers(right, left)
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestJson<'a> {
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    management_account: bool,
    context: BTreeMap<&'a str, ValueJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    complete: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum ValueJson<'a> {
    Many(&'a [Box<str>]),
    One(&'a str),
}

impl<'a> RequestJson<'a> {
    /// The request with every key of its context.
    fn of(request: &'a Request) -> Self {
        let present = request.context().entries().iter();
        let context = present.filter(|(_, it)| !it.as_slice().is_empty()).map(|(key, value)| {
            let value = match value {
                ContextValue::One(text) => ValueJson::One(text),
                ContextValue::Many(texts) => ValueJson::Many(texts),
            };
            (key.as_str(), value)
        });
        let principal = request.principal();
        let known = request.context().one("aws:ResourceAccount");
        let known = known.or_else(|| request.resource().account()).or_else(|| principal.account());
        Self {
            principal: principal.id(),
            action: request.action().as_str(),
            resource: request.resource().as_str(),
            resource_account: request.resource_account().filter(|it| Some(*it) != known),
            issuer: principal.issuer().map(polsim::text::Arn::as_str),
            management_account: request.in_management_account(),
            context: context.collect(),
            unknown: Vec::new(),
            complete: true,
        }
    }
}

impl fmt::Display for RequestJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::{as_json, read};

    #[test]
    fn a_request_written_and_read_again_is_the_same() {
        let texts = [
            r#"{"principal": "arn:aws:sts::111122223333:assumed-role/DataScientist/alice",
                "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
                "resourceAccount": "444455556666",
                "context": {"aws:SourceIp": "192.0.2.77", "aws:CalledVia": ["a", "b"],
                            "aws:SourceVpc": [], "sagemaker:VpcSubnets": ["subnet-1"]}}"#,
            r#"{"principal": "arn:aws:sts::111122223333:federated-user/bob", "action": "s3:ListBuckets",
                "issuer": "arn:aws:iam::111122223333:user/carol", "resource": "*",
                "managementAccount": true, "complete": true}"#,
            r#"{"principal": "anonymous", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}"#,
        ];
        for text in texts {
            let request = read(text).unwrap();
            let again = read(&as_json(&request)).unwrap();
            assert_eq!(again.principal().id(), request.principal().id());
            assert_eq!(again.resource_account(), request.resource_account());
            assert_eq!(again.in_management_account(), request.in_management_account());
            for (key, value) in request.context().entries() {
                assert_eq!(again.context().values(key), value.as_slice(), "{key}");
            }
            for (key, value) in again.context().entries() {
                assert_eq!(request.context().values(key), value.as_slice(), "{key}");
            }
        }
    }
    #[test]
    fn what_is_filled_in_anyway_is_left_out() {
        let given = r#"{"principal": "arn:aws:iam::111122223333:user/alice",
            "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
            "context": {"aws:SourceIp": "192.0.2.77"}}"#;
        let written = as_json(&read(given).unwrap());
        assert!(written.contains("aws:SourceIp"), "{written}");
        assert!(!written.contains("aws:username") && !written.contains("complete"), "{written}");
        // Without the key that AWS always fills in, leaving it out would not be the same request.
        let odd = given.replace("\"context\"", "\"complete\": true, \"context\"");
        let written = as_json(&read(&odd).unwrap());
        assert!(written.contains("\"complete\": true"), "{written}");
    }
}
