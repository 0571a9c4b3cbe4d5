//! The nets, each by itself.

use std::borrow::BorrowMut;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::tree::{self, Floors};
use crate::test::python;

/// The names of the nets, in the order in which they are asked.
pub(super) const NETS: [&str; 7] =
    ["corpus", "reference", "laws", "unit tests", "grammar", "proofs", "brute force"];

/// The cases that the reference judges for each mutant.
const CASES: &str = "20000";
/// The small worlds of the brute force are a dozen times as many.
const WORLDS: &str = "100";
/// Laws and worlds are drawn alike for every mutant, so that a run can be repeated.
const SEED: &str = "20261122";
/// The folders of scenarios whose properties have stated verdicts.
const SCENARIOS: [&str; 3] = ["corpus/proofs", "corpus/pitfalls", "corpus/patterns"];

/// The verdict of a net on a mutant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Answer {
    Caught,
    Missed,
    NotAsked,
}

impl Answer {
    fn of(content: bool) -> Self {
        if content { Self::Missed } else { Self::Caught }
    }

    /// A cell of the table.
    pub(super) fn cell(self) -> &'static str {
        match self {
            Self::Caught => "caught",
            Self::Missed => "-",
            Self::NotAsked => "",
        }
    }
}

/// The fate of a mutant: the verdict of each of [`NETS`].
pub(super) type Row = [Answer; NETS.len()];

/// The nets over a copy of the sources.
pub(super) struct Nets {
    pub(super) tree: PathBuf,
    floors: Floors,
    /// The folder of what cargo builds from the copy.
    target: PathBuf,
    log: PathBuf,
    /// Cases that were generated once, with what the reference expects.
    cases: PathBuf,
    /// The cases of the corpus.
    corpus: PathBuf,
}

impl Nets {
    /// Brings the copy up to date with the sources.
    pub(super) fn new(root: &Path, folder: &Path, floors: Floors) -> Result<Self> {
        let own = folder.join(floors.name());
        let nets = Self {
            tree: own.join("tree"),
            floors,
            target: own.join("build"),
            log: own.join("log.txt"),
            cases: folder.join("generated.jsonl"),
            corpus: folder.join("corpus.jsonl"),
        };
        fs::create_dir_all(&own)?;
        tree::copy(root, &nets.tree, floors)?;
        Ok(nets)
    }

    /// Writes the cases that the nets decide.
    pub(super) fn write_cases(root: &Path, folder: &Path) -> Result<()> {
        let python = python().context("there is no Python 3.11 or later")?;
        fs::create_dir_all(folder)?;
        let generated = Command::new(python)
            .arg(root.join("tests/reference/generate.py"))
            .args(["--count", CASES, "--seed", "1"])
            .stdout(Stdio::from(File::create(folder.join("generated.jsonl"))?))
            .status()?;
        ensure!(generated.success(), "the cases cannot be generated: {generated}");
        fs::write(folder.join("corpus.jsonl"), corpus(root)?)?;
        Ok(())
    }

    /// The verdict of each net on the copy as it is now. Those that are quick to build are asked
    /// first; once `enough` nets have caught it the others are not asked.
    pub(super) fn ask(&self, enough: usize) -> Result<Row> {
        File::create(&self.log)?;
        match self.floors {
            Floors::Lower => self.ask_about_decisions(enough),
            Floors::All => self.ask_about_proofs(enough),
        }
    }

    fn ask_about_decisions(&self, enough: usize) -> Result<Row> {
        let build = self.cargo(&["build", "--package", "polsim-decide", "--example", "cases"]);
        self.builds(build)?;
        let corpus = self.decides(&self.corpus)?;
        let reference = self.decides(&self.cases)?;
        let [mut laws, mut units, mut grammar] = [Answer::NotAsked; 3];
        if [corpus, reference].iter().filter(|it| **it == Answer::Caught).count() < enough {
            let tests = ["--lib", "--test", "laws", "--test", "grammar"];
            self.builds(
                self.cargo(&["test", "--package", "polsim-decide", "--no-run"]).args(tests),
            )?;
            laws = self.passes(self.test(&["--test", "laws"]))?;
            units = self.passes(self.test(&["--lib"]))?;
            grammar = self.passes(self.test(&["--test", "grammar"]))?;
        }
        Ok([corpus, reference, laws, units, grammar, Answer::NotAsked, Answer::NotAsked])
    }

