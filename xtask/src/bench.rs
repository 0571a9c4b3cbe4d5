//! `cargo xtask bench-cases`: what a batch costs.
//!
//! Writes a million cases, the cases of the corpus over and over, once with their policies inline
//! and once with each policy in a file of its own; decides both with `polsim eval --cases`; and prints
//! cases a second and the peak of memory. Every case says what it expects, so a wrong decision fails
//! the run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{complain, workspace};

const COUNT: usize = 1_000_000;

/// Runs both batches, of `count` cases if it is given.
pub(crate) fn cases(count: Option<&str>) -> Result<()> {
    let count = count.map_or(Ok(COUNT), str::parse).context("the number of cases")?;
    let root = workspace();
    let built = Command::new(env!("CARGO"))
        .current_dir(&root)
        .args(["build", "--release", "--quiet", "--package", "polsim-cli"])
        .status()?;
    ensure!(built.success(), "polsim cannot be built");
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("bench-cases");
    fs::create_dir_all(&folder)?;
    let corpus = corpus(&root)?;
    for (name, lines) in [("inline", corpus.clone()), ("by file", with_files(&corpus, &folder)?)] {
        let batch = folder.join(format!("{}.jsonl", name.replace(' ', "-")));
        let bytes = write_batch(&batch, &lines, count)?;
        let output = folder.join("results.jsonl");
        let start = Instant::now();
        let child = Command::new(target.join("release/polsim"))
            .args(["eval", "--cases"])
            .arg(&batch)
            .stdout(Stdio::from(File::create(&output)?))
            .spawn()
            .context("polsim cannot be started")?;
        let (status, peak) = watch(child)?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(status.success(), "not every case was decided as expected: {status}");
        let results = fs::read_to_string(&output)?.lines().count();
        ensure!(results == count, "{results} results for {count} cases");
        complain(&report(name, count, bytes, seconds, peak));
        fs::remove_file(&batch)?;
        fs::remove_file(&output)?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "figures for people")]
fn report(name: &str, count: usize, bytes: usize, seconds: f64, peak: Option<u64>) -> String {
    let rate = count as f64 / seconds;
    let each = bytes as f64 / count as f64;
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = peak.map_or("unknown".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1024));
    format!(
        "policies {name}: {count} cases of {each:.0} bytes in {seconds:.2} s on {cores} cores: \
         {rate:.0} cases a second, peak memory {memory}"
    )
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

/// The same cases with each policy document in a file.
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

/// Waits for a process; its status and the peak of its memory in kilobytes, where the system tells.
fn watch(mut child: Child) -> Result<(ExitStatus, Option<u64>)> {
    let mut peak = None;
    loop {
        // The peak only grows, so the last look is the one that counts.
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        peak = number.or(peak);
        if let Some(status) = child.try_wait()? {
            return Ok((status, peak));
        }
        thread::sleep(Duration::from_millis(10));
    }
}
