"""Atoms and formulas of a certificate, read from its JSON, and what they are for a request."""

from decimal import Decimal
from typing import NamedTuple, Optional

import _paths  # noqa: F401
from conditions import read_address, read_binary, read_bool, read_date, read_network, read_number
from patterns import ANY, STAR, fold_ascii, glob, simple_fold

FIELDS = frozenset(
    """account federated-name issuer partition provider resource-account resource-partition
    resource-region resource resource-service resource-word role-id role service session user-id
    user-name user-path""".split()
)
FLAGS = frozenset(["names-owner", "no-resource"])
KINDS = frozenset(
    "anonymous federated-user provider role-session root service user".split()
)
RELATIONS = {
    "=": lambda value, bound: value == bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
}


class Refused(Exception):
    """A certificate that is not accepted, and why."""


def need(condition, why):
    """Refuses the certificate unless the condition holds."""
    if not condition:
        raise Refused(why)


class Hole(NamedTuple):
    """A policy variable in a pattern: the value of a key or field."""

    of: tuple
    default: Optional[str]


# Patterns


def read_pattern(json):
    """The tokens of a pattern: characters, `STAR`, `ANY` and holes."""
    need(isinstance(json, list), "a pattern is a list of pieces")
    tokens = []
    for piece in json:
        if isinstance(piece, str):
            tokens.extend(piece)
            continue
        need(isinstance(piece, dict), "a piece of a pattern is a text or an object")
        if piece in ({"wild": "*"}, {"wild": "?"}):
            tokens.append(STAR if piece["wild"] == "*" else ANY)
        elif set(piece) == {"field-value"}:
            need(piece["field-value"] in FIELDS, f"no field `{piece['field-value']}`")
            tokens.append(Hole(("field", piece["field-value"]), None))
        elif "key-value" in piece and set(piece) <= {"key-value", "default"}:
            tokens.append(Hole(("key", fold_ascii(piece["key-value"])), piece.get("default")))
        else:
            raise Refused(f"the piece {piece} is not understood")
    return tuple(tokens)


def holes(tokens):
    """The holes in a pattern."""
    return [token for token in tokens if isinstance(token, Hole)]


def fill(tokens, request):
    """The pattern with values in its holes; `None` where one has none."""
    filled = []
    for token in tokens:
        if not isinstance(token, Hole):
            filled.append(token)
            continue
        values = request.values(token.of)
        if len(values) == 1:
            filled.extend(values[0])
        elif not values and token.default is not None:
            filled.extend(token.default)
        else:
            return None
    return filled


def _fold(tokens, case):
    if case == "exact":
        return tokens
    one = simple_fold if case == "folded" else fold_ascii
    return [one(token) if isinstance(token, str) else token for token in tokens]


def like(tokens, case, text, request):
    """Whether the text matches the pattern as the rule compares letters."""
    if any(isinstance(token, Hole) for token in tokens):
        tokens = fill(tokens, request)
        if tokens is None:
            return False
    if case != "exact":
        text = simple_fold(text) if case == "folded" else fold_ascii(text)
        tokens = _fold(tokens, case)
    return glob(tokens, text)


# Predicates


