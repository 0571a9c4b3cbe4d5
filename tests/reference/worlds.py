"""Random worlds: policies and requests about one service, from one pool of constants.

A world writes a few dozen documents that AWS would accept for their type
(policy language §1.4, §1.10 to §1.14) and a few dozen requests, then deals
cases out of them. Sharing documents among cases is what makes generating,
judging and evaluating them fast.
"""

import json
from random import Random

import pool
from conditions import OPERATORS, SET_OPERATORS
from reference import Document, Policy, Request

# Every operator with every set operator and suffix that AWS accepts.
OPERATOR_DECK = [
    (base, set_operator, suffix)
    for base in OPERATORS
    for set_operator in SET_OPERATORS
    for suffix in ("", "IfExists")
    if (base, suffix) != ("Null", "IfExists")
]
DOCUMENTS_PER_WORLD = {
    "identity": 6,
    "boundary": 3,
    "session": 3,
    "scp": 6,
    "rcp": 3,
    "endpoint": 4,
    "resource": 7,
}
REQUESTS_PER_WORLD = 24
REQUESTERS_PER_WORLD = 3
# How often an Allow takes in every action and resource, so that later layers get their turn.
WIDE = {
    "scp": 0.7,
    "boundary": 0.65,
    "session": 0.65,
    "endpoint": 0.7,
    "identity": 0.35,
    "resource": 0.15,
}
# Kinds of requesters in the order in which worlds are dealt them.
KIND_DECK = (
    "user",
    "role session",
    "federated user",
    "root",
    "user",
    "role session",
    "service",
    "anonymous",
    "user",
    "role session",
    "service-linked role",
    "federated user",
    "service",
    "root",
)


def operator_family(base):
    """The kind of value an operator compares: `String`, `Numeric`, … `Ip`, `Null`."""
    for family in pool.POLICY_VALUES:
        if family in base:
            return family
    return "Null"


class WrittenPolicy:
    """A document of a world with its text and its reading."""

    def __init__(self, policy_type, document, ascii_only):
        self.type = policy_type
        self.document = document
        self.text = json.dumps(document, ensure_ascii=ascii_only, separators=(",", ":"))
        self.prepared = Document(document, policy_type)
        self.grants_by_not_principal = any(
            s["Effect"] == "Allow" and "NotPrincipal" in s for s in document["Statement"]
        )
        self.names_by_not_principal = any("NotPrincipal" in s for s in document["Statement"])
        self._hung = {}

    def at(self, level):
        """This document as a policy hung at a level, and its text in a case."""
        hung = self._hung.get(level)
        if hung is None:
            place = "" if level is None else f'"level":{level},'
            text = f'{{"type":"{self.type}",{place}"document":{self.text}}}'
            policy = Policy(self.type, None, level or 0, self.prepared)
            hung = self._hung[level] = (policy, text)
        return hung


class WrittenRequest:
    """A request of a world with its text and its reading."""

    def __init__(self, requester, request, ascii_only):
        self.requester = requester
        self.request = request
        self.text = json.dumps(request, ensure_ascii=ascii_only, separators=(",", ":"))
        self.prepared = Request(request)


