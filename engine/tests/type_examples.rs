//! Every public type of the library's face has an example of its own in its documentation: the
//! examples run as tests, so this one only looks whether they are there.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files")]

use std::path::{Path, PathBuf};

/// The sources of the crates that a user reads about.
const FACES: [&str; 3] = ["decide/src", "src", "lint/src"];

/// The words before the name of a type.
const TYPES: [&str; 3] = ["pub struct ", "pub enum ", "pub trait "];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The lines of the comment above line `at`, between which attributes may stand.
fn comment<'t>(lines: &[&'t str], at: usize) -> Vec<&'t str> {
    let above = lines.iter().take(at).rev().map(|line| line.trim_start());
    let own = above.take_while(|line| line.starts_with("///") || line.starts_with("#["));
    own.filter(|line| line.starts_with("///")).collect()
}

#[test]
fn every_public_type_has_an_example() {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for face in FACES {
        files(&engine.join(face), &mut paths);
    }
    paths.sort();
    let (mut seen, mut without) = (0_usize, Vec::new());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        // Tests stand at the end of a file.
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        let lines: Vec<&str> = code.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let Some(rest) = TYPES.iter().find_map(|start| line.strip_prefix(start)) else {
                continue;
            };
            seen = seen.saturating_add(1);
            if !comment(&lines, at).iter().any(|line| line.contains("```")) {
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
                without.push(format!("{}: {name}", path.strip_prefix(engine).unwrap().display()));
            }
        }
    }
    assert!(seen > 200, "only {seen} types were found");
    assert!(without.is_empty(), "types without an example: {without:#?}");
}
