"""Lemmas: no request has all of these atoms with these values.

A lemma is confirmed only if that is shown. Whatever is left out (an atom that is
not understood, a variable whose value is not known) makes for more requests, so
leaving it out can only lead to a refusal.
"""

import languages as L
import texts as T
from atoms import RELATIONS, contains, holes
from keys import shape_of
from patterns import ANY, STAR

# Private characters stand for the value of a variable where two patterns are compared.
FIRST_MARK = 0x10F000
MAX_LENGTH = 10**6


def contradict(literals, facts):
    """Whether surely no request gives these atoms these values: (atom, value) pairs."""
    actions, tests = [], {}
    for atom, value in literals:
        if atom.kind == "action":
            actions.append((atom, value))
        elif atom.kind in ("key", "field", "flag"):
            tests.setdefault(atom.subject, []).append((atom, value))
    L.forget()
    try:
        return (bool(actions) and _no_action(actions)) or _Tests(tests, facts).contradict()
    except L.TooHard:
        return False


def _no_action(actions):
    parts = [T.ACTION]
    for atom, value in actions:
        texts = L.EVERYTHING
        if atom.service is not None:
            service = T.pattern(atom.service, "ascii", None, T.NO_COLON)
            name = T.pattern(atom.name, "ascii", None, T.NO_COLON)
            texts = L.sequence(service, L.text(":"), name)
        parts.append(texts if value else L.no(texts))
    return L.is_empty(L.both(*parts))


