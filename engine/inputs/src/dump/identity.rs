//! Users, groups, roles and managed policies of `get-account-authorization-details`.

use polsim::policy::PolicyType;
use serde_json::Value as Json;

use super::{Add, Dump, add, document};
use crate::managed;
use crate::model::{Attachment, Document, Model};
use crate::value::Text;

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json.get(key).and_then(Json::as_str).unwrap_or_default()
}

fn list<'j>(json: &'j Json, key: &str) -> impl Iterator<Item = &'j Json> + use<'j> {
    json.get(key).and_then(Json::as_array).into_iter().flatten()
}

pub(super) fn read(dump: &Dump<'_>, model: &mut Model) {
    for (path, role) in dump.all("RoleDetailList") {
        let arn = text(role, "Arn");
        if text(role, "Path").starts_with("/aws-service-role/") {
            let name = text(role, "RoleName");
            let says = format!("the service-linked role {name} is not among the holders");
            model.note("I0208", says);
            continue;
        }
        let at = format!("role {}", text(role, "RoleName"));
        model.principals.push(Text::from(arn));
        if let Some(document) = role.get("AssumeRolePolicyDocument").and_then(document) {
            let attachment = Attachment::Resources(vec![Text::from(arn)]);
            let (policy_type, via) = (PolicyType::Trust, String::new());
            add(Add { policy_type, at: at.clone(), via, attachment, document, path }, model);
        }
        let carriers = vec![Text::from(arn)];
        carried(
            dump,
            model,
            &Carrier { json: role, at: &at, carriers: &carriers, path },
            "RolePolicyList",
            "",
        );
    }
    for (path, user) in dump.all("UserDetailList") {
        let arn = text(user, "Arn");
        let at = format!("user {}", text(user, "UserName"));
        model.principals.push(Text::from(arn));
        let carriers = vec![Text::from(arn)];
        carried(
            dump,
            model,
            &Carrier { json: user, at: &at, carriers: &carriers, path },
            "UserPolicyList",
            "",
        );
    }
    for (path, group) in dump.all("GroupDetailList") {
        let name = text(group, "GroupName");
        let members: Vec<Text> = dump
            .all("UserDetailList")
            .filter(|(_, user)| list(user, "GroupList").any(|it| it.as_str() == Some(name)))
            .map(|(_, user)| Text::from(text(user, "Arn")))
            .collect();
        if members.is_empty() {
            continue;
        }
        let at = format!("group {name}");
        let carrier = Carrier { json: group, at: &at, carriers: &members, path };
        carried(dump, model, &carrier, "GroupPolicyList", " of the group");
    }
}

/// Somebody who carries policies.
struct Carrier<'a> {
    json: &'a Json,
    at: &'a str,
    carriers: &'a [Text],
    path: &'a str,
}

/// The inline and managed policies and the boundary of a user, group or role.
fn carried(dump: &Dump<'_>, model: &mut Model, it: &Carrier<'_>, inline: &str, of: &str) {
    let identity = |via: String, document: Document, model: &mut Model| {
        let attachment = Attachment::Principals(it.carriers.to_vec());
        let (policy_type, at) = (PolicyType::Identity, it.at.to_owned());
        add(Add { policy_type, at, via, attachment, document, path: it.path }, model);
    };
    for policy in list(it.json, inline) {
        let via = format!("inline {}{of}", text(policy, "PolicyName"));
        if let Some(document) = policy.get("PolicyDocument").and_then(document) {
            identity(via, document, model);
        }
    }
    for policy in list(it.json, "AttachedManagedPolicies") {
        let (via, document) = managed_policy(dump, text(policy, "PolicyArn"), model);
        identity(via, document, model);
    }
    let boundary = it.json.pointer("/PermissionsBoundary/PermissionsBoundaryArn");
    if let Some(arn) = boundary.and_then(Json::as_str) {
        let (via, document) = managed_policy(dump, arn, model);
        let attachment = Attachment::Principals(it.carriers.to_vec());
        let (policy_type, at) = (PolicyType::Boundary, it.at.to_owned());
        add(Add { policy_type, at, via, attachment, document, path: it.path }, model);
    }
}

/// The default version of a managed policy; a hole if its text is not in the dump.
fn managed_policy(dump: &Dump<'_>, arn: &str, model: &mut Model) -> (String, Document) {
    for (_, policy) in dump.all("Policies") {
        if text(policy, "Arn") != arn {
            continue;
        }
        let default = text(policy, "DefaultVersionId");
        for version in list(policy, "PolicyVersionList") {
            if text(version, "VersionId") == default
                && let Some(document) = version.get("Document").and_then(document)
            {
                return (format!("{arn} ({default})"), document);
            }
        }
    }
    let found = managed::by_arn(&Text::from(arn), model);
    (arn.to_owned(), found.document)
}
