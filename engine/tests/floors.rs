//! The floors of the engine: no module uses one that stands above it.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads files, and may fail in its helpers too"
)]

use std::path::{Path, PathBuf};

/// The modules from the ground up; those of one floor may not use each other.
const FLOORS: &[&[&str]] = &[
    &["text"],
    &["request"],
    &["policy"],
    &["formula"],
    &["lower", "catalog"],
    &["eval"],
    &["case", "network"],
    &["prove"],
    &["scenario"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

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

#[test]
fn no_arrow_goes_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    files(&root, &mut sources);
    let mut arrows = 0;
    for path in sources {
        let relative = path.strip_prefix(&root).unwrap();
        let top = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = top.trim_end_matches(".rs");
        if module == "lib" {
            continue;
        }
        let own = floor(module).unwrap_or_else(|| panic!("`{module}` has no floor yet"));
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for (used, line) in
            code.flat_map(|line| line.split("crate::").skip(1).map(move |it| (it, line)))
        {
            let used: String =
                used.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let Some(below) = floor(&used) else { continue };
            arrows += 1;
            assert!(used == module || below < own, "{} goes up: {line}", relative.display());
        }
    }
    assert!(arrows > 100, "the test saw too little: {arrows} arrows");
}
