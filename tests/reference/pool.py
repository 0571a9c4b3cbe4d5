"""Requesters and resources of generated cases: one small pool of constants.

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

    `listing` is what a NotPrincipal has to list to exempt it; `issuers` are users that may have made
    the session.
    """

    kind: str
    principal: str
    known: dict
    values: tuple
    listing: tuple = ()
    issuers: tuple = ()


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
    values = (("AWS", role), ("AWS", role), ("AWS", root), ("AWS", account), ("AWS", root))
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
    issuers = tuple(f"arn:aws:iam::{account}:user/{user}" for user in ("alice", "team/alice"))
    values = (("AWS", arn), ("AWS", root), ("AWS", account), *(("AWS", user) for user in issuers))
    return Requester("federated user", arn, known, values, (arn, root), issuers)


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
# A bucket policy that shuts out everybody, its owner included.
LOCKED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
}
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
        incomplete=("arn:aws:s3",),
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
            f"arn:aws:sqs:*:{OWN}",
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
            # An inner `*` would have to swallow colons to get from one region to the other.
            (f"arn:aws:logs:us-east-1:{{}}:log-group:us-1:{OWN}:g", ("logs:GetLogEvents",)),
        ],
        [
            f"arn:aws:logs:us-east-1:{OWN}:log-group:g:*",
            "arn:aws:logs:us-east-1:*:x",
            f"arn:aws:logs:*:{OWN}:log-stream:x",
            f"arn:aws:logs:us-*1:{OWN}:g",
            "arn:aws:logs:*:*:log-group:?",
            "arn:aws:logs:*:*:log-group:${aws:PrincipalTag/team, 'g:log-stream:x'}",
        ],
        incomplete=("arn:aws:logs:*:1*", "arn:aws:logs", "arn:aws:logs:*:x"),
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
FAMILY_WEIGHTS = (5, 3, 3, 1, 1, 2, 6, 7)

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
