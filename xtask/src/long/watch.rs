//! Running a program with a limit of time, its output in a file, and the peak of its memory.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::STOPPED;
use anyhow::{Context, Result};

/// The time that a program may take to end once it is asked to.
const GRACE: Duration = Duration::from_secs(20);

/// The end of a program.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// In kilobytes, of the program itself; 0 where the system does not tell.
    pub(super) peak: u64,
    pub(super) took: Duration,
    /// True if it was asked to end, by the limit or by Ctrl-C.
    pub(super) stopped: bool,
}

/// Runs a program; what it prints goes to the end of the file `log`.
pub(super) fn run(command: &mut Command, log: &Path, limit: Duration) -> Result<Ended> {
    let file = File::options().create(true).append(true).open(log)?;
    command.stdout(Stdio::from(file.try_clone()?)).stderr(Stdio::from(file));
    watch(command, limit)
}

/// Runs a program whose output is arranged for.
pub(super) fn watch(command: &mut Command, limit: Duration) -> Result<Ended> {
    // Ctrl-C is ours to pass on.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let (mut peak, mut asked) = (0, None::<Instant>);
    loop {
        peak = peak.max(memory(child.id()));
        if let Some(status) = child.try_wait()? {
            return Ok(Ended { status, peak, took: start.elapsed(), stopped: asked.is_some() });
        }
        let late = start.elapsed() > limit || STOPPED.load(Ordering::Relaxed);
        match asked {
            None if late => {
                signal("-INT", child.id());
                asked = Some(Instant::now());
            }
            Some(since) if since.elapsed() > GRACE => signal("-KILL", child.id()),
            _ => (),
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The most memory that a running program held so far, in kilobytes; 0 where the system does not
/// tell. The figure only grows, so the last look is the one that counts.
fn memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Signals a program and everything that it started.
fn signal(name: &str, id: u32) {
    let group = format!("-{id}");
    let _ = Command::new("kill").args([name, "--", &group]).stderr(Stdio::null()).status();
}
