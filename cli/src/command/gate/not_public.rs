//! `polsim gate not-public`: no stranger is let in.

use polsim::catalog::Catalog;
use polsim::policy::PolicyType;
use polsim_lint::{Linter, Rule};

use super::{Answer, Format, Reason};
use crate::arguments::{Limits, seconds};
use crate::files::{likely_type, read};
use crate::{Console, Failure, Outcome};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Resource policies; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,

    /// The type of the resource, as Access Analyzer names it: `AWS::S3::Bucket`, `AWS::KMS::Key`,
    /// `AWS::IAM::AssumeRolePolicyDocument`, …
    #[arg(long, value_name = "TYPE")]
    resource_type: Option<String>,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Give a policy up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    timeout: f64,
}

/// The rules that a stranger's access breaks.
const RULES: [&str; 2] = ["W0113", "W0507"];

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = Catalog::embedded().map_err(|error| Failure::message(error.to_string()))?;
    let mut linter = Linter::new(Some(&catalog));
    for rule in Rule::all().filter(|rule| !RULES.contains(&rule.code)) {
        linter.ignore(rule.code);
    }
    let mut reasons = Vec::new();
    for path in &args.files {
        let source = read(path)?;
        let kind = match args.resource_type.as_deref() {
            Some("AWS::KMS::Key") => PolicyType::Key,
            Some("AWS::IAM::AssumeRolePolicyDocument") => PolicyType::Trust,
            Some(other) if other.starts_with("AWS::") => PolicyType::Resource,
            Some(other) => {
                return Err(Failure::message(format!("`{other}` is no type of resources"))
                    .with_help("types are written as in `AWS::S3::Bucket`"));
            }
            None => likely_type(&source),
        };
        if kind == PolicyType::Identity {
            return Err(Failure::message(format!("{path}: no statement names a principal"))
                .with_help("strangers are let in by resource, key and trust policies"));
        }
        let limits = Limits { timeout: args.timeout, memory: 400 };
        let report = limits.run(|limits| linter.lint_within(&source, None, kind, limits));
        let refused = report.findings.iter().filter(|it| it.code().starts_with('P'));
        let refused: Vec<_> = refused.map(|it| it.diagnostic.clone()).collect();
        if !refused.is_empty() {
            return Err(refused.into());
        }
        for finding in report.findings.iter().filter(|it| RULES.contains(&it.code())) {
            let shown = finding.witness.as_ref().map(|it| it.sentence.to_string());
            reasons.push(Reason {
                description: shown.unwrap_or_else(|| finding.diagnostic.message.clone()),
                statement_index: finding.statement.as_ref().map(|it| it.0),
                statement_id: finding
                    .statement
                    .as_ref()
                    .and_then(|it| it.1.clone())
                    .map(Into::into),
            });
        }
        if report.undecided > 0 {
            reasons.push(Reason {
                description: format!("{path}: {} questions are not decided", report.undecided),
                statement_index: None,
                statement_id: None,
            });
        }
    }
    let passes = "the policies let no stranger in";
    Answer::of(reasons, passes, "the policies let strangers in").print(args.format, console)
}
