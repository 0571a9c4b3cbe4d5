"""The one small pool of constants that generated cases draw from.

Policies and requests take their values from the same short lists, so that
things collide: a random pattern often meets a random value that it matches,
nearly matches, or matches only if some rule is got wrong. Texts that occur in
policies stay within U+00FF, which is all that AWS stores; context values need
not.
"""

from typing import NamedTuple

OWN, OTHER = "111122223333", "444455556666"
USER_ID, ROLE_ID = "AIDACKCEVSQ6C2EXAMPLE", "AROADBQP57FF2AEXAMPLE"
OIDC = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"
SAML = f"arn:aws:iam::{OWN}:saml-provider/Corp"


class Requester(NamedTuple):
    """A principal of a request, and what its context holds when nothing is derived.

    `listing` is what a NotPrincipal has to list to exempt it.
    """

    kind: str
    principal: str
    known: dict
    values: tuple
    listing: tuple = ()


def _user(account, path, name, partition="aws"):
    arn = f"arn:{partition}:iam::{account}:user/{path}{name}"
    root = f"arn:{partition}:iam::{account}:root"
    known = {
        "aws:PrincipalArn": arn,
        "aws:PrincipalAccount": account,
        "aws:username": name,
        "aws:userid": USER_ID,
        "aws:PrincipalType": "User",
        "aws:PrincipalIsAWSService": "false",
    }
    values = (("AWS", arn), ("AWS", arn), ("AWS", root), ("AWS", account), ("AWS", USER_ID))
    return Requester("user", arn, known, values, (arn, root))


def _role(account, path, name, session, kind="role session"):
    role = f"arn:aws:iam::{account}:role/{path}{name}"
    root = f"arn:aws:iam::{account}:root"
    known = {
        "aws:PrincipalArn": role,
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalIsAWSService": "false",
    }
    values = (("AWS", role), ("AWS", role), ("AWS", root), ("AWS", account))
    if session is None:
        return Requester(kind, role, known, values, (role, account))
    arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session}"
    known = {**known, "aws:userid": f"{ROLE_ID}:{session}"}
    values = (*values, ("AWS", arn), ("AWS", arn), ("AWS", ROLE_ID))
    return Requester(kind, arn, known, values, (arn, role, account))


def _root(account, partition="aws"):
    arn = f"arn:{partition}:iam::{account}:root"
    known = {
        "aws:PrincipalArn": arn,
        "aws:PrincipalAccount": account,
        "aws:userid": account,
        "aws:PrincipalType": "Account",
        "aws:PrincipalIsAWSService": "false",
    }
    return Requester("root", arn, known, (("AWS", arn), ("AWS", account)), (arn,))


def _federated_user(account, name):
    arn = f"arn:aws:sts::{account}:federated-user/{name}"
    root = f"arn:aws:iam::{account}:root"
    known = {
        "aws:PrincipalArn": arn,
        "aws:PrincipalAccount": account,
        "aws:userid": f"{account}:{name}",
        "aws:PrincipalType": "FederatedUser",
        "aws:PrincipalIsAWSService": "false",
    }
    return Requester(
        "federated user", arn, known, (("AWS", arn), ("AWS", arn), ("AWS", root)), (arn, root)
    )


