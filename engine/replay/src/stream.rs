//! Records of a text, one after the other, with memory for one of them.
//!
//! What holds the records is told by how the text begins: `{"Records":[…]}` of a trail, `{"Events":[…]}`
//! of `LookupEvents`, a list, or an object a line.

use std::io::{ErrorKind, Read};

use memchr::{memchr2, memchr3};

/// The longest record that is read.
pub const MAX_RECORD: usize = 4 * 1024 * 1024;

/// The bytes that are read at once.
const CHUNK: usize = 256 * 1024;

/// The bytes at the start of a text that tell its form.
const START: usize = 4 * 1024;

/// The records of a text.
///
/// ```
/// use polsim_replay::{Record, Records};
/// let mut records = Records::new(&br#"{"Records":[{"eventID":"1"},{"eventID":"2"}]}"#[..]);
/// let mut found = Vec::new();
/// while let Some(record) = records.next_record() {
///     if let Record::Text { text, .. } = record { found.push(text.to_owned()); }
/// }
/// assert_eq!(found, [r#"{"eventID":"1"}"#, r#"{"eventID":"2"}"#]);
/// ```
#[derive(Debug)]
pub struct Records<R> {
    input: R,
    buffer: Vec<u8>,
    /// The place in the buffer from which nothing is told yet.
    at: usize,
    /// The offset of the buffer's start in the text.
    before: u64,
    is_at_end: bool,
    state: State,
    failed: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Nothing was read.
    Start,
    /// Between records; of a list, or of lines.
    Between {
        list: bool,
    },
    Done,
}

/// A record, or the reason why one cannot be read.
///
/// ```
/// use polsim_replay::{Record, Records};
/// let mut records = Records::new(&b"<xml/>"[..]);
/// assert!(matches!(records.next_record(), Some(Record::Broken { at: 0, .. })));
/// assert!(records.next_record().is_none());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Record<'a> {
    /// The text of a record, and its offset.
    Text {
        /// The record.
        text: &'a str,
        /// The offset of its first byte.
        at: u64,
    },
    /// The reason why a part of the text is no record; the rest goes on where it can.
    Broken {
        /// The offset of the part.
        at: u64,
        /// The reason.
        why: String,
    },
    /// A file about files: what CloudTrail writes to verify its logs.
    Digest,
}

/// The end of a value, as far as it is found.
enum End {
    At(usize),
    /// The value is longer than a record may be; its end is this far.
    TooLong(u64),
    Missing,
}

