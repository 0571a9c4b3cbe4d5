//! The requests of tests: the scenario's defaults, the test's own members, the network's keys.

use crate::case::context_value;
use crate::request::{ContextValue, Request, RequestError, RequestParts};
use crate::text::{Diagnostic, KeyName, Member, Node, Source, Span, Value};

/// The members of a request and where each was written: a test's own before the defaults.
pub(super) struct RequestTemplate<'a> {
    layers: Vec<(&'a Source, &'a Node)>,
    source: &'a Source,
    span: Span,
    /// Keys and values, each with its place; no key twice.
    pub(super) context: Vec<(KeyName, ContextValue, &'a Source, Span)>,
}

impl<'a> RequestTemplate<'a> {
    /// The request written in `layers`, the first of which counts first; complaints are about
    /// `span` of `source` where a member is missing altogether.
    pub(super) fn new(
        layers: Vec<(&'a Source, &'a Node)>,
        (source, span): (&'a Source, Span),
        found: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut context: Vec<(KeyName, ContextValue, &Source, Span)> = Vec::new();
        for (source, node) in &layers {
            let Some(member) = node.member("context") else { continue };
            if !matches!(member.value.value, Value::Object(_)) {
                let message = format!("`context` is an object, found {}", member.value.kind());
                found.push(Diagnostic::error("S0003", source, member.value.span, message));
            }
            let own = context.len();
            for member in member.value.members() {
                let key = KeyName::new(&member.key);
                if let Some((first, ..)) =
                    context.iter().skip(own).find(|(known, ..)| *known == key)
                {
                    let message = format!("`{first}` and `{key}` are one key");
                    found.push(Diagnostic::error("S0009", source, member.key_span, message));
                    continue;
                }
                match context_value(source, &member.value) {
                    Ok(value) if !context.iter().any(|(known, ..)| *known == key) => {
                        context.push((key, value, source, member.key_span));
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
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.member(name).and_then(|(_, member)| member.value.as_text())
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.member(name)?.1.value.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether nothing is filled in.
    pub(super) fn is_complete(&self) -> bool {
        self.flag("complete").unwrap_or_default()
    }

    /// The values that the request gives a key, and where.
    pub(super) fn given(&self, key: &KeyName) -> Option<(&ContextValue, &'a Source, Span)> {
        let entry = self.context.iter().find(|(known, ..)| known == key)?;
        Some((&entry.1, entry.2, entry.3))
    }

    /// The request with these keys besides its own; `management` says whether the requester lives
    /// in the management account where the request does not.
    pub(super) fn build(
        &self,
        more: &[(KeyName, ContextValue)],
        management: impl Fn(&Request) -> bool,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Request> {
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
        if before < found.len() {
            return None;
        }
        let mut context: Vec<(KeyName, ContextValue)> =
            self.context.iter().map(|(key, value, ..)| (key.clone(), value.clone())).collect();
        for (key, value) in more {
            if !context.iter().any(|(known, _)| known == key) {
                context.push((key.clone(), value.clone()));
            }
        }
        let mut parts = RequestParts {
            principal: self.text("principal").unwrap_or_default(),
            action: self.text("action").unwrap_or_default(),
            resource: self.text("resource").unwrap_or_default(),
            resource_account: self.text("resourceAccount"),
            issuer: self.text("issuer"),
            context,
            complete: self.is_complete(),
            management_account: self.flag("managementAccount").unwrap_or_default(),
        };
        match Request::new(parts.clone()) {
            Ok(request) if self.flag("managementAccount").is_none() && management(&request) => {
                parts.management_account = true;
                Request::new(parts).ok()
            }
            Ok(request) => Some(request),
            Err(error) => {
                found.push(self.about(&error));
                None
            }
        }
    }

    fn about(&self, error: &RequestError) -> Diagnostic {
        let (source, span) = self
            .member(error.member)
            .map_or((self.source, self.span), |(source, member)| (source, member.value.span));
        Diagnostic::error("S0010", source, span, error.to_string())
    }
}
