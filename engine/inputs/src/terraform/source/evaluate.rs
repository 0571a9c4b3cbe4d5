//! Expressions of HCL, evaluated in the scope of an instance.

use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOperator, Expression, ForExpr, ObjectKey, Traversal, TraversalOperator, UnaryOperator,
};
use hcl_edit::structure::{Block, Structure};
use hcl_edit::template::{Directive, Element, Template};

use super::super::plan::Step;
use super::super::resolve::{Resolver, Scope};
use super::{Part, Sources, TfFile, for_each_value, functions};
use crate::value::{Object, Text, Unknown, Value};

/// Upper bound on expressions inside one another, through locals too.
const MAX_DEPTH: usize = 96;

/// An evaluation in a module.
pub(super) struct Evaluation<'s, 'r, 'p, 'm> {
    sources: &'s Sources,
    resolver: &'r mut Resolver<'p, 'm>,
    scope: Scope,
    folder: String,
    /// The block of the instance, for `each.value`.
    block: Option<Part<'s, Block>>,
    /// Variables of `for`, the innermost last.
    variables: Vec<(String, Value)>,
    depth: usize,
}

fn unknown(what: impl Into<Box<str>>) -> Value {
    Value::Unknown(Unknown::because(what))
}

impl<'s, 'r, 'p, 'm> Evaluation<'s, 'r, 'p, 'm> {
    pub(super) fn new(
        sources: &'s Sources,
        resolver: &'r mut Resolver<'p, 'm>,
        scope: Scope,
        folder: String,
        block: Option<Part<'s, Block>>,
    ) -> Self {
        Self { sources, resolver, scope, folder, block, variables: Vec::new(), depth: 0 }
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, it: Part<'_, Expression>) -> Value {
        if self.depth > MAX_DEPTH {
            return unknown("expressions that lead to one another");
        }
        self.depth = self.depth.saturating_add(1);
        let value = self.inside(it);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn inside(&mut self, it: Part<'_, Expression>) -> Value {
        let file = it.file;
        let of = |part| Part { file, part };
        match it.part {
            Expression::Null(_) => Value::Null,
            Expression::Bool(value) => Value::Bool(*value.value()),
            Expression::Number(number) => Value::Number(number.value().to_string().into()),
            Expression::String(text) => Value::text(text.as_str()),
            Expression::Array(items) => {
                Value::List(items.iter().map(|item| self.value(of(item))).collect())
            }
            Expression::Object(object) => {
                let mut out = Object { at: it.place(), ..Object::default() };
                for (key, value) in object {
                    let key = match key {
                        ObjectKey::Ident(ident) => ident.as_str().to_owned(),
                        ObjectKey::Expression(Expression::Variable(name)) => {
                            name.as_str().to_owned()
                        }
                        ObjectKey::Expression(key) => match self.value(of(key)).as_literal() {
                            Some(key) => key,
                            None => return unknown("a key that is not known"),
                        },
                    };
                    let value = self.value(of(value.expr()));
                    out.set(&key, value);
                }
                Value::Object(out)
            }
            Expression::StringTemplate(template) => self.template(template.iter(), file),
            Expression::HeredocTemplate(heredoc) => self.template(heredoc.template.iter(), file),
            Expression::Parenthesis(inner) => self.value(of(inner.inner())),
            Expression::Variable(name) => self.variable(name.as_str()),
            Expression::Conditional(it) => {
                let condition = self.value(of(&it.cond_expr));
                match condition.as_bool() {
                    Some(true) => self.value(of(&it.true_expr)),
                    Some(false) => self.value(of(&it.false_expr)),
                    None => {
                        let (left, right) =
                            (self.value(of(&it.true_expr)), self.value(of(&it.false_expr)));
                        if left == right { left } else { unknown("a condition that is not known") }
                    }
                }
            }
            Expression::FuncCall(call) => {
                let name = call.name.name.as_str().to_owned();
                let mut arguments: Vec<Value> =
                    call.args.iter().map(|it| self.value(of(it))).collect();
                if call.args.expand_final()
                    && let Some(Value::List(last)) = arguments.pop()
                {
                    arguments.extend(last);
                }
                functions::call(&name, &arguments)
            }
            Expression::Traversal(traversal) => self.traversal(traversal, file),
            Expression::UnaryOp(it) => {
                let value = self.value(of(&it.expr));
                match (it.operator.value(), value.as_bool()) {
                    (UnaryOperator::Not, Some(value)) => Value::Bool(!value),
                    _ => unknown("an operator"),
                }
            }
            Expression::BinaryOp(it) => {
                let (left, right) = (self.value(of(&it.lhs_expr)), self.value(of(&it.rhs_expr)));
                binary(*it.operator.value(), &left, &right)
            }
            Expression::ForExpr(it) => self.each(it, file),
        }
    }

    /// A block as an object: attributes, and nested blocks as lists.
    pub(super) fn block(&mut self, it: Part<'_, Block>) -> Value {
        let mut out = Object { at: it.place(), ..Object::default() };
        for structure in &it.part.body {
            match structure {
                Structure::Attribute(attribute) => {
                    let value = self.value(Part { file: it.file, part: &attribute.value });
                    out.set(attribute.key.as_str(), value);
                }
                Structure::Block(block) => {
                    let name = block.ident.as_str().to_owned();
                    let mut all = out.get(&name).map(|it| it.items().to_vec()).unwrap_or_default();
                    all.push(self.block(Part { file: it.file, part: block }));
                    out.set(&name, Value::List(all));
                }
            }
        }
        Value::Object(out)
    }

    fn template<'t>(
        &mut self,
        elements: impl Iterator<Item = &'t Element>,
        file: &TfFile,
    ) -> Value {
        let elements: Vec<&Element> = elements.collect();
        if let [Element::Interpolation(only)] = &elements[..] {
            return self.value(Part { file, part: &only.expr });
        }
        let mut out = Text::default();
        for element in elements {
            let value = match element {
                Element::Literal(text) => Value::text(text.as_str()),
                Element::Interpolation(it) => self.value(Part { file, part: &it.expr }),
                Element::Directive(directive) => self.directive(directive, file),
            };
            match as_text(&value) {
                Some(text) => out.push(&text),
                None => {
                    return match value {
                        Value::Unknown(unknown) => Value::Unknown(unknown),
                        _ => unknown("a template"),
                    };
                }
            }
        }
        Value::Text(out)
    }

