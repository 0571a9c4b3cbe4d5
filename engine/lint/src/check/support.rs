//! W0211 to W0213: keys that the actions of a statement never have.

use polsim::catalog::network_keys::ServiceKey;
use polsim::catalog::{Catalog, ContextKey, ListedAction, keys};
use polsim::request::Action;

use crate::document::{Document, Entry, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::key::Key;
use crate::test::Test;

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    let Some(catalog) = document.catalog else { return };
    for part in &document.statements {
        if part.tests.is_empty() || !part.lists_actions() || part.has_faulty_entry() {
            continue;
        }
        // No resource fits: the statement matches nothing, whatever its keys are.
        if found.has(part, &["W0207"]) {
            continue;
        }
        let Some(entries) = part.listed_entries() else { continue };
        for test in &part.tests {
            let Some(scope) = Scope::of(catalog, test) else { continue };
            let lacking: Vec<&Entry<'_>> = entries
                .iter()
                .filter(|(_, actions)| !actions.iter().any(|action| scope.supports(action, test)))
                .map(|(entry, _)| *entry)
                .collect();
            if !lacking.is_empty() {
                report(part, test, &lacking, entries.len(), found);
            }
        }
    }
}

/// The way in which AWS says which actions have a key.
enum Scope<'a> {
    /// By action, or by the resource types of an action.
    ByAction,
    /// By service: tags of resources, which not every action's row lists.
    ByService(&'a Catalog),
    /// By the service's place on the lists of the newer network keys.
    Network(ServiceKey),
}

impl<'a> Scope<'a> {
    /// None for keys of which the reference says nothing action by action.
    fn of(catalog: &'a Catalog, test: &Test<'_>) -> Option<Self> {
        let Key::Listed(facts) = test.key else { return None };
        let name = test.name();
        if let Some(key) = ServiceKey::ALL.into_iter().find(|key| test.is(key.name())) {
            return Some(Self::Network(key));
        }
        let prefix = name.split(':').next().unwrap_or_default();
        if prefix.eq_ignore_ascii_case("aws") {
            let family = ContextKey::find(name)?.name();
            return match family {
                keys::REQUEST_TAG | keys::TAG_KEYS => Some(Self::ByAction),
                keys::RESOURCE_TAG => Some(Self::ByService(catalog)),
                _ => None,
            };
        }
        let some_action = || {
            let actions = catalog.actions(prefix);
            actions.iter().any(|it| it.keys().iter().any(|key| key.is_called(name)))
        };
        (!facts.of_session && some_action()).then_some(Self::ByAction)
    }

    /// False only where AWS's reference leaves the key out.
    fn supports(&self, action: &ListedAction<'_>, test: &Test<'_>) -> bool {
        let has = |action: &ListedAction<'_>| {
            action.is_partial() || action.keys().iter().any(|key| key.is_called(test.name()))
        };
        match self {
            Self::ByAction => has(action),
            Self::ByService(catalog) => {
                has(action) || catalog.actions(&action.service().prefix).iter().any(has)
            }
            Self::Network(key) => {
                let text = format!("{}:{}", action.service().prefix, action.name());
                text.parse::<Action>().is_ok_and(|action| key.comes_with(&action))
            }
        }
    }
}

fn report(
    part: &Part<'_>,
    test: &Test<'_>,
    lacking: &[&Entry<'_>],
    all: usize,
    found: &mut Found<'_>,
) {
    let (name, span) = (test.name(), test.condition.key.span);
    let names: Vec<String> = lacking.iter().take(3).map(|it| format!("`{}`", it.pattern)).collect();
    let more = lacking.len().saturating_sub(names.len());
    let names = match more {
        0 => names.join(", "),
        _ => format!("{} and {more} more", names.join(", ")),
    };
    if lacking.len() == all {
        let follows = match (test.missing_true, part.denies()) {
            (true, true) => "the condition is always true: everything that it covers is denied",
            (true, false) => "the condition is always true",
            (false, true) => "the condition never holds: nothing is denied",
            (false, false) => "the condition never holds: nothing is allowed",
        };
        let message = format!("no action of the statement has `{name}`: {follows}");
        let draft = Draft::new("W0211", span, message);
        found.add(draft.help(format!("AWS documents the key for other actions than {names}")));
        return;
    }
    // An Allow is open where the condition holds without the key, a Deny where it does not.
    let opens = test.missing_true != part.denies();
    let follows = match (opens, part.denies()) {
        (true, true) => "these are not denied",
        (true, false) => "these are allowed without this condition",
        (false, true) => "these are always denied",
        (false, false) => "these never match the statement",
    };
    let code = if opens { "W0212" } else { "W0213" };
    let message = format!("{names} never have `{name}`: {follows}");
    let mut draft = Draft::new(code, span, message);
    for entry in lacking.iter().take(3) {
        draft = draft.label(entry.span, "has no such key");
    }
    found.add(draft.help("give these actions a statement of their own"));
}
