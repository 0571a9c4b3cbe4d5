#!/usr/bin/env python3
"""A second opinion on AWS policy decisions: slow, plain and without any of polsim's code.

The decision of §5 of the policy-language notes, in their order and with their
names. `decide` takes a case as `polsim eval --cases` reads it and answers
`allowed`, `explicitDeny` or `implicitDeny` with the reasons.

    python3 tests/reference/reference.py --cases corpus/cases/vectors.jsonl
"""

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path

import principals
import refusals
from conditions import Condition
from patterns import Context, action_pattern, fold_ascii, resource_pattern, takes, unresolved
from principals import DIRECT, NONE, ROLE, WILDCARD, PrincipalElement, Requester

ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY = "allowed", "explicitDeny", "implicitDeny"

# Services whose resources RCPs can guard (§1.12, state of 2026).
RCP_SERVICES = frozenset(
    """s3 sts kms sqs secretsmanager
    cognito-identity cognito-idp logs dynamodb appconfig appstream autoscaling codebuild
    codecommit comprehend comprehendmedical dax ecr health kinesisvideo aoss signin support
    textract transcribe translate""".split()
)

# Services that let everything through an endpoint (§5.8).
WITHOUT_ENDPOINT_POLICY = frozenset(
    "acm appsync artifact cloudfront-keyvaluestore glacier route53".split()
)

# 5.7-S3root: what the bucket owner's root may do whatever the bucket policy denies.
S3_ROOT_ACTIONS = frozenset(["s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"])

# The alternatives of the register's readings of the policy language (§10).
ALTERNATIVES = (
    ("allow-not-principal", "nobody"),
    ("aws-wildcard", "signed"),
    ("bare-ipv6", "prefix-32"),
    ("bool-variable", "substituted"),
    ("empty-list", "ignored"),
    ("endpoint-account", "root"),
    ("federated-wildcard", "denied"),
    ("not-principal-partial", "exempt"),
    ("organization-denies-any", "denied"),
    ("own-account-grant", "grants"),
    ("session-grant", "limited"),
    ("set-if-exists", "exists"),
    ("several-values", "any"),
    ("trust-wildcard", "nobody"),
    ("unresolved-variable", "fails"),
    ("wildcard-colons", "any"),
    ("wildcard-colons", "never"),
)

HEADLINE_ORDER = (
    "scp",
    "rcp",
    "endpoint",
    "resource",
    "key",
    "trust",
    "identity",
    "boundary",
    "session",
)


class Statement:
    """One statement, read once: elements as matchers."""

    def __init__(self, element, policy_type, version):
        self.policy_type, self.version = policy_type, version
        variables = version == "2012-10-17"
        self.effect = element["Effect"]
        self.principal = None
        if "Principal" in element:
            self.principal = PrincipalElement(element["Principal"], negated=False)
        elif "NotPrincipal" in element:
            self.principal = PrincipalElement(element["NotPrincipal"], negated=True)
        self.not_action = "NotAction" in element
        self.actions = [
            action_pattern(a) for a in _list(element.get("Action", element.get("NotAction")))
        ]
        self.not_resource = "NotResource" in element
        resources = element.get("Resource", element.get("NotResource"))
        self.resources = None
        if resources is not None:
            self.resources = [
                resource_pattern(r, variables, policy_type)
                for r in _list(resources)
                if r is not None
            ]
        self.conditions = [
            Condition(operator, fold_ascii(key), [text_of(v) for v in _list(values)], variables)
            for operator, keys in element.get("Condition", {}).items()
            for key, values in keys.items()
        ]

    def applies(self, request, has_boundary, seen=None):
        """The ways in which it means the principal if every element matches, else none (§2).

        A statement of a type without Principal answers `DIRECT`.
        """
        nowhere = frozenset()
        if not self._action_matches(request):
            return nowhere
        strengths = frozenset([DIRECT])
        if self.principal is not None:
            # That a boundary undoes every listing is a rule of Deny (§2.4).
            undone = has_boundary and self.effect == "Deny"
            readings = request.context.readings
            # A role's policy is its trust policy, whatever a case calls it.
            of_role = request.service == "sts" and ":role/" in request.resource
            self.is_trust = self.policy_type == "trust" or (
                self.policy_type == "resource" and of_role
            )
            strengths = self.principal.strengths(request.requester, undone, self, readings)
            if not strengths:
                return nowhere
        if not self._resource_matches(request, seen):
            return nowhere
        for condition in self.conditions:
            if seen is not None and condition.key in request.derived:
                for kind in (request.requester.kind, "anyone"):
                    seen["derived key", kind, condition.key] += 1
            if not condition.holds(request.context, seen):
                return nowhere
        if seen is not None:
            self._record(seen, max(strengths))
        return strengths

    def _action_matches(self, request):
        if not self.actions:
            return False
        return any(p.matches(request.action) for p in self.actions) != self.not_action

    def _resource_matches(self, request, seen):
        if self.resources is None:
            return True  # trust policies: the role itself
        if not self.resources:
            return False
        matched = any(p.matches(request.resource, request.context, seen) for p in self.resources)
        if self.not_resource and takes(request.context, "unresolved-variable", "fails"):
            if any(unresolved(p, request.context) for p in self.resources):
                return False  # U-14
        return matched != self.not_resource

    def _record(self, seen, strength):
        seen["element", self.effect, "NotAction" if self.not_action else "Action"] += 1
        if self.resources is not None:
            seen["element", self.effect, "NotResource" if self.not_resource else "Resource"] += 1
        if self.principal is not None:
            name = "NotPrincipal" if self.principal.negated else "Principal"
            seen["element", self.effect, name] += 1
            seen["strength", self.effect, principals.STRENGTH_NAMES[strength]] += 1
        seen["version", self.effect, self.version] += 1
        seen["matched", self.policy_type, self.effect] += 1
        for pattern in self.resources or ():
            if len(pattern.components) < 6 and pattern.text != "*":
                seen["resource pattern", "incomplete ARN"] += 1
            if pattern.loose:
                seen["resource pattern", "stretching"] += 1


