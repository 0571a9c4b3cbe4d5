//! Files of records: finding them, and reading them packed or not.

use std::fs;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::Failure;
use crate::files::{STDIN, cannot_read, open};

/// A file of records.
#[derive(Clone, Debug)]
pub(super) struct Log {
    pub(super) path: String,
    pub(super) size: u64,
    /// The time of its last change, in nanoseconds since 1970.
    pub(super) changed: u128,
}

/// The files at these paths and in the folders, in the order of their names.
pub(super) fn find(paths: &[String]) -> Result<Vec<Log>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path == "-" {
            found.push(Log { path: path.clone(), size: 0, changed: 0 });
            continue;
        }
        let before = found.len();
        walk(Path::new(path), &mut found)?;
        if found.len() == before {
            return Err(Failure::message(format!("no file of records in `{path}`"))
                .with_help("a trail writes them below `AWSLogs/`"));
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found.dedup_by(|one, other| one.path == other.path);
    Ok(found)
}

fn walk(path: &Path, found: &mut Vec<Log>) -> Result<(), Failure> {
    let name = path.display().to_string();
    let fail = |error| cannot_read(&name, &error);
    let about = fs::metadata(path).map_err(fail)?;
    if !about.is_dir() {
        let changed = about.modified().ok();
        let since = changed.and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
        let changed = since.map(|it| it.as_nanos()).unwrap_or_default();
        found.push(Log { path: name, size: about.len(), changed });
        return Ok(());
    }
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut names: Vec<_> = entries.map_err(fail)?.iter().map(fs::DirEntry::file_name).collect();
    names.sort();
    for name in names {
        let text = name.to_string_lossy();
        let ending = text.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let inner = path.join(&*name);
        let is_log = matches!(ending.as_str(), "json" | "jsonl" | "gz" | "ndjson");
        if !text.starts_with('.') && (inner.is_dir() || (is_log && !is_beside(&text))) {
            walk(&inner, found)?;
        }
    }
    Ok(())
}

/// True for files that stand beside logs in folders.
fn is_beside(name: &str) -> bool {
    matches!(name, "manifest.json") || name.ends_with("-scp.json")
}

/// The text of a file, unpacked where it is packed.
pub(super) fn read(log: &Log) -> io::Result<Box<dyn Read + Send>> {
    if log.path == "-" {
        let mut input = BufReader::with_capacity(1 << 18, io::stdin());
        return unpacked(&mut input).map(|packed| -> Box<dyn Read + Send> {
            if packed { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) }
        });
    }
    let mut input = BufReader::with_capacity(1 << 18, open(Path::new(&log.path))?);
    let packed = unpacked(&mut input)?;
    Ok(if packed { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) })
}

/// True if the text begins as gzip does.
fn unpacked(input: &mut impl io::BufRead) -> io::Result<bool> {
    Ok(input.fill_buf()?.starts_with(&[0x1f, 0x8b]))
}

/// The name of a file in messages.
pub(super) fn name(log: &Log) -> &str {
    if log.path == "-" { STDIN } else { &log.path }
}
