//! Witnesses made such as could be sent: another resource, action or name where the prover's choice is
//! none that AWS knows, as long as the request still shows the same.

use super::Draft;
use crate::catalog::{Catalog, ListedAction, keys};
use crate::plausible::{Condition, Implausible, Shown};
use crate::request::Request;
use crate::text::KeyName;

/// Upper bound on the conditions that are mended one after the other.
const MAX_MENDED: usize = 8;
/// Upper bound on the requests that are tried for one condition.
const MAX_TRIED: usize = 400;

/// Names for the parts of ARNs, by the end of their placeholders; the last for all others.
const NAMES: [(&str, &str); 12] = [
    ("BucketName", "amzn-s3-demo-bucket"),
    ("ObjectName", "churn.csv"),
    ("AccessPointName", "analytics"),
    ("KeyId", "0a1b2c3d-0000-4000-8000-000000000001"),
    ("InstanceId", "i-0a1b2c3d4e5f60718"),
    ("VolumeId", "vol-0a1b2c3d4e5f60718"),
    ("VpcId", "vpc-0a1b2c3d4e5f60718"),
    ("SubnetId", "subnet-0a1b2c3d4e5f60718"),
    ("SecurityGroupId", "sg-0a1b2c3d4e5f60718"),
    ("SecretId", "churn-AbCdEf"),
    ("NameWithPath", "Churn"),
    ("", "churn"),
];

/// The draft after changes with which its request could be sent, or as it is if none is found.
pub(super) fn plausible(draft: Draft, holds: &impl Fn(&Request) -> bool) -> Draft {
    // Without the reference there is nothing to mend by.
    let Some(catalog) = super::super::reference() else { return draft };
    let mut best = draft;
    for _ in 0..MAX_MENDED {
        let Some(why) = broken(&best, catalog) else { return best };
        let candidates = candidates(&best, &why, catalog);
        let better = candidates.into_iter().take(MAX_TRIED).find(|next| {
            let progress = broken(next, catalog).is_none_or(|now| rank(&now) > rank(&why));
            progress && next.complete().is_some_and(|request| holds(&request))
        });
        match better {
            Some(next) => best = next,
            None => return best,
        }
    }
    best
}

/// The first condition that the request breaks.
fn broken(draft: &Draft, catalog: &Catalog) -> Option<Implausible> {
    Shown::new(&draft.complete()?).check(catalog).err()
}

/// The place of a condition in the order in which they are checked.
fn rank(why: &Implausible) -> usize {
    match why.condition {
        Condition::UnknownAction => 0,
        Condition::ResourceType => 1,
        Condition::Partition | Condition::Owner | Condition::Region => 2,
        Condition::Caller(_) => 3,
        Condition::Name => 5,
        _ => 4,
    }
}

/// Drafts that may break the condition no more, the likeliest first.
fn candidates(draft: &Draft, why: &Implausible, catalog: &Catalog) -> Vec<Draft> {
    let with_resource = |resource: String| Draft { resource, ..draft.clone() };
    match why.condition {
        Condition::UnknownAction => other_actions(draft, catalog),
        Condition::ResourceType => {
            let Some((service, name)) = draft.action.split_once(':') else { return Vec::new() };
            let Some(action) = catalog.action(service, name) else { return Vec::new() };
            let mut drafts: Vec<Draft> =
                resources(draft, &action).into_iter().map(with_resource).collect();
            drafts.extend(other_actions(draft, catalog));
            drafts
        }
        Condition::Region => {
            let region = draft.resource.split(':').nth(3).unwrap_or_default();
            let mut next = draft.clone();
            for (key, values) in &mut next.context {
                if key.is(keys::REQUESTED_REGION) && !region.is_empty() {
                    *values = vec![region.into()];
                }
            }
            vec![next]
        }
        Condition::KeyNotOfAction | Condition::KeyNotOfCaller => {
            let key = KeyName::new(&why.what);
            let mut next = draft.clone();
            next.context.retain(|(it, _)| *it != key);
            let mut drafts = vec![next];
            drafts.extend(other_actions(draft, catalog));
            drafts
        }
        Condition::Name => names(draft),
        _ => Vec::new(),
    }
}

/// The same request for each other action of its service, on resources of that action.
fn other_actions(draft: &Draft, catalog: &Catalog) -> Vec<Draft> {
    let service = draft.action.split(':').next().unwrap_or_default().to_owned();
    let mut drafts = Vec::new();
    for action in catalog.actions(&service) {
        let named = Draft { action: format!("{service}:{}", action.name()), ..draft.clone() };
        drafts.push(named.clone());
        for resource in resources(&named, &action) {
            drafts.push(Draft { resource, ..named.clone() });
        }
    }
    drafts
}

/// Resources of the action's types, those that go on from the draft's own first.
fn resources(draft: &Draft, action: &ListedAction<'_>) -> Vec<String> {
    let types = action.resource_types();
    let mut found = Vec::new();
    if types.iter().all(|(_, required)| !required) {
        found.push("*".to_owned());
    }
    for (it, _) in types {
        let plain = filled(&it.format, draft);
        let own: Vec<&str> = draft.resource.splitn(6, ':').collect();
        let other: Vec<&str> = plain.splitn(6, ':').collect();
        if let ([.., own], [start @ .., other]) = (&own[..], &other[..]) {
            let own = own.trim_end_matches('/');
            if own != "*" && !own.is_empty() {
                found.push(format!("{}:{own}", start.join(":")));
                found.push(format!("{}:{own}/churn", start.join(":")));
                if let Some((kind, _)) = other.split_once('/') {
                    found.push(format!("{}:{kind}/{own}", start.join(":")));
                }
            }
        }
        found.push(plain);
    }
    found
}

/// An ARN of this form, in the draft's partition, region and account.
fn filled(format: &str, draft: &Draft) -> String {
    let mut text = String::new();
    let mut rest = format;
    let account = draft.resource_account.as_deref().unwrap_or("111122223333");
    let partition = draft.principal.split(':').nth(1).filter(|_| draft.principal.contains("arn:"));
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        let Some((name, tail)) = after.split_once('}') else { break };
        text.push_str(match name {
            "Partition" => partition.unwrap_or("aws"),
            "Region" => draft.region(),
            "Account" => account,
            other => {
                let known = NAMES.iter().find(|(end, _)| other.ends_with(end));
                known.map_or("churn", |(_, value)| *value)
            }
        });
        rest = tail;
    }
    text.push_str(rest);
    text
}

/// The draft with longer names of the caller.
fn names(draft: &Draft) -> Vec<Draft> {
    let Some((head, name)) = draft.principal.rsplit_once('/') else { return Vec::new() };
    ["alice", "DataScientist"]
        .into_iter()
        .filter(|plain| *plain != name)
        .map(|plain| Draft { principal: format!("{head}/{plain}"), ..draft.clone() })
        .collect()
}
