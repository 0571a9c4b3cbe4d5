//! Chunks of lines worked on by several threads, results written in the order of the input.
//!
//! A worker takes the next chunk when it is free, so that each keeps what it has learnt from one
//! chunk to the next. A worker that is far ahead waits for the slowest: memory is bounded.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::lines::{Chunk, Lines};
use crate::console::Quiet;

/// Upper bound on the chunks that are finished and not yet written.
const MAX_AHEAD: u64 = 32;

/// Upper bound on the memory of a chunk, and of its results, that is kept for another.
const MAX_SPARE: usize = 1024 * 1024;

/// Works on chunks, one after the other.
pub(super) trait Worker {
    /// Appends the results of `chunk` to `results`.
    fn work(&mut self, chunk: &Chunk, results: &mut Vec<u8>);
}

/// Runs `jobs` workers, each made by `new_worker`, over `input`; gives the workers back.
///
/// # Errors
/// Fails where the input cannot be read or the output cannot be written. A reader of the output
/// that closes the pipe ends the work early and without an error.
pub(super) fn run<W: Worker + Send>(
    input: impl Read + Send,
    output: impl Write + Send,
    jobs: NonZeroUsize,
    new_worker: impl Fn() -> W + Sync,
) -> Result<Vec<W>, Stopped> {
    let queue = Mutex::new(Queue { lines: Lines::new(input), next: 0 });
    let sink = Sink {
        state: Mutex::new(Waiting {
            next: 0,
            finished: BTreeMap::new(),
            spare: Vec::new(),
            output: Quiet::new(output),
            stopped: None,
        }),
        written: Condvar::new(),
    };
    let workers = thread::scope(|scope| {
        let spawn = |_| {
            scope.spawn(|| {
                let _guard = OnPanic(&sink);
                let mut worker = new_worker();
                // Memory goes from one chunk to the next: else the system would have to clear it
                // anew.
                let (mut spare, mut results) = (Vec::new(), Vec::new());
                while let Some((number, chunk)) = take(&queue, &sink, spare) {
                    worker.work(&chunk, &mut results);
                    results = sink.put(number, results);
                    spare =
                        if chunk.bytes.capacity() <= MAX_SPARE { chunk.bytes } else { Vec::new() };
                }
                worker
            })
        };
        let running: Vec<_> = (0..jobs.get()).map(spawn).collect();
        running.into_iter().filter_map(|it| it.join().ok()).collect::<Vec<W>>()
    });
    let state = sink.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    match state.stopped {
        Some(Stopped::Closed) | None if workers.len() == jobs.get() => Ok(workers),
        Some(stopped) => Err(stopped),
        None => Err(Stopped::Panicked),
    }
}

/// Why the work ended early.
#[derive(Debug)]
pub(super) enum Stopped {
    /// The reader of the output has closed the pipe.
    Closed,
    /// A worker panicked: a defect of ours.
    Panicked,
    /// The input cannot be read.
    Reading(io::Error),
    /// The output cannot be written.
    Writing(io::Error),
}

#[derive(Debug)]
struct Queue<R> {
    lines: Lines<R>,
    next: u64,
}

#[derive(Debug)]
struct Sink<W> {
    state: Mutex<Waiting<W>>,
    written: Condvar,
}

#[derive(Debug)]
struct Waiting<W> {
    /// The number of the chunk whose results are written next.
    next: u64,
    /// Results that wait for earlier ones.
    finished: BTreeMap<u64, Vec<u8>>,
    /// Memory of results that have been written.
    spare: Vec<Vec<u8>>,
    output: Quiet<W>,
    stopped: Option<Stopped>,
}

/// The next chunk and its number.
fn take<R: Read, W>(
    queue: &Mutex<Queue<R>>,
    sink: &Sink<W>,
    spare: Vec<u8>,
) -> Option<(u64, Chunk)> {
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    if sink.lock().stopped.is_some() {
        return None;
    }
    match queue.lines.next_chunk(spare) {
        Ok(chunk) => {
            let number = queue.next;
            queue.next = number.saturating_add(1);
            chunk.map(|chunk| (number, chunk))
        }
        Err(error) => {
            sink.stop(Stopped::Reading(error));
            None
        }
    }
}

impl<W> Sink<W> {
    fn lock(&self) -> MutexGuard<'_, Waiting<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self, why: Stopped) {
        self.lock().stopped.get_or_insert(why);
        self.written.notify_all();
    }
}

impl<W: Write> Sink<W> {
    /// Hands in the results of a chunk, and writes what is due; gives empty memory for the next.
    fn put(&self, number: u64, results: Vec<u8>) -> Vec<u8> {
        let mut state = self.lock();
        while state.stopped.is_none() && number >= state.next.saturating_add(MAX_AHEAD) {
            state = self.written.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.finished.insert(number, results);
        let due = state.next;
        let written = state.write_due();
        if let Err(error) = written {
            state.stopped.get_or_insert(Stopped::Writing(error));
        } else if state.output.is_closed() {
            state.stopped.get_or_insert(Stopped::Closed);
        }
        if due != state.next || state.stopped.is_some() {
            self.written.notify_all();
        }
        state.spare.pop().unwrap_or_default()
    }
}

impl<W: Write> Waiting<W> {
    fn write_due(&mut self) -> io::Result<()> {
        while let Some(results) = self.finished.remove(&self.next) {
            self.output.write_all(&results)?;
            self.keep(results);
            self.next = self.next.saturating_add(1);
        }
        self.output.flush()
    }

    /// Keeps memory for later results, unless they were unusually many.
    fn keep(&mut self, mut written: Vec<u8>) {
        if written.capacity() <= MAX_SPARE {
            written.clear();
            self.spare.push(written);
        }
    }
}

/// Lets the other workers go when one panics; else they would wait for its results for ever.
struct OnPanic<'a, W>(&'a Sink<W>);

impl<W> Drop for OnPanic<'_, W> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop(Stopped::Panicked);
        }
    }
}
