//! `polsim lint`: what the authors of policies will regret.

mod baseline;
mod config;
mod explain;
mod fix;
mod inputs;

use polsim::catalog::{Catalog, CatalogError};
use polsim::policy::PolicyType;
use polsim::text::Severity;
use polsim_lint::{Linter, Report};

use crate::arguments::{Limits, at_least_one, policy_type, seconds};
use crate::parallel::{self, Progress};
use crate::report::lint::{self as written, Entry, Format, Lint, State};
use crate::{Console, Failure, Outcome};

use config::Config;
use inputs::{Inputs, Item};

/// Find what the authors of policies will regret
///
/// Names that AWS does not have, conditions that do not say what they seem to, statements that no
/// request matches, ways to more permissions, access for strangers. What a finding claims about requests
/// is proved, or shown by a request that the evaluator has decided. A folder stands for all policies
/// in it and below. The exit status is 1 if there is a finding at or above the level of `--fail-on`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Args {
    /// Policy documents, JSON lines, scenarios, folders; `-` is standard input
    #[arg(value_name = "PATH", required_unless_present = "explain")]
    paths: Vec<String>,

    /// What policy documents are, where they do not tell: `identity`, `scp`, `endpoint`, …
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type)]
    policy_type: Option<PolicyType>,

    /// Run these rules besides those that run by default, by code or name
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    select: Vec<String>,

    /// Do not run these rules
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Run every rule
    #[arg(long)]
    all: bool,

    /// The level from which findings make the exit status 1
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<FailOn>,

    /// How to print the findings; by default `human` on a terminal and `short` elsewhere
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Write the findings to a file
    #[arg(long, value_name = "FILE")]
    output: Option<String>,

    /// Repair what can be repaired without changing a decision, which is proved before a file is
    /// written
    #[arg(long)]
    fix: bool,

    /// Make the other repairs, too: they change what the policy means
    #[arg(long)]
    unsafe_fixes: bool,

    /// Show the repairs and write nothing
    #[arg(long)]
    diff: bool,

    /// Hide the findings that a file lists
    #[arg(long, value_name = "FILE")]
    baseline: Option<String>,

    /// Write the findings to a file for `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<String>,

    /// A line for each code, with the number of its findings
    #[arg(long)]
    statistics: bool,

    /// Exit with status 1 if there are more findings than this, whatever their level
    #[arg(long, value_name = "N")]
    max_findings: Option<usize>,

    /// Explain a rule, by code or name
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,

    /// Leave out the rules that need proofs
    #[arg(long)]
    no_proof: bool,

    /// The settings; by default `polsim.toml` in this folder or the nearest above it
    #[arg(long, value_name = "FILE")]
    config: Option<String>,

    /// Give a document's proofs up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    timeout: f64,

    /// Give a proof up when its search takes so many megabytes
    #[arg(long, value_name = "MB", default_value_t = 400, value_parser = at_least_one)]
    memory: usize,
}

/// The level from which findings count for the exit status.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Every finding
    Info,
    /// None
    Never,
}

impl FailOn {
    /// The least level that counts.
    fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    if let Some(word) = &args.explain {
        return explain::run(word, console);
    }
    let config = Config::read(args.config.as_deref())?;
    let catalog = Catalog::embedded().map_err(|error: CatalogError| {
        Failure::message(error.to_string()).with_help("install polsim again")
    })?;
    let linter = linter(args, &config, &catalog)?;
    let inputs = Inputs::find(&args.paths, args.policy_type, &config)?;
    for name in &inputs.skipped {
        console.note(&format!("{name}: not a policy"));
    }
    if inputs.items.is_empty() {
        let paths = args.paths.join("`, `");
        return Err(Failure::message(format!("no policy in `{paths}`"))
            .with_help("name policy documents, JSON lines with a `document` each, or scenarios"));
    }
    let limits = Limits { timeout: args.timeout, memory: args.memory };
    if args.fix || args.unsafe_fixes || args.diff {
        let done = fix::run(args, &linter, &inputs, limits, console)?;
        if args.diff {
            return Ok(done);
        }
        let again = Inputs::find(&args.paths, args.policy_type, &config)?;
        return report(args, &config, (&catalog, &linter), &again, console);
    }
    report(args, &config, (&catalog, &linter), &inputs, console)
}

/// The linter of the flags and the settings.
fn linter<'c>(args: &Args, config: &Config, catalog: &'c Catalog) -> Result<Linter<'c>, Failure> {
    let mut linter = Linter::new(Some(catalog));
    if args.all {
        linter.select_all();
    }
    config.apply(&mut linter);
    for word in &args.select {
        linter.select(config::rule(word)?.code);
    }
    for word in &args.ignore {
        linter.ignore(config::rule(word)?.code);
    }
    if args.no_proof {
        linter.without_proofs();
    }
    Ok(linter)
}

/// The reports about all items, in their order.
fn examine(linter: &Linter<'_>, items: &[Item], limits: Limits) -> Vec<Report> {
    let progress = Progress::new(items.len(), "policies");
    parallel::map(items, &progress, |item| {
        limits.run(|limits| linter.lint_within(&item.source, item.at, item.policy_type, limits))
    })
}

fn report(
    args: &Args,
    config: &Config,
    (catalog, linter): (&Catalog, &Linter<'_>),
    inputs: &Inputs,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let limits = Limits { timeout: args.timeout, memory: args.memory };
    let reports = examine(linter, &inputs.items, limits);
    let mut lint = Lint::new(catalog, inputs.skipped.len());
    for (item, report) in inputs.items.iter().zip(reports) {
        lint.undecided = lint.undecided.saturating_add(report.undecided);
        lint.add_policy(&item.file, item.name.as_deref(), item.policy_type, item.inferred);
        let of_item = |finding| {
            Entry::new(&item.file, item.name.as_deref(), (item.policy_type, item.inferred), finding)
        };
        lint.entries.extend(report.findings.into_iter().map(of_item));
    }
    lint.number();
    config.suppress(&mut lint);
    if let Some(path) = &args.write_baseline {
        baseline::write(path, &lint)?;
        let listed = lint.shown().count();
        console.note(&format!("{path}: {listed} findings written"));
        return Ok(Outcome::AsWanted);
    }
    if let Some(path) = &args.baseline {
        baseline::hide(path, &mut lint)?;
    }
    let least = args.fail_on.or(config.fail_on()).unwrap_or(FailOn::Warning).least();
    lint.least = least;
    let format = args.format.unwrap_or_else(Format::for_terminal);
    let text =
        if args.statistics { written::statistics(&lint) } else { written::text(&lint, format)? };
    match &args.output {
        Some(path) => crate::files::write_whole(path, &text)?,
        None => console.print(&text)?,
    }
    if lint.undecided > 0 {
        console.note(&format!("{} questions not decided", lint.undecided));
    }
    let counts = |it: &Entry| least.is_some_and(|least| it.finding.level() >= least);
    let refused = lint.shown().any(|it| it.finding.code().starts_with('P'));
    let many = args.max_findings.is_some_and(|most| lint.shown().count() > most);
    let found = lint.entries.iter().filter(|it| it.state == State::Shown).any(counts);
    Ok(if found || many || (refused && least.is_some()) {
        Outcome::Finding
    } else {
        Outcome::AsWanted
    })
}
