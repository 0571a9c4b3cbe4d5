//! Diagnostics: complaints about places of a text, and the list of them that is an error.

use std::fmt;

use super::{Source, Span};

/// The stable name of a kind of diagnostic, such as `P0105`; a number is never given to another
/// kind.
pub type Code = &'static str;

/// The severity of a diagnostic, from the mildest to the gravest.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::Severity;
/// assert!(Severity::Warning < Severity::Error);
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A fact worth knowing, which calls for no action.
    Info,
    /// A text that AWS accepts and its author will regret.
    Warning,
    /// A refusal: there is no answer for this input.
    Error,
}

/// A second place that a diagnostic speaks of, such as the first of two equal keys.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Label, Source, json};
/// let source = Source::new("p.json", r#"{"Sid": 1, "Sid": 2}"#);
/// let refused = json::parse(&source).unwrap_err();
/// let [Label { span, text }] = &*refused.labels else { panic!("one label") };
/// assert_eq!((source.slice(*span), &**text), ("\"Sid\"", "first given here"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// The place, in the diagnostic's own source.
    pub span: Span,
    /// The remark about the place, in a few words.
    pub text: String,
}

/// A complaint about one place of one [`Source`]. It is data: the command line draws it, an editor
/// underlines it.
///
/// Messages are lower case, without a full stop, on one line, user text in backticks.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Diagnostic, Source, Span};
/// let source = Source::new("p.json", r#"{"Efect": "Allow"}"#);
/// let complaint = Diagnostic::error("P0104", &source, Span::new(1, 8), "unknown element `Efect`")
///     .with_help("did you mean `Effect`?");
/// assert_eq!(
///     complaint.to_string(),
///     "p.json:1:2: unknown element `Efect` (did you mean `Effect`?)",
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// The kind of complaint.
    pub code: Code,
    /// The severity, as the command and editors show it.
    pub severity: Severity,
    /// The complaint: the fault, and what was expected instead.
    pub message: String,
    /// The text that the complaint is about.
    pub source: Source,
    /// The place of the fault in [`source`](Self::source).
    pub span: Span,
    /// Further places that the message speaks of.
    pub labels: Vec<Label>,
    /// Advice on what to write instead.
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

    /// The same complaint with advice.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same complaint with a second place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// The place of `span` as `name:line:column`, where an editor jumps to.
    fn place(&self, span: Span) -> String {
        let at = self.source.position(span.start);
        format!("{}:{}:{}", self.source.name(), at.line, at.column)
    }
}

/// The complaint on one line, `name:line:column: message (help)`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(self.span), self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

impl Severity {
    /// The word for the severity, as the command prints it before a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error of everything that reads a text: the list of its mistakes, of which there is at least one.
///
/// Reading goes on after a mistake, so that one run shows every one. The list is in the order in
/// which the reader gives it, mostly that of the text; it dereferences to a slice of
/// [`Diagnostic`]s. Displayed, it is what the command prints, without excerpts of the text.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::{Diagnostics, Source};
/// fn size(text: &str) -> Result<usize, Diagnostics> {
///     Ok(Policy::parse(&Source::new("p.json", text), PolicyType::Scp)?.policy.size())
/// }
/// let refused = size(r#"{"Version": "2012-10-17", "Statment": []}"#).unwrap_err();
/// assert_eq!(refused[0].code, "P0104");
/// assert_eq!(
///     refused.to_string(),
///     "error[P0104]: unknown element `Statment`\n \
///      --> p.json:1:27\n  \
///      = help: did you mean `Statement`?",
/// );
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Diagnostics {
    // INVARIANT: not empty.
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// The outcome of a reading that went on after mistakes.
    ///
    /// # Errors
    /// The complaints, if there is any.
    pub fn check(found: Vec<Diagnostic>) -> Result<(), Self> {
        if found.is_empty() { Ok(()) } else { Err(Self { list: found }) }
    }

    /// The complaints as a plain list.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.list
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { list: vec![diagnostic] }
    }
}

/// The error of complaints that there are: of an empty list, [`Diagnostics::check`] makes none.
impl From<Vec<Diagnostic>> for Diagnostics {
    fn from(list: Vec<Diagnostic>) -> Self {
        debug_assert!(!list.is_empty(), "an error without a complaint");
        Self { list }
    }
}

impl From<Diagnostics> for Vec<Diagnostic> {
    fn from(diagnostics: Diagnostics) -> Self {
        diagnostics.list
    }
}

impl std::ops::Deref for Diagnostics {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.list
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

/// Each complaint as the command prints it: code and message, place, labels, help.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, it) in self.list.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n" };
            write!(f, "{gap}{}[{}]: {}", it.severity, it.code, it.message)?;
            write!(f, "\n --> {}", it.place(it.span))?;
            for label in &it.labels {
                write!(f, "\n ::: {}: {}", it.place(label.span), label.text)?;
            }
            if let Some(help) = &it.help {
                write!(f, "\n  = help: {help}")?;
            }
        }
        Ok(())
    }
}

/// The same text: a program whose `main` returns the error prints it so.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Diagnostics {}
