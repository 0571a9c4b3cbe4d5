//! `cargo xtask browser`: the built page in a real browser, driven by Playwright.
//!
//! The page is the one that `polsim play` serves from inside its binary; it has to be the present
//! one. The browser is an installed Chromium or Chrome; `POLSIM_BROWSER` names another. Without
//! one, and without Node, nothing is tested, and that is said.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{node, page, workspace};

/// The usual names of browsers.
const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Why the page cannot be tested here; nothing if it can.
pub(crate) fn missing() -> Option<String> {
    node::missing().or_else(|| browser().is_none().then(|| "no Chromium".to_owned()))
}

/// Tests the page that `polsim play` serves.
pub(crate) fn test(arguments: &[&str]) -> Result<()> {
    page::check()?;
    let (mut command, polsim) = ready()?;
    command.args(["--test", "--test-reporter=spec"]).args(arguments).env("POLSIM", polsim);
    let status = command.status().context("cannot run node")?;
    ensure!(status.success(), "the browser tests failed: {status}");
    Ok(())
}

/// The number of times that each page is opened for the measurement.
const ROUNDS: &str = "21";

/// Prints how long the page that `polsim play` serves takes to its first decision; with other
/// programs, or addresses of pages, beside it and in turn with it.
pub(crate) fn first_decision(others: &[&str]) -> Result<()> {
    let (mut command, polsim) = ready()?;
    command.args(["first-decision.js", ROUNDS]).arg(polsim);
    for other in others {
        // A program is named from where the command was given.
        command.arg(fs::canonicalize(other).unwrap_or_else(|_| PathBuf::from(other)));
    }
    let status = command.status().context("cannot run node")?;
    ensure!(status.success(), "the page could not be measured: {status}");
    Ok(())
}

/// Node in the folder of the browser tests, with what they need, and the program that serves the
/// page.
fn ready() -> Result<(Command, PathBuf)> {
    let root = workspace();
    let browser = browser().context("there is no Chromium here")?;
    let polsim = crate::build_binary(&root, &["--package", "polsim-cli"], "polsim")?;
    let folder = root.join("tests/browser");
    node::install(&folder)?;
    let mut command = Command::new("node");
    command.current_dir(&folder).env("POLSIM_BROWSER", browser);
    Ok((command, polsim))
}

fn browser() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("POLSIM_BROWSER") {
        return Some(PathBuf::from(given));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    BROWSERS
        .iter()
        // An absolute name stands for itself in every folder.
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| {
            program.is_file()
                && Command::new(program)
                    .arg("--version")
                    .output()
                    .is_ok_and(|it| it.status.success())
        })
}
