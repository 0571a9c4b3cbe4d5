//! Plans and states as data: instances of resources, the configuration, references.
//!
//! The format is that of `terraform show -json` (HashiCorp, "JSON Output Format"); fields that are
//! not known are passed over.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::{Map, Value as Json};

/// An instance of a resource or data source.
#[derive(Clone, Debug)]
pub(crate) struct Instance<'p> {
    pub(crate) address: &'p str,
    /// Address of its module, keys included; empty for the root.
    pub(crate) module: String,
    pub(crate) data: bool,
    pub(crate) kind: &'p str,
    pub(crate) name: &'p str,
    pub(crate) index: Option<&'p Json>,
    /// Values before or after the change.
    pub(crate) values: &'p Json,
    /// Structure of what is not known after the change.
    pub(crate) unknown: &'p Json,
    /// Expressions of its configuration; none in a state.
    pub(crate) expressions: Option<&'p Json>,
    pub(crate) provider: Option<&'p str>,
}

/// Side of a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Side {
    Before,
    After,
}

/// A plan or a state.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'p> {
    pub(crate) json: &'p Json,
    pub(crate) instances: BTreeMap<&'p str, Instance<'p>>,
    /// True if there is a configuration, so that an attribute without expression is AWS's choice.
    pub(crate) has_configuration: bool,
    /// Addresses that are left out, with the reason.
    pub(crate) left_out: Vec<String>,
    pub(crate) partial: bool,
}

/// Step of a reference: a name, with an index if one follows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) index: Option<String>,
}

static NULL: Json = Json::Null;

impl<'p> Plan<'p> {
    pub(crate) fn read(json: &'p Json, side: Side) -> Self {
        let configuration = json.pointer("/configuration/root_module");
        let flag = |name: &str| json.get(name).and_then(Json::as_bool);
        let mut plan = Self {
            json,
            instances: BTreeMap::new(),
            has_configuration: configuration.is_some(),
            left_out: Vec::new(),
            partial: flag("complete") == Some(false) || json.get("deferred_changes").is_some(),
        };
        for pointer in ["/prior_state/values/root_module", "/planned_values/root_module"] {
            let only_data = pointer.starts_with("/prior");
            if side == Side::Before && !only_data {
                continue;
            }
            plan.values(json.pointer(pointer), only_data, 0);
        }
        // The JSON of a state has its values at the top.
        plan.values(json.pointer("/values/root_module"), false, 0);
        plan.changes(side);
        let instances = std::mem::take(&mut plan.instances);
        let with = instances.into_iter().map(|(address, mut it)| {
            let entry = configuration.and_then(|root| entry(root, &it));
            it.expressions = entry.and_then(|entry| entry.get("expressions"));
            it.provider = entry.and_then(|entry| entry.get("provider_config_key")?.as_str());
            (address, it)
        });
        plan.instances = with.collect();
        plan
    }

    /// Adds the resources of a module of values and of its child modules.
    fn values(&mut self, module: Option<&'p Json>, only_data: bool, depth: usize) {
        let Some(module) = module.filter(|_| depth < 64) else { return };
        for resource in list(module, "resources") {
            let Some(instance) = instance(resource, resource.get("values").unwrap_or(&NULL)) else {
                continue;
            };
            if !only_data || instance.data {
                self.instances.insert(instance.address, instance);
            }
        }
        for child in list(module, "child_modules") {
            self.values(Some(child), only_data, depth.saturating_add(1));
        }
    }

    /// Lays the changes over the values.
    fn changes(&mut self, side: Side) {
        for resource in list(self.json, "resource_changes") {
            let Some(change) = resource.get("change") else { continue };
            let actions: Vec<&str> = list(change, "actions").filter_map(Json::as_str).collect();
            let address = resource.get("address").and_then(Json::as_str).unwrap_or_default();
            if resource.get("deposed").is_some() || actions == ["forget"] {
                self.left_out.push(format!("{address} ({})", actions.join(", ")));
                if resource.get("deposed").is_none() {
                    self.instances.remove(address);
                }
                continue;
            }
            let values = match side {
                Side::After if actions == ["delete"] => {
                    self.instances.remove(address);
                    continue;
                }
                Side::After => change.get("after"),
                Side::Before if actions == ["create"] => continue,
                Side::Before => change.get("before"),
            };
            let Some(mut instance) = instance(resource, values.unwrap_or(&NULL)) else { continue };
            if side == Side::After {
                instance.unknown = change.get("after_unknown").unwrap_or(&NULL);
            }
            if instance.values.is_null() && !instance.data {
                continue;
            }
            self.instances.insert(instance.address, instance);
        }
    }

    /// The configuration of the module with this address.
    pub(crate) fn module(&self, address: &str) -> Option<&'p Json> {
        let root = self.json.pointer("/configuration/root_module")?;
        module_at(root, address)
    }

    /// Value of a variable of the root.
    pub(crate) fn variable(&self, name: &str) -> Option<&'p Json> {
        self.json.get("variables")?.get(name)?.get("value")
    }

    /// Instances of a resource in a module, with or without a key.
    pub(crate) fn all_of(
        &self,
        module: &str,
        data: bool,
        kind: &str,
        name: &str,
    ) -> Vec<&Instance<'p>> {
        let prefix = if module.is_empty() { String::new() } else { format!("{module}.") };
        let word = if data { "data." } else { "" };
        let start = format!("{prefix}{word}{kind}.{name}");
        let from = self.instances.range::<str, _>((Bound::Included(&*start), Bound::Unbounded));
        let mut out = Vec::new();
        for (address, it) in from {
            if !address.starts_with(&start) {
                break;
            }
            if it.module == module && it.kind == kind && it.name == name {
                out.push(it);
            }
        }
        out
    }
}

