//! Requests that would be denied, as cases that `polsim eval --cases` decides the same.

use polsim_decide::policy::PolicyType;
use polsim_decide::request::{PrincipalKind, Request};
use serde_json::{Map, Value, json};

use crate::answer::Verdict;
use crate::question::Question;

/// The case of a verdict; none where no request is denied.
pub(crate) fn case(id: &str, questions: &[Question], verdict: &Verdict) -> Option<Value> {
    let question = questions.get(verdict.question)?;
    let request = verdict.example.as_ref()?;
    let set = &question.set;
    let policies: Option<Vec<Value>> = set
        .lowered()
        .policies
        .iter()
        .map(|attached| {
            let policy = &attached.policy;
            let document: Value = serde_json::from_str(policy.source.slice(policy.span)).ok()?;
            // Key and trust policies are resource policies in cases.
            let word = match policy.policy_type {
                PolicyType::Key | PolicyType::Trust => PolicyType::Resource,
                other => other,
            };
            Some(json!({"type": word.as_str(), "name": &*attached.name, "document": document}))
        })
        .collect();
    Some(json!({
        "id": id,
        "policies": policies?,
        "request": written(request),
        "expect": set.decide(request).as_str(),
    }))
}

fn written(request: &Request) -> Value {
    let principal = request.principal();
    let name = match principal.kind() {
        PrincipalKind::Provider => format!("federated:{}", principal.id()),
        _ => principal.id().to_owned(),
    };
    let context: Map<String, Value> = request
        .context()
        .entries()
        .iter()
        .map(|(key, value)| {
            let value = match value.as_slice() {
                [one] if matches!(value, polsim_decide::request::ContextValue::One(_)) => {
                    json!(one)
                }
                several => json!(several),
            };
            (key.as_str().to_owned(), value)
        })
        .collect();
    let mut object = json!({
        "principal": name,
        "action": request.action().as_str(),
        "resource": request.resource().as_str(),
        "context": context,
        "complete": true,
    });
    if let Some(members) = object.as_object_mut() {
        if let Some(account) = request.resource_account() {
            members.insert("resourceAccount".to_owned(), json!(account));
        }
        if request.in_management_account() {
            members.insert("managementAccount".to_owned(), json!(true));
        }
    }
    object
}
