//! The requests of tests: the scenario's defaults, the test's own members, the network's keys.

use crate::case::{context_value, unknown_member};
use crate::request::{CallFacts, Constraint, ContextValue, RequestError, RequestParts, Slot};
use crate::text::{Diagnostic, KeyName, Member, Node, Source, Span, Value};

/// The members of a request and where each was written: a test's own before the defaults.
pub(super) struct RequestTemplate<'a> {
    layers: Vec<(&'a Source, &'a Node)>,
    source: &'a Source,
    span: Span,
    /// Keys and values; no key twice.
    context: Vec<(KeyName, ContextValue)>,
}

impl<'a> RequestTemplate<'a> {
    /// The request written in `layers`, the first of which counts first; mistakes are about
    /// `span` of `source` where a member is missing altogether.
    pub(super) fn new(
        layers: Vec<(&'a Source, &'a Node)>,
        (source, span): (&'a Source, Span),
        found: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut context: Vec<(KeyName, ContextValue)> = Vec::new();
        for (source, node) in &layers {
            let Some(member) = node.member("context") else { continue };
            if !matches!(member.value.value, Value::Object(_)) {
                let message = format!("`context` is an object, found {}", member.value.kind());
                found.push(Diagnostic::error("S0003", source, member.value.span, message));
            }
            let own = context.len();
            for member in member.value.members() {
                let key = KeyName::new(&member.key);
                if let Some((first, _)) = context.iter().skip(own).find(|(known, _)| *known == key)
                {
                    let message = format!("`{first}` and `{key}` are one key");
                    found.push(Diagnostic::error("S0009", source, member.key_span, message));
                    continue;
                }
                match context_value(source, &member.value) {
                    Ok(value) if !context.iter().any(|(known, _)| *known == key) => {
                        context.push((key, value));
                    }
                    Ok(_) => (),
                    Err(refused) => found.push(refused),
                }
            }
        }
        Self { layers, source, span, context }
    }

    fn member(&self, name: &str) -> Option<(&'a Source, &'a Member)> {
        self.layers.iter().find_map(|(source, node)| Some((*source, node.member(name)?)))
    }

    /// The text of a member.
    fn text(&self, name: &str) -> Option<&'a str> {
        self.member(name).and_then(|(_, member)| member.value.as_text())
    }

    /// The texts of a member that is a list or a single text.
    fn texts(&self, name: &str) -> Vec<&'a str> {
        let Some((_, member)) = self.member(name) else { return Vec::new() };
        match member.value.as_text() {
            Some(text) => vec![text],
            None => member.value.items().iter().filter_map(Node::as_text).collect(),
        }
    }

    /// The slots that are not known, but for keys that the test itself gives.
    pub(super) fn unknown(&self, found: &mut Vec<Diagnostic>) -> Vec<(Slot, Constraint)> {
        let layer = self.layers.iter().position(|(_, node)| node.member("unknown").is_some());
        let Some((source, member)) = self.member("unknown") else { return Vec::new() };
        let mut slots = match unknown_member(source, &member.value) {
            Ok(slots) => slots,
            Err(refused) => {
                found.extend(refused);
                return Vec::new();
            }
        };
        let given = |slot: &Slot| match slot {
            Slot::Key(key) => self.context.iter().any(|(it, _)| it == key),
            _ => false,
        };
        // What a default calls unknown, a test may say.
        slots.retain(|(slot, _)| layer == Some(0) || !given(slot));
        slots
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.member(name)?.1.value.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The parts of the request, if none is missing.
    pub(super) fn parts(&self, found: &mut Vec<Diagnostic>) -> Option<RequestParts<'a>> {
        let before = found.len();
        for name in ["principal", "action", "resource"] {
            if self.member(name).is_none() {
                let message = format!("the request has no `{name}`");
                found.push(
                    Diagnostic::error("S0002", self.source, self.span, message)
                        .with_help("give it here or in the scenario's `request`"),
                );
            }
        }
        (before == found.len()).then(|| RequestParts {
            principal: self.text("principal").unwrap_or_default(),
            action: self.text("action").unwrap_or_default(),
            resource: self.text("resource").unwrap_or_default(),
            resource_account: self.text("resourceAccount"),
            issuer: self.text("issuer"),
            call: CallFacts {
                region: self.text("region"),
                now: self.text("now"),
                via: self.texts("via"),
                role_arn: self.text("roleArn"),
                credentials: self.text("credentials"),
                absent: self.texts("absent"),
            },
            context: self.context.clone(),
            complete: self.flag("complete").unwrap_or_default(),
            management_account: self.flag("managementAccount").unwrap_or_default(),
            ..RequestParts::default()
        })
    }

    /// The mistake in a part, at its place.
    pub(super) fn about(&self, error: &RequestError) -> Diagnostic {
        let (source, span) = self
            .member(error.member)
            .map_or((self.source, self.span), |(source, member)| (source, member.value.span));
        Diagnostic::error("S0010", source, span, error.to_string())
    }
}
