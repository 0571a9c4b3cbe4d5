//! The `polsim` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    polsim_cli::main()
}
