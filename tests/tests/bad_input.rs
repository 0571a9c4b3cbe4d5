//! What `polsim eval` and `polsim keys` say about input that is wrong, word for word.

use polsim_tests::{Cli, check_conversations, root};

fn check(folder: &str, at_least: usize) {
    let cli = Cli::new(env!("CARGO_BIN_EXE_polsim-under-test"));
    let folder = root().join("tests/conversations").join(folder);
    let commands = check_conversations(cli, &folder.join("page.md"), &folder);
    assert!(at_least <= commands, "only {commands} commands");
}

#[test]
fn bad_input() {
    check("bad-input", 35);
}
