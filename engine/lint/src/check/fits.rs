//! W0207 to W0209, W0219, W0221: actions and the resources that they are about.

use polsim::catalog::{AccessLevel, Catalog, Fit, ListedAction};
use polsim::policy::{PolicyType, ResourcePattern, Spanned};

use crate::document::{Document, Entry, Part};
use crate::draft::Draft;
use crate::found::Found;

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        regions(part, found);
        let Some(catalog) = document.catalog else { continue };
        if document.is(PolicyType::Trust) || !part.lists_actions() || part.has_faulty_entry() {
            continue;
        }
        if let Some(entries) = part.listed_entries() {
            fits(catalog, part, &entries, document.is(PolicyType::Key), found);
            scopable(document, part, &entries, found);
        }
    }
}

type Listed<'p, 'a> = (&'p Entry<'a>, &'p [ListedAction<'a>]);

/// The answer for an action and an entry of Resource. A key policy is about its own key, which it
/// calls `*`.
fn fit(catalog: &Catalog, action: &ListedAction<'_>, entry: &ResourcePattern, key: bool) -> Fit {
    match entry {
        ResourcePattern::Any => Fit::Yes,
        ResourcePattern::Never => Fit::No,
        ResourcePattern::Arn { .. } if key => Fit::No,
        ResourcePattern::Arn { components, crosses_colons } => {
            catalog.fits(action, components, crosses_colons.as_ref())
        }
    }
}

fn fits(
    catalog: &Catalog,
    part: &Part<'_>,
    entries: &[Listed<'_, '_>],
    key: bool,
    found: &mut Found<'_>,
) {
    let resources = part.resources();
    let no = |action: &ListedAction<'_>, entry: &Spanned<ResourcePattern>| {
        fit(catalog, action, &entry.value, key) == Fit::No
    };
    if resources.is_empty() || resources.iter().any(|it| it.value == ResourcePattern::Any) {
        return;
    }
    let dead = |(_, actions): &Listed<'_, '_>| {
        actions.iter().all(|action| resources.iter().all(|it| no(action, it)))
    };
    let dead: Vec<bool> = entries.iter().map(dead).collect();
    let effect = if part.denies() { "denies" } else { "allows" };
    if dead.iter().all(|it| *it) {
        let Some(element) = &part.statement.resource else { return };
        let actions = entries.iter().flat_map(|(_, actions)| actions.iter());
        let message =
            format!("no action of the statement is about these resources: it {effect} nothing");
        let needs: Vec<String> = actions.take(3).map(needed).collect();
        found.add(Draft::new("W0207", element.span, message).help(needs.join("; ")));
        return;
    }
    for resource in resources {
        let none =
            |(_, actions): &Listed<'_, '_>| actions.iter().all(|action| no(action, resource));
        if entries.iter().all(none) {
            found.add(useless(catalog, entries, resource, key));
        }
    }
    for ((entry, actions), _) in entries.iter().zip(&dead).filter(|(_, dead)| **dead) {
        let message = format!(
            "`{}` is about none of the resources: the entry {effect} nothing",
            entry.pattern
        );
        let help = actions.first().map(needed);
        found.add(Draft::new("W0209", entry.span, message).maybe_help(help));
    }
}

/// The finding of a resource that no action is about.
fn useless(
    catalog: &Catalog,
    entries: &[Listed<'_, '_>],
    resource: &Spanned<ResourcePattern>,
    key: bool,
) -> Draft {
    let text = written(&resource.value);
    let message = format!("no action of the statement is about `{text}`: the entry is in vain");
    let draft = Draft::new("W0208", resource.span, message);
    let inside = ResourcePattern::with_behind(&resource.value, "/*");
    let would = |(_, actions): &Listed<'_, '_>| {
        let Some(inside) = &inside else { return false };
        actions.iter().any(|action| fit(catalog, action, inside, key) == Fit::Yes)
    };
    if entries.iter().any(would) {
        return draft.help(format!("did you mean `{text}/*`?")).edit(
            false,
            resource.span,
            format!("\"{text}/*\""),
        );
    }
    let first = entries.iter().flat_map(|(_, actions)| actions.iter()).next();
    draft.maybe_help(first.map(needed))
}

/// The entry as it is compared.
fn written(entry: &ResourcePattern) -> String {
    match entry {
        ResourcePattern::Any | ResourcePattern::Never => "*".to_owned(),
        ResourcePattern::Arn { components, .. } => {
            let parts: Vec<String> = components.iter().map(ToString::to_string).collect();
            parts.join(":")
        }
    }
}

/// The entry with a text behind it.
trait Behind: Sized {
    fn with_behind(entry: &Self, text: &str) -> Option<Self>;
}

impl Behind for ResourcePattern {
    fn with_behind(entry: &Self, text: &str) -> Option<Self> {
        let Self::Arn { components, .. } = entry else { return None };
        let [one, two, three, four, five, last] = (**components).clone();
        let longer = polsim::text::Pattern::from_pieces(
            last.pieces()
                .iter()
                .cloned()
                .chain(polsim::text::Pattern::wildcard(text).pieces().iter().cloned()),
        );
        let components = Box::new([one, two, three, four, five, longer]);
        Some(Self::Arn { components, crosses_colons: None })
    }
}

/// The resources that an action is about, in words.
fn needed(action: &ListedAction<'_>) -> String {
    let name = format!("`{}:{}`", action.service().prefix, action.name());
    let types = action.resource_types();
    let formats: Vec<String> =
        types.iter().take(2).map(|(it, _)| format!("`{}`", it.format)).collect();
    if formats.is_empty() {
        format!("{name} takes only `*`")
    } else {
        format!("{name} is about {}", formats.join(" or "))
    }
}

/// W0219: every resource, where each action could name some.
fn scopable(
    document: &Document<'_>,
    part: &Part<'_>,
    entries: &[Listed<'_, '_>],
    found: &mut Found<'_>,
) {
    let changes = |action: &ListedAction<'_>| {
        let level = action.level();
        let changes = [AccessLevel::Write, AccessLevel::Permissions, AccessLevel::Tagging];
        level.is_some_and(|level| changes.contains(&level)) && !action.resource_types().is_empty()
    };
    let all = || entries.iter().all(|(_, actions)| actions.iter().all(changes));
    let wide = part.resources().iter().find(|it| it.value == ResourcePattern::Any);
    if let Some(wide) = wide
        && document.is(PolicyType::Identity)
        && part.allows()
        && part.tests.is_empty()
        && found.wants("W0219")
        && all()
    {
        let first = entries.iter().flat_map(|(_, actions)| actions.iter()).next();
        let message = "the statement is about every resource, and its actions could name some";
        found.add(Draft::new("W0219", wide.span, message).maybe_help(first.map(needed)));
    }
}

/// W0221: regions that are none.
fn regions(part: &Part<'_>, found: &mut Found<'_>) {
    for entry in part.statement.resource.iter().flat_map(|it| &it.values) {
        let ResourcePattern::Arn { components, .. } = &entry.value else { continue };
        let Some(region) = components.get(3).and_then(|it| it.as_literal()) else { continue };
        if !region.is_empty() && !is_region(region) {
            let message = format!("`{region}` is no region: the entry matches no resource");
            found.add(
                Draft::new("W0221", entry.span, message)
                    .help("regions are written as in `eu-west-1` or `us-gov-west-1`"),
            );
        }
    }
}

/// The shape `^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}$`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [area, middle @ .., number] = &parts[..] else { return false };
    let letters = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_lowercase());
    letters(area)
        && (2..=3).contains(&area.len())
        && !middle.is_empty()
        && middle.iter().all(|it| letters(it))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}
