//! `cargo xtask mutants`: break a rule on purpose, and see which nets notice.
//!
//! The mutants are data, in `tests/mutants/*.json`: a file, the text in it that states a rule, and
//! what to put there instead. Each is applied by itself to a copy of the sources in the target
//! directory, which is built anew; then every net is asked by itself. A mutant whose text is not in
//! its file exactly once, or that does not compile, is an error: the list is out of date.

mod nets;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use self::nets::{Answer, NETS, Nets};
use crate::{complain, workspace};

/// At least this share of the mutants has to be caught, in percent.
const SHARE: usize = 95;
/// So many nets catch each of the examples.
const NETS_OF_AN_EXAMPLE: usize = 2;

/// A rule, broken.
struct Mutant {
    id: String,
    file: PathBuf,
    text: String,
    replacement: String,
    rule: String,
    section: String,
    /// One of those that must be caught by several nets.
    example: bool,
}

/// What became of a mutant: what each net says.
type Row = Vec<Answer>;

/// Runs the mutants whose ids contain one of `only`, all if there is none. With `--all-nets` every net
/// is asked about every mutant; without, no more once two have caught it.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (flags, only): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|argument| **argument == "--all-nets");
    let enough = if flags.is_empty() { NETS_OF_AN_EXAMPLE } else { usize::MAX };
    let root = workspace();
    let folder = crate::target(&root).join("mutants");
    let mut mutants: Vec<Mutant> = list(&root)?
        .into_iter()
        .filter(|it| only.is_empty() || only.iter().any(|part| it.id.contains(part)))
        .collect();
    ensure!(!mutants.is_empty(), "no mutant is called so");
    // The examples first: a run that is stopped has judged them.
    mutants.sort_by_key(|it| !it.example);
    let tree = folder.join("tree");
    copy(&root, &tree)?;
    for mutant in &mutants {
        mutant.applied(&tree)?;
    }
    let nets = Nets::new(&root, &tree, &folder)?;
    complain("the sources as they are: every net has to be content");
    let unbroken = nets.ask(usize::MAX)?;
    if let Some((name, _)) = NETS.iter().zip(&unbroken).find(|(_, it)| **it == Answer::Caught) {
        bail!("`{name}` complains about the sources as they are: see {}", folder.display());
    }
    let mut rows = BTreeMap::new();
    for (number, mutant) in mutants.iter().enumerate() {
        let start = Instant::now();
        let row =
            mutant.run(&tree, &nets, enough).with_context(|| format!("mutant `{}`", mutant.id))?;
        let by: Vec<&str> = NETS
            .iter()
            .zip(&row)
            .filter(|(_, it)| **it == Answer::Caught)
            .map(|(name, _)| *name)
            .collect();
        let by = if by.is_empty() { "NOTHING".to_owned() } else { by.join(", ") };
        let number = number.saturating_add(1);
        let seconds = start.elapsed().as_secs();
        complain(&format!(
            "{number}/{}: {} caught by {by} ({seconds} s)",
            mutants.len(),
            mutant.id
        ));
        rows.insert(mutant.id.clone(), row);
        fs::write(folder.join("table.md"), table(&mutants, &rows))?;
    }
    crate::say(&table(&mutants, &rows));
    judge(&mutants, &rows)
}

/// Fails if too few are caught.
fn judge(mutants: &[Mutant], rows: &BTreeMap<String, Row>) -> Result<()> {
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
        ensure!(
            nets >= NETS_OF_AN_EXAMPLE,
            "`{}` is caught by {nets} nets, not by {NETS_OF_AN_EXAMPLE}",
            mutant.id
        );
    }
    Ok(())
}

/// Mutants by nets, as Markdown, with the sums below.
fn table(mutants: &[Mutant], rows: &BTreeMap<String, Row>) -> String {
    let mut text = format!("| mutant | rule | policy language | {} |\n", NETS.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(NETS.len().saturating_add(3)));
    let mut caught = 0_usize;
    let mut sums = vec![0_usize; NETS.len()];
    for mutant in mutants {
        let Some(row) = rows.get(&mutant.id) else { continue };
        let cells: Vec<&str> = row.iter().map(|it| it.cell()).collect();
        let Mutant { id, rule, section, example, .. } = mutant;
        let id = if *example { format!("**{id}**") } else { id.clone() };
        let _ = writeln!(text, "| {id} | {rule} | §{section} | {} |", cells.join(" | "));
        caught = caught.saturating_add(usize::from(row.contains(&Answer::Caught)));
        for (sum, hit) in sums.iter_mut().zip(row) {
            *sum = sum.saturating_add(usize::from(*hit == Answer::Caught));
        }
    }
    let sums: Vec<String> = sums.iter().map(ToString::to_string).collect();
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

    /// The file with the mutant in it.
    fn applied(&self, tree: &Path) -> Result<String> {
        let source = fs::read_to_string(tree.join(&self.file))
            .with_context(|| format!("the file of mutant `{}`", self.id))?;
        let found = source.matches(&self.text).count();
        let file = self.file.display();
        ensure!(found == 1, "the text of mutant `{}` is {found} times in {file}", self.id);
        Ok(source.replace(&self.text, &self.replacement))
    }

    /// Breaks the rule, asks the nets and mends it.
    fn run(&self, tree: &Path, nets: &Nets, enough: usize) -> Result<Row> {
        let path = tree.join(&self.file);
        let before = fs::read_to_string(&path)?;
        fs::write(&path, self.applied(tree)?)?;
        let row = nets.ask(enough);
        fs::write(&path, before)?;
        row
    }
}

/// A copy of every file that is under version control; what is the same is left alone, so that
/// cargo does not build it again.
fn copy(root: &Path, tree: &Path) -> Result<()> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output()?;
    ensure!(output.status.success(), "git cannot list the files");
    for name in String::from_utf8(output.stdout)?.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root.join(name), tree.join(name));
        let Ok(now) = fs::read(&from) else { continue };
        if fs::read(&to).is_ok_and(|there| there == now) {
            continue;
        }
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&to, now).with_context(|| format!("cannot copy {name}"))?;
    }
    Ok(())
}
