//! The nets, each by itself.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::test::python;

/// What each net is called, in the order of [`Nets::ask`].
pub(super) const NETS: &[&str] = &["corpus", "reference", "laws", "unit tests", "grammar"];

/// The cases that the reference judges for each mutant.
const CASES: &str = "20000";

/// What a net says of a mutant.
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

/// The nets over a copy of the sources.
pub(super) struct Nets {
    tree: PathBuf,
    /// What cargo builds from the copy.
    target: PathBuf,
    log: PathBuf,
    python: &'static str,
    /// Cases that were generated once, with what the reference expects.
    cases: PathBuf,
    /// The cases of the corpus.
    corpus: PathBuf,
}

impl Nets {
    pub(super) fn new(root: &Path, tree: &Path, folder: &Path) -> Result<Self> {
        let python = python().context("there is no Python 3.11 or later")?;
        let nets = Self {
            tree: tree.to_path_buf(),
            target: folder.join("build"),
            log: folder.join("log.txt"),
            python,
            cases: folder.join("generated.jsonl"),
            corpus: folder.join("corpus.jsonl"),
        };
        let generated = Command::new(nets.python)
            .arg(root.join("tests/reference/generate.py"))
            .args(["--count", CASES, "--seed", "1"])
            .stdout(Stdio::from(File::create(&nets.cases)?))
            .status()?;
        ensure!(generated.success(), "the cases cannot be generated: {generated}");
        fs::write(&nets.corpus, corpus(root)?)?;
        Ok(nets)
    }

    /// Whether each net catches what is in the tree now. The nets that only need the command are asked
    /// first; once `enough` nets have caught it the others, which are slow to build, are not asked.
    pub(super) fn ask(&self, enough: usize) -> Result<Vec<Answer>> {
        File::create(&self.log)?;
        let mut build = self.cargo(&["build", "--package", "polsim-cli"]);
        ensure!(self.passes(&mut build)?, "it does not compile: see {}", self.log.display());
        let mut answers = Vec::new();
        for cases in [&self.corpus, &self.cases] {
            answers.push(Answer::of(self.passes(&mut self.cases(cases))?));
        }
        if answers.iter().filter(|it| **it == Answer::Caught).count() >= enough {
            answers.resize(NETS.len(), Answer::NotAsked);
            return Ok(answers);
        }
        let mut tests = self.cargo(&["test", "--package", "polsim", "--no-run"]);
        tests.args(["--lib", "--test", "laws", "--test", "grammar"]);
        ensure!(self.passes(&mut tests)?, "the tests do not compile: see {}", self.log.display());
        let laws = self.cargo(&["test", "--package", "polsim", "--test", "laws"]);
        let mut units = self.cargo(&["test", "--package", "polsim", "--lib"]);
        // The prover's own tests break with any mutant of what it stands on: they are no net for it.
        units.args(["--", "--skip", "prove::"]);
        let grammar = self.cargo(&["test", "--package", "polsim", "--test", "grammar"]);
        for mut net in [laws, units, grammar] {
            answers.push(Answer::of(self.passes(&mut net)?));
        }
        Ok(answers)
    }

    /// Decides cases that say what they expect.
    fn cases(&self, file: &Path) -> Command {
        let mut command = Command::new(self.target.join("debug/polsim"));
        command.args(["eval", "--cases"]).arg(file);
        command
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.target);
        // Nobody looks at these programs with a debugger; and a little optimization is won back by the
        // tens of thousands of cases that are decided.
        for profile in ["DEV", "TEST"] {
            command.env(format!("CARGO_PROFILE_{profile}_DEBUG"), "0");
            command.env(format!("CARGO_PROFILE_{profile}_OPT_LEVEL"), "1");
        }
        command
    }

    /// Whether a command succeeds; its words go to the log.
    fn passes(&self, command: &mut Command) -> Result<bool> {
        let mut log = File::options().append(true).open(&self.log)?;
        writeln!(log, "\n$ {command:?}")?;
        let status = command.stdout(Stdio::null()).stderr(Stdio::from(log)).status()?;
        Ok(status.success())
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
