//! A decision for people: who may or may not do what, which statement decided it and where, what
//! each layer said, and what would have to be different.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::eval::{
    ConditionTrace, Decision, Explanation, LayerOutcome, NearMiss, PolicySet, Remedy, StatementRef,
    StatementTrace,
};
use polsim::lower::Layer;
use polsim::policy::Effect;
use polsim::request::Request;

use super::style::{BAD, GOOD, HEADING, styled};
use super::{WIDTH, excerpt, layers};

/// How many statements are drawn.
const DRAWN: usize = 3;
/// How many are named where they could be many.
const LISTED: usize = 5;

/// A decided request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) set: &'a PolicySet,
    pub(crate) request: &'a Request,
    pub(crate) explanation: &'a Explanation,
    /// Whether every statement is listed.
    pub(crate) all: bool,
}

/// The explanation as text, ending in a line break.
pub(crate) fn explanation(view: &View<'_>) -> String {
    let mut out = String::new();
    headline(view, &mut out);
    deciding_statements(view, &mut out);
    layers::summary(view, &mut out);
    remedies(view, &mut out);
    context(view, &mut out);
    if view.all {
        layers::every_statement(view, &mut out);
    }
    out
}

/// The decision as one sentence, in the words of AWS's access denied messages.
fn headline(view: &View<'_>, out: &mut String) {
    let View { request, explanation, .. } = view;
    let (word, verb) = match explanation.decision {
        Decision::Allowed => (styled(GOOD, "allowed"), "is"),
        Decision::ExplicitDeny => (styled(BAD, "explicitly denied"), "is not"),
        Decision::ImplicitDeny => (styled(BAD, "implicitly denied"), "is not"),
    };
    let _ = writeln!(out, "{word}: {}", clean(request.principal().id()));
    let _ = writeln!(out, "  {verb} authorized to perform: {}", clean(request.action().as_str()));
    let _ = writeln!(out, "  on resource: {}", clean(request.resource().as_str()));
    let _ = writeln!(out, "  {}", clean(&explanation.reason(request)));
}

/// Draws the statements that decided, or that come nearest to allowing the request.
fn deciding_statements(view: &View<'_>, out: &mut String) {
    let lowered = view.set.lowered();
    let decision = view.explanation.decision;
    let drawn: Vec<(&StatementTrace, String)> = match decision {
        _ if view.explanation.needs_no_permission => Vec::new(),
        Decision::Allowed => granting(view.explanation)
            .into_iter()
            .filter_map(|it| {
                Some((it, excerpt::statement(lowered, it, "this statement allows it", |_| true)?))
            })
            .collect(),
        Decision::ExplicitDeny => matching(view.explanation, Effect::Deny)
            .filter_map(|it| {
                Some((it, excerpt::statement(lowered, it, "this statement denies it", |_| true)?))
            })
            .collect(),
        Decision::ImplicitDeny => near_misses(view.explanation)
            .filter_map(|it| {
                let label = "this statement would allow it";
                Some((it, excerpt::statement(lowered, it, label, |it| !it.matches)?))
            })
            .chain(one_element_off(view.explanation).filter_map(|it| {
                let label = "this statement would allow it";
                Some((it, excerpt::element(lowered, it, label)?))
            }))
            .collect(),
    };
    for (_, text) in drawn.iter().take(DRAWN) {
        let _ = writeln!(out, "\n{text}");
    }
    let more = drawn.len().saturating_sub(DRAWN);
    if more > 0 {
        let _ = writeln!(out, "\n  and {more} more such statements");
    }
}

/// The Allow statement that grants an allowed request, where several do the first; the layers that
/// only limit are in the summary.
fn granting(explanation: &Explanation) -> Option<&StatementTrace> {
    let of = |layer: Layer| {
        matching(explanation, Effect::Allow)
            .find(|it| explanation.layers.iter().any(|l| l.layer == layer && contains(l, it)))
    };
    of(Layer::Identity).or_else(|| of(Layer::Resource))
}

fn contains(layer: &polsim::eval::LayerTrace, statement: &StatementTrace) -> bool {
    layer.statements.iter().any(|it| std::ptr::eq(it, statement))
}

fn matching(explanation: &Explanation, effect: Effect) -> impl Iterator<Item = &StatementTrace> {
    explanation
        .layers
        .iter()
        .filter(|layer| layer.outcome != LayerOutcome::NotAsked)
        .flat_map(|layer| &layer.statements)
        .filter(move |it| it.matches && it.statement.effect == effect)
}

/// The statements that would allow an implicitly denied request but for conditions.
fn near_misses(explanation: &Explanation) -> impl Iterator<Item = &StatementTrace> {
    let near = |it: &&StatementTrace| {
        explanation.remedies.iter().any(|remedy| match remedy {
            Remedy::NeedAllow { nearest, .. } => {
                nearest.iter().any(|miss| miss.statement == it.statement)
            }
            Remedy::AvoidDeny { .. } => false,
        })
    };
    explanation.layers.iter().flat_map(|layer| &layer.statements).filter(near)
}

