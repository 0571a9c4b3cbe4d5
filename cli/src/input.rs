//! Files: one clear message for each way in which they cannot be read.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use polsim::case::Files;
use polsim::policy::PolicyType;
use polsim::text::{Source, json, nearest};

use crate::Failure;

/// The name of standard input on the command line and in messages.
pub(crate) const STDIN: &str = "<stdin>";

/// The largest file that is read as a whole. Policies are far smaller; a network or a scenario may
/// be large.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// How many bytes of files that cases name are kept.
const KEEP_BYTES: usize = 16 * 1024 * 1024;

/// The file at `path`, or standard input for `-`.
pub(crate) fn source(path: &str) -> Result<Source, Failure> {
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

/// The failure to read `name`, with the system's reason in plain words.
pub(crate) fn cannot_read(name: &str, error: &io::Error) -> Failure {
    let failure = Failure::message(format!("cannot read `{name}`: {}", reason(error)));
    match error.kind() {
        ErrorKind::IsADirectory => failure.with_help("name a file in it"),
        _ => failure,
    }
}

/// The system's reason without the number that std appends.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::IsADirectory => "it is a directory, not a file".to_owned(),
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let said = error.to_string();
            said.split(" (os error").next().unwrap_or(&said).to_lowercase()
        }
    }
}

fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        let said = format!("it has more than {MAX_BYTES} bytes");
        return Err(io::Error::new(ErrorKind::FileTooLarge, said));
    }
    Ok(bytes)
}

/// The files that cases name, relative to the folder of the case's file. Each is read once, so that
/// all cases of a run see the same text.
#[derive(Clone, Debug)]
pub(crate) struct CaseFiles {
    folder: PathBuf,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    bytes: usize,
    files: HashMap<Box<str>, Result<Source, String>>,
}

impl CaseFiles {
    /// The files next to the case file at `path`; for standard input, those of the working
    /// directory.
    pub(crate) fn beside(path: &str) -> Self {
        let folder = match path {
            "-" => PathBuf::new(),
            _ => Path::new(path).parent().map(Path::to_path_buf).unwrap_or_default(),
        };
        Self { folder, seen: Arc::default() }
    }

    fn load(&self, path: &str) -> Result<Source, String> {
        let full = self.folder.join(path);
        let name = full.display().to_string();
        let said = |error: io::Error| format!("cannot read `{name}`: {}", reason(&error));
        let bytes = open(&full).and_then(bounded).map_err(said)?;
        json::decode(&name, bytes).map_err(|refused| refused.to_string())
    }
}

impl Files for CaseFiles {
    fn read(&self, _from: &str, path: &str) -> Result<Source, String> {
        let Ok(mut seen) = self.seen.lock() else { return self.load(path) };
        if let Some(known) = seen.files.get(path) {
            return known.clone();
        }
        let read = self.load(path);
        if seen.bytes <= KEEP_BYTES {
            let size = read.as_ref().map_or(0, |source| source.text().len());
            seen.bytes = seen.bytes.saturating_add(size).saturating_add(path.len());
            seen.files.insert(path.into(), read.clone());
        }
        read
    }
}

/// A policy type by its name, for clap.
pub(crate) fn policy_type(text: &str) -> Result<PolicyType, String> {
    text.parse().map_err(|_| {
        let names = PolicyType::ALL.map(PolicyType::as_str);
        match nearest(text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the types are {}", names.join(", ")),
        }
    })
}

/// What a policy document probably is: with a Principal and no Resource a trust policy, with a
/// Principal a resource policy, else an identity policy.
pub(crate) fn likely_type(source: &Source) -> PolicyType {
    let Ok(node) = json::parse(source) else { return PolicyType::Identity };
    let statements = || node.member("Statement").into_iter().flat_map(|it| it.value.items());
    let has = |names: [&str; 2]| {
        statements().any(|it| names.into_iter().any(|name| it.member(name).is_some()))
    };
    match (has(["Principal", "NotPrincipal"]), has(["Resource", "NotResource"])) {
        (true, true) => PolicyType::Resource,
        (true, false) => PolicyType::Trust,
        (false, _) => PolicyType::Identity,
    }
}
