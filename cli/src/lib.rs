//! The `polsim` command: files, flags, rendering and exit statuses around the engine.
//!
//! Decisions and proofs are made in the `polsim` crate. Each subcommand is a file under `command/`
//! with its arguments next to its function; it returns an [`Outcome`], which is the exit status, or
//! a [`Failure`], which is one clear message and status 2. Answers go to standard output, messages
//! to standard error; the same input gives the same bytes.

mod arguments;
mod command;
mod console;
mod failure;
mod files;
mod outcome;
mod parallel;
mod render;
mod report;
mod wording;

use std::process::ExitCode;

use clap::Parser;

pub use console::{Color, Console};
pub use failure::Failure;
pub use outcome::Outcome;

/// Policy-as-code for AWS IAM and VPC endpoint policies.
///
/// Decides requests as AWS does, offline and without an account, and says which statement decided
/// and why.
#[derive(Debug, Parser)]
#[command(name = "polsim", bin_name = "polsim", version, max_term_width = 100)]
#[command(after_help = "Exit status: 0 all is as wanted, 1 a finding, 2 no answer can be given.")]
struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,

    #[command(subcommand)]
    command: command::Command,
}

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refused) => {
            // `--help` and `--version` come this way too: their output is wanted, status 0.
            let outcome = if refused.use_stderr() { Outcome::NoAnswer } else { Outcome::AsWanted };
            // A reader that has closed the pipe has seen enough.
            let _ = refused.print();
            return outcome.into();
        }
    };
    let mut console = Console::new(cli.color);
    let outcome = cli.command.run(&mut console).and_then(|outcome| {
        console.finish()?;
        Ok(outcome)
    });
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            console.fail(&failure);
            Outcome::NoAnswer.into()
        }
    }
}

/// The command line as clap knows it, for completions and for documentation.
pub fn command_line() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
