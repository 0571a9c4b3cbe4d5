//! CloudFormation, SAM and the CDK: templates with their intrinsic functions (inputs §5).
//!
//! | module | holds |
//! | --- | --- |
//! | `template` | templates and stacks as data |
//! | `evaluate` | functions, pseudo parameters, conditions |
//! | `physical` | physical ids and attributes of resources |
//! | `policies`, `network` | the resource types that carry policies, and those that carry topology |

mod evaluate;
mod network;
mod physical;
mod policies;
mod template;

use std::collections::BTreeMap;

use serde_json::Value as Json;

pub(crate) use template::{Stack, is_template};

use crate::InputError;
use crate::model::{Model, ReadInput};
use crate::topology::Topology;
use evaluate::{Evaluator, compared_with};
use network::NetworkReader;
use policies::PolicyReader;
use template::{member, members};

/// Values of parameters that conditions are asked with: a world.
pub(crate) type World = BTreeMap<String, String>;

/// Upper bound on worlds that are told apart.
const MAX_WORLDS: usize = 64;

/// Stacks that a manifest of the CDK names, by the path of their template.
pub(crate) fn of_manifest(manifest: &Json, folder: &str) -> Vec<(String, Stacked)> {
    let artifacts = manifest.get("artifacts").and_then(Json::as_object);
    let mut out = Vec::new();
    for (id, artifact) in artifacts.into_iter().flatten() {
        let text = |pointer: &str| artifact.pointer(pointer).and_then(Json::as_str);
        if text("/type") != Some("aws:cloudformation:stack") {
            continue;
        }
        let Some(file) = text("/properties/templateFile") else { continue };
        let environment = text("/environment").unwrap_or_default();
        let mut parts = environment.trim_start_matches("aws://").split('/');
        let known = |part: Option<&str>| {
            part.filter(|it| !it.is_empty() && !it.starts_with("unknown")).map(str::to_owned)
        };
        let (account, region) = (known(parts.next()), known(parts.next()));
        let mut traces = BTreeMap::new();
        let metadata = artifact.get("metadata").and_then(Json::as_object);
        for entry in
            metadata.into_iter().flatten().filter_map(|(_, list)| list.as_array()).flatten()
        {
            let data = entry.get("data").and_then(Json::as_str);
            let trace = entry.pointer("/trace/0").and_then(Json::as_str);
            if let (Some(data), Some(trace)) = (data, trace) {
                traces.insert(data.to_owned(), trace.to_owned());
            }
        }
        let stack_name = text("/properties/stackName").map(str::to_owned);
        let path = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
        out.push((path, Stacked { name: id.clone(), stack_name, account, region, traces }));
    }
    out
}

/// What a manifest says about a stack.
#[derive(Clone, Debug)]
pub(crate) struct Stacked {
    name: String,
    stack_name: Option<String>,
    account: Option<String>,
    region: Option<String>,
    traces: BTreeMap<String, String>,
}

impl Stack {
    /// The stack with what a manifest says about it.
    pub(crate) fn stacked(mut self, said: Stacked) -> Self {
        self.name = said.name;
        self.deployed_as = said.stack_name;
        self.account = said.account;
        self.region = said.region;
        self.traces = said.traces;
        self
    }
}

/// The worlds of stacks: the values of parameters without one, as far as conditions compare them.
///
/// # Errors
/// More worlds than are told apart.
pub(crate) fn worlds(
    stacks: &[Stack],
    given: &[(String, String)],
) -> Result<Vec<World>, InputError> {
    let mut worlds = vec![World::new()];
    for stack in stacks {
        let Some(conditions) = member(&stack.root, "Conditions") else { continue };
        let mut compared = Vec::new();
        compared_with(conditions, &mut compared);
        for (name, texts) in compared {
            let parameter = member(&stack.root, "Parameters").and_then(|it| member(it, &name));
            let Some(parameter) = parameter else { continue };
            let has_value = given.iter().any(|(known, _)| *known == name)
                || member(parameter, "Default").is_some();
            if has_value {
                continue;
            }
            let allowed = member(parameter, "AllowedValues").map(|it| {
                it.items().iter().filter_map(|it| it.as_text().map(str::to_owned)).collect()
            });
            let mut values: Vec<String> = allowed.unwrap_or_else(|| {
                let mut all = texts.clone();
                all.push("another value".to_owned());
                all
            });
            values.dedup();
            let mut more = Vec::new();
            for world in &worlds {
                for value in &values {
                    let mut world = world.clone();
                    world.insert(name.clone(), value.clone());
                    more.push(world);
                }
            }
            if more.len() > MAX_WORLDS {
                let text = format!("conditions make more than {MAX_WORLDS} worlds");
                let help = format!("give values, such as `--parameter {name}=VALUE`");
                return Err(InputError::new("I0106", text, help));
            }
            worlds = more;
        }
    }
    Ok(worlds)
}

