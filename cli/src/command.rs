//! The subcommands, a file for each.

mod check;
mod completions;
mod diff;
mod eval;
mod keys;
mod network;
mod play;
mod redundant;
mod test;
mod verify;

use crate::{Console, Failure, Outcome};

/// A subcommand and its arguments.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Check(check::Args),
    Diff(diff::Args),
    Eval(Box<eval::Args>),
    Keys(keys::Args),
    Network(network::Args),
    Play(play::Args),
    Redundant(redundant::Args),
    Test(test::Args),
    Verify(verify::Args),
    Completions(completions::Args),
}

impl Command {
    /// Does what the user asked for.
    pub(crate) fn run(self, console: &mut Console) -> Result<Outcome, Failure> {
        match self {
            Self::Check(args) => check::run(&args, console),
            Self::Diff(args) => diff::run(&args, console),
            Self::Eval(args) => eval::run(&args, console),
            Self::Keys(args) => keys::run(&args, console),
            Self::Network(args) => network::run(&args, console),
            Self::Play(args) => play::run(&args, console),
            Self::Test(args) => test::run(&args, console),
            Self::Redundant(args) => redundant::run(&args, console),
            Self::Verify(args) => match args.as_redundant() {
                Some(args) => redundant::run(&args, console),
                None => verify::run(&args, console),
            },
            Self::Completions(args) => completions::run(&args, console),
        }
    }
}