class Predicate:
    """A predicate on one value of a key or field."""

    def __init__(self, json):
        need(isinstance(json, dict), "a predicate is an object")
        members = set(json)
        self.tokens = ()
        if members == {"like", "case"}:
            self.kind, self.case = "like", json["case"]
            need(self.case in ("exact", "ascii", "folded"), f"no case rule `{self.case}`")
            self.tokens = read_pattern(json["like"])
        elif members == {"arn"}:
            self.kind = "arn"
            self.components = [read_pattern(it) for it in json["arn"]]
            need(len(self.components) == 6, "an ARN has six components")
            self.tokens = tuple(token for it in self.components for token in it)
        elif members == {"address"}:
            self.kind, self.network = "address", read_network(json["address"])
            need(self.network is not None, f"`{json['address']}` is no range of addresses")
        elif members == {"number", "than"}:
            self.kind, self.relation = "number", json["number"]
            self.bound = read_number(json["than"])
            need(self.relation in RELATIONS and self.bound is not None, f"{json} is not understood")
        elif members == {"date", "than"}:
            self.kind, self.relation = "date", json["date"]
            seconds, nanoseconds = json["than"]
            need(self.relation in RELATIONS, f"no relation `{self.relation}`")
            self.bound = int(seconds) * 10**9 + int(nanoseconds)
        elif members == {"bool"}:
            self.kind, self.wanted = "bool", json["bool"]
            need(isinstance(self.wanted, bool), f"{json} is not understood")
        elif members == {"bytes"}:
            self.kind, self.bytes = "bytes", bytes(json["bytes"])
        elif json == {"never": True}:
            self.kind = "never"
        else:
            raise Refused(f"the predicate {json} is not understood")
        self.has_holes = bool(holes(self.tokens))

    def holds(self, value, request):
        """Whether the value satisfies the predicate."""
        kind = self.kind
        if kind == "like":
            return like(self.tokens, self.case, value, request)
        if kind == "arn":
            parts = value.split(":", 5)
            return len(parts) == 6 and all(
                like(tokens, "exact", part, request) for tokens, part in zip(self.components, parts)
            )
        if kind == "address":
            address = read_address(value)
            return address is not None and contains(self.network, address)
        if kind == "number":
            number = read_number(value)
            return number is not None and RELATIONS[self.relation](number, self.bound)
        if kind == "date":
            date = read_date(value)
            return date is not None and RELATIONS[self.relation](date, self.bound)
        if kind == "bool":
            return read_bool(value) is self.wanted
        return kind == "bytes" and read_binary(value) == self.bytes


def contains(network, address):
    """Whether a range holds an address: (bits, first, length), (bits, number)."""
    bits, first, length = network
    host = bits - length
    return bits == address[0] and first >> host == address[1] >> host


# Atoms


