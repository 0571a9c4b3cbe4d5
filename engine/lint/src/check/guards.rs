//! W0406 to W0409: Deny statements that guard where requests come from.

use polsim::catalog::keys;
use polsim::eval::{Decision, PolicySet, Scratch};
use polsim::lower::AttachedPolicy;
use polsim::policy::{Operand, Polarity, PolicyType, PrincipalValue};
use polsim::prove::{Claim, Limits, RequestShape};
use polsim::request::{ContextValue, Request, RequestParts, is_account_id};
use polsim::text::KeyName;

use super::public::but_for;
use crate::ask::{Answer, When, allow_all, ask, denies_and, only};
use crate::document::{Document, Names, Part};
use crate::draft::Draft;
use crate::finding::Shown;
use crate::found::Found;
use crate::model::{ACCOUNT, Asked, case};
use crate::test::Test;

/// Keys that tell where a request comes from.
const PLACES: [&str; 3] = [keys::SOURCE_IP, keys::SOURCE_VPC, keys::SOURCE_VPCE];
/// The same, and keys that tell whose the caller is.
const OWNERS: [&str; 6] = [
    keys::SOURCE_IP,
    keys::SOURCE_VPC,
    keys::SOURCE_VPCE,
    keys::PRINCIPAL_ORG_ID,
    keys::PRINCIPAL_ORG_PATHS,
    keys::PRINCIPAL_ACCOUNT,
];
/// Actions of services that other services call directly.
const DIRECT: [&str; 10] = [
    "s3:*",
    "kms:*",
    "sqs:*",
    "sns:*",
    "secretsmanager:*",
    "lambda:*",
    "ecr:*",
    "logs:*",
    "events:*",
    "sts:*",
];

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    let private = found.has_anywhere("W0308");
    if !private {
        locked_out(document, found, limits);
    }
    for part in document.statements.iter().filter(|it| it.denies()) {
        if found.has(part, &["W0406"]) {
            continue;
        }
        skipped(document, part, found, limits);
        if !private {
            hits_services(document, part, found, limits);
            hits_forwarded(document, part, found);
        }
    }
}

/// True if a test of the statement is negated, holds without its key, and is of one of these keys.
fn guards(part: &Part<'_>, keys: &[&str]) -> bool {
    part.tests.iter().any(|it| it.is_one_of(keys) && it.is_negated() && it.missing_true)
}

/// The requests for the actions of a statement.
fn of_actions(part: &Part<'_>) -> RequestShape {
    let listed = part.lists_actions();
    let actions = listed.then(|| part.entries.iter().map(|it| it.pattern.clone()).collect());
    RequestShape { actions, ..RequestShape::default() }
}

/// W0406.
fn locked_out(document: &Document<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    let conditional: Vec<&Part<'_>> =
        document.statements.iter().filter(|it| it.denies() && guards(it, &PLACES)).collect();
    if conditional.len() < 2 {
        return;
    }
    let denies = denies_and(document.policy, None);
    let unconditional = only(&denies, |it| it.conditions.is_empty());
    let holds = |policy, shape: &RequestShape| {
        ask(Claim::ExplicitDeny, shape.clone(), vec![AttachedPolicy::new(policy)], limits)
    };
    for part in &conditional {
        for entry in part.entries.iter().filter(|_| part.lists_actions()) {
            let shape = RequestShape {
                actions: Some(vec![entry.pattern.clone()]),
                ..RequestShape::default()
            };
            let facts = match holds(denies.clone(), &shape) {
                Answer::Holds(facts) => facts,
                Answer::Fails(_) => continue,
                Answer::Undecided => {
                    found.undecided = found.undecided.saturating_add(1);
                    continue;
                }
            };
            let covered = !unconditional.statements.is_empty()
                && matches!(holds(unconditional.clone(), &shape), Answer::Holds(_));
            if covered {
                continue;
            }
            let first = conditional.iter().find(|it| {
                let without = only(&denies, |other| other.span != it.statement.span);
                without.statements.is_empty() || matches!(holds(without, &shape), Answer::Fails(_))
            });
            let Some(first) = first else { continue };
            let message =
                format!("no request for `{}` passes these guards together", entry.pattern);
            let mut draft = Draft::new("W0406", first.statement.span, message)
                .help("a request through an endpoint has no aws:SourceIp: put the tests into one statement")
                .resting_on(facts);
            for other in conditional.iter().filter(|it| it.index != first.index) {
                draft = draft.label(other.statement.span, "together with this one");
            }
            found.add(draft);
            return;
        }
    }
}

/// The values that the document lists for a key.
fn listed<'d>(document: &'d Document<'_>, key: &'d str) -> impl Iterator<Item = &'d str> {
    let tests = document.statements.iter().flat_map(|it| &it.tests);
    let of_key = tests.filter(move |it| it.is(key) && !it.is_null());
    of_key.flat_map(Test::values).map(|it| &*it.value.text)
}

