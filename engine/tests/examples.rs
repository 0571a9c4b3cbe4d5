//! The examples print what their first comment says they print.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files")]

use std::path::Path;

#[expect(dead_code, reason = "the test compares what `main` would print")]
#[path = "../examples/certificate.rs"]
mod certificate;
#[expect(dead_code, reason = "the test compares what `main` would print")]
#[path = "../examples/decide.rs"]
mod decide;
#[expect(dead_code, reason = "the test compares what `main` would print")]
#[path = "../examples/diff.rs"]
mod diff;
#[expect(dead_code, reason = "the test compares what `main` would print")]
#[path = "../examples/explanation.rs"]
mod explanation;
#[expect(dead_code, reason = "the test compares what `main` would print")]
#[path = "../examples/verify.rs"]
mod verify;
#[expect(dead_code, reason = "the test compares what `main` would print")]
#[path = "../examples/ways.rs"]
mod ways;

/// The block of text in the first comment of an example.
fn promised(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let block = text.lines().skip_while(|line| *line != "//! ```text").skip(1);
    let lines = block.take_while(|line| *line != "//! ```");
    let lines = lines.map(|line| line.strip_prefix("//! ").unwrap());
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn certificate_prints_what_it_promises() {
    assert_eq!(certificate::answer().unwrap(), promised("certificate.rs"));
}

#[test]
fn decide_prints_what_it_promises() {
    assert_eq!(decide::answer().unwrap(), promised("decide.rs"));
}

#[test]
fn diff_prints_what_it_promises() {
    assert_eq!(diff::answer().unwrap(), promised("diff.rs"));
}

#[test]
fn explanation_prints_what_it_promises() {
    assert_eq!(explanation::answer().unwrap(), promised("explanation.rs"));
}

#[test]
fn verify_prints_what_it_promises() {
    assert_eq!(verify::answer().unwrap(), promised("verify.rs"));
}

#[test]
fn ways_prints_what_it_promises() {
    assert_eq!(ways::answer().unwrap(), promised("ways.rs"));
}