class _Tests:
    """The tests of a lemma by key or field."""

    def __init__(self, tests, facts):
        self.tests, self.facts = tests, facts
        self.classes = {}
        self.marks = {}
        self._unite_whole_values()
        self._unite_equal_slots()
        self.too_long = self._unite_circles()

    # What is equal

    def members(self, subject):
        """The subjects that surely have the one value of this one."""
        return self.classes.get(subject, (subject,))

    def _unite(self, one, other):
        together = tuple(dict.fromkeys(self.members(one) + self.members(other)))
        for member in together:
            self.classes[member] = together

    def _positive(self):
        """(subject, predicate) of each test that one predicate passes."""
        for subject, tests in self.tests.items():
            for atom, value in tests:
                if value and atom.test == "some" and atom.hit and len(atom.any_of) == 1:
                    yield subject, atom.any_of[0]

    def _unite_whole_values(self):
        for subject, predicate in self._positive():
            hole = _whole(predicate)
            if hole is not None and predicate.case == "exact" and self.is_single(subject):
                self._unite(subject, hole.of)

    def _unite_equal_slots(self):
        slots = []
        for subject, predicate in self._positive():
            own = holes(predicate.tokens)
            exact = predicate.kind == "like" and predicate.case == "exact"
            if not exact or len(own) != 1 or own[0].default is not None:
                continue
            rest = [token for token in predicate.tokens if token is not own[0]]
            if all(isinstance(token, str) for token in rest) and self.is_single(subject):
                at = predicate.tokens.index(own[0])
                slots.append((subject, predicate.tokens[:at], predicate.tokens[at + 1 :], own[0].of))
        for subject, before, after, of in slots:
            for other, its_before, its_after, its_of in slots:
                if (subject, before, after) == (other, its_before, its_after) and of != its_of:
                    self._unite(of, its_of)

    def _unite_circles(self):
        """Values that hold each other: true if one would be longer than itself.

        A value that matches a pattern is at least as long as the values in its holes
        and its fixed characters together. Around a circle nothing may be left over:
        where nothing is, all of the values are one.
        """
        longer = {}
        for subject, predicate in self._positive():
            if predicate.kind != "like" or predicate.case != "exact" or not self.is_single(subject):
                continue
            fixed = sum(token is ANY or isinstance(token, str) for token in predicate.tokens)
            for hole in holes(predicate.tokens):
                if hole.default is None:
                    key = subject, hole.of
                    longer[key] = max(longer.get(key, 0), fixed)
        subjects = {it for pair in longer for it in pair}
        for middle in subjects:
            for one in subjects:
                for other in subjects:
                    if (one, middle) in longer and (middle, other) in longer:
                        total = min(longer[one, middle] + longer[middle, other], MAX_LENGTH)
                        longer[one, other] = max(longer.get((one, other), -1), total)
        if any(one == other and length > 0 for (one, other), length in longer.items()):
            return True
        for one, other in list(longer):
            if one != other and (other, one) in longer:
                self._unite(one, other)
        return False

    def is_single(self, subject):
        """Whether the subject surely has one value at most."""
        if subject[0] == "field" or subject in self.classes:
            return True
        return self._says(subject, "several", False) or self._shape(subject).single

    def is_present(self, subject):
        """Whether the subject surely has a value."""
        known = subject[0] == "field" or subject in self.classes
        return known or self._says(subject, "absent", False)

    def _says(self, subject, test, value):
        return any(a.test == test and v == value for a, v in self.tests.get(subject, ()))

    def _shape(self, subject):
        return shape_of(subject[1] if subject[0] == "key" else None, self.facts)

    # What a variable may be

    def values_of(self, subject):
        """A set of texts that holds the value of a variable of this subject."""
        parts = []
        for member in self.members(subject):
            parts.append(self._format(member))
            for atom, value in self.tests.get(member, ()):
                if atom.test == "blank":
                    parts.append(L.EMPTY if value else L.no(L.EMPTY))
                elif atom.test == "some":
                    parts.append(_known_texts(atom, atom.hit == value))
        return L.both(*parts)

    def _format(self, subject):
        if subject[0] == "field":
            return T.field(subject[1], self.facts)
        return {
            "account": T.ACCOUNT,
            "arn": T.ANY_ARN,
            "boolean": L.one_of(["true", "false"]),
            "epoch": T.DIGITS,
            "number": T.ANY_NUMBER,
            "address": L.either(T.IPV4, T.IPV6_LIKE),
            "date": L.either(T.DIGITS, T.DATED),
        }.get(self._shape(subject).values, L.EVERYTHING)

    def fixed(self, subject, case="exact"):
        """The one text that the subject must be, as far as the comparison tells texts apart."""
        for member in self.members(subject):
            for atom, value in self.tests.get(member, ()):
                if value and atom.test == "some" and atom.hit and len(atom.any_of) == 1:
                    predicate = atom.any_of[0]
                    known = predicate.kind == "like" and predicate.case in ("exact", case)
                    if known and all(isinstance(t, str) for t in predicate.tokens):
                        if self.is_single(member):
                            return "".join(predicate.tokens)
        return None

    def _wide(self, hole, case):
        """A set of texts that holds whatever a comparison takes for the value."""
        if hole.default is not None:
            return L.EVERYTHING
        exactly = self._narrow(hole, case)
        if exactly is not None:
            return exactly
        return self.values_of(hole.of) if case == "exact" else L.EVERYTHING

    def _narrow(self, hole, case):
        """The texts that a comparison takes for the value, if that is one text."""
        fixed = None if hole.default is not None else self.fixed(hole.of, case)
        if fixed is None:
            return None
        return L.sequence(*[L.pattern_characters(c, case) for c in fixed])

    # The question

    def contradict(self):
        """Whether surely nothing passes and fails all of the tests."""
        if self.too_long or self._differs_from_itself() or self._is_covered():
            return True
        done = set()
        for subject in [*self.tests, *self.classes]:
            members = self.members(subject)
            if members not in done:
                done.add(members)
                if self._no_values(members):
                    return True
        return False

    def _no_values(self, members):
        tests = [it for member in members for it in self.tests.get(member, ())]
        shapes = {self._shape(member).values for member in members if member[0] == "key"}
        formats = [self._format(member) for member in members if member[0] == "field"]
        one = _Value(self, shapes, formats)
        kinds = [(a.test, v) for a, v in tests if a.test != "some"]
        for_some = [(a.any_of, a.hit) for a, v in tests if a.test == "some" and v]
        for_all = [(a.any_of, not a.hit) for a, v in tests if a.test == "some" and not v]
        is_one = members[0][0] == "field" or len(members) > 1
        # No value: absent and blank.
        none = not is_one and not for_some
        none = none and all(v == (test != "several") for test, v in kinds)
        if none:
            return False
        # One value.
        if ("absent", True) not in kinds and ("several", True) not in kinds:
            blanks = {v for test, v in kinds if test == "blank"}
            if len(blanks) < 2 and one.exists(for_some + for_all, *blanks):
                return False
        # Several values: one for each test that some value must pass.
        may = not is_one and all(v == (test == "several") for test, v in kinds)
        if not may or self.is_single(members[0]):
            return True
        return not all(one.exists([it, *for_all]) for it in for_some or [((), False)])

    def _differs_from_itself(self):
        for subject, tests in self.tests.items():
            for atom, value in tests:
                if value or atom.test != "some" or not atom.hit:
                    continue
                for predicate in atom.any_of:
                    hole = _whole(predicate)
                    if hole is not None and hole.default is None:
                        same = hole.of in self.members(subject) or hole.of == subject
                        if same and self.is_present(hole.of) and self.is_single(hole.of):
                            return True
        return False

    def _is_covered(self):
        """A pattern that must match lies in one that must not, whatever the variables are."""
        for subject, predicate in list(self._positive()):
            narrow = self._marked(predicate, L.characters(_marks(), others=True))
            if narrow is None:
                continue
            for member in self.members(subject):
                for atom, value in self.tests.get(member, ()):
                    if value or atom.test != "some" or not atom.hit:
                        continue
                    for other in atom.any_of:
                        wide = self._marked(other, L.ANY)
                        if wide is not None and L.is_empty(L.both(narrow, L.no(wide))):
                            return True
        return False

    def _marked(self, predicate, run):
        """A pattern with a private character for each variable."""
        if predicate.kind != "like" or predicate.case != "exact" or not predicate.has_holes:
            if predicate.kind != "like" or predicate.case != "exact":
                return None

        def mark(hole, _):
            if hole.default is not None:
                return None
            fixed = self.fixed(hole.of)
            if fixed is not None:
                return L.text(fixed)
            members = self.members(hole.of)
            return L.text(chr(FIRST_MARK + self.marks.setdefault(members, len(self.marks))))

        parts = []
        for token in predicate.tokens:
            if isinstance(token, str) and ord(token) >= FIRST_MARK:
                return None
            texts = T.pattern((token,), "exact", mark, run if token is STAR else L.ANY)
            if texts is None:
                return None
            if texts is L.ANY:
                texts = L.characters(_marks(), others=True)
            parts.append(texts)
        return L.sequence(*parts)


