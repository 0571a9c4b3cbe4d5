//! Values of a context that contradict a fact of their request: they are used, and it is said (request
//! notes §0.1).

use super::{Context, Note, Request, is_account_id};
use crate::catalog::{Twin, keys};
use crate::text::{Instant, KeyName};

/// A remark for each key whose value no request of this kind has.
pub(super) fn notes(request: &Request, context: &Context) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut say = |key: &str, value: &str, always: &str| {
        let text = format!("no request has `{key}` as {value} here: it is always {always}");
        notes.push(Note::new("contradicts", text));
    };
    let parts = request.resource().components();
    let account = parts.map(|[_, _, _, _, account, _]| account).filter(|it| is_account_id(it));
    let owner = context.one(keys::RESOURCE_ACCOUNT);
    if let (Some(account), Some(given)) = (account, owner)
        && account != given
    {
        say(keys::RESOURCE_ACCOUNT, given, account);
    }
    let instant = |key: &str| context.one(key).and_then(|text| text.parse::<Instant>().ok());
    if let (Some(current), Some(epoch)) = (instant(keys::CURRENT_TIME), instant(keys::EPOCH_TIME))
        && current.seconds != epoch.seconds
    {
        say(keys::EPOCH_TIME, &epoch.seconds.to_string(), &current.seconds.to_string());
    }
    for (key, value, always) in twins(request, context) {
        say(&key, &value, &always);
    }
    notes
}

/// The keys of the context that repeat another and differ from it, with both values.
fn twins(request: &Request, context: &Context) -> Vec<(String, String, String)> {
    let action = request.action();
    let resource = request.resource().components().map(|[.., resource]| resource);
    let mut found = Vec::new();
    for twin in Twin::all() {
        if !twin.comes_with(action.service(), action.name(), resource) {
            continue;
        }
        for (key, value) in context.entries() {
            let Some(own) = twin.named(key.as_str()) else { continue };
            let other = context.values(&KeyName::new(&own));
            if !other.is_empty() && other != value.as_slice() {
                found.push((own, other.join(", "), value.as_slice().join(", ")));
            }
        }
    }
    found
}
