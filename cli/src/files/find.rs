//! Finding scenarios and case files in folders.

use std::fs;
use std::path::Path;

use polsim::text::{self, Source};

use super::read::{cannot_read, read};
use super::relative::normalized;
use crate::Failure;

/// Members of a document that make it a scenario. A network or a policy has none of them.
const MEMBERS: [&str; 5] = ["policies", "sets", "tests", "properties", "extends"];

/// The texts of the files, and of the scenarios and case files in the folders, in their order and
/// by name. A file that is named is read whatever it holds.
pub(crate) fn find(paths: &[String]) -> Result<Vec<Source>, Failure> {
    let mut sources: Vec<Source> = Vec::new();
    for path in paths {
        let found = if path != "-" && Path::new(path).is_dir() {
            in_folder(&normalized(Path::new(path)))?
        } else {
            vec![read(path)?]
        };
        for source in found {
            if !sources.iter().any(|known| known.name() == source.name()) {
                sources.push(source);
            }
        }
    }
    Ok(sources)
}

/// The texts in `folder` and below, by name.
fn in_folder(folder: &Path) -> Result<Vec<Source>, Failure> {
    let name = folder.display().to_string();
    let entries = fs::read_dir(if name.is_empty() { Path::new(".") } else { folder })
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| cannot_read(&name, &error))?;
    let mut names: Vec<_> = entries.iter().map(fs::DirEntry::file_name).collect();
    names.sort();
    let mut sources = Vec::new();
    for name in names {
        let path = folder.join(&name);
        let text = name.to_string_lossy();
        if text.starts_with('.') || matches!(&*text, "target" | "node_modules") {
            continue;
        }
        if path.is_dir() {
            sources.extend(in_folder(&path)?);
            continue;
        }
        let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("jsonl") => sources.push(read(&path.display().to_string())?),
            Some("yaml" | "yml" | "json") => {
                let source = read(&path.display().to_string())?;
                if is_loaded(&source) {
                    sources.push(source);
                }
            }
            _ => (),
        }
    }
    Ok(sources)
}

/// True for a text in a folder that is loaded: a scenario, or a YAML text that cannot be read,
/// which is reported and not skipped. A JSON text that cannot be read is reported by the scenario
/// that names it.
fn is_loaded(source: &Source) -> bool {
    match text::read(source) {
        Ok(node) => MEMBERS.iter().any(|name| node.member(name).is_some()),
        Err(_) => !source.name().to_lowercase().ends_with(".json"),
    }
}

/// True for a scenario, as opposed to a policy document: a policy has statements. A text
/// that is neither counts as a policy, so that the message says what is wrong with it.
pub(crate) fn is_scenario(source: &Source) -> bool {
    let Ok(node) = text::read(source) else {
        return [".yaml", ".yml"].iter().any(|it| source.name().to_lowercase().ends_with(it));
    };
    node.member("Statement").is_none() && MEMBERS.iter().any(|it| node.member(it).is_some())
}
