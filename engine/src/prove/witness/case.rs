//! Witnesses as cases, which are decided again.

use serde_json::{Map, Value as Json, json};

use crate::case::{CaseReader, NoFiles};
use crate::catalog::readings::{self, Kind};
use crate::eval::Decision;
use crate::formula::{Evaluator, Formulas, World};
use crate::lower::{AttachedPolicy, lower_scope};
use crate::request::{ContextValue, PrincipalKind, Request};

/// The case of the request and the policies that are asked about it; `None` if the case is not
/// decided as the witness is.
pub(super) fn json(
    request: &Request,
    policies: &[AttachedPolicy],
    world: &World,
    decision: Decision,
    id: &str,
) -> Option<String> {
    let asked = |policy: &&AttachedPolicy| {
        let mut formulas = Formulas::new();
        let scope = lower_scope(&policy.scope, &mut formulas);
        Evaluator::new(&formulas, request).holds(scope)
    };
    let policies: Option<Vec<Json>> = policies.iter().filter(asked).map(policy_json).collect();
    let mut case = json!({
        "id": id,
        "policies": policies?,
        "request": request_json(request),
        "expect": serde_json::to_value(decision).ok()?,
    });
    let readings = alternatives(world);
    if let (false, Json::Object(members)) = (readings.is_empty(), &mut case) {
        members.insert("readings".to_owned(), Json::Object(readings));
    }
    let text = case.to_string();
    let read = CaseReader::new("the witness", NoFiles).read(&text, 1).ok()?;
    let same = *read.request == *request;
    let again = read.set.decide(&read.request);
    (same && again == decision).then_some(text)
}

/// The readings of the policy language that take an alternative in a world, with their words.
fn alternatives(world: &World) -> Map<String, Json> {
    let taken = world.values().iter().filter(|(_, value)| *value);
    let readings = taken.filter_map(|(choice, _)| readings::of_choice(choice.name()));
    readings
        .filter(|(reading, _)| reading.kind == Kind::Language)
        .map(|(reading, side)| (reading.name.to_owned(), json!(side.word)))
        .collect()
}

fn policy_json(policy: &AttachedPolicy) -> Option<Json> {
    let document: Json = serde_json::from_str(&policy.policy.to_json()).ok()?;
    let mut object = Map::new();
    object.insert("type".to_owned(), json!(policy.policy.policy_type.as_str()));
    object.insert("name".to_owned(), json!(&*policy.name));
    if policy.level != 0 {
        object.insert("level".to_owned(), json!(policy.level));
    }
    object.insert("document".to_owned(), document);
    Some(Json::Object(object))
}

fn request_json(request: &Request) -> Json {
    let principal = match request.principal().kind() {
        PrincipalKind::Provider => format!("federated:{}", request.principal()),
        _ => request.principal().to_string(),
    };
    let mut object = Map::new();
    object.insert("principal".to_owned(), json!(principal));
    object.insert("action".to_owned(), json!(request.action().as_str()));
    object.insert("resource".to_owned(), json!(request.resource().as_str()));
    if let Some(account) = request.resource_account() {
        object.insert("resourceAccount".to_owned(), json!(account));
    }
    if let Some(issuer) = request.principal().issuer() {
        object.insert("issuer".to_owned(), json!(issuer.as_str()));
    }
    if request.in_management_account() {
        object.insert("managementAccount".to_owned(), json!(true));
    }
    let context: Map<String, Json> = request
        .context()
        .entries()
        .iter()
        .map(|(key, value)| {
            let value = match value {
                ContextValue::One(text) => json!(&**text),
                ContextValue::Many(texts) => {
                    json!(texts.iter().map(|it| &**it).collect::<Vec<_>>())
                }
            };
            (key.as_str().to_owned(), value)
        })
        .collect();
    object.insert("context".to_owned(), Json::Object(context));
    object.insert("complete".to_owned(), json!(true));
    Json::Object(object)
}
