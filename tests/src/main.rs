//! The command under test: the same `main` as that of `polsim`.

use std::process::ExitCode;

fn main() -> ExitCode {
    polsim_cli::main()
}
