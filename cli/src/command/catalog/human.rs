//! What is found, for people.

use std::fmt::Write as _;

use super::found::{About, Action, Found, Key, ResourceType, ServiceFacts};

/// The actions of a key that are named before the rest is counted.
const MAX_NAMED: usize = 6;
/// The width of the column of labels.
const LABEL: usize = 12;

pub(super) fn text(found: &Found) -> String {
    match found {
        Found::Action(it) => action(it),
        Found::Actions(names) => names.iter().flat_map(|name| [name, "\n"]).collect(),
        Found::Catalog(it) => about(it),
        Found::Key(it) => key(it),
        Found::Service(it) => service(it),
    }
}

/// One line under a heading; none if there is nothing to say.
fn line(text: &mut String, label: &str, value: &str) {
    if !value.is_empty() {
        // Writing into a text does not fail.
        let _ = writeln!(text, "  {label:LABEL$}  {value}");
    }
}

/// A line for each value, the label before the first.
fn lines<'a>(text: &mut String, label: &str, values: impl IntoIterator<Item = &'a str>) {
    for (at, value) in values.into_iter().enumerate() {
        line(text, if at == 0 { label } else { "" }, value);
    }
}

fn about(it: &About) -> String {
    let mut text =
        format!("{} services and {} actions, as of {}\n", it.services, it.actions, it.date);
    let sources =
        it.sources.iter().map(|it| format!("{} {} ({})", it.name, it.version, it.licence));
    lines(&mut text, "from", sources.collect::<Vec<_>>().iter().map(String::as_str));
    text
}

fn types(text: &mut String, types: &[ResourceType]) {
    let width = types.iter().map(|it| it.name.len()).max().unwrap_or_default();
    let shown = types.iter().map(|it| {
        let required = if it.required { "  (required)" } else { "" };
        format!("{:width$}  {}{required}", it.name, it.arn)
    });
    lines(text, "resources", shown.collect::<Vec<_>>().iter().map(String::as_str));
}

fn action(it: &Action) -> String {
    let mut text = format!("{}\n", it.name);
    line(&mut text, "service", &it.service);
    match it.state {
        "withdrawn" => line(&mut text, "state", "AWS lists it no longer"),
        "partial" => {
            line(&mut text, "state", "new: access level and condition keys are not known yet");
        }
        _ => line(&mut text, "access", it.level.as_deref().unwrap_or_default()),
    }
    match &it.resource_types[..] {
        [] if it.state == "listed" => line(&mut text, "resources", "none: it takes `*` alone"),
        list => types(&mut text, list),
    }
    lines(&mut text, "keys", it.keys.iter().map(String::as_str));
    lines(&mut text, "needs too", it.dependent_actions.iter().map(String::as_str));
    text
}

fn key(it: &Key) -> String {
    let mut text = format!("{}\n", it.name);
    let several = if it.multivalued { ", several values" } else { "" };
    line(&mut text, "type", &format!("{}{several}", it.value));
    line(&mut text, "there", it.presence);
    line(&mut text, "when", it.when.unwrap_or_default());
    if let Some(other) = it.replaced_by {
        line(&mut text, "deprecated", &format!("use {other}"));
    }
    let named = it.actions.iter().take(MAX_NAMED).cloned();
    let more = it.actions.len().saturating_sub(MAX_NAMED);
    let named: Vec<String> = named.chain((more > 0).then(|| format!("and {more} more"))).collect();
    lines(&mut text, "actions", named.iter().map(String::as_str));
    line(&mut text, "source", it.source.unwrap_or_default());
    text
}

fn service(it: &ServiceFacts) -> String {
    let name = if it.name.is_empty() { "AWS lists it no longer" } else { &it.name };
    let mut text = format!("{}: {name}\n", it.prefix);
    if !it.withdrawn {
        line(&mut text, "RCPs", if it.rcps { "apply" } else { "do not apply" });
        let takes = if it.endpoint_policies { "" } else { "its VPC endpoints take no policy" };
        line(&mut text, "endpoints", takes);
        line(&mut text, "called in", it.region.unwrap_or_default());
    }
    types(&mut text, &it.resource_types);
    lines(&mut text, "actions", it.actions.iter().map(String::as_str));
    lines(&mut text, "keys", it.keys.iter().map(String::as_str));
    text
}