impl<R: Read> Records<R> {
    /// The records of what `input` gives.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            at: 0,
            before: 0,
            is_at_end: false,
            state: State::Start,
            failed: None,
        }
    }

    /// The next record, or what is wrong in its place.
    pub fn next_record(&mut self) -> Option<Record<'_>> {
        if self.state == State::Start
            && let Some(other) = self.start()
        {
            self.state = State::Done;
            return Some(other);
        }
        let State::Between { list } = self.state else { return None };
        self.skip(list);
        let offset = self.offset(self.at);
        let Some(byte) = self.buffer.get(self.at).copied() else {
            self.state = State::Done;
            if let Some(why) = self.failed.take() {
                return Some(Record::Broken { at: offset, why });
            }
            // A list that ends without its bracket was cut off.
            let cut = list.then(|| "the text ends inside a list of records".to_owned());
            return cut.map(|why| Record::Broken { at: offset, why });
        };
        if list && byte == b']' {
            self.state = State::Done;
            return None;
        }
        if byte != b'{' {
            self.state = State::Done;
            let why = "no record begins here".to_owned();
            return Some(Record::Broken { at: offset, why });
        }
        match self.end() {
            End::At(end) => {
                let start = self.at;
                self.at = end;
                let bytes = self.buffer.get(start..end).unwrap_or_default();
                Some(match std::str::from_utf8(bytes) {
                    Ok(text) => Record::Text { text, at: offset },
                    Err(_) => {
                        Record::Broken { at: offset, why: "a record is not UTF-8".to_owned() }
                    }
                })
            }
            End::TooLong(length) => {
                let why = format!("a record of {length} bytes is longer than {MAX_RECORD}");
                Some(Record::Broken { at: offset, why })
            }
            End::Missing => {
                self.state = State::Done;
                let why = self.failed.take();
                let why = why.unwrap_or_else(|| "the text ends inside a record".to_owned());
                Some(Record::Broken { at: offset, why })
            }
        }
    }

    /// Tells the form of the text; gives what stands in the place of records.
    fn start(&mut self) -> Option<Record<'static>> {
        while self.buffer.len() < START && !self.is_at_end {
            self.fill();
        }
        let broken = |at: usize, why: &str| {
            let at = u64::try_from(at).unwrap_or(u64::MAX);
            Some(Record::Broken { at, why: why.to_owned() })
        };
        let blanks = self.buffer.iter().take_while(|it| it.is_ascii_whitespace()).count();
        let rest = self.buffer.get(blanks..).unwrap_or_default();
        let inside = after(rest, b'{');
        let named = inside.and_then(|it| it.strip_prefix(b"\"")).and_then(|it| {
            let end = it.iter().position(|byte| *byte == b'"')?;
            let (name, rest) = it.split_at_checked(end)?;
            Some((name, after(after(rest, b'"')?, b':')?))
        });
        let list = match (rest.first(), named) {
            (None, _) => {
                return match self.failed.take() {
                    Some(why) => broken(blanks, &why),
                    None => broken(blanks, "the file is empty"),
                };
            }
            (Some(b'['), _) => rest.get(1..),
            (Some(b'{'), Some((b"Records" | b"Events", value))) => value.strip_prefix(b"["),
            (Some(b'{'), _) => None,
            (Some(_), _) => return broken(blanks, "the file is no JSON"),
        };
        if list.is_none() && is_digest(rest) {
            return Some(Record::Digest);
        }
        self.state = State::Between { list: list.is_some() };
        self.at = match list {
            Some(list) => self.buffer.len().saturating_sub(list.len()),
            None => blanks,
        };
        None
    }

    fn offset(&self, at: usize) -> u64 {
        self.before.saturating_add(u64::try_from(at).unwrap_or_default())
    }

    /// Skips what stands between records.
    fn skip(&mut self, list: bool) {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let between = |it: &&u8| it.is_ascii_whitespace() || (list && **it == b',');
            self.at = self.at.saturating_add(rest.iter().take_while(between).count());
            if self.at < self.buffer.len() || self.is_at_end {
                return;
            }
            self.forget();
            self.fill();
        }
    }

    /// Forgets what was read before the present place.
    fn forget(&mut self) {
        self.before = self.offset(self.at);
        self.buffer.drain(..self.at.min(self.buffer.len()));
        self.at = 0;
    }

    /// Reads on.
    fn fill(&mut self) {
        let old = self.buffer.len();
        self.buffer.resize(old.saturating_add(CHUNK), 0);
        let room = self.buffer.get_mut(old..).unwrap_or_default();
        let read = loop {
            match self.input.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => (),
                other => break other,
            }
        };
        let count = match read {
            Ok(count) => count,
            Err(error) => {
                self.failed = Some(error.to_string());
                0
            }
        };
        self.is_at_end = count == 0;
        self.buffer.truncate(old.saturating_add(count));
    }

    /// The end of the object at the present place.
    fn end(&mut self) -> End {
        let mut scan = Scan::default();
        let mut from = self.at;
        // The bytes of a record that is too long and was forgotten.
        let mut gone = 0_u64;
        loop {
            let bytes = self.buffer.get(from..).unwrap_or_default();
            if let Some(length) = scan.end(bytes) {
                let end = from.saturating_add(length);
                let own = end.saturating_sub(self.at);
                if gone == 0 && own <= MAX_RECORD {
                    return End::At(end);
                }
                self.at = end;
                return End::TooLong(gone.saturating_add(u64::try_from(own).unwrap_or_default()));
            }
            if self.is_at_end {
                return End::Missing;
            }
            if self.buffer.len().saturating_sub(self.at) > MAX_RECORD || gone > 0 {
                let length = self.buffer.len().saturating_sub(self.at);
                gone = gone.saturating_add(u64::try_from(length).unwrap_or_default());
                self.at = self.buffer.len();
            }
            self.forget();
            from = self.buffer.len();
            self.fill();
        }
    }
}

