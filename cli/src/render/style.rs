//! The few colours there are, one meaning each. Everything reads the same without them.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// The style of good news: an allowed request, a property as stated.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// The style of bad news: a denied request, a finding.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// The style of headings.
pub(super) const HEADING: Style = Style::new().bold();

/// Text in a style.
pub(super) fn styled(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Text as good news.
pub(crate) fn good(text: &str) -> String {
    styled(GOOD, text)
}

/// Text as bad news.
pub(crate) fn bad(text: &str) -> String {
    styled(BAD, text)
}

/// Text as a heading.
pub(crate) fn heading(text: &str) -> String {
    styled(HEADING, text)
}
