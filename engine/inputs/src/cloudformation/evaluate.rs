//! Intrinsic functions, pseudo parameters and conditions (inputs §5.2, §5.3).

use std::collections::BTreeMap;

use polsim::text::{Node, Source, Value as Tree};

use super::physical;
use super::template::{Stack, member, text_of};
use crate::model::{Class, Kind, Model, Place};
use crate::terraform::Found;
use crate::value::{Object, Text, Unknown, Value};

/// Upper bound on functions inside one another, through parameters and resources too.
const MAX_DEPTH: usize = 64;

/// Evaluates the values of one stack.
pub(super) struct Evaluator<'s, 'm> {
    pub(super) stacks: &'s [Stack],
    pub(super) stack: &'s Stack,
    pub(super) model: &'m mut Model,
    /// Values of parameters that conditions are asked with.
    pub(super) world: &'s BTreeMap<String, String>,
    pub(super) depth: usize,
}

/// A function and its argument.
struct Call<'n> {
    name: &'n str,
    argument: &'n Node,
}

impl Evaluator<'_, '_> {
    /// The address of a resource: its logical id, with the stack's name when there are several.
    pub(super) fn address(&self, logical: &str) -> String {
        self.stack.address(logical, self.stacks.len())
    }

    pub(super) fn place(&self, node: &Node) -> Place {
        place_in(&self.stack.source, node.span.start)
    }

