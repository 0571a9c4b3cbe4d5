//! W0218: actions without the actions that they need.

use polsim::policy::PolicyType;
use polsim::request::Action;

use crate::document::{Document, Names, Part};
use crate::draft::Draft;
use crate::found::Found;

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    if !document.is(PolicyType::Identity) || !found.wants("W0218") {
        return;
    }
    let allows = || document.statements.iter().filter(|it| it.allows());
    let covered = |name: &str| {
        let Ok(action) = name.parse::<Action>() else { return true };
        let covers = |part: &Part<'_>| {
            part.entries.iter().any(|it| it.pattern.matches(&action)) == part.lists_actions()
        };
        allows().any(covers)
    };
    for part in allows().filter(|it| it.lists_actions()) {
        for entry in &part.entries {
            let Names::Listed(actions) = &entry.names else { continue };
            // A pattern is a choice of many calls; which of them are meant it does not say.
            let [action] = &**actions else { continue };
            let lacking: Vec<&str> =
                action.dependent_actions().filter(|name| !covered(name)).collect();
            if !lacking.is_empty() {
                let message = format!("`{}` also needs {}", entry.pattern, lacking.join(", "));
                let draft = Draft::new("W0218", entry.span, message);
                found.add(draft.help("allow these too, on the resources that the call names"));
            }
        }
    }
}
