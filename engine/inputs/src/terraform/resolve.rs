//! Values of attributes: known ones, derived ones, references followed through modules, symbols.

use serde_json::Value as Json;

use super::plan::{Instance, Plan, Step, chains, key_text, steps};
use super::source::Sources;
use crate::model::{Class, Kind, Model};
use crate::value::{Object, Text, Unknown, Value};

/// Upper bound on references that lead to one another: more is a circle.
const MAX_DEPTH: usize = 48;

/// Attributes whose texts are as often built around a reference as they are one (inputs §4.4).
const TEXTS: &[&str] = &["resources", "not_resources", "identifiers"];

/// Resolves attributes of a plan, noting symbols and assumptions in the model.
#[derive(Debug)]
pub(crate) struct Resolver<'p, 'm> {
    pub(crate) plan: &'p Plan<'p>,
    pub(crate) model: &'m mut Model,
    pub(crate) sources: Option<&'m Sources>,
    pub(crate) depth: usize,
}

/// Scope of an expression: its module, and the key of the instance or call that has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) module: String,
    pub(crate) key: Option<Json>,
}

impl Scope {
    pub(crate) fn of(instance: &Instance<'_>) -> Self {
        Self { module: instance.module.clone(), key: instance.index.cloned() }
    }
}

impl<'p> Resolver<'p, '_> {
    /// The value of an attribute of an instance.
    pub(crate) fn attribute(&mut self, it: &'p Instance<'p>, name: &str) -> Value {
        if self.depth > MAX_DEPTH {
            return Value::Unknown(Unknown::because(format!("{}.{name}", it.address)));
        }
        self.depth = self.depth.saturating_add(1);
        let value = self.attribute_inside(it, name);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn attribute_inside(&mut self, it: &'p Instance<'p>, name: &str) -> Value {
        let written = it.values.get(name);
        let unknown = it.unknown.get(name).unwrap_or(&Json::Null);
        let expression = it.expressions.and_then(|all| all.get(name)).filter(|it| has_content(it));
        if unknown == &Json::Bool(true) {
            if expression.is_some()
                && let Some(sources) = self.sources
                && let Some(value) = sources.attribute(self, it, &[name])
                && !matches!(value, Value::Unknown(_))
            {
                return value;
            }
            return match expression {
                Some(expression) => {
                    self.expression(&Scope::of(it), expression, TEXTS.contains(&name))
                }
                None => self.computed(it, name),
            };
        }
        match written {
            None if unknown.is_null() && !has_marks(unknown) => {
                // A data source that is not read yet tells nothing of its results.
                if it.data && it.values.is_null() { self.computed(it, name) } else { Value::Null }
            }
            _ => {
                let written = written.unwrap_or(&Json::Null);
                if !has_marks(unknown) {
                    return Value::from(written);
                }
                self.merged(it, written, unknown, expression, name)
            }
        }
    }

    /// What is written, with what is not known resolved by its expressions.
    fn merged(
        &mut self,
        it: &'p Instance<'p>,
        written: &Json,
        unknown: &Json,
        expression: Option<&Json>,
        name: &str,
    ) -> Value {
        let scope = Scope::of(it);
        match (written, unknown) {
            (_, Json::Bool(true)) => match expression {
                Some(expression) => self.expression(&scope, expression, TEXTS.contains(&name)),
                None => Value::Unknown(Unknown::because(format!("{}.{name}", it.address))),
            },
            (Json::Array(items), Json::Array(marks)) => {
                self.merged_list(it, items, marks, expression, name)
            }
            (Json::Object(members), Json::Object(marks)) => {
                let mut out = Object::default();
                let keys: std::collections::BTreeSet<&String> =
                    members.keys().chain(marks.keys()).collect();
                for key in keys {
                    let written = members.get(key).unwrap_or(&Json::Null);
                    let mark = marks.get(key).unwrap_or(&Json::Null);
                    let own = expression.and_then(|all| all.get(key));
                    let value = if has_marks(mark) {
                        self.merged(it, written, mark, own, key)
                    } else {
                        Value::from(written)
                    };
                    out.set(key, value);
                }
                Value::Object(out)
            }
            (Json::Null, mark) if has_marks(mark) => {
                Value::Unknown(Unknown::because(format!("{}.{name}", it.address)))
            }
            (written, _) => Value::from(written),
        }
    }

    fn merged_list(
        &mut self,
        it: &'p Instance<'p>,
        items: &[Json],
        marks: &[Json],
        expression: Option<&Json>,
        name: &str,
    ) -> Value {
        let scope = Scope::of(it);
        let is_open = |at: usize| marks.get(at) == Some(&Json::Bool(true));
        let open = (0..items.len()).filter(|at| is_open(*at)).count();
        let mut resolved = match expression {
            Some(expression) if open > 0 && expression.get("references").is_some() => {
                self.several(&scope, expression, open, TEXTS.contains(&name))
            }
            _ => Vec::new(),
        }
        .into_iter();
        let blocks = expression.and_then(Json::as_array);
        let mut out = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let mark = marks.get(at).unwrap_or(&Json::Null);
            if is_open(at) {
                let unknown = || Value::Unknown(Unknown::because(format!("{}.{name}", it.address)));
                out.push(resolved.next().unwrap_or_else(unknown));
            } else if has_marks(mark) {
                let own = blocks.and_then(|blocks| block_of(blocks, item, at, items.len()));
                out.push(self.merged(it, item, mark, own, name));
            } else {
                out.push(Value::from(item));
            }
        }
        Value::List(out)
    }

    /// The values of so many unknown elements of a list that has one expression.
    fn several(
        &mut self,
        scope: &Scope,
        expression: &Json,
        count: usize,
        texts: bool,
    ) -> Vec<Value> {
        let (references, by_key) = without_keys(&chains(expression));
        let mut values = Vec::new();
        for reference in &references {
            match self.reference(scope, reference) {
                Value::List(items) => values.extend(items),
                value => values.push(value),
            }
        }
        if let ([only], true, true) = (&references[..], by_key, values.len() != count) {
            values = self.keyed(scope, only).into_iter().collect();
        }
        let list = || references.iter().map(|it| Box::from(*it)).collect();
        if values.len() == count && !texts {
            self.model.assume("plain-references", references.join(", "));
            return values;
        }
        let about = about(&values);
        vec![Value::Unknown(Unknown { because: list(), about }); count]
    }

    /// The value of an expression of the configuration.
    pub(crate) fn expression(&mut self, scope: &Scope, expression: &Json, text: bool) -> Value {
        if let Some(constant) = expression.get("constant_value") {
            return Value::from(constant);
        }
        let (references, by_key) = without_keys(&chains(expression));
        if let ([only], false) = (&references[..], text) {
            let keyed = if by_key { self.keyed(scope, only) } else { None };
            let value = keyed.unwrap_or_else(|| self.reference(scope, only));
            self.model.assume("plain-references", *only);
            return value;
        }
        if references.is_empty() && by_key && !text {
            let all = chains(expression);
            if let [only] = &all[..] {
                return self.reference(scope, only);
            }
        }
        let mut values = Vec::new();
        for reference in &references {
            match self.reference(scope, reference) {
                Value::List(items) => values.extend(items),
                value => values.push(value),
            }
        }
        let because = references.iter().map(|it| Box::from(*it)).collect();
        Value::Unknown(Unknown { because, about: about(&values) })
    }

    /// The instance with the scope's own key, of a resource that is named without one.
    fn keyed(&mut self, scope: &Scope, reference: &str) -> Option<Value> {
        let mut path = steps(reference);
        let at = path_is_splat(&path, self.plan, scope)?;
        path.get_mut(at)?.index = Some(key_text(scope.key.as_ref()?));
        self.follow(scope, &path)
    }

    /// The value of a reference in a module.
    pub(crate) fn reference(&mut self, scope: &Scope, reference: &str) -> Value {
        if self.depth > MAX_DEPTH {
            return Value::Unknown(Unknown::because(reference));
        }
        self.depth = self.depth.saturating_add(1);
        let value = self.follow(scope, &steps(reference));
        self.depth = self.depth.saturating_sub(1);
        value.unwrap_or_else(|| Value::Unknown(Unknown::because(reference)))
    }

    pub(crate) fn follow(&mut self, scope: &Scope, path: &[Step]) -> Option<Value> {
        let (first, rest) = path.split_first()?;
        match first.name.as_str() {
            "var" => {
                let (name, rest) = rest.split_first()?;
                let value = self.variable(scope, &name.name)?;
                navigate(value, name.index.as_deref(), rest)
            }
            "module" => {
                let (call, rest) = rest.split_first()?;
                let (output, rest) = rest.split_first()?;
                self.output(scope, call, output, rest)
            }
            "data" => {
                let [kind, name, rest @ ..] = rest else { return None };
                self.resource(scope, true, &kind.name, name, rest)
            }
            "each" => match (rest.first()?.name.as_str(), &scope.key) {
                ("key", Some(key)) => Some(Value::from(key)),
                _ => None,
            },
            "count" => scope.key.as_ref().map(Value::from),
            "local" | "path" | "terraform" | "self" => None,
            kind => {
                let [name, rest @ ..] = rest else { return None };
                self.resource(scope, false, kind, name, rest)
            }
        }
    }

    /// The value of a variable of a module: the call's expression, or the root's value.
    pub(crate) fn variable(&mut self, scope: &Scope, name: &str) -> Option<Value> {
        let Some((parent, call)) = parent_of(&scope.module) else {
            return self.plan.variable(name).map(Value::from);
        };
        let module = self.plan.module(&parent)?;
        let expression = module.get("module_calls")?.get(&call.name)?.get("expressions")?.get(name);
        let key = call.index.as_deref().and_then(|it| serde_json::from_str(it).ok());
        let outer = Scope { module: parent, key };
        if let Some(sources) = self.sources
            && let Some(value) = sources.argument(self, &outer, &call.name, name)
            && !matches!(value, Value::Unknown(_))
        {
            return Some(value);
        }
        match expression {
            Some(expression) => Some(self.expression(&outer, expression, false)),
            None => {
                let variable = self.plan.module(&scope.module)?.get("variables")?.get(name)?;
                Some(Value::from(variable.get("default")?))
            }
        }
    }

    fn output(
        &mut self,
        scope: &Scope,
        call: &Step,
        output: &Step,
        rest: &[Step],
    ) -> Option<Value> {
        let prefix =
            if scope.module.is_empty() { String::new() } else { format!("{}.", scope.module) };
        let module = format!("{prefix}module.{}", call.shown());
        let configuration = self.plan.module(&module)?;
        let expression = configuration.get("outputs")?.get(&output.name)?.get("expression")?;
        let inner = Scope { module, key: None };
        if let Some(sources) = self.sources
            && let Some(value) = sources.output(self, &inner, &output.name)
            && !matches!(value, Value::Unknown(_))
        {
            return navigate(value, output.index.as_deref(), rest);
        }
        // An output that collects a resource's instances is indexed by their keys.
        let references = chains(expression);
        if let ([only], Some(index)) = (&references[..], &output.index)
            && let Some(at) = path_is_splat(&steps(only), self.plan, &inner)
        {
            let mut path = steps(only);
            if let Some(step) = path.get_mut(at) {
                step.index = Some(index.clone());
            }
            path.extend(rest.iter().cloned());
            self.model.assume("plain-references", *only);
            return self.follow(&inner, &path);
        }
        let value = self.expression(&inner, expression, false);
        navigate(value, output.index.as_deref(), rest)
    }

    fn resource(
        &mut self,
        scope: &Scope,
        data: bool,
        kind: &str,
        name: &Step,
        rest: &[Step],
    ) -> Option<Value> {
        let plan = self.plan;
        let all: Vec<&'p Instance<'p>> = plan.all_of(&scope.module, data, kind, &name.name);
        let attribute = rest.first().map(|it| it.name.clone());
        let index = name.index.as_deref().filter(|it| *it != "*");
        let with_key = |text: &str| {
            all.iter().copied().find(|it| it.index.is_some_and(|key| key_text(key) == text))
        };
        let chosen: Vec<&'p Instance<'p>> = match index {
            Some("each.key" | "each.value" | "count.index") | None if all.len() > 1 => {
                match scope.key.as_ref().and_then(|key| with_key(&key_text(key))) {
                    Some(one) if index.is_some() => vec![one],
                    _ => all,
                }
            }
            Some(index) if all.iter().any(|it| it.index.is_some()) => {
                with_key(index).into_iter().collect()
            }
            _ => all,
        };
        let attribute = match attribute {
            Some(attribute) => attribute,
            None => "id".to_owned(),
        };
        match &chosen[..] {
            [] if data => {
                // A data source that no part of the plan has read.
                let address = format!("data.{kind}.{}.{attribute}", name.name);
                Some(Value::Text(self.model.symbol(
                    &address,
                    kind_of(kind, &attribute),
                    Class::Given,
                )))
            }
            [] => None,
            [one] => {
                let value = self.attribute(one, &attribute);
                let step = rest.first().and_then(|it| it.index.as_deref());
                navigate(value, step, rest.get(1..).unwrap_or_default())
            }
            several => {
                let each = several.iter().map(|it| self.attribute(it, &attribute));
                Some(Value::List(each.collect()))
            }
        }
    }

    /// An attribute that AWS chooses: derived from what is known, or a symbol.
    pub(crate) fn computed(&mut self, it: &'p Instance<'p>, name: &str) -> Value {
        if let Some(text) = self.derived(it, name) {
            return Value::Text(text);
        }
        let class = if it.data { Class::Given } else { Class::Created };
        let symbol = format!("{}.{name}", it.address);
        Value::Text(self.model.symbol(&symbol, kind_of(it.kind, name), class))
    }
}

