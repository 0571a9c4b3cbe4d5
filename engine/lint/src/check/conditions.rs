//! W0301 to W0305 and W0314 to W0322: conditions that do not say what they seem to.

use polsim::catalog::keys;
use polsim::policy::{BaseOperator, PolicyType, SetOperator};
use polsim::text::Severity;

use crate::document::{Document, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::key::Key;
use crate::test::{PERIMETER, Test};

/// Multivalued keys that are left out on purpose, or never: documented idioms.
const MAY_BE_LEFT_OUT: [&str; 4] =
    [keys::TAG_KEYS, "dynamodb:LeadingKeys", "dynamodb:Attributes", "kms:GrantOperations"];

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        for test in part.tests.iter().filter(|it| it.key != Key::Unlisted) {
            mfa(part, test, found);
            if part.allows() {
                opens(part, test, found);
            }
            all_values(part, test, found);
            headers(part, test, found);
            endpoint(document, test, found);
            pairs(document, part, test, found);
        }
    }
}

/// True if a test of another key of the perimeter asks for its key to be there.
fn is_confined(part: &Part<'_>, but: Option<&Test<'_>>) -> bool {
    let other = |test: &&Test<'_>| but.is_none_or(|but| !test.is(but.name()));
    part.tests.iter().filter(other).any(|test| test.is_one_of(&PERIMETER) && !test.missing_true)
}

/// W0301, W0315.
fn mfa(part: &Part<'_>, test: &Test<'_>, found: &mut Found<'_>) {
    let span = test.condition.key.span;
    let present = test.is(keys::MULTI_FACTOR_AUTH_PRESENT);
    let without = present && test.base() == BaseOperator::Bool && test.has("false");
    let old = test.is(keys::MULTI_FACTOR_AUTH_AGE)
        && matches!(
            test.base(),
            BaseOperator::NumericGreaterThan | BaseOperator::NumericGreaterThanEquals
        );
    if part.denies() && (without || old) && !test.missing_true {
        let message = format!(
            "requests with long-term access keys have no `{}`: they are not denied",
            test.name()
        );
        let instead = format!("{}IfExists", test.condition.operator.value);
        found.add(part.with_operator(Draft::new("W0301", span, message), test, &instead));
    }
    let asks = |it: &Test<'_>| it.base() == BaseOperator::Bool && it.has("true");
    if part.allows()
        && present
        && test.asks_null(false)
        && !part.tests_of(keys::MULTI_FACTOR_AUTH_PRESENT).any(asks)
    {
        let message =
            "the key is there without MFA too, as `false`: the condition does not ask for MFA";
        let draft = Draft::new("W0315", span, message);
        found.add(draft.help("use `\"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}`"));
    }
}

/// W0302, W0303: an Allow that is open to requests without the key.
fn opens(part: &Part<'_>, test: &Test<'_>, found: &mut Found<'_>) {
    if !test.is_one_of(&PERIMETER) || !test.missing_true || is_confined(part, None) {
        return;
    }
    let (name, span) = (test.name(), test.condition.key.span);
    let operator = test.condition.operator.value;
    if test.is_positive() && test.if_exists() && test.set().is_none() {
        let message = format!("requests without `{name}` are allowed, wherever they come from");
        let plain = operator.to_string();
        let plain = plain.strip_suffix("IfExists").unwrap_or_default();
        found.add(part.with_operator(Draft::new("W0302", span, message), test, plain));
    } else if test.is_negated() && test.set() != Some(SetOperator::ForAnyValue) {
        let message = format!(
            "`{operator}` holds for requests without `{name}`, and for all but the values listed"
        );
        let help = "say where requests may come from, or whose they may be";
        found.add(Draft::new("W0303", span, message).help(help));
    }
}

