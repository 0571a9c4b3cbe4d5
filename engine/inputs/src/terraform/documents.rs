//! Policy documents of attributes: the text in the plan, AWS's default, a document that is put
//! together from a data source, or a hole (inputs §4.3, §4.5).

use polsim::text::{Node, Source, Value as Tree, json};
use serde_json::Value as Json;

use super::plan::{Instance, chains};
use super::resolve::{Resolver, blocks};
use crate::model::{Bound, Document, Origin};
use crate::value::{Object, Unknown, Value};

/// A document that was found, and how.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) document: Document,
    pub(crate) origin: Origin,
    pub(crate) through: Vec<Box<str>>,
}

/// A document attribute: absent, AWS's choice, or written.
#[derive(Clone, Debug)]
pub(crate) enum Attribute {
    Absent,
    /// Nothing is configured and AWS chooses.
    Default,
    Found(Found),
    /// A text that is no JSON.
    Refused(String),
}

impl<'p> Resolver<'p, '_> {
    /// The document in an attribute of an instance.
    pub(crate) fn document(&mut self, it: &'p Instance<'p>, name: &str) -> Attribute {
        let expression = it.expressions.and_then(|all| all.get(name));
        let unknown = it.unknown.get(name) == Some(&Json::Bool(true));
        if !unknown {
            return match it.values.get(name) {
                Some(Json::String(text)) if !text.trim().is_empty() => self.planned(it, name, text),
                _ => Attribute::Absent,
            };
        }
        let Some(expression) = expression else {
            return if self.plan.has_configuration {
                Attribute::Default
            } else {
                Attribute::Found(hole(&[format!("{}.{name}", it.address)], it.address))
            };
        };
        if let Some(found) = self.evaluated(it, name) {
            return Attribute::Found(found);
        }
        let scope = super::resolve::Scope::of(it);
        let references = chains(expression);
        if let [only] = &references[..]
            && let Some(found) = self.behind(&scope.module, scope.key.clone(), only, 0)
        {
            self.model.assume("plain-references", format!("{}.{name}", it.address));
            return Attribute::Found(found);
        }
        let references: Vec<String> = references.iter().map(|it| (*it).to_owned()).collect();
        Attribute::Found(hole(&references, it.address))
    }

    fn planned(&mut self, it: &'p Instance<'p>, name: &str, text: &str) -> Attribute {
        match parse(text) {
            Ok(value) => {
                let with_places = self.same_in_source(it, name, &value);
                Attribute::Found(Found {
                    document: Document::Written(with_places.unwrap_or(value)),
                    origin: Origin::Planned,
                    through: Vec::new(),
                })
            }
            Err(reason) => Attribute::Refused(reason),
        }
    }

    /// The document that a reference leads to: a policy-document data source, or a known text.
    pub(crate) fn behind(
        &mut self,
        module: &str,
        key: Option<Json>,
        reference: &str,
        depth: usize,
    ) -> Option<Found> {
        let scope = super::resolve::Scope { module: module.to_owned(), key };
        let target = self.target(&scope, reference, depth)?;
        let (it, attribute) = target;
        if it.data && it.kind == "aws_iam_policy_document" {
            if !["json", "minified_json"].contains(&attribute.as_str()) {
                return None;
            }
            return self.put_together(it, depth);
        }
        match self.attribute(it, &attribute) {
            Value::Text(text) => {
                let document = parse(&text.as_literal()?).ok()?;
                let through = vec![it.address.into()];
                Some(Found {
                    document: Document::Written(document),
                    origin: Origin::Document,
                    through,
                })
            }
            _ => None,
        }
    }

    /// The document of a policy-document data source.
    pub(crate) fn put_together(&mut self, it: &'p Instance<'p>, depth: usize) -> Option<Found> {
        if depth > 16 {
            return None;
        }
        let through = vec![Box::from(it.address)];
        let known = it.unknown.get("json") != Some(&Json::Bool(true));
        if let (true, Some(text)) = (known, it.values.get("json").and_then(Json::as_str)) {
            let document = Document::Written(parse(text).ok()?);
            return Some(Found { document, origin: Origin::Document, through });
        }
        let mut statements: Vec<Value> = Vec::new();
        let mut version = self.attribute(it, "version").as_literal();
        let add = |statements: &mut Vec<Value>, more: Value| {
            let sid = more.get("Sid").and_then(Value::as_literal);
            let known = sid.and_then(|sid| {
                statements.iter().position(|it| {
                    it.get("Sid").and_then(Value::as_literal).as_deref() == Some(&sid)
                })
            });
            match known.and_then(|at| statements.get_mut(at)) {
                Some(statement) => *statement = more,
                None => statements.push(more),
            }
        };
        let before = self.other_documents(it, "source_policy_documents", depth)?;
        let own = self.attribute(it, "statement");
        let own = self.filled_from_source(it, own);
        if matches!(own, Value::Unknown(_)) {
            return None;
        }
        let after = self.other_documents(it, "override_policy_documents", depth)?;
        for other in before {
            let list = other.get("Statement").map(Value::items).unwrap_or_default();
            list.iter().cloned().for_each(|more| add(&mut statements, more));
        }
        let places = self.statement_places(it, own.items().len());
        for (at, block) in own.items().iter().enumerate() {
            if let Value::Unknown(_) = block {
                statements.push(block.clone());
                continue;
            }
            let mut statement = statement(block);
            statement.at = places.get(at).cloned().flatten();
            add(&mut statements, Value::Object(statement));
        }
        for other in after {
            if let Some(other) = other.get("Version").and_then(Value::as_literal) {
                version = version.max(Some(other));
            }
            let list = other.get("Statement").map(Value::items).unwrap_or_default();
            list.iter().cloned().for_each(|more| add(&mut statements, more));
        }
        let mut out = Object::default();
        out.set("Version", Value::text(version.unwrap_or_else(|| "2012-10-17".to_owned())));
        if let Some(id) = self.attribute(it, "policy_id").as_literal() {
            out.set("Id", Value::text(id));
        }
        out.set("Statement", Value::List(statements));
        let document = Document::Written(Value::Object(out));
        Some(Found { document, origin: Origin::Document, through })
    }

    /// The documents of a list of texts; none if one of them is not known.
    fn other_documents(
        &mut self,
        it: &'p Instance<'p>,
        name: &str,
        depth: usize,
    ) -> Option<Vec<Value>> {
        let unknown = it.unknown.get(name).unwrap_or(&Json::Null);
        let mut out = Vec::new();
        if super::resolve::has_marks(unknown) {
            let expression = it.expressions?.get(name)?;
            for reference in chains(expression) {
                let found =
                    self.behind(&it.module, it.index.cloned(), reference, depth.saturating_add(1))?;
                match found.document {
                    Document::Written(value) => out.push(value),
                    Document::Hole { .. } => return None,
                }
            }
            return Some(out);
        }
        let texts = it.values.get(name).and_then(Json::as_array).into_iter().flatten();
        for text in texts.filter_map(Json::as_str).filter(|it| !it.is_empty()) {
            out.push(parse(text).ok()?);
        }
        Some(out)
    }

    /// The instance and the attribute that a reference leads to, through variables and outputs.
    pub(crate) fn target(
        &mut self,
        scope: &super::resolve::Scope,
        reference: &str,
        depth: usize,
    ) -> Option<(&'p Instance<'p>, String)> {
        use super::plan::{key_text, steps};
        use super::resolve::{Scope, parent_of};
        if depth > 32 {
            return None;
        }
        let path = steps(reference);
        let (first, rest) = path.split_first()?;
        let one = |expression: &'p Json| match chains(expression)[..] {
            [only] => Some(only),
            _ => None,
        };
        match first.name.as_str() {
            "var" => {
                let (parent, call) = parent_of(&scope.module)?;
                let calls = self.plan.module(&parent)?.get("module_calls")?;
                let name = &rest.first()?.name;
                let only = one(calls.get(&call.name)?.get("expressions")?.get(name)?)?;
                let key = call.index.as_deref().and_then(|it| serde_json::from_str(it).ok());
                self.target(&Scope { module: parent, key }, only, depth.saturating_add(1))
            }
            "module" => {
                let [call, output, ..] = rest else { return None };
                let prefix = match scope.module.as_str() {
                    "" => String::new(),
                    module => format!("{module}."),
                };
                let module = format!("{prefix}module.{}", call.shown());
                let outputs = self.plan.module(&module)?.get("outputs")?;
                let only = one(outputs.get(&output.name)?.get("expression")?)?;
                self.target(&Scope { module, key: None }, only, depth.saturating_add(1))
            }
            "local" | "each" | "count" | "path" | "terraform" | "self" => None,
            _ => {
                let (data, path) = match first.name.as_str() {
                    "data" => (true, rest),
                    _ => (false, &path[..]),
                };
                let [kind, name, attribute, ..] = path else { return None };
                let all = self.plan.all_of(&scope.module, data, &kind.name, &name.name);
                let key = match name.index.as_deref() {
                    Some("each.key" | "each.value" | "count.index") => {
                        scope.key.as_ref().map(key_text)
                    }
                    Some(index) => Some(index.to_owned()),
                    None if all.len() > 1 => Some(key_text(scope.key.as_ref()?)),
                    None => None,
                };
                let found = match key {
                    Some(key) => all
                        .iter()
                        .find(|it| it.index.is_some_and(|own| key_text(own) == key))
                        .or(if all.len() == 1 { all.first() } else { None }),
                    None => all.first(),
                };
                let address = found?.address;
                Some((self.plan.instances.get(address)?, attribute.name.clone()))
            }
        }
    }
}

