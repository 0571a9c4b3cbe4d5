"""What a run of generated cases reached, and what it should have reached.

A bucket is a tuple whose first member says what is counted. The expected
buckets are written down here from the policy-language notes, not collected from
a run: a rule that no case exercises shows up as a zero.
"""

from conditions import OPERATORS, SET_OPERATORS
from principals import STRENGTH_NAMES
from reference import RCP_SERVICES, WITHOUT_ENDPOINT_POLICY

# From this many cases on an empty bucket is a fault of the generator.
ENOUGH_CASES = 60_000

OUTCOMES = ("allowed", "explicitDeny", "implicitDeny")
KINDS = (
    "anonymous",
    "federated caller",
    "federated user",
    "role session",
    "root",
    "service",
    "service-linked role",
    "user",
)
PRESENCES = ("absent", "empty list", "empty text", "one value", "several values")
TYPES = ("identity", "boundary", "session", "scp", "rcp", "resource", "key", "trust", "endpoint")
STRENGTHS = ("account", "role", "wildcard", "direct")
ALLOWED_BY = (
    "identity",
    "needs no permission",
    "root user",
    "resource, direct",
    "resource, role",
    "resource, wildcard",
    "key, account",
    "key, direct",
    "key, role",
    "key, wildcard",
    "trust, account",
    "trust, direct",
    "trust, role",
    "trust, wildcard",
    *(f"{target}, cross-account" for target in ("resource", "key", "trust")),
    *(f"{target} to a service" for target in ("resource", "key", "trust")),
    *(f"{target} to anyone" for target in ("resource", "key", "trust")),
    "trust to a provider",
)
IMPLICITLY_DENIED_BY = (
    "scp",
    "endpoint",
    "resource",
    "key",
    "trust",
    "identity",
    "boundary",
    "session",
)

# What a case need not say (§6.3), for whom it is known.
OF_PRINCIPALS = "principalaccount principalarn principalisawsservice principaltype "
DERIVED_KEYS = {
    "anonymous": "principalaccount principaltype userid",
    "federated user": OF_PRINCIPALS + "userid",
    "role session": OF_PRINCIPALS,
    "root": OF_PRINCIPALS + "userid",
    "service": "principalisawsservice",
    "user": OF_PRINCIPALS + "username",
    "anyone": "resourceaccount viaawsservice",
}


def expected_buckets():
    """Every bucket that a large run must reach."""
    for base in OPERATORS:
        for set_operator in SET_OPERATORS:
            for if_exists in (False, True):
                if base == "Null" and if_exists:
                    continue  # AWS refuses it
                for presence in PRESENCES:
                    yield "condition", base, set_operator, if_exists, presence
        for absent in (False, True):
            for result in (False, True):
                yield "operator result", base, absent, result
        if base not in ("Null", "BinaryEquals") and not base.startswith("String"):
            yield "malformed context value", base
    yield "malformed context value", "BinaryEquals"
    for place in ("resource", "condition"):
        for form in ("resolved", "unresolved", "multivalued", "default used", "default not used"):
            yield "variable", place, form
        for escape in ("${*}", "${?}", "${$}"):
            yield "escape", place, escape
        yield "variable", place, "literal before 2012"
    for effect in ("Allow", "Deny"):
        for element in (
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Principal",
            "NotPrincipal",
        ):
            yield "element", effect, element
        for strength in STRENGTHS:
            yield "strength", effect, strength
        for version in ("2012-10-17", "2008-10-17", None):
            yield "version", effect, version
    for kind, keys in DERIVED_KEYS.items():
        for key in keys.split():
            yield "derived key", kind, "aws:" + key
    for policy_type in TYPES:
        yield "matched", policy_type, "Deny"
        if policy_type != "rcp":
            yield "matched", policy_type, "Allow"
    for outcome in OUTCOMES:
        yield "outcome", outcome
        for kind in KINDS:
            yield "principal", kind, outcome
        for target in ("resource", "key", "trust"):
            for accounts in ("same account", "cross-account"):
                yield "target", target, accounts, outcome
        for completeness in ("complete", "derived"):
            yield "context", completeness, outcome
    for policy_type in TYPES:
        yield "layer", "explicitDeny", policy_type
    for layer in ALLOWED_BY:
        yield "layer", "allowed", layer
    for layer in IMPLICITLY_DENIED_BY:
        yield "layer", "implicitDeny", layer
    for kind in ("federated user", "role session", "user"):
        for strength in ("none", *STRENGTHS):
            if strength == "role" and kind == "user":
                continue
            for restriction in ("restricted", "free"):
                yield "grant", kind, "key or trust", strength, restriction
                for target in ("resource", "another account's"):
                    for identity in ("identity allows", "identity silent"):
                        yield "grant", kind, target, strength, restriction, identity
    for levels in (1, 2, 3):
        for outcome in OUTCOMES:
            yield "SCP levels", levels, outcome
    for kind in ("anonymous", "federated caller", "service", "service-linked role"):
        yield "gate", "SCP spares", kind
    yield "gate", "SCP spares", "management account"
    yield "gate", "RCP spares", "service-linked role"
    yield "gate", "RCP spares", "management account"
    yield "gate", "RCP spares", "kms:RetireGrant"
    yield "gate", "RCP spares", "unsupported service"
    yield "gate", "endpoint policy not supported", None
    yield "gate", "bucket policy overruled by the owner's root", None
    for kind in ("anonymous", "federated caller", "root", "service", "service-linked role"):
        yield "gate", "boundary ignored", kind
    for kind in ("anonymous", "federated caller", "root", "service", "user"):
        yield "gate", "session policy ignored", kind
    for kind in ("anonymous", "federated caller", "root", "service"):
        yield "gate", "identity policy ignored", kind
    yield "partition", "crossed", None
    yield "resource pattern", "incomplete ARN"
    yield "resource pattern", "stretching"
    yield "resource", "none", None


