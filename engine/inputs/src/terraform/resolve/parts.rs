//! Parts of values, of unknown structures and of paths.

use serde_json::Value as Json;

use super::Scope;
use crate::model::Kind;
use crate::terraform::plan::{Plan, Step, steps};
use crate::value::{Text, Value};

/// The references but for the keys of instances, and whether there were any.
pub(crate) fn without_keys<'r>(references: &[&'r str]) -> (Vec<&'r str>, bool) {
    let is_key = |it: &&str| it.starts_with("each.") || it.starts_with("count.");
    let rest: Vec<&str> = references.iter().copied().filter(|it| !is_key(it)).collect();
    let by_key = rest.len() < references.len();
    (rest, by_key)
}

/// The ARNs that an unknown text may be about; none if one of its references is no ARN.
pub(crate) fn about(values: &[Value]) -> Vec<Text> {
    let arn = |value: &Value| match value {
        Value::Text(text) if text.to_string().starts_with("arn:") => Some(text.clone()),
        _ => None,
    };
    values.iter().map(arn).collect::<Option<Vec<Text>>>().unwrap_or_default()
}

/// True if a structure of unknowns has a `true` in it.
pub(crate) fn has_marks(json: &Json) -> bool {
    match json {
        Json::Bool(value) => *value,
        Json::Array(items) => items.iter().any(has_marks),
        Json::Object(members) => members.values().any(has_marks),
        _ => false,
    }
}

/// True if an expression says anything.
pub(crate) fn has_content(json: &Json) -> bool {
    match json {
        Json::Object(members) => !members.is_empty(),
        Json::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// The block of a configuration that made a planned block: by equal constants, else by position.
pub(crate) fn block_of<'e>(
    blocks: &'e [Json],
    planned: &Json,
    at: usize,
    planned_count: usize,
) -> Option<&'e Json> {
    let agrees = |block: &&Json| {
        let Some(members) = block.as_object() else { return false };
        members.iter().all(|(key, expression)| match expression.get("constant_value") {
            Some(constant) => planned.get(key).is_some_and(|it| same(it, constant)),
            None => true,
        })
    };
    let mut fitting = blocks.iter().filter(agrees);
    let first = fitting.next();
    match (first, fitting.next()) {
        (Some(only), None) => Some(only),
        _ if blocks.len() == planned_count => blocks.get(at),
        _ => None,
    }
}

/// True if two values are equal, lists as sets.
pub(crate) fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().all(|it| right.contains(it))
        }
        _ => left == right,
    }
}

/// The step of a path that names a resource with several instances and no index.
pub(crate) fn path_is_splat(path: &[Step], plan: &Plan<'_>, scope: &Scope) -> Option<usize> {
    let (data, at) = match path.first()?.name.as_str() {
        "data" => (true, 1),
        "var" | "local" | "module" | "each" | "count" | "path" | "self" => return None,
        _ => (false, 0),
    };
    let kind = &path.get(at)?.name;
    let next = if data { 2 } else { 1 };
    let name = path.get(next)?;
    let several = !plan.all_of(&scope.module, data, kind, &name.name).is_empty();
    (several && name.index.is_none()).then_some(next)
}

/// The parent of a module and the call that makes it; none for the root.
pub(crate) fn parent_of(module: &str) -> Option<(String, Step)> {
    let steps = steps(module);
    let call = steps.last()?.clone();
    let outer = steps.get(..steps.len().saturating_sub(2))?;
    let parent = outer.iter().map(Step::shown).collect::<Vec<_>>().join(".");
    Some((parent, call))
}

/// The part of a value that an index and further steps lead to.
pub(crate) fn navigate(value: Value, index: Option<&str>, rest: &[Step]) -> Option<Value> {
    let mut value = match index {
        Some(index) => element(value, index)?,
        None => value,
    };
    for step in rest {
        if !step.name.is_empty() {
            value = match value {
                Value::Object(object) => object.get(&step.name)?.clone(),
                Value::List(items) => {
                    let each = items.iter().map(|it| it.get(&step.name).cloned());
                    Value::List(each.collect::<Option<Vec<_>>>()?)
                }
                Value::Unknown(unknown) => return Some(Value::Unknown(unknown)),
                _ => return None,
            };
        }
        if let Some(index) = &step.index {
            value = element(value, index)?;
        }
    }
    Some(value)
}

pub(crate) fn element(value: Value, index: &str) -> Option<Value> {
    match value {
        _ if index == "*" => Some(value),
        Value::List(items) => items.get(index.parse::<usize>().ok()?).cloned(),
        Value::Object(object) => {
            let key: String = serde_json::from_str(index).ok()?;
            object.get(&key).cloned()
        }
        // The one value of a block that is written as a list of one.
        value @ (Value::Text(_) | Value::Unknown(_)) if index == "0" => Some(value),
        _ => None,
    }
}

/// The kind of an attribute's value, by what the provider calls it.
pub(crate) fn kind_of(resource: &str, attribute: &str) -> Kind {
    match (resource, attribute) {
        (_, "public_ip") => Kind::Address,
        (_, "owner_id" | "account_id") => Kind::Account,
        (_, "cidr_block") => Kind::Cidr,
        (_, "key_id") => Kind::KmsKey,
        (_, "vpc_id") | ("aws_vpc" | "aws_default_vpc", "id") => Kind::Vpc,
        ("aws_vpc_endpoint", "id") => Kind::Vpce,
        ("aws_subnet" | "aws_default_subnet", "id") => Kind::Subnet,
        (_, "default_security_group_id")
        | ("aws_security_group" | "aws_default_security_group", "id") => Kind::Sg,
        (_, "main_route_table_id" | "default_route_table_id")
        | ("aws_route_table" | "aws_default_route_table", "id") => Kind::Rtb,
        ("aws_internet_gateway", "id") => Kind::Igw,
        ("aws_nat_gateway", "id") => Kind::Nat,
        ("aws_egress_only_internet_gateway", "id") => Kind::Eigw,
        ("aws_ec2_transit_gateway", "id") => Kind::Tgw,
        ("aws_vpc_peering_connection", "id") => Kind::Pcx,
        ("aws_ec2_managed_prefix_list" | "aws_prefix_list", "id") => Kind::PrefixList,
        ("aws_organizations_organization", "id") => Kind::Org,
        (_, "id" | "name" | "bucket" | "unique_id") => Kind::Name,
        _ => Kind::Text,
    }
}

/// The elements of a list attribute that are texts.
pub(crate) fn texts(value: &Value) -> Vec<Text> {
    value.items().iter().filter_map(|it| it.as_text().cloned()).collect()
}

/// The nested blocks of a type, as objects.
pub(crate) fn blocks(value: &Value) -> Vec<&Value> {
    value.items().iter().filter(|it| matches!(it, Value::Object(_))).collect()
}
