//! The scenarios of the corpus that have properties.

use std::fs;
use std::path::{Component, Path, PathBuf};

use polsim::case::Files;
use polsim::scenario::Scenario;
use polsim::text::{Source, read};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Files on disk, by their path relative to the text that names them.
struct Disk;

impl Files for Disk {
    fn read(&self, from: &str, path: &str) -> Result<Source, String> {
        let folder = Path::new(from).parent().unwrap_or_else(|| Path::new(""));
        let mut full = PathBuf::new();
        for part in folder.join(path).components() {
            match part {
                Component::ParentDir => drop(full.pop()),
                other => full.push(other),
            }
        }
        let text = fs::read_to_string(root().join(&full)).map_err(|error| error.to_string())?;
        Ok(Source::new(full.display().to_string(), text))
    }
}

/// All of them, in the order of their paths.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut files = Vec::new();
    for folder in ["corpus/patterns", "corpus/pitfalls"] {
        collect(&root().join(folder), &mut files);
    }
    files.sort();
    let mut scenarios = Vec::new();
    for file in files {
        let path = file.strip_prefix(root()).unwrap().display().to_string();
        let source = Source::new(path, fs::read_to_string(&file).unwrap());
        if read(&source).is_ok_and(|node| node.member("properties").is_some()) {
            scenarios
                .push(Scenario::load(&source, &Disk).unwrap_or_else(|found| panic!("{found:?}")));
        }
    }
    scenarios
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "yaml") {
            files.push(path);
        }
    }
}
