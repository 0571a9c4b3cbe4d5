//! Checkpoints: what is done of a replay, so that it goes on after an interruption.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use polsim_replay::Tally;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::work::{Found, Job, STOPPED, each_file};
use crate::Failure;

/// What is done of a replay.
#[derive(Debug, Deserialize, Serialize)]
struct State {
    /// The version of the format.
    version: u32,
    /// A hash of the settings and of the names, sizes and times of the files.
    of: String,
    /// The files that are done, by their numbers.
    done: Vec<usize>,
    tally: Tally,
    broken: Vec<String>,
    files: usize,
    digests: usize,
}

const VERSION: u32 = 1;

/// Replays the files that a checkpoint does not have, and keeps it up to date.
pub(super) fn run(job: &Job<'_>, path: &str, every: u64, settings: &str) -> Result<Found, Failure> {
    // Without a handler Ctrl-C ends the process at once: then the last checkpoint counts.
    let _ = ctrlc::set_handler(|| STOPPED.store(true, Ordering::Relaxed));
    let of = fingerprint(job, settings);
    let mut state = match fs::read_to_string(path) {
        Ok(text) => read(&text, &of, path)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => State {
            version: VERSION,
            of,
            done: Vec::new(),
            tally: Tally::default(),
            broken: Vec::new(),
            files: 0,
            digests: 0,
        },
        Err(error) => return Err(Failure::message(format!("cannot read `{path}`: {error}"))),
    };
    let left: Vec<usize> = (0..job.files.len()).filter(|it| !state.done.contains(it)).collect();
    let mut found = Found {
        tally: std::mem::take(&mut state.tally),
        broken: std::mem::take(&mut state.broken),
        files: state.files,
        digests: state.digests,
    };
    let pause = Duration::from_secs(every);
    let mut written = Instant::now();
    let save = |state: &mut State, found: &Found| {
        state.tally.clone_from(&found.tally);
        state.broken.clone_from(&found.broken);
        (state.files, state.digests) = (found.files, found.digests);
        write(state, path)
    };
    each_file(job, &left, |number, one| {
        found.merge(one, job.examples);
        state.done.push(number);
        if written.elapsed() >= pause {
            save(&mut state, &found)?;
            written = Instant::now();
        }
        Ok(())
    })?;
    save(&mut state, &found)?;
    if STOPPED.load(Ordering::Relaxed) && state.done.len() < job.files.len() {
        let done = format!("stopped: {} of {} files are done", state.done.len(), job.files.len());
        let advice = format!("the same command goes on from `{path}`");
        return Err(Failure::message(done).with_help(advice));
    }
    Ok(found)
}

fn fingerprint(job: &Job<'_>, settings: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(settings.as_bytes());
    for file in job.files {
        hash.update(format!("\n{}\t{}\t{}", file.path, file.size, file.changed).as_bytes());
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn read(text: &str, of: &str, path: &str) -> Result<State, Failure> {
    let refuse = |why: &str| {
        Failure::message(format!("`{path}` is no checkpoint of this replay: {why}"))
            .with_help("remove it to begin anew")
    };
    let state: State = serde_json::from_str(text).map_err(|error| refuse(&error.to_string()))?;
    if state.version != VERSION {
        return Err(refuse("another version wrote it"));
    }
    if state.of != of {
        return Err(refuse("the options, the policies or the files are others"));
    }
    Ok(state)
}

/// Writes the checkpoint so that a reader finds the old one or the new one, whole.
fn write(state: &State, path: &str) -> Result<(), Failure> {
    let cannot =
        |error: &dyn std::fmt::Display| Failure::message(format!("cannot write `{path}`: {error}"));
    let text = serde_json::to_string(state).map_err(|error| cannot(&error))?;
    let beside = format!("{path}.new");
    fs::write(&beside, text).map_err(|error| cannot(&error))?;
    fs::rename(Path::new(&beside), path).map_err(|error| cannot(&error))
}
