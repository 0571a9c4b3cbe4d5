//! `polsim eval`: decide requests.

mod batch;
mod cases;
mod lines;

use crate::{Console, Failure, Outcome};

/// Decide requests as AWS does
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Cases as JSON lines, a result line for each; `-` is standard input
    #[arg(long, value_name = "FILE")]
    cases: Option<String>,

    /// How many cores `--cases` may use; all by default
    #[arg(long, value_name = "N", requires = "cases")]
    jobs: Option<std::num::NonZeroUsize>,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    match &args.cases {
        Some(path) => cases::run(path, args.jobs, console),
        None => Err(Failure::message("nothing to decide").with_help("give `--cases FILE`")),
    }
}
