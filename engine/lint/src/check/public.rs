//! W0113, W0410, W0507 to W0509: what strangers get, and what nobody does.

use polsim::catalog::keys;
use polsim::lower::AttachedPolicy;
use polsim::policy::{Operand, Polarity, PolicyType, PrincipalValue, ResourcePattern};
use polsim::prove::{Claim, Limits, RequestShape};
use polsim::request::is_account_id;

use crate::ask::{Answer, When, allow_all, ask, denies_and};
use crate::document::{Document, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::test::Test;

/// The organization, endpoint and VPC of a stranger.
const ORGANIZATION: &str = "o-polsimstranger";
const ENDPOINT: &str = "vpce-0feedfeedfeedfeed";
const VPC: &str = "vpc-0feedfeedfeedfeed";

/// Keys that belong to the owner of the resource, or follow from who asks.
const NOT_CHOSEN: [&str; 6] = [
    keys::RESOURCE_ACCOUNT,
    keys::RESOURCE_ORG_ID,
    keys::RESOURCE_ORG_PATHS,
    keys::PRINCIPAL_ARN,
    keys::PRINCIPAL_ACCOUNT,
    keys::SOURCE_IP,
];

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    let (resource, trust) = (
        document.is(PolicyType::Resource) || document.is(PolicyType::Key),
        document.is(PolicyType::Trust),
    );
    for part in document.statements.iter().filter(|it| it.allows()) {
        if resource && is_wide(part) {
            strangers(document, part, found, limits);
        }
        if trust && found.findings.iter().any(|it| it.code() == "W0113") && is_wide(part) {
            trusted(document, part, found, limits);
        }
        if resource && !found.has(part, &["W0507"]) {
            services(document, part, "W0508", found, limits);
        }
        if trust && found.wants("W0509") {
            services(document, part, "W0509", found, limits);
        }
    }
    managers(document, found, limits);
}

/// True if the principals of a statement leave room for strangers.
fn is_wide(part: &Part<'_>) -> bool {
    part.statement.principal.as_ref().is_some_and(|element| {
        let everyone =
            |it: &PrincipalValue| matches!(it, PrincipalValue::Everyone | PrincipalValue::EveryAws);
        element.polarity == Polarity::AllBut || element.values.iter().any(|it| everyone(&it.value))
    })
}

/// An account that the document does not name.
fn stranger(document: &Document<'_>) -> String {
    let text = document.policy.source.slice(document.policy.span);
    let mut accounts =
        (0_u64..1000).map(|less| 999_988_887_777_u64.saturating_sub(less).to_string());
    accounts.find(|it| !text.contains(it.as_str())).unwrap_or_default()
}

/// The context of a stranger's requests: the keys that the document reads have no value of its own.
fn context(document: &Document<'_>, account: &str) -> When {
    let mut when = When::default();
    when.add("StringNotEquals", keys::RESOURCE_ACCOUNT, account);
    let read: Vec<&str> = document.policy.context_keys().iter().map(|it| it.as_str()).collect();
    let reads = |key: &str| read.iter().any(|it| it.eq_ignore_ascii_case(key));
    let own = [
        (keys::PRINCIPAL_ORG_ID, ORGANIZATION),
        (keys::VPCE_ORG_ID, ORGANIZATION),
        (keys::SOURCE_ORG_ID, ORGANIZATION),
        (keys::SOURCE_VPCE, ENDPOINT),
        (keys::SOURCE_VPC, VPC),
        (keys::VPCE_ACCOUNT, account),
        (keys::SOURCE_ACCOUNT, account),
        ("kms:CallerAccount", account),
        ("s3:DataAccessPointAccount", account),
    ];
    for (key, value) in own.iter().filter(|(key, _)| reads(key)) {
        when.add("StringEqualsIfExists", key, *value);
    }
    let paths = [keys::PRINCIPAL_ORG_PATHS, keys::VPCE_ORG_PATHS, keys::SOURCE_ORG_PATHS];
    for key in paths.iter().filter(|key| reads(key)) {
        when.add("ForAllValues:StringLike", key, format!("{ORGANIZATION}/*"));
    }
    if reads(keys::SOURCE_VPC_ARN) {
        when.add("ArnLikeIfExists", keys::SOURCE_VPC_ARN, format!("arn:*:ec2:*:{account}:vpc/*"));
    }
    let known: Vec<&str> = own.iter().map(|(key, _)| *key).chain(paths).chain(NOT_CHOSEN).collect();
    for test in document.statements.iter().flat_map(|it| &it.tests).filter(|it| !it.is_null()) {
        if test.is(keys::SOURCE_IP) {
            addresses(test, &mut when);
        } else if !test.is_one_of(&known)
            && !test.name().to_ascii_lowercase().starts_with("aws:resourcetag/")
        {
            foreign(test, &mut when);
        }
    }
    when
}

