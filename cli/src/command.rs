//! The subcommands: a file or folder for each, which takes nothing from the others.

mod catalog;
mod check;
mod collect;
mod completions;
mod diff;
mod eval;
mod gate;
mod import;
mod keys;
mod lint;
mod network;
mod perimeter;
mod play;
mod readings;
mod redundant;
mod replay;
mod schema;
mod test;
mod verify;

use crate::{Console, Failure, Outcome};

/// A subcommand and its arguments.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Call(Box<eval::CallArgs>),
    Catalog(catalog::Args),
    Check(check::Args),
    Collect(collect::Args),
    Diff(diff::Args),
    Eval(Box<eval::Args>),
    Import(import::Args),
    Gate(gate::Args),
    Keys(keys::Args),
    Lint(Box<lint::Args>),
    Network(network::Args),
    Perimeter(Box<perimeter::Args>),
    Play(play::Args),
    Readings(readings::Args),
    Redundant(redundant::Args),
    Replay(Box<replay::Args>),
    Schema(schema::Args),
    Test(test::Args),
    Verify(verify::Args),
    Completions(completions::Args),
}

impl Command {
    /// Does what the user asked for.
    pub(crate) fn run(self, console: &mut Console) -> Result<Outcome, Failure> {
        match self {
            Self::Call(args) => eval::run_call(&args, console),
            Self::Catalog(args) => catalog::run(&args, console),
            Self::Check(args) => check::run(&args, console),
            Self::Collect(args) => collect::run(&args, console),
            Self::Diff(args) => diff::run(&args, console),
            Self::Eval(args) => eval::run(&args, console),
            Self::Import(args) => import::run(&args, console),
            Self::Gate(args) => match args.no_new_access() {
                Some(args) => diff::run(&no_new_access(args), console),
                None => gate::run(&args, console),
            },
            Self::Keys(args) => keys::run(&args, console),
            Self::Lint(args) => lint::run(&args, console),
            Self::Network(args) => network::run(&args, console),
            Self::Perimeter(args) => perimeter::run(&args, console),
            Self::Play(args) => play::run(&args, console),
            Self::Readings(args) => readings::run(&args, console),
            Self::Schema(args) => schema::run(&args, console),
            Self::Test(args) => test::run(&args, console),
            Self::Redundant(args) => redundant::run(&args, console),
            Self::Replay(args) => replay::run(&args, console),
            Self::Verify(args) => match alias(&args) {
                Some(args) => redundant::run(&args, console),
                None => verify::run(&args, console),
            },
            Self::Completions(args) => completions::run(&args, console),
        }
    }
}

/// The arguments of `polsim redundant` that `polsim verify --redundant` stands for.
fn alias(args: &verify::Args) -> Option<redundant::Args> {
    (args.redundant && !args.list_assumptions).then(|| redundant::Args {
        paths: args.paths.clone(),
        policy_type: args.policy_type,
        format: args.format,
        timeout: args.timeout,
        memory: args.memory,
    })
}

/// The arguments of `polsim diff` that `polsim gate no-new-access` stands for.
fn no_new_access(args: &gate::NoNewAccess) -> diff::Args {
    diff::Args {
        old: args.old.clone(),
        new: args.new.clone(),
        policy_type: args.policy_type,
        set: None,
        only: Some(diff::Only::New),
        exit_code: true,
        format: args.format,
        most: 100,
        timeout: 60.0,
        memory: 400,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The source files at and below a path.
    fn sources(path: &Path) -> Vec<PathBuf> {
        if path.is_dir() {
            let entries = fs::read_dir(path).expect("a folder");
            return entries.flat_map(|entry| sources(&entry.expect("an entry").path())).collect();
        }
        vec![path.to_path_buf()]
    }

    fn words(text: &str) -> impl Iterator<Item = &str> {
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
    }

    #[test]
    fn commands_take_nothing_from_each_other() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/command");
        let entries = fs::read_dir(&folder).expect("the folder of commands");
        let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        let stem = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
        let commands: BTreeSet<String> = paths.iter().map(|path| stem(path)).collect();
        assert!(commands.len() > 9, "the commands are not where this test looks");
        for path in &paths {
            for source in sources(path) {
                let text = fs::read_to_string(&source).expect("a text");
                // A file of a command's folder sees its own siblings as `super::`.
                let above = if path.is_dir() { "super::super::" } else { "super::" };
                for line in text.lines() {
                    let names = [above, "command::"].map(|it| line.split_once(it));
                    let mut names = names.into_iter().flatten().flat_map(|(_, rest)| words(rest));
                    let taken = names.find(|it| *it != stem(path) && commands.contains(*it));
                    assert_eq!(taken, None, "{}: {line}", source.display());
                }
            }
        }
    }
}
