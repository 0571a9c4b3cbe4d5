//! The few colours there are, one meaning each. Everything reads the same without them.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// What is as the user would have it: an allowed request.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// A denied request.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Headings.
pub(super) const HEADING: Style = Style::new().bold();

/// Text in a style.
pub(super) fn styled(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Text about what is as the user would have it.
pub(crate) fn good(text: &str) -> String {
    styled(GOOD, text)
}

/// Text about what is not.
pub(crate) fn bad(text: &str) -> String {
    styled(BAD, text)
}

/// A heading.
pub(crate) fn heading(text: &str) -> String {
    styled(HEADING, text)
}
