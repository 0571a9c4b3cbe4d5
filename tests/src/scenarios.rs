//! The scenarios of the corpus.

use std::fs;
use std::path::{Component, Path, PathBuf};

use polsim::case::Files;
use polsim::scenario::Scenario;
use polsim::text::{Node, Source, read};

use crate::{root, yaml_files};

/// A scenario of the corpus: what it says, and what it means.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its path from the root of the repository.
    pub path: String,
    /// Its text as a tree.
    pub node: Node,
    /// The scenario.
    pub scenario: Scenario,
}

/// Files on disk, by their path relative to the text that names them.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

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
        let name = full.display().to_string();
        let text =
            fs::read_to_string(root().join(&full)).map_err(|error| format!("{name}: {error}"))?;
        Ok(Source::new(name, text))
    }
}

/// The scenarios in a folder of the repository and below it that have this member (`tests`,
/// `properties`), sorted by path.
///
/// # Panics
/// If a file cannot be read, or a scenario is refused.
#[expect(clippy::expect_used, clippy::panic, reason = "tests stop without their corpus")]
pub fn scenarios(folder: &str, member: &str) -> Vec<Written> {
    let mut written = Vec::new();
    for file in yaml_files(folder) {
        let path = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
        let text = fs::read_to_string(&file).expect("the file can be read");
        let source = Source::new(path.as_str(), text);
        let node = read(&source).expect("YAML");
        if node.member(member).is_none() {
            continue;
        }
        match Scenario::load(&source, &Disk) {
            Ok(scenario) => written.push(Written { path, node, scenario }),
            Err(found) => {
                let found: Vec<String> = found.iter().map(ToString::to_string).collect();
                panic!("{}", found.join("\n"));
            }
        }
    }
    written
}

impl Written {
    /// The name of the folder that it is in.
    pub fn folder(&self) -> &str {
        self.path.rsplit('/').nth(1).unwrap_or_default()
    }

    /// The first paragraph of `why`, and the others, each on one line.
    pub fn why(&self) -> (String, String) {
        let text = self.node.member("why").and_then(|it| it.value.as_str()).unwrap_or_default();
        let (first, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        (line(first), line(rest))
    }
}

/// The texts of a member that is a text or a list of them.
pub fn texts<'a>(node: &'a Node, member: &str) -> Vec<&'a str> {
    let Some(member) = node.member(member) else { return Vec::new() };
    member.value.as_str().map_or_else(
        || member.value.items().iter().filter_map(Node::as_str).collect(),
        |text| vec![text],
    )
}
