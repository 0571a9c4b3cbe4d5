//! W0401 to W0405: parts of a document that change nothing.

use polsim::lower::AttachedPolicy;
use polsim::policy::{ActionPattern, Effect, Polarity, ResourcePattern, Spanned, Statement};
use polsim::prove::{Limits, Redundancy, Redundant, RedundantKind};
use polsim::text::{CaseRule, Pattern, TextSet};

use crate::document::{Document, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::place::holds;

/// W0404: entries that another entry of the same element includes.
pub(super) fn entries(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        covered(&part.statement.action.values, covers_action, found);
        if let Some(element) = &part.statement.resource {
            covered(&element.values, covers_resource, found);
        }
    }
}

fn covered<T>(values: &[Spanned<T>], covers: fn(&T, &T) -> bool, found: &mut Found<'_>) {
    for (at, value) in values.iter().enumerate() {
        // Of two that include each other the first stays.
        let wider = values.iter().enumerate().find(|(other, wide)| {
            *other != at
                && covers(&wide.value, &value.value)
                && (*other < at || !covers(&value.value, &wide.value))
        });
        if let Some((_, wide)) = wider {
            let message = "another entry covers this one";
            let draft = Draft::new("W0404", value.span, message);
            found.add(draft.label(wide.span, "includes it").removes(value.span));
        }
    }
}

fn covers_action(wide: &ActionPattern, narrow: &ActionPattern) -> bool {
    match (wide, narrow) {
        (ActionPattern::Any, _) => true,
        (_, ActionPattern::Any) => false,
        (ActionPattern::Of { service, name }, ActionPattern::Of { service: s, name: n }) => {
            service.includes(s, CaseRule::AsciiFolded) && name.includes(n, CaseRule::AsciiFolded)
        }
    }
}

fn covers_resource(wide: &ResourcePattern, narrow: &ResourcePattern) -> bool {
    use ResourcePattern as R;
    match (wide, narrow) {
        (R::Any, _) => true,
        (
            R::Arn { components, crosses_colons },
            R::Arn { components: own, crosses_colons: cross },
        ) => {
            let parts = components.iter().zip(&**own);
            let each = parts.into_iter().all(|(wide, own)| wide.includes(own, CaseRule::Exact));
            let whole = match (crosses_colons, cross) {
                (_, None) => true,
                (Some(wide), Some(own)) => wide.includes(own, CaseRule::Exact),
                (None, Some(_)) => false,
            };
            each && whole
        }
        _ => false,
    }
}

/// W0401, W0402, W0403, W0405.
pub(super) fn statements(document: &Document<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    let wanted: Vec<bool> =
        document.statements.iter().map(|part| is_wanted(document, part, found)).collect();
    if !wanted.contains(&true) {
        return;
    }
    let policies = [AttachedPolicy::new(document.policy.clone())];
    let is_wanted = |at: usize| wanted.get(at).copied().unwrap_or(false);
    let answer = Redundancy::new(&policies).reduce(&is_wanted, limits);
    found.undecided = found.undecided.saturating_add(answer.unknown.len());
    for it in &answer.found {
        let at = |part: &&Part<'_>| holds(part.statement.span, it.span);
        let Some(part) = document.statements.iter().find(at) else { continue };
        let in_guards = found.findings.iter().any(|it| {
            let labels = it.diagnostic.labels.iter().map(|label| label.span);
            it.code() == "W0406"
                && labels.chain([it.diagnostic.span]).any(|span| span == part.statement.span)
        });
        match it.kind {
            RedundantKind::NeverMatches => found.add(never(part, it)),
            RedundantKind::Statement if part.allows() && always_denied(document, part, limits) => {
                found.add(vain("W0402", part, it));
            }
            RedundantKind::Statement if !in_guards => found.add(vain("W0403", part, it)),
            RedundantKind::Condition if !in_guards && !found.has(part, &["W0407"]) => {
                condition(part, it, found);
            }
            _ => (),
        }
    }
}

/// True for a statement that may have such a finding: nothing else is the matter with it, and a cheap
/// necessary condition holds.
fn is_wanted(document: &Document<'_>, part: &Part<'_>, found: &Found<'_>) -> bool {
    let other_matter = found.has(part, &["W0203", "W0204", "W0205", "W0206", "W0207", "W0211"]);
    if other_matter || found.has_in_conditions(part) {
        return false;
    }
    !part.tests.is_empty() || may_be_vain(document, part)
}

/// A cheap necessary condition: another statement may meet this one, or it may contradict itself.
fn may_be_vain(document: &Document<'_>, part: &Part<'_>) -> bool {
    let negated = |it: &Statement| {
        it.action.polarity == Polarity::AllBut
            || it.resource.as_ref().is_some_and(|it| it.polarity == Polarity::AllBut)
    };
    let meets = |other: &Part<'_>| {
        other.index != part.index
            && (!other.lists_actions()
                || !part.lists_actions()
                || other
                    .entries
                    .iter()
                    .any(|one| part.entries.iter().any(|two| may_meet(one.pattern, two.pattern))))
    };
    part.tests.len() > 1 || negated(part.statement) || document.statements.iter().any(meets)
}

fn may_meet(one: &ActionPattern, two: &ActionPattern) -> bool {
    let (ActionPattern::Of { service, name }, ActionPattern::Of { service: s, name: n }) =
        (one, two)
    else {
        return true;
    };
    let set = |it: &Pattern| TextSet::of(&Pattern::wildcard(&it.to_string().to_ascii_lowercase()));
    set(service).meets(&set(s)) && set(name).meets(&set(n))
}

fn condition(part: &Part<'_>, answer: &Redundant, found: &mut Found<'_>) {
    let Some(test) = part.tests.iter().find(|it| it.condition.span == answer.span) else { return };
    let message = format!(
        "the test of `{}` changes nothing: without it every decision is the same",
        test.name()
    );
    let draft = Draft::new("W0405", test.condition.key.span, message);
    found.add(draft.removes(test.condition.span));
}

fn never(part: &Part<'_>, answer: &Redundant) -> Draft {
    let mut draft = Draft::new("W0401", part.statement.span, "no request matches this statement");
    for cover in &answer.covered_by {
        draft = draft.label(cover.span, "these exclude each other");
    }
    draft
}

fn vain(code: &'static str, part: &Part<'_>, answer: &Redundant) -> Draft {
    let (message, role) = match (code, part.allows()) {
        ("W0402", _) => ("every request that this Allow matches is denied", "denies it"),
        (_, true) => ("without this Allow every decision is the same", "covers it"),
        (_, false) => ("without this Deny every decision is the same", "covers it"),
    };
    let span = part.statement.span;
    let mut draft = Draft::new(code, span, message).removes(span);
    for cover in &answer.covered_by {
        draft = draft.label(cover.span, role);
    }
    draft
}

/// True if the Allow together with all Deny statements grants nothing.
fn always_denied(document: &Document<'_>, part: &Part<'_>, limits: Limits<'_>) -> bool {
    let mut alone = document.policy.clone();
    alone.statements.retain(|it| it.effect.value == Effect::Deny || it.span == part.statement.span);
    let at = alone.statements.iter().position(|it| it.span == part.statement.span);
    let policies = [AttachedPolicy::new(alone)];
    let answer = Redundancy::new(&policies).reduce(&|index| Some(index) == at, limits);
    answer.found.iter().any(|it| it.kind == RedundantKind::Statement)
}
