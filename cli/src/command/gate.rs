//! `polsim gate`: IAM Access Analyzer's custom checks, offline.

mod not_granted;
mod not_public;

use polsim::policy::PolicyType;
use serde::Serialize;

use crate::arguments::policy_type;
use crate::{Console, Failure, Outcome};

/// Stop a change that grants too much: IAM Access Analyzer's custom checks, offline
///
/// Each gate shows the request that breaks it. What cannot be decided breaks it, too. The exit status
/// is 0 for PASS and 1 for FAIL.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    gate: Gate,
}

#[derive(Debug, clap::Subcommand)]
enum Gate {
    /// NEW allows nothing that OLD does not (CheckNoNewAccess)
    NoNewAccess(NoNewAccess),
    /// The policies allow none of these actions (CheckAccessNotGranted)
    NotGranted(not_granted::Args),
    /// The policies let no stranger in (CheckNoPublicAccess)
    NotPublic(not_public::Args),
}

/// The arguments of `polsim diff --only new --exit-code`, which the gate stands for.
#[derive(Debug, clap::Args)]
pub(super) struct NoNewAccess {
    /// The policy document or scenario before the change
    pub(super) old: String,

    /// The policy document or scenario after it
    pub(super) new: String,

    /// What the documents are, where they do not tell: `identity`, `resource`, …
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type)]
    pub(super) policy_type: Option<PolicyType>,

    /// How to print the differences
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: crate::report::Format,
}

impl Args {
    /// The gate about new access.
    pub(super) fn no_new_access(&self) -> Option<&NoNewAccess> {
        match &self.gate {
            Gate::NoNewAccess(args) => Some(args),
            Gate::NotGranted(_) | Gate::NotPublic(_) => None,
        }
    }
}

/// How the answer of a gate is printed.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// As Access Analyzer answers
    Aws,
}

/// The answer of a gate.
#[derive(Debug, Serialize)]
struct Answer {
    result: &'static str,
    message: String,
    reasons: Vec<Reason>,
}

/// A reason why a gate fails.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reason {
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement_id: Option<String>,
}

impl Answer {
    fn of(reasons: Vec<Reason>, passes: &str, fails: &str) -> Self {
        let (result, message) = if reasons.is_empty() { ("PASS", passes) } else { ("FAIL", fails) };
        Self { result, message: message.to_owned(), reasons }
    }

    fn print(&self, format: Format, console: &mut Console) -> Result<Outcome, Failure> {
        match format {
            Format::Aws => console.print_json(self)?,
            Format::Human => {
                console.print(&format!("{}: {}\n", self.result, self.message))?;
                for reason in &self.reasons {
                    console.print(&format!("  {}\n", reason.description))?;
                }
            }
        }
        Ok(if self.reasons.is_empty() { Outcome::AsWanted } else { Outcome::Finding })
    }
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    match &args.gate {
        Gate::NotGranted(args) => not_granted::run(args, console),
        Gate::NotPublic(args) => not_public::run(args, console),
        // The table of commands sends it to `diff`.
        Gate::NoNewAccess(_) => Ok(Outcome::NoAnswer),
    }
}
