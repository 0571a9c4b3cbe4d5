//! The text of a catalogue: a first line with a checksum, then sections of lines.
//!
//! `# NAME COUNT` opens a section of so many lines. In the sections about services, line *n* is about
//! service *n*: what is alike stands together, which packs well, and a service is read without the
//! others. The writer is `xtask/src/catalog/write.rs`.

use std::ops::Range;

use super::CatalogError;
use crate::text::Fnv1a;

const MAGIC: &str = "polsim-catalog 1 ";

/// A catalogue's text, cut into the lines of its sections.
#[derive(Debug)]
pub(super) struct Columns {
    text: Box<str>,
    sections: Vec<(Box<str>, Vec<Range<usize>>)>,
}

impl Columns {
    pub(super) fn read(text: String) -> Result<Self, CatalogError> {
        let (first, rest) = text.split_once('\n').ok_or(CatalogError::NotACatalog)?;
        let hash = first.strip_prefix(MAGIC).ok_or(CatalogError::NotACatalog)?;
        if hash != checksum(rest) {
            return Err(CatalogError::Damaged);
        }
        let mut sections: Vec<(Box<str>, Vec<Range<usize>>)> = Vec::new();
        let mut left = 0_usize;
        let mut start = first.len().saturating_add(1);
        for line in rest.lines() {
            let end = start.saturating_add(line.len());
            match (left, line.strip_prefix("# ").and_then(|it| it.split_once(' '))) {
                (0, Some((name, count))) => {
                    left = count.parse().map_err(|_| CatalogError::Malformed(name.to_owned()))?;
                    sections.push((name.into(), Vec::with_capacity(left.min(rest.len()))));
                }
                (0, None) => return Err(CatalogError::Malformed(line.to_owned())),
                _ => {
                    left = left.saturating_sub(1);
                    if let Some((_, lines)) = sections.last_mut() {
                        lines.push(start..end);
                    }
                }
            }
            start = end.saturating_add(1);
        }
        if left > 0 {
            return Err(CatalogError::Malformed("the end".to_owned()));
        }
        Ok(Self { text: text.into(), sections })
    }

    /// The lines of a section; none if there is no such section.
    pub(super) fn section(&self, name: &str) -> impl Iterator<Item = &str> {
        let found = self.sections.iter().find(|(it, _)| **it == *name);
        let lines = found.map(|(_, lines)| &lines[..]).unwrap_or_default();
        lines.iter().filter_map(|range| self.text.get(range.clone()))
    }

    /// The line of a section at an index.
    pub(super) fn line(&self, name: &str, at: usize) -> Option<&str> {
        let (_, lines) = self.sections.iter().find(|(it, _)| **it == *name)?;
        self.text.get(lines.get(at)?.clone())
    }
}

/// The checksum in the first line: of everything behind it.
fn checksum(text: &str) -> String {
    format!("{:016x}", Fnv1a::new().text(text).value())
}
