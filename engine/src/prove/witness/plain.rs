//! Plain words for witnesses: real actions, typical resources, values that read well.

use crate::catalog::examples::{ACTIONS, KnownAction, KnownValues};
use crate::text::KeyName;

/// Ends of ARNs that say nothing.
const MEANINGLESS: [&str; 5] = ["", "*", "example", "example/key", "other"];

fn known(action: &str) -> Option<&'static KnownAction> {
    ACTIONS.iter().find(|it| it.action.eq_ignore_ascii_case(action))
}

/// Tests whether the action surely exists.
pub(super) fn is_known_action(action: &str) -> bool {
    known(action).is_some()
}

/// Real actions of the same service, for one that may not exist.
pub(super) fn actions(action: &str) -> impl Iterator<Item = &'static str> {
    let service = action.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let unknown = !is_known_action(action);
    ACTIONS
        .iter()
        .map(|it| it.action)
        .filter(move |it| unknown && it.split(':').next().is_some_and(|known| known == service))
}

/// A resource that reads better than `resource`, if it does not read well.
pub(super) fn resource(
    resource: &str,
    action: &str,
    region: &str,
    owner: Option<&str>,
) -> Option<String> {
    if resource.ends_with('/') {
        let name = if action.starts_with("s3:") { "churn.csv" } else { "churn" };
        return Some(format!("{resource}{name}"));
    }
    let component = |at| resource.splitn(6, ':').nth(at).unwrap_or_default();
    let strange_region = !component(3).is_empty() && !is_region(component(3));
    if !strange_region && !MEANINGLESS.contains(&component(5)) {
        return None;
    }
    let template = known(action)?.resource;
    let better =
        template.replace("{region}", region).replace("{account}", owner.unwrap_or("111122223333"));
    (better != resource).then_some(better)
}

/// Tests whether a text could be a region: `eu-west-1`, `us-gov-east-1`.
pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let last = parts.next_back().unwrap_or_default();
    first.len() == 2 && parts.next().is_some() && last.parse::<u8>().is_ok()
}

/// Tests whether a value of this key reads well; of keys that nothing is known about any does.
pub(super) fn reads_well(key: &KeyName, value: &str) -> bool {
    KnownValues::of(key.as_str()).is_none_or(|known| known.reads_well(value))
}

/// Values of this key that read well, the best first.
pub(super) fn values(key: &KeyName) -> impl Iterator<Item = &'static str> {
    KnownValues::of(key.as_str()).into_iter().flat_map(|known| known.values.iter().copied())
}
