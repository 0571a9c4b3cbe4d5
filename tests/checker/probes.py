"""Requests for a certificate: around the constants of its formulas, on their boundaries, and random.

Requests are kept that make a formula true, or false, for the first time; most new
ones change one thing of a kept one. So the search finds its way to the rare
requests at which a condition, a statement or a whole policy matters.
"""

import random
import re
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address

import _paths  # noqa: F401
import keys
import subject as subjects
from atoms import KINDS, Hole
from patterns import ANY, STAR

ENDPOINT = ("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip")
IDENTIFIER = re.compile(r"[A-Z0-9]*")
# So many drafts that are nearest to the aim are changed further.
BEST = 8
# What a field of a request looks like, for texts that are put together from patterns.
GRAMMAR = {
    "account": re.compile(r"[0-9]{12}"),
    "resource-account": re.compile(r"[0-9]{12}"),
    "partition": re.compile(r"[^:]+"),
    "resource-partition": re.compile(r"[^:]+"),
    "resource-service": re.compile(r"[^:]+"),
    "resource-region": re.compile(r"[^:]*"),
    "resource-word": re.compile(r"([a-z][^:]*)?"),
    "resource": re.compile(r"(.|\n)+"),
    "role": re.compile(r"([!-~]+/)?(aws:)?[A-Za-z0-9+=,.@_-]+"),
    "issuer": re.compile(r"([!-~]+/)?[A-Za-z0-9+=,.@_-]+"),
    "user-path": re.compile(r"([!-~]+/)?"),
    "service": re.compile(r"[A-Za-z0-9.-]+\.amazonaws\.com(\.cn)?"),
    "provider": re.compile(r"[^:]+|arn:[^:]*:iam::[0-9]{12}:(saml|oidc)-provider/.+"),
    "role-id": re.compile(r"AROA[A-Z0-9]*"),
    "user-id": re.compile(r"AIDA[A-Z0-9]*"),
}
NAME = re.compile(r"[A-Za-z0-9+=,.@_-]+")
PARTS_OF = {
    "anonymous": (),
    "provider": ("provider",),
    "service": ("service",),
    "root": ("account", "partition"),
    "user": ("account", "partition", "user-name", "user-path", "user-id"),
    "role-session": ("account", "partition", "role", "session", "role-id"),
    "federated-user": ("account", "partition", "federated-name", "issuer"),
}
RESOURCE_PARTS = (
    "resource-account", "resource-partition", "resource-service", "resource-region",
    "resource-word", "resource",
)  # fmt: skip


class Pools:
    """Texts for each key and field, and actions, from the constants of formulas."""

    def __init__(self, formulas, regions=()):
        self.texts, self.actions = {}, [["s3:GetObject"]]
        self.kinds = sorted(KINDS)
        for formula in formulas:
            for atom in formula.atoms:
                if atom is not None:
                    self._take(atom)
        for region in regions:
            self._add(("key", "aws:requestedregion"), [region])

    def _add(self, of, tokens):
        pool = self.texts.setdefault(of, {})
        pool[tuple(tokens)] = None

    def _take(self, atom):
        if atom.kind in ("key", "field"):
            self.texts.setdefault(atom.subject, {})
            for predicate in atom.any_of:
                for tokens in _around(predicate):
                    self._add(atom.subject, tokens)
                for token in predicate.tokens:
                    if isinstance(token, Hole):
                        self.texts.setdefault(token.of, {})
        elif atom.kind == "action" and atom.service is not None:
            self.actions.append([*atom.service, ":", *atom.name])

    def keys(self):
        """The keys that some formula reads and that AWS does not derive."""
        return [it[1] for it in self.texts if it[0] == "key" and it[1] not in subjects.DERIVED]


def _around(predicate):
    """Patterns and texts on both sides of a predicate's boundary."""
    kind = predicate.kind
    if kind == "like":
        tokens = list(predicate.tokens)
        yield tokens
        for at in (0, len(tokens) - 1):
            if 0 <= at < len(tokens) and isinstance(tokens[at], str):
                yield [*tokens[:at], tokens[at].swapcase(), *tokens[at + 1 :]]
                yield [*tokens[:at], *tokens[at + 1 :]]
        yield [*tokens, "x"]
        yield ["x", *tokens]
    elif kind == "arn":
        yield [token for it in predicate.components for token in [":", *it]][1:]
    elif kind == "address":
        bits, first, length = predicate.network
        last = first | ((1 << (bits - length)) - 1)
        for number in (first, last, first - 1, last + 1):
            if 0 <= number < 1 << bits:
                yield str(IPv4Address(number) if bits == 32 else IPv6Address(number))
    elif kind == "number":
        for offset in ("0", "1", "-1", "0.1", "-0.1"):
            yield format(predicate.bound + Decimal(offset), "f")
        yield "0" + format(abs(predicate.bound), "f")
    elif kind == "date":
        seconds, nanoseconds = divmod(predicate.bound, 10**9)
        for text in (*_dates(seconds, nanoseconds), "2024-02-29"):
            yield text
    elif kind == "bool":
        yield from ("true", "false", "True")
    elif kind == "bytes":
        import base64

        yield base64.b64encode(predicate.bytes).decode()
        yield base64.b64encode(predicate.bytes + b"x").decode()


