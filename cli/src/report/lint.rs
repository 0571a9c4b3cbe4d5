//! The findings of `polsim lint`: one model, and a writer for each format.

mod ci;
mod human;
mod json;
mod sarif;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::IsTerminal as _;

use polsim::catalog::Catalog;
use polsim::policy::PolicyType;
use polsim::text::Severity;
use polsim_lint::{Finding, Repair, Rule};
use sha2::{Digest as _, Sha256};

use crate::Failure;

/// An output format of findings.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people, with excerpts
    Human,
    /// A line for each finding
    Short,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A Code Quality report of GitLab
    Gitlab,
    /// JUnit XML, for CI
    Junit,
    /// A table, for summaries and comments
    Markdown,
}

impl Format {
    /// The format where none is named.
    pub(crate) fn for_terminal() -> Self {
        if std::io::stdout().is_terminal() { Self::Human } else { Self::Short }
    }
}

/// The findings of a run.
#[derive(Debug)]
pub(crate) struct Lint {
    /// The date of the catalogue, and its sources.
    pub(crate) catalog_date: String,
    pub(crate) catalog_sources: Vec<String>,
    pub(crate) policies: Vec<Policy>,
    /// Number of files that are no policies.
    pub(crate) skipped: usize,
    pub(crate) undecided: usize,
    pub(crate) entries: Vec<Entry>,
    pub(crate) notices: Vec<Notice>,
    /// The level from which a finding fails the run; none if none does.
    pub(crate) least: Option<Severity>,
}

/// A policy that was examined.
#[derive(Debug, Eq, PartialEq)]
#[expect(clippy::struct_field_names, reason = "AWS calls it the policy's type")]
pub(crate) struct Policy {
    pub(crate) file: String,
    pub(crate) name: Option<String>,
    pub(crate) policy_type: PolicyType,
    pub(crate) inferred: bool,
}

/// A finding, and what became of it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) file: String,
    pub(crate) policy: Option<String>,
    pub(crate) policy_type: PolicyType,
    pub(crate) inferred: bool,
    pub(crate) finding: Finding,
    /// Equal between runs while the fault and its statement stay, wherever they move to.
    pub(crate) fingerprint: String,
    pub(crate) state: State,
}

/// The state of a finding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// Known from a baseline.
    Baselined,
    Shown,
    /// Suppressed for this reason.
    Suppressed(String),
}

/// A remark about the settings or the baseline.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) code: &'static str,
    pub(crate) level: Severity,
    pub(crate) text: String,
}

impl Lint {
    pub(crate) fn new(catalog: &Catalog, skipped: usize) -> Self {
        let sources = catalog.sources();
        Self {
            catalog_date: catalog.date().to_owned(),
            catalog_sources: sources
                .iter()
                .map(|it| format!("{} {}", it.name, it.version))
                .collect(),
            policies: Vec::new(),
            skipped,
            undecided: 0,
            entries: Vec::new(),
            notices: Vec::new(),
            least: None,
        }
    }

    pub(crate) fn add_policy(
        &mut self,
        file: &str,
        name: Option<&str>,
        policy_type: PolicyType,
        inferred: bool,
    ) {
        let (file, name) = (file.to_owned(), name.map(str::to_owned));
        self.policies.push(Policy { file, name, policy_type, inferred });
    }

