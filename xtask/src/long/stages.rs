//! The stages of the long run: what is run, and how its figures are read.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::table::Row;
use super::watch;
use super::{Run, hostile};
use crate::test::{answers, cargo, python, targets};

/// The reference's cases at full length: this many seeds of a million.
const SEEDS: &str = "1..10";
const CASES_OF_A_SEED: &str = "1000000";
/// Topologies for the second model of networks.
const TOPOLOGIES: &str = "20000";
/// The tests of the engine that are nothing but laws, how many cases each law is given at a time,
/// and how many worlds or whatever it makes of one.
const LAWS: &[Laws] = &[
    Laws { name: "laws", cases: 20_000, each: 1, share: 3 },
    Laws { name: "policy_laws", cases: 20_000, each: 1, share: 2 },
    Laws { name: "text_laws", cases: 20_000, each: 1, share: 2 },
    Laws { name: "worlds", cases: 1_000, each: 12, share: 8 },
];
/// Upper bound on restarts of a fuzz target that found something.
const CRASHES: u64 = 20;

/// A test program whose tests are proptest's.
#[derive(Debug)]
pub(super) struct Laws {
    name: &'static str,
    cases: u64,
    each: u64,
    share: u32,
}

/// A stage: a line of the table.
#[derive(Debug)]
pub(super) enum Stage {
    /// The engine against the reference evaluator.
    Reference,
    /// Networks against the second model of them.
    Networks,
    /// Input that was written to hurt.
    Hostile,
    /// A fuzz target by its name.
    Fuzz(String),
    /// A test of laws, and its program.
    Laws(&'static Laws, PathBuf),
}

/// The programs that are built before the clock starts.
#[derive(Debug)]
pub(super) struct Tools {
    /// The program `polsim`.
    pub(super) polsim: PathBuf,
    /// The program that lists the ways of topologies.
    ways: PathBuf,
    pub(super) python: &'static str,
    /// The folder of the fuzz targets' programs, and their names.
    fuzz: (PathBuf, Vec<String>),
    laws: Vec<(&'static Laws, PathBuf)>,
}

impl Tools {
    pub(super) fn build(root: &Path) -> Result<Self> {
        let python = python().context("there is no Python 3.11 or later")?;
        let polsim = command(root)?;
        let mut example = cargo(root);
        example.args(["build", "--profile", "dist", "--package", "polsim", "--example", "ways"]);
        let ways = named(&programs(&mut example)?, "ways").context("cargo built no `ways`")?;
        let mut tests = cargo(root);
        tests.args([
            "test",
            "--no-run",
            "--profile",
            "dist",
            "--package",
            "polsim",
            "--package",
            "polsim-decide",
        ]);
        for laws in LAWS {
            tests.args(["--test", laws.name]);
        }
        let built = programs(&mut tests)?;
        let law = |laws: &'static Laws| {
            let path = named(&built, laws.name);
            Ok((laws, path.with_context(|| format!("cargo built no {}", laws.name))?))
        };
        let laws = LAWS.iter().map(law).collect::<Result<_>>()?;
        Ok(Self { polsim, ways, python, fuzz: fuzzers(root)?, laws })
    }

    /// Every stage but those of the first lane, in order.
    pub(super) fn second_lane(&self) -> VecDeque<Stage> {
        let fuzz = self.fuzz.1.iter().map(|name| Stage::Fuzz(name.clone()));
        let laws = self.laws.iter().map(|(laws, path)| Stage::Laws(laws, path.clone()));
        std::iter::once(Stage::Hostile).chain(fuzz).chain(laws).collect()
    }
}

impl Stage {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Reference => "reference".to_owned(),
            Self::Networks => "networks".to_owned(),
            Self::Hostile => "hostile input".to_owned(),
            Self::Fuzz(name) => format!("fuzz {name}"),
            Self::Laws(laws, _) if laws.each > 1 => "prover by brute force".to_owned(),
            Self::Laws(laws, _) => laws.name.replace('_', " "),
        }
    }

    /// The weight of the stage when its lane's time is divided.
    pub(super) fn share(&self) -> u32 {
        match self {
            Self::Reference | Self::Networks | Self::Hostile | Self::Fuzz(_) => 2,
            Self::Laws(laws, _) => laws.share,
        }
    }

    /// Runs the stage for about this long.
    pub(super) fn run(&self, run: &Run, time: Duration) -> Result<Row> {
        let start = Instant::now();
        let row = match self {
            Self::Reference => reference(run, time)?,
            Self::Networks => networks(run, time)?,
            Self::Hostile => hostile::run(&run.tools.polsim, &run.folder)?,
            Self::Fuzz(name) => fuzz(run, name, time)?,
            Self::Laws(which, program) => laws(run, which, program, time)?,
        };
        Ok(Row { what: self.name(), took: start.elapsed(), ..row })
    }
}

