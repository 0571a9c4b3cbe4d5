//! Inputs of `polsim perimeter`: files, folders with everything below them, standard input, and the
//! sources beside a plan.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use polsim_inputs::{InputError, InputFile, SourceFiles};

use super::read::{STDIN, cannot_read, open};
use crate::Failure;

/// Upper bound on the size of an input; a plan of a large stack has a hundred megabytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Folders that are never inputs.
const PASSED_OVER: &[&str] = &["target", "node_modules"];

/// The files of all paths.
pub(crate) fn inputs(paths: &[String]) -> Result<Vec<InputFile>, Failure> {
    let mut out = Vec::new();
    for path in paths {
        if path == "-" {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().take(MAX_BYTES.saturating_add(1)).read_to_end(&mut bytes);
            read.map_err(|error| cannot_read(STDIN, &error))?;
            out.push(InputFile { path: STDIN.into(), bytes: checked(STDIN, bytes)? });
        } else {
            gather(Path::new(path), &mut out)?;
        }
    }
    Ok(out)
}

/// Adds a file, or the files of a folder and below, by name.
fn gather(path: &Path, out: &mut Vec<InputFile>) -> Result<(), Failure> {
    let name = path.display().to_string();
    if !path.is_dir() {
        let mut bytes = Vec::new();
        let read = open(path)
            .and_then(|file| file.take(MAX_BYTES.saturating_add(1)).read_to_end(&mut bytes));
        read.map_err(|error| cannot_read(&name, &error))?;
        out.push(InputFile { path: name.clone().into(), bytes: checked(&name, bytes)? });
        return Ok(());
    }
    for inner in sorted(path)? {
        let text = inner.to_string_lossy();
        if text.starts_with('.') || PASSED_OVER.contains(&&*text) {
            continue;
        }
        gather(&path.join(&inner), out)?;
    }
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<std::ffi::OsString>, Failure> {
    let entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| cannot_read(&folder.display().to_string(), &error))?;
    let mut names: Vec<_> = entries.iter().map(fs::DirEntry::file_name).collect();
    names.sort();
    Ok(names)
}

fn checked(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(Failure::message(format!("`{name}` has more than {MAX_BYTES} bytes")));
    }
    Ok(bytes)
}

/// The failure of an input that is not read.
pub(crate) fn not_read(error: InputError) -> Failure {
    let failure = Failure::message(format!("{} ({})", error.message, error.code));
    if error.help.is_empty() { failure } else { failure.with_help(error.help) }
}

/// The `.tf` files of a folder and of the local modules below it; none if there are none.
pub(crate) fn source_files(folder: &Path) -> Result<Option<SourceFiles>, Failure> {
    let mut files = Vec::new();
    terraform(folder, &mut files, 0)?;
    Ok(SourceFiles::read(&files))
}

fn terraform(folder: &Path, out: &mut Vec<InputFile>, depth: usize) -> Result<(), Failure> {
    if depth > 8 {
        return Ok(());
    }
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for name in sorted(shown)? {
        let path = folder.join(&name);
        let text = name.to_string_lossy();
        if path.is_dir() && !text.starts_with('.') && !PASSED_OVER.contains(&&*text) {
            terraform(&path, out, depth.saturating_add(1))?;
        } else if text.ends_with(".tf") || text.ends_with(".tofu") {
            let mut bytes = Vec::new();
            let read = open(&path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
            read.map_err(|error| cannot_read(&path.display().to_string(), &error))?;
            let path = path.strip_prefix("./").unwrap_or(&path).display().to_string();
            out.push(InputFile { path: path.into(), bytes });
        }
    }
    Ok(())
}
