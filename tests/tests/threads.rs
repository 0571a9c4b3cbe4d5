//! The output of commands that use all cores is the same for every number of threads.
#![expect(clippy::expect_used, reason = "a test may fail in its helpers too")]

use polsim_tests::{polsim, root};

/// The exit status, standard output and standard error with so many threads.
fn run(threads: u32, line: &str) -> (Option<i32>, String, String) {
    let mut command = polsim(env!("CARGO_BIN_EXE_polsim-under-test"));
    command.current_dir(root().join("tests/conversations"));
    command.args(line.split(' ')).env("RAYON_NUM_THREADS", threads.to_string());
    let output = command.output().expect("the command can be run");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Each command has several files, properties or policy sets to work on.
const COMMANDS: &[&str] = &[
    "test ../../corpus/pitfalls ../../corpus/cases --format json",
    "test test/fails.yaml test/passes.yaml verify/wrong.yaml",
    "test test/fails.yaml test/passes.yaml",
    "verify verify/fails.yaml verify/holds.yaml verify/stated.yaml verify/unknown.yaml",
    "verify verify/fails.yaml verify/holds.yaml verify/stated.yaml --format json",
    "verify verify/fails.yaml verify/holds.yaml --format junit",
    "verify fix/bucket.yaml fix/guard.yaml fix/never.yaml fix/office-too.yaml",
    "diff diff/before.yaml diff/after.yaml",
    "diff diff/before.yaml diff/after.yaml --format json",
    "redundant redundant/grown.json redundant/guarded.yaml redundant/sets.yaml redundant/tidy.json",
];

#[test]
fn several_threads_print_what_one_prints() {
    for line in COMMANDS {
        let one = run(1, line);
        assert!(!one.1.is_empty() || one.0 == Some(2), "{line}: no output: {}", one.2);
        assert_eq!(run(5, line), one, "{line}");
    }
}