    /// Gives equal fingerprints an ordinal, so that each is unique.
    pub(crate) fn number(&mut self) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for entry in &mut self.entries {
            let count = seen.entry(entry.fingerprint.clone()).or_default();
            *count = count.saturating_add(1);
            if *count > 1 {
                entry.fingerprint = hashed(&[&entry.fingerprint, &count.to_string()]);
            }
        }
    }

    /// The findings that are shown.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|it| it.state == State::Shown)
    }

    /// The number of shown findings of a level, the linter's own remarks included.
    fn count(&self, level: Severity) -> usize {
        let own = self.notices.iter().filter(|it| it.level == level).count();
        self.shown().filter(|it| it.finding.level() == level).count().saturating_add(own)
    }

    fn suppressed(&self) -> usize {
        self.entries.iter().filter(|it| matches!(it.state, State::Suppressed(_))).count()
    }

    fn baselined(&self) -> usize {
        self.entries.iter().filter(|it| it.state == State::Baselined).count()
    }

    fn fixable(&self) -> usize {
        self.shown().filter(|it| it.finding.fix.as_ref().is_some_and(|fix| fix.safe)).count()
    }

    /// The sum in one line.
    fn totals(&self) -> String {
        let [errors, warnings, infos] =
            [Severity::Error, Severity::Warning, Severity::Info].map(|level| self.count(level));
        let all = errors.saturating_add(warnings).saturating_add(infos);
        let mut with: Vec<(&str, Option<&str>)> =
            self.shown().map(|it| (&*it.file, it.policy.as_deref())).collect();
        with.sort_unstable();
        with.dedup();
        let mut out = format!(
            "{} ({}, {}, {infos} info) in {} of {}",
            plural(all, "finding"),
            plural(errors, "error"),
            plural(warnings, "warning"),
            with.len(),
            match self.policies.len() {
                1 => "1 policy".to_owned(),
                many => format!("{many} policies"),
            },
        );
        let (fixable, suppressed, baselined) =
            (self.fixable(), self.suppressed(), self.baselined());
        if fixable > 0 {
            let _ = write!(out, "; {fixable} can be repaired with --fix");
        }
        if suppressed > 0 {
            let _ = write!(out, "; {suppressed} suppressed");
        }
        if baselined > 0 {
            let _ = write!(out, "; {baselined} in the baseline");
        }
        out
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

impl Entry {
    pub(crate) fn new(
        file: &str,
        policy: Option<&str>,
        (policy_type, inferred): (PolicyType, bool),
        finding: Finding,
    ) -> Self {
        let fingerprint = fingerprint(file, policy, &finding);
        Self {
            file: file.to_owned(),
            policy: policy.map(str::to_owned),
            policy_type,
            inferred,
            finding,
            fingerprint,
            state: State::Shown,
        }
    }

    /// The line and column of the finding, both from 1.
    fn start(&self) -> (u32, u32) {
        let diagnostic = &self.finding.diagnostic;
        let at = diagnostic.source.position(diagnostic.span.start);
        (at.line, at.column)
    }

    /// The line and column behind the finding.
    fn end(&self) -> (u32, u32) {
        let diagnostic = &self.finding.diagnostic;
        let at = diagnostic.source.position(diagnostic.span.end);
        (at.line, at.column)
    }
}

/// The fingerprint: no line numbers, so that it survives edits elsewhere in the file.
fn fingerprint(file: &str, policy: Option<&str>, finding: &Finding) -> String {
    let sid = finding.statement.as_ref().and_then(|it| it.1.as_deref()).unwrap_or_default();
    let file = file.strip_prefix("./").unwrap_or(file).replace('\\', "/");
    let steps = finding.path.split('/').filter(|step| step.parse::<usize>().is_err());
    let path: Vec<&str> = steps.collect();
    let flagged: String = finding.flagged().split_whitespace().collect();
    let parts = [finding.code(), &file, policy.unwrap_or_default(), sid, &path.join("/"), &flagged];
    hashed(&parts)
}

/// The first 16 hexadecimal digits of the SHA-256 of the parts.
fn hashed(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\u{0}").as_bytes());
    digest.iter().take(8).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The findings in a format.
pub(crate) fn text(lint: &Lint, format: Format) -> Result<String, Failure> {
    Ok(match format {
        Format::Human => human::text(lint),
        Format::Short => human::short(lint),
        Format::Json => json::text(lint),
        Format::Sarif => sarif::text(lint),
        Format::Github => ci::github(lint),
        Format::Gitlab => ci::gitlab(lint),
        Format::Junit => ci::junit(lint)?,
        Format::Markdown => ci::markdown(lint),
    })
}

/// A line for each code: how many findings, and whether they can be repaired.
pub(crate) fn statistics(lint: &Lint) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in lint.shown() {
        let count = counts.entry(entry.finding.code()).or_default();
        *count = count.saturating_add(1);
    }
    let mut out = String::new();
    for (code, count) in counts {
        let rule = Rule::find(code);
        let mark = match rule.map(|it| it.repair) {
            Some(Repair::Safe) => " [fixable]",
            _ => "",
        };
        let title = rule.map_or("", |it| it.title);
        let _ = writeln!(out, "{count:>7}  {code}  {title}{mark}");
    }
    let _ = writeln!(out, "{}", lint.totals());
    out
}