/// The Allow statements of the layers where nothing comes nearer that fall short in one element
/// only.
fn one_element_off(explanation: &Explanation) -> impl Iterator<Item = &StatementTrace> {
    let lacks = |layer: Layer| {
        explanation.remedies.iter().any(|remedy| {
            matches!(remedy, Remedy::NeedAllow { layer: it, nearest, .. }
                if *it == layer && nearest.is_empty())
        })
    };
    let off = |it: &&StatementTrace| {
        it.statement.effect == Effect::Allow
            && it.elements.iter().filter(|element| !element.matches).count() == 1
            && it.conditions.iter().all(|condition| condition.matches)
    };
    let layers = explanation.layers.iter().filter(move |it| lacks(it.layer));
    layers.flat_map(|layer| &layer.statements).filter(off)
}

/// What would have to be different for a denied request.
fn remedies(view: &View<'_>, out: &mut String) {
    let remedies = &view.explanation.remedies;
    if remedies.is_empty() {
        return;
    }
    heading(out, "What would have to be different");
    for remedy in remedies.iter().take(LISTED) {
        match remedy {
            Remedy::AvoidDeny { statement, unless } => avoid_deny(statement, unless, out),
            Remedy::NeedAllow { layer, nearest, action, resource } => {
                if nearest.is_empty() {
                    need_allow(view, *layer, action, resource, out);
                } else {
                    nearly_allowed(*layer, nearest, out);
                }
            }
        }
    }
    let more = remedies.len().saturating_sub(LISTED);
    if more > 0 {
        let _ = writeln!(out, "  and {more} more");
    }
}

fn avoid_deny(statement: &StatementRef, unless: &[ConditionTrace], out: &mut String) {
    let name = named(statement);
    if unless.is_empty() {
        let text = format!(
            "{name} has no condition: it denies this action on this resource to this requester, \
             whatever the context"
        );
        paragraph(out, "  - ", &text);
        return;
    }
    let one_of = if unless.len() == 1 { "" } else { ", one of these is enough" };
    paragraph(out, "  - ", &format!("for {name} not to deny it{one_of}:"));
    for condition in unless {
        wanted(condition, false, out);
    }
}

fn nearly_allowed(layer: Layer, nearest: &[NearMiss], out: &mut String) {
    for miss in nearest.iter().take(LISTED) {
        let all_of = if miss.failing.len() == 1 { "" } else { ", all of these are needed" };
        let name = named(&miss.statement);
        paragraph(out, "  - ", &format!("for {name} ({}) to allow it{all_of}:", layer.in_words()));
        for condition in &miss.failing {
            wanted(condition, true, out);
        }
    }
}

fn wanted(condition: &ConditionTrace, hold: bool, out: &mut String) {
    let text = format!("{} ({})", condition.wanted(hold), condition.request_in_words());
    paragraph(out, "      ", &text);
}

/// No statement of the layer comes near: what an Allow would have to cover, and why those that
/// there are do not.
fn need_allow(view: &View<'_>, layer: Layer, action: &str, resource: &str, out: &mut String) {
    let article = if layer == Layer::Identity { "an" } else { "a" };
    let words = layer.in_words();
    paragraph(
        out,
        "  - ",
        &format!("{article} {words} would have to allow {action} on {resource}"),
    );
    let allows: Vec<&StatementTrace> = view
        .explanation
        .layers
        .iter()
        .filter(|it| it.layer == layer)
        .flat_map(|it| &it.statements)
        .filter(|it| it.statement.effect == Effect::Allow && !it.matches)
        .collect();
    for it in allows.iter().take(LISTED) {
        let failing: Vec<&str> =
            it.elements.iter().filter(|it| !it.matches).map(|it| it.element).collect();
        let what =
            if failing.is_empty() { "its conditions".to_owned() } else { failing.join(" and ") };
        let verb = if failing.len() > 1 || failing.is_empty() { "do" } else { "does" };
        let name = named(&it.statement);
        paragraph(
            out,
            "      ",
            &format!("{name} ({}): {what} {verb} not match", location(&it.statement)),
        );
    }
    let more = allows.len().saturating_sub(LISTED);
    if more > 0 {
        paragraph(out, "      ", &format!("and {more} more Allow statements that do not match"));
    }
}

/// What is absent from the context, and what was assumed.
fn context(view: &View<'_>, out: &mut String) {
    let absent = &view.explanation.absent_keys;
    if !absent.is_empty() {
        heading(out, "Context keys that the policies read and the request does not have");
        paragraph(out, "  ", &absent.join(", "));
    }
    let notes: Vec<&String> =
        view.explanation.notes.iter().filter(|note| matters(view, note)).collect();
    if !notes.is_empty() {
        heading(out, "Notes");
        for note in notes {
            paragraph(out, "  - ", note);
        }
    }
}

/// Whether a note about a context key is about one that the policies look at. Principal elements
/// look at the requester's ARN.
fn matters(view: &View<'_>, note: &str) -> bool {
    let Some(key) = note.split('`').find(|it| it.contains(':')) else { return true };
    view.all
        || view.set.lowered().policies.iter().any(|it| {
            it.policy.context_keys().into_iter().any(|read| read.is(key))
                || it.policy.statements.iter().any(|it| it.principal.is_some())
        })
}

pub(super) fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{}", styled(HEADING, text));
}

/// A statement's name: its Sid, or its number for people.
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

/// Text behind `start`, wrapped to the width and indented to where it began.
pub(super) fn paragraph(out: &mut String, start: &str, text: &str) {
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
