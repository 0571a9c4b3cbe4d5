//! The corpus files.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::root;

/// What every line of a case file has beside the case itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// The id, unique over all files.
    pub id: String,
    /// The reason for the expectation.
    pub why: String,
    /// The decision that AWS makes.
    pub expect: String,
    /// Why the expectation is disputed; such a line is reported and not required.
    #[serde(default)]
    pub disputed: Option<String>,
    /// The text of the line.
    #[serde(skip)]
    pub text: String,
    /// Its number, from 1.
    #[serde(skip)]
    pub number: u32,
}

/// The files of `corpus/cases`, sorted.
///
/// # Panics
/// If the folder cannot be read.
#[expect(clippy::expect_used, reason = "tests stop without their corpus")]
pub fn case_files() -> Vec<PathBuf> {
    let folder = root().join("corpus/cases");
    let entries = fs::read_dir(folder).expect("corpus/cases can be read");
    let paths = entries.map(|entry| entry.expect("an entry of corpus/cases").path());
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|it| it == "jsonl")).collect();
    files.sort();
    files
}

/// The lines of a case file.
///
/// # Panics
/// If the file cannot be read, or a line has no id, reason or expectation.
#[expect(clippy::expect_used, reason = "tests stop without their corpus")]
pub fn lines(path: &Path) -> Vec<Line> {
    let text = fs::read_to_string(path).expect("the file can be read");
    let line = |(number, text): (u32, &str)| {
        let line: Line = serde_json::from_str(text).expect("a line with id, why and expect");
        Line { text: text.to_owned(), number, ..line }
    };
    (1..).zip(text.lines()).map(line).collect()
}