    fn directive(&mut self, directive: &Directive, file: &TfFile) -> Value {
        match directive {
            Directive::If(it) => {
                let condition = self.value(Part { file, part: &it.if_expr.cond_expr });
                match (condition.as_bool(), &it.else_expr) {
                    (Some(true), _) => self.template(it.if_expr.template.iter(), file),
                    (Some(false), Some(other)) => self.template(other.template.iter(), file),
                    (Some(false), None) => Value::text(""),
                    (None, _) => unknown("a condition that is not known"),
                }
            }
            Directive::For(it) => {
                let collection = self.value(Part { file, part: &it.for_expr.collection_expr });
                let Some(pairs) = pairs(&collection) else { return unknown("a collection") };
                let mut out = Text::default();
                let template: &Template = &it.for_expr.template;
                for (key, value) in pairs {
                    let before = self.variables.len();
                    if let Some(name) = &it.for_expr.key_var {
                        self.variables.push((name.as_str().to_owned(), key));
                    }
                    self.variables.push((it.for_expr.value_var.as_str().to_owned(), value));
                    let value = self.template(template.iter(), file);
                    self.variables.truncate(before);
                    match as_text(&value) {
                        Some(text) => out.push(&text),
                        None => return value,
                    }
                }
                Value::Text(out)
            }
        }
    }

    fn variable(&self, name: &str) -> Value {
        let known = self.variables.iter().rev().find(|(known, _)| known == name);
        known.map_or_else(|| unknown(name), |(_, value)| value.clone())
    }

