//! `polsim eval --cases`: JSON lines in, JSON lines out.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::Path;

use polsim::case::{CaseError, CaseReader, ErrorBody, UnreadableCase};
use polsim::eval::Scratch;
use polsim::text::{Diagnostic, Source, Span, json};

use super::batch::{self, Stopped, Worker};
use super::lines::{Chunk, MAX_LINE};
use crate::files::{self, CaseFiles, STDIN};
use crate::{Console, Failure, Outcome};

pub(super) fn run(
    path: &str,
    jobs: Option<NonZeroUsize>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let name = if path == "-" { STDIN } else { path };
    let input: Box<dyn Read + Send> = match path {
        "-" => Box::new(io::stdin()),
        _ => Box::new(
            files::open(Path::new(path)).map_err(|error| files::cannot_read(name, &error))?,
        ),
    };
    let files = CaseFiles::beside(path);
    let jobs = jobs.or_else(|| std::thread::available_parallelism().ok());
    let jobs = jobs.unwrap_or(NonZeroUsize::MIN);
    let workers = batch::run(input, io::stdout(), jobs, || CaseWorker {
        name: name.into(),
        reader: CaseReader::new(name, files.clone()),
        scratch: Scratch::default(),
        tally: Tally::default(),
    });
    let workers = workers.map_err(|stopped| match stopped {
        Stopped::Reading(error) => files::cannot_read(name, &error),
        Stopped::Writing(error) => Failure::Output(error),
        Stopped::Closed | Stopped::Panicked => {
            Failure::message("internal error: a worker stopped without an answer")
        }
    })?;
    let tally = workers.iter().map(|it| it.tally).fold(Tally::default(), Tally::plus);
    tally.summarize(name, console);
    match tally {
        Tally { cases: 0, .. } => Err(Failure::message(format!("no cases in `{name}`"))
            .with_help("write one JSON object a line")),
        Tally { unreadable: 1.., .. } => Ok(Outcome::NoAnswer),
        Tally { unexpected: 1.., .. } => Ok(Outcome::Finding),
        Tally { .. } => Ok(Outcome::AsWanted),
    }
}

/// The numbers of cases, by how they ended.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    cases: u64,
    /// Cases whose decision is not as expected.
    unexpected: u64,
    /// Cases that cannot be read.
    unreadable: u64,
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        Self {
            cases: self.cases.saturating_add(other.cases),
            unexpected: self.unexpected.saturating_add(other.unexpected),
            unreadable: self.unreadable.saturating_add(other.unreadable),
        }
    }

    /// Notes the numbers of cases that are not as wanted, if there are any.
    fn summarize(self, name: &str, console: &mut Console) {
        let Self { cases, unexpected, unreadable } = self;
        let mut parts = Vec::new();
        if unreadable > 0 {
            parts.push(format!("{unreadable} cannot be read"));
        }
        if unexpected > 0 {
            parts.push(format!("{unexpected} not as expected"));
        }
        if !parts.is_empty() {
            console.note(&format!("{name}: {cases} cases: {}", parts.join(", ")));
        }
    }
}

/// Reads cases, decides them and writes their results.
struct CaseWorker {
    name: Box<str>,
    reader: CaseReader<CaseFiles>,
    scratch: Scratch,
    tally: Tally,
}

impl Worker for CaseWorker {
    fn work(&mut self, chunk: &Chunk, results: &mut Vec<u8>) {
        let mut number = chunk.first_line;
        let mut rest = &*chunk.bytes;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
            let (line, after) = rest.split_at(end);
            let cut = chunk.cut && after.is_empty();
            self.line(line.trim_ascii_end(), number, cut, results);
            number = number.saturating_add(1);
            rest = after;
        }
    }
}

impl CaseWorker {
    fn line(&mut self, line: &[u8], number: u32, cut: bool, results: &mut Vec<u8>) {
        if line.trim_ascii_start().is_empty() {
            return;
        }
        self.tally.cases = self.tally.cases.saturating_add(1);
        let read = if cut {
            Err(self.too_long(line, number))
        } else {
            match std::str::from_utf8(line) {
                Ok(text) => self.reader.read(text, number),
                Err(_) => Err(self.not_utf8(line, number)),
            }
        };
        match read {
            Ok(case) => {
                if case.write_result(&mut self.scratch, results) == Some(false) {
                    self.tally.unexpected = self.tally.unexpected.saturating_add(1);
                }
            }
            Err(refused) => {
                self.tally.unreadable = self.tally.unreadable.saturating_add(1);
                let written = serde_json::to_writer(&mut *results, &error_line(refused));
                // Writing to memory does not fail, and an error has no map whose keys could.
                debug_assert!(written.is_ok());
            }
        }
        results.push(b'\n');
    }

    fn too_long(&self, line: &[u8], number: u32) -> UnreadableCase {
        let start: String = String::from_utf8_lossy(line).chars().take(80).collect();
        let source = Source::at_line(self.name.clone(), start, number);
        let message = format!("the line has more than {MAX_LINE} bytes");
        let complaint = Diagnostic::error("C0013", &source, Span::new(0, 1), message);
        UnreadableCase { id: number.to_string().into(), diagnostics: complaint.into() }
    }

    fn not_utf8(&self, line: &[u8], number: u32) -> UnreadableCase {
        let bytes = line.to_vec();
        let source = |text: &str| Source::at_line(self.name.clone(), text, number);
        let complaint = match json::decode(&self.name, bytes) {
            Err(it) => Diagnostic { source: source(it.source.text()), ..it },
            // Not to be had: these bytes are not UTF-8.
            Ok(it) => Diagnostic::error("C0000", &it, Span::default(), "the case cannot be read"),
        };
        UnreadableCase { id: number.to_string().into(), diagnostics: complaint.into() }
    }
}

fn error_line(refused: UnreadableCase) -> CaseError {
    let error = refused.diagnostics.first().map_or_else(
        || ErrorBody {
            code: "C0000".into(),
            message: "the case cannot be read".to_owned(),
            file: Box::default(),
            span: polsim::eval::Place::of(&Source::new("", ""), Span::default()),
            help: None,
        },
        ErrorBody::from,
    );
    CaseError { id: refused.id, error }
}
