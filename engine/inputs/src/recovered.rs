//! The recovered model as JSON, for people and for tests: symbols are `«name»`.

use serde_json::{Map, Value as Json, json};

use crate::model::{Attachment, Document, Model, Policy};
use crate::value::{Text, Value};

pub(crate) fn json(model: &Model) -> Json {
    json!({
        "account": model.account,
        "region": model.region,
        "policies": model.policies.iter().map(policy).collect::<Vec<_>>(),
        "network": Value::Object(model.network.clone()).shown(),
    })
}

fn policy(it: &Policy) -> Json {
    let mut out = Map::new();
    let mut set = |key: &str, value: Json| {
        out.insert(key.to_owned(), value);
    };
    set("type", json!(it.policy_type.as_str()));
    set("at", json!(it.at));
    set("attribute", json!(it.attribute));
    set("origin", json!(it.origin.as_str()));
    if !it.through.is_empty() {
        set("through", json!(it.through));
    }
    if let Some(place) = &it.place {
        set("place", json!(place.to_string()));
    }
    let shown = |list: &[Text]| match list {
        [only] => json!(only.to_string()),
        list => json!(list.iter().map(ToString::to_string).collect::<Vec<_>>()),
    };
    match &it.attachment {
        Attachment::Principals(list) => set("principal", shown(list)),
        Attachment::Resources(list) => set("resource", shown(list)),
        Attachment::Endpoint(id) => set("endpoint", json!(id.to_string())),
        Attachment::Level(level) => set("level", json!(level)),
    }
    match &it.document {
        Document::Written(document) => set("document", document.shown()),
        Document::Hole { why, .. } => set("hole", json!(why)),
    }
    Json::Object(out)
}