    fn each(&mut self, it: &ForExpr, file: &TfFile) -> Value {
        let collection = self.value(Part { file, part: &it.intro.collection_expr });
        let Some(pairs) = pairs(&collection) else {
            return match collection {
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => unknown("a collection"),
            };
        };
        let (mut list, mut object) = (Vec::new(), Object::default());
        for (key, value) in pairs {
            let before = self.variables.len();
            if let Some(name) = &it.intro.key_var {
                self.variables.push((name.as_str().to_owned(), key));
            }
            self.variables.push((it.intro.value_var.as_str().to_owned(), value));
            let wanted = match &it.cond {
                Some(condition) => self.value(Part { file, part: &condition.expr }).as_bool(),
                None => Some(true),
            };
            let value = self.value(Part { file, part: &it.value_expr });
            let key = it.key_expr.as_ref().map(|key| self.value(Part { file, part: key }));
            self.variables.truncate(before);
            match (wanted, key) {
                (None, _) => return unknown("a condition that is not known"),
                (Some(false), _) => (),
                (Some(true), None) => list.push(value),
                (Some(true), Some(_)) if it.grouping => return unknown("a grouping"),
                (Some(true), Some(key)) => match key.as_literal() {
                    Some(key) => object.set(&key, value),
                    None => return unknown("a key that is not known"),
                },
            }
        }
        if it.key_expr.is_some() { Value::Object(object) } else { Value::List(list) }
    }

    fn traversal(&mut self, it: &Traversal, file: &TfFile) -> Value {
        let shown = it.span().and_then(|span| file.text.get(span)).unwrap_or("a reference");
        let shown = shown.trim().to_owned();
        let value = match &it.expr {
            Expression::Variable(root) => self.rooted(root.as_str(), it, file),
            other => {
                let value = self.value(Part { file, part: other });
                self.operators(
                    value,
                    &it.operators.iter().map(hcl_edit::Decorated::value).collect::<Vec<_>>(),
                    file,
                )
            }
        };
        value.unwrap_or_else(|| unknown(shown))
    }

    fn rooted(&mut self, root: &str, it: &Traversal, file: &TfFile) -> Option<Value> {
        let operators: Vec<&TraversalOperator> =
            it.operators.iter().map(hcl_edit::Decorated::value).collect();
        if self.variables.iter().any(|(name, _)| name == root) {
            let value = self.variable(root);
            return self.operators(value, &operators, file);
        }
        let attribute = |at: usize| match operators.get(at) {
            Some(TraversalOperator::GetAttr(name)) => Some(name.as_str().to_owned()),
            _ => None,
        };
        let rest = operators.get(1..).unwrap_or_default();
        match root {
            "local" => {
                let expression = self.sources.local(&self.folder, &attribute(0)?)?;
                let variables = std::mem::take(&mut self.variables);
                let value = self.value(expression);
                self.variables = variables;
                self.operators(value, rest, file)
            }
            "each" if attribute(0).as_deref() == Some("value") => {
                let block = self.block?;
                let collection = block.part.body.get_attribute("for_each")?;
                let collection = self.value(Part { file: block.file, part: &collection.value });
                let value = for_each_value(&collection, self.scope.key.as_ref()?)?;
                self.operators(value, rest, file)
            }
            "path" => Some(Value::text(".")),
            _ => {
                let mut path = vec![Step { name: root.to_owned(), index: None }];
                for operator in operators {
                    match operator {
                        TraversalOperator::GetAttr(name) => {
                            path.push(Step { name: name.as_str().to_owned(), index: None });
                        }
                        other => {
                            let index = self.index(other, file)?;
                            match path.last_mut() {
                                Some(last) if last.index.is_none() => last.index = Some(index),
                                _ => path.push(Step { name: String::new(), index: Some(index) }),
                            }
                        }
                    }
                }
                let scope = self.scope.clone();
                self.resolver.follow(&scope, &path)
            }
        }
    }

