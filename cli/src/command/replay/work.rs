//! The replay of files on all cores.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use polsim_replay::{Answer, GroupBy, Memory, Record, Records, Replay, Tally};

use super::logs::{self, Log};
use crate::Failure;
use crate::parallel::Progress;

/// True once the user wants a replay with a checkpoint to end.
pub(super) static STOPPED: AtomicBool = AtomicBool::new(false);

/// The questions and the files.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) replay: &'a Replay,
    pub(super) files: &'a [Log],
    pub(super) by: GroupBy,
    pub(super) examples: usize,
    /// True if cases are wanted of the examples.
    pub(super) cases: bool,
    pub(super) threads: Option<usize>,
}

/// What was found in files.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) tally: Tally,
    /// Messages about files that cannot be read to their end.
    pub(super) broken: Vec<String>,
    /// The number of files read.
    pub(super) files: usize,
    /// The number of files that hold no records.
    pub(super) digests: usize,
}

/// The records that are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Which {
    pub(super) denied: bool,
    pub(super) unknown: bool,
}

impl Found {
    /// Adds what was found in other files; the order does not matter but for messages, which are
    /// sorted.
    pub(super) fn merge(&mut self, other: Self, examples: usize) {
        self.tally.merge(other.tally, examples);
        self.broken.extend(other.broken);
        self.broken.sort();
        self.files = self.files.saturating_add(other.files);
        self.digests = self.digests.saturating_add(other.digests);
    }
}

impl Job<'_> {
    /// Replays a file; `each` gets every record with its observation and verdict.
    pub(super) fn file(
        &self,
        number: usize,
        memory: &mut Memory,
        mut each: impl FnMut(&str, &polsim_replay::Observation, &polsim_replay::Verdict),
    ) -> Found {
        let mut found = Found { files: 1, ..Found::default() };
        let Some(log) = self.files.get(number) else { return found };
        let name = logs::name(log);
        let mut records = match logs::read(log) {
            Ok(input) => Records::new(input),
            Err(error) => {
                found.broken.push(format!("`{name}` cannot be read: {error}"));
                return found;
            }
        };
        let file = u32::try_from(number).unwrap_or(u32::MAX);
        let mut place = 0_u64;
        while let Some(record) = records.next_record() {
            match record {
                Record::Text { text, .. } => {
                    let observation = self.replay.observer().observe(text);
                    let verdict = self.replay.verdict(&observation, memory);
                    each(text, &observation, &verdict);
                    let at = ((file, place), self.by, self.examples);
                    found.tally.add(&observation, &verdict, at, |_, verdict| {
                        let wanted = self.cases && verdict.answer == Answer::Denied;
                        wanted.then(|| self.replay.case(&observation.event_id, verdict)).flatten()
                    });
                    place = place.saturating_add(1);
                }
                Record::Broken { at, why } => {
                    found.broken.push(format!("`{name}` at byte {at}: {why}"));
                }
                Record::Digest => found.digests = found.digests.saturating_add(1),
            }
        }
        found
    }

    pub(super) fn thread_count(&self) -> usize {
        let cores = || thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.threads.unwrap_or_else(cores).min(self.files.len().max(1))
    }
}

/// Replays these files, the largest first; `done` gets what was found in each, one at a time.
pub(super) fn each_file(
    job: &Job<'_>,
    numbers: &[usize],
    done: impl FnMut(usize, Found) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let mut order = numbers.to_vec();
    let size = |number: &usize| job.files.get(*number).map(|it| it.size);
    order.sort_by_key(|it| std::cmp::Reverse(size(it)));
    let progress = Progress::new(order.len(), "files");
    let next = AtomicUsize::new(0);
    let state = Mutex::new((done, Ok(())));
    thread::scope(|scope| {
        for _ in 0..job.thread_count() {
            scope.spawn(|| {
                let mut memory = Memory::default();
                while let Some(number) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if STOPPED.load(Ordering::Relaxed) {
                        return;
                    }
                    let found = job.file(*number, &mut memory, |_, _, _| ());
                    progress.advance();
                    let Ok(mut state) = state.lock() else { return };
                    if state.1.is_err() {
                        return;
                    }
                    state.1 = (state.0)(*number, found);
                }
            });
        }
    });
    match state.into_inner() {
        Ok((_, outcome)) => outcome,
        Err(_) => Err(Failure::message("a thread of the replay ended early")),
    }
}

/// Replays every file.
pub(super) fn all(job: &Job<'_>) -> Found {
    let numbers: Vec<usize> = (0..job.files.len()).collect();
    let mut whole = Found::default();
    // Nothing fails that `done` does.
    let _ = each_file(job, &numbers, |_, found| {
        whole.merge(found, job.examples);
        Ok(())
    });
    whole
}

/// Replays every file, and writes the records of these answers in their order.
pub(super) fn with_records(job: &Job<'_>, which: Which, path: &str) -> Result<Found, Failure> {
    let cannot = |error| Failure::message(format!("cannot write `{path}`: {error}"));
    let mut out = BufWriter::new(File::create(path).map_err(cannot)?);
    let mut whole = Found::default();
    batches(
        job,
        |number, memory, text| {
            job.file(number, memory, |record, _, verdict| {
                let wanted = match verdict.answer {
                    Answer::Denied => which.denied,
                    Answer::Unknown => which.unknown,
                    Answer::Allowed => false,
                };
                if wanted {
                    // A record may be spread over lines.
                    text.push_str(&record.replace(['\n', '\r'], " "));
                    text.push('\n');
                }
            })
        },
        |found, text| {
            whole.merge(found, job.examples);
            out.write_all(text.as_bytes()).map_err(cannot)
        },
    )?;
    out.flush().map_err(cannot)?;
    Ok(whole)
}

/// Prints what each record is read as, in the order of the records.
pub(super) fn in_order(
    job: &Job<'_>,
    mut print: impl FnMut(&str) -> Result<(), Failure>,
    broken: &mut Vec<String>,
) -> Result<(), Failure> {
    let asks = !job.replay.questions().is_empty();
    batches(
        job,
        |number, memory, text| {
            job.file(number, memory, |_, observation, verdict| {
                let mut line = observation.to_json();
                let replayed = observation.class == polsim_replay::Class::Replayed;
                if let (true, true, Some(members)) = (asks, replayed, line.as_object_mut()) {
                    members.insert("verdict".to_owned(), super::report::verdict(verdict));
                }
                text.push_str(&line.to_string());
                text.push('\n');
            })
        },
        |found, text| {
            broken.extend(found.broken);
            print(&text)
        },
    )
}

/// Work on files that writes a text for each: as many at once as there are threads, and the texts in
/// their order.
fn batches(
    job: &Job<'_>,
    work: impl Fn(usize, &mut Memory, &mut String) -> Found + Sync,
    mut done: impl FnMut(Found, String) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let numbers: Vec<usize> = (0..job.files.len()).collect();
    for batch in numbers.chunks(job.thread_count()) {
        let results: Vec<Option<(Found, String)>> = thread::scope(|scope| {
            let work = &work;
            let running: Vec<_> = batch
                .iter()
                .map(|number| {
                    scope.spawn(move || {
                        let (mut memory, mut text) = (Memory::default(), String::new());
                        let found = work(*number, &mut memory, &mut text);
                        (found, text)
                    })
                })
                .collect();
            running.into_iter().map(|it| it.join().ok()).collect()
        });
        for result in results {
            let (found, text) =
                result.ok_or_else(|| Failure::message("a thread of the replay ended early"))?;
            done(found, text)?;
        }
    }
    Ok(())
}
