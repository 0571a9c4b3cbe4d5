"""Calls that AWS refuses whatever policies say (request notes §3).

`refusal` answers with the name of the fact and the stage: `before` policies are
asked, or at the `service`, which asks them first.
"""

import re

ASSUMING = ("assumerole", "setcontext", "setsourceidentity", "tagsession")
BY_TOKEN = ("assumerolewithsaml", "assumerolewithwebidentity")
OF_FEDERATED_USERS = ("getcalleridentity", "getdelegatedaccesstoken", "getscopedcredentials")
OF_SESSION_TOKENS = (*ASSUMING, *OF_FEDERATED_USERS, "getwebidentitytoken")

# §3.3: what takes requests without a signature.
UNSIGNED = re.compile(
    r"""s3:.* | sqs:(sendmessage|receivemessage|deletemessage|changemessagevisibility
        |getqueueattributes|getqueueurl|purgequeue)
    | lambda:invokefunction(url)? | execute-api:invoke | es:eshttp.*
    | elasticfilesystem:client(mount|write|rootaccess) | vpc-lattice-svcs:invoke
    | mediastore:(getobject|describeobject) | signin:.*""",
    re.VERBOSE,
)
# Actions of S3 that need an account.
S3_OF_ACCOUNTS = re.compile(
    r"listallmybuckets|createbucket|getdataaccess|.*(accesspoint|job|accessgrant|storagelens).*"
    r"|.*accountpublicaccessblock"
)
CHANGES_OF_ROLES = (
    "addroletoinstanceprofile", "attachrolepolicy", "deleterole", "deleterolepermissionsboundary",
    "deleterolepolicy", "detachrolepolicy", "putrolepermissionsboundary", "putrolepolicy",
    "removerolefrominstanceprofile", "updateassumerolepolicy",
)  # fmt: skip
CHANGES_OF_RESERVED = ("tagrole", "untagrole", "updaterole", "updateroledescription")
CHANGES_OF_POLICIES = (
    "createpolicyversion", "deletepolicy", "deletepolicyversion", "setdefaultpolicyversion",
    "tagpolicy", "untagpolicy",
)  # fmt: skip
KMS_OWN = frozenset(
    """cancelkeydeletion connectcustomkeystore createalias createcustomkeystore deletealias
    deletecustomkeystore deleteimportedkeymaterial describecustomkeystores disablekey
    disablekeyrotation disconnectcustomkeystore enablekey enablekeyrotation getkeylastusage
    getkeypolicy getparametersforimport importkeymaterial listkeypolicies listkeyrotations
    listresourcetags putkeypolicy replicatekey rotatekeyondemand schedulekeydeletion tagresource
    untagresource updatealias updatecustomkeystore updatekeydescription
    updateprimaryregion""".split()
)
SQS_OWN = frozenset(
    """addpermission cancelmessagemovetask createqueue deletequeue listmessagemovetasks listqueuetags
    listqueues removepermission setqueueattributes startmessagemovetask tagqueue
    untagqueue""".split()
)
BUCKET_POLICY = ("deletebucketpolicy", "getbucketpolicy", "putbucketpolicy")
SIGNED = ("root", "user", "role session", "service-linked role", "federated user")
SESSIONS = ("role session", "service-linked role")


def refusal(request):
    """The fact because of which AWS refuses the request, and the stage; `None` if none does."""
    return _before(request) or _at_service(request)


