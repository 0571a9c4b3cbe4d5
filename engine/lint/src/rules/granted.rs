//! W05xx: what is granted.

use polsim::text::Severity::{Error, Warning};

use crate::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "W0501",
        "full-administrator",
        Warning,
        "everything is allowed",
        "one statement allows every action of the catalogue on a new resource",
        "The holder can do everything, changing permissions included.",
    ),
    Rule::new(
        "W0502",
        "privilege-escalation",
        Error,
        "the holder can get more permissions",
        "a known path to more permissions is open, without conditions",
        "Each action of the path is allowed on a resource of a new name, with only the context that \
         every request has: a Deny, a boundary, a tag, MFA or a name closes the path.",
    ),
    Rule::new(
        "W0503",
        "conditional-privilege-escalation",
        Warning,
        "the holder can get more permissions under conditions",
        "a known path is open where certain keys have suitable values, or if a thing with a role is \
         there already",
        "The document alone does not show that the conditions can be met.",
    )
    .off(),
    Rule::new(
        "W0504",
        "pass-role-to-anything",
        Warning,
        "any role may be passed to any service",
        "`iam:PassRole` is allowed on a new role for a service that the document does not mention",
        "Whoever passes a role to a service acts with its permissions there. Name the roles, and the \
         service in `iam:PassedToService`.",
    )
    .aws(&["PASS_ROLE_WITH_STAR_IN_RESOURCE", "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"]),
    Rule::new(
        "W0505",
        "service-linked-role-anywhere",
        Warning,
        "a service-linked role for any service",
        "`iam:CreateServiceLinkedRole` is allowed for a service that the document does not mention",
        "Name the service in `iam:AWSServiceName`.",
    )
    .off()
    .aws(&["CREATE_SLR_WITH_STAR_IN_RESOURCE", "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"]),
    Rule::new(
        "W0506",
        "allow-notaction",
        Warning,
        "everything but some actions is allowed",
        "Allow with NotAction on every resource",
        "The statement allows actions that AWS has yet to invent, and those of services that nobody \
         thought of. List what is meant.",
    ),
    Rule::new(
        "W0507",
        "public-access",
        Error,
        "strangers have access",
        "a caller of a foreign account, from a foreign place, is allowed something",
        "Asked of every request of a stranger: another account or no signature, a public address that \
         the document does not name, or an endpoint of somebody else's. Restrict the principal, or add a \
         condition that names your organization, accounts or endpoints.",
    ),
    Rule::new(
        "W0508",
        "service-without-source",
        Warning,
        "a service may act for strangers here",
        "Allow to a service principal, which a service that acts for a foreign account passes",
        "A service calls for every one of its customers (the confused deputy). Ask for your own \
         `aws:SourceArn`, `aws:SourceAccount` or `aws:SourceOrgID`.",
    )
    .aws(&["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"]),
    Rule::new(
        "W0509",
        "service-trust-without-source",
        Warning,
        "a service may assume the role for strangers",
        "a trust policy that a service which acts for a foreign account passes",
        "Ask for your own `aws:SourceArn` or `aws:SourceAccount`, where the service sends them.",
    )
    .off()
    .aws(&["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"]),
    Rule::new(
        "W0510",
        "oidc-any-workload",
        Error,
        "every workload of a shared provider may assume the role",
        "a shared identity provider, and no test of a claim that tells its customers apart",
        "Anybody gets tokens from a shared provider; the audience `sts.amazonaws.com` is the same for \
         all. IAM refuses new trust policies without such a test and keeps the old ones in force. Test the \
         subject.",
    )
    .aws(&["MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", "MISSING_GITHUB_REPO_CONDITION_KEY"]),
    Rule::new(
        "W0511",
        "oidc-owner-wildcard",
        Error,
        "every owner of a shared provider may assume the role",
        "a token of an owner that the document does not name is accepted",
        "The pattern leaves open whose repository or project the token is for. Write the owner out.",
    )
    .aws(&["SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED"]),
    Rule::new(
        "W0512",
        "principal-cannot-call-action",
        Error,
        "principals that cannot make the call",
        "no principal of the statement can make any of its calls",
        "SAML providers call `sts:AssumeRoleWithSAML`, web identity providers \
         `sts:AssumeRoleWithWebIdentity`, users, roles and services neither (policy language §5.6).",
    )
    .aws(&["MISMATCHED_ACTION_FOR_PRINCIPAL"]),
];