/// A hole, with the references that make it one.
pub(crate) fn hole(references: &[String], address: &str) -> Found {
    let because = if references.is_empty() {
        "its expression is not in the plan".to_owned()
    } else {
        format!("it depends on {}", references.join(", "))
    };
    let document = Document::Hole {
        bound: Bound::Any,
        why: format!("{address} is known after apply only: {because}").into(),
        settle: "give the sources with `--source DIR`".into(),
    };
    Found { document, origin: Origin::Hole, through: Vec::new() }
}

/// The statement of a policy-document block, as the provider writes it.
fn statement(block: &Value) -> Object {
    let mut out = Object::default();
    let get = |name: &str| block.get(name).filter(|it| !it.is_null());
    if let Some(sid) = get("sid").and_then(Value::as_literal).filter(|it| !it.is_empty()) {
        out.set("Sid", Value::text(sid));
    }
    let effect = get("effect").cloned().unwrap_or_else(|| Value::text("Allow"));
    out.set("Effect", effect);
    for (name, element) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(unknown) = get(name).and_then(any_unknown) {
            out.set(element, Value::Unknown(unknown));
            continue;
        }
        let list = get(name).map(blocks).unwrap_or_default();
        if !list.is_empty() {
            out.set(element, principals(&list));
        }
    }
    for (name, element, variables) in [
        ("actions", "Action", false),
        ("not_actions", "NotAction", false),
        ("resources", "Resource", true),
        ("not_resources", "NotResource", true),
    ] {
        match get(name) {
            Some(Value::Unknown(unknown)) => {
                out.set(element, Value::List(vec![Value::Unknown(unknown.clone())]));
            }
            Some(list) if !list.items().is_empty() => {
                out.set(element, if variables { with_variables(list) } else { list.clone() });
            }
            _ => (),
        }
    }
    if let Some(unknown) = get("condition").and_then(any_unknown) {
        out.set("Condition", Value::Unknown(unknown));
        return out;
    }
    let mut conditions = Object::default();
    for block in get("condition").map(blocks).unwrap_or_default() {
        let text = |name: &str| block.get(name).and_then(Value::as_literal);
        let (Some(test), Some(variable)) = (text("test"), text("variable")) else {
            let unknown = Unknown::because("condition");
            out.set("Condition", Value::Unknown(unknown));
            return out;
        };
        let values = block.get("values").map(with_variables).unwrap_or_default();
        let mut keys = match conditions.get(&test) {
            Some(Value::Object(keys)) => keys.clone(),
            _ => Object::default(),
        };
        let mut all = keys.get(&variable).map(|it| it.items().to_vec()).unwrap_or_default();
        all.extend(values.items().iter().cloned());
        keys.set(&variable, Value::List(all));
        conditions.set(&test, Value::Object(keys));
    }
    if !conditions.members.is_empty() {
        out.set("Condition", Value::Object(conditions));
    }
    out
}

