//! The README's example is what really happens.

use std::path::Path;
use std::process::Command;

#[test]
fn the_example_prints_what_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let mut examples = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (command, printed) = block.split_once('\n').unwrap();
        let Some((_, arguments)) = command.split_once(" -- ") else { continue };
        let polsim = env!("CARGO_BIN_EXE_polsim-under-test");
        let output =
            Command::new(polsim).args(arguments.split(' ')).current_dir(&root).output().unwrap();
        let found = printed.starts_with("? 1\n");
        let printed = printed.strip_prefix("? 1\n").unwrap_or(printed);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), printed);
        assert_eq!(output.status.code(), Some(i32::from(found)));
        examples += 1;
    }
    assert!(examples > 0, "the README has no example");
}