pub(crate) fn list<'p>(json: &'p Json, key: &str) -> impl Iterator<Item = &'p Json> + use<'p> {
    json.get(key).and_then(Json::as_array).into_iter().flatten()
}

fn instance<'p>(resource: &'p Json, values: &'p Json) -> Option<Instance<'p>> {
    let text = |key: &str| resource.get(key).and_then(Json::as_str);
    let address = text("address")?;
    Some(Instance {
        address,
        module: module_of(address),
        data: text("mode") == Some("data"),
        kind: text("type")?,
        name: text("name").unwrap_or_default(),
        index: resource.get("index"),
        values,
        unknown: &NULL,
        expressions: None,
        provider: None,
    })
}

/// The configuration entry of an instance.
fn entry<'p>(root: &'p Json, it: &Instance<'_>) -> Option<&'p Map<String, Json>> {
    let module = module_at(root, &it.module)?;
    let mode = if it.data { "data" } else { "managed" };
    list(module, "resources")
        .find(|entry| {
            let text = |key: &str| entry.get(key).and_then(Json::as_str);
            text("mode") == Some(mode)
                && text("type") == Some(it.kind)
                && text("name") == Some(it.name)
        })?
        .as_object()
}

fn module_at<'p>(root: &'p Json, address: &str) -> Option<&'p Json> {
    let mut module = root;
    let steps = steps(address);
    for step in steps.iter().filter(|it| it.name != "module") {
        module = module.get("module_calls")?.get(&step.name)?.get("module")?;
    }
    Some(module)
}

/// The address of the module of a resource: the part before its type.
fn module_of(address: &str) -> String {
    let steps = steps(address);
    let mut out: Vec<String> = Vec::new();
    let mut rest = steps.iter();
    while let Some(step) = rest.next() {
        if step.name != "module" {
            break;
        }
        let Some(name) = rest.next() else { break };
        out.push(format!("module.{}", name.shown()));
    }
    out.join(".")
}

/// The steps of an address or a reference: names between dots, each with its index.
pub(crate) fn steps(text: &str) -> Vec<Step> {
    let mut out: Vec<Step> = Vec::new();
    let mut chars = text.chars().peekable();
    let mut name = String::new();
    while let Some(c) = chars.next() {
        match c {
            '.' => {
                if !name.is_empty() {
                    out.push(Step { name: std::mem::take(&mut name), index: None });
                }
            }
            '[' => {
                if !name.is_empty() {
                    out.push(Step { name: std::mem::take(&mut name), index: None });
                }
                let mut index = String::new();
                let mut quoted = false;
                while let Some(c) = chars.next() {
                    match c {
                        '\\' if quoted => {
                            index.push(c);
                            index.extend(chars.next());
                        }
                        '"' => {
                            quoted = !quoted;
                            index.push(c);
                        }
                        ']' if !quoted => break,
                        c => index.push(c),
                    }
                }
                match out.last_mut() {
                    Some(last) if last.index.is_none() => last.index = Some(index),
                    _ => out.push(Step { name: String::new(), index: Some(index) }),
                }
            }
            c => name.push(c),
        }
    }
    if !name.is_empty() {
        out.push(Step { name, index: None });
    }
    out
}

impl Step {
    /// The step as an address writes it.
    pub(crate) fn shown(&self) -> String {
        match &self.index {
            Some(index) => format!("{}[{index}]", self.name),
            None => self.name.clone(),
        }
    }
}

/// The key of an instance as an address writes it.
pub(crate) fn key_text(key: &Json) -> String {
    match key {
        Json::String(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}

/// The references of an expression, each once, without their own shorter forms.
pub(crate) fn chains(expression: &Json) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    let mut last: Option<&str> = None;
    for reference in list(expression, "references").filter_map(Json::as_str) {
        let shorter = last.is_some_and(|last| {
            last.strip_prefix(reference).is_some_and(|rest| rest.starts_with(['.', '[']))
        });
        if shorter {
            continue;
        }
        last = Some(reference);
        if !out.contains(&reference) {
            out.push(reference);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{chains, module_of, steps};
    use serde_json::json;

    #[test]
    fn addresses_have_keys_with_dots() {
        let all = steps(r#"module.network.aws_vpc_endpoint.this["sagemaker.api"].id"#);
        let shown: Vec<String> = all.iter().map(super::Step::shown).collect();
        let expected = ["module", "network", "aws_vpc_endpoint", r#"this["sagemaker.api"]"#, "id"];
        assert_eq!(shown, expected);
        assert_eq!(
            module_of(r#"module.a["x.y"].module.b[0].aws_vpc.c"#),
            r#"module.a["x.y"].module.b[0]"#
        );
        assert_eq!(module_of("aws_vpc.c"), "");
    }

    #[test]
    fn shorter_forms_are_no_references_of_their_own() {
        let expression = json!({"references": [
            "aws_x.a[\"k\"].id", "aws_x.a[\"k\"]", "aws_x.a", "var.b", "aws_x.a[\"k\"].id", "aws_x.a[\"k\"]", "aws_x.a"
        ]});
        assert_eq!(chains(&expression), ["aws_x.a[\"k\"].id", "var.b"]);
    }
}
