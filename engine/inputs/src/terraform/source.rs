//! The `.tf` files beside a plan: places, and what `jsonencode`, locals and templates hide (inputs
//! §4.6).
//!
//! Instances come from the plan, never from evaluating `count`; what the plan knows wins over what is
//! evaluated; and what is not evaluated here is unknown, never a guess.

mod evaluate;
mod functions;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use serde_json::Value as Json;

use super::documents::{Found, parse};
use super::plan::{Instance, chains, steps};
use super::resolve::{Resolver, Scope};
use crate::InputFile;
use crate::model::{Document, Origin, Place};
use crate::value::{Text, Value};
use evaluate::Evaluation;

/// A `.tf` file.
#[derive(Debug)]
pub(crate) struct TfFile {
    path: Arc<str>,
    text: Box<str>,
    body: Body,
}

/// The files of a root module and of the modules below it, by folder.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    root: String,
    folders: BTreeMap<String, Vec<TfFile>>,
}

/// A part of a file.
#[derive(Debug)]
pub(crate) struct Part<'s, T> {
    pub(crate) file: &'s TfFile,
    pub(crate) part: &'s T,
}

impl<T> Clone for Part<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<'_, T> {}

impl TfFile {
    /// The place of a byte offset.
    fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count().saturating_add(1);
        let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let column = before.get(start..).unwrap_or_default().chars().count().saturating_add(1);
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Place { file: Arc::clone(&self.path), line: number(line), column: number(column) }
    }
}

impl<T: hcl_edit::Span> Part<'_, T> {
    pub(crate) fn place(&self) -> Option<Place> {
        Some(self.file.place(self.part.span()?.start))
    }
}

impl Sources {
    /// The files; none if there are none, or one of them is not read.
    pub(crate) fn read(files: &[InputFile]) -> Option<Self> {
        let mut sources = Self::default();
        for file in files {
            let text = std::str::from_utf8(&file.bytes).ok()?;
            let body = hcl_edit::parser::parse_body(text).ok()?;
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
            let file = TfFile { path: (&*file.path).into(), text: text.into(), body };
            sources.folders.entry(folder).or_default().push(file);
        }
        let shortest = sources.folders.keys().min_by_key(|it| it.len())?;
        sources.root = shortest.clone();
        Some(sources)
    }

    fn folder_of(&self, module: &str) -> Option<String> {
        let mut folder = self.root.clone();
        for step in steps(module).iter().filter(|it| it.name != "module") {
            let call = self.block(&folder, "module", &[&step.name])?;
            let source = match &call.part.body.get_attribute("source")?.value {
                Expression::String(text) => text.as_str().to_owned(),
                _ => return None,
            };
            if !source.starts_with('.') {
                return None;
            }
            folder = joined(&folder, &source);
        }
        self.folders.contains_key(&folder).then_some(folder)
    }

