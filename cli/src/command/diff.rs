//! `polsim diff`: requests that new policies allow and old ones do not, and the reverse.

mod inputs;

use polsim::policy::PolicyType;
use polsim::prove::{Comparison, Directions};

use crate::arguments::{Limits, at_least_one, policy_type, seconds};
use crate::parallel::{self, Progress};
use crate::report::{self, Compared, Differences, Format, Report};
use crate::{Console, Failure, Outcome};
use inputs::{Inputs, Pair};

/// Find the requests that new policies allow and old ones do not, and the reverse
///
/// OLD and NEW are two policy documents, or two scenario files whose policy sets are compared by
/// name. That they are equal is proved for every request; each difference is shown by a request
/// that both sets have decided. The exit status is 1 where equality is neither proved nor refuted,
/// with `--exit-code` also where there are differences.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The policy document or scenario before the change; `-` is standard input
    pub(super) old: String,

    /// The policy document or scenario after it
    pub(super) new: String,

    /// What the documents are, where they do not tell: `identity`, `scp`, `endpoint`, …
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type)]
    pub(super) policy_type: Option<PolicyType>,

    /// Of scenarios only the set of this name; `policies` is their own list
    #[arg(long, value_name = "NAME")]
    pub(super) set: Option<String>,

    /// Only what NEW allows and OLD does not, or only what is removed
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(super) only: Option<Only>,

    /// Exit with status 1 if there are differences
    #[arg(long)]
    pub(super) exit_code: bool,

    /// How to print the differences
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,

    /// Stop after so many groups of actions in each direction
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = at_least_one)]
    pub(super) most: usize,

    /// Give a comparison up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub(super) timeout: f64,

    /// Give a comparison up when its search takes so many megabytes
    #[arg(long, value_name = "MB", default_value_t = 400)]
    pub(super) memory: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(super) enum Only {
    /// What NEW allows and OLD does not
    New,
    /// What OLD allows and NEW does not
    Removed,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    report::answered(answer(args, console), args.format, console)
}

fn answer(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let inputs = inputs::read_all(args)?;
    for note in &inputs.notes {
        console.note(note);
    }
    let progress = Progress::new(inputs.pairs.len(), "policy sets");
    let comparisons = parallel::map(&inputs.pairs, &progress, |pair| compared(args, &inputs, pair));
    drop(progress);
    let report = Report::Differences(Differences {
        old: &args.old,
        new: &args.new,
        comparisons,
        not_compared: &inputs.not_compared,
        wants_equal: args.exit_code,
    });
    report::print(&report, args.format, console)?;
    Ok(report.outcome())
}

/// The comparison of two sets.
fn compared(args: &Args, inputs: &Inputs, pair: &Pair) -> Compared {
    let limits = Limits { timeout: args.timeout, memory: args.memory };
    let directions = match args.only {
        None => Directions::Both,
        Some(Only::New) => Directions::New,
        Some(Only::Removed) => Directions::Removed,
    };
    let comparison = Comparison::new(&pair.old, &pair.new)
        .in_network(inputs.network.as_deref())
        .assuming(inputs.assumptions.clone());
    let diff = limits.run(|limits| comparison.compare(directions, limits, args.most));
    Compared { set: pair.set.clone(), diff }
}
