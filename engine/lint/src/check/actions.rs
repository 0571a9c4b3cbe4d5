//! W0203 to W0206: names of actions that AWS does not have.

use std::fmt::Write as _;

use polsim::catalog::Catalog;
use polsim::policy::{ActionPattern, Polarity};

use crate::document::{Document, Entry, Names, Part};
use crate::draft::Draft;
use crate::found::Found;

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    let Some(catalog) = document.catalog else { return };
    for part in &document.statements {
        for entry in &part.entries {
            one(catalog, part, entry, found);
        }
    }
}

fn one(catalog: &Catalog, part: &Part<'_>, entry: &Entry<'_>, found: &mut Found<'_>) {
    let ActionPattern::Of { service, name } = entry.pattern else { return };
    let (prefix, rest) = (service.to_string(), name.to_string());
    let effect = match (part.denies(), part.statement.action.polarity) {
        (_, Polarity::AllBut) => "the entry leaves nothing out",
        (true, Polarity::Listed) => "the entry denies nothing",
        (false, Polarity::Listed) => "the entry allows nothing",
    };
    let draft = |code, what: String| Draft::new(code, entry.span, format!("{what}: {effect}"));
    match entry.names {
        Names::UnknownService => {
            let near = catalog.nearest_service(&prefix);
            let draft = draft("W0203", format!("AWS has no service `{prefix}`"));
            found.add(match near {
                Some(near) => draft.help(format!("did you mean `{near}:{rest}`?")).edit(
                    false,
                    entry.span,
                    format!("\"{near}:{rest}\""),
                ),
                None => draft,
            });
        }
        Names::UnknownAction => {
            let draft = draft("W0204", format!("`{prefix}` has no action `{rest}`"));
            found.add(instead(catalog, draft, entry, (&prefix, &rest)));
        }
        Names::NoMatch => {
            let near = longest_live_start(catalog, &prefix, &rest);
            let draft = draft("W0206", format!("no action matches `{prefix}:{rest}`"));
            found.add(draft.maybe_help(near));
        }
        Names::Withdrawn => {
            let date = catalog.date();
            let what = format!("AWS no longer lists `{prefix}:{rest}` (as of {date})");
            let draft = draft("W0205", what).help("remove the entry");
            // Of a list that has others; alone it would take its statement with it.
            let others = part.entries.len() > 1;
            found.add(if others { draft.removes_by_catalogue(entry.span) } else { draft });
        }
        Names::Any | Names::Listed(_) | Names::Unknown => (),
    }
}

/// The advice for a name that no action has: the actions that IAM checks for an API operation, or the
/// nearest name.
fn instead(catalog: &Catalog, draft: Draft, entry: &Entry<'_>, at: (&str, &str)) -> Draft {
    let (prefix, rest) = at;
    let checked = catalog.instead_of(prefix, rest);
    if let [first, others @ ..] = checked {
        let mut names = format!("`{prefix}:{first}`");
        for other in others {
            let _ = write!(names, " and `{prefix}:{other}`");
        }
        let draft = draft.help(format!("IAM checks this operation as {names}"));
        return draft.edit(false, entry.span, format!("\"{prefix}:{first}\""));
    }
    match catalog.nearest_action(prefix, rest) {
        Some(near) => draft.help(format!("did you mean `{near}`?")).edit(
            false,
            entry.span,
            format!("\"{near}\""),
        ),
        None => draft.help(format!("`polsim catalog {prefix}` lists its actions")),
    }
}

/// The longest beginning of a pattern with which names of the service begin.
fn longest_live_start(catalog: &Catalog, prefix: &str, pattern: &str) -> Option<String> {
    let literal = pattern.split(['*', '?']).next().unwrap_or_default();
    let actions = catalog.actions(prefix);
    let starts = |start: &str| {
        let start = start.to_ascii_lowercase();
        actions
            .iter()
            .any(|it| !it.is_withdrawn() && it.name().to_ascii_lowercase().starts_with(&start))
    };
    let ends = literal.char_indices().map(|(at, _)| at).chain([literal.len()]);
    let longest =
        ends.filter_map(|end| literal.get(..end)).rfind(|it| it.len() > 2 && starts(it))?;
    Some(format!("there are actions that begin with `{prefix}:{longest}`"))
}