    fn blocks<'s>(&'s self, folder: &str) -> impl Iterator<Item = Part<'s, Block>> {
        let files = self.folders.get(folder).into_iter().flatten();
        files.flat_map(|file| file.body.blocks().map(move |part| Part { file, part }))
    }

    fn block<'s>(&'s self, folder: &str, ident: &str, labels: &[&str]) -> Option<Part<'s, Block>> {
        self.blocks(folder).find(|it| {
            it.part.has_ident(ident)
                && it.part.labels.len() == labels.len()
                && it.part.labels.iter().zip(labels).all(|(own, label)| own.as_str() == *label)
        })
    }

    /// The block of an instance, with the folder that it is in.
    fn block_of<'s>(&'s self, it: &Instance<'_>) -> Option<(Part<'s, Block>, String)> {
        let folder = self.folder_of(&it.module)?;
        let ident = if it.data { "data" } else { "resource" };
        let block = self.block(&folder, ident, &[it.kind, it.name])?;
        Some((block, folder))
    }

    fn local<'s>(&'s self, folder: &str, name: &str) -> Option<Part<'s, Expression>> {
        self.blocks(folder).filter(|it| it.part.has_ident("locals")).find_map(|it| {
            let attribute = it.part.body.get_attribute(name)?;
            Some(Part { file: it.file, part: &attribute.value })
        })
    }

    /// The value of an attribute as the source writes it.
    pub(crate) fn attribute<'p>(
        &self,
        resolver: &mut Resolver<'p, '_>,
        it: &'p Instance<'p>,
        path: &[&str],
    ) -> Option<Value> {
        let (block, folder) = self.block_of(it)?;
        let [name] = path else { return None };
        let attribute = block.part.body.get_attribute(name)?;
        let mut evaluation = Evaluation::new(self, resolver, Scope::of(it), folder, Some(block));
        Some(evaluation.value(Part { file: block.file, part: &attribute.value }))
    }

    /// An argument of a module call.
    pub(crate) fn argument(
        &self,
        resolver: &mut Resolver<'_, '_>,
        scope: &Scope,
        call: &str,
        name: &str,
    ) -> Option<Value> {
        let folder = self.folder_of(&scope.module)?;
        let block = self.block(&folder, "module", &[call])?;
        let attribute = block.part.body.get_attribute(name)?;
        let mut evaluation = Evaluation::new(self, resolver, scope.clone(), folder, Some(block));
        Some(evaluation.value(Part { file: block.file, part: &attribute.value }))
    }

    /// An output of a module.
    pub(crate) fn output(
        &self,
        resolver: &mut Resolver<'_, '_>,
        scope: &Scope,
        name: &str,
    ) -> Option<Value> {
        let folder = self.folder_of(&scope.module)?;
        let block = self.block(&folder, "output", &[name])?;
        let attribute = block.part.body.get_attribute("value")?;
        let mut evaluation = Evaluation::new(self, resolver, scope.clone(), folder, None);
        Some(evaluation.value(Part { file: block.file, part: &attribute.value }))
    }

    /// The blocks `statement` of a policy document, evaluated, each with its place; none if some are
    /// made by `dynamic`.
    fn statements<'p>(
        &self,
        resolver: &mut Resolver<'p, '_>,
        it: &'p Instance<'p>,
    ) -> Option<Vec<Value>> {
        let (block, folder) = self.block_of(it)?;
        if block.part.body.has_blocks("dynamic") {
            return None;
        }
        let mut evaluation = Evaluation::new(self, resolver, Scope::of(it), folder, Some(block));
        let all = block.part.body.get_blocks("statement");
        Some(all.map(|part| evaluation.block(Part { file: block.file, part })).collect())
    }
}

impl<'p> Resolver<'p, '_> {
    /// The document that the source gives an attribute whose text the plan does not know.
    pub(crate) fn evaluated(&mut self, it: &'p Instance<'p>, name: &str) -> Option<Found> {
        let sources = self.sources?;
        let value = sources.attribute(self, it, &[name])?;
        let document = as_document(value)?;
        let document = Document::Written(document);
        Some(Found { document, origin: Origin::Source, through: Vec::new() })
    }

    /// The planned document with the places of its statements, if the source says the same.
    pub(crate) fn same_in_source(
        &mut self,
        it: &'p Instance<'p>,
        name: &str,
        planned: &Value,
    ) -> Option<Value> {
        let sources = self.sources?;
        let places = if let Some(places) = self.behind_places(it, name) {
            places
        } else {
            let evaluated = as_document(sources.attribute(self, it, &[name])?)?;
            if evaluated.is_known() && !has_symbols(&evaluated) && !evaluated.says(planned) {
                let text = format!(
                    "the source beside the plan is not what was planned: {}.{name} differs",
                    it.address
                );
                self.model.note("I0108", text);
                return None;
            }
            let list = evaluated.get("Statement").map(Value::items).unwrap_or_default();
            list.iter().map(place_of_object).collect()
        };
        with_places(planned, &places)
    }

    /// The places of the statements of the policy document that an attribute refers to.
    fn behind_places(&mut self, it: &'p Instance<'p>, name: &str) -> Option<Vec<Option<Place>>> {
        let expression = it.expressions?.get(name)?;
        let references = chains(expression);
        let [only] = &references[..] else { return None };
        let (data, _) = self.target(&Scope::of(it), only, 0)?;
        if data.kind != "aws_iam_policy_document" {
            return None;
        }
        let sources = self.sources?;
        let statements = sources.statements(self, data)?;
        Some(statements.iter().map(place_of_object).collect())
    }

    /// The places of the statements of a policy document.
    pub(crate) fn statement_places(
        &mut self,
        it: &'p Instance<'p>,
        count: usize,
    ) -> Vec<Option<Place>> {
        let Some(sources) = self.sources else { return Vec::new() };
        match sources.statements(self, it) {
            Some(all) if all.len() == count => all.iter().map(place_of_object).collect(),
            _ => Vec::new(),
        }
    }

    /// The planned blocks of a policy document with what the source says where the plan does not know.
    pub(crate) fn filled_from_source(&mut self, it: &'p Instance<'p>, planned: Value) -> Value {
        if planned.is_known() {
            return planned;
        }
        let Some(sources) = self.sources else { return planned };
        let Some(written) = sources.statements(self, it) else { return planned };
        let Value::List(mut blocks) = planned else { return planned };
        if blocks.len() != written.len() {
            return Value::List(blocks);
        }
        for (block, written) in blocks.iter_mut().zip(&written) {
            let Value::Object(block) = block else { continue };
            for (key, value) in &mut block.members {
                if !value.is_known()
                    && let Some(better) = written.get(key)
                {
                    *value = better.clone();
                }
            }
        }
        Value::List(blocks)
    }

    /// The place of the block of an instance.
    pub(crate) fn place_of(&self, it: &Instance<'_>) -> Option<Place> {
        let (block, _) = self.sources?.block_of(it)?;
        block.place()
    }
}