class Atom:
    """An atom: what it is about, and its test."""

    def __init__(self, json):
        need(isinstance(json, dict) and json, "an atom is an object")
        self.json = json
        self.any_of, self.hit = (), True
        # What was found before, by text: of a predicate without holes nothing else matters.
        self._known = {}
        head = next(iter(set(json) - {"is", "some", "some-other"}), None)
        self.kind = head
        if head in ("key", "field", "flag"):
            self._read_key_test(json, head)
        elif head == "action" and set(json) == {"action"}:
            self.subject = ("action",)
            self._read_action(json["action"])
        elif head == "principal" and set(json) == {"principal"}:
            self.subject = ("principal",)
            self._read_principal(json["principal"])
        elif head == "resource" and set(json) == {"resource"}:
            self.subject = ("resource",)
            self._read_resource(json["resource"])
        elif head == "request" and set(json) == {"request"}:
            self.subject = ("request",)
            self.test = json["request"]
            known = ("management-account", "same-account", "same-partition")
            need(self.test in known, f"the atom {json} is not understood")
        elif head == "choice" and set(json) == {"choice"}:
            # A free truth value with a name: a reading, or what is not known of a world.
            need(isinstance(json["choice"], str), f"the atom {json} is not understood")
            self.subject = ("choice", json["choice"])
        else:
            raise Refused(f"the atom {json} is not understood")

    def _read_key_test(self, json, head):
        name = json[head]
        need(isinstance(name, str), f"the atom {json} is not understood")
        if head == "field":
            need(name in FIELDS, f"no field `{name}`")
        if head == "flag":
            need(name in FLAGS and json.get("is") == "absent", f"{json} is not understood")
        self.subject = (head, fold_ascii(name) if head == "key" else name)
        tests = set(json) - {head}
        if tests == {"is"}:
            self.test = json["is"]
            need(self.test in ("absent", "blank", "several"), f"no test `{self.test}`")
        elif tests in ({"some"}, {"some-other"}):
            self.test = "some"
            self.hit = tests == {"some"}
            self.any_of = tuple(Predicate(it) for it in json["some" if self.hit else "some-other"])
            self._has_holes = any(it.has_holes for it in self.any_of)
        else:
            raise Refused(f"the atom {json} is not understood")

    def _read_action(self, json):
        self.service = self.name = None
        if json != "any":
            need(set(json) == {"service", "name"}, f"the action {json} is not understood")
            self.service, self.name = read_pattern(json["service"]), read_pattern(json["name"])
            need(not holes(self.service + self.name), "an action has no variables")

    def _read_principal(self, json):
        need(isinstance(json, dict) and len(json) == 1, f"the principal {json} is not understood")
        ((self.test, self.value),) = json.items()
        known = (
            "account", "id", "issued-by", "kind", "partition", "service-linked", "session-of",
            "unique-id",
        )  # fmt: skip
        need(self.test in known, f"the principal {json} is not understood")
        if self.test == "kind":
            need(self.value in KINDS, f"no kind `{self.value}`")

    def _read_resource(self, json):
        self.components = self.whole = None
        self.any = json == "any"
        if json not in ("any", "never"):
            need(set(json) == {"components", "whole"}, f"the resource {json} is not understood")
            self.components = [read_pattern(it) for it in json["components"]]
            need(len(self.components) == 6, "an ARN has six components")
            self.whole = None if json["whole"] is None else read_pattern(json["whole"])

    def holds(self, request):
        """Whether the request satisfies the atom."""
        kind = self.kind
        if kind in ("key", "field", "flag"):
            values = request.values(self.subject)
            if self.test == "some":
                return any(self._hits(value, request) == self.hit for value in values)
            if self.test == "absent":
                return not values
            if self.test == "several":
                return len(values) > 1
            return list(values) in ([], [""])
        if kind == "action":
            action = request.action
            found = self._known.get(action)
            if found is None:
                found = self._known[action] = self._is_action(action)
            return found
        if kind == "principal":
            return self._is_principal(request)
        if kind == "resource":
            return self._is_resource(request)
        if kind == "request":
            return request.is_true(self.test)
        return request.choice(self.subject[1])

    def _hits(self, value, request):
        found = self._known.get(value)
        if found is None:
            found = any(predicate.holds(value, request) for predicate in self.any_of)
            if not self._has_holes:
                self._known[value] = found
        return found

    def _is_action(self, action):
        if self.service is None:
            return True
        service, _, name = action.partition(":")
        return like(self.service, "ascii", service, None) and like(self.name, "ascii", name, None)

    def _is_principal(self, request):
        test, value = self.test, self.value
        if test == "kind":
            return request.kind == value
        if test == "service-linked":
            return request.is_service_linked
        return request.principal(test) is not None and request.principal(test) == value

    def _is_resource(self, request):
        if self.any or self.components is None:
            return self.any
        if request.resource == "*":
            return False
        parts = request.resource.split(":", 5)
        by_component = len(parts) == 6 and all(
            like(tokens, "exact", part, request) for tokens, part in zip(self.components, parts)
        )
        return by_component or (
            self.whole is not None and like(self.whole, "exact", request.resource, request)
        )


# Formulas


