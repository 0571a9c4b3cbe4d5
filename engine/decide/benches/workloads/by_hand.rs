//! The small workload's three statements as a function.

use polsim_decide::eval::Decision;
use polsim_decide::request::Request;
use polsim_decide::text::KeyName;

static TEAM: KeyName = KeyName::from_static("aws:PrincipalTag/team");
static MFA: KeyName = KeyName::from_static("aws:MultiFactorAuthPresent");

/// The decision on a request of a user of the account that owns the resource.
pub(crate) fn decide(request: &Request) -> Decision {
    let action = request.action();
    if action.is("sts:GetCallerIdentity") || action.is("sts:GetSessionToken") {
        return Decision::Allowed;
    }
    let (service, name) = (action.service(), action.name());
    let deletes = starts(name, "Delete");
    let is = |wanted: &str| service.eq_ignore_ascii_case(wanted);
    let (sqs, dynamodb) = (is("sqs"), is("dynamodb"));
    if deletes
        && (sqs || dynamodb)
        && let [mfa] = request.context().values(&MFA)
        && mfa.eq_ignore_ascii_case("false")
    {
        return Decision::ExplicitDeny;
    }
    let team = match request.context().values(&TEAM) {
        [team] => Some(&**team),
        _ => None,
    };
    let queues = sqs && (starts(name, "Send") || deletes)
        || dynamodb && ends(name, "Item")
        || is("sns") && name.eq_ignore_ascii_case("Publish");
    if queues && matches!(team, Some("red" | "blue")) {
        return Decision::Allowed;
    }
    let reads = ["GetObject", "ListBucket", "PutObject"];
    if is("s3")
        && reads.iter().any(|it| name.eq_ignore_ascii_case(it))
        && is_own(request.resource().as_str(), team)
    {
        return Decision::Allowed;
    }
    Decision::ImplicitDeny
}

/// True for `arn:aws:s3:::app-*-data` and `arn:aws:s3:::app-*-data/team/TEAM/*`.
fn is_own(arn: &str, team: Option<&str>) -> bool {
    let Some(rest) = arn.strip_prefix("arn:aws:s3:::app-") else { return false };
    if rest.ends_with("-data") {
        return true;
    }
    let Some(team) = team else { return false };
    let mut from = rest;
    while let Some((_, after)) = from.split_once("-data/team/") {
        if after.strip_prefix(team).is_some_and(|it| it.starts_with('/')) {
            return true;
        }
        from = after;
    }
    false
}

fn starts(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix))
}

fn ends(text: &str, suffix: &str) -> bool {
    let from = text.len().checked_sub(suffix.len());
    from.and_then(|it| text.get(it..)).is_some_and(|it| it.eq_ignore_ascii_case(suffix))
}
