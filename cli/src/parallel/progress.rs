//! The progress of work that takes longer than a moment, on standard error if that is a terminal.

use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The time that work may take before its progress is shown.
const DELAY: Duration = Duration::from_secs(1);
/// The time between two drawings.
const TICK: Duration = Duration::from_millis(200);

/// The progress of some work. It is shown once the work has taken a second, and disappears when
/// this is dropped; nothing is ever written where standard error is not a terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    /// Dropped when the work is done: the thread that waits for the delay ends then.
    done: Option<Sender<()>>,
    waiting: Option<JoinHandle<()>>,
}

impl Progress {
    /// The progress of work on `count` things of this name.
    pub(crate) fn new(count: usize, things: &'static str) -> Self {
        if !io::stderr().is_terminal() {
            return Self { shown: None };
        }
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(count), ProgressDrawTarget::hidden());
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {pos} of {len} {msg} ({elapsed})")
        {
            bar.set_style(style);
        }
        bar.set_message(things);
        let (done, is_done) = mpsc::channel::<()>();
        let waiting = {
            let bar = bar.clone();
            thread::spawn(move || {
                if is_done.recv_timeout(DELAY) == Err(RecvTimeoutError::Timeout) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(TICK);
                }
            })
        };
        Self { shown: Some(Shown { bar, done: Some(done), waiting: Some(waiting) }) }
    }

    /// Counts one more item as done.
    pub(crate) fn advance(&self) {
        if let Some(shown) = &self.shown {
            shown.bar.inc(1);
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        drop(self.done.take());
        // The thread may be about to draw: once it has ended, the bar can be cleared for good.
        if let Some(waiting) = self.waiting.take() {
            let _ = waiting.join();
        }
        self.bar.finish_and_clear();
    }
}
