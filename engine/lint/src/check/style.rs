//! W0601 to W0604: style.

use polsim::policy::BaseOperator;

use crate::document::{Document, Entry, Names, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::test::{Test, has_wildcard};

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        for entry in &part.entries {
            spelling(entry, found);
        }
        if part.statement.sid.is_none() {
            let span = part.statement.effect.span;
            found.add(Draft::new("W0602", span, "the statement has no Sid"));
        }
        for test in &part.tests {
            one(part, test, found);
        }
    }
}

/// W0601.
fn spelling(entry: &Entry<'_>, found: &mut Found<'_>) {
    let Names::Listed(actions) = &entry.names else { return };
    let [only] = &**actions else { return };
    let full = format!("{}:{}", only.service().prefix, only.name());
    let written = entry.pattern.to_string();
    if !only.is_partial() && written != full && written.eq_ignore_ascii_case(&full) {
        let message = format!("AWS writes `{full}`");
        let draft = Draft::new("W0601", entry.span, message);
        found.add(draft.edit(true, entry.span, format!("\"{full}\"")));
    }
}

fn one(part: &Part<'_>, test: &Test<'_>, found: &mut Found<'_>) {
    let span = test.condition.key.span;
    let operator = test.condition.operator.value;
    let like = test.base().positive() == BaseOperator::StringLike;
    let plain = |it: &polsim::policy::Spanned<polsim::policy::ConditionValue>| {
        !has_wildcard(&it.value)
            && !it.value.text.contains("${*}")
            && !it.value.text.contains("${?}")
    };
    if like && !test.values().is_empty() && test.values().iter().all(plain) {
        let instead = operator.to_string().replace("Like", "Equals");
        let message = format!("`{operator}` without a wildcard");
        let mut draft = part.with_operator(Draft::new("W0603", span, message), test, &instead);
        draft.make_safe();
        found.add(draft);
    }
    if test.if_exists() && test.set().is_none() && test.is_negated() {
        let message = format!("`{operator}` holds for a missing key without `IfExists`");
        let plain = operator.to_string();
        let plain = plain.strip_suffix("IfExists").unwrap_or_default();
        let mut draft = part.with_operator(Draft::new("W0604", span, message), test, plain);
        draft.make_safe();
        found.add(draft);
    }
}
