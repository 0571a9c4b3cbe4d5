//! Levels of an organization, and the SCPs and RCPs that hang on the way to an account.

use polsim::policy::PolicyType;
use serde_json::Value as Json;

use super::{Add, Dump, add, document};
use crate::model::{Attachment, Model};
use crate::value::Value;

fn text<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str)
}

/// The folder of a file: the parent that a list is of.
fn folder(path: &str) -> &str {
    let (folder, _) = path.rsplit_once('/').unwrap_or_default();
    folder.rsplit('/').next().unwrap_or_default()
}

/// The name of a file without its ending.
fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

pub(super) fn read(dump: &Dump<'_>, model: &mut Model) {
    let Some(organization) = dump.with("Organization").next() else { return };
    let organization = organization.json.get("Organization").unwrap_or(&Json::Null);
    let id = text(organization, "Id").unwrap_or_default();
    let management = text(organization, "MasterAccountId").unwrap_or_default();
    model.network.set(
        "organization",
        Value::object([("id", Value::text(id)), ("management", Value::text(management))]),
    );
    let mut accounts = Vec::new();
    for (_, account) in dump.all("Accounts") {
        let Some(own) = text(account, "Id") else { continue };
        let path = path_of(dump, own);
        let shown = format!("{id}/{}/", path.join("/"));
        accounts.push(Value::object([("id", Value::text(own)), ("path", Value::text(shown))]));
    }
    if !accounts.is_empty() {
        model.network.set("accounts", Value::List(accounts));
    }
    let Some(account) = model.account.clone() else {
        let text = "SCPs are read for one account: name it with `--account`";
        model.note("I0208", text);
        return;
    };
    policies(dump, &account, model);
}

/// The root and the units above an account.
fn path_of(dump: &Dump<'_>, account: &str) -> Vec<String> {
    let parent = |key: &str, id: &str| {
        let found = dump.all(key).find(|(_, it)| text(it, "Id") == Some(id));
        found.map(|(path, _)| folder(path).to_owned())
    };
    let mut out = Vec::new();
    let mut next = parent("Accounts", account);
    while let Some(id) = next.filter(|_| out.len() < 16) {
        next = parent("OrganizationalUnits", &id);
        out.push(id);
    }
    out.reverse();
    out
}

fn policies(dump: &Dump<'_>, account: &str, model: &mut Model) {
    let mut levels = path_of(dump, account);
    levels.push(account.to_owned());
    for (level, target) in levels.iter().enumerate() {
        for targets in dump.with("Targets") {
            let list = targets.json.get("Targets").and_then(Json::as_array);
            let here = list.into_iter().flatten().any(|it| text(it, "TargetId") == Some(target));
            if !here {
                continue;
            }
            let id = stem(&targets.path);
            let policy = dump.with("Policy").find(|it| {
                it.json.pointer("/Policy/PolicySummary/Id").and_then(Json::as_str) == Some(id)
            });
            let Some(policy) = policy else {
                model.note("I0208", format!("the text of the policy {id} is not in the inputs"));
                continue;
            };
            let kind = policy.json.pointer("/Policy/PolicySummary/Type").and_then(Json::as_str);
            let policy_type = match kind {
                Some("SERVICE_CONTROL_POLICY") => PolicyType::Scp,
                Some("RESOURCE_CONTROL_POLICY") => PolicyType::Rcp,
                _ => continue,
            };
            let Some(document) = policy.json.pointer("/Policy/Content").and_then(document) else {
                continue;
            };
            let level = u32::try_from(level).unwrap_or(u32::MAX);
            let attachment = Attachment::Level(level);
            let (at, via) = (format!("{target} {id}"), String::new());
            add(Add { policy_type, at, via, attachment, document, path: &policy.path }, model);
        }
    }
}