/// A stranger's address is in none of the ranges that are narrow enough to be somebody's.
fn addresses(test: &Test<'_>, when: &mut When) {
    for value in test.values() {
        let Operand::Address(range) = &value.value.operand else { continue };
        let widest = if range.net().addr().is_ipv4() { 8 } else { 32 };
        if range.net().prefix_len() > widest {
            when.add("NotIpAddress", keys::SOURCE_IP, range.to_string());
        }
    }
}

/// A key that is compared with an ARN or an account never has that account for a stranger.
fn foreign(test: &Test<'_>, when: &mut When) {
    let several = test.key.facts().is_some_and(|it| it.multivalued);
    let operator = if several { "ForAllValues:StringNotLike" } else { "StringNotLikeIfExists" };
    for value in test.values() {
        let text = &*value.value.text;
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let is_arn = parts.len() == 6 && parts.first() == Some(&"arn");
        let account = parts.get(4).copied().unwrap_or_default();
        if is_arn && is_account_id(account) {
            when.add(operator, test.name(), format!("*:{account}:*"));
        } else if is_account_id(text)
            || (is_arn && account.is_empty())
            || (test.is(keys::USER_ID) && text.chars().any(|c| c != '*'))
        {
            when.add(operator, test.name(), text);
        }
    }
}

/// The requests of strangers that this statement and all Deny statements let through.
fn strangers_requests(
    document: &Document<'_>,
    part: &Part<'_>,
    action: Option<&str>,
    limits: Limits<'_>,
) -> Answer {
    let account = stranger(document);
    let shape = RequestShape::default().of_principals([account.as_str(), "anonymous"]);
    let Ok(mut shape) = shape else { return Answer::Undecided };
    if let Some(action) = action {
        let Ok(narrow) = shape.clone().for_actions([action]) else { return Answer::Undecided };
        shape = narrow;
    }
    shape.when = context(document, &account).conditions();
    let policy = denies_and(document.policy, Some(part.statement));
    ask(Claim::Deny, shape, vec![AttachedPolicy::new(policy)], limits)
}

/// W0507.
fn strangers(document: &Document<'_>, part: &Part<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    let Some(element) = &part.statement.principal else { return };
    match strangers_requests(document, part, None, limits) {
        Answer::Fails(shown) => {
            let message = format!("strangers have access: {}", shown.sentence);
            let help = "name the principals, or ask for your organization, accounts or endpoints in a \
                        condition";
            found.add(Draft::new("W0507", element.span, message).help(help).shown(Some(shown)));
        }
        Answer::Undecided => found.undecided = found.undecided.saturating_add(1),
        Answer::Holds(_) => (),
    }
}

/// W0113: taken back where conditions keep strangers out.
fn trusted(document: &Document<'_>, part: &Part<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    let answer = strangers_requests(document, part, Some("sts:AssumeRole"), limits);
    match answer {
        Answer::Holds(_) => found.findings.retain(|it| {
            let own = it.statement.as_ref().is_some_and(|at| at.0 == part.index);
            it.code() != "W0113" || !own
        }),
        Answer::Fails(shown) => {
            let own = |it: &&mut crate::finding::Finding| {
                it.code() == "W0113" && it.statement.as_ref().is_some_and(|at| at.0 == part.index)
            };
            for finding in found.findings.iter_mut().filter(own) {
                finding.witness = Some(shown.clone());
            }
        }
        Answer::Undecided => found.undecided = found.undecided.saturating_add(1),
    }
}

/// W0508, W0509: services that act for a stranger.
fn services(
    document: &Document<'_>,
    part: &Part<'_>,
    code: &'static str,
    found: &mut Found<'_>,
    limits: Limits<'_>,
) {
    let Some(element) = &part.statement.principal else { return };
    let names: Vec<&str> = element
        .values
        .iter()
        .filter_map(|it| match &it.value {
            PrincipalValue::Service(name) => Some(&**name),
            _ => None,
        })
        .collect();
    if names.is_empty() || element.polarity == Polarity::AllBut {
        return;
    }
    let account = stranger(document);
    let Ok(mut shape) = RequestShape::default().of_principals(names) else { return };
    let mut when = context(document, &account);
    for key in [keys::SOURCE_ACCOUNT, keys::SOURCE_ARN] {
        if document.policy.context_keys().iter().any(|it| it.is(key)) {
            when.add("Null", key, "false");
        }
    }
    shape.when = when.conditions();
    let policy = denies_and(document.policy, Some(part.statement));
    match ask(Claim::Deny, shape, vec![AttachedPolicy::new(policy)], limits) {
        Answer::Fails(shown) => {
            let message = "the service may act for anybody's account here";
            let help = "ask for your own `aws:SourceArn`, `aws:SourceAccount` or `aws:SourceOrgID`";
            found.add(Draft::new(code, element.span, message).help(help).shown(Some(shown)));
        }
        Answer::Undecided => found.undecided = found.undecided.saturating_add(1),
        Answer::Holds(_) => (),
    }
}