def _service(name, *also):
    known = {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": name}
    if also:
        known["aws:PrincipalServiceNamesList"] = [name, *also]
    values = tuple(("Service", n) for n in (name, *also))
    return Requester("service", name, known, values, (name,))


def _federated_caller(provider):
    return Requester("federated caller", f"federated:{provider}", {}, (("Federated", provider),))


ANONYMOUS = Requester(
    "anonymous",
    "anonymous",
    {
        "aws:PrincipalAccount": "anonymous",
        "aws:PrincipalType": "Anonymous",
        "aws:userid": "anonymous",
    },
    (("AWS", "*"),),
)
LINKED_PATH = "aws-service-role/x.amazonaws.com/"
REQUESTERS = {
    "user": [
        _user(OWN, "", "alice"),
        _user(OWN, "team/", "alice"),
        _user(OWN, "", "Alice"),
        _user(OTHER, "", "alice"),
        _user(OWN, "", "alice"),
        _user(OWN, "team/", "alice"),
        _user(OTHER, "", "alice"),
        _user(OWN, "", "alice", "aws-cn"),
    ],
    "role session": [
        _role(OWN, "", "App", "s1"),
        _role(OWN, "team/", "App", "s1"),
        _role(OWN, "", "App", "s2"),
        _role(OTHER, "", "App", "s1"),
        _role(OWN, "", "App", None),
        _role(OTHER, "team/", "App", None),
    ],
    "service-linked role": [
        _role(OWN, LINKED_PATH, "AWSServiceRoleForX", "s1", "service-linked role"),
        _role(OTHER, LINKED_PATH, "AWSServiceRoleForX", None, "service-linked role"),
    ],
    "federated user": [_federated_user(OWN, "alice"), _federated_user(OTHER, "alice")],
    "root": [_root(OWN), _root(OTHER), _root(OWN), _root(OTHER), _root(OWN), _root(OWN, "aws-cn")],
    "service": [
        _service("lambda.amazonaws.com"),
        _service("logs.amazonaws.com", "logs.us-east-1.amazonaws.com"),
    ],
    "anonymous": [ANONYMOUS],
    "federated caller": [
        _federated_caller(OIDC),
        _federated_caller(SAML),
        _federated_caller("accounts.google.com"),
    ],
}

# Principals that are nobody in particular: they match the wrong requester or none.
OTHER_PRINCIPAL_VALUES = (
    ("AWS", "*"),
    ("AWS", "*"),
    ("AWS", "777788889999"),
    ("AWS", f"arn:aws-cn:iam::{OWN}:root"),
    ("AWS", f"arn:aws:iam::{OWN}:user/App"),
    ("AWS", f"arn:aws:iam::{OWN}:role/app"),
    ("Service", "ec2.amazonaws.com"),
    ("CanonicalUser", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"),
)


class Family(NamedTuple):
    """Requests of one service and the patterns that mean them.

    `resources` are (ARN with `{}` for the owner, actions); `patterns` likewise.
    """

    name: str
    target: str
    resources: tuple
    actions: tuple
    action_patterns: tuple
    patterns: tuple
    incomplete: tuple = ()


def _family(name, requests, patterns, *, target="resource", actions=(), incomplete=()):
    names = tuple(dict.fromkeys(action for _, actions in requests for action in actions))
    general = (f"{name}:*", f"{name}:*", f"{name.upper()}:*", f"{name}:Get*", f"{name}:?*e*")
    return Family(
        name,
        target,
        tuple(requests),
        names,
        (*names, *names, *general, *actions),
        tuple(patterns),
        tuple(incomplete),
    )


BUCKET = (
    "arn:aws:s3:::b",
    ("s3:ListBucket", "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"),
)
FAMILIES = [
    _family(
        "s3",
        [
            ("arn:aws:s3:::b/alice/x", ("s3:GetObject", "s3:PutObject", "S3:getobject")),
            ("arn:aws:s3:::b/a*b", ("s3:GetObject",)),
            ("arn:aws:s3:::b/${aws:username}/x", ("s3:GetObject",)),
            ("arn:aws:s3:::b/$x", ("s3:GetObjectAcl",)),
            ("arn:aws:s3:::b/al?ha", ("s3:GetObject",)),
            ("arn:aws:s3:::b//test/\u00e9:\U0001f600", ("s3:GetObject",)),
            BUCKET,
            ("arn:aws:s3:::*", ("s3:ListAllMyBuckets",)),
            ("arn:aws-cn:s3:::b/alice/x", ("s3:GetObject",)),
        ],
        [
            "arn:aws:s3:::b/*",
            "arn:aws:s3:::b*",
            "arn:aws:s3:::b",
            "arn:aws:s3:::*",
            "arn:aws:s3:::b/alice/?",
            "arn:aws:s3:::B/*",
            "arn:aws:s3:::b/${aws:username}/*",
            "arn:aws:s3:::b/${aws:PrincipalTag/team}/*",
            "arn:aws:s3:::b/${aws:PrincipalTag/team, 'alice'}/x",
            "arn:aws:s3:::${s3:prefix, 'b/al*ce'}/x",
            "arn:aws:s3:::b/${aws:TagKeys}*",
            "arn:aws:s3:::b/a${*}b",
            "arn:aws:s3:::b/al${?}ha",
            "arn:aws:s3:::b/${$}x",
            "arn:aws:s3:::b/*/test/*",
            "arn:aws:s3:::*:?",
            "arn:aws-cn:s3:::b/*",
        ],
        actions=("s3:*Object", "s3:?etObject", "s3:*BucketPolicy", "s3-object-lambda:*"),
        incomplete=("arn:aws:s3", "arn:aws:s3:*"),
    ),
    _family(
        "sqs",
        [
            (
                "arn:aws:sqs:us-east-1:{}:q1",
                ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:GetQueueUrl"),
            ),
            ("arn:aws:sqs:eu-west-1:{}:alice", ("sqs:SendMessage",)),
            ("*", ("sqs:ListQueues",)),
        ],
        [
            f"arn:aws:sqs:us-east-1:{OWN}:q1",
            f"arn:aws:sqs:*:{OWN}:q?",
            f"arn:aws:sqs:us-*:{OTHER}:*",
            "arn:aws:sqs:*:*:*",
            "arn:aws:sqs:?u-west-1:*:${aws:username}",
            f"arn:aws:sqs::{OWN}:q1",
        ],
        incomplete=(
            "arn:aws:sqs",
            "arn:aws:sqs:*:q1",
            "arn:aws:sqs:us-east-1:11*",
            "arn:aws:sqs:u*1",
            f"arn:aws:sqs:us-east-1:{OWN}",
        ),
    ),
    _family(
        "logs",
        [
            (
                "arn:aws:logs:us-east-1:{}:log-group:g:log-stream:x",
                ("logs:PutLogEvents", "logs:GetLogEvents"),
            ),
            ("arn:aws:logs:us-east-1:{}:log-group:g", ("logs:CreateLogStream",)),
        ],
        [
            f"arn:aws:logs:us-east-1:{OWN}:log-group:g:*",
            "arn:aws:logs:us-east-1:*:x",
            f"arn:aws:logs:*:{OWN}:log-stream:x",
            "arn:aws:logs:*:*:log-group:?",
            "arn:aws:logs:*:*:log-group:${aws:PrincipalTag/team, 'g:log-stream:x'}",
        ],
        incomplete=("arn:aws:logs:*:x", "arn:aws:logs"),
    ),
    _family(
        "lambda",
        [
            (
                "arn:aws:lambda:us-east-1:{}:function:f:PROD",
                ("lambda:InvokeFunction", "lambda:GetFunction"),
            ),
            ("arn:aws:lambda:us-east-1:{}:function:f", ("lambda:InvokeFunction",)),
        ],
        [
            f"arn:aws:lambda:us-east-1:{OWN}:function:f",
            "arn:aws:lambda:*:*:function:f:*",
            "arn:aws:lambda:*:*:function:f*",
        ],
        incomplete=("arn:aws:lambda:us-east-1",),
    ),
    _family(
        "route53",
        [
            (
                "arn:aws:route53:::hostedzone/Z1",
                ("route53:GetHostedZone", "route53:ChangeResourceRecordSets"),
            )
        ],
        ["arn:aws:route53:::hostedzone/*", "arn:aws:route53:::hostedzone/Z2"],
    ),
    _family(
        "sns",
        [("arn:aws:sns:us-east-1:{}:t", ("sns:Publish", "sns:GetTopicAttributes"))],
        [
            "arn:aws:sns:us-?ast-1:*:t",
            f"arn:aws:sns:us-east-1:{OTHER}:t",
            "arn:aws:sns:*:*:${aws:username}",
        ],
        incomplete=("arn:aws:sns:*",),
    ),
    _family(
        "kms",
        [
            (
                "arn:aws:kms:us-east-1:{}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                ("kms:Decrypt", "kms:Encrypt", "kms:GetKeyPolicy", "kms:RetireGrant"),
            ),
        ]
        * 5
        + [("*", ("kms:CreateKey", "kms:ListAliases"))],
        [
            f"arn:aws:kms:us-east-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:*:*:key/*",
            f"arn:aws:kms:*:{OTHER}:key/*",
        ],
        target="key",
        actions=("kms:*crypt", "kms:Describe*"),
        incomplete=("arn:aws:kms",),
    ),
    _family(
        "sts",
        [
            (
                "arn:aws:iam::{}:role/Target",
                ("sts:AssumeRole", "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"),
            )
        ]
        * 6
        + [("*", ("sts:GetCallerIdentity",))],
        [
            f"arn:aws:iam::{OWN}:role/Target",
            "arn:aws:iam::*:role/*",
            "arn:aws:iam::*:role/T?rget",
            "arn:aws:iam::*:role/${aws:username}",
        ],
        target="trust",
        actions=("sts:AssumeRole*", "sts:Assume?ole"),
        incomplete=("arn:aws:iam",),
    ),
]
FAMILY_WEIGHTS = (5, 3, 2, 1, 1, 2, 4, 5)

# A wildcard for the service: refused in identity policies, evaluated in the others (§2.3).
ANY_SERVICE = "arn:aws:*:*:*:*"

# What a trust policy may name (policy language §1.14).
TRUST_ACTIONS = (
    "sts:AssumeRole",
    "sts:AssumeRole",
    "sts:assumerole",
    "sts:AssumeRoleWithWebIdentity",
    "sts:AssumeRoleWithSAML",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:*",
)

# fmt: off
STRING_POLICY_VALUES = (
    "alpha", "Alpha", "beta", "alice", "a*b", "al?ha", "x/y", "10", "true", "203.0.113.9", "\u00c9", "\u00df", "\u00b5", "s",
    "al*", "*", "?", "*a", "x/*", "a?pha", "*\u00e9*", "b/*/x", "K", "",
    "${aws:username}", "${aws:PrincipalTag/team}", "${AWS:principaltag/TEAM}/*", "${aws:PrincipalTag/team, 'alpha'}",
    "${s3:prefix, 'a*b'}", "${aws:TagKeys}", "${aws:TagKeys, 'beta'}", "a${*}b", "al${?}ha", "${$}x", "${$}{aws:username}", "$x",
)
STRING_CONTEXT_VALUES = (
    "alpha", "Alpha", "ALPHA", "beta", "alice", "a*b", "axb", "al?ha", "x/y", "x/y/z", "10", "true", "203.0.113.9",
    "\u00e9", "\u00c9", "\u1e9e", "\u03bc", "\u017f", "\u212a", "\U0001f600", "$x", "${aws:username}", "alpha ", "b//x", "alice/*",
)
NUMBER_POLICY_VALUES = (
    "ten", "${s3:max-keys}","10", "9", "10.0", "-1", "+10", 10, 10.5, "0010", "123456789012345678901234567890", "0.1", 0, "-0")
NUMBER_CONTEXT_VALUES = (
    "10", "9", "10.00", "-1", "+9", 10, 10.5, "11", "123456789012345678901234567891", "0.10", "0", "99",
    "abc", "1e1", "0x10", " 10", "ten",
)
DATE_POLICY_VALUES = (
    "2024-06-01T00:00:00Z", "2024-06-01", "2024-06", "2024-06-01T02:00:00+02:00", "1717200000", 1717200000,
    "2024-05-31T23:59:59.999Z", "2024-05-31T19:00:00-05:00", "2024-06-01T00:00Z", "2024-06-01T00:00:00", "2024", "2030-01-01T00:00:00Z", "0",
)
DATE_CONTEXT_VALUES = (
    "2024-06-01T00:00:00Z", "2024-06-01", "2024-05-31T20:00:00-04:00", "1717200000", 1717200001, "2024-05-31T23:59:59.9990Z",
    "2024-06-01T00:00:00.000000001Z", "2031-02-03T04:05:06+05:30", "2024", "2024-02-29",
    "yesterday", "2024-13-01", "2024-06-01T25:00:00Z", "-5", "2024-06-01 00:00:00Z", "9223372036854775808",
)
BOOL_POLICY_VALUES = ("yes", "${aws:SecureTransport}", "true", "false", True, False, "True", "FALSE")
BOOL_CONTEXT_VALUES = ("true", "false", True, False, "TRUE", "False", "yes", "1")
BINARY_POLICY_VALUES = ("not base64!", "QmluYXJ5", "QQ==", "QUI=", "/+8=")
BINARY_CONTEXT_VALUES = ("QmluYXJ5", "QQ==", "QUI=", "/+8=", "not base64!", "Binary")
ADDRESS_POLICY_VALUES = (
    "203.0.113.0/24", "203.0.113.77/24", "203.0.113.9", "0.0.0.0/0", "::/0", "10.0.0.0/8", "2001:DB8:1234:5678::/64",
    "2001:db8:1234:5678::9", "2001:db8:1234:5678:ffff::/64", "::ffff:203.0.113.0/120", "10.1.2.3/32", "128.0.0.0/1",
)
ADDRESS_CONTEXT_VALUES = (
    "203.0.113.9", "203.0.114.1", "10.1.2.3", "2001:db8:1234:5678::9", "2001:0DB8:1234:5678:0000:0000:0000:0009",
    "2001:db8:1234:5679::1", "::ffff:203.0.113.9", "0.0.0.0", "::",
    "203.0.113.009", "300.1.1.1", "localhost", "203.0.113.0/24", "fe80::1%eth0",
)
ARN_POLICY_VALUES = (
    f"arn:aws:iam::{OWN}:role/App", "arn:aws:iam::*:role/*", f"arn:aws:iam::{OWN}:*", f"arn:*:iam::{OWN}:role/?pp", "*",
    f"arn:aws:sqs:*:{OWN}:q1", "arn:aws:s3:::b/${aws:username}", "arn:aws:iam::${aws:PrincipalAccount}:role/App",
    "${aws:PrincipalArn}", "arn:aws:s3:::b/a${*}b", f"arn:aws:svc:*:{OWN}:finance/*", "arn:aws:s3:::*", "arn:aws:iam",
    "arn:aws:s3:::b/${aws:PrincipalTag/team, 'a*b'}", "arn:*:*:*:*:*",
)
ARN_CONTEXT_VALUES = (
    f"arn:aws:iam::{OWN}:role/App", f"arn:aws:iam::{OTHER}:role/App", f"arn:aws:iam::{OWN}:user/alice",
    f"arn:aws:sqs:us-east-1:{OWN}:q1", "arn:aws:s3:::b/alice", "arn:aws:s3:::b/a*b", "arn:aws:s3:::b/axb",
    f"arn:aws:svc:us-east-1:{OTHER}:x:{OWN}:finance/y", f"arn:aws:svc:us-east-1:{OWN}:finance/y:z",
    "not-an-arn", "arn:aws:iam",
)
# fmt: on

POLICY_VALUES = {
    "String": STRING_POLICY_VALUES,
    "Numeric": NUMBER_POLICY_VALUES,
    "Date": DATE_POLICY_VALUES,
    "Bool": BOOL_POLICY_VALUES,
    "Binary": BINARY_POLICY_VALUES,
    "Ip": ADDRESS_POLICY_VALUES,
    "Arn": ARN_POLICY_VALUES,
}
CONTEXT_VALUES = {
    "String": STRING_CONTEXT_VALUES,
    "Numeric": NUMBER_CONTEXT_VALUES,
    "Date": DATE_CONTEXT_VALUES,
    "Bool": BOOL_CONTEXT_VALUES,
    "Binary": BINARY_CONTEXT_VALUES,
    "Ip": ADDRESS_CONTEXT_VALUES,
    "Arn": ARN_CONTEXT_VALUES,
}
# Keys by the kind of value they hold; each world picks some of each.
KEYS = {
    "String": (
        "aws:PrincipalTag/team",
        "aws:ResourceTag/\u00c9",
        "aws:PrincipalOrgID",
        "aws:SourceVpce",
        "s3:prefix",
        "aws:TagKeys",
        "aws:PrincipalOrgPaths",
        "sts:ExternalId",
        "kms:ViaService",
        "aws:RequestTag/env",
    ),
    "Numeric": ("s3:max-keys", "aws:MultiFactorAuthAge", "ec2:RoleDelivery", "sts:DurationSeconds"),
    "Date": ("aws:CurrentTime", "aws:TokenIssueTime", "aws:EpochTime"),
    "Bool": ("aws:SecureTransport", "aws:MultiFactorAuthPresent"),
    "Binary": ("svc:blob",),
    "Ip": ("aws:SourceIp", "aws:VpcSourceIp"),
    "Arn": ("aws:SourceArn", "ec2:SourceInstanceArn", "lambda:SourceFunctionArn"),
}
# Keys that AWS fills in from the principal and the resource, with the kind of their value.
DERIVED_KEYS = {
    "String": (
        "aws:username",
        "aws:userid",
        "aws:PrincipalAccount",
        "aws:PrincipalType",
        "aws:ResourceAccount",
    ),
    "Bool": ("aws:PrincipalIsAWSService", "aws:ViaAWSService"),
    "Arn": ("aws:PrincipalArn",),
}
DERIVED_VALUES = {
    "aws:username": ("alice", "al*", "App"),
    "aws:userid": (USER_ID, f"{ROLE_ID}:s1", f"{ROLE_ID}:*", OWN, "anonymous", f"{OWN}:alice"),
    "aws:PrincipalAccount": (OWN, OTHER, "anonymous"),
    "aws:PrincipalType": ("User", "AssumedRole", "Account", "Anonymous", "FederatedUser"),
    "aws:ResourceAccount": (OWN, OTHER, "${aws:PrincipalAccount}"),
    "aws:PrincipalArn": (
        f"arn:aws:iam::{OWN}:role/App",
        f"arn:aws:iam::{OWN}:user/*",
        "arn:aws:iam::*:root",
        "arn:aws:iam::*:role/team/App",
        f"arn:aws:sts::{OWN}:*",
        "arn:aws:iam::*:role/aws-service-role/*",
    ),
}
