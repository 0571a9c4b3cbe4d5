"""Random worlds: policies and requests about one service, from one pool of constants.

A world writes a few dozen documents that AWS would accept for their type
(policy language §1.4, §1.10 to §1.14) and a few dozen requests, then deals
cases out of them. Sharing documents among cases is what makes generating,
judging and evaluating them fast.
"""

import json
from random import Random

import pool
import values
from documents import Documents
from principals import NONE, STRENGTH_NAMES
from reference import Document, Policy, Request

DOCUMENTS_PER_WORLD = {
    "identity": 6,
    "boundary": 3,
    "session": 3,
    "scp": 6,
    "rcp": 3,
    "endpoint": 4,
    "resource": 9,
}
REQUESTS_PER_WORLD = 20
REQUESTERS_PER_WORLD = 3
# Keys that tell who the requester is: given as they are or not at all.
IDENTIFYING = ("aws:PrincipalArn", "aws:PrincipalServiceNamesList")
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
    "anonymous",
    "user",
    "role session",
    "service-linked role",
    "federated user",
    "service",
    "root",
    "user",
    "role session",
)


class WrittenPolicy:
    """A document of a world with its text and its reading."""

    def __init__(self, policy_type, document, ascii_only):
        self.type = policy_type
        self.document = document
        self.text = json.dumps(document, ensure_ascii=ascii_only, separators=(",", ":"))
        self.prepared = Document(document, policy_type)
        self._hung = {}
        self._strengths = {}

    def strength(self, requester):
        """The strongest that an Allow of this document names a requester, conditions aside."""
        who = (requester.text, requester.issuer)
        found = self._strengths.get(who)
        if found is None:
            found = self._strengths[who] = max(
                (
                    s.principal.strength(requester, has_boundary=False)
                    for s in self.prepared.statements
                    if s.effect == "Allow"
                ),
                default=NONE,
            )
        return found

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
        self.duels = 0
        self.ascii_only = number % 2 == 0
        families, weights = pool.FAMILIES, pool.FAMILY_WEIGHTS
        if number < len(families):
            self.family = families[number]
        else:
            self.family = self.random.choices(families, weights)[0]
        self._choose_requesters()
        self._choose_keys()
        documents = Documents(self)
        self.policies = {
            policy_type: [self._policy(documents, policy_type) for _ in range(count)]
            for policy_type, count in DOCUMENTS_PER_WORLD.items()
        }
        if self.family.name == "s3":
            self.policies["resource"][0] = WrittenPolicy("resource", pool.LOCKED, self.ascii_only)
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
        elif self.family.name == "s3" and self.chance(0.5):
            kinds[0] = "root"  # whose hold on its bucket policies is a rule of its own
        self.requesters = [self.pick(pool.REQUESTERS[kind]) for kind in kinds]

    def _choose_keys(self):
        # Each world knows a few keys of every kind, so that conditions and contexts meet.
        some = {"String": 4, "Ip": 1, "Arn": 1, "Numeric": 1, "Date": 1}
        self.keys = {
            kind: self.random.sample(keys, some.get(kind, 1)) for kind, keys in values.KEYS.items()
        }
        for key in values.VARIABLES:
            if self.chance(0.6) and key not in self.keys["String"]:
                self.keys["String"].append(key)

        # Of every kind of value two themes, so that policies and requests talk about the same.
        self.policy_values, self.context_values = {}, {}
        for kind, themes in values.THEMES.items():
            chosen = self.random.sample(themes, min(2, len(themes)))
            self.policy_values[kind] = [v for written, _ in chosen for v in written]
            self.context_values[kind] = [v for _, claimed in chosen for v in claimed]

    def _policy(self, documents, policy_type):
        if policy_type == "resource":
            # A key or trust policy may also be written down as the plain resource policy it is.
            target = self.family.target
            policy_type = "resource" if target == "resource" or self.chance(0.3) else target
        return WrittenPolicy(policy_type, documents.document(policy_type), self.ascii_only)

    def _request(self, number):
        requester = self.requesters[number % len(self.requesters)]
        action, arn, owner = self._target(requester)
        request = {
            "principal": requester.principal,
            "action": action,
            "resource": arn.replace("{}", owner),
        }
        context = self._context()
        if "{}" in arn:
            if self.chance(0.2):
                context["aws:ResourceAccount"] = owner
        elif arn != "*":
            where = self.random.random()
            if where < 0.3:
                request["resourceAccount"] = owner
            elif where < 0.75 or _crosses_partitions(requester, arn):
                context["aws:ResourceAccount"] = owner
        self._add_known(requester, request, context)
        if ":assumed-role/" in requester.principal and not request.get("complete"):
            # A session's ARN does not tell the role's path.
            context.setdefault("aws:PrincipalArn", requester.known["aws:PrincipalArn"])
        items = list(context.items())
        self.random.shuffle(items)
        request["context"] = dict(items)
        if requester.issuers and self.chance(0.7):
            request["issuer"] = self.pick(requester.issuers)
        if self.chance(0.06):
            request["managementAccount"] = True
        # What AWS sends with a value that nobody can tell would leave the decision open.
        unknown = Request(request).unknown
        if unknown:
            request["absent"] = list(unknown)
        return WrittenRequest(requester, request, self.ascii_only)

    def _target(self, requester):
        """Action, resource with `{}` for its owner, and the owner."""
        arn, actions = self.pick(self.family.resources)
        action = self.pick(actions)
        if requester.kind == "federated caller":
            arn = self.family.resources[0][0]
            action = self.pick(("sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"))
        elif requester.kind == "root" and self.family.name == "s3" and self.chance(0.4):
            arn, actions = pool.BUCKET
            action = self.pick(actions)
        elif _crosses_partitions(requester, arn) and self.chance(0.7):
            arn, actions = self.family.resources[0]
            action = self.pick(actions)
        home, away = pool.OWN, pool.OTHER
        if away in requester.principal:
            home, away = away, home
        # Whether accounts of two partitions can be the same one is not documented.
        is_home = self.chance(0.6) and not _crosses_partitions(requester, arn)
        return action, arn, home if is_home else away

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
            if key == needed or self.chance(0.08 if derive else 0.75):
                context[key] = value
            elif key not in IDENTIFYING and self.chance(0.12):
                context[key] = self.pick(([], "", [""]))
        for key in ("aws:username", "aws:PrincipalTag/team"):
            if key in context and self.chance(0.3):
                context[key] = self.pick(values.CLAIMED_NAMES)
        if self.chance(0.15):
            context["aws:ViaAWSService"] = self.pick(("false", "true"))

    def _context(self):
        context = {}
        for kind, keys in self.keys.items():
            for key in keys:
                draw = self.random.random()
                if draw < 0.18:
                    continue
                if draw < 0.28:
                    value = []
                elif draw < 0.38:
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
                if not key.isascii() and self.chance(0.3):
                    key = key.replace("\u00c9", "\u00e9")  # another key: only ASCII letters fold
                context[key] = value
                if self.chance(0.02) and key.isascii():
                    context[key.swapcase()] = self._value(kind)  # the first spelling counts
        return context

    def _value(self, kind):
        if self.chance(0.08):
            kind = self.pick(tuple(self.context_values))
        return self.pick(self.context_values[kind])

    # Cases

    def case(self):
        """A request with the policies around it: (request, policies, texts)."""
        request = self.pick(self.requests)
        # Now and then only the layers between which a grant's strength decides (§5.4).
        duel = request.request["resource"] != "*" and self.chance(0.45)
        resource = self._resource_policy(request, duel)
        chosen = [resource.at(None)] if resource else []
        if resource and self.chance(0.05):
            chosen.append(self.pick(self.policies["resource"]).at(None))
        self._add_identity_side(chosen, request, resource, duel)
        if not duel:
            self._add_gates(chosen)
        if self.chance(0.3):
            self.random.shuffle(chosen)
        return request, [c[0] for c in chosen], [c[1] for c in chosen]

    def _resource_policy(self, request, duel):
        if request.request["resource"] == "*":
            return None
        policies = self.policies["resource"]
        if duel:
            # Every strength in turn, as far as this world's policies reach.
            self.duels += 1
            wanted = self.duels % len(STRENGTH_NAMES)
            asked = request.prepared.requester
            return self.pick([p for p in policies if p.strength(asked) == wanted] or policies)
        if "BucketPolicy" in request.request["action"] and self.chance(0.4):
            return policies[0]
        needed = (
            self.family.target != "resource"
            or request.requester.kind in ("service", "anonymous")
            or not request.prepared.same_account
        )
        return self.pick(policies) if self.chance(0.95 if needed else 0.5) else None

    def _add_identity_side(self, chosen, request, resource, duel):
        chance, pick, policies = self.chance, self.pick, self.policies
        for _ in range(0 if chance(0.4 if resource else 0.15) else 1 if chance(0.7) else 2):
            chosen.append(pick(policies["identity"]).at(None))
        if chance(0.6 if duel else 0.25):
            chosen.append(pick(policies["boundary"]).at(None))
        share = 0.75 if request.requester.kind == "federated user" else 0.5 if duel else 0.2
        if chance(share):
            for _ in range(1 + chance(0.1)):
                chosen.append(pick(policies["session"]).at(None))

    def _add_gates(self, chosen):
        chance, pick, policies = self.chance, self.pick, self.policies
        if chance(0.35):
            for level in range(1 + int(self.random.random() * 3)):
                for _ in range(1 + chance(0.3)):
                    hung = level if level or chance(0.5) else None
                    chosen.append(pick(policies["scp"]).at(hung))
        if chance(0.3):
            chosen.append(pick(policies["rcp"]).at(int(self.random.random() * 3)))
        if chance(0.35):
            for _ in range(1 + chance(0.1)):
                chosen.append(pick(policies["endpoint"]).at(None))


def _crosses_partitions(requester, arn):
    principal = requester.principal
    return "arn:" in principal and arn != "*" and ("aws-cn" in principal) != ("aws-cn" in arn)
