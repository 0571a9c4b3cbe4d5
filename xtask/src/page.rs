//! `cargo xtask page`: the playground.
//!
//! The page is built by Node from `wasm/playground` and the npm package. `polsim play` has to show
//! it on machines without Node and from a plain `cargo install`, so its files are kept in
//! `cli/playground`, compressed, as part of the repository; `--embed` writes them, and the list
//! that the binary has them from. Built files cannot be compared byte by byte between machines
//! (compilers differ), so beside them stands a digest of everything that they are built from, and
//! `--check` tells whether it is still true.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};

use crate::{complain, node, wasm, workspace};

/// The sources of the page.
const SOURCES: &[&str] = &[
    "corpus/patterns",
    "corpus/pitfalls",
    "engine/check/src",
    "engine/decide/src",
    "engine/solve/src",
    "engine/src",
    "wasm/npm",
    "wasm/playground",
    "wasm/src",
];
/// Names in those folders that are no sources.
const NOT_SOURCES: &[&str] = &["node_modules", "dist", "test", "README.md"];

/// Builds the page in `wasm/playground/dist`.
pub(crate) fn build(profile: wasm::Profile) -> Result<()> {
    wasm::package(profile)?;
    let playground = workspace().join("wasm/playground");
    node::install(&playground)?;
    node::npm(&playground, &["run", "--silent", "build"])
}

/// Builds the page and keeps its files, compressed, where `polsim play` has them from.
pub(crate) fn embed() -> Result<()> {
    let root = workspace();
    // Before the build: what changes meanwhile is not in it.
    let digest = digest(&root)?;
    build(wasm::Profile::Published)?;
    let kept = root.join("cli/playground");
    if kept.exists() {
        fs::remove_dir_all(&kept).context("cannot clear cli/playground")?;
    }
    let built = root.join("wasm/playground/dist");
    let mut size: usize = 0;
    let mut list = String::from("// Written by `cargo xtask page --embed`.\n&[\n");
    for file in files(&built)? {
        let name = file.strip_prefix(&built)?.to_string_lossy().replace('\\', "/");
        let target = kept.join(format!("{name}.gz"));
        let compressed = gzip(&fs::read(&file)?)?;
        size = size.saturating_add(compressed.len());
        fs::create_dir_all(target.parent().unwrap_or(&kept))?;
        fs::write(&target, compressed)?;
        writeln!(list, "    File {{ path: \"/{name}\", gzip: include_bytes!(\"{name}.gz\") }},")?;
    }
    fs::write(kept.join("files.rs"), list + "]\n")?;
    fs::write(digest_file(&root), digest)?;
    complain(&format!("cli/playground: {size} bytes"));
    Ok(())
}

/// Tells whether the embedded page is built from the present sources.
pub(crate) fn check() -> Result<()> {
    let root = workspace();
    let kept = fs::read_to_string(digest_file(&root)).context("there is no embedded page")?;
    ensure!(
        kept == digest(&root)?,
        "the page in cli/playground is not the present one: run `cargo xtask page --embed`"
    );
    Ok(())
}

fn digest_file(root: &Path) -> PathBuf {
    root.join("cli/playground/sources.sha256")
}

/// A digest of the names and contents of everything that the page is built from.
fn digest(root: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    for source in SOURCES {
        for file in files(&root.join(source))? {
            let name = file.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            // Line ends are git's business, not a change.
            let bytes: Vec<u8> = fs::read(&file)?.into_iter().filter(|it| *it != b'\r').collect();
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(u64::try_from(bytes.len())?.to_le_bytes());
            hash.update(bytes);
        }
    }
    Ok(format!("{:x}\n", hash.finalize()))
}

/// The files below a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))?;
    let mut entries: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        let name = path.file_name().unwrap_or_default();
        if NOT_SOURCES.iter().any(|it| name == *it) || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// Compresses bytes; the head holds no name and no time, so that the same input gives the same
/// output.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
