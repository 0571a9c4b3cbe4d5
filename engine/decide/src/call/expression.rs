//! Expressions of the table: what the parameters give for a resource or a context key.

use serde_json::Value;

use super::derive::Caller;
use super::functions;
use super::parameters::Parameters;
use super::path::{Focus, Found, Path};
use crate::text::{Pattern, Piece};

/// A text, parts of which may be unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Built {
    pub(super) text: String,
    pieces: Vec<Piece>,
}

/// The value that an expression gives for a context key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Worth {
    Known(Vec<String>),
    /// There, with a value that the parameters do not tell.
    Unknown,
    Absent,
}

/// The facts that expressions are read with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) caller: &'a Caller<'a>,
    /// The element at hand of a repeated check.
    pub(super) focus: Option<&'a Focus<'a>>,
}

impl Built {
    pub(super) fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { pieces: vec![Piece::Text(text.as_str().into())], text }
    }

    pub(super) fn is_known(&self) -> bool {
        self.pieces.iter().all(|it| matches!(it, Piece::Text(_)))
    }

    pub(super) fn pattern(&self) -> Pattern {
        Pattern::from_pieces(self.pieces.clone())
    }

    #[must_use]
    pub(super) fn then(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self.pieces.push(Piece::Text(text.into()));
        self
    }

    /// The text goes on with one in which `*` and `?` stand for what is unknown.
    #[must_use]
    pub(super) fn then_template(mut self, text: &str) -> Self {
        self.text.push_str(text);
        let mut rest = text;
        while let Some(at) = rest.find(['*', '?']) {
            let (before, wild) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.pieces.push(Piece::Text(before.into()));
            self.pieces.push(if wild.starts_with('*') { Piece::AnyRun } else { Piece::AnyOne });
            rest = wild.get(1..).unwrap_or_default();
        }
        self.pieces.push(Piece::Text(rest.into()));
        self
    }

    #[must_use]
    pub(super) fn join(mut self, other: &Self) -> Self {
        self.text.push_str(&other.text);
        self.pieces.extend(other.pieces.iter().cloned());
        self
    }
}

impl<'a> Facts<'a> {
    /// What a path leads to.
    pub(super) fn follow(&self, path: &Path<'_>) -> Vec<Found<'a>> {
        path.follow(&self.parameters.members, self.focus)
    }

    /// The texts that a path leads to, or those of the part of them that it means.
    pub(super) fn texts(&self, path: &str) -> Vec<String> {
        let path = Path::read(path);
        let found = self.follow(&path);
        match path.part {
            Some(part) => found.iter().flat_map(|it| functions::part(it, part)).collect(),
            None => found.iter().flat_map(Found::texts).collect(),
        }
    }

    /// The value of a context key.
    pub(super) fn worth(&self, expression: &str, many: bool) -> Worth {
        match expression {
            "?" => return Worth::Unknown,
            "-" => return Worth::Absent,
            _ => (),
        }
        let mut known = Vec::new();
        let (values, template) = match expression.split_once(" ?: ") {
            Some((values, template)) => (values, Some(template)),
            None => (expression, None),
        };
        for side in split(values, "|") {
            let built = match template {
                Some(template) => self.named(side, template),
                None => self.chain(side),
            };
            if built.iter().any(|it| !it.is_known()) {
                return Worth::Unknown;
            }
            known.extend(built.into_iter().map(|it| it.text));
            if !many && !known.is_empty() {
                break;
            }
        }
        match known.is_empty() {
            true if self.parameters.incomplete => Worth::Unknown,
            true => Worth::Absent,
            false => Worth::Known(known),
        }
    }

    /// The resources of a check; none where the parameters name none.
    pub(super) fn resources(&self, expression: &str) -> Vec<Built> {
        if let Some((path, template)) = expression.split_once(" ?: ") {
            let named = self.named(path, template);
            if !named.is_empty() {
                return named;
            }
            return self.template(template, Some(&Built::default().then_template("*")));
        }
        match expression.strip_suffix(")*") {
            Some(_) => {
                let inner = expression.strip_suffix('*').unwrap_or(expression);
                self.chain(inner).into_iter().map(|it| it.then_template("*")).collect()
            }
            None => self.chain(expression),
        }
    }

    /// ARNs as they are; names put into a template.
    fn named(&self, path: &str, template: &str) -> Vec<Built> {
        let values = self.texts(path);
        let one = |value: String| match value.starts_with("arn:") {
            true => vec![Built::of(value)],
            false if template == "ec2id(${.})" => vec![functions::of_ec2(self, &value)],
            false => self.template(template, Some(&Built::of(value))),
        };
        values.into_iter().flat_map(one).collect()
    }

    /// The first of several expressions that gives something.
    pub(super) fn chain(&self, text: &str) -> Vec<Built> {
        let sides = split(text, "||");
        sides.into_iter().map(|it| self.item(it)).find(|it| !it.is_empty()).unwrap_or_default()
    }

    fn item(&self, text: &str) -> Vec<Built> {
        if let Some(constant) = constant(text) {
            return vec![Built::of(constant)];
        }
        if let Some((path, then)) = text.split_once("->") {
            let is_there = self.follow(&Path::read(path)).iter().any(Found::is_something);
            return if is_there { self.item(then) } else { Vec::new() };
        }
        if text.starts_with("arn:") {
            return self.template(text, None);
        }
        if text == "*" {
            return vec![Built::default().then_template("*")];
        }
        if let Some((name, arguments)) = text.split_once('(') {
            let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
            let arguments: Vec<&str> = arguments.split(',').collect();
            return functions::call(self, name, &arguments);
        }
        let path = text.strip_prefix('=').unwrap_or(text);
        self.texts(path).into_iter().map(Built::of).collect()
    }

    /// The texts of a template, one for each value of what is in it; `*` in the place of what is
    /// missing.
    fn template(&self, text: &str, own: Option<&Built>) -> Vec<Built> {
        let mut all = vec![Built::default()];
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            let values = match name {
                "." => own.cloned().into_iter().collect(),
                name => self.place(name),
            };
            let values =
                if values.is_empty() { vec![Built::default().then_template("*")] } else { values };
            let start = |it: Built| {
                let it = it.then_template(before);
                values.iter().map(move |value| it.clone().join(value)).collect::<Vec<_>>()
            };
            all = all.into_iter().flat_map(start).collect();
            rest = tail;
        }
        all.into_iter().map(|it| it.then_template(rest)).collect()
    }