    /// The index of an operator, as a reference writes it.
    fn index(&mut self, operator: &TraversalOperator, file: &TfFile) -> Option<String> {
        match operator {
            TraversalOperator::Index(key) => match self.value(Part { file, part: key }) {
                Value::Number(number) => Some(number.to_string()),
                value => Some(format!("{:?}", value.as_literal()?)),
            },
            TraversalOperator::LegacyIndex(number) => Some(number.value().to_string()),
            _ => Some("*".to_owned()),
        }
    }

    /// The value that these operators lead to.
    fn operators(
        &mut self,
        value: Value,
        operators: &[&TraversalOperator],
        file: &TfFile,
    ) -> Option<Value> {
        let mut value = value;
        for (at, operator) in operators.iter().enumerate() {
            value = match operator {
                TraversalOperator::GetAttr(name) => value.get(name.as_str())?.clone(),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let rest = operators.get(at.saturating_add(1)..).unwrap_or_default();
                    let items = value.items().to_vec();
                    let each = items.into_iter().map(|item| self.operators(item, rest, file));
                    return Some(Value::List(each.collect::<Option<Vec<_>>>()?));
                }
                operator => {
                    let index = self.index(operator, file)?;
                    match &value {
                        Value::List(items) => items.get(index.parse::<usize>().ok()?)?.clone(),
                        Value::Object(object) => object.get(index.trim_matches('"'))?.clone(),
                        _ => return None,
                    }
                }
            };
        }
        Some(value)
    }
}

/// A value as a part of a template.
pub(super) fn as_text(value: &Value) -> Option<Text> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => value.as_literal().map(Text::from),
        _ => None,
    }
}

/// Keys and values of a collection.
fn pairs(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match collection {
        Value::List(items) => {
            let number = |at: usize| Value::Number(at.to_string().into());
            Some(items.iter().enumerate().map(|(at, it)| (number(at), it.clone())).collect())
        }
        Value::Object(object) => {
            let pair = |(key, value): &(Box<str>, Value)| (Value::text(&**key), value.clone());
            let mut all: Vec<(Value, Value)> = object.members.iter().map(pair).collect();
            all.sort_by_key(|(key, _)| key.as_literal());
            Some(all)
        }
        _ => None,
    }
}

fn binary(operator: BinaryOperator, left: &Value, right: &Value) -> Value {
    let known = left.is_known() && right.is_known();
    let symbols = |value: &Value| {
        let mut found = false;
        value.each_text(&mut |text| found |= text.symbols().next().is_some());
        found
    };
    let (yes, no) = (left.as_bool(), right.as_bool());
    match operator {
        BinaryOperator::And if yes == Some(false) || no == Some(false) => Value::Bool(false),
        BinaryOperator::Or if yes == Some(true) || no == Some(true) => Value::Bool(true),
        BinaryOperator::And | BinaryOperator::Or => match (yes, no) {
            (Some(left), Some(right)) => {
                let and = operator == BinaryOperator::And;
                Value::Bool(if and { left && right } else { left || right })
            }
            _ => unknown("a condition that is not known"),
        },
        _ if !known || symbols(left) || symbols(right) => unknown("an operator"),
        BinaryOperator::Eq => Value::Bool(left.says(right)),
        BinaryOperator::NotEq => Value::Bool(!left.says(right)),
        other => {
            let number = |value: &Value| value.as_literal()?.parse::<i64>().ok();
            let (Some(left), Some(right)) = (number(left), number(right)) else {
                return unknown("an operator");
            };
            let number = |value: Option<i64>| match value {
                Some(value) => Value::Number(value.to_string().into()),
                None => unknown("an operator"),
            };
            match other {
                BinaryOperator::Plus => number(left.checked_add(right)),
                BinaryOperator::Minus => number(left.checked_sub(right)),
                BinaryOperator::Mul => number(left.checked_mul(right)),
                BinaryOperator::Less => Value::Bool(left < right),
                BinaryOperator::LessEq => Value::Bool(left <= right),
                BinaryOperator::Greater => Value::Bool(left > right),
                BinaryOperator::GreaterEq => Value::Bool(left >= right),
                _ => unknown("an operator"),
            }
        }
    }
}