def _before(request):
    kind, service = request.requester.kind, request.service
    name = request.action.partition(":")[2]
    forwarded = "true" in [it.lower() for it in request.context.get("aws:viaawsservice", ())]
    fact = None
    if kind in SIGNED and request.crosses_partitions and request.action != "sts:getcalleridentity":
        fact = "partition"
    elif kind == "root" and service == "sts" and name in ASSUMING:
        fact = "root-assumes-role"
    elif kind == "root" and request.action == "sts:assumeroot":
        fact = "root-assumes-root"
    elif kind == "federated user" and service == "iam" and request.credentials != "console":
        fact = "federated-iam"
    elif kind == "federated user" and service == "sts" and name not in OF_FEDERATED_USERS:
        fact = "federated-sts"
    elif kind in ("root", "user") and service == "iam" and request.credentials == "session":
        fact = "session-token-iam"
    elif (
        kind in ("root", "user")
        and service == "sts"
        and request.credentials in ("mfa", "session")
        and name not in OF_SESSION_TOKENS
    ):
        fact = "session-token-sts"
    elif kind in SESSIONS and service == "sts" and name in ("getfederationtoken", "getsessiontoken"):
        fact = "role-session-sts"
    elif kind in SIGNED and service == "sts" and name in BY_TOKEN:
        fact = "web-identity-signed"
    elif kind == "federated caller" and not _is_own_token(request, service, name):
        fact = "provider-kind"
    elif kind in ("anonymous", "service") and forwarded:
        fact = "unsigned-forwarded" if kind == "anonymous" else "service-forwarded"
    elif kind == "anonymous" and not _takes_unsigned(request, service, name):
        fact = "unsigned"
    elif kind in SIGNED and request.action == "sts:assumerole" and _is(request, "aws-service-role/"):
        fact = "linked-role-caller"
    return fact and (fact, "before")


def _is_own_token(request, service, name):
    (provider,) = request.requester.names
    saml = ":saml-provider/" in provider
    return service == "sts" and name == BY_TOKEN[0 if saml else 1]


def _takes_unsigned(request, service, name):
    of_account = service == "s3" and S3_OF_ACCOUNTS.fullmatch(name)
    return UNSIGNED.fullmatch(request.action) and not of_account


def _at_service(request):
    kind, service = request.requester.kind, request.service
    name = request.action.partition(":")[2]
    if kind == "anonymous" and service == "s3" and name in BUCKET_POLICY:
        return "bucket-policy-owner", "service"
    if kind not in SIGNED:
        return None
    owner, account = request.resource_account, request.requester.account
    foreign = re.fullmatch("[0-9]{12}", owner or "") is not None and owner != account
    if foreign and service == "iam" and name != "passrole":
        return "iam-own-account", "before"
    parts = request.resource.split(":", 5)
    rest = parts[5] if len(parts) == 6 else ""
    kept = service == "iam" and name in CHANGES_OF_ROLES
    of_reserved = kept or service == "iam" and name in CHANGES_OF_RESERVED
    fact = None
    if kept and _is(request, "aws-service-role/"):
        fact = "linked-role-kept"
    elif _is(request, "aws-reserved/") and (of_reserved or request.action == "sts:assumerole"):
        fact = "reserved-role-kept"
    elif request.action == "iam:createrole" and (
        _is(request, "aws-reserved/") or _is(request, "aws-service-role/")
    ):
        fact = "reserved-path"
    elif service == "iam" and name in CHANGES_OF_POLICIES and parts[4:5] == ["aws"]:
        fact = "aws-policy-kept"
    elif service == "kms" and name in ("createalias", "deletealias", "updatealias") and (
        rest.startswith("alias/aws/")
    ):
        fact = "aws-alias-kept"
    elif foreign and service == "kms" and name in KMS_OWN:
        fact = "kms-own-account"
    elif foreign and service == "s3" and name in BUCKET_POLICY:
        fact = "bucket-policy-owner"
    elif foreign and service == "sqs" and name in SQS_OWN:
        fact = "sqs-own-account"
    elif foreign and request.action == "iam:passrole":
        fact = "pass-own-account"
    return fact and (fact, "service")


def _is(request, path):
    """Whether the resource is a role under this path."""
    parts = request.resource.split(":", 5)
    return len(parts) == 6 and parts[2] == "iam" and parts[5].startswith(f"role/{path}")