fn place_of_object(value: &Value) -> Option<Place> {
    match value {
        Value::Object(object) => object.at.clone(),
        _ => None,
    }
}

fn has_symbols(value: &Value) -> bool {
    let mut found = false;
    value.each_text(&mut |text| found |= text.symbols().next().is_some());
    found
}

/// The document with these places of its statements; none if their number differs.
fn with_places(planned: &Value, places: &[Option<Place>]) -> Option<Value> {
    let mut planned = planned.clone();
    let Value::Object(document) = &mut planned else { return None };
    let statements = document.members.iter_mut().find(|(key, _)| &**key == "Statement");
    let (_, statements) = statements?;
    let list: &mut [Value] = match statements {
        Value::List(list) => list,
        only => std::slice::from_mut(only),
    };
    if list.len() != places.len() {
        return None;
    }
    for (statement, place) in list.iter_mut().zip(places) {
        if let Value::Object(statement) = statement {
            statement.at.clone_from(place);
        }
    }
    Some(planned)
}

/// The document of an attribute's value: an encoded object, or a text of JSON with symbols in it.
fn as_document(value: Value) -> Option<Value> {
    match value {
        Value::Object(_) => Some(value),
        Value::Text(text) if text.parts().len() > 1 || text.as_literal().is_some() => {
            text_document(&text)
        }
        _ => None,
    }
}

/// The document in a JSON text whose strings may hold symbols.
pub(crate) fn text_document(text: &Text) -> Option<Value> {
    let names: Vec<Arc<str>> = text.symbols().cloned().collect();
    let mut numbers = 0_usize;
    let mut plain = String::new();
    for part in text.parts() {
        match part {
            crate::value::Part::Literal(literal) => plain.push_str(literal),
            crate::value::Part::Symbol(_) => {
                let _ = write!(plain, "\u{E000}{numbers}\u{E001}");
                numbers = numbers.saturating_add(1);
            }
        }
    }
    let parsed = parse(&plain).ok()?;
    Some(with_symbols(&parsed, &names))
}

fn with_symbols(value: &Value, names: &[Arc<str>]) -> Value {
    match value {
        Value::Text(text) => {
            let literal = text.as_literal().unwrap_or_default();
            let mut out = Text::default();
            let mut rest = literal.as_str();
            while let Some((before, after)) = rest.split_once('\u{E000}') {
                out.push_str(before);
                let Some((number, after)) = after.split_once('\u{E001}') else { break };
                if let Some(name) = number.parse::<usize>().ok().and_then(|at| names.get(at)) {
                    out.push(&Text::symbol(Arc::clone(name)));
                }
                rest = after;
            }
            out.push_str(rest);
            Value::Text(out)
        }
        Value::List(items) => Value::List(items.iter().map(|it| with_symbols(it, names)).collect()),
        Value::Object(object) => Value::object(
            object.members.iter().map(|(key, value)| (key.clone(), with_symbols(value, names))),
        ),
        other => other.clone(),
    }
}

/// A folder and a path relative to it, without `.` and `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => (),
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let lead = if folder.starts_with('/') { "/" } else { "" };
    format!("{lead}{}", parts.join("/"))
}

/// The keys of `for_each` of a block with their values, for `each.value`.
fn for_each_value(collection: &Value, key: &Json) -> Option<Value> {
    let key = key.as_str()?;
    match collection {
        Value::Object(object) => object.get(key).cloned(),
        Value::List(_) => Some(Value::text(key)),
        _ => None,
    }
}
