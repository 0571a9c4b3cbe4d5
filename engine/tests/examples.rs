//! The examples print what their first comment says they print.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files")]

use std::path::Path;

#[expect(dead_code, reason = "the test compares what `main` would print")]
#[path = "../examples/decide.rs"]
mod decide;
#[expect(dead_code, reason = "the test compares what `main` would print")]
#[path = "../examples/explain.rs"]
mod explain;

/// The block of text in the first comment of an example.
fn promised(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let block = text.lines().skip_while(|line| *line != "//! ```text").skip(1);
    let lines = block.take_while(|line| *line != "//! ```");
    lines.map(|line| format!("{}\n", line.strip_prefix("//! ").unwrap())).collect()
}

#[test]
fn decide_prints_what_it_promises() {
    assert_eq!(decide::answer().unwrap(), promised("decide.rs"));
}

#[test]
fn explain_prints_what_it_promises() {
    assert_eq!(explain::answer().unwrap(), promised("explain.rs"));
}
