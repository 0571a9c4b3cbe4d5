//! `cargo xtask bench`: the figures that the project promises.
//!
//! First the engine's benchmark: what a decision costs on sets of three sizes, and that it
//! allocates nothing. Then the same for generated workloads, beside a function written by hand and a
//! peer. Then batches: writes a million cases, the cases of the corpus over and over,
//! once with their policies inline and once with each policy in a file of its own; decides both
//! with `polsim eval --cases`; and prints cases a second, the time of all cores together and the
//! peak of memory. Every case says what it expects, so a wrong decision fails the run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{build_binary, complain, say, target, workspace};

const COUNT: usize = 1_000_000;

/// Runs everything, batches with `count` cases if it is given.
pub(crate) fn run(count: Option<&str>) -> Result<()> {
    let count = count.map_or(Ok(COUNT), str::parse).context("the number of cases")?;
    let root = workspace();
    let decisions = Command::new(env!("CARGO"))
        .current_dir(&root)
        .args(["bench", "--quiet", "--package", "polsim-decide", "--bench", "decide"])
        .status()?;
    ensure!(decisions.success(), "the benchmark of decisions failed");
    workloads(&root)?;
    batches(&root, count)
}

/// Decides the generated workloads, and has a peer decide them where one is installed: a program of
/// its own, named by `POLSIM_PEER`, that is given the folder and prints its figures.
fn workloads(root: &Path) -> Result<()> {
    let folder = target(root).join("bench/workloads");
    let written = Command::new("python3")
        .arg(root.join("tests/workloads/decide_gen.py"))
        .arg(&folder)
        .stdout(Stdio::null())
        .status()
        .context("python3 writes the workloads")?;
    ensure!(written.success(), "the workloads cannot be written");
    let decided = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["bench", "--quiet", "--package", "polsim-decide", "--bench", "workloads"])
        .env("POLSIM_WORKLOADS", &folder)
        .status()?;
    ensure!(decided.success(), "the benchmark of workloads failed");
    records(root)?;
    let Some(peer) = std::env::var_os("POLSIM_PEER") else {
        say("no peer: POLSIM_PEER names none (promised: 10, 60 and 600 times fakecloud-iam 0.51)");
        return Ok(());
    };
    let status = Command::new(peer).arg(&folder).status().context("the peer cannot be started")?;
    ensure!(status.success(), "the peer failed: {status}");
    Ok(())
}

/// Reads the records of a generated trail, step by step.
fn records(root: &Path) -> Result<()> {
    let folder = target(root).join("bench/trail");
    let written = Command::new("python3")
        .arg(root.join("tests/workloads/cloudtrail_gen.py"))
        .args(["--megabytes", "40", "--accounts", "8", "--out"])
        .arg(&folder)
        .stdout(Stdio::null())
        .status()?;
    ensure!(written.success(), "the trail cannot be written");
    let read = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["bench", "--quiet", "--package", "polsim-replay", "--bench", "records"])
        .env("POLSIM_TRAIL", &folder)
        .status()?;
    ensure!(read.success(), "the benchmark of records failed");
    Ok(())
}

/// Decides both batches and prints their figures.
fn batches(root: &Path, count: usize) -> Result<()> {
    let polsim = build_binary(root, &["--profile", "dist", "--package", "polsim-cli"], "polsim")?;
    let folder = target(root).join("bench");
    fs::create_dir_all(&folder)?;
    let corpus = corpus(root)?;
    say("\npolsim eval --cases (promised: 400000 cases a second on two cores, under 200 MB)");
    for (name, lines) in [("inline", corpus.clone()), ("by file", with_files(&corpus, &folder)?)] {
        let batch = folder.join("cases.jsonl");
        let bytes = write_batch(&batch, &lines, count)?;
        let output = folder.join("results.jsonl");
        let start = Instant::now();
        let child = Command::new(&polsim)
            .args(["eval", "--cases"])
            .arg(&batch)
            .stdout(Stdio::from(File::create(&output)?))
            .spawn()
            .context("polsim cannot be started")?;
        let (status, used) = watch(child)?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(status.success(), "not every case was decided as expected: {status}");
        let results = fs::read_to_string(&output)?.lines().count();
        ensure!(results == count, "{results} results for {count} cases");
        say(&report(name, (count, bytes), seconds, used));
        fs::remove_file(&batch)?;
        fs::remove_file(&output)?;
    }
    complain("cases a second depend on what else the machine does; core seconds hardly do");
    Ok(())
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "figures for people")]
fn report(
    name: &str,
    (count, bytes): (usize, usize),
    seconds: f64,
    Used { ticks, peak }: Used,
) -> String {
    let rate = count as f64 / seconds;
    let each = bytes as f64 / count as f64;
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!(
        "policies {name}: {count} cases of {each:.0} bytes in {seconds:.2} s on {cores} cores \
         ({:.2} core seconds): {rate:.0} cases a second, peak memory {} MB",
        ticks as f64 / 100.0,
        peak / 1024
    )
}

