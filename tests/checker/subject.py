"""Requests: concrete ones, taken apart into the fields that a certificate speaks of."""

import re

import _paths  # noqa: F401
import reference
from patterns import fold_ascii

_KINDS = {
    "anonymous": "anonymous",
    "root": "root",
    "user": "user",
    "role session": "role-session",
    "service-linked role": "role-session",
    "federated user": "federated-user",
    "service": "service",
    "federated caller": "provider",
}
TYPES = {
    "anonymous": "Anonymous",
    "root": "Account",
    "user": "User",
    "role-session": "AssumedRole",
    "federated-user": "FederatedUser",
}


ACCOUNTS = ("111122223333", "444455556666")
# Ordinary texts of each field.
PLAIN = {
    "account": ACCOUNTS,
    "resource-account": ACCOUNTS,
    "partition": ("aws",),
    "resource-partition": ("aws",),
    "resource-service": ("s3", "sagemaker", "kms"),
    "resource-region": ("", "eu-west-1"),
    "resource-word": ("", "aws"),
    "resource": ("b", "b/k", "key/1", "role/x"),
    "role": ("Ml", "team/Ml", "aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
    "session": ("s1", "alice"),
    "user-name": ("alice", "bob"),
    "user-path": ("", "team/"),
    "federated-name": ("alice",),
    "issuer": ("alice", "team/alice"),
    "service": ("sagemaker.amazonaws.com", "ec2.amazonaws.com"),
    "provider": ("accounts.google.com", "arn:aws:iam::111122223333:saml-provider/P"),
    "role-id": ("AROA1", "AROA2"),
    "user-id": ("AIDA1",),
}


class Subject:
    """A request, given as a case writes it, with all of its context: nothing is filled in.

    `noise` gives texts for the fields that the request does not have: no formula
    may depend on them.
    """

    def __init__(self, case, noise=None, choices=()):
        self.case = case
        self.request = reference.Request({**case, "complete": True})
        self.context = self.request.context
        self.action = case["action"]
        self.resource = case["resource"]
        requester = self.request.requester
        self.requester = requester
        self.kind = _KINDS[requester.kind]
        self.is_service_linked = requester.kind == "service-linked role"
        self.owner = case["resourceAccount"]
        self.noise = noise or {}
        self._choices = choices
        self._origins = None
        self.fields = self._fields()
        parts = self.resource.split(":", 5)
        names_owner = len(parts) == 6 and len(parts[4]) == 12
        self.flags = {"names-owner": names_owner, "no-resource": self.resource == "*"}

    def _fields(self):
        requester, fields = self.requester, {"resource-account": self.owner}
        account = requester.account
        if account is not None:
            fields["account"], fields["partition"] = account, requester.partition
        user_id = "".join(self.context.get("aws:userid", [""])[:1])
        if self.kind == "user":
            path = requester.arn.split(":user/", 1)[1]
            fields["user-name"] = path.rpartition("/")[2]
            fields["user-path"] = path[: len(path) - len(fields["user-name"])]
            fields["user-id"] = user_id
        elif self.kind == "role-session":
            fields["role"] = requester.role_arn.split(":role/", 1)[1]
            fields["session"] = requester.arn.rpartition("/")[2]
            fields["role-id"] = user_id.partition(":")[0]
        elif self.kind == "federated-user":
            fields["federated-name"] = requester.name
            fields["issuer"] = (requester.issuer or ":user/").split(":user/", 1)[1]
        elif self.kind == "service":
            fields["service"] = requester.text
        elif self.kind == "provider":
            fields["provider"] = requester.text.removeprefix("federated:")
        parts = self.resource.split(":", 5)
        if len(parts) == 6:
            names = ("resource-partition", "resource-service", "resource-region")
            fields.update(zip(names, parts[1:4]))
            fields["resource"] = parts[5]
            if len(parts[4]) != 12:
                fields["resource-word"] = parts[4]
        return fields

    def values(self, subject):
        """The values of a key, field or flag."""
        kind, name = subject
        if kind == "key":
            return self.context.get(name, ())
        if kind == "field":
            text = self.fields.get(name)
            return (self.noise.get(name, PLAIN[name][0]) if text is None else text,)
        return ("yes",) if self.flags[name] else ()

    def principal(self, test):
        """What a test of the principal compares with."""
        requester = self.requester
        if test == "account":
            return requester.account
        if test == "id":
            return self.fields.get("provider") or requester.arn or requester.text
        if test == "issued-by":
            return requester.issuer
        if test == "partition":
            return self.partition
        if test == "session-of":
            return requester.role_arn
        return self.fields.get("user-id") or self.fields.get("role-id")

    @property
    def partition(self):
        """The requester's partition; those without ARN are in `aws`, but for services of China."""
        if self.requester.account is not None:
            return self.requester.partition
        return "aws-cn" if self.requester.text.endswith(".amazonaws.com.cn") else "aws"

    def is_true(self, test):
        """The tests of the request as a whole."""
        if test == "management-account":
            return self.request.in_management_account
        if test == "same-account":
            return self.requester.account is not None and self.requester.account == self.owner
        return self.resource == "*" or self.resource.split(":")[1] == self.partition

    def origin_values(self, formula):
        """The truth values of the formulas of origins, read once."""
        if self._origins is None:
            self._origins = formula.read(self)
        return self._origins

    @property
    def is_ordinary(self):
        """Whether key and trust policies are asked about the targets that they belong to.

        The notes do not say what becomes of a request on a KMS key by an action of
        another service, or of an STS action on a role that no trust policy knows.
        """
        if self.request.targets_key:
            return self.request.service == "kms"
        return not self.request.targets_trust or self.request.action in TRUST_ACTIONS

    def choice(self, name):
        """A free truth value."""
        return name in self._choices


def context_of(kind, parts):
    """The keys that AWS derives from the requester and the resource (policy language §4, §6.1)."""
    context = {"aws:ResourceAccount": parts["resource-account"]}
    account = parts.get("account")
    if kind in TYPES:
        context["aws:PrincipalType"] = TYPES[kind]
    if kind == "anonymous":
        context["aws:PrincipalAccount"] = context["aws:userid"] = "anonymous"
    elif kind == "service":
        context["aws:PrincipalIsAWSService"] = "true"
        context["aws:PrincipalServiceName"] = parts["service"]
        context["aws:PrincipalServiceNamesList"] = [parts["service"]]
    elif account is not None:
        context["aws:PrincipalIsAWSService"] = "false"
        context["aws:PrincipalAccount"] = account
    if kind == "user":
        context["aws:username"] = parts["user-name"]
        context["aws:userid"] = parts["user-id"]
    elif kind == "role-session":
        context["aws:userid"] = f"{parts['role-id']}:{parts['session']}"
    elif kind == "federated-user":
        context["aws:userid"] = f"{account}:{parts['federated-name']}"
    elif kind == "root":
        context["aws:userid"] = account
    return context


def build(kind, parts, action, context, management=False):
    """The case of a request of these parts; `parts` are fields by name."""
    account, partition = parts.get("account"), parts.get("partition", "aws")
    case = {"action": action, "resourceAccount": parts["resource-account"]}
    derived = context_of(kind, parts)
    if kind == "anonymous":
        case["principal"] = "anonymous"
    elif kind == "service":
        case["principal"] = parts["service"]
    elif kind == "provider":
        case["principal"] = "federated:" + parts["provider"]
    elif kind == "root":
        case["principal"] = f"arn:{partition}:iam::{account}:root"
    elif kind == "user":
        name = parts["user-path"] + parts["user-name"]
        case["principal"] = f"arn:{partition}:iam::{account}:user/{name}"
    elif kind == "federated-user":
        case["principal"] = f"arn:{partition}:sts::{account}:federated-user/{parts['federated-name']}"
        case["issuer"] = f"arn:{partition}:iam::{account}:user/{parts['issuer']}"
    else:
        role = parts["role"].rpartition("/")[2]
        session = parts["session"]
        case["principal"] = f"arn:{partition}:sts::{account}:assumed-role/{role}/{session}"
        derived["aws:PrincipalArn"] = f"arn:{partition}:iam::{account}:role/{parts['role']}"
    if kind in ("root", "user", "federated-user"):
        derived["aws:PrincipalArn"] = case["principal"]
    if parts.get("no-resource"):
        case["resource"] = "*"
    else:
        place = parts["resource-account"] if parts.get("names-owner") else parts["resource-word"]
        case["resource"] = ":".join(
            ["arn", parts["resource-partition"], parts["resource-service"],
             parts["resource-region"], place, parts["resource"]]
        )  # fmt: skip
    own = {fold_ascii(key) for key in derived}
    context = {key: value for key, value in context.items() if fold_ascii(key) not in own}
    case["context"] = {**context, **derived}
    if management:
        case["managementAccount"] = True
    return case


TRUST_ACTIONS = (
    "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity",
    "sts:setsourceidentity", "sts:tagsession",
)  # fmt: skip
DERIVED = frozenset(
    """aws:principalaccount aws:principalarn aws:principalisawsservice aws:principalservicename
    aws:principalservicenameslist aws:principaltype aws:resourceaccount aws:userid
    aws:username""".split()
)
_ACTION = re.compile(r"[^:\s]+:[^:\s]+")


def is_action(text):
    """Whether a request may have this action."""
    return _ACTION.fullmatch(text) is not None
