//! Copies of the sources for mutants to be made in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The modules of the engine that no decision needs: nothing below uses them, so that a copy
/// without them builds in a fraction of the time.
const UPPER: &[&str] = &["network", "prove", "scenario"];

/// The part of the engine that a copy has.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Floors {
    /// The modules that decisions need, and no other package.
    Lower,
    /// The whole workspace.
    All,
}

impl Floors {
    /// The part that a mutant in this file needs.
    pub(super) fn of(file: &Path) -> Self {
        let is_upper = |module: &&str| {
            file.with_extension("").starts_with(Path::new("engine/src").join(module))
        };
        if UPPER.iter().any(is_upper) { Self::All } else { Self::Lower }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::All => "all",
        }
    }
}

/// A copy of every file that is under version control; what is the same is left alone, so that
/// cargo does not build it again.
pub(super) fn copy(root: &Path, tree: &Path, floors: Floors) -> Result<()> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output()?;
    ensure!(output.status.success(), "git cannot list the files");
    for name in String::from_utf8(output.stdout)?.split('\0').filter(|name| !name.is_empty()) {
        let Ok(now) = fs::read(root.join(name)) else { continue };
        let now = match (floors, name) {
            (Floors::Lower, "Cargo.toml") => only_the_engine(&now)?,
            (Floors::Lower, "engine/src/lib.rs") => without_upper(&now)?,
            _ => now,
        };
        let to = tree.join(name);
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

/// The workspace's manifest with the engine as its only member.
fn only_the_engine(manifest: &[u8]) -> Result<Vec<u8>> {
    let line = |line: &str| match line.split_once(" = ") {
        Some((name @ ("members" | "default-members"), _)) => format!("{name} = [\"engine\"]\n"),
        Some(("exclude", _)) => String::new(),
        _ => format!("{line}\n"),
    };
    let text: String = str::from_utf8(manifest)?.lines().map(line).collect();
    ensure!(text.contains("\nmembers = [\"engine\"]"), "the manifest lists no members in a line");
    Ok(text.into_bytes())
}

/// The table of contents without the upper floors.
fn without_upper(contents: &[u8]) -> Result<Vec<u8>> {
    let mut text = str::from_utf8(contents)?.to_owned();
    for module in UPPER {
        let line = format!("pub mod {module};\n");
        ensure!(text.contains(&line), "the engine has no module `{module}`");
        text = text.replace(&line, "");
    }
    Ok(text.into_bytes())
}

/// A file of a copy, and what it says.
pub(super) fn source(tree: &Path, file: &Path) -> Result<(PathBuf, String)> {
    let path = tree.join(file);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", file.display()))?;
    Ok((path, text))
}