/// Reads the stacks into the model, in one world; the named conditions with their values there.
pub(crate) fn read(
    stacks: &[Stack],
    parameters: &[(String, String)],
    world: &World,
    model: &mut Model,
) -> Vec<(String, bool)> {
    let stacks: Vec<Stack> = stacks.iter().map(|it| ready(it, parameters, world, model)).collect();
    let first = |of: fn(&Stack) -> &Option<String>| stacks.iter().find_map(|it| of(it).clone());
    if model.account.is_none() {
        model.account = first(|it| &it.account).map(Into::into);
    }
    if model.region.is_none() {
        model.region = first(|it| &it.region).map(Into::into);
    }
    let mut topology = Topology::default();
    let mut values = Vec::new();
    for stack in &stacks {
        let mut evaluator = Evaluator { stacks: &stacks, stack, model, world, depth: 0 };
        for (name, _) in members(&stack.root, "Conditions") {
            values.extend(evaluator.condition(name).map(|value| (name.to_owned(), value)));
        }
        let ids: Vec<&str> = stack
            .logical_ids()
            .into_iter()
            .filter(|logical| exists(&mut evaluator, logical))
            .collect();
        for logical in &ids {
            let kind = stack.type_of(logical).unwrap_or_default();
            let count = evaluator.model.types.entry(kind.into()).or_default();
            *count = count.saturating_add(1);
            PolicyReader { evaluator: &mut evaluator }.one(logical);
            NetworkReader { evaluator: &mut evaluator, out: &mut topology }.one(logical);
        }
        for logical in &ids {
            NetworkReader { evaluator: &mut evaluator, out: &mut topology }.joint(logical);
        }
        let input = ReadInput {
            path: stack.source.name().into(),
            kind: "cloudformation",
            version: None,
            resources: ids.len(),
        };
        model.inputs.push(input);
        model.assume("plan-is-whole", stack.source.name());
    }
    let network = topology.finish(model);
    for (key, value) in network.members {
        model.network.set(&key, value);
    }
    values
}

/// The stack with the values that it is read with.
fn ready(stack: &Stack, parameters: &[(String, String)], world: &World, model: &Model) -> Stack {
    let mut stack = stack.clone();
    stack.account = stack.account.or_else(|| model.account.as_deref().map(str::to_owned));
    stack.region = stack.region.or_else(|| model.region.as_deref().map(str::to_owned));
    stack.parameters.extend(parameters.iter().cloned());
    for (name, value) in world {
        let parameter = member(&stack.root, "Parameters").and_then(|it| member(it, name));
        let listed = parameter.and_then(|it| member(it, "AllowedValues")).is_some();
        if listed {
            stack.parameters.insert(name.clone(), value.clone());
        }
    }
    stack
}

/// True if the condition of a resource holds, or is not determined.
fn exists(evaluator: &mut Evaluator<'_, '_>, logical: &str) -> bool {
    let condition = evaluator.stack.resource(logical).and_then(|it| member(it, "Condition"));
    match condition.and_then(|it| it.as_text()) {
        Some(name) => evaluator.condition(name) != Some(false),
        None => true,
    }
}

impl<'s> Evaluator<'s, '_> {
    /// The same in another stack.
    pub(crate) fn in_stack(&mut self, stack: &'s Stack) -> Evaluator<'s, '_> {
        let (stacks, world, depth) = (self.stacks, self.world, self.depth);
        Evaluator { stacks, stack, model: &mut *self.model, world, depth }
    }
}
