//! `cargo xtask provers`: what z3 and cvc5 say about the questions that polsim decides.
//!
//! `polsim verify --smt2` writes the questions behind every property of the corpus and of generated
//! scenarios; `tests/provers/compare.py` puts them to the solvers and compares. The table at the
//! end counts what the generated properties were made of and how they were decided: a feature that
//! was never reached, or a verdict that never occurred, fails the run.

mod generate;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::test::{answers, python};
use crate::{build_binary, complain, say, target, workspace};

/// The number of generated properties of the long form.
const COUNT: usize = 2000;
/// The folders of the corpus that have properties.
const CORPUS: &[&str] = &["corpus/patterns", "corpus/pitfalls", "corpus/proofs"];
const SEED: u64 = 20_261_122;

/// The plan of a run: properties, seed, and the time limit of a solver.
#[derive(Clone, Debug)]
struct Plan {
    count: usize,
    limit: f64,
    seed: u64,
    /// The command to ask, if there is no need to build one.
    polsim: Option<PathBuf>,
}

/// Runs the comparison with these options.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let mut plan = Plan { count: COUNT, limit: 10.0, seed: SEED, polsim: None };
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        let value = rest.next().with_context(|| format!("`{option}` is followed by a value"))?;
        match *option {
            "--count" => plan.count = value.parse()?,
            "--limit" => plan.limit = value.parse()?,
            "--seed" => plan.seed = value.parse()?,
            "--polsim" => plan.polsim = Some(value.into()),
            _ => bail!("there is no option `{option}`: --count, --limit, --seed, --polsim"),
        }
    }
    let python = solvers().map_err(|why| anyhow::anyhow!(why))?;
    compare(&python, &plan)
}

/// The form that runs on every change: fewer properties, less patience.
pub(crate) fn short() -> Result<()> {
    let python = solvers().map_err(|why| anyhow::anyhow!(why))?;
    compare(&python, &Plan { count: 200, limit: 0.1, seed: SEED, polsim: None })
}

/// A Python that has both solvers; else why there is none.
pub(crate) fn solvers() -> Result<PathBuf, String> {
    let own = target(&workspace()).join("provers-venv/bin/python");
    let known = [Some(own), python().map(PathBuf::from)];
    let has_both = |path: &PathBuf| answers(Command::new(path).args(["-c", "import z3, cvc5"]));
    known.into_iter().flatten().find(has_both).ok_or_else(|| {
        "no Python with z3 and cvc5: `python3 -m venv target/provers-venv` and \
         `target/provers-venv/bin/pip install -r tests/provers/requirements.txt` get them"
            .to_owned()
    })
}

fn compare(python: &Path, plan: &Plan) -> Result<()> {
    let root = workspace();
    let folder = target(&root).join("provers");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let scenarios = folder.join("scenarios");
    std::fs::create_dir_all(&scenarios)?;
    for number in 0..plan.count.div_ceil(generate::PER_FILE) {
        let text = serde_json::to_string_pretty(&generate::scenario(plan.seed, number))?;
        std::fs::write(scenarios.join(format!("made-{number:04}.json")), text)?;
    }
    let arguments = ["--release", "--package", "polsim-cli"];
    let polsim = match &plan.polsim {
        Some(polsim) => polsim.clone(),
        None => build_binary(&root, &arguments, "polsim")?,
    };
    let (corpus, generated) = (folder.join("corpus"), folder.join("generated"));
    let stored: Vec<PathBuf> = CORPUS.iter().map(|it| root.join(it)).collect();
    verify(&polsim, &stored, &corpus)?;
    verify(&polsim, &[scenarios], &generated)?;
    let answers = folder.join("answers.json");
    let mut command = Command::new(python);
    command.arg(root.join("tests/provers/compare.py")).arg(&corpus).arg(&generated);
    command.args(["--limit", &plan.limit.to_string(), "--json"]).arg(&answers);
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    let reached = reached(&std::fs::read_to_string(&answers)?, plan)?;
    ensure!(status.success(), "a solver disagrees, or nothing was compared");
    reached
}

/// Writes the questions of all properties in `paths` to `folder`.
fn verify(polsim: &Path, paths: &[PathBuf], folder: &Path) -> Result<()> {
    let mut command = Command::new(polsim);
    command.arg("verify").args(paths).arg("--smt2").arg(folder);
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    // Generated properties hold or do not: both are as wanted here.
    if !matches!(output.status.code(), Some(0 | 1)) {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// The constructs that the generated properties reach, as a table; an error if one is missing.
fn reached(answers: &str, plan: &Plan) -> Result<Result<()>> {
    let answers: Vec<Value> = serde_json::from_str(answers)?;
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let text =
        |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut undecided = Vec::new();
    for entry in &answers {
        let made = text(entry, "folder").as_deref() == Some("generated");
        if !made || text(entry, "asks").as_deref() != Some("example") {
            continue;
        }
        let name = text(entry, "property").unwrap_or_default();
        let verdict = match text(entry, "verdict").as_deref() {
            Some("proved") => "proved",
            Some("violated") => "violated",
            Some("vacuous") => "vacuous",
            _ => "unknown",
        };
        if verdict == "unknown" {
            undecided.push(name.clone());
        }
        let words: Vec<&str> = name.split_whitespace().skip(1).collect();
        for feature in generate::FEATURES {
            if words.contains(feature) {
                let count = counts.entry(feature).or_default().entry(verdict).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    say(&format!(
        "\n{:18} {:>7} {:>8} {:>7} {:>7}",
        "made of", "proved", "violated", "vacuous", "unknown"
    ));
    let mut missing = Vec::new();
    for feature in generate::FEATURES {
        let of = |verdict: &str| {
            counts.get(feature).and_then(|it| it.get(verdict)).copied().unwrap_or_default()
        };
        let [proved, violated, vacuous, unknown] =
            ["proved", "violated", "vacuous", "unknown"].map(of);
        say(&format!("{feature:18} {proved:7} {violated:8} {vacuous:7} {unknown:7}"));
        if proved == 0 || violated == 0 {
            missing.push(*feature);
        }
    }
    for name in undecided {
        say(&format!("left unknown: {name}"));
    }
    // A short run cannot reach everything.
    if plan.count >= COUNT && !missing.is_empty() {
        return Ok(Err(anyhow::anyhow!("never proved or never violated: {}", missing.join(", "))));
    }
    complain(&format!(
        "the questions and the answers are in {}",
        target(&workspace()).join("provers").display()
    ));
    Ok(Ok(()))
}
