//! Conversations: Markdown pages whose `console` blocks are run.
//!
//! ````text
//! ```console
//! $ polsim eval --cases missing.jsonl
//! ? 2
//! error: cannot read `missing.jsonl`: there is no such file
//! ```
//! ````
//!
//! A line that starts with `$ ` is a command for `sh` (a trailing backslash continues it), `? N` its
//! exit status if it is not 0, and the rest what it prints, standard error included. With
//! `POLSIM_UPDATE_CONVERSATIONS=1` the pages are rewritten with what was printed: read the difference
//! before you keep it.

use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The command under test.
#[derive(Clone, Copy, Debug)]
pub struct Cli {
    executable: &'static str,
}

impl Cli {
    /// The command of this path.
    pub fn new(executable: &'static str) -> Self {
        Self { executable }
    }

    /// Runs a line of shell in `folder`: its exit status and what it printed, standard error
    /// included, in the order in which it was written.
    ///
    /// # Errors
    /// Where no shell can be started.
    pub fn shell(self, folder: &Path, line: &str) -> io::Result<(i32, String)> {
        let (mut reader, writer) = io::pipe()?;
        // `cargo polsim` is the alias of `.cargo/config.toml`.
        let script = format!(
            "polsim() {{ \"$POLSIM\" \"$@\"; }}\n\
             cargo() {{ test \"$1\" = polsim && shift && polsim \"$@\"; }}\n{line}"
        );
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(script)
            .current_dir(folder)
            .env("POLSIM", self.executable)
            .env("NO_COLOR", "1")
            .stdin(std::process::Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer);
        let mut child = command.spawn()?;
        // The command keeps the writing ends open until it is dropped.
        drop(command);
        let mut printed = Vec::new();
        reader.read_to_end(&mut printed)?;
        let status = child.wait()?.code().unwrap_or(-1);
        Ok((status, String::from_utf8_lossy(&printed).into_owned()))
    }
}

/// Runs the `console` blocks of a page in `folder`; how many commands there were.
///
/// # Panics
/// If a command does not say what the page has it say, with both texts.
#[expect(clippy::panic, reason = "this is how a test fails")]
pub fn check_conversations(cli: Cli, page: &Path, folder: &Path) -> usize {
    let text = match fs::read_to_string(page) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", page.display()),
    };
    let mut rewritten = String::new();
    let mut commands: usize = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let _ = writeln!(rewritten, "{line}");
        if line != "```console" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| *line != "```") {
            let _ = writeln!(rewritten, "{line}");
            let Some(command) = line.strip_prefix("$ ") else { continue };
            commands = commands.saturating_add(1);
            let mut command = command.to_owned();
            while command.ends_with('\\') {
                let Some(next) = lines.next() else { break };
                let _ = writeln!(rewritten, "{next}");
                let _ = write!(command, "\n{next}");
            }
            while lines.next_if(|line| *line != "```" && !line.starts_with("$ ")).is_some() {}
            match cli.shell(folder, &command) {
                Ok((status, printed)) => rewritten.push_str(&written(status, &printed)),
                Err(error) => panic!("{command}: {error}"),
            }
        }
    }
    if env::var_os("POLSIM_UPDATE_CONVERSATIONS").is_some() {
        if let Err(error) = fs::write(page, rewritten) {
            panic!("{}: {error}", page.display());
        }
    } else if let Some(difference) = difference(&text, &rewritten) {
        panic!("{}: {difference}", page.display());
    }
    commands
}

fn written(status: i32, printed: &str) -> String {
    let mut text = String::new();
    if status != 0 {
        let _ = writeln!(text, "? {status}");
    }
    // White space at the end of a line does not survive editors.
    for line in printed.lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// The first lines that differ, with some context.
fn difference(wanted: &str, got: &str) -> Option<String> {
    let (wanted, got): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), got.lines().collect());
    if wanted == got {
        return None;
    }
    let same = wanted.iter().zip(&got).take_while(|(left, right)| left == right).count();
    let show = |lines: &[&str]| {
        let from = same.saturating_sub(6);
        let lines = lines.iter().enumerate().skip(from).take(24);
        lines.fold(String::new(), |mut text, (at, line)| {
            let mark = if at == same { ">" } else { " " };
            let _ = writeln!(text, "{mark} {line}");
            text
        })
    };
    Some(format!(
        "not what the page says from line {} on\n--- the page\n{}--- the command\n{}",
        same.saturating_add(1),
        show(&wanted),
        show(&got)
    ))
}
