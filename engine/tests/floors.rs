//! The floors inside each crate of the engine: no module uses one that stands above it. Between the
//! crates cargo itself refuses an arrow that goes up.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::panic,
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
            &["catalog"],
            &["request"],
            &["plausible", "policy"],
            &["formula"],
            &["lower"],
            &["eval"],
            &["call"],
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
            &["result", "support", "theory"],
            &["search"],
            &["value_language", "smt"],
            &["combine"],
            &["solver"],
            &["agreement"],
        ],
    ),
    (
        "replay/src",
        &[
            &["known_actions", "observation", "options", "question", "record", "stream", "witness"],
            &["parameters"],
            &["answer", "calls", "principal", "resource"],
            &["cases", "network"],
            &["keys"],
            &["observe"],
            &["replay"],
            &["tally"],
        ],
    ),
    ("src", &[&["network"], &["prove"], &["scenario"]]),
    (
        "lint/src",
        &[
            &["key", "place", "rule"],
            &["edit", "rules", "test"],
            &["finding", "page"],
            &["ask", "draft"],
            &["document", "model"],
            &["found"],
            &["check"],
            &["linter"],
        ],
    ),
];

/// The folders of modules whose own modules have floors: the folder, the path of its module, and the
/// floors.
const ROOMS: &[(&str, &str, &[&[&str]])] = &[
    (
        "solve/src/search",
        "crate::search::",
        &[
            &["literal", "theory"],
            &["assignment", "encoder", "query"],
            &["clauses", "frontier"],
            &["learn"],
            &["conflict", "log", "propagation"],
            &["tests"],
        ],
    ),
    (
        "solve/src/theory",
        "crate::theory::",
        &[
            &["conflict", "pattern_set"],
            &["addresses", "numbers", "relation"],
            &["lexical", "strings"],
            &["action", "key"],
        ],
    ),
    (
        "solve/src/combine",
        "crate::combine::",
        &[
            &["field_id", "inclusion", "lemmas", "model", "test_index", "value_shapes"],
            &["classes", "meaning"],
            &["field_query", "substitute"],
            &["field_solver"],
            &["groups", "pairwise"],
            &["capture", "circle", "finite_domain"],
            &["cross_field"],
        ],
    ),
    (
        "solve/src/smt",
        "crate::smt::",
        &[
            &["needs", "term"],
            &["regex"],
            &["keys", "request"],
            &["values", "variables"],
            &["atoms"],
            &["tests"],
        ],
    ),
    (
        "src/prove",
        "crate::prove::",
        &[
            &["certificate", "formula_names", "limits", "request_shape", "witness"],
            &["property"],
            &["verdict"],
            &["atom_source", "caller"],
            &["queries"],
            &["asked_about", "compare", "goal"],
            &["lowered_property"],
            &["recheck", "redundant", "regions"],
            &["verify"],
            &["fix", "nearest", "vacuous"],
        ],
    ),
    (
        "src/scenario",
        "crate::scenario::",
        &[
            &["assume", "caveats", "policies", "request", "request_shape"],
            &["shape"],
            &["model", "property"],
            &["cases", "run"],
            &["load"],
            &["certified", "coverage"],
            &["tests"],
        ],
    ),
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

/// The arrows between the modules in a folder, each of which has to go down. `root` is the path by
/// which the folder's modules are named.
fn arrows(sources: &Path, root: &str, floors: &[&[&str]]) -> usize {
    let floor = |module: &str| floors.iter().position(|floor| floor.contains(&module));
    let mut paths = Vec::new();
    files(sources, &mut paths);
    // The file of the folder's own module; a crate has none beside its sources.
    let parent = std::fs::read_to_string(sources.with_extension("rs")).unwrap_or_default();
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
        // Tests at the end of a file may look at anything.
        let program = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        let code = program.lines().filter(|line| !line.trim_start().starts_with("//"));
        let is_top = relative.components().count() == 1;
        for line in code {
            for used in used_modules(line, root, is_top) {
                let shown = relative.display();
                let Some(below) = floor(&used) else {
                    // A name that the parent re-exports hides which module is used; what the parent
                    // defines itself hides nothing.
                    let hidden = root != "crate::" && !used.is_empty() && !defines(&parent, &used);
                    assert!(!hidden, "{shown} uses `{used}` of its parent: {line}");
                    continue;
                };
                arrows += 1;
                assert!(used == module || below < own, "{shown} goes up: {line}");
            }
        }
    }
    arrows
}

/// Tests for a type or trait that a module defines itself.
fn defines(module: &str, name: &str) -> bool {
    let kinds = ["struct", "enum", "trait", "type"];
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    kinds.iter().any(|kind| {
        let definition = format!("{kind} {name}");
        module.split(&definition).skip(1).any(is_end)
    })
}

/// The modules in a folder that a line of a module in it names: by `root`, or by `super` at the top of
/// the folder.
fn used_modules(line: &str, root: &str, is_top: bool) -> Vec<String> {
    let name = |text: &str| -> String {
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut used: Vec<String> = line.split(root).skip(1).map(name).collect();
    // Inside an inline module `super` is the module itself.
    if is_top && !line.starts_with(' ') {
        used.extend(line.split("use super::").skip(1).map(name));
    }
    used
}

#[test]
fn no_arrow_goes_up() {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = CRATES.iter().map(|(sources, floors)| (sources, "crate::", floors));
    let rooms = ROOMS.iter().map(|(sources, root, floors)| (sources, *root, floors));
    for (sources, root, floors) in crates.chain(rooms) {
        let arrows = arrows(&engine.join(sources), root, floors);
        assert!(arrows > 5, "the test saw too little of {sources}: {arrows} arrows");
    }
}