fn reference(run: &Run, time: Duration) -> Result<Row> {
    let summary = run.folder.join("reference.json");
    let _ = std::fs::remove_file(&summary);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let jobs = cores.saturating_sub(1).max(1).to_string();
    let mut command = Command::new(run.tools.python);
    command.arg("tests/reference/compare.py").arg(&run.tools.polsim);
    command.args(["--count", CASES_OF_A_SEED, "--seeds", SEEDS, "--jobs", &jobs]);
    command.args(["--seconds", &time.as_secs().to_string(), "--keep", "50", "--summary"]);
    command.arg(&summary).arg("--out").arg(run.folder.join("disagreements.jsonl"));
    command.current_dir(&run.root);
    let log = run.folder.join("reference.log");
    let ended = watch::run(&mut command, &log, time.saturating_add(Duration::from_secs(120)))?;
    let text = std::fs::read_to_string(&summary).with_context(|| {
        format!("the comparison ended with {} and wrote no figures", ended.status)
    })?;
    let figures: Value = serde_json::from_str(&text)?;
    let figure = |name: &str| figures.get(name).and_then(Value::as_u64);
    Ok(Row {
        cases: figure("cases"),
        disagreements: figure("disagreements"),
        crashes: figure("noAnswer"),
        worst: figure("worstMicroseconds").map(Duration::from_micros),
        peak: figure("peakKilobytes"),
        ..Row::default()
    })
}

/// Compares generated topologies, all of them or as many as the time allows.
fn networks(run: &Run, time: Duration) -> Result<Row> {
    let summary = run.folder.join("networks.json");
    let _ = std::fs::remove_file(&summary);
    let mut command = Command::new(run.tools.python);
    command.arg("tests/reference/network_compare.py").arg(&run.tools.ways);
    command.args(["--count", TOPOLOGIES, "--seconds", &time.as_secs().to_string(), "--summary"]);
    command.arg(&summary).current_dir(&run.root);
    let log = run.folder.join("networks.log");
    let ended = watch::run(&mut command, &log, time.saturating_add(Duration::from_secs(120)))?;
    let text = std::fs::read_to_string(&summary).with_context(|| {
        format!("the comparison ended with {} and wrote no figures", ended.status)
    })?;
    let figures: Value = serde_json::from_str(&text)?;
    let figure = |name: &str| figures.get(name).and_then(Value::as_u64);
    let (cases, disagreements) = (figure("cases"), figure("disagreements"));
    Ok(Row { cases, disagreements, peak: Some(ended.peak), ..Row::default() })
}

/// Runs a fuzz target until its time is over; what it finds is kept, and it goes on.
fn fuzz(run: &Run, name: &str, time: Duration) -> Result<Row> {
    let folder = run.folder.join("fuzz").join(name);
    let found = folder.join("found");
    std::fs::create_dir_all(&found)?;
    let new = folder.join("inputs");
    std::fs::create_dir_all(&new)?;
    let mut row = Row { executions: Some(0), crashes: Some(0), ..Row::default() };
    let start = Instant::now();
    loop {
        let left = time.saturating_sub(start.elapsed());
        let crashes = row.crashes.unwrap_or(0);
        if left < Duration::from_secs(1) || crashes >= CRASHES {
            return Ok(row);
        }
        let log = folder.join(format!("log-{crashes}.txt"));
        let _ = std::fs::remove_file(&log);
        let mut command = Command::new(run.tools.fuzz.0.join(name));
        command.arg(&new).arg(run.root.join("corpus/fuzz").join(name));
        command.args(["-print_final_stats=1", "-max_len=4096", "-timeout=20"]);
        command.arg(format!("-max_total_time={}", left.as_secs().max(1)));
        command.arg(format!("-artifact_prefix={}/", found.display()));
        command.arg(format!("-dict={}", run.root.join("corpus/fuzz/polsim.dict").display()));
        let ended = watch::run(&mut command, &log, left.saturating_add(Duration::from_secs(60)))?;
        let text = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
        let before = row.executions.unwrap_or(0);
        row.executions = Some(before.saturating_add(executions(&text)));
        let slowest = stat(&text, "slowest_unit_time_sec").map(Duration::from_secs);
        row.worst = row.worst.max(slowest.filter(|time| !time.is_zero()));
        row.peak = row.peak.max(Some(ended.peak));
        if ended.stopped {
            return Ok(row);
        }
        if !ended.status.success() {
            ensure!(executions(&text) > 0, "{} and nothing tried: {}", ended.status, log.display());
            row.crashes = Some(crashes.saturating_add(1));
        }
    }
}

