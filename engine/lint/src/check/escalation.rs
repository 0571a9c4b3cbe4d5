//! W0502, W0503: known paths to more permissions.

use polsim::catalog::escalation::{Kind, Path};
use polsim::catalog::{Catalog, keys};
use polsim::lower::AttachedPolicy;
use polsim::policy::PolicyType;
use polsim::prove::{Claim, Limits, RequestShape};
use polsim::text::Span;

use crate::ask::{Answer, When, ask};
use crate::check::granted::{entry_for, passes};
use crate::document::{Document, Part};
use crate::draft::Draft;
use crate::finding::Shown;
use crate::found::Found;
use crate::model::{CALLER, Call, Granted, Holder};

/// The policy that paths attach.
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A path that is open, and the requests that walk it.
struct Open {
    path: &'static Path,
    steps: Vec<(&'static str, Granted)>,
}

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    let Some(catalog) = document.catalog else { return };
    let allows = document.statements.iter().any(Part::allows);
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
    if found.wants("W0503") {
        conditional(document, catalog, &mut holder, &paths, found, limits);
    }
    passes(catalog, document, &mut holder, &named, found);
}

/// W0503: paths that are open for some values of keys, or if the thing that they use is there.
fn conditional(
    document: &Document<'_>,
    catalog: &Catalog,
    holder: &mut Holder,
    open: &[&Path],
    found: &mut Found<'_>,
    limits: Limits<'_>,
) {
    for path in Path::all() {
        let is_open = |it: &&Path| it.id == path.id || path.is_longer_than(it);
        if open.iter().any(is_open) {
            continue;
        }
        let mut span = None;
        let mut shown = None;
        let possible = path.actions.iter().all(|action| {
            let answer = match step(catalog, holder, path, action) {
                Some(granted) => Some(granted.shown),
                None => some_request(document, catalog, holder, (path, action), limits),
            };
            let allows = document.statements.iter().filter(|it| it.allows());
            span = allows.into_iter().find_map(|part| entry_for(part, action)).or(span);
            shown = answer;
            shown.is_some()
        });
        let Some(span) = span.filter(|_| possible) else { continue };
        let id = path.id;
        let message = match path.kind {
            Kind::Existing => {
                format!(
                    "the holder can get the permissions of what is there already: the path {id}"
                )
            }
            _ => format!("the holder can get more permissions under conditions: the path {id}"),
        };
        let draft = Draft::new("W0503", span, message).shown(shown.take());
        found.add(draft.help(format!("{} together do it", path.actions.join(", "))));
    }
}

/// A request for an action of a path that is allowed with suitable values of keys.
fn some_request(
    document: &Document<'_>,
    catalog: &Catalog,
    holder: &Holder,
    (path, action): (&Path, &str),
    limits: Limits<'_>,
) -> Option<Shown> {
    let (prefix, name) = action.split_once(':')?;
    let resources = holder.resources(&catalog.action(prefix, name)?);
    let callers: Vec<String> = holder
        .accounts()
        .iter()
        .flat_map(|it| ["role", "user"].map(|kind| format!("arn:aws:iam::{it}:{kind}/{CALLER}")))
        .collect();
    let mut shape = RequestShape::default()
        .for_actions([action])
        .and_then(|it| it.on_resources(resources.iter().map(String::as_str)))
        .and_then(|it| it.of_principals(callers.iter().map(String::as_str)))
        .ok()?;
    if action == "iam:PassRole" {
        let mut when = When::default();
        for service in path.services {
            when.add("StringEquals", keys::IAM_PASSED_TO_SERVICE, *service);
        }
        shape.when = when.conditions();
    }
    let policies = vec![AttachedPolicy::new(document.policy.clone())];
    match ask(Claim::Deny, shape, policies, limits) {
        Answer::Fails(shown) => Some(shown),
        Answer::Holds(_) | Answer::Undecided => None,
    }
}

/// The requests of a path, if each is allowed.
fn walk(
    catalog: &Catalog,
    holder: &mut Holder,
    path: &'static Path,
) -> Option<Vec<(&'static str, Granted)>> {
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
        let attaches =
            matches!(name, "AttachUserPolicy" | "AttachRolePolicy" | "AttachGroupPolicy");
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
    let mut statements = granted.statements.iter().filter_map(|at| document.statements.get(*at));
    statements.find_map(|part| entry_for(part, action))
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
    let message = if held_back {
        format!("the holder can get what a boundary held back: {way} {names}")
    } else {
        format!("the holder can get more permissions: {way} {names}")
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
