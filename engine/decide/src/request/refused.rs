//! The test of a request against the facts about calls that AWS refuses (request notes §3).

use super::{PrincipalKind, Request, is_account_id};
use crate::catalog::{Refusal, RefusedOn, RefusedWhen, keys};

/// The key with the network origin of the access point that is called.
const S3_NETWORK_ORIGIN: &str = "s3:AccessPointNetworkOrigin";

/// The first fact because of which AWS refuses the request; `aws_managed` for a key that AWS manages.
pub(super) fn refusal(request: &Request, aws_managed: bool) -> Option<&'static Refusal> {
    let kind = request.principal().kind();
    let holds = |it: &&Refusal| {
        it.callers.contains(&kind)
            && it.is_about(request.action())
            && (it.on.is_empty() || it.on.iter().any(|on| is_on(request, on)))
            && is_when(request, it.when, aws_managed)
    };
    Refusal::all().iter().find(holds)
}

fn is_on(request: &Request, on: &RefusedOn) -> bool {
    let parts = request.resource().components();
    parts.is_some_and(|[_, _, service, _, account, rest]| on.has(service, account, rest))
}

fn is_when(request: &Request, when: RefusedWhen, aws_managed: bool) -> bool {
    let context = request.context();
    let principal = request.principal();
    let forwarded = || context.one(keys::VIA_AWS_SERVICE).is_some_and(is_true);
    match when {
        RefusedWhen::Always => true,
        RefusedWhen::AwsManagedKey => aws_managed,
        RefusedWhen::AwsManagedKeyDirectly => aws_managed && !forwarded(),
        RefusedWhen::Credentials(ways) => {
            request.credentials().is_some_and(|own| ways.contains(&own))
        }
        RefusedWhen::Forwarded => forwarded(),
        RefusedWhen::NotFromVpc => {
            let origin = context.one(S3_NETWORK_ORIGIN);
            origin == Some("VPC") && !context.has(keys::SOURCE_VPC)
        }
        RefusedWhen::NotConsole => request.credentials() != Some("console"),
        RefusedWhen::OtherAccount => {
            let owner = request.resource_account().filter(|it| is_account_id(it));
            principal.account().zip(owner).is_some_and(|(own, owner)| own != owner)
        }
        RefusedWhen::OtherPartition => {
            let partition = request.resource().partition();
            partition.is_some_and(|it| it != principal.partition())
        }
        RefusedWhen::Provider { saml } => {
            principal.kind() == PrincipalKind::Provider
                && principal.id().contains(":saml-provider/") == saml
        }
        RefusedWhen::RootTask => context.one(keys::ASSUMED_ROOT).is_some_and(is_true),
    }
}

fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

#[cfg(test)]
mod tests {
    use crate::request::{CallFacts, Request, RequestParts};

    fn fact(principal: &str, action: &str, resource: &str) -> Option<&'static str> {
        let parts = RequestParts { principal, action, resource, ..RequestParts::default() };
        Request::as_sent(parts).unwrap().refusal().map(|it| it.fact)
    }

    const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001";

    #[test]
    fn callers_have_the_calls_that_aws_leaves_them() {
        let root = "arn:aws:iam::111122223333:root";
        let session = "arn:aws:sts::111122223333:assumed-role/App/s1";
        let federated = "arn:aws:sts::111122223333:federated-user/bob";
        let other = "arn:aws:iam::444455556666:user/admin";
        let role = "arn:aws:iam::111122223333:role/Ops";
        for (principal, action, resource, expected) in [
            (root, "sts:AssumeRole", role, Some("root-assumes-role")),
            (root, "sts:TagSession", role, Some("root-assumes-role")),
            (root, "sts:GetSessionToken", "*", None),
            (session, "sts:AssumeRole", role, None),
            (session, "sts:GetSessionToken", "*", Some("role-session-sts")),
            (federated, "sts:GetCallerIdentity", "*", None),
            (federated, "sts:AssumeRole", role, Some("federated-sts")),
            (federated, "iam:ListUsers", "*", Some("federated-iam")),
            (federated, "s3:ListAllMyBuckets", "*", None),
            (other, "kms:Decrypt", KEY, None),
            (other, "kms:PutKeyPolicy", KEY, Some("kms-own-account")),
            (other, "iam:GetRole", role, Some("iam-own-account")),
            (other, "iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", None),
            ("anonymous", "s3:GetObject", "arn:aws:s3:::b/k", None),
            ("anonymous", "s3:ListAllMyBuckets", "*", Some("unsigned")),
            ("anonymous", "kms:Decrypt", KEY, Some("unsigned")),
            (
                "federated:accounts.google.com",
                "sts:AssumeRoleWithSAML",
                role,
                Some("provider-kind"),
            ),
            ("federated:accounts.google.com", "sts:AssumeRoleWithWebIdentity", role, None),
            (
                "federated:accounts.google.com",
                "s3:GetObject",
                "arn:aws:s3:::b/k",
                Some("provider-kind"),
            ),
        ] {
            assert_eq!(fact(principal, action, resource), expected, "{principal} {action}");
        }
    }

    #[test]
    fn credentials_decide_and_a_complete_request_is_never_refused() {
        let parts = |credentials| RequestParts {
            principal: "arn:aws:iam::111122223333:user/alice",
            action: "iam:ListUsers",
            resource: "*",
            call: CallFacts { credentials: Some(credentials), ..CallFacts::default() },
            ..RequestParts::default()
        };
        let fact = |parts| Request::as_sent(parts).unwrap().refusal().map(|it| it.fact);
        assert_eq!(fact(parts("session")), Some("session-token-iam"));
        assert_eq!(fact(parts("mfa")), None);
        assert_eq!(fact(RequestParts { complete: true, ..parts("session") }), None);
    }
}
