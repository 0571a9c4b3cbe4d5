//! Reading and writing whole files: one message for each cause of failure.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use polsim::text::{Source, json};

use crate::Failure;

/// The name of standard input on the command line and in messages.
pub(crate) const STDIN: &str = "<stdin>";

/// Upper bound on the size of a file. Policies are far smaller; a network or a scenario may be
/// large.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The text of the file at `path`, or of standard input for `-`.
pub(crate) fn read(path: &str) -> Result<Source, Failure> {
    let (name, bytes) = match path {
        "-" => (STDIN, bounded(io::stdin().lock())),
        _ => (path, open(Path::new(path)).and_then(bounded)),
    };
    let bytes = bytes.map_err(|error| cannot_read(name, &error))?;
    Ok(json::decode(name, bytes)?)
}

/// Opens a file to read; a directory is refused here and not at the first byte.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_dir() {
        return Err(io::Error::from(ErrorKind::IsADirectory));
    }
    File::open(path)
}

/// Writes `text` to the file at `path`.
pub(crate) fn write(path: &str, text: &str) -> Result<(), Failure> {
    fs::write(path, text)
        .map_err(|error| Failure::message(format!("cannot write `{path}`: {error}")))
}

/// Writes `text` to the file at `path` so that a reader sees the old text or the new one, never a part:
/// into a new file beside it, which then takes its name. A file that may not be written stays as it is.
pub(crate) fn write_whole(path: &str, text: &str) -> Result<(), Failure> {
    let cannot =
        |error: &io::Error| Failure::message(format!("cannot write `{path}`: {}", reason(error)));
    if let Ok(existing) = fs::metadata(path) {
        if existing.permissions().readonly() {
            return Err(Failure::message(format!("cannot write `{path}`: it is read-only")));
        }
        if !existing.is_file() {
            return write(path, text);
        }
    }
    let beside = format!("{path}.polsim-new");
    fs::write(&beside, text).map_err(|error| cannot(&error))?;
    if let Ok(existing) = fs::metadata(path) {
        let _ = fs::set_permissions(&beside, existing.permissions());
    }
    fs::rename(&beside, path).map_err(|error| {
        let _ = fs::remove_file(&beside);
        cannot(&error)
    })
}

/// Failure to read `name`, with the system's reason in plain words.
pub(crate) fn cannot_read(name: &str, error: &io::Error) -> Failure {
    let failure = Failure::message(format!("cannot read `{name}`: {}", reason(error)));
    match error.kind() {
        ErrorKind::IsADirectory => failure.with_help("name a file in it"),
        _ => failure,
    }
}

/// The system's reason without the number that std appends.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::IsADirectory => "it is a directory, not a file".to_owned(),
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

/// The bytes of `reader`, refused where there are more than [`MAX_BYTES`].
pub(super) fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        let text = format!("it has more than {MAX_BYTES} bytes");
        return Err(io::Error::new(ErrorKind::FileTooLarge, text));
    }
    Ok(bytes)
}
