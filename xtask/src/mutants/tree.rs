//! Copies of the sources for mutants to be made in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The crate of what decisions are made of: a copy with it alone builds in a fraction of the time.
const LOWER: &str = "engine/decide";

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
        if file.starts_with(LOWER) { Self::Lower } else { Self::All }
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
            (Floors::Lower, "Cargo.toml") => only_the_lower(&now)?,
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

/// The workspace's manifest with the crate of decisions as its only member.
fn only_the_lower(manifest: &[u8]) -> Result<Vec<u8>> {
    let line = |line: &str| match line.split_once(" = ") {
        Some((name @ ("members" | "default-members"), _)) => format!("{name} = [\"{LOWER}\"]\n"),
        Some(("exclude", _)) => String::new(),
        _ => format!("{line}\n"),
    };
    let text: String = str::from_utf8(manifest)?.lines().map(line).collect();
    ensure!(
        text.contains(&format!("\nmembers = [\"{LOWER}\"]")),
        "the manifest lists no members in a line"
    );
    Ok(text.into_bytes())
}

/// A file of a copy, and what it says.
pub(super) fn source(tree: &Path, file: &Path) -> Result<(PathBuf, String)> {
    let path = tree.join(file);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", file.display()))?;
    Ok((path, text))
}