def record(seen, request, policies, evaluation, decision):
    """Counts what one case is about and how it ended."""
    kind, outcome = request.requester.kind, decision.outcome
    read = request.prepared
    types = {p.type for p in policies}
    seen["outcome", outcome] += 1
    seen["layer", outcome, decision.layer] += 1
    seen["principal", kind, outcome] += 1
    target = "trust" if read.targets_trust else "key" if read.targets_key else "resource"
    seen["target", target, "same account" if read.same_account else "cross-account", outcome] += 1
    seen["context", "complete" if request.request.get("complete") else "derived", outcome] += 1
    if read.resource == "*":
        seen["resource", "none", None] += 1
    if read.crosses_partitions:
        seen["partition", "crossed", None] += 1
    if evaluation.strength is not None and evaluation.requester.has_identity_policies:
        _record_grant(seen, read, target, evaluation, kind)
    _record_gates(seen, read, types, policies, evaluation, kind, outcome)


def _record_grant(seen, read, target, evaluation, kind):
    if not read.same_account:
        target = "another account's"
    elif target != "resource":
        target = "key or trust"
    strength = STRENGTH_NAMES[evaluation.strength]
    restriction = "restricted" if evaluation.restrictions() else "free"
    bucket = ("grant", kind, target, strength, restriction)
    if target != "key or trust":
        bucket += ("identity allows" if evaluation.allowed_by("identity") else "identity silent",)
    seen[bucket] += 1


def _record_gates(seen, read, types, policies, evaluation, kind, outcome):
    if "scp" in types:
        if evaluation.scp_applies:
            seen["SCP levels", len({p.level for p in policies if p.type == "scp"}), outcome] += 1
        elif read.in_management_account and read.requester.is_under_scps:
            seen["gate", "SCP spares", "management account"] += 1
        else:
            seen["gate", "SCP spares", kind] += 1
    if "rcp" in types and not evaluation.rcp_applies:
        if read.service not in RCP_SERVICES:
            why = "unsupported service"
        elif read.action == "kms:retiregrant":
            why = "kms:RetireGrant"
        elif kind == "service-linked role":
            why = kind
        else:
            why = "management account"
        seen["gate", "RCP spares", why] += 1
    if "endpoint" in types and read.service in WITHOUT_ENDPOINT_POLICY:
        seen["gate", "endpoint policy not supported", None] += 1
    if "boundary" in types and not evaluation.has_boundary:
        seen["gate", "boundary ignored", kind] += 1
    if "session" in types and not evaluation.has_session_policy:
        seen["gate", "session policy ignored", kind] += 1
    if "identity" in types and not read.requester.has_identity_policies:
        seen["gate", "identity policy ignored", kind] += 1
    if any(effect == "Deny" for _, effect, _, _ in evaluation.overruled):
        seen["gate", "bucket policy overruled by the owner's root", None] += 1


def write_report(seen, report):
    """Writes every bucket with its count; answers the expected ones at zero."""
    expected = list(expected_buckets())
    empty = [bucket for bucket in expected if not seen[bucket]]
    for bucket in sorted(set(expected) | set(seen), key=_order):
        mark = "" if seen[bucket] else "  never reached"
        report.write(f"{seen[bucket]:9}  {_words(bucket)}{mark}\n")
    report.write(f"{len(expected) - len(empty)} of {len(expected)} expected buckets reached\n")
    return empty


def _order(bucket):
    return [str(part) for part in bucket]


def _words(bucket):
    if bucket[0] == "condition":
        _, base, set_operator, if_exists, presence = bucket
        operator = (
            (set_operator + ":" if set_operator else "") + base + ("IfExists" if if_exists else "")
        )
        return f"condition: {operator}, key {presence}"
    if bucket[0] == "operator result":
        _, base, absent, result = bucket
        presence = "absent" if absent else "present"
        return f"operator result: {base}, key {presence}, {str(result).lower()}"
    return f"{bucket[0]}: " + ", ".join(str(part) for part in bucket[1:] if part is not None)
