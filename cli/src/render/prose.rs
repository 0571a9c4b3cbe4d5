//! Building blocks of an explanation: headings, wrapped paragraphs, names and places of statements.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::eval::StatementRef;

use super::WIDTH;
use super::style::{HEADING, styled};

/// Writes a heading below an empty line.
pub(crate) fn section(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{}", styled(HEADING, text));
}

/// The name of a statement: its Sid, or its number, from one.
pub(super) fn named(statement: &StatementRef) -> String {
    match statement.statement.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(index) => match index.parse::<usize>() {
            Ok(index) => format!("statement {}", index.saturating_add(1)),
            Err(_) => format!("`{}`", clean(&statement.statement)),
        },
        None => format!("`{}`", clean(&statement.statement)),
    }
}

/// The policy and line of a statement.
pub(super) fn location(statement: &StatementRef) -> String {
    format!("{}:{}", clean(&statement.policy), statement.span.line)
}

/// Writes text behind `start`, wrapped to the width and indented to where it began.
pub(crate) fn paragraph(out: &mut String, start: &str, text: &str) {
    let indent = start.chars().count();
    let mut column = indent;
    out.push_str(start);
    let mut first = true;
    for word in clean(text).split(' ') {
        let width = word.chars().count();
        if !first && column.saturating_add(width).saturating_add(1) > WIDTH {
            let _ = write!(out, "\n{:indent$}", "");
            column = indent;
        } else if !first {
            out.push(' ');
            column = column.saturating_add(1);
        }
        out.push_str(word);
        column = column.saturating_add(width);
        first = false;
    }
    out.push('\n');
}
