//! What the whole-system tests share: where things are, the corpus, and the command under test.

mod conversation;
mod corpus;
mod scenarios;
pub mod tables;
mod yaml;

use std::path::PathBuf;
use std::process::Command;

pub use conversation::{Cli, check_conversations};
pub use corpus::{Line, case_files, lines};
pub use scenarios::{Disk, Written, scenarios, texts};
pub use tables::check_table;
pub use yaml::{as_json, yaml_files};

/// The root of the repository.
///
/// # Panics
/// Never: this package is one folder below it.
#[expect(clippy::expect_used, reason = "the manifest of this package is not in the root folder")]
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("a folder above this one").to_path_buf()
}

/// The command under test, run from the root of the repository, without colour.
pub fn polsim(executable: &str) -> Command {
    let mut command = Command::new(executable);
    command.current_dir(root()).env("NO_COLOR", "1");
    command
}
