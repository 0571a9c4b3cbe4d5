//! What is wrong with a text, where, and what to do about it.

use super::{Source, Span};

/// The stable name of a kind of diagnostic, such as `P0105`. Never reused.
pub type Code = &'static str;

/// How bad it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Accepted by AWS, and the author will regret it.
    Warning,
    /// Refused: there is no answer for this input.
    Error,
}

/// A second place that a diagnostic speaks of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What about it.
    pub text: String,
}

/// One complaint about one place of one [`Source`]. Data: the command line draws it, an editor
/// underlines it.
///
/// Messages are lower case, without a full stop, on one line, user text in backticks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// Which kind.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, and what was expected.
    pub message: String,
    /// The text it is about.
    pub source: Source,
    /// Where in it.
    pub span: Span,
    /// Further places.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span` of `source`.
    pub fn error(code: Code, source: &Source, span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            code,
            severity: Severity::Error,
            message,
            source: source.clone(),
            span,
            labels: Vec::new(),
            help: None,
        }
    }

    /// A warning at `span` of `source`.
    pub fn warning(code: Code, source: &Source, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, source, span, message) }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same with a second place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }
}

impl std::fmt::Display for Diagnostic {
    /// `name:line:column: message`, without the excerpt.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = self.source.position(self.span.start);
        write!(f, "{}:{}:{}: {}", self.source.name(), at.line, at.column, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

/// The candidate that is at most two edits from `text`, the nearest first: for "did you mean".
///
/// ```
/// # use polsim::text::nearest;
/// assert_eq!(nearest("Efect", ["Effect", "Action"]), Some("Effect"));
/// assert_eq!(nearest("Color", ["Effect", "Action"]), None);
/// ```
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(text.chars().count()) <= 2)
        .map(|candidate| (distance(text, candidate), candidate))
        .filter(|(edits, candidate)| *edits <= 2 && *edits < candidate.chars().count())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// The number of single-character edits between two words, letter case not counted.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = i;
        let mut left_cell = i.saturating_add(1);
        let mut next = vec![left_cell];
        for (b, above) in right.iter().zip(row.iter().skip(1)) {
            let substituted = diagonal.saturating_add(usize::from(a != *b));
            left_cell = substituted.min(above.saturating_add(1)).min(left_cell.saturating_add(1));
            diagonal = *above;
            next.push(left_cell);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_at_most_two_edits_away() {
        let names = ["StringEquals", "StringLike", "Bool"];
        assert_eq!(nearest("STRINGEQUALS", names), Some("StringEquals"));
        assert_eq!(nearest("StrngEqals", names), Some("StringEquals"));
        assert_eq!(nearest("StingLik", names), Some("StringLike"));
        assert_eq!(nearest("StrEquals", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn a_name_is_never_replaced_as_a_whole() {
        assert_eq!(nearest("xy", ["ab", "Id"]), None);
        assert_eq!(nearest("Ib", ["ab", "Id"]), Some("ab"));
    }
}