/// W0410.
fn managers(document: &Document<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    let span = document.policy.span;
    if document.is(PolicyType::Key) {
        // A request on anything but a key is none of this policy's.
        let shape = RequestShape::default()
            .for_actions(["kms:PutKeyPolicy"])
            .and_then(|it| it.on_resources(["arn:*:kms:*:*:key/*"]));
        let Ok(shape) = shape else { return };
        let policies = vec![AttachedPolicy::new(document.policy.clone())];
        match ask(Claim::Deny, shape, policies, limits) {
            Answer::Holds(facts) => {
                let message =
                    "nobody is allowed kms:PutKeyPolicy: the key cannot be managed any more";
                let help = "allow it to the account: `{\"AWS\": \"arn:aws:iam::ACCOUNT:root\"}`";
                found.add(Draft::new("W0410", span, message).help(help).resting_on(facts));
            }
            Answer::Undecided => found.undecided = found.undecided.saturating_add(1),
            Answer::Fails(_) => (),
        }
    } else if document.is(PolicyType::Resource) && is_locked(document, found, limits) {
        let message = "s3:PutBucketPolicy and s3:DeleteBucketPolicy are denied to everyone but root: \
                       nobody else can change this policy";
        let help = "leave the principals that manage the bucket out of the Deny";
        found.add(Draft::new("W0410", span, message).help(help));
    }
}

/// True if the policy of a bucket denies every principal but root to change it.
fn is_locked(document: &Document<'_>, found: &mut Found<'_>, limits: Limits<'_>) -> bool {
    let actions = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];
    let covers = |part: &Part<'_>, action: &str| {
        let action = action.parse();
        let listed = action.is_ok_and(|it| part.entries.iter().any(|e| e.pattern.matches(&it)));
        listed == part.lists_actions()
    };
    let guards = |part: &&Part<'_>| part.denies() && is_wide(part);
    if !actions
        .iter()
        .all(|it| document.statements.iter().filter(guards).any(|part| covers(part, it)))
    {
        return false;
    }
    let buckets: Vec<ResourcePattern> = document
        .statements
        .iter()
        .filter(guards)
        .flat_map(Part::resources)
        .filter(|it| is_bucket(&it.value))
        .map(|it| it.value.clone())
        .collect();
    let Some(bucket) = buckets.first() else { return false };
    let mut policies: Vec<AttachedPolicy> = allow_all(PolicyType::Resource).into_iter().collect();
    policies.push(AttachedPolicy::new(denies_and(document.policy, None)));
    actions.iter().all(|action| {
        let shape = RequestShape::default().for_actions([*action]);
        let root = RequestShape::default().of_principals(["arn:*:iam::*:root"]);
        let (Ok(mut shape), Ok(root)) = (shape, root) else { return false };
        shape.resources = Some(vec![bucket.clone()]);
        shape.not = Some(Box::new(root));
        match ask(Claim::Deny, shape, policies.clone(), limits) {
            Answer::Holds(_) => true,
            Answer::Fails(_) => false,
            Answer::Undecided => {
                found.undecided = found.undecided.saturating_add(1);
                false
            }
        }
    })
}

fn is_bucket(entry: &ResourcePattern) -> bool {
    match entry {
        ResourcePattern::Any | ResourcePattern::Never => false,
        ResourcePattern::Arn { components, .. } => {
            let [_, _, service, _, _, name] = &**components;
            service.as_literal() == Some("s3") && !name.to_string().contains('/')
        }
    }
}

/// The policies with which nothing but a Deny of the document keeps a service out.
pub(super) fn but_for(document: &Document<'_>, part: &Part<'_>) -> Vec<AttachedPolicy> {
    let deny = crate::ask::only(document.policy, |it| it.span == part.statement.span);
    let mut policies: Vec<AttachedPolicy> = allow_all(PolicyType::Resource).into_iter().collect();
    if document.is(PolicyType::Rcp) {
        policies.extend(allow_all(PolicyType::Rcp));
    }
    if document.is(PolicyType::Key) {
        policies = allow_all(PolicyType::Key).into_iter().collect();
    }
    policies.push(AttachedPolicy::new(deny));
    policies
}
