//! Findings in the making.

use polsim::text::{Code, Severity, Span};

use crate::finding::{Fix, Shown};

/// A finding in the making.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) code: Code,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) labels: Vec<(Span, String)>,
    pub(crate) level: Option<Severity>,
    pub(crate) witness: Option<Shown>,
    pub(crate) assumptions: Vec<&'static str>,
    pub(crate) fix: Option<Fix>,
    /// Place of what the repair takes out, and whether no decision changes.
    pub(crate) removes: Option<(Span, bool)>,
}

impl Draft {
    pub(crate) fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            span,
            message: message.into(),
            help: None,
            labels: Vec::new(),
            level: None,
            witness: None,
            assumptions: Vec::new(),
            fix: None,
            removes: None,
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn maybe_help(self, help: Option<String>) -> Self {
        Self { help: help.or(self.help), ..self }
    }

    pub(crate) fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    /// The same at a level that is milder than the rule's.
    pub(crate) fn milder(self, level: Severity) -> Self {
        Self { level: Some(level), ..self }
    }

    pub(crate) fn shown(self, witness: Option<Shown>) -> Self {
        Self { witness, ..self }
    }

    pub(crate) fn resting_on(self, assumptions: Vec<&'static str>) -> Self {
        Self { assumptions, ..self }
    }

    /// Calls the repair one that changes no decision.
    pub(crate) fn make_safe(&mut self) {
        if let Some(fix) = &mut self.fix {
            fix.safe = true;
        }
    }

    /// The same with a repair that takes out what is at a place.
    pub(crate) fn removes(self, span: Span) -> Self {
        Self { removes: Some((span, true)), ..self }
    }

    /// The same repair where only the catalogue says that nothing changes.
    pub(crate) fn removes_by_catalogue(self, span: Span) -> Self {
        Self { removes: Some((span, false)), ..self }
    }

    pub(crate) fn edit(self, safe: bool, span: Span, text: impl Into<Box<str>>) -> Self {
        Self { fix: Some(Fix { safe, edits: vec![(span, text.into())] }), ..self }
    }
}
