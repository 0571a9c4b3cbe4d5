//! W012x: grammar that AWS accepts.

use polsim::policy::PrincipalValue;

use crate::document::Document;
use crate::draft::Draft;
use crate::found::Found;

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        for test in part.tests.iter().filter(|test| test.values().is_empty()) {
            let message = format!("`{}` lists no values", test.name());
            found.add(Draft::new("W0120", test.condition.key.span, message));
        }
        if let Some(sid) = part.statement.sid.as_ref().filter(|sid| sid.value.is_empty()) {
            found.add(Draft::new("W0121", sid.span, "the Sid is empty"));
        }
        for value in part.statement.principal.iter().flat_map(|it| &it.values) {
            if let PrincipalValue::UniqueId(id) = &value.value {
                let message = format!("`{id}` is the id of an entity that has been deleted");
                let draft = Draft::new("W0122", value.span, message);
                found.add(draft.help("name the ARN of the entity that is meant, or remove it"));
            }
        }
    }
}
