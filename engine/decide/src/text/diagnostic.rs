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
/// # use polsim_decide as polsim;
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

/// The number of single-character edits between two words, letter case not counted: characters put
/// in, left out or replaced, and neighbours that changed places.
fn distance(left: &str, right: &str) -> usize {
    let lower = |word: &str| word.chars().map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>();
    let (left, right) = (lower(left), lower(right));
    let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, b) in right.iter().enumerate() {
            let next = j.saturating_add(1);
            let replaced = cell(&above, j).saturating_add(usize::from(a != b));
            let one_more = cell(&above, next).min(cell(&row, j)).saturating_add(1);
            let swapped = match (i.checked_sub(1), j.checked_sub(1)) {
                (Some(up), Some(back)) if left.get(up) == Some(b) && right.get(back) == Some(a) => {
                    cell(&before, back).saturating_add(1)
                }
                _ => usize::MAX,
            };
            row.push(replaced.min(one_more).min(swapped));
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
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
        assert_eq!(nearest("SrtingEqulas", names), Some("StringEquals"));
        assert_eq!(nearest("StrEquals", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn neighbours_that_changed_places_are_one_edit() {
        let names = ["aws:SourceVpc", "aws:SourceVpce"];
        assert_eq!(nearest("aws:SourceVcpe", names), Some("aws:SourceVpce"));
    }

    #[test]
    fn a_name_is_never_replaced_as_a_whole() {
        assert_eq!(nearest("xy", ["ab", "Id"]), None);
        assert_eq!(nearest("Ib", ["ab", "Id"]), Some("ab"));
    }
}