/// The text after a byte and the blanks behind it.
fn after(text: &[u8], byte: u8) -> Option<&[u8]> {
    Some(text.trim_ascii_start().strip_prefix(&[byte])?.trim_ascii_start())
}

fn is_digest(start: &[u8]) -> bool {
    memchr::memmem::find(start, b"\"digestStartTime\"").is_some()
        && memchr::memmem::find(start, b"\"eventName\"").is_none()
}

/// A walk over an object that finds its end.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    /// The length up to the object's end, if it is in these bytes.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0_usize;
        while let Some(rest) = bytes.get(at..).filter(|it| !it.is_empty()) {
            if self.escaped {
                self.escaped = false;
                at = at.saturating_add(1);
                continue;
            }
            let found = if self.in_text {
                memchr2(b'"', b'\\', rest)
            } else {
                memchr3(b'"', b'{', b'}', rest)
            };
            let found = found?;
            at = at.saturating_add(found).saturating_add(1);
            match rest.get(found) {
                Some(b'"') => self.in_text = !self.in_text,
                Some(b'\\') => self.escaped = true,
                Some(b'{') => self.depth = self.depth.saturating_add(1),
                _ => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_RECORD, Record, Records};
    use std::io::Read;

    /// A text that comes in pieces of a few bytes.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let length = self.1.min(self.0.len()).min(room.len());
            let (now, later) = self.0.split_at(length);
            room[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn read(text: &str, piece: usize) -> Vec<String> {
        let mut records = Records::new(Pieces(text.as_bytes(), piece));
        let mut found = Vec::new();
        while let Some(record) = records.next_record() {
            found.push(match record {
                Record::Text { text, .. } => text.to_owned(),
                Record::Broken { at, why } => format!("{at}: {why}"),
                Record::Digest => "digest".to_owned(),
            });
        }
        found
    }

    #[test]
    fn every_form_gives_its_records_however_it_comes() {
        let a = r#"{"a":"}\"{","b":{"c":"\\"}}"#;
        for piece in [1, 3, 7, 1_000] {
            assert_eq!(read(&format!("{{\"Records\" : [ {a} ,\n{a}]}}"), piece), [a, a]);
            assert_eq!(read(&format!("{{\"Events\":[{a}]}}"), piece), [a]);
            assert_eq!(read(&format!("[{a},{a}]"), piece), [a, a]);
            assert_eq!(read(&format!("{a}\n{a}\n\n{a}"), piece), [a, a, a]);
            assert_eq!(read("{\"Records\":[]}", piece), [""; 0]);
        }
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_said_with_its_place() {
        assert_eq!(
            read("{\"Records\":[{\"a\":1},{\"b\"", 5),
            ["{\"a\":1}", "20: the text ends inside a record"]
        );
        assert_eq!(
            read("{\"Records\":[{\"a\":1},", 5),
            ["{\"a\":1}", "20: the text ends inside a list of records"]
        );
        assert_eq!(read("", 5), ["0: the file is empty"]);
        assert_eq!(read("hello", 5), ["0: the file is no JSON"]);
        assert_eq!(read(r#"{"awsAccountId":"1","digestStartTime":"x"}"#, 5), ["digest"]);
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_RECORD + 600_000));
        let found = read(&format!("[{{\"a\":1}},{long},{{\"b\":2}}]"), 100_000);
        assert_eq!(found.len(), 3, "the rest goes on");
        assert_eq!(
            found[1],
            format!("9: a record of {} bytes is longer than {MAX_RECORD}", long.len())
        );
        assert_eq!(found[2], "{\"b\":2}");
    }
}
