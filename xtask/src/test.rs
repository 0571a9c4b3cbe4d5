//! `cargo xtask test`: everything that polsim promises, checked.
//!
//! Each check runs a real tool: cargo, Python, the fuzzer, Node, a browser. A tool that is not
//! there makes its check *skipped*, said in words and counted apart, never passed.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{browser, complain, node, page, provers, target, wasm, workspace};

/// The number of generated cases for the reference, and of inputs for each fuzz target, in the
/// short form that runs on every change.
const CASES: &str = "200000";
const TOPOLOGIES: &str = "500";
const RUNS: &str = "-runs=3000";

/// The result of a check.
enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

impl From<Result<()>> for Outcome {
    fn from(result: Result<()>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(error) => Self::Failed(format!("{error:#}")),
        }
    }
}

/// A check: what it is called, and how it is done.
type Check = (&'static str, fn(&Path) -> Outcome);

const CHECKS: &[Check] = &[
    ("unit, corpus, command-line and documentation tests", cargo_test),
    ("the reference's own tests", reference_tests),
    ("the engine against the reference on generated cases", reference_compare),
    ("networks against the second model of them", networks_compare),
    ("the corpus's certificates, checked by a second program", certificates),
    ("the prover against z3 and cvc5, a short run", provers_compare),
    ("the npm package in Node, packed and installed", npm_package),
    ("the page that is kept is the present one", page_is_current),
    ("the page in a browser", page_in_a_browser),
    ("fuzz targets, a short run from the stored inputs", fuzz),
];

/// Runs every check, and says how each ended.
pub(crate) fn all() -> Result<()> {
    let root = workspace();
    let mut results = Vec::new();
    for (name, check) in CHECKS {
        complain(&format!("\n== {name}"));
        results.push((*name, check(&root)));
    }
    complain("\n== summary");
    let [mut passed, mut failed, mut skipped] = [0_u32; 3];
    for (name, outcome) in &results {
        let (word, count) = match outcome {
            Outcome::Passed => ("passed ".to_owned(), &mut passed),
            Outcome::Failed(why) => (format!("FAILED ({why}) "), &mut failed),
            Outcome::Skipped(why) => (format!("SKIPPED ({why}) "), &mut skipped),
        };
        *count = count.saturating_add(1);
        complain(&format!("{word} {name}"));
    }
    complain(&format!("\n{passed} passed, {failed} failed, {skipped} skipped"));
    if failed > 0 {
        bail!("{failed} checks failed");
    }
    Ok(())
}

fn cargo_test(root: &Path) -> Outcome {
    let mut command = cargo(root);
    run(command.args(["test", "--workspace", "--no-fail-fast"]))
}

fn reference_tests(root: &Path) -> Outcome {
    let Some(python) = python() else { return Outcome::Skipped("no Python 3".to_owned()) };
    let mut command = Command::new(python);
    run(command.args(["-m", "unittest"]).current_dir(root.join("tests/reference")))
}

fn reference_compare(root: &Path) -> Outcome {
    let Some(python) = python() else { return Outcome::Skipped("no Python 3".to_owned()) };
    let built = run(cargo(root).args(["build", "--release", "--package", "polsim-cli"]));
    if !matches!(built, Outcome::Passed) {
        return built;
    }
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).to_string();
    let binary = target(root).join("release/polsim");
    let differences = target(root).join("disagreements.jsonl");
    let mut command = Command::new(python);
    command
        .arg("tests/reference/compare.py")
        .arg(binary)
        .args(["--count", CASES, "--seeds", "1..1"]);
    command.args(["--keep", "10", "--jobs", &jobs, "--out"]).arg(differences);
    run(command.current_dir(root))
}

