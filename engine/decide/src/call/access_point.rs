//! Requests through an access point, which its bucket decides as well (request notes §7; S3 User
//! Guide, "Configuring IAM policies for using access points").

use super::answer::{CallDecision, CheckAnswer};
use super::ask::{Asked, KnownFacts, decided};
use super::check::{Check, Target};
use super::functions::is_access_point;
use crate::catalog::keys;
use crate::eval::{Decision, PolicySet, Scratch};
use crate::lower::AttachedPolicy;
use crate::policy::{Policy, PolicyType, ResourcePattern};
use crate::request::{ContextValue, PartialRequest, RequestError, RequestParts};
use crate::text::{KeyName, Pattern, Source};

/// An access point and what is asked of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AccessPoint {
    arn: String,
    account: String,
    partition: String,
    /// The key of an object.
    object: Option<String>,
}

/// The answer to a request through an access point that decides it: a denial, else what depends.
/// Nothing for any other request, and for one that is complete as it is.
pub fn through_access_point(
    set: &PolicySet,
    request: &PartialRequest,
    known: Option<&dyn KnownFacts>,
) -> Option<CheckAnswer> {
    let asked = request.known();
    let (action, resource) = (asked.action().as_str(), asked.resource().as_str());
    if request.is_complete() || !goes_through_access_point(action, resource) {
        return None;
    }
    // What belongs to the access point's own resource is told anew on the bucket's side.
    let of_resource = |key: &KeyName| {
        let facts = [keys::RESOURCE_ACCOUNT, "s3:ResourceAccount"];
        facts.iter().any(|it| key.is(it))
    };
    let context = asked.context().entries().iter().filter(|(key, _)| !of_resource(key)).cloned();
    let parts = RequestParts {
        principal: asked.principal().id(),
        issuer: asked.principal().issuer().map(crate::text::Arn::as_str),
        context: context.collect(),
        management_account: asked.in_management_account(),
        ..RequestParts::default()
    };
    let question = Asked {
        known,
        unknown: request.unknown_slots().to_vec(),
        ..Asked::new(&set.lowered().policies, parts)
    };
    let check = Check::of(action, resource);
    let answers = question.check(&check).ok()?;
    let is = |wanted: CallDecision| answers.iter().position(|it| it.decision == wanted);
    let explicit = answers.iter().position(|it| it.policies == Decision::ExplicitDeny);
    let at = explicit.or_else(|| is(CallDecision::Denied)).or_else(|| is(CallDecision::Depends));
    answers.into_iter().nth(at.unwrap_or_default())
}