    /// The values for a place of a template: partition, region, account, or parameters.
    fn place(&self, name: &str) -> Vec<Built> {
        let one = |name: &str| match name {
            "p" => vec![Built::of(self.caller.partition)],
            "r" => self.caller.region.into_iter().map(Built::of).collect(),
            "a" => self.caller.account.into_iter().map(Built::of).collect(),
            name => self.item(name),
        };
        split(name, "||").into_iter().map(one).find(|it| !it.is_empty()).unwrap_or_default()
    }

    /// The tags that a path leads to, as names and values; none without tags.
    pub(super) fn tags(&self, path: &str) -> Vec<(String, String)> {
        let path = Path::read(path);
        let lists = self.follow(&path);
        let mut tags = Vec::new();
        for found in lists {
            let Found::Value(value) = found else { continue };
            match path.part {
                Some(part) => functions::specified(value, part)
                    .into_iter()
                    .for_each(|it| functions::tags(it, &mut tags)),
                None => functions::tags(value, &mut tags),
            }
        }
        tags
    }

    /// The members of a map, or the tags of a list or a query string.
    pub(super) fn pairs(&self, path: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for found in self.follow(&Path::read(path)) {
            if let Found::Value(value) = found {
                functions::tags(value, &mut pairs);
            }
        }
        pairs
    }

    /// Tells whether a path leads to something; nothing where members may be missing.
    pub(super) fn has(&self, path: &str) -> Option<bool> {
        let path = Path::read(path);
        let found = self.follow(&path);
        let is_there = match path.part {
            None => found.iter().any(Found::is_something),
            Some(part) => found.iter().any(|it| {
                let is_specified = |value: &Value| !functions::specified(value, part).is_empty();
                !functions::part(it, part).is_empty()
                    || matches!(it, Found::Value(value) if is_specified(value))
            }),
        };
        (is_there || !self.parameters.incomplete).then_some(is_there)
    }
}

/// The text of a constant in quotes.
fn constant(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

/// The parts of a text between separators outside of parentheses, braces and quotes.
pub(super) fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut depth, mut quoted) = (0_usize, false);
    let (mut start, mut skip) = (0_usize, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        if skip > 0 {
            skip = skip.saturating_sub(1);
            continue;
        }
        match byte {
            b'\'' => quoted = !quoted,
            _ if quoted => (),
            b'(' | b'{' => depth = depth.saturating_add(1),
            b')' | b'}' => depth = depth.saturating_sub(1),
            b'|' if depth == 0 => {
                let is_double = text.get(at..).is_some_and(|it| it.starts_with("||"));
                let length: usize = if is_double { 2 } else { 1 };
                skip = length.saturating_sub(1);
                if length == separator.len() {
                    parts.extend(text.get(start..at));
                    start = at.saturating_add(length);
                }
            }
            _ => (),
        }
    }
    parts.extend(text.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(parameters: &str, expression: &str, many: bool) -> Worth {
        let parameters = Parameters::read(parameters).unwrap();
        let caller = Caller { partition: "aws", account: Some("111122223333"), region: None };
        Facts { parameters: &parameters, caller: &caller, focus: None }.worth(expression, many)
    }

    #[test]
    fn alternatives_are_all_or_the_first() {
        let parameters = r#"{"A": "x", "B": ["y", "z"]}"#;
        let known = |list: &[&str]| Worth::Known(list.iter().map(|it| (*it).to_owned()).collect());
        assert_eq!(worth(parameters, "A|B[]", true), known(&["x", "y", "z"]));
        assert_eq!(worth(parameters, "A|B[]", false), known(&["x"]));
        assert_eq!(worth(parameters, "C||'none'", false), known(&["none"]));
        assert_eq!(worth(parameters, "A->'VPC'||'Internet'", false), known(&["VPC"]));
        assert_eq!(worth(parameters, "C", false), Worth::Absent);
    }

    #[test]
    fn what_is_missing_in_a_template_is_unknown() {
        let expression = "arn:${p}:ec2:${r}:${a}:volume/${VolumeId}";
        assert_eq!(worth(r#"{"VolumeId": "vol-1"}"#, expression, false), Worth::Unknown);
        let parameters = Parameters::read("{}").unwrap();
        let caller = Caller { partition: "aws", account: Some("1"), region: Some("eu-west-1") };
        let facts = Facts { parameters: &parameters, caller: &caller, focus: None };
        let built = facts.resources(expression);
        assert_eq!(built[0].text, "arn:aws:ec2:eu-west-1:1:volume/*");
        assert!(!built[0].is_known());
    }
}