/// The ways and keys of generated topologies, as the engine and a model in Python tell them.
fn networks_compare(root: &Path) -> Outcome {
    let Some(python) = python() else { return Outcome::Skipped("no Python 3".to_owned()) };
    // Built with the command's features, the libraries are those that stand.
    let packages = ["--package", "polsim-cli", "--package", "polsim", "--example", "ways"];
    let built = run(cargo(root).args(["build", "--release"]).args(packages));
    if !matches!(built, Outcome::Passed) {
        return built;
    }
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).to_string();
    let mut command = Command::new(python);
    command
        .arg("tests/reference/network_compare.py")
        .arg(target(root).join("release/examples/ways"));
    run(command.args(["--count", TOPOLOGIES, "--jobs", &jobs]).current_dir(root))
}

/// The certificates of the corpus go through a checker that shares no code with the engine, and those
/// that are broken on purpose are refused by it.
fn certificates(root: &Path) -> Outcome {
    let Some(python) = python() else { return Outcome::Skipped("no Python 3".to_owned()) };
    let mut tests = Command::new(python);
    let own = run(tests.args(["-m", "unittest"]).current_dir(root.join("tests/checker")));
    if !matches!(own, Outcome::Passed) {
        return own;
    }
    let built = run(cargo(root).args(["build", "--release", "--package", "polsim-cli"]));
    if !matches!(built, Outcome::Passed) {
        return built;
    }
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).to_string();
    let mut command = Command::new(python);
    command.arg("tests/checker/corpus.py").arg(target(root).join("release/polsim"));
    run(command.args(["--jobs", &jobs]).current_dir(root))
}

fn provers_compare(_root: &Path) -> Outcome {
    match provers::solvers() {
        Err(why) => Outcome::Skipped(why),
        Ok(_) => provers::short().into(),
    }
}

fn npm_package(_root: &Path) -> Outcome {
    match node::missing() {
        Some(why) => Outcome::Skipped(why),
        None => wasm::package(wasm::Profile::Published).and_then(|()| wasm::test()).into(),
    }
}

fn page_is_current(_root: &Path) -> Outcome {
    page::check().into()
}

fn page_in_a_browser(_root: &Path) -> Outcome {
    match browser::missing() {
        Some(why) => Outcome::Skipped(why),
        None => browser::test(&[]).into(),
    }
}

fn fuzz(root: &Path) -> Outcome {
    if !answers(cargo(root).args(["fuzz", "--version"])) {
        return Outcome::Skipped("no cargo-fuzz: `cargo install cargo-fuzz` gets it".to_owned());
    }
    let folder = root.join("tests/fuzz");
    for target in targets(&folder) {
        // New inputs go to a scratch folder; the stored ones are only read.
        let scratch = crate::target(root).join("fuzz-scratch").join(&target);
        if let Err(error) = std::fs::create_dir_all(&scratch) {
            return Outcome::Failed(error.to_string());
        }
        let stored = root.join("corpus/fuzz").join(&target);
        let mut command = cargo(root);
        // libFuzzer's instrumentation needs unstable flags of an otherwise stable compiler.
        command
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["fuzz", "run", "--fuzz-dir"])
            .arg(&folder)
            .arg(&target);
        command.arg(scratch).arg(stored).args(["--", RUNS, "-max_len=4096"]);
        command.arg(format!("-dict={}", root.join("corpus/fuzz/polsim.dict").display()));
        if let Outcome::Failed(why) = run(command.current_dir(&folder)) {
            return Outcome::Failed(format!("{target}: {why}"));
        }
    }
    Outcome::Passed
}

/// The names of the fuzz targets, in order.
pub(crate) fn targets(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("fuzz_targets")).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

pub(crate) fn python() -> Option<&'static str> {
    ["python3", "python"].into_iter().find(|name| {
        let version = Command::new(name)
            .args(["-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
            .status();
        version.is_ok_and(|status| status.success())
    })
}

pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

pub(crate) fn answers(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn run(command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(status) => Outcome::Failed(status.to_string()),
        Err(error) => Outcome::Failed(format!("cannot be started: {error}")),
    }
}
