//! The linter: which rules run, in which order, and which silence others.

use std::collections::{BTreeMap, BTreeSet};

use polsim::catalog::Catalog;
use polsim::policy::{Policy, PolicyType};
use polsim::prove::Limits;
use polsim::text::{self, Code, Diagnostic, Node, Severity, Source, Span};

use crate::check;
use crate::document::{Document, Part, Younger};
use crate::edit::removal;
use crate::finding::{Finding, Fix, Shown};
use crate::place::{node_at, pointer};
use crate::rule::Rule;

/// A linter: a choice of rules with their levels, and the catalogue that they ask.
///
/// ```
/// use polsim::policy::PolicyType;
/// use polsim::text::Source;
/// use polsim_lint::Linter;
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///     "Action": ["sqs:SendMessage", "sqs:Send*"], "Resource": "*"}}"#;
/// let source = Source::new("p.json", text);
/// let mut linter = Linter::new(None);
/// assert_eq!(linter.lint(&source, PolicyType::Identity).findings.len(), 1);
/// linter.ignore("W0404");
/// assert_eq!(linter.lint(&source, PolicyType::Identity).findings.len(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Linter<'c> {
    catalog: Option<&'c Catalog>,
    on: BTreeSet<Code>,
    levels: BTreeMap<Code, Severity>,
    younger: Younger,
    proofs: bool,
}

/// The findings about one document.
///
/// ```
/// use polsim::policy::PolicyType;
/// use polsim::text::Source;
/// let report = polsim_lint::Linter::new(None).lint(&Source::new("p.json", "{"), PolicyType::Scp);
/// assert_eq!((report.findings[0].code(), report.undecided), ("P0001", 0));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The findings, in the order of their places and codes.
    pub findings: Vec<Finding>,
    /// Number of questions that the prover did not decide.
    pub undecided: usize,
}

/// The findings so far, and how they are made.
#[derive(Debug)]
pub(crate) struct Found<'l> {
    linter: &'l Linter<'l>,
    source: &'l Source,
    document: &'l Node,
    statements: Vec<(Span, Option<Box<str>>)>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) undecided: usize,
}

/// A finding in the making.
#[derive(Debug)]
pub(crate) struct Draft {
    code: Code,
    span: Span,
    message: String,
    help: Option<String>,
    labels: Vec<(Span, String)>,
    level: Option<Severity>,
    witness: Option<Shown>,
    assumptions: Vec<&'static str>,
    fix: Option<Fix>,
    removes: Option<Span>,
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
        Self { removes: Some(span), ..self }
    }

    pub(crate) fn edit(self, safe: bool, span: Span, text: impl Into<Box<str>>) -> Self {
        Self { fix: Some(Fix { safe, edits: vec![(span, text.into())] }), ..self }
    }
}

impl<'l> Found<'l> {
    /// True if a rule runs.
    pub(crate) fn wants(&self, code: Code) -> bool {
        self.linter.on.contains(code)
    }

    /// Adds a finding, if its rule is on.
    pub(crate) fn add(&mut self, draft: Draft) {
        if !self.wants(draft.code) {
            return;
        }
        let rule = Rule::all().find(|rule| rule.code == draft.code);
        let natural = rule.map_or(Severity::Warning, |rule| rule.level);
        let level = match self.linter.levels.get(draft.code) {
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
        let gone = draft.removes.and_then(|span| removal(self.source, self.document, span));
        let removal = gone.map(|span| Fix { safe: true, edits: vec![(span, "".into())] });
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
        self.in_statement(part)
            .any(|it| at_condition(it) && (it.code().starts_with("W02") || it.code().starts_with("W03")))
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

impl<'c> Linter<'c> {
    /// The linter of the rules that are on by default. Without a catalogue the rules about names and
    /// grants are left out.
    pub fn new(catalog: Option<&'c Catalog>) -> Self {
        let on = Rule::all().filter(|rule| rule.on).map(|rule| rule.code).collect();
        let (levels, younger) = (BTreeMap::new(), Younger::default());
        Self { catalog, on, levels, younger, proofs: true }
    }

    /// Switches a rule on, by its code.
    pub fn select(&mut self, code: Code) {
        self.on.insert(code);
    }

    /// Switches every rule on.
    pub fn select_all(&mut self) {
        self.on = Rule::all().map(|rule| rule.code).collect();
    }

    /// Switches a rule off, by its code.
    pub fn ignore(&mut self, code: &str) {
        self.on.retain(|known| *known != code);
    }

    /// Gives the findings of a rule this level.
    pub fn level(&mut self, code: Code, level: Severity) {
        self.levels.insert(code, level);
    }

    /// Makes known an action, `service:Name`, that is younger than the catalogue.
    pub fn know_action(&mut self, action: &str) {
        self.younger.actions.push(action.into());
    }

    /// Makes known a service that is younger than the catalogue.
    pub fn know_service(&mut self, prefix: &str) {
        self.younger.services.push(prefix.into());
    }

    /// Leaves out the rules that need the evaluator or the prover.
    pub fn without_proofs(&mut self) {
        self.proofs = false;
    }

    /// The findings about the document that is the whole text of `source`, with the default limits of
    /// the prover.
    pub fn lint(&self, source: &Source, policy_type: PolicyType) -> Report {
        self.lint_within(source, None, policy_type, Limits::default())
    }

    /// The findings about the document at a place of `source`, which may be a part of a larger text,
    /// within these limits.
    pub fn lint_within(
        &self,
        source: &Source,
        at: Option<Span>,
        policy_type: PolicyType,
        limits: Limits<'_>,
    ) -> Report {
        let whole = match text::read(source) {
            Ok(node) => node,
            Err(refused) => return Report::refused(vec![refused]),
        };
        let node = match at {
            Some(span) => node_at(&whole, span).unwrap_or(&whole),
            None => &whole,
        };
        let parsed = match Policy::from_node(source, node, policy_type) {
            Ok(parsed) => parsed,
            Err(refused) => {
                let mut report = Report::refused(refused.into_vec());
                for finding in &mut report.findings {
                    finding.path = pointer(node, finding.diagnostic.span).into();
                }
                return report;
            }
        };
        let document = Document::new(&parsed.policy, self.catalog, &self.younger);
        let name = |it: &polsim::policy::Statement| {
            (it.span, it.sid.as_ref().map(|sid| sid.value.clone()))
        };
        let mut found = Found {
            linter: self,
            source,
            document: node,
            statements: parsed.policy.statements.iter().map(name).collect(),
            findings: Vec::new(),
            undecided: 0,
        };
        for warning in parsed.warnings {
            let finding = found.finding(warning);
            found.findings.push(finding);
        }
        check::by_reading(&document, &mut found);
        if self.proofs {
            check::by_proof(&document, &mut found, limits);
        }
        let (mut findings, undecided) = (found.findings, found.undecided);
        let place = |it: &Finding| (it.diagnostic.span.start, it.diagnostic.span.end, it.code());
        findings.sort_by(|one, other| place(one).cmp(&place(other)));
        findings.dedup_by(|one, other| {
            place(one) == place(other) && one.diagnostic.message == other.diagnostic.message
        });
        Report { findings, undecided }
    }
}

impl Report {
    fn refused(complaints: Vec<Diagnostic>) -> Self {
        let finding = |diagnostic| {
            let (path, statement, witness, fix) = ("".into(), None, None, None);
            Finding { diagnostic, path, statement, witness, assumptions: Vec::new(), fix }
        };
        Self { findings: complaints.into_iter().map(finding).collect(), undecided: 0 }
    }
}