/// The references but for the keys of instances, and whether there were any.
fn without_keys<'r>(references: &[&'r str]) -> (Vec<&'r str>, bool) {
    let is_key = |it: &&str| it.starts_with("each.") || it.starts_with("count.");
    let rest: Vec<&str> = references.iter().copied().filter(|it| !is_key(it)).collect();
    let by_key = rest.len() < references.len();
    (rest, by_key)
}

/// The ARNs that an unknown text may be about; none if one of its references is no ARN.
fn about(values: &[Value]) -> Vec<Text> {
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
fn has_content(json: &Json) -> bool {
    match json {
        Json::Object(members) => !members.is_empty(),
        Json::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// The block of a configuration that made a planned block: by equal constants, else by position.
fn block_of<'e>(
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
fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().all(|it| right.contains(it))
        }
        _ => left == right,
    }
}

/// The step of a path that names a resource with several instances and no index.
fn path_is_splat(path: &[Step], plan: &Plan<'_>, scope: &Scope) -> Option<usize> {
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
fn navigate(value: Value, index: Option<&str>, rest: &[Step]) -> Option<Value> {
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

fn element(value: Value, index: &str) -> Option<Value> {
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
        (_, "default_security_group_id") => Kind::Sg,
        (_, "main_route_table_id" | "default_route_table_id") => Kind::Rtb,
        (_, "public_ip") => Kind::Address,
        (_, "owner_id" | "account_id") => Kind::Account,
        (_, "cidr_block") => Kind::Cidr,
        (_, "key_id") => Kind::KmsKey,
        (_, "vpc_id") | ("aws_vpc" | "aws_default_vpc", "id") => Kind::Vpc,
        ("aws_vpc_endpoint", "id") => Kind::Vpce,
        ("aws_subnet" | "aws_default_subnet", "id") => Kind::Subnet,
        ("aws_security_group" | "aws_default_security_group", "id") => Kind::Sg,
        ("aws_route_table" | "aws_default_route_table", "id") => Kind::Rtb,
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
