//! W0201, W0316: condition keys that AWS does not list, or has replaced.

use polsim::catalog::{Catalog, ContextKey};
use polsim::text::{KeyName, Span, nearest};

use crate::document::Document;
use crate::draft::Draft;
use crate::found::Found;
use crate::key::Key;
use crate::test::Test;

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        for test in &part.tests {
            match test.key {
                Key::Unlisted => found.add(unlisted(document.catalog, test, part.denies())),
                Key::Listed(facts) => {
                    replaced(test, found);
                    let own = facts.name.contains(['/', '$', '<']);
                    if !own && facts.name != test.name() {
                        let message =
                            format!("`{}` is written `{}` by AWS", test.name(), facts.name);
                        let span = test.condition.key.span;
                        let draft = Draft::new("W0605", span, message);
                        found.add(draft.edit(true, span, format!("\"{}\"", facts.name)));
                    }
                }
                Key::Foreign => (),
            }
        }
    }
    let tested: Vec<Span> = document
        .statements
        .iter()
        .flat_map(|it| &it.tests)
        .map(|it| it.condition.key.span)
        .collect();
    for (span, key) in document.policy.keys() {
        if !tested.contains(&span) && ContextKey::is_listed(key.as_str()) == Some(false) {
            found.add(variable(document.catalog, span, key));
        }
    }
}

fn unlisted(catalog: Option<&Catalog>, test: &Test<'_>, denies: bool) -> Draft {
    let name = test.name();
    let follows = match (test.missing_true, denies) {
        (true, true) => "the condition always holds, and everything is denied",
        (true, false) => "the condition always holds",
        (false, true) => "the condition never holds, and nothing is denied",
        (false, false) => "the condition never holds, and nothing is allowed",
    };
    let span = test.condition.key.span;
    let draft =
        Draft::new("W0201", span, format!("AWS lists no condition key `{name}`: {follows}"));
    if let Some(tag) = name.strip_suffix('/') {
        return draft.help(format!("write the name of a tag behind it: `{tag}/team`"));
    }
    let near = match near(catalog, name) {
        _ if name.eq_ignore_ascii_case("aws:arn") => {
            return draft.help("use `aws:PrincipalArn` for the caller, `aws:SourceArn` for the resource behind a service's call");
        }
        Some(near) => near,
        None => return draft,
    };
    draft.help(format!("did you mean `{near}`?")).edit(false, span, format!("\"{near}\""))
}

fn variable(catalog: Option<&Catalog>, span: Span, key: &KeyName) -> Draft {
    let name = key.as_str();
    let message = format!("AWS lists no condition key `{name}`: the variable never has a value");
    let near = near(catalog, name).map(|near| format!("did you mean `${{{near}}}`?"));
    Draft::new("W0201", span, message).maybe_help(near)
}

/// The nearest name that AWS lists.
fn near(catalog: Option<&Catalog>, name: &str) -> Option<String> {
    // Names that are no misspellings but other words for a key.
    if name.eq_ignore_ascii_case("aws:SourceVpcEndpoint") {
        return Some("aws:SourceVpce".to_owned());
    }
    let single = |row: &&ContextKey| !row.is_family();
    let own = ContextKey::all().filter(single).map(|row| -> &str { row.name() });
    let by_catalog = catalog.and_then(|it| it.nearest_key(name));
    nearest(name, own.chain(by_catalog)).filter(|it| !it.ends_with('/')).map(str::to_owned)
}

/// W0316: a key that has a successor.
fn replaced(test: &Test<'_>, found: &mut Found<'_>) {
    let Some(new) = ContextKey::find(test.name()).and_then(ContextKey::replaced_by) else { return };
    let message = format!("AWS has replaced `{}`", test.name());
    let draft = Draft::new("W0316", test.condition.key.span, message);
    found.add(draft.help(format!("use `{new}`")).edit(
        false,
        test.condition.key.span,
        format!("\"{new}\""),
    ));
}