/// What makes a list of blocks unknown, or one of them.
fn any_unknown(list: &Value) -> Option<Unknown> {
    list.items().iter().find_map(|it| match it {
        Value::Unknown(unknown) => Some(unknown.clone()),
        _ => None,
    })
}

/// The principals of several blocks: `*` alone, or lists by type.
fn principals(list: &[&Value]) -> Value {
    let mut out = Object::default();
    for block in list {
        let Some(kind) = block.get("type").and_then(Value::as_literal) else {
            return Value::Unknown(Unknown::because("principals"));
        };
        let identifiers = block.get("identifiers").map(with_variables).unwrap_or_default();
        let first = identifiers.items().first().and_then(Value::as_literal);
        if kind == "*" && first.as_deref() == Some("*") {
            return Value::text("*");
        }
        let mut all = out.get(&kind).map(|it| it.items().to_vec()).unwrap_or_default();
        all.extend(identifiers.items().iter().cloned());
        out.set(&kind, Value::List(all));
    }
    Value::Object(out)
}

/// The texts with `${` for the provider's `&{`.
fn with_variables(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text.map_literals(|it| it.replace("&{", "${"))),
        Value::List(items) => Value::List(items.iter().map(with_variables).collect()),
        other => other.clone(),
    }
}

/// The value of a JSON text, duplicate members refused.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    let source = Source::new("policy", text);
    json::parse(&source).map(|node| from_node(&node)).map_err(|refused| refused.to_string())
}

