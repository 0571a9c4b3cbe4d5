//! `cargo xtask mutants`: break a rule on purpose, and see which nets notice.
//!
//! The mutants are data, in `tests/mutants/*.json`: a file, the text in it that states a rule, and
//! what to put there instead. Each is applied by itself to a copy of the sources in the target
//! directory, which is built anew; then every net is asked by itself. A mutant whose text is not in
//! its file exactly once, or that does not compile, is an error: the list is out of date.

mod nets;
mod tree;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use self::nets::{Answer, NETS, Nets, Row};
use self::tree::Floors;
use crate::{complain, workspace};

/// At least this share of the mutants has to be caught, in percent.
const SHARE: usize = 95;
/// The least number of nets that catch each of the examples.
const NETS_OF_AN_EXAMPLE: usize = 2;
/// The entry in the table for a mutant that survives.
const NOTHING: &str = "NOTHING";

/// A mutant: a rule of the engine, broken on purpose.
struct Mutant {
    id: String,
    file: PathBuf,
    text: String,
    replacement: String,
    rule: String,
    section: String,
    /// True for a mutant that several nets must catch.
    example: bool,
}

/// Runs the mutants whose ids contain one of `only`, all if there is none. No more nets are asked
/// about a mutant once two have caught it; with `--one-net` once one has, with `--all-nets` all
/// are.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (flags, only): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|argument| argument.starts_with('-'));
    let enough = match flags[..] {
        [] => NETS_OF_AN_EXAMPLE,
        ["--one-net"] => 1,
        ["--all-nets"] => usize::MAX,
        _ => bail!("there are `--one-net` and `--all-nets`"),
    };
    let root = workspace();
    let folder = crate::target(&root).join("mutants");
    let mut mutants: Vec<Mutant> = list(&root)?
        .into_iter()
        .filter(|it| only.is_empty() || only.iter().any(|part| it.id.contains(part)))
        .collect();
    ensure!(!mutants.is_empty(), "no mutant is called so");
    for mutant in &mutants {
        mutant.applied(&root)?;
    }
    // The examples first: a run that is stopped has judged them.
    mutants.sort_by_key(|it| (it.floors(), !it.example));
    Nets::write_cases(&root, &folder)?;
    let mut rows = BTreeMap::new();
    let mut broken = Vec::new();
    for these in mutants.chunk_by(|one, other| one.floors() == other.floors()) {
        let Some(floors) = these.first().map(Mutant::floors) else { continue };
        let nets = content(&root, &folder, floors)?;
        for mutant in these {
            let start = Instant::now();
            let said = match mutant.run(&nets, enough) {
                Ok(row) => {
                    rows.insert(mutant.id.clone(), row);
                    format!("caught by {}", by(row))
                }
                Err(error) => {
                    broken.push(mutant.id.as_str());
                    format!("{error:#}")
                }
            };
            let (number, all) = (rows.len().saturating_add(broken.len()), mutants.len());
            let seconds = start.elapsed().as_secs();
            complain(&format!("{number}/{all}: {} {said} ({seconds} s)", mutant.id));
            fs::write(folder.join("table.md"), table(&mutants, &rows))?;
        }
    }
    crate::say(&table(&mutants, &rows));
    ensure!(broken.is_empty(), "these are no mutants: {}", broken.join(", "));
    judge(&mutants, &rows, NETS_OF_AN_EXAMPLE.min(enough))
}

/// The nets over a copy with these floors, after each was content with the sources as they are.
fn content(root: &Path, folder: &Path, floors: Floors) -> Result<Nets> {
    let nets = Nets::new(root, folder, floors)?;
    complain("the sources as they are: every net has to be content");
    let unbroken = nets.ask(usize::MAX)?;
    let caught = by(unbroken);
    ensure!(
        caught == NOTHING,
        "{caught} complain about the sources as they are: see {}",
        folder.display()
    );
    Ok(nets)
}

/// The nets that caught it.
fn by(row: Row) -> String {
    let caught = NETS.iter().zip(row).filter(|(_, it)| *it == Answer::Caught);
    let names: Vec<&str> = caught.map(|(name, _)| *name).collect();
    if names.is_empty() { NOTHING.to_owned() } else { names.join(", ") }
}