class Formula:
    """Numbered nodes: `all`, `any`, `truth`, `atom`."""

    def __init__(self, nodes):
        need(isinstance(nodes, list), "a formula has a list of nodes")
        self.kinds, self.parts, self.atoms = [None], [()], [None]
        for json in nodes:
            need(isinstance(json, dict) and len(json) == 1, "a node has one member")
            ((kind, value),) = json.items()
            need(kind in ("all", "any", "truth", "atom"), f"no node `{kind}`")
            self.kinds.append(kind)
            self.atoms.append(Atom(value) if kind == "atom" else None)
            if kind in ("all", "any"):
                need(isinstance(value, list), "the parts of a node are a list")
                self.parts.append(tuple(self._literal(it, len(nodes)) for it in value))
            elif kind == "truth":
                need(isinstance(value, bool), "a truth is true or false")
                self.parts.append(value)
            else:
                self.parts.append(())
        self.order = self._bottom_up()

    def _literal(self, literal, count):
        good = isinstance(literal, int) and not isinstance(literal, bool)
        need(good and 0 < abs(literal) <= count, f"{literal} is the number of no node")
        return literal

    def _bottom_up(self):
        """The nodes, parts first; refuses circles."""
        state, order = [0] * len(self.kinds), []
        for root in range(1, len(self.kinds)):
            stack = [root]
            while stack:
                node = stack.pop()
                if node < 0:
                    state[-node] = 2
                    order.append(-node)
                    continue
                if state[node] == 2:
                    continue
                need(state[node] == 0, f"node {node} is a part of itself")
                state[node] = 1
                stack.append(-node)
                if self.kinds[node] in ("all", "any"):
                    for part in self.parts[node]:
                        need(state[abs(part)] != 1, f"node {abs(part)} is a part of itself")
                        if state[abs(part)] == 0:
                            stack.append(abs(part))
        return order

    def __len__(self):
        return len(self.kinds) - 1

    def add_atom(self, json):
        """Gives an atom the next number."""
        self.kinds.append("atom")
        self.parts.append(())
        self.atoms.append(Atom(json))
        self.order.append(len(self))

    def read(self, request):
        """The truth values of all nodes for a request, by number."""
        known = [None] * len(self.kinds)
        kinds, parts, atoms = self.kinds, self.parts, self.atoms
        for node in self.order:
            kind = kinds[node]
            if kind == "atom":
                known[node] = atoms[node].holds(request)
            elif kind == "all":
                known[node] = all(known[it] if it > 0 else not known[-it] for it in parts[node])
            elif kind == "any":
                known[node] = any(known[it] if it > 0 else not known[-it] for it in parts[node])
            else:
                known[node] = parts[node]
        return known

    def below(self, literal):
        """The nodes that a literal is made of, parts first."""
        found, open_ = set(), [abs(literal)]
        while open_:
            node = open_.pop()
            if node not in found:
                found.add(node)
                if self.kinds[node] in ("all", "any"):
                    open_.extend(abs(part) for part in self.parts[node])
        return [node for node in self.order if node in found]

    def critical(self, known, literal, below):
        """How near each atom below a literal is to decide it by itself, from 0 to 1.

        An atom decides if the other parts of each conjunction above it are true, and
        the other parts of each disjunction false. `below` are the nodes of the literal.
        """
        near = {}
        for node in below:
            kind = self.kinds[node]
            if kind not in ("all", "any") or not self.parts[node]:
                near[node] = (1.0, 0.0) if known[node] else (0.0, 1.0)
                continue
            count = len(self.parts[node])
            whole = [near[it] if it > 0 else near[-it][::-1] for it in self.parts[node]]
            if kind == "all":
                near[node] = sum(it[0] for it in whole) / count, max(it[1] for it in whole)
            else:
                near[node] = max(it[0] for it in whole), sum(it[1] for it in whole) / count
        critical = {abs(literal): 1.0}
        for node in reversed(below):
            own = critical.get(node, 0.0)
            kind, parts = self.kinds[node], self.parts[node]
            if kind not in ("all", "any") or not parts:
                continue
            wanted = 0 if kind == "all" else 1
            right = [near[abs(it)][wanted if it > 0 else 1 - wanted] for it in parts]
            total, others = sum(right), len(parts) - 1
            for part, value in zip(parts, right):
                score = own * (total - value) / others if others else own
                if score > critical.get(abs(part), 0.0):
                    critical[abs(part)] = score
        return critical

    def clauses(self):
        """What each node is, as clauses in both directions."""
        for node in range(1, len(self.kinds)):
            kind, parts = self.kinds[node], self.parts[node]
            if kind == "all":
                yield from ([-node, part] for part in parts)
                yield [node, *[-part for part in parts]]
            elif kind == "any":
                yield from ([node, -part] for part in parts)
                yield [-node, *parts]
            elif kind == "truth":
                yield [node if parts else -node]


def value_of(known, literal):
    """The truth value of a literal."""
    return known[literal] if literal > 0 else not known[-literal]


__all__ = [
    "Atom", "Decimal", "Formula", "Hole", "Predicate", "Refused", "contains", "holes", "like",
    "need", "read_pattern", "value_of",
]  # fmt: skip
