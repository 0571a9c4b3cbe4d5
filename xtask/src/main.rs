//! Build chores: `cargo xtask <task>`. Nothing here is needed to use polsim, and `cargo build`
//! alone never runs it.

mod bench;
mod browser;
mod catalog;
mod long;
mod mutants;
mod node;
mod page;
mod provers;
mod test;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

const USAGE: &str = "cargo xtask <task>

tasks:
  bench           what decisions cost, and a million cases in a batch (with a number: that many)
  browser         test the page that `polsim play` serves in an installed Chromium
  catalog --from DIR
                  write engine/decide/data/catalog.bin anew from the packages installed under DIR
                  (--accept-loss: even if there is much less in it than before; --check: only tell
                  whether it is what they give)
  first-decision  how long the page takes to its first decision (with programs or addresses of pages:
                  beside them)
  hostile         give input that was written to hurt to the command: times and peaks of memory
  long --minutes N
                  the long form: millions of cases, every fuzz target, laws, hostile input; one table
  mutants         break rules on purpose and see which nets notice (with words: those ids)
  page            build the playground in wasm/playground/dist
  page --quick    the same with an engine that is built faster, larger and slower
  page --embed    build it, and keep it where `polsim play` has it from
  page --check    tell whether the page that is kept is the present one
  provers         compare verdicts with what z3 and cvc5 say, on the corpus and 2000 generated
                  properties (--count N, --limit SECONDS, --seed N, --polsim PROGRAM)
  test            check everything; what a missing tool would check is skipped, and said
  wasm            build the npm package in wasm/pkg
  wasm --quick    the same, built faster, larger and slower";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["bench"] => bench::run(None),
        ["bench", count] => bench::run(Some(count)),
        ["catalog", ref options @ ..] => catalog::run(options),
        ["first-decision", ref others @ ..] => browser::first_decision(others),
        ["hostile"] => long::hostile(),
        ["long", "--minutes", minutes] => long::run(minutes),
        ["mutants", ref ids @ ..] => mutants::run(ids),
        ["browser", ref names @ ..] => browser::test(names),
        ["page"] => page::build(wasm::Profile::Published),
        ["page", "--quick"] => page::build(wasm::Profile::Quick),
        ["page", "--embed"] => page::embed(),
        ["page", "--check"] => page::check(),
        ["provers", ref options @ ..] => provers::run(options),
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

/// Cargo's target directory.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |it| root.join(it))
}

/// Writes to standard output.
#[expect(clippy::print_stdout, reason = "a table is for the person who runs it")]
fn say(text: &str) {
    println!("{text}");
}

/// Builds a program of the workspace, as `cargo build` with these arguments does, and says where it
/// is.
fn build_binary(root: &Path, arguments: &[&str], name: &str) -> Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).args(["build", "--quiet", "--message-format=json"]).args(arguments);
    cargo.stderr(std::process::Stdio::inherit());
    let output = cargo.output().with_context(|| format!("cannot run {cargo:?}"))?;
    ensure!(output.status.success(), "{cargo:?} failed: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    let mut built = text.lines().rev().filter_map(|line| serde_json::from_str(line).ok());
    let found = built.find_map(|message: serde_json::Value| {
        let path = PathBuf::from(message.get("executable")?.as_str()?);
        path.file_stem().is_some_and(|stem| stem == name).then_some(path)
    });
    found.with_context(|| format!("{cargo:?} built no `{name}`"))
}

/// Writes a line to standard error.
#[expect(clippy::print_stderr, reason = "a chore talks to the person who runs it")]
fn complain(message: &str) {
    eprintln!("{message}");
}
