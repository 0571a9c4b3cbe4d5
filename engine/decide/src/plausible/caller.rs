//! Who can call what, whatever policies say (condition 10; request notes §3.1, §3.3).

use super::{Condition, Implausible, Shown};
use crate::catalog::{PrincipalKind, keys};

/// Calls of STS that a federated user has.
const OF_FEDERATED_USERS: [&str; 3] =
    ["GetCallerIdentity", "GetScopedCredentials", "GetDelegatedAccessToken"];

/// The parts of taking a role.
const OF_ASSUMING: [&str; 4] = ["AssumeRole", "TagSession", "SetSourceIdentity", "SetContext"];

/// Services with actions that take unsigned requests; of S3, all but those that need an account.
const UNSIGNED: [&str; 9] = [
    "s3",
    "sqs",
    "sns",
    "lambda",
    "execute-api",
    "es",
    "elasticfilesystem",
    "vpc-lattice-svcs",
    "mediastore",
];

/// Checks that the caller can make the call.
pub(super) fn check(shown: &Shown<'_>) -> Result<(), Implausible> {
    match fact_against(shown) {
        Some(fact) => {
            let principal = shown.request.principal().to_string();
            Err(Implausible::new(Condition::Caller(fact), principal))
        }
        None => Ok(()),
    }
}

/// The fact because of which AWS refuses the call before any policy.
fn fact_against(shown: &Shown<'_>) -> Option<&'static str> {
    let action = shown.request.action();
    let (service, name) = (action.service().to_ascii_lowercase(), action.name());
    let is = |it: &&str| it.eq_ignore_ascii_case(name);
    let (of_sts, of_iam) = (service == "sts", service == "iam");
    let by_token = ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"].iter().any(is);
    let forwarded = shown.one(keys::VIA_AWS_SERVICE).is_some_and(|it| it == "true");
    match shown.request.principal().kind() {
        PrincipalKind::Anonymous if forwarded => Some("unsigned-forwarded"),
        PrincipalKind::Anonymous if !takes_unsigned(&service, name) => Some("unsigned"),
        PrincipalKind::Service if forwarded => Some("service-forwarded"),
        PrincipalKind::Provider if !(of_sts && by_token) => Some("provider-kind"),
        PrincipalKind::Anonymous | PrincipalKind::Service | PrincipalKind::Provider => None,
        PrincipalKind::Root if of_sts && OF_ASSUMING.iter().any(is) => Some("root-assumes-role"),
        PrincipalKind::Root if of_sts && is(&"AssumeRoot") => Some("root-assumes-root"),
        PrincipalKind::FederatedUser if of_iam => Some("federated-iam"),
        PrincipalKind::FederatedUser if of_sts && !OF_FEDERATED_USERS.iter().any(is) => {
            Some("federated-sts")
        }
        PrincipalKind::RoleSession
            if of_sts && ["GetFederationToken", "GetSessionToken"].iter().any(is) =>
        {
            Some("role-session-sts")
        }
        _ if of_sts && by_token => Some("web-identity-signed"),
        _ => None,
    }
}

/// Tests whether the action takes requests without a signature.
fn takes_unsigned(service: &str, name: &str) -> bool {
    let needs_account = ["ListAllMyBuckets", "CreateBucket", "AccessPoint", "Job", "AccessGrant"];
    match service {
        "s3" => !needs_account.iter().any(|it| name.contains(it)),
        "lambda" => name.eq_ignore_ascii_case("InvokeFunctionUrl"),
        _ => UNSIGNED.contains(&service),
    }
}
