//! The findings about a document so far, and the choice of rules that may add to them.

use std::collections::{BTreeMap, BTreeSet};

use polsim::policy::{Policy, Statement};
use polsim::text::{Code, Diagnostic, Node, Severity, Source, Span};

use crate::document::Part;
use crate::draft::Draft;
use crate::edit::removal;
use crate::finding::{Finding, Fix};
use crate::place::pointer;
use crate::rule::Rule;

/// A choice of rules, with the levels that are not their own.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) on: BTreeSet<Code>,
    pub(crate) levels: BTreeMap<Code, Severity>,
}

/// The findings so far, and how they are made.
#[derive(Debug)]
pub(crate) struct Found<'l> {
    choice: &'l Choice,
    source: &'l Source,
    document: &'l Node,
    statements: Vec<(Span, Option<Box<str>>)>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) undecided: usize,
}

impl<'l> Found<'l> {
    /// No findings yet about the document at a node of the source.
    pub(crate) fn new(
        choice: &'l Choice,
        source: &'l Source,
        document: &'l Node,
        policy: &Policy,
    ) -> Self {
        let name = |it: &Statement| (it.span, it.sid.as_ref().map(|sid| sid.value.clone()));
        let statements = policy.statements.iter().map(name).collect();
        Self { choice, source, document, statements, findings: Vec::new(), undecided: 0 }
    }

    /// Adds a warning of the parser.
    pub(crate) fn warn(&mut self, warning: Diagnostic) {
        let finding = self.finding(warning);
        self.findings.push(finding);
    }

    /// True if a rule runs.
    pub(crate) fn wants(&self, code: Code) -> bool {
        self.choice.on.contains(code)
    }

    /// Adds a finding, if its rule is on.
    pub(crate) fn add(&mut self, draft: Draft) {
        if !self.wants(draft.code) {
            return;
        }
        let rule = Rule::all().find(|rule| rule.code == draft.code);
        let natural = rule.map_or(Severity::Warning, |rule| rule.level);
        let level = match self.choice.levels.get(draft.code) {
            Some(level) => *level,
            None => draft.level.unwrap_or(natural),
        };
        let mut diagnostic = Diagnostic {
            severity: level,
            ..Diagnostic::warning(draft.code, self.source, draft.span, draft.message)
        };
        diagnostic.help = draft.help;
        for (span, text) in draft.labels {
            diagnostic = diagnostic.with_label(span, text);
        }
        let mut finding = self.finding(diagnostic);
        finding.witness = draft.witness;
        finding.assumptions = draft.assumptions;
        let removal = draft.removes.and_then(|(span, safe)| {
            let gone = removal(self.source, self.document, span)?;
            Some(Fix { safe, edits: vec![(gone, "".into())] })
        });
        finding.fix = draft.fix.or(removal);
        self.findings.push(finding);
    }

    fn finding(&self, diagnostic: Diagnostic) -> Finding {
        let path = pointer(self.document, diagnostic.span).into();
        let holds = |(span, _): &&(Span, Option<Box<str>>)| {
            span.start <= diagnostic.span.start && diagnostic.span.end <= span.end
        };
        let at = self.statements.iter().position(|it| holds(&it));
        let statement = at.and_then(|at| Some((at, self.statements.get(at)?.1.clone())));
        let (witness, assumptions, fix) = (None, Vec::new(), None);
        Finding { diagnostic, path, statement, witness, assumptions, fix }
    }

    /// True if a finding of one of these codes, or of a hundred such as `W03`, is in the statement.
    pub(crate) fn has(&self, part: &Part<'_>, codes: &[&str]) -> bool {
        self.in_statement(part).any(|it| codes.iter().any(|code| it.code().starts_with(code)))
    }

    /// True if a finding about names or conditions is at a condition of the statement.
    pub(crate) fn has_in_conditions(&self, part: &Part<'_>) -> bool {
        let at_condition = |it: &Finding| it.path.contains("/Condition/");
        self.in_statement(part).any(|it| {
            at_condition(it) && (it.code().starts_with("W02") || it.code().starts_with("W03"))
        })
    }

    /// True if a finding of the code is in the document.
    pub(crate) fn has_anywhere(&self, code: Code) -> bool {
        self.findings.iter().any(|it| it.code() == code)
    }

    fn in_statement(&self, part: &Part<'_>) -> impl Iterator<Item = &Finding> {
        let own = part.index;
        self.findings.iter().filter(move |it| it.statement.as_ref().is_some_and(|at| at.0 == own))
    }
}
