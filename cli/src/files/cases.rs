//! Files that case files name.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use polsim::case::Files;
use polsim::text::{Source, json};

use super::read::{bounded, open, reason};

/// Upper bound on the bytes of files that the cache keeps.
const MAX_CACHED: usize = 16 * 1024 * 1024;

/// Files that cases name, relative to the folder of the case file. Each is read once, so that all
/// cases of a run see the same text.
#[derive(Clone, Debug)]
pub(crate) struct CaseFiles {
    folder: PathBuf,
    cache: Arc<Mutex<Cache>>,
}

/// Texts that have been read.
#[derive(Debug, Default)]
struct Cache {
    bytes: usize,
    /// The text of each path, or the reason why it cannot be read.
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
        Self { folder, cache: Arc::default() }
    }

    fn load(&self, path: &str) -> Result<Source, String> {
        let full = self.folder.join(path);
        let name = full.display().to_string();
        let failed = |error: io::Error| format!("cannot read `{name}`: {}", reason(&error));
        let bytes = open(&full).and_then(bounded).map_err(failed)?;
        json::decode(&name, bytes).map_err(|refused| refused.to_string())
    }
}

impl Files for CaseFiles {
    fn read(&self, _from: &str, path: &str) -> Result<Source, String> {
        let Ok(mut cache) = self.cache.lock() else { return self.load(path) };
        if let Some(known) = cache.files.get(path) {
            return known.clone();
        }
        let read = self.load(path);
        if cache.bytes <= MAX_CACHED {
            let size = read.as_ref().map_or(0, |source| source.text().len());
            cache.bytes = cache.bytes.saturating_add(size).saturating_add(path.len());
            cache.files.insert(path.into(), read.clone());
        }
        read
    }
}
