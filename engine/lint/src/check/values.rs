//! W0307 to W0313 and W0322: values of conditions.

use ipnet::IpNet;
use polsim::catalog::{PrincipalKind, ValueType, keys};
use polsim::policy::{BaseOperator, ConditionValue, Operand, PolicyType, Spanned};
use polsim::request::is_account_id;
use polsim::text::AddressRange;

use crate::document::{Document, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::key::Key;
use crate::test::{Test, has_variable, has_wildcard, outside_variables};

/// Ranges that no address of the internet is in.
const PRIVATE: [&str; 8] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
];

/// Least number of characters that an id's pattern must spell out so as to be one owner's.
const OWN: usize = 6;

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        for test in part.tests.iter().filter(|it| it.key != Key::Unlisted && !it.is_null()) {
            let span = test.condition.key.span;
            let misread =
                |it: &crate::finding::Finding| it.code() == "W0214" && it.diagnostic.span == span;
            if found.findings.iter().any(misread) {
                continue;
            }
            addresses(document, test, found);
            both(test, found);
            for value in test.values() {
                literal(part, test, value, found);
                id(test, value, found);
                everyone(part, test, value, found);
            }
        }
    }
}

/// W0307.
fn literal(
    part: &Part<'_>,
    test: &Test<'_>,
    value: &Spanned<ConditionValue>,
    found: &mut Found<'_>,
) {
    use BaseOperator as B;
    let exact = matches!(test.base().positive(), B::StringEquals | B::StringEqualsIgnoreCase);
    if !exact || !has_wildcard(&value.value) {
        return;
    }
    let operator = test.condition.operator.value;
    let message =
        format!("`{operator}` compares `*` and `?` of `{}` as characters", value.value.text);
    let like = if test.is_negated() { "StringNotLike" } else { "StringLike" };
    found.add(part.with_operator(Draft::new("W0307", value.span, message), test, like));
}

/// W0308 to W0311.
fn addresses(document: &Document<'_>, test: &Test<'_>, found: &mut Found<'_>) {
    if !test.is_address() {
        return;
    }
    let range = |it: &Spanned<ConditionValue>| match it.value.operand {
        Operand::Address(range) => Some((it.span, it.value.text.clone(), range)),
        _ => None,
    };
    let ranges: Vec<_> = test.values().iter().filter_map(range).collect();
    if test.is(keys::SOURCE_IP) && !document.is(PolicyType::Endpoint) {
        let private: Vec<_> = ranges.iter().filter(|(_, _, range)| is_private(*range)).collect();
        if !ranges.is_empty() && private.len() == ranges.len() {
            let follows = if test.is_negated() { "always" } else { "never" };
            let message = format!(
                "`{}` is never a private address: the condition {follows} holds",
                test.name()
            );
            let draft = Draft::new("W0308", test.condition.key.span, message);
            found.add(
                draft.help("the caller's private address behind an endpoint is `aws:VpcSourceIp`"),
            );
        } else {
            for (span, text, _) in private {
                let message = format!("`{}` is never in `{text}`, which is private", test.name());
                found.add(Draft::new("W0309", *span, message).help("remove the value"));
            }
        }
    }
    for (span, text, range) in &ranges {
        if range.net().prefix_len() == 0 {
            let message = format!("`{text}` has every address of its family");
            found.add(Draft::new("W0310", *span, message).help("name the ranges that are meant"));
            continue;
        }
        if let Ok(net) = text.parse::<IpNet>()
            && net.addr() != net.network()
        {
            let network = net.trunc();
            let message = format!("`{text}` means the whole network `{network}`");
            let address = net.addr();
            let help = format!("write `{network}`, or `{address}` for the one address");
            let draft = Draft::new("W0311", *span, message).help(help);
            found.add(draft.edit(true, *span, format!("\"{network}\"")));
        }
    }
}

fn is_private(range: AddressRange) -> bool {
    let net = range.net();
    PRIVATE.iter().filter_map(|it| it.parse::<IpNet>().ok()).any(|private| private.contains(&net))
}

/// W0322.
fn both(test: &Test<'_>, found: &mut Found<'_>) {
    if test.base() == BaseOperator::Bool && test.has("true") && test.has("false") {
        let message = "either value holds: the condition only asks for the key to be there";
        found.add(Draft::new("W0322", test.condition.key.span, message));
    }
}

