//! W0214 to W0217, W0306: operators against the type and number of a key's values.

use polsim::catalog::ValueType;
use polsim::policy::{BaseOperator, SetOperator};
use polsim::text::Severity;

use crate::document::{Document, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::key::{Facts, type_in_words};
use crate::test::{Test, has_wildcard, outside_variables};

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        for test in &part.tests {
            if test.is_null() {
                null(test, found);
            } else if let Some(facts) = test.key.facts() {
                one(part, test, facts, found);
            }
        }
    }
}

/// W0306.
fn null(test: &Test<'_>, found: &mut Found<'_>) {
    let follows = match test.set() {
        Some(SetOperator::ForAllValues) => "always holds",
        Some(SetOperator::ForAnyValue) => "never holds",
        None => return,
    };
    let message = format!("`{}` {follows}", test.condition.operator.value);
    let draft = Draft::new("W0306", test.condition.key.span, message);
    found.add(draft.help("write `Null` without a set operator"));
}

fn one(part: &Part<'_>, test: &Test<'_>, facts: Facts<'_>, found: &mut Found<'_>) {
    let (name, span) = (test.name(), test.condition.key.span);
    let operator = test.condition.operator.value;
    if let Some(instead) = unfit(test, facts.value) {
        let message = format!(
            "`{operator}` cannot read `{name}`, whose values are {}",
            type_in_words(facts.value)
        );
        found.add(part.with_operator(Draft::new("W0214", span, message), test, instead));
        return;
    }
    let like = test.base().positive() == BaseOperator::StringLike;
    if like
        && facts.value == ValueType::Arn
        && test.values().iter().any(|it| has_wildcard(&it.value))
    {
        let instead = if test.is_negated() { "ArnNotLike" } else { "ArnLike" };
        let message = format!("`{operator}` lets `*` run over the colons of `{name}`");
        found.add(part.with_operator(Draft::new("W0215", span, message), test, instead));
    }
    match test.set() {
        None if facts.multivalued => {
            // In an Allow that wants a value, or a Deny of what is not listed, one value decides.
            let set =
                if test.is_negated() == part.denies() { "ForAnyValue:" } else { "ForAllValues:" };
            let message =
                format!("`{name}` may have several values, for which `{operator}` does not hold");
            let instead = format!("{set}{operator}");
            found.add(part.with_operator(Draft::new("W0216", span, message), test, &instead));
        }
        Some(SetOperator::ForAllValues) if !facts.multivalued => {
            let plain = operator.to_string();
            let plain = plain.strip_prefix("ForAllValues:").unwrap_or_default();
            let message =
                format!("`{name}` has one value, and `{operator}` holds where it is missing");
            let draft = part.with_operator(Draft::new("W0217", span, message), test, plain);
            found.add(if part.denies() { draft.milder(Severity::Info) } else { draft });
        }
        _ => (),
    }
}

/// The operator to use, where the one that is used cannot read values of the type.
fn unfit(test: &Test<'_>, value: ValueType) -> Option<&'static str> {
    use ValueType as V;
    let fits = if test.is_numeric() {
        matches!(value, V::Number | V::Date | V::Epoch)
    } else if test.is_date() {
        matches!(value, V::Date | V::Epoch)
    } else if test.is_address() {
        value == V::Address
    } else if test.base() == BaseOperator::Bool {
        value == V::Boolean
    } else if test.is_string() {
        // Two addresses of one request are compared as text (policy language §3.8).
        let only_variables = test
            .values()
            .iter()
            .all(|it| it.value.text.contains("${") && outside_variables(&it.value.text).is_empty());
        !matches!(value, V::Number | V::Date | V::Epoch | V::Address)
            || (value == V::Address && only_variables)
    } else if test.is_arn() {
        matches!(value, V::Arn | V::Text | V::AccountId)
    } else {
        true
    };
    if fits {
        return None;
    }
    let negated = test.is_negated();
    Some(match (value, negated) {
        (V::Address, false) => "IpAddress",
        (V::Address, true) => "NotIpAddress",
        (V::Arn, false) => "ArnLike",
        (V::Arn, true) => "ArnNotLike",
        (V::Boolean, _) => "Bool",
        (V::Date | V::Epoch, false) => "DateEquals",
        (V::Date | V::Epoch, true) => "DateNotEquals",
        (V::Number, false) => "NumericEquals",
        (V::Number, true) => "NumericNotEquals",
        (V::AccountId | V::Text, false) => "StringEquals",
        (V::AccountId | V::Text, true) => "StringNotEquals",
    })
}