    fn ask_about_proofs(&self, enough: usize) -> Result<Row> {
        self.builds(self.cargo(&["build", "--package", "polsim-cli"]))?;
        let mut verify = Command::new(self.target.join("debug/polsim"));
        verify.arg("verify").args(SCENARIOS).current_dir(&self.tree);
        let proofs = self.passes(&mut verify)?;
        let [mut brute_force, mut units] = [Answer::NotAsked; 2];
        if [proofs].iter().filter(|it| **it == Answer::Caught).count() < enough {
            let worlds = ["test", "--package", "polsim", "--no-run", "--test", "worlds"];
            self.builds(self.cargo(&worlds))?;
            brute_force = self.passes(self.test(&["--test", "worlds"]))?;
        }
        if [proofs, brute_force].iter().filter(|it| **it == Answer::Caught).count() < enough {
            let packages = ["--package", "polsim-check", "--package", "polsim-solve"];
            self.builds(self.cargo(&["test", "--no-run", "--lib"]).args(packages))?;
            units = self.passes(self.test(&["--lib"]).args(packages))?;
        }
        let none = Answer::NotAsked;
        Ok([none, none, none, units, none, proofs, brute_force])
    }

    /// Decides cases that say what they expect.
    fn decides(&self, file: &Path) -> Result<Answer> {
        let mut command = Command::new(self.target.join("debug/examples/cases"));
        command.stdin(File::open(file)?);
        self.passes(&mut command)
    }

    /// Runs tests of the engine, which are built already.
    fn test(&self, arguments: &[&str]) -> Command {
        let mut command = self.cargo(&["test"]);
        if self.floors == Floors::Lower {
            command.args(["--package", "polsim-decide"]);
        } else if arguments.contains(&"worlds") {
            command.args(["--package", "polsim"]);
        }
        command.args(arguments).env("PROPTEST_RNG_SEED", SEED);
        if arguments.contains(&"worlds") {
            command.env("PROPTEST_CASES", WORLDS);
        }
        command
    }

    /// Cargo without debug information, which these programs do not need. Dependencies are built
    /// once, so theirs is the optimization that pays; and the prover's, which works for longer than
    /// it is built.
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        for profile in ["dev", "test"] {
            command.args(["--config", &format!("profile.{profile}.debug=0")]);
            command.args(["--config", &format!("profile.{profile}.package.\"*\".opt-level=1")]);
            if self.floors == Floors::All {
                command.args(["--config", &format!("profile.{profile}.opt-level=1")]);
            }
        }
        command.args(arguments).current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    fn builds(&self, mut command: impl BorrowMut<Command>) -> Result<()> {
        let built = self.passes(command.borrow_mut())?;
        ensure!(built == Answer::Missed, "it does not compile: see {}", self.log.display());
        Ok(())
    }

    /// True if a command succeeds, that is, finds nothing wrong; its output goes to the log.
    fn passes(&self, mut command: impl BorrowMut<Command>) -> Result<Answer> {
        let command = command.borrow_mut();
        let mut log = File::options().append(true).open(&self.log)?;
        writeln!(log, "\n$ {command:?}")?;
        let status = command.stdout(log.try_clone()?).stderr(Stdio::from(log)).status()?;
        Ok(Answer::of(status.success()))
    }
}

/// The cases of the corpus that have an expectation which nobody disputes.
fn corpus(root: &Path) -> Result<String> {
    let mut text = String::new();
    for name in ["language", "own", "perimeter"] {
        let path = root.join("corpus/cases").join(format!("{name}.jsonl"));
        for line in fs::read_to_string(&path)?.lines() {
            let case: serde_json::Value = serde_json::from_str(line)?;
            if case.get("expect").is_some() && case.get("disputed").is_none() {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    Ok(text)
}