class World:
    """Documents and requests about one family of actions."""

    def __init__(self, seed, number):
        self.random = Random(f"{seed}:{number}")
        self.number = number
        self.ascii_only = number % 2 == 0
        self.deck_position = number * 31
        families, weights = pool.FAMILIES, pool.FAMILY_WEIGHTS
        if number < len(families):
            self.family = families[number]
        else:
            self.family = self.random.choices(families, weights)[0]
        self._choose_requesters()
        self._choose_keys()
        counts = DOCUMENTS_PER_WORLD
        self.policies = {t: [self._policy(t) for _ in range(n)] for t, n in counts.items()}
        self.requests = [self._request(n) for n in range(REQUESTS_PER_WORLD)]

    def pick(self, sequence):
        return sequence[int(self.random.random() * len(sequence))]

    def chance(self, share):
        return self.random.random() < share

    def _choose_requesters(self):
        first = self.number * REQUESTERS_PER_WORLD
        kinds = [KIND_DECK[(first + n) % len(KIND_DECK)] for n in range(REQUESTERS_PER_WORLD)]
        if self.family.target == "trust":
            kinds[self.number % 2] = "federated caller"
        elif self.family.name == "s3" and self.chance(0.4):
            kinds[0] = "root"  # whose hold on its bucket policies is a rule of its own
        self.requesters = [self.pick(pool.REQUESTERS[kind]) for kind in kinds]

    def _choose_keys(self):
        # Each world knows a few keys of every kind, so that conditions and contexts meet.
        some = {"String": 4, "Ip": 1, "Arn": 1, "Numeric": 1, "Date": 1}
        self.keys = {
            kind: self.random.sample(keys, some.get(kind, 1)) for kind, keys in pool.KEYS.items()
        }
        for key in ("aws:TagKeys", "aws:PrincipalTag/team", "s3:prefix"):
            if self.chance(0.6) and key not in self.keys["String"]:
                self.keys["String"].append(key)

    # Documents

    def _policy(self, policy_type):
        if policy_type == "resource":
            # A key or trust policy may also be written down as the plain resource policy it is.
            target = self.family.target
            policy_type = "resource" if target == "resource" or self.chance(0.3) else target
        count = 1 + int(self.random.random() * 4)
        statements = [self._statement(policy_type, n == 0) for n in range(count)]
        document = {}
        version = self._version(policy_type)
        if version:
            document["Version"] = version
        document["Statement"] = statements
        return WrittenPolicy(policy_type, document, self.ascii_only)

    def _version(self, policy_type):
        if policy_type == "rcp" or self.chance(0.65):
            return "2012-10-17"
        return "2008-10-17" if policy_type != "scp" and self.chance(0.5) else None

    def _statement(self, policy_type, first):
        effect = self._effect(policy_type, first)
        statement = {"Effect": effect}
        if policy_type in ("resource", "key", "trust", "endpoint", "rcp"):
            self._add_principal(statement, policy_type)
        wide = self.chance(WIDE.get(policy_type, 0.1) if effect == "Allow" else 0.1)
        share = {"rcp": 0, "trust": 0.05}.get(policy_type, 0.15)
        name = "NotAction" if self.chance(share) else "Action"
        statement[name] = self._actions(policy_type, name, wide)
        if policy_type != "trust":
            not_resource = policy_type != "key" and not wide and self.chance(0.15)
            name = "NotResource" if not_resource else "Resource"
            statement[name] = self._resources(policy_type, wide)
        share = 0.15 if wide and effect == "Allow" else {"Allow": 0.5, "Deny": 0.9}[effect]
        if self.chance(share):
            statement["Condition"] = self._condition(1 + self.chance(0.4) + self.chance(0.15))
        elif self.chance(0.02):
            statement["Condition"] = {}
        return statement

    def _effect(self, policy_type, first):
        if policy_type == "rcp":
            return "Deny"
        return "Allow" if self.chance(0.95 if first else 0.65) else "Deny"

    def _actions(self, policy_type, name, wide):
        if policy_type == "trust":
            return self._one_or_more(pool.TRUST_ACTIONS, 2)
        family = self.family
        if name == "NotAction":
            other = self.pick(pool.FAMILIES)
            patterns = other.action_patterns if self.chance(0.6) else family.action_patterns
            return self._one_or_more(patterns, 2)
        everything = {"rcp": f"{family.name}:*", "key": "kms:*"}.get(policy_type, "*")
        if wide or self.chance(0.15):
            return "*:*" if policy_type == "scp" and self.chance(0.2) else everything
        if policy_type == "scp" and self.chance(0.1):
            return f"{family.name[0]}*:*{self.pick('GSDA')}*"
        return self._one_or_more(family.action_patterns, 4)

    def _resources(self, policy_type, wide):
        if wide or self.chance(0.9 if policy_type == "key" else 0.3):
            return "*"
        if self.chance(0.005):
            return ["*", None]  # stored by IAM all the same (§1.2)
        family = self.family
        patterns = list(family.patterns)
        if policy_type in ("identity", "boundary", "resource", "endpoint"):
            patterns += family.incomplete
        elif policy_type == "scp":
            patterns += [p for p in family.incomplete if p.endswith("*")]
        if policy_type in ("scp", "resource", "endpoint"):
            patterns.append(pool.ANY_SERVICE)
        for arn, _ in family.resources:
            if arn != "*" and max(arn) <= "\u00ff":
                patterns.append(arn.replace("{}", pool.OWN))
        return self._one_or_more(patterns, 3)

    def _one_or_more(self, choices, limit):
        count = 1 + int(self.random.random() * limit)
        if count == 1:
            one = self.pick(choices)
            return [one] if self.chance(0.3) else one
        return list(dict.fromkeys(self.pick(choices) for _ in range(count)))

    def _add_principal(self, statement, policy_type):
        if policy_type == "rcp":
            statement["Principal"] = "*"
            return
        share = {"resource": 0.2, "endpoint": 0.12}.get(policy_type, 0)
        if policy_type == "key" and statement["Effect"] == "Deny":
            share = 0.2
        # The notes do not say whether a NotPrincipal can list the caller of an unsigned STS call.
        if self.family.target != "trust" and self.chance(share):
            statement["NotPrincipal"] = self._not_principal()
            return
        if self.chance({"endpoint": 0.6, "trust": 0.15}.get(policy_type, 0.3)):
            statement["Principal"] = "*" if self.chance(0.6) else {"AWS": "*"}
            return
        if self.chance(0.01):
            statement["Principal"] = {"AWS": []}
            return
        choices = self.pick(self.requesters).values
        if self.chance(0.12):
            choices = pool.OTHER_PRINCIPAL_VALUES
        element = {}
        for _ in range(1 + self.chance(0.4)):
            kind, value = self.pick(choices)
            if kind == "Federated" and policy_type != "trust":
                kind, value = "AWS", pool.OTHER
            element.setdefault(kind, []).append(value)
            choices = self.pick(self.requesters).values
        statement["Principal"] = {
            kind: values[0] if len(values) == 1 else list(dict.fromkeys(values))
            for kind, values in element.items()
        }

    def _not_principal(self):
        requester = self.pick(self.requesters)
        listing = list(requester.listing) or [pool.OTHER]
        if self.chance(0.25):
            listing.pop(int(self.random.random() * len(listing)))
            listing.append(f"arn:aws:iam::{pool.OTHER}:root")
        kind = "Service" if requester.kind == "service" else "AWS"
        if kind == "Service":
            listing = [v for v in listing if not v.startswith("arn:")] or ["ec2.amazonaws.com"]
        elif self.chance(0.06):
            return {"AWS": "*"}
        return {kind: listing}

    # Conditions

    def _condition(self, count):
        condition = {}
        for _ in range(count):
            base, set_operator, suffix = OPERATOR_DECK[self.deck_position % len(OPERATOR_DECK)]
            self.deck_position += 1
            operator = f"{set_operator}:{base}{suffix}" if set_operator else base + suffix
            key, values = self._key_and_values(base)
            keys = condition.setdefault(operator, {})
            if key.lower() not in (k.lower() for k in keys):
                keys[key] = values
        if self.chance(0.01):
            condition.setdefault("StringLike", {})
        return condition

    def _key_and_values(self, base):
        family = operator_family(base)
        if family == "Null":
            key = self.pick(self.keys[self.pick(tuple(self.keys))])
            return key, self.pick(
                ("true", "false", True, False, "TRUE", ["true", "false"], ["false"])
            )
        if family in pool.DERIVED_KEYS and self.chance(0.15):
            key = self.pick(pool.DERIVED_KEYS[family])
            values = pool.DERIVED_VALUES.get(key, pool.BOOL_POLICY_VALUES)
        else:
            # Text operators read any key as text; the others now and then meet a foreign type.
            kind = family
            if self.chance(0.25 if family == "String" else 0.06):
                kind = self.pick(tuple(self.keys))
            key = self.pick(self.keys[kind])
            values = pool.POLICY_VALUES[family]
        if self.chance(0.1):
            key = key.upper() if key.isascii() and self.chance(0.5) else key.replace("aws:", "AWS:")
        if self.chance(0.02):
            return key, []
        return key, self._one_or_more(values, 3)

    # Requests

    def _request(self, number):
        requester = self.requesters[number % len(self.requesters)]
        arn, actions = self.pick(self.family.resources)
        home = pool.OTHER if pool.OTHER in requester.principal else pool.OWN
        owner = home if self.chance(0.6) else pool.OTHER if home == pool.OWN else pool.OWN
        action = self.pick(actions)
        if requester.kind == "federated caller":
            arn = self.family.resources[0][0]
            action = self.pick(("sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"))
        elif requester.kind == "root" and self.family.name == "s3" and self.chance(0.4):
            arn, actions = pool.BUCKET
            action = self.pick(actions)
        elif "aws-cn" in arn and "aws-cn" not in requester.principal and self.chance(0.8):
            arn, actions = self.family.resources[0]
            action = self.pick(actions)
        request = {
            "principal": requester.principal,
            "action": action,
            "resource": arn.replace("{}", owner),
        }
        context = self._context()
        if "{}" not in arn and arn != "*":
            where = self.random.random()
            if where < 0.3:
                request["resourceAccount"] = owner
            elif where < 0.75:
                context["aws:ResourceAccount"] = owner
        elif self.chance(0.2) and arn != "*":
            context["aws:ResourceAccount"] = owner
        self._add_known(requester, request, context)
        items = list(context.items())
        self.random.shuffle(items)
        request["context"] = dict(items)
        if self.chance(0.06):
            request["managementAccount"] = True
        return WrittenRequest(requester, request, self.ascii_only)

    def _add_known(self, requester, request, context):
        """The keys about the principal, given or left to be derived."""
        derive = requester.kind != "federated caller" and self.chance(0.5)
        if not derive:
            request["complete"] = True
        needed = "aws:PrincipalServiceNamesList"
        if requester.kind in ("role session", "service-linked role"):
            pathless = requester.known["aws:PrincipalArn"].count("/") == 1
            if not (derive and (pathless or ":iam:" in requester.principal)):
                context["aws:PrincipalArn"] = requester.known["aws:PrincipalArn"]
        for key, value in requester.known.items():
            if key == needed or self.chance(0.15 if derive else 0.75):
                context[key] = value
        if self.chance(0.15):
            context["aws:ViaAWSService"] = self.pick(("false", "true"))

    def _context(self):
        context = {}
        for kind, keys in self.keys.items():
            for key in keys:
                draw = self.random.random()
                if draw < 0.2:
                    continue
                if draw < 0.28:
                    value = []
                elif draw < 0.37:
                    value = "" if self.chance(0.5) else [""]
                elif draw < 0.77:
                    value = self._value(kind)
                    if self.chance(0.2):
                        value = [value]
                else:
                    value = [self._value(kind) for _ in range(2 + self.chance(0.4))]
                if self.chance(0.1):
                    key = (
                        key.upper()
                        if key.isascii() and self.chance(0.5)
                        else key.replace("aws:", "Aws:")
                    )
                context[key] = value
                if self.chance(0.02) and key.isascii():
                    context[key.swapcase()] = self._value(kind)  # the first spelling counts
        return context

    def _value(self, kind):
        if self.chance(0.08):
            kind = self.pick(tuple(pool.CONTEXT_VALUES))
        return self.pick(pool.CONTEXT_VALUES[kind])

    # Cases

    def case(self):
        """A request with the policies around it: (request, policies, texts)."""
        chance, pick, policies = self.chance, self.pick, self.policies
        request = pick(self.requests)
        kind = request.requester.kind
        chosen = []
        for _ in range(0 if chance(0.22) else 1 if chance(0.7) else 2):
            chosen.append(pick(policies["identity"]).at(None))
        resource = None
        if request.request["resource"] != "*":
            needed = self.family.target != "resource" or kind in ("service", "anonymous")
            needed = (
                needed
                or not request.prepared.same_account
                or "BucketPolicy" in request.request["action"]
            )
            if chance(0.95 if needed else 0.5):
                resource = pick(policies["resource"])
                chosen.append(resource.at(None))
                if chance(0.05):
                    second = pick(policies["resource"])
                    if not second.grants_by_not_principal:
                        chosen.append(second.at(None))
        # What an Allow with NotPrincipal means to somebody with a boundary is not documented.
        if chance(0.2) and not (resource and resource.grants_by_not_principal):
            chosen.append(pick(policies["boundary"]).at(None))
        if chance(0.75 if kind == "federated user" else 0.2):
            for _ in range(1 + chance(0.1)):
                chosen.append(pick(policies["session"]).at(None))
        if chance(0.3):
            for level in range(1 + int(self.random.random() * 3)):
                for _ in range(1 + chance(0.3)):
                    chosen.append(pick(policies["scp"]).at(level if level or chance(0.5) else None))
        if chance(0.25):
            level = int(self.random.random() * 3)
            chosen.append(pick(policies["rcp"]).at(level))
        if chance(0.3):
            for _ in range(1 + chance(0.1)):
                chosen.append(pick(policies["endpoint"]).at(None))
        if chance(0.3):
            self.random.shuffle(chosen)
        return request, [c[0] for c in chosen], [c[1] for c in chosen]
