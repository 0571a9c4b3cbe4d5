//! Running a program with a limit of time, its output in a file, and the peak of its memory.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use wait4::Wait4;

use super::STOPPED;

/// How long a program that is asked to end may take.
const GRACE: Duration = Duration::from_secs(20);

/// How a program ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// In kilobytes, the largest of the program and what it started.
    pub(super) peak: u64,
    pub(super) took: Duration,
    /// Whether it was asked to end, by the limit or by Ctrl-C.
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
    let id = child.id();
    let (ended, waiting) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || ended.send(child.wait4()));
        let mut asked: Option<Instant> = None;
        loop {
            if let Ok(result) = waiting.recv_timeout(Duration::from_millis(50)) {
                return finished(result, start, asked.is_some());
            }
            let late = start.elapsed() > limit || STOPPED.load(Ordering::Relaxed);
            match asked {
                None if late => {
                    signal("-INT", id);
                    asked = Some(Instant::now());
                }
                Some(since) if since.elapsed() > GRACE => {
                    signal("-KILL", id);
                }
                _ => (),
            }
        }
    })
}

fn finished(result: io::Result<wait4::ResUse>, start: Instant, stopped: bool) -> Result<Ended> {
    let used = result?;
    // In bytes, on every system.
    let peak = used.rusage.maxrss / 1024;
    Ok(Ended { status: used.status, peak, took: start.elapsed(), stopped })
}

/// Signals a program and everything that it started.
fn signal(name: &str, id: u32) {
    let group = format!("-{id}");
    let _ = Command::new("kill").args([name, "--", &group]).stderr(Stdio::null()).status();
}
