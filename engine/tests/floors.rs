//! The floors inside each crate of the engine: no module uses one that stands above it. Between the
//! crates cargo itself refuses an arrow that goes up.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads files, and may fail in its helpers too"
)]

use std::path::{Path, PathBuf};

/// The sources of each crate, and its modules from the ground up; those of one floor may not use
/// each other.
const CRATES: &[(&str, &[&[&str]])] = &[
    (
        "decide/src",
        &[
            &["text"],
            &["request"],
            &["policy"],
            &["formula"],
            &["lower", "catalog"],
            &["eval"],
            &["case"],
        ],
    ),
    (
        "check/src",
        &[
            &["budget", "constraint", "key_facts", "proof", "refusal", "rup", "table"],
            &["key_shape", "numbering", "regex", "visited"],
            &["fields", "breakpoints", "lexical"],
            &["format", "predicate_language", "value_format"],
            &["step", "value"],
            &["field_id"],
            &["cross_field"],
            &["lemma"],
            &["question"],
            &["trim"],
            &["incremental", "internals"],
        ],
    ),
    (
        "solve/src",
        &[
            &["search", "support", "theory"],
            &["value_language", "smt"],
            &["combine"],
            &["solver"],
            &["agreement"],
        ],
    ),
    ("src", &[&["network"], &["prove"], &["scenario"]]),
];

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

/// The arrows between the modules of a crate, each of which has to go down.
fn arrows(sources: &Path, floors: &[&[&str]]) -> usize {
    let floor = |module: &str| floors.iter().position(|floor| floor.contains(&module));
    let mut paths = Vec::new();
    files(sources, &mut paths);
    let mut arrows = 0;
    for path in paths {
        let relative = path.strip_prefix(sources).unwrap();
        let top = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = top.trim_end_matches(".rs");
        if module == "lib" {
            continue;
        }
        let own = floor(module).unwrap_or_else(|| panic!("`{module}` has no floor yet"));
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let is_top = relative.components().count() == 1;
        let ways = |line: &str| {
            let mut used: Vec<String> = Vec::new();
            for root in ["crate::", "use super::"] {
                if root == "crate::" || is_top {
                    used.extend(line.split(root).skip(1).map(|it| {
                        it.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
                    }));
                }
            }
            used
        };
        for line in code {
            for used in ways(line) {
                let Some(below) = floor(&used) else { continue };
                arrows += 1;
                assert!(used == module || below < own, "{} goes up: {line}", relative.display());
            }
        }
    }
    arrows
}

#[test]
fn no_arrow_goes_up() {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (sources, floors) in CRATES {
        let arrows = arrows(&engine.join(sources), floors);
        assert!(arrows > 5, "the test saw too little of {sources}: {arrows} arrows");
    }
}
