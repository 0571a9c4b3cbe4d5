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
from patterns import ANY, STAR, Variable, plain_tokens, split_components

ENDPOINT = ("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip")
IDENTIFIER = re.compile(r"[A-Z0-9]*")
# Scores are sums of fractions: a little less than one is one.
DECIDES = 1 - 1e-9
# Upper bound on the drafts that showed something new and are kept to be changed.
MAX_KEPT = 200
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
        self.texts, self.actions = {}, ["s3:GetObject"]
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

    def take_policy(self, attached):
        """The constants of a policy's own text."""
        for statement in attached.policy.document.statements:
            for action in statement.actions:
                if action.parts is not None:
                    self.actions.append([*action.parts[0], ":", *action.parts[1]])
            for resource in statement.resources or ():
                self._take_arn(_holes(resource.tokens))
            for condition in statement.conditions:
                self._take_condition(condition)
            for _, value in statement.principal.values if statement.principal else ():
                self._take_principal(value)

    def take_shape(self, shape):
        """The constants of a property's own text."""
        for action in shape.actions or ():
            if action.parts is not None:
                self.actions.append([*action.parts[0], ":", *action.parts[1]])
        for resource in shape.resources or ():
            if resource != "*":
                self._take_arn(_holes(resource.tokens))
        for text in shape.principals or ():
            self._take_principal(text)
        for condition in shape.when:
            self._take_condition(condition)
        inner = [shape.excluded] if shape.excluded is not None else []
        for other in (*inner, *shape.all, *(shape.any or ())):
            self.take_shape(other)

    def _take_condition(self, condition):
        of = ("key", condition.key)
        self.texts.setdefault(of, {})
        for value in condition.values:
            self._add(of, _holes(value.tokens))

    def _take_arn(self, tokens):
        parts = split_components(tokens)
        names = (None, "resource-partition", "resource-service", "resource-region", None, "resource")
        for name, part in zip(names, parts):
            if name is not None and part:
                self._add(("field", name), part)
        if len(parts) > 4:
            self._add(("field", "resource-account"), parts[4])

    def _take_principal(self, value):
        parts = value.split(":", 5)
        if len(parts) < 6:
            name = "account" if value.isdigit() else "service" if "." in value else None
            if name is not None:
                self._add(("field", name), value)
            return
        self._add(("field", "partition"), parts[1])
        self._add(("field", "account"), plain_tokens(parts[4]))
        kind, _, rest = parts[5].partition("/")
        rest = plain_tokens(rest)
        last = len(rest) - rest[::-1].index("/") if "/" in rest else 0
        if kind == "role":
            self._add(("field", "role"), rest)
        elif kind == "user":
            self._add(("field", "user-path"), rest[:last])
            self._add(("field", "user-name"), rest[last:])
            self._add(("field", "issuer"), rest)
        elif kind == "assumed-role":
            self._add(("field", "role"), rest[: last - 1])
            self._add(("field", "session"), rest[last:])
        elif kind == "federated-user":
            self._add(("field", "federated-name"), rest)

    def keys(self):
        """The keys that some formula reads and that AWS does not derive."""
        return [it[1] for it in self.texts if it[0] == "key" and it[1] not in subjects.DERIVED]


def _holes(tokens):
    """The reference's tokens with holes for variables."""
    return [
        Hole(("key", it.name), it.default) if isinstance(it, Variable) else it for it in tokens
    ]


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

    def neighbours(self, draft, atom):
        """The drafts that differ in what an atom is about, as far as the constants tell."""
        found = []

        def one(change):
            other = draft.copy()
            change(other)
            found.append(other)

        kind = atom.subject[0]
        if kind == "principal":
            for other in self.pools.kinds:
                one(lambda it, other=other: (setattr(it, "kind", other), self._principal(it)))
        elif kind == "action":
            for tokens in self.pools.actions:
                text = self._text(tokens, draft)
                if subjects.is_action(text):
                    one(lambda it, text=text: setattr(it, "action", text))
        elif kind == "field":
            name = atom.subject[1]
            for text in self._texts_of(name, draft):
                one(lambda it, text=text: it.parts.__setitem__(name, text))
        elif kind == "flag":
            name = atom.subject[1]
            one(lambda it: it.parts.__setitem__(name, not it.parts[name]))
        elif kind == "request":
            one(lambda it: setattr(it, "management", not it.management))
        elif kind == "key" and atom.subject[1] in self.keys:
            key = atom.subject[1]
            one(lambda it: it.context.pop(key, None))
            for tokens in self.pools.texts[atom.subject]:
                text = self._text(tokens, draft)
                one(lambda it, text=text: it.context.__setitem__(key, text))
                if self.chance(0.2):
                    one(lambda it, text=text: it.context.__setitem__(key, [text, "other"]))
        return found

    def _texts_of(self, name, draft):
        """Texts of a field, from the constants and ordinary ones."""
        texts = list(subjects.PLAIN[name])
        texts += [self._text(it, draft) for it in self.pools.texts.get(("field", name), ())]
        return [it for it in texts if GRAMMAR.get(name, NAME).fullmatch(it)]

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


class Probing:
    """The search for requests that tell formulas apart.

    Each atom of a formula is an aim: a request at which that atom alone decides. Such a
    request is looked for by small changes of the nearest one so far; once it is found,
    the requests around it lie on both sides of the atom's boundary.
    """

    def __init__(self, pools, seed, formula):
        self.generator = Generator(pools, seed)
        self.formula = formula
        self.seen, self.kept, self.sweep = set(), [], []
        self.nearest, self.open = {}, []

    @property
    def decided(self):
        """For so many atoms a request was found at which they decide."""
        return len(self.nearest) - len(self.open)

    def run(self, count, observe, first=()):
        """Tries drafts; `observe(draft)` gives what a draft showed, and its score for each aim."""
        first = list(first)
        for number in range(count):
            draft = first.pop() if first else self._next(number < count // 20)
            shown, aims = observe(draft)
            if not shown <= self.seen:
                self.seen |= shown
                self.kept.append(draft)
                del self.kept[:-MAX_KEPT]
            for aim, score in aims.items():
                known = self.nearest.get(aim)
                if known is None or score >= known[0]:
                    self._reach(aim, score, draft, known)

    def _reach(self, aim, score, draft, known):
        # Of equally near drafts the latest, so that the search does not stand still.
        self.nearest[aim] = score, draft
        if known is None:
            self.open.append(aim)
        if score > DECIDES and (known is None or known[0] <= DECIDES):
            self.open.remove(aim)
            atom = self.formula.atoms[aim[1]]
            self.sweep.extend(self.generator.neighbours(draft, atom))

    def _next(self, at_first):
        generator = self.generator
        what = generator.random.random()
        if at_first or not self.kept or what < 0.04:
            return generator.fresh()
        if self.sweep and what < 0.5:
            at = int(generator.random.random() * len(self.sweep))
            self.sweep[at], self.sweep[-1] = self.sweep[-1], self.sweep[at]
            return self.sweep.pop()
        if self.open and what < 0.85:
            aim = generator.pick(self.open)
            return generator.changed(self.nearest[aim][1])
        if self.nearest and what < 0.93:
            return generator.changed(generator.pick(list(self.nearest.values()))[1])
        return generator.changed(generator.pick(self.kept))