    /// The value of a node; none for `AWS::NoValue`.
    pub(super) fn value(&mut self, node: &Node) -> Option<Value> {
        if self.depth > MAX_DEPTH {
            return Some(Value::Unknown(Unknown::because("functions that lead to one another")));
        }
        self.depth = self.depth.saturating_add(1);
        let value = self.inside(node);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn inside(&mut self, node: &Node) -> Option<Value> {
        if let Some(call) = call_of(node) {
            return self.call(&call);
        }
        Some(match &node.value {
            Tree::Null => Value::Null,
            Tree::Bool(value) => Value::Bool(*value),
            Tree::Number(text) => Value::Number(text.clone()),
            Tree::String(text) if text.starts_with("{{resolve:") => {
                Value::Text(self.given(text, Kind::Text))
            }
            Tree::String(text) => Value::text(&**text),
            Tree::Array(items) => {
                Value::List(items.iter().filter_map(|item| self.value(item)).collect())
            }
            Tree::Object(members) => {
                let mut out = Object { at: Some(self.place(node)), ..Object::default() };
                for it in members {
                    if let Some(value) = self.value(&it.value) {
                        out.set(&it.key, value);
                    }
                }
                Value::Object(out)
            }
        })
    }

    fn given(&mut self, name: &str, kind: Kind) -> Text {
        let name = self.address(name);
        self.model.symbol(&name, kind, Class::Given)
    }

    fn call(&mut self, call: &Call<'_>) -> Option<Value> {
        let argument = call.argument;
        let open = || Some(Value::Unknown(Unknown::because(format!("Fn::{}", call.name))));
        match call.name {
            "Ref" => {
                let name = argument.as_text()?;
                if name == "AWS::NoValue" { None } else { Some(self.reference(name)) }
            }
            "GetAtt" => {
                let path = match &argument.value {
                    Tree::Array(items) => {
                        let parts: Vec<&str> = items.iter().filter_map(Node::as_text).collect();
                        parts.join(".")
                    }
                    _ => argument.as_text()?.to_owned(),
                };
                let (logical, attribute) = path.split_once('.')?;
                Some(self.attribute(logical, attribute))
            }
            "Sub" => Some(self.substitute(argument)),
            "Join" => Some(self.join(argument).unwrap_or_else(|| unknown("Fn::Join"))),
            "Select" => {
                let [index, list] = argument.items() else { return open() };
                let index = self.value(index)?.as_literal()?.parse::<usize>().ok()?;
                match self.value(list)? {
                    Value::List(items) => items.get(index).cloned().or_else(open),
                    _ => open(),
                }
            }
            "Split" => {
                let [delimiter, text] = argument.items() else { return open() };
                let delimiter = self.value(delimiter)?.as_literal()?;
                match self.value(text)?.as_literal() {
                    Some(text) => {
                        Some(Value::List(text.split(&*delimiter).map(Value::text).collect()))
                    }
                    None => open(),
                }
            }
            "If" => {
                let [condition, yes, no] = argument.items() else { return open() };
                match self.condition(condition.as_text().unwrap_or_default()) {
                    Some(true) => self.value(yes),
                    Some(false) => self.value(no),
                    None => open(),
                }
            }
            "FindInMap" => {
                let [map, first, second, ..] = argument.items() else { return open() };
                let mut word = |node: &Node| self.value(node)?.as_literal();
                let (map, first, second) = (word(map), word(first), word(second));
                let (Some(map), Some(first), Some(second)) = (map, first, second) else {
                    return open();
                };
                let mappings = member(&self.stack.root, "Mappings");
                let found = mappings
                    .and_then(|it| member(it, &map))
                    .and_then(|it| member(it, &first))
                    .and_then(|it| member(it, &second));
                match found {
                    Some(node) => self.value(node),
                    None => open(),
                }
            }
            "ImportValue" => {
                let name = self.value(argument)?;
                Some(self.import(&name))
            }
            "GetAZs" => {
                let region = self.stack.region.clone().unwrap_or_default();
                let zones = ["a", "b", "c"].map(|zone| Value::text(format!("{region}{zone}")));
                Some(Value::List(zones.into()))
            }
            "Base64" | "ToJsonString" => self.value(argument),
            "Length" => match self.value(argument)? {
                Value::List(items) => Some(Value::Number(items.len().to_string().into())),
                _ => open(),
            },
            _ => open(),
        }
    }

    fn join(&mut self, argument: &Node) -> Option<Value> {
        let [delimiter, list] = argument.items() else { return None };
        let delimiter = Text::from(self.value(delimiter)?.as_literal()?);
        let Value::List(items) = self.value(list)? else { return None };
        let mut out = Text::default();
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                out.push(&delimiter);
            }
            out.push(&as_text(item)?);
        }
        Some(Value::Text(out))
    }

    /// `Fn::Sub`, alone or with a map.
    fn substitute(&mut self, argument: &Node) -> Value {
        let (template, map) = match argument.items() {
            [template, map] => (template.as_text(), Some(map)),
            _ => (argument.as_text(), None),
        };
        let Some(template) = template else { return unknown("Fn::Sub") };
        let mut out = Text::default();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                out.push_str("${");
                rest = after;
                continue;
            };
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let own = map.and_then(|map| member(map, name));
            let value = match own {
                Some(node) => self.value(node).unwrap_or_default(),
                None => match name.split_once('.') {
                    Some((logical, attribute)) => self.attribute(logical, attribute),
                    None => self.reference(name),
                },
            };
            match as_text(&value) {
                Some(text) => out.push(&text),
                None => return unknown(name),
            }
        }
        out.push_str(rest);
        Value::Text(out)
    }

    /// `Ref`: a pseudo parameter, a parameter, or the physical id of a resource.
    pub(super) fn reference(&mut self, name: &str) -> Value {
        match name {
            "AWS::AccountId" => return Value::Text(self.account()),
            "AWS::Region" => return Value::Text(self.region()),
            "AWS::Partition" => {
                let region = self.stack.region.clone().unwrap_or_default();
                return Value::text(if region.starts_with("cn-") {
                    "aws-cn"
                } else if region.starts_with("us-gov-") {
                    "aws-us-gov"
                } else {
                    "aws"
                });
            }
            "AWS::URLSuffix" => {
                let region = self.stack.region.clone().unwrap_or_default();
                let china = region.starts_with("cn-");
                return Value::text(if china { "amazonaws.com.cn" } else { "amazonaws.com" });
            }
            "AWS::StackName" => {
                let known = self.stack.deployed_as.clone();
                if let Some(name) = known {
                    return Value::text(name);
                }
                let symbol = self.address("AWS::StackName");
                return Value::Text(self.model.symbol(&symbol, Kind::Name, Class::Created));
            }
            "AWS::StackId" | "AWS::NotificationARNs" => {
                return Value::Text(self.given(name, Kind::Text));
            }
            _ => (),
        }
        let root = &self.stack.root;
        if let Some(parameter) = member(root, "Parameters").and_then(|it| member(it, name)) {
            return self.parameter(name, parameter);
        }
        match self.stack.resource(name) {
            Some(_) => physical::reference(self, name),
            None => unknown(name),
        }
    }

    fn parameter(&mut self, name: &str, parameter: &Node) -> Value {
        let kind = text_of(parameter, "Type").unwrap_or_default();
        let given = self.stack.parameters.get(name).cloned();
        let default = || member(parameter, "Default").and_then(Node::as_text).map(str::to_owned);
        let secret = kind.starts_with("AWS::SSM::Parameter::Value");
        let text = match given {
            Some(text) => Some(text),
            None if secret => None,
            None => {
                let default = default();
                if default.is_some() {
                    let what = self.address(name);
                    self.model.assume("parameter-defaults", what);
                }
                default
            }
        };
        match text {
            Some(text) if kind == "CommaDelimitedList" || kind.starts_with("List<") => {
                Value::List(text.split(',').map(|it| Value::text(it.trim())).collect())
            }
            Some(text) => Value::text(text),
            None => Value::Text(self.given(name, kind_of_parameter(&kind))),
        }
    }

    pub(super) fn attribute(&mut self, logical: &str, attribute: &str) -> Value {
        match self.stack.resource(logical) {
            Some(_) => physical::attribute(self, logical, attribute),
            None => unknown(format!("{logical}.{attribute}")),
        }
    }

    pub(super) fn account(&mut self) -> Text {
        match &self.stack.account {
            Some(account) => Text::from(account.as_str()),
            None => self.model.symbol("account", Kind::Account, Class::Given),
        }
    }

    pub(super) fn region(&mut self) -> Text {
        match &self.stack.region {
            Some(region) => Text::from(region.as_str()),
            None => self.model.symbol("region", Kind::Region, Class::Given),
        }
    }

    /// The export of that name among the stacks, else a given symbol.
    fn import(&mut self, name: &Value) -> Value {
        let Some(name) = name.as_literal() else { return unknown("Fn::ImportValue") };
        let stacks = self.stacks;
        for stack in stacks {
            let world = self.world;
            let mut other =
                Evaluator { stacks, stack, model: &mut *self.model, world, depth: self.depth };
            for (_, output) in super::template::members(&stack.root, "Outputs") {
                let export = member(output, "Export").and_then(|it| member(it, "Name"));
                let Some(export) = export else { continue };
                let own = other.value(export).and_then(|it| it.as_literal());
                if own.as_deref() == Some(&*name)
                    && let Some(value) = member(output, "Value")
                {
                    return other.value(value).unwrap_or_default();
                }
            }
        }
        let kind = if name.to_lowercase().contains("endpoint") { Kind::Vpce } else { Kind::Text };
        let symbol = format!("import {name}");
        self.model.note(
            "I0208",
            format!("{} imports {name}, which no input exports", self.stack.source.name()),
        );
        Value::Text(self.model.symbol(&symbol, kind, Class::Given))
    }

    /// The value of a named condition; none if it is not determined.
    pub(super) fn condition(&mut self, name: &str) -> Option<bool> {
        let node = member(member(&self.stack.root, "Conditions")?, name)?;
        self.truth(node, 0)
    }

    fn truth(&mut self, node: &Node, depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        let next = depth.saturating_add(1);
        if let Some(Tree::String(name)) = single(node, "Condition").map(|it| &it.value) {
            let conditions = member(&self.stack.root, "Conditions")?;
            return self.truth(member(conditions, name)?, next);
        }
        let call = call_of(node)?;
        let items = call.argument.items();
        match call.name {
            "Condition" => {
                let conditions = member(&self.stack.root, "Conditions")?;
                self.truth(member(conditions, call.argument.as_text()?)?, next)
            }
            "Equals" => {
                let [left, right] = items else { return None };
                let (left, right) = (self.compared(left)?, self.compared(right)?);
                Some(left == right)
            }
            "Not" => self.truth(items.first()?, next).map(|it| !it),
            "And" => {
                let all: Vec<Option<bool>> = items.iter().map(|it| self.truth(it, next)).collect();
                if all.contains(&Some(false)) {
                    Some(false)
                } else {
                    all.iter().all(Option::is_some).then_some(true)
                }
            }
            "Or" => {
                let all: Vec<Option<bool>> = items.iter().map(|it| self.truth(it, next)).collect();
                if all.contains(&Some(true)) {
                    Some(true)
                } else {
                    all.iter().all(Option::is_some).then_some(false)
                }
            }
            _ => None,
        }
    }

    /// A side of `Fn::Equals`: in a world, a parameter without a value has the world's.
    fn compared(&mut self, node: &Node) -> Option<String> {
        if let Some(call) = call_of(node)
            && call.name == "Ref"
            && let Some(value) = self.world.get(call.argument.as_text()?)
        {
            return Some(value.clone());
        }
        self.value(node)?.as_literal()
    }
}

