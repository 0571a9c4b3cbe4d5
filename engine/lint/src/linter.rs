//! The linter: which rules run, in which order, and which silence others.

use std::collections::BTreeMap;

use polsim::catalog::Catalog;
use polsim::policy::{Document as Printed, Policy, PolicyType};
use polsim::prove::Limits;
use polsim::text::{self, Code, Diagnostic, Severity, Source, Span};

use crate::check;
use crate::document::{Document, Younger};
use crate::finding::Finding;
use crate::found::{Choice, Found};
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
    choice: Choice,
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

impl<'c> Linter<'c> {
    /// The linter of the rules that are on by default. Without a catalogue the rules about names and
    /// grants are left out.
    pub fn new(catalog: Option<&'c Catalog>) -> Self {
        let on = Rule::all().filter(|rule| rule.on).map(|rule| rule.code).collect();
        let choice = Choice { on, levels: BTreeMap::new() };
        Self { catalog, choice, younger: Younger::default(), proofs: true }
    }

    /// Switches a rule on, by its code.
    pub fn select(&mut self, code: Code) {
        self.choice.on.insert(code);
    }

    /// Switches every rule on.
    pub fn select_all(&mut self) {
        self.choice.on = Rule::all().map(|rule| rule.code).collect();
    }

    /// Switches a rule off, by its code.
    pub fn ignore(&mut self, code: &str) {
        self.choice.on.retain(|known| *known != code);
    }

    /// Gives the findings of a rule this level.
    pub fn level(&mut self, code: Code, level: Severity) {
        self.choice.levels.insert(code, level);
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
        let (source, whole) = match at {
            // A part of a larger text is where it is; a text may be an answer of AWS with a policy in it.
            Some(_) => match text::read(source) {
                Ok(node) => (source.clone(), node),
                Err(refused) => return Report::refused(vec![refused]),
            },
            None => match Printed::read(source, None) {
                Ok(printed) => (printed.source, printed.node),
                Err(refused) => return Report::refused(refused.into_vec()),
            },
        };
        let source = &source;
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
        let mut found = Found::new(&self.choice, source, node, &parsed.policy);
        parsed.warnings.into_iter().for_each(|warning| found.warn(warning));
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
