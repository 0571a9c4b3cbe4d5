//! The layers of policies in an explanation: a line for each, and on demand every statement.

use std::fmt::Write as _;

use polsim::eval::{LayerOutcome, LayerTrace, StatementTrace};
use polsim::policy::Effect;

use super::excerpt::asked_for;
use super::prose::{location, named, paragraph, section};

/// Upper bound on the statements that the line of a layer names.
const MAX_NAMED: usize = 2;

/// Writes a line for each layer.
pub(super) fn summary(layers: &[LayerTrace], out: &mut String) {
    if layers.is_empty() {
        return;
    }
    section(out, "What each layer of policies said");
    let titles: Vec<String> = layers.iter().map(|it| named_title(it, layers)).collect();
    let width = titles.iter().map(String::len).max().unwrap_or_default();
    for (layer, title) in layers.iter().zip(&titles) {
        paragraph(out, &format!("  {title:width$}  "), &outcome(layer));
    }
}

fn title(layer: &LayerTrace) -> String {
    match layer.level {
        Some(level) => format!("{}, level {level}", layer.layer.in_words()),
        None => layer.layer.in_words().to_owned(),
    }
}

/// The title of a layer, with the names of its policies where another layer has the same.
fn named_title(layer: &LayerTrace, layers: &[LayerTrace]) -> String {
    let own = title(layer);
    let same = layers.iter().filter(|it| title(it) == own).count();
    let short = |it: &Box<str>| {
        let name = it.split(" (").next().unwrap_or(it);
        name.rsplit('/').next().unwrap_or(name).to_owned()
    };
    let names: Vec<String> = layer.policies.iter().map(short).collect();
    if same < 2 { own } else { format!("{own}, {}", names.join(", ")) }
}

/// The outcome of a layer in words.
fn outcome(layer: &LayerTrace) -> String {
    let of = |effect| matching(layer, effect).collect::<Vec<_>>();
    match layer.outcome {
        LayerOutcome::Allows => format!("allows: {}", names(&of(Effect::Allow))),
        LayerOutcome::Denies => format!("denies: {}", names(&of(Effect::Deny))),
        LayerOutcome::NotAsked => match &layer.because {
            Some(because) => format!("is not asked: {because}"),
            None => "is not asked about such a request".to_owned(),
        },
        LayerOutcome::Silent if !layer.statements.iter().any(is_allow) => format!(
            "does not allow: {} has no Allow statement, so it lets nothing through",
            layer.policies.join(", ")
        ),
        LayerOutcome::Silent => match layer.statements.len() {
            1 => "does not allow: its one statement does not match".to_owned(),
            count => format!("does not allow: none of its {count} statements matches"),
        },
    }
}

fn is_allow(it: &StatementTrace) -> bool {
    it.statement.effect == Effect::Allow
}

fn matching(layer: &LayerTrace, effect: Effect) -> impl Iterator<Item = &StatementTrace> {
    layer.statements.iter().filter(move |it| it.matches && it.statement.effect == effect)
}

fn names(statements: &[&StatementTrace]) -> String {
    let mut words: Vec<String> = statements
        .iter()
        .take(MAX_NAMED)
        .map(|it| format!("{} ({})", named(&it.statement), location(&it.statement)))
        .collect();
    let more = statements.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

/// Writes every statement of every layer, each with the elements or conditions that do not match.
pub(super) fn every_statement(layers: &[LayerTrace], out: &mut String) {
    section(out, "Every statement");
    for layer in layers {
        let asked = match layer.outcome {
            LayerOutcome::NotAsked => " (not asked about such a request)",
            _ => "",
        };
        let _ = writeln!(out, "  {}{asked}", title(layer));
        for statement in &layer.statements {
            one_statement(statement, out);
        }
    }
}

fn one_statement(it: &StatementTrace, out: &mut String) {
    let effect = match it.statement.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    let outcome = if it.matches { "matches" } else { "does not match" };
    let place = location(&it.statement);
    let name = named(&it.statement);
    paragraph(out, &format!("    {effect:5} "), &format!("{name} ({place}) {outcome}"));
    let mut elements = it.elements.iter().filter(|element| !element.matches).peekable();
    // Where an element does not cover the request, what the conditions say is beside the point.
    if elements.peek().is_some() {
        for element in elements {
            let text =
                format!("{} does not cover the {}", element.element, asked_for(element.element));
            paragraph(out, "          ", &text);
        }
        return;
    }
    for condition in &it.conditions {
        let outcome = if condition.matches { "holds" } else { "does not hold" };
        let (operator, key) = (&condition.operator, &condition.key);
        let (request, policy) = (condition.request_in_words(), condition.policy_in_words());
        let text = format!("{operator} {key} {outcome}: {request}, {policy}");
        paragraph(out, "          ", &text);
    }
}
