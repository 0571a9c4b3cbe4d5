//! Standard output and standard error.

use std::io::{self, BufWriter, ErrorKind, Stderr, Stdout, Write};

use anstream::{AutoStream, ColorChoice};
use polsim::text::Diagnostic;

use crate::{Failure, render};

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The output of the process: answers on standard output, messages on standard error. Colour in a
/// text is removed where it is not wanted.
///
/// After a reader closes the pipe, output is dropped without an error.
#[derive(Debug)]
pub struct Console {
    out: BufWriter<Quiet<AutoStream<Stdout>>>,
    err: Quiet<AutoStream<Stderr>>,
}

/// A writer for which a closed pipe is the end of the output and no error.
#[derive(Debug)]
pub(crate) struct Quiet<W> {
    inner: W,
    closed: bool,
}

impl Console {
    /// The console of this process.
    pub fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let out = AutoStream::new(io::stdout(), choice);
        let err = AutoStream::new(io::stderr(), choice);
        Self { out: BufWriter::new(Quiet::new(out)), err: Quiet::new(err) }
    }

    /// Writes to standard output.
    ///
    /// # Errors
    /// Fails where the output cannot be written, but for a closed pipe.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Writes `value` to standard output as JSON for people.
    ///
    /// # Errors
    /// As for [`print`](Self::print).
    pub fn print_json(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }

    /// Draws warnings on standard error. Standard output is written first, so that on a terminal
    /// the two come in order.
    pub fn warn(&mut self, diagnostics: &[Diagnostic]) {
        let _ = self.out.flush();
        for diagnostic in diagnostics {
            let _ = writeln!(self.err, "{}", render::diagnostic(diagnostic));
        }
    }

    /// A line on standard error.
    pub fn note(&mut self, text: &str) {
        let _ = self.out.flush();
        let _ = writeln!(self.err, "{text}");
    }

    /// Writes what is still kept.
    ///
    /// # Errors
    /// As for [`print`](Self::print).
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Shows why there is no answer.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        let _ = self.out.flush();
        let text = render::failure(failure);
        let _ = self.err.write_all(text.as_bytes());
    }
}

impl<W> Quiet<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, closed: false }
    }

    /// True once the reader has closed the pipe.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }
}

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        match self.inner.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(bytes.len())
            }
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        match self.inner.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            result => result,
        }
    }
}