def _dates(seconds, nanoseconds):
    from datetime import datetime, timedelta, timezone

    for offset in (0, 1, -1):
        if seconds + offset >= 0:
            yield str(seconds + offset)
        try:
            moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds + offset)
        except OverflowError:
            continue
        text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
        yield f"{text}.{nanoseconds:09}Z" if nanoseconds else text + "Z"
        yield text + ".000000001Z"


class Draft:
    """A request that is being put together: its kind, its fields, its action, its keys."""

    def __init__(self, kind, parts, action, context, management, noise):
        self.kind, self.parts, self.action = kind, parts, action
        self.context, self.management, self.noise = context, management, noise

    @staticmethod
    def of(subject):
        """The draft of a request."""
        parts = {name: texts[0] for name, texts in subjects.PLAIN.items()}
        parts = {**parts, **subject.fields, **subject.flags}
        context = {
            key: values[0] if len(values) == 1 else values
            for key, values in subject.context.items() if key not in subjects.DERIVED
        }  # fmt: skip
        noise = {name: texts[0] for name, texts in subjects.PLAIN.items()}
        management = subject.request.in_management_account
        return Draft(subject.kind, parts, subject.action, context, management, noise)

    def copy(self):
        """A draft to be changed."""
        return Draft(
            self.kind, dict(self.parts), self.action, dict(self.context), self.management, self.noise
        )

    def case(self):
        """The request as a case writes it. An action without resource acts in the own account."""
        if self.parts["no-resource"] and "account" in PARTS_OF[self.kind]:
            self.parts["resource-account"] = self.parts["account"]
        return subjects.build(
            self.kind, self.parts, self.action, self.context, self.management
        )


