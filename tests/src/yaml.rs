//! The YAML files of the corpus, whatever they say.

use std::fs;
use std::path::{Path, PathBuf};

use polsim::text::{Node, Value};
use serde_json::{Value as Json, json};

use crate::root;

/// The YAML files in a folder of the repository and below it, sorted by path.
///
/// # Panics
/// If a folder cannot be read.
pub fn yaml_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    files.sort();
    files
}

#[expect(clippy::expect_used, reason = "tests stop without their corpus")]
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "yaml") {
            files.push(path);
        }
    }
}

/// A part of a file as JSON, for a policy document that is written there.
pub fn as_json(node: &Node) -> Json {
    match &node.value {
        Value::Object(members) => {
            members.iter().map(|it| (it.key.to_string(), as_json(&it.value))).collect()
        }
        Value::Array(items) => items.iter().map(as_json).collect(),
        Value::Number(number) => number.parse::<u64>().map_or(Json::Null, Json::from),
        _ => json!(node.as_text()),
    }
}