/// The access point that a check goes through.
pub(super) fn of(check: &Check) -> Option<AccessPoint> {
    let Target::One(resource) = &check.target else { return None };
    if !goes_through_access_point(&check.action, resource) {
        return None;
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let [_, partition, _, _, account, rest] = parts[..] else { return None };
    let (arn, object) = match rest.split_once("/object/") {
        Some((_, key)) => (resource.strip_suffix(&format!("/object/{key}"))?, Some(key.to_owned())),
        None => (&**resource, None),
    };
    let (account, partition) = (account.to_owned(), partition.to_owned());
    Some(AccessPoint { arn: arn.to_owned(), account, partition, object })
}

/// Tells whether a request of this action on this resource reaches a bucket through an access point.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::goes_through_access_point;
/// let point = "arn:aws:s3:eu-west-1:111122223333:accesspoint/replica";
/// assert!(goes_through_access_point("s3:GetObject", &format!("{point}/object/a")));
/// assert!(!goes_through_access_point("s3:GetAccessPointPolicy", point), "its own policy");
/// ```
pub fn goes_through_access_point(action: &str, resource: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let is_s3 = action.starts_with("s3:") && !action.contains("accesspoint");
    is_s3 && is_access_point(resource)
}

/// The answers about the access point, and about each bucket behind it.
pub(super) fn decide(
    asked: &Asked<'_>,
    check: &Check,
    point: &AccessPoint,
) -> Result<Vec<CheckAnswer>, RequestError> {
    let mut check = check.clone();
    point.add_keys(&mut check);
    let mut answers = vec![asked.single(&check)?];
    let buckets = point.buckets(asked);
    let targets: Vec<Target> = if buckets.is_empty() {
        vec![point.some_bucket()]
    } else {
        buckets.iter().map(|it| Target::One(point.in_bucket(it).into())).collect()
    };
    for target in targets {
        // Checks of a table have plain names, others are named by action or resource.
        let id = if check.id.contains(':') {
            "bucket".to_owned()
        } else {
            format!("{}-bucket", check.id)
        };
        let of_bucket = Check { id: id.into(), target, ..check.clone() };
        answers.push(of_bucket_answer(asked, &of_bucket, point)?);
    }
    endpoint_by_bucket(asked, &mut answers)?;
    Ok(answers)
}

impl AccessPoint {
    /// The keys that requests through an access point carry.
    fn add_keys(&self, check: &mut Check) {
        for (key, value) in
            [("s3:DataAccessPointArn", &self.arn), ("s3:DataAccessPointAccount", &self.account)]
        {
            let key = KeyName::from_static(key);
            if !check.context.iter().any(|(known, _)| *known == key) {
                check.context.push((key, ContextValue::One(value.as_str().into())));
            }
        }
    }

    /// The bucket or the object in it that the request is about.
    fn in_bucket(&self, bucket: &str) -> String {
        match &self.object {
            Some(key) => format!("{bucket}/{key}"),
            None => bucket.to_owned(),
        }
    }

    /// Some bucket, where the input names none.
    fn some_bucket(&self) -> Target {
        let start = format!("arn:{}:s3:::", self.partition);
        let shown = self.in_bucket(&format!("{start}*"));
        let end = self.object.as_ref().map(|key| format!("/{key}")).unwrap_or_default();
        let pieces = [
            crate::text::Piece::Text(start.into()),
            crate::text::Piece::AnyRun,
            crate::text::Piece::Text(end.into()),
        ];
        Target::Some { shown: shown.into(), patterns: vec![Pattern::from_pieces(pieces)] }
    }

    /// The buckets behind it: those that the input says, else the one that a bucket policy of the
    /// input names.
    fn buckets(&self, asked: &Asked<'_>) -> Vec<String> {
        let known = asked.known.map(|it| it.buckets(&self.arn)).unwrap_or_default();
        let mut named: Vec<String> = known.into_iter().map(str::to_owned).collect();
        if !named.is_empty() {
            return named;
        }
        let of_resources =
            asked.policies.iter().filter(|it| it.policy.policy_type == PolicyType::Resource);
        for policy in of_resources {
            let elements = policy.policy.statements.iter().filter_map(|it| it.resource.as_ref());
            let values = elements.flat_map(|it| it.values.iter().map(|it| &it.value));
            for bucket in values.filter_map(bucket_of) {
                if !named.contains(&bucket) {
                    named.push(bucket);
                }
            }
        }
        // Policies of several buckets do not tell which is behind the access point.
        named.truncate(usize::from(named.len() == 1));
        named
    }
}

/// The bucket of an ARN pattern without wildcards in the bucket's name.
fn bucket_of(pattern: &ResourcePattern) -> Option<String> {
    let ResourcePattern::Arn { components, .. } = pattern else { return None };
    let text = |at: usize| components.get(at).and_then(Pattern::as_literal);
    let (partition, service, account) = (text(1)?, text(2)?, text(4)?);
    let last = components.get(5)?;
    let name = last.head().split('/').next().unwrap_or_default();
    let is_whole = last.as_literal().is_some() || last.head().contains('/');
    (service == "s3" && account.is_empty() && is_whole && !name.is_empty())
        .then(|| format!("arn:{partition}:s3:::{name}"))
}

/// The bucket's side: no Deny, and an Allow of the bucket's policy, or of an identity policy in the
/// bucket's account that names the bucket. The caller's other limits were asked at the access point.
fn of_bucket_answer(
    asked: &Asked<'_>,
    check: &Check,
    point: &AccessPoint,
) -> Result<CheckAnswer, RequestError> {
    let own = Asked { otherwise: Some(&point.account), ..asked.clone() };
    let whole = own.single(check)?;
    if whole.policies == Decision::ExplicitDeny {
        return Ok(whole);
    }
    let same_account = {
        let known = whole.request.known();
        known.principal().account() == known.resource_account()
    };
    let grants = |it: &AttachedPolicy| match it.policy.policy_type {
        PolicyType::Identity => same_account,
        PolicyType::Resource | PolicyType::Rcp => true,
        _ => false,
    };
    // Across accounts the identity side has said its word about the access point.
    let further = if same_account { None } else { said_at_access_point() };
    let resource = match &check.target {
        Target::One(resource) => resource.to_string(),
        _ => whole.request.known().resource().as_str().to_owned(),
    };
    let request = own.request(check, &resource)?;
    let set = own.set_with(&request, grants, further);
    let mut answer = decided(check, request, set);
    if check.target.is_pattern() && answer.decision == CallDecision::Denied {
        answer.decision = CallDecision::Depends;
        answer.depends_on.push(format!("resource:{}", check.id));
        answer.notes.push(format!(
            "the bucket behind {} is not given: its policy has to allow the request as well",
            point.arn
        ));
    }
    Ok(answer)
}

/// Endpoint policies may name the access point or the bucket: one of the forms is enough.
fn endpoint_by_bucket(asked: &Asked<'_>, answers: &mut [CheckAnswer]) -> Result<(), RequestError> {
    let is_endpoint = |it: &AttachedPolicy| it.policy.policy_type == PolicyType::Endpoint;
    let Some((first, [bucket, ..])) = answers.split_first_mut() else { return Ok(()) };
    if first.policies != Decision::ImplicitDeny || !asked.policies.iter().any(is_endpoint) {
        return Ok(());
    }
    let without = asked.set_of(&first.request, |it| !is_endpoint(it));
    let allows = |set: &PolicySet, request| {
        set.answer_partial(request, &mut Scratch::default()).decision() == Decision::Allowed
    };
    if !allows(&without, &first.request) {
        return Ok(());
    }
    // In one account the caller's Allow is enough, so that only the endpoint's policy is asked.
    let caller = first.request.known().principal().account();
    let resource = bucket.request.known().resource().as_str().to_owned();
    let parts = RequestParts { resource_account: caller, ..asked.parts.clone() };
    let own = Asked { parts, ..asked.clone() };
    let request = own.request(&bucket.check, &resource)?;
    let endpoints = own.set_with(&request, is_endpoint, said_at_access_point());
    if allows(&endpoints, &request) {
        *first = decided(&first.check.clone(), first.request.clone(), without);
    }
    Ok(())
}

/// A policy in the place of what was decided at the access point.
fn said_at_access_point() -> Option<AttachedPolicy> {
    const TEXT: &str = r#"{"Version": "2012-10-17", "Statement": {"Sid": "AskedAtTheAccessPoint", "Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let source = Source::new("asked at the access point", TEXT);
    let parsed = Policy::parse(&source, PolicyType::Identity).ok()?;
    Some(AttachedPolicy::new(parsed.policy))
}