/// A figure of libFuzzer's last words.
fn stat(text: &str, name: &str) -> Option<u64> {
    let start = format!("stat::{name}:");
    text.lines().find_map(|line| line.strip_prefix(&start)?.trim().parse().ok())
}

/// The number of inputs that were tried, from the last summary, or else the last pulse.
fn executions(text: &str) -> u64 {
    let pulse = |line: &str| line.strip_prefix('#')?.split_whitespace().next()?.parse().ok();
    stat(text, "number_of_executed_units")
        .or_else(|| text.lines().rev().find_map(pulse))
        .unwrap_or(0)
}

/// Runs a test of laws over and over, each time with other cases.
fn laws(run: &Run, which: &Laws, program: &Path, time: Duration) -> Result<Row> {
    let log = run.folder.join(format!("{}.log", which.name));
    let _ = std::fs::remove_file(&log);
    let mut row =
        Row { cases: Some(0), disagreements: Some(0), crashes: Some(0), ..Row::default() };
    let start = Instant::now();
    let round = law_count(program)?.saturating_mul(which.cases).saturating_mul(which.each);
    while let left = time.saturating_sub(start.elapsed())
        && !left.is_zero()
    {
        let mut command = Command::new(program);
        command.env("PROPTEST_CASES", which.cases.to_string());
        command.arg("--test-threads=1").current_dir(run.root.join("engine/decide"));
        let ended = watch::run(&mut command, &log, left)?;
        row.peak = row.peak.max(Some(ended.peak));
        if ended.stopped {
            break;
        }
        row.cases = Some(row.cases.unwrap_or(0).saturating_add(round));
        if !ended.status.success() {
            // A law that failed is in the log; the others are tried again with other cases.
            row.disagreements = row.disagreements.map(|found| found.saturating_add(1));
        }
    }
    if row.cases == Some(0) && row.disagreements == Some(0) {
        row.failure = Some("no round ended within its time".to_owned());
    }
    Ok(row)
}

/// The number of tests in a program.
fn law_count(program: &Path) -> Result<u64> {
    let output = Command::new(program).arg("--list").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(u64::try_from(text.lines().filter(|line| line.ends_with(": test")).count())?)
}

/// Builds the program `polsim`.
pub(super) fn command(root: &Path) -> Result<PathBuf> {
    let built =
        programs(cargo(root).args(["build", "--profile", "dist", "--package", "polsim-cli"]))?;
    named(&built, "polsim").context("cargo built no polsim")
}

/// Builds the fuzz targets; where their programs are, and their names.
fn fuzzers(root: &Path) -> Result<(PathBuf, Vec<String>)> {
    ensure!(
        answers(cargo(root).args(["fuzz", "--version"])),
        "there is no cargo-fuzz: `cargo install cargo-fuzz` gets it"
    );
    let folder = root.join("tests/fuzz");
    let host = Command::new("rustc").arg("-vV").output()?.stdout;
    let host = String::from_utf8(host)?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("`rustc -vV` names no host")?;
    let mut command = cargo(&folder);
    command.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", "build", "--fuzz-dir"]).arg(&folder);
    let status = command.status()?;
    ensure!(status.success(), "the fuzz targets cannot be built: {status}");
    let built =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder.join("target"), Into::into);
    Ok((built.join(host).join("release"), targets(&folder)))
}

/// The programs that a cargo command builds.
fn programs(command: &mut Command) -> Result<Vec<PathBuf>> {
    command.args(["--quiet", "--message-format=json"]).stderr(std::process::Stdio::inherit());
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?} failed: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    let program = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    };
    Ok(text.lines().filter_map(program).collect())
}

/// The program of this name; a test's has a hash behind it.
fn named(programs: &[PathBuf], name: &str) -> Option<PathBuf> {
    let is_it = |path: &&PathBuf| {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        stem == name || stem.rsplit_once('-').is_some_and(|(start, _)| start == name)
    };
    programs.iter().find(is_it).cloned()
}
