//! The reader of a policy document: its state, and how it complains.

use super::Parsed;
use super::rules::Rules;
use crate::policy::{Policy, PolicyType, Version, code};
use crate::text::{Code, Diagnostic, Diagnostics, Node, Severity, Source, Span, Value, quoted};

/// The upper bound on the errors, and on the warnings, that are listed for one document.
const MAX_LISTED: usize = 100;

/// A reader of one policy document: goes on after a mistake and collects the complaints.
#[derive(Debug)]
pub(super) struct DocumentReader<'a> {
    pub(super) source: &'a Source,
    pub(super) policy_type: PolicyType,
    pub(super) rules: Rules,
    pub(super) version: Version,
    pub(super) errors: Complaints,
    pub(super) warnings: Complaints,
}

/// The complaints about one document, of which only so many are listed.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    pub(super) listed: Vec<Diagnostic>,
    unlisted: usize,
    first_unlisted: Span,
}

impl Complaints {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.listed.len() < MAX_LISTED {
            self.listed.push(diagnostic);
            return;
        }
        if self.unlisted == 0 {
            self.first_unlisted = diagnostic.span;
        }
        self.unlisted = self.unlisted.saturating_add(1);
    }

    /// The complaints as errors about `source`.
    pub(super) fn errors(self, source: &Source) -> Vec<Diagnostic> {
        self.sorted(|count, span| {
            let message = format!("and {count} more errors from here on");
            Diagnostic::error(code::MORE_ERRORS, source, span, message)
        })
    }

    /// The complaints in the order of the text, and `more` about those that are not listed.
    pub(super) fn sorted(
        mut self,
        more: impl FnOnce(usize, Span) -> Diagnostic,
    ) -> Vec<Diagnostic> {
        self.listed.sort_by_key(|diagnostic| diagnostic.span.start);
        if self.unlisted != 0 {
            self.listed.push(more(self.unlisted, self.first_unlisted));
        }
        self.listed
    }
}

impl<'a> DocumentReader<'a> {
    pub(super) fn new(source: &'a Source, policy_type: PolicyType) -> Self {
        Self {
            source,
            policy_type,
            rules: Rules::of(policy_type),
            version: Version::V2008,
            errors: Complaints::default(),
            warnings: Complaints::default(),
        }
    }

    pub(super) fn finish(self, policy: Option<Policy>) -> Result<Parsed, Diagnostics> {
        let source = self.source;
        let errors = self.errors.errors(source);
        let warnings = self.warnings.sorted(|count, span| {
            let message = format!("and {count} more warnings from here on");
            Diagnostic::warning(code::MORE_WARNINGS, source, span, message)
        });
        match policy {
            Some(policy) if errors.is_empty() => Ok(Parsed { policy, warnings }),
            _ => Err(errors.into()),
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        match diagnostic.severity {
            Severity::Error => self.errors.push(diagnostic),
            Severity::Warning | Severity::Info => self.warnings.push(diagnostic),
        }
    }

    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.errors.push(Diagnostic::error(code, self.source, span, message));
    }

    pub(super) fn error_with_help(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::error(code, self.source, span, message).with_help(help));
    }

    pub(super) fn warn(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.warnings.push(Diagnostic::warning(code, self.source, span, message));
    }

    pub(super) fn warn_with_help(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::warning(code, self.source, span, message).with_help(help));
    }

    /// Complains that the value of `name` has the wrong JSON type.
    pub(super) fn wrong_type(&mut self, name: &str, node: &Node, expected: &str) {
        let found = match &node.value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => {
                format!("{} {}", node.kind(), quoted(self.source.slice(node.span)))
            }
            _ => node.kind().to_owned(),
        };
        let message = format!("{} is {found}: expected {expected}", quoted(name));
        self.error(code::JSON_TYPE, node.span, message);
    }

    /// The policy type with its article: `an identity`, `a trust`.
    pub(super) fn article(&self) -> String {
        let vowel = matches!(
            self.policy_type,
            PolicyType::Identity | PolicyType::Endpoint | PolicyType::Rcp | PolicyType::Scp
        );
        format!("{} {}", if vowel { "an" } else { "a" }, self.policy_type)
    }
}

/// The diagnostic with the name that was probably meant.
pub(super) fn with_meant(diagnostic: Diagnostic, meant: Option<&str>) -> Diagnostic {
    match meant {
        Some(meant) => diagnostic.with_help(format!("did you mean `{meant}`?")),
        None => diagnostic,
    }
}