class Generator:
    """Drafts for the pools of a certificate."""

    def __init__(self, pools, seed):
        self.pools = pools
        self.random = random.Random(seed)
        self.keys = pools.keys()

    def chance(self, share):
        """True for about this share of calls."""
        return self.random.random() < share

    def pick(self, choices):
        """One of these."""
        return choices[int(self.random.random() * len(choices))]

    def _noise(self):
        return {name: self.pick(texts) for name, texts in subjects.PLAIN.items()}

    def fresh(self):
        """A random draft."""
        kind = self.pick(self.pools.kinds)
        draft = Draft(kind, {}, "", {}, self.chance(0.1), self._noise())
        self._principal(draft)
        for name in RESOURCE_PARTS:
            draft.parts[name] = self._field(name, draft)
        draft.parts["names-owner"] = self.chance(0.6)
        draft.parts["no-resource"] = self.chance(0.15)
        draft.action = self._action()
        for key in self.keys:
            self._key(key, draft)
        return self._settle(draft)

    def changed(self, draft):
        """A draft with one thing, or a few, changed."""
        draft = draft.copy()
        for _ in range(1 + int(self.random.random() * 2)):
            what = self.random.random()
            if what < 0.15:
                draft.action = self._action()
            elif what < 0.35:
                name = self.pick(RESOURCE_PARTS)
                draft.parts[name] = self._field(name, draft)
                if self.chance(0.2):
                    draft.parts["names-owner"] = not draft.parts["names-owner"]
                if self.chance(0.1):
                    draft.parts["no-resource"] = not draft.parts["no-resource"]
            elif what < 0.45:
                draft.kind = self.pick(self.pools.kinds)
                self._principal(draft)
            elif what < 0.6 and PARTS_OF[draft.kind]:
                name = self.pick(PARTS_OF[draft.kind])
                draft.parts[name] = self._field(name, draft)
            elif what < 0.65:
                draft.management = not draft.management
            elif self.keys:
                self._key(self.pick(self.keys), draft)
        return self._settle(draft)

    def _principal(self, draft):
        for name in PARTS_OF[draft.kind]:
            if name not in draft.parts or self.chance(0.7):
                draft.parts[name] = self._field(name, draft)

    def _field(self, name, draft):
        pool = list(self.pools.texts.get(("field", name), ()))
        grammar = GRAMMAR.get(name, NAME)
        for _ in range(4):
            if not pool or self.chance(0.25):
                break
            text = self._text(self.pick(pool), draft)
            if text is not None and grammar.fullmatch(text):
                return text
        if name == "resource-account" and "account" in draft.parts and self.chance(0.5):
            return draft.parts["account"]
        return self.pick(subjects.PLAIN[name])

    def _action(self):
        for _ in range(4):
            text = self._text(self.pick(self.pools.actions), None)
            if text is not None and subjects.is_action(text):
                return text.swapcase() if self.chance(0.05) else text
        return "s3:GetObject"

    def _key(self, key, draft):
        draft.context.pop(key, None)
        what = self.random.random()
        if what < 0.3:
            return
        pool = list(self.pools.texts.get(("key", key), ()))
        values = []
        for _ in range(1 if what < 0.85 else 2 if what < 0.95 else 3):
            text = self._text(self.pick(pool), draft) if pool and self.chance(0.9) else "other"
            values.append("other" if text is None else text)
        draft.context[key] = values[0] if len(values) == 1 and self.chance(0.97) else values
        if self.chance(0.02):
            draft.context[key] = ""

    def _text(self, tokens, draft):
        """A text of a pattern, wildcards and variables filled in."""
        text = []
        for token in tokens:
            if token is STAR:
                text.append(self.pick(("", "", "x", "x/y", "-1", "Z")))
            elif token is ANY:
                text.append(self.pick("x1-"))
            elif isinstance(token, Hole):
                text.append(self._value(token, draft))
            else:
                text.append(token)
        return "".join(text)

    def _value(self, hole, draft):
        kind, name = hole.of
        if draft is None:
            return ""
        if kind == "field":
            return draft.parts.get(name) or "x"
        value = draft.context.get(name)
        if value is None:
            pool = list(self.pools.texts.get(hole.of, ()))
            if pool and self.chance(0.5):
                plain = [token for token in self.pick(pool) if isinstance(token, str)]
                return "".join(plain) or "x"
            return hole.default or "x"
        return value if isinstance(value, str) else value[0]

    # What AWS would send

    def _settle(self, draft):
        """Makes most drafts requests that AWS could see (perimeter §1.5)."""
        if self.chance(0.25):
            return draft
        context = draft.context
        for key in [it for it in context if not self._may_have(it, draft)]:
            del context[key]
        service = draft.kind == "service"
        if draft.kind in ("service", "anonymous"):
            for key in [it for it in context if it.startswith(("aws:principaltag/", "aws:principalorg"))]:
                del context[key]
        via = not service and context.get("aws:viaawsservice") == "true"
        if service or via:
            self._drop(context, *ENDPOINT)
            if service:
                self._drop(context, "aws:sourceip", "aws:viaawsservice")
            if not via:
                self._drop(context, "aws:calledvia")
        elif any(it in context for it in ENDPOINT) and self.chance(0.8):
            self._drop(context, "aws:sourceip", "aws:calledvia")
            context.setdefault("aws:sourcevpce", "vpce-1")
            context.setdefault("aws:sourcevpc", "vpc-1")
            context.setdefault("aws:vpcsourceip", "10.0.0.1")
        else:
            self._drop(context, *ENDPOINT, "aws:calledvia")
            context.setdefault("aws:sourceip", "198.51.100.77")
        parts = draft.parts
        region = "" if parts["no-resource"] else parts["resource-region"]
        context["aws:requestedregion"] = region or context.get("aws:requestedregion", "eu-west-1")
        context.setdefault("aws:securetransport", "true")
        if self.chance(0.9):
            draft.management = False
        return draft

    def _may_have(self, key, draft):
        row = keys.find(key)
        if row is None:
            return not key.startswith(("aws:", "sagemaker:"))
        value = draft.context[key]
        if row.single and not isinstance(value, str) and len(value) > 1:
            draft.context[key] = value[0]
        if key in ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"):
            return draft.kind == "service"
        if row.type == "boolean" and isinstance(value, str):
            draft.context[key] = value.lower()
            return value.lower() in ("true", "false")
        if key.startswith("sagemaker:") and row.actions is not None:
            return draft.action.lower() in row.actions
        return True

    def _drop(self, context, *names):
        for name in names:
            context.pop(name, None)


def requests(pools, seed, count, observe, first=()):
    """Drives the search: `observe(draft)` gives what a draft showed, and how near it is to its aim."""
    first = list(first)
    generator = Generator(pools, seed)
    seen, kept, best = set(), [], []
    for number in range(count):
        what = generator.random.random()
        if first:
            draft = first.pop()
        elif not kept or what < 0.1 or number < count // 20:
            draft = generator.fresh()
        elif what < 0.55:
            draft = generator.changed(generator.pick(best)[1])
        else:
            draft = generator.changed(generator.pick(kept))
        shown, degree = observe(draft)
        if not shown <= seen:
            seen |= shown
            kept.append(draft)
        if len(best) < BEST or degree >= best[-1][0]:
            # Of equally near ones the latest, so that the search does not stand still.
            best.insert(0, (degree, draft))
            best.sort(key=lambda it: -it[0])
            del best[BEST:]
    return seen
