//! Build chores: `cargo xtask <task>`. Nothing here is needed to use polsim, and `cargo build` alone
//! never runs it.

mod bench;
mod long;
mod test;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "cargo xtask <task>

tasks:
  bench-cases     decide a million cases, and print how fast (with a number: that many)
  long --minutes N
                  the long form: millions of cases, every fuzz target, laws, hostile input; one table
  test            check everything; what a missing tool would check is skipped, and said
  wasm            build the npm package in wasm/pkg
  wasm --quick    the same, built faster, larger and slower";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["bench-cases"] => bench::cases(None),
        ["bench-cases", count] => bench::cases(Some(count)),
        ["long", "--minutes", minutes] => long::run(minutes),
        ["test"] => test::all(),
        ["wasm"] => wasm::package(wasm::Profile::Published),
        ["wasm", "--quick"] => wasm::package(wasm::Profile::Quick),
        _ => Err(anyhow::anyhow!("{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The root of the workspace.
fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// Writes to standard output.
#[expect(clippy::print_stdout, reason = "a table is for the person who runs it")]
fn say(text: &str) {
    println!("{text}");
}

/// Writes a line to standard error.
#[expect(clippy::print_stderr, reason = "a chore talks to the person who runs it")]
fn complain(message: &str) {
    eprintln!("{message}");
}
