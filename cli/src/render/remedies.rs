//! Remedies: the changes of a denied request with which it would be allowed.

use std::fmt::Write as _;

use polsim::eval::{
    ConditionTrace, ElementTrace, Explanation, LayerTrace, NearMiss, Parting, Remedy, StatementRef,
    StatementTrace,
};
use polsim::lower::Layer;
use polsim::policy::Effect;

use super::prose::{location, named, paragraph, section};

/// Upper bound on the remedies, statements and near misses that are listed.
const MAX_LISTED: usize = 5;

/// Writes the remedies of a denied request.
pub(super) fn remedies(explanation: &Explanation, out: &mut String) {
    let remedies = &explanation.remedies;
    if remedies.is_empty() {
        return;
    }
    section(out, "What would have to be different");
    for remedy in remedies.iter().take(MAX_LISTED) {
        match remedy {
            Remedy::AvoidDeny { statement, unless } => avoid_deny(statement, unless, out),
            Remedy::NeedAllow { layer, nearest, action, resource } => {
                if !nearest.iter().any(|it| it.layer == *layer) {
                    need_allow(&explanation.layers, *layer, action, resource, out);
                }
                nearly_allowed(*layer, nearest, out);
            }
        }
    }
    let more = remedies.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        let _ = writeln!(out, "  and {more} more");
    }
}

/// Writes the conditions of which one has to fail for a Deny not to match.
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

/// Writes the conditions that keep the nearest Allow statements from matching.
fn nearly_allowed(layer: Layer, nearest: &[NearMiss], out: &mut String) {
    for miss in nearest.iter().take(MAX_LISTED) {
        let all_of = if miss.failing.len() == 1 { "" } else { ", all of these are needed" };
        let name = named(&miss.statement);
        let or = if miss.layer == layer { "" } else { "or, which is enough, " };
        let words = miss.layer.in_words();
        paragraph(out, "  - ", &format!("{or}for {name} ({words}) to allow it{all_of}:"));
        for condition in &miss.failing {
            wanted(condition, true, out);
        }
    }
}

/// Writes a condition as it would have to be.
fn wanted(condition: &ConditionTrace, hold: bool, out: &mut String) {
    let text = format!("{} ({})", condition.wanted(hold), condition.request_in_words());
    paragraph(out, "      ", &text);
}

/// Writes the Allow that a layer lacks where no statement of it comes near, and the reasons why its
/// statements do not match.
fn need_allow(layers: &[LayerTrace], layer: Layer, action: &str, resource: &str, out: &mut String) {
    let article = if layer == Layer::Identity { "an" } else { "a" };
    let words = layer.in_words();
    paragraph(
        out,
        "  - ",
        &format!("{article} {words} would have to allow {action} on {resource}"),
    );
    let allows: Vec<&StatementTrace> = layers
        .iter()
        .filter(|it| it.layer == layer)
        .flat_map(|it| &it.statements)
        .filter(|it| it.statement.effect == Effect::Allow && !it.matches)
        .collect();
    for it in allows.iter().take(MAX_LISTED) {
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
        if let Some(parting) = it.elements.iter().find_map(ElementTrace::parting) {
            let Parting { part, pattern, arn, .. } = parting;
            paragraph(out, "        ", &format!("{part}: pattern `{pattern}`, ARN `{arn}`"));
        }
    }
    let more = allows.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        paragraph(out, "      ", &format!("and {more} more Allow statements that do not match"));
    }
}