pub(super) fn unknown(what: impl Into<Box<str>>) -> Value {
    Value::Unknown(Unknown::because(what))
}

pub(super) fn as_text(value: &Value) -> Option<Text> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => value.as_literal().map(Text::from),
        _ => None,
    }
}

/// The place of an offset.
pub(super) fn place_in(source: &Source, offset: u32) -> Place {
    let at = source.position(offset);
    Place { file: source.name().into(), line: at.line, column: at.column }
}

/// The function that a node calls, in its long or its short form.
fn call_of(node: &Node) -> Option<Call<'_>> {
    let [only] = node.members() else { return None };
    let name = match &*only.key {
        "Ref" => "Ref",
        key => key.strip_prefix("Fn::").or_else(|| key.strip_prefix('!'))?,
    };
    Some(Call { name, argument: &only.value })
}

fn single<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match node.members() {
        [only] if &*only.key == key => Some(&only.value),
        _ => None,
    }
}

/// Parameters that `Fn::Equals` compares in conditions, with the texts that they are compared with.
pub(super) fn compared_with(node: &Node, out: &mut Vec<(String, Vec<String>)>) {
    if let Some(call) = call_of(node)
        && call.name == "Equals"
    {
        let mut names = Vec::new();
        let mut texts = Vec::new();
        for side in call.argument.items() {
            match call_of(side) {
                Some(inner) if inner.name == "Ref" => {
                    names.extend(inner.argument.as_text().map(str::to_owned));
                }
                _ => texts.extend(side.as_text().map(str::to_owned)),
            }
        }
        for name in names {
            match out.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => known.extend(texts.iter().cloned()),
                None => out.push((name, texts.clone())),
            }
        }
    }
    for item in node.members() {
        compared_with(&item.value, out);
    }
    if let Tree::Array(items) = &node.value {
        for item in items {
            compared_with(item, out);
        }
    }
}

fn kind_of_parameter(kind: &str) -> Kind {
    match kind.trim_start_matches("List<").trim_end_matches('>') {
        "AWS::EC2::VPC::Id" => Kind::Vpc,
        "AWS::EC2::Subnet::Id" => Kind::Subnet,
        "AWS::EC2::SecurityGroup::Id" => Kind::Sg,
        _ => Kind::Text,
    }
}

/// The document of a policy property: an object, or a JSON text with symbols in it.
pub(super) fn document(value: Value) -> Option<Found> {
    use crate::model::{Document, Origin};
    let document = match value {
        Value::Object(_) => value,
        Value::Text(text) => crate::terraform::text_document(&text)?,
        Value::Unknown(unknown) => {
            let because: Vec<String> = unknown.because.iter().map(ToString::to_string).collect();
            let document = Document::Hole {
                bound: crate::model::Bound::Any,
                why: format!("the document depends on {}", because.join(", ")).into(),
                settle: "give the value with `--parameter NAME=VALUE`".into(),
            };
            return Some(Found { document, origin: Origin::Hole, through: Vec::new() });
        }
        _ => return None,
    };
    let document = Document::Written(document);
    Some(Found { document, origin: Origin::Planned, through: Vec::new() })
}