/// W0304, W0305: set operators on what a request may leave out.
fn all_values(part: &Part<'_>, test: &Test<'_>, found: &mut Found<'_>) {
    let Key::Listed(facts) = test.key else { return };
    if test.set() != Some(SetOperator::ForAllValues) || test.is_null() || !facts.multivalued {
        return;
    }
    let (name, span) = (test.name(), test.condition.key.span);
    if part.allows() {
        let there = |it: &Test<'_>| it.asks_null(false) || !it.missing_true;
        if !test.is_one_of(&MAY_BE_LEFT_OUT) && !part.tests_of(name).any(there) {
            let message = format!("requests that leave `{name}` out are allowed");
            let help = format!("add `\"Null\": {{\"{name}\": \"false\"}}`");
            found.add(Draft::new("W0304", span, message).help(help));
        }
        return;
    }
    let prefix = name.split(':').next().unwrap_or_default();
    let of_parameters = test.is(keys::TAG_KEYS) || !prefix.eq_ignore_ascii_case("aws");
    if test.is_negated() && of_parameters {
        let operator = test.condition.operator.value.to_string();
        let any = operator.replace("ForAllValues:", "ForAnyValue:");
        let message =
            format!("a request with one of these values among others in `{name}` is not denied");
        found.add(part.with_operator(Draft::new("W0305", span, message), test, &any));
    }
}

/// W0314, W0319, W0320: what the caller chooses.
fn headers(part: &Part<'_>, test: &Test<'_>, found: &mut Found<'_>) {
    let (name, span) = (test.name(), test.condition.key.span);
    let lets_in = if part.allows() { test.is_positive() } else { test.is_negated() };
    let confined = part.allows() && is_confined(part, None);
    if test.is_one_of(&[keys::USER_AGENT, keys::REFERER]) && lets_in && !confined {
        let message = format!("the caller writes `{name}`: whoever knows the text passes");
        let help = "ask for a key that the caller cannot choose as well";
        found.add(Draft::new("W0314", span, message).help(help));
    }
    let keeps_out = if part.denies() { test.is_positive() } else { test.is_negated() };
    if test.is("s3:prefix") && test.is_string() && keeps_out {
        let message = "a listing with a shorter prefix, or without one, shows the same names";
        let help = "allow the prefixes that may be listed";
        found.add(Draft::new("W0319", span, message).help(help));
    }
    let tested = !test.is_null() && test.is("dynamodb:Attributes");
    if part.allows() && tested && !part.has_test_of("dynamodb:Select") {
        let message = "a read without a projection names no attributes and returns all of them";
        let help = "add `\"StringEqualsIfExists\": {\"dynamodb:Select\": \"SPECIFIC_ATTRIBUTES\"}`";
        found.add(Draft::new("W0320", span, message).help(help));
    }
}

/// W0318.
fn endpoint(document: &Document<'_>, test: &Test<'_>, found: &mut Found<'_>) {
    if !document.is(PolicyType::Endpoint) {
        return;
    }
    let span = test.condition.key.span;
    if test.is(keys::SOURCE_IP) {
        let message = "a request through an endpoint has no `aws:SourceIp`";
        let help = "the caller's private address is `aws:VpcSourceIp`";
        found.add(Draft::new("W0318", span, message).help(help));
    } else if test.is_one_of(&[keys::SOURCE_VPCE, keys::SOURCE_VPC]) {
        let message = format!("`{}` is the same for every request of this endpoint", test.name());
        found.add(Draft::new("W0318", span, message).milder(Severity::Info));
    }
}

/// W0321: private addresses want their VPC.
fn pairs(document: &Document<'_>, part: &Part<'_>, test: &Test<'_>, found: &mut Found<'_>) {
    let vpcs: &[&str] = if test.is(keys::VPC_SOURCE_IP) && !document.is(PolicyType::Endpoint) {
        &[keys::SOURCE_VPC, keys::SOURCE_VPC_ARN, keys::SOURCE_VPCE]
    } else if test.is(keys::EC2_INSTANCE_SOURCE_PRIVATE_IPV4) {
        &[keys::EC2_INSTANCE_SOURCE_VPC]
    } else {
        return;
    };
    let has = |part: &Part<'_>| part.tests.iter().any(|it| it.is_one_of(vpcs));
    let paired = if part.allows() {
        has(part)
    } else {
        document.statements.iter().any(|it| it.denies() && has(it))
    };
    if !paired && !test.is_null() {
        let message = format!("every VPC may have the addresses of `{}`", test.name());
        let help = format!("add a condition on `{}`", vpcs.first().copied().unwrap_or_default());
        found.add(Draft::new("W0321", test.condition.key.span, message).help(help));
    }
}
