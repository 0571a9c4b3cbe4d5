//! Values of attributes: known ones, derived ones, references followed through modules, symbols.

mod parts;

use serde_json::Value as Json;

use super::plan::{Instance, Plan, Step, chains, key_text, steps};
use super::source::Sources;
use crate::model::{Class, Model};
use crate::value::{Object, Unknown, Value};
use parts::{about, block_of, has_content, navigate, path_is_splat, without_keys};
pub(crate) use parts::{blocks, has_marks, kind_of, parent_of, texts};

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
        if let Some(expression) = expression {
            return Some(self.expression(&outer, expression, false));
        }
        let variable = self.plan.module(&scope.module)?.get("variables")?.get(name)?;
        Some(Value::from(variable.get("default")?))
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
