"""The policy documents of a world: random, and such as AWS accepts for their type.

Policy language §1.4 and §1.10 to §1.14 say what that is.
"""

import pool
import values
from conditions import OPERATORS, SET_OPERATORS

# Every operator with every set operator and suffix that AWS accepts.
OPERATOR_DECK = [
    (base, set_operator, suffix)
    for base in OPERATORS
    for set_operator in SET_OPERATORS
    for suffix in ("", "IfExists")
    if (base, suffix) != ("Null", "IfExists")
]
# How often an Allow takes in every action and resource, so that later layers get their turn.
WIDE = {
    "scp": 0.7,
    "boundary": 0.2,
    "session": 0.3,
    "endpoint": 0.7,
    "identity": 0.35,
    "resource": 0.15,
}


def operator_family(base):
    """The kind of value an operator compares: `String`, `Numeric`, … `Ip`, `Null`."""
    for family in values.THEMES:
        if family in base:
            return family
    return "Null"


class Documents:
    """Writes documents about a world's family, requesters and keys."""

    def __init__(self, world):
        self.world = world
        self.family = world.family
        self.requesters = world.requesters
        self.pick, self.chance, self.random = world.pick, world.chance, world.random
        self.deck_position = world.number * 31

    def document(self, policy_type):
        """A document of the type."""
        limit = 2 if policy_type in ("boundary", "session") else 4
        count = 1 + int(self.random.random() * limit)
        statements = [self._statement(policy_type, n == 0) for n in range(count)]
        if policy_type in ("resource", "key", "trust") and self.chance(0.6):
            # One grant whose strength decides, and at most one more statement.
            statements[:] = [self._plain_grant(policy_type), *statements[:1][: count - 1]]
        document = {}
        version = self._version(policy_type)
        if version:
            document["Version"] = version
        document["Statement"] = statements
        return document

    def _plain_grant(self, policy_type):
        kind, value = self.pick(self.pick(self.requesters).values)
        if kind == "Federated" and policy_type != "trust":
            kind, value = "AWS", pool.OWN
        statement = {"Effect": "Allow", "Principal": {kind: value}}
        statement["Action"] = self._actions(policy_type, "Action", policy_type != "trust")
        if policy_type != "trust":
            statement["Resource"] = "*"
        if self.chance(0.2):
            statement["Condition"] = self._condition(1)
        return statement

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
        share = 0.25 if wide and effect == "Allow" else {"Allow": 0.5, "Deny": 0.9}[effect]
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
        share = {"resource": 0.25, "endpoint": 0.12}.get(policy_type, 0)
        if policy_type == "key" and statement["Effect"] == "Deny":
            share = 0.3
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
        if self.chance(0.45):
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
            key, written = self._key_and_values(base)
            keys = condition.setdefault(operator, {})
            if key.lower() not in (k.lower() for k in keys):
                keys[key] = written
        if self.chance(0.01):
            condition.setdefault("StringLike", {})
        return condition

    def _key_and_values(self, base):
        family = operator_family(base)
        keys = self.world.keys
        if family == "Null":
            key = self.pick(keys[self.pick(tuple(keys))])
            if self.chance(0.3):
                key = self.pick(values.DERIVED_KEYS[self.pick(tuple(values.DERIVED_KEYS))])
            return key, self.pick(
                ("true", "false", True, False, "TRUE", ["true", "false"], ["false"])
            )
        if self.chance({"String": 0.45, "Bool": 0.45, "Arn": 0.25}.get(family, 0)):
            key = self.pick(values.DERIVED_KEYS[family])
            known = self.pick(self.requesters).known.get(key)
            choices = values.DERIVED_VALUES.get(key, ("true", "false", "false", False))
            if known and self.chance(0.6):
                choices = (known,)
        else:
            # Text operators read any key as text; the others now and then meet a foreign type.
            kind = family
            if self.chance(0.25 if family == "String" else 0.06):
                kind = self.pick(tuple(keys))
            key = self.pick(keys[kind])
            choices = self.world.policy_values[family]
        if self.chance(0.1):
            key = key.upper() if key.isascii() and self.chance(0.5) else key.replace("aws:", "AWS:")
        if self.chance(0.04):
            return key, []
        return key, self._one_or_more(choices, 3)