/// Fails if too few are caught, or an example by fewer nets than wanted.
fn judge(mutants: &[Mutant], rows: &BTreeMap<String, Row>, wanted: usize) -> Result<()> {
    let nets = |mutant: &Mutant| {
        rows.get(&mutant.id).map_or(0, |row| row.iter().filter(|it| **it == Answer::Caught).count())
    };
    let caught = mutants.iter().filter(|it| nets(it) > 0).count();
    ensure!(
        caught.saturating_mul(100) >= mutants.len().saturating_mul(SHARE),
        "{caught} of {} mutants are caught: less than {SHARE} %",
        mutants.len()
    );
    for mutant in mutants.iter().filter(|it| it.example) {
        let nets = nets(mutant);
        ensure!(nets >= wanted, "`{}` is caught by {nets} nets, not by {wanted}", mutant.id);
    }
    Ok(())
}

/// Mutants by nets, as Markdown, with the sums below.
fn table(mutants: &[Mutant], rows: &BTreeMap<String, Row>) -> String {
    let mut text = format!("| mutant | rule | policy language | {} |\n", NETS.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(NETS.len().saturating_add(3)));
    let mut caught = 0_usize;
    let mut sums = vec![(0_usize, 0_usize); NETS.len()];
    for mutant in mutants {
        let Some(row) = rows.get(&mutant.id) else { continue };
        let cells: Vec<&str> = row.iter().map(|it| it.cell()).collect();
        let Mutant { id, rule, section, example, .. } = mutant;
        let id = if *example { format!("**{id}**") } else { id.clone() };
        let _ = writeln!(text, "| {id} | {rule} | §{section} | {} |", cells.join(" | "));
        caught = caught.saturating_add(usize::from(row.contains(&Answer::Caught)));
        for ((hits, asked), answer) in sums.iter_mut().zip(row) {
            *hits = hits.saturating_add(usize::from(*answer == Answer::Caught));
            *asked = asked.saturating_add(usize::from(*answer != Answer::NotAsked));
        }
    }
    let sums: Vec<String> = sums.iter().map(|(hits, asked)| format!("{hits} of {asked}")).collect();
    let _ = writeln!(text, "| all | {caught} of {} caught | | {} |", rows.len(), sums.join(" | "));
    text
}

/// The mutants of every file, in order.
fn list(root: &Path) -> Result<Vec<Mutant>> {
    let mut files: Vec<PathBuf> = fs::read_dir(root.join("tests/mutants"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    files.sort();
    let mut mutants: Vec<Mutant> = Vec::new();
    for file in files {
        let listed: Vec<Value> = serde_json::from_str(&fs::read_to_string(&file)?)
            .with_context(|| format!("cannot read {}", file.display()))?;
        for value in &listed {
            let mutant = Mutant::read(value)?;
            ensure!(mutants.iter().all(|it| it.id != mutant.id), "`{}` is listed twice", mutant.id);
            mutants.push(mutant);
        }
    }
    Ok(mutants)
}

impl Mutant {
    fn read(value: &Value) -> Result<Self> {
        let member = |name: &str| {
            let text = value.get(name).and_then(Value::as_str);
            text.map(str::to_owned).with_context(|| format!("a mutant has no `{name}`: {value}"))
        };
        Ok(Self {
            id: member("id")?,
            file: member("file")?.into(),
            text: member("text")?,
            replacement: member("replacement")?,
            rule: member("rule")?,
            section: member("section")?,
            example: value.get("example").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    fn floors(&self) -> Floors {
        Floors::of(&self.file)
    }

    /// The file, what it says, and what it says with the mutant in it.
    fn applied(&self, tree: &Path) -> Result<(PathBuf, String, String)> {
        let (path, source) = tree::source(tree, &self.file)?;
        let found = source.matches(&self.text).count();
        let file = self.file.display();
        ensure!(found == 1, "the text of mutant `{}` is {found} times in {file}", self.id);
        let broken = source.replace(&self.text, &self.replacement);
        Ok((path, source, broken))
    }

    /// Breaks the rule, asks the nets and mends it.
    fn run(&self, nets: &Nets, enough: usize) -> Result<Row> {
        let (path, before, broken) = self.applied(&nets.tree)?;
        fs::write(&path, broken)?;
        let row = nets.ask(enough);
        fs::write(&path, before)?;
        row
    }
}