/// W0407.
fn skipped(document: &Document<'_>, part: &Part<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    for key in PLACES {
        let negated = part.tests_of(key).any(Test::is_negated);
        let Some(null) = part.tests_of(key).find(|it| it.asks_null(false)) else { continue };
        if !negated {
            continue;
        }
        let mut when = When::default();
        when.add("Null", key, "true");
        when.add("Bool", keys::VIA_AWS_SERVICE, "false");
        when.add("BoolIfExists", keys::PRINCIPAL_IS_AWS_SERVICE, "false");
        if key == keys::SOURCE_IP {
            when.add("Null", keys::SOURCE_VPCE, "false");
            for id in listed(document, keys::SOURCE_VPCE) {
                when.add("StringNotLike", keys::SOURCE_VPCE, id);
            }
        } else {
            when.add("Null", keys::SOURCE_IP, "false");
            for range in listed(document, keys::SOURCE_IP) {
                when.add("NotIpAddress", keys::SOURCE_IP, range);
            }
        }
        let shape = RequestShape { when: when.conditions(), ..of_actions(part) };
        let policy = AttachedPolicy::new(denies_and(document.policy, None));
        match ask(Claim::ExplicitDeny, shape, vec![policy], limits) {
            Answer::Fails(shown) => {
                let message = format!("a direct request without `{key}` passes this guard");
                let draft = Draft::new("W0407", null.condition.key.span, message);
                let help = "leave the `Null` out; a negated test holds for a missing key";
                found.add(draft.help(help).shown(Some(shown)));
            }
            Answer::Undecided => found.undecided = found.undecided.saturating_add(1),
            Answer::Holds(_) => (),
        }
    }
}

/// W0408.
fn hits_services(
    document: &Document<'_>,
    part: &Part<'_>,
    found: &mut Found<'_>,
    limits: Limits<'_>,
) {
    let types = [PolicyType::Resource, PolicyType::Key, PolicyType::Rcp];
    let everyone = part.statement.principal.as_ref().is_some_and(|element| {
        let all =
            |it: &PrincipalValue| matches!(it, PrincipalValue::Everyone | PrincipalValue::EveryAws);
        element.polarity == Polarity::AllBut || element.values.iter().any(|it| all(&it.value))
    });
    if !document.is_one_of(&types) || !everyone || !guards(part, &OWNERS) {
        return;
    }
    let accounts = [keys::SOURCE_ACCOUNT, keys::PRINCIPAL_ACCOUNT, keys::RESOURCE_ACCOUNT];
    let mut named = accounts.iter().flat_map(|key| listed(document, key));
    let own = named.find(|it| is_account_id(it)).unwrap_or(ACCOUNT);
    let mut when = When::default();
    when.add("StringEquals", keys::SOURCE_ACCOUNT, own);
    when.add("StringEquals", keys::RESOURCE_ACCOUNT, own);
    when.add("Bool", keys::VIA_AWS_SERVICE, "false");
    for id in listed(document, keys::SOURCE_ORG_ID) {
        when.add("StringEquals", keys::SOURCE_ORG_ID, id);
    }
    let services = RequestShape::default().of_principals(["*.amazonaws.com"]);
    let direct = RequestShape::default().for_actions(DIRECT);
    let (Ok(mut shape), Ok(direct)) = (services, direct) else { return };
    shape.when = when.conditions();
    shape.all = vec![direct, of_actions(part)];
    match ask(Claim::Always, shape, but_for(document, part), limits) {
        Answer::Fails(shown) => {
            let message = "calls of AWS services for the own account are denied";
            let help = "add `\"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"false\"}`";
            let draft = Draft::new("W0408", part.statement.span, message).help(help);
            found.add(draft.shown(Some(shown)));
        }
        Answer::Undecided => found.undecided = found.undecided.saturating_add(1),
        Answer::Holds(_) => (),
    }
}

type Context = Vec<(KeyName, ContextValue)>;

