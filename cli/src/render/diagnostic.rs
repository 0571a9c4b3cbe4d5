//! Diagnostics, drawn as a compiler draws them.

use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str as clean,
};
use polsim::text::{Diagnostic, Severity, Source, Span};

use super::WIDTH;
use crate::Failure;

/// Upper bound on the diagnostics that are drawn with an excerpt; the rest take a line each.
const MAX_EXCERPTS: usize = 30;

/// A warning that is not about a place in a file.
#[derive(Debug)]
pub(crate) struct Remark {
    pub(crate) text: String,
    pub(crate) help: Option<String>,
}

/// The renderer of all excerpts.
pub(super) fn renderer() -> Renderer {
    Renderer::styled().term_width(WIDTH).decor_style(DecorStyle::Ascii)
}

/// A warning as text, ending in a line break.
pub(crate) fn message(remark: &Remark) -> String {
    titled(Level::WARNING, &remark.text, remark.help.as_deref())
}

fn titled(level: Level<'_>, text: &str, help: Option<&str>) -> String {
    let mut group = Group::with_title(level.primary_title(text));
    if let Some(help) = help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    renderer().render(&[group]) + "\n"
}

/// A failure as text, ending in a line break.
pub(crate) fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Message { text, help } => titled(Level::ERROR, text, help.as_deref()),
        Failure::Output(error) => format!("error: cannot write the output: {error}\n"),
        Failure::Refused(diagnostics) => {
            let mut text = String::new();
            for it in diagnostics.iter().take(MAX_EXCERPTS) {
                text.push_str(&diagnostic(it));
                text.push('\n');
            }
            for it in diagnostics.iter().skip(MAX_EXCERPTS) {
                let _ = writeln!(text, "{}: {}", word(it.severity), clean(&it.to_string()));
            }
            text
        }
    }
}

/// A diagnostic with its excerpt.
pub(crate) fn diagnostic(it: &Diagnostic) -> String {
    let level = match it.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let annotation = AnnotationKind::Primary.span(on_characters(&it.source, it.span));
    let labels = it.labels.iter().map(|label| {
        AnnotationKind::Context
            .span(on_characters(&it.source, label.span))
            .label(clean(&label.text))
    });
    let snippet = Snippet::source(it.source.text())
        .line_start(first_line(&it.source))
        .path(it.source.name())
        .annotation(annotation)
        .annotations(labels);
    let mut group = level.primary_title(it.message.as_str()).id(it.code).element(snippet);
    if let Some(help) = &it.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    renderer().render(&[group])
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// The number of the first line of a source that may be a part of a file.
pub(super) fn first_line(source: &Source) -> usize {
    usize::try_from(source.position(0).line).unwrap_or(1)
}

/// The span moved outwards to whole characters of the source: what is drawn must not split one.
pub(super) fn on_characters(source: &Source, span: Span) -> std::ops::Range<usize> {
    let text = source.text();
    let range = span.range();
    let mut start = range.start.min(text.len());
    while !text.is_char_boundary(start) {
        start = start.saturating_sub(1);
    }
    let mut end = range.end.min(text.len()).max(start);
    while !text.is_char_boundary(end) {
        end = end.saturating_add(1);
    }
    start..end
}
