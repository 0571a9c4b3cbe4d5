//! W0502, W0503: known paths to more permissions.

use polsim::catalog::escalation::{Kind, Path};
use polsim::catalog::{Catalog, keys};
use polsim::policy::PolicyType;
use polsim::prove::Limits;
use polsim::text::Span;

use crate::check::granted::{entry_for, passes};
use crate::document::Document;
use crate::finding::Shown;
use crate::linter::{Draft, Found};
use crate::model::{Call, Granted, Holder};

/// The policy that paths attach.
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A path that is open, and the requests that walk it.
struct Open {
    path: &'static Path,
    steps: Vec<(&'static str, Granted)>,
}

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>, _limits: Limits<'_>) {
    let Some(catalog) = document.catalog else { return };
    let allows = document.statements.iter().any(|it| it.allows());
    if !document.is(PolicyType::Identity) || !allows || found.has_anywhere("W0501") {
        return;
    }
    let mut holder = Holder::new(document.policy);
    let mut open: Vec<Open> = Path::all()
        .iter()
        .filter(|path| path.kind != Kind::Existing)
        .filter_map(|path| Some(Open { path, steps: walk(catalog, &mut holder, path)? }))
        .collect();
    let paths: Vec<&Path> = open.iter().map(|it| it.path).collect();
    open.retain(|it| !paths.iter().any(|other| it.path.is_longer_than(other)));
    let mut named: Vec<usize> = Vec::new();
    let mut places: Vec<(Span, Vec<&Open>)> = Vec::new();
    for it in &open {
        named.extend(it.steps.iter().flat_map(|(_, granted)| &granted.statements));
        let Some(span) = last_step(document, it) else { continue };
        match places.iter_mut().find(|(known, _)| *known == span) {
            Some((_, paths)) => paths.push(it),
            None => places.push((span, vec![it])),
        }
    }
    for (span, paths) in &places {
        found.add(report(document, *span, paths));
    }
    passes(catalog, document, &mut holder, &named, found);
}

/// The requests of a path, if each is allowed.
fn walk(catalog: &Catalog, holder: &mut Holder, path: &'static Path) -> Option<Vec<(&'static str, Granted)>> {
    let mut steps = Vec::new();
    for action in path.actions {
        steps.push((*action, step(catalog, holder, path, action)?));
    }
    Some(steps)
}

/// The request of one action of a path, if it is allowed.
fn step(catalog: &Catalog, holder: &mut Holder, path: &Path, action: &str) -> Option<Granted> {
    let (prefix, name) = action.split_once(':')?;
    let mut services: Vec<&str> = path.services.to_vec();
    if action != "iam:PassRole" {
        services.clear();
    }
    if services.is_empty() {
        let context = [(keys::IAM_POLICY_ARN, ADMINISTRATOR)];
        let attaches = matches!(name, "AttachUserPolicy" | "AttachRolePolicy" | "AttachGroupPolicy");
        let context: &[(&str, &str)] = if attaches { &context } else { &[] };
        return holder.grants(catalog, Call { prefix, name, context, own: path.own });
    }
    let mut granted = None;
    for service in services {
        let context = [(keys::IAM_PASSED_TO_SERVICE, service)];
        let call = Call { prefix, name, context: &context, own: false };
        granted = Some(holder.grants(catalog, call)?);
    }
    granted
}

/// The entry that gives the last action of a path.
fn last_step(document: &Document<'_>, open: &Open) -> Option<Span> {
    let (action, granted) = open.steps.last()?;
    let statements = granted.statements.iter().filter_map(|at| document.statements.get(*at));
    statements.filter_map(|part| entry_for(part, action)).next()
}

fn report(document: &Document<'_>, span: Span, paths: &[&Open]) -> Draft {
    let names: Vec<&str> = paths.iter().take(3).map(|it| it.path.id).collect();
    let more = paths.len().saturating_sub(names.len());
    let names = match more {
        0 => names.join(", "),
        _ => format!("{} and {more} more", names.join(", ")),
    };
    let way = if paths.len() == 1 { "the path" } else { "the paths" };
    let held_back = paths.iter().all(|it| it.path.id == "delete-boundary");
    let message = match held_back {
        true => format!("the holder can get what a boundary held back: {way} {names}"),
        false => format!("the holder can get more permissions: {way} {names}"),
    };
    let mut draft = Draft::new("W0502", span, message);
    let mut shown: Option<Shown> = None;
    let mut marked: Vec<Span> = vec![span];
    for (action, granted) in paths.iter().flat_map(|it| &it.steps) {
        shown = shown.or_else(|| Some(granted.shown.clone()));
        let parts = granted.statements.iter().filter_map(|at| document.statements.get(*at));
        for entry in parts.filter_map(|part| entry_for(part, action)) {
            if !marked.contains(&entry) {
                marked.push(entry);
                draft = draft.label(entry, format!("gives {action}"));
            }
        }
    }
    let steps: Vec<&str> = paths.first().map_or(Vec::new(), |it| it.path.actions.to_vec());
    let last = paths.iter().flat_map(|it| &it.steps).last();
    let shown = last.map(|(_, granted)| granted.shown.clone()).or(shown);
    draft
        .help(format!(
            "{} together do it; name the resources, pin `iam:PassedToService`, or require a boundary",
            steps.join(", ")
        ))
        .shown(shown)
}