class Document:
    """A policy document of one type."""

    def __init__(self, document, policy_type):
        version = document.get("Version")
        self.statements = [Statement(s, policy_type, version) for s in _list(document["Statement"])]


class Policy:
    """A document where a case hangs it."""

    def __init__(self, policy_type, document, level=0, prepared=None):
        self.type = policy_type
        self.level = level
        self.document = prepared or Document(document, policy_type)


class Request:
    """A request with its context filled in."""

    def __init__(self, request):
        context = Context()
        for key, value in request.get("context", {}).items():
            # U-30: of two spellings of a key the first is looked up.
            context.setdefault(fold_ascii(key), [text_of(v) for v in _list(value)])
        self.context = context
        self.action = fold_ascii(request["action"])
        self.service = self.action.partition(":")[0]
        self.resource = request["resource"]
        self.requester = Requester(request["principal"], context, request.get("issuer"))
        self.in_management_account = request.get("managementAccount", False)
        parts = self.resource.split(":", 5)
        self.resource_partition = parts[1] if len(parts) == 6 else self.requester.partition
        self.resource_account = (
            request.get("resourceAccount")
            or principals.single(context, "aws:resourceaccount")
            or (parts[4] if len(parts) == 6 else "")
            or self.requester.account
        )
        self.derived = set()
        self.credentials = request.get("credentials")
        self.refused = None
        # Keys that AWS sends with a value that nobody can tell (request notes §1.2).
        self.unknown = ()
        if not request.get("complete", False):
            for key in request.get("absent", ()):
                context.setdefault(fold_ascii(key), [])
            self._derive()
            self._tag_keys(request.get("context", {}))
            self.unknown = tuple(self._unknown())
            context.sent = frozenset(map(fold_ascii, self.unknown))
            self.refused = refusals.refusal(self)

    def _derive(self):
        """What AWS always fills in and a case need not repeat (§6.3, §4)."""
        requester = self.requester
        kind = requester.kind
        derived = {"aws:viaawsservice": "false", "aws:resourceaccount": self.resource_account}
        if kind != "service":
            derived["aws:securetransport"] = "true"
        if kind == "anonymous":
            derived["aws:principalaccount"] = "anonymous"
            derived["aws:principaltype"] = "Anonymous"
            derived["aws:userid"] = "anonymous"
        elif kind == "service":
            derived["aws:principalisawsservice"] = "true"
        elif kind != "federated caller":
            derived["aws:principalisawsservice"] = "false"
            derived["aws:principalaccount"] = requester.account
            derived["aws:principalarn"] = requester.role_arn or requester.arn
            derived["aws:principaltype"] = {
                "root": "Account",
                "user": "User",
                "federated user": "FederatedUser",
            }.get(kind, "AssumedRole")
            if kind == "root":
                derived["aws:userid"] = requester.account
            elif kind == "user":
                derived["aws:username"] = requester.name
                if self.context.get("aws:viaawsservice") == ["true"]:
                    # The service that forwards uses temporary credentials (request notes §1.2).
                    derived["aws:multifactorauthpresent"] = "false"
            elif kind == "federated user":
                derived["aws:userid"] = f"{requester.account}:{requester.name}"
        for key, value in derived.items():
            if value and key not in self.context:
                self.context[key] = [value]
                self.derived.add(key)

    def _unknown(self):
        """The keys that are in the request, whatever their values are (request notes §1.2 to §1.4)."""
        kind = self.requester.kind
        is_session = self.requester.is_session or kind == "federated user"
        if "aws:currenttime" not in self.context and "aws:epochtime" not in self.context:
            yield from ("aws:CurrentTime", "aws:EpochTime")
        present = {"aws:UserAgent": True, "aws:TokenIssueTime": is_session}
        present["aws:userid"] = self.requester.is_session or kind in ("user", "service")
        for key, there in present.items():
            if there and fold_ascii(key) not in self.context:
                yield key

    def _tag_keys(self, given):
        """The names of the tags that the request passes, in the order given (request notes §1.2)."""
        names = {}
        for key, value in given.items():
            start, slash, name = key.partition("/")
            # A key with no value is one that is not there.
            if slash and fold_ascii(start) == "aws:requesttag" and _list(value):
                names.setdefault(fold_ascii(key), name)
        if names and "aws:tagkeys" not in self.context:
            self.context["aws:tagkeys"] = list(names.values())
            self.derived.add("aws:tagkeys")

    @property
    def same_account(self):
        requester = self.requester
        return (
            requester.account is not None
            and requester.account == self.resource_account
            and requester.partition == self.resource_partition
        )

    @property
    def crosses_partitions(self):
        partition = self.requester.partition
        return partition is not None and partition != self.resource_partition

    @property
    def targets_key(self):
        parts = self.resource.split(":", 5)
        return len(parts) == 6 and parts[2] == "kms" and parts[5].startswith("key/")

    @property
    def targets_trust(self):
        parts = self.resource.split(":", 5)
        is_role = len(parts) == 6 and parts[2] == "iam" and parts[5].startswith("role/")
        return is_role and self.action.startswith(
            ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")
        )