/// W0312.
fn id(test: &Test<'_>, value: &Spanned<ConditionValue>, found: &mut Found<'_>) {
    if !test.is_string() || has_variable(&value.value) || has_wildcard(&value.value) {
        return;
    }
    let folded = test.base().positive() == BaseOperator::StringEqualsIgnoreCase;
    let text = &value.value.text;
    let text = if folded { text.to_ascii_lowercase() } else { text.to_string() };
    let Some((form, is_so)) = form(test, &text) else { return };
    if !is_so {
        let message = format!("`{}` is never `{}`", test.name(), value.value.text);
        found.add(Draft::new("W0312", value.span, message).help(format!("its values are {form}")));
    }
}

/// The form of a key's values, and whether the text has it.
fn form(test: &Test<'_>, text: &str) -> Option<(String, bool)> {
    let organizations =
        [keys::PRINCIPAL_ORG_ID, keys::RESOURCE_ORG_ID, keys::SOURCE_ORG_ID, keys::VPCE_ORG_ID];
    if test.is(keys::SOURCE_VPCE) {
        Some(("written `vpce-` and 8 or 17 hexadecimal digits".to_owned(), is_id(text, "vpce-")))
    } else if test.is(keys::SOURCE_VPC) {
        Some(("written `vpc-` and 8 or 17 hexadecimal digits".to_owned(), is_id(text, "vpc-")))
    } else if test.is_one_of(&organizations) {
        let rest = text.strip_prefix("o-").unwrap_or_default();
        let letters = rest.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        let is_so = (10..=32).contains(&rest.len()) && letters;
        Some(("written `o-` and 10 to 32 small letters and digits".to_owned(), is_so))
    } else if test.is(keys::PRINCIPAL_TYPE) {
        let types: Vec<&str> =
            PrincipalKind::ALL.into_iter().filter_map(PrincipalKind::principal_type).collect();
        let is_so = types.iter().any(|it| it.eq_ignore_ascii_case(text) && *it == text);
        Some((format!("`{}`", types.join("`, `")), is_so))
    } else if test.key.facts().is_some_and(|it| it.value == ValueType::AccountId) {
        let unsigned = test.is(keys::PRINCIPAL_ACCOUNT) && text == "anonymous";
        Some(("account ids of twelve digits".to_owned(), is_account_id(text) || unsigned))
    } else {
        None
    }
}

fn is_id(text: &str, prefix: &str) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    matches!(digits.len(), 8 | 17) && digits.bytes().all(hex)
}

/// W0313.
fn everyone(
    part: &Part<'_>,
    test: &Test<'_>,
    value: &Spanned<ConditionValue>,
    found: &mut Found<'_>,
) {
    use BaseOperator as B;
    let reads = matches!(test.base().positive(), B::StringLike | B::ArnLike | B::ArnEquals);
    let restricts = if part.allows() { test.is_positive() } else { test.is_negated() };
    if !reads || !restricts || !has_wildcard(&value.value) || has_variable(&value.value) {
        return;
    }
    let text = &*value.value.text;
    let ids: [(&str, &str); 6] = [
        (keys::SOURCE_VPCE, "vpce-"),
        (keys::SOURCE_VPC, "vpc-"),
        (keys::PRINCIPAL_ORG_ID, "o-"),
        (keys::RESOURCE_ORG_ID, "o-"),
        (keys::SOURCE_ORG_ID, "o-"),
        (keys::VPCE_ORG_ID, "o-"),
    ];
    let accounts =
        [keys::PRINCIPAL_ACCOUNT, keys::RESOURCE_ACCOUNT, keys::SOURCE_ACCOUNT, keys::VPCE_ACCOUNT];
    let spelt = |prefix: &str| {
        let rest = text.strip_prefix(prefix).unwrap_or(text);
        outside_variables(rest).chars().filter(|c| !matches!(c, '*' | '?')).count()
    };
    let id = ids.iter().find(|(key, _)| test.is(key)).map(|(_, prefix)| *prefix);
    let wide = match id {
        Some(prefix) => spelt(prefix) < OWN,
        None if test.is_one_of(&accounts) => spelt("") < OWN,
        None => test.is(keys::PRINCIPAL_ARN) && text.chars().all(|c| c == '*'),
    };
    if wide {
        let message = format!("`{text}` fits anybody's `{}`", test.name());
        found.add(Draft::new("W0313", value.span, message).help("name the values that are meant"));
    }
}
