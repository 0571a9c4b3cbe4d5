//! Action, resource, partition, owner and region (conditions 1 to 5).

use super::{Condition, Implausible, Shown};
use crate::catalog::{Catalog, ListedAction, ResourceType, keys};

/// An action of the catalogue, and the type of the resource that it is called on.
pub(super) struct Target<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) action: ListedAction<'c>,
    pub(super) resource: Option<&'c ResourceType>,
}

/// Checks what is called on what, in which region.
pub(super) fn check<'c>(
    shown: &Shown<'_>,
    catalog: &'c Catalog,
) -> Result<Option<Target<'c>>, Implausible> {
    let called = shown.request.action();
    let action = catalog.action(called.service(), called.name());
    let Some(action) = action.filter(|it| !it.is_withdrawn()) else {
        return Err(Implausible::new(Condition::UnknownAction, called.as_str()));
    };
    let resource = resource_type(shown, &action)?;
    partition(shown)?;
    owner(shown)?;
    region(shown)?;
    Ok(Some(Target { catalog, action, resource }))
}

/// The type of the resource among those of the action; none for `*`, and for an action of which the
/// catalogue lists no types.
fn resource_type<'c>(
    shown: &Shown<'_>,
    action: &ListedAction<'c>,
) -> Result<Option<&'c ResourceType>, Implausible> {
    let text = shown.request.resource().as_str();
    let refused = || Err(Implausible::new(Condition::ResourceType, text));
    let types = action.resource_types();
    if types.is_empty() {
        // An action without types takes `*`; of a partly known one nothing is said.
        return if text == "*" || action.is_partial() { Ok(None) } else { refused() };
    }
    if text == "*" {
        return if types.iter().any(|(_, required)| *required) { refused() } else { Ok(None) };
    }
    if text.contains(['*', '?']) {
        return refused();
    }
    let fitting = types.into_iter().find(|(it, _)| fits(&it.format, text));
    fitting.map_or_else(refused, |(it, _)| Ok(Some(it)))
}

/// Tests whether an ARN has the form of a resource type: component by component, with text for each
/// placeholder.
fn fits(format: &str, arn: &str) -> bool {
    let is_s3 = format.split(':').nth(2) == Some("s3");
    let mut formats = format.splitn(6, ':');
    let mut parts = arn.splitn(6, ':');
    (0..6).all(|_| match (formats.next(), parts.next()) {
        (Some(format), Some(part)) => part_fits(format, part, is_s3),
        (format, part) => format.is_none() && part.is_none(),
    })
}

/// Tests whether a text has the form of one component. A bucket's name has no slash; other
/// placeholders may stand for paths.
fn part_fits(format: &str, text: &str, is_s3: bool) -> bool {
    let Some((literal, rest)) = format.split_once("${") else { return format == text };
    let Some(text) = text.strip_prefix(literal) else { return false };
    let Some((name, rest)) = rest.split_once('}') else { return false };
    let flat = is_s3 && name == "BucketName";
    let ends = text.char_indices().map(|(at, c)| at.saturating_add(c.len_utf8()));
    ends.into_iter().any(|end| {
        let (value, tail) = text.split_at_checked(end).unwrap_or((text, ""));
        !(flat && value.contains('/')) && part_fits(rest, tail, is_s3)
    })
}

fn partition(shown: &Shown<'_>) -> Result<(), Implausible> {
    let own = shown.request.principal().partition();
    match shown.request.resource().partition() {
        Some(other) if !own.is_empty() && own != other => {
            Err(Implausible::new(Condition::Partition, format!("{own} and {other}")))
        }
        _ => Ok(()),
    }
}

fn owner(shown: &Shown<'_>) -> Result<(), Implausible> {
    let in_arn = shown.request.resource().account().filter(|it| !it.is_empty());
    match (in_arn, shown.one(keys::RESOURCE_ACCOUNT)) {
        (Some(account), Some(owner)) if account != owner => {
            Err(Implausible::new(Condition::Owner, format!("{owner} owns no {account}")))
        }
        _ => Ok(()),
    }
}

/// Actions that name a resource of another region than the one called (request notes §1.3).
const ACROSS_REGIONS: [&str; 4] = ["Copy", "Replicate", "Peering", "ReadReplica"];

fn region(shown: &Shown<'_>) -> Result<(), Implausible> {
    let Some(called) = shown.one(keys::REQUESTED_REGION) else { return Ok(()) };
    let refused = |it: &str| Err(Implausible::new(Condition::Region, it));
    if !is_region(called) {
        return refused(called);
    }
    let of_resource = shown.request.resource().components().map(|[_, _, _, region, _, _]| region);
    let across = ACROSS_REGIONS.iter().any(|it| shown.request.action().name().contains(it));
    match of_resource {
        Some(region) if !region.is_empty() && region != called && !across => refused(region),
        _ => Ok(()),
    }
}

/// Tests for the form of a region: `eu-west-1`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |it: &&str| !it.is_empty() && it.bytes().all(|c| c.is_ascii_lowercase());
    match parts[..] {
        [area, ref words @ .., number] => {
            (2..=4).contains(&area.len())
                && is_word(&area)
                && !words.is_empty()
                && words.iter().all(is_word)
                && number.parse::<u8>().is_ok()
        }
        _ => false,
    }
}
