//! The name of a context key is spelt once in the engine: in its row of the catalogue. Everything
//! else names it by its constant, so that a key is found by searching for one word.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads files, and may fail in its helpers too"
)]

use std::path::{Path, PathBuf};

use polsim::catalog::ContextKey;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// True if the file holds tests only, or the tables themselves.
fn is_excepted(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    let within = |folder: &str| path.components().any(|it| it.as_os_str() == folder);
    name.starts_with("tests") || within("tests") || within("agreement") || within("context_key")
}

/// The text literals of a source's code: its tests, comments and attributes left out.
fn literals(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let is_code = |line: &&str| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with("#[")
    };
    code.lines().filter(is_code).flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
}

fn spelt(text: &str) -> Vec<&str> {
    let is_name = |literal: &&str| {
        ContextKey::find(literal)
            .is_some_and(|row| row.is_family() || row.name().len() == literal.len())
    };
    literals(text).into_iter().filter(is_name).collect()
}

#[test]
fn a_key_is_spelt_in_its_row_alone() {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for sources in ["decide/src", "check/src", "solve/src", "src"] {
        files(&engine.join(sources), &mut paths);
    }
    assert!(paths.len() > 150, "the test saw too little: {} files", paths.len());
    for path in paths.iter().filter(|path| !is_excepted(path)) {
        let text = std::fs::read_to_string(path).unwrap();
        let spelt = spelt(&text);
        assert!(spelt.is_empty(), "{} spells {spelt:?}: use catalog::keys", path.display());
    }
}

#[test]
fn the_scan_finds_names_and_only_in_code() {
    let text = "let a = (\"aws:sourcevpce\", \"s3:GetObject\");\n// \"aws:SourceIp\"\n\
                #[serde(rename = \"aws:SourceVpc\")]\nf(\"aws:PrincipalTag/\");\n\
                #[cfg(test)]\nmod tests { \"aws:userid\" }";
    assert_eq!(spelt(text), ["aws:sourcevpce", "aws:PrincipalTag/"]);
}
