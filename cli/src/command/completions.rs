//! `polsim completions`: shell completions.

use clap_complete::Shell;

use crate::{Console, Failure, Outcome};

/// Print shell completions
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::command_line(), "polsim", &mut script);
    console.print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::AsWanted)
}
