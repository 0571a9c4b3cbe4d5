//! Node and npm.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// Why nothing that needs Node can be done here; nothing if it can.
pub(crate) fn missing() -> Option<String> {
    let version = match Command::new("node").arg("--version").output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => return Some("no Node".to_owned()),
    };
    let major = version.trim_start_matches('v').split('.').next().and_then(|it| it.parse().ok());
    match major {
        Some(20_u32..) => None,
        _ => Some(format!("Node {version} is too old: 20 is needed")),
    }
}

/// Installs what the lock file of `folder` names, if it is not there yet.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let written = |path: &str| folder.join(path).metadata().and_then(|it| it.modified()).ok();
    let installed = written("node_modules/.package-lock.json");
    if installed.is_some() && installed >= written("package-lock.json") {
        return Ok(());
    }
    npm(folder, &["ci", "--no-audit", "--no-fund", "--loglevel=error"])
}

/// Runs npm in `folder`.
pub(crate) fn npm(folder: &Path, arguments: &[&str]) -> Result<()> {
    if let Some(why) = missing() {
        bail!("{why}");
    }
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed: {status}");
    Ok(())
}
