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

#[test]
fn network() {
    check("network", 13);
}

#[test]
fn redundant() {
    check("redundant", 13);
}

#[test]
fn test() {
    check("test", 11);
}

#[test]
fn verify() {
    check("verify", 14);
}
