//! A piece of text with a name, and places in it.

use std::sync::Arc;

/// A range of bytes in a [`Source`], start inclusive, end exclusive.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
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
/// # use polsim::text::{Source, Span};
/// let source = Source::new("p.json", "{\n  \"Sid\": 1}");
/// let at = source.position(4);
/// assert_eq!((at.line, at.column), (2, 3));
/// assert_eq!(source.slice(Span::new(4, 9)), "\"Sid\"");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    inner: Arc<Inner>,
}

#[derive(Debug, Eq, PartialEq)]
struct Inner {
    name: Box<str>,
    text: Box<str>,
    first_line: u32,
}

impl Source {
    /// A source called `name`.
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self::at_line(name, text, 1)
    }

    /// A source that is a part of a larger file and begins at its line `first_line` (from 1), as a
    /// line of a batch does.
    pub fn at_line(name: impl Into<Box<str>>, text: impl Into<Box<str>>, first_line: u32) -> Self {
        Self { inner: Arc::new(Inner { name: name.into(), text: text.into(), first_line }) }
    }

    /// The name: a path, `<stdin>`, or what the reader called it.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The text of `span`, empty where the span does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.inner.text.get(span.range()).unwrap_or_default()
    }

    /// The line and column of a byte offset. Linear in the offset: for messages, not for loops.
    pub fn position(&self, offset: u32) -> Position {
        let end = usize::try_from(offset).unwrap_or(usize::MAX).min(self.inner.text.len());
        let before = self.inner.text.as_bytes().get(..end).unwrap_or_default();
        let line_start =
            before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
        let line = before.split(|byte| *byte == b'\n').count();
        // A continuation byte of UTF-8 starts with the bits 10: it begins no character.
        let columns = before.iter().skip(line_start).filter(|byte| (**byte & 0xC0) != 0x80).count();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let line = number(line).saturating_add(self.inner.first_line).saturating_sub(1);
        Position { line, column: number(columns).saturating_add(1) }
    }

    /// A walk over the text, for the positions of many offsets that ascend.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk { source: self, at: 0, here: self.position(0) }
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
        for byte in passed {
            if *byte == b'\n' {
                self.here = Position { line: self.here.line.saturating_add(1), column: 1 };
            } else if (byte & 0xC0) != 0x80 {
                self.here.column = self.here.column.saturating_add(1);
            }
        }
        self.at = end;
        self.here
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn a_walk_gives_the_positions_of_all_offsets() {
        let source = Source::at_line("s", "ab\n\né\u{1F600}x\n y", 7);
        let mut walk = source.walk();
        for offset in 0..20 {
            assert_eq!(walk.to(offset), source.position(offset), "{offset}");
        }
        assert_eq!(walk.to(3), source.position(3), "an offset that was passed already");
    }
}
