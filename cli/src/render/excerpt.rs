//! Statements of policies as excerpts of their files, with carets.

use annotate_snippets::{AnnotationKind, Group, Level, Snippet, normalize_untrusted_str as clean};
use polsim::eval::{ConditionTrace, StatementTrace};
use polsim::lower::Lowered;
use polsim::policy::{Policy, Statement};
use polsim::text::{Source, Span};

use super::WIDTH;
use super::diagnostic::{first_line, on_characters, renderer};

/// Upper bound on the conditions of a statement that are marked.
const MAX_MARKS: usize = 4;
/// The columns that everything but the carets and the words of a label takes: line
/// numbers, the usual indentation, and `does not hold: `.
const OTHER_COLUMNS: usize = 36;
/// The least number of characters of its words that a label has.
const MIN_LABEL: usize = 20;

/// A statement as it was written, and its policy.
pub(super) fn written<'a>(
    lowered: &'a Lowered,
    trace: &StatementTrace,
) -> Option<(&'a Policy, &'a Statement)> {
    let policy = &lowered.policies.get(trace.policy_index)?.policy;
    let statement =
        policy.statements.iter().find(|it| it.span.start == trace.statement.span.start)?;
    Some((policy, statement))
}

/// A place to point at.
struct Mark {
    span: Span,
    label: String,
    primary: bool,
}

/// The excerpt of a statement whose conditions `chosen` decided, with `effect` written under its
/// Effect.
pub(super) fn statement(
    lowered: &Lowered,
    trace: &StatementTrace,
    effect: &str,
    chosen: impl Fn(&ConditionTrace) -> bool,
) -> Option<String> {
    let (policy, statement) = written(lowered, trace)?;
    let mut marks: Vec<Mark> = statement
        .conditions
        .iter()
        .zip(&trace.conditions)
        .filter(|(_, trace)| chosen(trace))
        .take(MAX_MARKS)
        .map(|(condition, trace)| {
            let outcome = if trace.matches { "holds" } else { "does not hold" };
            let key = condition.key.span.range().len();
            let label = format!("{outcome}: {}", short(&trace.request_in_words(), key));
            Mark { span: condition.key.span, label, primary: true }
        })
        .collect();
    let primary = marks.is_empty();
    marks.push(Mark { span: statement.effect.span, label: effect.to_owned(), primary });
    Some(draw(&policy.source, marks))
}

/// The excerpt of a statement that falls short in an element, with `effect` written under its
/// Effect.
pub(super) fn element(lowered: &Lowered, trace: &StatementTrace, effect: &str) -> Option<String> {
    let (policy, statement) = written(lowered, trace)?;
    let failing = trace.elements.iter().find(|it| !it.matches)?;
    // The name and its quotes; the values may be long.
    let end = failing.element.len().saturating_add(2);
    let start = failing.span.start;
    let span = Span { start, end: start.saturating_add(u32::try_from(end).unwrap_or_default()) };
    let label = format!("does not cover the {}", asked_for(failing.element));
    let marks = vec![
        Mark { span, label, primary: true },
        Mark { span: statement.effect.span, label: effect.to_owned(), primary: false },
    ];
    Some(draw(&policy.source, marks))
}

/// Words that fit next to a caret. The whole values are in what would have to be different.
fn short(words: &str, carets: usize) -> String {
    let room = WIDTH.saturating_sub(OTHER_COLUMNS).saturating_sub(carets).max(MIN_LABEL);
    if words.chars().count() <= room {
        return words.to_owned();
    }
    words.chars().take(room).chain(['…']).collect()
}

/// The part of the request that an element is about.
pub(super) fn asked_for(element: &str) -> &'static str {
    match element {
        "Action" | "NotAction" => "action",
        "Resource" | "NotResource" => "resource",
        _ => "requester",
    }
}

fn draw(source: &Source, marks: Vec<Mark>) -> String {
    let annotations = marks.into_iter().map(|mark| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(on_characters(source, mark.span)).label(clean(&mark.label))
    });
    let snippet = Snippet::source(source.text())
        .line_start(first_line(source))
        .path(source.name())
        .annotations(annotations);
    renderer().render(&[Group::with_level(Level::NOTE).element(snippet)])
}