def _marks():
    return [chr(FIRST_MARK + number) for number in range(64)]


def _whole(predicate):
    """The variable that is the whole of a pattern."""
    if predicate.kind == "like" and len(predicate.tokens) == 1 and predicate.has_holes:
        return predicate.tokens[0]
    return None


def _known_texts(atom, must):
    """The texts that a test lets through, as far as patterns without variables tell."""
    sets = []
    for predicate in atom.any_of:
        plain = predicate.kind == "like" and not predicate.has_holes
        if plain:
            sets.append(T.pattern(predicate.tokens, predicate.case, None))
        elif must:
            return L.EVERYTHING
    return L.either(*sets) if must else L.no(L.either(*sets))


class _Value:
    """One value of given shapes."""

    def __init__(self, tests, shapes, formats):
        self.tests, self.shapes, self.formats = tests, shapes - {"text"}, formats

    def exists(self, constraints, blank=None):
        """Whether there may be such a value; (predicates, must one hold) pairs."""
        base = list(self.formats)
        if blank is not None:
            base.append(L.EMPTY if blank else L.no(L.EMPTY))
        shapes = self.shapes
        base.extend(_SHAPES[it] for it in shapes if it in _SHAPES)
        # Every text is in one of these cases.
        ways = []
        if not shapes & {"arn", "boolean", "number", "account", "epoch", "date"}:
            ways += [self._ipv4, self._ipv6]
        if not shapes & {"arn", "boolean", "address"}:
            ways.append(self._seconds)
        if not shapes & {"arn", "boolean", "address", "number", "account", "epoch"}:
            ways.append(self._date)
        if not shapes & {"address", "date", "epoch"}:
            ways.append(self._other)
        return any(way(constraints, base) for way in ways)

    def _texts(self, constraints, constant):
        """The texts that fulfil the constraints; `constant` decides what is no set of texts."""
        parts = []
        for any_of, must in constraints:
            sets = []
            for predicate in any_of:
                texts = constant(predicate)
                if texts is None:
                    texts = self._set(predicate, must)
                sets.append(texts)
            together = L.either(*sets)
            parts.append(together if must else L.no(together))
        return L.both(*parts)

    def _set(self, predicate, widen):
        """The texts that satisfy a predicate: at least these, or at most these."""
        fill = self.tests._wide if widen else self.tests._narrow
        kind = predicate.kind
        if kind == "like":
            texts = T.pattern(predicate.tokens, predicate.case, fill)
        elif kind == "arn":
            texts = T.arn(predicate.components, fill)
        elif kind == "number":
            texts = T.number(predicate.relation, predicate.bound)
        elif kind == "bool":
            word = "true" if predicate.wanted else "false"
            texts = L.sequence(*[L.pattern_characters(c, "ascii") for c in word])
        elif kind == "bytes":
            texts = T.base64_of(predicate.bytes)
        else:
            texts = L.NOTHING
        if texts is None:
            return L.EVERYTHING if widen else L.NOTHING
        return texts

    def _ipv4(self, constraints, base):
        plain = all(p.kind == "address" for any_of, _ in constraints for p in any_of)
        if plain and not base:
            return self._in_region(32, constraints, lambda constant: True)

        def constant(predicate):
            if predicate.kind == "address":
                bits, first, length = predicate.network
                return T.ipv4_range(first, length) if bits == 32 else L.NOTHING
            return L.NOTHING if predicate.kind == "date" else None

        return not L.is_empty(L.both(T.IPV4, *base, self._texts(constraints, constant)))

    def _ipv6(self, constraints, base):
        def fits(constant):
            texts = self._texts(constraints, constant)
            return not L.is_empty(L.both(T.IPV6_LIKE, *base, texts))

        return self._in_region(128, constraints, fits)

    def _in_region(self, bits, constraints, fits):
        """Whether some region of the addresses of a family fulfils the constraints."""
        networks = [
            p.network for any_of, _ in constraints for p in any_of
            if p.kind == "address" and p.network[0] == bits
        ]  # fmt: skip
        starts = {0}
        for _, first, length in networks:
            starts.add(first)
            starts.add(first + (1 << (bits - length)))
        seen = set()
        for start in sorted(starts):
            if start >> bits:
                continue
            inside = frozenset(it for it in networks if contains(it, (bits, start)))
            if inside in seen:
                continue
            seen.add(inside)

            def constant(predicate, inside=inside):
                if predicate.kind == "address":
                    return L.EVERYTHING if predicate.network in inside else L.NOTHING
                return L.NOTHING if predicate.kind in ("date", "number") else None

            if all(
                any(constant(p) is not L.NOTHING for p in any_of) if must
                else not any(constant(p) is L.EVERYTHING for p in any_of)
                for any_of, must in constraints
            ) and fits(constant):  # fmt: skip
                return True
        return False

    def _seconds(self, constraints, base):
        """Digits alone, which a date operator reads as seconds."""

        def constant(predicate):
            if predicate.kind == "date":
                return T.number(predicate.relation, T.seconds(predicate.bound))
            return L.NOTHING if predicate.kind == "address" else None

        return not L.is_empty(L.both(T.SECONDS, *base, self._texts(constraints, constant)))

    def _date(self, constraints, base):
        bounds = {p.bound for any_of, _ in constraints for p in any_of if p.kind == "date"}
        points = {0}
        for bound in bounds:
            points |= {bound - 1, bound, bound + 1}
        seen = set()
        for point in sorted(points):
            holding = frozenset(
                (relation, bound) for bound in bounds for relation in RELATIONS
                if RELATIONS[relation](point, bound)
            )  # fmt: skip
            if holding in seen:
                continue
            seen.add(holding)

            def constant(predicate, holding=holding):
                if predicate.kind == "date":
                    holds = (predicate.relation, predicate.bound) in holding
                    return L.EVERYTHING if holds else L.NOTHING
                return L.NOTHING if predicate.kind in ("address", "number") else None

            texts = self._texts(constraints, constant)
            if not L.is_empty(L.both(T.DATED, *base, texts)):
                return True
        return False

    def _other(self, constraints, base):
        """Texts that no operator reads as an address or a date."""

        def constant(predicate):
            return L.NOTHING if predicate.kind in ("address", "date") else None

        texts = self._texts(constraints, constant)
        return not L.is_empty(L.both(L.no(T.IPV4), L.no(T.SECONDS), *base, texts))


_SHAPES = {
    "account": T.ACCOUNT,
    "arn": T.ANY_ARN,
    "boolean": L.one_of(["true", "false"]),
    "number": T.ANY_NUMBER,
    "epoch": L.DIGITS,
}
