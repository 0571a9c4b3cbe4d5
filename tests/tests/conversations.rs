//! Conversations with the commands: what they say, word for word.

use polsim_tests::{Cli, check_conversations, root};

fn check(folder: &str, at_least: usize) {
    let cli = Cli::new(env!("CARGO_BIN_EXE_polsim-under-test"));
    let folder = root().join("tests/conversations").join(folder);
    let commands = check_conversations(cli, &folder.join("page.md"), &folder);
    assert!(at_least <= commands, "only {commands} commands");
}

/// What `polsim eval` and `polsim keys` say about input that is wrong.
#[test]
fn bad_input() {
    check("bad-input", 35);
}

#[test]
fn call() {
    check("call", 20);
}

#[test]
fn catalog() {
    check("catalog", 18);
}

#[test]
fn diff() {
    check("diff", 26);
}

#[test]
fn fix() {
    check("fix", 6);
}

#[test]
fn inputs() {
    check("inputs", 21);
}

/// The manual's pages: every command in them, in the folder of its files.
#[test]
fn first_hour() {
    let cli = Cli::new(env!("CARGO_BIN_EXE_polsim-under-test"));
    let page = root().join("docs/first-hour.md");
    let commands = check_conversations(cli, &page, &root().join("corpus/tutorial"));
    assert!(7 <= commands, "only {commands} commands");
}

#[test]
fn network() {
    check("network", 13);
}

#[test]
fn redundant() {
    check("redundant", 13);
}

/// The page about CloudTrail.
#[test]
fn replay() {
    let cli = Cli::new(env!("CARGO_BIN_EXE_polsim-under-test"));
    let folder = root().join("tests/conversations/replay");
    let commands = check_conversations(cli, &root().join("docs/cloudtrail.md"), &folder);
    assert!(6 <= commands, "only {commands} commands");
}

#[test]
fn test() {
    check("test", 11);
}

#[test]
fn unknown() {
    check("unknown", 7);
}

#[test]
fn verify() {
    check("verify", 14);
}

/// Requests as AWS makes them: refused calls, owners, near misses, names that AWS does not know.
#[test]
fn request() {
    check("request", 13);
}
