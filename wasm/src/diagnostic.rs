//! Diagnostics with the places that editors want.

use polsim::text;
use serde::Serialize;
use tsify::Tsify;

use crate::Place;

/// A diagnostic about one place of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Diagnostic {
    /// Stable code of its kind, such as `P0105`.
    pub code: String,
    /// Severity of the diagnostic.
    pub severity: Severity,
    /// Message: the mistake, and what was expected.
    pub message: String,
    /// Advice on what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The name of the text that it is about.
    pub file: String,
    /// Place in the text.
    pub span: Place,
    /// Range in UTF-16 units.
    pub range: TextRange,
    /// Further places that it speaks of.
    pub labels: Vec<Label>,
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A remark worth knowing.
    Info,
    /// AWS accepts it, and the author will regret it.
    Warning,
    /// There is no answer for this input.
    Error,
}

/// A further place of a diagnostic.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Label {
    /// Text of the label.
    pub text: String,
    /// Place in the text.
    pub span: Place,
    /// Range in UTF-16 units.
    pub range: TextRange,
}

/// A range of a JavaScript string: `text.slice(from, to)`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
pub struct TextRange {
    /// The first UTF-16 unit.
    pub from: u32,
    /// End of the range, exclusive.
    pub to: u32,
}

impl TextRange {
    /// The range of `span` in `source`.
    pub fn of(source: &text::Source, span: text::Span) -> Self {
        let units = |end: usize| {
            let text = source.text();
            let before = text.get(..end).unwrap_or(text);
            // Nearly all texts are ASCII, and of each there are many ranges.
            let units = if before.is_ascii() {
                before.len()
            } else {
                before.chars().map(char::len_utf16).fold(0, usize::saturating_add)
            };
            u32::try_from(units).unwrap_or(u32::MAX)
        };
        let range = span.range();
        Self { from: units(range.start), to: units(range.end) }
    }
}

impl From<&text::Diagnostic> for Diagnostic {
    fn from(diagnostic: &text::Diagnostic) -> Self {
        let text::Diagnostic { code, severity, message, source, span, labels, help } = diagnostic;
        Self {
            code: (*code).to_owned(),
            severity: match severity {
                text::Severity::Info => Severity::Info,
                text::Severity::Warning => Severity::Warning,
                text::Severity::Error => Severity::Error,
            },
            message: message.clone(),
            help: help.clone(),
            file: source.name().to_owned(),
            span: Place::of(source, *span),
            range: TextRange::of(source, *span),
            labels: labels
                .iter()
                .map(|label| Label {
                    text: label.text.clone(),
                    span: Place::of(source, label.span),
                    range: TextRange::of(source, label.span),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use polsim::text::{Source, Span};

    use super::TextRange;

    fn slice(text: &str, of: &str) -> String {
        let at = text.find(of).expect("the text has it");
        let span = Span::new(at, at.saturating_add(of.len()));
        let TextRange { from, to } = TextRange::of(&Source::new("t", text), span);
        let units = text.encode_utf16().zip(0..).filter(|(_, at)| (from..to).contains(at));
        String::from_utf16(&units.map(|(unit, _)| unit).collect::<Vec<_>>()).expect("characters")
    }

    #[test]
    fn a_range_counts_utf_16_units() {
        assert_eq!(slice("ab", "b"), "b");
        assert_eq!(slice("é b", "b"), "b", "two bytes, one unit");
        assert_eq!(slice("🔒 b c", "b"), "b", "four bytes, two units");
        assert_eq!(slice("b 🔒", "🔒"), "🔒", "to the end of the text");
    }
}
