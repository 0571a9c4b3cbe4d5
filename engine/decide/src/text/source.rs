//! A piece of text with a name, and places in it.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A range of bytes in a [`Source`], start inclusive, end exclusive.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::Span;
/// let (key, value) = (Span::new(4, 9), Span::new(11, 12));
/// assert_eq!(key.to(value).range(), 4..12);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset just past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`; offsets past 4 GiB are capped.
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        Self { start, end: u32::try_from(end).unwrap_or(u32::MAX).max(start) }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span as a range of `usize`, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        at(self.start)..at(self.end)
    }
}

/// A line and a column, both 1-based; the column counts characters.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Position, Source};
/// let source = Source::new("p.json", "{\n  \"é\": 1}");
/// assert_eq!(source.position(9), Position { line: 2, column: 7 });
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
pub struct Position {
    /// The line, the first is 1.
    pub line: u32,
    /// The column in characters, the first is 1.
    pub column: u32,
}

/// A text and the name under which messages speak of it. Cheap to clone.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Source, Span};
/// let source = Source::new("p.json", "{\n  \"Sid\": 1}");
/// let at = source.position(4);
/// assert_eq!((at.line, at.column), (2, 3));
/// assert_eq!(source.slice(Span::new(4, 9)), "\"Sid\"");
/// ```
#[derive(Clone)]
pub struct Source {
    inner: Arc<Inner>,
}

struct Inner {
    name: Box<str>,
    text: Box<str>,
    first_line: u32,
    /// The positions of every [`STRIDE`]th byte, once somebody has asked for a position.
    marks: OnceLock<Box<[Position]>>,
}

/// The upper bound on the bytes that are walked to find a position.
const STRIDE: usize = 1024;

impl Source {
    /// A source called `name`.
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self::at_line(name, text, 1)
    }

    /// A source that is a part of a larger file and begins at its line `first_line` (from 1), as a
    /// line of a batch does.
    pub fn at_line(name: impl Into<Box<str>>, text: impl Into<Box<str>>, first_line: u32) -> Self {
        let (name, text) = (name.into(), text.into());
        Self { inner: Arc::new(Inner { name, text, first_line, marks: OnceLock::new() }) }
    }

    /// The name: a path, `<stdin>`, or what the reader called it.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The whole text of the source.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The text of `span`, empty where the span does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.inner.text.get(span.range()).unwrap_or_default()
    }

    /// The line and column of a byte offset. The first position that is asked of a text costs a walk
    /// over it, every other one next to nothing.
    pub fn position(&self, offset: u32) -> Position {
        let text = self.inner.text.as_bytes();
        let end = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
        let marks = self.inner.marks.get_or_init(|| {
            let mut here = self.start();
            let mark = |stretch: &[u8]| {
                let mark = here;
                here = here.after(stretch);
                mark
            };
            text.chunks(STRIDE).map(mark).collect()
        });
        let mark = end.checked_div(STRIDE).unwrap_or(0).min(marks.len().saturating_sub(1));
        let passed = text.get(mark.saturating_mul(STRIDE)..end).unwrap_or_default();
        marks.get(mark).copied().unwrap_or(self.start()).after(passed)
    }

    /// A walk over the text, for the positions of many offsets that ascend.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk { source: self, at: 0, here: self.start() }
    }

    fn start(&self) -> Position {
        Position { line: self.inner.first_line, column: 1 }
    }
}

/// The name alone: a text may be long.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name())
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (&*self.inner, &*other.inner);
        left.name == right.name && left.text == right.text && left.first_line == right.first_line
    }
}

impl Eq for Source {}

impl Position {
    /// The position behind these bytes, where this one is in front of them.
    fn after(mut self, passed: &[u8]) -> Self {
        for byte in passed {
            if *byte == b'\n' {
                self = Self { line: self.line.saturating_add(1), column: 1 };
            } else if (byte & 0xC0) != 0x80 {
                // A continuation byte of UTF-8 starts with the bits 10: it begins no character.
                self.column = self.column.saturating_add(1);
            }
        }
        self
    }
}

/// A walk over a [`Source`] from its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk<'a> {
    source: &'a Source,
    at: usize,
    here: Position,
}

impl Walk<'_> {
    /// Goes on to `offset`; its position. What was passed already is looked up from the start.
    pub(crate) fn to(&mut self, offset: u32) -> Position {
        let end = usize::try_from(offset).unwrap_or(usize::MAX).min(self.source.text().len());
        let Some(passed) = self.source.text().as_bytes().get(self.at..end) else {
            return self.source.position(offset);
        };
        self.here = self.here.after(passed);
        self.at = end;
        self.here
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, STRIDE, Source};

    #[test]
    fn a_walk_gives_the_positions_of_all_offsets() {
        let source = Source::at_line("s", "ab\n\né\u{1F600}x\n y", 7);
        let mut walk = source.walk();
        for offset in 0..20 {
            assert_eq!(walk.to(offset), source.position(offset), "{offset}");
        }
        assert_eq!(walk.to(3), source.position(3), "an offset that was passed already");
    }

    #[test]
    fn a_position_is_that_of_the_characters_before_it() {
        let text = "xé\u{1F600}y\n".repeat(STRIDE);
        let source = Source::new("s", text.clone());
        let length = text.len();
        let ends = [STRIDE - 1, STRIDE, STRIDE + 1, 5 * STRIDE + 3, length, length + 9];
        for at in (0..20).chain(ends) {
            let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
            let line = before.rsplit(|byte| *byte == b'\n').next().unwrap();
            let column = 1 + line.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
            let lines = before.split(|byte| *byte == b'\n').count();
            let expected = [lines, column].map(|it| u32::try_from(it).unwrap());
            let found = source.position(u32::try_from(at).unwrap());
            assert_eq!([found.line, found.column], expected, "{at}");
        }
        assert_eq!(Source::new("empty", "").position(9), Position { line: 1, column: 1 });
    }
}
