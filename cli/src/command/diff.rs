//! `polsim diff`: what new policies allow that old ones did not, and the reverse.

mod human;
pub(super) mod inputs;

use std::time::Instant;

use polsim::policy::PolicyType;
use polsim::prove::{Budget, Comparison, Diff, DiffVerdict, Directions, Limits};
use serde::Serialize;

use super::verify::seconds;
use crate::input::policy_type;
use crate::{Console, Failure, Outcome};
use inputs::{Inputs, Pair};

/// Find the requests that new policies allow and old ones do not, and the reverse
///
/// OLD and NEW are two policy documents, or two scenario files whose policy sets are compared by
/// name. That they are equal is proved for every request; each difference is shown by a request that
/// both sets have decided. The exit status is 1 where equality is neither proved nor refuted, with
/// `--exit-code` also where there are differences.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The policy document or scenario before the change; `-` is standard input
    old: String,

    /// The policy document or scenario after it
    new: String,

    /// What the documents are, where they do not tell: `identity`, `scp`, `endpoint`, …
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type)]
    policy_type: Option<PolicyType>,

    /// Of scenarios only the set of this name; `policies` is their own list
    #[arg(long, value_name = "NAME")]
    set: Option<String>,

    /// Only what NEW allows and OLD does not, or only what is removed
    #[arg(long, value_enum, value_name = "WHICH")]
    only: Option<Only>,

    /// Exit with status 1 if there are differences
    #[arg(long)]
    exit_code: bool,

    /// How to print the differences
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Stop after so many groups of actions in each direction
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = at_least_one)]
    most: usize,

    /// Give a comparison up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    timeout: f64,

    /// Give a comparison up when its search takes so many megabytes
    #[arg(long, value_name = "MB", default_value_t = 400)]
    memory: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Only {
    /// What NEW allows and OLD does not
    New,
    /// What OLD allows and NEW does not
    Removed,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
}

/// Two sets that were compared.
#[derive(Debug, Serialize)]
struct Compared {
    /// The name of the sets in their scenarios.
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<Box<str>>,
    #[serde(flatten)]
    diff: Diff,
}

/// All comparisons of two files.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    old: &'a str,
    new: &'a str,
    verdict: DiffVerdict,
    comparisons: Vec<Compared>,
    /// Sets that only one of the scenarios has.
    #[serde(skip_serializing_if = "<[Box<str>]>::is_empty")]
    not_compared: &'a [Box<str>],
}

/// A number of groups: none would find nothing.
fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number from 1".to_owned()),
        Ok(number) => Ok(number),
    }
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let inputs = inputs::read_all(args)?;
    for note in &inputs.notes {
        console.note(note);
    }
    let comparisons: Vec<Compared> =
        inputs.pairs.iter().map(|pair| compared(args, &inputs, pair)).collect();
    let verdicts = || comparisons.iter().map(|it| it.diff.verdict());
    let verdict = worst(verdicts());
    let unproved = comparisons.iter().any(|it| it.diff.is_unknown())
        || verdicts().any(|it| matches!(it, DiffVerdict::Unknown | DiffVerdict::Vacuous));
    let not_compared = &inputs.not_compared;
    let (old, new) = (&*args.old, &*args.new);
    let document = Document { old, new, verdict, comparisons, not_compared };
    match args.format {
        Format::Human => human::print(&document, console)?,
        Format::Json => console.print_json(&document)?,
    }
    let different = args.exit_code && verdict == DiffVerdict::Different;
    Ok(if unproved || different { Outcome::Finding } else { Outcome::AsWanted })
}

fn compared(args: &Args, inputs: &Inputs, pair: &Pair) -> Compared {
    let start = Instant::now();
    let late = || start.elapsed().as_secs_f64() > args.timeout;
    let budget = Budget { memory: args.memory.saturating_mul(1_000_000), steps: u64::MAX };
    let limits = Limits { budget, interrupted: &late };
    let directions = match args.only {
        None => Directions::Both,
        Some(Only::New) => Directions::New,
        Some(Only::Removed) => Directions::Removed,
    };
    let comparison = Comparison::new(&pair.old, &pair.new)
        .in_network(inputs.network.as_deref())
        .assuming(inputs.assumptions.clone());
    Compared { set: pair.set.clone(), diff: comparison.compare(directions, limits, args.most) }
}

/// The verdict on all sets.
fn worst(verdicts: impl Iterator<Item = DiffVerdict>) -> DiffVerdict {
    let rank = |verdict: &DiffVerdict| match verdict {
        DiffVerdict::Equal => 0,
        DiffVerdict::Vacuous => 1,
        DiffVerdict::Unknown => 2,
        DiffVerdict::Different => 3,
    };
    verdicts.max_by_key(rank).unwrap_or(DiffVerdict::Equal)
}