/// The contexts of direct calls: from an address, or through an endpoint; and the same call as a
/// service forwards it, which keeps the address (U-25).
fn calls(document: &Document<'_>) -> Vec<[Context; 2]> {
    let mut found = Vec::new();
    let forwarded = |address: Option<&str>| -> Context {
        let via = || ContextValue::from(vec!["athena.amazonaws.com"]);
        let mut context: Context = vec![
            (keys::VIA_AWS_SERVICE.into(), "true".into()),
            (keys::CALLED_VIA.into(), via()),
            (keys::CALLED_VIA_FIRST.into(), "athena.amazonaws.com".into()),
            (keys::CALLED_VIA_LAST.into(), "athena.amazonaws.com".into()),
        ];
        context.extend(address.map(|it| (keys::SOURCE_IP.into(), it.into())));
        context
    };
    let tests = document.statements.iter().flat_map(|it| &it.tests);
    let ranges = tests.filter(|it| it.is(keys::SOURCE_IP)).flat_map(Test::values);
    let mut addresses: Vec<String> = vec!["198.51.100.77".to_owned()];
    for value in ranges {
        if let Operand::Address(range) = &value.value.operand {
            addresses.push(range.net().network().to_string());
        }
    }
    for address in &addresses {
        let direct = vec![
            (keys::VIA_AWS_SERVICE.into(), "false".into()),
            (keys::SOURCE_IP.into(), address.as_str().into()),
        ];
        found.push([direct, forwarded(Some(address))]);
    }
    let ids = |key: &'static str, fresh: &'static str| {
        let literal = |it: &&str| !it.contains(['*', '?', '$']);
        let mut ids: Vec<String> =
            listed(document, key).filter(literal).map(str::to_owned).collect();
        ids.push(fresh.to_owned());
        ids
    };
    for endpoint in ids(keys::SOURCE_VPCE, "vpce-0feedfeedfeedfeed") {
        for vpc in ids(keys::SOURCE_VPC, "vpc-0feedfeedfeedfeed") {
            let direct = vec![
                (keys::VIA_AWS_SERVICE.into(), "false".into()),
                (keys::SOURCE_VPCE.into(), endpoint.as_str().into()),
                (keys::SOURCE_VPC.into(), vpc.as_str().into()),
                (keys::VPC_SOURCE_IP.into(), "10.0.0.10".into()),
            ];
            found.push([direct, forwarded(None)]);
        }
    }
    found
}

/// An action and a resource that the statement is about.
fn target(part: &Part<'_>) -> Option<(String, String)> {
    let action = part.entries.iter().find_map(|it| match &it.names {
        Names::Any => Some("s3:GetObject".to_owned()),
        Names::Listed(actions) => {
            let first = actions.first()?;
            Some(format!("{}:{}", first.service().prefix, first.name()))
        }
        _ => None,
    })?;
    let written = |text: &str| text.replace(['*', '?'], "x");
    let resource = match part.resources().first() {
        Some(entry) => match &entry.value {
            polsim::policy::ResourcePattern::Any => "arn:aws:s3:::polsim/x".to_owned(),
            polsim::policy::ResourcePattern::Arn { components, .. } => {
                let parts: Vec<String> =
                    components.iter().map(|it| written(&it.to_string())).collect();
                parts.join(":")
            }
            polsim::policy::ResourcePattern::Never => return None,
        },
        None => "arn:aws:s3:::polsim/x".to_owned(),
    };
    part.lists_actions().then_some((action, resource))
}

/// W0409.
fn hits_forwarded(document: &Document<'_>, part: &Part<'_>, found: &mut Found<'_>) {
    let types = [PolicyType::Identity, PolicyType::Scp, PolicyType::Session];
    if !document.is_one_of(&types) || !guards(part, &PLACES) {
        return;
    }
    let Some((action, resource)) = target(part) else { return };
    let denies = denies_and(document.policy, None);
    let mut policies: Vec<AttachedPolicy> = allow_all(PolicyType::Identity).into_iter().collect();
    if !document.is(PolicyType::Identity) {
        policies.extend(allow_all(document.policy.policy_type));
    }
    policies.push(AttachedPolicy::new(denies.clone()));
    let set = PolicySet::new(policies);
    let principal = format!("arn:aws:sts::{ACCOUNT}:assumed-role/polsim-caller/session");
    let request = |context: &Context| {
        let parts = RequestParts {
            principal: &principal,
            action: &action,
            resource: &resource,
            resource_account: Some(ACCOUNT),
            context: context.clone(),
            ..RequestParts::default()
        };
        Request::new(parts).ok()
    };
    let mut scratch = Scratch::default();
    for [direct, forwarded] in calls(document) {
        let (Some(one), Some(two)) = (request(&direct), request(&forwarded)) else { continue };
        if set.decide_with(&one, &mut scratch) != Decision::Allowed {
            continue;
        }
        let (decision, by) = set.decide_by(&two, &mut scratch);
        let own = by.iter().any(|it| it.span.start == part.statement.span.start);
        if decision == Decision::ExplicitDeny && own {
            let shown = |context: &Context| {
                let keys: Vec<String> = context
                    .iter()
                    .map(|(key, value)| format!("{key}={}", value.as_slice().join(",")))
                    .collect();
                keys.join(" ")
            };
            let asked = Asked {
                principal: &principal,
                action: &action,
                resource: &resource,
                account: ACCOUNT,
                context: &forwarded,
            };
            let sentence = format!(
                "`{action}` passes with {}, and is denied when a service forwards it: {}",
                shown(&direct),
                shown(&forwarded)
            );
            let witness =
                Shown { sentence: sentence.into(), case: case(&denies, &asked, "explicitDeny") };
            let message = "a call that passes is denied when a service forwards it";
            let help = "add `\"BoolIfExists\": {\"aws:ViaAWSService\": \"false\"}`";
            let draft = Draft::new("W0409", part.statement.span, message).help(help);
            found.add(draft.shown(Some(witness)));
            return;
        }
    }
}