class Decision:
    """An outcome, the layer that names it, why, and the statements that led to it."""

    def __init__(self, outcome, layer, reason, matches=()):
        self.outcome = outcome
        self.layer = layer
        self.reason = reason
        self.matches = matches

    @property
    def by(self):
        """The deciding statements as polsim names those of unnamed policies."""
        return sorted(f"{policy.type}[{i}][{n}]" for policy, _, _, (i, n) in self.matches)


class Evaluation:
    """The policies of one case against its request."""

    def __init__(self, policies, request, seen=None, readings=frozenset()):
        self.request = request
        self.readings = request.context.readings = readings
        self.requester = requester = request.requester
        self.policies = policies
        self.seen = seen
        self.allows = []
        self.overruled = []
        self.strength = None
        present = {p.type for p in policies}
        self.has_boundary = "boundary" in present and requester.may_have_boundary
        self.has_session_policy = "session" in present and requester.may_have_session_policy
        self.through_endpoint = (
            "endpoint" in present and request.service not in WITHOUT_ENDPOINT_POLICY
        )
        self.scp_applies = (
            "scp" in present and requester.is_under_scps and not request.in_management_account
        )
        self.rcp_applies = "rcp" in present and self._rcp_applies()

    def _rcp_applies(self):
        request = self.request
        in_management_account = request.in_management_account and request.same_account
        return (
            request.service in RCP_SERVICES
            and request.action != "kms:retiregrant"
            and self.requester.kind != "service-linked role"
            and not in_management_account
        )

    def _layer_applies(self, policy_type):
        """The gates of §5.2."""
        return {
            "scp": self.scp_applies,
            "rcp": self.rcp_applies,
            "endpoint": self.through_endpoint,
            "identity": self.requester.has_identity_policies,
            "boundary": self.has_boundary,
            "session": self.has_session_policy,
        }.get(policy_type, not self.request.crosses_partitions)

    def _match_statements(self):
        """Every statement that applies, as (policy, effect, strengths, place)."""
        matches = []
        for index, policy in enumerate(self.policies):
            if not self._layer_applies(policy.type):
                continue
            for number, statement in enumerate(policy.document.statements):
                strengths = statement.applies(self.request, self.has_boundary, self.seen)
                if strengths:
                    matches.append((policy, statement.effect, strengths, (index, number)))
        return matches

    def decide(self):
        """The main procedure of §5.3."""
        request = self.request
        fact, stage = request.refused or (None, None)
        if stage == "before":
            return self._implicit("refusal", fact)
        if request.action == "sts:getcalleridentity" and not self._takes(
            "organization-denies-any", "denied"
        ):
            return Decision(ALLOWED, "needs no permission", "sts:GetCallerIdentity")
        matches = self._match_statements()
        if request.action == "sts:getcalleridentity" and not any(
            m[1] == "Deny" and m[0].type in ("scp", "rcp") for m in matches
        ):
            return Decision(ALLOWED, "needs no permission", "sts:GetCallerIdentity")  # U-32
        self.overruled = [m for m in matches if self._overruled_by_bucket_owner(m[0])]
        matches = [m for m in matches if m not in self.overruled]
        denies = [m for m in matches if m[1] == "Deny"]
        if denies:
            layer = min((m[0].type for m in denies), key=HEADLINE_ORDER.index)
            return Decision(EXPLICIT_DENY, layer, "a Deny applies", denies)
        if fact is not None:
            return self._implicit("refusal", fact)
        self.allows = [m for m in matches if m[1] == "Allow"]
        if self.scp_applies:
            for level in sorted({p.level for p in self.policies if p.type == "scp"}):
                if not any(m[0].type == "scp" and m[0].level == level for m in self.allows):
                    return self._implicit("scp", f"no SCP of level {level} allows")
        if self.through_endpoint and not self._endpoint_allows():
            return self._implicit("endpoint", "no endpoint policy allows")
        return self._grant()

    def _takes(self, name, word):
        return (name, word) in self.readings

    def _overruled_by_bucket_owner(self, policy):
        """5.7-S3root: the owner's root gets its bucket policy back, whatever it says."""
        return (
            policy.type == "resource"
            and self.requester.kind == "root"
            and self.request.action in S3_ROOT_ACTIONS
            and self.request.same_account
        )

    def _endpoint_allows(self):
        """U-33: whether an Allow that names an account lets its principals through."""
        by_root_only = self._takes("endpoint-account", "root")
        strengths = [it for m in self.allows if m[0].type == "endpoint" for it in m[2]]
        return any(not (by_root_only and it == principals.ACCOUNT) for it in strengths)

    def _granted(self):
        """The ways in which the target's policy grants."""
        return {it for m in self.allows if m[0].type in ("resource", "key", "trust") for it in m[2]}

    def allowed_by(self, policy_type):
        return any(m[0].type == policy_type for m in self.allows)

    def _allow(self, layer):
        return Decision(ALLOWED, layer, "allowed by every layer that is asked", self.allows)

    def _implicit(self, layer, reason):
        return Decision(IMPLICIT_DENY, layer, reason)

    def _grant(self):
        request, kind = self.request, self.requester.kind
        target = "trust" if request.targets_trust else "key" if request.targets_key else "resource"
        strength = max(self._granted(), default=NONE)
        self.strength = strength
        if kind == "service":
            # §5.6 asks a trust policy for more than `*`.
            enough = strength == DIRECT or (strength == WILDCARD and target != "trust")
            return self._allow(f"{target} to a service") if enough else self._no_grant(target)
        if kind == "anonymous":
            enough = strength == WILDCARD
            return self._allow(f"{target} to anyone") if enough else self._no_grant(target)
        if kind == "federated caller":
            enough = strength == DIRECT
            return self._allow(f"{target} to a provider") if enough else self._no_grant(target)
        if not request.same_account:
            return self._cross_account(target, strength)
        if target != "resource":
            return self._needs_resource_policy(target, strength)
        return self._same_account(strength)

    def _no_grant(self, target):
        return self._implicit(target, f"no {target} policy allows")

    def restrictions(self):
        """The restricting layers of the identity side that lack an Allow."""
        missing = []
        if self.has_boundary and not self.allowed_by("boundary"):
            missing.append("boundary")
        if self.has_session_policy and not self.allowed_by("session"):
            missing.append("session")
        if self.requester.kind == "federated user" and not self.has_session_policy:
            missing.append("session")  # §5.4: without one it may do nothing
        return missing

    def _identity_side(self, layer, needs_identity=True):
        """I and B and S, or only B and S."""
        missing = self.restrictions()
        if needs_identity and not self.allowed_by("identity"):
            missing.insert(0, "identity")
        if missing:
            return self._implicit(missing[0], "no Allow in " + " and ".join(missing))
        return self._allow(layer)

    def _unlimited(self, strength):
        """A direct or wildcard grant, which boundary and session policy do not limit (§5.4)."""
        resource = self._granted()
        direct, wildcard = DIRECT in resource, WILDCARD in resource
        if self.has_session_policy and not self.allowed_by("session"):
            direct = direct and not self._takes("session-grant", "limited")  # U-24
        if self.requester.kind == "federated user" and not self.has_session_policy:
            wildcard = wildcard and not self._takes("federated-wildcard", "denied")  # U-26
        return direct or wildcard

    def _weaker(self):
        """The strongest grant below direct and wildcard ones."""
        return max((it for it in self._granted() if it in (principals.ACCOUNT, ROLE)), default=NONE)

    def _same_account(self, strength):
        if self.requester.kind == "root":
            return self._allow("root user")
        if self._unlimited(strength):
            return self._allow(f"resource, {principals.STRENGTH_NAMES[strength]}")
        resource = self._granted()
        if principals.ACCOUNT in resource and self._takes("own-account-grant", "grants"):
            return self._allow("resource, account")  # U-27
        if ROLE in resource:
            return self._identity_side("resource, role", needs_identity=False)
        return self._identity_side("identity")

    def _needs_resource_policy(self, target, strength):
        """KMS keys (§5.5) and role trust (§5.6): nothing without the resource's policy."""
        if strength == NONE:
            return self._no_grant(target)
        if self._unlimited(strength):
            return self._allow(f"{target}, {principals.STRENGTH_NAMES[strength]}")
        weaker = self._weaker()
        if weaker == ROLE:
            return self._identity_side(f"{target}, role", needs_identity=False)
        if weaker == principals.ACCOUNT:
            return self._identity_side(f"{target}, account")
        return self._no_grant(target)

    def _cross_account(self, target, strength):
        if strength == NONE:
            return self._no_grant(target)
        layer = f"{target}, cross-account"
        if self.requester.kind == "root":
            return self._allow(layer)
        return self._identity_side(layer)