/// The resources that a process used, where the system reports them: Linux does.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    /// The time of all cores together, in hundredths of a second.
    ticks: u64,
    /// The most memory, in kilobytes.
    peak: u64,
}

/// Waits for a process. What it used only grows, so the last look is the one that counts.
fn watch(mut child: Child) -> Result<(ExitStatus, Used)> {
    let mut used = Used::default();
    loop {
        let read = |name| fs::read_to_string(format!("/proc/{}/{name}", child.id()));
        if let (Ok(times), Ok(memory)) = (read("stat"), read("status")) {
            // The fields after the name in parentheses; user and system time are the 12th and 13th.
            let fields = times.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
            let times = fields.split_whitespace().skip(11).take(2);
            let ticks = times.filter_map(|it| it.parse::<u64>().ok()).sum();
            let line = memory.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            used = Used { ticks, peak: peak.unwrap_or(used.peak) };
        }
        if let Some(status) = child.try_wait()? {
            return Ok((status, used));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The cases of the corpus that have an expectation nobody disputes.
fn corpus(root: &Path) -> Result<Vec<Value>> {
    let mut cases = Vec::new();
    for name in ["language.jsonl", "perimeter.jsonl"] {
        let text = fs::read_to_string(root.join("corpus/cases").join(name))?;
        for line in text.lines() {
            let mut case: Value = serde_json::from_str(line)?;
            if let Value::Object(members) = &mut case
                && !members.contains_key("disputed")
            {
                // Reasons are for people.
                members.retain(|key, _| ["policies", "request", "expect"].contains(&key.as_str()));
                cases.push(case);
            }
        }
    }
    Ok(cases)
}

/// Moves each policy document of the cases to a file.
fn with_files(cases: &[Value], folder: &Path) -> Result<Vec<Value>> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut cases = cases.to_vec();
    for policy in cases.iter_mut().filter_map(|case| case["policies"].as_array_mut()).flatten() {
        let Value::Object(members) = policy else { continue };
        let Some(document) = members.remove("document") else { continue };
        let next = format!("policy-{}.json", files.len());
        let name = files.entry(document.to_string()).or_insert(next);
        members.insert("file".to_owned(), json!(name));
        // Results name policies that are given no name by their place or file: the name is ours.
        members.entry("name").or_insert_with(|| json!("policy"));
    }
    for (document, name) in files {
        fs::write(folder.join(name), document)?;
    }
    Ok(cases)
}

/// Writes `count` cases, the given ones over and over; how many bytes.
fn write_batch(path: &Path, cases: &[Value], count: usize) -> Result<usize> {
    let texts: Vec<String> = cases
        .iter()
        .map(|case| case.to_string().strip_prefix('{').unwrap_or_default().to_owned())
        .collect();
    let mut file = BufWriter::new(File::create(path)?);
    let mut bytes: usize = 0;
    let mut line = String::new();
    for (number, text) in texts.iter().cycle().take(count).enumerate() {
        line.clear();
        let _ = writeln!(line, "{{\"id\":\"{number}\",{text}");
        file.write_all(line.as_bytes())?;
        bytes = bytes.saturating_add(line.len());
    }
    file.flush()?;
    Ok(bytes)
}
