//! The trusted base as `lib.rs` states it: its lines of code are about what is there.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads files, and may fail in its helpers too"
)]

use std::path::{Path, PathBuf};

/// The sources of a file or folder, without test modules.
fn sources(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_file() {
        return found.push(path.to_owned());
    }
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if !path.ends_with("tests.rs") && !path.ends_with("tests") {
            sources(&path, found);
        }
    }
}

/// Lines of code: neither blank nor comment, up to the test module.
fn lines_of_code(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
    let counts = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    code.lines().filter(counts).count()
}

#[test]
fn the_trusted_base_has_the_lines_that_are_stated() {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let lib = std::fs::read_to_string(engine.join("check/src/lib.rs")).unwrap();
    let mut rows = 0;
    for row in lib.lines().filter(|line| line.starts_with("//! | ") && line.contains("/src/")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, part, places, stated, ..] = cells[..] else { panic!("no row: {row}") };
        let mut found = Vec::new();
        for place in places.split('`').filter(|it| it.contains("/src/")) {
            sources(&engine.join(place), &mut found);
        }
        let lines: usize = found.iter().map(|path| lines_of_code(path)).sum();
        let stated: usize = stated.replace(',', "").parse().unwrap();
        let off = lines.abs_diff(stated);
        assert!(off * 5 <= lines, "{part}: {lines} lines of code, stated are {stated}");
        rows += 1;
    }
    assert!(rows >= 5, "only {rows} rows");
}