def decide_prepared(policies, request, seen=None, readings=frozenset()):
    """Decides policies and a request that are read already, under these alternatives (§10)."""
    return Evaluation(policies, request, seen, readings).decide()


def decide(case, directory=Path(".")):
    """Decides one case: its decision, the reasons, and the statements that decided."""
    policies = []
    for policy in case.get("policies", []):
        document = policy.get("document")
        if document is None:
            document = json.loads((directory / policy["file"]).read_text("utf-8"))
        policies.append(Policy(policy["type"], document, policy.get("level", 0)))
    readings = frozenset(case.get("readings", {}).items())
    decision = decide_prepared(policies, Request(case["request"]), readings=readings)
    return {
        "decision": decision.outcome,
        "reasons": [f"{decision.layer}: {decision.reason}"],
        "by": decision.by,
    }


def text_of(value):
    """The canonical text of a JSON scalar (§1.1, G-6)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (float, Decimal)):
        text = format(Decimal(str(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    raise ValueError(f"not a scalar: {value!r}")


def meets(decision, expect):
    """Whether a decision is what a case expects; `denied` means either deny."""
    return decision == expect or (expect == "denied" and decision != ALLOWED)


def _list(value):
    return value if isinstance(value, list) else [value]


def main():
    """Reads cases as JSON lines, answers as JSON lines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--cases", required=True, metavar="FILE", help="JSON lines, `-` for standard input"
    )
    arguments = parser.parse_args()
    if arguments.cases == "-":
        stream, directory = sys.stdin, Path(".")
    else:
        stream, directory = open(arguments.cases, encoding="utf-8"), Path(arguments.cases).parent
    tried = failed = unreadable = 0
    with stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            tried += 1
            try:
                case = json.loads(line, parse_float=Decimal)
                answer = decide(case, directory)
            except (AttributeError, KeyError, TypeError, ValueError, OSError) as error:
                unreadable += 1
                print(json.dumps({"line": number, "error": f"{type(error).__name__}: {error}"}))
                continue
            expect = case.get("expect")
            ok = expect is None or meets(answer["decision"], expect)
            failed += not ok
            print(json.dumps({"id": case.get("id"), **answer, "expect": expect, "ok": ok}))
    print(f"{tried} cases, {failed} not as expected, {unreadable} unreadable", file=sys.stderr)
    return 2 if unreadable or not tried else 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
