//! The explanation of a decision as text: the decision in a sentence, the deciding statements as
//! excerpts, a line for each layer, the remedies, and remarks about the context.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::catalog::readings;
use polsim::eval::{Decision, Explanation, LayerOutcome, PolicySet, Remedy, StatementTrace};
use polsim::lower::Layer;
use polsim::policy::Effect;
use polsim::request::{Note, Request};

use super::prose::{paragraph, section};
use super::style::{BAD, GOOD, styled};
use super::{excerpt, layers, remedies};

/// Upper bound on the statements that are drawn as excerpts.
const MAX_EXCERPTS: usize = 3;

/// A decided request with its explanation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) set: &'a PolicySet,
    pub(crate) request: &'a Request,
    pub(crate) explanation: &'a Explanation,
    /// Lists every statement of every layer as well (`--explain-all`).
    pub(crate) all: bool,
}

/// The explanation as text, ending in a line break.
pub(crate) fn explanation(view: &View<'_>) -> String {
    let mut out = String::new();
    headline(view, &mut out);
    deciding_statements(view, &mut out);
    layers::summary(&view.explanation.layers, &mut out);
    remedies::remedies(view.explanation, &mut out);
    rests_on(view, &mut out);
    context(view, &mut out);
    if view.all {
        layers::every_statement(&view.explanation.layers, &mut out);
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

/// Draws the statements that decided the request, or that come nearest to allowing the request.
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
    for (_, text) in drawn.iter().take(MAX_EXCERPTS) {
        let _ = writeln!(out, "\n{text}");
    }
    let more = drawn.len().saturating_sub(MAX_EXCERPTS);
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

/// True if the layer has this very statement.
fn contains(layer: &polsim::eval::LayerTrace, statement: &StatementTrace) -> bool {
    layer.statements.iter().any(|it| std::ptr::eq(it, statement))
}

/// The statements of an effect that match, in layers that are asked.
fn matching(explanation: &Explanation, effect: Effect) -> impl Iterator<Item = &StatementTrace> {
    explanation
        .layers
        .iter()
        .filter(|layer| layer.outcome != LayerOutcome::NotAsked)
        .flat_map(|layer| &layer.statements)
        .filter(move |it| it.matches && it.statement.effect == effect)
}

/// The statements that only their conditions keep from allowing an implicitly denied request.
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

/// Writes the context keys that the request lacks, and the notes about assumptions.
fn context(view: &View<'_>, out: &mut String) {
    let absent = &view.explanation.absent_keys;
    if !absent.is_empty() {
        section(out, "Context keys that the policies read and the request does not have");
        paragraph(out, "  ", &absent.join(", "));
    }
    let notes: Vec<&Note> =
        view.explanation.notes.iter().filter(|note| matters(view, &note.text)).collect();
    if !notes.is_empty() {
        section(out, "Notes");
        for note in notes {
            paragraph(out, "  - ", &note.text);
        }
    }
}

/// Writes the readings that the decision rests on: what AWS leaves open, and the decision on the
/// other side.
fn rests_on(view: &View<'_>, out: &mut String) {
    if view.explanation.rests_on.is_empty() {
        return;
    }
    section(out, "This rests on what AWS leaves open");
    for it in &view.explanation.rests_on {
        let Some((reading, side)) = readings::of_choice(&it.choice) else { continue };
        let text = format!(
            "{}: {} ({}, the default). If {}: {}. AWS's pages: {}",
            reading.name, reading.default.says, it.sure, side.says, it.otherwise, reading.pages
        );
        paragraph(out, "  - ", &text);
    }
}

/// True for a note that is about no context key, or about one that the policies read. Principal
/// elements look at the requester's ARN.
fn matters(view: &View<'_>, note: &str) -> bool {
    let mut quoted = note.split('`').skip(1).step_by(2);
    let Some(key) = quoted.find(|it| it.contains(':')) else { return true };
    view.all
        || view.set.lowered().policies.iter().any(|it| {
            it.policy.context_keys().into_iter().any(|read| read.is(key))
                || it.policy.statements.iter().any(|it| it.principal.is_some())
        })
}
