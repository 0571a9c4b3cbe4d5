//! Input cut into chunks of whole lines.

use std::io::{self, ErrorKind, Read};

/// The number of bytes that are read at a time. A slow producer gives less, and what it gives is
/// passed on at once.
const READ_BYTES: usize = 128 * 1024;

/// The longest line that is kept.
pub(super) const MAX_LINE: usize = 16 * 1024 * 1024;

/// Some whole lines of the input.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The bytes; the last line may lack its line break at the end of the input.
    pub(super) bytes: Vec<u8>,
    /// The number of the first line, from 1.
    pub(super) first_line: u32,
    /// The last line is longer than [`MAX_LINE`]: only its beginning is here.
    pub(super) cut: bool,
}

/// Reads chunks. Memory is bounded by the longest line that is kept, not by the input.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    /// The beginning of a line that goes on in what has not been read.
    rest: Vec<u8>,
    next_line: u32,
    /// The rest of an overlong line is being skipped.
    skipping: bool,
    ended: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, rest: Vec::new(), next_line: 1, skipping: false, ended: false }
    }

    /// The next lines, none at the end of the input. `spare` is memory that may be used for them.
    pub(super) fn next_chunk(&mut self, mut spare: Vec<u8>) -> io::Result<Option<Chunk>> {
        loop {
            if self.ended {
                return Ok(None);
            }
            let read = self.read_more()?;
            self.ended = read == 0;
            if self.skipping && !self.skip() {
                continue;
            }
            let end = if self.ended {
                self.rest.len()
            } else {
                // What was kept from before has no line break.
                let old = self.rest.len().saturating_sub(read);
                let fresh = self.rest.get(old..).unwrap_or_default();
                match memchr::memrchr(b'\n', fresh) {
                    Some(at) => old.saturating_add(at).saturating_add(1),
                    None if self.rest.len() <= MAX_LINE => continue,
                    None => self.rest.len(),
                }
            };
            if end == 0 {
                return Ok(None);
            }
            spare.clear();
            spare.extend_from_slice(self.rest.get(end..).unwrap_or_default());
            self.rest.truncate(end);
            let bytes = std::mem::replace(&mut self.rest, spare);
            let cut = !self.ended && bytes.last() != Some(&b'\n');
            let first_line = self.next_line;
            let lines = line_breaks(&bytes).saturating_add(usize::from(cut));
            self.next_line = first_line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.skipping = cut;
            return Ok(Some(Chunk { bytes, first_line, cut }));
        }
    }

    /// Reads once into the rest; how many bytes.
    fn read_more(&mut self) -> io::Result<usize> {
        let old = self.rest.len();
        self.rest.resize(old.saturating_add(READ_BYTES), 0);
        let read = loop {
            match self.input.read(self.rest.get_mut(old..).unwrap_or_default()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => (),
                result => break result,
            }
        };
        self.rest.truncate(old.saturating_add(*read.as_ref().unwrap_or(&0)));
        read
    }

    /// Drops the rest of an overlong line; whether its end was found.
    fn skip(&mut self) -> bool {
        let Some(at) = memchr::memchr(b'\n', &self.rest) else {
            self.rest.clear();
            return self.ended;
        };
        self.rest.drain(..=at);
        self.skipping = false;
        true
    }
}
/// The number of line breaks. Counted in bytes that cannot overflow, many at a time.
fn line_breaks(bytes: &[u8]) -> usize {
    let count = |few: &[u8]| {
        few.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(*byte == b'\n')))
    };
    bytes.chunks(255).map(|few| usize::from(count(few))).sum()
}
