//! W0501, W0504 to W0506: what an identity policy grants without conditions.

use polsim::catalog::{Catalog, keys};
use polsim::policy::{ActionPattern, Polarity, PolicyType};
use polsim::request::Action;
use polsim::text::Span;

use crate::document::{Document, Names, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::model::{Call, Granted, Holder};

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    if !document.is(PolicyType::Identity) {
        return;
    }
    if let Some(catalog) = document.catalog {
        administrator(catalog, document, found);
    }
    if !found.has_anywhere("W0501") {
        all_but(document, found);
    }
}

/// W0501.
fn administrator(catalog: &Catalog, document: &Document<'_>, found: &mut Found<'_>) {
    for part in document.statements.iter().filter(|it| it.allows() && it.lists_actions()) {
        let any = part.entries.iter().find(|it| matches!(it.names, Names::Any));
        let Some(entry) = any.filter(|_| part.covers_every_resource()) else { continue };
        let mut alone = document.policy.clone();
        alone.statements.retain(|it| {
            it.effect.value == polsim::policy::Effect::Deny || it.span == part.statement.span
        });
        let mut holder = Holder::new(&alone);
        let mut shown = None;
        let everything = catalog.services().iter().filter(|it| !it.withdrawn).all(|service| {
            catalog.actions(&service.prefix).iter().filter(|it| !it.is_withdrawn()).all(|action| {
                let call = Call { prefix: &service.prefix, name: action.name(), ..Call::default() };
                let granted = holder.grants(catalog, call);
                let is_so = granted.is_some();
                shown = shown.take().or(granted);
                is_so
            })
        });
        if everything {
            let message = "the statement allows everything, changing permissions included";
            let draft = Draft::new("W0501", entry.span, message).shown(shown.map(|it| it.shown));
            found.add(draft.help("allow the actions that are needed"));
        }
    }
}

/// W0506.
fn all_but(document: &Document<'_>, found: &mut Found<'_>) {
    for part in document.statements.iter().filter(|it| it.allows() && !it.lists_actions()) {
        if part.covers_every_resource() {
            let span = part.statement.action.span;
            let message = "the statement allows every action but these, also those that AWS has yet to invent";
            found.add(Draft::new("W0506", span, message).help("list the actions that are meant"));
        }
    }
}

/// W0504, W0505: a role for any service.
pub(super) fn passes(
    catalog: &Catalog,
    document: &Document<'_>,
    holder: &mut Holder,
    named: &[usize],
    found: &mut Found<'_>,
) {
    let service = holder.fresh_service();
    let rows = [
        ("W0504", "PassRole", keys::IAM_PASSED_TO_SERVICE, "any role may be passed to any service"),
        (
            "W0505",
            "CreateServiceLinkedRole",
            keys::IAM_AWS_SERVICE_NAME,
            "a service-linked role may be made for any service",
        ),
    ];
    for (code, name, key, message) in rows {
        if !found.wants(code) {
            continue;
        }
        let context = [(key, &*service)];
        let call = Call { prefix: "iam", name, context: &context, own: false };
        let Some(granted) = holder.grants(catalog, call) else { continue };
        let Granted { statements, shown } = granted;
        for at in statements.iter().filter(|at| !named.contains(at)) {
            let Some(part) = document.statements.get(*at) else { continue };
            let Some(span) = entry_for(part, &format!("iam:{name}")) else { continue };
            let draft = Draft::new(code, span, message).shown(Some(shown.clone()));
            found
                .add(draft.help(format!("name the roles in Resource, and the service in `{key}`")));
        }
    }
}

/// The first entry that covers the action; of NotAction the element.
pub(super) fn entry_for(part: &Part<'_>, action: &str) -> Option<Span> {
    let element = &part.statement.action;
    if element.polarity == Polarity::AllBut {
        return Some(element.span);
    }
    let action: Action = action.parse().ok()?;
    let covers = |it: &&polsim::policy::Spanned<ActionPattern>| it.value.matches(&action);
    element.values.iter().find(covers).map(|it| it.span)
}