/// The value of a node.
pub(crate) fn from_node(node: &Node) -> Value {
    match &node.value {
        Tree::Null => Value::Null,
        Tree::Bool(value) => Value::Bool(*value),
        Tree::Number(text) => Value::Number(text.clone()),
        Tree::String(text) => Value::text(&**text),
        Tree::Array(items) => Value::List(items.iter().map(from_node).collect()),
        Tree::Object(members) => {
            Value::object(members.iter().map(|it| (it.key.clone(), from_node(&it.value))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, statement};
    use crate::value::Value;
    use serde_json::json;

    #[test]
    fn blocks_become_the_statement_that_the_provider_writes() {
        let block = Value::from(&json!({
            "sid": "A", "effect": null, "actions": ["s3:GetObject"], "not_actions": null,
            "resources": ["arn:aws:s3:::b/&{aws:username}/*"],
            "principals": [{"type": "AWS", "identifiers": ["1"]}, {"type": "AWS", "identifiers": ["2"]}],
            "condition": [
                {"test": "StringEquals", "variable": "a:b", "values": ["1"]},
                {"test": "StringEquals", "variable": "a:b", "values": ["2"]}
            ]
        }));
        let expected = json!({
            "Sid": "A", "Effect": "Allow", "Principal": {"AWS": ["1", "2"]}, "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::b/${aws:username}/*"],
            "Condition": {"StringEquals": {"a:b": ["1", "2"]}}
        });
        assert_eq!(Value::Object(statement(&block)).shown(), expected);
        let everybody = json!({"principals": [{"type": "*", "identifiers": ["*"]}]});
        let shown = Value::Object(statement(&Value::from(&everybody))).shown();
        assert_eq!(shown["Principal"], json!("*"));
    }

    #[test]
    fn a_document_with_a_member_twice_is_refused() {
        let refused = parse(r#"{"Statement": [], "Statement": []}"#).unwrap_err();
        assert!(refused.contains("duplicate key"), "{refused}");
    }
}
